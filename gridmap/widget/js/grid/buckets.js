/** Cells sorted by place into a coarse grid of buckets, each cell into every bucket that its box meets. */

/** @typedef {import("./cells.js").Cells} Cells */
/** @typedef {import("./ring.js").Box} Box */

const CELLS_A_BUCKET = 2;

export class Buckets {
  /** @param {Cells} cells */
  constructor(cells) {
    const { n, box } = cells;
    this.whole = wholeBox(box, n);
    const [west, south, east, north] = this.whole;
    const size = Math.sqrt(((east - west + 1) * (north - south + 1) * CELLS_A_BUCKET) / Math.max(n, 1));
    this.size = Math.max(size, 1);
    this.columns = Math.max(1, Math.ceil((east - west + 1) / this.size));
    this.rows = Math.max(1, Math.ceil((north - south + 1) / this.size));
    const first = new Uint32Array(this.columns * this.rows + 1);
    this.eachPlace(n, box, (bucket) => first[bucket + 1]++);
    for (let i = 1; i < first.length; i++) first[i] += first[i - 1];
    const place = first.slice();
    this.cells = new Uint32Array(first[first.length - 1]);
    this.eachPlace(n, box, (bucket, cell) => (this.cells[place[bucket]++] = cell));
    this.first = first;
  }

  /**
   * @param {number} n
   * @param {Int32Array} box
   * @param {(bucket: number, cell: number) => void} visit
   */
  eachPlace(n, box, visit) {
    for (let cell = 0, at = 0; cell < n; cell++, at += 4) {
      if (box[at] > box[at + 2]) continue;
      const [left, right] = [this.column(box[at]), this.column(box[at + 2])];
      const [low, high] = [this.row(box[at + 1]), this.row(box[at + 3])];
      for (let row = low; row <= high; row++) {
        for (let column = left; column <= right; column++) visit(row * this.columns + column, cell);
      }
    }
  }

  /** @param {number} x */
  column(x) {
    return Math.min(this.columns - 1, Math.max(0, Math.floor((x - this.whole[0]) / this.size)));
  }

  /** @param {number} y */
  row(y) {
    return Math.min(this.rows - 1, Math.max(0, Math.floor((y - this.whole[1]) / this.size)));
  }

  /**
   * The cells whose box may hold a point.
   * @param {number} x
   * @param {number} y
   */
  at(x, y) {
    const bucket = this.row(y) * this.columns + this.column(x);
    return this.cells.subarray(this.first[bucket], this.first[bucket + 1]);
  }

  /**
   * Visit the cells whose box may meet a box, some more than once.
   * @param {Box} box
   * @param {(cell: number) => void} visit
   */
  within([west, south, east, north], visit) {
    if (!(west <= this.whole[2] && east >= this.whole[0] && south <= this.whole[3] && north >= this.whole[1])) return;
    const [left, right] = [this.column(west), this.column(east)];
    const [low, high] = [this.row(south), this.row(north)];
    for (let row = low; row <= high; row++) {
      const start = this.first[row * this.columns + left];
      const end = this.first[row * this.columns + right + 1];
      for (let k = start; k < end; k++) visit(this.cells[k]);
    }
  }
}

/**
 * @param {Int32Array} box
 * @param {number} n
 * @returns {Box}
 */
function wholeBox(box, n) {
  /** @type {Box} */
  const whole = [Infinity, Infinity, -Infinity, -Infinity];
  for (let at = 0; at < 4 * n; at += 4) {
    if (box[at] > box[at + 2]) continue;
    whole[0] = Math.min(whole[0], box[at]);
    whole[1] = Math.min(whole[1], box[at + 1]);
    whole[2] = Math.max(whole[2], box[at + 2]);
    whole[3] = Math.max(whole[3], box[at + 3]);
  }
  return whole[0] > whole[2] ? [0, 0, 0, 0] : whole;
}
