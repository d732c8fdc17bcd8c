/** A window over the workbench: holds the keyboard inside, Escape leaves it, Enter does what it is for. */
import { html } from "../dom.js";
import { iconButton } from "./parts.js";

let count = 0;
const REACHABLE = "button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), [tabindex='0']";

/**
 * @template Value
 * @typedef {object} Window
 * @property {string} title
 * @property {string} close  the words of the closing cross
 * @property {(Node | string)[]} content
 * @property {(end: (value: Value | null) => void) => HTMLElement[]} actions  the buttons, the main one last
 * @property {() => Value | null | undefined} [enter]  what Enter answers; undefined where it may not yet
 * @property {boolean} [wide]
 * @property {HTMLElement} [first]  where the keyboard begins
 */

/**
 * Show a window inside `root` until it is answered; null when it is left.
 * @template Value
 * @param {HTMLElement} root
 * @param {Window<Value>} of
 * @returns {Promise<Value | null>}
 */
export function modal(root, { title, close, content, actions, enter, wide = false, first }) {
  const before = /** @type {HTMLElement | null} */ (/** @type {Document | ShadowRoot} */ (root.getRootNode()).activeElement ?? null);
  return new Promise((resolve) => {
    const name = `gmp-modal-${++count}`;
    /** @param {Value | null} value */
    const end = (value) => {
      veil.remove();
      before?.focus({ preventScroll: true });
      resolve(value);
    };
    const buttons = actions(end);
    const cross = iconButton("cross", close, () => end(null));
    const box = html("div", { class: `gmp-modal${wide ? " gmp-wide" : ""}`, role: "dialog", "aria-modal": "true", "aria-labelledby": name, tabindex: "-1" }, [
      html("header", {}, [html("h2", { id: name }, [title]), cross]),
      html("div", { class: "gmp-modal-content" }, content),
      html("footer", {}, buttons),
    ]);
    const veil = html("div", { class: "gmp-veil" }, [box]);
    veil.addEventListener("keydown", (event) => pressed(event, box, end, enter));
    veil.addEventListener("pointerdown", (event) => {
      event.stopPropagation();
      if (event.target === veil) end(null);
    });
    for (const kind of ["keyup", "wheel", "click", "dblclick", "contextmenu"]) veil.addEventListener(kind, (event) => event.stopPropagation());
    root.append(veil);
    (first ?? buttons[buttons.length - 1] ?? box).focus({ preventScroll: true });
  });
}

/**
 * @template Value
 * @param {KeyboardEvent} event
 * @param {HTMLElement} box
 * @param {(value: Value | null) => void} end
 * @param {(() => Value | null | undefined) | undefined} enter
 */
function pressed(event, box, end, enter) {
  event.stopPropagation();
  const target = /** @type {HTMLElement} */ (event.target);
  if (event.key === "Tab") hold(event, box);
  if (event.key === "Escape" && !event.isComposing) {
    event.preventDefault();
    end(null);
  }
  const writes = target.tagName === "TEXTAREA" && event.shiftKey; // a new line
  if (event.key !== "Enter" || event.isComposing || !enter || writes || target.tagName === "BUTTON") return;
  event.preventDefault();
  const value = enter();
  if (value !== undefined) end(value);
}

/**
 * Keep Tab inside.
 * @param {KeyboardEvent} event
 * @param {HTMLElement} box
 */
function hold(event, box) {
  const reachable = /** @type {HTMLElement[]} */ ([...box.querySelectorAll(REACHABLE)].filter((each) => each.getClientRects().length));
  if (!reachable.length) return;
  const active = /** @type {Document | ShadowRoot} */ (box.getRootNode()).activeElement;
  const [first, last] = [reachable[0], reachable[reachable.length - 1]];
  const goes = event.shiftKey ? (active === first || active === box ? last : null) : active === last ? first : null;
  if (!goes) return;
  event.preventDefault();
  goes.focus();
}
