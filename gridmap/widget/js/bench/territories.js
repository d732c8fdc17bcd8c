/** The territories of a role laid over the map, with their legend. */
import { html } from "../dom.js";
import { int32 } from "./buffers.js";
import { legendItem } from "./compare.js";
import { whole } from "./figures.js";
import { choice, heading, iconButton, note } from "./parts.js";
import { wordsOf } from "./words_panel.js";

/** @typedef {import("./answers.js").Bench} Bench */
/** @typedef {{code: number, label: string, official?: string}} Person */

const PEOPLE_AT_ONCE = 200;
const GOLDEN_ANGLE = 137.508;

/**
 * Colours for so many territories, neighbours in the list far apart in hue, and none as strong as those of the tiers.
 * @param {number} count
 * @returns {string[]}
 */
export function territoryColors(count) {
  return Array.from({ length: count }, (_, place) => hex((place * GOLDEN_ANGLE + 200) % 360, 0.42, [0.46, 0.62, 0.36][place % 3]));
}

/**
 * A colour by hue (degrees), saturation and lightness (shares of one).
 * @param {number} hue
 * @param {number} saturation
 * @param {number} lightness
 */
function hex(hue, saturation, lightness) {
  const spread = saturation * Math.min(lightness, 1 - lightness);
  const part = (/** @type {number} */ n) => {
    const k = (n + hue / 30) % 12;
    const value = lightness - spread * Math.max(-1, Math.min(k - 3, 9 - k, 1));
    return Math.round(255 * value).toString(16).padStart(2, "0");
  };
  return `#${part(0)}${part(8)}${part(4)}`;
}

export class Territories {
  /**
   * @param {Bench} bench
   * @param {import("./pane.js").Pane<any>} pane
   */
  constructor(bench, pane) {
    this.bench = bench;
    this.pane = pane;
    this.t = wordsOf(bench);
    this.role = "";
    /** @type {Person[]} */
    this.people = [];
    this.codes = new Int32Array(0);
    /** What lies on the map from here. @type {import("./state.js").Ghost | null} */
    this.ghost = null;
    this.off = bench.on("ghost", (ghost) => ghost !== this.ghost && this.left());
  }

  /** Something else lies on the map now, or nothing. */
  left() {
    if (!this.role) return;
    this.role = "";
    this.ghost = null;
    this.pane.redraw();
  }

  /** @param {import("./answers.js").RoleRow[]} roles */
  draw(roles) {
    const { t, bench, role } = this;
    const options = /** @type {[string, string][]} */ ([["", t("territories_none")], ...roles.map((each) => [each.id, each[bench.lang]])]);
    const pick = choice(options, role, (value) => this.show(value), { "aria-label": t("territories"), "data-key": "territories" });
    const close = role ? [iconButton("cross", t("territories_end"), () => this.show(""))] : [];
    return html("section", {}, [heading(t("territories")), html("div", { class: "gmp-tools" }, [html("span", { class: "gmp-grow" }, [pick]), ...close]), ...this.legend()]);
  }

  /** @param {string} role  empty to show none */
  async show(role) {
    if (!role) return this.end();
    const answer = await this.pane.attempt(() => this.bench.ask("territories", { role }));
    if (answer) {
      this.role = role;
      this.people = answer.legend;
      this.codes = int32(answer.buffers[0]);
      this.ghost = { codes: this.codes, palette: territoryColors(this.people.length), label: this.t("territories") };
      this.bench.ghost(this.ghost);
    }
    this.pane.redraw();
  }

  /** Take the territories off the map. */
  end() {
    if (this.role) this.bench.ghost(null);
  }

  close() {
    this.end();
    this.off();
  }

  legend() {
    const { t, people, codes, role } = this;
    if (!role) return [];
    if (!people.length) return [note("info", t("territories_empty"))];
    const colors = territoryColors(people.length);
    const counts = new Map();
    for (const code of codes) counts.set(code, (counts.get(code) ?? 0) + 1);
    const items = people.slice(0, PEOPLE_AT_ONCE).map(({ code, label, official }) => {
      const item = legendItem(colors[code], label || official || "", t("count_cells", { count: whole(counts.get(code) ?? 0) }));
      item.title = official ?? "";
      item.tabIndex = 0;
      item.classList.add("gmp-press");
      item.addEventListener("click", () => this.fly(code));
      item.addEventListener("keydown", ({ key }) => key === "Enter" && this.fly(code));
      return item;
    });
    const rest = people.length - items.length;
    const open = counts.get(-1) ?? 0;
    const none = open ? [html("p", { class: "gmp-soft" }, [t("territories_open", { count: whole(open) })])] : [];
    return [html("ul", { class: "gmp-legend gmp-people" }, items), ...(rest > 0 ? [html("p", { class: "gmp-soft" }, [t("and_more", { count: whole(rest) })])] : []), ...none];
  }

  /** @param {number} code */
  fly(code) {
    const cells = [...this.codes.keys()].filter((cell) => this.codes[cell] === code);
    if (cells.length) this.bench.flyTo({ cells: Uint32Array.from(cells) }, { flash: true });
  }
}
