/** The clock of every zone: which day it is, what is tested today, when it may be lifted, and what is missing. */
import { html } from "../dom.js";
import { clockZone } from "./clock_zone.js";
import { eventText } from "./event_form.js";
import { dialogsOf } from "./asking.js";
import { moment, whole } from "./figures.js";
import { icon } from "./panel_icons.js";
import { button, empty, folded, iconButton, textInput } from "./parts.js";
import { fieldTime, withOffset } from "./times.js";
import { wordsOf } from "./words_panel.js";
import { flyToZone, zoneOf } from "./zone_places.js";

/** @typedef {import("./answers.js").Bench} Bench */
/** @typedef {import("./answers.js").ClockAnswer} ClockAnswer */
/** @typedef {import("./answers.js").ClockZone} ClockZone */
/** @typedef {import("./answers.js").EventRow} EventRow */

const ZONES_AT_ONCE = 60;
const FILTER_FROM = 8;
const EVENTS_AT_ONCE = 40;
/** What a person can do something about comes first. */
const ORDER = ["upgrade", "ready", "due", "unknown", "held", "counting", "holds", "lifted", "no_clock"];

/**
 * The zones, those that a person can lift first, then those that lack something, each by its earliest time.
 * @param {readonly ClockZone[]} zones
 * @returns {ClockZone[]}
 */
export function byUrgency(zones) {
  const place = (/** @type {ClockZone} */ { state }) => (ORDER.includes(state) ? ORDER.indexOf(state) : ORDER.length);
  return [...zones].sort((a, b) => place(a) - place(b) || (a.earliest || "~").localeCompare(b.earliest || "~"));
}

export class ClockPart {
  /**
   * @param {Bench} bench
   * @param {import("./pane.js").Pane<any>} pane
   */
  constructor(bench, pane) {
    this.bench = bench;
    this.pane = pane;
    this.t = wordsOf(bench);
    /** Another time that is looked at; empty for now. */
    this.at = "";
    this.filter = "";
    this.open = "";
    this.shown = ZONES_AT_ONCE;
    this.eventsOpen = false;
    /** @type {ClockAnswer | null} */
    this.answer = null;
  }

  /** @returns {Promise<ClockAnswer>} */
  async load() {
    this.answer = /** @type {any} */ (await this.bench.ask("clock", { at: this.at }));
    return /** @type {ClockAnswer} */ (this.answer);
  }

  /**
   * @param {ClockAnswer} answer
   * @returns {Node[]}
   */
  draw(answer) {
    const { t } = this;
    const zones = answer.zones.length ? this.zones(answer) : [empty("wait", t("clock_none"), t("clock_none_what"))];
    return [this.head(answer), ...zones, ...this.events(answer)];
  }

  /** @param {ClockAnswer} answer */
  head({ at, now, zones, states }) {
    const { t, bench } = this;
    const when = textInput(fieldTime(at, now), () => {}, { type: "datetime-local", "aria-label": t("clock_at"), title: t("clock_at_tip"), "data-key": "clock-at" });
    when.addEventListener("change", () => this.look(withOffset(when.value, now)));
    const back = this.at ? [iconButton("restore", t("clock_now"), () => this.look(""), { key: "clock-now" })] : [];
    const record = button(t("clock_record"), () => this.record(""), { icon: "plus", key: "record", weight: "main" });
    const counts = ORDER.flatMap((state) => {
      const count = zones.filter((zone) => zone.state === state).length;
      return count ? [html("span", { class: `gmp-tag gmp-clock-${state}` }, [`${bench.text(states[state])} ${whole(count)}`])] : [];
    });
    return html("div", { class: "gmp-clock-head" }, [
      html("div", { class: "gmp-clock-when" }, [html("label", { class: "gmp-inline" }, [html("span", {}, [t("clock_at")]), when]), ...back]),
      html("div", { class: "gmp-row" }, [html("div", { class: "gmp-row gmp-grow" }, counts), record]),
    ]);
  }

  /** @param {string} at */
  look(at) {
    this.at = at;
    this.pane.refresh();
  }

  /** @param {ClockAnswer} answer */
  zones(answer) {
    const { t } = this;
    const wanted = this.filter.trim().toLowerCase();
    const found = byUrgency(answer.zones).filter(({ zone, name }) => !wanted || `${zone} ${name}`.toLowerCase().includes(wanted));
    const filter = textInput(this.filter, (value) => {
      this.filter = value;
      this.pane.redraw();
    }, { type: "search", placeholder: t("clock_filter"), "aria-label": t("clock_filter"), "data-key": "clock-filter" });
    filter.hidden = answer.zones.length < FILTER_FROM;
    const items = found.slice(0, this.shown).map((zone) => this.zone(zone, answer));
    const rest = found.length - items.length;
    const more = button(t("more", { count: whole(rest) }), () => {
      this.shown *= 4;
      this.pane.redraw();
    }, { weight: "quiet" });
    const beyond = answer.zones_total - answer.zones.length;
    const left = beyond > 0 ? [html("small", { class: "gmp-soft" }, [t("clock_more", { count: whole(beyond) })])] : [];
    return [filter, html("ul", { class: "gmp-clocks" }, items), ...(rest > 0 ? [more] : []), ...left];
  }

  /**
   * @param {ClockZone} zone
   * @param {ClockAnswer} answer
   */
  zone(zone, { at, states }) {
    const { bench } = this;
    return clockZone(bench, zone, {
      now: at,
      said: bench.text(states[zone.state]),
      open: this.open === zone.zone,
      press: () => {
        this.open = this.open === zone.zone ? "" : zone.zone;
        if (this.open) flyToZone(bench, zoneOf(bench, zone.zone));
        this.pane.redraw();
      },
      record: () => this.record(zone.zone),
      accept: (proposal) => this.accept(zone, proposal),
    });
  }

  /** @param {string} zone */
  async record(zone) {
    const { bench, answer, t } = this;
    if (!answer) return;
    const form = await this.pane.attempt(() => bench.ask("event_form", { at: this.at }));
    if (!form) return;
    const event = await dialogsOf(bench).askEvent({ zone, answer, form: /** @type {any} */ (form) });
    if (!event) return;
    await this.keep(event, t("event_recorded"));
  }

  /**
   * @param {Record<string, any>} event
   * @param {string} said
   */
  async keep(event, said) {
    const done = await this.pane.attempt(() => this.bench.ask("record", { event }));
    if (!done) return;
    await this.pane.refresh();
    if (done.added === 0) this.pane.say("warn", this.t("event_repeated"));
    else this.pane.say("good", said);
  }

  /**
   * Make of a proposal an edit of the plan, with a reason; nothing does so but a person.
   * @param {ClockZone} zone
   * @param {ClockZone["proposals"][number]} proposal
   */
  async accept({ zone }, { key, text, reason }) {
    const { bench, t } = this;
    const what = bench.text(text);
    const said = await dialogsOf(bench).askAccept({ title: t("clock_accept_title", { zone, what }), why: t("clock_accept_what"), value: bench.text(reason), ok: t("clock_accept"), tick: t("clock_lift_event") });
    if (!said) return;
    const done = await this.pane.attempt(() => bench.ask("accept_clock", { key, reason: said.reason, record: said.also, at: this.at }));
    if (!done) return;
    await this.pane.refresh();
    this.pane.say("good", t("clock_accepted"));
  }

  /** @param {ClockAnswer} answer */
  events(answer) {
    const { t } = this;
    const { events } = answer;
    const items = events.slice(0, EVENTS_AT_ONCE).map((event) => this.event(event, answer));
    const list = items.length ? html("ul", { class: "gmp-list" }, items) : html("p", { class: "gmp-soft" }, [t("clock_no_events")]);
    return [folded(t("clock_events"), [list], { open: this.eventsOpen, toggled: (open) => (this.eventsOpen = open), count: whole(answer.events_total) })];
  }

  /**
   * @param {EventRow} event
   * @param {ClockAnswer} answer
   */
  event(event, answer) {
    const { t, bench } = this;
    const what = eventText(bench, event, answer.kinds);
    const by = [moment(event.at, answer.now), event.author || t("somebody"), event.note].filter(Boolean).join(" · ");
    const gone = event.withdrawn ? [html("span", { class: "gmp-tag" }, [t("clock_withdrawn")])] : [iconButton("undo", t("clock_withdraw"), () => this.withdraw(event, what), { key: `withdraw-${event.id}` })];
    return html("li", {}, [
      html("div", { class: `gmp-event${event.withdrawn ? " gmp-event-gone" : ""}` }, [
        icon("wait", 14),
        html("span", { class: "gmp-grow gmp-stacked" }, [html("span", { dir: "auto" }, [what]), html("small", { class: "gmp-soft", dir: "auto" }, [by])]),
        ...gone,
      ]),
    ]);
  }

  /**
   * @param {EventRow} event
   * @param {string} what
   */
  async withdraw({ id }, what) {
    const { bench, t, answer } = this;
    const note = await dialogsOf(bench).askReason({ title: t("clock_withdraw_title", { what }), why: t("clock_withdraw_what"), ok: t("clock_withdraw") });
    if (note === null) return;
    await this.keep({ kind: "withdrawn", of: id, note, at: answer?.now ?? "", author: bench.hello?.author ?? "" }, t("clock_withdrawn"));
  }
}
