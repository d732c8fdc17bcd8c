/** Saving: ask for the reason, save, and when somebody else was first show both sides before anything is done. */
import { dialogsOf } from "./asking.js";
import { wordsOf } from "./words_panel.js";

/** @typedef {import("./answers.js").Bench} Bench */
/** @typedef {import("./answers.js").Refusal} Refusal */

/** The colours on the map of what they changed, what was changed here, and what both did. */
export const SIDES = ["#1a5fb4", "#7d5ba6", "#c01c28"];

/**
 * Save the plan as a version; true when it is saved.
 * @param {Bench} bench
 * @returns {Promise<boolean>}
 */
export async function savePlan(bench) {
  const said = await dialogsOf(bench).askSave({ author: bench.hello?.author ?? "", edits: bench.plan?.unsaved ?? 0 });
  if (!said) return false;
  try {
    await bench.ask("save", said);
    return true;
  } catch (error) {
    const refusal = /** @type {Refusal} */ (error);
    if (refusal.code !== "conflict") throw error;
    await settle(bench, refusal);
    return false;
  }
}

/**
 * Another save was first: show both sides, and take theirs with one's own edits made again if that is wished.
 * @param {Bench} bench
 * @param {Refusal} refusal
 */
export async function settle(bench, refusal) {
  const difference = refusal.difference ?? [];
  const wish = await dialogsOf(bench).showConflict({ difference, summary: refusal.summary ?? refusal.why });
  if (wish === "map") return showDifference(bench, difference);
  if (wish !== "reload") return;
  const answer = await bench.ask("reload");
  await dialogsOf(bench).showRefused({ refused: answer.refused ?? [], difference: answer.difference ?? [] });
}

/**
 * Show the cells that both or one of them changed.
 * @param {Bench} bench
 * @param {import("./answers.js").Difference[]} difference
 */
function showDifference(bench, difference) {
  const t = wordsOf(bench);
  const codes = clashCodes(bench.cellIds, difference);
  bench.ghost({ codes, palette: SIDES, label: t("conflict_ghost"), covers: true });
  const cells = [...codes.keys()].filter((cell) => codes[cell] >= 0);
  if (cells.length) bench.flyTo({ cells: Uint32Array.from(cells) }, { flash: true });
}

/**
 * For each cell: 0 where they changed it, 1 where it was changed here, 2 where both did, each to something else; else -1.
 * @param {readonly string[]} ids
 * @param {import("./answers.js").Difference[]} difference
 */
export function clashCodes(ids, difference) {
  const places = new Map(ids.map((id, place) => [id, place]));
  const codes = new Int8Array(ids.length).fill(-1);
  for (const { kind, target, before, theirs, clash } of difference) {
    const place = kind === "cell" ? places.get(target) : undefined;
    if (place !== undefined) codes[place] = clash ? 2 : theirs !== before ? 0 : 1;
  }
  return codes;
}
