/**
 * What travels between the kernel and the browser; only types.
 *
 * @typedef {"zh" | "en"} Lang
 * @typedef {{zh: string, en: string}} Text
 * @typedef {{id: string, zh: string, en: string}} Named
 * @typedef {"none" | "diagonal" | "cross" | "dots"} Pattern
 *
 * @typedef {object} Tier
 * @property {string} id
 * @property {string} zh
 * @property {string} en
 * @property {string} color  plain hex
 * @property {Pattern} pattern
 * @property {string} prefix  of the numbers of its zones
 * @property {{zh: string[], en: string[]}} measures
 *
 * @typedef {object} Hello
 * @property {Lang} lang
 * @property {number} cells
 * @property {Tier[]} tiers  the strictest first
 * @property {Named[]} levels  coarse to fine, the cell last
 * @property {string} workspace
 * @property {Named} protocol
 * @property {Named[]} protocols
 * @property {[number, number, number, number]} bounds  in EPSG:3857
 * @property {{url: string, attribution: string, max_zoom: number} | null} basemap
 * @property {Named[]} roles
 * @property {{public: string[], official: string[], field: string[]}} formats
 * @property {string} author
 * @property {string} branch
 * @property {string} now
 * @property {boolean} provisional
 *
 * @typedef {{id: string, name: string, level: string, parent: number}} Area
 *
 * @typedef {object} GridMessage
 * @property {number} n  of cells
 * @property {[number, number]} origin
 * @property {number} step  metres of EPSG:3857 to one step of the lattice
 * @property {number} arcs  their number
 * @property {Area[]} areas  all that are not cells
 *
 * @typedef {{households: number, officials: number, cases: number, sites: number, boundaries: number}} Tables  how many rows each has
 *
 * @typedef {{cells: number, households: number, residents: number, needs: number, area_m2: number}} Numbers
 * @typedef {{cells: number, households: number, residents: number}} Before
 *
 * @typedef {Numbers & {code: number, id: string, tier: number, name: string, vacancies: number | null, was: Before | null}} ZoneRow
 * @typedef {Numbers & {code: number, zones: number, was: Before | null}} TierRow  the last one has code -1: no tier
 *
 * @typedef {object} CarveOut
 * @property {string} id
 * @property {number} tier  its place; -1 for none
 * @property {string} zone
 * @property {string} name
 * @property {string} kind
 * @property {boolean} locked
 * @property {number[][] | null} rings  x, y, x, y... in EPSG:3857
 * @property {[number, number] | null} at
 * @property {number} households
 *
 * @typedef {{revision: number, cause: {client: string, seq: number} | null}} CellsMessage  what caused it, if a view did
 *
 * @typedef {object} PlanMessage
 * @property {number} revision
 * @property {boolean} full
 * @property {boolean} [counted]  false where its households are not counted yet
 * @property {boolean} [follow]  whether what follows the base tiers comes along
 * @property {string} version  empty where it is not counted
 * @property {boolean} saved
 * @property {number} unsaved
 * @property {boolean} can_undo
 * @property {boolean} can_redo
 * @property {string} branch
 * @property {number} save
 * @property {string} log  "ok", or why strokes do not reach the log
 * @property {number} recovered
 * @property {ZoneRow[]} zones
 * @property {TierRow[]} tiers
 * @property {CarveOut[]} carve
 *
 * @typedef {{kind: "notice", level: "info" | "warn" | "error", text: Text, key: string}} Notice
 * @typedef {object} Progress
 * @property {string} job
 * @property {number} done
 * @property {number} total
 * @property {Text} text
 * @property {"running" | "done" | "cancelled" | "failed"} state
 * @property {{path: string, size: number, format: string}[]} [files]
 *
 * @typedef {{type: string, [option: string]: any}} Edit  as in gridmap.core.edits, without its cells
 * @typedef {{kind: string, to?: string, seq?: number, [field: string]: any}} Content
 * @typedef {DataView | ArrayBuffer | Uint8Array} Buffer  as a message brings it
 */
export {};
