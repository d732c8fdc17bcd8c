/** What the workbench asks a person: a reason, a yes, a save, what to do about another's save. */
import { html } from "../dom.js";
import { whole } from "./figures.js";
import { askEvent } from "./event_form.js";
import { helpContent } from "./help.js";
import { modal } from "./modal.js";
import { button, field, note, textInput, tick } from "./parts.js";
import { nextProblem } from "./problem_list.js";
import { savePlan } from "./saving.js";
import { differenceTable } from "./differences.js";
import { wordsOf } from "./words_panel.js";

/** @typedef {import("./answers.js").Bench} Bench */
/** @typedef {import("./answers.js").Difference} Difference */
/** @typedef {import("./answers.js").Text} Text */

/**
 * The dialogs of one view, shown inside its root.
 * @param {Bench} bench
 * @param {HTMLElement} root
 */
export function dialogs(bench, root) {
  const t = wordsOf(bench);
  return {
    /** @param {{why?: string, title?: string, value?: string, ok?: string}} [about] */
    askReason: (about = {}) => askReason(root, t, about),
    /** @param {{title: string, why: string, value: string, ok: string, tick: string}} about */
    askAccept: (about) => askAccept(root, t, about),
    /** @param {{title: string, label: string, hint?: string, ok: string, value?: string}} about */
    askText: (about) => askText(root, t, about),
    /** @param {{title: string, text?: string, yes?: string, no?: string, danger?: boolean, content?: Node[]}} about */
    confirm: (about) => confirm(root, t, about),
    /** @param {{author?: string, edits?: number}} about */
    askSave: (about) => askSave(root, t, about),
    /** @param {{difference: Difference[], summary?: string}} about */
    showConflict: (about) => showConflict(bench, root, about),
    /** @param {{refused?: {edit: string | Text, why: string}[], difference?: Difference[]}} about */
    showRefused: (about) => showRefused(bench, root, t, about),
    /** @param {{zone: string, answer: import("./answers.js").ClockAnswer, form: import("./answers.js").EventForm}} about */
    askEvent: (about) => askEvent(bench, root, about),
    showHelp: () => showHelp(bench, root, t),
    save: () => heard(bench, savePlan(bench)),
    nextProblem: () => heard(bench, nextProblem(bench)),
  };
}

/** @typedef {ReturnType<typeof dialogs>} PanelDialogs */

/**
 * Wait for what a key began; what goes wrong is shown beside the map.
 * @param {Bench} bench
 * @param {Promise<any>} action
 */
async function heard(bench, action) {
  try {
    await action;
  } catch (error) {
    bench.complain(error);
  }
}

/**
 * Ask why; null when the person gives up.
 * @param {HTMLElement} root
 * @param {ReturnType<typeof wordsOf>} t
 * @param {{why?: string, title?: string, value?: string, ok?: string}} about
 * @returns {Promise<string | null>}
 */
function askReason(root, t, { why, title, value = "", ok }) {
  const area = html("textarea", { class: "gmp-input", rows: "3", dir: "auto" });
  area.value = value;
  const given = () => area.value.trim() || undefined;
  const answer = modal(root, {
    title: title ?? t("reason_title"),
    close: t("close"),
    content: [...(why ? [note("warn", why)] : []), field(t("reason"), area, t("reason_hint"))],
    actions: (end) => answering(t, ok ?? t("continue"), end, given, area),
    enter: given,
    first: area,
  });
  return answer;
}

/**
 * Ask why, and whether something is done along with it.
 * @param {HTMLElement} root
 * @param {ReturnType<typeof wordsOf>} t
 * @param {{title: string, why: string, value: string, ok: string, tick: string}} about
 * @returns {Promise<{reason: string, also: boolean} | null>}
 */
function askAccept(root, t, { title, why, value, ok, tick: label }) {
  const area = html("textarea", { class: "gmp-input", rows: "3", dir: "auto", "data-key": "accept-reason" });
  area.value = value;
  let also = true;
  const given = () => (area.value.trim() ? { reason: area.value.trim(), also } : undefined);
  return modal(root, {
    title,
    close: t("close"),
    content: [note("info", why), field(t("reason"), area, t("reason_hint")), tick(label, also, (on) => (also = on), { key: "accept-also" })],
    actions: (end) => answering(t, ok, end, given, area),
    enter: given,
    first: area,
  });
}

/**
 * Ask for one line.
 * @param {HTMLElement} root
 * @param {ReturnType<typeof wordsOf>} t
 * @param {{title: string, label: string, hint?: string, ok: string, value?: string}} about
 * @returns {Promise<string | null>}
 */
function askText(root, t, { title, label, hint = "", ok, value = "" }) {
  const input = textInput(value, () => {});
  const given = () => input.value.trim() || undefined;
  return modal(root, {
    title,
    close: t("close"),
    content: [field(label, input, hint)],
    actions: (end) => answering(t, ok, end, given, input),
    enter: given,
    first: input,
  });
}

/**
 * The two buttons of a question; the main one waits until there is an answer.
 * @template Value
 * @param {ReturnType<typeof wordsOf>} t
 * @param {string} label
 * @param {(value: Value | null) => void} end
 * @param {() => Value | undefined} given
 * @param {HTMLElement} written  where the answer is written
 */
function answering(t, label, end, given, written) {
  const main = button(label, () => end(given() ?? null), { weight: "main" });
  const look = () => (main.disabled = given() === undefined);
  written.addEventListener("input", look);
  look();
  return [button(t("cancel"), () => end(null)), main];
}

/**
 * @param {HTMLElement} root
 * @param {ReturnType<typeof wordsOf>} t
 * @param {{title: string, text?: string, yes?: string, no?: string, danger?: boolean, content?: Node[]}} about
 * @returns {Promise<boolean>}
 */
async function confirm(root, t, { title, text, yes, no, danger = false, content = [] }) {
  const said = await modal(root, {
    title,
    close: t("close"),
    content: [...(text ? [html("p", { dir: "auto" }, [text])] : []), ...content],
    actions: (end) => [
      button(no ?? t("cancel"), () => end(null)),
      button(yes ?? t("continue"), () => end(true), { weight: danger ? "danger" : "main" }),
    ],
    enter: () => true,
  });
  return said === true;
}

/**
 * @param {HTMLElement} root
 * @param {ReturnType<typeof wordsOf>} t
 * @param {{author?: string, edits?: number}} about
 * @returns {Promise<{reason: string, author: string} | null>}
 */
function askSave(root, t, { author = "", edits = 0 }) {
  let by = author;
  const area = html("textarea", { class: "gmp-input", rows: "3", dir: "auto", placeholder: t("save_reason_example") });
  const given = () => (area.value.trim() ? { reason: area.value.trim(), author: by.trim() } : undefined);
  return modal(root, {
    title: t("save_title"),
    close: t("close"),
    content: [
      html("p", { class: "gmp-soft" }, [t("save_what", { count: whole(edits) })]),
      field(t("reason"), area, t("save_reason_hint")),
      field(t("author"), textInput(by, (value) => (by = value), { autocomplete: "name" })),
    ],
    actions: (end) => answering(t, t("save"), end, given, area),
    enter: given,
    first: area,
  });
}

/**
 * Both sides of a save that met another one.
 * @param {Bench} bench
 * @param {HTMLElement} root
 * @param {{difference: Difference[], summary?: string}} about
 * @returns {Promise<"reload" | "map" | null>}
 */
function showConflict(bench, root, { difference, summary = "" }) {
  const t = wordsOf(bench);
  const clashes = difference.filter(({ clash }) => clash).length;
  return modal(root, {
    title: t("conflict_title"),
    close: t("close"),
    wide: true,
    content: [
      note(clashes ? "warn" : "info", clashes ? t("conflict_clashes", { count: whole(clashes) }) : t("conflict_none")),
      ...(summary ? [html("p", { class: "gmp-soft", dir: "auto" }, [summary])] : []),
      differenceTable(bench, difference),
      html("p", {}, [t("conflict_what")]),
    ],
    actions: (end) => [
      button(t("conflict_map"), () => end("map"), { icon: "map" }),
      button(t("conflict_look"), () => end(null)),
      button(t("conflict_take"), () => end("reload"), { weight: "main" }),
    ],
  });
}

/**
 * What could not be made again on another's plan.
 * @param {Bench} bench
 * @param {HTMLElement} root
 * @param {ReturnType<typeof wordsOf>} t
 * @param {{refused?: {edit: string | Text, why: string}[], difference?: Difference[]}} about
 */
async function showRefused(bench, root, t, { refused = [], difference = [] }) {
  const words = (/** @type {string | Text} */ edit) => (typeof edit === "string" ? edit : edit[bench.lang]);
  const items = refused.map(({ edit, why }) => html("li", { dir: "auto" }, [html("strong", {}, [words(edit)]), html("div", { class: "gmp-soft" }, [why])]));
  await modal(root, {
    title: t("reloaded_title"),
    close: t("close"),
    wide: difference.length > 0,
    content: [
      note(refused.length ? "warn" : "good", refused.length ? t("reloaded_refused", { count: whole(refused.length) }) : t("reloaded_all")),
      ...(items.length ? [html("ul", { class: "gmp-plain" }, items)] : []),
      ...(difference.length ? [differenceTable(bench, difference)] : []),
    ],
    actions: (end) => [button(t("good"), () => end(true), { weight: "main" })],
    enter: () => true,
  });
}

/**
 * @param {Bench} bench
 * @param {HTMLElement} root
 * @param {ReturnType<typeof wordsOf>} t
 */
async function showHelp(bench, root, t) {
  await modal(root, {
    title: t("help_title"),
    close: t("close"),
    wide: true,
    content: helpContent(bench),
    actions: (end) => [button(t("good"), () => end(true), { weight: "main" })],
  });
}
