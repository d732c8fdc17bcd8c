/** The names on the map: zones, areas by scale, cells from near; and which borders of areas are drawn thicker. */
import { anchors, extents } from "./anchors.js";
import { isSeen } from "./sheet.js";

/** @typedef {import("./sheet.js").Frame} Frame */
/** @typedef {import("./lettering.js").Lettering} Lettering */
/** @typedef {Map<number, import("./anchors.js").Anchor>} Anchors */

const AREA_LEAST_PX = 64;
const AREA_MOST_PX = 900;
const ZONE_LEAST_PX = 14;
const BORDER_LEAST_PX = 56;
const CELL_LEAST_PX = 90;
const LABELS_MOST = 400;
const [OVER_LEAST_PX, OVER_LINES_PX] = [34, 60]; // of a territory: for its name, and for the line below

export class Names {
  /** @param {import("./mapview.js").MapView} view */
  constructor(view) {
    this.view = view;
    this.bench = view.bench;
    /** @type {Map<string, Anchors>} */
    this.areaAnchors = new Map();
    /** How large the areas of each level are in the mean, on the lattice. @type {Map<string, number>} */
    this.meanSizes = new Map();
    /** @type {Anchors} */
    this.zoneAnchors = new Map();
    this.zonesRevision = -1;
    /** @type {import("./seams.js").Ghost | null} */
    this.over = null;
    /** @type {Anchors} */
    this.overAnchors = new Map();
    this.bench.on("grid", () => {
      this.areaAnchors.clear();
      this.meanSizes.clear();
      this.zonesRevision = -1;
    });
  }

  /**
   * The level whose borders and names can be read at this scale: the finest one whose areas are large enough.
   * @param {number} least  pixels
   */
  levelAt(least) {
    const levels = (this.bench.hello?.levels ?? []).slice(0, -1).reverse();
    return levels.find(({ id }) => this.meanSize(id) * this.view.scale >= least)?.id;
  }

  /** @param {string} level */
  meanSize(level) {
    let mean = this.meanSizes.get(level);
    if (mean === undefined) {
      const { cells, places } = this.bench;
      const sizes = cells ? extents(cells.box, places.ofLevel(level)) : null;
      const known = sizes ? [...sizes.size].filter((_, area) => sizes.count[area] > 0) : [];
      mean = known.length ? known.reduce((sum, size) => sum + size, 0) / known.length : 0;
      this.meanSizes.set(level, mean);
    }
    return mean;
  }

  /** The level whose names are written: the finest that can be read, but a coarser one where its names say little. */
  namedLevel() {
    const level = this.levelAt(AREA_LEAST_PX);
    const levels = this.bench.hello?.levels ?? [];
    const above = levels[levels.findIndex(({ id }) => id === level) - 1];
    if (!level || !above || this.areTelling(level)) return level;
    return this.meanSize(above.id) * this.view.scale < AREA_MOST_PX / 3 ? above.id : level;
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

  /**
   * The names of areas, and of cells from near.
   * @param {Frame} frame
   * @param {Lettering} letters
   */
  writePlaces(frame, letters) {
    this.writeAreas(frame, letters);
    if (this.view.layer.side * this.view.scale > CELL_LEAST_PX) this.writeCells(frame, letters);
  }

  /**
   * The names that something laid over the map brings with it.
   * @param {Frame} frame
   * @param {Lettering} letters
   * @param {import("./seams.js").Ghost} ghost
   */
  writeOver(frame, letters, ghost) {
    const { cells } = this.bench;
    const { edges, names = [] } = ghost;
    if (!cells || !edges || edges.length !== cells.n) return;
    if (this.over !== ghost) [this.over, this.overAnchors] = [ghost, anchors(cells, edges)];
    for (const [code, anchor] of this.overAnchors) {
      const wide = anchor.size * this.view.scale;
      const lines = names[code];
      if (!lines?.length || wide < OVER_LEAST_PX) continue;
      const at = frame.px(this.view.mercatorOf([anchor.x, anchor.y]));
      if (isSeen(frame, at)) letters.write(at, wide < OVER_LINES_PX ? lines.slice(0, 1) : lines, { size: 12, weight: 600, widest: wide * 1.6 });
    }
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
      if (!isSeen(frame, at)) continue;
      const isLarge = anchor.size * this.view.scale > 90;
      const lines = isLarge && name && name !== id ? [id, name] : [id];
      if (isLarge && bench.ui.layers.happened) lines.push(...(bench.happened[id] ?? []).map((pair) => pair.join(" ")));
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
      if (isSeen(frame, at)) letters.write(at, [name || id], { size: 12, weight: 500, widest: wide * 1.3, ink: view.look.inks.soft });
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
