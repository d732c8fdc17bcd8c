/** Where names are written: for each zone or area a place inside it, and how large it is. */
import { middleOf } from "../grid/cells.js";

/** @typedef {{x: number, y: number, size: number}} Anchor  on the lattice; the size is the root of the box's area */
/** @typedef {{n: number, x: number, y: number, box: number[], cell: number, away: number}} Sum */

/**
 * For each label a point inside the cell that is nearest to the middle of all its cells, by the boxes of the cells.
 * @param {import("../grid/cells.js").Cells} cells
 * @param {ArrayLike<number>} labels  for each cell a label, below 0 for none
 * @returns {Map<number, Anchor>}
 */
export function anchors(cells, labels) {
  const sums = summed(cells.box, labels);
  for (let cell = 0; cell < labels.length; cell++) {
    const sum = sums.get(labels[cell]);
    if (!sum) continue;
    const [x, y] = doubledCentre(cells.box, cell);
    const away = (x - sum.x / sum.n) ** 2 + (y - sum.y / sum.n) ** 2;
    if (away >= sum.away) continue;
    [sum.away, sum.cell] = [away, cell];
  }
  return new Map(
    [...sums].map(([label, { cell, box }]) => {
      const [x, y] = middleOf(cells, cell);
      return [label, { x, y, size: Math.sqrt((box[2] - box[0]) * (box[3] - box[1])) }];
    }),
  );
}

/**
 * @param {Int32Array} box
 * @param {ArrayLike<number>} labels
 */
function summed(box, labels) {
  /** @type {Map<number, Sum>} */
  const sums = new Map();
  for (let cell = 0; cell < labels.length; cell++) {
    const label = labels[cell];
    if (label < 0 || box[4 * cell] > box[4 * cell + 2]) continue; // a cell without a border is nowhere
    let sum = sums.get(label);
    if (!sum) sums.set(label, (sum = { n: 0, x: 0, y: 0, box: [Infinity, Infinity, -Infinity, -Infinity], cell, away: Infinity }));
    const [x, y] = doubledCentre(box, cell);
    sum.n++;
    sum.x += x;
    sum.y += y;
    sum.box[0] = Math.min(sum.box[0], box[4 * cell]);
    sum.box[1] = Math.min(sum.box[1], box[4 * cell + 1]);
    sum.box[2] = Math.max(sum.box[2], box[4 * cell + 2]);
    sum.box[3] = Math.max(sum.box[3], box[4 * cell + 3]);
  }
  return sums;
}

/**
 * The centre of the box of a cell, doubled so that it is whole.
 * @param {Int32Array} box
 * @param {number} cell
 */
function doubledCentre(box, cell) {
  return [box[4 * cell] + box[4 * cell + 2], box[4 * cell + 1] + box[4 * cell + 3]];
}
