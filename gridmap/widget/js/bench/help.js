/** The help: every tool and every key. */

/**
 * @param {import("./answers.js").Bench} _bench
 * @returns {Node[]}
 */
export function helpContent(_bench) {
  return [];
}
