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
 * @typedef {{id: string, zh: string, en: string, officials: number, of: number, duties: number, hard: number, vacancies: number, overloads: number}} RoleRow  `officials` serve, `of` so many there are
 * @typedef {{official: string, name: string}} Person
 * @typedef {{path: string[], cells: number[], bounds: number[] | null}} Spot  areas from the coarsest on; the bounds where the cells are very many
 *
 * @typedef {object} BoardPart
 * @property {"vacancy" | "overload" | "conflict"} group
 * @property {string} kind  vacancy, or the kind of the conflict
 * @property {string} role
 * @property {string} official  of a conflict
 * @property {string} name
 * @property {string} target_kind  zone, area, site or household
 * @property {string} target
 * @property {string} target_name
 * @property {number} missing
 * @property {boolean} hard
 * @property {Text} detail
 * @property {Person | null} substitute
 * @property {boolean} can  whether the substitute can take it over at once
 * @typedef {BoardPart & Spot} BoardRow
 *
 * @typedef {{role: string, households: number, linked: number, travel_m: number | null, gap: number | null, buildings: number, split: number}} Travel
 * @typedef {{role: string, unit: string, count: number, target_name: string, before: Person | null, after: Person | null} & Spot} DutyMove
 * @typedef {{is_in_force: boolean, since: string | null, by: string, by_hand: boolean, travel: Travel[], compared: boolean, changed: number, moves: DutyMove[], moves_total: number}} Account
 * @typedef {{role: string, from: Person, to: Person, households: number, targets: number}} HandedOver
 *
 * @typedef {object} DutiesAnswer
 * @property {boolean} [unasked]  nobody has asked for the duties of a large county; then only its size is told
 * @property {number} [cells]
 * @property {number} [households]
 * @property {RoleRow[]} roles
 * @property {BoardRow[]} board
 * @property {number} board_total
 * @property {number} missing  persons, of zones, areas and sites
 * @property {number} unlinked  households without anybody, of every role that is linked to them
 * @property {number} hard  of them
 * @property {string[]} linking  the roles that are linked to households
 * @property {{steps: string[], households: number, staffed: number, reasons: Record<string, number>}} proof  the steps are roles
 * @property {Account} account
 * @property {HandedOver | null} last  what can be taken back
 * @property {number} pinned  duties set by hand
 * @property {{households: number, reached: number} | null} reached  by the field; null where nothing came back
 *
 * @typedef {{official: string, name: string, households: number, targets: number, capacity: number | null, share: number | null, pinned: number, before: number | null}} Burden
 * @typedef {{role: string, unit: "households" | "targets", rows: Burden[]}} LoadsAnswer
 * @typedef {{key: string, kind: string, name: string, at: [number, number] | null, households: number, pinned: number}} HeldGroup
 *
 * @typedef {{team: string, zh: string, en: string, zone: string, zone_name: string, leader: Person[], members: Person[], leader_missing: number, members_missing: number, cells: number[], bounds: number[] | null}} Team
 * @typedef {{target_kind: string, target: string, target_name: string, role: string, shift: string, needed: number, filled: number} & Spot} Headcount
 * @typedef {{zone: string, zh: string, en: string, unit: Text, amount: number, per_day: boolean, people: number, households: number}} Need
 * @typedef {object} TeamsAnswer
 * @property {boolean} [unasked]
 * @property {Team[]} teams
 * @property {Headcount[]} headcount
 * @property {{id: string, zh: string, en: string, hours: string}[]} shifts
 * @property {{official: string, name: string, role: string, target: string, shift: string}[]} on_shift
 * @property {Need[]} supplies
 * @property {{official: string, name: string, role: string, zone: string, tier: string}[]} homes
 *
 * @typedef {{area: string, name: string, households: number, reached: number, not_reached: number} & Spot} ReachedRow
 * @typedef {{level: string, households: number, reached: number, asked: number, rows: ReachedRow[]}} FollowupsAnswer
 *
 * @typedef {"met" | "not_met" | "unknown"} ConditionState
 * @typedef {object} ClockZone
 * @property {string} zone
 * @property {string} name
 * @property {string} tier
 * @property {number | null} day  null where its day 0 is not known
 * @property {number | null} of  so many days its stage takes
 * @property {string} started
 * @property {Text} stage
 * @property {string} round_due  from when the next round is due; empty if none is
 * @property {{round: number | null, due: number | null, tested: number | null} | null} round  the last one
 * @property {number} next_round  its number
 * @property {{building: string, until: string}[]} parts  buildings that are kept on
 * @property {string} earliest
 * @property {string} then  a tier, "none" or empty
 * @property {string} state  one of gridmap.model.clock.STATES
 * @property {{text: Text, state: ConditionState, missing: Text}[]} conditions
 * @property {{at: string, text: Text}[]} restarts
 * @property {{key: string, text: Text, reason: Text}[]} proposals
 * @typedef {{id: string, kind: string, at: string, place: string, round: number | null, due: number | null, tested: number | null, positive: number | null, persons: number | null, result: string, note: string, author: string, withdrawn: boolean}} EventRow  a count of null is unknown
 * @typedef {{kind: "building" | "household", id: string, label: string, detail: string, residents: number, zone: string, area: string, cells: number[]}} Home  found by its address
 * @typedef {{sites: {id: string, name: string, kind: string}[], away: {household: string, place: string, site: string, persons: number}[], requests: {id: string, at: string, place: string, note: string}[], owners?: {id: string, name: string}[]}} EventForm  what the form of an event offers
 * @typedef {{at: string, now: string, zones: ClockZone[], zones_total: number, states: Record<string, Text>, kinds: {id: string, zh: string, en: string}[], events: EventRow[], events_total: number}} ClockAnswer
 *
 * @typedef {[number | null, number | null]} Measured  done and due; null where nobody has told
 * @typedef {{area: string, name: string, parent: string, measures: Measured[], open: number}} BoardArea
 * @typedef {{kind: string, since: string, area: string, name: string, zone: string, detail: Text, count: number}} OpenItem
 * @typedef {object} CountyBoard
 * @property {string} now
 * @property {boolean} staffed  whether the duties are known
 * @property {string[]} measures
 * @property {Measured[]} totals  by measure
 * @property {BoardArea[]} areas
 * @property {OpenItem[]} open  the oldest first
 * @property {number} open_total
 * @property {{save: number | null, time: string, open: number | null}[]} trend  the last one is now
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
 * @typedef {{zone_before: string, zone_after: string, name_before: string, name_after: string, tier_before: string, tier_after: string, changes: string[], households_before: number, households_after: number, cells: number[], bounds: number[] | null}} ZoneChange
 * @typedef {{rows: Move[], households: number, summary: Text, zones?: ZoneChange[], zones_total?: number}} CompareAnswer
 *
 * @typedef {{kind: string, target: string, before: string, theirs: string, mine: string, clash: boolean}} Difference
 *
 * @typedef {{zones: {zone: string, name: string, tier: string, why: Text}[], of: number, is_all: boolean}} HeldBack  `of` so many zones that hold anybody
 *
 * @typedef {object} ExportState
 * @property {Record<string, any>} document  the head kept in the workspace
 * @property {{id: string, zh: string, en: string}[] | string[]} audiences
 * @property {Record<string, string[]>} formats  by audience
 * @property {{audience: string, why: string | Text, code?: string}[]} blocked
 * @property {HeldBack} [held]  from officials and the field
 * @property {{time: string, audience: string, file: string, author: string, recipient: string, version: string, persons: number}[]} exports
 * @property {Record<string, string>} folders  by audience, where nothing else is said
 * @property {import("./export_job.js").Step | null} [running]  the export that is under way
 *
 * @typedef {{id: string, address: string, at: [number, number] | null, residents: number, detail?: string}} RosterHit
 * @typedef {object} ProposalAnswer
 * @property {string} token
 * @property {{id?: string, tier: string, name: string, cells: number, households: number, new?: boolean}[]} zones
 * @property {{cells: number, households: number, by_tier: Record<string, number>}} changes
 * @property {(string | {id?: string, why?: string})[]} unplaced
 * @property {string[]} warnings
 * @property {{zone_before: string, zone_after: string, tier_before: string, tier_after: string, cases: string[]}[]} [raised]  zones that a case in them makes stricter as a whole
 * @property {import("./messages.js").CarveOut[]} [carve]  those of the plan as proposed
 *
 * @typedef {{cells: number[], bounds: number[] | null}} Where  the bounds where the cells are very many
 * @typedef {{key: string, label: string} & Where} NoticeCandidate
 * @typedef {{key: string, text: string, state: string, tier: string, label: string, note: Text, candidates: NoticeCandidate[]} & Where} NoticePhrase  the state is matched, ambiguous, unmatched or ignored
 * @typedef {ProposalAnswer & {pieces: {text: string, phrase: string}[], phrases: NoticePhrase[], effective: Text}} NoticeAnswer  a piece of the text belongs to the phrase of that key, or to none
 */
export {};
