/** The tiers as big buttons: what is painted, and the live numbers of each. */
import { html } from "../dom.js";
import { icon, tierTile } from "./icons.js";
import { UNPAINTED } from "./tools.js";

/** @typedef {import("./state.js").Bench} Bench */
/** @typedef {import("./messages.js").TierRow} TierRow */

/**
 * Choose what is painted; where the tool does not paint, the last tool that did is taken again.
 * @param {Bench} bench
 * @param {number} tier  -1 for the eraser
 */
export function choosePaint(bench, tier) {
  const tool = UNPAINTED.has(bench.ui.tool) ? bench.ui.lastPainter : bench.ui.tool;
  bench.setUi({ tier, tool });
}

/**
 * @param {Bench} bench
 * @returns {HTMLElement}
 */
export function swatches(bench) {
  const group = html("div", { class: "gm-swatches", role: "radiogroup" });
  /** @type {Swatch[]} */
  let buttons = [];
  const build = () => {
    const tiers = bench.hello?.tiers ?? [];
    buttons = [...tiers.map((_, code) => code), -1].map((code) => new Swatch(bench, code));
    group.replaceChildren(...buttons.map(({ element }) => element));
    group.setAttribute("aria-label", bench.word("tiers"));
    show();
    count();
  };
  const show = () => buttons.forEach((button) => button.show());
  const count = () => {
    const rows = bench.liveTiers();
    for (const button of buttons) button.count(rows.find(({ code }) => code === button.code));
  };
  bench.on("hello", build);
  bench.on("lang", build);
  bench.on("ui", show);
  bench.on("plan", count);
  bench.on("live", count);
  group.addEventListener("keydown", (event) => moveFocus(event, buttons.map(({ element }) => element)));
  return group;
}

/**
 * Arrow keys go round in a group of buttons.
 * @param {KeyboardEvent} event
 * @param {HTMLElement[]} buttons
 */
export function moveFocus(event, buttons) {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  const place = buttons.findIndex((button) => button === document.activeElement || button.contains(document.activeElement));
  if (!step || place < 0) return;
  event.preventDefault();
  event.stopPropagation();
  const next = buttons[(place + step + buttons.length) % buttons.length];
  next.focus();
  next.click();
}

class Swatch {
  /**
   * @param {Bench} bench
   * @param {number} code
   */
  constructor(bench, code) {
    this.bench = bench;
    this.code = code;
    const tier = bench.hello?.tiers[code];
    const picture = tier ? tierTile(tier, { width: 40, height: 28 }) : icon("eraser", 24);
    const name = tier ? bench.text(tier) : bench.word("erase");
    this.number = html("span", { class: "gm-swatch-number" });
    /** What there is no room for is not cut, but left out: the tip has it. */
    this.details = [html("span"), html("span")];
    this.change = html("span", { class: "gm-swatch-change", title: bench.word("since_saved") });
    const key = html("kbd", { "aria-hidden": "true" }, [tier ? String(code + 1) : "0"]);
    const words = html("span", { class: "gm-swatch-words" }, [
      html("span", { class: "gm-swatch-name" }, [html("span", {}, [name]), this.change, key]),
      html("span", { class: "gm-swatch-line" }, [this.number, html("small", {}, [bench.word("households_short")])]),
      html("span", { class: "gm-swatch-detail" }, this.details),
    ]);
    const style = tier ? "gm-swatch" : "gm-swatch gm-swatch-erase";
    this.element = html("button", { type: "button", class: style, role: "radio", "data-tier": tier?.id ?? "none" }, [picture, words]);
    if (tier && /^#[0-9a-f]{6}$/i.test(tier.color)) this.element.style.setProperty("--gm-tier", tier.color);
    this.element.addEventListener("click", () => choosePaint(bench, code));
  }

  show() {
    const { tool, tier } = this.bench.ui;
    const isChosen = tool === "eraser" ? this.code < 0 : this.code === tier;
    this.element.setAttribute("aria-checked", String(isChosen));
    this.element.tabIndex = isChosen ? 0 : -1;
    this.element.classList.toggle("gm-idle", UNPAINTED.has(tool) && tool !== "eraser");
  }

  /** @param {TierRow | undefined} row */
  count(row) {
    const { bench } = this;
    if (!row) return;
    const more = row.was ? row.households - row.was.households : 0;
    const cells = `${bench.number(row.cells)} ${bench.word("cells_short")}`;
    const first = this.code < 0 ? bench.word("no_tier") : `${bench.number(row.residents)} ${bench.word("residents_short")}`;
    set(this.number, bench.number(row.households));
    set(this.details[0], first);
    set(this.details[1], ` · ${cells}`);
    this.element.title = [first, cells, `${bench.number(row.needs)} ${bench.word("needs")}`, bench.area(row.area_m2)].join(" · ");
    set(this.change, more ? `${more > 0 ? "+" : "−"}${bench.number(Math.abs(more))}` : "");
  }
}

/**
 * @param {HTMLElement} element
 * @param {string} text
 */
export function set(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
