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
    const isDark = isDarkAround(root);
    if (isDark === was) return;
    was = isDark;
    root.classList.toggle("gm-dark", isDark);
    show(isDark);
  };
  const watch = new MutationObserver(look);
  for (const element of [document.body, document.documentElement]) watch.observe(element, { attributes: true });
  look();
  return () => watch.disconnect();
}

/**
 * JupyterLab says it; elsewhere the first ground behind the view that is not clear tells.
 * @param {HTMLElement} root
 */
function isDarkAround(root) {
  const said = document.body.dataset.jpThemeLight;
  if (said) return said === "false";
  for (let around = root.parentElement; around; around = around.parentElement) {
    const light = luminance(getComputedStyle(around).backgroundColor);
    if (light !== null) return light < 0.4;
  }
  return false;
}

/**
 * How light a colour is, 0 to 1; null for one that is clear.
 * @param {string} color  as the browser gives it: rgb(1, 2, 3)
 */
export function luminance(color) {
  const parts = color.match(/[\d.]+/g)?.map(Number) ?? [];
  if (parts.length < 3 || parts[3] === 0) return null;
  return (0.299 * parts[0] + 0.587 * parts[1] + 0.114 * parts[2]) / 255;
}
