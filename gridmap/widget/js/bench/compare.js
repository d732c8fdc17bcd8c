/** Two versions laid over each other: where it became stricter or weaker, and how many households change. */
import { html } from "../dom.js";
import { int8, uint8 } from "./buffers.js";
import { tierOf } from "./carve_outs.js";
import { moment, whole } from "./figures.js";
import { swatch } from "./panel_icons.js";
import { button, choice, field, heading, iconButton, note, refill } from "./parts.js";
import { sortedTable } from "./sorted.js";
import { wordsOf } from "./words_panel.js";
import { zoneChanges } from "./zone_changes.js";

/** @typedef {import("./answers.js").Bench} Bench */
/** @typedef {import("./answers.js").Version} Version */
/** @typedef {import("./answers.js").Move} Move */
/** @typedef {{before: string, after: string, rows: Move[], households: number, counts: (number | null)[], summary: string, zones: import("./answers.js").ZoneChange[]}} Shown  a count of null is not known */

/** The colours of the overlay, told apart by lightness too: stricter, weaker, another zone of the same tier. */
export const CHANGES = ["#9c1f6e", "#16866b", "#7a86b8"];
const LABELS = ["stricter", "weaker", "rezoned"];
const REZONED = 2;

/**
 * For each cell 0 where it became stricter, 1 where weaker, 2 where only its zone changed, -1 where nothing did.
 * Tiers are places in the protocol, the strictest first, -1 for none.
 * @param {Int8Array} before
 * @param {Int8Array} after
 * @param {Uint8Array | null} rezoned
 */
export function changeCodes(before, after, rezoned) {
  return Int8Array.from(before, (was, cell) => {
    const now = after[cell];
    if (was === now) return rezoned?.[cell] ? 2 : -1;
    return strictness(now) > strictness(was) ? 0 : 1;
  });
}

/** @param {number} tier */
function strictness(tier) {
  return tier < 0 ? -1000 : -tier;
}

export class Comparison {
  /**
   * @param {Bench} bench
   * @param {import("./pane.js").Pane<any>} pane
   */
  constructor(bench, pane) {
    this.bench = bench;
    this.pane = pane;
    this.t = wordsOf(bench);
    this.before = "";
    this.after = "current";
    /** @type {Shown | null} */
    this.shown = null;
    /** @type {Version[]} */
    this.versions = [];
    /** @type {import("./sorted.js").Order} */
    this.order = { key: "households", falling: true };
    /** @type {import("./sorted.js").Order} */
    this.zoneOrder = {};
    this.element = html("section", { class: "gmp-compare" });
    /** What lies on the map from here. @type {import("./state.js").Ghost | null} */
    this.ghost = null;
    this.off = bench.on("ghost", (ghost) => ghost !== this.ghost && this.left());
  }

  /** Something else lies on the map now, or nothing. */
  left() {
    if (!this.shown) return;
    this.shown = this.ghost = null;
    this.redraw();
  }

  /** @param {Version[]} versions */
  draw(versions) {
    this.versions = [...versions].sort((a, b) => b.save - a.save);
    if (!this.before && this.versions.length) this.before = String(this.versions[0].save);
    this.redraw();
    return this.element;
  }

  redraw() {
    const { t, bench, versions } = this;
    if (!versions.length) return this.element.replaceChildren();
    const options = /** @type {[string, string][]} */ ([
      ["current", t("current_plan")],
      ...versions.map(({ save, time, reason }) => [String(save), `#${save} ${moment(time, bench.hello?.now)} ${reason}`]),
    ]);
    const pick = html("div", { class: "gmp-two" }, [
      field(t("compare_before"), choice(options, this.before, (value) => (this.before = value), { "data-key": "compare-before" })),
      field(t("compare_after"), choice(options, this.after, (value) => (this.after = value), { "data-key": "compare-after" })),
    ]);
    const run = button(t("compare"), () => this.between(this.before, this.after), { icon: "compare", key: "compare" });
    refill(this.element, [heading(t("compare_title")), pick, html("div", { class: "gmp-row" }, [run]), ...this.result()]);
  }

  /**
   * @param {string} before  a save, or "current"
   * @param {string} after
   */
  async between(before, after) {
    [this.before, this.after] = [before, after];
    const answer = await this.pane.attempt(() => this.bench.ask("compare", { before: saveOf(before), after: saveOf(after) }));
    if (!answer) return;
    const [was, now, zones] = answer.buffers;
    const codes = changeCodes(int8(was), int8(now), zones ? uint8(zones) : null);
    const counts = CHANGES.map((_, code) => (code === REZONED && !zones ? null : codes.reduce((sum, each) => sum + Number(each === code), 0)));
    const summary = this.bench.text(answer.summary) || this.t("compare_households", { count: whole(answer.households) });
    this.shown = { before, after, rows: answer.rows, households: answer.households, counts, summary, zones: answer.zones ?? [] };
    this.ghost = { codes, palette: CHANGES, label: this.t("compare_title"), covers: true };
    this.bench.ghost(this.ghost);
    const cells = [...codes.keys()].filter((cell) => codes[cell] >= 0);
    if (cells.length) this.bench.flyTo({ cells });
    this.redraw();
    this.element.scrollIntoView({ block: "nearest" });
  }

  /** Take the overlay off the map. */
  end() {
    if (this.shown) this.bench.ghost(null);
  }

  close() {
    this.end();
    this.off();
  }

  result() {
    const { t, shown, bench } = this;
    if (!shown) return [];
    const changed = shown.counts.some(Boolean) || shown.rows.length > 0 || shown.households > 0 || shown.zones.length > 0;
    const close = iconButton("cross", t("compare_end"), () => this.end());
    const sides = `${this.nameOf(shown.before)} → ${this.nameOf(shown.after)}`;
    const head = html("div", { class: "gmp-tools" }, [html("strong", { class: "gmp-grow", dir: "auto" }, [sides]), close]);
    if (!changed) return [head, note("good", t("compare_same"))];
    const legend = shown.counts.flatMap((count, code) => (count === null ? [] : [legendItem(CHANGES[code], t(LABELS[code]), t("count_cells", { count: whole(count) }))]));
    const tier = (/** @type {string} */ id) => tierLabel(bench, id);
    const table = sortedTable({
      columns: [
        { key: "before", label: t("from"), value: (row) => tierOrder(bench, row.tier_before), show: (row) => tier(row.tier_before) },
        { key: "after", label: t("to"), value: (row) => tierOrder(bench, row.tier_after), show: (row) => tier(row.tier_after) },
        { key: "cells", label: t("cells"), value: (row) => row.cells, show: (row) => whole(row.cells), number: true },
        { key: "households", label: t("households"), value: (row) => row.households, show: (row) => whole(row.households), number: true },
        { key: "residents", label: t("residents"), value: (row) => row.residents, show: (row) => whole(row.residents), number: true },
      ],
      rows: shown.rows,
      order: this.order,
      more: (count) => t("more", { count: whole(count) }),
    });
    return [head, html("ul", { class: "gmp-legend" }, legend), html("p", {}, [shown.summary]), table, ...zoneChanges(bench, shown.zones, this.zoneOrder)];
  }

  /** @param {string} side */
  nameOf(side) {
    return side === "current" ? this.t("current_plan") : `#${side}`;
  }
}

/**
 * @param {string} color
 * @param {string} label
 * @param {string} count
 */
export function legendItem(color, label, count) {
  const square = html("i", { class: "gmp-square-mark" });
  square.style.background = color;
  return html("li", {}, [square, html("span", { dir: "auto" }, [label]), html("b", {}, [count])]);
}

/**
 * A tier by its id with its swatch.
 * @param {Bench} bench
 * @param {string} id
 */
export function tierLabel(bench, id) {
  const tier = tierOf(bench, id);
  return html("span", { class: "gmp-tier-label" }, [swatch(tier), tier ? tier[bench.lang] : wordsOf(bench)("no_tier")]);
}

/**
 * @param {Bench} bench
 * @param {string} id
 */
function tierOrder(bench, id) {
  const place = bench.hello?.tiers.findIndex((tier) => tier.id === id) ?? -1;
  return place < 0 ? 99 : place;
}

/** @param {string} side */
function saveOf(side) {
  return side === "current" ? side : Number(side);
}
