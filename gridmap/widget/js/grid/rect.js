/** Which part of a picture changes with some cells. */
import { grain } from "./compose.js";

/** @typedef {import("./cells.js").Cells} Cells */
/** @typedef {import("./raster.js").View} View */
/** @typedef {{x: number, y: number, width: number, height: number}} Rect  in device pixels */

/**
 * The part of a picture that cells change, with the borders around them; null where none is in sight.
 * @param {Cells} cells
 * @param {ArrayLike<number>} changed
 * @param {View} view
 * @returns {Rect | null}
 */
export function rectOf({ box }, changed, view) {
  const { width, height, scale, x0, y0 } = view;
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < changed.length; i++) {
    const at = 4 * changed[i];
    west = Math.min(west, box[at]);
    south = Math.min(south, box[at + 1]);
    east = Math.max(east, box[at + 2]);
    north = Math.max(north, box[at + 3]);
  }
  // A cell too small for a pixel may have been given one beside its own.
  const margin = grain(view) + 2;
  const x = Math.max(0, Math.floor((west - x0) * scale) - margin);
  const y = Math.max(0, Math.floor((y0 - north) * scale) - margin);
  const right = Math.min(width, Math.ceil((east - x0) * scale) + margin);
  const bottom = Math.min(height, Math.ceil((y0 - south) * scale) + margin);
  return right > x && bottom > y ? { x, y, width: right - x, height: bottom - y } : null;
}

/**
 * @param {Rect} one
 * @param {Rect} other
 * @returns {Rect}
 */
export function around(one, other) {
  const x = Math.min(one.x, other.x);
  const y = Math.min(one.y, other.y);
  const right = Math.max(one.x + one.width, other.x + other.width);
  return { x, y, width: right - x, height: Math.max(one.y + one.height, other.y + other.height) - y };
}
