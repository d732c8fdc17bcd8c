/**
 * What the kernel answers to the questions of the panel; only types.
 *
 * @typedef {import("./messages.js").Text} Text
 * @typedef {import("./messages.js").Edit} Edit
 * @typedef {import("./state.js").Bench} Bench
 * @typedef {{why: string, code: string, [field: string]: any}} Refusal
 *
 * @typedef {object} CertificateAnswer
 * @property {boolean} balanced
 * @property {number} households_in
 * @property {number} placed
 * @property {number} exceptions
 * @property {Record<string, number>} by_reason
 * @property {Record<string, number>} by_tier  households by the id of a tier, or "none"
 * @property {string[]} differences
 * @property {string[]} [findings]
 * @property {string} version
 *
 * @typedef {object} Problem
 * @property {string} kind
 * @property {string} target
 * @property {Text} detail
 * @property {number[]} cells
 * @property {[number, number] | null} at  in EPSG:3857
 * @property {{label: Text, edits: Edit[]} | null} fix
 *
 * @typedef {{id: string, zh: string, en: string, officials: number, duties: number, hard: number, vacancies: number}} RoleRow
 * @typedef {object} Vacancy
 * @property {string} role
 * @property {string} target_kind  zone, area, site or household
 * @property {string} target
 * @property {string} [name]  of the target
 * @property {number} missing
 * @property {boolean} hard
 * @property {number[]} [cells]
 *
 * @typedef {{official: string, name?: string, role: string, kind: string, detail: string | Text}} DutyConflict
 * @typedef {{official: string, name?: string, role: string, targets: number, households: number, capacity: number | null, share: number | null}} Load
 * @typedef {{roles: RoleRow[], vacancies: Vacancy[], conflicts: DutyConflict[], loads: Load[]}} DutiesAnswer
 *
 * @typedef {{n: number, kind: string, text: Text, time: string, undone: boolean, saved?: boolean}} Stroke
 * @typedef {object} Version
 * @property {number} save
 * @property {string} version
 * @property {string} author
 * @property {string} time
 * @property {string} reason
 * @property {number} edits
 * @property {string} branch
 * @property {number | null} parent
 *
 * @typedef {{id: string, edits: number, time: string, author: string, host?: string}} Draft  unsaved edits of a workbench that was not closed
 * @typedef {{log: Stroke[], versions: Version[], branches: {name: string, save: number | null, current: boolean}[], drafts?: Draft[]}} HistoryAnswer
 * @typedef {{tier_before: string, tier_after: string, cells: number, households: number, residents: number}} Move
 * @typedef {{rows: Move[], households: number, summary: Text}} CompareAnswer
 *
 * @typedef {{kind: string, target: string, before: string, theirs: string, mine: string, clash: boolean}} Difference
 *
 * @typedef {object} ExportState
 * @property {Record<string, any>} document  the head kept in the workspace
 * @property {{id: string, zh: string, en: string}[] | string[]} audiences
 * @property {Record<string, string[]>} formats  by audience
 * @property {{audience: string, why: string | Text, code?: string}[]} blocked
 * @property {{time: string, audience: string, file: string, author: string, recipient: string, version: string, persons: number}[]} exports
 * @property {Record<string, string>} folders  by audience, where nothing else is said
 *
 * @typedef {{id: string, address: string, at: [number, number] | null, residents: number, detail?: string}} RosterHit
 * @typedef {object} ProposalAnswer
 * @property {string} token
 * @property {{id?: string, tier: string, name: string, cells: number, households: number, new?: boolean}[]} zones
 * @property {{cells: number, households: number, by_tier: Record<string, number>}} changes
 * @property {(string | {id?: string, why?: string})[]} unplaced
 * @property {string[]} warnings
 * @property {import("./messages.js").CarveOut[]} [carve]  those of the plan as proposed
 */
export {};
