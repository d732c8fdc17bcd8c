/** The zones: live numbers of every tier and zone, and what can be done with one of them. */
import { html } from "../dom.js";
import { carveOuts } from "./carve_outs.js";
import { whole } from "./figures.js";
import { button, choice, empty, note, refill, textInput } from "./parts.js";
import { whyOf } from "./pane.js";
import { wordsOf } from "./words_panel.js";
import { zoneDetail } from "./zone_detail.js";
import { cellsOf, flyToZone } from "./zone_places.js";
import { NUMBERS, TierBlock, ZoneLine } from "./zone_rows.js";

/** @typedef {import("./answers.js").Bench} Bench */
/** @typedef {import("./messages.js").ZoneRow} ZoneRow */

/**
 * What outlives a change of the language.
 * @typedef {object} ZoneMemory
 * @property {number | null} open  the zone that is opened
 * @property {Set<number>} folded  tiers whose zones are not listed
 * @property {Set<number>} whole  tiers whose zones are all listed
 * @property {string} filter
 * @property {{tier: number, chosen: Set<string>, into: string} | null} merge
 */

const ZONES_AT_ONCE = 120;
const FILTER_FROM = 12;

/** @returns {ZoneMemory} */
export function zoneMemory() {
  return { open: null, folded: new Set(), whole: new Set(), filter: "", merge: null };
}

export class ZonesPane {
  /**
   * @param {Bench} bench
   * @param {ZoneMemory} memory
   */
  constructor(bench, memory) {
    this.bench = bench;
    this.memory = memory;
    this.t = wordsOf(bench);
    this.said = html("div", { class: "gmp-said" });
    this.table = html("table", { class: "gmp-table gmp-zones", role: "treegrid", "aria-label": this.t("tab_zones") });
    this.nothing = html("div", { class: "gmp-zones-none" });
    this.filter = html("div", { class: "gmp-filter" }, [this.filterInput()]);
    this.bar = html("div", { class: "gmp-bar", hidden: "" });
    this.carve = html("div");
    this.element = html("div", { class: "gmp-pane" }, [this.said, this.nothing, this.filter, this.table, this.carve, this.bar]);
    /** @type {Map<number, TierBlock>} */
    this.blocks = new Map();
    /** @type {Map<number, HTMLElement>} */
    this.under = new Map();
    this.frame = 0;
    this.isOld = false;
    this.build();
    this.offs = [
      bench.on("plan", () => this.planChanged()),
      bench.on("live", () => this.soon()),
      bench.on("happened", () => this.planChanged()),
    ];
  }

  close() {
    cancelAnimationFrame(this.frame);
    for (const off of this.offs) off();
  }

  refresh() {
    this.planChanged();
  }

  filterInput() {
    return textInput(
      this.memory.filter,
      (value) => {
        this.memory.filter = value;
        this.sync();
      },
      { type: "search", placeholder: this.t("zone_filter"), "aria-label": this.t("zone_filter") },
    );
  }

  build() {
    const { t, bench, memory } = this;
    const heads = NUMBERS.map((name, place) => html("th", { scope: "col", class: `gmp-number${place > 2 ? " gmp-only-wide" : ""}` }, [t(name)]));
    this.table.append(html("thead", {}, [html("tr", {}, [html("th", { scope: "col" }, [t("zone")]), ...heads])]));
    const tiers = bench.hello?.tiers ?? [];
    for (const code of [...tiers.keys(), -1]) {
      const tier = tiers[code] ?? null;
      const block = new TierBlock(tier, t, tier ? tier[bench.lang] : t("no_tier"), () => {
        toggle(memory.folded, code);
        this.sync();
      });
      this.blocks.set(code, block);
      this.table.append(block.element);
    }
    this.planChanged();
  }

  /** It is looked at again: what came meanwhile is drawn. */
  shown() {
    if (this.isOld) this.planChanged();
  }

  /** At most one update for a frame of the screen; none while nobody looks. */
  soon() {
    this.isOld ||= this.element.hidden;
    if (this.frame || this.isOld) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.sync();
    });
  }

  planChanged() {
    this.isOld = this.element.hidden;
    if (this.isOld) return;
    const zones = this.bench.plan?.zones ?? [];
    const { memory } = this;
    if (!zones.some(({ code }) => code === memory.open)) memory.open = null;
    if (memory.merge && !zones.some(({ tier }) => tier === memory.merge?.tier)) memory.merge = null;
    const isWriting = memory.open !== null && this.element.querySelector(".gmp-write");
    if (!isWriting) this.showDetail();
    refill(this.carve, carveOuts(this.bench, (action) => this.attempt(action)));
    this.showMerge();
    this.sync();
  }

  /** Bring all numbers up to date. */
  sync() {
    const { bench, memory, t } = this;
    const rows = bench.liveZones();
    for (const row of bench.liveTiers()) this.blocks.get(row.code)?.showTier(row);
    const wanted = memory.filter.trim().toLowerCase();
    const ids = new Map(bench.plan?.zones.map(({ code, id }) => [code, id]));
    for (const [code, block] of this.blocks) {
      const own = rows.filter((row) => row.tier === code && found(row, wanted));
      const folded = memory.folded.has(code) && !wanted;
      const shown = folded ? [] : memory.whole.has(code) ? own : own.slice(0, ZONES_AT_ONCE);
      block.toggle.setAttribute("aria-expanded", String(!folded));
      block.showZones(shown, (row) => new ZoneLine(row, (each) => this.press(each)), this.under);
      if (!folded && shown.length < own.length) block.element.append(this.moreRow(code, own.length - shown.length));
      for (const line of block.lines.values()) this.mark(line, code, ids.get(line.code));
    }
    this.filter.hidden = rows.length < FILTER_FROM;
    this.nothing.replaceChildren(...(rows.length ? [] : [empty("brush", t("no_zones"), t("no_zones_what"))]));
    this.table.hidden = !rows.length;
  }

  /**
   * @param {ZoneLine} line
   * @param {number} tier
   * @param {string | undefined} id  undefined for a zone that only strokes made
   */
  mark(line, tier, id) {
    const { merge, open } = this.memory;
    line.element.classList.toggle("gmp-open", open === line.code);
    line.element.setAttribute("aria-expanded", String(open === line.code));
    line.box.hidden = merge?.tier !== tier;
    line.box.checked = id !== undefined && Boolean(merge?.chosen.has(id));
  }

  /**
   * @param {number} code
   * @param {number} rest
   */
  moreRow(code, rest) {
    const more = button(this.t("more", { count: whole(rest) }), () => {
      this.memory.whole.add(code);
      this.sync();
    }, { weight: "quiet" });
    return html("tr", {}, [html("td", { colspan: "7" }, [more])]);
  }

  /** @param {number} code */
  press(code) {
    const { memory, bench } = this;
    const row = bench.plan?.zones.find((each) => each.code === code);
    if (!row) return;
    if (memory.merge?.tier === row.tier) {
      toggle(memory.merge.chosen, row.id);
      this.showMerge();
    } else {
      memory.open = memory.open === code ? null : code;
      if (memory.open !== null) this.fly(code);
      this.showDetail();
    }
    this.sync();
  }

  /** @param {number} code */
  fly(code) {
    flyToZone(this.bench, this.bench.plan?.zones.find((each) => each.code === code));
  }

  showDetail() {
    const { bench, memory } = this;
    this.under.clear();
    const row = bench.plan?.zones.find(({ code }) => code === memory.open);
    if (!row) return;
    const detail = zoneDetail(bench, row, {
      cells: cellsOf(bench.zone, row.code),
      fly: () => this.fly(row.code),
      merge: () => {
        memory.merge = { tier: row.tier, chosen: new Set([row.id]), into: row.id };
        memory.open = null;
        this.showDetail();
        this.showMerge();
        this.sync();
      },
      attempt: (action) => this.attempt(action),
    });
    this.under.set(row.code, html("tr", { class: "gmp-detail" }, [html("td", { colspan: "7" }, [detail])]));
  }

  showMerge() {
    const { bench, memory, t } = this;
    const { merge } = memory;
    this.bar.hidden = !merge;
    if (!merge) return;
    const chosen = (bench.plan?.zones ?? []).filter(({ id }) => merge.chosen.has(id));
    if (!merge.chosen.has(merge.into)) merge.into = chosen[0]?.id ?? "";
    const options = chosen.map((row) => /** @type {[string, string]} */ ([row.id, `${row.id} ${row.name}`.trim()]));
    this.bar.replaceChildren(
      html("div", {}, [t("merge_chosen", { count: whole(chosen.length) })]),
      html("label", { class: "gmp-inline" }, [html("span", {}, [t("merge_into")]), choice(options, merge.into, (id) => (merge.into = id))]),
      html("div", { class: "gmp-row" }, [
        button(t("cancel"), () => this.endMerge()),
        button(t("merge"), () => this.merge(), { weight: "main", icon: "merge", off: chosen.length < 2 }),
      ]),
    );
  }

  endMerge() {
    this.memory.merge = null;
    this.showMerge();
    this.sync();
  }

  async merge() {
    const { merge } = this.memory;
    if (!merge) return;
    const zones = [...merge.chosen];
    const done = await this.attempt(() => this.bench.edit({ type: "MergeZones", zones, into: merge.into }));
    if (done) this.endMerge();
  }

  /**
   * Do something; what goes wrong is said over the table.
   * @param {() => Promise<any>} action
   */
  async attempt(action) {
    try {
      const answer = await action();
      this.said.replaceChildren();
      return answer ?? true;
    } catch (error) {
      if (/** @type {any} */ (error)?.code === "reason_needed") return null;
      this.said.replaceChildren(note("bad", whyOf(error, this.t)));
      return null;
    }
  }
}

/**
 * @param {ZoneRow} row
 * @param {string} wanted
 */
function found(row, wanted) {
  return !wanted || row.id.toLowerCase().includes(wanted) || row.name.toLowerCase().includes(wanted);
}

/**
 * @template Value
 * @param {Set<Value>} set
 * @param {Value} value
 */
function toggle(set, value) {
  if (!set.delete(value)) set.add(value);
}
