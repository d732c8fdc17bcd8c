/**
 * The offline web map. The bundle makes `window.L` (Leaflet, for the page that folium frames) and
 * `window.gridmap.drawScene(map, scene)`. It asks the network for nothing.
 */
import * as L from "leaflet";
import { banner, legendCard, searchBox, titleCard } from "./cards.js";
import { html } from "./dom.js";
import { drawLayers, keepLabelsApart } from "./layers.js";
import { Patterns } from "./patterns.js";
import { boxOf, namedIn } from "./pick.js";
import { readPlaces } from "./places.js";
import { readScene } from "./scene.js";
import { letMapTalk } from "./talk.js";
import { telling } from "./telling.js";
import { watchStanding } from "./validity.js";
import { wordsOf } from "./words.js";

const WIDE_PX = 900; // as in webmap.css
const LOW_PX = 500; // as in webmap.css
const GAP_PX = 16;
const CLOSEST_ZOOM = 18;
const CLOSE_ZOOM = 16;
const FLIGHT_S = 0.7;

/**
 * Show a part of the map, or the whole scene, in what the cards leave free.
 * @param {L.Map} map
 * @param {L.LatLngBoundsExpression} bounds
 * @param {{wide: boolean, top: HTMLElement, head: HTMLElement, foot: HTMLElement}} cards
 * @param {number} closest  the greatest zoom
 * @param {boolean} [fly]  or jump
 */
function fit(map, bounds, { wide, top, head, foot }, closest, fly = false) {
  const above = top.offsetHeight + GAP_PX;
  const low = !wide && map.getSize().y <= LOW_PX;
  const padding = low
    ? { left: head.offsetWidth + 2 * GAP_PX, right: GAP_PX, top: above + foot.offsetHeight, bottom: GAP_PX }
    : wide
    ? { left: head.offsetWidth + 2 * GAP_PX, right: foot.offsetWidth + 2 * GAP_PX, top: above, bottom: GAP_PX }
    : { left: GAP_PX, right: GAP_PX, top: above + head.offsetHeight, bottom: foot.offsetHeight + 2 * GAP_PX };
  const room = {
    maxZoom: closest,
    paddingTopLeft: L.point(padding.left, padding.top),
    paddingBottomRight: L.point(padding.right, padding.bottom),
  };
  if (fly) map.flyToBounds(bounds, { ...room, duration: FLIGHT_S });
  else map.fitBounds(bounds, { ...room, animate: false });
}

/**
 * The containers over the map, which keep their clicks and scrolling to themselves.
 * @param {L.Map} map
 */
function addCardHolders(map) {
  const top = html("div", { class: "gm-top" });
  const head = html("section", { class: "gm-head" });
  const foot = html("section", { class: "gm-foot" });
  map.getContainer().appendChild(html("div", { class: "gm-cards" }, [top, head, foot]));
  for (const card of [top, head, foot]) {
    L.DomEvent.disableClickPropagation(card);
    L.DomEvent.disableScrollPropagation(card);
    // Leaflet looks for the card among the parents of what was clicked, and a chosen result has none any more.
    card.addEventListener("click", (event) => event.stopPropagation());
    card.addEventListener("mousemove", (event) => event.stopPropagation());
  }
  return { top, head, foot };
}

/** @param {L.Map} map */
function setUpMap(map) {
  map.getContainer().classList.add("gm-map");
  map.options.zoomSnap = 0.1;
  map.attributionControl?.remove();
  map.zoomControl?.setPosition("bottomright");
  L.control.scale({ imperial: false, position: "bottomleft", maxWidth: 140 }).addTo(map);
}

/**
 * Draw a scene on a Leaflet map, with its title, legend, search, banner and expiry.
 * @param {L.Map} map
 * @param {import("./scene.js").Scene} [scene]  the page's own where not given
 */
export function drawScene(map, scene = readScene()) {
  const words = wordsOf(scene.lang);
  const wide = map.getContainer().clientWidth >= WIDE_PX;
  setUpMap(map);
  const patterns = new Patterns(map.getContainer());
  const layers = drawLayers(map, scene, patterns);
  const { show } = letMapTalk(map, layers, telling(scene, layers, words));

  const { top, head, foot } = addCardHolders(map);
  top.append(...[banner(scene.banner), watchStanding(scene, map.getContainer())].filter((strip) => strip !== null));
  const goTo = (/** @type {import("./scene.js").Feature} */ feature) => {
    const box = boxOf(feature);
    if (!box) return;
    const bounds = L.latLngBounds([box.south, box.west], [box.north, box.east]);
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (!still) map.once("moveend", () => show(feature));
    fit(map, bounds, { wide, top, head, foot }, CLOSE_ZOOM, !still);
    if (still) show(feature);
  };
  const places = () => readPlaces(scene.places);
  head.append(titleCard(scene, words, wide), searchBox(() => namedIn(layers, places()), words, goTo));
  foot.append(legendCard(map, scene, { layers, patterns, words, open: wide }));

  map.getContainer().style.setProperty("--gm-foot-height", `${foot.offsetHeight}px`);
  fit(map, scene.bounds, { wide, top, head, foot }, CLOSEST_ZOOM);
  keepLabelsApart(map);
  tellWhenDrawn(map, layers);
}

/**
 * Say so on the page when the first picture is there: at once, or when the cells are painted.
 * @param {L.Map} map
 * @param {import("./layers.js").DrawnLayer[]} layers
 */
function tellWhenDrawn(map, layers) {
  const tell = () => (map.getContainer().dataset.gridmap = "drawn");
  const coverages = layers.flatMap(({ coverage }) => coverage ?? []);
  let waiting = coverages.length;
  for (const { layer } of coverages) layer.once("drawn", () => --waiting || tell());
  if (!waiting) tell();
}

Object.assign(window, { gridmap: { drawScene } });
