/** The days that follow: the clock of every zone, and the board of the county. */
import { BoardPart } from "./board.js";
import { ClockPart } from "./clock.js";
import { Pane } from "./pane.js";
import { segments } from "./parts.js";
import { wordsOf } from "./words_panel.js";

/** @typedef {import("./answers.js").Bench} Bench */
/** @typedef {"clock" | "board"} PartName */
/** @typedef {{part: PartName, answer: any}} Content */
/** @typedef {{part: PartName}} DaysMemory  what outlives a change of the language */

/** @returns {DaysMemory} */
export function daysMemory() {
  return { part: "clock" };
}

export class DaysPane {
  /**
   * @param {Bench} bench
   * @param {DaysMemory} memory
   */
  constructor(bench, memory) {
    this.bench = bench;
    this.memory = memory;
    this.t = wordsOf(bench);
    this.pane = new Pane(bench, { load: () => this.load(), draw: (content) => this.draw(content) });
    this.parts = { clock: new ClockPart(bench, this.pane), board: new BoardPart(bench, this.pane) };
    this.element = this.pane.element;
  }

  /** @returns {Promise<Content>} */
  async load() {
    const { part } = this.memory;
    return { part, answer: await this.parts[part].load() };
  }

  refresh() {
    return this.pane.refresh();
  }

  /**
   * @param {Content} content
   * @returns {Node[]}
   */
  draw({ part, answer }) {
    const { t } = this;
    const names = /** @type {[string, string][]} */ ([["clock", t("part_clock")], ["board", t("part_board")]]);
    const pick = segments(t("tab_days"), names, part, (chosen) => this.choose(/** @type {PartName} */ (chosen)));
    return [pick, ...this.parts[part].draw(answer)];
  }

  /** @param {PartName} part */
  choose(part) {
    if (part === this.memory.part) return;
    this.memory.part = part;
    this.refresh();
  }
}
