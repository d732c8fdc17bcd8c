/** The pieces that the panel and the dialogs are made of: buttons, fields, notes, empty states. */
import { html } from "../dom.js";
import { icon } from "./panel_icons.js";

/** @typedef {"plain" | "main" | "quiet" | "danger"} Weight */

/**
 * A button with words, and an icon before them.
 * @param {string} label
 * @param {() => any} press
 * @param {{icon?: string, weight?: Weight, tip?: string, key?: string, off?: boolean}} [how]
 */
export function button(label, press, { icon: name, weight = "plain", tip, key, off } = {}) {
  const element = html("button", { type: "button", class: `gmp-button gmp-${weight}` }, [
    ...(name ? [icon(name)] : []),
    html("span", {}, [label]),
  ]);
  return prepared(element, press, { tip, key, off });
}

/**
 * A button that is only an icon; its words are read out and shown when the mouse rests on it.
 * @param {string} name
 * @param {string} label
 * @param {() => any} press
 * @param {{weight?: Weight, key?: string, off?: boolean, pressed?: boolean}} [how]
 */
export function iconButton(name, label, press, { weight = "quiet", key, off, pressed } = {}) {
  const element = html("button", { type: "button", class: `gmp-button gmp-square gmp-${weight}`, "aria-label": label }, [icon(name)]);
  if (pressed !== undefined) element.setAttribute("aria-pressed", String(pressed));
  return prepared(element, press, { tip: label, key, off });
}

/**
 * @param {HTMLButtonElement} element
 * @param {() => any} press
 * @param {{tip?: string, key?: string, off?: boolean}} how
 */
function prepared(element, press, { tip, key, off }) {
  if (tip) element.title = tip;
  if (key) element.dataset.key = key;
  element.disabled = Boolean(off);
  element.addEventListener("click", (event) => {
    event.stopPropagation();
    press();
  });
  return element;
}

/**
 * A label over its control.
 * @param {string} label
 * @param {HTMLElement} control
 * @param {string} [hint]
 */
export function field(label, control, hint = "") {
  const said = hint ? [html("small", { class: "gmp-soft" }, [hint])] : [];
  return html("label", { class: "gmp-field" }, [html("span", {}, [label]), control, ...said]);
}

/**
 * @param {string} value
 * @param {(value: string) => void} changed
 * @param {Record<string, string>} [attributes]
 */
export function textInput(value, changed, attributes = {}) {
  const input = html("input", { type: "text", class: "gmp-input", autocomplete: "off", dir: "auto", ...attributes });
  input.value = value;
  input.addEventListener("input", () => changed(input.value));
  return input;
}

/**
 * @param {[string, string][]} options  values and labels
 * @param {string} value
 * @param {(value: string) => void} changed
 * @param {Record<string, string>} [attributes]
 */
export function choice(options, value, changed, attributes = {}) {
  const made = options.map(([each, label]) => html("option", { value: each }, [label]));
  const select = html("select", { class: "gmp-input", ...attributes }, made);
  select.value = value;
  select.addEventListener("change", () => changed(select.value));
  return select;
}

/**
 * @param {string} label
 * @param {boolean} value
 * @param {(value: boolean) => void} changed
 * @param {{tip?: string, key?: string}} [how]
 */
export function tick(label, value, changed, { tip, key } = {}) {
  const box = html("input", { type: "checkbox" });
  box.checked = value;
  if (key) box.dataset.key = key;
  box.addEventListener("change", () => changed(box.checked));
  return html("label", { class: "gmp-tick", ...(tip ? { title: tip } : {}) }, [box, html("span", {}, [label])]);
}

/**
 * A few choices side by side, of which one is pressed.
 * @param {string} label
 * @param {[string, string][]} options  values and labels
 * @param {string} value
 * @param {(value: string) => void} chosen
 */
export function segments(label, options, value, chosen) {
  const buttons = options.map(([each, words]) => {
    const attributes = { type: "button", "aria-pressed": String(each === value), "data-key": `segment-${each}` };
    const element = html("button", attributes, [words]);
    element.addEventListener("click", () => chosen(each));
    return element;
  });
  return html("div", { class: "gmp-segments", role: "group", "aria-label": label }, buttons);
}

/**
 * Something said beside the content: info, good, warn or bad.
 * @param {"info" | "good" | "warn" | "bad"} level
 * @param {string | Node} said
 * @param {Node[]} [actions]
 */
export function note(level, said, actions = []) {
  const name = { info: "info", good: "check", warn: "problems", bad: "problems" }[level];
  const words = html("div", { dir: "auto" }, [said]);
  const row = actions.length ? [html("div", { class: "gmp-row" }, actions)] : [];
  return html("div", { class: `gmp-note gmp-${level}`, role: level === "bad" ? "alert" : "status" }, [
    icon(name),
    html("div", {}, [words, ...row]),
  ]);
}

/**
 * What stands where there is nothing yet: why, and what to do.
 * @param {string} name  of the icon
 * @param {string} title
 * @param {string} said
 * @param {Node[]} [actions]
 */
export function empty(name, title, said, actions = []) {
  return html("div", { class: "gmp-empty" }, [
    icon(name, 28),
    html("strong", {}, [title]),
    ...(said ? [html("p", {}, [said])] : []),
    ...(actions.length ? [html("div", { class: "gmp-row" }, actions)] : []),
  ]);
}

/**
 * A heading with what belongs at its right.
 * @param {string} title
 * @param {(Node | string)[]} [right]
 */
export function heading(title, right = []) {
  return html("header", { class: "gmp-heading" }, [html("h3", {}, [title]), html("span", { class: "gmp-row" }, right)]);
}

/**
 * Put new content in a place, and keep the keyboard where it was.
 * @param {HTMLElement} host
 * @param {(Node | string)[]} content
 */
export function refill(host, content) {
  const root = /** @type {Document | ShadowRoot} */ (host.getRootNode());
  const active = /** @type {HTMLElement | null} */ (root.activeElement ?? null);
  const key = active && host.contains(active) ? active.dataset.key : undefined;
  host.replaceChildren(...content);
  if (key === undefined) return;
  const again = [...host.querySelectorAll("[data-key]")].find((each) => /** @type {HTMLElement} */ (each).dataset.key === key);
  /** @type {HTMLElement | undefined} */ (again)?.focus();
}

/**
 * A folded part with a summary line.
 * @param {string} title
 * @param {(Node | string)[]} content
 * @param {{open: boolean, toggled: (open: boolean) => void, count?: string}} how
 */
export function folded(title, content, { open, toggled, count = "" }) {
  const summary = html("summary", {}, [icon("open"), html("span", {}, [title]), html("span", { class: "gmp-count" }, [count])]);
  const element = html("details", { class: "gmp-fold" }, [summary, ...content]);
  element.open = open;
  element.addEventListener("toggle", () => toggled(element.open));
  return element;
}
