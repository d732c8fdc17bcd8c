/** The dialogs of a view, with all that the panel asks by them. */

/**
 * @param {import("./state.js").Bench} bench
 * @returns {import("./dialogs.js").PanelDialogs}
 */
export function dialogsOf(bench) {
  return /** @type {any} */ (bench.dialogs);
}
