/** Tools that take in what the pointer passes over: brush, eraser, lock and unlock. */

/** @typedef {import("./mapview.js").MapView} MapView */
/** @typedef {import("./tools.js").Tool} Tool */
/** @typedef {import("./tools.js").Spot} Spot */
/** @typedef {import("./painting.js").Painting} Painting */

/**
 * The cells that the brush passes over on its way from one place to another.
 * @param {MapView} view
 * @param {[number, number]} from
 * @param {[number, number]} to
 */
export function swept({ bench, scale }, [x0, y0], [x1, y1]) {
  const { index, ui } = bench;
  return index ? index.inCapsule(x0, y0, x1, y1, ui.brushPx / 2 / scale, ui.by) : new Uint32Array(0);
}

/**
 * @param {MapView} view
 * @param {number} [code]  the tier that it paints; without one the paint choice
 * @returns {Tool}
 */
export function brushTool(view, code) {
  /** @type {Painting | null} */
  let painting = null;
  /** @type {[number, number]} */
  let last = [0, 0];
  /** @param {Spot} spot */
  const cursor = ({ px }) => view.sketch.showCircle(px, view.bench.ui.brushPx / 2);
  return {
    down(spot) {
      painting = view.bench.paint(code);
      painting.add(swept(view, spot.xy, spot.xy), spot.cell);
      last = spot.xy;
      cursor(spot);
    },
    drag(spot) {
      painting?.add(swept(view, last, spot.xy), spot.cell);
      last = spot.xy;
      cursor(spot);
    },
    up() {
      const finished = painting;
      painting = null;
      if (finished) view.send(finished);
    },
    hover: (spot) => (spot ? cursor(spot) : view.sketch.hideCircle()),
    cancel() {
      if (!painting) return false;
      painting.cancel();
      painting = null;
      return true;
    },
    end: () => view.sketch.clear(),
  };
}

/**
 * Lock or unlock what the pointer passes over; the cells are marked until the kernel has answered.
 * @param {MapView} view
 * @param {"Lock" | "Unlock"} type
 * @returns {Tool}
 */
export function markTool(view, type) {
  /** @type {Set<number> | null} */
  let marked = null;
  /** @type {[number, number]} */
  let last = [0, 0];
  /** @param {Spot} spot */
  const take = (spot) => {
    for (const cell of swept(view, last, spot.xy)) marked?.add(cell);
    last = spot.xy;
    view.mark([...(marked ?? [])]);
    view.sketch.showCircle(spot.px, view.bench.ui.brushPx / 2);
  };
  return {
    down(spot) {
      marked = new Set();
      last = spot.xy;
      take(spot);
    },
    drag: take,
    up() {
      const cells = [...(marked ?? [])].sort((a, b) => a - b);
      marked = null;
      if (!cells.length) return;
      view.bench.edit({ type }, cells).catch(() => null).finally(() => marked || view.mark(null));
    },
    hover: (spot) => (spot ? view.sketch.showCircle(spot.px, view.bench.ui.brushPx / 2) : view.sketch.hideCircle()),
    cancel() {
      if (!marked) return false;
      marked = null;
      view.mark(null);
      return true;
    },
    end: () => view.sketch.clear(),
  };
}
