/** What became of the zones between two versions: new, gone, split, merged, grown; a press flies there. */
import { html } from "../dom.js";
import { change, whole } from "./figures.js";
import { tierLabel } from "./compare.js";
import { heading } from "./parts.js";
import { sortedTable } from "./sorted.js";
import { wordsOf } from "./words_panel.js";

/** @typedef {import("./answers.js").Bench} Bench */
/** @typedef {import("./answers.js").ZoneChange} ZoneChange */

/** A sign before each word, so that it is told without reading too. @type {Record<string, string>} */
const SIGNS = { new: "+", gone: "−", split: "⑂", merged: "⊕", grown: "▲", shrunk: "▼", tier: "≠", renamed: "≈", renumbered: "№" };

/**
 * @param {Bench} bench
 * @param {ZoneChange[]} zones
 * @param {import("./sorted.js").Order} order
 * @returns {Node[]}
 */
export function zoneChanges(bench, zones, order) {
  if (!zones.length) return [];
  const t = wordsOf(bench);
  const table = sortedTable({
    columns: [
      { key: "zone", label: t("zone"), value: (row) => row.zone_after || row.zone_before, show: (row) => zoneCell(bench, row) },
      { key: "what", label: t("zone_what"), value: (row) => row.changes.join(" "), show: (row) => whatCell(bench, row) },
      { key: "households", label: t("households"), value: (row) => row.households_after - row.households_before, show: (row) => homesCell(row), number: true },
    ],
    rows: zones,
    order,
    press: ({ cells, bounds }) => {
      bench.highlight(cells.length ? cells : null);
      if (cells.length) bench.flyTo({ cells: Uint32Array.from(cells) }, { flash: true });
      else if (bounds) bench.flyTo({ bounds }, { flash: true });
    },
    more: (count) => t("more", { count: whole(count) }),
  });
  return [heading(t("zone_changes"), [html("span", { class: "gmp-count" }, [whole(zones.length)])]), table];
}

/**
 * @param {Bench} bench
 * @param {ZoneChange} row
 */
function zoneCell(bench, row) {
  const isOther = row.zone_before && row.zone_after && row.zone_before !== row.zone_after;
  const number = isOther ? `${row.zone_before} → ${row.zone_after}` : row.zone_after || row.zone_before;
  return html("span", { class: "gmp-stacked" }, [
    html("span", { class: "gmp-row" }, [tierLabel(bench, row.zone_after ? row.tier_after : row.tier_before)]),
    html("span", {}, [html("strong", { dir: "ltr" }, [number]), " ", html("small", { class: "gmp-soft", dir: "auto" }, [row.name_after || row.name_before])]),
  ]);
}

/**
 * @param {Bench} bench
 * @param {ZoneChange} row
 */
function whatCell(bench, { changes }) {
  const t = wordsOf(bench);
  return html("span", { class: "gmp-row" }, changes.map((each) => html("span", { class: `gmp-tag gmp-zone-${each}` }, [`${SIGNS[each] ?? ""} ${t(`zone_${each}`)}`.trim()])));
}

/** @param {ZoneChange} row */
function homesCell({ households_before: was, households_after: now }) {
  return html("span", {}, [whole(now), html("small", { class: "gmp-change gmp-down" }, [change(now, was)])]);
}
