/** The tool of the map while duties are handed over: choose an official, then what of it, and drag that to another one. */
import { officialsAt } from "./hand.js";
import { boxTool, lassoTool } from "./tools_shape.js";

/** @typedef {import("./mapview.js").MapView} MapView */
/** @typedef {import("./tools.js").Tool} Tool */
/** @typedef {import("./tools.js").Spot} Spot */
/** @typedef {import("./hand.js").Hand} Hand */

const STILL_PX = 8;

/**
 * @param {MapView} view
 * @param {Hand} hand
 * @param {{choose: (official: string) => void, leave: () => void, ended: () => void, label: () => string}} how
 * @returns {Tool}
 */
export function handTool(view, hand, { choose, leave, ended, label }) {
  const latticeOf = (/** @type {ArrayLike<number>} */ at) => view.latticeOf(at);
  const take = (/** @type {[number, number][]} */ ring) => hand.takeRing(ring, latticeOf);
  const shapes = {
    box: boxTool(view, ([west, south, east, north]) => take([[west, south], [east, south], [east, north], [west, north]])),
    lasso: lassoTool(view, take),
  };
  /** Where what is chosen is being dragged from. @type {{x: number, y: number} | null} */
  let grip = null;
  let isDragged = false;
  let isPressed = false;
  const shape = () => (hand.isOpen && hand.mode !== "click" ? shapes[hand.mode] : null);
  /** @param {Spot} spot */
  const isChosen = ({ cell }) => hand.picked.some(({ cells }) => cells.includes(cell));
  /** Let go, and say whether something was dragged. */
  const release = () => {
    const was = isDragged;
    grip = null;
    isDragged = false;
    view.sketch.showLabel(null);
    view.takeTool(); // the map moves again
    return was;
  };
  /** @param {Spot} spot */
  const click = ({ cell }) => {
    if (cell < 0) return;
    if (hand.isOpen && hand.takeCell(cell)) return;
    const here = officialsAt(hand.shares, cell);
    if (hand.chosen.size) hand.give(here[0] ?? hand.to);
    else if (here.length) choose(here[(here.indexOf(hand.from) + 1) % here.length]);
  };
  const off = view.bench.on("dropped", ({ x, y }) => {
    const { left, top } = view.ground.getBoundingClientRect();
    const official = takerAt(view.spot({ x: x - left, y: y - top }), hand);
    if (official) hand.give(official);
  });
  return {
    holds: () => Boolean(grip || shape()),
    down(spot) {
      isPressed = true;
      if (hand.isOpen && isChosen(spot)) {
        grip = spot.px;
        view.takeTool(); // the map stays
      } else shape()?.down?.(spot);
    },
    drag(spot) {
      if (!grip) return shape()?.drag?.(spot);
      isDragged ||= Math.hypot(spot.px.x - grip.x, spot.px.y - grip.y) > STILL_PX;
      return view.sketch.showLabel(isDragged ? spot.px : null, label());
    },
    up(spot) {
      isPressed = false;
      if (!grip) return shape() ? shape()?.up?.(spot) : click(spot);
      if (!release()) return hand.mode === "click" ? click(spot) : undefined;
      const official = droppedOn(view, spot, hand);
      if (official) hand.give(official);
      return undefined;
    },
    cancel() {
      const wasPressed = isPressed; // a finger that rests, or a second one: what is chosen stays
      isPressed = false;
      release();
      if (shape()?.cancel?.() || wasPressed) return true;
      if (hand.chosen.size) hand.takeAll(false);
      else if (hand.isOpen) hand.end();
      else leave();
      return true;
    },
    redraw: () => shape()?.redraw?.(),
    end() {
      off();
      ended();
    },
  };
}

/**
 * Whom something was dropped on: a line of the panel, or a cell of the map.
 * @param {MapView} view
 * @param {Spot} spot
 * @param {Hand} hand
 */
function droppedOn(view, spot, hand) {
  const { left, top } = view.ground.getBoundingClientRect();
  return officialUnder(view.root, left + spot.px.x, top + spot.px.y) || takerAt(spot, hand);
}

/**
 * The first official of a cell who is another one; "" for none.
 * @param {Spot} spot
 * @param {Hand} hand
 */
function takerAt({ cell }, { shares, from }) {
  return cell < 0 ? "" : (officialsAt(shares, cell).find((official) => official !== from) ?? "");
}

/**
 * The official whose line of the panel is under a place of the page; "" for none.
 * @param {HTMLElement} root
 * @param {number} x
 * @param {number} y
 */
export function officialUnder(root, x, y) {
  const page = /** @type {Document | ShadowRoot} */ (root.getRootNode());
  const line = page.elementFromPoint(x, y)?.closest("[data-official]");
  return line instanceof HTMLElement ? (line.dataset.official ?? "") : "";
}
