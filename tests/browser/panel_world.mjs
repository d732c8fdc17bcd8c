// A small town that answers the questions of the panel: 96 square cells, three tiers, made up by hand.
// It keeps a plan with zones, undo and redo, versions and branches, so that pressing buttons shows what it did.

import { DaysWorld } from "./days_world.mjs";
import { DutyWorld } from "./duty_world.mjs";

const SIDE = 12;
const DEEP = 8;
const STEP = 200;
const ORIGIN = [13_420_000, 3_600_000];
const NOW = "2022-03-05T15:20:00+08:00";
export const HOSTILE = "<img src=x onerror=window.hit=1>\u202e枫南";

const TIERS = [
  ["sealed", "封控区", "Sealed", "#b2182b", "cross", "S"],
  ["controlled", "管控区", "Controlled", "#ef8a00", "diagonal", "C"],
  ["prevention", "防范区", "Prevention", "#2166ac", "dots", "P"],
].map(([id, zh, en, color, pattern, prefix]) => ({ id, zh, en, color, pattern, prefix, measures: { zh: [], en: [] } }));

const ROLES = [
  ["lead_official", "包干领导", "Lead official", 3],
  ["secretary", "村社书记", "Secretary", 6],
  ["grid_head", "网格长", "Grid head", 14],
  ["linked_member", "党员联户", "Linked member", 210],
  ["medical", "医务", "Medical", 8],
  ["police", "民警", "Police", 5],
];

const words = (zh, en) => ({ zh, en });

export class World {
  /** @param {{zones?: boolean, cases?: number, lang?: string, hostile?: boolean}} [options] */
  constructor({ zones = true, cases = 3, lang = "zh", hostile = false } = {}) {
    this.n = SIDE * DEEP;
    this.lang = lang;
    this.cases = cases;
    this.hostile = hostile;
    this.ids = Array.from({ length: this.n }, (_, cell) => `33042100${1 + Math.floor(cell / 32)}-${String(cell).padStart(2, "0")}`);
    this.names = this.ids.map((_, cell) => `枫南${1 + (cell % 40)}格`);
    this.households = Int32Array.from({ length: this.n }, (_, cell) => 20 + ((cell * 37) % 83));
    this.residents = this.households.map((count, cell) => count * 2 + (cell % 17));
    this.needs = this.households.map((count) => Math.floor(count / 9));
    this.area = Float32Array.from({ length: this.n }, () => STEP * STEP);
    this.revision = 0;
    this.save = 0;
    this.branch = "";
    this.past = [];
    this.future = [];
    this.versions = [];
    this.asked = [];
    this.refuse = {};
    this.plan = { tier: new Int8Array(this.n).fill(-1), zone: new Int32Array(this.n).fill(-1), locked: new Uint8Array(this.n), zones: [], carve: [] };
    if (zones) this.fill();
    this.duty = new DutyWorld(this, { side: SIDE, step: STEP, origin: ORIGIN, hostile: hostile ? HOSTILE : "" });
    this.days = new DaysWorld(this, { now: NOW, side: SIDE, hostile: hostile ? HOSTILE : "" });
    this.saved = this.plan;
    if (zones) this.saveVersion("三区首次划定", "张工", "2022-03-04T21:10:00+08:00");
    if (zones) this.later();
  }

  fill() {
    this.setTier("sealed", [27, 28, 39, 40], "枫南新村3幢");
    this.setTier("controlled", [14, 15, 16, 17, 26, 29, 38, 41, 50, 51, 52, 53], this.hostile ? HOSTILE : "枫南新村");
    this.setTier("sealed", [70], "罗星街道卫生院");
    this.setTier("prevention", Array.from({ length: 60 }, (_, each) => each).filter((cell) => this.plan.tier[cell] < 0), "罗星街道");
    this.plan = { ...this.plan, carve: [
      { id: "K-1", tier: 0, zone: "S-1", name: "枫南新村5幢", kind: "addresses", origin: "hand", locked: false, rings: null, at: [ORIGIN[0] + 900, ORIGIN[1] + 900], households: 38 },
      { id: "K-2", tier: 2, zone: "P-1", name: "善商大厦", kind: "shape", origin: "hand", locked: true, rings: [[ORIGIN[0] + 300, ORIGIN[1] + 300, ORIGIN[0] + 460, ORIGIN[1] + 300, ORIGIN[0] + 460, ORIGIN[1] + 480]], at: [ORIGIN[0] + 400, ORIGIN[1] + 400], households: 121 },
    ] };
    this.past = [];
  }

  later() {
    this.time = 8;
    this.setTier("sealed", [30, 42]);
    this.setTier("controlled", [43, 54]);
    this.saveVersion("新增 1 例,扩大封控", "李主任", "2022-03-05T09:02:00+08:00");
    this.setTier("sealed", [18]);
    this.setTier("controlled", [63, 64]);
    this.step(words("清除等级:1 个网格单元", "clear: 1 cell"), (plan) => { plan.tier[59] = -1; plan.zone[59] = -1; });
  }

  hello() {
    return {
      kind: "hello", lang: this.lang, cells: this.n, tiers: TIERS, workspace: "jiashan.gpkg", now: NOW, author: "张工", branch: this.branch, provisional: false, basemap: null,
      levels: [{ id: "town", zh: "镇街道", en: "Town" }, { id: "village", zh: "村社区", en: "Village" }, { id: "cell", zh: "网格单元", en: "Cell" }],
      protocol: { id: "three-zones-2021", zh: "封控区、管控区、防范区(综发〔2021〕92号)", en: "Sealed, controlled and prevention zones" },
      protocols: [
        { id: "three-zones-2021", zh: "封控区、管控区、防范区(综发〔2021〕92号)", en: "Sealed, controlled and prevention zones" },
        { id: "ninth-edition-2022-06", zh: "第九版防控方案(高中低风险区)", en: "Ninth edition (high, medium, low risk)" },
      ],
      bounds: [ORIGIN[0], ORIGIN[1], ORIGIN[0] + SIDE * STEP, ORIGIN[1] + DEEP * STEP],
      roles: ROLES.map(([id, zh, en]) => ({ id, zh, en })),
      formats: { public: ["map", "picture", "atlas", "layers", "certificate"], official: ["map", "picture", "atlas", "contacts", "layers", "certificate"], field: ["map", "picture", "atlas", "contacts", "layers", "certificate"] },
    };
  }

  tables() {
    return { households: this.all(), officials: 246, cases: this.cases, sites: 4, boundaries: 0 };
  }

  all() {
    return this.households.reduce((sum, count) => sum + count, 0) + 7;
  }

  // ---- edits

  step(text, change) {
    const before = this.plan;
    const next = { tier: before.tier.slice(), zone: before.zone.slice(), locked: before.locked.slice(), zones: before.zones.map((zone) => ({ ...zone })), carve: [...before.carve] };
    change(next);
    this.past.push({ before, text, time: `2022-03-05T${String(this.time ?? 7).padStart(2, "0")}:${String((this.past.length * 7) % 60).padStart(2, "0")}:00+08:00` });
    this.future = [];
    this.plan = next;
    this.revision += 1;
  }

  setTier(id, cells, name = "") {
    const code = TIERS.findIndex((tier) => tier.id === id);
    this.step(words(`设为${TIERS[code].zh}:${cells.length} 个网格单元`, `set to ${id}: ${cells.length} cells`), (plan) => {
      const near = name ? null : plan.zones.find((zone) => zone.tier === code);
      const zone = near ?? this.newZone(plan, code, name);
      for (const cell of cells) [plan.tier[cell], plan.zone[cell]] = [code, zone.code];
    });
  }

  newZone(plan, tier, name = "") {
    const number = 1 + plan.zones.filter((zone) => zone.tier === tier).length;
    const zone = { code: plan.zones.length ? Math.max(...plan.zones.map(({ code }) => code)) + 1 : 0, id: `${TIERS[tier].prefix}-${number}`, tier, name };
    plan.zones.push(zone);
    return zone;
  }

  edit(edit, cells) {
    const zone = (id) => this.plan.zones.find((each) => each.id === id);
    const lock = (value) => this.step(words(value ? "锁定" : "解锁", value ? "lock" : "unlock"), (plan) => {
      for (const cell of cells) plan.locked[cell] = value;
      plan.carve = plan.carve.map((carve) => (edit.carve_outs?.includes(carve.id) ? { ...carve, locked: Boolean(value) } : carve));
    });
    const made = {
      SetTier: () => this.setTier(edit.tier, cells, edit.name),
      ClearTier: () => this.step(words(`清除等级:${cells.length} 个网格单元`, `clear: ${cells.length} cells`), (plan) => cells.forEach((cell) => { plan.tier[cell] = -1; plan.zone[cell] = -1; })),
      NameZone: () => this.step(words(`区更名:${edit.zone}`, `name the zone: ${edit.zone}`), (plan) => { plan.zones.find(({ id }) => id === edit.zone).name = edit.name; }),
      NumberZone: () => {
        if (zone(edit.number)) throw { why: `编号 ${edit.number} 已被使用`, code: "other" };
        this.step(words(`区改号:${edit.zone}`, `number the zone: ${edit.zone}`), (plan) => { plan.zones.find(({ id }) => id === edit.zone).id = edit.number; });
      },
      MergeZones: () => this.step(words(`合并区:${edit.zones.join("、")}`, `merge the zones: ${edit.zones.join(", ")}`), (plan) => {
        const codes = edit.zones.map((id) => zone(id).code);
        const into = zone(edit.into).code;
        plan.zone = plan.zone.map((code) => (codes.includes(code) ? into : code));
        plan.zones = plan.zones.filter(({ code }) => code === into || !codes.includes(code));
      }),
      SplitZone: () => this.step(words(`拆分区:${edit.zone}`, `split the zone: ${edit.zone}`), (plan) => {
        const fresh = this.newZone(plan, zone(edit.zone).tier);
        for (const cell of cells) plan.zone[cell] = fresh.code;
      }),
      RemoveCarveOut: () => this.step(words(`撤销划出部分:${edit.carve_out}`, `take back the carve-out: ${edit.carve_out}`), (plan) => { plan.carve = plan.carve.filter(({ id }) => id !== edit.carve_out); }),
      Lock: () => lock(1),
      Unlock: () => lock(0),
      Release: () => this.step(words("交回规则", "back to the rules"), () => {}),
    }[edit.type];
    if (!made) throw { why: `no edit ${edit.type}`, code: "unknown" };
    made();
  }

  move(from, to, steps) {
    for (let step = 0; step < steps && from.length; step++) {
      const taken = from.pop();
      to.push({ before: this.plan, text: taken.text, time: taken.time });
      this.plan = taken.before;
      this.revision += 1;
    }
  }

  saveVersion(reason, author, time = NOW) {
    this.save += 1;
    this.versions.push({ save: this.save, version: `${(this.save * 7919 + 1_000_000).toString(16)}a2c51f04`, author, time, reason, edits: this.past.length, branch: this.branch, parent: this.save - 1, plan: this.plan });
    this.saved = this.plan;
    this.savedAt = this.past.length;
    this.revision += 1;
  }

  // ---- what is told

  numbers(pick) {
    const sums = { cells: 0, households: 0, residents: 0, needs: 0, area_m2: 0 };
    for (let cell = 0; cell < this.n; cell++) {
      if (!pick(cell)) continue;
      sums.cells += 1;
      sums.households += this.households[cell];
      sums.residents += this.residents[cell];
      sums.needs += this.needs[cell];
      sums.area_m2 += this.area[cell];
    }
    return sums;
  }

  message() {
    const { plan, saved } = this;
    const unsaved = plan === saved ? 0 : Math.abs(this.past.length - (this.savedAt ?? 0)) || 1;
    const zones = plan.zones.map((zone) => {
      const was = saved.zones.some(({ code }) => code === zone.code) ? this.numbers((cell) => saved.zone[cell] === zone.code) : null;
      return { ...zone, ...this.numbers((cell) => plan.zone[cell] === zone.code), vacancies: zone.tier === 0 ? zone.code % 2 : 0, was };
    });
    const tiers = [0, 1, 2, -1].map((code) => ({
      code, zones: plan.zones.filter(({ tier }) => tier === code).length, ...this.numbers((cell) => plan.tier[cell] === code), was: this.numbers((cell) => saved.tier[cell] === code),
    }));
    const content = {
      kind: "plan", revision: this.revision, full: true, version: `${(this.revision * 104729 + 123456789).toString(16)}9b21`, saved: plan === saved, unsaved, can_undo: this.past.length > 0, can_redo: this.future.length > 0,
      branch: this.branch, save: this.save, log: "ok", recovered: this.recovered ?? 0, zones, tiers, carve: plan.carve, follow: false,
    };
    return [content, [plan.tier, plan.zone, plan.locked].map((array) => array.slice().buffer)];
  }

  problems() {
    const { tier, zones } = this.plan;
    const open = [...tier.keys()].filter((cell) => tier[cell] < 0).slice(0, 4).map((cell) => ({
      kind: "no_tier", target: this.ids[cell], detail: words(`${this.households[cell]} 户未划入`, `${this.households[cell]} households without a tier`), cells: [cell], at: null,
      fix: { label: words("设为防范区", "Set to prevention"), edits: [{ type: "SetTier", tier: "prevention", cells: [this.ids[cell]] }] },
    }));
    const reasons = { no_location: ["没有位置信息", "no location"], outside_grid: ["在网格之外", "outside the grid"] };
    const lost = ["H-00231", "H-01877", "H-02040", "H-03391", "H-04418", "H-05102", this.hostile ? HOSTILE : "H-06233"].map((target, place) => {
      const reason = place < 5 ? "no_location" : "outside_grid";
      return { kind: "exception", target, detail: words(`${reasons[reason][0]}:罗星街道玉兰路${12 + place}号`, `${reasons[reason][1]}: 罗星街道玉兰路${12 + place}号`), cells: [], at: null, fix: null };
    });
    const rows = zones.length ? [
      { kind: "case_not_placed", target: "2022-019", detail: words("没有规则能确定其位置", "no rule could place this case"), cells: [], at: null, fix: null },
      { kind: "weaker_than_rule", target: this.ids[41], detail: words("管控区,规则要求封控区;理由:楼间距超过 50 米", "controlled, but a rule asks for sealed; reason: more than 50 m apart"), cells: [41], at: null, fix: { label: words("按规则设为封控区", "Set to sealed, as the rule asks"), edits: [{ type: "SetTier", tier: "sealed", cells: [this.ids[41]] }] } },
      { kind: "split_building", target: "枫南新村12幢", detail: words("S-1 与 C-1 各有 14 户和 22 户", "14 households in S-1, 22 in C-1"), cells: [40, 41], at: null, fix: { label: words("整幢划入封控区 S-1", "Take the whole building into S-1"), edits: [{ type: "AddCarveOut", tier: "sealed", zone: "S-1", addresses: ["枫南新村12幢"] }] } },
      { kind: "exclave", target: "S-1", detail: words("1 个网格单元与其余部分不相连", "1 cell does not touch the rest"), cells: [18], at: null, fix: { label: words("独立成区", "Make it a zone of its own"), edits: [{ type: "SplitZone", zone: "S-1", cells: [this.ids[18]] }] } },
    ] : [];
    return [...rows, ...open, ...lost];
  }

  certificate() {
    const byTier = Object.fromEntries([...TIERS.map(({ id }, code) => [id, this.numbers((cell) => this.plan.tier[cell] === code).households]), ["none", this.numbers((cell) => this.plan.tier[cell] < 0).households]]);
    return {
      balanced: !this.unbalanced, households_in: this.all(), placed: this.all() - 7, exceptions: 7, by_reason: { no_location: 5, outside_grid: 2 }, by_tier: byTier,
      differences: this.unbalanced ? ["placement: household 'H-00017' lost: in no cell, expected 330421001-14", "tiers: household 'H-02210' moved: sealed, expected controlled"] : [],
      version: `${(this.revision * 104729 + 123456789).toString(16)}9b21`,
    };
  }

  history() {
    const done = this.past.map(({ text, time }, place) => ({ n: place + 1, kind: "edit", text, time, undone: false }));
    const undone = [...this.future].reverse().map(({ text, time }, place) => ({ n: done.length + place + 1, kind: "edit", text, time, undone: true }));
    const undos = undone.map(({ time }, place) => ({ n: done.length + undone.length + place + 1, kind: "undo", text: words("撤销", "undo"), time, undone: false }));
    const names = ["", ...new Set(this.versions.map(({ branch }) => branch).filter(Boolean)), ...(this.branch ? [this.branch] : [])];
    return {
      log: [...done, ...undone, ...undos], versions: this.versions.map(({ plan, ...version }) => version), drafts: this.drafts ?? [],
      branches: [...new Set(names)].map((name) => ({ name, save: null, current: name === this.branch })),
    };
  }

  compare({ before, after }) {
    const plan = (save) => (save === "current" ? this.plan : this.versions.find((version) => version.save === save).plan);
    const [was, now] = [plan(before), plan(after)];
    const name = (code) => TIERS[code]?.id ?? "none";
    const rows = new Map();
    const rezoned = new Uint8Array(this.n);
    for (let cell = 0; cell < this.n; cell++) {
      rezoned[cell] = Number(was.tier[cell] === now.tier[cell] && was.zone[cell] !== now.zone[cell]);
      if (was.tier[cell] === now.tier[cell]) continue;
      const key = `${was.tier[cell]} ${now.tier[cell]}`;
      const row = rows.get(key) ?? { tier_before: name(was.tier[cell]), tier_after: name(now.tier[cell]), cells: 0, households: 0, residents: 0 };
      rows.set(key, { ...row, cells: row.cells + 1, households: row.households + this.households[cell], residents: row.residents + this.residents[cell] });
    }
    const zones = this.days.zoneChanges(was, now);
    const content = { zones, zones_total: zones.length, rows: [...rows.values()], households: [...rows.values()].reduce((sum, row) => sum + row.households, 0) };
    return [content, [was.tier.slice().buffer, now.tier.slice().buffer, rezoned.buffer]];
  }

  issue() {
    const blocked = [];
    if (this.plan !== this.saved) blocked.push({ audience: "all", code: "unsaved", why: words("方案有未保存的操作;请先保存。", "The plan has unsaved edits; save it first.") });
    const held = this.plan.zones.filter(({ id }) => id === "S-2").map(({ id, name }) => ({ zone: id, name, tier: "sealed", why: words("缺包干领导 1 人", "1 x lead official missing") }));
    if (this.allHeld) for (const audience of ["official", "field"]) blocked.push({ audience, code: "vacancy", why: words("各区都缺必须到岗的人,暂不能下发", "every zone lacks somebody it must have; nothing can be handed out") });
    return {
      document: { number: "善疫防办〔2022〕17号", issuer: "嘉善县疫情防控指挥部", effective_at: "2022-03-05T18:00:00+08:00", valid_until: "", recipient: "", approved_by: "" },
      audiences: [{ id: "public", zh: "公众", en: "Public" }, { id: "official", zh: "责任人", en: "Officials" }, { id: "field", zh: "一线人员", en: "Field staff" }],
      formats: this.hello().formats, folders: { public: "county-exports/public", official: "county-exports/official", field: "county-exports/field" }, blocked,
      running: this.running ?? null,
      held: { zones: held, of: this.plan.zones.length, is_all: Boolean(this.allHeld) },
      exports: this.exports ?? [
        { time: "2022-03-04T21:30:00+08:00", audience: "public", file: "map.html", author: "张工", recipient: "", version: "7a2c51f04", persons: 0 },
        { time: "2022-03-04T21:30:00+08:00", audience: "official", file: "atlas.pdf", author: "张工", recipient: "镇街道防控办", version: "7a2c51f04", persons: 14 },
      ],
    };
  }

  newCase(text) {
    const rows = ["枫南新村3幢101室", "枫南新村3幢102室", "枫南新村3幢201室", "枫南新村12幢302室", "善商大厦8楼"].filter((address) => !text || address.includes(text.trim()));
    return { found: rows.map((address, place) => ({ id: `H-0${100 + place}`, address, at: [ORIGIN[0] + 700 + place * 40, ORIGIN[1] + 700], residents: 2 + place })), parsed: { compound: "枫南新村" } };
  }

  propose() {
    const tiers = this.plan.tier.slice();
    for (const cell of [75, 76]) tiers[cell] = 0;
    for (const cell of [74, 77, 86, 87, 88, 89, 62, 63, 64, 65]) tiers[cell] = 1;
    for (let cell = 48; cell < 96; cell++) if (tiers[cell] < 0) tiers[cell] = 2;
    const zone = (tier, name, cells) => ({ tier, name, cells: cells.length, households: cells.reduce((sum, cell) => sum + this.households[cell], 0) });
    const changed = [...tiers.keys()].filter((cell) => tiers[cell] !== this.plan.tier[cell]);
    return [{
      token: "p1", zones: [zone("sealed", "枫南新村12幢", [75, 76]), zone("controlled", "枫南新村", [74, 77, 86, 87, 88, 89, 62, 63, 64, 65]), zone("prevention", "罗星街道", changed.filter((cell) => tiers[cell] === 2))],
      changes: { cells: changed.length, households: changed.reduce((sum, cell) => sum + this.households[cell], 0), by_tier: { sealed: 131, controlled: 587, prevention: 1420 } },
      raised: [{ zone_before: "C-1", zone_after: "S-3", tier_before: "controlled", tier_after: "sealed", cases: ["case-4"] }],
      unplaced: [], warnings: ["ring of 500 m cuts 枫南新村12幢; the whole building is taken"],
    }, [tiers.buffer]];
  }

  /**
   * Answer one question: `[content, buffers]`; what is thrown is a refusal.
   * @param {string} kind
   * @param {any} args
   * @param {ArrayBufferView[]} buffers
   */
  answer(kind, args, buffers) {
    this.asked.push({ kind, ...args });
    if (this.refuse[kind]) {
      const refusal = this.refuse[kind];
      delete this.refuse[kind];
      throw refusal;
    }
    const cells = buffers[0] ? [...new Uint32Array(buffers[0].buffer ?? buffers[0])] : [];
    const numbers = (edit) => (edit.cells ?? []).map((id) => this.ids.indexOf(id));
    const verbs = {
      edit: () => this.edit(args.edit, cells),
      fix: () => args.edits.forEach((edit) => (edit.type === "AddCarveOut" ? this.step(words("划出部分设为封控区:枫南新村12幢", "carve out as sealed"), () => {}) : this.edit(edit, numbers(edit)))),
      undo: () => this.move(this.past, this.future, args.steps ?? 1),
      redo: () => this.move(this.future, this.past, args.steps ?? 1),
      save: () => this.saveVersion(args.reason, args.author),
      discard: () => { while (this.plan !== this.saved && this.past.length) this.move(this.past, this.future, 1); },
      restore: () => { const { plan } = this.versions.find(({ save }) => save === args.save); this.step(words(`恢复版本 #${args.save}`, `back to #${args.save}`), () => {}); this.plan = plan; this.saveVersion(args.reason, "张工"); },
      branch: () => { this.branch = args.name; this.revision += 1; },
      switch: () => { this.branch = args.name; this.revision += 1; },
      recover: () => { this.drafts = []; this.revision += 1; },
      reload: () => [{ refused: [{ edit: words("设为封控区:1 个网格单元", "set to sealed: 1 cell"), why: "网格单元 330421001-18 已由对方锁定" }], difference: [] }, []],
      python: () => [{ code: "plan = gm.new_plan(grid)\nplan = gm.apply_edit(plan, gm.SetTier(tier='sealed', cells=('a',)))" }, []],
      problems: () => [{ problems: this.problems(), total: this.problems().length }, []],
      certificate: () => [this.certificate(), []],
      history: () => [this.history(), []],
      compare: () => this.compare(args),
      issue: () => [this.issue(), []],
      export: () => [{ job: "j1" }, []],
      cancel: () => [{}, []],
      new_case: () => [this.newCase(args.text), []],
      propose: () => this.propose(),
      accept: () => this.step(words("按病例划区:1 例", "zone by cases: 1"), (plan) => {
        for (const cell of [75, 76]) [plan.tier[cell], plan.zone[cell]] = [0, (plan.zones.find(({ name }) => name === "枫南新村12幢") ?? this.newZone(plan, 0, "枫南新村12幢")).code];
      }),
      drop: () => [{}, []],
      language: () => [{}, []],
    };
    const asked = this.duty.verbs(kind, args, ROLES) ?? this.days.verbs(kind, args);
    if (asked) return asked();
    if (!verbs[kind]) throw { why: `unknown question ${kind}`, code: "unknown" };
    return verbs[kind]() ?? [{ revision: this.revision }, []];
  }
}

export const PLACE = { SIDE, DEEP, STEP, ORIGIN };
