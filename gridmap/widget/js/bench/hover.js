/** The card of the cell under the pointer; it follows the mouse and never lies under it. */
import { html } from "../dom.js";
import { tierTile } from "./icons.js";

/** @typedef {import("./state.js").Bench} Bench */

const AWAY_PX = 18;
const FLAGS = /** @type {const} */ ([[1, "flag_locked"], [2, "flag_hand"], [4, "flag_weaker"]]);

export class HoverCard {
  /**
   * @param {Bench} bench
   * @param {HTMLElement} holder  of the map
   */
  constructor(bench, holder) {
    this.bench = bench;
    this.holder = holder;
    this.element = html("div", { class: "gm-hover", role: "tooltip" });
    this.element.hidden = true;
    holder.append(this.element);
    this.cell = -1;
    bench.on("plan", () => this.fill());
    bench.on("lang", () => this.fill());
    bench.on("live", () => this.fill());
  }

  /**
   * @param {number} cell  -1 for none
   * @param {{x: number, y: number} | null} px  the pointer; null for the corner
   */
  show(cell, px) {
    if (cell !== this.cell) {
      this.cell = cell;
      this.fill();
    }
    this.element.hidden = cell < 0;
    this.element.classList.toggle("gm-in-corner", !px);
    if (cell >= 0) this.place(px);
  }

  /** @param {{x: number, y: number} | null} px */
  place(px) {
    if (!px) {
      this.element.style.transform = "";
      return;
    }
    const { clientWidth, clientHeight } = this.holder;
    const { width, height } = this.size;
    const left = px.x + AWAY_PX + width > clientWidth ? px.x - AWAY_PX - width : px.x + AWAY_PX;
    const top = px.y + AWAY_PX + height > clientHeight ? px.y - AWAY_PX - height : px.y + AWAY_PX;
    this.element.style.transform = `translate(${Math.max(4, left)}px, ${Math.max(4, top)}px)`;
  }

  fill() {
    if (this.cell < 0 || this.cell >= this.bench.tier.length) return;
    this.element.replaceChildren(...cardOf(this.bench, this.cell));
    this.element.hidden = false;
    this.size = { width: this.element.offsetWidth, height: this.element.offsetHeight };
  }

  size = { width: 0, height: 0 };
}

/**
 * What there is to say of a cell.
 * @param {Bench} bench
 * @param {number} cell
 * @returns {HTMLElement[]}
 */
export function cardOf(bench, cell) {
  const path = bench.places.path(cell).map(({ name, id }) => name || id);
  const name = bench.cellName(cell);
  const code = bench.tier[cell];
  const rows = /** @type {const} */ (["households", "residents", "needs"]).map((key) => {
    return html("div", {}, [html("dt", {}, [bench.word(key)]), html("dd", {}, [bench.isCounted ? bench.number(bench[key][cell]) : "…"])]);
  });
  const tier = bench.hello?.tiers[code];
  const tile = tier ? [tierTile(tier, { width: 22, height: 15 })] : [];
  const flags = FLAGS.filter(([bit]) => bench.flags[cell] & bit).map(([, key]) => html("span", { class: "gm-flag" }, [bench.word(key)]));
  if (bench.strokes.over[cell]) flags.push(html("span", { class: "gm-flag" }, [bench.word("pending")]));
  return [
    html("strong", { dir: "auto" }, [name]),
    ...(path.length ? [html("div", { class: "gm-path", dir: "auto" }, [path.join(" › ")])] : []),
    html("dl", {}, rows),
    html("div", { class: "gm-hover-tier" }, [...tile, html("span", {}, [tierAndZone(bench, cell)])]),
    ...(flags.length ? [html("div", { class: "gm-flags" }, flags)] : []),
  ];
}

/**
 * @param {Bench} bench
 * @param {number} cell
 */
export function tierAndZone(bench, cell) {
  const code = bench.tier[cell];
  if (code < 0) return bench.tierName(code);
  const zone = bench.plan?.zones.find((row) => row.code === bench.zone[cell]);
  const name = zone ? [zone.id, zone.name].filter(Boolean).join(" ") : bench.word("new_zone");
  return `${bench.tierName(code)} · ${name}`;
}
