/** How the cells look: the colours of the tiers, borders by scale, light or dark, and what is laid over them. */
import * as L from "leaflet";
import { html } from "../dom.js";
import { rgba } from "../grid/compose.js";

/** @typedef {import("./mapview.js").MapView} MapView */

const FILL = { light: 0.5, dark: 0.44 };
const TINT = 0.5;
const COVER = 0.92; // of what is to be told from the tiers under it
const TINTS_MOST = 127;
export const CLOSEST_ZOOM = 22;
const INKS = {
  light: { ink: "#15181c", soft: "#4a525b", halo: "#ffffffe6", home: "#1c1f23a0" },
  dark: { ink: "#f2f4f6", soft: "#b6bec8", halo: "#14171be6", home: "#e6e9eeb0" },
};

export class Look {
  /** @param {MapView} view */
  constructor(view) {
    this.view = view;
    this.bench = view.bench;
    this.isDark = false;
    /** What lies over the map. @type {import("./seams.js").Ghost | null} */
    this.over = null;
    /** @type {L.TileLayer | null} */
    this.tiles = null;
    this.credit = html("div", { class: "gm-credit" });
    view.holder.append(this.credit);
    const { bench } = view;
    bench.on("hello", () => this.showBasemap());
    bench.on("plan", ({ full }) => full && this.restyle());
    bench.on("layers", () => {
      this.showBasemap();
      this.restyle();
    });
    view.map.on("zoomend", () => this.restyleAreas());
  }

  /** Colours that are laid over the map with borders of their own are light in the dark too. @returns {import("../grid/compose.js").Rgba} */
  get zoneBorder() {
    return this.isDark && !this.over?.edges ? [245, 247, 250, 255] : [24, 28, 33, 255];
  }

  /** The colour of a household. */
  get home() {
    return this.over?.covers ? INKS.light.home : this.inks.home;
  }

  get inks() {
    return this.isDark ? INKS.dark : INKS.light;
  }

  restyle() {
    const { bench, isDark } = this;
    const { hello, ui } = bench;
    if (!bench.cells || !hello || !bench.plan) return;
    const shown = ui.layers.zones ? hello.tiers : [];
    const alpha = isDark ? FILL.dark : FILL.light;
    this.view.layer.setStyle({
      tier: bench.tier,
      zone: ui.layers.zones ? bench.zone : null,
      flags: bench.flags,
      fills: shown.map(({ color }) => rgba(color, alpha)),
      patterns: shown.map(({ pattern }) => pattern),
      plain: isDark ? [38, 42, 48, this.tiles ? 90 : 255] : [250, 250, 248, this.tiles ? 60 : 255],
      zoneBorder: this.zoneBorder,
      cellBorder: ui.layers.cells ? (isDark ? [120, 128, 138, 120] : [90, 98, 108, 110]) : [0, 0, 0, 0],
      areaBorder: isDark ? [190, 198, 208, 210] : [70, 78, 88, 210],
      areas: this.view.overlays.names.bordersNow(),
      highlight: this.view.marked,
      pending: bench.strokes.over,
      dark: isDark,
    });
  }

  /** The borders of areas that can be read at this scale. */
  restyleAreas() {
    if (!this.bench.plan) return;
    const areas = this.view.overlays.names.bordersNow();
    if (areas !== this.view.layer.style.areas) this.view.layer.setStyle({ areas });
  }

  showBasemap() {
    const { hello, ui } = this.bench;
    this.tiles?.remove();
    this.tiles = null;
    this.credit.textContent = "";
    if (!hello?.basemap || !ui.layers.basemap) return;
    const { url, attribution, max_zoom: maxNativeZoom } = hello.basemap;
    this.tiles = L.tileLayer(url, { maxNativeZoom, maxZoom: CLOSEST_ZOOM }).addTo(this.view.map);
    this.credit.textContent = attribution; // Leaflet's own control would take it as HTML
  }

  /** @param {boolean} isDark */
  setDark(isDark) {
    this.isDark = isDark;
    this.restyle();
    this.view.overlays.sheet.later();
  }

  /** The colour of a tier by its place; grey for none. @param {number} code */
  colorOf(code) {
    const color = this.bench.hello?.tiers[code]?.color ?? "";
    return /^#[0-9a-f]{6}$/i.test(color) ? color : "#6b737c";
  }

  /** @param {import("./seams.js").Ghost | null} ghost */
  ghost(ghost) {
    this.over = ghost;
    const palette = ghost?.palette ?? [];
    const colors = Math.max(1, Math.min(TINTS_MOST, palette.length));
    const tint = ghost ? Int8Array.from(ghost.codes, (code) => (code < 0 ? -1 : code % colors)) : null;
    this.view.layer.setStyle({
      tint,
      tints: palette.map((color) => rgba(color, ghost?.covers ? COVER : TINT)),
      tintPatterns: ghost?.patterns ?? [],
      tintInks: (ghost?.inks ?? []).map((color) => (color ? rgba(color) : undefined)),
      tintEdges: ghost?.edges ?? null,
      zoneBorder: this.zoneBorder,
    });
  }
}
