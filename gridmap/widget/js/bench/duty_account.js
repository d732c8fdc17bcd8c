/** The short account of the duties: what they come to, and the proof. */
import { html } from "../dom.js";
import { flyTo, pathText, roleName, stacked } from "./duty_parts.js";
import { moment, whole } from "./figures.js";
import { icon } from "./panel_icons.js";
import { folded, heading } from "./parts.js";

/** @typedef {import("./answers.js").Bench} Bench */
/** @typedef {import("./answers.js").DutiesAnswer} DutiesAnswer */
/** @typedef {ReturnType<typeof import("./words_panel.js").wordsOf>} Words */

const MOVES_AT_ONCE = 80;

/**
 * Whether every household has its chain of persons, and where it breaks.
 * @param {Bench} bench
 * @param {DutiesAnswer} answer
 * @param {Words} t
 */
export function proofCard(bench, { proof }, t) {
  if (!proof.households) return [];
  const open = proof.households - proof.staffed;
  const reasons = Object.entries(proof.reasons).sort((a, b) => b[1] - a[1]);
  const lines = reasons.map(([code, count]) => html("li", {}, [html("span", {}, [t("proof_lacks", { role: roleName(bench, code.replace(/^no_/, "")) })]), html("b", {}, [whole(count)])]));
  return [
    html("section", { class: `gmp-proof ${open ? "gmp-warned-proof" : "gmp-good"}` }, [
      html("div", { class: "gmp-proof-title" }, [icon(open ? "info" : "check"), html("strong", {}, [t(open ? "proof_open" : "proof_whole", { count: whole(open) })])]),
      html("p", {}, [t("proof_staffed", { staffed: whole(proof.staffed), all: whole(proof.households) })]),
      html("small", { class: "gmp-soft" }, [proof.steps.map((role) => roleName(bench, role)).join(" → ")]),
      ...(lines.length ? [html("ul", { class: "gmp-plain gmp-pairs" }, lines)] : []),
    ]),
  ];
}

/**
 * What the duties come to: whether they are in force, how near they are to the best, who is new to whom, what is missing.
 * @param {Bench} bench
 * @param {DutiesAnswer} answer
 * @param {Words} t
 * @param {{open: boolean}} fold  kept by the caller, and written here
 */
export function accountCard(bench, { account, board }, t, fold) {
  const lines = account.travel.map((row) => {
    const way = row.linked && row.travel_m !== null ? t("account_way", { metres: whole(row.travel_m / row.linked) }) : "";
    const gap = row.gap === null ? "" : row.gap <= 0.00005 ? t("account_best") : t("account_gap", { gap: `${(100 * row.gap).toFixed(row.gap < 0.01 ? 2 : 1)} %` });
    const split = row.split ? t("account_split", { count: whole(row.split) }) : "";
    const first = `${roleName(bench, row.role)}: ${t("account_linked", { linked: whole(row.linked), all: whole(row.households) })}`;
    return html("li", {}, [stacked(first, [way, gap, split, row.linked && account.by_hand ? t("account_by_hand") : ""].filter(Boolean).join(" · "))]);
  });
  const when = account.since ? t(account.is_in_force ? "account_in_force" : "account_not_in_force", { time: moment(account.since, bench.hello?.now), by: account.by || t("somebody") }) : t("account_never");
  const said = account.compared ? [html("li", {}, [t("account_changed", { count: whole(account.changed) })])] : [];
  return [
    html("section", { class: "gmp-account" }, [
      heading(t("account")),
      html("ul", { class: "gmp-plain" }, [html("li", {}, [when]), ...lines, ...said]),
      ...(account.moves.length ? [moves(bench, account, t, fold)] : []),
      ...shortfall(board, t),
    ]),
  ];
}

/**
 * @param {Bench} bench
 * @param {import("./answers.js").Account} account
 * @param {Words} t
 * @param {{open: boolean}} fold
 */
function moves(bench, account, t, fold) {
  const items = account.moves.slice(0, MOVES_AT_ONCE).map((move) => {
    const nobody = t("nobody");
    const who = `${move.before?.name ?? nobody} → ${move.after?.name ?? nobody}`;
    const what = move.unit === "household" ? t("count_households", { count: whole(move.count) }) : move.target_name;
    const line = html("button", { type: "button", class: "gmp-line" }, [
      html("span", { class: "gmp-grow" }, [html("span", { class: "gmp-what", dir: "auto" }, [who]), html("small", { class: "gmp-soft", dir: "auto" }, [[roleName(bench, move.role), what, pathText(move.path)].filter(Boolean).join(" · ")])]),
      icon("target", 14),
    ]);
    line.addEventListener("click", () => flyTo(bench, move));
    return html("li", {}, [line]);
  });
  const rest = account.moves_total - items.length;
  const more = rest > 0 ? [html("p", { class: "gmp-soft" }, [t("and_more", { count: whole(rest) })])] : [];
  return folded(t("account_moves"), [html("ul", { class: "gmp-list" }, items), ...more], { open: fold.open, toggled: (open) => void (fold.open = open), count: whole(account.moves_total) });
}

/**
 * The persons that are still missing, town by town.
 * @param {import("./answers.js").BoardRow[]} board
 * @param {Words} t
 */
function shortfall(board, t) {
  /** @type {Map<string, number>} */
  const by = new Map();
  for (const { group, path, missing } of board) if (group === "vacancy") by.set(pathText(path.slice(0, 2)), (by.get(pathText(path.slice(0, 2))) ?? 0) + missing);
  if (!by.size) return [];
  const rows = [...by].sort((a, b) => b[1] - a[1]).map(([area, missing]) => html("li", {}, [html("span", { dir: "auto" }, [area || t("everywhere")]), html("b", {}, [whole(missing)])]));
  return [html("h4", {}, [t("account_short")]), html("ul", { class: "gmp-plain gmp-pairs" }, rows)];
}
