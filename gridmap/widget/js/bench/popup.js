/** A small menu at a place of the map. */
import { html } from "../dom.js";
import { iconButton, say } from "./icons.js";

export class Popup {
  /** @param {import("./mapview.js").MapView} view */
  constructor(view) {
    this.view = view;
    this.element = html("div", { class: "gm-popup gm-over-map", role: "dialog" });
    this.element.hidden = true;
    /** @type {[number, number]} */
    this.at = [0, 0];
    view.holder.append(this.element);
    this.element.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.close();
      view.focus();
    });
  }

  /**
   * @param {[number, number]} at  on the lattice
   * @param {string} title
   * @param {HTMLElement[]} content
   */
  open(at, title, content) {
    this.at = at;
    const close = iconButton("close", () => this.close(), "gm-small");
    say(close, this.view.bench.word("close"));
    this.element.setAttribute("aria-label", title);
    this.element.replaceChildren(html("header", {}, [html("strong", {}, [title]), close]), ...content);
    this.element.hidden = false;
    this.view.card.show(-1, null);
    this.place();
    content[0]?.focus();
  }

  get isOpen() {
    return !this.element.hidden;
  }

  /** Beside its place, within the map. */
  place() {
    if (this.element.hidden) return;
    const { x, y } = this.view.pxOf(this.at[0], this.at[1]);
    const { clientWidth, clientHeight } = this.view.holder;
    const { offsetWidth, offsetHeight } = this.element;
    const left = Math.min(Math.max(8, x + 12), clientWidth - offsetWidth - 8);
    const top = Math.min(Math.max(8, y - offsetHeight / 2), clientHeight - offsetHeight - 8);
    this.element.style.transform = `translate(${left}px, ${top}px)`;
  }

  /** @returns {boolean}  whether it was open */
  close() {
    const wasOpen = !this.element.hidden;
    this.element.hidden = true;
    return wasOpen;
  }
}
