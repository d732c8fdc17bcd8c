/** Carve-outs: a drawn part of a cell, or a household, its building or its compound, under a tier of its own. */
import { html } from "../dom.js";
import { icon } from "./icons.js";
import { cornerTool } from "./tools_shape.js";

/** @typedef {import("./mapview.js").MapView} MapView */
/** @typedef {import("./tools.js").Tool} Tool */
/** @typedef {{label: string, detail: string, icon: string, edit: import("./messages.js").Edit}} Offer */

const REACH_PX = 24;
const NO_TIER = "none";

/**
 * @param {MapView} view
 * @returns {Tool}
 */
export function carveTool(view) {
  const { bench } = view;
  const tier = () => bench.hello?.tiers[bench.ui.tier]?.id ?? NO_TIER;
  /** @param {import("./messages.js").Edit} edit */
  const make = (edit) => void bench.edit({ ...edit, type: "AddCarveOut", tier: tier() }).catch(() => null);

  const pen = cornerTool(view, (ring) => {
    const corners = ring.map((xy) => view.mercatorOf(xy));
    make({ type: "AddCarveOut", rings: [[...corners, corners[0]].flat()] });
  });
  /** @param {import("./tools.js").Spot} spot */
  async function offer(spot) {
    view.popup.close();
    const radius = REACH_PX * view.metresPerPx(spot.xy);
    try {
      const found = await bench.ask("household_at", { at: view.mercatorOf(spot.xy), radius_m: radius });
      if (!found.household && !found.building) return bench.notice("info", bench.word("no_household"), "carve");
      const title = bench.word("carve_as", { tier: bench.tierName(bench.ui.tier) });
      return view.popup.open(spot.xy, title, offers(bench, found).map((each) => offerButton(each, () => {
        view.popup.close();
        make(each.edit);
      })));
    } catch (refusal) {
      return bench.complain(refusal);
    }
  }
  const draws = () => bench.ui.carveBy === "draw";
  return {
    up: (spot) => (draws() ? pen.up?.(spot) : void offer(spot)),
    drag: (spot) => draws() && pen.drag?.(spot),
    hover: (spot) => draws() && pen.hover?.(spot),
    finish: () => draws() && Boolean(pen.finish?.()),
    back: () => draws() && Boolean(pen.back?.()),
    cancel: () => view.popup.close() || Boolean(pen.cancel?.()),
    redraw: () => pen.redraw?.(),
    end() {
      pen.end?.();
      view.popup.close();
    },
  };
}

/**
 * What may be carved out about a household, the smallest first.
 * @param {import("./state.js").Bench} bench
 * @param {Record<string, any>} found  the kernel's answer
 * @returns {Offer[]}
 */
export function offers(bench, { household, building, compound }) {
  /** @param {number} count */
  const homes = (count) => `${bench.number(count)} ${bench.word("households_short")}`;
  /** @type {Offer[]} */
  const list = [];
  if (household) {
    const detail = [household.address, `${bench.number(household.residents)} ${bench.word("residents_short")}`].filter(Boolean).join(" · ");
    list.push({ label: bench.word("carve_household"), detail, icon: "house", edit: household.edit ?? { type: "AddCarveOut", households: [household.id] } });
  }
  for (const [name, target] of Object.entries({ building, compound })) {
    if (!target) continue;
    const detail = `${target.address} · ${homes(target.households)}`;
    list.push({ label: bench.word(`carve_${name}`), detail, icon: name, edit: target.edit ?? { type: "AddCarveOut", addresses: [target.address] } });
  }
  return list;
}

/**
 * @param {Offer} offer
 * @param {() => void} take
 */
function offerButton(offer, take) {
  const words = html("span", { class: "gm-offer-words" }, [
    html("strong", {}, [offer.label]),
    html("small", { dir: "auto" }, [offer.detail]),
  ]);
  const button = html("button", { type: "button", class: "gm-offer" }, [icon(offer.icon), words]);
  button.addEventListener("click", take);
  return button;
}
