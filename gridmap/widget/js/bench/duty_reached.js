/** Follow-up: how many households of every grid the field has reached, on the map and in a table. */
import { html } from "../dom.js";
import { areaOf } from "./duty_board.js";
import { reachGhost } from "./duty_ghosts.js";
import { flyTo } from "./duty_parts.js";
import { int32 } from "./buffers.js";
import { percent, whole } from "./figures.js";
import { mapMark } from "./panel_icons.js";
import { button, empty, tick } from "./parts.js";
import { sorted, sortedTable } from "./sorted.js";
import { wordsOf } from "./words_panel.js";

/** @typedef {import("./answers.js").Bench} Bench */
/** @typedef {import("./answers.js").FollowupsAnswer} FollowupsAnswer */
/** @typedef {import("./answers.js").ReachedRow} ReachedRow */

export class ReachedView {
  /**
   * @param {Bench} bench
   * @param {import("./pane.js").Pane<any>} pane
   */
  constructor(bench, pane) {
    this.bench = bench;
    this.pane = pane;
    this.t = wordsOf(bench);
    /** @type {FollowupsAnswer | null} */
    this.answer = null;
    /** @type {any} */
    this.of = null;
    this.counts = [new Int32Array(0), new Int32Array(0)];
    /** What lies on the map from here. @type {import("./seams.js").Ghost | null} */
    this.ghost = null;
    /** @type {import("./duty_ghosts.js").Class[]} */
    this.classes = [];
    /** The area that was looked at last. */
    this.at = "";
    /** @type {import("./sorted.js").Order} */
    this.order = { key: "not_reached", falling: true };
    this.off = bench.on("ghost", (ghost) => ghost !== this.ghost && this.covered());
  }

  covered() {
    if (!this.ghost) return;
    this.ghost = null;
    if (this.isShown) this.pane.redraw();
  }

  close() {
    this.off();
    if (this.ghost) this.bench.ghost(null);
  }

  /** Whether the pane shows this view. */
  isShown = false;

  /**
   * @param {any} of  the duties that the answer came with
   * @returns {Node[]}
   */
  draw(of) {
    const { t, answer } = this;
    if (this.of !== of) this.load(of);
    if (!answer) return [html("p", { class: "gmp-soft", role: "status" }, [t("loading")])];
    if (!answer.asked) return [empty("duties", t("no_followups"), t("no_followups_what"), [html("code", {}, ["gridmap followup WORKSPACE FILES…"])])];
    const open = answer.households - answer.reached;
    const state = html("div", { class: `gmp-state${open ? " gmp-unsaved" : ""}` }, [
      html("div", { class: "gmp-grow" }, [html("strong", {}, [t(open ? "reached_open" : "reached_whole", { count: whole(open) })]), html("small", { class: "gmp-soft" }, [t("reached_of", { reached: whole(answer.reached), all: whole(answer.households) })])]),
      button(t("reached_next"), () => this.next(), { icon: "next", weight: "main", key: "reached-next", off: !open }),
    ]);
    return [state, tick(t("reached_map"), Boolean(this.ghost), (shown) => this.show(shown), { key: "reached-map" }), ...this.legend(), this.table(answer.rows)];
  }

  /** @param {any} of */
  async load(of) {
    this.of = of;
    const answer = await this.pane.attempt(() => this.bench.ask("followups"));
    if (!answer || this.of !== of) return;
    this.answer = /** @type {any} */ (answer);
    this.counts = answer.buffers.map(int32);
    if (this.ghost) this.show(true);
    this.pane.redraw();
  }

  /** @param {boolean} isShown */
  show(isShown) {
    if (!isShown || this.counts.length < 2) {
      this.ghost = null;
      this.bench.ghost(null);
    } else {
      const { ghost, classes } = reachGhost(this.counts[0], this.counts[1], this.t("reached_title"), this.t);
      this.ghost = ghost;
      this.classes = classes;
      this.bench.ghost(ghost);
    }
    this.pane.redraw();
  }

  /** Go to the next area that is not reached whole, in the order of the table. */
  next() {
    const rows = this.inOrder().filter(({ not_reached: open }) => open);
    if (!rows.length) return;
    const place = rows.findIndex(({ area }) => area === this.at);
    this.look(rows[(place + 1) % rows.length]);
    this.pane.redraw();
    this.pane.element.querySelector(".gmp-current")?.scrollIntoView({ block: "nearest" });
  }

  inOrder() {
    const column = this.columns().find(({ key }) => key === this.order.key);
    const rows = this.answer?.rows ?? [];
    return column ? sorted(rows, column.value, this.order.falling) : rows;
  }

  /** @param {ReachedRow} row */
  look(row) {
    this.at = row.area;
    flyTo(this.bench, row);
  }

  legend() {
    if (!this.ghost) return [];
    const { t, classes } = this;
    return [html("ul", { class: "gmp-legend gmp-load-legend" }, classes.map((line) => html("li", {}, [mapMark(line), html("span", {}, [line.label]), html("b", {}, [t("count_cells", { count: whole(line.count) })])])))];
  }

  columns() {
    const { t } = this;
    return /** @type {import("./sorted.js").Column<ReachedRow>[]} */ ([
      { key: "area", label: t("area"), value: (row) => row.path.join("\u0001"), show: (row) => areaOf(row.path.length ? row.path : [row.name || t("reached_nowhere")]) },
      { key: "reached", label: t("reached"), value: (row) => row.reached, show: (row) => whole(row.reached), number: true },
      { key: "not_reached", label: t("not_reached"), value: (row) => row.not_reached, show: (row) => (row.not_reached ? html("b", { class: "gmp-short" }, [whole(row.not_reached)]) : "0"), number: true },
      { key: "share", label: t("share"), value: (row) => (row.households ? row.reached / row.households : null), show: (row) => percent(row.households ? row.reached / row.households : null), number: true },
    ]);
  }

  /** @param {ReachedRow[]} rows */
  table(rows) {
    const { t } = this;
    const mark = (/** @type {ReachedRow} */ row, /** @type {HTMLElement} */ element) => element.classList.toggle("gmp-current", row.area === this.at);
    return sortedTable({ columns: this.columns(), rows, order: this.order, press: (row) => this.look(row), mark, more: (count) => t("more", { count: whole(count) }) });
  }
}
