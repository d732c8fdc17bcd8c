/** Households as points: asked for when they are first to be seen, drawn where they are few enough to tell apart. */
import { Points } from "../grid/points.js";

/** @typedef {import("./mapview.js").MapView} MapView */

const SEEN_MOST = 40_000;
const PX_EACH = 80; // of the map for each household: closer they cannot be told apart

export class Homes {
  /** @param {MapView} view */
  constructor(view) {
    this.view = view;
    this.bench = view.bench;
    /** @type {Points | null} */
    this.points = null;
    this.state = "none";
    this.bench.on("grid", () => {
      this.points = null;
      this.state = "none";
    });
    this.bench.on("points", (part) => this.take(part));
  }

  /** About how many households are in sight. */
  inSight() {
    const { hello, tables } = this.bench;
    if (!hello || !tables) return Infinity;
    const [west, south, east, north] = hello.bounds;
    const { x, y } = this.view.map.getSize();
    const seen = x * y * this.view.mercatorPerPx ** 2;
    return tables.households * Math.min(1, seen / Math.max(1, (east - west) * (north - south)));
  }

  /** How many can be told apart. */
  most() {
    const { x, y } = this.view.map.getSize();
    return Math.min(SEEN_MOST, (x * y) / PX_EACH);
  }

  /** @param {import("./sheet.js").Frame} frame */
  draw(frame) {
    if (!this.bench.ui.layers.households || this.inSight() > this.most()) return;
    if (!this.points) return void this.ask();
    this.points.draw(frame.ctx, this.view.frameView(frame), { color: this.view.look.home });
  }

  async ask() {
    if (this.state !== "none") return;
    this.state = "asked";
    try {
      await this.bench.ask("points");
    } catch (refusal) {
      this.bench.complain(refusal);
    }
  }

  /** @param {{part: number, parts: number, total: number, x: Int32Array, y: Int32Array, cell: Uint32Array}} part */
  take({ part, parts, total, x, y, cell }) {
    if (part === 0 || !this.points) this.points = new Points(total);
    this.points.add(x, y, cell);
    if (part === parts - 1) this.view.overlays.sheet.later();
  }
}
