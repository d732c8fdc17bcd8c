/** The road from nothing to an issue: Data, Case, Check, Issue; what is done, and the next step as a button. */
import { html } from "../dom.js";
import { whole } from "./figures.js";
import { icon } from "./panel_icons.js";
import { button, iconButton } from "./parts.js";
import { problemsOf } from "./problem_list.js";
import { savePlan } from "./saving.js";
import { wordsOf } from "./words_panel.js";

/** @typedef {import("./answers.js").Bench} Bench */
/** @typedef {"done" | "now" | "later"} StepState */
/** @typedef {{newCase: (about: import("./newcase.js").About) => void, show: (tab: "problems" | "export") => void}} Ways */
/** @typedef {{households: number, zones: number, urgent: number, checked: boolean, balanced: boolean, saved: boolean, issued: boolean}} Facts */

export const STEPS = /** @type {const} */ (["data", "case", "check", "issue"]);
const ICONS = { data: "data", case: "case", check: "check", issue: "export" };

/**
 * Where on the road a workbench is: all before the first open step is done, the rest comes later.
 * @param {Facts} facts
 * @returns {StepState[]}
 */
export function roadStates({ households, zones, urgent, checked, balanced, saved, issued }) {
  const done = [households > 0, zones > 0, checked && balanced && !urgent, saved && issued];
  const now = done.indexOf(false);
  return done.map((_, place) => (now < 0 || place < now ? "done" : place === now ? "now" : "later"));
}

export class Road {
  /**
   * @param {Bench} bench
   * @param {Ways} ways
   */
  constructor(bench, ways) {
    this.bench = bench;
    this.ways = ways;
    this.t = wordsOf(bench);
    this.issued = false;
    this.isAway = false;
    this.element = html("section", { class: "gmp-road" });
    /** The same in one line, once there are zones. */
    this.line = html("ol", { class: "gmp-road-line" });
    const draw = () => this.draw();
    bench.on("plan", draw);
    bench.on("hello", draw);
    bench.on("lang", draw);
    problemsOf(bench).heard.add(draw);
    bench.on("progress", ({ state }) => {
      this.issued ||= state === "done";
      draw();
    });
  }

  /** @returns {Facts} */
  facts() {
    const { bench } = this;
    const list = problemsOf(bench);
    return {
      households: bench.tables?.households ?? 0,
      zones: bench.plan?.zones.length ?? 0,
      urgent: list.urgent,
      checked: list.revision >= 0,
      balanced: list.certificate?.balanced ?? true,
      saved: bench.plan?.saved ?? false,
      issued: this.issued,
    };
  }

  /** It shows itself while nothing is zoned, and goes away with the first zone or when it is sent away. */
  draw() {
    const { bench } = this;
    const facts = this.facts();
    this.drawLine(facts);
    this.element.hidden = this.isAway || !bench.hello || facts.zones > 0;
    if (this.element.hidden) return this.element.replaceChildren();
    const states = roadStates(facts);
    const steps = STEPS.map((step, place) => this.step(step, states[place], facts));
    const close = iconButton("cross", this.t("road_away"), () => {
      this.isAway = true;
      this.draw();
    });
    this.element.setAttribute("aria-label", this.t("road"));
    this.element.replaceChildren(html("header", { class: "gmp-tools" }, [html("h3", { class: "gmp-grow" }, [this.t("road")]), close]), html("ol", {}, steps));
  }

  /** @param {Facts} facts */
  drawLine(facts) {
    const { t, ways } = this;
    const states = roadStates(facts);
    const goes = { data: () => {}, case: () => ways.newCase("one"), check: () => ways.show("problems"), issue: () => ways.show("export") };
    const steps = STEPS.map((step, place) => {
      const state = states[place];
      const name = state === "now" ? [html("span", {}, [t(`road_${step}`)])] : [];
      const label = `${t(`road_${step}`)}: ${t(`step_${state}`)}`;
      const element = html("button", { type: "button", class: `gmp-step-${state}`, title: label, "aria-label": label, "data-step": step }, [
        html("span", { class: "gmp-step-mark" }, [icon(state === "done" ? "check" : ICONS[step], 12)]),
        ...name,
      ]);
      element.disabled = step === "data";
      element.addEventListener("click", goes[step]);
      return html("li", {}, [element]);
    });
    this.line.setAttribute("aria-label", t("road"));
    this.line.replaceChildren(...steps);
  }

  /**
   * @param {typeof STEPS[number]} step
   * @param {StepState} state
   * @param {Facts} facts
   */
  step(step, state, facts) {
    const { t } = this;
    const mark = html("span", { class: "gmp-step-mark" }, [icon(state === "done" ? "check" : ICONS[step])]);
    const actions = state === "now" ? [html("div", { class: "gmp-row" }, this.actions(step, facts))] : [];
    const said = state === "done" ? this.said(step, facts) : t(`road_${step}_what`);
    return html("li", { class: `gmp-step gmp-step-${state}`, ...(state === "now" ? { "aria-current": "step" } : {}) }, [
      mark,
      html("div", {}, [html("strong", {}, [t(`road_${step}`)]), html("p", { class: "gmp-soft" }, [said]), ...actions]),
    ]);
  }

  /**
   * What a step that is done has brought.
   * @param {typeof STEPS[number]} step
   * @param {Facts} facts
   */
  said(step, { households, zones }) {
    const { t, bench } = this;
    if (step === "data") return t("road_data_done", { households: whole(households), cells: whole(bench.hello?.cells), officials: whole(bench.tables?.officials) });
    return step === "case" ? t("road_case_done", { count: whole(zones) }) : t(`road_${step}_what`);
  }

  /**
   * @param {typeof STEPS[number]} step
   * @param {Facts} facts
   * @returns {HTMLElement[]}
   */
  actions(step, { saved, zones }) {
    const { t, bench, ways } = this;
    const paint = button(t("road_paint", { tier: bench.hello?.tiers[0]?.[bench.lang] ?? "" }), () => this.paint(), { icon: "brush", key: "road-paint", weight: zones ? "plain" : "main" });
    if (step === "data") return [paint];
    if (step === "check") return [button(t("to_problems"), () => ways.show("problems"), { icon: "problems", weight: "main" })];
    if (step === "issue") return saved ? [button(t("to_export"), () => ways.show("export"), { icon: "export", weight: "main" })] : [button(t("save"), () => bench.heed(/** @type {any} */ (savePlan(bench))), { icon: "save", weight: "main" })];
    const cases = bench.tables?.cases ?? 0;
    const all = cases ? [button(t("road_all_cases", { count: whole(cases) }), () => ways.newCase("all"), { icon: "zones" })] : [];
    return [paint, button(t("new_case"), () => ways.newCase("one"), { icon: "case" }), ...all, button(t("road_notice"), () => ways.newCase("notice"), { icon: "file", key: "road-notice" })];
  }

  /** Take the strictest tier and the brush, and say what to do with them. */
  paint() {
    const { bench, t } = this;
    bench.setUi({ tier: 0, tool: "brush" });
    bench.notice("info", t("road_paint_what"), "road");
  }
}
