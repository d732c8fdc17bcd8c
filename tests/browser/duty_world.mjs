// The duties of the small town of panel_world.mjs, made up by hand: six people share its cells in strips of two columns,
// each cell has two buildings. Handing over moves buildings, so that pressing buttons shows what it did.

const CAPACITY = 1000;
const NAMES = ["陈小梅", "沈国强", "吴丽华", "朱伟", "顾建英", "钱卫东"];
const words = (zh, en) => ({ zh, en });

export class DutyWorld {
  /** @param {import("./panel_world.mjs").World} world @param {{side: number, step: number, origin: number[], hostile: string}} place */
  constructor(world, { side, step, origin, hostile }) {
    this.world = world;
    this.names = hostile ? [hostile, ...NAMES.slice(1)] : NAMES;
    this.people = this.names.map((_, place) => `O-${place + 1}`);
    this.done = [];
    this.isInForce = false;
    this.followups = null;
    this.isLarge = false; // only the answer to a wish ends that
    this.buildings = [...world.households].flatMap((households, cell) => {
      const at = (right) => [origin[0] + ((cell % side) + 0.25 + right / 2) * step, origin[1] + (Math.floor(cell / side) + 0.5) * step];
      const official = this.people[Math.floor((cell % side) / 2)];
      const half = Math.floor(households / 2);
      return [half, households - half].map((count, right) => ({ key: `${cell}/${right + 1}幢`, cell, name: `枫南新村${cell}-${right + 1}幢`, households: count, official, pinned: 0, at: at(right) }));
    });
    this.before = new Map(this.people.map((official) => [official, this.load(official)]));
  }

  load(official) {
    return this.buildings.reduce((sum, each) => sum + (each.official === official ? each.households : 0), 0);
  }

  person(official) {
    return { official, name: this.names[this.people.indexOf(official)] };
  }

  held(official) {
    return this.buildings.filter((each) => each.official === official);
  }

  duties(roles) {
    if (this.isLarge) return { unasked: true, cells: 100_000, households: 300_000 };
    const over = this.people.filter((official) => this.load(official) > CAPACITY);
    const row = (more) => ({ official: "", name: "", target_kind: "", target: "", target_name: "", missing: 0, hard: false, detail: words("", ""), substitute: null, can: false, path: [], cells: [], bounds: null, ...more });
    const gap = (role, kind, name, path, missing, hard, cells) => row({ group: "vacancy", kind: "vacancy", role, target_kind: kind, target: name, target_name: name, missing, hard, path, cells });
    const vacancies = this.world.plan.zones.length ? [
      gap("lead_official", "zone", "S-2 罗星街道卫生院", ["罗星街道", "魏中村"], 1, true, [70]),
      gap("grid_head", "area", "第三网格", ["罗星街道", "枫南社区", "第三网格"], 1, false, [14, 15]),
      gap("grid_head", "area", "第一网格", ["魏塘街道", "魏中村", "第一网格"], 1, false, [60]),
      gap("linked_member", "household", "第十网格", ["罗星街道", "枫南社区", "第十网格"], 12, false, [26]),
    ] : [];
    const overloads = over.map((official) => row({ group: "overload", kind: "overload", role: "linked_member", ...this.person(official), detail: words(`承担 ${this.load(official)} 户,上限 ${CAPACITY} 户`, `${this.load(official)} households for a capacity of ${CAPACITY}`), substitute: this.person("O-4"), can: true, path: ["罗星街道"], cells: [...new Set(this.held(official).map(({ cell }) => cell))] }));
    const conflicts = [
      row({ group: "conflict", kind: "inside_serves_outside", role: "grid_head", official: "O-41", name: "王建国", detail: words("住在 S-1,负责 C-1", "lives in S-1, serves C-1"), substitute: { official: "O-42", name: "李明" }, can: true, path: ["罗星街道", "枫南社区"], cells: [26] }),
      row({ group: "conflict", kind: "two_heads", role: "secretary", official: "O-43", name: "钱卫东", detail: words("辖区已有人负责", "already served"), path: ["魏塘街道"], cells: [] }),
    ];
    const board = [...vacancies.filter(({ hard }) => hard), ...overloads, ...conflicts, ...vacancies.filter(({ hard }) => !hard)];
    const reached = this.followups && { households: this.followups.reduce((sum, each) => sum + each.households, 0), reached: this.followups.reduce((sum, each) => sum + each.reached, 0) };
    return {
      roles: roles.map(([id, zh, en, officials], place) => ({ id, zh, en, officials, of: officials + 2, duties: officials * (place + 1), hard: place === 0 ? 1 : 0, vacancies: [1, 0, 2, 12, 0, 0][place], overloads: id === "linked_member" ? over.length : 0 })),
      board, board_total: board.length, missing: vacancies.length ? 3 : 0, unlinked: vacancies.length ? 12 : 0, hard: vacancies.length ? 1 : 0, linking: ["linked_member"],
      proof: { steps: ["linked_member", "grid_head", "secretary", "lead_official"], households: 5000, staffed: 4988, reasons: { no_linked_member: 12, no_grid_head: 4 } },
      account: this.account(), last: this.done.at(-1)?.said ?? null, reached, pinned: this.buildings.filter(({ pinned }) => pinned).length,
    };
  }

  account() {
    return {
      is_in_force: this.isInForce, since: this.isInForce ? "2022-03-05T15:20:00+08:00" : "2022-03-04T18:00:00+08:00", by: "张工", by_hand: this.done.length > 0,
      travel: [{ role: "linked_member", households: 5000, linked: 4988, travel_m: 498_800, gap: 0.0021, buildings: 192, split: 1 }], compared: true, changed: 7,
      moves: [{ role: "linked_member", unit: "household", count: 7, target_name: "", before: this.person("O-1"), after: this.person("O-2"), path: ["罗星街道", "枫南社区"], cells: [3], bounds: null }], moves_total: 1,
    };
  }

  assign(roles) {
    this.isInForce = true;
    this.world.revision += 1;
    return this.duties(roles);
  }

  loads(role) {
    const unit = role === "linked_member" ? "households" : "targets";
    const rows = this.people.map((official) => ({ ...this.person(official), households: this.load(official), targets: this.held(official).length, capacity: CAPACITY, share: this.load(official) / CAPACITY, pinned: this.held(official).filter(({ pinned }) => pinned).length, before: this.before.get(official) }));
    rows.sort((a, b) => b.share - a.share);
    const numbers = ["households", "targets", "pinned", "before"].map((key) => Int32Array.from(rows, (row) => row[key]).buffer);
    return [{ role, unit, officials: rows.map(({ official }) => official), names: rows.map(({ name }) => name) }, [...numbers, Float32Array.from(rows, ({ capacity }) => capacity).buffer]];
  }

  territories(role) {
    const most = new Map();
    const pairs = [];
    for (const { cell, official, households } of this.buildings) {
      const here = most.get(cell) ?? new Map();
      most.set(cell, here.set(official, (here.get(official) ?? 0) + households));
    }
    const codes = Int32Array.from({ length: this.world.n }, (_, cell) => {
      const here = [...(most.get(cell) ?? [])].sort((a, b) => b[1] - a[1]);
      if (here.length > 1) for (const [official, households] of here) pairs.push(cell, this.people.indexOf(official), households);
      return cell > 91 || !here.length ? -1 : this.people.indexOf(here[0][0]);
    });
    return [{ officials: this.people, names: this.names, role }, [codes.buffer, Int32Array.from(pairs).buffer, Uint32Array.of(26).buffer]];
  }

  holdings(official) {
    const groups = this.held(official);
    const rows = groups.map(({ key, name, households, pinned, at }) => ({ key, kind: "household", name, at, households, pinned }));
    return [{ groups: rows }, [Uint32Array.from(groups, ({ cell }) => cell).buffer, Uint32Array.from({ length: groups.length + 1 }, (_, place) => place).buffer]];
  }

  handOver({ official, to, role, groups }) {
    const moved = this.held(official).filter(({ key }) => groups.includes(key));
    if (!moved.length) throw { why: "所选部分已不在此人名下,请重新选择", code: "other" };
    const said = { role, from: this.person(official), to: this.person(to), households: moved.reduce((sum, { households }) => sum + households, 0), targets: 0 };
    this.done.push({ said, undo: moved.map((each) => ({ each, official: each.official, pinned: each.pinned })) });
    for (const each of moved) Object.assign(each, { official: to, pinned: 1 });
    this.world.revision += 1;
    return { done: said };
  }

  relieve({ official, role, to }) {
    if (role !== "linked_member") return { done: { role, from: { official, name: "王建国" }, to: { official: to, name: "李明" }, households: 0, targets: 1 } };
    let over = this.load(official) - CAPACITY;
    const groups = [];
    for (const each of this.held(official)) if (over > 0) over -= (groups.push(each.key), each.households);
    return this.handOver({ official, to, role, groups });
  }

  takeBack() {
    const last = this.done.pop();
    for (const { each, official, pinned } of last?.undo ?? []) Object.assign(each, { official, pinned });
    this.world.revision += 1;
    return {};
  }

  teams() {
    const spot = (path, cells) => ({ path, cells, bounds: null });
    const turn = (shift, filled) => ({ target_kind: "site", target: "G-1", target_name: "枫南卡口", role: "volunteer", shift, needed: 3, filled, ...spot(["罗星街道", "枫南社区"], [18]) });
    return {
      teams: [
        { team: "S-1/branch", zh: "临时党支部", en: "Temporary branch", zone: "S-1", zone_name: "S-1 枫南新村3幢", leader: [this.person("O-1")], members: [this.person("O-2"), this.person("O-3")], leader_missing: 0, members_missing: 0, cells: [27, 28], bounds: null },
        { team: "S-2/branch", zh: "临时党支部", en: "Temporary branch", zone: "S-2", zone_name: "S-2 罗星街道卫生院", leader: [], members: [this.person("O-4")], leader_missing: 1, members_missing: 2, cells: [70], bounds: null },
      ],
      headcount: [turn("day", 3), turn("evening", 3), turn("night", 1), { target_kind: "zone", target: "S-1", target_name: "S-1 枫南新村3幢", role: "medical", shift: "", needed: 1, filled: 1, ...spot(["罗星街道"], [27]) }],
      shifts: [["day", "早班", "Day", "08:00–16:00"], ["evening", "中班", "Evening", "16:00–24:00"], ["night", "夜班", "Night", "00:00–08:00"]].map(([id, zh, en, hours]) => ({ id, zh, en, hours })),
      on_shift: [], supplies: [{ zone: "S-1", zh: "工作餐", en: "Meals", unit: words("份", "meals"), amount: 42, per_day: true, people: 14, households: 33 }],
      homes: [{ official: "O-2", name: "沈国强", role: "linked_member", zone: "S-1", tier: "sealed" }],
    };
  }

  /** As if filled lists had been read back: everybody in the first so many cells was reached, then half of each. */
  reach(whole, half) {
    this.followups = [...this.world.households].map((households, cell) => ({ cell, households, reached: cell < whole ? households : cell < half ? Math.floor(households / 2) : 0 }));
  }

  reached() {
    if (!this.followups) return [{ level: "grid", rows: [], households: 0, reached: 0, asked: 0 }, []];
    const rows = [0, 1, 2, 3].map((grid) => {
      const cells = this.followups.filter(({ cell }) => Math.floor(cell / 24) === grid);
      const households = cells.reduce((sum, each) => sum + each.households, 0);
      const reached = cells.reduce((sum, each) => sum + each.reached, 0);
      return { area: `g${grid}`, name: `第${grid + 1}网格`, households, reached, not_reached: households - reached, path: ["罗星街道", `第${grid + 1}网格`], cells: cells.map(({ cell }) => cell), bounds: null };
    });
    const sum = (key) => rows.reduce((all, row) => all + row[key], 0);
    return [{ level: "grid", rows, households: sum("households"), reached: sum("reached"), asked: sum("reached") }, ["households", "reached"].map((key) => Int32Array.from(this.followups, (each) => each[key]).buffer)];
  }

  /** What is asked of duties, and how it is answered. */
  verbs(kind, args, roles) {
    const verbs = {
      duties: () => {
        if (args.asked) this.isLarge = false;
        return [this.duties(roles), []];
      },
      assign: () => [this.assign(roles), []],
      loads: () => this.loads(args.role),
      territories: () => this.territories(args.role),
      holdings: () => this.holdings(args.official),
      hand_over: () => [this.handOver(args), []],
      relieve: () => [this.relieve(args), []],
      take_back: () => [this.takeBack(), []],
      teams: () => [this.teams(), []],
      followups: () => this.reached(),
    };
    return verbs[kind];
  }
}
