/** The words of the page itself, in both languages. */
const WORDS = {
  zh: {
    find: "查找我的小区、楼栋", findHint: "查找我的小区、楼栋…", nothing: "没有找到", found: "条结果", more: "还有更多,请多输几个字",
    early: "尚未生效", legend: "图例", layers: "图层", about: "详细信息", measures: "管理措施", nowhere: "不在划定的区域内", between: "、",
  },
  en: {
    find: "Find my compound or building", findHint: "Find my compound or building…", nothing: "Nothing found", found: "found",
    more: "There are more: type further letters", early: "NOT YET IN FORCE", legend: "Legend", layers: "Layers", about: "Details", measures: "Measures",
    nowhere: "Outside every zone", between: ", ",
  },
};

/**
 * The words of one language; Chinese where the language is not known.
 * @param {string} lang
 */
export function wordsOf(lang) {
  return lang === "en" ? WORDS.en : WORDS.zh;
}
