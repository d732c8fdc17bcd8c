/** The map of one view: cells, what lies over them, the tool in hand, and what other parts ask of the map. */
import * as L from "leaflet";
import { rgba } from "../grid/compose.js";
import { GridLayer } from "../grid/layer.js";
import { html } from "../dom.js";
import { Flash } from "./flash.js";
import { Homes } from "./homes.js";
import { HoverCard } from "./hover.js";
import { Overlays } from "./overlays.js";
import { Pointer } from "./pointer.js";
import { Popup } from "./popup.js";
import { WORLD_M } from "./sheet.js";
import { Sketch } from "./sketch.js";
import { TOOLS, UNPAINTED } from "./tools.js";
import { cornerTool } from "./tools_shape.js";

/** @typedef {import("./state.js").Bench} Bench */
/** @typedef {import("./tools.js").Spot} Spot */
/** @typedef {import("./tools.js").Tool} Tool */

const CLOSEST_ZOOM = 22;
const MARKS_PANE = 460;
const EARTH_M = 6_378_137;
const INCH_M = 0.0254;
const DPI = 96;
const FILL = { light: 0.5, dark: 0.44 };
const TINT = 0.5;
const OUTLINED_MOST = 20_000;
const INKS = {
  light: { ink: "#15181c", soft: "#4a525b", halo: "#ffffffe6", home: "#1c1f23a0" },
  dark: { ink: "#f2f4f6", soft: "#b6bec8", halo: "#14171be6", home: "#e6e9eeb0" },
};

export class MapView {
  /**
   * @param {Bench} bench
   * @param {HTMLElement} root  of the whole view
   */
  constructor(bench, root) {
    this.bench = bench;
    this.root = root;
    this.ground = html("div", { class: "gm-ground", tabindex: "-1" });
    this.holder = html("div", { class: "gm-map-holder" }, [this.ground]);
    this.isDark = false;
    this.map = L.map(this.ground, {
      boxZoom: false,
      keyboard: false,
      doubleClickZoom: false,
      zoomControl: false,
      attributionControl: false,
      zoomSnap: 0.25,
      zoomDelta: 0.75,
      wheelPxPerZoomLevel: 100,
      maxZoom: CLOSEST_ZOOM,
      bounceAtZoomLimits: false,
    });
    this.map.setView([30, 120], 10, { animate: false });
    L.control.scale({ imperial: false, position: "bottomleft", maxWidth: 130 }).addTo(this.map);
    Object.assign(this.map.createPane("gm-marks").style, { zIndex: MARKS_PANE, pointerEvents: "none" });
    this.layer = new GridLayer();
    this.sketch = new Sketch(this.holder);
    this.popup = new Popup(this);
    this.points = new Homes(this);
    this.overlays = new Overlays(this);
    this.card = new HoverCard(bench, this.holder);
    this.flash = new Flash(this);
    /** @type {L.TileLayer | null} */
    this.tiles = null;
    /** @type {Tool | null} */
    this.asked = null;
    /** @type {Record<string, Tool>} */
    this.made = {};
    this.marked = new Uint8Array(0);
    /** @type {number[]} */
    this.markedCells = [];
    this.focusCell = -1;
    this.toolName = "";
    /** Whether the map shows the whole grid, and not yet what somebody went to. */
    this.isWhole = false;
    this.isFitting = false;
    this.pointer = new Pointer(this);
    this.listen();
    this.takeTool();
  }

  get marks() {
    return this.overlays;
  }

  get inks() {
    return this.isDark ? INKS.dark : INKS.light;
  }

  // ---- coordinates: the lattice of the cells, metres of EPSG:3857, pixels of the map

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

  /** @param {{x: number, y: number}} px @returns {Spot} */
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

  // ---- what the state says

  listen() {
    const { bench, map } = this;
    bench.on("grid", () => this.showGrid());
    bench.on("hello", () => this.showBasemap());
    bench.on("plan", ({ full }) => full && this.restyle());
    bench.on("paint", (cells) => this.layer.touch(cells));
    bench.on("layers", () => this.restyle());
    bench.on("ui", () => this.takeTool());
    map.on("move", () => this.follow());
    map.on("zoomend", () => this.restyleAreas());
    map.on("zoomstart", () => this.holder.classList.add("gm-zooming"));
    map.on("zoomend", () => this.holder.classList.remove("gm-zooming"));
    map.on("movestart", () => {
      if (!this.isFitting) this.isWhole = false;
    });
    map.on("moveend", () => {
      this.isFitting = false;
      this.tellView();
    });
    this.layer.on("drawn", () => this.root.setAttribute("data-gridmap", "drawn"));
  }

  /** What is drawn in pixels keeps to its place while the map moves. */
  follow() {
    this.tool.redraw?.();
    this.popup.place();
    this.showFocus();
    this.outlineMarked();
  }

  showGrid() {
    const { bench, map, layer } = this;
    const { cells, index } = bench;
    if (!cells || !index) return;
    this.marked = new Uint8Array(cells.n);
    layer.setCells(cells, index);
    if (!map.hasLayer(layer)) layer.addTo(map);
    this.restyle();
    this.showAll(false);
  }

  /** The room of the map changed. */
  resize() {
    const wasWhole = this.isWhole;
    this.isFitting = true;
    this.map.invalidateSize({ animate: false, pan: false });
    this.isFitting = false;
    if (wasWhole && this.map.getSize().x) this.showAll(false);
  }

  /** @param {boolean} [animate] */
  showAll(animate = true) {
    const { hello } = this.bench;
    if (!hello) return;
    const bounds = this.boundsOf(hello.bounds);
    this.isFitting = true;
    this.map.fitBounds(bounds, { padding: [16, 16], animate });
    this.isFitting = animate && !this.isStill;
    this.isWhole = true;
    this.map.setMinZoom(Math.max(0, Math.min(this.map.getBoundsZoom(bounds), CLOSEST_ZOOM) - 2));
  }

  /** @param {number[]} bounds  west, south, east, north in EPSG:3857 */
  boundsOf([west, south, east, north]) {
    const crs = L.CRS.EPSG3857;
    return L.latLngBounds(crs.unproject(L.point(west, south)), crs.unproject(L.point(east, north)));
  }

  restyle() {
    const { bench, isDark } = this;
    const { hello, ui } = bench;
    if (!bench.cells || !hello || !bench.plan) return;
    const alpha = ui.layers.zones ? (isDark ? FILL.dark : FILL.light) : 0;
    this.layer.setStyle({
      tier: bench.tier,
      zone: ui.layers.zones ? bench.zone : null,
      flags: bench.flags,
      fills: hello.tiers.map(({ color }) => rgba(color, alpha)),
      patterns: hello.tiers.map(({ pattern }) => (ui.layers.zones ? pattern : "none")),
      plain: isDark ? [38, 42, 48, this.tiles ? 90 : 255] : [250, 250, 248, this.tiles ? 60 : 255],
      zoneBorder: isDark ? [245, 247, 250, 255] : [24, 28, 33, 255],
      cellBorder: ui.layers.cells ? (isDark ? [120, 128, 138, 120] : [90, 98, 108, 110]) : [0, 0, 0, 0],
      areaBorder: isDark ? [190, 198, 208, 210] : [70, 78, 88, 210],
      areas: this.overlays.bordersNow(),
      highlight: this.marked,
      pending: bench.strokes.over,
      dark: isDark,
    });
  }

  /** The borders of areas that can be read at this scale. */
  restyleAreas() {
    const areas = this.overlays.bordersNow();
    if (areas !== this.layer.style?.areas && this.bench.plan) this.layer.setStyle({ areas });
  }

  showBasemap() {
    const { hello, ui } = this.bench;
    this.tiles?.remove();
    this.tiles = null;
    if (!hello?.basemap || !ui.layers.basemap) return;
    const { url, attribution, max_zoom: maxNativeZoom } = hello.basemap;
    this.tiles = L.tileLayer(url, { attribution, maxNativeZoom, maxZoom: CLOSEST_ZOOM }).addTo(this.map);
  }

  /** @param {boolean} isDark */
  setDark(isDark) {
    this.isDark = isDark;
    this.restyle();
    this.overlays.sheet.later();
  }

  /** The colour of a tier by its place; grey for none. @param {number} code */
  colorOf(code) {
    const color = this.bench.hello?.tiers[code]?.color ?? "";
    return /^#[0-9a-f]{6}$/i.test(color) ? color : "#6b737c";
  }

  // ---- the tool in hand

  /** @returns {Tool} */
  get tool() {
    return this.asked ?? this.made[this.toolName] ?? {};
  }

  /** Does dragging move the map? */
  get movesByDragging() {
    return this.asked ? this.asked === this.pointTool : this.toolName === "pan";
  }

  takeTool() {
    const name = this.bench.ui.tool;
    if (name !== this.toolName) {
      const before = this.made[this.toolName];
      this.toolName = name;
      before?.cancel?.();
      before?.end?.();
      this.made[name] ??= TOOLS[name].make(this);
      if (!UNPAINTED.has(name)) this.bench.ui.lastPainter = name;
      this.made[name].begin?.();
    }
    this.setDragging();
    this.holder.dataset.tool = this.asked ? "asked" : name;
  }

  setDragging() {
    if (this.movesByDragging) this.map.dragging.enable();
    else this.map.dragging.disable();
  }

  /** Send a stroke, and say so where it changed nothing. @param {import("./painting.js").Painting} painting */
  async send(painting) {
    const isEmpty = !painting.seen.size;
    await painting.finish();
    if (isEmpty) this.bench.notice("info", this.bench.word("nothing_changed"), "nothing");
  }

  /** Mark cells on the map; null for none. @param {ArrayLike<number> | null} cells */
  mark(cells) {
    const before = this.markedCells;
    const now = cells ? Array.from(cells) : [];
    if (!before.length && !now.length) return;
    for (const cell of before) this.marked[cell] = 0;
    for (const cell of now) this.marked[cell] = 1;
    this.markedCells = now;
    this.layer.touch(Uint32Array.from([...before, ...now]));
    this.outlineMarked();
  }

  /** The border round all that is marked. */
  outlineMarked() {
    const { cells } = this.bench;
    if (!cells || this.markedCells.length > OUTLINED_MOST) return this.sketch.showMarked([]);
    const lines = [];
    for (const cell of this.markedCells) {
      for (let i = cells.arcFirst[cell]; i < cells.arcFirst[cell + 1]; i++) {
        const arc = cells.arcOf[i];
        const other = cells.left[arc] === cell ? cells.right[arc] : cells.left[arc];
        if (other < 0 || !this.marked[other]) lines.push(this.lineOf(cells, arc));
      }
    }
    return this.sketch.showMarked(lines);
  }

  /** @param {number} cell  -1 for none */
  choose(cell) {
    this.bench.chosen = cell;
    this.mark(cell < 0 ? null : [cell]);
    if (this.pointer.isTouch) this.showCard(cell);
    this.bench.emit("choose", cell);
  }

  // ---- the pointer

  /**
   * @param {{x: number, y: number} | null} px
   * @param {PointerEvent} [event]
   */
  pointed(px, event) {
    if (!px || !event || !this.bench.cells) {
      this.card.show(-1, null);
      return;
    }
    const spot = this.spot(px);
    const isBusy = event.buttons > 0 || event.pointerType === "touch";
    this.card.show(isBusy ? -1 : spot.cell, px);
    this.tellView(this.mercatorAt(px));
  }

  /** @param {number} cell */
  showCard(cell) {
    this.card.show(cell, null);
  }

  /** Coordinates and scale for the status line. @param {[number, number]} [at] */
  tellView(at) {
    const middle = at ?? this.mercatorAt(this.map.getSize().divideBy(2));
    const { lat, lng } = L.CRS.EPSG3857.unproject(L.point(middle[0], middle[1]));
    const metres = this.mercatorPerPx * Math.cos((lat * Math.PI) / 180);
    this.bench.emit("hover", { lonlat: at ? [lng, lat] : null, perM: (metres * DPI) / INCH_M });
  }

  focus() {
    this.root.focus({ preventScroll: true });
  }

  // ---- the keyboard's cell

  /** Go to the cell beside, in a direction of the screen. @param {number} dx @param {number} dy  down is positive */
  moveFocus(dx, dy) {
    const { bench } = this;
    const { cells, index } = bench;
    if (!cells || !index) return;
    if (this.focusCell < 0) {
      this.setFocus(this.spot(this.map.getSize().divideBy(2)).cell);
      if (this.focusCell >= 0) return;
      this.setFocus(bench.chosen >= 0 ? bench.chosen : 0);
      return;
    }
    const { middle } = cells;
    const [x, y] = [middle[2 * this.focusCell], middle[2 * this.focusCell + 1]];
    let best = 0.35; // the cosine of the widest turn
    let next = -1;
    for (const cell of index.neighbours(this.focusCell)) {
      const [ax, ay] = [middle[2 * cell] - x, y - middle[2 * cell + 1]];
      const along = (ax * dx + ay * dy) / (Math.hypot(ax, ay) || 1);
      if (along > best) [best, next] = [along, cell];
    }
    if (next >= 0) this.setFocus(next);
  }

  /** @param {number} cell */
  setFocus(cell) {
    this.focusCell = cell;
    if (cell < 0 || !this.bench.cells) return this.showFocus();
    const { middle } = this.bench.cells;
    const at = this.pxOf(middle[2 * cell], middle[2 * cell + 1]);
    const { x, y } = this.map.getSize();
    if (at.x < 40 || at.y < 40 || at.x > x - 40 || at.y > y - 40) this.map.panBy([at.x - x / 2, at.y - y / 2], { animate: false });
    this.showFocus();
    this.card.show(cell, this.pxOf(middle[2 * cell], middle[2 * cell + 1]));
    const values = { name: this.bench.cellName(cell), tier: this.bench.tierName(this.bench.tier[cell]), households: this.bench.number(this.bench.households[cell]) };
    return this.bench.emit("say", this.bench.word("focus_cell", values));
  }

  showFocus() {
    const { cells } = this.bench;
    this.sketch.showFocus(this.focusCell >= 0 && cells ? this.linesOf(this.focusCell) : []);
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

  paintFocus() {
    if (this.focusCell < 0) return false;
    const painting = this.bench.paint(this.bench.ui.tool === "eraser" ? -1 : this.bench.ui.tier);
    painting.add([this.focusCell], this.focusCell);
    this.send(painting);
    return true;
  }

  // ---- for the other parts

  /**
   * @param {import("./state.js").Target} target
   * @param {{flash?: boolean}} [options]
   */
  flyTo({ cells, bounds, at }, { flash = false } = {}) {
    const box = bounds?.length ? bounds : (cells?.length ? this.boxOf(cells) : at ? [at[0], at[1], at[0], at[1]] : null);
    if (!box) return;
    const isPlace = box[0] === box[2] && box[1] === box[3];
    const around = isPlace ? 150 : Math.max(box[2] - box[0], box[3] - box[1], 60) * 0.6;
    const shown = this.boundsOf([box[0] - around, box[1] - around, box[2] + around, box[3] + around]);
    this.map.fitBounds(shown, { animate: !this.isStill });
    if (flash) this.flash.start(cells?.length ? cells : null, [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2]);
  }

  get isStill() {
    return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
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

  /** @param {import("./state.js").Ghost | null} ghost */
  ghost(ghost) {
    const palette = ghost?.palette ?? [];
    const tint = ghost ? Int8Array.from(ghost.codes, (code) => (code < 0 ? -1 : code % Math.max(1, Math.min(127, palette.length)))) : null;
    this.layer.setStyle({ tint, tints: palette.map((color) => rgba(color, TINT)), tintPatterns: ghost?.patterns ?? [] });
  }

  /** @param {ArrayLike<number> | null} cells */
  highlight(cells) {
    this.mark(cells);
  }

  /**
   * @param {string} label
   * @returns {Promise<[number, number] | null>}
   */
  askPoint(label) {
    return new Promise((resolve) => {
      const answer = (/** @type {[number, number] | null} */ at) => {
        this.endAsking();
        resolve(at);
      };
      this.pointTool = { up: ({ xy }) => answer(this.mercatorOf(xy)), cancel: () => (answer(null), true) };
      this.beginAsking(this.pointTool, label);
    });
  }

  /**
   * @param {string} label
   * @returns {Promise<number[] | null>}
   */
  pickPolygon(label) {
    return new Promise((resolve) => {
      const tool = cornerTool(this, (ring) => {
        this.endAsking();
        resolve(ring.flatMap((xy) => this.mercatorOf(xy)));
      });
      const cancel = () => {
        tool.cancel?.();
        this.endAsking();
        resolve(null);
        return true;
      };
      this.beginAsking({ ...tool, cancel }, label);
    });
  }

  /** @type {Tool | null} */
  pointTool = null;

  /** @param {Tool} tool @param {string} label */
  beginAsking(tool, label) {
    this.asked?.cancel?.();
    this.sketch.clear();
    this.asked = tool;
    this.takeTool();
    this.bench.emit("asking", label);
    this.focus();
  }

  endAsking() {
    this.sketch.clear();
    this.asked = null;
    this.takeTool();
    this.bench.emit("asking", "");
  }
}
