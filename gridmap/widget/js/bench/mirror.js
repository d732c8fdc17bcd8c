/** What the kernel told of the grid and the plan, with the unanswered strokes of this view over it. */
import { decodeCells } from "../grid/cells.js";
import { CellIndex } from "../grid/hit.js";
import { once } from "../once.js";
import { float32, int32, int8, texts, uint32, uint8 } from "./buffers.js";
import { Places } from "./places.js";
import { Speech } from "./speech.js";
import { Strokes } from "./strokes.js";
import { Tallies } from "./tallies.js";

/** @typedef {import("./messages.js").Content} Content */
/** @typedef {import("./messages.js").Buffer} Buffer */

const LIVE_MS = 80;
const LATER_MS = 300; // first of all the picture is shown
const UNSEEN_MS = 2_000; // a page that nobody sees paints nothing

/**
 * Work once what changed was painted.
 * @param {() => void} work
 */
function oncePainted(work) {
  let waits = true;
  const begin = () => {
    if (waits) work();
    waits = false;
  };
  requestAnimationFrame(() => setTimeout(begin));
  setTimeout(begin, UNSEEN_MS);
}

export class Mirror extends Speech {
  /**
   * @param {{client: string}} link  whose strokes these are
   * @param {object} options
   * @param {import("./messages.js").Lang} [options.lang]
   * @param {import("./speech.js").Words} [options.words]
   * @param {(tell: () => void) => void} [options.soon]  tells a little later what is told often
   * @param {(work: () => void) => void} [options.painted]  works once that was shown
   * @param {(work: () => void) => void} [options.later]  works when nothing else is to be done
   */
  constructor({ client }, { soon, painted, later, ...speech }) {
    super(speech);
    this.client = client;
    this.soon = soon ?? ((/** @type {() => void} */ tell) => void setTimeout(tell, LIVE_MS));
    this.painted = painted ?? oncePainted;
    this.later = later ?? ((/** @type {() => void} */ work) => void setTimeout(() => (globalThis.requestIdleCallback ?? setTimeout)(work), LATER_MS));
    /** @type {import("./messages.js").Hello | null} */
    this.hello = null;
    /** @type {import("../grid/cells.js").Cells | null} */
    this.cells = null;
    /** @type {CellIndex | null} */
    this.index = null;
    /** @type {import("./messages.js").Area[]} */
    this.areas = [];
    this.places = new Places([], new Int32Array(0));
    /** @type {() => string[]} */
    this.listIds = () => [];
    /** @type {() => string[]} */
    this.listNames = () => [];
    /** How many rows the tables have; null while that is not known. @type {import("./messages.js").Tables | null} */
    this.tables = null;
    this.areaOf = new Int32Array(0);
    this.households = new Int32Array(0);
    this.residents = new Int32Array(0);
    this.needs = new Int32Array(0);
    this.areaM2 = new Float32Array(0);
    this.rank = new Int32Array(0);
    this.flags = new Uint8Array(0);
    this.strokes = new Strokes(0, () => {});
    this.tallies = new Tallies({ households: this.households, residents: this.residents, needs: this.needs, area_m2: this.areaM2 });
    /** @type {import("./messages.js").PlanMessage | null} */
    this.plan = null;
    /** The number of the last change whose cells were told. */
    this.revision = -1;
    /** Whether it is known how many households each cell has. */
    this.isCounted = false;
    this.isResyncing = false;
    /** Whether the cells are on their way; a plan that comes before them waits for them. */
    this.isWaitingForGrid = false;
    /** @type {[import("./messages.js").PlanMessage, Buffer[]] | null} */
    this.waitingPlan = null;
    this.liveWaits = false;
    /** @type {number[]} */
    this.dirty = [];
    /** Called when a message was missed. */
    this.resync = () => {};
    /** Called when the picture is there and what is counted in it is not. */
    this.count = () => {};
  }

  /** Tier of each cell as it is shown: the plan with the unanswered strokes over it. */
  get tier() {
    return this.strokes.tier;
  }

  /** Zone of each cell as it is shown. */
  get zone() {
    return this.strokes.zone;
  }

  /** Tier and zone of each cell as the kernel last told. */
  get truth() {
    return this.strokes.truth;
  }

  /** The id of each cell. */
  get cellIds() {
    return this.listIds();
  }

  /** The name of each cell, empty where it is its id. */
  get cellNames() {
    return this.listNames();
  }

  /** Tell of new live numbers, once for all that changes within a blink: to paint them takes longer than to paint cells. */
  emitLive() {
    if (this.liveWaits) return;
    this.liveWaits = true;
    this.soon(() => {
      this.liveWaits = false;
      this.emit("live");
    });
  }

  /** Tell which cells are to be painted anew. */
  emitPaint() {
    if (!this.dirty.length) return;
    const cells = Uint32Array.from(this.dirty);
    this.dirty = [];
    this.emit("paint", cells);
    this.emitLive();
  }

  /**
   * @param {Content} content
   * @param {Buffer[]} buffers
   */
  take(content, buffers) {
    if (content.kind === "hello") return this.takeHello(/** @type {any} */ (content));
    if (content.kind === "grid") return this.takeGrid(/** @type {any} */ (content), buffers);
    if (content.kind === "names") return this.takeNames(/** @type {any} */ (content), buffers);
    if (content.kind === "counts") return this.takeCounts(buffers);
    if (content.kind === "cells") return this.takeCells(/** @type {any} */ (content), buffers);
    if (content.kind === "plan") return this.takePlan(/** @type {any} */ (content), buffers);
    if (content.kind === "again") return this.resync();
    if (content.kind === "points") return this.emit("points", { ...content, x: int32(buffers[0]), y: int32(buffers[1]), cell: uint32(buffers[2]) });
    if (content.kind === "notice" || content.kind === "progress" || content.kind === "stale") this.emit(content.kind, content);
    return undefined;
  }

  /** @param {import("./messages.js").Hello} hello */
  takeHello(hello) {
    const isFirst = !this.hello;
    this.hello = hello;
    this.isWaitingForGrid = true;
    this.waitingPlan = null;
    if (isFirst && hello.lang) this.lang = hello.lang;
    this.emit("hello", hello);
    if (isFirst) this.emit("lang", this.lang);
  }

  /**
   * @param {import("./messages.js").GridMessage} grid
   * @param {Buffer[]} buffers
   */
  takeGrid(grid, buffers) {
    const [arcs, sides, area, areaM2, rank] = buffers;
    const { n, origin, step } = grid;
    this.rank = rank?.byteLength ? int32(rank) : Int32Array.from({ length: n }, (_, cell) => cell);
    this.cells = decodeCells({ n, origin, step, arcs: grid.arcs }, { arcs: uint8(arcs), sides: int32(sides), rank: this.rank });
    this.index = new CellIndex(this.cells, this.rank);
    this.areas = grid.areas;
    this.areaOf = int32(area);
    this.places = new Places(this.areas, this.areaOf);
    this.isCounted = false; // what the cells are called and what they count comes later
    [this.households, this.residents, this.needs] = [new Int32Array(n), new Int32Array(n), new Int32Array(n)];
    this.areaM2 = float32(areaM2);
    this.flags = new Uint8Array(n);
    if (this.strokes.tier.length !== n) this.strokes = new Strokes(n, (cell) => void this.dirty.push(cell));
    this.weigh();
    this.plan = null;
    this.emit("grid", grid);
    this.isWaitingForGrid = false;
    if (this.waitingPlan) this.takePlan(...this.waitingPlan);
    this.waitingPlan = null;
  }

  /**
   * What the cells are called, and what there is beside them.
   * @param {{tables: import("./messages.js").Tables}} content
   * @param {Buffer[]} buffers
   */
  takeNames({ tables }, buffers) {
    this.tables = tables;
    [this.listIds, this.listNames] = buffers.map((each) => once(() => texts(each)));
    for (const work of [() => this.index?.buckets, () => this.cellIds, () => this.cellNames, () => this.cells?.middle]) this.later(work); // else the first hover or stroke would have to wait for it
  }

  /**
   * What the cells count, where the picture came before it.
   * @param {Buffer[]} buffers
   */
  takeCounts(buffers) {
    if (buffers[0].byteLength !== this.households.byteLength) return; // of a grid that is not shown yet
    [this.households, this.residents, this.needs] = buffers.map(int32);
    this.isCounted = true;
    this.weigh();
    this.emitLive();
  }

  /** Take it that every household follows the tier of its cell. */
  weigh() {
    this.tallies.weights = { households: this.households, residents: this.residents, needs: this.needs, area_m2: this.areaM2 };
    this.retally();
  }

  /**
   * The cells of which the plan says something else now; what is counted in it follows at once.
   * @param {import("./messages.js").CellsMessage} content
   * @param {Buffer[]} buffers
   */
  takeCells({ revision, cause }, buffers) {
    if (!this.isExpected(revision, Number(this.plan?.revision) + 1)) return;
    this.revision = revision;
    const cells = uint32(buffers[0]);
    const flags = uint8(buffers[3]);
    this.strokes.patch(cells, int8(buffers[1]), int32(buffers[2]));
    cells.forEach((cell, i) => {
      if (this.flags[cell] !== flags[i]) this.dirty.push(cell);
      this.flags[cell] = flags[i];
    });
    const mine = cause?.client === this.client ? this.strokes.bySeq(cause.seq) : undefined;
    if (mine) this.remove(mine);
    this.emit("heard", revision);
    this.emitPaint();
  }

  /**
   * @param {import("./messages.js").PlanMessage} plan
   * @param {Buffer[]} buffers
   */
  takePlan(plan, buffers) {
    if (plan.full && this.isWaitingForGrid) {
      this.waitingPlan = [plan, buffers];
      return;
    }
    if (plan.full) this.takeWhole(plan, buffers);
    else if (!this.isExpected(plan.revision, this.revision)) return;
    if (!this.plan && plan.recovered) this.notice("info", this.word("recovered", { count: plan.recovered }), "recovered");
    this.plan = plan;
    if (plan.follow) {
      const [households, residents, needs] = buffers.map(int32);
      this.tallies.weights = { households, residents, needs, area_m2: this.areaM2 };
    }
    this.retally();
    this.emit("plan", plan);
    this.emitPaint();
    this.emitLive();
    if (plan.counted === false) this.painted(() => this.count());
  }

  /**
   * @param {import("./messages.js").PlanMessage} plan
   * @param {Buffer[]} buffers
   */
  takeWhole({ revision }, [tier, zone, flags]) {
    this.isResyncing = false;
    this.revision = revision;
    this.strokes.replace(int8(tier), int32(zone));
    this.flags = uint8(flags);
    this.emit("heard", revision);
  }

  /**
   * Whether no message before this one was missed; if one was, all is asked for again.
   * @param {number} revision
   * @param {number} expected
   */
  isExpected(revision, expected) {
    if (!this.isResyncing && this.plan && revision === expected) return true;
    if (!this.plan || revision > this.revision) this.resync();
    return false;
  }

  /** Count the difference of the strokes to the plan anew. */
  retally() {
    const { strokes, tallies } = this;
    tallies.clear();
    const cells = new Set(strokes.strokes.flatMap((stroke) => stroke.cells));
    for (const cell of cells) {
      tallies.move(cell, strokes.tier[cell], strokes.zone[cell], strokes.truth.tier[cell], strokes.truth.zone[cell]);
    }
  }

  /**
   * Its cells are painted anew, even those that keep their tier: they wait no more.
   * @param {import("./strokes.js").Stroke} stroke
   */
  remove(stroke) {
    this.strokes.remove(stroke);
    for (const cell of stroke.cells) this.dirty.push(cell);
  }

  /**
   * Take back what a stroke shows.
   * @param {import("./strokes.js").Stroke} stroke
   */
  drop(stroke) {
    this.remove(stroke);
    this.retally();
    this.emitPaint();
    this.emitLive();
  }

  /** The numbers of the tiers with the unanswered strokes counted in, the strictest first, at the end those without one. */
  liveTiers() {
    return this.plan ? this.tallies.tierRows(this.plan) : [];
  }

  /** The numbers of the zones with the unanswered strokes counted in; zones that only strokes made come last, without id. */
  liveZones() {
    return this.plan ? this.tallies.zoneRows(this.plan) : [];
  }

  /** @param {number} code  -1 for none */
  tierName(code) {
    return code < 0 ? this.word("no_tier") : this.text(this.hello?.tiers[code]);
  }

  /** @param {number} cell */
  cellName(cell) {
    return this.cellNames[cell] || this.cellIds[cell] || "";
  }
}
