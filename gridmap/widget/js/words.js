/** The words of the page itself, in both languages. */
const WORDS = {
  zh: { find: "查找", findHint: "查找区、网格…", nothing: "没有找到", legend: "图例", layers: "图层", about: "说明" },
  en: { find: "Find", findHint: "Find a zone or cell…", nothing: "Nothing found", legend: "Legend", layers: "Layers", about: "About" },
};

/**
 * The words of one language; Chinese where the language is not known.
 * @param {string} lang
 */
export function wordsOf(lang) {
  return lang === "en" ? WORDS.en : WORDS.zh;
}
