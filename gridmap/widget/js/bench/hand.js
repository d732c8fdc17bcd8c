/** Handing over: whose duties, which of them, and to whom, as it is chosen on the map and in the panel. */
import { float32, int32, uint32 } from "./buffers.js";

/** @typedef {import("./answers.js").Bench} Bench */
/** @typedef {import("./answers.js").Burden} Burden */
/** @typedef {import("./answers.js").HeldGroup & {cells: Uint32Array}} Group */
/** @typedef {import("./duty_ghosts.js").Shares} Shares */
/** @typedef {"click" | "box" | "lasso"} Mode */
/** @typedef {{burden: Burden, now: number, then: number, capacity: number | null, over: boolean}} Side */

const NEAR_MOST = 2_000;
/** @type {Shares} */
export const NOBODY = { legend: [], codes: new Int32Array(0), pairs: new Int32Array(0), vacant: new Uint32Array(0) };

/**
 * Read what a view is told of the territories of a role.
 * @param {import("./link.js").Answer} answer
 * @returns {Shares}
 */
export function sharesOf({ officials, names, buffers }) {
  const legend = officials.map((/** @type {string} */ official, /** @type {number} */ code) => ({ code, official, label: names[code] }));
  return { legend, codes: int32(buffers[0]), pairs: int32(buffers[1]), vacant: uint32(buffers[2]) };
}

/**
 * Read how much every official carries.
 * @param {import("./link.js").Answer} answer
 * @returns {import("./answers.js").LoadsAnswer}
 */
export function loadsOf({ role, unit, officials, names, buffers }) {
  const [households, targets, pinned, before] = buffers.slice(0, 4).map(int32);
  const capacities = float32(buffers[4]);
  const rows = officials.map((/** @type {string} */ official, /** @type {number} */ place) => {
    const capacity = Number.isNaN(capacities[place]) ? null : capacities[place];
    const share = capacity ? households[place] / capacity : null;
    return { official, name: names[place], households: households[place], targets: targets[place], capacity, share, pinned: pinned[place], before: before[place] < 0 ? null : before[place] };
  });
  return { role, unit, rows };
}

/**
 * Read groups with their cells.
 * @param {import("./link.js").Answer} answer
 * @returns {Group[]}
 */
export function groupsOf({ groups, buffers }) {
  const cells = uint32(buffers[0]);
  const first = uint32(buffers[1]);
  return groups.map((/** @type {import("./answers.js").HeldGroup} */ group, /** @type {number} */ place) => ({ ...group, cells: cells.slice(first[place], first[place + 1]) }));
}

/**
 * The officials of a cell, who has most of it first.
 * @param {Shares} shares
 * @param {number} cell
 * @returns {string[]}
 */
export function officialsAt({ legend, codes, pairs }, cell) {
  const found = [];
  for (let i = 0; i + 2 < pairs.length; i += 3) if (pairs[i] === cell) found.push([pairs[i + 1], pairs[i + 2]]);
  found.sort((a, b) => b[1] - a[1]);
  const all = found.length ? found.map(([code]) => code) : codes[cell] >= 0 ? [codes[cell]] : [];
  return all.map((code) => legend[code].official);
}

/**
 * Is a place inside a ring? By the even-odd rule.
 * @param {ArrayLike<number>} at
 * @param {[number, number][]} ring
 */
export function isInside(at, ring) {
  const [x, y] = [at[0], at[1]];
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [x1, y1] = ring[i];
    const [x2, y2] = ring[j];
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside;
  }
  return inside;
}

export class Hand {
  /**
   * @param {Bench} bench
   * @param {() => void} changed  what is chosen changed
   */
  constructor(bench, changed) {
    this.bench = bench;
    this.changed = changed;
    this.role = "";
    /** @type {"households" | "targets"} */
    this.unit = "households";
    /** @type {Map<string, Burden>} */
    this.burdens = new Map();
    /** @type {Shares} */
    this.shares = NOBODY;
    this.from = "";
    this.to = "";
    /** @type {Group[]} */
    this.groups = [];
    /** The keys of the groups that are chosen. @type {Set<string>} */
    this.chosen = new Set();
    /** @type {Mode} */
    this.mode = "click";
    this.asked = 0;
  }

  /** Is anything being handed over? */
  get isOpen() {
    return Boolean(this.from);
  }

  get picked() {
    return this.groups.filter(({ key }) => this.chosen.has(key));
  }

  /** How much is chosen, in what the role's loads are counted in. */
  get amount() {
    return this.picked.reduce((sum, group) => sum + this.sizeOf(group), 0);
  }

  /** @param {Group} group */
  sizeOf({ households }) {
    return this.unit === "households" ? households : 1;
  }

  /**
   * Choose whose duties are handed over.
   * @param {string} official
   * @returns {Promise<void>}  fails where the kernel refuses
   */
  async choose(official) {
    const turn = ++this.asked;
    const answer = await this.bench.ask("holdings", { official, role: this.role });
    if (turn !== this.asked) return;
    const groups = groupsOf(answer);
    const isSame = official === this.from;
    const kept = new Set(groups.map(({ key }) => key));
    this.groups = groups;
    this.chosen = new Set(isSame ? [...this.chosen].filter((key) => kept.has(key)) : []);
    if (!isSame) this.to = "";
    this.from = official;
    this.show();
  }

  /** Ask for what the official holds now, as after a change from elsewhere. */
  async refresh() {
    if (!this.from) return;
    if (!this.burdens.has(this.from)) this.end();
    else await this.choose(this.from);
  }

  /** @param {string[]} keys  turned round, one by one */
  toggle(keys) {
    for (const key of keys) if (!this.chosen.delete(key)) this.chosen.add(key);
    this.show();
  }

  /** @param {boolean} all */
  takeAll(all) {
    this.chosen = new Set(all ? this.groups.map(({ key }) => key) : []);
    this.show();
  }

  /**
   * Turn round what lies in a cell: all of it is chosen, unless all of it is already.
   * @param {number} cell
   * @returns {boolean}  whether something of the official lies there
   */
  takeCell(cell) {
    const here = this.groups.filter(({ cells }) => cells.includes(cell)).map(({ key }) => key);
    if (!here.length) return false;
    const all = here.every((key) => this.chosen.has(key));
    for (const key of here) {
      if (all) this.chosen.delete(key);
      else this.chosen.add(key);
    }
    this.show();
    return true;
  }

  /**
   * Choose what lies inside a shape too.
   * @param {[number, number][]} ring  on the lattice
   * @param {(at: ArrayLike<number>) => [number, number]} latticeOf  of a place in EPSG:3857
   */
  takeRing(ring, latticeOf) {
    const { middle } = this.bench.cells ?? { middle: [] };
    for (const { key, at, cells } of this.groups) {
      const places = at ? [latticeOf(at)] : [...cells].map((cell) => [middle[2 * cell], middle[2 * cell + 1]]);
      if (places.some((place) => isInside(place, ring))) this.chosen.add(key);
    }
    this.show();
  }

  /** @param {string} official  who is to have it */
  give(official) {
    if (official === this.from) return;
    this.to = official;
    this.changed();
  }

  /**
   * Both loads before and after, as far as they are chosen.
   * @returns {{from: Side | null, to: Side | null}}
   */
  preview() {
    return { from: this.side(this.from, -this.amount), to: this.side(this.to, this.amount) };
  }

  /**
   * @param {string} official
   * @param {number} change
   * @returns {Side | null}
   */
  side(official, change) {
    const burden = this.burdens.get(official);
    if (!burden) return null;
    const capacity = this.unit === "households" ? burden.capacity : null;
    const then = burden[this.unit] + change;
    return { burden, now: burden[this.unit], then, capacity, over: capacity !== null && then > capacity };
  }

  /**
   * Who could take what is chosen: who has room for it first, then who is near.
   * @returns {Side[]}
   */
  takers() {
    const away = this.distances();
    const { amount } = this;
    const sides = this.near(away).flatMap((official) => this.side(official, amount) ?? []);
    const far = (/** @type {Side} */ { burden }) => away.get(burden.official) ?? Infinity;
    return sides.sort((a, b) => Number(a.over) - Number(b.over) || far(a) - far(b) || a.then - b.then);
  }

  /**
   * Everybody else; of very many those whose cells are near.
   * @param {Map<string, number>} away
   */
  near(away) {
    const others = [...this.burdens.keys()].filter((official) => official !== this.from);
    if (others.length <= NEAR_MOST || !away.size) return others;
    const far = Float64Array.from(away.values()).sort();
    const most = far[Math.min(NEAR_MOST, far.length) - 1];
    return others.filter((official) => official === this.to || (away.get(official) ?? Infinity) <= most);
  }

  /** How far the cells of every official are from what is chosen, on the lattice. */
  distances() {
    const { cells } = this.bench;
    /** @type {Map<string, number>} */
    const away = new Map();
    const own = (this.chosen.size ? this.picked : this.groups).flatMap((group) => [...group.cells]);
    if (!cells || !own.length) return away;
    const { middle } = cells;
    const x = own.reduce((sum, cell) => sum + middle[2 * cell], 0) / own.length;
    const y = own.reduce((sum, cell) => sum + middle[2 * cell + 1], 0) / own.length;
    const note = (/** @type {number} */ cell, /** @type {number} */ code) => {
      if (code < 0) return;
      const { official } = this.shares.legend[code];
      const far = (middle[2 * cell] - x) ** 2 + (middle[2 * cell + 1] - y) ** 2;
      if (far < (away.get(official) ?? Infinity)) away.set(official, far);
    };
    this.shares.codes.forEach((code, cell) => note(cell, code));
    const { pairs } = this.shares;
    for (let i = 0; i + 2 < pairs.length; i += 3) note(pairs[i], pairs[i + 1]);
    return away;
  }

  /**
   * Hand over what is chosen.
   * @returns {Promise<import("./answers.js").HandedOver>}  fails where the kernel refuses
   */
  async confirm() {
    const answer = await this.bench.ask("hand_over", { official: this.from, to: this.to, role: this.role, groups: [...this.chosen] });
    this.end();
    return answer.done;
  }

  /** Mark on the map what the official holds, and what of it is chosen. */
  show() {
    const shown = this.chosen.size ? this.picked : this.groups;
    this.bench.highlight(this.from ? [...new Set(shown.flatMap(({ cells }) => [...cells]))] : null);
    const dots = this.groups.flatMap(({ at, key, households }) => (at ? [{ at, size: households, chosen: this.chosen.has(key) }] : []));
    this.bench.emit("held", this.from ? { dots } : null);
    this.changed();
  }

  /** Leave it. */
  end() {
    this.asked++;
    const was = this.isOpen;
    this.from = this.to = "";
    this.groups = [];
    this.chosen = new Set();
    if (was) this.show();
  }
}
