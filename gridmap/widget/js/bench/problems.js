/** The problems: the certificate, and what a person should look at, with what can be done about it. */
import { html } from "../dom.js";
import { certificateCard } from "./certificate.js";
import { whole } from "./figures.js";
import { icon } from "./panel_icons.js";
import { Pane } from "./pane.js";
import { button, empty, folded, textInput } from "./parts.js";
import { byKind, filtered, isUrgent, keyOf, problemsOf } from "./problem_list.js";
import { wordsOf } from "./words_panel.js";

export { nextProblem } from "./problem_list.js";

/** @typedef {import("./answers.js").Bench} Bench */
/** @typedef {import("./answers.js").Problem} Problem */

const PROBLEMS_AT_ONCE = 60;
const FILTER_FROM = 8;

export class ProblemsPane {
  /** @param {Bench} bench */
  constructor(bench) {
    this.bench = bench;
    this.t = wordsOf(bench);
    this.list = problemsOf(bench);
    /** How many of a kind are listed. @type {Map<string, number>} */
    this.counts = new Map();
    this.pane = new Pane(bench, {
      load: async () => {
        await this.list.ask();
        return this.list;
      },
      draw: () => this.draw(),
    });
    this.element = this.pane.element;
    const heard = () => this.pane.redraw();
    this.list.heard.add(heard);
    this.close = () => void this.list.heard.delete(heard);
  }

  refresh() {
    return this.pane.refresh();
  }

  draw() {
    const { list, t } = this;
    const certificate = list.certificate ? [certificateCard(this.bench, list.certificate)] : [];
    if (!list.problems.length) return [...certificate, empty("check", t("no_problems"), t("no_problems_what"))];
    return [...certificate, this.tools(), ...this.groups()];
  }

  tools() {
    const { list, t, bench } = this;
    const filter = textInput(
      list.filter,
      (value) => {
        list.filter = value;
        this.pane.redraw();
      },
      { type: "search", placeholder: t("problem_filter"), "aria-label": t("problem_filter"), "data-key": "problem-filter" },
    );
    filter.hidden = list.problems.length < FILTER_FROM;
    const next = button(t("problem_next"), () => this.next(), { icon: "next", weight: "main", key: "problem-next", tip: `${t("problem_next")} (n)` });
    const found = list.filter.trim() ? filtered(list.problems, list.filter, bench.lang).length : list.total;
    const count = t("problem_count", { count: whole(found) });
    return html("div", { class: "gmp-tools" }, [html("span", { class: "gmp-grow" }, [count]), next, filter]);
  }

  next() {
    const problem = this.list.next();
    if (problem) this.look(problem);
  }

  /** @param {Problem} problem */
  look(problem) {
    this.list.look(problem);
    this.element.querySelector(".gmp-now")?.scrollIntoView({ block: "nearest" });
  }

  groups() {
    const { list, t, bench } = this;
    const groups = byKind(filtered(list.problems, list.filter, bench.lang));
    if (!groups.size) return [empty("info", t("nothing_found"), "")];
    return [...groups].map(([kind, problems]) => {
      const count = Math.max(this.counts.get(kind) ?? PROBLEMS_AT_ONCE, problems.findIndex((each) => keyOf(each) === list.current) + 1);
      const items = problems.slice(0, count).map((problem) => this.line(problem));
      const rest = problems.length - items.length;
      const more = button(t("more", { count: whole(rest) }), () => {
        this.counts.set(kind, count * 4);
        this.pane.redraw();
      }, { weight: "quiet" });
      const what = html("p", { class: "gmp-soft gmp-kind" }, [t(`problem_${kind}_what`)]);
      const fold = folded(t(`problem_${kind}`), [what, html("ul", { class: "gmp-list" }, items), ...(rest > 0 ? [more] : [])], {
        open: !list.folded.has(kind),
        toggled: (open) => void (open ? list.folded.delete(kind) : list.folded.add(kind)),
        count: whole(list.filter.trim() ? problems.length : Math.max(problems.length, list.counts.get(kind) ?? 0)),
      });
      if (isUrgent(kind)) fold.classList.add("gmp-urgent");
      return fold;
    });
  }

  /** @param {Problem} problem */
  line(problem) {
    const { bench, list } = this;
    const isNow = keyOf(problem) === list.current;
    const look = html("button", { type: "button", class: "gmp-line", "data-key": `problem-${keyOf(problem)}`, "aria-current": String(isNow) }, [
      html("span", { class: "gmp-grow" }, [
        html("span", { class: "gmp-what", dir: "auto" }, [this.nameOf(problem)]),
        html("small", { class: "gmp-soft", dir: "auto" }, [bench.text(problem.detail)]),
      ]),
      ...(problem.cells?.length || problem.at ? [icon("target", 14)] : []),
    ]);
    look.addEventListener("click", () => this.look(problem));
    return html("li", { class: isNow ? "gmp-now" : "" }, [look, ...(problem.fix ? [this.fix(problem)] : [])]);
  }

  /** @param {Problem} problem */
  nameOf({ target, cells }) {
    const { cellIds, cellNames } = this.bench;
    const cell = cells?.length === 1 ? cells[0] : -1;
    const name = cell >= 0 && cellIds[cell] === target ? cellNames[cell] : "";
    return name && name !== target ? `${name} ${target}` : target;
  }

  /** @param {Problem} problem */
  fix(problem) {
    const label = this.bench.text(problem.fix?.label);
    const make = button(label, () => this.pane.attempt(() => this.bench.ask("fix", { edits: problem.fix?.edits ?? [] })), { icon: "fix", tip: this.t("fix_tip") });
    make.classList.add("gmp-fix");
    return make;
  }
}
