/**
 * What a page hands to drawScene: the drawable form of a plan, as gridmap/export/webmap.py writes it.
 * All text is plain text from tables and may be hostile; it reaches the page by textContent only.
 *
 * @typedef {[number, number]} LonLat
 * @typedef {[string, string]} Row  a label and a value
 * @typedef {"none" | "diagonal" | "cross" | "dots"} Pattern
 *
 * @typedef {object} Feature
 * @property {"zone" | "cell" | "site" | "label" | "place"} kind
 * @property {LonLat[][][]} [polygons]  polygons of rings, the outer ring first; none for a site, a label or a cell
 * @property {LonLat[][]} [lines]  the borders of a cell, piece by piece
 * @property {string} [tier]
 * @property {string} [color]  #rgb or #rrggbb
 * @property {number} [fill_opacity]
 * @property {Pattern} [pattern]
 * @property {string} [dash]  as in SVG's stroke-dasharray
 * @property {number} [weight]  of the outline, in pixels
 * @property {string} [title]
 * @property {Row[]} [rows]
 * @property {string} [label]  drawn on the map at label_at
 * @property {LonLat} [label_at]  also the place of a site
 * @property {string[]} [zones]  of a place: the labels of the zones it lies in; an empty text stands for "in none"
 * @property {{label: string, color?: string}[]} [tiers]  shown large under the title
 *
 * @typedef {object} Layer
 * @property {string} id
 * @property {string} label
 * @property {Feature[]} [features]
 * @property {import("./shapes.js").PackedShapes} [shapes]  the polygons of its features, where they are packed
 * @property {PackedCells} [cells]  instead of features: the cells of a grid, drawn as one picture
 * @property {string} [names]  of the cells: lines of text, packed by zlib, in base64
 * @property {string} [color]  of the borders of the cells
 *
 * @typedef {object} LegendEntry
 * @property {string} tier
 * @property {string} label
 * @property {string} color
 * @property {Pattern} [pattern]
 * @property {string} [dash]
 * @property {number} [fill_opacity]
 * @property {Row[]} [rows]
 * @property {string[]} [measures]
 *
 * @typedef {object} Scene
 * @property {"zh" | "en"} lang
 * @property {string} title
 * @property {Row[]} [head]  facts that are always in sight
 * @property {Row[]} [facts]
 * @property {Layer[]} layers
 * @property {LegendEntry[]} [legend]
 * @property {[[number, number], [number, number]]} bounds  [[south, west], [north, east]]
 * @property {import("./places.js").PackedPlaces | null} [places]
 * @property {string} [effective_at]  ISO 8601 with a time zone; empty for always
 * @property {string} [early_text]
 * @property {string} [banner]  such as "DRAFT 草稿"; empty for none
 * @property {string} [expires_at]  ISO 8601 with a time zone; empty for never
 * @property {string} [expired_text]
 */

/** @typedef {import("./grid/cells.js").CellsHead & {data: string}} PackedCells  the bytes in base64 */

const COLOR = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i;

/**
 * Read the scene out of the page.
 * @param {Document} [page]
 * @returns {Scene}
 */
export function readScene(page = document) {
  const element = page.getElementById("gridmap-scene");
  if (!element) throw new Error("gridmap: the page has no #gridmap-scene");
  return JSON.parse(element.textContent ?? "");
}

/**
 * The colour, or grey for anything that is not a plain hex colour.
 * @param {string | undefined} color
 */
export function safeColor(color) {
  return color && COLOR.test(color) ? color : "#555555";
}

/**
 * Is the page in force? A date that cannot be read counts as ended, so that nobody trusts the page by mistake.
 * @param {Pick<Scene, "effective_at" | "expires_at">} scene
 * @param {number} now  milliseconds since 1970
 * @returns {"early" | "in force" | "expired"}
 */
export function standing({ effective_at: from, expires_at: until }, now) {
  const [start, end] = [from, until].map((moment) => (moment ? Date.parse(moment) : null));
  if (Number.isNaN(start) || Number.isNaN(end) || (end !== null && now >= end)) return "expired";
  return start !== null && now < start ? "early" : "in force";
}
