/** Where names are written: for each zone or area a place inside it, and how large it is. */
import { middleOf } from "../grid/cells.js";

/** @typedef {{x: number, y: number, size: number}} Anchor  on the lattice; the size is the root of the box's area */
/**
 * @typedef {object} Extents  of what carries each label, by the label
 * @property {Int32Array} count  how many of its cells have a border
 * @property {Float64Array} x  the sum of the middles of their boxes, doubled so that they are whole
 * @property {Float64Array} y
 * @property {Float64Array} size  the root of the area of the box round them
 */

const [SOUTH, EAST, NORTH] = [1, 2, 3]; // of the four numbers of a box, after the west

/**
 * For each label a point inside the cell that is nearest to the middle of all its cells, by the boxes of the cells.
 * @param {import("../grid/cells.js").Cells} cells
 * @param {ArrayLike<number>} labels  for each cell a label, a small whole number, below 0 for none
 * @returns {Map<number, Anchor>}
 */
export function anchors(cells, labels) {
  const { box } = cells;
  const { count, x, y, size } = extents(box, labels);
  const nearest = new Int32Array(count.length).fill(-1);
  const away = new Float64Array(count.length).fill(Infinity);
  for (let cell = 0; cell < labels.length; cell++) {
    const label = labels[cell];
    if (label < 0 || box[4 * cell] > box[4 * cell + EAST]) continue;
    const dx = box[4 * cell] + box[4 * cell + EAST] - x[label] / count[label];
    const dy = box[4 * cell + SOUTH] + box[4 * cell + NORTH] - y[label] / count[label];
    const distance = dx * dx + dy * dy;
    if (distance >= away[label]) continue;
    away[label] = distance;
    nearest[label] = cell;
  }
  /** @type {Map<number, Anchor>} */
  const found = new Map();
  nearest.forEach((cell, label) => {
    if (cell < 0) return;
    const [east, north] = middleOf(cells, cell);
    found.set(label, { x: east, y: north, size: size[label] });
  });
  return found;
}

/**
 * @param {Int32Array} box  of each cell, as Cells has it
 * @param {ArrayLike<number>} labels
 * @returns {Extents}
 */
export function extents(box, labels) {
  let most = -1;
  for (let cell = 0; cell < labels.length; cell++) if (labels[cell] > most) most = labels[cell];
  const count = new Int32Array(most + 1);
  const [x, y, size] = [new Float64Array(most + 1), new Float64Array(most + 1), new Float64Array(most + 1)];
  const round = new Int32Array(4 * (most + 1));
  for (let cell = 0; cell < labels.length; cell++) {
    const label = labels[cell];
    const at = 4 * cell;
    if (label < 0 || box[at] > box[at + EAST]) continue; // a cell without a border is nowhere
    if (!count[label]++) round.set(box.subarray(at, at + 4), 4 * label);
    else widen(round, 4 * label, box, at);
    x[label] += box[at] + box[at + EAST];
    y[label] += box[at + SOUTH] + box[at + NORTH];
  }
  for (let label = 0; label <= most; label++) {
    const of = 4 * label;
    size[label] = Math.sqrt((round[of + EAST] - round[of]) * (round[of + NORTH] - round[of + SOUTH]));
  }
  return { count, x, y, size };
}

/**
 * Make one box hold another one, too.
 * @param {Int32Array} round
 * @param {number} of  where the box begins
 * @param {Int32Array} box
 * @param {number} at  where the other one begins
 */
function widen(round, of, box, at) {
  if (box[at] < round[of]) round[of] = box[at];
  if (box[at + SOUTH] < round[of + SOUTH]) round[of + SOUTH] = box[at + SOUTH];
  if (box[at + EAST] > round[of + EAST]) round[of + EAST] = box[at + EAST];
  if (box[at + NORTH] > round[of + NORTH]) round[of + NORTH] = box[at + NORTH];
}
