/** A new case: where, when, by which protocol; then the zones that follow from it, to be taken or dropped. */
import { html } from "../dom.js";
import { whole } from "./figures.js";
import { FromNotice } from "./notice_in.js";
import { Pane } from "./pane.js";
import { icon } from "./panel_icons.js";
import { button, choice, field, iconButton, note, segments, textInput, tick } from "./parts.js";
import { Proposal } from "./proposal.js";
import { wordsOf } from "./words_panel.js";

/** @typedef {import("./answers.js").Bench} Bench */
/** @typedef {import("./answers.js").RosterHit} RosterHit */
/** @typedef {{label: string, case: Record<string, any>}} Place  where a case is, as shown and as the kernel is told */

/** @typedef {"one" | "all" | "notice"} About */

const TYPING_MS = 250;
const HITS_SHOWN = 8;

export class NewCase {
  /**
   * @param {Bench} bench
   * @param {object} of
   * @param {About} of.about
   * @param {(taken: boolean) => void} of.leave
   */
  constructor(bench, { about, leave }) {
    this.bench = bench;
    this.t = wordsOf(bench);
    this.about = about;
    this.text = "";
    /** @type {RosterHit[] | null} */
    this.hits = null;
    /** @type {Place | null} */
    this.place = null;
    this.date = (bench.hello?.now ?? "").slice(0, 10);
    this.label = "";
    this.others = true;
    this.protocol = bench.hello?.protocol.id ?? "";
    this.typed = 0;
    this.leave = leave;
    this.pane = new Pane(bench, { load: async () => ({}), draw: () => this.draw() });
    this.pane.content = {};
    this.proposal = new Proposal(bench, this.pane, (taken) => (taken ? leave(true) : undefined));
    this.notice = new FromNotice(bench, this.pane, this.proposal);
    this.element = this.pane.element;
  }

  refresh() {
    this.pane.redraw();
  }

  close() {
    clearTimeout(this.typed);
    this.proposal.drop();
  }

  /** Put the keyboard where one begins to write. */
  focus() {
    /** @type {HTMLElement | null} */ (this.element.querySelector("input, textarea"))?.focus();
  }

  /** @returns {Node[]} */
  draw() {
    const { t, bench, about } = this;
    const head = html("div", { class: "gmp-tools" }, [iconButton("back", t("back"), () => this.leave(false), { key: "back" }), html("h3", { class: "gmp-grow" }, [about === "notice" ? t("road_notice") : t("new_case")])]);
    const cases = bench.tables?.cases ?? 0;
    const ways = /** @type {[string, string][]} */ ([["one", t("case_one")], ["all", t("case_all", { count: whole(cases) })], ["notice", t("case_notice")]]);
    const pick = segments(t("new_case"), ways, about, (way) => {
      this.about = /** @type {About} */ (way);
      this.proposal.drop();
      this.pane.redraw();
    });
    if (about === "notice") return [head, pick, ...this.notice.draw()];
    if (this.proposal.answer) return [head, ...this.proposal.draw()];
    return [head, pick, ...(about === "one" ? this.one(cases) : this.all(cases))];
  }

  /** @param {number} cases  in the workspace */
  one(cases) {
    const { t } = this;
    const where = this.place ? [this.placed(this.place)] : [...this.finder()];
    const date = textInput(this.date, (value) => (this.date = value), { type: "date", "data-key": "case-date" });
    const label = textInput(this.label, (value) => (this.label = value), { placeholder: t("case_label_example"), "data-key": "case-label" });
    const others = cases ? [tick(t("case_others", { count: whole(cases) }), this.others, (on) => (this.others = on), { tip: t("case_others_what") })] : [];
    return [
      ...where,
      html("div", { class: "gmp-two" }, [field(t("case_date"), date), field(t("case_label"), label)]),
      this.protocolField(),
      ...others,
      this.run(!this.place || !this.date),
    ];
  }

  /** @param {number} cases  in the workspace */
  all(cases) {
    const { t } = this;
    if (!cases) return [note("info", t("case_none"))];
    return [html("p", { class: "gmp-soft" }, [t("case_all_what", { count: whole(cases) })]), this.protocolField(), this.run(false)];
  }

  finder() {
    const { t } = this;
    const input = textInput(this.text, (value) => this.type(value), { type: "search", placeholder: t("case_address_example"), "data-key": "case-address" });
    input.addEventListener("keydown", ({ key, isComposing }) => {
      if (key === "Enter" && !isComposing && this.hits?.length) this.choose(this.hits[0]);
    });
    const map = button(t("case_on_map"), () => this.askPoint(), { icon: "target", key: "case-on-map" });
    const hits = (this.hits ?? []).slice(0, HITS_SHOWN).map((hit) => this.hit(hit));
    const none = this.hits && !this.hits.length && this.text.trim() ? [note("warn", t("case_no_match"))] : [];
    return [field(t("case_address"), input), ...(hits.length ? [html("ul", { class: "gmp-list" }, hits)] : []), ...none, html("div", { class: "gmp-row" }, [map])];
  }

  /** @param {RosterHit} hit */
  hit(hit) {
    const { t } = this;
    const line = html("button", { type: "button", class: "gmp-line", "data-key": `hit-${hit.id}` }, [
      icon("case"),
      html("span", { class: "gmp-grow" }, [html("span", { dir: "auto" }, [hit.address]), html("small", { class: "gmp-soft" }, [[t("count_residents", { count: whole(hit.residents) }), hit.detail].filter(Boolean).join(" · ")])]),
    ]);
    line.addEventListener("click", () => this.choose(hit));
    return html("li", {}, [line]);
  }

  /** @param {Place} place */
  placed({ label }) {
    const { t } = this;
    const change = iconButton("cross", t("case_other_place"), () => {
      this.place = null;
      this.pane.redraw();
      this.focus();
    });
    return html("div", { class: "gmp-state" }, [icon("case", 18), html("strong", { class: "gmp-grow", dir: "auto" }, [label]), change]);
  }

  protocolField() {
    const { t, bench } = this;
    const options = (bench.hello?.protocols ?? []).map((each) => /** @type {[string, string]} */ ([each.id, each[bench.lang]]));
    return field(t("protocol"), choice(options, this.protocol, (id) => (this.protocol = id), { "data-key": "protocol" }));
  }

  /** @param {boolean} off */
  run(off) {
    const show = button(this.t("case_propose"), () => this.propose(), { icon: "map", weight: "main", key: "propose", off, tip: off ? this.t("case_first") : "" });
    show.classList.add("gmp-full");
    return show;
  }

  /** @param {string} text */
  type(text) {
    this.text = text;
    clearTimeout(this.typed);
    this.typed = window.setTimeout(() => this.search(text), TYPING_MS);
  }

  /** @param {string} text */
  async search(text) {
    if (!text.trim()) {
      this.hits = null;
      return this.pane.redraw();
    }
    const answer = await this.pane.attempt(() => this.bench.ask("new_case", { text }));
    if (!answer || text !== this.text) return;
    this.hits = answer.found;
    this.pane.redraw();
  }

  /** @param {RosterHit} hit */
  choose(hit) {
    this.place = { label: hit.address, case: { household: hit.id, address: hit.address } };
    if (hit.at) this.bench.flyTo({ at: hit.at }, { flash: true });
    this.pane.redraw();
  }

  async askPoint() {
    const { t, bench } = this;
    const at = await bench.askPoint(t("case_ask_point"));
    if (!at) return;
    this.place = { label: this.text.trim() ? `${this.text.trim()} (${t("case_point")})` : t("case_point"), case: { at, ...(this.text.trim() ? { address: this.text.trim() } : {}) } };
    this.pane.redraw();
  }

  propose() {
    const { place, date, label, protocol, others } = this;
    const shared = { protocol };
    if (this.about === "all") return this.proposal.ask({ ...shared, case: null, cases: "workspace", add: false });
    return this.proposal.ask({ ...shared, case: { ...place?.case, confirmed_on: date, label: label.trim() }, cases: others ? "workspace" : [], add: true });
  }
}
