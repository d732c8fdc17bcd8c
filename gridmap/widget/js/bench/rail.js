/** The rail: every tool with its icon and its name. */
import { html } from "../dom.js";
import { icon, say } from "./icons.js";
import { moveFocus } from "./swatches.js";
import { TOOLS } from "./tools.js";

/**
 * @param {import("./state.js").Bench} bench
 * @returns {HTMLElement}
 */
export function rail(bench) {
  const names = Object.keys(TOOLS);
  const buttons = names.map((name) => {
    const button = html("button", { type: "button", class: "gm-tool", role: "radio", "data-tool": name }, [icon(name), html("span")]);
    button.addEventListener("click", () => bench.setUi({ tool: name }));
    return button;
  });
  const element = html("div", { class: "gm-rail", role: "radiogroup", "aria-orientation": "vertical" });
  buttons.forEach((button, i) => {
    if (i && TOOLS[names[i]].group !== TOOLS[names[i - 1]].group) element.append(html("hr"));
    element.append(button);
  });
  const name = () => {
    element.setAttribute("aria-label", bench.word("tools"));
    buttons.forEach((button, i) => {
      const label = bench.word(`tool_${names[i]}`);
      if (button.lastElementChild) button.lastElementChild.textContent = label;
      say(button, label, TOOLS[names[i]].key.toUpperCase());
    });
  };
  const show = () =>
    buttons.forEach((button, i) => {
      const isChosen = names[i] === bench.ui.tool;
      button.setAttribute("aria-checked", String(isChosen));
      button.tabIndex = isChosen ? 0 : -1;
    });
  element.addEventListener("keydown", (event) => moveFocus(event, buttons));
  bench.on("lang", name);
  bench.on("ui", show);
  name();
  show();
  return element;
}
