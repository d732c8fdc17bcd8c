/** Tables whose rows are sorted by a press on the head of a column. */
import { html } from "../dom.js";
import { icon } from "./panel_icons.js";

const COLLATOR = new Intl.Collator("zh-Hans-CN", { numeric: true, sensitivity: "base" });
const ROWS_AT_ONCE = 100;

/**
 * @template Row
 * @typedef {object} Column
 * @property {string} key
 * @property {string} label
 * @property {(row: Row) => string | number | null | undefined} value  what the rows are sorted by
 * @property {(row: Row) => Node | string} [show]  what stands in the table, if not the value
 * @property {boolean} [number]  stands at the right, and sorts from the largest at first
 */

/**
 * The state of a table that outlives it: what it is sorted by, and how many rows are shown.
 * @typedef {{key?: string, falling?: boolean, rows?: number}} Order
 */

/**
 * Sort rows by a value, numbers as numbers and texts as people count; what is missing comes last either way.
 * @template Row
 * @param {readonly Row[]} rows
 * @param {(row: Row) => string | number | null | undefined} value
 * @param {boolean} [falling]
 * @returns {Row[]}
 */
export function sorted(rows, value, falling = false) {
  const sign = falling ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [first, second] = [value(a), value(b)];
    const gone = Number(isMissing(first)) - Number(isMissing(second));
    if (gone || isMissing(first)) return gone;
    return sign * compared(first, second);
  });
}

/** @param {unknown} value */
function isMissing(value) {
  return value === null || value === undefined || value === "";
}

/**
 * @param {unknown} first
 * @param {unknown} second
 */
function compared(first, second) {
  if (typeof first === "number" && typeof second === "number") return first - second;
  return COLLATOR.compare(String(first), String(second));
}

/**
 * What a press on a head makes of an order: the same column turns round, another begins with its own sense.
 * @param {Order} order
 * @param {{key: string, number?: boolean}} column
 * @returns {Order}
 */
export function pressed(order, column) {
  if (order.key === column.key) return { ...order, falling: !order.falling };
  return { ...order, key: column.key, falling: Boolean(column.number) };
}

/**
 * A table that sorts itself.
 * @template Row
 * @param {object} of
 * @param {Column<Row>[]} of.columns
 * @param {readonly Row[]} of.rows
 * @param {Order} of.order  kept by the caller, and written here
 * @param {(row: Row) => void} [of.press]  what a press on a row does
 * @param {(row: Row) => string} [of.tip]
 * @param {(row: Row, element: HTMLElement) => void} [of.mark]  what a row carries beside its columns
 * @param {(count: number) => string} of.more  the words of the button for further rows
 * @returns {HTMLElement}
 */
export function sortedTable({ columns, rows, order, press, tip, mark, more }) {
  const host = html("div", { class: "gmp-scroll" });
  const draw = () => {
    const column = columns.find(({ key }) => key === order.key);
    const all = column ? sorted(rows, column.value, order.falling) : [...rows];
    const shown = all.slice(0, order.rows ?? ROWS_AT_ONCE);
    const body = shown.map((row) => rowOf(columns, row, { press, tip, mark }));
    const table = html("table", { class: "gmp-table" }, [headOf(columns, order, draw), html("tbody", {}, body)]);
    host.replaceChildren(table);
    if (all.length > shown.length) {
      const button = html("button", { type: "button", class: "gmp-more" }, [more(all.length - shown.length)]);
      button.addEventListener("click", () => {
        order.rows = shown.length + ROWS_AT_ONCE * 5;
        draw();
      });
      host.append(button);
    }
  };
  draw();
  return host;
}

/**
 * @template Row
 * @param {Column<Row>[]} columns
 * @param {Order} order
 * @param {() => void} draw
 */
function headOf(columns, order, draw) {
  const cells = columns.map((column) => {
    const sort = order.key !== column.key ? "none" : order.falling ? "descending" : "ascending";
    const arrow = sort === "none" ? [] : [icon(order.falling ? "down" : "up")];
    const button = html("button", { type: "button" }, [column.label, ...arrow]);
    button.addEventListener("click", () => {
      const table = button.closest("table");
      const place = [...(table?.querySelectorAll("th button") ?? [])].indexOf(button);
      const host = table?.parentElement;
      Object.assign(order, pressed(order, column));
      draw();
      /** @type {HTMLElement | undefined} */ (host?.querySelectorAll("th button")[place])?.focus();
    });
    return html("th", { scope: "col", "aria-sort": sort, class: column.number ? "gmp-number" : "" }, [button]);
  });
  return html("thead", {}, [html("tr", {}, cells)]);
}

/**
 * @template Row
 * @param {Column<Row>[]} columns
 * @param {Row} row
 * @param {{press?: (row: Row) => void, tip?: (row: Row) => string, mark?: (row: Row, element: HTMLElement) => void}} how
 */
function rowOf(columns, row, { press, tip, mark }) {
  const cells = columns.map(({ show, value, number }) =>
    html("td", { class: number ? "gmp-number" : "", dir: number ? "ltr" : "auto" }, [show ? show(row) : String(value(row) ?? "")]),
  );
  const element = html("tr", {}, cells);
  if (tip) element.title = tip(row);
  mark?.(row, element);
  if (press) {
    element.tabIndex = 0;
    element.classList.add("gmp-press");
    element.addEventListener("click", () => press(row));
    element.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.target !== element) return;
      event.preventDefault();
      press(row);
    });
  }
  return element;
}
