/** The tools by name, in the order of the rail. */
import { areaTool, clickTool, floodTool } from "./tools_click.js";
import { brushTool, markTool } from "./tools_brush.js";
import { carveTool } from "./tools_carve.js";
import { encloseTool } from "./tools_enclose.js";
import { ringTool } from "./tools_ring.js";
import { boxTool, lassoTool, polygonTool } from "./tools_shape.js";

/** @typedef {import("./mapview.js").MapView} MapView */
/**
 * @typedef {object} Spot  a place of the pointer
 * @property {{x: number, y: number}} px  in pixels of the map
 * @property {[number, number]} xy  on the lattice
 * @property {number} cell  the cell there, -1 for none
 */
/**
 * @typedef {object} Tool  what the pointer does; every part may be missing
 * @property {(spot: Spot) => void} [down]
 * @property {(spot: Spot) => void} [drag]
 * @property {(spot: Spot) => void} [up]
 * @property {(spot: Spot | null) => void} [hover]  null: the pointer left the map
 * @property {() => boolean} [finish]  Enter or a double click; whether there was something to end
 * @property {() => boolean} [back]  Backspace; whether there was something to take back
 * @property {() => boolean} [cancel]  Escape; whether there was something to cancel
 * @property {() => void} [redraw]  the map moved
 * @property {() => boolean} [holds]  of a tool that was lent: whether the map stays while the pointer is dragged
 * @property {() => void} [begin]  it was chosen
 * @property {() => void} [end]  another one was chosen
 */
/** @typedef {"brush" | "by" | "only" | "erase" | "level" | "flood" | "ring" | "enclose" | "carve"} OptionName */

/** @type {Record<string, {key: string, options: OptionName[], group: number, make: (view: MapView) => Tool}>} */
export const TOOLS = {
  pan: { key: "v", options: [], group: 0, make: panTool },
  click: { key: "c", options: ["only"], group: 1, make: clickTool },
  brush: { key: "b", options: ["brush", "by", "only"], group: 1, make: (view) => brushTool(view) },
  eraser: { key: "e", options: ["brush", "by", "erase", "only"], group: 1, make: (view) => brushTool(view, -1) },
  box: { key: "m", options: ["by", "only"], group: 2, make: boxTool },
  lasso: { key: "l", options: ["by", "only"], group: 2, make: lassoTool },
  polygon: { key: "p", options: ["by", "only"], group: 2, make: polygonTool },
  ring: { key: "o", options: ["ring", "by", "only"], group: 2, make: ringTool },
  enclose: { key: "w", options: ["enclose", "by", "only"], group: 2, make: encloseTool },
  area: { key: "a", options: ["level", "only"], group: 3, make: areaTool },
  flood: { key: "g", options: ["flood", "only"], group: 3, make: floodTool },
  carve: { key: "x", options: ["carve"], group: 3, make: carveTool },
  lock: { key: "k", options: ["brush", "by"], group: 4, make: (view) => markTool(view, "Lock") },
  unlock: { key: "u", options: ["brush", "by"], group: 4, make: (view) => markTool(view, "Unlock") },
};

/** The tools that leave the paint choice alone: choosing a tier leaves them for a tool that paints. */
export const UNPAINTED = new Set(["pan", "eraser", "lock", "unlock"]);

/**
 * The map moves by dragging; a click chooses a cell.
 * @param {MapView} view
 * @returns {Tool}
 */
function panTool(view) {
  return {
    up: ({ cell }) => view.choose(cell),
    cancel() {
      const was = view.bench.chosen >= 0;
      view.choose(-1);
      return was;
    },
  };
}
