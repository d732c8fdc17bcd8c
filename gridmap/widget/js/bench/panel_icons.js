/** The icons of the panel: strokes on a square of 16, drawn in the colour of the text; others are those of the map. */
import { svg } from "../dom.js";
import { MAP_STROKES } from "./icons.js";

/** @type {Record<string, string>} */
const STROKES = {
  zones: "M2.5 4.5 6.5 2.5 9.5 4.5 13.5 2.5V11.5L9.5 13.5 6.5 11.5 2.5 13.5ZM6.5 2.5V11.5M9.5 4.5V13.5",
  problems: "M8 2.2 14.3 13.5H1.7ZM8 6.5V9.8M8 11.6V12",
  duties: "M6 7.5A2.4 2.4 0 1 0 6 2.7 2.4 2.4 0 0 0 6 7.5ZM1.8 13.5C1.8 10.8 3.6 9.4 6 9.4S10.2 10.8 10.2 13.5M10.8 7.2A2 2 0 1 0 10.2 3.3M11.6 9.6C13.2 9.9 14.2 11.3 14.2 13.5",
  history: "M2.6 8A5.4 5.4 0 1 0 4.3 4.1M4.4 1.8V4.3H6.9M8 5V8.3L10.2 9.8",
  days: "M2.5 4H13.5V13.5H2.5ZM2.5 7H13.5M5.5 2.2V5M10.5 2.2V5M5.4 10.2 7.2 12 10.6 8.8",
  unknown: "M5.6 6.2A2.4 2.4 0 1 1 8.9 8.4C8.2 8.8 8 9.2 8 10.2M8 12.6V13",
  export: "M8 10V2.2M5 5 8 2.2 11 5M2.5 9.5V13.5H13.5V9.5",
  case: "M8 14C11 10.6 12.6 8.4 12.6 6.4A4.6 4.6 0 0 0 3.4 6.4C3.4 8.4 5 10.6 8 14ZM8 4.6V8.2M6.2 6.4H9.8",
  number: "M6 3 5 13M11 3 10 13M3.2 6.2H13M2.8 10H12.6",
  merge: "M3 3V5.5C3 8 8 7 8 10V13M13 3V5.5C13 8 8 7 8 10M5.8 11 8 13.2 10.2 11",
  split: "M8 3V6C8 8.5 3 8 3 11V13M8 6C8 8.5 13 8 13 11V13",
  locked: "M4 7.5H12V13.5H4ZM5.5 7.5V5A2.5 2.5 0 0 1 10.5 5V7.5",
  unlocked: "M4 7.5H12V13.5H4ZM5.5 7.5V4.6A2.5 2.5 0 0 1 10.3 3.8",
  clear: "M3 4.5H13M6.2 4.5V2.8H9.8V4.5M4.4 4.5 5 13.5H11L11.6 4.5M6.9 7V11M9.1 7V11",
  target: "M8 12.5A4.5 4.5 0 1 0 8 3.5 4.5 4.5 0 0 0 8 12.5ZM8 1.5V5M8 11V14.5M1.5 8H5M11 8H14.5",
  next: "M3 8H12.5M8.8 4.2 12.6 8 8.8 11.8",
  back: "M13 8H3.5M7.2 4.2 3.4 8 7.2 11.8",
  fix: "M10.6 2.4A3.4 3.4 0 0 0 7.4 7.1L2.6 11.9 4.1 13.4 8.9 8.6A3.4 3.4 0 0 0 13.6 5.4L11.3 6.6 9.4 4.7Z",
  cross: "M4 4 12 12M12 4 4 12",
  compare: "M8 2V14M5.5 4.5H2.5V11.5H5.5M10.5 4.5H13.5V11.5H10.5",
  restore: "M13.4 8A5.4 5.4 0 1 1 11.7 4.1M11.6 1.8V4.3H9.1",
  copy: "M5.5 5.5V2.5H13.5V10.5H10.5M2.5 5.5H10.5V13.5H2.5Z",
  map: "M2.5 4.2 6.2 2.6 9.8 4.2 13.5 2.6V11.8L9.8 13.4 6.2 11.8 2.5 13.4Z",
  file: "M4 2H9.5L12.5 5V14H4ZM9.3 2V5.2H12.5",
  key: "M6 10A3 3 0 1 0 6 4 3 3 0 0 0 6 10ZM8.8 7H14V9.4M11.6 7V9",
  wait: "M4 2.5H12M4 13.5H12M5 2.5C5 6 7 6.8 8 8 9 6.8 11 6 11 2.5M5 13.5C5 10 7 9.2 8 8 9 9.2 11 10 11 13.5",
  info: "M8 14A6 6 0 1 0 8 2 6 6 0 0 0 8 14ZM8 7.4V11M8 5V5.4",
  up: "M8 12V4.5M4.8 7.4 8 4.2 11.2 7.4",
  down: "M8 4V11.5M4.8 8.6 8 11.8 11.2 8.6",
  open: "M4.5 6 8 9.8 11.5 6",
  data: "M8 5.8C11 5.8 13 5 13 4S11 2.2 8 2.2 3 3 3 4 5 5.8 8 5.8ZM3 4V12C3 13 5 13.8 8 13.8S13 13 13 12V4M3 8C3 9 5 9.8 8 9.8S13 9 13 8",
  pin: "M6 2.5H10L9.5 7 11.8 9.2H4.2L6.5 7ZM8 9.2V14",
  hand: "M2.5 5.5H9.5M7 2.8 9.7 5.5 7 8.2M13.5 10.5H6.5M9 7.8 6.3 10.5 9 13.2",
  grip: "M6 4V4.2M10 4V4.2M6 8V8.2M10 8V8.2M6 12V12.2M10 12V12.2",
  chart: "M2.5 13.5H13.5M4.5 13.5V9M8 13.5V3.5M11.5 13.5V6.5",
};

/**
 * One icon; it says nothing to a screen reader, the words beside it do.
 * @param {string} name
 * @param {number} [size]
 */
export function icon(name, size = 16) {
  const [path, side] = name in STROKES ? [STROKES[name], 16] : [MAP_STROKES[name] ?? MAP_STROKES.cell, 20];
  const stroke = { fill: "none", stroke: "currentColor", "stroke-width": 0.0875 * side, "stroke-linecap": "round", "stroke-linejoin": "round" };
  return svg("svg", { class: "gmp-icon", width: size, height: size, viewBox: `0 0 ${side} ${side}`, "aria-hidden": "true" }, [svg("path", { d: path, ...stroke })]);
}

/** @type {Record<string, string>} */
const HATCHES = {
  diagonal: "M-2 8 8 -2M-2 14 14 -2M3 15 20 -2M10 14 22 2M16 14 24 6",
  cross: "M4.5 -1V14M10 -1V14M15.5 -1V14M-1 3H21M-1 8.5H21",
  dots: "M4 3.2h.01M10 3.2h.01M16 3.2h.01M7 6.5h.01M13 6.5h.01M4 9.8h.01M10 9.8h.01M16 9.8h.01",
};

/**
 * A small piece of what something laid over the map looks like: its colour in full, with the marks in their own ink.
 * @param {{color: string, pattern?: string, ink?: string}} look
 */
export function mapMark({ color, pattern, ink }) {
  const ground = svg("rect", { x: 0.5, y: 0.5, width: 19, height: 12, rx: 2, fill: color, stroke: "#6b737c" });
  const marks = HATCHES[pattern ?? ""];
  const width = pattern === "dots" ? 2.2 : 1.2;
  const drawn = marks ? [svg("path", { d: marks, stroke: ink || "#1c1f23", "stroke-width": width, "stroke-linecap": "round", fill: "none" })] : [];
  return svg("svg", { class: "gmp-swatch", width: 20, height: 13, viewBox: "0 0 20 13", "aria-hidden": "true" }, [ground, ...drawn]);
}

/**
 * A small piece of a tier as it looks on the map: colour and pattern.
 * @param {{color: string, pattern?: string} | null} tier  null for no tier
 */
export function swatch(tier) {
  /** @type {SVGElement[]} */
  const shapes = [svg("rect", { x: 0.5, y: 0.5, width: 19, height: 12, rx: 2, class: "gmp-swatch-ground" })];
  if (tier) {
    shapes.push(svg("rect", { x: 0.5, y: 0.5, width: 19, height: 12, rx: 2, fill: tier.color, "fill-opacity": 0.42, stroke: tier.color }));
    const marks = HATCHES[tier.pattern ?? ""];
    const width = tier.pattern === "dots" ? 2.2 : 1.2;
    if (marks) shapes.push(svg("path", { d: marks, stroke: tier.color, "stroke-width": width, "stroke-linecap": "round", fill: "none" }));
  }
  return svg("svg", { class: "gmp-swatch", width: 20, height: 13, viewBox: "0 0 20 13", "aria-hidden": "true" }, shapes);
}
