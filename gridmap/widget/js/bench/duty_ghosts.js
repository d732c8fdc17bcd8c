/** What of the duties is laid over the map: whose each cell is, how full they are, and who was reached. */
import { whole } from "./figures.js";
import { territoryColors } from "./territory_colors.js";

/** @typedef {import("./seams.js").Ghost} Ghost */
/** @typedef {import("./answers.js").Burden} Burden */
/** @typedef {import("./messages.js").Pattern} Pattern */
/** @typedef {{code: number, label: string, official: string}} Holder */
/**
 * @typedef {object} Shares  whose the cells are in a role
 * @property {Holder[]} legend
 * @property {Int32Array} codes  for each cell a place in the legend; -1 for nobody
 * @property {Int32Array} pairs  cell, place in the legend, households: of the cells that several share
 * @property {Uint32Array} vacant  cells for which somebody is missing
 */
/** @typedef {{color: string, pattern?: Pattern, ink?: string, label: string, count: number}} Class  one line of a legend, and its colour on the map */

const COLORS_MOST = 126; // and one for what is vacant
export const VACANT = { color: "#ffffff", pattern: /** @type {Pattern} */ ("diagonal"), ink: "#a50f15" };
/** From light to dark blue, and orange with lines for what is too much: told apart by lightness and pattern too. */
/** @typedef {{color: string, pattern?: Pattern, ink?: string}} LookOf  of one colour of the map */
/** @type {(LookOf & {most: number})[]} */
const STEPS = [
  { most: 0.5, color: "#deebf7" },
  { most: 0.8, color: "#9ecae1" },
  { most: 1, color: "#3182bd" },
  { most: Infinity, color: "#f16913", pattern: "cross", ink: "#5a1d00" },
];
/** Where nobody has a capacity, loads are told against the usual one. */
const RELATIVE = [0.75, 1.25, 2, Infinity];
/** @type {LookOf} */
const IDLE = { color: "#f2f2f2", pattern: "dots", ink: "#737373" };
/** @type {LookOf} */
const UNKNOWN = { color: "#cfd4d9" };

/**
 * Every official in a colour of his own, with borders and names.
 * @param {Shares} shares
 * @param {string} label
 * @returns {Ghost}
 */
export function territoryGhost({ legend, codes, vacant }, label) {
  const colors = territoryColors(Math.min(COLORS_MOST, Math.max(1, legend.length)));
  const shown = codes.map((code) => (code < 0 ? -1 : code % colors.length));
  for (const cell of vacant) shown[cell] = colors.length;
  const patterns = [...colors.map(() => /** @type {Pattern} */ ("none")), VACANT.pattern];
  const inks = [...colors.map(() => ""), VACANT.ink];
  return { codes: shown, palette: [...colors, VACANT.color], patterns, inks, edges: codes, names: legend.map((holder) => [holder.label || holder.official]), label, covers: true };
}

/**
 * Every cell in the colour of how full its official is, of several the fullest.
 * @param {Shares} shares
 * @param {Burden[]} burdens
 * @param {"households" | "targets"} unit
 * @param {string} label
 * @param {ReturnType<typeof import("./words_panel.js").wordsOf>} t
 * @returns {{ghost: Ghost, classes: Class[]}}
 */
export function loadGhost({ legend, codes, pairs, vacant }, burdens, unit, label, t) {
  const by = new Map(burdens.map((burden) => [burden.official, burden]));
  const usual = usualLoad(burdens, unit);
  const isKnown = burdens.some(({ capacity }) => capacity !== null);
  const fullness = legend.map(({ official }) => {
    const burden = by.get(official);
    if (!burden) return NaN;
    return isKnown ? (burden.share ?? NaN) : burden[unit] / (usual || 1);
  });
  const fullest = Float64Array.from(codes, (code) => (code < 0 ? NaN : fullness[code]));
  for (let i = 0; i + 2 < pairs.length; i += 3) {
    const [cell, code] = [pairs[i], pairs[i + 1]];
    if (!(fullest[cell] >= fullness[code])) fullest[cell] = fullness[code];
  }
  const bounds = isKnown ? STEPS.map(({ most }) => most) : RELATIVE;
  const shown = Int32Array.from(codes, (code, cell) => {
    if (code < 0) return -1;
    if (Number.isNaN(fullest[cell])) return STEPS.length + 1;
    return fullest[cell] === 0 ? STEPS.length : stepOf(fullest[cell], bounds);
  });
  for (const cell of vacant) shown[cell] = STEPS.length + 2;
  const names = legend.map(({ label: name, official }) => [name || official, ...loadText(by.get(official), unit)]);
  /** @type {LookOf[]} */
  const looks = [...STEPS, IDLE, UNKNOWN, VACANT];
  const people = looks.map(() => 0);
  for (const each of fullness) people[Number.isNaN(each) ? STEPS.length + 1 : each === 0 ? STEPS.length : stepOf(each, bounds)]++;
  const words = isKnown ? ["load_half", "load_most", "load_full", "load_over"] : ["load_less", "load_usual", "load_more", "load_far_more"];
  const labels = [...words.map((word) => t(word, { usual: whole(usual) })), t("load_none"), t("load_unknown"), t("load_vacant")];
  const classes = looks.map((look, place) => ({ ...look, label: labels[place], count: place === looks.length - 1 ? vacant.length : people[place] }));
  const ghost = {
    codes: shown,
    palette: looks.map(({ color }) => color),
    patterns: looks.map(({ pattern = "none" }) => pattern),
    inks: looks.map(({ ink = "" }) => ink),
    edges: codes,
    names,
    label,
    covers: true,
  };
  return { ghost, classes: classes.filter(({ count }, place) => count > 0 || place < STEPS.length) };
}

/**
 * @param {number} share
 * @param {readonly number[]} bounds
 */
function stepOf(share, bounds) {
  return bounds.findIndex((most) => share <= most + 1e-9);
}

/**
 * The middle load of all who carry something.
 * @param {Burden[]} burdens
 * @param {"households" | "targets"} unit
 */
export function usualLoad(burdens, unit) {
  return median(burdens.map((burden) => burden[unit]).filter(Boolean));
}

/** @param {number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  if (!sorted.length) return 0;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/**
 * @param {Burden | undefined} burden
 * @param {"households" | "targets"} unit
 */
function loadText(burden, unit) {
  if (!burden) return [];
  return [burden.capacity === null ? whole(burden[unit]) : `${whole(burden[unit])}/${whole(burden.capacity)}`];
}

/** From brown with lines, where nobody was reached, to blue-green: told apart by lightness and pattern too. */
const REACHED = [
  { most: 0, color: "#bf812d", pattern: /** @type {Pattern} */ ("cross"), ink: "#8c510a", word: "reached_none" },
  { most: 0.5, color: "#dfc27d", pattern: /** @type {Pattern} */ ("diagonal"), ink: "#9c6a1c", word: "reached_some" },
  { most: 0.999999, color: "#d9efec", pattern: /** @type {Pattern} */ ("none"), ink: "", word: "reached_most" },
  { most: Infinity, color: "#5ab4ac", pattern: /** @type {Pattern} */ ("none"), ink: "", word: "reached_all" },
];

/**
 * Every cell by the share of its households that were reached; without households it has no colour.
 * @param {Int32Array} households
 * @param {Int32Array} reached
 * @param {string} label
 * @param {ReturnType<typeof import("./words_panel.js").wordsOf>} t
 * @returns {{ghost: Ghost, classes: Class[]}}
 */
export function reachGhost(households, reached, label, t) {
  const bounds = REACHED.map(({ most }) => most);
  const codes = Int32Array.from(households, (all, cell) => (all ? bounds.findIndex((most) => reached[cell] / all <= most) : -1));
  const classes = REACHED.map(({ word, ...look }, code) => ({ ...look, label: t(word), count: codes.reduce((sum, each) => sum + Number(each === code), 0) }));
  const ghost = { codes, palette: REACHED.map(({ color }) => color), patterns: REACHED.map(({ pattern }) => pattern), inks: REACHED.map(({ ink }) => ink), label, covers: true };
  return { ghost, classes };
}
