/** What the state of a view expects of its map and its dialogs, and what is chosen in it; only types. */

/** @typedef {{cells?: ArrayLike<number>, bounds?: number[], at?: number[] | null}} Target  bounds and places in EPSG:3857 */
/**
 * @typedef {object} Ghost  a plan, a proposal or territories laid over the map
 * @property {Int8Array | Int32Array} codes  for each cell; -1 for none
 * @property {string[]} palette  plain hex, by code; codes beyond it begin again
 * @property {import("./messages.js").Pattern[]} [patterns]  by code
 * @property {string} label
 * @property {import("./messages.js").CarveOut[]} [carve]  shown in place of those of the plan
 * @property {boolean} [covers]  whether the tiers under it are hidden
 * @property {string[]} [inks]  of the marks of the patterns, by code; empty for those of the colour itself
 * @property {Int32Array} [edges]  a label of each cell, -1 for none: where it changes, a border is drawn
 * @property {string[][]} [names]  the lines that are written over each label of the edges, where there is room
 */
/** @typedef {{dots: {at: ArrayLike<number>, size: number, chosen: boolean}[]}} Held  buildings of one official, in EPSG:3857 */
/**
 * @typedef {object} Dialogs  made by `dialogs(bench, root)` of dialogs.js
 * @property {(asked: {why: string}) => Promise<string | null>} askReason  null: not given, the stroke is taken back
 * @property {(conflict: any) => Promise<any>} showConflict
 * @property {() => void} showHelp
 * @property {(asked: {title: string, text?: string, yes?: string, no?: string}) => Promise<boolean>} confirm
 * @property {() => void} [save]  asks for the reason and saves
 * @property {() => void} [nextProblem]  flies to the next problem
 */
/**
 * @typedef {object} View  what the map does for the other parts; see mapview.js
 * @property {(target: Target, options?: {flash?: boolean}) => void} flyTo
 * @property {(ghost: Ghost | null) => void} ghost
 * @property {(cells: ArrayLike<number> | null) => void} highlight
 * @property {(label: string) => Promise<[number, number] | null>} askPoint
 * @property {(label: string) => Promise<number[] | null>} pickPolygon
 * @property {() => void} focus
 * @property {(make: (view: import("./mapview.js").MapView) => import("./tools.js").Tool, label: string) => () => void} lend  a tool for a while; what it returns takes the tool back
 */
/**
 * @typedef {object} Ui  what is chosen in this view
 * @property {number} tier  the paint choice: the place of a tier, or -1 for the eraser
 * @property {string} tool
 * @property {number} brushPx  diameter
 * @property {"touch" | "middle"} by  which cells a shape takes in
 * @property {{unassigned: boolean, village: string, weaker: boolean}} only  village: a level, or "" for anywhere
 * @property {"clear" | "release"} erase  take the tier away, or give the cells back to the rules
 * @property {string} areaLevel  of the tool for whole areas
 * @property {"tier" | "area"} floodBy  what bounds the fill
 * @property {number} radiusM  of the ring
 * @property {Record<string, boolean>} layers
 * @property {string} lastPainter  the tool that painted last
 * @property {import("./tools_enclose.js").Enclosing} enclose
 * @property {"draw" | "pick"} carveBy
 * @property {boolean} panel  whether the panel is open
 */

export {};
