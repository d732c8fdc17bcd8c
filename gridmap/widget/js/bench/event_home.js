/** A household or building, found by a part of its address. */
import { html } from "../dom.js";
import { whole } from "./figures.js";
import { icon } from "./panel_icons.js";
import { field, iconButton, note, textInput } from "./parts.js";
import { wordsOf } from "./words_panel.js";

/** @typedef {import("./answers.js").Bench} Bench */
/** @typedef {import("./answers.js").Home} Home */

const TYPING_MS = 250;

/**
 * @param {Bench} bench
 * @param {{label: string, home: Home | null, only: boolean, chosen: (home: Home | null) => void}} about  only households, and who is told
 */
export function homeSearch(bench, { label, home, only, chosen }) {
  const t = wordsOf(bench);
  if (home) {
    const change = iconButton("cross", t("case_other_place"), () => chosen(null), { key: "event-home-other" });
    return html("div", { class: "gmp-state" }, [icon(home.kind === "building" ? "building" : "house", 18), html("strong", { class: "gmp-grow", dir: "auto" }, [home.label]), change]);
  }
  const list = html("div", {});
  /** @type {Home[]} */
  let found = [];
  let typed = 0;
  const search = async (/** @type {string} */ text) => {
    if (!text.trim()) return list.replaceChildren();
    const answer = await bench.ask("event_homes", { text }).catch((refusal) => ({ found: [], why: refusal.why }));
    if (input.value !== text) return undefined;
    found = /** @type {any} */ (answer).found.filter((/** @type {Home} */ { kind }) => !only || kind === "household");
    const said = /** @type {any} */ (answer).why ?? t("event_home_none");
    return list.replaceChildren(found.length ? html("ul", { class: "gmp-list" }, found.map((each) => homeLine(bench, each, () => chosen(each)))) : note("warn", said));
  };
  const input = textInput("", (text) => {
    clearTimeout(typed);
    typed = window.setTimeout(() => search(text), TYPING_MS);
  }, { type: "search", placeholder: t("case_address_example"), "data-key": "event-home" });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || !input.value.trim()) return;
    event.preventDefault();
    event.stopPropagation(); // it chooses, and does not yet record
    if (found.length) chosen(found[0]);
  });
  return html("div", {}, [field(label, input), list]);
}

/**
 * @param {Bench} bench
 * @param {Home} home
 * @param {() => void} choose
 */
function homeLine(bench, home, choose) {
  const t = wordsOf(bench);
  const more = [t("count_residents", { count: whole(home.residents) }), home.zone, home.detail].filter(Boolean).join(" · ");
  const line = html("button", { type: "button", class: "gmp-line", "data-key": `home-${home.id}` }, [
    icon(home.kind === "building" ? "building" : "house"),
    html("span", { class: "gmp-grow gmp-stacked" }, [html("span", { dir: "auto" }, [home.label]), html("small", { class: "gmp-soft", dir: "auto" }, [more])]),
  ]);
  line.addEventListener("click", choose);
  return html("li", {}, [line]);
}
