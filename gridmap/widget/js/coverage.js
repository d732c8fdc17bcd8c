/** The cells of a grid on the web map: drawn as one picture, and found by place and by name. */
import { unzlibSync } from "fflate";
import * as L from "leaflet";
import { bytesOf } from "./base64.js";
import { decodeCells } from "./grid/cells.js";
import { rgba } from "./grid/compose.js";
import { GridLayer } from "./grid/layer.js";
import { safeColor } from "./scene.js";

/** @typedef {import("./scene.js").Feature} Feature */
/** @typedef {import("./scene.js").LonLat} LonLat */

// A veil, so that the extent of the grid is seen where its cells are too small for borders.
const GROUND = rgba("#ffffff", 0.5);
const BORDER_OPACITY = 0.7;

export class Coverage {
  /**
   * @param {import("./scene.js").PackedCells} packed
   * @param {{names?: string, color?: string, pane: string}} look
   */
  constructor(packed, { names = "", color, pane }) {
    this.cells = decodeCells(packed, { arcs: bytesOf(packed.data) });
    this.names = names ? new TextDecoder().decode(unzlibSync(bytesOf(names))).split("\n") : [];
    this.layer = new GridLayer({ pane });
    this.layer.setCells(this.cells);
    this.layer.setStyle({ plain: GROUND, cellBorder: rgba(safeColor(color), BORDER_OPACITY) });
  }

  /**
   * The cell at a place, or null where there is none that has a name.
   * @param {LonLat} place
   */
  featureAt([lon, lat]) {
    const cell = this.layer.index?.at(...this.layer.toLattice(L.latLng(lat, lon))) ?? -1;
    return this.names[cell] ? this.featureOf(cell) : null;
  }

  /**
   * @param {number} cell
   * @returns {Feature}
   */
  featureOf(cell) {
    const { xs, ys, first, arcFirst, arcOf, middle } = this.cells;
    /** @type {(x: number, y: number) => LonLat} */
    const place = (x, y) => {
      const { lng, lat } = this.layer.toLatLng(x, y);
      return [lng, lat];
    };
    const arcs = [...arcOf.subarray(arcFirst[cell], arcFirst[cell + 1])];
    const lines = arcs.map((arc) => Array.from(xs.subarray(first[arc], first[arc + 1]), (x, i) => place(x, ys[first[arc] + i])));
    return { kind: "cell", title: this.names[cell], lines, label_at: place(middle[2 * cell], middle[2 * cell + 1]) };
  }
}
