/** Where names are written: for each zone or area a place inside it, and how large it is. */

/** @typedef {{x: number, y: number, size: number}} Anchor  on the lattice; the size is the root of the box's area */

/**
 * For each label the middle of the cell that is nearest to the middle of all its cells.
 * @param {import("../grid/cells.js").Cells} cells
 * @param {ArrayLike<number>} labels  for each cell a label, below 0 for none
 * @returns {Map<number, Anchor>}
 */
export function anchors({ middle, box }, labels) {
  /** @type {Map<number, {n: number, x: number, y: number, box: number[]}>} */
  const sums = new Map();
  for (let cell = 0; cell < labels.length; cell++) {
    const label = labels[cell];
    if (label < 0) continue;
    let sum = sums.get(label);
    if (!sum) sums.set(label, (sum = { n: 0, x: 0, y: 0, box: [Infinity, Infinity, -Infinity, -Infinity] }));
    sum.n++;
    sum.x += middle[2 * cell];
    sum.y += middle[2 * cell + 1];
    sum.box[0] = Math.min(sum.box[0], box[4 * cell]);
    sum.box[1] = Math.min(sum.box[1], box[4 * cell + 1]);
    sum.box[2] = Math.max(sum.box[2], box[4 * cell + 2]);
    sum.box[3] = Math.max(sum.box[3], box[4 * cell + 3]);
  }
  /** @type {Map<number, Anchor>} */
  const answer = new Map();
  /** @type {Map<number, number>} */
  const nearest = new Map();
  for (let cell = 0; cell < labels.length; cell++) {
    const sum = sums.get(labels[cell]);
    if (!sum) continue;
    const away = (middle[2 * cell] - sum.x / sum.n) ** 2 + (middle[2 * cell + 1] - sum.y / sum.n) ** 2;
    if (away >= (nearest.get(labels[cell]) ?? Infinity)) continue;
    nearest.set(labels[cell], away);
    const size = Math.sqrt((sum.box[2] - sum.box[0]) * (sum.box[3] - sum.box[1]));
    answer.set(labels[cell], { x: middle[2 * cell], y: middle[2 * cell + 1], size });
  }
  return answer;
}
