/** The page says across the map, and on paper, when it is not yet or no longer in force by the clock of the device. */
import { html } from "./dom.js";
import { standing } from "./scene.js";
import { wordsOf } from "./words.js";

const CHECK_MS = 30_000;
const TIMES_ACROSS = 5;

/**
 * The strip that appears while the page is not in force, even on a page left open, with words across the map.
 * @param {import("./scene.js").Scene} scene
 * @param {HTMLElement} container  of the map
 */
export function watchStanding(scene, container) {
  if (!scene.expires_at && !scene.effective_at) return null;
  const notice = html("div", { class: "gm-banner", role: "alert" });
  const across = html("div", { class: "gm-across", "aria-hidden": "true" });
  const page = document.documentElement;
  container.appendChild(across);
  /** @type {string} */
  let shown = "";
  const check = () => {
    const now = standing(scene, Date.now());
    if (now === shown) return;
    shown = now;
    const early = now === "early";
    const text = now === "in force" ? "" : early ? scene.early_text || scene.effective_at : scene.expired_text || scene.expires_at;
    notice.textContent = text ?? "";
    notice.hidden = !text;
    notice.classList.toggle("gm-expired", now === "expired");
    notice.classList.toggle("gm-early", early);
    across.replaceChildren(...Array.from({ length: text ? TIMES_ACROSS : 0 }, () => html("p", {}, [early ? wordsOf(scene.lang).early : (text ?? "")])));
    for (const element of [container, page]) {
      element.classList.toggle("gm-is-expired", now === "expired");
      element.classList.toggle("gm-is-early", early);
    }
  };
  check();
  setInterval(check, CHECK_MS);
  for (const moment of ["beforeprint", "pageshow", "focus"]) window.addEventListener(moment, check);
  document.addEventListener("visibilitychange", check);
  return notice;
}
