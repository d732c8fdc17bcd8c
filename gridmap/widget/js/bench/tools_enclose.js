/** Enclosure: boundary lines that were picked, and lines that were drawn, close; a click inside takes the cells between them. */
import { uint32 } from "./buffers.js";
import { cornerTool, paintAll } from "./tools_shape.js";

/** @typedef {import("./mapview.js").MapView} MapView */
/** @typedef {import("./tools.js").Tool} Tool */
/** @typedef {{id: string, name: string, kind: string, lines: number[][]}} Boundary  lines in EPSG:3857 */
/** @typedef {{at: [number, number], length_m: number}} Gap */
/**
 * @typedef {object} Enclosing  what the options show of it
 * @property {"pick" | "draw" | "inside"} step
 * @property {boolean} closed
 * @property {Gap[]} gaps
 * @property {string[]} names  of the boundaries that were picked
 */

const REACH_PX = 10;
const TOGETHER = 0.1; // lines closer than this share of the reach run along each other

/** @type {Enclosing} */
export const NOT_ENCLOSING = { step: "pick", closed: false, gaps: [], names: [] };

/**
 * @param {MapView} view
 * @returns {Tool}
 */
export function encloseTool(view) {
  const { bench, sketch } = view;
  /** @type {Boundary[]} */
  let boundaries = [];
  /** @type {Set<string>} */
  const picked = new Set();
  /** @type {[number, number][][]} */
  let drawn = [];
  /** @type {string} */
  let under = "";

  const pen = cornerTool(view, (line) => {
    drawn.push(line.map((xy) => view.mercatorOf(xy)));
    ask();
  }, { closed: false, least: 2 });

  /** @param {Partial<Enclosing>} change */
  const tell = (change) => bench.setUi({ enclose: { ...bench.ui.enclose, ...change } });
  const chosen = () => boundaries.filter(({ id }) => picked.has(id));
  const redraw = () => {
    const asPx = (/** @type {number[]} */ line) => pairs(line).map((at) => view.pxOfMercator(at));
    const marked = boundaries.filter(({ id }) => picked.has(id) || id === under);
    sketch.showLines({
      lines: boundaries.flatMap(({ lines }) => lines.map(asPx)),
      chosen: [...marked.flatMap(({ lines }) => lines.map(asPx)), ...drawn.map((line) => line.map((at) => view.pxOfMercator(at)))],
      gaps: bench.ui.enclose.gaps.map(({ at }) => view.pxOfMercator(at)),
    });
    pen.redraw?.();
  };
  /** @param {[number, number] | null} [inside] */
  const question = (inside = null) => {
    const lines = drawn.map((line) => line.flat());
    return bench.ask("enclose", { boundaries: [...picked], lines, inside, by: bench.ui.by });
  };
  /** Ask whether the lines close, and where they do not. */
  async function ask() {
    redraw();
    const names = chosen().map(({ id, name }) => name || id);
    if (!picked.size && !drawn.length) return tell({ ...NOT_ENCLOSING, step: bench.ui.enclose.step });
    try {
      const { closed, gaps } = await question();
      tell({ closed, gaps: closed ? [] : gaps, names, step: closed ? "inside" : bench.ui.enclose.step === "inside" ? "pick" : bench.ui.enclose.step });
    } catch (refusal) {
      bench.complain(refusal);
    }
    return redraw();
  }
  /** @param {[number, number]} xy */
  async function takeInside(xy) {
    try {
      const answer = await question(view.mercatorOf(xy));
      paintAll(view, uint32(answer.buffers[0]));
      clear();
    } catch (refusal) {
      bench.complain(refusal);
    }
  }
  /** @param {import("./tools.js").Spot} spot */
  const lineAt = ({ px }) => nearestLine(boundaries, view.mercatorAt(px), REACH_PX * view.mercatorPerPx);
  function clear() {
    picked.clear();
    drawn = [];
    pen.cancel?.();
    tell({ ...NOT_ENCLOSING, step: boundaries.length ? "pick" : "draw" });
    redraw();
  }
  bench.on("ui", ({ enclose }) => enclose === NOT_ENCLOSING && (picked.size || drawn.length) && clear());
  return {
    async begin() {
      clear();
      boundaries = (await bench.ask("boundaries").catch(() => ({ boundaries: [] }))).boundaries ?? [];
      if (bench.ui.tool !== "enclose") return;
      if (!boundaries.length) bench.notice("info", bench.word("no_boundaries"), "boundaries");
      clear();
    },
    up(spot) {
      const { step } = bench.ui.enclose;
      if (step === "inside") return void takeInside(spot.xy);
      if (step === "draw") return pen.up?.(spot);
      const id = lineAt(spot);
      if (!id) return undefined;
      if (!picked.delete(id)) picked.add(id);
      return void ask();
    },
    drag: (spot) => bench.ui.enclose.step === "draw" && pen.drag?.(spot),
    hover(spot) {
      if (bench.ui.enclose.step === "draw") return spot && pen.hover?.(spot);
      const id = spot && bench.ui.enclose.step === "pick" ? lineAt(spot) : "";
      const line = boundaries.find((boundary) => boundary.id === id);
      sketch.showLabel(spot && line ? spot.px : null, line ? line.name || line.id : "");
      if (id === under) return undefined;
      under = id;
      return redraw();
    },
    finish: () => pen.finish?.() ?? false,
    back: () => pen.back?.() ?? false,
    cancel() {
      if (pen.back?.()) return Boolean(pen.cancel?.()) || true;
      if (!picked.size && !drawn.length) return false;
      clear();
      return true;
    },
    redraw,
    end() {
      boundaries = [];
      clear();
      sketch.clear();
    },
  };
}

/**
 * @param {number[]} line  x, y, x, y...
 * @returns {[number, number][]}
 */
function pairs(line) {
  /** @type {[number, number][]} */
  const answer = [];
  for (let i = 0; i + 1 < line.length; i += 2) answer.push([line[i], line[i + 1]]);
  return answer;
}

/**
 * The boundary that is nearest to a place, within reach; "" for none. Of those that run along each other it is the first.
 * @param {Boundary[]} boundaries
 * @param {[number, number]} at
 * @param {number} reach
 */
export function nearestLine(boundaries, at, reach) {
  const apart = reach * TOGETHER;
  let best = reach + apart;
  let id = "";
  for (const boundary of boundaries) {
    const away = distance(boundary, at);
    if (away <= reach && away < best - apart) [best, id] = [away, boundary.id];
  }
  return id;
}

/**
 * @param {Boundary} boundary
 * @param {[number, number]} at
 */
function distance({ lines }, [x, y]) {
  let least = Infinity;
  for (const line of lines) {
    for (let i = 0; i + 3 < line.length; i += 2) least = Math.min(least, distance2(x, y, line[i], line[i + 1], line[i + 2], line[i + 3]));
  }
  return Math.sqrt(least);
}

/**
 * The square of the distance of a point to a line from one point to another.
 * @param {number} x
 * @param {number} y
 * @param {number} x0
 * @param {number} y0
 * @param {number} x1
 * @param {number} y1
 */
function distance2(x, y, x0, y0, x1, y1) {
  const dx = x1 - x0;
  const dy = y1 - y0;
  const length2 = dx * dx + dy * dy;
  const along = length2 ? Math.min(1, Math.max(0, ((x - x0) * dx + (y - y0) * dy) / length2)) : 0;
  return (x - x0 - along * dx) ** 2 + (y - y0 - along * dy) ** 2;
}
