/** The carve-outs: parts of cells, buildings and households under a tier of their own. */
import { html } from "../dom.js";
import { dialogsOf } from "./asking.js";
import { whole } from "./figures.js";
import { swatch } from "./panel_icons.js";
import { heading, iconButton } from "./parts.js";
import { wordsOf } from "./words_panel.js";

/** @typedef {import("./answers.js").Bench} Bench */
/** @typedef {import("./messages.js").CarveOut} CarveOut */

/**
 * The list with its heading; nothing where there are none.
 * @param {Bench} bench
 * @param {(action: () => Promise<any>) => Promise<any>} attempt
 * @returns {HTMLElement[]}
 */
export function carveOuts(bench, attempt) {
  const t = wordsOf(bench);
  const carves = bench.plan?.carve ?? [];
  if (!carves.length) return [];
  const items = carves.map((carve) => line(bench, t, carve, attempt));
  return [heading(t("carve_outs"), [html("span", { class: "gmp-count" }, [whole(carves.length)])]), html("ul", { class: "gmp-list" }, items)];
}

/**
 * @param {Bench} bench
 * @param {ReturnType<typeof wordsOf>} t
 * @param {CarveOut} carve
 * @param {(action: () => Promise<any>) => Promise<any>} attempt
 */
function line(bench, t, carve, attempt) {
  const tier = tierOf(bench, carve.tier);
  const look = html("button", { type: "button", class: "gmp-line", "data-key": `carve-${carve.id}` }, [
    swatch(tier),
    html("span", { class: "gmp-grow" }, [
      html("span", { dir: "auto" }, [carve.name || carve.id]),
      html("small", { class: "gmp-soft" }, [`${t(`carve_${carve.kind}`)} · ${t("count_households", { count: whole(carve.households) })}${carve.zone ? ` · ${carve.zone}` : ""}`]),
    ]),
  ]);
  look.addEventListener("click", () => {
    const bounds = carve.rings ? ringBounds(carve.rings) : null;
    if (bounds) bench.flyTo({ bounds }, { flash: true });
    else if (carve.at) bench.flyTo({ at: carve.at }, { flash: true });
  });
  const lock = { type: carve.locked ? "Unlock" : "Lock", carve_outs: [carve.id] };
  return html("li", {}, [
    look,
    iconButton(carve.locked ? "locked" : "unlocked", t(carve.locked ? "unlock" : "lock"), () => attempt(() => bench.edit(lock)), { pressed: carve.locked }),
    iconButton("clear", t("carve_remove"), () => attempt(() => remove(bench, t, carve)), { off: carve.locked }),
  ]);
}

/**
 * @param {Bench} bench
 * @param {ReturnType<typeof wordsOf>} t
 * @param {CarveOut} carve
 */
async function remove(bench, t, carve) {
  const text = t("carve_remove_what", { name: carve.name || carve.id, count: whole(carve.households) });
  if (await dialogsOf(bench).confirm({ title: t("carve_remove"), text, yes: t("remove") })) {
    await bench.edit({ type: "RemoveCarveOut", carve_out: carve.id });
  }
}

/**
 * The tier of a code or of an id; null for none.
 * @param {Bench} bench
 * @param {number | string} tier
 */
export function tierOf(bench, tier) {
  const tiers = bench.hello?.tiers ?? [];
  return (typeof tier === "number" ? tiers[tier] : tiers.find(({ id }) => id === tier)) ?? null;
}

/**
 * The box round rings, west, south, east, north.
 * @param {number[][]} rings
 * @returns {[number, number, number, number]}
 */
export function ringBounds(rings) {
  const box = /** @type {[number, number, number, number]} */ ([Infinity, Infinity, -Infinity, -Infinity]);
  for (const ring of rings) {
    for (let place = 0; place < ring.length; place += 2) {
      box[0] = Math.min(box[0], ring[place]);
      box[1] = Math.min(box[1], ring[place + 1]);
      box[2] = Math.max(box[2], ring[place]);
      box[3] = Math.max(box[3], ring[place + 1]);
    }
  }
  return box;
}
