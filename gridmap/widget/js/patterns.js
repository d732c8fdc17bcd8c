/** Hatches: tiers must differ by more than hue, on grey paper and for colour-blind eyes. */
import { svg } from "./dom.js";
import { safeColor } from "./scene.js";

const SIZE = 10;

/**
 * The strokes of a hatch on one square of SIZE pixels.
 * @param {string} pattern
 * @param {string} color
 */
function strokes(pattern, color) {
  const line = { stroke: color, "stroke-width": 1.6, fill: "none" };
  // Drawn over the corners too, so that neighbouring squares join without a gap.
  const rising = `M-1,${SIZE + 1}L${SIZE + 1},-1M-1,1L1,-1M${SIZE - 1},${SIZE + 1}L${SIZE + 1},${SIZE - 1}`;
  if (pattern === "diagonal") return [svg("path", { d: rising, ...line })];
  if (pattern === "cross") return [svg("path", { d: `M${SIZE / 2},0V${SIZE}M0,${SIZE / 2}H${SIZE}`, ...line })];
  if (pattern === "dots") return [svg("circle", { cx: SIZE / 2, cy: SIZE / 2, r: 1.5, fill: color })];
  return [];
}

/**
 * Fills as SVG patterns, each made once for the page.
 */
export class Patterns {
  /** @param {Element} host  where the definitions live */
  constructor(host) {
    this.definitions = svg("defs");
    /** @type {Map<string, string>} */
    this.ids = new Map();
    host.appendChild(svg("svg", { class: "gm-definitions", width: 0, height: 0, "aria-hidden": "true" }, [this.definitions]));
  }

  /**
   * The fill of a feature: a colour, or a reference to a hatch over that colour.
   * @param {{pattern?: string, color?: string, fill_opacity?: number}} style
   * @returns {{fill: string, opacity: number}}
   */
  fill({ pattern = "none", color, fill_opacity: opacity = 0.35 }) {
    const plain = safeColor(color);
    const marks = strokes(pattern, plain);
    if (!marks.length) return { fill: plain, opacity };
    const key = `${pattern} ${plain} ${opacity}`;
    const id = this.ids.get(key) ?? `gm-pattern-${this.ids.size}`;
    if (!this.ids.has(key)) {
      this.ids.set(key, id);
      const ground = svg("rect", { width: SIZE, height: SIZE, fill: plain, "fill-opacity": opacity });
      const attributes = { id, width: SIZE, height: SIZE, patternUnits: "userSpaceOnUse" };
      this.definitions.appendChild(svg("pattern", attributes, [ground, ...marks]));
    }
    return { fill: `url(#${id})`, opacity: 1 };
  }
}
