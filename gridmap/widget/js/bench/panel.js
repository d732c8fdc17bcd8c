/** The panel at the right: a bar of tabs over what they show. Tabs are made when first looked at. */
import { html } from "../dom.js";
import { daysMemory, DaysPane } from "./days.js";
import { DutiesPane } from "./duties.js";
import { ExportPane, exportWish } from "./exporting.js";
import { whole } from "./figures.js";
import { HistoryPane } from "./history.js";
import { NewCase } from "./newcase.js";
import { icon } from "./panel_icons.js";
import { button } from "./parts.js";
import { problemsOf } from "./problem_list.js";
import { ProblemsPane } from "./problems.js";
import { Road } from "./road.js";
import { wordsOf } from "./words_panel.js";
import { zoneMemory, ZonesPane } from "./zones.js";

/** @typedef {import("./answers.js").Bench} Bench */
/** @typedef {{element: HTMLElement, refresh: () => any, shown?: () => void, hidden?: () => void, close?: () => void}} Shown  what a tab shows */
/** @typedef {"zones" | "problems" | "duties" | "days" | "history" | "export"} TabName */

/** @type {readonly TabName[]} */
const TABS = ["zones", "problems", "duties", "days", "history", "export"];
const SETTLED_MS = 250; // a brush makes many revisions; the list behind it is asked for when it rests
const IDLE_MS = 2000; // the badge of a tab that is not looked at waits longer
const PATIENCE = 4; // and so many times as long as the last answer took

let panels = 0;

/**
 * The panel of a view.
 * @param {Bench} bench
 * @returns {HTMLElement}
 */
export function panel(bench) {
  return new Panel(bench).element;
}

class Panel {
  /** @param {Bench} bench */
  constructor(bench) {
    this.bench = bench;
    this.t = wordsOf(bench);
    this.name = `gmp-${++panels}`;
    /** @type {TabName} */
    this.active = "zones";
    /** @type {Map<TabName, Shown>} */
    this.made = new Map();
    /** Tabs that show something old. @type {Set<TabName>} */
    this.old = new Set(TABS);
    this.memory = zoneMemory();
    this.wish = exportWish();
    this.days = daysMemory();
    /** What stands over the tabs' content for a while. @type {NewCase | null} */
    this.over = null;
    /** @type {Record<string, ReturnType<typeof setTimeout>>} */
    this.timers = {};
    /** @type {Map<TabName, HTMLButtonElement>} */
    this.tabs = new Map();
    this.bar = html("div", { class: "gmp-tabs", role: "tablist" });
    this.top = html("div", { class: "gmp-top" });
    this.sheet = html("div", { class: "gmp-sheet" });
    this.road = new Road(bench, { newCase: (about) => this.openCase(about), show: (name) => this.show(name) });
    this.element = html("aside", { class: "gmp-panel" }, [this.bar, this.sheet]);
    this.draw();
    this.listen();
    this.expire([]);
  }

  listen() {
    const { bench } = this;
    problemsOf(bench).heard.add(() => this.showBadge());
    bench.on("hello", () => this.draw());
    bench.on("lang", () => this.draw());
    bench.on("plan", () => this.showTop());
    bench.on("plan", () => this.expire(["problems", "duties", "days", "history", "export"]));
    bench.on("stale", ({ tabs }) => this.expire(tabs.map((/** @type {string} */ tab) => (tab === "certificate" ? "problems" : tab))));
    bench.on("tab", (name) => (name === "case" ? this.openCase("one") : TABS.includes(name) && this.show(name)));
  }

  /** Build everything anew, as after a change of the language; what was chosen stays. */
  draw() {
    for (const shown of this.made.values()) shown.close?.();
    this.made.clear();
    this.old = new Set(TABS);
    this.element.setAttribute("aria-label", this.t("panel"));
    this.bar.setAttribute("aria-label", this.t("panel"));
    this.tabs = new Map(TABS.map((name) => [name, this.tab(name)]));
    this.bar.replaceChildren(...this.tabs.values());
    this.showBadge();
    this.over?.close();
    this.over = null;
    this.top.replaceChildren(button(this.t("new_case"), () => this.openCase("one"), { icon: "plus", key: "new-case" }), this.road.line);
    this.sheet.replaceChildren(this.top, this.road.element);
    this.road.draw();
    if (this.bench.hello) this.show(this.active);
  }

  /** @param {import("./newcase.js").About} about  one new case, all of the workspace, or a notice */
  openCase(about) {
    this.over?.close();
    this.over = new NewCase(this.bench, { about, leave: () => this.show("zones") });
    this.over.refresh();
    for (const { element } of this.made.values()) element.hidden = true;
    this.showTop();
    this.sheet.append(this.over.element);
    this.over.focus();
  }

  closeCase() {
    if (!this.over) return;
    this.over.close();
    this.over.element.remove();
    this.over = null;
    this.showTop();
  }

  /** @param {TabName} name */
  tab(name) {
    const badge = name === "problems" ? [html("span", { class: "gmp-badge", hidden: "" })] : [];
    const element = html("button", { type: "button", role: "tab", id: `${this.name}-${name}`, "aria-controls": `${this.name}-${name}-pane`, "data-tab": name }, [
      icon(name, 18),
      html("span", {}, [this.t(`tab_${name}`)]),
      ...badge,
    ]);
    element.addEventListener("click", () => this.show(name));
    element.addEventListener("keydown", (event) => this.pressed(event, name));
    return element;
  }

  /**
   * Arrows go along the tabs, Home and End to the first and the last.
   * @param {KeyboardEvent} event
   * @param {TabName} name
   */
  pressed(event, name) {
    const place = TABS.indexOf(name);
    const next = { ArrowRight: place + 1, ArrowLeft: place - 1, Home: 0, End: TABS.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const to = TABS[(next + TABS.length) % TABS.length];
    this.show(to);
    this.tabs.get(to)?.focus();
  }

  /** @param {TabName} name */
  show(name) {
    this.closeCase();
    this.active = name;
    this.showTop();
    for (const [each, tab] of this.tabs) {
      tab.setAttribute("aria-selected", String(each === name));
      tab.tabIndex = each === name ? 0 : -1;
    }
    let shown = this.made.get(name);
    if (!shown) {
      this.made.set(name, (shown = this.make(name)));
      const { element } = shown;
      element.id = `${this.name}-${name}-pane`;
      element.setAttribute("role", "tabpanel");
      element.setAttribute("aria-labelledby", `${this.name}-${name}`);
      element.tabIndex = -1;
      this.sheet.append(element);
    }
    for (const [each, other] of this.made) {
      if (each !== name && !other.element.hidden) other.hidden?.();
      other.element.hidden = each !== name;
    }
    shown.shown?.();
    if (this.old.delete(name)) shown.refresh();
  }

  /** The way to a new case stands over the zones; while there are none, the road has it. */
  showTop() {
    const isZones = this.active === "zones" && !this.over;
    this.top.hidden = !isZones || !this.bench.plan?.zones.length;
    this.road.element.classList.toggle("gmp-aside", !isZones);
  }

  /**
   * @param {TabName} name
   * @returns {Shown}
   */
  make(name) {
    const { bench } = this;
    if (name === "problems") return new ProblemsPane(bench);
    if (name === "duties") return new DutiesPane(bench);
    if (name === "days") return new DaysPane(bench, this.days);
    if (name === "export") return new ExportPane(bench, this.wish);
    if (name === "history") return new HistoryPane(bench);
    return new ZonesPane(bench, this.memory);
  }

  /** @param {string[]} names  tabs that show something old */
  expire(names) {
    for (const name of names) if (TABS.includes(/** @type {any} */ (name))) this.old.add(/** @type {TabName} */ (name));
    this.later("shown", SETTLED_MS, () => this.old.has(this.active) && this.show(this.active));
    const patience = IDLE_MS + PATIENCE * problemsOf(this.bench).tookMs;
    if (this.active !== "problems") this.later("badge", patience, () => problemsOf(this.bench).fresh().catch(() => {}));
  }

  /**
   * Do something when nothing has asked for it for a while.
   * @param {string} what
   * @param {number} ms
   * @param {() => void} then
   */
  later(what, ms, then) {
    clearTimeout(this.timers[what]);
    this.timers[what] = setTimeout(then, ms);
  }

  showBadge() {
    const badge = /** @type {HTMLElement | null} */ (this.tabs.get("problems")?.querySelector(".gmp-badge") ?? null);
    if (!badge) return;
    const { total } = problemsOf(this.bench);
    badge.hidden = !total;
    badge.textContent = total > 999 ? "999+" : whole(total);
  }
}
