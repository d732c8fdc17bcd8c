/**
 * Which cells a point, a box, a polygon, a circle or the stroke of a brush meets: decided by geometry, never by
 * the pixels on the screen. All answers are sorted cell numbers.
 *
 * A shape first looks up the cells whose box it may meet in a coarse grid of buckets. Of these it takes the ones
 * it can be sure of by a glance, and looks at the edges of the rest.
 *
 * @typedef {"touch" | "middle"} By  whether a cell is meant that the shape touches, or whose middle it holds
 */
import { once } from "../once.js";
import { Buckets } from "./buckets.js";
import { Ring } from "./ring.js";
import { Capsule, Oblong } from "./shapes.js";

/** @typedef {import("./cells.js").Cells} Cells */

const NO_CELL = -1;

export class CellIndex {
  /**
   * @param {Cells} cells
   * @param {Int32Array | null} [rank]  where cells overlap, the one with the lowest rank is on top
   */
  constructor(cells, rank = cells.rank) {
    this.cells = cells;
    this.rank = rank;
    this.sorted = once(() => new Buckets(cells));
    /** The number of the last question that met each cell, so that none is asked twice. */
    this.asked = new Uint32Array(cells.n);
    this.questions = 0;
  }

  /** The cells by place, sorted when somebody first asks. */
  get buckets() {
    return this.sorted();
  }

  /**
   * The cell at a point of the lattice, `-1` for none. A point on a border is in one of the cells beside it.
   * @param {number} x
   * @param {number} y
   */
  at(x, y) {
    let best = NO_CELL;
    for (const cell of this.buckets.at(x, y)) {
      if (!this.holds(cell, x, y)) continue;
      if (best === NO_CELL || this.rankOf(cell) < this.rankOf(best)) best = cell;
    }
    return best;
  }

  /**
   * Does a cell hold a point?
   * @param {number} cell
   * @param {number} x
   * @param {number} y
   */
  holds(cell, x, y) {
    const { xs, ys, first, arcFirst, arcOf, arcBox, box } = this.cells;
    const at = 4 * cell;
    if (x < box[at] || x > box[at + 2] || y < box[at + 1] || y > box[at + 3]) return false;
    let inside = false;
    for (let k = arcFirst[cell]; k < arcFirst[cell + 1]; k++) {
      const arc = arcOf[k];
      if (arcBox[4 * arc + 1] > y || arcBox[4 * arc + 3] <= y || arcBox[4 * arc + 2] < x) continue;
      const last = first[arc + 1] - 1;
      for (let i = first[arc]; i < last; i++) {
        const y1 = ys[i];
        const y2 = ys[i + 1];
        if (y1 > y === y2 > y) continue;
        const side = (xs[i + 1] - xs[i]) * (y - y1) - (x - xs[i]) * (y2 - y1);
        if (y2 > y1 ? side > 0 : side < 0) inside = !inside;
      }
    }
    return inside;
  }

  /**
   * @param {number} x0
   * @param {number} y0
   * @param {number} x1
   * @param {number} y1
   * @param {By} [by]
   */
  inBox(x0, y0, x1, y1, by = "touch") {
    const west = Math.min(x0, x1);
    const east = Math.max(x0, x1);
    const south = Math.min(y0, y1);
    const north = Math.max(y0, y1);
    return this.meeting(new Oblong([west, south, east, north]), by);
  }

  /**
   * @param {Float64Array | ArrayLike<number>} xy  the corners, x and y in turn; need not be closed. Where the line
   *   crosses itself, what it goes around at all counts as inside.
   * @param {By} [by]
   */
  inPolygon(xy, by = "touch") {
    return this.meeting(new Ring(xy), by);
  }

  /**
   * @param {number} x
   * @param {number} y
   * @param {number} r
   * @param {By} [by]
   */
  inCircle(x, y, r, by = "touch") {
    return this.meeting(new Capsule(x, y, x, y, r), by);
  }

  /**
   * The cells that a round brush of radius r touches on its way from one point to another.
   * @param {number} x0
   * @param {number} y0
   * @param {number} x1
   * @param {number} y1
   * @param {number} r
   * @param {By} [by]
   */
  inCapsule(x0, y0, x1, y1, r, by = "touch") {
    return this.meeting(new Capsule(x0, y0, x1, y1, r), by);
  }

  /**
   * The cells that share a border with a cell.
   * @param {number} cell
   */
  neighbours(cell) {
    const { left, right, arcFirst, arcOf } = this.cells;
    /** @type {Set<number>} */
    const found = new Set();
    for (let k = arcFirst[cell]; k < arcFirst[cell + 1]; k++) {
      const other = left[arcOf[k]] === cell ? right[arcOf[k]] : left[arcOf[k]];
      if (other >= 0) found.add(other);
    }
    return Uint32Array.from(found).sort();
  }

  /**
   * The cells that hang together with a cell by shared borders through cells of the same kind, itself included.
   * @param {number} seed
   * @param {(cell: number) => boolean} same
   */
  flood(seed, same) {
    if (seed < 0 || !same(seed)) return new Uint32Array(0);
    const { left, right, arcFirst, arcOf } = this.cells;
    const question = ++this.questions;
    const found = [seed];
    this.asked[seed] = question;
    for (let i = 0; i < found.length; i++) {
      for (let k = arcFirst[found[i]]; k < arcFirst[found[i] + 1]; k++) {
        const arc = arcOf[k];
        const cell = left[arc] === found[i] ? right[arc] : left[arc];
        if (cell < 0 || this.asked[cell] === question) continue;
        this.asked[cell] = question;
        if (same(cell)) found.push(cell);
      }
    }
    return Uint32Array.from(found).sort();
  }

  /**
   * @param {Shape} shape
   * @param {By} by
   */
  meeting(shape, by) {
    const { middle } = this.cells;
    return this.inBuckets(shape.box, (cell) => {
      if (shape.holds(middle[2 * cell], middle[2 * cell + 1])) return this.cells.arcFirst[cell] < this.cells.arcFirst[cell + 1];
      return by === "touch" && this.touches(cell, shape);
    });
  }

  /**
   * Does a shape touch a cell whose middle it does not hold?
   * @param {number} cell
   * @param {Shape} shape
   */
  touches(cell, shape) {
    const { xs, ys, first, arcFirst, arcOf, arcBox } = this.cells;
    const [x, y] = shape.point;
    for (let k = arcFirst[cell]; k < arcFirst[cell + 1]; k++) {
      const arc = arcOf[k];
      if (!overlaps(shape.box, arcBox[4 * arc], arcBox[4 * arc + 1], arcBox[4 * arc + 2], arcBox[4 * arc + 3])) continue;
      if (shape.touchesArc(xs, ys, first[arc], first[arc + 1])) return true;
    }
    // No edge is near, so the shape lies wholly inside the cell or wholly outside.
    return this.holds(cell, x, y);
  }

  /**
   * @param {Box} box
   * @param {(cell: number) => boolean} isMeant
   */
  inBuckets(box, isMeant) {
    const boxes = this.cells.box;
    const question = ++this.questions;
    /** @type {number[]} */
    const found = [];
    this.buckets.within(box, (cell) => {
      if (this.asked[cell] === question) return;
      this.asked[cell] = question;
      const at = 4 * cell;
      if (overlaps(box, boxes[at], boxes[at + 1], boxes[at + 2], boxes[at + 3]) && isMeant(cell)) found.push(cell);
    });
    return Uint32Array.from(found).sort();
  }

  /** @param {number} cell */
  rankOf(cell) {
    return this.rank ? this.rank[cell] : cell;
  }
}

/** @typedef {import("./ring.js").Box} Box */
/** @typedef {import("./ring.js").Shape} Shape */

/**
 * @param {Box} box
 * @param {number} west
 * @param {number} south
 * @param {number} east
 * @param {number} north
 */
function overlaps(box, west, south, east, north) {
  return west <= box[2] && east >= box[0] && south <= box[3] && north >= box[1];
}
