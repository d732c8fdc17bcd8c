/** Tools that draw a shape and take the cells in it: box, lasso, polygon. */

/** @typedef {import("./mapview.js").MapView} MapView */
/** @typedef {import("./tools.js").Tool} Tool */
/** @typedef {import("./tools.js").Spot} Spot */

const LASSO_STEP_PX = 3;
const CLOSE_PX = 10;

/**
 * @param {MapView} view
 * @param {ArrayLike<number>} cells
 */
export function paintAll(view, cells) {
  const painting = view.bench.paint();
  painting.add(cells);
  view.send(painting);
}

/**
 * @param {MapView} view
 * @param {[number, number][]} ring  on the lattice
 */
export function cellsIn({ bench }, ring) {
  return ring.length > 2 && bench.index ? bench.index.inPolygon(Float64Array.from(ring.flat()), bench.ui.by) : new Uint32Array(0);
}

/**
 * @param {MapView} view
 * @param {(box: [number, number, number, number]) => void} [use]  what becomes of the box: west, south, east, north on the lattice
 * @returns {Tool}
 */
export function boxTool(view, use = (box) => void (view.bench.index && paintAll(view, view.bench.index.inBox(...box, view.bench.ui.by)))) {
  /** @type {[number, number] | null} */
  let from = null;
  /** @type {[number, number]} */
  let to = [0, 0];
  const corners = () => (from ? [from, [to[0], from[1]], to, [from[0], to[1]]] : []);
  const redraw = () => view.sketch.showPath(corners().map(([x, y]) => view.pxOf(x, y)), { closed: true });
  const clear = () => {
    from = null;
    view.sketch.clear();
  };
  return {
    down({ xy }) {
      from = to = xy;
    },
    drag({ xy }) {
      to = xy;
      redraw();
    },
    up({ xy }) {
      if (!from) return;
      const [x0, x1] = [from[0], xy[0]].sort((a, b) => a - b);
      const [y0, y1] = [from[1], xy[1]].sort((a, b) => a - b);
      clear();
      if (x1 > x0 || y1 > y0) use([x0, y0, x1, y1]);
    },
    cancel() {
      const was = Boolean(from);
      clear();
      return was;
    },
    redraw,
    end: clear,
  };
}

/**
 * @param {MapView} view
 * @param {(ring: [number, number][]) => void} [use]  what becomes of the shape
 * @returns {Tool}
 */
export function lassoTool(view, use = (ring) => paintAll(view, cellsIn(view, ring))) {
  /** @type {[number, number][]} */
  let ring = [];
  /** @type {import("./sketch.js").Px} */
  let last = { x: 0, y: 0 };
  const redraw = () => view.sketch.showPath(ring.map(([x, y]) => view.pxOf(x, y)), { closed: true });
  const clear = () => {
    ring = [];
    view.sketch.clear();
  };
  return {
    down({ xy, px }) {
      ring = [xy];
      last = px;
    },
    drag({ xy, px }) {
      if (!ring.length || Math.hypot(px.x - last.x, px.y - last.y) < LASSO_STEP_PX) return;
      ring.push(xy);
      last = px;
      redraw();
    },
    up() {
      const drawn = ring;
      clear();
      if (drawn.length > 2) use(drawn);
    },
    cancel() {
      const was = ring.length > 0;
      clear();
      return was;
    },
    redraw,
    end: clear,
  };
}

/**
 * Corners one by one; the first one, a double click or Enter closes the shape.
 * @param {MapView} view
 * @param {(ring: [number, number][]) => void} use  what becomes of the shape
 * @param {{closed?: boolean, least?: number}} [how]
 * @returns {Tool}
 */
export function cornerTool(view, use, { closed = true, least = 3 } = {}) {
  /** @type {[number, number][]} */
  let corners = [];
  /** @type {[number, number] | null} */
  let next = null;
  const redraw = () => {
    const points = next && corners.length ? [...corners, next] : corners;
    view.sketch.showPath(points.map(([x, y]) => view.pxOf(x, y)), { closed: closed && points.length > 2, corners: true });
  };
  const clear = () => {
    corners = [];
    next = null;
    redraw();
  };
  const finish = () => {
    const drawn = corners;
    if (drawn.length < least) return false;
    clear();
    use(drawn);
    return true;
  };
  /** @param {Spot} spot */
  const follow = ({ xy }) => {
    next = xy;
    if (corners.length) redraw();
  };
  /**
   * @param {Spot} spot
   * @param {[number, number] | undefined} corner
   */
  const isNear = ({ px }, corner) => {
    if (!corner) return false;
    const at = view.pxOf(corner[0], corner[1]);
    return Math.hypot(at.x - px.x, at.y - px.y) <= CLOSE_PX;
  };
  return {
    up(spot) {
      const meetsFirst = closed && corners.length >= least && isNear(spot, corners[0]);
      if (meetsFirst || (corners.length >= least && isNear(spot, corners[corners.length - 1]))) return void finish();
      if (!isNear(spot, corners[corners.length - 1])) corners.push(spot.xy);
      return follow(spot);
    },
    drag: follow,
    hover: (spot) => spot && follow(spot),
    finish,
    back() {
      const was = corners.length > 0;
      corners.pop();
      redraw();
      return was;
    },
    cancel() {
      const was = corners.length > 0;
      clear();
      return was;
    },
    redraw,
    end: () => {
      clear();
      view.sketch.clear();
    },
  };
}

/**
 * @param {MapView} view
 * @returns {Tool}
 */
export function polygonTool(view) {
  return cornerTool(view, (ring) => paintAll(view, cellsIn(view, ring)));
}
