/** The line to the kernel: every question gets one answer, and silence is noticed. */

/** @typedef {import("./messages.js").Content} Content */
/** @typedef {import("./messages.js").Buffer} Buffer */
/** @typedef {Content & {buffers: Buffer[]}} Answer */
/** @typedef {{why: string, code: string, [field: string]: any}} Refusal */
/**
 * @typedef {object} Model  what anywidget gives, as far as it is used here
 * @property {(name: "msg:custom", heard: (content: any, buffers: any[]) => void) => void} on
 * @property {(name: "msg:custom", heard: (content: any, buffers: any[]) => void) => void} off
 * @property {(content: any, callbacks?: any, buffers?: ArrayBuffer[]) => void} send
 * @property {(name: string) => any} get  what the kernel keeps with the widget
 */
/** @typedef {{kind: string, since: number, resolve: (answer: Answer) => void, reject: (why: Refusal) => void}} Question */

const QUICK = new Set(["edit", "undo", "redo", "language"]);
const QUICK_MS = 6_000;
const LONG_MS = 90_000;
const HELD_MS = 150;
const PICTURE = "grid"; // with it the first picture is whole
/** The code of a question whose answer was lost on the way. */
export const LOST = "lost";

/** @param {ArrayBuffer | ArrayBufferView} buffer */
function bytesOf(buffer) {
  if (buffer instanceof ArrayBuffer) return buffer;
  return /** @type {ArrayBuffer} */ (buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + buffer.byteLength));
}

export class Link {
  /**
   * @param {Model} model
   * @param {object} [options]
   * @param {string} [options.client]  the name of this view
   * @param {(ms: number, then: () => void) => any} [options.after]
   * @param {() => number} [options.now]
   */
  constructor(model, { client, after, now } = {}) {
    this.model = model;
    this.client = client ?? Math.random().toString(36).slice(2, 12);
    this.after = after ?? ((ms, then) => setTimeout(then, ms));
    this.now = now ?? (() => performance.now());
    this.lastSeq = 0;
    /** The latest question that was answered; the kernel answers in their order. */
    this.lastAnswered = 0;
    /** @type {Map<number, Question>} */
    this.open = new Map();
    /** @type {"ok" | "silent" | "closed"} */
    this.state = "ok";
    /** Called with each message that is no answer. @type {(content: Content, buffers: Buffer[]) => void} */
    this.heard = () => {};
    /** Called when the state or the number of open questions changes. */
    this.changed = () => {};
    /** What was heard before the view had all for its picture. @type {[Content, Buffer[]][] | null} */
    this.held = null;
    this.isListening = true;
    this.receive = this.receive.bind(this);
    model.on("msg:custom", this.receive);
  }

  close() {
    this.model.off("msg:custom", this.receive);
    this.state = "closed";
  }

  /** Keep what is heard until somebody listens, and the picture is there as a whole: so it is laid out once. */
  hold() {
    this.held = [];
    this.isListening = false;
  }

  /** From now on somebody listens. */
  listen() {
    this.isListening = true;
    if (this.held?.some(([{ kind }]) => kind === PICTURE)) this.release();
    else this.after(HELD_MS, () => this.release());
  }

  /** Tell what was kept, and from now on all that is heard. */
  release() {
    const { held } = this;
    this.held = null;
    for (const [content, buffers] of held ?? []) this.heard(content, buffers);
  }

  /**
   * Ask, and say under which number.
   * @param {string} kind
   * @param {Record<string, any>} [args]
   * @param {(ArrayBuffer | ArrayBufferView)[]} [buffers]
   * @returns {{seq: number, answer: Promise<Answer>}}
   */
  put(kind, args = {}, buffers = []) {
    const seq = ++this.lastSeq;
    const since = this.now();
    const answer = new Promise((resolve, reject) => this.open.set(seq, { kind, since, resolve, reject }));
    try {
      this.model.send({ ...args, kind, client: this.client, seq }, undefined, buffers.map(bytesOf));
    } catch {
      this.become("silent"); // the line to the kernel is gone; the question stays open
    }
    this.watch(QUICK.has(kind) ? QUICK_MS : LONG_MS);
    this.changed();
    return { seq, answer: /** @type {Promise<Answer>} */ (answer) };
  }

  /** @param {number} patience  in milliseconds */
  watch(patience) {
    this.after(patience + 50, () => {
      this.giveUp();
      if (this.state === "ok" && this.late().length) this.become("silent");
    });
  }

  /** The questions that should have been answered by now. */
  late() {
    const isLate = (/** @type {Question} */ { kind, since }) => this.now() - since >= (QUICK.has(kind) ? QUICK_MS : LONG_MS);
    return [...this.open].filter(([, question]) => isLate(question)).map(([seq]) => seq);
  }

  /** End the questions whose answer was lost: it is late, and a later question was answered. */
  giveUp() {
    const lost = this.late().filter((seq) => seq < this.lastAnswered);
    for (const seq of lost) {
      this.open.get(seq)?.reject({ why: "", code: LOST });
      this.open.delete(seq);
    }
    if (lost.length) this.changed();
  }

  /** @param {"ok" | "silent"} state */
  become(state) {
    if (this.state === state || this.state === "closed") return;
    this.state = state;
    this.changed();
  }

  /**
   * @param {Content} content
   * @param {Buffer[]} [buffers]
   */
  receive(content, buffers = []) {
    this.become("ok");
    const isAnswer = content.kind === "done" || content.kind === "refused";
    if ((content.to || isAnswer) && content.to !== this.client) return;
    if (!isAnswer) {
      if (!this.held) this.heard(content, buffers);
      else this.held.push([content, buffers]);
      if (this.held && this.isListening && content.kind === PICTURE) this.release();
      return;
    }
    const question = this.open.get(Number(content.seq));
    if (!question) return;
    this.open.delete(Number(content.seq));
    if (content.kind === "done") question.resolve({ ...content, buffers });
    else question.reject(/** @type {any} */ ({ ...content, why: String(content.why ?? ""), code: String(content.code ?? "other") }));
    this.lastAnswered = Math.max(this.lastAnswered, Number(content.seq));
    this.giveUp();
    this.changed();
  }
}
