/** The board: what is done by town and grid, what has been open the longest, and how it went over the versions. */
import { html, svg } from "../dom.js";
import { moment, whole } from "./figures.js";
import { icon } from "./panel_icons.js";
import { button, empty, heading, iconButton, note } from "./parts.js";
import { wordsOf } from "./words_panel.js";
import { flyToZone, zoneOf } from "./zone_places.js";

/** @typedef {import("./answers.js").Bench} Bench */
/** @typedef {import("./answers.js").CountyBoard} CountyBoard */
/** @typedef {import("./answers.js").BoardArea} BoardArea */
/** @typedef {import("./answers.js").OpenItem} OpenItem */

const AREAS_AT_ONCE = 40;
const ITEMS_AT_ONCE = 20;
const [WIDE, HIGH, EDGE] = [300, 64, 6];

/**
 * The areas of one area, those with the least done first; what nobody has told comes last.
 * @param {readonly BoardArea[]} areas
 * @param {string} parent
 * @param {number} measure
 * @returns {BoardArea[]}
 */
export function leastDone(areas, parent, measure) {
  const share = (/** @type {BoardArea} */ area) => shareOf(area.measures[measure]) ?? 2;
  return areas.filter((area) => area.parent === parent).sort((a, b) => share(a) - share(b) || b.open - a.open);
}

/**
 * Where to begin: within the one area that holds all others, where there is one.
 * @param {readonly BoardArea[]} areas
 * @returns {string[]}
 */
export function startOf(areas) {
  const tops = areas.filter(({ parent, area }) => !parent && area);
  return tops.length === 1 && areas.some(({ parent }) => parent === tops[0].area) ? [tops[0].area] : [];
}

/**
 * The part of what is due that is done; null where nobody has told, or nothing is due.
 * @param {[number | null, number | null] | undefined} measure
 */
export function shareOf(measure) {
  const [done, due] = measure ?? [null, null];
  return done === null || !due ? null : done / due;
}

/**
 * The corners of a line through values in time; what is missing breaks it off.
 * @param {readonly (number | null)[]} values
 * @returns {[number, number][][]}
 */
export function trendLines(values) {
  const known = values.filter((value) => value !== null);
  const [least, most] = [Math.min(0, ...known), Math.max(1, ...known)];
  const step = (WIDE - 2 * EDGE) / Math.max(1, values.length - 1);
  /** @type {[number, number][][]} */
  const lines = [[]];
  values.forEach((value, place) => {
    if (value === null) return void lines.push([]);
    const y = HIGH - EDGE - ((value - least) / (most - least)) * (HIGH - 2 * EDGE);
    lines[lines.length - 1].push([Math.round(EDGE + place * step), Math.round(y)]);
  });
  return lines.filter((line) => line.length);
}

export class BoardPart {
  /**
   * @param {Bench} bench
   * @param {import("./pane.js").Pane<any>} pane
   */
  constructor(bench, pane) {
    this.bench = bench;
    this.pane = pane;
    this.t = wordsOf(bench);
    this.measure = 0;
    /** The areas that were gone into, the coarsest first; null before the first look. @type {string[] | null} */
    this.path = null;
    this.areasShown = AREAS_AT_ONCE;
    this.itemsShown = ITEMS_AT_ONCE;
  }

  /** @returns {Promise<CountyBoard>} */
  async load() {
    return /** @type {any} */ (await this.bench.ask("board"));
  }

  /**
   * @param {CountyBoard} board
   * @returns {Node[]}
   */
  draw(board) {
    const { t } = this;
    this.path ??= startOf(board.areas);
    const unasked = board.staffed ? [] : [note("info", t("board_not_staffed"), [button(t("to_duties"), () => this.bench.emit("tab", "duties"), { icon: "duties" })])];
    return [this.totals(board), ...unasked, ...this.areas(board), ...this.items(board), ...this.trend(board)];
  }

  /**
   * What is measured, each with its bar; the one that is pressed is told by area and over the versions.
   * @param {CountyBoard} board
   */
  totals({ measures, totals }) {
    const { t } = this;
    const cards = measures.map((name, place) => {
      const share = shareOf(totals[place]);
      const card = html("button", { type: "button", class: "gmp-measure", "aria-pressed": String(place === this.measure), "data-key": `measure-${name}` }, [
        html("span", {}, [t(`measure_${name}`)]),
        html("b", {}, [exact(share)]),
        bar(share, totals[place]),
        html("small", { class: "gmp-soft" }, [this.counts(totals[place])]),
      ]);
      card.addEventListener("click", () => {
        this.measure = place;
        this.pane.redraw();
      });
      return card;
    });
    return html("div", { class: "gmp-measures", role: "group", "aria-label": t("part_board") }, cards);
  }

  /** @param {import("./answers.js").Measured} measure */
  counts([done, due]) {
    if (done === null) return this.t("board_unknown");
    return due ? `${whole(done)} / ${whole(due)}` : this.t("board_none_due");
  }

  /** @param {CountyBoard} board */
  areas({ areas, measures }) {
    const { t } = this;
    /** @type {string[]} */
    const path = this.path ?? [];
    const parent = path[path.length - 1] ?? "";
    const rows = leastDone(areas, parent, this.measure);
    const items = rows.slice(0, this.areasShown).map((area) => this.area(area, areas));
    const up = path.length ? [iconButton("back", t("back"), () => this.go(path.slice(0, -1)), { key: "board-up" })] : [];
    const name = areas.find(({ area }) => area === parent)?.name ?? "";
    const rest = rows.length - items.length;
    const more = button(t("more", { count: whole(rest) }), () => {
      this.areasShown *= 4;
      this.pane.redraw();
    }, { weight: "quiet" });
    const title = [name, t(`measure_${measures[this.measure]}`)].filter(Boolean).join(" · ");
    return [heading(title, up), html("ul", { class: "gmp-list gmp-board-areas" }, items), ...(rest > 0 ? [more] : [])];
  }

  /**
   * @param {BoardArea} area
   * @param {readonly BoardArea[]} areas
   */
  area(area, areas) {
    const { t } = this;
    const share = shareOf(area.measures[this.measure]);
    const hasParts = areas.some(({ parent }) => parent === area.area);
    const look = html("button", { type: "button", class: "gmp-line", "data-key": `board-${area.area}` }, [
      html("span", { class: "gmp-grow gmp-board-area" }, [
        html("span", { dir: "auto" }, [area.name || area.area || t("board_nowhere")]),
        html("b", {}, [exact(share)]),
        bar(share, area.measures[this.measure]),
        html("small", { class: "gmp-soft" }, [this.counts(area.measures[this.measure]), ...(area.open ? [` · ${t("board_open_count", { count: whole(area.open) })}`] : [])]),
      ]),
    ]);
    look.addEventListener("click", () => this.fly(area.area));
    const into = hasParts ? [iconButton("open", t("board_into", { name: area.name }), () => this.go([...(this.path ?? []), area.area]), { key: `into-${area.area}` })] : [];
    return html("li", { class: "gmp-board-row" }, [look, ...into]);
  }

  /** @param {string[]} path */
  go(path) {
    this.path = path;
    this.areasShown = AREAS_AT_ONCE;
    this.pane.redraw();
  }

  /** @param {string} id */
  fly(id) {
    const { bench } = this;
    const area = bench.areas.findIndex((each) => each.id === id);
    const own = bench.cellIds.indexOf(id);
    const cells = area >= 0 ? bench.places.cellsOf(area) : own >= 0 ? Uint32Array.of(own) : null;
    if (!cells?.length) return;
    bench.highlight(cells);
    bench.flyTo({ cells }, { flash: true });
  }

  /** @param {CountyBoard} board */
  items({ open, open_total: total, now }) {
    const { t } = this;
    const title = heading(t("board_open"), [html("span", { class: "gmp-count" }, [whole(total)])]);
    if (!open.length) return [title, empty("check", t("board_none_open"), "")];
    const items = open.slice(0, this.itemsShown).map((item) => this.item(item, now));
    const rest = open.length - items.length;
    const more = button(t("more", { count: whole(rest) }), () => {
      this.itemsShown *= 4;
      this.pane.redraw();
    }, { weight: "quiet" });
    return [title, html("ul", { class: "gmp-list" }, items), ...(rest > 0 ? [more] : [])];
  }

  /**
   * @param {OpenItem} item
   * @param {string} now
   */
  item(item, now) {
    const { t, bench } = this;
    const since = item.since ? t("board_since", { time: moment(item.since, now) }) : t("board_since_unknown");
    const where = [item.zone, item.name].filter(Boolean).join(" · ");
    const count = item.count > 1 ? ` ×${whole(item.count)}` : "";
    const line = html("button", { type: "button", class: "gmp-line" }, [
      icon(item.kind.startsWith("vacancy") ? "duties" : item.kind === "clock" ? "wait" : "info", 14),
      html("span", { class: "gmp-grow gmp-stacked" }, [
        html("span", { dir: "auto" }, [`${t(`open_${item.kind}`)}${count}`, ...(bench.text(item.detail) ? [` · ${bench.text(item.detail)}`] : [])]),
        html("small", { class: "gmp-soft", dir: "auto" }, [[where, since].filter(Boolean).join(" · ")]),
      ]),
    ]);
    line.addEventListener("click", () => (item.zone ? flyToZone(bench, zoneOf(bench, item.zone)) : this.fly(item.area)));
    return html("li", { class: item.kind === "vacancy_hard" ? "gmp-urgent-item" : "" }, [line]);
  }

  /** @param {CountyBoard} board */
  trend({ trend, now }) {
    const { t } = this;
    if (trend.length < 2) return [];
    const lines = trendLines(trend.map(({ open }) => open));
    const [first, last] = [trend[0], trend[trend.length - 1]];
    const drawn = lines.map((line) => svg("polyline", { points: line.map((corner) => corner.join(",")).join(" "), class: "gmp-trend-line" }));
    const dots = lines.flat().map(([cx, cy]) => svg("circle", { cx, cy, r: 2.5, class: "gmp-trend-dot" }));
    const chart = svg("svg", { class: "gmp-trend", viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img", "aria-label": t("board_trend") }, [...drawn, ...dots]);
    const said = html("small", { class: "gmp-soft" }, [
      t("board_trend_what", { from: whole(first.open), to: whole(last.open), time: first.time ? moment(first.time, now) : `#${first.save}` }),
    ]);
    return [heading(t("board_trend")), chart, said];
  }
}

/**
 * A share of one, rounded down: what is not done whole is never 100 %.
 * @param {number | null} share
 */
export function exact(share) {
  if (share === null) return "–";
  const shown = Math.floor(1000 * Math.min(1, share)) / 10;
  return `${shown} %`;
}

/**
 * @param {number | null} share
 * @param {import("./answers.js").Measured} measure  hatched where nobody has told
 */
function bar(share, [done]) {
  const fill = html("i", {});
  fill.style.width = `${100 * Math.min(1, share ?? 0)}%`;
  return html("span", { class: `gmp-share${done === null ? " gmp-share-unknown" : share !== null && share >= 1 ? " gmp-share-full" : ""}`, "aria-hidden": "true" }, [fill]);
}
