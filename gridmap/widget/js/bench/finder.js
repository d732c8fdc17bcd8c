/** The search box: what it finds, the map flies to. */
import { html } from "../dom.js";
import { icon, say } from "./icons.js";

/** @typedef {import("./state.js").Bench} Bench */
/** @typedef {{kind: string, label: string, detail: string, bounds: number[] | null, cells: number[] | null, id: string}} Found */

const WAIT_MS = 180;
const LIMIT = 12;
const ICONS = { area: "area", cell: "cell", address: "house", zone: "zone", site: "site", case: "case", household: "house" };
let finders = 0;

/**
 * @param {Bench} bench
 * @returns {HTMLElement & {input: HTMLInputElement}}
 */
export function finder(bench) {
  const id = `gm-found-${finders++}`;
  const input = html("input", { type: "search", role: "combobox", autocomplete: "off", "aria-expanded": "false", "aria-controls": id, "aria-autocomplete": "list" });
  const list = html("ul", { class: "gm-found", role: "listbox", id });
  list.hidden = true;
  const key = html("kbd", { "aria-hidden": "true" }, ["/"]);
  const element = html("div", { class: "gm-finder", role: "search" }, [icon("search", 18), input, key, list]);
  /** @type {Found[]} */
  let found = [];
  let at = -1;
  let asked = 0;
  let timer = 0;

  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    at = -1;
  };
  /** @param {HTMLElement[]} items */
  const open = (items) => {
    list.replaceChildren(...items);
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
  };
  /** @param {Found | undefined} chosen */
  const go = (chosen) => {
    if (!chosen) return;
    close();
    const cells = chosen.cells?.length ? chosen.cells : undefined;
    bench.flyTo({ cells, bounds: chosen.bounds ?? undefined }, { flash: true });
  };
  /** @param {number} place */
  const point = (place) => {
    const items = [...list.querySelectorAll('[role="option"]')];
    if (!items.length) return;
    at = (place + items.length) % items.length;
    items.forEach((item, i) => item.setAttribute("aria-selected", String(i === at)));
    items[at].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", items[at].id);
  };
  const ask = async () => {
    const text = input.value.trim();
    const turn = ++asked;
    if (!text) return close();
    if (list.hidden) open([note(bench.word("finding"))]);
    try {
      const answer = await bench.ask("search", { text, limit: LIMIT });
      if (turn !== asked) return undefined;
      found = answer.found;
      open(found.length ? found.map((each, i) => foundItem(bench, each, `${id}-${i}`, () => go(each))) : [note(bench.word("found_none"))]);
      at = -1;
    } catch (refusal) {
      if (turn === asked) open([note(/** @type {any} */ (refusal).why)]);
    }
    return undefined;
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(ask, WAIT_MS);
  });
  input.addEventListener("focus", () => input.value.trim() && found.length && (list.hidden = false));
  element.addEventListener("focusout", (event) => {
    if (!(event.relatedTarget instanceof Node && element.contains(event.relatedTarget))) close();
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      point(at + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter") go(found[Math.max(0, at)]);
    else if (event.key === "Escape") {
      event.stopPropagation();
      close();
      bench.view?.focus();
    }
  });
  const name = () => {
    input.placeholder = bench.word("find");
    say(input, bench.word("find"), "/");
  };
  bench.on("lang", name);
  name();
  return Object.assign(element, { input });
}

/** @param {string} text */
function note(text) {
  return html("li", { class: "gm-found-none" }, [text]);
}

/**
 * @param {Bench} bench
 * @param {Found} found
 * @param {string} id
 * @param {() => void} choose
 */
function foundItem(bench, found, id, choose) {
  const picture = ICONS[/** @type {"area"} */ (found.kind)] ?? "pin";
  const words = html("span", { class: "gm-found-words" }, [
    html("strong", { dir: "auto" }, [found.label]),
    html("small", { dir: "auto" }, [found.detail || ""]),
  ]);
  const item = html("li", { role: "option", id, "aria-selected": "false" }, [
    icon(picture, 18),
    words,
    html("em", {}, [bench.word(`kind_${found.kind}`)]),
  ]);
  item.addEventListener("pointerdown", (event) => event.preventDefault());
  item.addEventListener("click", choose);
  return item;
}
