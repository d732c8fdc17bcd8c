/**
 * The cells of a grid as one layer of a Leaflet map: a picture of cell numbers, painted by colour.
 *
 * The picture reaches beyond the map, so that a dragged map moves it without drawing; it is filled anew when the
 * map stands still, or when its edge comes into sight. While the map zooms the old picture is stretched.
 */
import * as L from "leaflet";
import { html } from "../dom.js";
import { compose, plainStyle } from "./compose.js";
import { CellIndex } from "./hit.js";
import { fillIds } from "./raster.js";
import { around, rectOf } from "./rect.js";

/** @typedef {import("./cells.js").Cells} Cells */
/** @typedef {import("./compose.js").Style} Style */
/** @typedef {import("./rect.js").Rect} Rect */
/** @typedef {import("./raster.js").View} View */

const HALF_WORLD_M = Math.PI * 6_378_137;
/** Beyond this a denser picture is slower to paint and looks the same. */
const DENSEST = 2;
/** How far the picture reaches beyond each side of the map, as a share of the map; less on very large screens. */
const PADDING = 0.2;
const MOST_PIXELS = 8_000_000;
/** The width of a cell, in pixels of the page, at which its border starts to show, and at which it is full. */
const [FAINT_PX, FULL_PX] = [3, 12];

export class GridLayer extends L.Layer {
  /** @param {L.LayerOptions} [options] */
  constructor(options = {}) {
    super();
    L.setOptions(this, options);
    this.canvas = html("canvas", { class: "gm-cells leaflet-zoom-animated" });
    this.ctx = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d", { willReadFrequently: true }));
    /** @type {Cells | null} */
    this.cells = null;
    /** @type {CellIndex | null} */
    this.index = null;
    this.style = plainStyle(0);
    /** The usual width of a cell, on the lattice. */
    this.side = 1;
    /** Where the picture lies; null while there is none. @type {Frame | null} */
    this.frame = null;
    this.ids = new Int32Array(0);
    this.image = new ImageData(1, 1);
    this.pixels = new Uint32Array(1);
    /** What has to be composed again. @type {Rect | null} */
    this.dirty = null;
    this.isStale = true;
    this.waiting = 0;
  }

  /** @param {L.Map} map */
  onAdd(map) {
    this.getPane()?.appendChild(this.canvas);
    if (map.getSize().x) this.refillSoon();
    return this;
  }

  onRemove() {
    cancelAnimationFrame(this.waiting);
    this.waiting = 0;
    this.canvas.remove();
    this.frame = null;
    this.isStale = true;
    return this;
  }

  getEvents() {
    /** @type {Record<string, L.LeafletEventHandlerFn>} */
    const events = {
      viewreset: () => this.refillSoon(),
      resize: () => this.refillSoon(),
      // After a short way enough of the picture is left on every side.
      moveend: () => this.roomLeft() < 0.5 && this.refillSoon(),
      // A map that is dragged far shows the edge of the picture.
      move: () => this.frame?.zoom === this._map.getZoom() && this.roomLeft() < 0 && this.refillSoon(),
      zoom: () => this.stretch(this._map.getCenter(), this._map.getZoom()),
      zoomanim: (event) => {
        const { center, zoom } = /** @type {L.ZoomAnimEvent} */ (event);
        this.stretch(center, zoom);
      },
    };
    return events;
  }

  /**
   * Show other cells; they look plain until `setStyle`.
   * @param {Cells} cells
   * @param {CellIndex} [index]  of these cells, where there is one already
   */
  setCells(cells, index = new CellIndex(cells)) {
    this.cells = cells;
    this.index = index;
    this.side = usualSide(cells);
    this.style = plainStyle(cells.n, this.style.dark);
    this.refillSoon();
  }

  /**
   * Change some of the style, and paint all cells anew. The arrays are kept: change them and call `touch`.
   * @param {Partial<Style>} style
   */
  setStyle(style) {
    this.style = { ...this.style, ...style };
    const { frame } = this;
    if (frame) this.composeSoon({ x: 0, y: 0, width: frame.view.width, height: frame.view.height });
  }

  /**
   * Paint cells anew whose style changed in its arrays.
   * @param {ArrayLike<number>} cells
   */
  touch(cells) {
    if (!this.frame || !this.cells || !cells.length) return;
    const rect = rectOf(this.cells, cells, this.frame.view);
    if (rect) this.composeSoon(rect);
  }

  /**
   * The cell at a pixel of the map, `-1` for none: by its true borders, not by the picture.
   * @param {L.PointExpression} containerPoint
   */
  idAt(containerPoint) {
    if (!this.index || !this._map) return -1;
    const [x, y] = this.toLattice(L.point(containerPoint));
    return this.index.at(x, y);
  }

  /**
   * @param {L.LatLng | L.Point} place  a pixel of the map if it is a point
   * @returns {[number, number]}
   */
  toLattice(place) {
    const { origin, step } = this.cells ?? { origin: [0, 0], step: 1 };
    const { x, y } = L.CRS.EPSG3857.project(place instanceof L.Point ? this._map.containerPointToLatLng(place) : place);
    return [(x - origin[0]) / step, (y - origin[1]) / step];
  }

  /**
   * @param {number} x  on the lattice
   * @param {number} y
   */
  toLatLng(x, y) {
    const { origin, step } = this.cells ?? { origin: [0, 0], step: 1 };
    return L.CRS.EPSG3857.unproject(L.point(origin[0] + x * step, origin[1] + y * step));
  }

  refillSoon() {
    this.isStale = true;
    this.waiting ||= requestAnimationFrame(() => this.paint());
  }

  /** @param {Rect} rect */
  composeSoon(rect) {
    this.dirty = this.dirty ? around(this.dirty, rect) : rect;
    this.waiting ||= requestAnimationFrame(() => this.paint());
  }

  /** How much of the picture beyond the map is left at its barest side, as a share; below 0 if its edge is seen. */
  roomLeft() {
    const { frame, _map: map } = this;
    if (!frame || frame.zoom !== map.getZoom()) return -1;
    const seen = map.getSize();
    const { x, y } = map.layerPointToContainerPoint(frame.corner.subtract(map.getPixelOrigin()));
    const { width, height, ratio = 1 } = frame.view;
    const [wide, high] = [width / ratio - seen.x, height / ratio - seen.y];
    const across = Math.min(-x, wide + x) / Math.max(wide / 2, 1);
    const down = Math.min(-y, high + y) / Math.max(high / 2, 1);
    return Math.min(across, down);
  }

  /**
   * Show the picture as it would look in another view.
   * @param {L.LatLng} center
   * @param {number} zoom
   */
  stretch(center, zoom) {
    if (!this.frame) return;
    const map = this._map;
    const scale = map.getZoomScale(zoom, this.frame.zoom);
    const moved = L.DomUtil.getPosition(map.getPane("mapPane") ?? this.canvas);
    const origin = map.project(center, zoom).subtract(map.getSize().divideBy(2)).add(moved).round();
    L.DomUtil.setTransform(this.canvas, this.frame.corner.multiplyBy(scale).subtract(origin), scale);
  }

  /** Paint now what is to be painted. */
  paint() {
    cancelAnimationFrame(this.waiting);
    this.waiting = 0;
    if (!this._map || !this.cells) return;
    if (this.isStale) this.refill(this.cells);
    else if (this.dirty) this.composeNow(this.dirty);
  }

  /** @param {Cells} cells */
  refill(cells) {
    const frame = frameOf(this._map, cells);
    if (!frame) return;
    this.isStale = false;
    this.frame = frame;
    const { width, height, ratio = 1 } = frame.view;
    if (this.image.width !== width || this.image.height !== height || !this.ids.length) {
      this.image = new ImageData(width, height);
      this.pixels = new Uint32Array(this.image.data.buffer);
      this.ids = new Int32Array(width * height);
      Object.assign(this.canvas, { width, height });
      Object.assign(this.canvas.style, { width: `${width / ratio}px`, height: `${height / ratio}px` });
    }
    fillIds(cells, frame.view, this.ids);
    this.composeNow({ x: 0, y: 0, width, height });
    L.DomUtil.setPosition(this.canvas, frame.corner.subtract(this._map.getPixelOrigin()));
    this.fire("drawn");
  }

  /** @param {Rect} rect */
  composeNow(rect) {
    this.dirty = null;
    const { view } = /** @type {Frame} */ (this.frame);
    const [red, green, blue, alpha] = this.style.cellBorder;
    const shown = ((this.side * view.scale) / (view.ratio ?? 1) - FAINT_PX) / (FULL_PX - FAINT_PX);
    const faded = Math.round(alpha * Math.min(1, Math.max(0, shown)));
    compose(this.pixels, this.ids, view, { ...this.style, cellBorder: [red, green, blue, faded] }, rect);
    this.ctx.putImageData(this.image, 0, 0, rect.x, rect.y, rect.width, rect.height);
  }
}

/**
 * @typedef {object} Frame
 * @property {View} view
 * @property {number} zoom
 * @property {L.Point} corner  the upper left one, in pixels of the whole world at this zoom
 */

/**
 * Where a new picture of a map is to lie; null while the map has no size.
 * @param {L.Map} map
 * @param {Cells} cells
 * @returns {Frame | null}
 */
function frameOf(map, { origin, step }) {
  const size = map.getSize();
  if (!size.x || !size.y) return null;
  const ratio = Math.min(DENSEST, Math.max(1, window.devicePixelRatio || 1));
  const room = Math.sqrt(MOST_PIXELS / (size.x * size.y * ratio ** 2));
  const padding = size.multiplyBy(Math.min(PADDING, Math.max(0, (room - 1) / 2))).round();
  const zoom = map.getZoom();
  const corner = map.containerPointToLayerPoint(padding.multiplyBy(-1)).round().add(map.getPixelOrigin());
  const metresPerPx = (2 * HALF_WORLD_M) / L.CRS.EPSG3857.scale(zoom);
  const view = {
    width: Math.round((size.x + 2 * padding.x) * ratio),
    height: Math.round((size.y + 2 * padding.y) * ratio),
    scale: (step / metresPerPx) * ratio,
    x0: (corner.x * metresPerPx - HALF_WORLD_M - origin[0]) / step,
    y0: (HALF_WORLD_M - corner.y * metresPerPx - origin[1]) / step,
    ratio,
  };
  return { view, zoom, corner };
}

/** @param {Cells} cells */
function usualSide({ n, box }) {
  let sum = 0;
  let count = 0;
  for (let at = 0; at < 4 * n; at += 4) {
    if (box[at] > box[at + 2]) continue;
    sum += (box[at + 2] - box[at] + box[at + 3] - box[at + 1]) / 2;
    count++;
  }
  return count ? sum / count : 1;
}
