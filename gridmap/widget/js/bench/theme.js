/** Light or dark, as the page around is. */

/**
 * @param {HTMLElement} root
 * @param {(isDark: boolean) => void} show
 * @returns {() => void}  ends it
 */
export function followTheme(root, show) {
  /** @type {boolean | null} */
  let was = null;
  const look = () => {
    const isDark = luminance(getComputedStyle(root).getPropertyValue("background-color")) < 0.4;
    if (isDark === was) return;
    was = isDark;
    root.classList.toggle("gm-dark", isDark);
    show(isDark);
  };
  const watch = new MutationObserver(look);
  watch.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light", "data-jp-theme-name", "class", "style"] });
  watch.observe(document.documentElement, { attributes: true });
  look();
  return () => watch.disconnect();
}

/**
 * How light a colour is, 0 to 1; one that is not known counts as light.
 * @param {string} color  as the browser gives it: rgb(1, 2, 3)
 */
export function luminance(color) {
  const parts = color.match(/[\d.]+/g)?.map(Number) ?? [];
  if (parts.length < 3 || parts[3] === 0) return 1;
  return (0.299 * parts[0] + 0.587 * parts[1] + 0.114 * parts[2]) / 255;
}
