/** The cell that the keyboard is on: moved by arrows; Enter does to it what a click of the tool does. */

const WIDEST_TURN = 0.35; // its cosine
const EDGE_PX = 40;
const CLICKED = new Set(["area", "flood", "ring", "enclose", "carve", "polygon"]);
/** @type {Record<string, string>} */
const MARKING = { lock: "Lock", unlock: "Unlock" };

export class FocusCell {
  /** @param {import("./mapview.js").MapView} view */
  constructor(view) {
    this.view = view;
    this.bench = view.bench;
    this.cell = -1;
  }

  /**
   * Go to the cell beside, in a direction of the screen.
   * @param {number} dx
   * @param {number} dy  down is positive
   */
  move(dx, dy) {
    const { bench, view } = this;
    if (!bench.cells || !bench.index) return;
    if (this.cell < 0) {
      const middle = view.spot(view.map.getSize().divideBy(2)).cell;
      this.set(middle >= 0 ? middle : Math.max(0, bench.chosen));
      return;
    }
    const { middle } = bench.cells;
    const [x, y] = [middle[2 * this.cell], middle[2 * this.cell + 1]];
    let best = WIDEST_TURN;
    let next = -1;
    for (const cell of bench.index.neighbours(this.cell)) {
      const [ax, ay] = [middle[2 * cell] - x, y - middle[2 * cell + 1]];
      const along = (ax * dx + ay * dy) / (Math.hypot(ax, ay) || 1);
      if (along > best) [best, next] = [along, cell];
    }
    if (next >= 0) this.set(next);
  }

  /** @param {number} cell  -1 for none */
  set(cell) {
    const { bench, view } = this;
    const wasSet = this.cell >= 0;
    this.cell = cell;
    if (cell < 0 || !bench.cells) {
      if (wasSet) view.card.show(-1, null);
      this.draw();
      return;
    }
    this.bringIntoView();
    this.draw();
    view.card.show(cell, this.place());
    const values = { name: bench.cellName(cell), tier: bench.tierName(bench.tier[cell]), households: bench.number(bench.households[cell]) };
    bench.emit("say", bench.word("focus_cell", values));
  }

  /** The middle of the cell, in pixels of the map. */
  place() {
    const { middle } = /** @type {import("../grid/cells.js").Cells} */ (this.bench.cells);
    return this.view.pxOf(middle[2 * this.cell], middle[2 * this.cell + 1]);
  }

  bringIntoView() {
    const at = this.place();
    const { x, y } = this.view.map.getSize();
    const isSeen = at.x > EDGE_PX && at.y > EDGE_PX && at.x < x - EDGE_PX && at.y < y - EDGE_PX;
    if (!isSeen) this.view.map.panBy([at.x - x / 2, at.y - y / 2], { animate: false });
  }

  draw() {
    this.view.sketch.showFocus(this.cell >= 0 && this.bench.cells ? this.view.linesOf(this.cell) : []);
  }

  /** @returns {boolean}  whether there was a cell to use the tool on */
  use() {
    const { bench, cell, view } = this;
    const { tool } = bench.ui;
    if (cell < 0) return false;
    if (view.asked) this.click();
    else if (tool in MARKING) bench.edit({ type: MARKING[tool] }, [cell]).catch(() => null);
    else if (CLICKED.has(tool)) this.click();
    else this.paint();
    return true;
  }

  /** Do what a click of the tool does. */
  click() {
    const spot = this.view.spot(this.place());
    this.view.tool.down?.(spot);
    this.view.tool.up?.(spot);
  }

  paint() {
    const { bench, cell } = this;
    const painting = bench.paint(bench.ui.tool === "eraser" ? -1 : bench.ui.tier);
    painting.add([cell], cell);
    this.view.send(painting);
  }
}
