/** The live numbers: those that the kernel counted, and what the unanswered strokes change about them. */

/** @typedef {import("./messages.js").Numbers} Numbers */
/** @typedef {import("./messages.js").PlanMessage} PlanMessage */
/** @typedef {{households: Int32Array, residents: Int32Array, needs: Int32Array, area_m2: Float32Array}} Weights */

/** @returns {Numbers} */
function nothing() {
  return { cells: 0, households: 0, residents: 0, needs: 0, area_m2: 0 };
}

export class Tallies {
  /** @param {Weights} weights  what each cell counts for: its households that follow its tier, and so on */
  constructor(weights) {
    this.weights = weights;
    /** @type {Map<number, Numbers>} */
    this.tiers = new Map();
    /** @type {Map<number, Numbers>} */
    this.zones = new Map();
    /** The tier of each zone that only strokes made. @type {Map<number, number>} */
    this.madeZones = new Map();
  }

  clear() {
    this.tiers.clear();
    this.zones.clear();
    this.madeZones.clear();
  }

  /**
   * @param {Map<number, Numbers>} rows
   * @param {number} code
   * @param {number} cell
   * @param {1 | -1} sign
   */
  count(rows, code, cell, sign) {
    let row = rows.get(code);
    if (!row) rows.set(code, (row = nothing()));
    row.cells += sign;
    row.households += sign * this.weights.households[cell];
    row.residents += sign * this.weights.residents[cell];
    row.needs += sign * this.weights.needs[cell];
    row.area_m2 += sign * this.weights.area_m2[cell];
  }

  /**
   * A cell goes from one tier and zone to another.
   * @param {number} cell
   * @param {number} tier
   * @param {number} zone
   * @param {number} wasTier
   * @param {number} wasZone
   */
  move(cell, tier, zone, wasTier, wasZone) {
    if (tier !== wasTier) {
      this.count(this.tiers, wasTier, cell, -1);
      this.count(this.tiers, tier, cell, 1);
    }
    if (zone !== wasZone) {
      this.count(this.zones, wasZone, cell, -1);
      this.count(this.zones, zone, cell, 1);
      this.madeZones.set(zone, tier);
    }
  }

  /**
   * The rows of the tiers with the strokes counted in.
   * @param {PlanMessage} plan
   */
  tierRows(plan) {
    return plan.tiers.map((row) => added(row, this.tiers.get(row.code)));
  }

  /**
   * The rows of the zones with the strokes counted in; at the end those that are new.
   * @param {PlanMessage} plan
   * @returns {import("./messages.js").ZoneRow[]}
   */
  zoneRows(plan) {
    const known = new Set(plan.zones.map(({ code }) => code));
    const fresh = [...this.zones].filter(([code, { cells }]) => code >= 0 && !known.has(code) && cells > 0);
    const made = fresh.map(([code, numbers]) => {
      return { code, id: "", tier: this.madeZones.get(code) ?? -1, name: "", vacancies: null, was: null, ...numbers };
    });
    return [...plan.zones.map((row) => added(row, this.zones.get(row.code))), ...made];
  }
}

/**
 * @template {Numbers} Row
 * @param {Row} row
 * @param {Numbers | undefined} change
 * @returns {Row}
 */
function added(row, change) {
  if (!change) return row;
  const sums = { ...row };
  for (const name of /** @type {(keyof Numbers)[]} */ (Object.keys(change))) {
    if (row[name] !== null) sums[name] = row[name] + change[name]; // null: not counted yet
  }
  return sums;
}
