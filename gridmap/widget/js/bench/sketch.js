/** What the hand is drawing just now: a circle round the pointer, a path with its corners, a label. All in pixels of the map. */
import { html, svg } from "../dom.js";

/** @typedef {{x: number, y: number}} Px */

export class Sketch {
  /** @param {HTMLElement} holder  of the map */
  constructor(holder) {
    this.casing = svg("path", { class: "gm-sketch-casing" });
    this.path = svg("path", { class: "gm-sketch-path" });
    this.bed = svg("path", { class: "gm-sketch-bed" });
    this.fixed = svg("path", { class: "gm-sketch-fixed" });
    this.chosen = svg("path", { class: "gm-sketch-chosen" });
    this.gaps = svg("path", { class: "gm-sketch-gaps" });
    this.corners = svg("path", { class: "gm-sketch-corners" });
    this.outer = svg("circle", { class: "gm-sketch-casing" });
    this.circle = svg("circle", { class: "gm-sketch-circle" });
    this.marked = svg("path", { class: "gm-sketch-marked" });
    this.focus = svg("path", { class: "gm-sketch-focus" });
    this.flash = svg("path", { class: "gm-sketch-flash" });
    const shapes = [this.marked, this.bed, this.fixed, this.chosen, this.gaps, this.casing, this.path, this.corners, this.outer, this.circle, this.focus, this.flash];
    this.element = svg("svg", { class: "gm-sketch", "aria-hidden": "true" }, shapes);
    this.label = html("div", { class: "gm-sketch-label" });
    this.label.hidden = true;
    holder.append(this.element, this.label);
    this.hideCircle();
  }

  /**
   * @param {Px} at
   * @param {number} radius
   */
  showCircle(at, radius) {
    for (const circle of [this.outer, this.circle]) {
      circle.setAttribute("cx", String(at.x));
      circle.setAttribute("cy", String(at.y));
      circle.setAttribute("r", String(Math.max(1, radius)));
      circle.style.display = "";
    }
  }

  hideCircle() {
    this.outer.style.display = "none";
    this.circle.style.display = "none";
  }

  /**
   * @param {Px[]} points
   * @param {{closed?: boolean, corners?: boolean}} [how]
   */
  showPath(points, { closed = false, corners = false } = {}) {
    const d = pathOf(points, closed);
    this.casing.setAttribute("d", d);
    this.path.setAttribute("d", d);
    this.path.classList.toggle("gm-closed", closed);
    this.corners.setAttribute("d", corners ? points.map(({ x, y }) => `M${x - 3} ${y - 3}h6v6h-6Z`).join("") : "");
  }

  /**
   * Lines that stay: boundaries to choose from, those that were chosen, and where they do not meet.
   * @param {{lines?: Px[][], chosen?: Px[][], gaps?: Px[]}} shown
   */
  showLines({ lines = [], chosen = [], gaps = [] }) {
    const all = lines.map((line) => pathOf(line, false)).join("");
    this.bed.setAttribute("d", all);
    this.fixed.setAttribute("d", all);
    this.chosen.setAttribute("d", chosen.map((line) => pathOf(line, false)).join(""));
    this.gaps.setAttribute("d", gaps.map(({ x, y }) => `M${x - 9} ${y}a9 9 0 1 0 18 0a9 9 0 1 0 -18 0Z`).join(""));
  }

  /**
   * @param {Px | null} at
   * @param {string} [text]
   */
  showLabel(at, text = "") {
    this.label.hidden = !at;
    if (!at) return;
    if (this.label.textContent !== text) this.label.textContent = text;
    this.label.style.transform = `translate(${at.x + 14}px, ${at.y - 30}px)`;
  }

  /** @param {Px[][]} lines  the border of the cell that the keyboard is on */
  showFocus(lines) {
    this.focus.setAttribute("d", lines.map((line) => pathOf(line, false)).join(""));
  }

  /** @param {Px[][]} lines  the border of the cells that are marked */
  showMarked(lines) {
    this.marked.setAttribute("d", lines.map((line) => pathOf(line, false)).join(""));
  }

  /** Take away what the tool draws; the keyboard's cell and a flash stay. */
  clear() {
    this.hideCircle();
    this.showPath([]);
    this.showLines({});
    this.showLabel(null);
  }
}

/**
 * @param {Px[]} points
 * @param {boolean} closed
 */
function pathOf(points, closed) {
  if (!points.length) return "";
  return `M${points.map(({ x, y }) => `${Math.round(x * 10) / 10} ${Math.round(y * 10) / 10}`).join("L")}${closed ? "Z" : ""}`;
}
