/** What lies over the cells: carve-outs, households, cases, sites, and the names of zones and areas. */
import { middleOf } from "../grid/cells.js";
import { fetchLetters, Lettering } from "./lettering.js";
import { Names } from "./names.js";
import { isSeen, sheet } from "./sheet.js";

/** @typedef {import("./mapview.js").MapView} MapView */
/** @typedef {import("./sheet.js").Frame} Frame */
/** @typedef {{at: [number, number] | null, cell: number, away: number, requests: number}} HappenedMark */
/** @typedef {{id: string, label?: string, name?: string, kind?: string, at: [number, number] | null}} Mark */

const SETTLED_MS = 1_000;
const CASE_LIFT_PX = 18;
const HOUSE_NEAR_PX = 40; // the width of a cell from which on a carve-out is marked large
const [DOT_LEAST_PX, DOT_MOST_PX] = [4, 11]; // by the households of a building
const CHOSEN = "#d9480f";
const HAPPENED_DROP_PX = 12; // so that house and case above it are seen
export const [AWAY, ASKED] = ["#6a3d9a", "#0b7a75"]; // none of them a colour of the tiers
const SITES_FAR = 40; // of more in sight only small squares are drawn

export class Overlays {
  /** @param {MapView} view */
  constructor(view) {
    this.view = view;
    this.bench = view.bench;
    /** @type {{cases: Mark[], sites: Mark[]}} */
    this.marks = { cases: [], sites: [] };
    /** Households of which somebody is away, or which wait for something. @type {HappenedMark[]} */
    this.happened = [];
    /** The carve-outs of a proposal that is shown in place of the plan's. @type {import("./messages.js").CarveOut[] | null} */
    this.proposed = null;
    /** What lies over the map for a while. @type {import("./seams.js").Ghost | null} */
    this.ghost = null;
    /** What the official holds whose duties are handed over. @type {import("./seams.js").Held | null} */
    this.held = null;
    this.names = new Names(view);
    fetchLetters();
    this.waiting = 0;
    this.waitingHappened = 0;
    this.sheet = sheet(view.map, "gm-marks", (frame) => this.paint(frame));
    const { bench } = this;
    bench.on("plan", () => this.sheet.later());
    bench.on("layers", () => this.sheet.later());
    bench.on("lang", () => this.sheet.later());
    bench.on("ghost", (ghost) => {
      this.ghost = ghost;
      this.proposed = ghost?.carve ?? null;
      this.sheet.later();
    });
    bench.on("held", (held) => {
      this.held = held;
      this.sheet.later();
    });
    bench.on("grid", () => this.load());
    bench.on("grid", () => this.loadHappened());
    bench.on("lang", () => this.loadHappened());
    bench.on("stale", ({ tabs }) => tabs.includes("layers") && this.loadSoon());
    bench.on("stale", ({ tabs }) => tabs.includes("days") && this.loadHappened());
  }

  /** Ask when nothing has changed for a while: every stroke says that they may be old. */
  loadSoon() {
    clearTimeout(this.waiting);
    this.waiting = window.setTimeout(() => this.load(), SETTLED_MS);
  }

  /** Ask for what events tell, of which most plans have none yet, when nothing has changed for a while. */
  loadHappened() {
    clearTimeout(this.waitingHappened);
    this.waitingHappened = window.setTimeout(async () => {
      const told = await this.bench.ask("happened").catch(() => null);
      if (!told) return;
      this.happened = told.marks ?? [];
      this.bench.happened = told.zones ?? {};
      this.bench.emit("happened");
      this.sheet.later();
    }, SETTLED_MS);
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
      const lift = kind === "cases" ? CASE_LIFT_PX : 0;
      const away = Math.min(Math.hypot(place.x - px.x, place.y - px.y), Math.hypot(place.x - px.x, place.y - lift - px.y));
      if (away <= best) [best, found] = [away, { id, at }];
    }
    return found;
  }

  /** @param {Frame} frame */
  paint(frame) {
    const { bench } = this;
    if (!bench.cells || !bench.plan) return;
    const { layers } = bench.ui;
    const letters = new Lettering(frame.ctx, this.view.look.inks);
    this.view.homes.draw(frame);
    if (layers.carve) this.paintCarveOuts(frame, letters);
    if (this.held) this.paintHeld(frame, letters, this.held);
    const isNamed = Boolean(this.ghost?.names);
    if (isNamed && layers.sites) this.paintSites(frame, null);
    if (layers.cases) for (const each of this.marks.cases) this.paintCase(frame, letters, each);
    if (layers.happened) this.paintHappened(frame, letters);
    if (this.ghost?.names) this.names.writeOver(frame, letters, this.ghost);
    if (layers.labels) this.names.writeZones(frame, letters);
    if (layers.sites && !isNamed) this.paintSites(frame, letters);
    if (layers.labels) this.names.writePlaces(frame, letters);
  }

  /**
   * @param {Frame} frame
   * @param {Lettering} letters
   */
  paintCarveOuts(frame, letters) {
    const { ctx } = frame;
    for (const carve of this.proposed ?? this.bench.plan?.carve ?? []) {
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
    if (!isSeen(frame, { x, y })) return;
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
   * Dots, filled where they are chosen.
   * @param {Frame} frame
   * @param {Lettering} letters
   * @param {import("./seams.js").Held} held
   */
  paintHeld(frame, letters, { dots }) {
    const { ctx } = frame;
    const { ink, halo } = this.view.look.inks;
    for (const { at, size, chosen } of dots) {
      const { x, y } = frame.px(at);
      if (!isSeen(frame, { x, y })) continue;
      const radius = Math.min(DOT_MOST_PX, DOT_LEAST_PX + Math.sqrt(size));
      ctx.beginPath();
      ctx.arc(x, y, radius, 0, 2 * Math.PI);
      ctx.fillStyle = chosen ? CHOSEN : halo;
      ctx.strokeStyle = chosen ? "#fff" : ink;
      ctx.lineWidth = 2;
      ctx.fill();
      ctx.stroke();
      letters.take({ left: x - radius, right: x + radius, top: y - radius, bottom: y + radius });
    }
  }

  /**
   * Below a household a disc, if somebody is away or something is asked for; if both, with a dot in it.
   * @param {Frame} frame
   * @param {Lettering} letters
   */
  paintHappened(frame, letters) {
    const { ctx } = frame;
    const { cells } = this.bench;
    for (const { at, cell, away, requests } of this.happened) {
      const place = at ?? (cells ? this.view.mercatorOf(middleOf(cells, cell)) : null);
      const { x, y: below } = place ? frame.px(place) : { x: NaN, y: NaN };
      const y = below + HAPPENED_DROP_PX;
      if (!isSeen(frame, { x, y })) continue;
      for (const [radius, fill] of /** @type {[number, string][]} */ ([[8, "#fff"], [6.5, away ? AWAY : ASKED], ...(requests ? [[3, "#fff"]] : [])])) {
        ctx.beginPath();
        ctx.arc(x, y, radius, 0, 2 * Math.PI);
        ctx.fillStyle = fill;
        ctx.fill();
      }
      letters.take({ left: x - 8, right: x + 8, top: y - 8, bottom: y + 8 });
    }
  }

  /**
   * Squares; from near with their names, unless other names are more wanted.
   * @param {Frame} frame
   * @param {Lettering | null} letters
   */
  paintSites(frame, letters) {
    const { ctx } = frame;
    const places = this.marks.sites.flatMap(({ at, name }) => (at ? [{ ...frame.px(at), name }] : []));
    const seen = places.filter((place) => isSeen(frame, place));
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
    for (const { x, y, name } of side > 6 ? seen : []) if (name) letters?.write({ x, y: y + 15 }, [name], { size: 11 });
  }

  /**
   * @param {Frame} frame
   * @param {Lettering} letters
   * @param {Mark} mark
   */
  paintCase(frame, letters, { at, label = "" }) {
    if (!at) return;
    const { x, y } = frame.px(at);
    if (!isSeen(frame, { x, y })) return;
    const { ctx } = frame;
    const top = y - CASE_LIFT_PX; // above its place, so that the building there is seen
    const path = new Path2D(`M${x} ${top - 10}L${x + 10} ${top}L${x} ${y - 2}L${x - 10} ${top}Z`);
    ctx.fillStyle = "#111";
    ctx.strokeStyle = "#fff";
    ctx.lineWidth = 2;
    ctx.fill(path);
    ctx.stroke(path);
    ctx.fillStyle = "#fff";
    ctx.fillRect(x - 1, top - 6, 2, 6);
    ctx.fillRect(x - 1, top + 2, 2, 2);
    letters.take({ left: x - 10, right: x + 10, top: top - 10, bottom: y });
    if (label) letters.write({ x, y: top - 20 }, [label], { size: 12, weight: 600 });
  }

}
