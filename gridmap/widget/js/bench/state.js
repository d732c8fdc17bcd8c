/** The state of one view of the workbench: what the kernel told, what is chosen here, and what was drawn here. */
import { decodeCells } from "../grid/cells.js";
import { CellIndex } from "../grid/hit.js";
import { float32, int32, int8, texts, uint32, uint8 } from "./buffers.js";
import { Painting } from "./painting.js";
import { Places } from "./places.js";
import { NONE, Strokes } from "./strokes.js";
import { Tallies } from "./tallies.js";
import { formatted, WORDS_MAP } from "./words_map.js";

/** @typedef {import("./messages.js").Content} Content */
/** @typedef {import("./messages.js").Buffer} Buffer */
/** @typedef {import("./messages.js").Lang} Lang */
/** @typedef {import("./messages.js").Text} Text */
/** @typedef {import("./messages.js").Edit} Edit */
/** @typedef {import("./link.js").Answer} Answer */
/** @typedef {import("./link.js").Link} Link */
/** @typedef {"hello" | "grid" | "plan" | "paint" | "live" | "lang" | "ui" | "notice" | "progress" | "stale" | "points" | "layers" | "connection" | "hover" | "choose" | "ghost" | "tab" | "certificate" | "say" | "asking"} EventName */
/** @typedef {Record<string, [string, string]>} Words  of each key the Chinese and the English text */
/** @typedef {{cells?: ArrayLike<number>, bounds?: number[], at?: number[] | null}} Target  bounds and places in EPSG:3857 */
/**
 * @typedef {object} Ghost  a plan, a proposal or territories laid over the map
 * @property {Int8Array | Int16Array} codes  for each cell; -1 for none
 * @property {string[]} palette  plain hex, by code; codes beyond it begin again
 * @property {import("./messages.js").Pattern[]} [patterns]  by code
 * @property {string} label
 */
/**
 * @typedef {object} Dialogs  made by `dialogs(bench, root)` of dialogs.js
 * @property {(asked: {why: string}) => Promise<string | null>} askReason  null: not given, the stroke is taken back
 * @property {(conflict: any) => Promise<any>} showConflict
 * @property {() => void} showHelp
 * @property {(asked: {title: string, text?: string, yes?: string, no?: string}) => Promise<boolean>} confirm
 * @property {() => void} [save]  asks for the reason and saves
 * @property {() => void} [nextProblem]  flies to the next problem
 */
/**
 * @typedef {object} View  what the map does for the other parts; see mapview.js
 * @property {(target: Target, options?: {flash?: boolean}) => void} flyTo
 * @property {(ghost: Ghost | null) => void} ghost
 * @property {(cells: ArrayLike<number> | null) => void} highlight
 * @property {(label: string) => Promise<[number, number] | null>} askPoint
 * @property {(label: string) => Promise<number[] | null>} pickPolygon
 * @property {() => void} focus
 */
/**
 * @typedef {object} Ui  what is chosen in this view
 * @property {number} tier  the paint choice: the place of a tier, or -1 for the eraser
 * @property {string} tool
 * @property {number} brushPx  diameter
 * @property {"touch" | "middle"} by  which cells a shape takes in
 * @property {{unassigned: boolean, village: string, weaker: boolean}} only  village: a level, or "" for anywhere
 * @property {"clear" | "release"} erase  take the tier away, or give the cells back to the rules
 * @property {string} areaLevel  of the tool for whole areas
 * @property {"tier" | "area"} floodBy  what bounds the fill
 * @property {number} radiusM  of the ring
 * @property {Record<string, boolean>} layers
 * @property {string} lastPainter  the tool that painted last
 * @property {import("./tools_enclose.js").Enclosing} enclose
 * @property {"draw" | "pick"} carveBy
 * @property {boolean} panel  whether the panel is open
 */

const STEADY_UI = { brushPx: 36, by: "touch", erase: "clear", areaLevel: "", floodBy: "tier", radiusM: 500, lastPainter: "brush", carveBy: "draw", panel: true };
const LAYERS = { zones: true, cells: true, areas: true, labels: true, households: true, cases: true, sites: true, carve: true, basemap: true };

export class Bench {
  /**
   * @param {Link} link
   * @param {{lang?: Lang, words?: Words, frame?: (draw: () => void) => void}} [options]
   */
  constructor(link, { lang = "zh", words = {}, frame } = {}) {
    this.link = link;
    /** @type {Words} */
    this.words = { ...WORDS_MAP, ...words };
    /** @type {Lang} */
    this.lang = lang;
    this.frame = frame ?? ((draw) => void requestAnimationFrame(draw));
    /** @type {Map<string, Set<(value: any) => void>>} */
    this.listeners = new Map();
    /** @type {View | null} */
    this.view = null;
    /** @type {Dialogs | null} */
    this.dialogs = null;

    /** @type {import("./messages.js").Hello | null} */
    this.hello = null;
    /** @type {import("../grid/cells.js").Cells | null} */
    this.cells = null;
    /** @type {CellIndex | null} */
    this.index = null;
    /** @type {import("./messages.js").Area[]} */
    this.areas = [];
    this.places = new Places([], new Int32Array(0));
    /** @type {string[]} */
    this.cellIds = [];
    /** @type {string[]} */
    this.cellNames = [];
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
    /** The cell that was chosen by the hand, -1 for none. */
    this.chosen = NONE;
    /** @type {Ui} */
    this.ui = /** @type {Ui} */ ({ ...STEADY_UI, tier: 0, tool: "pan", enclose: { step: "pick", closed: false, gaps: [], names: [] }, only: { unassigned: false, village: "", weaker: false }, layers: { ...LAYERS } });

    /** Whether it is known how many households each cell has. */
    this.isCounted = false;
    this.isResyncing = false;
    this.liveWaits = false;
    /** @type {number[]} */
    this.dirty = [];
    link.heard = (content, buffers) => {
      try {
        this.take(content, buffers);
      } catch (error) {
        this.complain(error);
      }
    };
    link.changed = () => this.emit("connection", this.connection);
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

  /** `silent`: the kernel does not answer. `pending`: strokes that it has not answered. */
  get connection() {
    return { state: this.link.state, pending: this.strokes.unanswered };
  }

  // ---- events

  /**
   * @param {EventName} name
   * @param {(value: any) => void} heard
   * @returns {() => void}  ends it
   */
  on(name, heard) {
    const group = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, group.add(heard));
    return () => void group.delete(heard);
  }

  /**
   * @param {EventName} name
   * @param {any} [value]
   */
  emit(name, value) {
    for (const heard of [...(this.listeners.get(name) ?? [])]) heard(value);
  }

  /** Tell of new live numbers, once for all that changes within a frame. */
  emitLive() {
    if (this.liveWaits) return;
    this.liveWaits = true;
    this.frame(() => {
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

  // ---- talking with the kernel

  /** Ask for all that is shown. */
  start() {
    return this.ask("ready");
  }

  /**
   * Ask the kernel; the promise fails with `{why, code, ...}` where it refuses.
   * @param {string} kind
   * @param {Record<string, any>} [args]
   * @param {(ArrayBuffer | ArrayBufferView)[]} [buffers]
   * @returns {Promise<Answer>}
   */
  ask(kind, args = {}, buffers = []) {
    return this.link.put(kind, { lang: this.lang, ...args }, buffers).answer;
  }

  /**
   * Make an edit; what sets or takes a tier shows at once.
   * @param {Edit} edit
   * @param {ArrayLike<number>} [cells]
   * @returns {Promise<Answer>}  fails, with what was shown taken back, where the kernel refuses
   */
  edit(edit, cells = []) {
    const painting = new Painting(this, this.codeOf(edit));
    if (painting.code !== null) painting.take(cells);
    return painting.send(edit, Uint32Array.from(cells));
  }

  /**
   * Begin a stroke of the paint choice, or of another code.
   * @param {number} [code]  -1 for the eraser
   */
  paint(code = this.ui.tier) {
    return new Painting(this, code);
  }

  undo() {
    return this.heed(this.ask("undo"));
  }

  redo() {
    return this.heed(this.ask("redo"));
  }

  /**
   * Show a refusal beside the map.
   * @param {Promise<Answer>} answer
   */
  heed(answer) {
    answer.catch((refusal) => this.complain(refusal));
    return answer;
  }

  /** @param {unknown} error  a refusal, or what went wrong here */
  complain(error) {
    const { why, message } = /** @type {{why?: string, message?: string}} */ (error ?? {});
    this.notice("error", why || message || String(error));
  }

  /**
   * @param {"info" | "warn" | "error"} level
   * @param {string | Text} text
   * @param {string} [key]  one notice of a key is shown at a time
   */
  notice(level, text, key = "") {
    this.emit("notice", { kind: "notice", level, text: typeof text === "string" ? { zh: text, en: text } : text, key });
  }

  // ---- messages of the kernel

  /**
   * @param {Content} content
   * @param {Buffer[]} buffers
   */
  take(content, buffers) {
    if (content.kind === "hello") return this.takeHello(/** @type {any} */ (content));
    if (content.kind === "grid") return this.takeGrid(/** @type {any} */ (content), buffers);
    if (content.kind === "counts") return this.takeCounts(buffers);
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
    if (this.ui.tier >= hello.tiers.length) this.ui.tier = 0;
    if (!this.ui.areaLevel) this.ui.areaLevel = hello.levels[hello.levels.length - 2]?.id ?? "";
    if (isFirst && hello.lang) this.lang = hello.lang;
    this.emit("hello", hello);
    if (isFirst) this.emit("lang", this.lang);
  }

  /**
   * @param {import("./messages.js").GridMessage} grid
   * @param {Buffer[]} buffers
   */
  takeGrid(grid, buffers) {
    const [arcs, sides, ids, names, area, households, residents, needs, areaM2, rank] = buffers;
    const { n, origin, step } = grid;
    this.rank = rank ? int32(rank) : Int32Array.from({ length: n }, (_, cell) => cell);
    this.cells = decodeCells({ n, origin, step, arcs: grid.arcs }, { arcs: uint8(arcs), sides: int32(sides), rank: this.rank });
    this.index = new CellIndex(this.cells, this.rank);
    this.areas = grid.areas;
    this.areaOf = int32(area);
    this.places = new Places(this.areas, this.areaOf);
    this.isCounted = households.byteLength > 0; // else what the cells count comes later
    [this.households, this.residents, this.needs] = [households, residents, needs].map((each) => (this.isCounted ? int32(each) : new Int32Array(n)));
    this.areaM2 = float32(areaM2);
    [this.cellIds, this.cellNames] = [ids, names].map(texts);
    this.flags = new Uint8Array(n);
    this.strokes = new Strokes(n, (cell) => void this.dirty.push(cell));
    this.weigh();
    this.plan = null;
    this.emit("grid", grid);
  }

  /**
   * What the cells count, where the picture came before it.
   * @param {Buffer[]} buffers
   */
  takeCounts(buffers) {
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
   * @param {import("./messages.js").PlanMessage} plan
   * @param {Buffer[]} buffers
   */
  takePlan(plan, buffers) {
    if (!plan.full && (this.isResyncing || this.plan?.revision !== plan.revision - 1)) {
      if (!this.plan || plan.revision > this.plan.revision) this.resync();
      return;
    }
    if (plan.full) this.isResyncing = false;
    if (!this.plan && plan.recovered) this.notice("info", this.word("recovered", { count: plan.recovered }), "recovered");
    this.plan = plan;
    const mine = plan.cause?.client === this.link.client ? this.strokes.bySeq(plan.cause.seq) : undefined;
    const place = plan.full ? 0 : 1;
    if (plan.full) {
      this.strokes.replace(int8(buffers[0]), int32(buffers[1]));
      this.flags = uint8(buffers[2]);
    } else {
      const cells = uint32(buffers[0]);
      const flags = uint8(buffers[3]);
      this.strokes.patch(cells, int8(buffers[1]), int32(buffers[2]));
      cells.forEach((cell, i) => {
        if (this.flags[cell] !== flags[i]) this.dirty.push(cell);
        this.flags[cell] = flags[i];
      });
    }
    if (plan.follow) {
      const [households, residents, needs] = buffers.slice(place + 3).map(int32);
      this.tallies.weights = { households, residents, needs, area_m2: this.areaM2 };
    }
    if (mine) this.remove(mine);
    this.retally();
    this.emit("plan", plan);
    this.emitPaint();
    this.emitLive();
  }

  /** A message was missed: ask for all again. */
  resync() {
    if (this.isResyncing) return;
    this.isResyncing = true;
    this.heed(this.ask("ready"));
  }

  // ---- strokes

  /**
   * The place of the tier that an edit gives its cells; null where that is not known before the kernel answers.
   * @param {Edit} edit
   * @returns {number | null}
   */
  codeOf(edit) {
    if (edit.type === "ClearTier") return NONE;
    if (edit.type !== "SetTier") return null;
    const code = this.hello?.tiers.findIndex(({ id }) => id === edit.tier) ?? -1;
    return code < 0 ? null : code;
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
    this.emit("connection", this.connection);
  }

  /** The numbers of the tiers with the unanswered strokes counted in, the strictest first, at the end those without one. */
  liveTiers() {
    return this.plan ? this.tallies.tierRows(this.plan) : [];
  }

  /** The numbers of the zones with the unanswered strokes counted in; zones that only strokes made come last, without id. */
  liveZones() {
    return this.plan ? this.tallies.zoneRows(this.plan) : [];
  }

  // ---- words

  /**
   * The words of a key in the language of this view.
   * @param {string} key
   * @param {Record<string, string | number>} [values]  for what stands in braces
   */
  word(key, values = {}) {
    const pair = this.words[key];
    return pair ? formatted(pair[this.lang === "en" ? 1 : 0], values) : key;
  }

  /**
   * More words, for a part that brings its own.
   * @param {Words} words
   */
  addWords(words) {
    Object.assign(this.words, words);
  }

  /** @param {Text | null | undefined} text */
  text(text) {
    return text ? text[this.lang] || text.zh || text.en || "" : "";
  }

  /** @param {number | null | undefined} value */
  number(value) {
    return value === null || value === undefined ? "–" : value.toLocaleString(this.lang === "en" ? "en" : "zh-CN");
  }

  /** @param {number} areaM2 */
  area(areaM2) {
    if (areaM2 < 10_000) return `${this.number(Math.round(areaM2))} m²`;
    const km2 = areaM2 / 1e6;
    return `${this.number(Number(km2.toFixed(km2 < 10 ? 2 : km2 < 1000 ? 1 : 0)))} km²`;
  }

  /** @param {number} code  -1 for none */
  tierName(code) {
    return code < 0 ? this.word("no_tier") : this.text(this.hello?.tiers[code]);
  }

  /** @param {number} cell */
  cellName(cell) {
    return this.cellNames[cell] || this.cellIds[cell] || "";
  }

  /** @param {Lang} lang */
  setLang(lang) {
    if (lang === this.lang) return;
    this.lang = lang;
    this.emit("lang", lang);
    this.heed(this.ask("language"));
  }

  // ---- what is chosen in this view

  /** @param {Partial<Ui>} choice */
  setUi(choice) {
    Object.assign(this.ui, choice);
    this.emit("ui", choice);
  }

  /**
   * @param {string} layer
   * @param {boolean} isShown
   */
  showLayer(layer, isShown) {
    this.ui.layers = { ...this.ui.layers, [layer]: isShown };
    this.emit("layers", this.ui.layers);
  }

  // ---- the map, for the other parts

  /**
   * @param {Target} target
   * @param {{flash?: boolean}} [options]
   */
  flyTo(target, options) {
    this.view?.flyTo(target, options);
  }

  /** @param {Ghost | null} ghost */
  ghost(ghost) {
    this.view?.ghost(ghost);
    this.emit("ghost", ghost);
  }

  /** @param {ArrayLike<number> | null} cells */
  highlight(cells) {
    this.view?.highlight(cells);
  }

  /**
   * The place of the next click on the map, in EPSG:3857; null where Escape was pressed.
   * @param {string} label  what to click
   */
  askPoint(label) {
    return this.view?.askPoint(label) ?? Promise.resolve(null);
  }

  /**
   * A polygon drawn on the map, as x, y, x, y... in EPSG:3857; null where Escape was pressed.
   * @param {string} label
   */
  pickPolygon(label) {
    return this.view?.pickPolygon(label) ?? Promise.resolve(null);
  }
}
