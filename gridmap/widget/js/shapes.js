/** The polygons of the zones, where they are packed because there are many vertices. */
import { unzlibSync } from "fflate";
import { bytesOf } from "./base64.js";

/** @typedef {{step: number, data: string}} PackedShapes  as gridmap/export/webshapes.py writes them */

/**
 * The polygons of each of some features.
 * @param {PackedShapes} packed
 * @param {number} count  of the features
 * @returns {import("./scene.js").LonLat[][][][]}
 */
export function readShapes({ step, data }, count) {
  const bytes = unzlibSync(bytesOf(data));
  let at = 0;
  const next = () => {
    let value = 0;
    for (let unit = 1; ; unit *= 128) {
      const byte = bytes[at++];
      value += (byte & 127) * unit;
      if (byte < 128) return value % 2 ? -(value + 1) / 2 : value / 2;
    }
  };
  const several = (/** @type {number} */ size) => Array.from({ length: size }, next);
  const sum = (/** @type {number[]} */ numbers) => numbers.reduce((total, number) => total + number, 0);
  const polygons = several(count);
  const rings = several(sum(polygons));
  const vertices = several(sum(rings));
  let [x, y, polygon, ring] = [0, 0, 0, 0];
  /** @returns {import("./scene.js").LonLat} */
  const place = () => [(x += next()) * step, (y += next()) * step];
  return polygons.map((size) =>
    Array.from({ length: size }, () =>
      Array.from({ length: rings[polygon++] }, () => Array.from({ length: vertices[ring++] }, place)),
    ),
  );
}
