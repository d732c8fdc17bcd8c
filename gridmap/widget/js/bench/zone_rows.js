/** The rows of the zones: made once, then only their texts change, so that they may follow the brush. */
import { html } from "../dom.js";
import { area, areaChange, change, whole } from "./figures.js";
import { icon, swatch } from "./panel_icons.js";

/** @typedef {import("./messages.js").ZoneRow} ZoneRow */
/** @typedef {import("./messages.js").TierRow} TierRow */
/** @typedef {import("./messages.js").Tier} Tier */
/** @typedef {(key: string, values?: Record<string, string>) => string} Words */

/** The numbers of a row in the order of their columns; the last three need a wide panel. */
export const NUMBERS = /** @type {const} */ (["cells", "households", "residents", "needs", "vacancies", "area_m2"]);
const WIDE_FROM = 3;

/** @typedef {Record<string, number | null | undefined> & {was?: Record<string, number> | null}} Counted */

/** One number with what changed against the saved version under it. */
class Figure {
  /** @param {string} name */
  constructor(name) {
    this.name = name;
    this.text = "";
    this.value = html("span", {});
    this.change = html("small", { class: "gmp-change" });
    const wide = NUMBERS.indexOf(/** @type {any} */ (name)) >= WIDE_FROM ? " gmp-only-wide" : "";
    this.element = html("td", { class: `gmp-number${wide}` }, [this.value, this.change]);
  }

  /** @param {Counted} row */
  show(row) {
    const now = row[this.name];
    const text = this.name === "area_m2" ? area(now) : whole(now);
    const changed = (this.name === "area_m2" ? areaChange : change)(now, row.was?.[this.name]);
    if (text === this.text && changed === this.change.textContent) return;
    this.text = text;
    this.value.textContent = text;
    this.change.textContent = changed;
    this.change.className = `gmp-change ${changed.startsWith("+") ? "gmp-up" : "gmp-down"}`;
  }
}

export class ZoneLine {
  /**
   * @param {ZoneRow} row
   * @param {(code: number) => void} press
   */
  constructor(row, press) {
    this.code = row.code;
    this.id = html("strong", { class: "gmp-zone-id", dir: "ltr" });
    this.name = html("span", { class: "gmp-zone-name", dir: "auto" });
    this.tag = html("span", { class: "gmp-tag gmp-tag-warn" });
    this.box = html("input", { type: "checkbox", tabindex: "-1" });
    this.label = html("div", { class: "gmp-zone-label" }, [this.box, this.id, this.name, this.tag]);
    this.figures = NUMBERS.map((name) => new Figure(name));
    this.element = html("tr", { class: "gmp-press gmp-zone", tabindex: "0", "data-key": `zone-${row.code}`, "aria-expanded": "false" }, [
      html("th", { scope: "row" }, [this.label]),
      ...this.figures.map(({ element }) => element),
    ]);
    this.element.addEventListener("click", () => press(this.code));
    this.element.addEventListener("keydown", (event) => {
      if (event.target !== this.element || (event.key !== "Enter" && event.key !== " ")) return;
      event.preventDefault();
      press(this.code);
    });
  }

  /**
   * @param {ZoneRow} row
   * @param {Words} t
   */
  show(row, t) {
    set(this.id, row.id || t("zone_new"));
    set(this.name, row.name);
    set(this.tag, row.vacancies ? t("vacant", { count: whole(row.vacancies) }) : "");
    this.tag.hidden = !row.vacancies;
    this.element.classList.toggle("gmp-nobody", !row.cells && !row.households);
    for (const figure of this.figures) figure.show(/** @type {any} */ (row));
  }
}

export class TierBlock {
  /**
   * @param {Tier | null} tier  null for what carries no tier
   * @param {Words} t
   * @param {string} name
   * @param {() => void} fold
   */
  constructor(tier, t, name, fold) {
    this.t = t;
    this.count = html("span", { class: "gmp-count" });
    this.figures = NUMBERS.map((each) => new Figure(each));
    const arrow = tier ? [icon("open", 14)] : [];
    this.toggle = html("button", { type: "button", class: "gmp-tier-name", "aria-expanded": "true", "data-key": `tier-${name}` }, [
      ...arrow,
      swatch(tier),
      html("span", {}, [name]),
      this.count,
    ]);
    this.toggle.disabled = !tier;
    this.toggle.addEventListener("click", fold);
    this.head = html("tr", { class: "gmp-tier" }, [html("th", { scope: "rowgroup" }, [this.toggle]), ...this.figures.map(({ element }) => element)]);
    this.element = html("tbody", {}, [this.head]);
    /** @type {Map<number, ZoneLine>} */
    this.lines = new Map();
  }

  /** @param {TierRow} row */
  showTier(row) {
    set(this.count, row.zones ? whole(row.zones) : "");
    for (const figure of this.figures) figure.show(/** @type {any} */ (row));
  }

  /**
   * Bring the lines into the order of the rows; lines that stay are not touched but for their texts.
   * @param {ZoneRow[]} rows
   * @param {(row: ZoneRow) => ZoneLine} make
   * @param {Map<number, HTMLElement>} after  what stands under a line
   */
  showZones(rows, make, after) {
    const codes = new Set(rows.map(({ code }) => code));
    for (const [code, line] of this.lines) {
      if (codes.has(code)) continue;
      line.element.remove();
      this.lines.delete(code);
    }
    /** @type {Element} */
    let last = this.head;
    for (const row of rows) {
      let line = this.lines.get(row.code);
      if (!line) this.lines.set(row.code, (line = make(row)));
      line.show(row, this.t);
      last = placed(last, line.element);
      const under = after.get(row.code);
      if (under) last = placed(last, under);
    }
    while (last.nextElementSibling) last.nextElementSibling.remove();
  }
}

/**
 * @param {Element} last
 * @param {Element} element
 */
function placed(last, element) {
  if (last.nextElementSibling !== element) last.after(element);
  return element;
}

/**
 * @param {HTMLElement} element
 * @param {string} text
 */
function set(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
