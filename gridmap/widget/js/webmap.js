/**
 * The offline web map. The bundle makes `window.L` (Leaflet, for the page that folium frames) and
 * `window.gridmap.drawScene(map, scene)`. It asks the network for nothing.
 */
import * as L from "leaflet";
import { banner, expiryNotice, legendCard, searchBox, titleCard } from "./cards.js";
import { html } from "./dom.js";
import { drawLayers, keepLabelsApart } from "./layers.js";
import { Patterns } from "./patterns.js";
import { boxOf } from "./pick.js";
import { readScene } from "./scene.js";
import { letMapTalk } from "./talk.js";
import { wordsOf } from "./words.js";

const WIDE_PX = 900; // as in webmap.css
const GAP_PX = 16;
const CLOSEST_ZOOM = 18;

/**
 * Show the whole scene in what the cards leave free.
 * @param {L.Map} map
 * @param {L.LatLngBoundsExpression} bounds
 * @param {{wide: boolean, top: HTMLElement, head: HTMLElement, foot: HTMLElement}} cards
 */
function fit(map, bounds, { wide, top, head, foot }) {
  const above = top.offsetHeight + GAP_PX;
  const padding = wide
    ? { left: head.offsetWidth + 2 * GAP_PX, right: foot.offsetWidth + 2 * GAP_PX, top: above, bottom: GAP_PX }
    : { left: GAP_PX, right: GAP_PX, top: above + head.offsetHeight, bottom: foot.offsetHeight + 2 * GAP_PX };
  map.fitBounds(bounds, {
    animate: false,
    maxZoom: CLOSEST_ZOOM,
    paddingTopLeft: [padding.left, padding.top],
    paddingBottomRight: [padding.right, padding.bottom],
  });
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
  const { show } = letMapTalk(map, layers);

  const { top, head, foot } = addCardHolders(map);
  top.append(...[banner(scene.banner), expiryNotice(scene, map.getContainer())].filter((strip) => strip !== null));
  const goTo = (/** @type {import("./scene.js").Feature} */ feature) => {
    const box = boxOf(feature);
    if (!box) return;
    const bounds = L.latLngBounds([box.south, box.west], [box.north, box.east]);
    map.fitBounds(bounds, { maxZoom: 16, padding: [80, 160], animate: false });
    show(feature);
  };
  head.append(titleCard(scene, wide), searchBox(layers, words, goTo));
  foot.append(legendCard(map, scene, { layers, patterns, words, open: wide }));

  map.getContainer().style.setProperty("--gm-foot-height", `${foot.offsetHeight}px`);
  fit(map, scene.bounds, { wide, top, head, foot });
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
