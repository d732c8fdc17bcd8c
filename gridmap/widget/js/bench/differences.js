/** What two people changed about one plan, side by side. */
import { html } from "../dom.js";
import { whole } from "./figures.js";
import { wordsOf } from "./words_panel.js";

/** @typedef {import("./answers.js").Bench} Bench */
/** @typedef {import("./answers.js").Difference} Difference */

const DIFFERENCES_AT_ONCE = 200;
const LOCKED = ", locked";

/**
 * One side in the language of the view: the kernel begins with the id of the tier, and ends with what is locked.
 * @param {string} side
 * @param {Bench} bench
 */
export function sideText(side, bench) {
  const t = wordsOf(bench);
  if (!side || side === "none") return t("nothing");
  const isLocked = side.endsWith(LOCKED);
  const plain = isLocked ? side.slice(0, -LOCKED.length) : side;
  const [first] = plain.split(" ", 1);
  const tier = bench.hello?.tiers.find(({ id }) => id === first);
  const named = tier ? `${tier[bench.lang]}${plain.slice(first.length)}` : plain;
  return isLocked ? `${named} · ${t("locked")}` : named;
}

/**
 * The table of all differences, the clashes first.
 * @param {Bench} bench
 * @param {Difference[]} difference
 */
export function differenceTable(bench, difference) {
  const t = wordsOf(bench);
  const rows = [...difference].sort((a, b) => Number(b.clash) - Number(a.clash));
  const heads = ["target", "before", "theirs", "mine"].map((key) => html("th", { scope: "col" }, [t(`conflict_${key}`)]));
  const body = rows.slice(0, DIFFERENCES_AT_ONCE).map((row) => line(bench, row));
  const table = html("table", { class: "gmp-table gmp-sides" }, [html("thead", {}, [html("tr", {}, heads)]), html("tbody", {}, body)]);
  const rest = rows.length - body.length;
  return html("div", { class: "gmp-scroll gmp-tall" }, [table, ...(rest > 0 ? [html("p", { class: "gmp-soft" }, [t("and_more", { count: whole(rest) })])] : [])]);
}

/**
 * @param {Bench} bench
 * @param {Difference} row
 */
function line(bench, row) {
  const t = wordsOf(bench);
  const mark = row.clash ? [html("span", { class: "gmp-tag gmp-tag-bad" }, [t("conflict_clash")])] : [];
  const kind = html("small", { class: "gmp-soft" }, [t(`kind_${row.kind}`)]);
  const cells = [row.before, row.theirs, row.mine].map((side, place) => {
    const changed = place > 0 && side !== row.before;
    return html("td", { dir: "auto", class: changed ? "gmp-changed" : "gmp-soft" }, [sideText(side, bench)]);
  });
  const first = html("th", { scope: "row", dir: "auto" }, [kind, ` ${row.target} `, ...mark]);
  return html("tr", { class: row.clash ? "gmp-clash" : "" }, [first, ...cells]);
}
