// A kernel for tests of one page: eighty square cells in four villages, a plan, and answers to what views ask.
// `kernel.asked` keeps what was asked; `kernel.silent` holds the answers back; `kernel.refuse` refuses by kind.

export const [COLUMNS, ROWS, SIDE_M, STEP] = [10, 8, 200, 0.2];
export const ORIGIN = [13_420_000, 3_600_000];
const N = COLUMNS * ROWS;
const NONE = -1;
const TIERS = [
  ["sealed", "封控区", "Sealed", "#b2182b", "cross", "S"],
  ["controlled", "管控区", "Controlled", "#ef8a00", "diagonal", "C"],
  ["prevention", "防范区", "Prevention", "#2166ac", "dots", "P"],
].map(([id, zh, en, color, pattern, prefix]) => ({ id, zh, en, color, pattern, prefix, measures: { zh: [], en: [] } }));
const LEVELS = [["county", "区县", "County"], ["village", "村社区", "Village"], ["grid", "网格", "Grid"]].map(([id, zh, en]) => ({ id, zh, en }));
const HOSTILE = "<img src=x onerror=window.hit=1>";

const each = (make) => Array.from({ length: N }, (_, cell) => make(cell));
const column = (cell) => cell % COLUMNS;
const row = (cell) => Math.floor(cell / COLUMNS);
const village = (cell) => 1 + (column(cell) < COLUMNS / 2 ? 0 : 1) + (row(cell) < ROWS / 2 ? 0 : 2);
const beside = (cell) => [[-1, 0], [1, 0], [0, -1], [0, 1]].map(([x, y]) => [column(cell) + x, row(cell) + y]).filter(([x, y]) => x >= 0 && y >= 0 && x < COLUMNS && y < ROWS).map(([x, y]) => y * COLUMNS + x);
const buffer = (array) => new DataView(array.buffer);
const homes = Int32Array.from(each((cell) => 1 + (cell % 7)));
const people = homes.map((count) => 2 * count);
const needy = homes.map((count) => count % 2);

/** Bytes as zlib stores them without packing. */
function stored(text) {
  const bytes = new TextEncoder().encode(text);
  const size = bytes.length;
  return buffer(Uint8Array.from([0x78, 1, 1, size & 255, size >> 8, ~size & 255, (~size >> 8) & 255, ...bytes, 0, 0, 0, 0]));
}

/** Every border of two cells, or of a cell and the outside, as one arc of two corners. */
function borders() {
  const arcs = [];
  const cellAt = (x, y) => (x >= 0 && y >= 0 && x < COLUMNS && y < ROWS ? y * COLUMNS + x : NONE);
  for (let x = 0; x <= COLUMNS; x++) for (let y = 0; y < ROWS; y++) arcs.push([x, y, x, y + 1, cellAt(x - 1, y), cellAt(x, y)]);
  for (let y = 0; y <= ROWS; y++) for (let x = 0; x < COLUMNS; x++) arcs.push([x, y, x + 1, y, cellAt(x, y), cellAt(x, y - 1)]);
  const numbers = [];
  let [px, py] = [0, 0];
  for (const arc of arcs) {
    const [x0, y0, x1, y1] = arc.slice(0, 4).map((place) => (place * SIDE_M) / STEP);
    numbers.push(2, x0 - px, y0 - py, x1 - x0, y1 - y0);
    [px, py] = [x1, y1];
  }
  const bytes = numbers.flatMap((number) => {
    const answer = [];
    let rest = number < 0 ? -2 * number - 1 : 2 * number;
    for (; rest > 127; rest = Math.floor(rest / 128)) answer.push((rest & 127) | 128);
    return [...answer, rest];
  });
  return { count: arcs.length, bytes: buffer(Uint8Array.from(bytes)), sides: buffer(Int32Array.from(arcs.flatMap((arc) => arc.slice(4)))) };
}

export class Kernel {
  constructor() {
    this.heard = new Set();
    this.asked = [];
    this.waiting = [];
    this.silent = false;
    this.refuse = {};
    this.isNew = true;
    this.needsReason = new Set();
    this.revision = 0;
    this.plan = { tier: new Int8Array(N).fill(NONE), locked: new Uint8Array(N), carve: [] };
    this.saved = this.plan;
    this.past = [];
    this.future = [];
    this.model = {
      on: (_name, heard) => this.heard.add(heard),
      off: (_name, heard) => this.heard.delete(heard),
      send: (content, _callbacks, buffers = []) => this.hear(content, buffers),
      get: (name) => name === "is_new" && this.isNew,
    };
  }

  /** Speak again, and answer what was asked meanwhile. */
  wake() {
    this.silent = false;
    for (const [content, buffers] of this.waiting.splice(0)) this.answer(content, buffers);
  }

  hear(content, buffers) {
    this.asked.push({ ...content, cells: buffers[0] ? [...new Uint32Array(buffers[0])] : [] });
    if (this.silent) this.waiting.push([content, buffers]);
    else setTimeout(() => this.answer(content, buffers));
  }

  tell(content, buffers = []) {
    for (const heard of [...this.heard]) heard(structuredClone(content), buffers);
  }

  answer(content, buffers) {
    const reply = { to: content.client, seq: content.seq };
    const refusal = this.refuse[content.kind] ?? this.refusal(content, buffers);
    if (refusal) return this.tell({ kind: "refused", ...reply, ...refusal });
    const [answer, answered] = this[content.kind]?.(content, buffers) ?? [{}, []];
    return this.tell({ kind: "done", ...reply, ...answer }, answered);
  }

  refusal({ kind, edit }, buffers) {
    if (kind !== "edit" || edit.type === "Unlock" || edit.type === "Lock") return null;
    const cells = buffers[0] ? [...new Uint32Array(buffers[0])] : [];
    if (cells.some((cell) => this.plan.locked[cell])) return { code: "locked", why: "网格单元已锁定" };
    if (!edit.reason && cells.some((cell) => this.needsReason.has(cell))) return { code: "reason_needed", why: "低于规则,需要理由" };
    return null;
  }

  /** Change the plan as code in the kernel would, and tell all views. */
  change(make, cause = null, keep = true) {
    const before = this.plan;
    this.plan = { ...before, tier: before.tier.slice(), locked: before.locked.slice() };
    make(this.plan);
    if (keep) this.past.push(before);
    if (keep) this.future = [];
    this.revision++;
    this.tellPlan({ cause }, before);
  }

  zones() {
    const zone = new Int32Array(N).fill(NONE);
    const rows = [];
    const numbers = {};
    for (const seed of each((cell) => cell)) {
      const tier = this.plan.tier[seed];
      if (tier === NONE || zone[seed] !== NONE) continue;
      numbers[tier] = (numbers[tier] ?? 0) + 1;
      const cells = [seed];
      zone[seed] = seed;
      for (const cell of cells) for (const next of beside(cell)) if (this.plan.tier[next] === tier && zone[next] === NONE) (zone[next] = seed), cells.push(next);
      rows.push({ code: seed, id: `${TIERS[tier].prefix}-${numbers[tier]}`, tier, name: "", vacancies: null, was: null, ...this.count(cells) });
    }
    return { zone, rows };
  }

  count(cells) {
    const sum = (numbers) => cells.reduce((total, cell) => total + numbers[cell], 0);
    return { cells: cells.length, households: sum(homes), residents: sum(people), needs: sum(needy), area_m2: cells.length * SIDE_M ** 2 };
  }

  tellPlan({ to, cause = null }, before) {
    const { zone, rows } = this.zones();
    const full = !before;
    const changed = each((cell) => cell);
    const tiers = [0, 1, 2, NONE].map((code) => {
      const of = (plan) => this.count(changed.filter((cell) => plan.tier[cell] === code));
      return { code, zones: rows.filter(({ tier }) => tier === code).length, ...of(this.plan), was: of(this.saved) };
    });
    const head = {
      kind: "plan", revision: this.revision, full, version: `v${this.revision}`, saved: this.saved === this.plan, unsaved: this.past.length,
      can_undo: this.past.length > 0, can_redo: this.future.length > 0, branch: "main", save: 1, log: "ok", recovered: 0,
      zones: rows, tiers, carve: this.plan.carve, follow: false, ...(to ? { to } : {}),
    };
    const truth = [buffer(this.plan.tier.slice()), buffer(zone), buffer(this.plan.locked.slice())];
    if (!full) this.tell({ kind: "cells", revision: this.revision, cause }, [buffer(Uint32Array.from(changed)), ...truth]);
    this.tell(head, full ? truth : []);
  }

  ready({ client }) {
    const { count, bytes, sides } = borders();
    const bounds = [...ORIGIN, ORIGIN[0] + COLUMNS * SIDE_M, ORIGIN[1] + ROWS * SIDE_M];
    this.tell({
      kind: "hello", to: client, lang: "zh", cells: N, tiers: TIERS, levels: LEVELS, workspace: "small.gpkg", bounds, basemap: null,
      protocol: { id: "p", zh: "规则", en: "Rules" }, protocols: [],
      roles: [], formats: { public: [], official: [], field: [] }, author: "desk", branch: "main", now: "2022-03-05T12:00:00+08:00", provisional: false,
    });
    const areas = [{ id: "county", name: "示例县", level: "county", parent: -1 }, ...["东村", "西村", "南村", HOSTILE].map((name, i) => ({ id: `v${i}`, name, level: "village", parent: 0 }))];
    const rank = buffer(Int32Array.from(each((cell) => cell)));
    const ids = each((cell) => `c${cell}`);
    this.tell({ kind: "grid", to: client, n: N, origin: ORIGIN, step: STEP, arcs: count, areas }, [
      bytes, sides, buffer(Int32Array.from(each(village))), buffer(Float32Array.from(each(() => SIDE_M ** 2))), rank,
    ]);
    const tables = { households: 300, officials: 0, cases: 1, sites: 0, boundaries: 2 };
    this.tell({ kind: "names", to: client, tables }, [ids, ids.map((_, cell) => `${cell}号`)].map((lines) => stored(lines.join("\n"))));
    this.tell({ kind: "counts", to: client }, [homes, people, needy].map((list) => buffer(Int32Array.from(list))));
    this.tellPlan({ to: client });
    return [{}, []];
  }

  edit({ edit, client, seq }, buffers) {
    const cells = buffers[0] ? [...new Uint32Array(buffers[0])] : [];
    const code = TIERS.findIndex(({ id }) => id === edit.tier);
    this.change((plan) => {
      for (const cell of cells) {
        if (edit.type === "SetTier") plan.tier[cell] = code;
        if (edit.type === "ClearTier" || edit.type === "Release") plan.tier[cell] = NONE;
        if (edit.type === "Lock") plan.locked[cell] = 1;
        if (edit.type === "Unlock") plan.locked[cell] = 0;
      }
      if (edit.type === "AddCarveOut") {
        plan.carve = [...plan.carve, { id: `K-${plan.carve.length}`, tier: code, zone: "", name: "", kind: "shape", locked: false, rings: edit.rings ?? null, at: null, households: 1 }];
      }
    }, { client, seq });
    return [{ revision: this.revision }, []];
  }

  undo({ client, seq }) {
    return this.step(this.past, this.future, { client, seq });
  }

  redo({ client, seq }) {
    return this.step(this.future, this.past, { client, seq });
  }

  step(from, to, cause) {
    const plan = from.pop();
    if (plan) to.push(this.plan);
    if (plan) this.change((now) => Object.assign(now, plan), cause, false);
    return [{}, []];
  }

  certificate() {
    return [{ balanced: true, households_in: 300, placed: 297, exceptions: 3, by_reason: {}, by_tier: {}, differences: [], version: `v${this.revision}` }, []];
  }

  layers() {
    return [{ cases: [{ id: "k1", label: "病例 1", at: [ORIGIN[0] + 1500, ORIGIN[1] + 1100], date: "2022-03-05" }], sites: [] }, []];
  }

  points({ client }) {
    const [x, y, cell] = [new Int32Array(N), new Int32Array(N), new Uint32Array(N)];
    for (let i = 0; i < N; i++) [x[i], y[i], cell[i]] = [(column(i) + 0.3) * (SIDE_M / STEP), (row(i) + 0.3) * (SIDE_M / STEP), i];
    this.tell({ kind: "points", to: client, part: 0, parts: 1, total: N }, [x, y, cell].map(buffer));
    return [{}, []];
  }

  search({ text }) {
    const found = each((cell) => cell).filter((cell) => `${cell}号`.includes(text));
    return [{ found: found.slice(0, 12).map((cell) => ({ kind: "cell", label: `${cell}号`, detail: HOSTILE, bounds: null, cells: [cell], id: `c${cell}` })) }, []];
  }

  ring({ at, case: id }) {
    return [{ about: id ?? at }, [buffer(Uint32Array.from([44, 45, 54, 55]))]];
  }

  boundaries() {
    const [west, south] = ORIGIN;
    const line = (name, y) => ({ id: name, name, kind: "road", lines: [[west + 200, south + y, west + 1000, south + y]] });
    return [{ boundaries: [line("北路", 1000), line("南路", 400)] }, []];
  }

  enclose({ boundaries, inside }) {
    const closed = boundaries.length === 2;
    const gaps = closed ? [] : [{ at: [ORIGIN[0] + 1000, ORIGIN[1] + 700], length_m: 512 }];
    return [{ closed, gaps, rings: [] }, [buffer(Uint32Array.from(inside ? [21, 22, 31, 32] : []))]];
  }

  household_at() {
    const household = { id: "h1", address: "枫南新村3幢101", building: "3幢", residents: 4, needs_count: 0, cell: 5, tier: "none" };
    return [{ household, building: { address: "枫南新村3幢", households: 24, cells: 1 }, compound: { address: "枫南新村", households: 210, cells: 3 } }, []];
  }

  problems() {
    return [{ problems: [], total: 0 }, []];
  }
}
