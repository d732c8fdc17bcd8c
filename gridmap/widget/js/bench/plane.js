/** Where things are: the lattice of the cells, metres of EPSG:3857, degrees, pixels of the map. */
import * as L from "leaflet";
import { WORLD_M } from "./sheet.js";

/** @typedef {import("../grid/cells.js").Cells} Cells */

const EARTH_M = 6_378_137;

export class Plane {
  /**
   * @param {import("./state.js").Bench} bench
   * @param {HTMLElement} ground  where the map is drawn
   * @param {L.MapOptions} options
   */
  constructor(bench, ground, options) {
    this.bench = bench;
    this.ground = ground;
    this.map = L.map(ground, options);
    this.map.setView([30, 120], 10, { animate: false });
  }

  /** Metres of EPSG:3857 to a pixel. */
  get mercatorPerPx() {
    return WORLD_M / (256 * 2 ** this.map.getZoom());
  }

  /** Pixels to a step of the lattice. */
  get scale() {
    return (this.bench.cells?.step ?? 1) / this.mercatorPerPx;
  }

  /** @param {{x: number, y: number}} px @returns {[number, number]} */
  mercatorAt(px) {
    const { x, y } = this.map.containerPointToLayerPoint([px.x, px.y]).add(this.map.getPixelOrigin());
    return [x * this.mercatorPerPx - WORLD_M / 2, WORLD_M / 2 - y * this.mercatorPerPx];
  }

  /** @param {ArrayLike<number>} at */
  pxOfMercator(at) {
    const place = L.point((at[0] + WORLD_M / 2) / this.mercatorPerPx, (WORLD_M / 2 - at[1]) / this.mercatorPerPx);
    return this.map.layerPointToContainerPoint(place.subtract(this.map.getPixelOrigin()));
  }

  /** @param {ArrayLike<number>} xy  on the lattice @returns {[number, number]} */
  mercatorOf(xy) {
    const { origin, step } = /** @type {import("../grid/cells.js").Cells} */ (this.bench.cells);
    return [origin[0] + xy[0] * step, origin[1] + xy[1] * step];
  }

  /** @param {ArrayLike<number>} at  in EPSG:3857 @returns {[number, number]} */
  latticeOf(at) {
    const { origin, step } = this.bench.cells ?? { origin: [0, 0], step: 1 };
    return [(at[0] - origin[0]) / step, (at[1] - origin[1]) / step];
  }

  /** @param {number} x @param {number} y */
  pxOf(x, y) {
    return this.pxOfMercator(this.mercatorOf([x, y]));
  }

  /** True metres to a pixel at a place of the lattice. @param {ArrayLike<number>} xy */
  metresPerPx(xy) {
    return this.mercatorPerPx / Math.cosh(this.mercatorOf(xy)[1] / EARTH_M);
  }

  /** @param {{x: number, y: number}} px @returns {import("./tools.js").Spot} */
  spot(px) {
    const xy = this.latticeOf(this.mercatorAt(px));
    return { px, xy, cell: this.bench.index?.at(xy[0], xy[1]) ?? -1 };
  }

  /** Where a canvas over the map lies, as the engine wants it. @param {import("./sheet.js").Frame} frame */
  frameView({ width, height, ratio, perM, corner }) {
    const { origin, step } = this.bench.cells ?? { origin: [0, 0], step: 1 };
    return {
      width: Math.round(width * ratio),
      height: Math.round(height * ratio),
      scale: perM * step * ratio,
      x0: (corner.x - origin[0]) / step,
      y0: (corner.y - origin[1]) / step,
      ratio,
    };
  }

  /** @param {number[]} bounds  west, south, east, north in EPSG:3857 */
  boundsOf([west, south, east, north]) {
    const crs = L.CRS.EPSG3857;
    return L.latLngBounds(crs.unproject(L.point(west, south)), crs.unproject(L.point(east, north)));
  }

  /** @param {ArrayLike<number>} which */
  boxOf(which) {
    const { box } = /** @type {import("../grid/cells.js").Cells} */ (this.bench.cells);
    const answer = [Infinity, Infinity, -Infinity, -Infinity];
    for (let i = 0; i < which.length; i++) {
      const at = 4 * which[i];
      answer[0] = Math.min(answer[0], box[at]);
      answer[1] = Math.min(answer[1], box[at + 1]);
      answer[2] = Math.max(answer[2], box[at + 2]);
      answer[3] = Math.max(answer[3], box[at + 3]);
    }
    return [...this.mercatorOf(answer.slice(0, 2)), ...this.mercatorOf(answer.slice(2))];
  }

  /** The borders of a cell, in pixels. @param {number} cell */
  linesOf(cell) {
    const { cells } = this.bench;
    if (!cells) return [];
    return Array.from(cells.arcOf.subarray(cells.arcFirst[cell], cells.arcFirst[cell + 1]), (arc) => this.lineOf(cells, arc));
  }

  /** @param {import("../grid/cells.js").Cells} cells @param {number} arc */
  lineOf({ first, xs, ys }, arc) {
    const line = [];
    for (let at = first[arc]; at < first[arc + 1]; at++) line.push(this.pxOf(xs[at], ys[at]));
    return line;
  }
}
