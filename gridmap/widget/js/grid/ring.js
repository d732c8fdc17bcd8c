/**
 * A closed line on the lattice, such as a lasso, made ready to be asked many times.
 *
 * @typedef {[number, number, number, number]} Box  min x, min y, max x, max y
 *
 * @typedef {object} Shape
 * @property {Box} box
 * @property {number[]} point  x and y of any point of it
 * @property {(x: number, y: number) => boolean} holds
 * @property {(xs: Int32Array, ys: Int32Array, begin: number, end: number) => boolean} touchesArc
 */

const EDGES_A_SLAB = 2;
const MOST_SLABS = 4096;

/** @implements {Shape} */
export class Ring {
  /** @param {ArrayLike<number>} xy  x and y of the corners in turn; the last need not repeat the first */
  constructor(xy) {
    const { length } = xy;
    const isClosed = length > 2 && xy[0] === xy[length - 2] && xy[1] === xy[length - 1];
    this.size = (isClosed ? length - 2 : length) >> 1;
    this.xs = Float64Array.from({ length: this.size + 1 }, (_, i) => xy[2 * (i % this.size)]);
    this.ys = Float64Array.from({ length: this.size + 1 }, (_, i) => xy[2 * (i % this.size) + 1]);
    this.point = [this.xs[0], this.ys[0]];
    /** @type {Box} */
    this.box = [min(this.xs), min(this.ys), max(this.xs), max(this.ys)];
    // The edges are sorted into level slabs, so that a question looks at those near its height only.
    this.slabs = Math.min(MOST_SLABS, Math.max(1, Math.floor(this.size / EDGES_A_SLAB)));
    this.height = (this.box[3] - this.box[1]) / this.slabs || 1;
    const first = new Uint32Array(this.slabs + 1);
    this.eachSlab((slab) => first[slab + 1]++);
    for (let slab = 0; slab < this.slabs; slab++) first[slab + 1] += first[slab];
    const place = first.slice();
    const edges = new Uint32Array(first[this.slabs]);
    this.eachSlab((slab, edge) => (edges[place[slab]++] = edge));
    this.slabFirst = first;
    this.slabEdges = edges;
  }

  /** @param {(slab: number, edge: number) => void} visit */
  eachSlab(visit) {
    for (let edge = 0; edge < this.size; edge++) {
      const one = this.slabOf(this.ys[edge]);
      const other = this.slabOf(this.ys[edge + 1]);
      for (let slab = Math.min(one, other); slab <= Math.max(one, other); slab++) visit(slab, edge);
    }
  }

  /** @param {number} y */
  slabOf(y) {
    return Math.min(this.slabs - 1, Math.max(0, Math.floor((y - this.box[1]) / this.height)));
  }

  /**
   * Does the line go around a point, in whatever direction and however often?
   * @param {number} x
   * @param {number} y
   */
  holds(x, y) {
    const { xs, ys, box, slabFirst, slabEdges } = this;
    if (x < box[0] || x > box[2] || y < box[1] || y > box[3]) return false;
    const slab = this.slabOf(y);
    let turns = 0;
    for (let k = slabFirst[slab]; k < slabFirst[slab + 1]; k++) {
      const i = slabEdges[k];
      const rises = ys[i + 1] > y;
      if (ys[i] > y === rises) continue;
      const side = turn(xs[i], ys[i], xs[i + 1], ys[i + 1], x, y);
      if (rises ? side > 0 : side < 0) turns += rises ? 1 : -1;
    }
    return turns !== 0;
  }

  /**
   * Does the line cross or touch an arc, or hold it?
   * @param {Int32Array} xs
   * @param {Int32Array} ys
   * @param {number} begin
   * @param {number} end
   */
  touchesArc(xs, ys, begin, end) {
    if (this.holds(xs[begin], ys[begin])) return true;
    const [west, south, east, north] = this.box;
    for (let i = begin + 1; i < end; i++) {
      const ax = xs[i - 1];
      const ay = ys[i - 1];
      const bx = xs[i];
      const by = ys[i];
      if ((ax < west && bx < west) || (ax > east && bx > east) || (ay < south && by < south) || (ay > north && by > north)) continue;
      if (this.touchesEdge(ax, ay, bx, by)) return true;
    }
    return false;
  }

  /**
   * @param {number} ax
   * @param {number} ay
   * @param {number} bx
   * @param {number} by
   */
  touchesEdge(ax, ay, bx, by) {
    const { xs, ys, slabFirst, slabEdges } = this;
    const last = this.slabOf(Math.max(ay, by));
    const west = Math.min(ax, bx);
    const east = Math.max(ax, bx);
    for (let slab = this.slabOf(Math.min(ay, by)); slab <= last; slab++) {
      for (let k = slabFirst[slab]; k < slabFirst[slab + 1]; k++) {
        const i = slabEdges[k];
        if ((xs[i] < west && xs[i + 1] < west) || (xs[i] > east && xs[i + 1] > east)) continue;
        if (crosses(ax, ay, bx, by, xs[i], ys[i], xs[i + 1], ys[i + 1])) return true;
      }
    }
    return false;
  }
}

/**
 * Above 0 if a point lies on the left of an edge, 0 if it lies in line with it. Exact for whole numbers whose
 * differences stay below 2 ** 26, which is 6,700 km on a lattice of 0.1 m.
 * @param {number} ax
 * @param {number} ay
 * @param {number} bx
 * @param {number} by
 * @param {number} x
 * @param {number} y
 */
export function turn(ax, ay, bx, by, x, y) {
  return (bx - ax) * (y - ay) - (x - ax) * (by - ay);
}

/**
 * Do two edges cross or touch?
 * @param {number} ax
 * @param {number} ay
 * @param {number} bx
 * @param {number} by
 * @param {number} cx
 * @param {number} cy
 * @param {number} dx
 * @param {number} dy
 */
export function crosses(ax, ay, bx, by, cx, cy, dx, dy) {
  if (Math.max(ax, bx) < Math.min(cx, dx) || Math.max(cx, dx) < Math.min(ax, bx)) return false;
  if (Math.max(ay, by) < Math.min(cy, dy) || Math.max(cy, dy) < Math.min(ay, by)) return false;
  const one = Math.sign(turn(ax, ay, bx, by, cx, cy));
  const other = Math.sign(turn(ax, ay, bx, by, dx, dy));
  const third = Math.sign(turn(cx, cy, dx, dy, ax, ay));
  const fourth = Math.sign(turn(cx, cy, dx, dy, bx, by));
  return one * other <= 0 && third * fourth <= 0;
}

/** @param {Float64Array} numbers */
function min(numbers) {
  return numbers.reduce((one, other) => Math.min(one, other), Infinity);
}

/** @param {Float64Array} numbers */
function max(numbers) {
  return numbers.reduce((one, other) => Math.max(one, other), -Infinity);
}
