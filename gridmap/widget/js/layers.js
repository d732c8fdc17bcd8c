/** The drawn layers: cells as one picture, zones as SVG (hatches), sites and labels on top. */
import * as L from "leaflet";
import { html } from "./dom.js";
import { boxOf, withoutOverlap } from "./pick.js";
import { safeColor } from "./scene.js";
import { Coverage } from "./coverage.js";
import { readShapes } from "./shapes.js";

/** @typedef {import("./scene.js").Feature} Feature */
/** @typedef {import("./pick.js").Box} Box */
/**
 * @typedef {object} DrawnLayer
 * @property {string} id
 * @property {string} label
 * @property {L.LayerGroup} group
 * @property {{feature: Feature, box: Box | null}[]} boxed  in drawing order
 * @property {Coverage | null} coverage  the cells, where the layer is one of cells
 */

const FIRST_PANE = 410; // above Leaflet's overlay pane (400), below its markers (600)

/**
 * A place as Leaflet wants it, latitude first.
 * @param {import("./scene.js").LonLat} place
 * @returns {L.LatLngTuple}
 */
export function latLngOf([lon, lat]) {
  return [lat, lon];
}

/**
 * The rings of a feature as Leaflet wants them.
 * @param {Feature} feature
 * @returns {L.LatLngTuple[][][]}
 */
export function latLngRings(feature) {
  return (feature.polygons ?? []).map((polygon) => polygon.map((ring) => ring.map(latLngOf)));
}

/**
 * @param {Feature} feature
 * @param {number} rank  where labels would cover each other the lowest rank stays
 */
function labelMarker({ label = "", label_at: at, kind, tier }, rank) {
  // the number of a zone that is but a dot stands above it, as on the still picture: below lies what is around it
  const style = `gm-label gm-label-${kind !== "site" ? "area" : tier ? "dot" : "site"}`;
  const text = html("span", { class: style, dir: "auto", "data-rank": `${rank}` }, [label]);
  const icon = L.divIcon({ className: "gm-label-place", html: text, iconSize: [0, 0] });
  const [lon, lat] = at ?? [0, 0];
  return L.marker([lat, lon], { icon, interactive: false, keyboard: false });
}

/**
 * @param {Feature} feature
 * @param {L.Renderer} renderer
 * @param {import("./patterns.js").Patterns} patterns
 */
function areaPath(feature, renderer, patterns) {
  const { fill, opacity } = patterns.fill(feature);
  return L.polygon(latLngRings(feature), {
    renderer,
    interactive: false,
    smoothFactor: 0.5,
    color: safeColor(feature.color),
    weight: feature.weight ?? 2,
    dashArray: feature.dash || undefined,
    fillColor: fill,
    fillOpacity: opacity,
  });
}

/**
 * @param {Feature} feature
 * @param {L.Renderer} renderer
 */
function siteMark({ label_at: at, color }, renderer) {
  const [lon, lat] = at ?? [0, 0];
  const style = { radius: 8, color: "#ffffff", weight: 2.5, fillColor: safeColor(color), fillOpacity: 1 };
  return L.circleMarker([lat, lon], { renderer, interactive: false, ...style });
}

/**
 * Draw every layer of the scene, the first at the bottom.
 * @param {L.Map} map
 * @param {import("./scene.js").Scene} scene
 * @param {import("./patterns.js").Patterns} patterns
 * @returns {DrawnLayer[]}
 */
export function drawLayers(map, scene, patterns) {
  const tiers = (scene.legend ?? []).map(({ tier }) => tier);
  /** @param {Feature} feature */
  const rankOf = ({ tier = "" }) => (tiers.includes(tier) ? tiers.indexOf(tier) : tiers.length);
  return scene.layers.map((layer, order) => {
    const pane = `gm-${order}`;
    Object.assign(map.createPane(pane).style, { zIndex: FIRST_PANE + order, pointerEvents: "none" });
    const group = L.layerGroup().addTo(map);
    const { id, label, shapes } = layer;
    const unpacked = shapes && readShapes(shapes, layer.features?.length ?? 0);
    const features = (layer.features ?? []).map((feature, i) => (unpacked ? { ...feature, polygons: unpacked[i] } : feature));
    const coverage = layer.cells ? new Coverage(layer.cells, { ...layer, pane }) : null;
    if (coverage) group.addLayer(coverage.layer);
    const renderer = L.svg({ pane, padding: 0.3 });
    for (const feature of features) {
      if (feature.polygons?.length) group.addLayer(areaPath(feature, renderer, patterns));
      if (feature.kind === "site" && feature.label_at) group.addLayer(siteMark(feature, renderer));
      if (feature.label && feature.label_at) group.addLayer(labelMarker(feature, rankOf(feature)));
    }
    return { id, label, group, boxed: features.map((feature) => ({ feature, box: boxOf(feature) })), coverage };
  });
}

/**
 * Hide the labels that would cover others, now and after every move.
 * @param {L.Map} map
 */
export function keepLabelsApart(map) {
  let waiting = false;
  const update = () => {
    waiting = false;
    /** @type {HTMLElement[]} */
    const labels = [...map.getContainer().querySelectorAll(".gm-label")].filter((label) => label instanceof HTMLElement);
    labels.sort((one, other) => Number(one.dataset.rank) - Number(other.dataset.rank));
    const shown = withoutOverlap(labels.map((label) => label.getBoundingClientRect()));
    labels.forEach((label, i) => label.classList.toggle("gm-hidden", !shown[i]));
  };
  // Switching a layer tells of each of its features: one update a frame is enough.
  const updateSoon = () => {
    if (!waiting) requestAnimationFrame(update);
    waiting = true;
  };
  map.on("zoomend moveend layeradd layerremove", updateSoon);
  updateSoon();
}
