/** One pane of the panel: asks the kernel, and shows that it waits, what it heard, and what went wrong. */
import { html } from "../dom.js";
import { button, note, refill } from "./parts.js";
import { wordsOf } from "./words_panel.js";

/** @typedef {import("./answers.js").Bench} Bench */
/** @typedef {import("./answers.js").Refusal} Refusal */

/**
 * What went wrong, as a sentence.
 * @param {unknown} error
 * @param {(key: string) => string} t
 */
export function whyOf(error, t) {
  const refusal = /** @type {Partial<Refusal> | null} */ (error);
  if (refusal?.why) return String(refusal.why);
  return refusal instanceof Error ? refusal.message : t("failed");
}

/** @template Content */
export class Pane {
  /**
   * @param {Bench} bench
   * @param {object} of
   * @param {() => Promise<Content>} of.load
   * @param {(content: Content) => (Node | string)[]} of.draw
   */
  constructor(bench, { load, draw }) {
    this.t = wordsOf(bench);
    this.load = load;
    this.draw = draw;
    /** @type {Content | null} */
    this.content = null;
    this.asked = 0;
    this.said = html("div", { class: "gmp-said" });
    this.body = html("div", { class: "gmp-body" });
    this.element = html("div", { class: "gmp-pane" }, [this.said, this.body]);
  }

  /** Ask again; what is shown stays until the answer is there. */
  async refresh() {
    const turn = ++this.asked;
    this.element.setAttribute("aria-busy", "true");
    if (this.content === null) this.body.replaceChildren(waiting(this.t("loading")));
    try {
      const content = await this.load();
      if (turn !== this.asked) return;
      refill(this.body, this.draw(content));
      this.content = content;
      this.say();
    } catch (error) {
      if (turn !== this.asked) return;
      if (this.content === null) this.body.replaceChildren();
      this.fail(error, () => this.refresh());
    } finally {
      if (turn === this.asked) this.element.removeAttribute("aria-busy");
    }
  }

  /** Draw what was heard last once more. */
  redraw() {
    if (this.content !== null) refill(this.body, this.draw(this.content));
  }

  /**
   * Say something over the content; nothing takes it away.
   * @param {"info" | "good" | "warn" | "bad"} [level]
   * @param {string} [text]
   * @param {Node[]} [actions]
   */
  say(level, text, actions = []) {
    this.said.replaceChildren(...(level && text ? [note(level, text, actions)] : []));
  }

  /**
   * Say what went wrong, with a way to try again.
   * @param {unknown} error
   * @param {() => void} [again]
   */
  fail(error, again) {
    this.say("bad", whyOf(error, this.t), again ? [button(this.t("again"), again, { icon: "restore" })] : []);
  }

  /**
   * Do what a button asks for; what goes wrong is said here.
   * @template Answer
   * @param {() => Promise<Answer>} action
   * @returns {Promise<Answer | null>}
   */
  async attempt(action) {
    this.element.setAttribute("aria-busy", "true");
    try {
      const answer = await action();
      this.say();
      return answer;
    } catch (error) {
      if (/** @type {Partial<Refusal>} */ (error)?.code !== "reason_needed") this.fail(error);
      return null;
    } finally {
      this.element.removeAttribute("aria-busy");
    }
  }
}

/** @param {string} words */
function waiting(words) {
  const bars = [88, 64, 76, 52].map((width) => html("i", { style: `width:${width}%` }));
  return html("div", { class: "gmp-waiting", role: "status", "aria-label": words }, bars);
}
