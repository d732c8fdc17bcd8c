/** What is said beside the map: refusals with their reason, warnings, and that the kernel is silent. */
import { html } from "../dom.js";
import { icon, iconButton, say } from "./icons.js";

/** @typedef {import("./state.js").Bench} Bench */
/** @typedef {import("./messages.js").Notice} Notice */

const SHOWN_MS = { info: 6_000, warn: 10_000, error: 20_000 };
const MOST = 4;

/**
 * @param {Bench} bench
 * @returns {HTMLElement}
 */
export function notices(bench) {
  const list = html("div", { class: "gm-notices gm-over-map" });
  const banner = html("div", { class: "gm-silent", role: "alert" }, [icon("warn"), html("span")]);
  banner.hidden = true;
  list.append(banner);
  bench.on("connection", ({ state }) => {
    banner.hidden = state !== "silent";
    if (banner.lastElementChild) banner.lastElementChild.textContent = bench.word("silent");
  });
  bench.on("notice", (/** @type {Notice} */ notice) => {
    const key = notice.key || bench.text(notice.text); // the same words do not pile up
    for (const box of list.querySelectorAll(".gm-notice")) if (box instanceof HTMLElement && box.dataset.key === key) box.remove();
    list.append(noticeBox(bench, { ...notice, key }));
    const boxes = list.querySelectorAll(".gm-notice");
    if (boxes.length > MOST) boxes[0].remove();
  });
  return list;
}

/**
 * @param {Bench} bench
 * @param {Notice} notice
 */
function noticeBox(bench, { level, text, key }) {
  const close = iconButton("close", () => box.remove(), "gm-small");
  say(close, bench.word("close"));
  const words = html("span", { dir: "auto" }, [bench.text(text)]);
  const box = html("div", { class: `gm-notice gm-${level}`, role: level === "error" ? "alert" : "status", "data-key": key }, [
    icon(level === "info" ? "check" : "warn"),
    words,
    close,
  ]);
  let timer = 0;
  const wait = () => {
    timer = window.setTimeout(() => box.remove(), SHOWN_MS[level] ?? SHOWN_MS.info);
  };
  box.addEventListener("pointerenter", () => clearTimeout(timer));
  box.addEventListener("pointerleave", wait);
  wait();
  return box;
}
