/** The form of an event: what happened in which zone, when, and who says so; what is left blank stays unknown. */
import { html } from "../dom.js";
import { whole } from "./figures.js";
import { modal } from "./modal.js";
import { button, choice, field, textInput } from "./parts.js";
import { fieldTime, withOffset } from "./times.js";
import { wordsOf } from "./words_panel.js";

/** @typedef {import("./answers.js").Bench} Bench */
/** @typedef {import("./answers.js").ClockAnswer} ClockAnswer */
/** @typedef {import("./answers.js").EventRow} EventRow */
/** @typedef {Record<string, string>} Written */

const COUNTS = ["round", "due", "tested", "positive", "persons"];
/** What is asked of each kind beside zone, time, note and author. @type {Record<string, string[]>} */
const ASKED = {
  closure: [],
  exposure: ["persons"],
  contacts_tested: ["due", "tested", "positive", "result"],
  test_round: ["round", "due", "tested", "positive", "result"],
  lifted: [],
};

/**
 * What the form says as an event; null while zone, time, author or the number of the round are missing, or a count is none.
 * @param {Written} written
 * @param {string} now
 * @returns {Record<string, any> | null}
 */
export function eventOf(written, now) {
  const { kind, zone, at, author } = written;
  if (!kind || !zone || !at || !author.trim()) return null;
  if (kind === "test_round" && !(written.round ?? "").trim()) return null;
  /** @type {Record<string, any>} */
  const event = { kind, zone_id: zone, at: withOffset(at, now), author: author.trim(), note: (written.note ?? "").trim() };
  for (const name of ASKED[kind] ?? []) {
    const value = (written[name] ?? "").trim();
    if (!value) continue;
    if (COUNTS.includes(name) && !/^\d+$/.test(value)) return null;
    event[name] = COUNTS.includes(name) ? Number(value) : value;
  }
  return event;
}

/**
 * An event in one line.
 * @param {Bench} bench
 * @param {EventRow} event
 * @param {ClockAnswer["kinds"]} kinds
 */
export function eventText(bench, event, kinds) {
  const t = wordsOf(bench);
  const kind = kinds.find(({ id }) => id === event.kind)?.[bench.lang] ?? event.kind;
  const { round, due, tested, positive, persons, result } = event;
  const counted = [due, tested, positive].some((count) => count !== null);
  return [
    `${event.zone} ${kind}`.trim(),
    round === null ? "" : t("event_round_n", { round: whole(round) }),
    counted ? t("event_counts", { due: whole(due), tested: whole(tested), positive: whole(positive) }) : "",
    persons === null ? "" : t("event_persons_n", { persons: whole(persons) }),
    result ? t(`event_result_${result}`) : "",
  ].filter(Boolean).join(" · ");
}

/**
 * Ask for an event; null when the person gives up.
 * @param {Bench} bench
 * @param {HTMLElement} root
 * @param {{zone: string, answer: ClockAnswer}} about
 * @returns {Promise<Record<string, any> | null>}
 */
export function askEvent(bench, root, { zone, answer }) {
  const t = wordsOf(bench);
  const { at: now, kinds, zones } = answer;
  const nextRound = (/** @type {string} */ id) => String(zones.find((each) => each.zone === id)?.next_round ?? "");
  const begins = zone || zones[0]?.zone || "";
  /** @type {Written} */
  const written = { kind: "test_round", zone: begins, round: nextRound(begins), at: fieldTime(now, now), author: bench.hello?.author ?? "" };
  const asked = html("div", { class: "gmp-two" });
  const given = () => eventOf(written, now) ?? undefined;
  /** @type {HTMLButtonElement | null} */
  let main = null;
  const look = () => main && (main.disabled = given() === undefined);
  const set = (/** @type {string} */ name) => (/** @type {string} */ value) => {
    written[name] = value;
    if (name === "zone") written.round = nextRound(value);
    if (name === "kind" || name === "zone") asked.replaceChildren(...fields());
    look();
  };
  const fields = () => (ASKED[written.kind] ?? []).map((name) => field(t(`event_${name}`), name === "result" ? result(name) : count(name)));
  const count = (/** @type {string} */ name) => textInput(written[name] ?? "", set(name), { inputmode: "numeric", "data-key": `event-${name}` });
  const result = (/** @type {string} */ name) =>
    choice(["", "negative", "positive"].map((each) => [each, t(`event_result_${each || "blank"}`)]), written[name] ?? "", set(name), { "data-key": `event-${name}` });
  asked.append(...fields());
  const names = /** @type {[string, string][]} */ (kinds.filter(({ id }) => id in ASKED).map((each) => [each.id, each[bench.lang]]));
  const places = /** @type {[string, string][]} */ (zones.map((each) => [each.zone, `${each.zone} ${each.name}`.trim()]));
  const first = choice(names, written.kind, set("kind"), { "data-key": "event-kind" });
  return modal(root, {
    title: t("event_title"),
    close: t("close"),
    content: [
      html("div", { class: "gmp-two" }, [
        field(t("event_kind"), first),
        field(t("event_zone"), choice(places, written.zone, set("zone"), { "data-key": "event-zone" })),
      ]),
      field(t("event_at"), textInput(written.at, set("at"), { type: "datetime-local", "data-key": "event-at" })),
      asked,
      html("small", { class: "gmp-soft" }, [t("event_blank")]),
      field(t("event_note"), textInput("", set("note"), { "data-key": "event-note" })),
      field(t("event_author"), textInput(written.author, set("author"), { "data-key": "event-author" })),
    ],
    actions: (end) => {
      main = button(t("event_save"), () => end(given() ?? null), { weight: "main", key: "event-save", tip: t("event_needs") });
      look();
      return [button(t("cancel"), () => end(null)), main];
    },
    enter: given,
    first,
  });
}
