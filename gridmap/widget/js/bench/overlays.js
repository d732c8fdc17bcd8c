/** What lies over the cells: carve-outs, households, cases, sites, and the names of zones and areas. */
import { anchors } from "./anchors.js";
import { Lettering } from "./lettering.js";
import { sheet } from "./sheet.js";

/** @typedef {import("./mapview.js").MapView} MapView */
/** @typedef {import("./sheet.js").Frame} Frame */
/** @typedef {{id: string, label?: string, name?: string, kind?: string, at: [number, number] | null}} Mark */
/** @typedef {Map<number, import("./anchors.js").Anchor>} Anchors */

const AREA_LEAST_PX = 64;
const AREA_MOST_PX = 900;
const ZONE_LEAST_PX = 14;
const BORDER_LEAST_PX = 56;
const CELL_LEAST_PX = 90;
const HOUSE_NEAR_PX = 40; // the width of a cell from which on a carve-out is marked large
const LABELS_MOST = 400;
const SITES_FAR = 40; // of more in sight only small squares are drawn

export class Overlays {
  /** @param {MapView} view */
  constructor(view) {
    this.view = view;
    this.bench = view.bench;
    /** @type {{cases: Mark[], sites: Mark[]}} */
    this.marks = { cases: [], sites: [] };
    /** @type {Map<string, Anchors>} */
    this.areaAnchors = new Map();
    /** @type {Anchors} */
    this.zoneAnchors = new Map();
    this.zonesRevision = -1;
    this.sheet = sheet(view.map, "gm-marks", (frame) => this.paint(frame));
    const { bench } = this;
    bench.on("plan", () => this.sheet.later());
    bench.on("layers", () => this.sheet.later());
    bench.on("lang", () => this.sheet.later());
    bench.on("grid", () => {
      this.areaAnchors.clear();
      this.zonesRevision = -1;
      this.load();
    });
    bench.on("stale", ({ tabs }) => tabs.includes("layers") && this.load());
  }

  /** Ask for cases and sites. */
  async load() {
    try {
      const { cases = [], sites = [] } = await this.bench.ask("layers");
      this.marks = { cases, sites };
      this.sheet.later();
    } catch (refusal) {
      this.bench.complain(refusal);
    }
  }

  /**
   * The mark of a kind that is nearest to a place of the map, within reach.
   * @param {"cases" | "sites"} kind
   * @param {{x: number, y: number}} px
   * @param {number} reach
   * @returns {{id: string, at: [number, number]} | null}
   */
  nearest(kind, px, reach) {
    let best = reach;
    let found = null;
    for (const { id, at } of this.bench.ui.layers[kind] ? this.marks[kind] : []) {
      if (!at) continue;
      const place = this.view.pxOfMercator(at);
      const away = Math.hypot(place.x - px.x, place.y - px.y);
      if (away <= best) [best, found] = [away, { id, at }];
    }
    return found;
  }

  /**
   * The level whose borders and names can be read at this scale: the finest one whose areas are large enough.
   * @param {number} least  pixels
   */
  levelAt(least) {
    const levels = (this.bench.hello?.levels ?? []).slice(0, -1).reverse();
    return levels.find(({ id }) => {
      const { size } = this.meanSize(id);
      return size * this.view.scale >= least;
    })?.id;
  }

  /** @param {string} level */
  meanSize(level) {
    const found = this.anchorsOf(level);
    let sum = 0;
    for (const { size } of found.values()) sum += size;
    return { size: found.size ? sum / found.size : 0, count: found.size };
  }

  /** The level whose names are written: the finest that can be read, but a coarser one where its names say little. */
  namedLevel() {
    const level = this.levelAt(AREA_LEAST_PX);
    const levels = this.bench.hello?.levels ?? [];
    const above = levels[levels.findIndex(({ id }) => id === level) - 1];
    if (!level || !above || this.areTelling(level)) return level;
    return this.meanSize(above.id).size * this.view.scale < AREA_MOST_PX / 3 ? above.id : level;
  }

  /** Are the names of a level mostly different ones? @param {string} level */
  areTelling(level) {
    const names = [...this.anchorsOf(level).keys()].map((area) => this.bench.areas[area].name);
    return new Set(names).size * 2 > names.length;
  }

  /** @param {string} level */
  anchorsOf(level) {
    let found = this.areaAnchors.get(level);
    if (!found) {
      const { cells, places } = this.bench;
      found = cells ? anchors(cells, places.ofLevel(level)) : new Map();
      this.areaAnchors.set(level, found);
    }
    return found;
  }

  /** For each cell the area whose border is drawn thicker at this scale; null for none. */
  bordersNow() {
    const level = this.bench.ui.layers.areas ? this.levelAt(BORDER_LEAST_PX) : undefined;
    return level ? this.bench.places.ofLevel(level) : null;
  }

  /** @param {Frame} frame */
  paint(frame) {
    const { bench } = this;
    if (!bench.cells || !bench.plan) return;
    const { layers } = bench.ui;
    const letters = new Lettering(frame.ctx, this.view.look.inks);
    this.view.homes.draw(frame);
    if (layers.carve) this.paintCarveOuts(frame, letters);
    if (layers.cases) for (const each of this.marks.cases) this.paintCase(frame, letters, each);
    if (layers.labels) this.writeZones(frame, letters);
    if (layers.sites) this.paintSites(frame, letters);
    if (layers.labels) this.writeAreas(frame, letters);
    if (layers.labels && this.view.layer.side * this.view.scale > CELL_LEAST_PX) this.writeCells(frame, letters);
  }

  /**
   * Is a place of the frame on it, with some room round it?
   * @param {Frame} frame
   * @param {{x: number, y: number}} at
   */
  isSeen({ width, height }, { x, y }) {
    return x > -20 && y > -20 && x < width + 20 && y < height + 20;
  }

  /**
   * @param {Frame} frame
   * @param {Lettering} letters
   */
  paintCarveOuts(frame, letters) {
    const { ctx } = frame;
    for (const carve of this.bench.plan?.carve ?? []) {
      const color = this.view.look.colorOf(carve.tier);
      const path = new Path2D();
      for (const ring of carve.rings ?? []) {
        for (let i = 0; i + 1 < ring.length; i += 2) {
          const { x, y } = frame.px([ring[i], ring[i + 1]]);
          if (i) path.lineTo(x, y);
          else path.moveTo(x, y);
        }
        path.closePath();
      }
      ctx.fillStyle = `${color}80`;
      ctx.fill(path, "evenodd");
      ctx.setLineDash(carve.locked ? [2, 3] : []);
      for (const [style, width] of /** @type {const} */ ([[this.view.look.inks.halo, 4], [color, 2]])) {
        ctx.strokeStyle = style;
        ctx.lineWidth = width;
        ctx.stroke(path);
      }
      ctx.setLineDash([]);
      if (carve.at) this.paintHouse(frame, letters, frame.px(carve.at), color);
    }
  }

  /**
   * A house in the colour of its tier: a carve-out that has a place but no shape, or the middle of one that has.
   * @param {Frame} frame
   * @param {Lettering} letters
   * @param {{x: number, y: number}} at
   * @param {string} color
   */
  paintHouse(frame, letters, { x, y }, color) {
    const { ctx } = frame;
    if (!this.isSeen(frame, { x, y })) return;
    const half = this.view.layer.side * this.view.scale > HOUSE_NEAR_PX ? 8 : 5;
    letters.take({ left: x - half, right: x + half, top: y - half, bottom: y + half });
    const path = new Path2D(`M${x - half} ${y - 1}L${x} ${y - half}L${x + half} ${y - 1}V${y + half}H${x - half}Z`);
    ctx.fillStyle = color;
    ctx.strokeStyle = "#fff";
    ctx.lineWidth = 1.5;
    ctx.stroke(path);
    ctx.fill(path);
  }

  /**
   * Squares; from near with their names.
   * @param {Frame} frame
   * @param {Lettering} letters
   */
  paintSites(frame, letters) {
    const { ctx } = frame;
    const places = this.marks.sites.flatMap(({ at, name }) => (at ? [{ ...frame.px(at), name }] : []));
    const seen = places.filter((place) => this.isSeen(frame, place));
    const side = seen.length > SITES_FAR ? 6 : 10;
    ctx.fillStyle = "#3b5068";
    ctx.strokeStyle = "#fff";
    ctx.lineWidth = side > 6 ? 1.5 : 1;
    for (const { x, y } of seen) {
      ctx.beginPath();
      ctx.rect(x - side / 2, y - side / 2, side, side);
      ctx.fill();
      ctx.stroke();
    }
    for (const { x, y, name } of side > 6 ? seen : []) if (name) letters.write({ x, y: y + 15 }, [name], { size: 11 });
  }

  /**
   * @param {Frame} frame
   * @param {Lettering} letters
   * @param {Mark} mark
   */
  paintCase(frame, letters, { at, label = "" }) {
    if (!at) return;
    const { x, y } = frame.px(at);
    if (!this.isSeen(frame, { x, y })) return;
    const { ctx } = frame;
    const path = new Path2D(`M${x} ${y - 10}L${x + 10} ${y}L${x} ${y + 10}L${x - 10} ${y}Z`);
    ctx.fillStyle = "#111";
    ctx.strokeStyle = "#fff";
    ctx.lineWidth = 2;
    ctx.fill(path);
    ctx.stroke(path);
    ctx.fillStyle = "#fff";
    ctx.fillRect(x - 1, y - 5, 2, 6);
    ctx.fillRect(x - 1, y + 3, 2, 2);
    letters.take({ left: x - 10, right: x + 10, top: y - 10, bottom: y + 10 });
    if (label) letters.write({ x, y: y + 22 }, [label], { size: 12, weight: 600 });
  }

  /**
   * @param {Frame} frame
   * @param {Lettering} letters
   */
  writeZones(frame, letters) {
    const { bench } = this;
    if (!bench.plan || !bench.cells) return;
    if (this.zonesRevision !== bench.plan.revision) {
      this.zonesRevision = bench.plan.revision;
      this.zoneAnchors = anchors(bench.cells, bench.truth.zone);
    }
    const zones = [...bench.plan.zones].sort((a, b) => a.tier - b.tier || b.cells - a.cells).slice(0, LABELS_MOST);
    for (const { code, id, name } of zones) {
      const anchor = this.zoneAnchors.get(code);
      if (!anchor || anchor.size * this.view.scale < ZONE_LEAST_PX) continue;
      const at = frame.px(this.view.mercatorOf([anchor.x, anchor.y]));
      if (!this.isSeen(frame, at)) continue;
      const isLarge = anchor.size * this.view.scale > 90;
      const lines = isLarge && name && name !== id ? [id, name] : [id];
      letters.write(at, lines, { size: isLarge ? 14 : 12, weight: 700 });
    }
  }

  /**
   * @param {Frame} frame
   * @param {Lettering} letters
   */
  writeAreas(frame, letters) {
    const { bench, view } = this;
    const level = this.namedLevel();
    for (const [area, anchor] of level ? this.anchorsOf(level) : []) {
      const wide = anchor.size * view.scale;
      if (wide > AREA_MOST_PX) continue;
      const at = frame.px(view.mercatorOf([anchor.x, anchor.y]));
      const { name, id } = bench.areas[area];
      if (this.isSeen(frame, at)) letters.write(at, [name || id], { size: 12, weight: 500, widest: wide * 1.3, ink: view.look.inks.soft });
    }
  }

  /**
   * @param {Frame} frame
   * @param {Lettering} letters
   */
  writeCells(frame, letters) {
    const { bench, view } = this;
    const { cells, index } = bench;
    if (!cells || !index) return;
    const [west, north] = view.latticeOf([frame.corner.x, frame.corner.y]);
    const [east, south] = [west + frame.width / view.scale, north - frame.height / view.scale];
    for (const cell of index.inBox(west, south, east, north, "middle").slice(0, LABELS_MOST)) {
      const at = frame.px(view.mercatorOf([cells.middle[2 * cell], cells.middle[2 * cell + 1]]));
      letters.write(at, [bench.cellName(cell)], { size: 11, weight: 400, ink: view.look.inks.soft });
    }
  }
}
