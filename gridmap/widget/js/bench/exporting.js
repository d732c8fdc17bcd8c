/** Export by audience: what goes out, in which formats, under which head, what is blocked and how to unblock it. */
import { html } from "../dom.js";
import { moment, short, whole } from "./figures.js";
import { ExportJob } from "./export_job.js";
import { heldBack } from "./held_back.js";
import { Pane } from "./pane.js";
import { button, choice, empty, field, folded, note, segments, textInput, tick } from "./parts.js";
import { savePlan } from "./saving.js";
import { sortedTable } from "./sorted.js";
import { wordsOf } from "./words_panel.js";

/** @typedef {import("./answers.js").Bench} Bench */
/** @typedef {import("./answers.js").ExportState} ExportState */

/**
 * What is filled in; it outlives a change of the language, but for the password, which is kept nowhere.
 * @typedef {object} Wish
 * @property {string} audience
 * @property {Map<string, Set<string>>} formats  by audience
 * @property {"zh" | "en" | ""} lang
 * @property {string} folder  empty: a folder of the audience beside the workspace
 * @property {boolean} draft
 * @property {boolean} plain
 * @property {Record<string, string> | null} head
 * @property {boolean} headOpen
 */

const HEAD = ["number", "issuer", "effective_at", "valid_until", "recipient", "approved_by"];
const TIMES = new Set(["effective_at", "valid_until"]);
const LISTS = ["contacts", "callsheets", "matrix", "events"];

/** @returns {Wish} */
export function exportWish() {
  return { audience: "public", formats: new Map(), lang: "", folder: "", draft: false, plain: false, head: null, headOpen: true };
}

export class ExportPane {
  /**
   * @param {Bench} bench
   * @param {Wish} wish
   */
  constructor(bench, wish) {
    this.bench = bench;
    this.wish = wish;
    this.t = wordsOf(bench);
    this.password = "";
    /** @type {import("./sorted.js").Order} */
    this.order = { key: "time", falling: true };
    this.pane = new Pane(bench, {
      load: async () => this.took(/** @type {any} */ (await bench.ask("issue"))),
      draw: (state) => this.draw(state),
    });
    this.job = new ExportJob(bench, () => this.pane.redraw());
    this.element = this.pane.element;
    this.close = () => this.job.close();
  }

  refresh() {
    return this.pane.refresh();
  }

  /** @param {ExportState} state */
  took(state) {
    const { wish, bench } = this;
    wish.lang ||= bench.lang;
    wish.head ??= headOf(state.document);
    for (const [audience, formats] of Object.entries(state.formats)) if (!wish.formats.has(audience)) wish.formats.set(audience, new Set(formats));
    this.job.find(state.running);
    return state;
  }

  /**
   * @param {ExportState} state
   * @returns {Node[]}
   */
  draw(state) {
    const { t, wish } = this;
    const audiences = Object.keys(state.formats).map((id) => /** @type {[string, string]} */ ([id, t(`audience_${id}`)]));
    const pick = segments(t("audience"), audiences, wish.audience, (audience) => {
      wish.audience = audience;
      this.pane.redraw();
    });
    return [
      ...this.job.draw(),
      html("section", { class: "gmp-form" }, [
        pick,
        html("p", { class: "gmp-soft" }, [t(`audience_${wish.audience}_what`)]),
        ...this.blocked(state),
        ...this.held(state),
        this.formats(state),
        ...this.secrecy(),
        ...this.head(),
        html("div", { class: "gmp-two" }, [
          field(t("folder"), textInput(wish.folder, (value) => (wish.folder = value), { "data-key": "folder", placeholder: state.folders[wish.audience] })),
          field(t("lang"), choice([["zh", "中文"], ["en", "English"]], wish.lang, (value) => (wish.lang = value === "en" ? "en" : "zh"))),
        ]),
        this.run(state),
      ]),
      ...this.log(state),
    ];
  }

  /**
   * Why the audience cannot be given anything, each with the way out.
   * @param {ExportState} state
   */
  blocked({ blocked }) {
    const { t, bench, wish } = this;
    return this.rowsOf(blocked).map(({ why, code }) => {
      const ways = isForSaving(code)
        ? [button(t("save_first"), () => this.save(), { icon: "save", weight: "main", key: "save-first" })]
        : [
            ...(code === "vacancy" ? [button(t("to_duties"), () => bench.emit("tab", "duties"), { icon: "duties" })] : []),
            button(t("to_problems"), () => bench.emit("tab", "problems"), { icon: "problems" }),
          ];
      return note(wish.draft ? "warn" : "bad", typeof why === "string" ? why : bench.text(why), ways);
    });
  }

  /**
   * Those about the audience that is chosen.
   * @param {ExportState["blocked"]} blocked
   */
  rowsOf(blocked) {
    return blocked.filter(({ audience }) => audience === this.wish.audience || audience === "all");
  }

  /**
   * Which zones stay back, which the public never hears of.
   * @param {ExportState} state
   */
  held({ held }) {
    const { wish, bench } = this;
    if (wish.audience === "public" || wish.draft) return [];
    return heldBack(bench, held, wish.head?.approved_by.trim() ?? "");
  }

  save() {
    return this.pane.attempt(() => savePlan(this.bench));
  }

  /** @param {ExportState} state */
  formats(state) {
    const { t, wish } = this;
    const chosen = wish.formats.get(wish.audience) ?? new Set();
    const ticks = (state.formats[wish.audience] ?? []).map((format) =>
      tick(t(`format_${format}`), chosen.has(format), (on) => {
        if (on) chosen.add(format);
        else chosen.delete(format);
        this.pane.redraw();
      }, { tip: t(`format_${format}_what`), key: `format-${format}` }),
    );
    return html("fieldset", { class: "gmp-set" }, [html("legend", {}, [t("formats")]), html("div", { class: "gmp-ticks" }, ticks)]);
  }

  /** How the lists with names are kept from strangers. */
  secrecy() {
    const { t, wish } = this;
    if (!this.hasLists) return [];
    const password = textInput(this.password, (value) => (this.password = value), { type: "password", autocomplete: "new-password", "data-key": "password" });
    password.disabled = wish.plain;
    const plain = tick(t("plain"), wish.plain, (on) => {
      wish.plain = on;
      if (on) this.password = "";
      this.pane.redraw();
    }, { key: "plain" });
    return [field(t("password"), password, t("password_what")), plain];
  }

  /** The head of the document. */
  head() {
    const { t, wish } = this;
    const head = wish.head ?? {};
    const fields = fieldsFor(wish.audience).map((name) => {
      /** @type {Record<string, string>} */
      const attributes = TIMES.has(name) ? { type: "datetime-local" } : { placeholder: t(`head_${name}_example`) };
      const input = textInput(head[name] ?? "", (value) => (head[name] = value), { ...attributes, "data-key": `head-${name}` });
      if (name === "approved_by") input.addEventListener("change", () => this.pane.redraw());
      return field(t(`head_${name}`), input, name === "approved_by" ? t("approved_by_what") : "");
    });
    const draft = tick(t("draft"), wish.draft, (on) => {
      wish.draft = on;
      this.pane.redraw();
    }, { tip: t("draft_what"), key: "draft" });
    const grid = html("div", { class: "gmp-two gmp-head-fields" }, fields);
    return [folded(t("head"), [grid], { open: wish.headOpen, toggled: (open) => (wish.headOpen = open) }), draft];
  }

  /** @param {ExportState} state */
  run({ blocked }) {
    const { t, wish } = this;
    const isBlocked = !wish.draft && this.rowsOf(blocked).some(({ code }) => code !== "vacancy" || !wish.head?.approved_by.trim());
    const count = wish.formats.get(wish.audience)?.size ?? 0;
    const label = t(wish.draft ? "export_draft" : "export_now", { audience: t(`audience_${wish.audience}`) });
    const start = button(label, () => this.start(), { icon: "export", weight: "main", key: "export", off: isBlocked || !count || this.job.isRunning });
    start.classList.add("gmp-full");
    return start;
  }

  /** Whether something is chosen that holds households. */
  get hasLists() {
    const chosen = this.wish.formats.get(this.wish.audience);
    return LISTS.some((format) => chosen?.has(format));
  }

  /** Lists of households leave for the field only with a password, or knowingly without one. */
  get lacksPassword() {
    const { wish } = this;
    return wish.audience === "field" && this.hasLists && !wish.plain && !this.password;
  }

  async start() {
    const { wish, bench, password } = this;
    if (this.lacksPassword) {
      this.pane.say("bad", this.t("password_needed"));
      /** @type {HTMLElement | null} */ (this.element.querySelector("[data-key=password]"))?.focus();
      return;
    }
    const document = documentOf(wish.head ?? {}, this.pane.content?.document ?? {}, fieldsFor(wish.audience));
    const args = {
      audience: wish.audience,
      formats: [...(wish.formats.get(wish.audience) ?? [])],
      lang: wish.lang || bench.lang,
      folder: wish.folder,
      draft: wish.draft,
      password: wish.plain ? "" : password,
      plain: wish.plain,
      document,
    };
    const answer = await this.pane.attempt(() => bench.ask("export", args));
    if (!answer) return;
    this.password = "";
    this.job.begin(String(answer.job), String(answer.folder ?? wish.folder));
  }

  /** @param {ExportState} state */
  log({ exports: rows }) {
    const { t, bench, order } = this;
    const title = html("h3", {}, [t("export_log")]);
    if (!rows.length) return [title, empty("file", t("no_exports"), "")];
    const table = sortedTable({
      columns: [
        { key: "time", label: t("time"), value: (row) => row.time, show: (row) => moment(row.time, bench.hello?.now) },
        { key: "audience", label: t("audience"), value: (row) => t(`audience_${row.audience}`) },
        { key: "file", label: t("file"), value: (row) => row.file },
        { key: "version", label: t("version"), value: (row) => row.version, show: (row) => html("code", { title: row.version }, [short(row.version).slice(0, 6)]) },
      ],
      rows,
      order,
      tip: (row) => [row.author, row.recipient, row.persons ? t("persons", { count: whole(row.persons) }) : ""].filter(Boolean).join(" · "),
      more: (count) => t("more", { count: whole(count) }),
    });
    return [title, table];
  }
}

/** @param {string | undefined} code */
function isForSaving(code) {
  return code === "save" || code === "unsaved";
}

/**
 * The fields of the head that an audience sees: a public notice has no recipient, and never waits for staffing.
 * @param {string} audience
 */
function fieldsFor(audience) {
  return audience === "public" ? HEAD.slice(0, -2) : HEAD;
}

/**
 * The head as it stands in the fields: times to the minute, on the clock of this machine.
 * @param {Record<string, any>} document
 * @returns {Record<string, string>}
 */
export function headOf(document) {
  return Object.fromEntries(HEAD.map((name) => [name, TIMES.has(name) ? clockOf(document[name]) : String(document[name] ?? "")]));
}

/**
 * The head for the kernel: a time that nobody touched goes back as it came, another one with the zone of this machine.
 * @param {Record<string, string>} head
 * @param {Record<string, any>} kept
 * @param {string[]} names
 * @returns {Record<string, string>}
 */
export function documentOf(head, kept, names) {
  const value = (/** @type {string} */ name) => {
    if (!TIMES.has(name) || !head[name]) return head[name] ?? "";
    return clockOf(kept[name]) === head[name] ? String(kept[name]) : `${head[name]}${zoneAt(head[name])}`;
  };
  return Object.fromEntries(names.map((name) => [name, value(name)]));
}

/** @param {unknown} iso */
function clockOf(iso) {
  const time = new Date(String(iso ?? ""));
  if (!iso || Number.isNaN(time.getTime())) return "";
  return new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** @param {string} clock */
function zoneAt(clock) {
  const minutes = -new Date(clock).getTimezoneOffset();
  const pad = (/** @type {number} */ part) => String(part).padStart(2, "0");
  return `${minutes < 0 ? "-" : "+"}${pad(Math.floor(Math.abs(minutes) / 60))}:${pad(Math.abs(minutes) % 60)}`;
}
