/** The icons of the map: strokes on a square of 20, drawn in the colour of the text. */
import { html, svg } from "../dom.js";

/** @type {Record<string, string>} */
export const MAP_STROKES = {
  pan: "M4 3 16 9.2 10.8 11 8.6 16.5Z",
  click: "M10 8.2V2.5M5.2 4.2 6.9 5.9M14.8 4.2 13.1 5.9M3 9H5.4M10 8.5 17 11.3 13.8 12.7 16.4 15.4 15 16.8 12.4 14.1 11 17.2Z",
  brush: "M17 3 9.6 11.2 7.8 9.4ZM7 10.4C4.8 10.3 4.7 12.7 2.6 15.6 5.6 16.6 9.2 15.9 9.2 12.4",
  eraser: "M11.4 3.6 16.8 9 10 15.8H6.6L3.2 12.4C2.8 12 2.8 11.4 3.2 11ZM7.4 7.6 12.8 13M10 15.8H17",
  box: "M3.5 3.5H6M8.7 3.5H11.3M14 3.5H16.5V6M16.5 8.7V11.3M16.5 14V16.5H14M11.3 16.5H8.7M6 16.5H3.5V14M3.5 11.3V8.7M3.5 6V3.5",
  lasso: "M6.2 12.6C3.6 11.9 2.5 10.4 2.5 8.6 2.5 5.6 5.8 3.4 10 3.4S17.5 5.6 17.5 8.6 14.2 13.6 10 13.6C9.2 13.6 8.4 13.5 7.8 13.4M6.6 14.4A1.6 1.6 0 1 0 6.4 11.2 1.6 1.6 0 0 0 6.6 14.4ZM7 14.4C7.4 15.8 6.4 17 4.8 17.2",
  polygon: "M10 3.2 16.6 8 14.1 16H5.9L3.4 8ZM10 3.2V3.3M16.6 8V8.1M14.1 16V16.1M5.9 16V16.1M3.4 8V8.1",
  ring: "M10 16.8A6.8 6.8 0 1 0 10 3.2 6.8 6.8 0 0 0 10 16.8ZM10 10H16.8M10 10V10.1",
  enclose: "M3 5.6C6 4.4 9 6.6 11.4 5.2S15.4 4.2 17 5M4.6 3C5.4 7 3.6 11 5 17M15.4 3C14.8 7.4 16.4 12 15 17M3 14.6C7 13.4 12 16 17 14.2M8.4 10.2 9.7 11.5 12 8.8",
  area: "M3.2 5.4 8 3.2 12 5 16.8 3.2V14.6L12 16.8 8 15 3.2 16.8ZM8 3.2V15M12 5V16.8",
  flood: "M8.2 4.2 14.6 10.6 9 16.2 2.6 9.8 8.2 4.2 6 2M3.4 10.6H14.2M16.6 12C17.4 13.4 18 14.2 18 15A1.4 1.4 0 0 1 15.2 15C15.2 14.2 15.8 13.4 16.6 12Z",
  carve: "M5.4 15.6A2 2 0 1 0 5.4 11.6 2 2 0 0 0 5.4 15.6ZM5.4 8.4A2 2 0 1 0 5.4 4.4 2 2 0 0 0 5.4 8.4ZM7.1 7.4 16.5 13.6M7.1 12.6 16.5 6.4",
  lock: "M4.5 9H15.5V16.5H4.5ZM6.6 9V6.4A3.4 3.4 0 0 1 13.4 6.4V9M10 12V13.6",
  unlock: "M4.5 9H15.5V16.5H4.5ZM6.6 9V6A3.4 3.4 0 0 1 13.2 5.2M10 12V13.6",
  undo: "M7 4 3.2 7.8 7 11.6M3.4 7.8H12A4.4 4.4 0 0 1 12 16.6H8",
  redo: "M13 4 16.8 7.8 13 11.6M16.6 7.8H8A4.4 4.4 0 0 0 8 16.6H12",
  search: "M9 14.5A5.5 5.5 0 1 0 9 3.5 5.5 5.5 0 0 0 9 14.5ZM13 13 17 17",
  layers: "M10 3 17.2 7 10 11 2.8 7ZM3.4 10.4 10 14 16.6 10.4M3.4 13.4 10 17 16.6 13.4",
  help: "M10 17A7 7 0 1 0 10 3 7 7 0 0 0 10 17ZM7.9 8.1A2.1 2.1 0 1 1 10 10.5V11.6M10 13.8V14",
  full: "M3.5 7.5V3.5H7.5M12.5 3.5H16.5V7.5M16.5 12.5V16.5H12.5M7.5 16.5H3.5V12.5",
  leave: "M7.5 3.5V7.5H3.5M16.5 7.5H12.5V3.5M12.5 16.5V12.5H16.5M3.5 12.5H7.5V16.5",
  close: "M5 5 15 15M15 5 5 15",
  open: "M8 5 13 10 8 15",
  fold: "M12 5 7 10 12 15",
  panel: "M3 4H17V16H3ZM12.2 4V16",
  extent: "M10 6.5A3.5 3.5 0 1 0 10 13.5 3.5 3.5 0 0 0 10 6.5ZM10 2.5V5M10 15V17.5M2.5 10H5M15 10H17.5",
  check: "M4 10.6 8.2 14.8 16 6",
  warn: "M10 3 17.6 16.4H2.4ZM10 8V11.8M10 13.8V14",
  branch: "M6 6.8A1.9 1.9 0 1 0 6 3 1.9 1.9 0 0 0 6 6.8ZM6 17A1.9 1.9 0 1 0 6 13.2 1.9 1.9 0 0 0 6 17ZM14 8.4A1.9 1.9 0 1 0 14 4.6 1.9 1.9 0 0 0 14 8.4ZM6 6.8V13.2M14 8.4C14 11.6 6 10 6 13.2",
  save: "M3.5 3.5H13.5L16.5 6.5V16.5H3.5ZM6.5 3.5V7.5H12.5V3.5M6.5 16.5V11.5H13.5V16.5",
  house: "M3 9.6 10 3.4 17 9.6M5 8.4V16.5H15V8.4M8.4 16.5V11.8H11.6V16.5",
  building: "M5 17V3H15V17M8 6.4H8.1M12 6.4H12.1M8 9.6H8.1M12 9.6H12.1M8.6 17V13.2H11.4V17",
  compound: "M2.5 17V8.5H8.5V17M8.5 17V3.5H17.5V17M11.5 7H11.6M14.5 7H14.6M11.5 10.5H11.6M14.5 10.5H14.6M5.5 11.6H5.6",
  pencil: "M3.5 16.5 4.3 13 13.6 3.7 16.3 6.4 7 15.7Z",
  road: "M6.5 3 4 17M13.5 3 16 17M10 4V6.4M10 9V11.4M10 14V16.6",
  pin: "M10 17.5C13.6 13.4 15.5 10.6 15.5 8.2A5.5 5.5 0 0 0 4.5 8.2C4.5 10.6 6.4 13.4 10 17.5ZM10 10.2A2 2 0 1 0 10 6.2 2 2 0 0 0 10 10.2Z",
  site: "M4 4H16V16H4ZM10 7V13M7 10H13",
  case: "M10 2.5 17.5 10 10 17.5 2.5 10ZM10 6.5V10.6M10 13V13.2",
  zone: "M3 5.4 8 3.2 12 5 17 3.2V14.6L12 16.8 8 15 3 16.8Z",
  cell: "M4.5 4.5H15.5V15.5H4.5Z",
  touch: "M3 3H12V12H3ZM12.5 7.5A5 5 0 1 1 7.5 12.5",
  middle: "M3.5 3.5H16.5V16.5H3.5ZM10 9V11M9 10H11",
  plus: "M10 4V16M4 10H16",
  minus: "M4 10H16",
  more: "M4.5 10H4.6M10 10H10.1M15.5 10H15.6",
};

/**
 * One icon; it says nothing to a screen reader, the words beside it do.
 * @param {string} name
 * @param {number} [size]
 */
export function icon(name, size = 20) {
  const stroke = { fill: "none", stroke: "currentColor", "stroke-width": 1.5, "stroke-linecap": "round", "stroke-linejoin": "round" };
  return svg("svg", { class: "gm-icon", width: size, height: size, viewBox: "0 0 20 20", "aria-hidden": "true" }, [
    svg("path", { d: MAP_STROKES[name] ?? MAP_STROKES.cell, ...stroke }),
  ]);
}

/**
 * A button that is only an icon.
 * @param {string} name
 * @param {() => void} press
 * @param {string} [style]
 */
export function iconButton(name, press, style = "") {
  const button = html("button", { type: "button", class: `gm-icon-button ${style}` }, [icon(name)]);
  button.addEventListener("click", press);
  return button;
}

/**
 * What a button says, and the key that does the same.
 * @param {Element} button
 * @param {string} label
 * @param {string} [key]
 */
export function say(button, label, key = "") {
  button.setAttribute("aria-label", label);
  button.setAttribute("title", key ? `${label}  (${key})` : label);
}

/**
 * The colour and the hatch of a tier, as a tile.
 * @param {{color: string, pattern: import("./messages.js").Pattern}} tier
 * @param {{width: number, height: number}} size
 */
export function tierTile({ color, pattern }, { width, height }) {
  const safe = /^#[0-9a-f]{6}$/i.test(color) ? color : "#555555";
  const ground = svg("rect", { width, height, rx: 3, fill: safe, "fill-opacity": 0.5 });
  const edge = svg("rect", { x: 1, y: 1, width: width - 2, height: height - 2, rx: 2.5, fill: "none", stroke: safe, "stroke-width": 2 });
  const marks = pattern === "dots" ? dots(width, height, safe) : lines(pattern, width, height, safe);
  return svg("svg", { class: "gm-tile", width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" }, [ground, ...marks, edge]);
}

/**
 * @param {number} width
 * @param {number} height
 * @param {string} fill
 */
function dots(width, height, fill) {
  const marks = [];
  for (let y = 5; y < height; y += 6) for (let x = (y % 12 === 5 ? 5 : 8); x < width; x += 6) marks.push(svg("circle", { cx: x, cy: y, r: 1.2, fill }));
  return marks;
}

/**
 * @param {string} pattern
 * @param {number} width
 * @param {number} height
 * @param {string} stroke
 */
function lines(pattern, width, height, stroke) {
  if (pattern === "diagonal") {
    const steps = Array.from({ length: Math.ceil((width + height) / 7) }, (_, i) => `M${i * 7 - height} ${height} ${i * 7} 0`);
    return [svg("path", { d: steps.join(""), fill: "none", stroke, "stroke-width": 1.4 })];
  }
  return pattern === "cross" ? [svg("path", { d: grid(width, height), fill: "none", stroke, "stroke-width": 1.2 })] : [];
}

/**
 * @param {number} width
 * @param {number} height
 */
function grid(width, height) {
  let path = "";
  for (let x = 5; x < width; x += 6) path += `M${x} 0V${height}`;
  for (let y = 5; y < height; y += 6) path += `M0 ${y}H${width}`;
  return path;
}
