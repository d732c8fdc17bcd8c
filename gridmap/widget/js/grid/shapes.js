/** Shapes that cells are asked to meet: a rectangle, and the way of a round brush. */
import { crosses, turn } from "./ring.js";

/** @typedef {import("./ring.js").Box} Box */
/** @typedef {import("./ring.js").Shape} Shape */

/**
 * An upright rectangle, its sides included.
 * @implements {Shape}
 */
export class Oblong {
  /** @param {Box} box */
  constructor(box) {
    this.box = box;
    this.point = [box[0], box[1]];
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  holds(x, y) {
    const [west, south, east, north] = this.box;
    return x >= west && x <= east && y >= south && y <= north;
  }

  /**
   * @param {Int32Array} xs
   * @param {Int32Array} ys
   * @param {number} begin
   * @param {number} end
   */
  touchesArc(xs, ys, begin, end) {
    const [west, south, east, north] = this.box;
    for (let i = begin + 1; i < end; i++) {
      const ax = xs[i - 1];
      const ay = ys[i - 1];
      const bx = xs[i];
      const by = ys[i];
      if ((ax < west && bx < west) || (ax > east && bx > east) || (ay < south && by < south) || (ay > north && by > north)) continue;
      // It misses the rectangle only if all four corners lie on one side of it.
      const sides = [turn(ax, ay, bx, by, west, south), turn(ax, ay, bx, by, east, south)];
      sides.push(turn(ax, ay, bx, by, west, north), turn(ax, ay, bx, by, east, north));
      if (!sides.every((side) => side > 0) && !sides.every((side) => side < 0)) return true;
    }
    return false;
  }
}

/**
 * All points within a distance of the way from one point to another; of a point it is a circle.
 * @implements {Shape}
 */
export class Capsule {
  /**
   * @param {number} x0
   * @param {number} y0
   * @param {number} x1
   * @param {number} y1
   * @param {number} r
   */
  constructor(x0, y0, x1, y1, r) {
    this.ends = [x0, y0, x1, y1];
    this.square = r * r;
    this.point = [x0, y0];
    /** @type {Box} */
    this.box = [Math.min(x0, x1) - r, Math.min(y0, y1) - r, Math.max(x0, x1) + r, Math.max(y0, y1) + r];
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  holds(x, y) {
    const [x0, y0, x1, y1] = this.ends;
    return squareToEdge(x, y, x0, y0, x1, y1) <= this.square;
  }

  /**
   * @param {Int32Array} xs
   * @param {Int32Array} ys
   * @param {number} begin
   * @param {number} end
   */
  touchesArc(xs, ys, begin, end) {
    const [x0, y0, x1, y1] = this.ends;
    const [west, south, east, north] = this.box;
    const { square } = this;
    for (let i = begin + 1; i < end; i++) {
      const ax = xs[i - 1];
      const ay = ys[i - 1];
      const bx = xs[i];
      const by = ys[i];
      if ((ax < west && bx < west) || (ax > east && bx > east) || (ay < south && by < south) || (ay > north && by > north)) continue;
      if (squareToEdge(x0, y0, ax, ay, bx, by) <= square || squareToEdge(ax, ay, x0, y0, x1, y1) <= square) return true;
      if (squareToEdge(x1, y1, ax, ay, bx, by) <= square || squareToEdge(bx, by, x0, y0, x1, y1) <= square) return true;
      if (crosses(x0, y0, x1, y1, ax, ay, bx, by)) return true;
    }
    return false;
  }
}

/**
 * The square of the distance of a point from an edge.
 * @param {number} x
 * @param {number} y
 * @param {number} ax
 * @param {number} ay
 * @param {number} bx
 * @param {number} by
 */
function squareToEdge(x, y, ax, ay, bx, by) {
  const wayX = bx - ax;
  const wayY = by - ay;
  const length = wayX * wayX + wayY * wayY;
  const share = length ? Math.min(1, Math.max(0, ((x - ax) * wayX + (y - ay) * wayY) / length)) : 0;
  return (ax + share * wayX - x) ** 2 + (ay + share * wayY - y) ** 2;
}
