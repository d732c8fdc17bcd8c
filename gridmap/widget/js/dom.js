/** Building the page. Text enters by textContent only: there is no way here to pass HTML. */

/**
 * Make an HTML element.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string>} [attributes]
 * @param {(Node | string)[]} [children]  a string becomes a text node
 * @param {Document} [page]
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function html(tag, attributes = {}, children = [], page = document) {
  const element = page.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  for (const child of children) {
    element.appendChild(typeof child === "string" ? page.createTextNode(child) : child);
  }
  return element;
}

/**
 * Make an SVG element.
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | number>} [attributes]
 * @param {Node[]} [children]
 * @returns {SVGElementTagNameMap[Tag]}
 */
export function svg(tag, attributes = {}, children = []) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  for (const child of children) element.appendChild(child);
  return element;
}

/**
 * A list of labels and values.
 * @param {import("./scene.js").Row[]} rows
 * @param {Document} [page]
 */
export function rowList(rows, page = document) {
  const list = html("dl", { class: "gm-rows" }, [], page);
  for (const [label, value] of rows) {
    list.appendChild(html("dt", {}, [String(label)], page));
    list.appendChild(html("dd", {}, [String(value)], page));
  }
  return list;
}

/**
 * @param {{label: string, color?: string}} tier
 * @param {Document} page
 */
function tierMark({ label, color }, page) {
  const mark = html("span", { class: "gm-tier", dir: "auto" }, [label], page);
  if (color) mark.style.borderColor = color;
  return mark;
}

/**
 * The title, tiers and rows of a feature, for a tooltip or popup.
 * @param {import("./scene.js").Feature} feature
 * @param {Document} [page]
 */
export function describe(feature, page = document) {
  const box = html("div", { class: "gm-card" }, [], page);
  const title = feature.title || feature.label;
  if (title) box.appendChild(html("strong", { dir: "auto" }, [title], page));
  if (feature.tiers?.length) box.appendChild(html("p", { class: "gm-tiers" }, feature.tiers.map((tier) => tierMark(tier, page)), page));
  if (feature.rows?.length) box.appendChild(rowList(feature.rows, page));
  return box;
}
