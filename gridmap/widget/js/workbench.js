/** One view of the workbench, as anywidget draws it: swatches, tools, map, panel and status line. */
import { dialogs } from "./bench/dialogs.js";
import { finder } from "./bench/finder.js";
import { icon, iconButton, say } from "./bench/icons.js";
import { listenKeys } from "./bench/keys.js";
import { layerList } from "./bench/layerlist.js";
import { Link } from "./bench/link.js";
import { MapView } from "./bench/mapview.js";
import { notices } from "./bench/notices.js";
import { options } from "./bench/options.js";
import { panel } from "./bench/panel.js";
import { rail } from "./bench/rail.js";
import { Bench } from "./bench/state.js";
import { status } from "./bench/status.js";
import { swatches } from "./bench/swatches.js";
import { followTheme } from "./bench/theme.js";
import { html } from "./dom.js";

const NARROW_PX = 900; // as in workbench.css

/** @typedef {{link: Link, answer: Promise<any>}} Opening  the question for all that is shown */

/**
 * Ask for all that a view shows, so that the kernel works while the view is built; in which language the kernel says,
 * since nobody has chosen one here yet.
 * @param {import("./bench/link.js").Model} model
 * @returns {Opening}
 */
function open(model) {
  const link = new Link(model);
  link.hold();
  const { answer } = link.put("ready");
  answer.catch(() => {}); // the view says why, once it is there
  return { link, answer };
}

/**
 * @param {Opening} opening
 * @param {HTMLElement} el
 * @returns {() => void}  ends the view
 */
function show({ link, answer }, el) {
  const bench = new Bench(link);
  const root = html("div", { class: "gm-bench", tabindex: "0", "data-lm-suppress-shortcuts": "true", "data-pending": "0" });
  const view = new MapView(bench, root);
  bench.view = view;
  bench.dialogs = dialogs(bench, root);

  const search = finder(bench);
  const fullScreen = () => toggleFullScreen(root);
  const side = panel(bench);
  const stage = html("div", { class: "gm-stage" }, [options(bench), view.holder]);
  view.holder.append(notices(bench), layerList(bench), mapButtons(bench, view), prompts(bench, view), loading(bench));
  root.append(
    html("header", { class: "gm-top" }, [swatches(bench), html("div", { class: "gm-top-right" }, [search, ...topButtons(bench, root)])]),
    html("div", { class: "gm-middle" }, [rail(bench), stage, foldable(bench, side)]),
    status(bench),
    spoken(bench),
  );
  el.append(root);
  listenKeys(root, { bench, view, find: () => search.input.focus(), fullScreen });
  tellRoot(bench, root);
  Object.assign(root, { bench });
  const stopTheme = followTheme(root, (isDark) => view.look.setDark(isDark));
  let wasWide = true;
  const resized = new ResizeObserver(() => {
    const isWide = !root.clientWidth || root.clientWidth >= NARROW_PX;
    if (wasWide && !isWide) bench.setUi({ panel: false });
    wasWide = isWide;
    view.resize();
  });
  resized.observe(view.holder);
  bench.heed(answer);
  link.listen();
  return () => {
    resized.disconnect();
    stopTheme();
    link.close();
    view.map.remove();
    root.remove();
  };
}

/** @param {HTMLElement} root */
function toggleFullScreen(root) {
  if (document.fullscreenElement) {
    document.exitFullscreen();
    return;
  }
  if (root.classList.contains("gm-full")) root.classList.remove("gm-full");
  else root.requestFullscreen().catch(() => root.classList.add("gm-full"));
}

/**
 * @param {Bench} bench
 * @param {HTMLElement} root
 */
function topButtons(bench, root) {
  const language = html("button", { type: "button", class: "gm-text-button" });
  language.addEventListener("click", () => bench.setLang(bench.lang === "zh" ? "en" : "zh"));
  const help = iconButton("help", () => bench.dialogs?.showHelp());
  const full = iconButton("full", () => toggleFullScreen(root));
  const isFull = () => Boolean(document.fullscreenElement);
  const fold = iconButton("panel", () => bench.setUi({ panel: !bench.ui.panel }), "gm-fold");
  const name = () => {
    language.textContent = bench.word("language");
    language.lang = bench.lang === "zh" ? "en" : "zh";
    say(help, bench.word("help"), "?");
    say(full, bench.word(isFull() ? "leave_full_screen" : "full_screen"), "F");
    full.replaceChildren(icon(isFull() ? "leave" : "full"));
    say(fold, bench.word(bench.ui.panel ? "panel_fold" : "panel_open"));
    fold.setAttribute("aria-expanded", String(bench.ui.panel));
  };
  bench.on("lang", name);
  bench.on("ui", name);
  root.addEventListener("fullscreenchange", name);
  name();
  return [language, help, full, fold];
}

/**
 * @param {Bench} bench
 * @param {HTMLElement} side
 */
function foldable(bench, side) {
  const place = html("div", { class: "gm-side" }, [side]);
  bench.on("ui", () => {
    place.hidden = !bench.ui.panel;
  });
  return place;
}

/**
 * @param {Bench} bench
 * @param {MapView} view
 */
function mapButtons(bench, view) {
  const buttons = /** @type {const} */ ([["zoom_in", "plus", () => view.map.zoomIn(), "+"], ["zoom_out", "minus", () => view.map.zoomOut(), "−"], ["whole_grid", "extent", () => view.showAll(), "Z"]]);
  const made = buttons.map(([, picture, press]) => iconButton(picture, press, "gm-on-map"));
  const name = () => buttons.forEach(([word, , , key], i) => say(made[i], bench.word(word), key));
  bench.on("lang", name);
  name();
  return html("div", { class: "gm-map-buttons gm-over-map" }, made);
}

/**
 * What is laid over the map, and what the map is asked for, each with a way out.
 * @param {Bench} bench
 * @param {MapView} view
 */
function prompts(bench, view) {
  const asking = prompt("pin", () => view.tool.cancel?.());
  const ghost = prompt("zone", () => bench.ghost(null));
  bench.on("asking", (label) => asking.show(label ? `${label} (${bench.word("escape_ends")})` : "", bench.word("cancel")));
  bench.on("ghost", (shown) => ghost.show(shown?.label ?? "", bench.word("close")));
  return html("div", { class: "gm-prompts gm-over-map" }, [asking.element, ghost.element]);
}

/**
 * @param {string} picture
 * @param {() => void} end
 */
function prompt(picture, end) {
  const words = html("span", { dir: "auto" });
  const close = iconButton("close", end, "gm-small");
  const element = html("div", { class: "gm-prompt", role: "status" }, [icon(picture, 18), words, close]);
  element.hidden = true;
  /** @param {string} text @param {string} closeLabel */
  const show = (text, closeLabel) => {
    words.textContent = text;
    say(close, closeLabel);
    element.hidden = !text;
  };
  return { element, show };
}

/** @param {Bench} bench */
function loading(bench) {
  const element = html("div", { class: "gm-loading", role: "status" }, [bench.word("loading")]);
  bench.on("hello", ({ cells }) => {
    element.textContent = bench.word("loading_count", { count: bench.number(cells) });
    element.hidden = !cells;
  });
  bench.on("plan", () => {
    element.hidden = true;
  });
  return element;
}

/**
 * What a screen reader is told: the tool, the paint choice, the cell of the keyboard.
 * @param {Bench} bench
 */
function spoken(bench) {
  const element = html("div", { class: "gm-spoken", "aria-live": "polite" });
  bench.on("say", (text) => {
    element.textContent = text;
  });
  bench.on("ui", (choice) => {
    if ("tier" in choice) element.textContent = bench.word("painting_with", { tier: choice.tier < 0 ? bench.word("erase") : bench.tierName(choice.tier) });
    else if ("tool" in choice) element.textContent = bench.word(`tool_${choice.tool}`);
  });
  return element;
}

/**
 * What the view says of itself: in its attributes, and to the browser's console as the `bench` of its element.
 * @param {Bench} bench
 * @param {HTMLElement} root
 */
function tellRoot(bench, root) {
  Object.assign(root, { bench });
  const name = () => {
    root.lang = bench.lang === "zh" ? "zh-CN" : "en";
    root.setAttribute("aria-label", bench.word("workbench"));
  };
  bench.on("plan", ({ revision }) => root.setAttribute("data-revision", String(revision)));
  bench.on("heard", (revision) => root.setAttribute("data-heard", String(revision)));
  bench.on("connection", ({ pending }) => root.setAttribute("data-pending", String(pending)));
  bench.on("lang", name);
  name();
}

/** One widget: where it is new it asks before its first view is made, and else each view asks when it is. */
export default function widget() {
  /** @type {Opening | null} */
  let opening = null;
  /** @param {{model: import("./bench/link.js").Model}} place */
  const initialize = ({ model }) => {
    if (model.get("is_new")) opening = open(model);
  };
  /** @param {{model: import("./bench/link.js").Model, el: HTMLElement}} place */
  const render = ({ model, el }) => {
    const end = show(opening ?? open(model), el);
    opening = null;
    return end;
  };
  return { initialize, render };
}

