/** What is shown: the plan of the kernel, and over it the strokes that it has not answered yet. */

/**
 * @typedef {object} Stroke
 * @property {number} code  the tier that it sets; -1 takes the tier away
 * @property {number[]} cells
 * @property {number[]} zones  for each cell the zone that it will probably be in
 * @property {number} seq  of its message; 0 while it is drawn
 */
/** @typedef {(cell: number, tier: number, zone: number, wasTier: number, wasZone: number) => void} Changed */

export const NONE = -1;

export class Strokes {
  /**
   * @param {number} n  cells
   * @param {Changed} changed  called for each cell whose shown tier or zone changes
   */
  constructor(n, changed) {
    this.changed = changed;
    /** @type {{tier: Int8Array, zone: Int32Array}} */
    this.truth = { tier: new Int8Array(n).fill(NONE), zone: new Int32Array(n).fill(NONE) };
    this.tier = new Int8Array(n).fill(NONE);
    this.zone = new Int32Array(n).fill(NONE);
    /** How many strokes lie over each cell. */
    this.over = new Uint8Array(n);
    /** @type {Stroke[]} */
    this.strokes = [];
  }

  /**
   * @param {number} cell
   * @param {number} tier
   * @param {number} zone
   */
  show(cell, tier, zone) {
    const wasTier = this.tier[cell];
    const wasZone = this.zone[cell];
    if (wasTier === tier && wasZone === zone) return;
    this.tier[cell] = tier;
    this.zone[cell] = zone;
    this.changed(cell, tier, zone, wasTier, wasZone);
  }

  /**
   * @param {number} code
   * @returns {Stroke}
   */
  begin(code) {
    const stroke = { code, cells: [], zones: [], seq: 0 };
    this.strokes.push(stroke);
    return stroke;
  }

  /**
   * @param {Stroke} stroke
   * @param {number} cell
   * @param {number} zone
   */
  add(stroke, cell, zone) {
    stroke.cells.push(cell);
    stroke.zones.push(zone);
    if (this.over[cell] < 255) this.over[cell]++;
    this.show(cell, stroke.code, zone);
  }

  /**
   * Take a stroke away; what lies under it, or was drawn over it, shows again.
   * @param {Stroke} stroke
   */
  remove(stroke) {
    const place = this.strokes.indexOf(stroke);
    if (place < 0) return;
    this.strokes.splice(place, 1);
    this.recount();
    for (const cell of stroke.cells) if (!this.over[cell]) this.show(cell, this.truth.tier[cell], this.truth.zone[cell]);
    this.draw(new Set(stroke.cells));
  }

  /** Count again how many strokes lie over each cell. */
  recount() {
    this.over.fill(0);
    for (const { cells } of this.strokes) for (const cell of cells) this.over[cell]++;
  }

  /**
   * Show what the strokes over these cells say, the last one on top.
   * @param {Set<number> | null} only  null for all
   */
  draw(only = null) {
    for (const { code, cells, zones } of this.strokes) {
      cells.forEach((cell, i) => {
        if (!only || only.has(cell)) this.show(cell, code, zones[i]);
      });
    }
  }

  /** @param {number} seq */
  bySeq(seq) {
    return this.strokes.find((stroke) => stroke.seq === seq);
  }

  /** How many strokes the kernel was told of and has not answered. */
  get unanswered() {
    return this.strokes.reduce((count, { seq }) => count + (seq > 0 ? 1 : 0), 0);
  }

  /**
   * The whole plan anew.
   * @param {Int8Array} tier
   * @param {Int32Array} zone
   */
  replace(tier, zone) {
    this.truth = { tier, zone };
    for (let cell = 0; cell < tier.length; cell++) if (!this.over[cell]) this.show(cell, tier[cell], zone[cell]);
  }

  /**
   * Some cells of the plan anew.
   * @param {Uint32Array} cells
   * @param {Int8Array} tier
   * @param {Int32Array} zone
   */
  patch(cells, tier, zone) {
    cells.forEach((cell, i) => {
      this.truth.tier[cell] = tier[i];
      this.truth.zone[cell] = zone[i];
      if (!this.over[cell]) this.show(cell, tier[i], zone[i]);
    });
  }
}
