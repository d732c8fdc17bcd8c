/** The ring: all cells within a true distance of a point or a case. The kernel measures it; here it is only previewed. */
import { paintAll } from "./tools_shape.js";
import { uint32 } from "./buffers.js";

/** @typedef {import("./mapview.js").MapView} MapView */
/** @typedef {import("./tools.js").Tool} Tool */

const DRAG_PX = 6;
const CASE_REACH_PX = 16;

/**
 * A length that reads well: two or three digits that matter.
 * @param {number} metres
 */
export function rounded(metres) {
  const unit = metres < 100 ? 5 : metres < 1000 ? 10 : metres < 10_000 ? 50 : 100;
  return Math.max(unit, Math.round(metres / unit) * unit);
}

/**
 * @param {MapView} view
 * @returns {Tool}
 */
export function ringTool(view) {
  const { bench, sketch } = view;
  /** @type {{xy: [number, number], px: {x: number, y: number}, id: string | null} | null} */
  let centre = null;
  let isDragged = false;

  /** @param {import("./tools.js").Spot} spot */
  const centreAt = (spot) => {
    const mark = view.overlays.nearest("cases", spot.px, CASE_REACH_PX);
    const xy = mark ? view.latticeOf(mark.at) : spot.xy;
    return { xy, px: view.pxOf(xy[0], xy[1]), id: mark ? mark.id : null };
  };
  /** @param {{xy: [number, number]}} at */
  const preview = ({ xy }) => {
    const px = view.pxOf(xy[0], xy[1]);
    const radius = bench.ui.radiusM / view.metresPerPx(xy);
    sketch.showCircle(px, radius);
    sketch.showPath([px], { corners: true });
    sketch.showLabel({ x: px.x, y: px.y - radius }, bench.word("ring_label", { radius: bench.number(bench.ui.radiusM) }));
    const { index, ui } = bench;
    const reach = ui.radiusM / view.metresPerPx(xy) / view.scale;
    view.mark(index ? index.inCircle(xy[0], xy[1], reach, ui.by) : null);
  };
  const clear = () => {
    centre = null;
    isDragged = false;
    sketch.clear();
    view.mark(null);
  };
  /** @param {{xy: [number, number], id: string | null}} at */
  const ask = async ({ xy, id }) => {
    const where = id === null ? { at: view.mercatorOf(xy) } : { case: id };
    const { ui } = bench;
    try {
      const answer = await bench.ask("ring", { ...where, radius_m: ui.radiusM, by: ui.by });
      paintAll(view, uint32(answer.buffers[0]));
    } catch (refusal) {
      bench.complain(refusal);
    } finally {
      clear();
    }
  };
  return {
    down(spot) {
      centre = centreAt(spot);
      preview(centre);
    },
    drag({ px }) {
      if (!centre) return;
      const length = Math.hypot(px.x - centre.px.x, px.y - centre.px.y);
      isDragged ||= length > DRAG_PX;
      if (isDragged) bench.setUi({ radiusM: rounded(length * view.metresPerPx(centre.xy)) });
      preview(centre);
    },
    up() {
      const at = centre;
      centre = null;
      if (at) ask(at);
    },
    hover: (spot) => (spot ? preview(centreAt(spot)) : clear()),
    cancel() {
      const was = Boolean(centre);
      clear();
      return was;
    },
    end: clear,
  };
}
