// What the small town answers about its days: clocks, events, the board, and a notice that is read.

const words = (zh, en) => ({ zh, en });
const KINDS = [["closure", "封闭", "Closed"], ["exposure", "末次暴露", "Last exposure"], ["contacts_tested", "密接检测", "Contacts tested"], ["test_round", "检测轮次", "Test round"], ["transfer", "转运", "Transfer"], ["return", "返回", "Return"], ["arrival", "进入", "Arrival"], ["request", "服务诉求", "Request"], ["request_closed", "诉求办结", "Request closed"], ["lifted", "解除", "Lifted"], ["withdrawn", "撤回", "Withdrawn"]];
const STATES = { upgrade: words("须立即升级", "make stricter at once"), ready: words("条件具备", "ready"), due: words("待办", "due"), unknown: words("待核", "not known"), counting: words("计时中", "counting") };
const MEASURES = ["placed", "staffed", "reached", "tested", "requests", "posts"];
const BLANK = { place: "", round: null, due: null, tested: null, positive: null, persons: null, result: "", note: "", author: "张工", withdrawn: false };

export class DaysWorld {
  constructor(world, { now, side, hostile }) {
    this.world = world;
    this.now = now;
    this.side = side;
    this.hostile = hostile;
    this.events = [
      { ...BLANK, id: "E-3", kind: "test_round", at: "2022-03-05T09:00:00+08:00", place: "S-1", round: 3, due: 310, tested: 304, positive: 0 },
      { ...BLANK, id: "E-2", kind: "exposure", at: "2022-03-01T20:00:00+08:00", place: "S-1", persons: 4, note: hostile || "棋牌室" },
      { ...BLANK, id: "E-1", kind: "closure", at: "2022-02-20T18:00:00+08:00", place: "S-1" },
    ];
  }

  clock({ at }) {
    const tested = this.events.some(({ kind, place, tested, due, withdrawn }) => kind === "test_round" && place === "S-1" && tested === due && tested !== null && !withdrawn);
    const days = (done) => ({ text: words("14 天内无新增病例", "14 days without a new case"), state: done ? "met" : "not_met", missing: done ? words("", "") : words("还差 5 天,至 3 月 10 日", "5 more days, until 10 March") });
    const contact = (state) => ({ text: words("末次暴露满 14 天且检测阴性", "The last contact is past 14 days and negative"), state, missing: state === "met" ? words("", "") : words("未登记末次暴露", "no last exposure is recorded") });
    const round = (state) => ({ text: words("解除前 2 天内全员检测阴性", "Everyone tested negative within 2 days"), state, missing: state === "met" ? words("", "") : words("6 人未检,结果未知", "6 persons not tested, result unknown") });
    const zones = this.world.plan.zones.map((zone) => {
      const tier = ["sealed", "controlled", "prevention"][zone.tier];
      const base = { zone: zone.id, name: zone.name, tier, day: 14, of: 14, started: "2022-02-20T18:00:00+08:00", stage: words("", ""), round: null, round_due: "", next_round: 1, parts: [], earliest: "2022-03-06T18:00:00+08:00", then: "prevention", restarts: [], proposals: [] };
      if (zone.id === "S-1") return { ...base, state: tested ? "ready" : "unknown", round: { round: 3, due: 310, tested: tested ? 310 : 304 }, round_due: tested ? "" : "2022-03-04T18:00:00+08:00", next_round: 4, conditions: [days(true), contact("met"), round(tested ? "met" : "unknown")], proposals: tested ? [{ key: "S-1/0", text: words("S-1 转为防范区", "S-1 becomes prevention"), reason: words("封控满 14 天,三项条件均已满足", "14 days, all three conditions are met") }] : [] };
      if (zone.id === "S-2") return { ...base, day: null, of: 14, started: "", earliest: "", state: "unknown", conditions: [{ ...days(false), state: "unknown", missing: words("未登记封闭时间", "no closure is recorded") }, contact("unknown"), round("unknown")] };
      if (tier === "controlled") return { ...base, day: 9, started: "2022-02-24T18:00:00+08:00", earliest: "2022-03-10T18:00:00+08:00", state: "counting", conditions: [days(false), contact("met"), round("met")], parts: [{ building: "枫南新村5幢", until: "2022-03-12T00:00:00+08:00" }], restarts: [{ at: "2022-02-24T18:00:00+08:00", text: words("新增病例 2022-017,重新计时", "new case 2022-017, begun again") }] };
      return { ...base, day: 9, of: null, earliest: "", then: "none", state: "counting", conditions: [{ text: words("县域内封控区、管控区全部解除", "Every sealed and controlled zone has lifted"), state: "not_met", missing: words("S-1、S-2、C-1 尚未解除", "S-1, S-2, C-1 are not lifted") }] };
    });
    return [{ at: at || this.now, now: this.now, zones, zones_total: zones.length, states: STATES, kinds: KINDS.map(([id, zh, en]) => ({ id, zh, en })), events: this.events, events_total: this.events.length }, []];
  }

  form() {
    return [{
      sites: [{ id: "g1", name: this.hostile || "第1隔离点", kind: "isolation_point" }],
      away: [{ household: "H-9", place: "枫南新村5幢202室", site: "g1", persons: 2 }],
      owners: [{ id: "P-7", name: "王小满" }],
      requests: [{ id: "E-0", at: "2022-03-05T08:00:00+08:00", place: "枫南新村3幢101室", note: "降压药" }],
    }, []];
  }

  homes({ text }) {
    const home = (kind, id, label, residents) => ({ kind, id, label, detail: "罗星街道 枫南社区", residents, zone: "S-2", area: "", cells: [27] });
    return [{ found: text.includes("枫南") ? [home("building", "枫南新村3幢", this.hostile || "枫南新村3幢", 40), home("household", "H-3", "枫南新村3幢101室", 3)] : [] }, []];
  }

  record({ event }) {
    const known = this.events.find(({ id }) => id === event.of);
    if (event.kind === "withdrawn") known.withdrawn = true;
    else this.events = [{ ...BLANK, ...event, place: event.zone_id ?? event.household_id ?? "", id: `E-${this.events.length + 1}` }, ...this.events];
    return [{ event: `E-${this.events.length}` }, []];
  }

  accept() {
    this.world.setTier("prevention", [27, 28, 39, 40]);
    return [{ revision: this.world.revision }, []];
  }

  board() {
    const area = (area, name, parent, counts, open) => ({ area, name, parent, open, measures: MEASURES.map((_, place) => counts[place] ?? [null, null]) });
    const areas = [
      area("330421001", this.hostile || "罗星街道", "", [[4210, 4212], [4180, 4210], [2950, 4210], [310, 402]], 41),
      area("330421002", "惠民街道", "", [[2105, 2110], [2105, 2105], [800, 2105]], 12),
      area("330421001001", "枫南社区", "330421001", [[1800, 1802], [1780, 1800], [1200, 1800], [304, 310]], 30),
      area("330421001002", "玉兰社区", "330421001", [[2410, 2410], [2400, 2410], [1750, 2410]], 11),
    ];
    const item = (kind, since, more) => ({ kind, since, area: "330421001001", name: "枫南社区", zone: "", detail: words("", ""), count: 1, ...more });
    const open = [
      item("unplaced", "2022-03-01T08:00:00+08:00", { detail: words("没有位置信息", "no location"), count: 5 }),
      item("vacancy_hard", "2022-03-04T21:10:00+08:00", { zone: "S-2", name: "罗星街道卫生院", detail: words("包干领导", "lead official") }),
      item("unreached", "2022-03-04T21:10:00+08:00", { detail: words("无人接听", "no answer"), count: 24 }),
      item("request", "", { detail: words("血透", "dialysis") }),
    ];
    const trend = [["2022-03-04T21:10:00+08:00", 96], ["2022-03-05T09:02:00+08:00", 71], ["", 53]].map(([time, open], place) => ({ save: place + 1, time, open }));
    return [{ now: this.now, staffed: true, measures: MEASURES, totals: [[6315, 6322], [6285, 6315], [3750, 6315], [310, 402], [3, 7], [42, 44]], areas, open, open_total: 53, trend }, []];
  }

  /** A notice of one sentence with a phrase of each kind; what is chosen is taken. */
  notice({ text, chosen }) {
    const state = (key, usual) => (chosen[key] === "ignore" ? "ignored" : chosen[key] ? "matched" : usual);
    const place = (cells) => ({ cells, bounds: null });
    const phrases = [
      { key: "p1", text: "枫南新村3幢", state: state("p1", "matched"), tier: "sealed", label: "罗星街道 枫南社区 枫南新村3幢", note: words("", ""), candidates: [], ...place([27, 28]) },
      { key: "p2", text: "玉兰社区", state: state("p2", "ambiguous"), tier: "controlled", label: "", note: words("有两个同名社区", "two communities have this name"), candidates: [{ key: "areas:1", label: "罗星街道 玉兰社区", ...place([74, 75]) }, { key: "areas:2", label: "惠民街道 玉兰社区", ...place([5]) }], ...place([74, 75, 5]) },
      { key: "p3", text: "幸福里小区", state: state("p3", "unmatched"), tier: "controlled", label: "", note: words("名册和网格中都没有", "neither in the roster nor in the grid"), candidates: [], ...place([]) },
    ];
    const pieces = ["将", "p1", "划为封控区;将", "p2", "、", "p3", "划为管控区。"].map((part) => ({ text: phrases.find(({ key }) => key === part)?.text ?? part, phrase: part.startsWith("p") ? part : "" }));
    if (!text.includes("封控")) return [{ token: "n0", pieces: [{ text, phrase: "" }], phrases: [], effective: words("", ""), zones: [], changes: { cells: 0, households: 0, by_tier: {} }, unplaced: [], warnings: [], carve: [] }, [this.world.plan.tier.slice().buffer]];
    const [proposed, buffers] = this.world.propose();
    return [{ ...proposed, warnings: [], token: "n1", pieces, phrases, effective: words("2022年3月5日18时", "18:00 on 5 March 2022") }, buffers];
  }

  zoneChanges(was, now) {
    const cells = (plan, code) => [...plan.zone.keys()].filter((cell) => plan.zone[cell] === code);
    const homes = (list) => list.reduce((sum, cell) => sum + this.world.households[cell], 0);
    const tiers = ["sealed", "controlled", "prevention"];
    return now.zones.flatMap(({ code, id, name, tier }) => {
      const [before, after] = [cells(was, code), cells(now, code)];
      const known = was.zones.some((zone) => zone.code === code);
      const changes = [...(known ? [] : ["new"]), ...(known && after.some((cell) => !before.includes(cell)) ? ["grown"] : []), ...(known && before.some((cell) => !after.includes(cell)) ? ["shrunk"] : [])];
      const row = { zone_before: known ? id : "", zone_after: id, name_before: name, name_after: name, tier_before: tiers[tier], tier_after: tiers[tier], changes, households_before: homes(before), households_after: homes(after), cells: [...new Set([...before, ...after])], bounds: null };
      return changes.length ? [row] : [];
    });
  }

  verbs(kind, args) {
    return { clock: () => this.clock(args), record: () => this.record(args), event_form: () => this.form(), event_homes: () => this.homes(args), accept_clock: () => this.accept(args), board: () => this.board(args), read_notice: () => this.notice(args) }[kind];
  }
}
