/** The zones that an export holds back, because somebody must be found for them first; the others go out. */
import { html } from "../dom.js";
import { tierLabel } from "./compare.js";
import { whole } from "./figures.js";
import { icon } from "./panel_icons.js";
import { button, note } from "./parts.js";
import { wordsOf } from "./words_panel.js";
import { flyToZone, zoneOf } from "./zone_places.js";

/** @typedef {import("./answers.js").Bench} Bench */
/** @typedef {import("./answers.js").HeldBack} HeldBack */

const ZONES_SHOWN = 8;

/**
 * @param {Bench} bench
 * @param {HeldBack | undefined} held
 * @param {string} approvedBy  who lets them go all the same; empty if nobody does
 * @returns {Node[]}
 */
export function heldBack(bench, held, approvedBy) {
  const t = wordsOf(bench);
  if (!held?.zones.length) return [];
  const count = held.zones.length;
  if (approvedBy) return [note("info", t("held_approved", { who: approvedBy, count: whole(count) }))];
  const items = held.zones.slice(0, ZONES_SHOWN).map((row) => line(bench, row));
  const rest = count - items.length;
  const said = html("div", { class: "gmp-held" }, [
    html("strong", {}, [t(held.is_all ? "held_all" : "held_some", { count: whole(count), rest: whole(held.of - count) })]),
    html("ul", {}, items),
    ...(rest > 0 ? [html("small", {}, [t("and_more", { count: whole(rest) })])] : []),
    html("small", {}, [t("held_what")]),
  ]);
  return [note("warn", said, held.is_all ? [] : [button(t("to_duties"), () => bench.emit("tab", "duties"), { icon: "duties" })])];
}

/**
 * @param {Bench} bench
 * @param {HeldBack["zones"][number]} row
 */
function line(bench, { zone, name, tier, why }) {
  const row = zoneOf(bench, zone);
  const words = [
    html("span", { class: "gmp-row" }, zone ? [tierLabel(bench, tier), html("strong", { dir: "ltr" }, [zone])] : [wordsOf(bench)("held_nowhere")]),
    html("small", { dir: "auto" }, [[name, bench.text(why)].filter(Boolean).join(" · ")]),
  ];
  const look = html("button", { type: "button", class: "gmp-line", "data-key": `held-${zone}` }, [html("span", { class: "gmp-grow gmp-stacked" }, words), ...(row ? [icon("target", 14)] : [])]);
  look.disabled = !row;
  look.addEventListener("click", () => flyToZone(bench, row));
  return html("li", {}, [look]);
}
