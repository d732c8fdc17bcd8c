/** The duties: who serves, what is vacant, what a person must settle, and how much each carries. */
import { html } from "../dom.js";
import { percent, whole } from "./figures.js";
import { Pane } from "./pane.js";
import { icon } from "./panel_icons.js";
import { button, empty, segments } from "./parts.js";
import { sortedTable } from "./sorted.js";
import { Territories } from "./territories.js";
import { wordsOf } from "./words_panel.js";

/** @typedef {import("./answers.js").Bench} Bench */
/** @typedef {import("./answers.js").DutiesAnswer} DutiesAnswer */
/** @typedef {import("./answers.js").RoleRow} RoleRow */
/** @typedef {"roles" | "vacancies" | "conflicts" | "loads"} Part */

export class DutiesPane {
  /** @param {Bench} bench */
  constructor(bench) {
    this.bench = bench;
    this.t = wordsOf(bench);
    /** @type {Part} */
    this.part = "roles";
    /** @type {Record<Part, import("./sorted.js").Order>} */
    this.orders = { roles: {}, vacancies: { key: "hard", falling: true }, conflicts: {}, loads: { key: "share", falling: true } };
    this.pane = new Pane(bench, {
      load: () => this.load("duties"),
      draw: (answer) => this.draw(answer),
    });
    this.territories = new Territories(bench, this.pane);
    this.element = this.pane.element;
  }

  refresh() {
    return this.bench.hello?.counts.officials ? this.pane.refresh() : this.pane.body.replaceChildren(this.nobody());
  }

  close() {
    this.territories.close();
  }

  nobody() {
    return empty("duties", this.t("no_officials"), this.t("no_officials_what"));
  }

  /**
   * @param {"duties" | "assign"} kind
   * @returns {Promise<DutiesAnswer>}
   */
  async load(kind) {
    return /** @type {any} */ (await this.bench.ask(kind));
  }

  async assign() {
    const answer = await this.pane.attempt(() => this.load("assign"));
    if (!answer) return;
    this.pane.content = answer;
    const missing = answer.vacancies.reduce((sum, { missing: count }) => sum + count, 0);
    this.pane.say(missing ? "warn" : "good", this.t(missing ? "assigned_vacant" : "assigned", { count: whole(missing) }));
    this.pane.redraw();
  }

  /**
   * @param {DutiesAnswer} answer
   * @returns {Node[]}
   */
  draw(answer) {
    const { t } = this;
    const parts = /** @type {[Part, string][]} */ ([
      ["roles", t("roles")],
      ["vacancies", counted(t("vacancies"), answer.vacancies.length)],
      ["conflicts", counted(t("conflicts"), answer.conflicts.length)],
      ["loads", t("loads")],
    ]);
    const pick = segments(t("tab_duties"), parts, this.part, (part) => {
      this.part = /** @type {Part} */ (part);
      this.pane.redraw();
    });
    return [this.head(answer), pick, ...this[this.part](answer), ...(this.part === "roles" ? [this.territories.draw(answer.roles)] : [])];
  }

  /** @param {DutiesAnswer} answer */
  head({ vacancies }) {
    const { t } = this;
    const hard = vacancies.filter((row) => row.hard).reduce((sum, row) => sum + row.missing, 0);
    const missing = vacancies.reduce((sum, row) => sum + row.missing, 0);
    const said = hard ? t("hard_vacant", { count: whole(hard), all: whole(missing) }) : missing ? t("some_vacant", { count: whole(missing) }) : t("none_vacant");
    const state = hard ? "gmp-unsaved" : "";
    return html("div", { class: `gmp-state ${state}` }, [
      icon(hard ? "problems" : missing ? "info" : "check", 18),
      html("div", { class: "gmp-grow" }, [said]),
      button(t("assign"), () => this.assign(), { icon: "restore", key: "assign", tip: t("assign_tip") }),
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
    return [
      this.table("roles", roles, [
        { key: "role", label: t("role"), value: (row) => row[bench.lang] },
        { key: "officials", label: t("officials"), value: (row) => row.officials, show: (row) => whole(row.officials), number: true },
        { key: "duties", label: t("duties"), value: (row) => row.duties, show: (row) => whole(row.duties), number: true },
        { key: "vacancies", label: t("vacancies"), value: (row) => row.vacancies, show: missing, number: true },
      ]),
    ];
  }

  /** @param {DutiesAnswer} answer */
  vacancies({ vacancies }) {
    const { t, bench } = this;
    if (!vacancies.length) return [empty("check", t("none_vacant"), t("none_vacant_what"))];
    const columns = /** @type {import("./sorted.js").Column<import("./answers.js").Vacancy>[]} */ ([
      { key: "role", label: t("role"), value: (row) => this.roleName(row.role) },
      { key: "target", label: t("needed_for"), value: (row) => row.name || row.target, show: (row) => target(t, row) },
      { key: "missing", label: t("missing"), value: (row) => row.missing, show: (row) => whole(row.missing), number: true },
      { key: "hard", label: t("hard"), value: (row) => Number(row.hard), show: (row) => (row.hard ? html("span", { class: "gmp-tag gmp-tag-bad" }, [t("yes")]) : "–"), number: true },
    ]);
    const fly = (/** @type {import("./answers.js").Vacancy} */ { cells = [] }) => {
      if (cells.length) bench.flyTo({ cells: Uint32Array.from(cells) }, { flash: true });
    };
    return [this.table("vacancies", vacancies, columns, fly)];
  }

  /** @param {DutiesAnswer} answer */
  conflicts({ conflicts }) {
    const { t, bench } = this;
    if (!conflicts.length) return [empty("check", t("no_conflicts"), "")];
    const detail = (/** @type {import("./answers.js").DutyConflict} */ row) => (typeof row.detail === "string" ? row.detail : bench.text(row.detail));
    return [
      this.table("conflicts", conflicts, [
        { key: "kind", label: t("conflict"), value: (row) => t(`duty_${row.kind}`), show: (row) => stacked(t(`duty_${row.kind}`), detail(row)) },
        { key: "name", label: t("official"), value: (row) => row.name || row.official, show: (row) => stacked(row.name || row.official, this.roleName(row.role)) },
      ]),
    ];
  }

  /** @param {DutiesAnswer} answer */
  loads({ loads }) {
    const { t } = this;
    if (!loads.length) return [empty("duties", t("no_loads"), t("no_loads_what"))];
    return [
      this.table("loads", loads, [
        { key: "name", label: t("official"), value: (row) => row.name || row.official, show: (row) => stacked(row.name || row.official, this.roleName(row.role)) },
        { key: "households", label: t("households"), value: (row) => row.households, show: (row) => whole(row.households), number: true },
        { key: "capacity", label: t("capacity"), value: (row) => row.capacity, show: (row) => whole(row.capacity), number: true },
        { key: "share", label: t("load"), value: (row) => row.share, show: (row) => meter(row.share), number: true },
      ]),
    ];
  }

  /**
   * @template Row
   * @param {Part} part
   * @param {Row[]} rows
   * @param {import("./sorted.js").Column<Row>[]} columns
   * @param {(row: Row) => void} [press]
   */
  table(part, rows, columns, press) {
    return sortedTable({ columns, rows, order: this.orders[part], press, more: (count) => this.t("more", { count: whole(count) }) });
  }

  /** @param {string} role */
  roleName(role) {
    const found = this.pane.content?.roles.find(({ id }) => id === role) ?? this.bench.hello?.roles.find(({ id }) => id === role);
    return found ? found[this.bench.lang] : role;
  }
}

/**
 * @param {string} label
 * @param {number} count
 */
function counted(label, count) {
  return count ? `${label} ${whole(count)}` : label;
}

/**
 * @param {string} first
 * @param {string} second
 */
function stacked(first, second) {
  return html("div", { class: "gmp-stacked" }, [html("span", { dir: "auto" }, [first]), html("small", { class: "gmp-soft", dir: "auto" }, [second])]);
}

/**
 * @param {ReturnType<typeof wordsOf>} t
 * @param {import("./answers.js").Vacancy} vacancy
 */
function target(t, { name, target: id, target_kind: kind }) {
  const below = [t(`target_${kind}`), ...(name && name !== id ? [id] : [])].join(" · ");
  return stacked(name || id, below);
}

/** @param {number | null} share */
function meter(share) {
  const bar = html("i");
  bar.style.width = `${Math.min(100, Math.round((share ?? 0) * 100))}%`;
  const over = (share ?? 0) > 1;
  return html("div", { class: `gmp-meter${over ? " gmp-over" : ""}` }, [html("span", {}, [percent(share)]), html("div", {}, [bar])]);
}
