/** Areas, compounds and buildings that people find by name, with the zones they lie in. */
import { unzlibSync } from "fflate";
import { bytesOf } from "./base64.js";

/**
 * @typedef {object} PackedPlaces  as gridmap/export/webplaces.py writes them
 * @property {string[][]} zones  the groups of zones; an empty text stands for "in none"
 * @property {[number, number]} origin  of the first place, in steps
 * @property {number} step  in degrees
 * @property {string} lines
 *
 * @typedef {object} Place
 * @property {string} name
 * @property {string[]} zones
 * @property {import("./scene.js").LonLat} at
 */

/**
 * @param {PackedPlaces | null | undefined} packed
 * @returns {Place[]}
 */
export function readPlaces(packed) {
  if (!packed) return [];
  let [x, y] = packed.origin;
  let head = "";
  const lines = new TextDecoder().decode(unzlibSync(bytesOf(packed.lines))).split("\n");
  return lines.map((line) => {
    const [inside, own, group, east, north] = line.split("\t");
    x += Number(east);
    y += Number(north);
    if (!inside) head = own;
    const name = inside ? `${head} ${own}` : own;
    return { name, zones: packed.zones[Number(group)] ?? [], at: [x * packed.step, y * packed.step] };
  });
}
