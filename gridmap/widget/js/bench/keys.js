/** The keyboard: every key in one table, which the help shows and the view obeys. */
import { BRUSH_LEAST, BRUSH_MOST } from "./options.js";
import { choosePaint } from "./swatches.js";
import { TOOLS } from "./tools.js";

/** @typedef {import("./state.js").Bench} Bench */
/** @typedef {import("./mapview.js").MapView} MapView */
/** @typedef {{bench: Bench, view: MapView, find: () => void, fullScreen: () => void}} Desk */
/** @typedef {{keys: string[], word: string, shown: string[], run: (desk: Desk, key: string) => unknown}} Shortcut */

const PAN_PX = 120;
/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const ARROW_NAMES = Object.keys(ARROWS);

/**
 * @param {Bench} bench
 * @param {number} factor
 */
function resizeBrush(bench, factor) {
  const size = Math.round((bench.ui.brushPx * factor) / 2) * 2;
  bench.setUi({ brushPx: Math.min(BRUSH_MOST, Math.max(BRUSH_LEAST, size)) });
}

/** By group; a key is written as `keyName` gives it. @type {Record<string, Shortcut[]>} */
const SHORTCUTS = {
  key_group_paint: [
    { keys: ["1", "2", "3", "4", "5", "6", "7", "8", "9"], word: "key_tier", shown: ["1 – 9"], run: chooseTier },
    { keys: ["0"], word: "key_erase", shown: ["0"], run: ({ bench }) => choosePaint(bench, -1) },
    { keys: ["["], word: "key_smaller", shown: ["["], run: ({ bench }) => resizeBrush(bench, 1 / 1.25) },
    { keys: ["]"], word: "key_larger", shown: ["]"], run: ({ bench }) => resizeBrush(bench, 1.25) },
    { keys: ["Enter"], word: "key_enter", shown: ["Enter"], run: ({ view }) => view.tool.finish?.() || view.focusCell.use() },
    { keys: ["Backspace"], word: "key_backspace", shown: ["⌫"], run: ({ view }) => view.tool.back?.() },
    { keys: ["Escape"], word: "key_escape", shown: ["Esc"], run: escape },
    { keys: ARROW_NAMES.map((name) => `Alt+${name}`), word: "key_focus", shown: ["Alt + ← ↑ ↓ →"], run: ({ view }, key) => view.focusCell.move(...ARROWS[key.slice(4)]) },
  ],
  key_group_tools: Object.entries(TOOLS).map(([name, { key }]) => {
    return { keys: [key], word: `tool_${name}`, shown: [key.toUpperCase()], run: ({ bench }) => bench.setUi({ tool: name }) };
  }),
  key_group_map: [
    { keys: [], word: "key_space", shown: ["Space"], run: () => {} },
    { keys: ARROW_NAMES, word: "key_arrows", shown: ["← ↑ ↓ →"], run: pan },
    { keys: ["+", "=", "-"], word: "key_zoom", shown: ["+", "−"], run: ({ view }, key) => (key === "-" ? view.map.zoomOut() : view.map.zoomIn()) },
    { keys: ["z"], word: "key_whole", shown: ["Z"], run: ({ view }) => view.showAll() },
    { keys: ["/"], word: "key_search", shown: ["/"], run: ({ find }) => find() },
    { keys: ["f"], word: "key_full", shown: ["F"], run: ({ fullScreen }) => fullScreen() },
  ],
  key_group_plan: [
    { keys: ["Ctrl+z"], word: "undo", shown: ["Ctrl + Z"], run: ({ bench }) => bench.undo() },
    { keys: ["Ctrl+y", "Ctrl+Shift+z"], word: "redo", shown: ["Ctrl + Y", "Ctrl + Shift + Z"], run: ({ bench }) => bench.redo() },
    { keys: ["Ctrl+s"], word: "key_save", shown: ["Ctrl + S"], run: ({ bench }) => bench.dialogs?.save?.() },
    { keys: ["n"], word: "key_next", shown: ["N"], run: ({ bench }) => bench.dialogs?.nextProblem?.() },
    { keys: ["?"], word: "key_help", shown: ["?"], run: ({ bench }) => bench.dialogs?.showHelp() },
  ],
};

/** @param {Desk} desk @param {string} key */
function chooseTier({ bench }, key) {
  if (Number(key) <= (bench.hello?.tiers.length ?? 0)) choosePaint(bench, Number(key) - 1);
}

/** @param {Desk} desk */
function escape({ view, bench }) {
  if (view.popup.close() || view.tool.cancel?.()) return;
  view.focusCell.set(-1);
  if (bench.ui.tool !== "pan") bench.setUi({ tool: "pan" });
}

/** @param {Desk} desk @param {string} key */
function pan({ view }, key) {
  const [x, y] = ARROWS[key];
  view.map.panBy([x * PAN_PX, y * PAN_PX], { animate: !view.isStill });
}

const BY_KEY = new Map(Object.values(SHORTCUTS).flatMap((group) => group.flatMap((shortcut) => shortcut.keys.map((key) => [key, shortcut]))));

/**
 * All keys, for the help.
 * @param {Bench} bench
 * @returns {{title: string, rows: {keys: string[], label: string}[]}[]}
 */
export function keyTable(bench) {
  return Object.entries(SHORTCUTS).map(([title, shortcuts]) => {
    return { title: bench.word(title), rows: shortcuts.map(({ shown, word }) => ({ keys: shown, label: bench.word(word) })) };
  });
}

/**
 * The name of a key with what is held, such as `Ctrl+Shift+z`; Shift is left out where it only makes the character.
 * @param {{key: string, ctrlKey: boolean, metaKey: boolean, altKey: boolean, shiftKey: boolean}} event
 */
export function keyName({ key, ctrlKey, metaKey, altKey, shiftKey }) {
  const plain = key.length === 1 ? key.toLowerCase() : key;
  const isCommand = ctrlKey || metaKey;
  const shift = shiftKey && (isCommand || key.length > 1) ? "Shift+" : "";
  return `${isCommand ? "Ctrl+" : ""}${altKey ? "Alt+" : ""}${shift}${plain}`;
}

/** @param {EventTarget | null} target */
function isTyping(target) {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) && !(target instanceof HTMLInputElement && target.type === "range");
}

/**
 * Let the view obey its keys.
 * @param {HTMLElement} root
 * @param {Desk} desk
 */
export function listenKeys(root, desk) {
  const { pointer, ground } = desk.view;
  const hold = (/** @type {boolean} */ isHeld) => {
    pointer.isSpaceHeld = isHeld;
    ground.classList.toggle("gm-can-grip", isHeld);
  };
  root.addEventListener("keydown", (event) => {
    if (isTyping(event.target) || event.defaultPrevented || isInDialog(event.target)) return;
    const isButton = event.target instanceof HTMLElement && event.target.closest("button, [role=tab], [role=option], summary, a");
    if (event.key === " " && !isButton) {
      hold(true);
      event.preventDefault();
      return;
    }
    if (isButton && (event.key === "Enter" || event.key === " ")) return;
    const name = keyName(event);
    const shortcut = BY_KEY.get(name);
    if (!shortcut) return;
    event.preventDefault();
    event.stopPropagation();
    shortcut.run(desk, name);
  });
  root.addEventListener("keyup", (event) => event.key === " " && hold(false));
  root.addEventListener("focusout", () => hold(false));
}

/** @param {EventTarget | null} target */
function isInDialog(target) {
  return target instanceof Element && Boolean(target.closest("dialog, [role=dialog], [role=alertdialog]"));
}
