/** The history: unsaved edits, the strokes to go back and forth in, versions, branches, and the plan as Python. */
import { html } from "../dom.js";
import { dialogsOf } from "./asking.js";
import { Comparison } from "./compare.js";
import { copyText } from "./copying.js";
import { courseOf, isStep, stepsTo } from "./course.js";
import { moment, short, whole } from "./figures.js";
import { Pane } from "./pane.js";
import { icon } from "./panel_icons.js";
import { button, empty, folded, iconButton, note } from "./parts.js";
import { settle, savePlan } from "./saving.js";
import { wordsOf } from "./words_panel.js";

/** @typedef {import("./answers.js").Bench} Bench */
/** @typedef {import("./answers.js").HistoryAnswer} HistoryAnswer */
/** @typedef {import("./answers.js").Stroke} Stroke */
/** @typedef {import("./answers.js").Version} Version */

/** @typedef {import("./course.js").Course} Course */

const STROKES_AT_ONCE = 12;
const UNTOLD = new Set(["undo", "redo", "taken"]); // shown by what they did to the strokes

export class HistoryPane {
  /** @param {Bench} bench */
  constructor(bench) {
    this.bench = bench;
    this.t = wordsOf(bench);
    this.strokes = STROKES_AT_ONCE;
    this.open = new Set(["strokes", "versions"]);
    /** Whether it was said that edits were recovered. */
    this.seen = false;
    /** @type {Pane<HistoryAnswer>} */
    this.pane = new Pane(bench, {
      load: async () => /** @type {any} */ (await bench.ask("history")),
      draw: (answer) => this.draw(answer),
    });
    this.comparison = new Comparison(bench, this.pane);
    this.element = this.pane.element;
  }

  refresh() {
    return this.pane.refresh();
  }

  close() {
    this.comparison.close();
  }

  /**
   * @param {HistoryAnswer} answer
   * @returns {Node[]}
   */
  draw(answer) {
    return [this.state(answer), ...this.drafts(answer), ...this.log(answer), ...this.versions(answer), this.comparison.draw(answer.versions), this.python()];
  }

  /** @param {HistoryAnswer} answer */
  state({ branches }) {
    const { bench, t } = this;
    const { plan } = bench;
    const unsaved = plan && !plan.saved;
    const said = html("div", { class: "gmp-grow" }, [
      html("strong", {}, [unsaved ? t("unsaved", { count: whole(plan.unsaved) }) : t("all_saved")]),
      html("small", { class: "gmp-soft" }, [`${t("version")} ${short(plan?.version)} · ${branchLabel(t, plan?.branch ?? "")}`]),
    ]);
    const actions = unsaved
      ? [button(t("save"), () => this.save(), { icon: "save", weight: "main", key: "save" }), iconButton("clear", t("discard"), () => this.discard(), { key: "discard" })]
      : [];
    const lost = plan && plan.log !== "ok" ? [note("warn", t("log_lost", { why: plan.log }))] : [];
    return html("section", {}, [
      html("div", { class: `gmp-state ${unsaved ? "gmp-unsaved" : ""}` }, [icon(unsaved ? "pencil" : "check", 18), said, ...actions]),
      ...lost,
      this.branchRow(branches),
    ]);
  }

  /** @param {HistoryAnswer["branches"]} branches */
  branchRow(branches) {
    const { t } = this;
    const options = branches.map(({ name, current }) => {
      const option = html("option", { value: name }, [branchLabel(t, name)]);
      option.selected = current;
      return option;
    });
    const select = html("select", { class: "gmp-input", "aria-label": t("branch"), "data-key": "branch" }, options);
    select.addEventListener("change", () => this.switchTo(select));
    return html("div", { class: "gmp-tools" }, [
      icon("branch"),
      html("span", { class: "gmp-grow" }, [select]),
      button(t("branch_new"), () => this.branchFrom(null), { icon: "plus", weight: "quiet", tip: t("branch_tip") }),
    ]);
  }

  /** @param {HistoryAnswer} answer */
  drafts({ drafts = [] }) {
    const { t, bench } = this;
    const recovered = bench.plan?.saved || this.seen ? 0 : bench.plan?.recovered ?? 0;
    const seen = button(t("good"), () => {
      this.seen = true;
      this.pane.redraw();
    }, { weight: "quiet" });
    const own = recovered ? [note("good", t("recovered", { count: whole(recovered) }), [seen, button(t("discard"), () => this.discard(), { weight: "quiet" })])] : [];
    const others = drafts.map((draft) => {
      const said = t("draft_found", { count: whole(draft.edits), time: moment(draft.time, bench.hello?.now), author: [draft.author || t("somebody"), draft.host].filter(Boolean).join(" · ") });
      return note("info", said, [button(t("draft_take"), () => this.pane.attempt(() => bench.ask("recover", { draft: draft.id })), { icon: "restore" })]);
    });
    return [...own, ...others];
  }

  /** @param {HistoryAnswer} answer */
  log({ log }) {
    const { t, bench } = this;
    const course = courseOf(log);
    const newest = log.filter(({ kind }) => !UNTOLD.has(kind)).reverse();
    const items = newest.slice(0, this.strokes).map((stroke) => (isStep(stroke.kind) ? this.stroke(stroke, course) : this.mark(stroke)));
    const rest = newest.length - items.length;
    const more = button(t("more", { count: whole(rest) }), () => {
      this.strokes *= 4;
      this.pane.redraw();
    }, { weight: "quiet" });
    const tools = html("div", { class: "gmp-tools" }, [
      button(t("undo"), () => this.pane.attempt(() => bench.undo()), { icon: "undo", off: !bench.plan?.can_undo, key: "undo", tip: `${t("undo")} (Ctrl+Z)` }),
      button(t("redo"), () => this.pane.attempt(() => bench.redo()), { icon: "redo", off: !bench.plan?.can_redo, key: "redo", tip: `${t("redo")} (Ctrl+Y)` }),
    ]);
    const none = empty("history", t("no_strokes"), t("no_strokes_what"));
    const content = items.length ? [tools, html("ol", { class: "gmp-list gmp-log" }, items), ...(rest > 0 ? [more] : [])] : [tools, none];
    return [this.fold("strokes", t("strokes"), content, whole(course.made.length))];
  }

  /**
   * @param {Stroke} stroke
   * @param {Course} course
   */
  stroke(stroke, course) {
    const { t, bench } = this;
    const steps = stepsTo(stroke, course);
    const isNow = steps !== null && !steps.undo && !steps.redo;
    const tip = !steps ? t("stroke_gone") : isNow ? t("stroke_now") : steps.undo ? t("stroke_back", { count: whole(steps.undo) }) : t("stroke_again", { count: whole(steps.redo) });
    const entry = html("button", { type: "button", class: "gmp-line", title: tip, "data-key": `stroke-${stroke.n}`, "aria-current": String(isNow) }, [
      html("i", { class: "gmp-knot" }),
      html("span", { class: "gmp-grow", dir: "auto" }, [bench.text(stroke.text)]),
      html("time", { class: "gmp-soft" }, [moment(stroke.time, bench.hello?.now)]),
    ]);
    entry.disabled = !steps;
    entry.addEventListener("click", () => steps && this.jump(steps));
    return html("li", { class: `${stroke.undone ? "gmp-undone" : ""} ${isNow ? "gmp-now" : ""}`.trim() }, [entry]);
  }

  /**
   * What is in the log beside the strokes, such as a save.
   * @param {Stroke} stroke
   */
  mark({ text, time }) {
    const { bench } = this;
    return html("li", { class: "gmp-mark" }, [
      html("span", { class: "gmp-grow gmp-soft", dir: "auto" }, [bench.text(text)]),
      html("time", { class: "gmp-soft" }, [moment(time, bench.hello?.now)]),
    ]);
  }

  /** @param {{undo: number, redo: number}} steps */
  jump({ undo, redo }) {
    if (!undo && !redo) return;
    const { bench } = this;
    this.pane.attempt(() => (undo ? bench.ask("undo", { steps: undo }) : bench.ask("redo", { steps: redo })));
  }

  /** @param {HistoryAnswer} answer */
  versions({ versions }) {
    const { t } = this;
    const newest = [...versions].sort((a, b) => b.save - a.save);
    const items = newest.map((version, place) => this.version(version, place === 0));
    const content = items.length ? [html("ol", { class: "gmp-list" }, items)] : [empty("save", t("no_versions"), t("no_versions_what"))];
    return [this.fold("versions", t("versions"), content, whole(versions.length))];
  }

  /**
   * @param {Version} version
   * @param {boolean} isLast
   */
  version(version, isLast) {
    const { t, bench } = this;
    const isNow = version.save === bench.plan?.save;
    const tag = isNow ? [html("span", { class: "gmp-tag" }, [t("current")])] : [];
    const about = [moment(version.time, bench.hello?.now), version.author, t("count_edits", { count: whole(version.edits) })].filter(Boolean).join(" · ");
    const branch = version.branch ? [html("span", { class: "gmp-tag gmp-tag-quiet", dir: "auto" }, [version.branch])] : [];
    return html("li", { class: `gmp-version${isNow ? " gmp-now" : ""}` }, [
      html("div", { class: "gmp-grow" }, [
        html("div", {}, [html("strong", { title: version.version }, [`#${version.save}`]), " ", html("span", { dir: "auto" }, [version.reason || t("no_reason")]), " ", ...tag, ...branch]),
        html("small", { class: "gmp-soft", dir: "auto" }, [about]),
      ]),
      iconButton("compare", t("compare_now"), () => this.comparison.between(String(version.save), "current"), { key: `compare-${version.save}` }),
      iconButton("branch", t("branch_from", { save: String(version.save) }), () => this.branchFrom(version.save)),
      iconButton("restore", t("restore"), () => this.restore(version), { off: isLast && isNow && Boolean(bench.plan?.saved) }),
    ]);
  }

  /**
   * @param {string} name
   * @param {string} title
   * @param {Node[]} content
   * @param {string} count
   */
  fold(name, title, content, count) {
    return folded(title, content, { open: this.open.has(name), count, toggled: (open) => void (open ? this.open.add(name) : this.open.delete(name)) });
  }

  python() {
    const { t, bench } = this;
    const copy = async () => {
      const answer = await this.pane.attempt(() => bench.ask("python"));
      if (!answer) return;
      const copied = await copyText(String(answer.code));
      if (copied) return this.pane.say("good", t("python_copied"));
      const area = html("textarea", { class: "gmp-input gmp-code", rows: "8", readonly: "", "aria-label": t("python"), dir: "ltr" });
      area.value = String(answer.code);
      this.pane.said.replaceChildren(note("info", t("python_by_hand")), area);
      area.select();
    };
    return html("div", { class: "gmp-tools" }, [button(t("python"), copy, { icon: "copy", key: "python", tip: t("python_tip") })]);
  }

  save() {
    return this.pane.attempt(() => savePlan(this.bench));
  }

  async discard() {
    const { t, bench, pane } = this;
    const text = t("discard_what", { count: whole(bench.plan?.unsaved) });
    const sure = await dialogsOf(bench).confirm({ title: t("discard"), text, yes: t("discard_yes"), danger: true });
    if (sure) await pane.attempt(() => bench.ask("discard"));
  }

  /** @param {number | null} save */
  async branchFrom(save) {
    const { t, bench, pane } = this;
    const title = save === null ? t("branch_new") : t("branch_from", { save: String(save) });
    const name = await dialogsOf(bench).askText({ title, label: t("branch_name"), hint: t("branch_tip"), ok: t("branch_make") });
    if (name) await pane.attempt(() => bench.ask("branch", { name, save }));
  }

  /** @param {HTMLSelectElement} select */
  async switchTo(select) {
    const { bench, pane, t } = this;
    const name = select.value;
    const isSafe = bench.plan?.saved ?? true;
    const text = t("switch_what", { count: whole(bench.plan?.unsaved) });
    const sure = isSafe || (await dialogsOf(bench).confirm({ title: t("switch_title"), text, yes: t("switch_yes") }));
    if (sure) await pane.attempt(() => bench.ask("switch", { name }));
    pane.redraw();
  }

  /** @param {Version} version */
  async restore(version) {
    const { t, bench, pane } = this;
    const values = { save: String(version.save), count: whole(bench.plan?.unsaved) };
    const why = bench.plan?.saved ? t("restore_what", values) : t("restore_unsaved", values);
    const reason = await dialogsOf(bench).askReason({ title: t("restore_title", values), why, ok: t("restore"), value: t("restore_reason", values) });
    if (reason === null) return;
    await pane.attempt(async () => {
      try {
        await bench.ask("restore", { save: version.save, reason });
      } catch (error) {
        const refusal = /** @type {import("./answers.js").Refusal} */ (error);
        if (refusal.code !== "conflict") throw error;
        await settle(bench, refusal);
      }
    });
  }
}

/**
 * @param {ReturnType<typeof wordsOf>} t
 * @param {string} name
 */
function branchLabel(t, name) {
  return name && name !== "main" ? name : t("branch_main");
}
