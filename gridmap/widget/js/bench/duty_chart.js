/** The loads of a role before and after as bars: how many officials carry how much, the middle, and who changed. */
import { html, svg } from "../dom.js";
import { median } from "./duty_ghosts.js";
import { change, percent, whole } from "./figures.js";
import { heading } from "./parts.js";

/** @typedef {import("./answers.js").Burden} Burden */
/** @typedef {import("./answers.js").LoadsAnswer} LoadsAnswer */
/** @typedef {ReturnType<typeof import("./words_panel.js").wordsOf>} Words */
/** @typedef {{label: string, from: number, before: number, after: number, over: boolean}} Bin */

const BINS_MOST = 12;
const CHANGED_MOST = 60;
const [WIDTH, HEIGHT, FOOT, LEFT] = [320, 116, 18, 24];

/**
 * How many officials carry how much, before and after. Where there are capacities, loads are shares of them.
 * @param {LoadsAnswer} loads
 * @returns {Bin[]}
 */
export function bins({ rows, unit }) {
  const isShare = unit === "households" && rows.some(({ capacity }) => capacity);
  const measured = isShare ? rows.filter(({ capacity }) => capacity) : rows;
  const size = (/** @type {Burden} */ { capacity }, /** @type {number} */ load) => (isShare ? (10 * load) / (capacity ?? 1) : load);
  const now = measured.map((row) => size(row, row[unit]));
  const was = measured.map((row) => (row.before === null ? null : size(row, row.before)));
  const most = Math.max(...now, ...was.map((value) => value ?? 0), isShare ? 10 : 1);
  const wide = isShare ? Math.max(2, Math.ceil(most / BINS_MOST / 2) * 2) : Math.max(1, Math.ceil((most + 1) / BINS_MOST));
  const count = isShare ? Math.ceil(most / wide) : Math.floor(most / wide) + 1;
  const at = (/** @type {number} */ value) => (isShare ? Math.max(0, Math.ceil(value / wide - 1e-9) - 1) : Math.floor(value / wide));
  return Array.from({ length: count }, (_, place) => {
    const from = place * wide;
    const label = isShare ? `≤ ${percent((from + wide) / 10)}` : wide === 1 ? whole(from) : `${whole(from)}–${whole(from + wide - 1)}`;
    return {
      label,
      from,
      before: was.filter((value) => value !== null && at(value) === place).length,
      after: now.filter((value) => at(value) === place).length,
      over: isShare && from >= 10,
    };
  });
}

/**
 * Whose load is another one than before, the largest change first.
 * @param {LoadsAnswer} loads
 */
export function changedOf({ rows, unit }) {
  const changed = rows.filter((row) => row.before !== null && row.before !== row[unit]);
  return changed.sort((a, b) => Math.abs(b[unit] - (b.before ?? 0)) - Math.abs(a[unit] - (a.before ?? 0)));
}

/**
 * @param {LoadsAnswer} loads
 * @param {Words} t
 * @param {(official: string) => void} press
 * @returns {HTMLElement}
 */
export function loadChart(loads, t, press) {
  const { rows, unit } = loads;
  if (!rows.length) return html("section", { hidden: "" });
  const isCompared = rows.some(({ before }) => before !== null);
  const found = bins(loads);
  const over = (/** @type {(row: Burden) => number} */ load) => rows.filter((row) => row.capacity !== null && load(row) > row.capacity).length;
  const now = { middle: median(rows.map((row) => row[unit])), over: over((row) => row[unit]) };
  const was = { middle: median(rows.map((row) => row.before ?? 0)), over: over((row) => row.before ?? 0) };
  const changed = changedOf(loads);
  const pair = (/** @type {number} */ before, /** @type {number} */ after) => (isCompared ? `${whole(before)} → ${whole(after)}` : whole(after));
  const facts = [
    [t("chart_median"), pair(was.middle, now.middle)],
    [t("chart_over"), pair(was.over, now.over)],
    [t("chart_changed"), isCompared ? whole(changed.length) : "–"],
  ].map(([label, value]) => html("div", {}, [html("dt", {}, [label]), html("dd", {}, [value])]));
  const keys = [
    ...(isCompared ? [html("li", {}, [html("i", { class: "gmp-chart-was" }), html("span", {}, [t("chart_before")])])] : []),
    html("li", {}, [html("i", { class: "gmp-chart-now" }), html("span", {}, [t(isCompared ? "chart_after" : "chart_now")])]),
    ...(found.some((bin) => bin.over) ? [html("li", {}, [html("i", { class: "gmp-chart-over" }), html("span", {}, [t("load_over")])])] : []),
  ];
  return html("section", { class: "gmp-chart" }, [
    heading(t("chart_title")),
    html("dl", { class: "gmp-facts" }, facts),
    drawn(found, isCompared, t),
    html("ul", { class: "gmp-chart-key" }, keys),
    ...(isCompared ? [] : [html("p", { class: "gmp-soft" }, [t("chart_alone")])]),
    ...(changed.length ? [changedList(changed, unit, t, press)] : []),
  ]);
}

/**
 * @param {Bin[]} found
 * @param {boolean} isCompared
 * @param {Words} t
 */
function drawn(found, isCompared, t) {
  const most = Math.max(1, ...found.map(({ before, after }) => Math.max(before, after)));
  const wide = (WIDTH - LEFT) / found.length;
  const tall = HEIGHT - FOOT - 12;
  /** @type {SVGElement[]} */
  const shapes = [svg("line", { x1: LEFT, x2: WIDTH, y1: HEIGHT - FOOT, y2: HEIGHT - FOOT, class: "gmp-chart-axis" })];
  const text = (/** @type {string} */ words, /** @type {Record<string, string | number>} */ how) => {
    const element = svg("text", how);
    element.textContent = words;
    shapes.push(element);
  };
  text(whole(most), { x: LEFT - 4, y: 18, "text-anchor": "end" });
  text("0", { x: LEFT - 4, y: HEIGHT - FOOT, "text-anchor": "end" });
  const every = Math.ceil(found.length / 6);
  found.forEach(({ label, before, after, over }, place) => {
    const x = LEFT + place * wide;
    const bar = (/** @type {number} */ count, /** @type {number} */ from, /** @type {number} */ to, /** @type {string} */ name) => {
      const height = (tall * count) / most;
      if (count) shapes.push(svg("rect", { x: x + from * wide, width: Math.max(1, (to - from) * wide), y: HEIGHT - FOOT - height, height, class: name }));
    };
    if (isCompared) bar(before, 0.08, 0.46, "gmp-chart-was");
    bar(after, isCompared ? 0.52 : 0.15, isCompared ? 0.9 : 0.85, over ? "gmp-chart-over" : "gmp-chart-now");
    if (place % every === 0) text(label, { x: x + wide / 2, y: HEIGHT - 5, "text-anchor": "middle" });
  });
  const said = found.map(({ label, before, after }) => `${label}: ${isCompared ? `${before} → ` : ""}${after}`).join("; ");
  const chart = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", class: "gmp-chart-bars" }, shapes);
  chart.setAttribute("aria-label", `${t("chart_title")}: ${said}`);
  return chart;
}

/**
 * @param {Burden[]} changed
 * @param {"households" | "targets"} unit
 * @param {Words} t
 * @param {(official: string) => void} press
 */
function changedList(changed, unit, t, press) {
  const items = changed.slice(0, CHANGED_MOST).map((row) => {
    const line = html("button", { type: "button", class: "gmp-line", "data-key": `changed-${row.official}` }, [
      html("span", { class: "gmp-grow", dir: "auto" }, [row.name || row.official]),
      html("span", {}, [`${whole(row.before)} → ${whole(row[unit])}`]),
      html("b", { class: "gmp-count" }, [change(row[unit], row.before)]),
    ]);
    line.addEventListener("click", () => press(row.official));
    return html("li", {}, [line]);
  });
  const rest = changed.length - items.length;
  return html("div", {}, [
    html("h4", {}, [t("chart_changed")]),
    html("ul", { class: "gmp-list" }, items),
    ...(rest > 0 ? [html("p", { class: "gmp-soft" }, [t("and_more", { count: whole(rest) })])] : []),
  ]);
}
