/** The duties: who serves, what must be settled, how much each carries, who serves together, and who was reached. */
import { html } from "../dom.js";
import { accountCard, proofCard } from "./duty_account.js";
import { BoardView } from "./duty_board.js";
import { LoadsView } from "./duty_loads.js";
import { counted, lastHandedOver } from "./duty_parts.js";
import { ReachedView } from "./duty_reached.js";
import { TeamsView } from "./duty_teams.js";
import { percent, whole } from "./figures.js";
import { Pane } from "./pane.js";
import { icon } from "./panel_icons.js";
import { button, empty, note, segments } from "./parts.js";
import { sortedTable } from "./sorted.js";
import { wordsOf } from "./words_panel.js";

/** @typedef {import("./answers.js").Bench} Bench */
/** @typedef {import("./answers.js").DutiesAnswer} DutiesAnswer */
/** @typedef {import("./answers.js").RoleRow} RoleRow */
/** @typedef {"roles" | "board" | "loads" | "teams" | "reached"} Part */

export class DutiesPane {
  /** @param {Bench} bench */
  constructor(bench) {
    this.bench = bench;
    this.t = wordsOf(bench);
    /** @type {Part} */
    this.part = "roles";
    /** @type {import("./sorted.js").Order} */
    this.order = {};
    this.moves = { open: false };
    /** Whether the duties shown are those of an earlier plan. */
    this.isOld = false;
    this.pane = new Pane(bench, {
      load: () => this.load("duties"),
      draw: (answer) => this.draw(answer),
    });
    this.board = new BoardView(bench, this.pane);
    this.loads = new LoadsView(bench, this.pane);
    this.teams = new TeamsView(bench, this.pane);
    this.reached = new ReachedView(bench, this.pane);
    this.element = this.pane.element;
  }

  refresh() {
    return this.bench.tables?.officials ? this.pane.refresh() : this.pane.body.replaceChildren(this.nobody());
  }

  hidden() {
    this.loads.leave();
  }

  close() {
    this.loads.close();
    this.reached.close();
  }

  nobody() {
    return empty("duties", this.t("no_officials"), this.t("no_officials_what"));
  }

  /**
   * @param {"duties" | "assign"} kind
   * @param {boolean} [asked]
   * @returns {Promise<DutiesAnswer>}
   */
  async load(kind, asked = false) {
    const answer = /** @type {any} */ (await this.bench.ask(kind, { asked }));
    const before = this.pane.content;
    this.isOld = Boolean(answer.unasked && before && !before.unasked);
    return this.isOld && before ? before : answer;
  }

  /** Have the duties of a large county worked out, which nothing does unasked. */
  async askFor() {
    const answer = await this.pane.attempt(() => this.load("duties", true));
    if (!answer) return;
    this.pane.content = answer;
    this.pane.redraw();
  }

  async assign() {
    const answer = await this.pane.attempt(() => this.load("assign"));
    if (!answer) return;
    this.pane.content = answer;
    const isWhole = !answer.missing && !answer.unlinked;
    this.pane.say(isWhole ? "good" : "warn", this.t(isWhole ? "assigned" : "assigned_vacant", { count: whole(answer.missing), homes: whole(answer.unlinked) }));
    this.pane.redraw();
  }

  /**
   * @param {DutiesAnswer} answer
   * @returns {Node[]}
   */
  draw(answer) {
    const { t } = this;
    if (answer.unasked) {
      const ask = button(t("work_out"), () => this.askFor(), { icon: "duties", weight: "main", key: "work-out" });
      return [empty("duties", t("unasked"), t("unasked_what", { cells: whole(answer.cells), households: whole(answer.households) }), [ask])];
    }
    const parts = /** @type {[Part, string][]} */ ([
      ["roles", t("part_roles")],
      ["board", counted(t("board"), answer.board_total)],
      ["loads", t("loads")],
      ["teams", t("part_teams_short")],
      ["reached", answer.reached ? `${t("part_reached")} ${percent(answer.reached.reached / (answer.reached.households || 1))}` : t("part_reached")],
    ]);
    const pick = segments(t("tab_duties"), parts, this.part, (part) => this.choose(/** @type {Part} */ (part)));
    pick.classList.add("gmp-duty-parts");
    const old = this.isOld ? [note("warn", t("duties_old"), [button(t("work_out"), () => this.askFor(), { key: "work-out" })])] : [];
    const last = this.part === "board" || this.part === "loads" ? lastHandedOver(this.bench, this.pane, answer.last, t) : [];
    return [this.head(answer), ...old, pick, ...last, ...this.view(answer)];
  }

  /** @param {Part} part */
  choose(part) {
    if (part !== "loads") this.loads.leave();
    this.part = part;
    this.pane.redraw();
  }

  /** @param {DutiesAnswer} answer */
  view(answer) {
    const { part, bench, t } = this;
    this.loads.isShown = part === "loads";
    this.reached.isShown = part === "reached";
    if (part === "board") return this.board.draw(answer);
    if (part === "loads") return this.loads.draw(answer);
    if (part === "teams") return this.teams.draw(answer);
    if (part === "reached") return this.reached.draw(answer);
    return [...accountCard(bench, answer, t, this.moves), ...proofCard(bench, answer, t), this.roles(answer)];
  }

  /** @param {DutiesAnswer} answer */
  head({ hard, missing, unlinked, account }) {
    const { t } = this;
    const posts = hard ? t("hard_vacant", { count: whole(hard), all: whole(missing) }) : missing ? t("some_vacant", { count: whole(missing) }) : t("none_vacant");
    const homes = unlinked ? [html("small", {}, [t("board_homes", { count: whole(unlinked) })])] : [];
    return html("div", { class: `gmp-state${hard ? " gmp-unsaved" : ""}` }, [
      icon(hard ? "problems" : missing || unlinked ? "info" : "check", 18),
      html("div", { class: "gmp-grow" }, [html("span", {}, [posts]), ...homes]),
      button(t(account.is_in_force ? "assign_done" : "assign"), () => this.assign(), { icon: "check", key: "assign", tip: t("assign_tip"), off: account.is_in_force, weight: account.is_in_force ? "plain" : "main" }),
    ]);
  }

  /** @param {DutiesAnswer} answer */
  roles({ roles }) {
    const { t, bench } = this;
    const missing = (/** @type {RoleRow} */ row) => {
      if (!row.vacancies) return whole(0);
      const hard = row.hard ? [html("span", { class: "gmp-tag gmp-tag-bad", title: t("hard") }, [t("hard_count", { count: whole(row.hard) })])] : [];
      return html("span", {}, [...hard, ` ${whole(row.vacancies)}`]);
    };
    /** @type {import("./sorted.js").Column<RoleRow>[]} */
    const columns = [
      { key: "role", label: t("role"), value: (row) => row[bench.lang] },
      { key: "officials", label: t("officials"), value: (row) => row.officials, show: (row) => (row.of > row.officials ? `${whole(row.officials)}/${whole(row.of)}` : whole(row.officials)), number: true },
      { key: "duties", label: t("duties"), value: (row) => row.duties, show: (row) => whole(row.duties), number: true },
      { key: "overloads", label: t("board_overload"), value: (row) => row.overloads, show: (row) => (row.overloads ? html("span", { class: "gmp-tag gmp-tag-warn" }, [whole(row.overloads)]) : "0"), number: true },
      { key: "vacancies", label: t("vacancies"), value: (row) => row.vacancies, show: missing, number: true },
    ];
    const press = (/** @type {RoleRow} */ row) => {
      this.board.filter = { group: "", role: row.id, path: [] };
      this.choose("board");
    };
    return sortedTable({ columns, rows: roles, order: this.order, press, more: (count) => t("more", { count: whole(count) }) });
  }
}
