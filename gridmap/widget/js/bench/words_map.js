/** The words of the map and of what lies round it, each in Chinese and in English. */

/** @type {Record<string, [string, string]>} */
export const WORDS_MAP = {
  no_tier: ["未划入", "No tier"],
  locked_left: ["{count} 个已锁定的网格单元保持不变", "{count} locked cell(s) were left as they are"],
};

/**
 * @param {string} text
 * @param {Record<string, string | number>} values
 */
export function formatted(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}
