/** The card in which duties are handed over: whose, which, to whom, and both loads before and after. */
import { html } from "../dom.js";
import { pinned } from "./duty_parts.js";
import { whole } from "./figures.js";
import { icon } from "./panel_icons.js";
import { button, choice, heading, iconButton, segments, tick } from "./parts.js";
import { officialUnder } from "./tools_hand.js";

/** @typedef {import("./hand.js").Hand} Hand */
/** @typedef {import("./hand.js").Side} Side */
/** @typedef {ReturnType<typeof import("./words_panel.js").wordsOf>} Words */

const TAKERS_MOST = 60;
const GROUPS_MOST = 200;

/**
 * @param {Hand} hand
 * @param {Words} t
 * @param {{confirm: () => void, mode: (mode: import("./hand.js").Mode) => void}} how
 * @returns {HTMLElement}
 */
export function handCard(hand, t, { confirm, mode }) {
  const { from, to } = hand.preview();
  if (!from) return html("section", { hidden: "" });
  const name = from.burden.name || from.burden.official;
  const head = heading(t("hand_title", { name }), [iconButton("cross", t("hand_end"), () => hand.end(), { key: "hand-end" })]);
  const modes = /** @type {[string, string][]} */ ([["click", t("hand_click")], ["box", t("hand_box")], ["lasso", t("hand_lasso")]]);
  const pick = segments(t("hand_pick"), modes, hand.mode, (value) => mode(/** @type {import("./hand.js").Mode} */ (value)));
  const body = hand.groups.length ? [pick, groupList(hand, t), chip(hand, t), takers(hand, t), sides(from, to, t)] : [html("p", { class: "gmp-soft" }, [t("hand_nothing")])];
  const isReady = hand.chosen.size > 0 && Boolean(to);
  const label = to ? t("hand_confirm", { count: amountText(hand, t), name: to.burden.name || to.burden.official }) : t("hand_first");
  const ends = html("div", { class: "gmp-row" }, [button(label, confirm, { icon: "hand", weight: "main", key: "hand-confirm", off: !isReady })]);
  return html("section", { class: "gmp-hand", "aria-label": t("hand_title", { name }) }, [head, ...body, ...(hand.groups.length ? [ends] : [])]);
}

/**
 * @param {Hand} hand
 * @param {Words} t
 */
export function amountText(hand, t) {
  return hand.unit === "households" ? t("count_households", { count: whole(hand.amount) }) : t("count_duties", { count: whole(hand.amount) });
}

/**
 * @param {Hand} hand
 * @param {Words} t
 */
function groupList(hand, t) {
  const all = hand.chosen.size === hand.groups.length;
  const rows = hand.groups.slice(0, GROUPS_MOST).map((group) => {
    const row = tick(group.name, hand.chosen.has(group.key), () => hand.toggle([group.key]), { key: `group-${group.key}` });
    row.lastElementChild?.setAttribute("dir", "auto");
    const count = html("small", { class: "gmp-soft" }, [t("count_households", { count: whole(group.households) })]);
    return html("li", {}, [row, html("span", { class: "gmp-row" }, [...pinned(group.pinned, t), count])]);
  });
  const rest = hand.groups.length - rows.length;
  const more = rest > 0 ? [html("li", { class: "gmp-soft" }, [t("and_more", { count: whole(rest) })])] : [];
  const every = tick(t("hand_all", { count: whole(hand.groups.length) }), all, () => hand.takeAll(!all), { key: "group-all" });
  return html("div", {}, [every, html("ul", { class: "gmp-groups" }, [...rows, ...more])]);
}

/**
 * What is chosen, to be dragged to a line of the table or onto the map.
 * @param {Hand} hand
 * @param {Words} t
 */
function chip(hand, t) {
  if (!hand.chosen.size) return html("p", { class: "gmp-soft" }, [t("hand_choose")]);
  const element = html("div", { class: "gmp-chip", title: t("hand_drag") }, [icon("grip"), html("span", { class: "gmp-grow" }, [t("hand_chosen", { count: amountText(hand, t) })]), html("small", {}, [t("hand_drag")])]);
  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    element.setPointerCapture(event.pointerId);
    element.classList.add("gmp-dragged");
  });
  element.addEventListener("pointerup", (event) => {
    if (!element.hasPointerCapture(event.pointerId)) return;
    element.releasePointerCapture(event.pointerId);
    element.classList.remove("gmp-dragged");
    const root = /** @type {HTMLElement | null} */ (element.closest(".gm-bench"));
    const official = root ? officialUnder(root, event.clientX, event.clientY) : "";
    if (official) hand.give(official);
    else hand.bench.emit("dropped", { x: event.clientX, y: event.clientY });
  });
  return element;
}

/**
 * Who could take it, those who have room first, then those who are near.
 * @param {Hand} hand
 * @param {Words} t
 */
function takers(hand, t) {
  const all = hand.takers();
  const near = all.slice(0, TAKERS_MOST);
  const chosen = all.find(({ burden }) => burden.official === hand.to);
  if (chosen && !near.includes(chosen)) near.push(chosen);
  const options = /** @type {[string, string][]} */ ([
    ["", t("hand_to_whom")],
    ...near.map(({ burden, now, then, capacity, over }) => {
      const most = capacity === null ? "" : `/${whole(capacity)}`;
      const warned = over ? ` ${t("load_over_short")}` : "";
      return [burden.official, `${burden.name || burden.official}  ${whole(now)} → ${whole(then)}${most}${warned}`];
    }),
  ]);
  return choice(options, hand.to, (official) => hand.give(official), { "aria-label": t("hand_to_whom"), "data-key": "hand-to" });
}

/**
 * @param {Side} from
 * @param {Side | null} to
 * @param {Words} t
 */
function sides(from, to, t) {
  const rows = [sideRow(from, t("hand_from"), t), ...(to ? [sideRow(to, t("hand_to"), t)] : [])];
  return html("div", { class: "gmp-sides-of", role: "status", "aria-live": "polite" }, rows);
}

/**
 * One official: now, then, and how much of the capacity that is.
 * @param {Side} side
 * @param {string} label
 * @param {Words} t
 */
function sideRow({ burden, now, then, capacity, over }, label, t) {
  const top = Math.max(now, then, capacity ?? 0, 1);
  const bar = (/** @type {number} */ value, /** @type {string} */ name) => {
    const element = html("i", { class: name });
    element.style.width = `${(100 * value) / top}%`;
    return element;
  };
  const line = capacity === null ? [] : [html("b", {})];
  if (line.length) line[0].style.left = `${(100 * (capacity ?? 0)) / top}%`;
  const most = capacity === null ? "" : ` / ${whole(capacity)}`;
  return html("div", { class: `gmp-side-row${over ? " gmp-over" : ""}` }, [
    html("small", { class: "gmp-soft" }, [label]),
    html("span", { class: "gmp-grow", dir: "auto" }, [burden.name || burden.official]),
    html("span", { class: "gmp-now-then" }, [`${whole(now)} → ${whole(then)}${most}`]),
    html("div", { class: "gmp-bars", "aria-hidden": "true" }, [bar(now, "gmp-was"), bar(then, "gmp-will"), ...line]),
    ...(over ? [html("small", { class: "gmp-warned" }, [t("hand_over_capacity", { count: whole(then - (capacity ?? 0)) })])] : []),
  ]);
}
