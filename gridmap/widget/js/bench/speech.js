/** How a view speaks: words, numbers and areas in its language, and notices beside the map. */
import { Events } from "./events.js";
import { LOST } from "./link.js";
import { formatted, WORDS_MAP } from "./words_map.js";

/** @typedef {import("./messages.js").Lang} Lang */
/** @typedef {import("./messages.js").Text} Text */
/** @typedef {Record<string, [string, string]>} Words  of each key the Chinese and the English text */

const NUMBERS = { zh: new Intl.NumberFormat("zh-CN"), en: new Intl.NumberFormat("en") };

export class Speech extends Events {
  /** @param {{lang?: Lang, words?: Words}} [options] */
  constructor({ lang = "zh", words = {} } = {}) {
    super();
    /** @type {Lang} */
    this.lang = lang;
    /** @type {Words} */
    this.words = { ...WORDS_MAP, ...words };
  }

  /**
   * The words of a key in the language of this view.
   * @param {string} key
   * @param {Record<string, string | number>} [values]  for what stands in braces
   */
  word(key, values = {}) {
    const pair = this.words[key];
    return pair ? formatted(pair[this.lang === "en" ? 1 : 0], values) : key;
  }

  /**
   * More words, for a part that brings its own.
   * @param {Words} words
   */
  addWords(words) {
    Object.assign(this.words, words);
  }

  /** @param {Text | null | undefined} text */
  text(text) {
    return text ? text[this.lang] || text.zh || text.en || "" : "";
  }

  /** @param {number | null | undefined} value */
  number(value) {
    return value === null || value === undefined ? "–" : NUMBERS[this.lang].format(value);
  }

  /** @param {number} areaM2 */
  area(areaM2) {
    if (areaM2 < 10_000) return `${this.number(Math.round(areaM2))} m²`;
    const km2 = areaM2 / 1e6;
    return `${this.number(Number(km2.toFixed(km2 < 10 ? 2 : km2 < 1000 ? 1 : 0)))} km²`;
  }

  /** @param {unknown} error  a refusal, or what went wrong here */
  complain(error) {
    const { why, message, code } = /** @type {{why?: string, message?: string, code?: string}} */ (error ?? {});
    this.notice("error", why || message || (code === LOST ? this.word("answer_lost") : String(error)));
  }

  /**
   * @param {"info" | "warn" | "error"} level
   * @param {string | Text} text
   * @param {string} [key]  one notice of a key is shown at a time
   */
  notice(level, text, key = "") {
    this.emit("notice", { kind: "notice", level, text: typeof text === "string" ? { zh: text, en: text } : text, key });
  }
}
