/** A proposed zoning: laid over the map, told in numbers, and taken or dropped. */
import { html } from "../dom.js";
import { int8 } from "./buffers.js";
import { ringBounds } from "./carve_outs.js";
import { tierLabel } from "./compare.js";
import { whole } from "./figures.js";
import { button, note } from "./parts.js";
import { sortedTable } from "./sorted.js";
import { wordsOf } from "./words_panel.js";
import { flyToZone, zoneOf } from "./zone_places.js";

/** @typedef {import("./answers.js").Bench} Bench */
/** @typedef {import("./answers.js").ProposalAnswer} ProposalAnswer */
/** @typedef {import("./messages.js").CarveOut} CarveOut */

const NO_TIER = "#8b949e";

/**
 * For each cell the tier that it would get, where that is another than it has; one more than the last tier for
 * what would lose its tier; -1 where nothing changes.
 * @param {ArrayLike<number>} now
 * @param {Int8Array} proposed
 * @param {number} tiers  their number
 */
export function proposedCodes(now, proposed, tiers) {
  return proposed.map((tier, cell) => (tier === now[cell] ? -1 : tier < 0 ? tiers : tier));
}

export class Proposal {
  /**
   * @param {Bench} bench
   * @param {import("./pane.js").Pane<any>} pane
   * @param {(taken: boolean) => void} ended
   */
  constructor(bench, pane, ended) {
    this.bench = bench;
    this.pane = pane;
    this.ended = ended;
    this.t = wordsOf(bench);
    /** @type {ProposalAnswer | null} */
    this.answer = null;
    /** @type {import("./sorted.js").Order} */
    this.order = {};
  }

  /**
   * @param {Record<string, any>} wish  what to propose for
   * @param {"propose" | "read_notice"} [kind]  by the rules round cases, or as a notice says
   */
  async ask(wish, kind = "propose") {
    await this.drop();
    const answer = await this.pane.attempt(() => this.bench.ask(kind, wish));
    if (!answer) return;
    this.answer = /** @type {any} */ (answer);
    const tiers = this.bench.hello?.tiers ?? [];
    const codes = proposedCodes(this.bench.truth.tier, int8(answer.buffers[0]), tiers.length);
    const palette = [...tiers.map(({ color }) => color), NO_TIER];
    this.bench.ghost({ codes, palette, patterns: [...tiers.map(({ pattern }) => pattern), "none"], label: this.t("proposal"), covers: true, carve: this.answer?.carve });
    this.look(codes);
    this.pane.redraw();
  }

  /**
   * Fly to the cells that would change, else to the buildings of the zones that are new.
   * @param {Int8Array} codes
   */
  look(codes) {
    const cells = [...codes.keys()].filter((cell) => codes[cell] >= 0);
    const fresh = new Set(this.answer?.zones.filter((zone) => zone.new).map(({ id }) => id));
    if (cells.length) this.bench.flyTo({ cells: Uint32Array.from(cells) });
    else this.flyTo(({ zone }) => fresh.has(zone));
  }

  /** @param {(carve: CarveOut) => boolean} isWanted  which carve-outs of the proposal to fly to */
  flyTo(isWanted) {
    const places = (this.answer?.carve ?? []).filter(isWanted).flatMap(({ at, rings }) => rings ?? (at ? [at] : []));
    if (places.length) this.bench.flyTo({ bounds: ringBounds(places) }, { flash: true });
  }

  /** Forget it, and take it off the map. */
  async drop() {
    const token = this.answer?.token;
    if (!token) return;
    this.answer = null;
    this.bench.ghost(null);
    await this.bench.ask("drop", { token }).catch(() => {}); // one that is no longer there is dropped as well
  }

  async accept() {
    const token = this.answer?.token;
    const done = await this.pane.attempt(() => this.bench.ask("accept", { token }));
    if (!done) return;
    this.answer = null;
    this.bench.ghost(null);
    if (done.edits) this.bench.notice("info", this.t("proposal_taken"), "proposal");
    this.ended(true);
  }

  async refuse() {
    await this.drop();
    this.ended(false);
    this.pane.redraw();
  }

  /** @returns {Node[]} */
  draw() {
    const { answer, t, bench, order } = this;
    if (!answer) return [];
    const { zones, changes, raised = [], unplaced = [], warnings = [] } = answer;
    const counts = { cells: whole(changes.cells), households: whole(changes.households) };
    const table = sortedTable({
      columns: [
        { key: "tier", label: t("tier"), value: (row) => bench.hello?.tiers.findIndex(({ id }) => id === row.tier), show: (row) => tierLabel(bench, row.tier) },
        { key: "name", label: t("zone"), value: (row) => row.id || row.name, show: (row) => this.zone(row) },
        { key: "cells", label: t("cells"), value: (row) => row.cells, show: (row) => whole(row.cells), number: true },
        { key: "households", label: t("households"), value: (row) => row.households, show: (row) => whole(row.households), number: true },
      ],
      rows: [...zones].sort((a, b) => Number(b.new ?? false) - Number(a.new ?? false)),
      order,
      press: ({ id }) => this.flyTo(({ zone }) => zone === id),
      more: (count) => t("more", { count: whole(count) }),
    });
    const lost = unplaced.map((each) => (typeof each === "string" ? each : [each.id, each.why].filter(Boolean).join(": ")));
    return [
      html("section", { class: "gmp-proposal" }, [
        html("h3", {}, [t("proposal")]),
        changes.cells || changes.households ? note("info", t("proposal_changes", counts)) : note("good", t("proposal_same")),
        ...(zones.length ? [table] : []),
        ...this.tiers(),
        ...raised.map((each) => this.raised(each)),
        ...lost.map((each) => note("bad", t("proposal_unplaced", { what: each }))),
        ...warnings.map((each) => note("warn", each)),
        html("p", { class: "gmp-soft" }, [t("proposal_what")]),
        html("div", { class: "gmp-two" }, [
          button(t("proposal_drop"), () => this.refuse(), { icon: "cross", key: "drop" }),
          button(t("proposal_accept"), () => this.accept(), { icon: "check", weight: "main", key: "accept" }),
        ]),
      ]),
    ];
  }

  /**
   * A zone that becomes stricter as a whole, because a case lies in it; a press flies there.
   * @param {NonNullable<ProposalAnswer["raised"]>[number]} row
   */
  raised({ zone_before: was, zone_after: now, tier_before: before, tier_after: after, cases }) {
    const { bench, t } = this;
    const said = html("span", { class: "gmp-row" }, [html("strong", { dir: "ltr" }, [was]), tierLabel(bench, before), "→", html("strong", { dir: "ltr" }, [now]), tierLabel(bench, after)]);
    const why = html("small", { dir: "auto" }, [t("proposal_raised", { cases: cases.join(", ") })]);
    return note("warn", html("span", { class: "gmp-stacked" }, [said, why]), [button(t("fly"), () => flyToZone(bench, zoneOf(bench, was)), { icon: "target", key: `raised-${was}` })]);
  }

  /** @param {ProposalAnswer["zones"][number]} zone */
  zone({ id = "", name, new: isNew }) {
    const tag = isNew ? [html("span", { class: "gmp-tag" }, [this.t("proposal_new")])] : [];
    return html("span", { class: "gmp-zone-of" }, [...(id ? [html("strong", { dir: "ltr" }, [id])] : []), html("span", { dir: "auto" }, [name]), ...tag]);
  }

  /** The households that come under each tier. */
  tiers() {
    const { answer, t, bench } = this;
    const rows = Object.entries(answer?.changes.by_tier ?? {}).filter(([, count]) => count);
    if (!rows.length) return [];
    const items = rows.map(([id, count]) => html("li", {}, [tierLabel(bench, id), html("b", {}, [t("count_households", { count: whole(count) })])]));
    return [html("h4", {}, [t("proposal_by_tier")]), html("ul", { class: "gmp-pairs" }, items)];
  }
}
