/** Zones from the text of a notice: what each phrase was matched to, what it may mean, and the plan that follows. */
import { html } from "../dom.js";
import { tierLabel } from "./compare.js";
import { whole } from "./figures.js";
import { icon } from "./panel_icons.js";
import { button, empty, field, note } from "./parts.js";
import { wordsOf } from "./words_panel.js";

/** @typedef {import("./answers.js").Bench} Bench */
/** @typedef {import("./answers.js").NoticeAnswer} NoticeAnswer */
/** @typedef {import("./answers.js").NoticePhrase} NoticePhrase */

const IGNORE = "ignore";
const OPEN = ["ambiguous", "unmatched"];
/** Each state has a sign, so that it is told without colours too. @type {Record<string, string>} */
const SIGNS = { matched: "check", ambiguous: "unknown", unmatched: "cross", ignored: "clear" };

/**
 * The phrases that a person has to look at.
 * @param {readonly NoticePhrase[]} phrases
 */
export function openPhrases(phrases) {
  return phrases.filter(({ state }) => OPEN.includes(state));
}

export class FromNotice {
  /**
   * @param {Bench} bench
   * @param {import("./pane.js").Pane<any>} pane
   * @param {import("./proposal.js").Proposal} proposal  what the plan would be
   */
  constructor(bench, pane, proposal) {
    this.bench = bench;
    this.pane = pane;
    this.proposal = proposal;
    this.t = wordsOf(bench);
    this.text = "";
    /** What was chosen, by the key of the phrase. @type {Record<string, string>} */
    this.chosen = {};
    this.current = "";
  }

  /** @returns {NoticeAnswer | null} */
  get answer() {
    return /** @type {any} */ (this.proposal.answer);
  }

  async read() {
    await this.proposal.ask({ text: this.text, chosen: this.chosen }, "read_notice");
  }

  /** @returns {Node[]} */
  draw() {
    const { answer } = this;
    return answer ? this.result(answer) : this.asking();
  }

  asking() {
    const { t } = this;
    const area = html("textarea", { class: "gmp-input gmp-notice-text", rows: "12", dir: "auto", placeholder: t("notice_example"), "data-key": "notice-text" });
    area.value = this.text;
    const read = button(t("notice_read"), () => this.begin(), { icon: "map", weight: "main", key: "notice-read", off: !this.text.trim() });
    area.addEventListener("input", () => {
      this.text = area.value;
      read.disabled = !this.text.trim();
    });
    read.classList.add("gmp-full");
    return [html("p", { class: "gmp-soft" }, [t("notice_what")]), field(t("notice_text"), area), read];
  }

  begin() {
    this.chosen = {};
    this.current = "";
    return this.read();
  }

  /** @param {NoticeAnswer} answer */
  result({ pieces, phrases, effective }) {
    const { t, bench } = this;
    const back = button(t("notice_again"), () => this.proposal.drop().then(() => this.pane.redraw()), { icon: "back", key: "notice-again" });
    if (!phrases.length) return [empty("file", t("notice_nothing"), t("notice_nothing_what")), back];
    const open = openPhrases(phrases);
    const said = open.length ? note("warn", t("notice_left", { count: whole(open.length) }), [button(t("notice_next"), () => this.next(), { icon: "next", key: "notice-next" })]) : note("good", t("notice_all"));
    const when = bench.text(effective) ? [html("small", { class: "gmp-soft" }, [t("notice_effective", { time: bench.text(effective) })])] : [];
    const text = html("div", { class: "gmp-notice", dir: "auto" }, pieces.map((piece) => this.piece(piece, phrases)));
    const current = phrases.find(({ key }) => key === this.current);
    return [said, text, ...when, ...(current ? [this.card(current)] : []), html("div", { class: "gmp-row" }, [back]), ...this.proposal.draw()];
  }

  /**
   * @param {NoticeAnswer["pieces"][number]} piece
   * @param {readonly NoticePhrase[]} phrases
   */
  piece({ text, phrase }, phrases) {
    const found = phrases.find(({ key }) => key === phrase);
    if (!found) return html("span", {}, [text]);
    const mark = html("button", { type: "button", class: `gmp-phrase gmp-phrase-${found.state}`, "aria-pressed": String(found.key === this.current), title: this.t(`notice_${found.state}`), "data-key": `phrase-${found.key}` }, [
      html("span", { class: "gmp-phrase-sign" }, [icon(SIGNS[found.state] ?? "info", 11)]),
      text,
    ]);
    mark.addEventListener("click", () => this.look(found));
    return mark;
  }

  /** Go to the next phrase that is open, round and round. */
  next() {
    const open = openPhrases(this.answer?.phrases ?? []);
    const at = open.findIndex(({ key }) => key === this.current);
    if (open.length) this.look(open[(at + 1) % open.length]);
  }

  /** @param {NoticePhrase} phrase */
  look(phrase) {
    this.current = phrase.key;
    this.fly(phrase);
    this.pane.redraw();
  }

  /** @param {{cells: number[], bounds: number[] | null}} place */
  fly({ cells, bounds }) {
    const { bench } = this;
    bench.highlight(cells.length ? cells : null);
    if (cells.length) bench.flyTo({ cells: Uint32Array.from(cells) }, { flash: true });
    else if (bounds) bench.flyTo({ bounds }, { flash: true });
  }

  /**
   * One phrase with what it means, and what else it may mean.
   * @param {NoticePhrase} phrase
   */
  card(phrase) {
    const { t, bench } = this;
    const { key, state, text, tier, label, candidates } = phrase;
    const sign = html("span", { class: `gmp-sign gmp-sign-${state}` }, [icon(SIGNS[state] ?? "info", 13)]);
    const means = label ? [html("div", { dir: "auto" }, [label])] : [];
    const why = bench.text(phrase.note) ? [html("small", { class: "gmp-soft", dir: "auto" }, [bench.text(phrase.note)])] : [];
    return html("section", { class: "gmp-clock-detail gmp-phrase-card", "data-phrase": key }, [
      html("div", { class: "gmp-row" }, [sign, html("strong", { class: "gmp-grow", dir: "auto" }, [text]), html("small", {}, [t(`notice_${state}`)]), ...(tier ? [tierLabel(bench, tier)] : [])]),
      ...means,
      ...why,
      ...(candidates.length ? [html("h4", {}, [t("notice_choose")]), html("ul", { class: "gmp-list" }, candidates.map((candidate) => this.candidate(phrase, candidate)))] : []),
      ...(state === "ignored" || this.chosen[key] ? [] : [html("div", { class: "gmp-row" }, [button(t("notice_leave"), () => this.choose(key, IGNORE), { icon: "clear", key: "phrase-leave" })])]),
      ...(this.chosen[key] ? [html("div", { class: "gmp-row" }, [button(t("undo"), () => this.choose(key, ""), { icon: "undo", key: "phrase-undo" })])] : []),
    ]);
  }

  /**
   * @param {NoticePhrase} phrase
   * @param {NoticePhrase["candidates"][number]} candidate
   */
  candidate({ key }, candidate) {
    const isTaken = this.chosen[key] === candidate.key;
    const line = html("button", { type: "button", class: "gmp-line", "aria-pressed": String(isTaken), "data-key": `candidate-${candidate.key}` }, [
      icon(isTaken ? "check" : "target", 14),
      html("span", { class: "gmp-grow", dir: "auto" }, [candidate.label]),
    ]);
    line.addEventListener("click", () => this.choose(key, candidate.key));
    line.addEventListener("pointerenter", () => this.bench.highlight(candidate.cells.length ? candidate.cells : null));
    return html("li", {}, [line]);
  }

  /**
   * @param {string} phrase
   * @param {string} candidate  empty: as it was read
   */
  choose(phrase, candidate) {
    const { [phrase]: _, ...others } = this.chosen;
    this.chosen = candidate ? { ...others, [phrase]: candidate } : others;
    return this.read();
  }
}
