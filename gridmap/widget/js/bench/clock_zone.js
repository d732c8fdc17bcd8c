/** One zone and its clock: a line that opens to its conditions, its restarts and what may be accepted. */
import { html } from "../dom.js";
import { tierLabel } from "./compare.js";
import { whole } from "./figures.js";
import { icon } from "./panel_icons.js";
import { button } from "./parts.js";
import { dayText } from "./times.js";
import { wordsOf } from "./words_panel.js";

/** @typedef {import("./answers.js").Bench} Bench */
/** @typedef {import("./answers.js").ClockZone} ClockZone */
/** @typedef {ReturnType<typeof wordsOf>} T */
/** @typedef {{now: string, said: string, open: boolean, press: () => void, record: () => void, accept: (proposal: ClockZone["proposals"][number]) => void}} Doing */

/** Each state has a sign, so that it is told without colours too. @type {Record<string, string>} */
const SIGNS = { met: "check", not_met: "cross", unknown: "unknown" };
/** @type {Record<string, string>} */
const STATE_SIGNS = { upgrade: "up", ready: "check", counting: "wait", unknown: "unknown", held: "locked", due: "problems", lifted: "unlocked" };
const SETTLED = ["holds", "lifted", "no_clock"];
const CALLING = ["ready", "upgrade"];
const SEGMENTS_MOST = 21;

/**
 * @param {Bench} bench
 * @param {ClockZone} zone
 * @param {Doing} doing
 */
export function clockZone(bench, zone, doing) {
  const t = wordsOf(bench);
  const head = html("button", { type: "button", class: "gmp-clock-line", "aria-expanded": String(doing.open), "data-key": `clock-${zone.zone}` }, [
    html("span", { class: "gmp-clock-name" }, [
      tierLabel(bench, zone.tier),
      html("strong", { dir: "ltr" }, [zone.zone]),
      html("span", { class: "gmp-grow gmp-soft gmp-clipped", dir: "auto" }, [zone.name]),
      stateTag(zone.state, doing.said),
    ]),
    ...dayLine(t, zone, doing.now),
    html("small", { class: "gmp-soft", dir: "auto" }, [outlook(bench, t, zone, doing.now)]),
  ]);
  head.addEventListener("click", doing.press);
  return html("li", { class: `gmp-clock${doing.open ? " gmp-open" : ""}` }, [head, ...(doing.open ? detail(bench, t, zone, doing) : [])]);
}

/**
 * @param {string} state
 * @param {string} said
 */
function stateTag(state, said) {
  return html("span", { class: `gmp-tag gmp-clock-${state}` }, [icon(STATE_SIGNS[state] ?? "info", 12), said]);
}

/**
 * The day it is: in words, and as so many squares as there are days, where they are few.
 * @param {T} t
 * @param {ClockZone} zone
 * @param {string} now
 */
function dayLine(t, { day, of, started, state }, now) {
  if (SETTLED.includes(state) && day === null) return [];
  if (day === null) return [html("span", { class: "gmp-clock-day" }, [html("b", {}, [t("clock_not_begun")])])];
  const words = of ? t(day > of ? "clock_day_past" : "clock_day_of", { day: String(day), of: String(of) }) : t("clock_day", { day: String(day) });
  const since = started ? [html("small", { class: "gmp-soft" }, [t("clock_from", { time: dayText(started, now) })])] : [];
  const squares = of && of <= SEGMENTS_MOST ? [html("span", { class: "gmp-clock-days", "aria-hidden": "true" }, dayMarks(day, of))] : [];
  return [html("span", { class: "gmp-clock-day" }, [html("b", {}, [words]), ...since]), ...squares];
}

/**
 * @param {number} day
 * @param {number} of
 */
function dayMarks(day, of) {
  return Array.from({ length: of }, (_, each) => html("i", { class: each < day ? "gmp-past" : "" }));
}

/**
 * What is tested today, and what comes when.
 * @param {Bench} bench
 * @param {T} t
 * @param {ClockZone} zone
 * @param {string} now
 */
function outlook(bench, t, { round, round_due: due, earliest, then, state }, now) {
  const tier = bench.hello?.tiers.find(({ id }) => id === then);
  const next = then === "none" ? t("clock_then_none") : tier ? t("clock_then", { tier: tier[bench.lang] }) : "";
  if (SETTLED.includes(state)) return "";
  const when = earliest ? t("clock_earliest", { time: dayText(earliest, now) }) : t("clock_earliest_unknown");
  const last = round ? t("clock_round_n", { round: whole(round.round), tested: whole(round.tested), due: whole(round.due) }) : "";
  const test = !due ? "" : Date.parse(due) <= Date.parse(now) ? t("clock_round_now") : t("clock_round_due", { time: dayText(due, now) });
  return [last, test, CALLING.includes(state) ? "" : when, next].filter(Boolean).join(" · ");
}

/**
 * @param {Bench} bench
 * @param {T} t
 * @param {ClockZone} zone
 * @param {Doing} doing
 */
function detail(bench, t, zone, { now, record, accept }) {
  const conditions = zone.conditions.map(({ text, state, missing }) => condition(t, bench.text(text), state, bench.text(missing)));
  const restarts = zone.restarts.map(({ at, text }) => html("li", {}, [html("b", {}, [dayText(at, now)]), ` ${bench.text(text)}`]));
  const isUnknown = zone.conditions.some(({ state }) => state === "unknown");
  const stage = bench.text(zone.stage);
  return [
    html("div", { class: "gmp-clock-detail" }, [
      ...(stage ? [html("p", { class: "gmp-soft", dir: "auto" }, [stage])] : []),
      ...(conditions.length ? [html("h4", {}, [t("clock_conditions")]), html("ul", { class: "gmp-conditions" }, conditions)] : []),
      ...(isUnknown ? [html("small", { class: "gmp-soft" }, [t("clock_unknown_what")])] : []),
      ...(zone.parts.length ? [html("h4", {}, [t("clock_kept")]), html("ul", { class: "gmp-plain-lines" }, zone.parts.map(({ building, until }) => html("li", { dir: "auto" }, [`${building} · ${t("clock_until", { time: dayText(until, now) })}`])))] : []),
      ...(restarts.length ? [html("h4", {}, [t("clock_restarts")]), html("ul", { class: "gmp-plain-lines" }, restarts)] : []),
      ...zone.proposals.map((proposal) => proposed(bench, t, proposal, () => accept(proposal))),
      html("div", { class: "gmp-row" }, [button(t("clock_record_here"), record, { icon: "plus", key: `record-${zone.zone}` })]),
    ]),
  ];
}

/**
 * @param {T} t
 * @param {string} text
 * @param {string} state
 * @param {string} missing
 */
function condition(t, text, state, missing) {
  const sign = html("span", { class: `gmp-sign gmp-sign-${state}`, title: t(`condition_${state}`) }, [icon(SIGNS[state] ?? "info", 13), html("span", { class: "gmp-unseen" }, [t(`condition_${state}`)])]);
  const lacks = missing && state !== "met" ? [html("small", { dir: "auto" }, [t("clock_missing", { what: missing })])] : [];
  return html("li", { "data-state": state }, [sign, html("span", { class: "gmp-grow gmp-stacked" }, [html("span", { dir: "auto" }, [text]), ...lacks])]);
}

/**
 * @param {Bench} bench
 * @param {T} t
 * @param {ClockZone["proposals"][number]} proposal
 * @param {() => void} accept
 */
function proposed(bench, t, { key, text }, accept) {
  return html("div", { class: "gmp-clock-proposal" }, [
    icon("fix"),
    html("span", { class: "gmp-grow", dir: "auto" }, [bench.text(text)]),
    button(t("clock_accept"), accept, { icon: "check", weight: "main", key: `accept-${key}`, tip: t("clock_accept_what") }),
  ]);
}
