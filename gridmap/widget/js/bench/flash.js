/** A short blink that shows where the map flew to. */

const BLINKS = 3;
const HALF_MS = 260;
const CELLS_MOST = 3000; // the outlines of more are not drawn one by one

export class Flash {
  /** @param {import("./mapview.js").MapView} view */
  constructor(view) {
    this.view = view;
    /** @type {number[]} */
    this.cells = [];
    /** @type {[number, number]} */
    this.at = [0, 0];
    this.timer = 0;
    view.map.on("move", () => this.draw());
  }

  /**
   * @param {ArrayLike<number> | null} cells
   * @param {[number, number]} at  in EPSG:3857
   */
  start(cells, at) {
    clearInterval(this.timer);
    this.cells = cells ? Array.from(cells).slice(0, CELLS_MOST) : [];
    this.at = at;
    const { flash } = this.view.sketch;
    let turn = 0;
    flash.classList.add("gm-on");
    this.draw();
    this.timer = window.setInterval(() => {
      turn++;
      flash.classList.toggle("gm-on", turn % 2 === 0 && turn < 2 * BLINKS);
      if (turn < 2 * BLINKS) return;
      clearInterval(this.timer);
      this.timer = 0;
      flash.setAttribute("d", "");
    }, HALF_MS);
  }

  draw() {
    const { view } = this;
    if (!view.sketch.flash.classList.contains("gm-on") && !this.timer) return;
    const lines = this.cells.flatMap((cell) => view.linesOf(cell));
    const { x, y } = view.pxOfMercator(this.at);
    const ring = this.cells.length ? "" : `M${x - 16} ${y}a16 16 0 1 0 32 0a16 16 0 1 0 -32 0Z`;
    view.sketch.flash.setAttribute("d", ring + lines.map((line) => `M${line.map((px) => `${px.x.toFixed(1)} ${px.y.toFixed(1)}`).join("L")}`).join(""));
  }
}
