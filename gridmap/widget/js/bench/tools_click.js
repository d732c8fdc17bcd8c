/** Tools of one click: one cell, one area, everything up to a border. */

/** @typedef {import("./mapview.js").MapView} MapView */
/** @typedef {import("./tools.js").Tool} Tool */
/** @typedef {import("./tools.js").Spot} Spot */

/**
 * A click paints one cell; dragging on paints the cells that the pointer comes over.
 * @param {MapView} view
 * @returns {Tool}
 */
export function clickTool(view) {
  /** @type {import("./painting.js").Painting | null} */
  let painting = null;
  /** @param {Spot} spot */
  const take = ({ cell }) => {
    if (cell >= 0) painting?.add([cell], cell);
  };
  return {
    down(spot) {
      painting = view.bench.paint();
      take(spot);
    },
    drag: take,
    up() {
      const finished = painting;
      painting = null;
      if (finished) view.send(finished);
    },
    hover: (spot) => view.mark(spot && spot.cell >= 0 ? [spot.cell] : null),
    cancel() {
      if (!painting) return false;
      painting.cancel();
      painting = null;
      return true;
    },
    end: () => view.mark(null),
  };
}

/**
 * The tool marks under the pointer what a click would paint.
 * @param {MapView} view
 * @param {(cell: number) => ArrayLike<number>} around  the cells that belong to the one under the pointer
 * @param {(cell: number) => string | number} nameOf  the same for all cells that belong together
 * @returns {Tool}
 */
function markedTool(view, around, nameOf) {
  /** @type {string | number} */
  let shown = "";
  /** @param {Spot | null} spot */
  const mark = (spot) => {
    const name = spot && spot.cell >= 0 ? nameOf(spot.cell) : "";
    if (name === shown) return;
    shown = name;
    view.mark(spot && name !== "" ? around(spot.cell) : null);
  };
  return {
    hover: mark,
    drag: mark,
    up({ cell }) {
      if (cell < 0) return;
      const cells = around(cell);
      const painting = view.bench.paint();
      painting.add(cells, cell);
      view.send(painting);
      shown = "";
      view.mark(null);
    },
    end() {
      shown = "";
      view.mark(null);
    },
  };
}

/**
 * @param {MapView} view
 * @returns {Tool}
 */
export function areaTool(view) {
  const { bench } = view;
  /** @param {number} cell */
  const areaAt = (cell) => bench.places.ofLevel(bench.ui.areaLevel)[cell];
  return markedTool(
    view,
    (cell) => (areaAt(cell) < 0 ? [cell] : bench.places.cellsOf(areaAt(cell))),
    (cell) => (areaAt(cell) < 0 ? `cell ${cell}` : areaAt(cell)),
  );
}

/**
 * Fill from a cell on, over cells of the same tier, up to cells of other tiers or to the border of the area.
 * @param {MapView} view
 * @returns {Tool}
 */
export function floodTool(view) {
  const { bench } = view;
  /** @param {number} seed */
  const around = (seed) => {
    const { tier, places, ui, index } = bench;
    const area = ui.floodBy === "area" ? places.ofLevel(ui.areaLevel) : null;
    return index?.flood(seed, (cell) => tier[cell] === tier[seed] && (!area || area[cell] === area[seed])) ?? [];
  };
  return {
    hover: (spot) => view.mark(spot && spot.cell >= 0 ? [spot.cell] : null),
    up({ cell }) {
      if (cell < 0) return;
      const painting = bench.paint();
      painting.add(around(cell), cell);
      view.send(painting);
      view.mark(null);
    },
    end: () => view.mark(null),
  };
}
