/** Who serves together, where and when: teams, sites and shifts, supplies by zone, and staff who live in a zone. */
import { html } from "../dom.js";
import { areaOf } from "./duty_board.js";
import { flyTo, roleName, stacked } from "./duty_parts.js";
import { whole } from "./figures.js";
import { empty, folded } from "./parts.js";
import { sortedTable } from "./sorted.js";
import { tierLabel } from "./compare.js";
import { wordsOf } from "./words_panel.js";

/** @typedef {import("./answers.js").Bench} Bench */
/** @typedef {import("./answers.js").TeamsAnswer} TeamsAnswer */
/** @typedef {import("./answers.js").Headcount} Headcount */
/** @typedef {import("./answers.js").Team} Team */
/** @typedef {"teams" | "sites" | "supplies" | "homes"} Part */
/** @typedef {{target_kind: string, target: string, target_name: string, role: string, path: string[], cells: number[], bounds: number[] | null, needed: number, filled: number, shifts: Headcount[]}} Post */

const MEMBERS_MOST = 12;

/**
 * One row for each post, with its shifts in it.
 * @param {Headcount[]} rows
 * @returns {Post[]}
 */
export function postsOf(rows) {
  /** @type {Map<string, Post>} */
  const posts = new Map();
  for (const row of rows) {
    const key = [row.target_kind, row.target, row.role].join("\u0001");
    const post = posts.get(key) ?? { ...row, needed: 0, filled: 0, shifts: [] };
    post.needed += row.needed;
    post.filled += row.filled;
    if (row.shift) post.shifts.push(row);
    posts.set(key, post);
  }
  return [...posts.values()];
}

export class TeamsView {
  /**
   * @param {Bench} bench
   * @param {import("./pane.js").Pane<any>} pane
   */
  constructor(bench, pane) {
    this.bench = bench;
    this.pane = pane;
    this.t = wordsOf(bench);
    /** @type {TeamsAnswer | null} */
    this.answer = null;
    /** @type {any} */
    this.of = null;
    /** @type {Set<Part>} */
    this.closed = new Set();
    /** @type {Record<Part, import("./sorted.js").Order>} */
    this.orders = { teams: {}, sites: { key: "gap", falling: true }, supplies: {}, homes: {} };
  }

  /**
   * @param {any} of  the duties that the answer belongs to
   * @returns {Node[]}
   */
  draw(of) {
    const { t, answer } = this;
    if (this.of !== of) this.load(of);
    if (!answer) return [html("p", { class: "gmp-soft", role: "status" }, [t("loading")])];
    return [
      this.fold("teams", answer.teams.length, answer.teams.length ? this.teams(answer.teams) : empty("duties", t("no_teams"), t("no_teams_what"))),
      this.fold("sites", postsOf(answer.headcount).length, answer.headcount.length ? this.posts(answer) : empty("info", t("no_posts"), t("no_posts_what"))),
      this.fold("supplies", answer.supplies.length, answer.supplies.length ? this.supplies(answer.supplies) : empty("info", t("no_supplies"), t("no_supplies_what"))),
      this.fold("homes", answer.homes.length, answer.homes.length ? this.homes(answer.homes) : empty("check", t("no_homes"), "")),
    ];
  }

  /** @param {any} of */
  async load(of) {
    this.of = of;
    const answer = await this.pane.attempt(() => this.bench.ask("teams"));
    if (!answer || this.of !== of) return;
    this.answer = /** @type {any} */ (answer);
    this.pane.redraw();
  }

  /**
   * @param {Part} part
   * @param {number} count
   * @param {HTMLElement} content
   */
  fold(part, count, content) {
    const toggled = (/** @type {boolean} */ open) => void (open ? this.closed.delete(part) : this.closed.add(part));
    return folded(this.t(`part_${part}`), [content], { open: !this.closed.has(part), toggled, count: whole(count) });
  }

  /** @param {Team[]} teams */
  teams(teams) {
    const { t, bench } = this;
    const items = teams.map((team) => {
      const leader = team.leader.map(({ name }) => name).join("、") || t("team_no_leader");
      const shown = team.members.slice(0, MEMBERS_MOST).map(({ name }) => name).join("、") || t("team_nobody");
      const members = team.members.length > MEMBERS_MOST ? `${shown}…` : shown;
      const missing = team.leader_missing + team.members_missing;
      const tag = missing ? [html("span", { class: `gmp-tag ${team.leader_missing ? "gmp-tag-bad" : "gmp-tag-warn"}` }, [t("vacant", { count: whole(missing) })])] : [];
      const line = html("button", { type: "button", class: "gmp-line", title: team.members.map(({ name }) => name).join("、") }, [
        html("span", { class: "gmp-grow" }, [
          html("span", { class: "gmp-what", dir: "auto" }, [`${team.zone_name || team.zone} ${team[bench.lang]}`]),
          html("small", { dir: "auto" }, [`${t("team_leader")}: ${leader}`]),
          html("small", { class: "gmp-soft", dir: "auto" }, [`${t("team_members", { count: whole(team.members.length) })}: ${members}`]),
        ]),
        ...tag,
      ]);
      line.addEventListener("click", () => flyTo(bench, team));
      return html("li", {}, [line]);
    });
    return html("ul", { class: "gmp-list" }, items);
  }

  /** @param {TeamsAnswer} answer */
  posts({ headcount, shifts }) {
    const { t, bench } = this;
    const label = (/** @type {string} */ id) => shifts.find((shift) => shift.id === id)?.[bench.lang] ?? id;
    const filled = (/** @type {Post} */ { needed, filled: there, shifts: turns }) => {
      const short = (/** @type {{needed: number, filled: number}} */ row) => (row.filled < row.needed ? " gmp-short" : "");
      const rows = turns.map((row) => html("small", { class: `gmp-shift${short(row)}` }, [`${label(row.shift)} ${whole(row.filled)}/${whole(row.needed)}`]));
      return html("div", { class: "gmp-stacked" }, [html("span", { class: short({ needed, filled: there }).trim() }, [`${whole(there)}/${whole(needed)}`]), ...rows]);
    };
    /** @type {import("./sorted.js").Column<Post>[]} */
    const columns = [
      { key: "target", label: t("needed_for"), value: (row) => row.target_name, show: (row) => stacked(row.target_name || row.target, roleName(bench, row.role)) },
      { key: "area", label: t("area"), value: (row) => row.path.join("\u0001"), show: (row) => areaOf(row.path) },
      { key: "gap", label: t("filled"), value: (row) => row.needed - row.filled, show: filled, number: true },
    ];
    const hours = shifts.length ? [html("p", { class: "gmp-soft" }, [shifts.map((shift) => `${shift[bench.lang]} ${shift.hours}`).join(" · ")])] : [];
    return html("div", {}, [...hours, sortedTable({ columns, rows: postsOf(headcount), order: this.orders.sites, press: (row) => flyTo(bench, row), more: (count) => t("more", { count: whole(count) }) })]);
  }

  /** @param {import("./answers.js").Need[]} supplies */
  supplies(supplies) {
    const { t, bench } = this;
    return sortedTable({
      columns: [
        { key: "zone", label: t("zone"), value: (row) => row.zone, show: (row) => stacked(row.zone, `${t("people_on_duty", { count: whole(row.people) })} · ${t("count_households", { count: whole(row.households) })}`) },
        { key: "what", label: t("supply"), value: (row) => row[bench.lang] },
        { key: "amount", label: t("amount"), value: (row) => row.amount, show: (row) => `${whole(row.amount)} ${bench.text(row.unit)}${row.per_day ? t("per_day") : ""}`, number: true },
      ],
      rows: supplies,
      order: this.orders.supplies,
      more: (count) => t("more", { count: whole(count) }),
    });
  }

  /** @param {TeamsAnswer["homes"]} homes */
  homes(homes) {
    const { t, bench } = this;
    return sortedTable({
      columns: [
        { key: "name", label: t("official"), value: (row) => row.name || row.official, show: (row) => stacked(row.name || row.official, roleName(bench, row.role)) },
        { key: "zone", label: t("lives_in"), value: (row) => row.zone },
        { key: "tier", label: t("tier"), value: (row) => bench.hello?.tiers.findIndex(({ id }) => id === row.tier) ?? -1, show: (row) => tierLabel(bench, row.tier) },
      ],
      rows: homes,
      order: this.orders.homes,
      more: (count) => t("more", { count: whole(count) }),
    });
  }
}
