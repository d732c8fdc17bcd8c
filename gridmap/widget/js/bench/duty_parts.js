/** The pieces that the views of the duties are made of. */
import { html } from "../dom.js";
import { percent, whole } from "./figures.js";
import { icon } from "./panel_icons.js";
import { button } from "./parts.js";

/** @typedef {import("./answers.js").Bench} Bench */
/** @typedef {ReturnType<typeof import("./words_panel.js").wordsOf>} Words */

/**
 * Two lines, the second one soft.
 * @param {Node | string} first
 * @param {Node | string} second
 */
export function stacked(first, second) {
  const below = second === "" ? [] : [html("small", { class: "gmp-soft", dir: "auto" }, [second])];
  return html("div", { class: "gmp-stacked" }, [html("span", { dir: "auto" }, [first]), ...below]);
}

/**
 * How full somebody is, with a bar.
 * @param {number | null} share
 */
export function meter(share) {
  const bar = html("i");
  bar.style.width = `${Math.min(100, Math.round((share ?? 0) * 100))}%`;
  const over = (share ?? 0) > 1;
  return html("div", { class: `gmp-meter${over ? " gmp-over" : ""}` }, [html("span", {}, [percent(share)]), html("div", {}, [bar])]);
}

/**
 * How many duties somebody holds that were set by hand; nothing for none.
 * @param {number} count
 * @param {Words} t
 */
export function pinned(count, t) {
  if (!count) return [];
  const words = t("pinned_count", { count: whole(count) });
  return [html("span", { class: "gmp-pinned", title: words, role: "img", "aria-label": words }, [icon("pin", 12)])];
}

/**
 * Go to where something is.
 * @param {Bench} bench
 * @param {{cells: number[], bounds: number[] | null}} spot
 */
export function flyTo(bench, { cells, bounds }) {
  if (bounds) bench.flyTo({ bounds });
  else if (cells.length) bench.flyTo({ cells: Uint32Array.from(cells) }, { flash: true });
}

/**
 * The way through the areas as one line.
 * @param {string[]} path
 */
export function pathText(path) {
  return path.join(" › ");
}

/**
 * The name of a role.
 * @param {Bench} bench
 * @param {string} role
 */
export function roleName(bench, role) {
  const found = bench.hello?.roles.find(({ id }) => id === role);
  return found ? found[bench.lang] : role;
}

/**
 * A count behind a label, where there is something.
 * @param {string} label
 * @param {number} count
 */
export function counted(label, count) {
  return count ? `${label} ${whole(count)}` : label;
}

/**
 * What was handed over last, with the way back; nothing where there is none.
 * @param {Bench} bench
 * @param {import("./pane.js").Pane<any>} pane
 * @param {import("./answers.js").HandedOver | null} last
 * @param {Words} t
 */
export function lastHandedOver(bench, pane, last, t) {
  if (!last) return [];
  const { households, targets, from, to } = last;
  const count = households ? t("count_households", { count: whole(households) }) : t("count_duties", { count: whole(targets) });
  const said = t("handed_over", { count, from: from.name || from.official, to: to.name || to.official });
  const back = async () => {
    const answer = await pane.attempt(() => bench.ask("take_back"));
    if (answer?.left?.length) bench.notice("warn", answer.left.join(" "), "take_back");
  };
  return [html("div", { class: "gmp-last", role: "status" }, [html("span", { class: "gmp-grow", dir: "auto" }, [said]), button(t("take_back"), back, { icon: "undo", key: "take-back" })])];
}
