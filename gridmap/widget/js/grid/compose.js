/**
 * The picture of cell numbers turned into colours.
 *
 * What a pixel becomes depends on the numbers around it, on the style and on where it lies, and on nothing that
 * was drawn before: so a part that is composed again is the same, byte for byte, as in a new picture.
 */
import { NO_CELL } from "./raster.js";

/** @typedef {import("./raster.js").View} View */
/** @typedef {[number, number, number, number]} Rgba  each 0 to 255 */
/** @typedef {import("./rect.js").Rect} Rect */
/** @typedef {"none" | "diagonal" | "cross" | "dots"} Pattern */
/**
 * @typedef {object} Style
 * @property {Int8Array} tier  of each cell the place of its tier in `fills`; -1 for none
 * @property {Int32Array | null} zone  of each cell the code of its zone; -1 for none
 * @property {Uint8Array | null} flags  of each cell; 1: locked, drawn with small dots
 * @property {Rgba[]} fills  of each tier
 * @property {Pattern[]} patterns  of each tier
 * @property {Rgba} plain  of cells without a tier
 * @property {Rgba} zoneBorder
 * @property {Rgba} cellBorder
 * @property {Rgba} areaBorder
 * @property {Int32Array | null} areas  a label of each cell; where labels differ the border is thicker
 * @property {Int8Array | null} tint  of each cell a place in `tints`, laid over its colour; -1 for none
 * @property {Rgba[]} tints
 * @property {Pattern[]} tintPatterns  of each tint; while a cell is tinted, that of its tier is not shown
 * @property {(Rgba | undefined)[]} tintInks  of the marks of each pattern; without one those of the tint itself
 * @property {Int32Array | null} tintEdges  a label of each cell; where it is given it bounds, and zones and tiers only as areas do
 * @property {Uint8Array | null} highlight  not 0 for cells that are to stand out
 * @property {Uint8Array | null} pending  not 0 for cells whose stroke is not confirmed yet; drawn a little lighter
 * @property {boolean} dark  whether the page around is dark
 */

const LOCKED = 1;
const STROKE_ALPHA = 215;
/** Pixels of the page from one mark of a pattern to the next. */
const TILE = 12;
const HIGHLIGHT = { light: rgba("#1a5fb4", 0.28), dark: rgba("#6ea8fe", 0.36) };
const PENDING = rgba("#ffffff", 0.18);
const LOCK = { light: rgba("#1c1f23", 0.85), dark: rgba("#f4f5f6", 0.85) };
/** What is between two pixels, the strongest last. */
const [INSIDE, CELLS, AREAS, ZONES] = [0, 1, 2, 3];

/**
 * A CSS colour of the form #rrggbb, with an opacity.
 * @param {string} hex
 * @param {number} [alpha]  0 to 1
 * @returns {Rgba}
 */
export function rgba(hex, alpha = 1) {
  const number = Number.parseInt(hex.slice(1), 16);
  return [(number >> 16) & 255, (number >> 8) & 255, number & 255, Math.round(255 * alpha)];
}

/**
 * How cells look of which nothing is known yet.
 * @param {number} n
 * @param {boolean} [dark]
 * @returns {Style}
 */
export function plainStyle(n, dark = false) {
  return {
    tier: new Int8Array(n).fill(-1),
    zone: null,
    flags: null,
    fills: [],
    patterns: [],
    plain: dark ? rgba("#2f343a", 0.9) : rgba("#ffffff", 0.85),
    zoneBorder: dark ? rgba("#f4f5f6", 0.95) : rgba("#1c1f23", 0.9),
    cellBorder: dark ? rgba("#8a9199", 0.6) : rgba("#4a525b", 0.5),
    areaBorder: dark ? rgba("#c3c9cf", 0.7) : rgba("#4a525b", 0.75),
    areas: null,
    tint: null,
    tints: [],
    tintPatterns: [],
    tintInks: [],
    tintEdges: null,
    highlight: null,
    pending: null,
    dark,
  };
}

/**
 * Device pixels to a thin line. The colour of a pixel depends on its neighbours up to so far.
 * @param {View} view
 */
export function grain({ ratio = 1 }) {
  return Math.max(1, Math.round(ratio));
}

/**
 * Turn numbers into colours, in the whole picture or in a part of it.
 * @param {Uint32Array} pixels  as an ImageData holds them; overwritten
 * @param {Int32Array} ids
 * @param {View} view
 * @param {Style} style
 * @param {Rect} [rect]
 */
export function compose(pixels, ids, view, style, rect = { x: 0, y: 0, width: view.width, height: view.height }) {
  const painter = new Painter(pixels, ids, view, style);
  const left = Math.max(rect.x, 0);
  const right = Math.min(rect.x + rect.width, view.width);
  const end = Math.min(rect.y + rect.height, view.height);
  for (let y = Math.max(rect.y, 0); y < end; y++) painter.row(y, left, right);
}

class Painter {
  /**
   * @param {Uint32Array} pixels
   * @param {Int32Array} ids
   * @param {View} view
   * @param {Style} style
   */
  constructor(pixels, ids, view, style) {
    this.pixels = pixels;
    this.ids = ids;
    this.width = view.width;
    this.height = view.height;
    this.grain = grain(view);
    this.style = style;
    this.palette = new Palette(style, this.grain);
    // Patterns lie on the ground, so that they move with it.
    this.across = Math.round(view.x0 * view.scale);
    this.down = Math.round(-view.y0 * view.scale);
  }

  /**
   * @param {number} y
   * @param {number} left
   * @param {number} right
   */
  row(y, left, right) {
    const { pixels, ids, width, height, grain: far, palette } = this;
    const { tile } = palette;
    const up = y >= far ? -far * width : 0;
    const down = y + far < height ? far * width : 0;
    const mark = rest(y + this.down, tile) * tile;
    let column = rest(left + this.across, tile);
    let last = NO_CELL;
    let paint = palette.of(NO_CELL);
    let pixel = y * width + left;
    for (let x = left; x < right; x++, pixel++) {
      const id = ids[pixel];
      if (id !== last) paint = palette.of((last = id));
      const before = ids[x >= far ? pixel - far : pixel];
      const after = ids[x + far < width ? pixel + far : pixel];
      const above = ids[pixel + up];
      const below = ids[pixel + down];
      if (id === before && id === after && id === above && id === below) pixels[pixel] = paint.marked[mark + column];
      else {
        const border = this.border(id, before, after, above, below);
        pixels[pixel] = border === INSIDE ? paint.marked[mark + column] : paint.borders[border];
      }
      if (++column === tile) column = 0;
    }
  }

  /**
   * What a pixel of a cell is part of: a heavy line lies on both sides of its border, a line between two cells
   * only before it.
   * @param {number} id
   * @param {number} before
   * @param {number} after
   * @param {number} above
   * @param {number} below
   */
  border(id, before, after, above, below) {
    const one = Math.max(this.between(id, after), this.between(id, below));
    if (one === ZONES) return ZONES;
    const other = Math.max(this.between(id, before), this.between(id, above));
    return other === CELLS ? one : Math.max(one, other);
  }

  /**
   * @param {number} one
   * @param {number} other
   */
  between(one, other) {
    if (one === other) return INSIDE;
    const { tier, zone, areas, tintEdges } = this.style;
    if (tintEdges) {
      if (valueOf(tintEdges, one) !== valueOf(tintEdges, other)) return ZONES;
      return valueOf(tier, one) !== valueOf(tier, other) ? AREAS : CELLS;
    }
    if (valueOf(tier, one) !== valueOf(tier, other)) return ZONES;
    if (zone && valueOf(zone, one) !== valueOf(zone, other)) return ZONES;
    return areas && valueOf(areas, one) !== valueOf(areas, other) ? AREAS : CELLS;
  }
}

/**
 * @param {number} number
 * @param {number} size
 */
function rest(number, size) {
  return ((number % size) + size) % size;
}

/**
 * @param {Int8Array | Int32Array} values
 * @param {number} cell
 */
function valueOf(values, cell) {
  return cell < 0 ? -1 : values[cell];
}

/**
 * How a cell is painted: each colour as one number of an ImageData.
 * @typedef {object} Paint
 * @property {Uint32Array} marked  the ground with the marks of its pattern, a tile row after row
 * @property {Uint32Array} borders  the colour of a pixel on each kind of border
 */

/** The paints of one style, each made when it is first needed. */
class Palette {
  /**
   * @param {Style} style
   * @param {number} grain
   */
  constructor(style, grain) {
    this.style = style;
    this.grain = grain;
    this.tile = TILE * grain;
    this.nothing = { marked: new Uint32Array(this.tile ** 2), borders: new Uint32Array(4) };
    this.nothing.borders[ZONES] = packed(style.zoneBorder);
    this.nothing.borders[AREAS] = packed(style.areaBorder);
    this.nothing.borders[CELLS] = packed(style.cellBorder);
    /** @type {Map<number, Paint>} */
    this.made = new Map();
  }

  /**
   * @param {number} cell
   * @returns {Paint}
   */
  of(cell) {
    if (cell < 0) return this.nothing;
    const { tier, tint, flags, highlight, pending } = this.style;
    const isLocked = flags ? flags[cell] & LOCKED : 0;
    const isHigh = highlight && highlight[cell] ? 2 : 0;
    const isPending = pending && pending[cell] ? 4 : 0;
    const key = ((tier[cell] + 1) * 256 + (tint ? tint[cell] + 1 : 0)) * 8 + isLocked + isHigh + isPending;
    const known = this.made.get(key);
    if (known) return known;
    const paint = this.make(tier[cell], tint ? tint[cell] : -1, { isLocked, isHigh, isPending });
    this.made.set(key, paint);
    return paint;
  }

  /**
   * @param {number} tier
   * @param {number} tint
   * @param {{isLocked: number, isHigh: number, isPending: number}} state
   * @returns {Paint}
   */
  make(tier, tint, { isLocked, isHigh, isPending }) {
    const { style } = this;
    const fill = tier < 0 ? null : (style.fills[tier] ?? null);
    const shade = tint < 0 ? null : (style.tints[tint] ?? null);
    const light = style.dark ? "dark" : "light";
    let ground = fill ?? style.plain;
    if (shade) ground = over(ground, shade);
    if (isPending) ground = over(ground, PENDING);
    if (isHigh) ground = over(ground, HIGHLIGHT[light]);
    const pattern = (shade ? style.tintPatterns[tint] : fill ? style.patterns[tier] : null) ?? "none";
    const [red, green, blue] = (shade && style.tintInks[tint]) ?? shade ?? fill ?? ground;
    const marked = new Uint32Array(this.tile ** 2).fill(packed(ground));
    this.mark(marked, pattern, packed([red, green, blue, STROKE_ALPHA]));
    if (isLocked) this.mark(marked, "locked", packed(over(ground, LOCK[light])));
    const borders = new Uint32Array(4);
    borders[CELLS] = packed(over(ground, style.cellBorder));
    borders[AREAS] = packed(over(ground, style.areaBorder));
    borders[ZONES] = packed(over(ground, style.zoneBorder));
    return { marked, borders };
  }

  /**
   * @param {Uint32Array} tile
   * @param {Pattern | "locked"} pattern
   * @param {number} color
   */
  mark(tile, pattern, color) {
    for (let i = 0; i < tile.length; i++) {
      if (isMarked(pattern, i % this.tile, Math.floor(i / this.tile), this.grain)) tile[i] = color;
    }
  }
}

/**
 * Is this pixel of a tile part of the mark?
 * @param {Pattern | "locked"} pattern
 * @param {number} x
 * @param {number} y
 * @param {number} grain
 */
function isMarked(pattern, x, y, grain) {
  const size = TILE * grain;
  const middle = (size - 1) / 2;
  if (pattern === "diagonal") return (x + y) % size < 2 * grain;
  if (pattern === "cross") return x < grain || y < grain;
  if (pattern === "dots") return (x - middle) ** 2 + (y - middle) ** 2 <= 2.5 * grain ** 2;
  // In the corners of a tile, where the dots of a pattern are not.
  return pattern === "locked" && Math.min(x, size - 1 - x) < grain && Math.min(y, size - 1 - y) < grain;
}

/**
 * @param {Rgba} below
 * @param {Rgba} above
 * @returns {Rgba}
 */
function over([red, green, blue, alpha], [red2, green2, blue2, alpha2]) {
  const top = alpha2 / 255;
  const bottom = (alpha / 255) * (1 - top);
  const sum = top + bottom;
  if (!sum) return [0, 0, 0, 0];
  /** @type {(one: number, other: number) => number} */
  const mix = (one, other) => Math.round((one * bottom + other * top) / sum);
  return [mix(red, red2), mix(green, green2), mix(blue, blue2), Math.round(255 * sum)];
}

/** @param {Rgba} color */
function packed([red, green, blue, alpha]) {
  return ((alpha << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}
