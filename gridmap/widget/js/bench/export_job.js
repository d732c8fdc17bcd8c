/** One export while it runs: how far it is, the way to stop it, and what it wrote. */
import { html } from "../dom.js";
import { bytes, whole } from "./figures.js";
import { icon } from "./panel_icons.js";
import { button, iconButton, note } from "./parts.js";
import { wordsOf } from "./words_panel.js";

/** @typedef {import("./answers.js").Bench} Bench */
/** @typedef {{job: string, state: string, done?: number, total?: number, name?: string, text?: import("./answers.js").Text, why?: string, files?: {path: string, size: number, format: string}[]}} Step */

export class ExportJob {
  /**
   * @param {Bench} bench
   * @param {() => void} changed
   */
  constructor(bench, changed) {
    this.bench = bench;
    this.changed = changed;
    this.t = wordsOf(bench);
    /** @type {Step | null} */
    this.step = null;
    this.folder = "";
    this.stopping = false;
    this.off = bench.on("progress", (step) => this.heard(step));
  }

  close() {
    this.off();
  }

  get isRunning() {
    return this.step?.state === "running";
  }

  /**
   * @param {string} job
   * @param {string} folder
   */
  begin(job, folder) {
    this.folder = folder;
    this.stopping = false;
    if (this.step?.job !== job) this.step = { job, state: "running", done: 0, total: 0 };
    this.changed();
  }

  /** An export that another view began, or this page before it was loaded again. @param {Step | null} [step] */
  find(step) {
    if (step && !this.isRunning) this.step = { ...step, job: String(step.job) };
  }

  /** @param {Step} step */
  heard(step) {
    this.step = { ...step, job: String(step.job) };
    this.changed();
  }

  stop() {
    this.stopping = true;
    this.bench.heed(this.bench.ask("cancel", { job: this.step?.job }));
    this.changed();
  }

  draw() {
    const { step } = this;
    if (!step) return [];
    return step.state === "running" ? [this.running(step)] : [this.ended(step)];
  }

  /** @param {Step} step */
  running({ done = 0, total = 0, name = "", text }) {
    const { t, bench } = this;
    const bar = html("progress", { class: "gmp-progress", "aria-label": t("exporting"), ...(total ? { max: String(total), value: String(done) } : {}) });
    const what = text ? bench.text(text) : name ? t(`format_${name}`) : "";
    const said = this.stopping ? t("stopping") : [t("exporting"), what, total ? `${whole(done)} / ${whole(total)}` : ""].filter(Boolean).join(" · ");
    const cancel = button(t("cancel"), () => this.stop(), { key: "cancel-export", off: this.stopping });
    return html("section", { class: "gmp-job", role: "status" }, [html("div", { class: "gmp-tools" }, [html("span", { class: "gmp-grow" }, [said]), cancel]), bar]);
  }

  /** @param {Step} step */
  ended({ state, why = "", text, files = [] }) {
    const { t, bench } = this;
    const close = iconButton("cross", t("close"), () => {
      this.step = null;
      this.changed();
    });
    const level = state === "done" ? "good" : state === "cancelled" ? "info" : "bad";
    const said = t(`export_${state}`, { count: whole(files.length) });
    const detail = why || bench.text(text);
    const items = files.map(({ path, size }) =>
      html("li", {}, [icon("file", 14), html("span", { class: "gmp-grow", dir: "auto" }, [path]), html("small", { class: "gmp-soft" }, [bytes(size)])]),
    );
    const where = this.folder && files.length ? [html("code", { dir: "auto" }, [this.folder])] : [];
    const content = html("div", { class: "gmp-ended" }, [
      html("div", { class: "gmp-tools" }, [html("strong", { class: "gmp-grow" }, [said]), close]),
      ...(detail && state !== "done" ? [html("div", { dir: "auto" }, [detail])] : []),
      ...where,
      ...(items.length ? [html("ul", { class: "gmp-files" }, items)] : []),
    ]);
    return note(level, content);
  }
}
