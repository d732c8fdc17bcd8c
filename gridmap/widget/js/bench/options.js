/** The options of the tool in hand, in one line over the map. */
import { html } from "../dom.js";
import { icon, iconButton, say } from "./icons.js";
import { NOT_ENCLOSING } from "./tools_enclose.js";
import { TOOLS } from "./tools.js";

/** @typedef {import("./state.js").Bench} Bench */
/** @typedef {import("./state.js").Ui} Ui */

export const BRUSH_LEAST = 6;
export const BRUSH_MOST = 240;

/**
 * @param {Bench} bench
 * @returns {HTMLElement}
 */
export function options(bench) {
  const undo = iconButton("undo", () => bench.undo(), "gm-undo");
  const redo = iconButton("redo", () => bench.redo(), "gm-redo");
  const own = html("div", { class: "gm-options-own" });
  const hint = html("span", { class: "gm-hint" });
  const element = html("div", { class: "gm-options", role: "toolbar" }, [undo, redo, html("span", { class: "gm-bar" }), own, hint]);
  let built = "";
  /** @type {(() => void)[]} */
  let refresh = [];
  const show = () => {
    const wanted = `${bench.ui.tool} ${bench.lang} ${bench.hello?.levels.length ?? 0}`;
    if (wanted !== built) {
      built = wanted;
      const parts = TOOLS[bench.ui.tool].options.map((name) => PARTS[name](bench));
      refresh = parts.map((part) => part.refresh);
      own.replaceChildren(...parts.map((part) => part.element));
      say(undo, bench.word("undo"), "Ctrl+Z");
      say(redo, bench.word("redo"), "Ctrl+Y");
    }
    for (const update of refresh) update();
    hint.textContent = bench.word(hintOf(bench.ui));
  };
  const enable = () => {
    undo.disabled = !bench.plan?.can_undo;
    redo.disabled = !bench.plan?.can_redo;
  };
  bench.on("ui", show);
  bench.on("lang", show);
  bench.on("hello", show);
  bench.on("plan", enable);
  show();
  enable();
  return element;
}

/** @param {Ui} ui */
function hintOf({ tool, enclose, carveBy }) {
  if (tool === "enclose") return `hint_enclose_${enclose.step}`;
  return tool === "carve" ? `hint_carve_${carveBy}` : `hint_${tool}`;
}

/** @typedef {{element: HTMLElement, refresh: () => void}} Part */

/** @type {Record<import("./tools.js").OptionName, (bench: Bench) => Part>} */
const PARTS = {
  brush: brushPart,
  by: (bench) => choicePart(bench, "takes_in", "by", [["touch", "by_touch"], ["middle", "by_middle"]]),
  only: onlyPart,
  erase: (bench) => choicePart(bench, "erase_to", "erase", [["clear", "erase_clear"], ["release", "erase_release"]]),
  level: (bench) => labelled(bench.word("level"), levelSelect(bench, bench.ui.areaLevel, (areaLevel) => bench.setUi({ areaLevel }))),
  flood: floodPart,
  ring: ringPart,
  enclose: enclosePart,
  carve: (bench) => choicePart(bench, "", "carveBy", [["draw", "draw_part"], ["pick", "pick_household"]]),
};

/**
 * @param {string} label
 * @param {Part} part
 * @returns {Part}
 */
function labelled(label, { element, refresh }) {
  return { element: html("label", { class: "gm-option" }, [html("span", {}, [label]), element]), refresh };
}

/** @param {Bench} bench */
function brushPart(bench) {
  const size = html("input", { type: "range", min: `${BRUSH_LEAST}`, max: `${BRUSH_MOST}`, step: "2", class: "gm-brush-size" });
  const number = html("output", {});
  size.addEventListener("input", () => bench.setUi({ brushPx: Number(size.value) }));
  const refresh = () => {
    size.value = String(bench.ui.brushPx);
    number.textContent = String(bench.ui.brushPx);
  };
  return labelled(bench.word("brush_size"), { element: html("span", { class: "gm-range" }, [size, number]), refresh });
}

/**
 * A few buttons of which one is chosen.
 * @param {Bench} bench
 * @param {string} label  the key of its word; "" for none
 * @param {"by" | "erase" | "floodBy" | "carveBy"} name
 * @param {[string, string][]} choices  value, and the key of its word
 * @returns {Part}
 */
function choicePart(bench, label, name, choices) {
  const buttons = choices.map(([value, key]) => {
    const button = html("button", { type: "button", role: "radio", "data-value": value }, [bench.word(key)]);
    button.addEventListener("click", () => bench.setUi(/** @type {Partial<Ui>} */ ({ [name]: value })));
    return button;
  });
  const group = html("span", { class: "gm-segments", role: "radiogroup" }, buttons);
  if (label) group.setAttribute("aria-label", bench.word(label));
  const words = label ? [html("span", {}, [bench.word(label)])] : [];
  return {
    element: html("span", { class: "gm-option" }, [...words, group]),
    refresh: () => buttons.forEach((button) => button.setAttribute("aria-checked", String(button.dataset.value === bench.ui[name]))),
  };
}

/**
 * @param {Bench} bench
 * @param {string} value
 * @param {(level: string) => void} choose
 * @param {string} [none]  the words of the choice of no level
 * @returns {Part}
 */
function levelSelect(bench, value, choose, none) {
  const levels = bench.hello?.levels.slice(0, -1) ?? [];
  const word = (/** @type {string} */ text) => (none ? bench.word("within_one", { level: text }) : text);
  const items = levels.map((level) => html("option", { value: level.id }, [word(bench.text(level))]));
  const first = none ? [html("option", { value: "" }, [none])] : [];
  const select = html("select", {}, [...first, ...items]);
  select.value = value;
  select.addEventListener("change", () => choose(select.value));
  return { element: select, refresh: () => {} };
}

/** @param {Bench} bench */
function onlyPart(bench) {
  const { only } = bench.ui;
  const boxes = /** @type {const} */ (["unassigned", "weaker"]).map((name) => {
    const button = html("button", { type: "button", "aria-pressed": "false", "data-only": name }, [bench.word(`only_${name}`)]);
    button.addEventListener("click", () => bench.setUi({ only: { ...bench.ui.only, [name]: !bench.ui.only[name] } }));
    return button;
  });
  const village = levelSelect(bench, only.village, (level) => bench.setUi({ only: { ...bench.ui.only, village: level } }), bench.word("anywhere"));
  village.element.setAttribute("aria-label", bench.word("only_village"));
  const toggles = html("span", { class: "gm-segments" }, boxes);
  return {
    element: html("span", { class: "gm-option gm-only" }, [html("span", {}, [bench.word("only")]), toggles, village.element]),
    refresh() {
      for (const button of boxes) button.setAttribute("aria-pressed", String(bench.ui.only[/** @type {"weaker"} */ (button.dataset.only)]));
      village.element.classList.toggle("gm-set", Boolean(bench.ui.only.village));
    },
  };
}

/** @param {Bench} bench */
function floodPart(bench) {
  const level = bench.hello?.levels.find(({ id }) => id === bench.ui.areaLevel);
  const border = bench.word("by_area", { level: bench.text(level) });
  const choice = choicePart(bench, "bounded_by", "floodBy", [["tier", "by_tier"], ["area", "by_area"]]);
  const button = choice.element.querySelector('[data-value="area"]');
  if (button) button.textContent = border;
  const select = levelSelect(bench, bench.ui.areaLevel, (areaLevel) => bench.setUi({ areaLevel, floodBy: "area" }));
  select.element.setAttribute("aria-label", bench.word("level"));
  choice.element.append(select.element);
  return {
    element: choice.element,
    refresh() {
      choice.refresh();
      const named = bench.hello?.levels.find(({ id }) => id === bench.ui.areaLevel);
      if (button) button.textContent = bench.word("by_area", { level: bench.text(named) });
    },
  };
}

/** @param {Bench} bench */
function ringPart(bench) {
  const input = html("input", { type: "number", min: "1", step: "10", inputmode: "numeric", class: "gm-radius" });
  input.addEventListener("change", () => Number(input.value) > 0 && bench.setUi({ radiusM: Number(input.value) }));
  const quick = [100, 500, 1000, 3000].map((metres) => {
    const button = html("button", { type: "button" }, [metres < 1000 ? `${metres}` : `${metres / 1000} km`]);
    button.addEventListener("click", () => bench.setUi({ radiusM: metres }));
    return button;
  });
  const field = html("span", { class: "gm-with-unit" }, [input, html("span", {}, [bench.word("metres")])]);
  const part = labelled(bench.word("radius"), { element: field, refresh: () => {} });
  const refresh = () => {
    if (document.activeElement !== input) input.value = String(bench.ui.radiusM);
  };
  return { element: html("span", { class: "gm-option" }, [part.element, html("span", { class: "gm-segments" }, quick)]), refresh };
}

/** @param {Bench} bench */
function enclosePart(bench) {
  const steps = /** @type {const} */ ([["pick", "pick_lines", "road"], ["draw", "draw_lines", "pencil"], ["inside", "click_inside", "pin"]]);
  const buttons = steps.map(([step, key, picture]) => {
    const button = html("button", { type: "button", role: "radio", "data-value": step }, [icon(picture, 16), bench.word(key)]);
    button.addEventListener("click", () => bench.setUi({ enclose: { ...bench.ui.enclose, step } }));
    return button;
  });
  const state = html("span", { class: "gm-enclose-state", role: "status" });
  const anew = iconButton("close", () => bench.setUi({ enclose: NOT_ENCLOSING }), "gm-small");
  say(anew, bench.word("start_anew"), "Esc");
  return {
    element: html("span", { class: "gm-option" }, [html("span", { class: "gm-segments", role: "radiogroup" }, buttons), state, anew]),
    refresh() {
      const { step, closed, gaps, names } = bench.ui.enclose;
      for (const button of buttons) {
        button.setAttribute("aria-checked", String(button.dataset.value === step));
        button.disabled = button.dataset.value === "inside" && !closed;
      }
      const widest = Math.max(0, ...gaps.map(({ length_m: length }) => length));
      const said = closed ? bench.word("enclosed") : gaps.length ? bench.word("gaps", { count: gaps.length, length: Math.round(widest) }) : "";
      state.textContent = [names.length ? bench.word("lines_picked", { count: names.length }) : "", said].filter(Boolean).join(" · ");
      state.title = names.join("、");
      state.classList.toggle("gm-good", closed);
      anew.hidden = !said && !names.length;
    },
  };
}
