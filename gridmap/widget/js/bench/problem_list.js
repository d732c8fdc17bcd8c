/** What a person should look at, asked for once for all parts that show it: the list, the badge, the road, the key. */
import { whole } from "./figures.js";
import { wordsOf } from "./words_panel.js";

/** @typedef {import("./answers.js").Bench} Bench */
/** @typedef {import("./answers.js").Problem} Problem */
/** @typedef {import("./answers.js").CertificateAnswer} CertificateAnswer */

/** What stands in the way of an issue; the rest is there to be looked at. */
const URGENT = new Set(["case_not_placed", "weaker_than_rule", "weaker_carve_out", "split_building", "no_tier", "vacancy_hard"]);

/** @param {string} kind */
export function isUrgent(kind) {
  return URGENT.has(kind);
}

/** @type {WeakMap<Bench, ProblemList>} */
const LISTS = new WeakMap();

/**
 * The list of a view; made when first asked for.
 * @param {Bench} bench
 */
export function problemsOf(bench) {
  let list = LISTS.get(bench);
  if (!list) LISTS.set(bench, (list = new ProblemList(bench)));
  return list;
}

/**
 * Fly to the next problem; the list is asked for where it is old.
 * @param {Bench} bench
 */
export async function nextProblem(bench) {
  const list = problemsOf(bench);
  await list.fresh();
  const problem = list.next();
  if (!problem) return bench.notice("info", wordsOf(bench)("no_problems"), "problem");
  list.look(problem);
  const place = `${whole(list.shown().indexOf(problem) + 1)} / ${whole(list.shown().length)}`;
  bench.notice("warn", `${place} · ${wordsOf(bench)(`problem_${problem.kind}`)}: ${problem.target} ${bench.text(problem.detail)}`, "problem");
}

/**
 * The kinds in the order of the problems, with the problems of each.
 * @param {readonly Problem[]} problems
 * @returns {Map<string, Problem[]>}
 */
export function byKind(problems) {
  /** @type {Map<string, Problem[]>} */
  const groups = new Map();
  for (const problem of problems) {
    const group = groups.get(problem.kind);
    if (group) group.push(problem);
    else groups.set(problem.kind, [problem]);
  }
  return groups;
}

/**
 * The problems that have a text in their target or detail.
 * @param {readonly Problem[]} problems
 * @param {string} text
 * @param {"zh" | "en"} lang
 */
export function filtered(problems, text, lang) {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return [...problems];
  return problems.filter(({ target, detail }) => `${target} ${detail[lang]}`.toLowerCase().includes(wanted));
}

export class ProblemList {
  /** @param {Bench} bench */
  constructor(bench) {
    this.bench = bench;
    /** @type {Problem[]} */
    this.problems = [];
    this.total = 0;
    /** @type {CertificateAnswer | null} */
    this.certificate = null;
    this.revision = -1;
    /** In which they were told. */
    this.lang = "";
    /** Of each kind, also where not all are listed. @type {Map<string, number>} */
    this.counts = new Map();
    this.filter = "";
    /** Kinds that are folded, and so not flown to. @type {Set<string>} */
    this.folded = new Set();
    /** @type {string} */
    this.current = "";
    /** How long the last answer took; who only shows a count asks less often then. */
    this.tookMs = 0;
    /** @type {Promise<void> | null} */
    this.asking = null;
    /** @type {Set<() => void>} */
    this.heard = new Set();
  }

  /** Ask where the list is older than the plan. */
  async fresh() {
    const { plan, lang } = this.bench;
    if (this.revision !== (plan?.revision ?? 0) || this.lang !== lang) await this.ask();
  }

  /** Ask anew; who asks while an answer is on its way waits for that one. */
  ask() {
    this.asking ??= this.load().finally(() => (this.asking = null));
    return this.asking;
  }

  async load() {
    const revision = this.bench.plan?.revision ?? 0;
    const { lang } = this.bench;
    const began = performance.now();
    const [list, certificate] = await Promise.all([this.bench.ask("problems"), this.bench.ask("certificate")]);
    this.problems = list.problems;
    this.total = list.total ?? list.problems.length;
    this.counts = new Map(Object.entries(list.counts ?? {}));
    this.certificate = /** @type {any} */ (certificate);
    this.revision = revision;
    this.lang = lang;
    this.tookMs = performance.now() - began;
    for (const heard of this.heard) heard();
  }

  /** How many stand in the way of an issue. */
  get urgent() {
    return this.problems.filter(({ kind }) => isUrgent(kind)).length;
  }

  /** Those that the filter and the folded kinds leave. */
  shown() {
    return filtered(this.problems, this.filter, this.bench.lang).filter(({ kind }) => !this.folded.has(kind));
  }

  /** The one after the current one, round and round. */
  next() {
    const shown = this.shown();
    const at = shown.findIndex((problem) => keyOf(problem) === this.current);
    return shown.length ? shown[(at + 1) % shown.length] : null;
  }

  /** @param {Problem} problem */
  look(problem) {
    this.current = keyOf(problem);
    const cells = Uint32Array.from(problem.cells ?? []);
    this.bench.highlight(cells.length ? cells : null);
    if (cells.length) this.bench.flyTo({ cells }, { flash: true });
    else if (problem.at) this.bench.flyTo({ at: problem.at }, { flash: true });
    for (const heard of this.heard) heard();
  }
}

/**
 * What tells a problem from others, also after it was asked for again.
 * @param {Problem} problem
 */
export function keyOf({ kind, target }) {
  return `${kind} ${target}`;
}
