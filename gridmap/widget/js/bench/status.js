/** The line below: version of the plan, unsaved edits, the certificate, where the pointer is, and the scale. */
import { html } from "../dom.js";
import { icon } from "./icons.js";
import { set } from "./swatches.js";

/** @typedef {import("./state.js").Bench} Bench */

const LOG_AGAIN_MS = 5000;
const IDLE_MS = 1_200;
const PATIENCE = 4; // the certificate is asked for after so many times of what it took last

/**
 * @param {Bench} bench
 * @returns {HTMLElement}
 */
export function status(bench) {
  const where = html("span", { class: "gm-coordinates" });
  const scale = html("span", { class: "gm-scale" });
  const name = () => {
    where.title = bench.word("coordinates");
    scale.title = bench.word("scale");
  };
  bench.on("lang", name);
  name();
  bench.on("hover", ({ lonlat, perM }) => {
    if (lonlat) set(where, `${lonlat[0].toFixed(5)}, ${lonlat[1].toFixed(5)}`);
    if (perM) set(scale, `1:${bench.number(rounded(perM))}`);
  });
  return html("footer", { class: "gm-status" }, [planPart(bench), savePart(bench), certificatePart(bench), html("span", { class: "gm-space" }), where, scale]);
}

/** @param {number} scale */
function rounded(scale) {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(scale)) - 1);
  return Math.round(scale / unit) * unit;
}

/** @param {Bench} bench */
function planPart(bench) {
  const version = html("span", { class: "gm-version" });
  const branch = html("span");
  const provisional = html("span", { class: "gm-provisional" });
  const element = html("span", { class: "gm-status-plan" }, [icon("branch", 16), branch, version, provisional]);
  const show = () => {
    const { plan, hello } = bench;
    if (!plan) return;
    const number = plan.save ? ` ${plan.save}` : "";
    set(branch, plan.branch || hello?.branch || bench.word("main_branch"));
    set(version, `${bench.word("plan")}${number} ${plan.version.slice(0, 8)}`);
    version.title = plan.version;
    set(provisional, hello?.provisional ? bench.word("provisional") : "");
  };
  bench.on("plan", show);
  bench.on("lang", show);
  return element;
}

/**
 * Ask now and then whether what waits could be logged meanwhile, also when nobody paints any more.
 * @param {Bench} bench
 */
function keepLogging(bench) {
  /** @type {any} */
  let waiting = 0;
  const again = async () => {
    const answer = await bench.ask("log").catch(() => ({ log: "" }));
    if (answer.log !== "ok") waiting = setTimeout(again, LOG_AGAIN_MS);
  };
  bench.on("plan", ({ log }) => {
    clearTimeout(waiting);
    if (log && log !== "ok") waiting = setTimeout(again, LOG_AGAIN_MS);
  });
}

/** @param {Bench} bench */
function savePart(bench) {
  const count = html("span");
  const save = html("button", { type: "button", class: "gm-save" }, [icon("save", 16), html("span")]);
  const pending = html("span", { class: "gm-pending", role: "status" });
  const log = html("span", { class: "gm-log-broken", role: "alert" });
  save.addEventListener("click", () => bench.dialogs?.save?.());
  const show = () => {
    const { plan } = bench;
    const unsaved = plan?.unsaved ?? 0;
    set(count, unsaved ? bench.word("unsaved", { count: bench.number(unsaved) }) : bench.word("saved"));
    count.className = unsaved ? "gm-unsaved" : "gm-saved";
    set(/** @type {HTMLElement} */ (save.lastElementChild), bench.word("save"));
    save.title = "Ctrl+S";
    save.disabled = !unsaved;
    set(log, plan && plan.log && plan.log !== "ok" ? bench.word("log_broken", { why: plan.log }) : "");
    const waiting = bench.strokes.unanswered;
    set(pending, waiting ? bench.word("pending_strokes", { count: waiting }) : "");
  };
  for (const name of /** @type {const} */ (["plan", "lang", "connection"])) bench.on(name, show);
  keepLogging(bench);
  show();
  return html("span", { class: "gm-status-save" }, [count, save, pending, log]);
}

/**
 * The certificate of the plan as it stands, asked for when nobody paints.
 * @param {Bench} bench
 */
function certificatePart(bench) {
  const words = html("span");
  const mark = html("span", { class: "gm-mark" });
  const element = html("button", { type: "button", class: "gm-certificate", role: "status" }, [mark, words]);
  element.addEventListener("click", () => bench.emit("tab", "problems"));
  /** @type {Record<string, any> | null} */
  let proof = null;
  let state = "none";
  let timer = 0;
  let took = 0;
  const show = () => {
    element.dataset.state = state;
    mark.replaceChildren(icon(state === "balanced" ? "check" : state === "unbalanced" ? "warn" : "more", 16));
    const counts = proof ? ` · ${bench.number(proof.placed)} ${bench.word("placed")} · ${bench.number(proof.exceptions)} ${bench.word("exceptions")}` : "";
    const said = state === "none" ? "not_proven" : state;
    set(words, `${bench.word(said)}${counts}`);
  };
  const ask = async () => {
    const revision = bench.plan?.revision;
    const began = performance.now();
    state = "proving";
    show();
    try {
      const answer = await bench.ask("certificate");
      took = performance.now() - began;
      if (revision !== bench.plan?.revision) return;
      proof = answer;
      state = answer.balanced ? "balanced" : "unbalanced";
      element.title = answer.balanced ? "" : answer.differences.join("\n");
      bench.emit("certificate", answer);
    } catch (refusal) {
      state = "none";
      element.title = /** @type {any} */ (refusal).why;
    }
    show();
  };
  const later = () => {
    clearTimeout(timer);
    if (bench.link.state !== "ok" || !bench.tables?.households) return;
    timer = window.setTimeout(() => (bench.strokes.strokes.length ? later() : ask()), IDLE_MS + PATIENCE * took);
  };
  let revision = -1;
  bench.on("plan", ({ revision: now }) => {
    if (now === revision) return;
    revision = now;
    if (state === "balanced" || state === "unbalanced") state = "proving";
    show();
    later();
  });
  bench.on("lang", show);
  show();
  return element;
}
