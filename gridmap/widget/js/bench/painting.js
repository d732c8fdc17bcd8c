/** One stroke from its first cell to the answer of the kernel. */
import { LOST } from "./link.js";
import { NONE } from "./strokes.js";

/** @typedef {import("./state.js").Bench} Bench */
/** @typedef {import("./messages.js").Edit} Edit */

export const LOCKED = 1;
const FIRST_MADE_ZONE = 1_000_000_000; // no zone of the kernel has such a code
let madeZones = 0;

export class Painting {
  /**
   * @param {Bench} bench
   * @param {number | null} code  the tier that it sets, -1 to take the tier; null where only the kernel knows what comes
   */
  constructor(bench, code) {
    this.bench = bench;
    this.code = code;
    this.stroke = code === null ? null : bench.strokes.begin(code);
    this.seen = new Set();
    /** @type {number[]} */
    this.locked = [];
    /** The area that the stroke may not leave; undefined until it is known, -1 for no such area. @type {number | undefined} */
    this.home = undefined;
    this.madeZone = NONE;
  }

  /**
   * Paint cells as the options allow; what changes shows at once.
   * @param {ArrayLike<number>} cells
   * @param {number} [under]  the cell under the pointer, whose village is the one that is kept to
   */
  add(cells, under = NONE) {
    const { bench, seen } = this;
    if (!cells.length) return;
    if (this.home === undefined) this.home = this.homeOf(under >= 0 ? under : cells[0]);
    const may = [];
    for (let i = 0; i < cells.length; i++) {
      const cell = cells[i];
      if (seen.has(cell) || !this.isAllowed(cell)) continue;
      seen.add(cell);
      if (bench.flags[cell] & LOCKED) this.locked.push(cell);
      else may.push(cell);
    }
    this.take(may);
  }

  /**
   * Show cells in the tier of the stroke, whatever the options say.
   * @param {ArrayLike<number>} cells
   */
  take(cells) {
    const { bench, stroke, code } = this;
    if (!stroke || code === null) return;
    const { strokes, tallies } = bench;
    for (let i = 0; i < cells.length; i++) {
      const cell = cells[i];
      const wasTier = strokes.tier[cell];
      const wasZone = strokes.zone[cell];
      strokes.add(stroke, cell, this.zoneFor(cell));
      tallies.move(cell, code, strokes.zone[cell], wasTier, wasZone);
    }
    bench.emitPaint();
  }

  /** @param {number} cell */
  homeOf(cell) {
    const level = this.bench.ui.only.village;
    return level ? this.bench.places.ofLevel(level)[cell] : NONE;
  }

  /** @param {number} cell */
  isAllowed(cell) {
    const { tier, ui, places } = this.bench;
    const { unassigned, weaker, village } = ui.only;
    const shown = tier[cell];
    if (shown === this.code) return false;
    if (this.code !== NONE && unassigned && shown !== NONE) return false;
    if (this.code !== NONE && weaker && shown !== NONE && shown < Number(this.code)) return false;
    return !village || this.home === NONE || places.ofLevel(village)[cell] === this.home;
  }

  /**
   * The zone that a cell will probably be in: one of that tier that it touches, else the new one of this stroke.
   * @param {number} cell
   */
  zoneFor(cell) {
    const { index, tier, zone } = this.bench;
    if (this.code === NONE) return NONE;
    if (tier[cell] === this.code) return zone[cell];
    let best = Infinity;
    for (const next of index?.neighbours(cell) ?? []) {
      if (tier[next] === this.code && zone[next] >= 0 && zone[next] < best) best = zone[next];
    }
    if (best < Infinity) return best;
    if (this.madeZone === NONE) this.madeZone = FIRST_MADE_ZONE + madeZones++;
    return this.madeZone;
  }

  /** Take back what it shows; nothing is sent. */
  cancel() {
    if (this.stroke) this.bench.drop(this.stroke);
  }

  /**
   * Send the stroke as one edit; null where there is nothing to send.
   * @returns {Promise<import("./link.js").Answer | null>}
   */
  async finish() {
    const { bench, stroke, locked } = this;
    const cells = stroke?.cells.length ? stroke.cells : locked; // where all are locked the kernel says why not
    if (!cells.length) {
      this.cancel();
      return null;
    }
    if (cells !== locked && locked.length) bench.notice("warn", bench.word("locked_left", { count: locked.length }), "locked");
    return this.send(this.edit(), Uint32Array.from(cells).sort()).catch(() => null);
  }

  /** @returns {Edit} */
  edit() {
    const { hello, ui } = this.bench;
    if (this.code === NONE || this.code === null) return { type: ui.erase === "release" ? "Release" : "ClearTier" };
    return { type: "SetTier", tier: hello?.tiers[this.code].id };
  }

  /**
   * @param {Edit} edit
   * @param {Uint32Array} cells
   * @returns {Promise<import("./link.js").Answer>}
   */
  async send(edit, cells) {
    const { bench, stroke } = this;
    const { seq, answer } = bench.link.put("edit", { lang: bench.lang, edit }, cells.length ? [cells] : []);
    if (stroke) stroke.seq = seq;
    bench.emit("connection", bench.connection);
    try {
      const done = await answer;
      this.settle();
      if (done.revision > (bench.plan?.revision ?? 0)) bench.askAnew(); // what was told before the answer is missing
      return done;
    } catch (error) {
      return this.answerRefusal(edit, cells, /** @type {import("./link.js").Refusal} */ (error));
    }
  }

  settle() {
    const { bench, stroke } = this;
    if (stroke && bench.strokes.strokes.includes(stroke)) bench.drop(stroke);
    else bench.emit("connection", bench.connection);
  }

  /**
   * @param {Edit} edit
   * @param {Uint32Array} cells
   * @param {import("./link.js").Refusal} refusal
   */
  async answerRefusal(edit, cells, refusal) {
    const { bench } = this;
    if (refusal.code === LOST) {
      this.settle();
      bench.complain(refusal);
      bench.askAnew(); // the plan tells whether it was made
      throw refusal;
    }
    if (refusal.code === "reason_needed" && bench.dialogs) {
      const reason = await bench.dialogs.askReason({ why: refusal.why });
      if (reason) return this.send({ ...edit, reason }, cells);
      this.settle();
      throw refusal;
    }
    this.settle();
    bench.notice("error", refusal.why, "refused");
    throw refusal;
  }
}
