/** Pointing at the map: a tooltip under the mouse, a popup on tap or click, an outline around what was chosen. */
import * as L from "leaflet";
import { describe, html } from "./dom.js";
import { latLngOf, latLngRings } from "./layers.js";
import { boxOf, featureAt } from "./pick.js";

/** @typedef {import("./scene.js").Feature} Feature */

const SITE_REACH_PX = 22; // half of a 44 px touch target
const OUTLINE_PANE = "gm-outline";
const PLACE_MARK = { radius: 11, color: "#111111", weight: 4, fillColor: "#ffffff", fillOpacity: 1 };

/**
 * The site whose mark is within reach of a place on the screen, else the topmost area there.
 * @param {L.Map} map
 * @param {import("./layers.js").DrawnLayer[]} layers
 * @param {L.LatLng} place
 */
function pick(map, layers, place) {
  const shown = layers.filter(({ group }) => map.hasLayer(group)).reverse();
  const point = map.latLngToContainerPoint(place);
  const site = shown.flatMap(({ boxed }) => boxed).find(({ feature: { kind, label_at: at } }) => {
    return kind === "site" && at && map.latLngToContainerPoint([at[1], at[0]]).distanceTo(point) <= SITE_REACH_PX;
  });
  if (site) return site.feature;
  for (const { boxed, coverage } of shown) {
    const feature = featureAt(boxed, [place.lng, place.lat]) ?? coverage?.featureAt([place.lng, place.lat]);
    if (feature) return feature;
  }
  return null;
}

/**
 * Let the map answer to the mouse and to taps.
 * @param {L.Map} map
 * @param {import("./layers.js").DrawnLayer[]} layers
 * @param {(feature: Feature) => Feature} tell  adds what is told of a feature that is chosen
 * @returns {{show: (feature: Feature, place?: L.LatLng) => void}}
 */
export function letMapTalk(map, layers, tell) {
  Object.assign(map.createPane(OUTLINE_PANE).style, { zIndex: 590, pointerEvents: "none" });
  const outline = L.layerGroup().addTo(map);
  const renderer = L.svg({ pane: OUTLINE_PANE });
  const tooltip = L.tooltip({ direction: "top", offset: [0, -8], className: "gm-tooltip", opacity: 1 });
  const popup = L.popup({ maxWidth: 300, minWidth: 160, className: "gm-popup", autoPanPadding: [16, 72] });

  /** @type {(feature: Feature, place?: L.LatLng) => void} */
  const show = (feature, place) => {
    const box = boxOf(feature);
    if (!box) return;
    const [lon, lat] = feature.label_at ?? [(box.west + box.east) / 2, (box.south + box.north) / 2];
    tooltip.remove();
    const card = html("div", { tabindex: "-1", role: "group", "aria-label": feature.title || feature.label || "" }, [describe(tell(feature))]);
    popup.setLatLng(place ?? [lat, lon]).setContent(card).openOn(map);
    card.focus({ preventScroll: true }); // so that it is read out
    outline.clearLayers();
    if (feature.kind === "place") outline.addLayer(L.circleMarker([lat, lon], { renderer, interactive: false, ...PLACE_MARK }));
    const style = { renderer, interactive: false, fill: false, color: "#111111", weight: 4 };
    if (feature.polygons?.length) outline.addLayer(L.polygon(latLngRings(feature), style));
    if (feature.lines) outline.addLayer(L.polyline(feature.lines.map((line) => line.map(latLngOf)), style));
  };

  map.on("popupclose", () => outline.clearLayers());
  map.on("click", (event) => {
    const feature = pick(map, layers, event.latlng);
    if (feature) show(feature, event.latlng);
  });
  if (window.matchMedia("(hover: hover)").matches) {
    map.on("mousemove", (event) => {
      const feature = map.hasLayer(popup) ? null : pick(map, layers, event.latlng);
      if (feature) tooltip.setLatLng(event.latlng).setContent(describe(feature)).openOn(map);
      else tooltip.remove();
    });
    map.on("mouseout", () => tooltip.remove());
  }
  return { show };
}
