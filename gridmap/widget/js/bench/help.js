/** The help: how to begin, what each tool does, and every key. */
import { html } from "../dom.js";
import { icon } from "./icons.js";
import { keyTable } from "./keys.js";
import { TOOLS } from "./tools.js";
import { wordsOf } from "./words_panel.js";

const STEPS = ["help_paint", "help_undo", "help_next", "help_save"];

/**
 * @param {import("./answers.js").Bench} bench
 * @returns {Node[]}
 */
export function helpContent(bench) {
  const t = wordsOf(bench);
  const first = html("ol", { class: "gmp-steps" }, STEPS.map((key) => html("li", {}, [t(key)])));
  const tools = Object.entries(TOOLS).map(([name, { key }]) =>
    html("li", {}, [
      icon(name),
      html("span", { class: "gmp-grow" }, [html("strong", {}, [bench.word(`tool_${name}`)]), html("small", { class: "gmp-soft" }, [t(`tool_${name}_what`)])]),
      html("kbd", {}, [key.toUpperCase()]),
    ]),
  );
  const groups = keyTable(bench).filter(({ title }) => title !== bench.word("key_group_tools"));
  const keys = groups.map(({ title, rows }) =>
    html("section", {}, [
      html("h4", {}, [title]),
      html("dl", { class: "gmp-keys" }, rows.map(({ keys: names, label }) => html("div", {}, [html("dt", {}, spaced(names)), html("dd", {}, [label])]))),
    ]),
  );
  return [first, html("h3", {}, [t("help_tools")]), html("ul", { class: "gmp-help-tools" }, tools), html("h3", {}, [t("help_keys")]), html("div", { class: "gmp-help-keys" }, keys)];
}

/**
 * Keys with a little room between them.
 * @param {string[]} names
 */
function spaced(names) {
  return names.flatMap((name, place) => [...(place ? [" "] : []), html("kbd", {}, [name])]);
}
