/** The form of an event: what happened where, when, and who says so; what is left blank stays unknown. */
import { html } from "../dom.js";
import { homeSearch } from "./event_home.js";
import { whole } from "./figures.js";
import { modal } from "./modal.js";
import { button, choice, field, note, textInput } from "./parts.js";
import { dayText, fieldTime, withOffset } from "./times.js";
import { wordsOf } from "./words_panel.js";

/** @typedef {import("./answers.js").Bench} Bench */
/** @typedef {import("./answers.js").ClockAnswer} ClockAnswer */
/** @typedef {import("./answers.js").EventRow} EventRow */
/** @typedef {import("./answers.js").EventForm} EventForm */
/** @typedef {import("./answers.js").Home} Home */
/** @typedef {"zone" | "maybe_zone" | "home" | "maybe_home" | "away" | "site" | "maybe_site" | "request"} Where  what says where it was; `maybe` may be left out */
/** @typedef {{kind: string, at: string, author: string, home: Home | null} & Record<string, any>} Written  texts of the fields by their name, and the home that was chosen */

const COUNTS = ["round", "due", "tested", "positive", "persons"];
const TESTED = ["due", "tested", "positive", "result"];
/** What is asked of each kind beside time and author, and what of it must be given. @type {Record<string, {where: Where[], asked: string[], needs?: string[]}>} */
const FORMS = {
  test_round: { where: ["zone", "maybe_home"], asked: ["round", ...TESTED], needs: ["round"] },
  closure: { where: ["zone"], asked: [] },
  contacts_tested: { where: ["zone"], asked: TESTED },
  exposure: { where: ["zone"], asked: ["persons"] },
  transfer: { where: ["home", "maybe_site"], asked: ["persons"], needs: ["persons"] },
  return: { where: ["away"], asked: ["persons"], needs: ["persons"] },
  arrival: { where: ["site"], asked: ["persons"], needs: ["persons"] },
  departure: { where: ["site"], asked: ["persons"], needs: ["persons"] },
  request: { where: ["maybe_zone", "maybe_home"], asked: ["owner"], needs: ["note"] },
  request_closed: { where: ["request"], asked: [] },
  lifted: { where: ["zone"], asked: [] },
};

/**
 * What the form says as an event; null while something that it needs is missing, or a count is none.
 * @param {Record<string, any>} written
 * @param {string} now
 * @returns {Record<string, any> | null}
 */
export function eventOf(written, now) {
  const { kind, at, author } = written;
  const form = FORMS[kind];
  const text = (/** @type {string} */ name) => String(written[name] ?? "").trim();
  if (!form || !at || !author.trim() || (form.needs ?? []).some((name) => !text(name))) return null;
  const where = placeOf(written, form.where);
  if (!where) return null;
  /** @type {Record<string, any>} */
  const event = { kind, ...where, at: withOffset(at, now), author: author.trim(), note: text("note") };
  for (const name of form.asked) {
    const value = text(name);
    if (!value) continue;
    if (COUNTS.includes(name) && !/^\d+$/.test(value)) return null;
    event[name] = COUNTS.includes(name) ? Number(value) : value;
  }
  return event;
}

/**
 * Where it was, in the columns of an event; null where that is not said.
 * @param {Record<string, any>} written
 * @param {Where[]} where
 * @returns {Record<string, string> | null}
 */
function placeOf({ kind, zone = "", home = null, site = "", away = "", request = "" }, where) {
  if (where.includes("zone") && !zone) return null;
  if (where.includes("home") && home?.kind !== "household") return null;
  if (where.includes("site") && !site) return null;
  if (where.includes("request")) return request ? { of: request } : null;
  if (where.includes("away")) return awayOf(away);
  if (kind === "request" && !zone && !home) return null;
  const building = home?.kind === "building" ? { building: home.id, ...(kind === "request" && home.area ? { area_id: home.area } : {}) } : {};
  const isZoned = where.includes("zone") || where.includes("maybe_zone");
  const of = isZoned ? zone || (home?.kind === "building" ? home.zone : "") : "";
  const sited = where.includes("site") || where.includes("maybe_site");
  return {
    ...(of ? { zone_id: of } : {}),
    ...(home?.kind === "household" && !where.includes("site") ? { household_id: home.id } : building),
    ...(sited && site ? { site_id: site } : {}),
  };
}

/** @param {string} away  household and site */
function awayOf(away) {
  if (!away) return null;
  const [household_id, site_id] = JSON.parse(away);
  return { household_id, ...(site_id ? { site_id } : {}) };
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
    `${event.place} ${kind}`.trim(),
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
 * @param {{zone: string, answer: ClockAnswer, form: EventForm}} about
 * @returns {Promise<Record<string, any> | null>}
 */
export function askEvent(bench, root, about) {
  return new EventDialog(bench, about).ask(root);
}

class EventDialog {
  /**
   * @param {Bench} bench
   * @param {{zone: string, answer: ClockAnswer, form: EventForm}} about
   */
  constructor(bench, { zone, answer, form }) {
    this.bench = bench;
    this.t = wordsOf(bench);
    this.answer = answer;
    this.form = form;
    const begins = zone || answer.zones[0]?.zone || "";
    const kind = answer.zones.length ? "test_round" : "request";
    /** @type {Written} */
    this.written = { kind, zone: begins, round: this.nextRound(begins), at: fieldTime(answer.at, answer.at), author: bench.hello?.author ?? "", note: "", home: null };
    this.asked = html("div", { class: "gmp-asked" });
    /** @type {HTMLButtonElement | null} */
    this.main = null;
  }

  /** @param {string} zone */
  nextRound(zone) {
    return String(this.answer.zones.find((each) => each.zone === zone)?.next_round ?? "");
  }

  given() {
    return eventOf(this.written, this.answer.at) ?? undefined;
  }

  look() {
    if (this.main) this.main.disabled = this.given() === undefined;
  }

  /** @param {string} name */
  set(name) {
    return (/** @type {any} */ value) => {
      this.written[name] = value;
      this.look();
    };
  }

  /** Draw what this kind asks for. */
  draw() {
    const { where, asked } = FORMS[this.written.kind];
    const places = where.map((each) => this.where(each)); // first: who is chosen says how many
    const counts = asked.map((name) => this.field(name));
    const blank = asked.some((name) => TESTED.includes(name)) || (asked.includes("persons") && !FORMS[this.written.kind].needs);
    const isWanted = this.written.kind === "request";
    const label = isWanted ? this.t("event_wanted") : this.t("event_note");
    this.asked.replaceChildren(
      ...places,
      ...(counts.length ? [html("div", { class: "gmp-two" }, counts)] : []),
      ...(blank ? [html("small", { class: "gmp-soft" }, [this.t("event_blank")])] : []),
      field(label, textInput(this.written.note, this.set("note"), { "data-key": "event-note" })),
    );
    this.look();
  }

  /** @param {string} name */
  field(name) {
    const { t, written } = this;
    const attributes = { "data-key": `event-${name}` };
    if (name === "result") {
      const results = ["", "negative", "positive"].map((each) => /** @type {[string, string]} */ ([each, t(`event_result_${each || "blank"}`)]));
      return field(t("event_result"), choice(results, written.result ?? "", this.set(name), attributes));
    }
    if (name === "owner") return this.owner(attributes);
    return field(t(`event_${name}`), textInput(written[name] ?? "", this.set(name), { ...attributes, ...(COUNTS.includes(name) ? { inputmode: "numeric" } : {}) }));
  }

  /**
   * An official, by name or id, with those that the roster has.
   * @param {Record<string, string>} attributes
   */
  owner(attributes) {
    const id = `gmp-owners-${Math.random().toString(36).slice(2)}`;
    const known = html("datalist", { id }, (this.form.owners ?? []).map((each) => html("option", { value: each.id }, [`${each.name} · ${each.id}`])));
    return field(this.t("event_owner"), html("span", {}, [textInput(this.written.owner ?? "", this.set("owner"), { ...attributes, list: id }), known]));
  }

  /** @param {Where} where */
  where(where) {
    const { t, written, form, answer } = this;
    if (where === "home" || where === "maybe_home") return homeSearch(this.bench, { label: t(`event_${where}`), home: written.home, only: where === "home", chosen: (home) => this.chooseHome(home) });
    if (where === "zone" || where === "maybe_zone") return this.select("zone", answer.zones.map((each) => [each.zone, `${each.zone} ${each.name}`.trim()]), where === "maybe_zone" ? "event_no_zone" : "");
    if (where === "site" || where === "maybe_site") return this.select("site", form.sites.map(({ id, name }) => [id, name]), where === "maybe_site" ? "event_no_site" : "", "event_sites_none");
    if (where === "away") return this.select("away", form.away.map(({ household, site, place, persons }) => [JSON.stringify([household, site]), `${place} · ${t("event_persons_n", { persons: whole(persons) })}`]), "", "event_away_none");
    return this.select("request", form.requests.map(({ id, at, place, note: wanted }) => [id, [dayText(at, answer.at), place, wanted].filter(Boolean).join(" · ")]), "", "event_requests_none");
  }

  /**
   * A choice of places; where there is none it says so.
   * @param {string} name
   * @param {[string, string][]} options
   * @param {string} blank  the word for no choice, where none need be made
   * @param {string} [none]
   */
  select(name, options, blank, none = "clock_none") {
    const { t, written } = this;
    if (!options.length && !blank) {
      written[name] = "";
      return note("info", t(none));
    }
    const all = blank ? [/** @type {[string, string]} */ (["", t(blank)]), ...options] : options;
    if (!all.some(([value]) => value === written[name])) written[name] = all[0][0];
    if (name === "away") this.takeAway(written.away, false);
    return field(t(`event_${name}`), choice(all, written[name], (value) => this.choosePlace(name, value), { "data-key": `event-${name}` }));
  }

  /**
   * @param {string} name
   * @param {string} value
   */
  choosePlace(name, value) {
    this.written[name] = value;
    if (name === "zone") this.written.round = this.nextRound(value);
    if (name === "away") this.takeAway(value, true);
    else if (name === "zone") this.draw();
    this.look();
  }

  /**
   * All who are away come home, unless somebody says otherwise.
   * @param {string} value
   * @param {boolean} anew  draw the count
   */
  takeAway(value, anew) {
    const row = this.form.away.find(({ household, site }) => JSON.stringify([household, site]) === value);
    this.written.persons = row ? String(row.persons) : "";
    if (anew) this.draw();
  }

  /** @param {Home | null} home */
  chooseHome(home) {
    this.written.home = home;
    if (home && this.written.kind === "transfer") this.written.persons = String(home.residents);
    if (home?.zone && this.written.kind !== "transfer" && this.answer.zones.some(({ zone }) => zone === home.zone)) {
      this.written.zone = home.zone;
      this.written.round = this.nextRound(home.zone);
    }
    if (home) this.bench.flyTo({ cells: home.cells }, { flash: true });
    this.draw();
  }

  /** @param {HTMLElement} root */
  ask(root) {
    const { t, written, answer } = this;
    const names = Object.keys(FORMS).flatMap((kind) => {
      const known = answer.kinds.find(({ id }) => id === kind);
      return known ? [/** @type {[string, string]} */ ([kind, known[this.bench.lang]])] : [];
    });
    const kind = choice(names, written.kind, (value) => {
      Object.assign(written, { kind: value, persons: "", home: null, zone: value === "request" ? "" : written.zone || answer.zones[0]?.zone || "" });
      written.round = this.nextRound(written.zone);
      this.draw();
    }, { "data-key": "event-kind" });
    this.draw();
    return modal(root, {
      title: t("event_title"),
      close: t("close"),
      content: [
        html("div", { class: "gmp-two" }, [field(t("event_kind"), kind), field(t("event_at"), textInput(written.at, this.set("at"), { type: "datetime-local", "data-key": "event-at" }))]),
        this.asked,
        field(t("event_author"), textInput(written.author, this.set("author"), { "data-key": "event-author" })),
      ],
      actions: (end) => {
        this.main = button(t("event_save"), () => end(this.given() ?? null), { weight: "main", key: "event-save", tip: t("event_needs") });
        this.look();
        return [button(t("cancel"), () => end(null)), this.main];
      },
      enter: () => this.given(),
      first: kind,
    });
  }
}
