/** The map of one view: cells, what lies over them, the tool in hand, and what other parts ask of the map. */
import * as L from "leaflet";
import { GridLayer } from "../grid/layer.js";
import { html } from "../dom.js";
import { Flash } from "./flash.js";
import { FocusCell } from "./focus_cell.js";
import { Homes } from "./homes.js";
import { HoverCard } from "./hover.js";
import { CLOSEST_ZOOM, Look } from "./look.js";
import { Overlays } from "./overlays.js";
import { Plane } from "./plane.js";
import { Pointer } from "./pointer.js";
import { Popup } from "./popup.js";
import { Sketch } from "./sketch.js";
import { TOOLS, UNPAINTED } from "./tools.js";
import { cornerTool } from "./tools_shape.js";

/** @typedef {import("./state.js").Bench} Bench */
/** @typedef {import("./tools.js").Tool} Tool */

const MARKS_PANE = 460;
const OUTLINED_MOST = 20_000;
const INCH_M = 0.0254;
const DPI = 96;
const PLACE_M = 150; // how much is shown round a place
const AROUND = 0.6; // how much is shown round cells, as a share of their size

/** @type {L.MapOptions} */
const MAP_OPTIONS = {
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
};

export class MapView extends Plane {
  /**
   * @param {Bench} bench
   * @param {HTMLElement} root  of the whole view
   */
  constructor(bench, root) {
    super(bench, html("div", { class: "gm-ground", tabindex: "-1" }), MAP_OPTIONS);
    this.root = root;
    this.holder = html("div", { class: "gm-map-holder" }, [this.ground]);
    L.control.scale({ imperial: false, position: "bottomleft", maxWidth: 130 }).addTo(this.map);
    Object.assign(this.map.createPane("gm-marks").style, { zIndex: MARKS_PANE, pointerEvents: "none" });
    this.layer = new GridLayer();
    this.look = new Look(this);
    this.sketch = new Sketch(this.holder);
    this.popup = new Popup(this);
    this.homes = new Homes(this);
    this.overlays = new Overlays(this);
    this.card = new HoverCard(bench, this.holder);
    this.flash = new Flash(this);
    this.focusCell = new FocusCell(this);
    /** The tool that a question puts in the place of the chosen one. @type {Tool | null} */
    this.asked = null;
    /** The tool of a question for one place: with it the map may be dragged. @type {Tool | null} */
    this.pointTool = null;
    /** @type {Record<string, Tool>} */
    this.made = {};
    this.toolName = "";
    this.marked = new Uint8Array(0);
    /** @type {number[]} */
    this.markedCells = [];
    /** Whether the map shows the whole grid, and not yet what somebody went to. */
    this.isWhole = false;
    this.isFitting = false;
    this.shownBounds = "";
    this.pointer = new Pointer(this);
    this.listen();
    this.takeTool();
  }

  listen() {
    const { bench, map } = this;
    bench.on("grid", () => this.showGrid());
    bench.on("paint", (cells) => this.layer.touch(cells));
    bench.on("ui", () => this.takeTool());
    map.on("move", () => this.follow());
    map.on("zoomstart", () => this.holder.classList.add("gm-zooming"));
    map.on("zoomend", () => this.holder.classList.remove("gm-zooming"));
    map.on("movestart", () => {
      if (!this.isFitting) this.isWhole = false;
    });
    map.on("moveend", () => {
      this.isFitting = false;
      this.tellView();
    });
    const tell = () => bench.plan && this.layer.frame && this.root.setAttribute("data-gridmap", "drawn");
    this.layer.on("drawn", tell);
    bench.on("plan", () => requestAnimationFrame(tell)); // where the picture was there before the plan
  }

  /** What is drawn in pixels keeps to its place while the map moves. */
  follow() {
    this.tool.redraw?.();
    this.popup.place();
    this.focusCell.draw();
    this.outlineMarked();
  }

  showGrid() {
    const { bench, map, layer } = this;
    const { cells, index, hello } = bench;
    if (!cells || !index || !hello) return;
    this.marked = new Uint8Array(cells.n);
    this.markedCells = [];
    requestAnimationFrame(() => this.root.isConnected && this.resize()); // before it is painted: what was told may change its room
    layer.setCells(cells, index);
    if (!map.hasLayer(layer)) layer.addTo(map);
    const bounds = hello.bounds.join();
    if (bounds !== this.shownBounds) this.showAll(false);
    this.shownBounds = bounds;
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
    this.map.fitBounds(bounds, { padding: [16, 16], animate: animate && !this.isStill });
    this.isFitting = animate && !this.isStill;
    this.isWhole = true;
    this.map.setMinZoom(Math.max(0, Math.min(this.map.getBoundsZoom(bounds), CLOSEST_ZOOM) - 2));
  }

  /** Does the person want no movement? */
  get isStill() {
    return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  }

  focus() {
    this.root.focus({ preventScroll: true });
  }

  // ---- the tool in hand

  /** @returns {Tool} */
  get tool() {
    return this.asked ?? this.made[this.toolName] ?? {};
  }

  /** Does dragging move the map? */
  get movesByDragging() {
    return this.asked ? this.asked === this.pointTool && !this.asked.holds?.() : this.toolName === "pan";
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
    if (this.movesByDragging) this.map.dragging.enable();
    else this.map.dragging.disable();
    this.holder.dataset.tool = this.asked ? "asked" : name;
  }

  /**
   * Send a stroke, and say so where it changed nothing.
   * @param {import("./painting.js").Painting} painting
   */
  async send(painting) {
    const isEmpty = !painting.seen.size;
    await painting.finish();
    if (isEmpty) this.bench.notice("info", this.bench.word("nothing_changed"), "nothing");
  }

  /**
   * Mark cells on the map.
   * @param {ArrayLike<number> | null} cells  null for none
   */
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

  /** Draw the border round all that is marked. */
  outlineMarked() {
    const { cells } = this.bench;
    if (!cells) return;
    const lines = [];
    for (const cell of this.markedCells.length <= OUTLINED_MOST ? this.markedCells : []) {
      for (let i = cells.arcFirst[cell]; i < cells.arcFirst[cell + 1]; i++) {
        const arc = cells.arcOf[i];
        const other = cells.left[arc] === cell ? cells.right[arc] : cells.left[arc];
        if (other < 0 || !this.marked[other]) lines.push(this.lineOf(cells, arc));
      }
    }
    this.sketch.showMarked(lines);
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
    const isBusy = event.buttons > 0 || event.pointerType === "touch" || this.popup.isOpen;
    this.card.show(isBusy ? -1 : this.spot(px).cell, px);
    this.tellView(this.mercatorAt(px));
  }

  /** @param {number} cell */
  showCard(cell) {
    this.card.show(cell, null);
  }

  /**
   * Tell coordinates and scale.
   * @param {[number, number]} [at]  in EPSG:3857
   */
  tellView(at) {
    const middle = at ?? this.mercatorAt(this.map.getSize().divideBy(2));
    const { lat, lng } = L.CRS.EPSG3857.unproject(L.point(middle[0], middle[1]));
    const metres = this.mercatorPerPx * Math.cos((lat * Math.PI) / 180);
    this.bench.emit("hover", { lonlat: at ? [lng, lat] : null, perM: (metres * DPI) / INCH_M });
  }

  // ---- for the other parts

  /**
   * @param {import("./seams.js").Target} target
   * @param {{flash?: boolean}} [options]
   */
  flyTo({ cells, bounds, at }, { flash = false } = {}) {
    const box = bounds?.length ? bounds : cells?.length ? this.boxOf(cells) : at ? [at[0], at[1], at[0], at[1]] : null;
    if (!box) return;
    const isPlace = box[0] === box[2] && box[1] === box[3];
    const around = isPlace ? PLACE_M : AROUND * Math.max(box[2] - box[0], box[3] - box[1]);
    const [west, south, east, north] = this.bench.hello?.bounds ?? [-Infinity, -Infinity, Infinity, Infinity];
    const shown = this.boundsOf([
      Math.min(box[0], Math.max(box[0] - around, west)),
      Math.min(box[1], Math.max(box[1] - around, south)),
      Math.max(box[2], Math.min(box[2] + around, east)),
      Math.max(box[3], Math.min(box[3] + around, north)),
    ]);
    this.map.fitBounds(shown, { animate: !this.isStill });
    if (flash) this.flash.start(cells?.length ? cells : null, [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2]);
  }

  /** @param {import("./seams.js").Ghost | null} ghost */
  ghost(ghost) {
    this.look.ghost(ghost);
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
        return true;
      };
      const tool = { up: (/** @type {import("./tools.js").Spot} */ { xy }) => void answer(this.mercatorOf(xy)), cancel: () => answer(null) };
      this.beginAsking(tool, label, true);
    });
  }

  /**
   * @param {(view: MapView) => Tool} make
   * @param {string} label
   */
  lend(make, label) {
    const tool = make(this);
    this.beginAsking(tool, label, true);
    return () => {
      if (this.asked === tool) this.endAsking();
    };
  }

  /**
   * @param {string} label
   * @returns {Promise<number[] | null>}
   */
  pickPolygon(label) {
    return new Promise((resolve) => {
      const answer = (/** @type {number[] | null} */ ring) => {
        this.endAsking();
        resolve(ring);
        return true;
      };
      const pen = cornerTool(this, (ring) => void answer(ring.flatMap((xy) => this.mercatorOf(xy))));
      this.beginAsking({ ...pen, cancel: () => answer(null) }, label, false);
    });
  }

  /**
   * @param {Tool} tool
   * @param {string} label
   * @param {boolean} isForPoint
   */
  beginAsking(tool, label, isForPoint) {
    this.asked?.cancel?.();
    this.asked?.end?.();
    this.sketch.clear();
    this.asked = tool;
    this.pointTool = isForPoint ? tool : null;
    this.takeTool();
    this.bench.emit("asking", label);
    this.focus();
  }

  endAsking() {
    this.asked?.end?.();
    this.sketch.clear();
    this.asked = null;
    this.pointTool = null;
    this.takeTool();
    this.bench.emit("asking", "");
  }
}
