import { once } from "../once.js";
import { bordersOf } from "./borders.js";

/**
 * The cells of a grid as shared borders in flat arrays: what gridmap/core/encode.py packs is unpacked here.
 *
 * A border (an arc) is there once, with the cell on its left and the cell on its right. So a cell is the sum of
 * the arcs that name it, whatever parts and holes it has, and a point lies in it if a ray from the point crosses
 * these arcs an odd number of times. That holds for cells that overlap or leave gaps, too.
 *
 * @typedef {object} CellsHead
 * @property {number} n  how many cells there are
 * @property {[number, number]} origin  of the lattice, in metres of EPSG:3857
 * @property {number} step  of the lattice, in the same metres
 * @property {number} arcs  how many arcs there are
 *
 * @typedef {object} CellsBuffers
 * @property {Uint8Array} arcs  as EncodedCells of gridmap/core/encode.py; or plain, for each arc the number of its
 *   vertices, then the steps in x and y from vertex to vertex through all arcs, as varints
 * @property {Int32Array} [sides]  with plain arcs: the cells on the left and right of each; -1 for none
 * @property {Int32Array | null} [rank]  the place of each cell in the order of ids; the order of cells if not given
 *
 * @typedef {object} Cells
 * @property {number} n
 * @property {[number, number]} origin
 * @property {number} step
 * @property {Int32Array} xs  of all vertices, arc after arc, both ends included
 * @property {Int32Array} ys  y grows to the north
 * @property {Uint32Array} first  where each arc begins in xs and ys; one more at the end
 * @property {Int32Array} left
 * @property {Int32Array} right
 * @property {Uint32Array} arcFirst  where the arcs of each cell begin in arcOf; one more at the end
 * @property {Uint32Array} arcOf
 * @property {Int32Array} arcBox  min x, min y, max x, max y of each arc
 * @property {Int32Array} box  the same of each cell; of a cell without arcs min x lies above max x
 * @property {Int32Array} middle  x and y of a point inside each cell: its centre of mass where that lies inside;
 *   worked out for all of them when it is first asked for
 * @property {Int32Array | null} rank  where cells overlap, the one with the lowest rank is on top
 */

const FAR = 2 ** 31 - 1;

/**
 * Unpack the cells of a grid.
 * @param {CellsHead} head
 * @param {CellsBuffers} buffers
 * @returns {Cells}
 */
export function decodeCells({ n, origin, step, arcs }, { arcs: bytes, sides, rank = null }) {
  const { xs, ys, first, left, right } = bordersOf(arcs, bytes, sides);
  const { arcFirst, arcOf } = arcsOfCells(n, left, right);
  const arcBox = boxesOfArcs(xs, ys, first);
  const box = boxesOfCells(arcFirst, arcOf, arcBox);
  const borders = { n, origin, step, xs, ys, first, left, right, arcFirst, arcOf, arcBox, box, rank };
  const whole = once(() => middles(borders));
  return {
    ...borders,
    get middle() {
      return whole();
    },
  };
}

/**
 * List the arcs of each cell. An arc between two parts of one cell is no border of it, so it is not listed.
 * @param {number} n
 * @param {Int32Array} left
 * @param {Int32Array} right
 */
function arcsOfCells(n, left, right) {
  const arcFirst = new Uint32Array(n + 1);
  const sides = [left, right];
  for (const side of sides) {
    for (let arc = 0; arc < side.length; arc++) if (side[arc] >= 0 && left[arc] !== right[arc]) arcFirst[side[arc] + 1]++;
  }
  for (let cell = 0; cell < n; cell++) arcFirst[cell + 1] += arcFirst[cell];
  const place = arcFirst.slice(0, n);
  const arcOf = new Uint32Array(arcFirst[n]);
  for (const side of sides) {
    for (let arc = 0; arc < side.length; arc++) if (side[arc] >= 0 && left[arc] !== right[arc]) arcOf[place[side[arc]]++] = arc;
  }
  return { arcFirst, arcOf };
}

/**
 * @param {Int32Array} xs
 * @param {Int32Array} ys
 * @param {Uint32Array} first
 */
function boxesOfArcs(xs, ys, first) {
  const arcs = first.length - 1;
  const boxes = new Int32Array(4 * arcs);
  for (let arc = 0; arc < arcs; arc++) {
    let west = FAR;
    let south = FAR;
    let east = -FAR;
    let north = -FAR;
    for (let i = first[arc]; i < first[arc + 1]; i++) {
      const x = xs[i];
      const y = ys[i];
      if (x < west) west = x;
      if (x > east) east = x;
      if (y < south) south = y;
      if (y > north) north = y;
    }
    boxes[4 * arc] = west;
    boxes[4 * arc + 1] = south;
    boxes[4 * arc + 2] = east;
    boxes[4 * arc + 3] = north;
  }
  return boxes;
}

/**
 * @param {Uint32Array} arcFirst
 * @param {Uint32Array} arcOf
 * @param {Int32Array} arcBox
 */
function boxesOfCells(arcFirst, arcOf, arcBox) {
  const n = arcFirst.length - 1;
  const boxes = new Int32Array(4 * n);
  for (let cell = 0; cell < n; cell++) {
    const at = 4 * cell;
    boxes[at] = boxes[at + 1] = FAR;
    boxes[at + 2] = boxes[at + 3] = -FAR;
    for (let k = arcFirst[cell]; k < arcFirst[cell + 1]; k++) {
      const arc = 4 * arcOf[k];
      boxes[at] = Math.min(boxes[at], arcBox[arc]);
      boxes[at + 1] = Math.min(boxes[at + 1], arcBox[arc + 1]);
      boxes[at + 2] = Math.max(boxes[at + 2], arcBox[arc + 2]);
      boxes[at + 3] = Math.max(boxes[at + 3], arcBox[arc + 3]);
    }
  }
  return boxes;
}

/** @typedef {Omit<Cells, "middle">} Borders  all of the cells but the points inside them */

/** @param {Borders} cells */
function middles(cells) {
  const found = new Int32Array(2 * cells.n);
  /** @type {number[]} */
  const crossings = [];
  for (let cell = 0; cell < cells.n; cell++) found.set(middleOf(cells, cell, crossings), 2 * cell);
  return found;
}

/**
 * A point inside a cell, as `middle` has it for all of them; the origin where a cell has no border.
 * @param {Borders} cells
 * @param {number} cell
 * @param {number[]} [crossings]  a list to use, so that none is made for each cell
 * @returns {[number, number]}
 */
export function middleOf(cells, cell, crossings = []) {
  const at = 4 * cell;
  const west = cells.box[at];
  const south = cells.box[at + 1];
  if (west > cells.box[at + 2]) return [0, 0];
  const { sumX, sumY, area } = momentsOf(cells, cell, west, south);
  const x = area ? west + sumX / area / 3 : (west + cells.box[at + 2]) / 2;
  let y = Math.floor(area ? south + sumY / area / 3 : (south + cells.box[at + 3]) / 2);
  crossingsAt(cells, cell, y, crossings);
  if (!crossings.length) crossingsAt(cells, cell, (y = heightOf(cells, cell)), crossings); // between two parts
  return [Math.floor(insideOf(crossings, x)), y];
}

/**
 * The double area of a cell and what its centre of mass is made of, measured from its south-west corner so that
 * large coordinates cost no digits.
 * @param {Borders} cells
 * @param {number} cell
 * @param {number} west
 * @param {number} south
 */
function momentsOf({ xs, ys, first, left, arcFirst, arcOf }, cell, west, south) {
  let sumX = 0;
  let sumY = 0;
  let area = 0;
  for (let k = arcFirst[cell]; k < arcFirst[cell + 1]; k++) {
    const arc = arcOf[k];
    const sign = left[arc] === cell ? 1 : -1;
    let x1 = xs[first[arc]] - west;
    let y1 = ys[first[arc]] - south;
    for (let i = first[arc] + 1; i < first[arc + 1]; i++) {
      const x2 = xs[i] - west;
      const y2 = ys[i] - south;
      const cross = sign * (x1 * y2 - x2 * y1);
      area += cross;
      sumX += (x1 + x2) * cross;
      sumY += (y1 + y2) * cross;
      x1 = x2;
      y1 = y2;
    }
  }
  return { sumX, sumY, area };
}

/**
 * Where a level line crosses the borders of a cell, from west to east.
 * @param {Borders} cells
 * @param {number} cell
 * @param {number} y
 * @param {number[]} crossings  a list to use, so that none is made for each cell
 */
function crossingsAt({ xs, ys, first, arcFirst, arcOf, arcBox }, cell, y, crossings) {
  crossings.length = 0;
  for (let k = arcFirst[cell]; k < arcFirst[cell + 1]; k++) {
    const arc = arcOf[k];
    if (arcBox[4 * arc + 1] > y || arcBox[4 * arc + 3] <= y) continue;
    for (let i = first[arc]; i < first[arc + 1] - 1; i++) {
      if (ys[i] > y === ys[i + 1] > y) continue;
      crossings.push(xs[i] + ((y - ys[i]) * (xs[i + 1] - xs[i])) / (ys[i + 1] - ys[i]));
    }
  }
  crossings.sort((one, other) => one - other);
}

/**
 * A height at which there is some of a cell: the middle of its tallest border.
 * @param {Borders} cells
 * @param {number} cell
 */
function heightOf({ arcFirst, arcOf, arcBox }, cell) {
  let tallest = 4 * arcOf[arcFirst[cell]];
  for (let k = arcFirst[cell]; k < arcFirst[cell + 1]; k++) {
    const arc = 4 * arcOf[k];
    if (arcBox[arc + 3] - arcBox[arc + 1] > arcBox[tallest + 3] - arcBox[tallest + 1]) tallest = arc;
  }
  return Math.floor((arcBox[tallest + 1] + arcBox[tallest + 3]) / 2);
}

/**
 * The x itself if the cell is there, else the middle of its widest stretch.
 * @param {number[]} crossings
 * @param {number} x
 */
function insideOf(crossings, x) {
  let widest = 0;
  let best = x;
  for (let i = 0; i + 1 < crossings.length; i += 2) {
    if (crossings[i] <= x && x < crossings[i + 1]) return x;
    if (crossings[i + 1] - crossings[i] <= widest) continue;
    widest = crossings[i + 1] - crossings[i];
    best = (crossings[i] + crossings[i + 1]) / 2;
  }
  return best;
}
