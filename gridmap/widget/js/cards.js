/** What lies over the map: banner, title, search, legend with the switches of the layers. */
import { html, rowList, svg } from "./dom.js";
import { findNamed, namedIn } from "./pick.js";
import { isExpired, safeColor } from "./scene.js";

/** @typedef {import("./scene.js").Scene} Scene */
/** @typedef {ReturnType<typeof import("./words.js").wordsOf>} Words */

const RESULTS_SHOWN = 8;
const EXPIRY_CHECK_MS = 30_000;

/**
 * A strip across the page, such as DRAFT; null for no text.
 * @param {string | undefined} text
 */
export function banner(text) {
  return text ? html("div", { class: "gm-banner", role: "status" }, [text]) : null;
}

/**
 * The strip that appears when the page's validity ends, even on a page left open; the map then turns grey.
 * @param {Scene} scene
 * @param {HTMLElement} container  of the map
 */
export function expiryNotice({ expires_at: expiresAt, expired_text: text }, container) {
  if (!expiresAt) return null;
  const notice = html("div", { class: "gm-banner gm-expired", role: "alert" }, [text || expiresAt]);
  const check = () => {
    const expired = isExpired(expiresAt, Date.now());
    notice.hidden = !expired;
    container.classList.toggle("gm-is-expired", expired);
  };
  check();
  setInterval(check, EXPIRY_CHECK_MS);
  return notice;
}

/**
 * The title over the facts; closed, it still tells the first fact.
 * @param {Scene} scene
 * @param {boolean} open
 */
export function titleCard({ title, facts = [] }, open) {
  const heading = html("h1", { dir: "auto" }, [title]);
  if (!facts.length) return html("div", { class: "gm-title" }, [heading]);
  const [label, value] = facts[0];
  const first = html("small", { class: "gm-when-closed", dir: "auto" }, [`${label} ${value}`]);
  const card = html("details", { class: "gm-title" }, [html("summary", {}, [heading, first]), rowList(facts)]);
  card.open = open;
  return card;
}

/**
 * The search box; `onChoose` is called with the feature that was chosen.
 * @param {import("./layers.js").DrawnLayer[]} layers
 * @param {Words} words
 * @param {(feature: import("./scene.js").Feature) => void} onChoose
 */
export function searchBox(layers, words, onChoose) {
  /** Made at the first letter, since a grid may have a hundred thousand names. @type {import("./pick.js").Named[] | null} */
  let named = null;
  const find = (/** @type {string} */ text, /** @type {number} */ limit) => findNamed((named ??= namedIn(layers)), text, limit);
  const results = html("ul", { class: "gm-results" });
  const input = html("input", { type: "search", placeholder: words.findHint, "aria-label": words.find, autocomplete: "off" });
  const form = html("form", { class: "gm-find", role: "search" }, [input, results]);

  const choose = (/** @type {import("./pick.js").Named} */ { feature }) => {
    results.replaceChildren();
    input.blur();
    onChoose(feature());
  };
  input.addEventListener("input", () => {
    const items = find(input.value, RESULTS_SHOWN).map((found) => {
      const button = html("button", { type: "button", dir: "auto" }, [found.shown]);
      button.addEventListener("click", () => choose(found));
      return html("li", {}, [button]);
    });
    if (!items.length && input.value.trim()) items.push(html("li", { class: "gm-nothing" }, [words.nothing]));
    results.replaceChildren(...items);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const [found] = find(input.value, 1);
    if (found) choose(found);
  });
  return form;
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
