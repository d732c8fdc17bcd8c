/** A canvas over the map that moves and zooms with it, and is drawn anew when the map rests. */
import * as L from "leaflet";
import { html } from "../dom.js";

export const WORLD_M = 40_075_016.685578488; // once round the world in EPSG:3857
const PADDING_PX = 160;
const NEAR_PX = 20;

/**
 * @typedef {object} Frame  where things lie on the canvas
 * @property {CanvasRenderingContext2D} ctx
 * @property {number} width  in pixels of the page
 * @property {number} height
 * @property {(at: ArrayLike<number>) => {x: number, y: number}} px  of a place in EPSG:3857
 * @property {number} perM  pixels to a metre of EPSG:3857
 * @property {number} ratio  device pixels to a pixel of the page
 * @property {{x: number, y: number}} corner  the left top corner in EPSG:3857
 */

/**
 * Is a place on the canvas, or close to it?
 * @param {Frame} frame
 * @param {{x: number, y: number}} at
 */
export function isSeen({ width, height }, { x, y }) {
  return x > -NEAR_PX && y > -NEAR_PX && x < width + NEAR_PX && y < height + NEAR_PX;
}

/**
 * @param {L.Map} map
 * @param {string} pane
 * @param {(frame: Frame) => void} paint
 */
export function sheet(map, pane, paint) {
  const canvas = html("canvas", { class: "gm-sheet leaflet-zoom-animated", "aria-hidden": "true" });
  map.getPane(pane)?.append(canvas);
  const ctx = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  let northWest = map.getCenter();
  let zoom = 0;
  let waits = false;

  const draw = () => {
    waits = false;
    const size = map.getSize();
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [size.x + 2 * PADDING_PX, size.y + 2 * PADDING_PX];
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      Object.assign(canvas, { width: Math.round(width * ratio), height: Math.round(height * ratio) });
      Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
    }
    zoom = map.getZoom();
    const corner = L.point(-PADDING_PX, -PADDING_PX);
    L.DomUtil.setTransform(canvas, map.containerPointToLayerPoint(corner), 1);
    northWest = map.containerPointToLatLng(corner);
    const perM = (256 * 2 ** zoom) / WORLD_M;
    const projected = map.project(northWest, zoom);
    const half = WORLD_M / 2;
    const px = (/** @type {ArrayLike<number>} */ at) => ({ x: (at[0] + half) * perM - projected.x, y: (half - at[1]) * perM - projected.y });
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.clearRect(0, 0, width, height);
    paint({ ctx, width, height, px, perM, ratio, corner: { x: projected.x / perM - half, y: half - projected.y / perM } });
  };
  /** Draw once before the next picture of the screen. */
  const later = () => {
    if (waits) return;
    waits = true;
    requestAnimationFrame(() => waits && draw());
  };
  map.on("moveend viewreset resize", draw);
  map.on("zoomanim", (event) => {
    const scale = map.getZoomScale(event.zoom, zoom);
    const pane = L.DomUtil.getPosition(map.getPane("mapPane") ?? canvas);
    const origin = map.project(event.center, event.zoom).subtract(map.getSize().divideBy(2)).add(pane).round();
    L.DomUtil.setTransform(canvas, map.project(northWest, event.zoom).subtract(origin), scale);
  });
  return { draw, later, canvas };
}
