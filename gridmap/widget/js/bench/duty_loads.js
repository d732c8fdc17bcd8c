/** How much each official of a role carries: on the map, in a table and as a chart; and handing duties over. */
import { html } from "../dom.js";
import { loadChart } from "./duty_chart.js";
import { loadGhost, territoryGhost } from "./duty_ghosts.js";
import { meter, pinned, roleName, stacked } from "./duty_parts.js";
import { whole } from "./figures.js";
import { Hand, loadsOf, NOBODY, sharesOf } from "./hand.js";
import { amountText, handCard } from "./hand_card.js";
import { mapMark } from "./panel_icons.js";
import { choice, empty, heading, note, segments } from "./parts.js";
import { sortedTable } from "./sorted.js";
import { handTool } from "./tools_hand.js";
import { wordsOf } from "./words_panel.js";

/** @typedef {import("./answers.js").Bench} Bench */
/** @typedef {import("./answers.js").Burden} Burden */
/** @typedef {import("./answers.js").DutiesAnswer} DutiesAnswer */
/** @typedef {"none" | "territories" | "loads"} Mapped */

export class LoadsView {
  /**
   * @param {Bench} bench
   * @param {import("./pane.js").Pane<any>} pane
   */
  constructor(bench, pane) {
    this.bench = bench;
    this.pane = pane;
    this.t = wordsOf(bench);
    this.role = "";
    /** @type {Mapped} */
    this.mapped = "none";
    /** @type {import("./answers.js").LoadsAnswer | null} */
    this.loads = null;
    this.shares = NOBODY;
    /** What was made of the loads that are shown; a role may have a hundred thousand. @type {{loads: any, table: HTMLElement, chart: HTMLElement} | null} */
    this.drawn = null;
    /** The answer that the loads belong to. @type {DutiesAnswer | null} */
    this.of = null;
    /** What lies on the map from here. @type {import("./seams.js").Ghost | null} */
    this.ghost = null;
    /** @type {import("./duty_ghosts.js").Class[]} */
    this.classes = [];
    /** @type {import("./sorted.js").Order} */
    this.order = { key: "share", falling: true };
    this.filter = "";
    /** Takes the tool back from the map. @type {(() => void) | null} */
    this.giveBack = null;
    this.asked = 0;
    this.hand = new Hand(bench, () => this.redraw());
    this.offs = [
      bench.on("ghost", (ghost) => ghost !== this.ghost && this.covered()),
      bench.on("ui", (choice) => "tool" in choice && this.leave()),
    ];
  }

  /** Something else lies on the map now, or nothing. */
  covered() {
    if (this.mapped === "none") return;
    this.mapped = "none";
    this.ghost = null;
    this.classes = [];
    this.leave();
    this.redraw();
  }

  close() {
    for (const off of this.offs) off();
    this.leave();
    if (this.ghost) this.bench.ghost(null);
  }

  redraw() {
    if (this.isShown) this.pane.redraw();
  }

  /** Whether the pane shows this view. */
  isShown = false;

  /**
   * @param {DutiesAnswer} answer
   * @returns {Node[]}
   */
  draw(answer) {
    const { t, bench } = this;
    if (!this.role) this.role = answer.linking.find((role) => answer.roles.some(({ id, of }) => id === role && of)) ?? answer.roles.find(({ of }) => of)?.id ?? "";
    if (this.of !== answer) this.load(answer);
    if (!this.role) return [empty("duties", t("no_loads"), t("no_loads_what"))];
    const roles = /** @type {[string, string][]} */ (answer.roles.filter(({ of }) => of).map((row) => [row.id, row[bench.lang]]));
    const pick = choice(roles, this.role, (role) => this.choose(role), { "aria-label": t("role"), "data-key": "load-role" });
    const maps = /** @type {[string, string][]} */ ([["none", t("map_none")], ["territories", t("territories")], ["loads", t("load")]]);
    const show = segments(t("on_map"), maps, this.mapped, (mapped) => this.show(/** @type {Mapped} */ (mapped)));
    return [html("div", { class: "gmp-tools" }, [html("span", { class: "gmp-grow" }, [pick])]), show, ...this.body()];
  }

  body() {
    const { loads, hand, t } = this;
    if (!loads) return [...this.legend(), html("p", { class: "gmp-soft", role: "status" }, [t("loading")])];
    const handing = hand.isOpen ? [handCard(hand, t, { confirm: () => this.confirm(), mode: (mode) => this.setMode(mode) })] : [note("info", t("hand_how"))];
    if (this.drawn?.loads !== loads) this.drawn = { loads, table: this.table(loads), chart: loadChart(loads, t, (official) => this.give(official)) };
    for (const line of this.drawn.table.querySelectorAll("tr[data-official]")) this.markLine(/** @type {HTMLElement} */ (line));
    return [...handing, ...this.legend(), this.drawn.table, this.drawn.chart];
  }

  /** @param {DutiesAnswer} answer */
  async load(answer) {
    this.of = answer;
    const turn = ++this.asked;
    const { role } = this;
    if (!role) return;
    const loads = await this.pane.attempt(() => this.bench.ask("loads", { role }));
    if (!loads || turn !== this.asked) return;
    if (loads.unasked) return;
    this.loads = loadsOf(loads);
    this.tellHand();
    if (this.mapped !== "none") await this.show(this.mapped);
    if (this.hand.isOpen) await this.pane.attempt(() => this.hand.refresh());
    this.redraw();
  }

  tellHand() {
    const { hand, loads } = this;
    if (!loads) return;
    Object.assign(hand, { role: loads.role, unit: loads.unit, shares: this.shares });
    hand.burdens = new Map(loads.rows.map((row) => [row.official, row]));
  }

  /** @param {string} role */
  choose(role) {
    this.hand.end();
    this.role = role;
    this.loads = null;
    this.shares = NOBODY;
    const { of } = this;
    if (of) this.load(of);
    this.pane.redraw();
  }

  /** @param {Mapped} mapped */
  async show(mapped) {
    if (mapped === "none") {
      this.covered();
      this.bench.ghost(null);
      return;
    }
    const turn = this.asked;
    const answer = await this.pane.attempt(() => this.bench.ask("territories", { role: this.role }));
    if (!answer || turn !== this.asked || !this.loads) return;
    this.shares = sharesOf(answer);
    this.mapped = mapped;
    this.tellHand();
    this.lay();
    if (!this.giveBack) this.takeTool();
    this.redraw();
  }

  /** Lay territories or loads over the map. */
  lay() {
    const { t, bench, loads, shares, mapped } = this;
    const label = `${mapped === "loads" ? t("load") : t("territories")}: ${roleName(bench, this.role)}`;
    const laid = mapped === "loads" && loads ? loadGhost(shares, loads.rows, loads.unit, label, t) : { ghost: territoryGhost(shares, label), classes: [] };
    this.ghost = laid.ghost;
    this.classes = laid.classes;
    bench.ghost(laid.ghost);
  }

  // ---- handing over

  takeTool() {
    const how = {
      choose: (/** @type {string} */ official) => void this.pick(official),
      leave: () => this.leave(),
      ended: () => {
        this.giveBack = null;
      },
      label: () => amountText(this.hand, this.t),
    };
    this.giveBack = this.bench.lend((view) => handTool(view, this.hand, how), this.t("hand_ask"));
  }

  /** Give the map back, and hand nothing over any more. */
  leave() {
    const { giveBack } = this;
    this.giveBack = null;
    giveBack?.();
    this.hand.end();
  }

  /** @param {string} official  whose duties are to be handed over */
  async pick(official) {
    await this.pane.attempt(() => this.hand.choose(official));
    if (this.hand.isOpen && !this.giveBack) {
      if (this.mapped === "none") await this.show("territories");
      else this.takeTool();
    }
    this.pane.element.querySelector(".gmp-hand")?.scrollIntoView({ block: "nearest" });
  }

  /** @param {string} official  a line of the table was pressed */
  give(official) {
    if (this.hand.chosen.size && official !== this.hand.from) return this.hand.give(official);
    return this.pick(official);
  }

  /** @param {import("./hand.js").Mode} mode */
  setMode(mode) {
    this.hand.mode = mode;
    this.bench.setUi({}); // the map may be dragged with a click alone
    this.redraw();
  }

  async confirm() {
    const done = await this.pane.attempt(() => this.hand.confirm());
    if (done) this.pane.element.scrollIntoView({ block: "start" });
  }

  // ---- what is shown

  legend() {
    const { t, mapped, classes, shares } = this;
    if (mapped === "none") return [];
    const people = new Set(shares.codes);
    people.delete(-1);
    for (let i = 1; i < shares.pairs.length; i += 3) people.add(shares.pairs[i]);
    if (!people.size) return [note("info", t("territories_empty"))];
    const open = shares.codes.reduce((sum, code) => sum + Number(code < 0), 0);
    const lines = mapped === "loads" ? classes : [{ color: "#ffffff", pattern: "diagonal", ink: "#a50f15", label: t("load_vacant"), count: shares.vacant.length }];
    const items = lines.map((line, place) => {
      const isCells = mapped !== "loads" || place === lines.length - 1;
      const count = mapped === "loads" && !(isCells && line.label === t("load_vacant")) ? t("count_persons", { count: whole(line.count) }) : t("count_cells", { count: whole(line.count) });
      return html("li", {}, [mapMark(line), html("span", { dir: "auto" }, [line.label]), html("b", {}, [count])]);
    });
    const said = mapped === "loads" ? t("load_legend") : t("territories_legend", { count: whole(people.size) });
    const none = open ? [html("p", { class: "gmp-soft" }, [t("territories_open", { count: whole(open) })])] : [];
    return [html("div", {}, [html("p", { class: "gmp-soft" }, [said]), html("ul", { class: "gmp-legend gmp-load-legend" }, items), ...none])];
  }

  /** @param {import("./answers.js").LoadsAnswer} loads */
  table({ rows, unit }) {
    const { t } = this;
    const isHomes = unit === "households";
    /** @type {import("./sorted.js").Column<Burden>[]} */
    const columns = [
      { key: "name", label: t("official"), value: (row) => row.name || row.official, show: (row) => this.nameOf(row) },
      { key: "households", label: isHomes ? t("households") : t("duties"), value: (row) => row[unit], show: (row) => whole(row[unit]), number: true },
      ...(isHomes ? [{ key: "capacity", label: t("capacity"), value: (/** @type {Burden} */ row) => row.capacity, show: (/** @type {Burden} */ row) => whole(row.capacity), number: true }] : []),
      isHomes
        ? { key: "share", label: t("load"), value: (row) => row.share, show: (row) => meter(row.share), number: true }
        : { key: "share", label: t("households"), value: (row) => row.households, show: (row) => whole(row.households), number: true },
    ];
    const mark = (/** @type {Burden} */ row, /** @type {HTMLElement} */ element) => {
      element.dataset.official = row.official;
      element.dataset.key = `official-${row.official}`;
      this.markLine(element);
    };
    return html("section", {}, [
      heading(t("loads"), [html("span", { class: "gmp-count" }, [t("count_persons", { count: whole(rows.length) })])]),
      sortedTable({ columns, rows, order: this.order, press: (row) => this.give(row.official), mark, more: (count) => t("more", { count: whole(count) }) }),
    ]);
  }

  /** Show who gives and who takes. @param {HTMLElement} line */
  markLine(line) {
    line.classList.toggle("gmp-from", line.dataset.official === this.hand.from);
    line.classList.toggle("gmp-to", line.dataset.official === this.hand.to);
  }

  /** @param {Burden} row */
  nameOf(row) {
    const { t } = this;
    const change = row.before === null || row.before === row[this.loads?.unit ?? "households"] ? "" : t("load_was", { count: whole(row.before) });
    return html("span", { class: "gmp-person" }, [stacked(row.name || row.official, change), ...pinned(row.pinned, t)]);
  }
}
