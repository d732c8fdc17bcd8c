/** The drawn layers: zones as SVG (hatches), dense cells on a canvas, sites and labels on top. */
import * as L from "leaflet";
import { html } from "./dom.js";
import { boxOf, withoutOverlap } from "./pick.js";
import { safeColor } from "./scene.js";

/** @typedef {import("./scene.js").Feature} Feature */
/** @typedef {import("./pick.js").Box} Box */
/**
 * @typedef {object} DrawnLayer
 * @property {string} id
 * @property {string} label
 * @property {L.LayerGroup} group
 * @property {{feature: Feature, box: Box | null}[]} boxed  in drawing order
 */

const FIRST_PANE = 410; // above Leaflet's overlay pane (400), below its markers (600)

/**
 * The rings of a feature as Leaflet wants them, latitude first.
 * @param {Feature} feature
 * @returns {L.LatLngTuple[][][]}
 */
export function latLngRings(feature) {
  return (feature.polygons ?? []).map((polygon) => polygon.map((ring) => ring.map(([lon, lat]) => [lat, lon])));
}

/**
 * @param {Feature} feature
 * @param {number} rank  where labels would cover each other the lowest rank stays
 */
function labelMarker({ label = "", label_at: at, kind }, rank) {
  const style = `gm-label gm-label-${kind === "site" ? "site" : "area"}`;
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
    weight: feature.weight ?? (feature.kind === "cell" ? 0.6 : 2),
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
  return scene.layers.map(({ id, label, features }, order) => {
    const pane = `gm-${order}`;
    Object.assign(map.createPane(pane).style, { zIndex: FIRST_PANE + order, pointerEvents: "none" });
    const isDense = features.every(({ kind, pattern }) => kind === "cell" && (pattern ?? "none") === "none");
    const renderer = isDense ? L.canvas({ pane, padding: 0.3 }) : L.svg({ pane, padding: 0.3 });
    const group = L.layerGroup().addTo(map);
    for (const feature of features) {
      if (feature.polygons?.length) group.addLayer(areaPath(feature, renderer, patterns));
      if (feature.kind === "site" && feature.label_at) group.addLayer(siteMark(feature, renderer));
      if (feature.label && feature.label_at) group.addLayer(labelMarker(feature, rankOf(feature)));
    }
    return { id, label, group, boxed: features.map((feature) => ({ feature, box: boxOf(feature) })) };
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
  // Switching a layer tells of each of its thousands of cells: one update a frame is enough.
  const updateSoon = () => {
    if (!waiting) requestAnimationFrame(update);
    waiting = true;
  };
  map.on("zoomend moveend layeradd layerremove", updateSoon);
  updateSoon();
}
