/**
 * Many points, such as households: fed in parts, sorted by place, and drawn where few enough are in sight.
 */

/** @typedef {import("./raster.js").View} View */

const POINTS_A_BUCKET = 16;
const MOST_BUCKETS = 1 << 18;
const DOT_PX = 1.7;
/** More points than these cover the map, and tell nothing any more. */
const MOST_DRAWN = 60_000;

export class Points {
  /** @param {number} [total]  how many will come; more may */
  constructor(total = 0) {
    this.size = 0;
    this.xs = new Int32Array(total);
    this.ys = new Int32Array(total);
    this.cells = new Uint32Array(total);
    /** @type {Sorted | null} */
    this.sorted = null;
  }

  /**
   * @param {Int32Array} x  on the lattice
   * @param {Int32Array} y
   * @param {Uint32Array} cell
   */
  add(x, y, cell) {
    const size = this.size + x.length;
    if (size > this.xs.length) {
      const room = Math.max(size, 2 * this.xs.length);
      this.xs = extended(this.xs, new Int32Array(room));
      this.ys = extended(this.ys, new Int32Array(room));
      this.cells = extended(this.cells, new Uint32Array(room));
    }
    this.xs.set(x, this.size);
    this.ys.set(y, this.size);
    this.cells.set(cell, this.size);
    this.size = size;
    this.sorted = null;
  }

  /** @returns {Sorted} */
  get index() {
    this.sorted ??= new Sorted(this.xs.subarray(0, this.size), this.ys.subarray(0, this.size));
    return this.sorted;
  }

  /**
   * About how many points are in a view; never fewer than there are.
   * @param {View} view
   */
  countIn(view) {
    let count = 0;
    this.index.eachRun(...edgesOf(view), (begin, end) => (count += end - begin));
    return count;
  }

  /**
   * Draw the points in a view as dots, none where there are too many of them to be told apart.
   * @param {CanvasRenderingContext2D} ctx
   * @param {View} view
   * @param {{color: string, most?: number}} style
   * @returns {number}  how many were drawn
   */
  draw(ctx, view, { color, most = MOST_DRAWN }) {
    if (this.countIn(view) > most) return 0;
    const { width, height, scale, x0, y0, ratio = 1 } = view;
    const { xs, ys } = this;
    const { order } = this.index;
    const size = Math.max(2, Math.round(2 * DOT_PX * ratio));
    let count = 0;
    ctx.save();
    // The context may count in pixels of the page; dots are placed on whole pixels of the device.
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.fillStyle = color;
    this.index.eachRun(...edgesOf(view), (begin, end) => {
      for (let k = begin; k < end; k++) {
        const point = order[k];
        const x = (xs[point] - x0) * scale;
        const y = (y0 - ys[point]) * scale;
        if (x < 0 || y < 0 || x > width || y > height) continue;
        ctx.fillRect(Math.round(x - size / 2), Math.round(y - size / 2), size, size);
        count++;
      }
    });
    ctx.restore();
    return count;
  }

  /**
   * The point nearest to a place, if it is no further than r; else `-1`.
   * @param {number} x
   * @param {number} y
   * @param {number} r
   */
  nearest(x, y, r) {
    const { xs, ys } = this;
    const { order } = this.index;
    let best = -1;
    let least = r * r;
    this.index.eachRun(x - r, y - r, x + r, y + r, (begin, end) => {
      for (let k = begin; k < end; k++) {
        const point = order[k];
        const square = (xs[point] - x) ** 2 + (ys[point] - y) ** 2;
        if (square < least || (square === least && (best < 0 || point < best))) {
          least = square;
          best = point;
        }
      }
    });
    return best;
  }
}

/** The numbers of points, bucket after bucket of a coarse grid. */
class Sorted {
  /**
   * @param {Int32Array} xs
   * @param {Int32Array} ys
   */
  constructor(xs, ys) {
    const size = xs.length;
    const [west, east] = endsOf(xs);
    const [south, north] = endsOf(ys);
    this.west = west;
    this.south = south;
    this.east = east;
    this.north = north;
    const buckets = Math.min(MOST_BUCKETS, Math.max(1, size / POINTS_A_BUCKET));
    const area = (this.east - this.west + 1) * (this.north - this.south + 1);
    this.side = Math.max(1, Math.sqrt(area / buckets));
    this.columns = Math.ceil((this.east - this.west + 1) / this.side);
    this.rows = Math.ceil((this.north - this.south + 1) / this.side);
    const first = new Uint32Array(this.columns * this.rows + 1);
    const bucket = new Uint32Array(size);
    for (let i = 0; i < size; i++) {
      bucket[i] = Math.floor((ys[i] - this.south) / this.side) * this.columns + Math.floor((xs[i] - this.west) / this.side);
      first[bucket[i] + 1]++;
    }
    for (let i = 1; i < first.length; i++) first[i] += first[i - 1];
    const place = first.slice();
    this.first = first;
    this.order = new Uint32Array(size);
    for (let i = 0; i < size; i++) this.order[place[bucket[i]]++] = i;
  }

  /**
   * Visit the runs of `order` whose buckets meet a box.
   * @param {number} west
   * @param {number} south
   * @param {number} east
   * @param {number} north
   * @param {(begin: number, end: number) => void} visit
   */
  eachRun(west, south, east, north, visit) {
    if (!(west <= this.east && east >= this.west && south <= this.north && north >= this.south)) return;
    const left = Math.floor((Math.max(west, this.west) - this.west) / this.side);
    const right = Math.floor((Math.min(east, this.east) - this.west) / this.side);
    const high = Math.floor((Math.min(north, this.north) - this.south) / this.side);
    for (let row = Math.floor((Math.max(south, this.south) - this.south) / this.side); row <= high; row++) {
      visit(this.first[row * this.columns + left], this.first[row * this.columns + right + 1]);
    }
  }
}

/**
 * The edges of a view on the lattice: west, south, east, north.
 * @param {View} view
 * @returns {[number, number, number, number]}
 */
function edgesOf({ width, height, scale, x0, y0 }) {
  return [x0, y0 - height / scale, x0 + width / scale, y0];
}

/**
 * @param {Int32Array} numbers
 * @returns {[number, number]}
 */
function endsOf(numbers) {
  let least = numbers.length ? Infinity : 0;
  let most = numbers.length ? -Infinity : -1;
  for (let i = 0; i < numbers.length; i++) {
    if (numbers[i] < least) least = numbers[i];
    if (numbers[i] > most) most = numbers[i];
  }
  return [least, most];
}

/**
 * @template {Int32Array | Uint32Array} Numbers
 * @param {Numbers} old
 * @param {Numbers} larger
 */
function extended(old, larger) {
  larger.set(old);
  return larger;
}
