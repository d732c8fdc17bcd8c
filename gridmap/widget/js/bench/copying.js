/** The clipboard, where the page may use it. */

/**
 * Copy a text; false where the browser does not allow it, as on plain http.
 * @param {string} text
 */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
