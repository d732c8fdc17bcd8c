/** The board: what is missing, too much or in conflict, by area and role, each with its place and what can be done. */
import { html } from "../dom.js";
import { flyTo, pathText, roleName, stacked } from "./duty_parts.js";
import { whole } from "./figures.js";
import { button, choice, empty, segments } from "./parts.js";
import { sortedTable } from "./sorted.js";
import { wordsOf } from "./words_panel.js";

/** @typedef {import("./answers.js").Bench} Bench */
/** @typedef {import("./answers.js").BoardRow} BoardRow */
/** @typedef {import("./answers.js").DutiesAnswer} DutiesAnswer */
/** @typedef {"" | "vacancy" | "overload" | "conflict"} Group */
/** @typedef {{group: Group, role: string, path: string[]}} Filter */

/**
 * The rows of a board that are left by a filter.
 * @param {BoardRow[]} rows
 * @param {Filter} filter
 */
export function filteredRows(rows, { group, role, path }) {
  return rows.filter((row) => (!group || row.group === group) && (!role || row.role === role) && path.every((name, step) => row.path[step] === name));
}

/**
 * The names that come next on the way through the areas, each once, as people count.
 * @param {BoardRow[]} rows
 * @param {string[]} path  the way so far
 */
export function nextNames(rows, path) {
  const below = rows.filter((row) => row.path.length > path.length && path.every((name, step) => row.path[step] === name));
  const order = new Intl.Collator("zh-Hans-CN", { numeric: true });
  return [...new Set(below.map((row) => row.path[path.length]))].sort(order.compare);
}

export class BoardView {
  /**
   * @param {Bench} bench
   * @param {import("./pane.js").Pane<any>} pane
   */
  constructor(bench, pane) {
    this.bench = bench;
    this.pane = pane;
    this.t = wordsOf(bench);
    /** @type {Filter} */
    this.filter = { group: "", role: "", path: [] };
    /** @type {import("./sorted.js").Order} */
    this.order = {};
  }

  /**
   * @param {DutiesAnswer} answer
   * @returns {Node[]}
   */
  draw({ board, board_total: total }) {
    const { t, filter } = this;
    if (!board.length) return [empty("check", t("board_empty"), t("board_empty_what"))];
    const rows = filteredRows(board, filter);
    const rest = total - board.length;
    const more = rest > 0 ? [html("p", { class: "gmp-soft" }, [t("board_rest", { count: whole(rest) })])] : [];
    const table = rows.length ? this.table(rows) : empty("info", t("nothing_found"), "");
    return [this.groups(board), this.filters(board), table, ...more];
  }

  /** @param {BoardRow[]} board */
  groups(board) {
    const { t, filter } = this;
    const count = (/** @type {Group} */ group) => whole(filteredRows(board, { ...filter, group }).length);
    const parts = /** @type {[string, string][]} */ (["", "vacancy", "overload", "conflict"].map((group) => [group, `${t(`board_${group || "all"}`)} ${count(/** @type {Group} */ (group))}`]));
    return segments(t("board"), parts, filter.group, (group) => this.change({ group: /** @type {Group} */ (group) }));
  }

  /** @param {BoardRow[]} board */
  filters(board) {
    const { t, bench, filter } = this;
    const roles = [...new Set(board.map(({ role }) => role))];
    const options = /** @type {[string, string][]} */ ([["", t("all_roles")], ...roles.map((role) => [role, roleName(bench, role)])]);
    const role = choice(options, filter.role, (value) => this.change({ role: value }), { "aria-label": t("role"), "data-key": "board-role" });
    const steps = [...filter.path, ""].flatMap((name, step) => {
      const names = nextNames(board, filter.path.slice(0, step));
      if (!names.length) return [];
      const areas = /** @type {[string, string][]} */ ([["", t(step ? "all_below" : "all_areas")], ...names.map((each) => [each, each])]);
      const set = (/** @type {string} */ value) => this.change({ path: [...filter.path.slice(0, step), ...(value ? [value] : [])] });
      return [choice(areas, name, set, { "aria-label": t("area"), "data-key": `board-area-${step}` })];
    });
    return html("div", { class: "gmp-two gmp-filters" }, [role, ...steps]);
  }

  /** @param {Partial<Filter>} change */
  change(change) {
    Object.assign(this.filter, change);
    this.order.rows = undefined;
    this.pane.redraw();
  }

  /** @param {BoardRow[]} rows */
  table(rows) {
    const { t, bench } = this;
    /** @type {import("./sorted.js").Column<BoardRow>[]} */
    const columns = [
      { key: "what", label: t("board_what"), value: (row) => `${row.group} ${row.kind} ${row.target_name || row.name}`, show: (row) => this.what(row) },
      { key: "area", label: t("area"), value: (row) => row.path.join("\u0001"), show: (row) => areaOf(row.path) },
      { key: "role", label: t("role"), value: (row) => roleName(bench, row.role) },
    ];
    return sortedTable({ columns, rows, order: this.order, press: (row) => flyTo(bench, row), tip: (row) => pathText(row.path), more: (count) => t("more", { count: whole(count) }) });
  }

  /** @param {BoardRow} row */
  what(row) {
    const { t, bench } = this;
    if (row.group === "vacancy") {
      const isHome = row.target_kind === "household";
      const words = t(isHome ? "board_homes" : row.hard ? "vacant_hard" : "vacant", { count: whole(row.missing) });
      const tag = html("span", { class: `gmp-tag ${row.hard ? "gmp-tag-bad" : "gmp-tag-warn"}` }, [words]);
      return html("div", { class: "gmp-stacked" }, [tag, stacked(row.target_name || row.target, isHome ? "" : t(`target_${row.target_kind}`))]);
    }
    const tag = html("span", { class: `gmp-tag ${row.group === "overload" ? "gmp-tag-warn" : ""}` }, [t(`duty_${row.kind}`)]);
    return html("div", { class: "gmp-stacked" }, [tag, stacked(row.name || row.official, bench.text(row.detail)), ...this.substitute(row)]);
  }

  /** @param {BoardRow} row */
  substitute(row) {
    const { t } = this;
    if (!row.substitute) return [];
    const name = row.substitute.name || row.substitute.official;
    if (!row.can) return [html("small", { class: "gmp-soft", dir: "auto" }, [t("substitute", { name })])];
    const make = button(t("hand_to_name", { name }), () => this.relieve(row), { icon: "hand", key: `relieve-${row.official}-${row.role}-${row.kind}`, tip: t("hand_to_tip") });
    make.classList.add("gmp-fix");
    return [make];
  }

  /** @param {BoardRow} row */
  async relieve(row) {
    const { bench } = this;
    const wish = { official: row.official, role: row.role, conflict: row.kind, to: row.substitute?.official };
    const done = await this.pane.attempt(() => bench.ask("relieve", wish));
    if (done) this.pane.element.scrollIntoView({ block: "start" });
  }
}

/**
 * The way through the areas, the finest first.
 * @param {string[]} path
 */
export function areaOf(path) {
  const [last = "–", ...above] = [...path].reverse();
  return stacked(last, above.reverse().join(" › "));
}
