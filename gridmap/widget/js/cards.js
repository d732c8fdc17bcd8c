/** What lies over the map: banner, title, search, legend with the switches of the layers. */
import { html, rowList, svg } from "./dom.js";
import { findNamed } from "./pick.js";
import { safeColor } from "./scene.js";

/** @typedef {import("./scene.js").Scene} Scene */
/** @typedef {ReturnType<typeof import("./words.js").wordsOf>} Words */

const RESULTS_SHOWN = 8;

/**
 * A strip across the page, such as DRAFT; null for no text.
 * @param {string | undefined} text
 */
export function banner(text) {
  return text ? html("div", { class: "gm-banner", role: "status" }, [text]) : null;
}

/**
 * The title over the facts that are always in sight; the others open below.
 * @param {Scene} scene
 * @param {Words} words
 * @param {boolean} open
 */
export function titleCard({ title, head = [], facts = [] }, words, open) {
  const card = html("div", { class: "gm-title" }, [html("h1", { dir: "auto" }, [title])]);
  if (head.length) card.appendChild(rowList(head)).classList.add("gm-key");
  if (!facts.length) return card;
  const more = html("details", {}, [html("summary", {}, [words.about]), rowList(facts)]);
  more.open = open;
  card.appendChild(more);
  return card;
}

/**
 * The search box; `onChoose` is called with the feature that was chosen.
 * @param {() => import("./pick.js").Named[]} all
 * @param {Words} words
 * @param {(feature: import("./scene.js").Feature) => void} onChoose
 */
export function searchBox(all, words, onChoose) {
  /** Made at the first letter, since a grid may have a hundred thousand names. @type {import("./pick.js").Named[] | null} */
  let named = null;
  const find = (/** @type {string} */ text, /** @type {number} */ limit) => findNamed((named ??= all()), text, limit);
  const results = html("ul", { class: "gm-results", "aria-label": words.find });
  const told = html("p", { class: "gm-heard", role: "status" });
  const input = html("input", { type: "search", placeholder: words.findHint, "aria-label": words.find, autocomplete: "off", enterkeyhint: "search" });
  const form = html("form", { class: "gm-find", role: "search" }, [input, told, results]);

  const choose = (/** @type {import("./pick.js").Named} */ { feature, shown }) => {
    input.value = shown;
    results.replaceChildren();
    told.textContent = "";
    input.blur();
    onChoose(feature());
  };
  const list = () => {
    const found = find(input.value, RESULTS_SHOWN + 1);
    const items = found.slice(0, RESULTS_SHOWN).map((each) => {
      const button = html("button", { type: "button", dir: "auto" }, [each.shown]);
      button.addEventListener("click", () => choose(each));
      return html("li", {}, [button]);
    });
    const asked = input.value.trim() !== "";
    const more = found.length > RESULTS_SHOWN;
    if (more || (asked && !items.length)) items.push(html("li", { class: "gm-nothing" }, [more ? words.more : words.nothing]));
    told.textContent = asked && found.length ? `${Math.min(found.length, RESULTS_SHOWN)} ${words.found}` : asked ? words.nothing : "";
    results.replaceChildren(...items);
  };
  input.addEventListener("input", list);
  form.addEventListener("keydown", (event) => walk(event, input, results));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const [found] = find(input.value, 1);
    if (found) choose(found);
  });
  return form;
}

/**
 * Arrows go through the results and back to the box, Escape clears them.
 * @param {KeyboardEvent} event
 * @param {HTMLInputElement} input
 * @param {HTMLElement} results
 */
function walk(event, input, results) {
  const stops = [input, ...results.querySelectorAll("button")];
  const at = stops.findIndex((stop) => stop === document.activeElement);
  if (event.key === "Escape") {
    results.replaceChildren();
    input.focus();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    stops[Math.min(Math.max(at + (event.key === "ArrowDown" ? 1 : -1), 0), stops.length - 1)].focus();
  } else return;
  event.preventDefault();
  event.stopPropagation();
}

/**
 * @param {import("./scene.js").LegendEntry} entry
 * @param {import("./patterns.js").Patterns} patterns
 */
function swatch(entry, patterns) {
  const { fill, opacity } = patterns.fill(entry);
  const outline = { stroke: safeColor(entry.color), "stroke-width": 2, "stroke-dasharray": entry.dash || "none" };
  const box = svg("rect", { x: 1, y: 1, width: 34, height: 22, fill, "fill-opacity": opacity, ...outline });
  return svg("svg", { class: "gm-swatch", viewBox: "0 0 36 24", width: 36, height: 24, "aria-hidden": "true" }, [box]);
}

/**
 * @param {import("./scene.js").LegendEntry} entry
 * @param {import("./patterns.js").Patterns} patterns
 */
function legendEntry(entry, patterns) {
  const name = html("strong", { dir: "auto" }, [entry.label]);
  return html("li", {}, [swatch(entry, patterns), html("div", {}, entry.rows?.length ? [name, rowList(entry.rows)] : [name])]);
}

/**
 * @param {import("./scene.js").LegendEntry} entry
 * @param {import("./patterns.js").Patterns} patterns
 */
function legendChip(entry, patterns) {
  return html("span", { class: "gm-chip", dir: "auto" }, [swatch(entry, patterns), entry.label]);
}

/**
 * @param {import("leaflet").Map} map
 * @param {import("./layers.js").DrawnLayer} layer
 */
function layerSwitch(map, { id, label, group }) {
  const box = html("input", { type: "checkbox", value: id });
  box.checked = true;
  box.addEventListener("change", () => (box.checked ? group.addTo(map) : group.remove()));
  return html("label", { class: "gm-switch" }, [box, html("span", { dir: "auto" }, [label])]);
}

/**
 * The legend, and under it a switch for each layer; closed, it is one line of tiers.
 * @param {import("leaflet").Map} map
 * @param {Scene} scene
 * @param {{layers: import("./layers.js").DrawnLayer[], patterns: import("./patterns.js").Patterns, words: Words, open: boolean}} parts
 */
export function legendCard(map, scene, { layers, patterns, words, open }) {
  const entries = scene.legend ?? [];
  const chips = html("span", { class: "gm-when-closed" }, entries.map((entry) => legendChip(entry, patterns)));
  const card = html("details", { class: "gm-legend" }, [
    html("summary", {}, [words.legend, chips]),
    html("ul", {}, entries.map((entry) => legendEntry(entry, patterns))),
    html("fieldset", {}, [html("legend", {}, [words.layers]), ...layers.map((layer) => layerSwitch(map, layer))]),
  ]);
  card.open = open;
  return card;
}
