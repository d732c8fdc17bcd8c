/** Where a zone is: its cells and its carve-outs, and the way there. */
import { ringBounds } from "./carve_outs.js";

/** @typedef {import("./answers.js").Bench} Bench */
/** @typedef {import("./messages.js").ZoneRow} ZoneRow */

/**
 * The cells of a zone.
 * @param {ArrayLike<number>} zone  the zone of each cell
 * @param {number} code
 */
export function cellsOf(zone, code) {
  const cells = [];
  for (let cell = 0; cell < zone.length; cell++) if (zone[cell] === code) cells.push(cell);
  return Uint32Array.from(cells);
}

/**
 * The carve-outs that belong to a zone.
 * @param {Bench} bench
 * @param {ZoneRow} row
 */
export function carvesOf(bench, row) {
  return (bench.plan?.carve ?? []).filter(({ zone }) => zone === row.id);
}

/**
 * Fly to a zone; one that is not in the plan, or has no place, is flown to by nobody.
 * @param {Bench} bench
 * @param {ZoneRow | undefined} row
 */
export function flyToZone(bench, row) {
  if (!row) return;
  const cells = cellsOf(bench.zone, row.code);
  const places = carvesOf(bench, row).flatMap(({ at, rings }) => rings ?? (at ? [at] : []));
  if (cells.length) bench.flyTo({ cells }, { flash: true });
  else if (places.length) bench.flyTo({ bounds: ringBounds(places) }, { flash: true });
}

/**
 * A zone of the plan by its number.
 * @param {Bench} bench
 * @param {string} id
 */
export function zoneOf(bench, id) {
  return bench.plan?.zones.find((zone) => zone.id === id);
}
