/** The state of one view of the workbench: what the kernel told, what is chosen here, and what was drawn here. */
import { Mirror } from "./mirror.js";
import { Painting } from "./painting.js";
import { NONE } from "./strokes.js";

/** @typedef {import("./messages.js").Edit} Edit */
/** @typedef {import("./link.js").Answer} Answer */
/** @typedef {import("./link.js").Link} Link */
/** @typedef {import("./seams.js").Ghost} Ghost */
/** @typedef {import("./seams.js").Target} Target */
/** @typedef {import("./seams.js").Ui} Ui */

/** @returns {Ui} */
const firstUi = () => ({
  tier: 0,
  tool: "pan",
  lastPainter: "brush",
  brushPx: 36,
  by: "touch",
  only: { unassigned: false, village: "", weaker: false },
  erase: "clear",
  areaLevel: "",
  floodBy: "tier",
  radiusM: 500,
  enclose: { step: "pick", closed: false, gaps: [], names: [] },
  carveBy: "draw",
  layers: { zones: true, cells: true, areas: true, labels: true, households: true, cases: true, happened: true, sites: true, carve: true, basemap: true },
  panel: true,
});

export class Bench extends Mirror {
  /**
   * @param {Link} link
   * @param {{lang?: import("./messages.js").Lang, words?: import("./speech.js").Words, soon?: (tell: () => void) => void, painted?: (work: () => void) => void}} [options]
   */
  constructor(link, options = {}) {
    super(link, options);
    this.link = link;
    /** @type {import("./seams.js").View | null} */
    this.view = null;
    /** @type {import("./seams.js").Dialogs | null} */
    this.dialogs = null;
    /** The cell that was chosen by the hand, -1 for none. */
    this.chosen = NONE;
    /** What events tell of zones, by their ids: rows of a word and a figure. @type {Record<string, [string, string][]>} */
    this.happened = {};
    /** @type {Ui} */
    this.ui = firstUi();
    this.resync = () => this.askAnew();
    this.count = () => void this.heed(this.ask("counts"));
    link.heard = (content, buffers) => {
      try {
        this.take(content, buffers);
      } catch (error) {
        this.complain(error);
      }
    };
    link.changed = () => this.emit("connection", this.connection);
  }

  /** `silent`: the kernel does not answer. `pending`: strokes that it has not answered. */
  get connection() {
    return { state: this.link.state, pending: this.strokes.unanswered };
  }

  // ---- talking with the kernel

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

  /** @param {import("./messages.js").Hello} hello */
  takeHello(hello) {
    const { ui } = this;
    if (ui.tier >= hello.tiers.length) ui.tier = 0;
    if (!ui.areaLevel) ui.areaLevel = hello.levels[hello.levels.length - 2]?.id ?? "";
    super.takeHello(hello);
  }

  /** A message was missed: ask for all again. */
  askAnew() {
    if (this.isResyncing) return;
    this.isResyncing = true;
    this.heed(this.ask("ready"))
      .catch(() => null)
      .finally(() => (this.isResyncing = false));
  }

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

  /** @param {import("./strokes.js").Stroke} stroke */
  drop(stroke) {
    super.drop(stroke);
    this.emit("connection", this.connection);
  }

  // ---- what is chosen in this view

  /** @param {import("./messages.js").Lang} lang */
  setLang(lang) {
    if (lang === this.lang) return;
    this.lang = lang;
    this.emit("lang", lang);
    this.heed(this.ask("language"));
  }

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
   * Give the map a tool for a while.
   * @param {(view: import("./mapview.js").MapView) => import("./tools.js").Tool} make
   * @param {string} label  what to do with it
   * @returns {() => void}  takes the tool back
   */
  lend(make, label) {
    return this.view?.lend(make, label) ?? (() => {});
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
