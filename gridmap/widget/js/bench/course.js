/** Where the plan stands among its strokes, worked out from the log as the kernel does. */

/** @typedef {import("./answers.js").Stroke} Stroke */
/** @typedef {{made: number[], back: number[]}} Course  the numbers of strokes */

const STEPS = new Set(["edit", "restore", "discard"]);

/**
 * Whether undo takes back what a line of the log tells.
 * @param {string} kind
 */
export function isStep(kind) {
  return STEPS.has(kind);
}

/**
 * The strokes that are made, in their order, and those that were taken back and can be made again, the last first.
 * @param {readonly Stroke[]} log  the oldest first
 * @returns {Course}
 */
export function courseOf(log) {
  /** @type {number[]} */
  const made = [];
  /** @type {number[]} */
  const back = [];
  for (const { n, kind } of log) {
    if (isStep(kind)) {
      made.push(n);
      back.length = 0;
    } else if (kind === "undo" && made.length) back.push(/** @type {number} */ (made.pop()));
    else if (kind === "redo" && back.length) made.push(/** @type {number} */ (back.pop()));
    else if (kind === "reload") back.length = 0;
  }
  return { made, back };
}

/**
 * How many steps lead to the state right after a stroke; null where it was taken back and others were made since.
 * @param {{n: number}} stroke
 * @param {Course} course
 */
export function stepsTo({ n }, { made, back }) {
  if (made.includes(n)) return { undo: made.length - 1 - made.indexOf(n), redo: 0 };
  return back.includes(n) ? { undo: 0, redo: back.length - back.indexOf(n) } : null;
}
