/**
 * Cells as a picture of their numbers: which cell lies under the middle of every pixel.
 *
 * @typedef {object} View
 * @property {number} width  in device pixels
 * @property {number} height
 * @property {number} scale  pixels to a step of the lattice
 * @property {number} x0  the lattice at the left edge
 * @property {number} y0  the lattice at the upper edge
 * @property {number} [ratio]  device pixels to a pixel of the page; 1 if not given
 */

import { middleOf } from "./cells.js";

/** @typedef {import("./cells.js").Cells} Cells */

export const NO_CELL = -1;

/**
 * Write the number of the cell under the middle of each pixel, `NO_CELL` where there is none.
 *
 * Of overlapping cells the one with the lowest rank is on top. A cell that is too small or too thin for the
 * middle of any pixel is given the pixel in which its `middle` lies, or one beside it that can be spared, so
 * that none is missed.
 * @param {Cells} cells
 * @param {View} view
 * @param {Int32Array} ids  row after row, width x height; overwritten
 */
export function fillIds(cells, view, ids) {
  const shown = cellsInView(cells, view);
  ids.fill(NO_CELL);
  const crossings = findCrossings(cells, view, shown, ids);
  const pixels = sweep(cells, view, shown, crossings, ids);
  for (let cell = cells.n - 1; cell >= 0; cell--) {
    if (shown[cell] && !pixels[cell]) givePixel(cells, view, cell, pixels, ids);
  }
}

/**
 * @param {Cells} cells
 * @param {View} view
 * @returns {Uint8Array}  1 for each cell whose box is in the view
 */
function cellsInView({ n, box }, { width, height, scale, x0, y0 }) {
  const east = x0 + width / scale;
  const south = y0 - height / scale;
  const shown = new Uint8Array(n);
  for (let cell = 0, at = 0; cell < n; cell++, at += 4) {
    if (box[at] <= east && box[at + 2] >= x0 && box[at + 1] <= y0 && box[at + 3] >= south) shown[cell] = 1;
  }
  return shown;
}

/** For each pixel a list of the arcs that are crossed before its middle is reached from the left. */
class Crossings {
  /** The arc of each entry, and the entry before it in its list; `ids` holds the last one of each pixel. */
  arc = new Int32Array(1 << 18);
  before = new Int32Array(1 << 18);
  count = 0;

  /** @param {number} more */
  makeRoom(more) {
    if (this.count + more <= this.arc.length) return;
    const size = 2 * (this.count + more);
    for (const name of /** @type {const} */ (["arc", "before"])) {
      const larger = new Int32Array(size);
      larger.set(this[name]);
      this[name] = larger;
    }
  }
}

/**
 * @param {Cells} cells
 * @param {View} view
 * @param {Uint8Array} shown
 * @param {Int32Array} ids  is given the last entry of the list of each pixel
 */
function findCrossings(cells, view, shown, ids) {
  const { first, left, right, arcBox } = cells;
  const east = view.x0 + view.width / view.scale;
  const south = view.y0 - view.height / view.scale;
  const crossings = new Crossings();
  for (let arc = 0; arc < left.length; arc++) {
    const cell = left[arc];
    const other = right[arc];
    if (cell === other || !((cell >= 0 && shown[cell]) || (other >= 0 && shown[other]))) continue;
    const at = 4 * arc;
    if (arcBox[at] > east || arcBox[at + 1] > view.y0 || arcBox[at + 3] < south) continue;
    crossings.makeRoom((first[arc + 1] - first[arc]) * view.height);
    crossArc(cells, view, arc, crossings, ids);
  }
  return crossings;
}

/**
 * @param {Cells} cells
 * @param {View} view
 * @param {number} arc
 * @param {Crossings} crossings
 * @param {Int32Array} ids
 */
function crossArc({ xs, ys, first }, { width, height, scale, x0, y0 }, arc, crossings, ids) {
  const end = first[arc + 1];
  let i = first[arc];
  let y = (y0 - ys[i]) * scale;
  let row = Math.floor(y + 0.5); // the first row whose middle is below the vertex
  while (++i < end) {
    const y2 = (y0 - ys[i]) * scale;
    const row2 = Math.floor(y2 + 0.5);
    if (row2 !== row) {
      const x = (xs[i - 1] - x0) * scale;
      const way = (xs[i] - xs[i - 1]) * scale;
      const last = Math.min(Math.max(row, row2), height);
      for (let r = Math.max(Math.min(row, row2), 0); r < last; r++) {
        const column = Math.ceil(x + ((r + 0.5 - y) * way) / (y2 - y) - 0.5);
        if (column >= width) continue;
        const pixel = r * width + Math.max(column, 0);
        crossings.before[crossings.count] = ids[pixel];
        crossings.arc[crossings.count] = arc;
        ids[pixel] = crossings.count++;
      }
    }
    y = y2;
    row = row2;
  }
}

/**
 * Go through each row from the left, and enter or leave the two cells of each arc that is crossed.
 * @param {Cells} cells
 * @param {View} view
 * @param {Uint8Array} shown
 * @param {Crossings} crossings
 * @param {Int32Array} ids  the lists of the pixels, overwritten by their cells
 * @returns {Uint32Array}  how many pixels each cell has
 */
function sweep({ n, left, right, rank }, { width, height }, shown, { arc, before }, ids) {
  const pixels = new Uint32Array(n);
  const inside = new Inside(rank);
  for (let row = 0, pixel = 0; row < height; row++) {
    inside.count = 0;
    let top = NO_CELL;
    let since = pixel;
    for (const end = pixel + width; pixel < end; pixel++) {
      let entry = ids[pixel];
      if (entry !== NO_CELL) {
        if (top !== NO_CELL) pixels[top] += pixel - since;
        since = pixel;
        for (; entry !== NO_CELL; entry = before[entry]) {
          const cell = left[arc[entry]];
          const other = right[arc[entry]];
          if (cell >= 0 && shown[cell]) inside.turn(cell);
          if (other >= 0 && shown[other]) inside.turn(other);
        }
        top = inside.top();
      }
      ids[pixel] = top;
    }
    if (top !== NO_CELL) pixels[top] += pixel - since;
  }
  return pixels;
}

/** The few cells that the sweep is in at a place. */
class Inside {
  /** @param {Int32Array | null} rank */
  constructor(rank) {
    this.rank = rank;
    this.cells = new Int32Array(16);
    this.count = 0;
  }

  /**
   * Leave a cell that the sweep is in, enter any other.
   * @param {number} cell
   */
  turn(cell) {
    const { cells, count } = this;
    for (let i = 0; i < count; i++) {
      if (cells[i] !== cell) continue;
      cells[i] = cells[--this.count];
      return;
    }
    if (count === cells.length) {
      this.cells = new Int32Array(2 * count);
      this.cells.set(cells);
    }
    this.cells[this.count++] = cell;
  }

  top() {
    const { cells, count, rank } = this;
    if (count < 2) return count ? cells[0] : NO_CELL;
    let best = cells[0];
    for (let i = 1; i < count; i++) {
      if (rank ? rank[cells[i]] < rank[best] : cells[i] < best) best = cells[i];
    }
    return best;
  }
}

// The pixel itself, then its neighbours.
const BESIDE = [[0, 0], [1, 0], [-1, 0], [0, 1], [0, -1], [1, 1], [-1, -1], [1, -1], [-1, 1]];

/**
 * Give a cell without a pixel the nearest one that leaves no other cell without any.
 * @param {Cells} cells
 * @param {View} view
 * @param {number} cell
 * @param {Uint32Array} pixels
 * @param {Int32Array} ids
 */
function givePixel(cells, { width, height, scale, x0, y0 }, cell, pixels, ids) {
  const [east, north] = middleOf(cells, cell);
  const column = Math.floor((east - x0) * scale);
  const row = Math.floor((y0 - north) * scale);
  if (column < 0 || row < 0 || column >= width || row >= height) return;
  for (const [right, down] of BESIDE) {
    const x = column + right;
    const y = row + down;
    if (x < 0 || y < 0 || x >= width || y >= height) continue;
    const owner = ids[y * width + x];
    if (owner !== NO_CELL && pixels[owner] < 2) continue;
    if (owner !== NO_CELL) pixels[owner]--;
    ids[y * width + x] = cell;
    pixels[cell] = 1;
    return;
  }
}
