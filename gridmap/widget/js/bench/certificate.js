/** The certificate as a card: whether every household is accounted for, where they are, and what is missing. */
import { html } from "../dom.js";
import { short, whole, widths } from "./figures.js";
import { icon, swatch } from "./panel_icons.js";
import { wordsOf } from "./words_panel.js";

/** @typedef {import("./answers.js").Bench} Bench */
/** @typedef {import("./answers.js").CertificateAnswer} CertificateAnswer */

const DIFFERENCES_SHOWN = 20;

/**
 * @param {Bench} bench
 * @param {CertificateAnswer} certificate
 */
export function certificateCard(bench, certificate) {
  const t = wordsOf(bench);
  const { balanced, households_in: all, placed, exceptions } = certificate;
  const title = html("div", { class: "gmp-proof-title" }, [
    icon(balanced ? "check" : "problems", 20),
    html("strong", {}, [t(balanced ? "balanced" : "unbalanced")]),
    html("code", { title: certificate.version }, [short(certificate.version)]),
  ]);
  const sum = html("p", { class: "gmp-proof-sum" }, [t("proof", { all: whole(all), placed: whole(placed), exceptions: whole(exceptions) })]);
  const parts = [title, sum, ...shares(bench, certificate), ...reasons(t, certificate), ...differences(t, certificate)];
  return html("section", { class: `gmp-proof ${balanced ? "gmp-good" : "gmp-bad"}`, "aria-label": t("certificate") }, parts);
}

/**
 * The tiers of all households as a bar with its legend.
 * @param {Bench} bench
 * @param {CertificateAnswer} certificate
 */
function shares(bench, { by_tier: byTier, exceptions }) {
  const t = wordsOf(bench);
  const tiers = bench.hello?.tiers ?? [];
  const parts = [
    ...tiers.map((tier) => ({ tier, label: tier[bench.lang], count: byTier[tier.id] ?? 0, color: tier.color })),
    { tier: null, label: t("no_tier"), count: byTier.none ?? 0, color: "" },
    { tier: null, label: t("exceptions"), count: exceptions, color: "" },
  ];
  const last = parts.length - 1;
  const wide = widths(parts.map(({ count }) => count));
  const bar = parts.map(({ color }, place) => {
    const piece = html("i", { class: place === last ? "gmp-piece-out" : color ? "" : "gmp-piece-none" });
    piece.style.width = `${wide[place]}%`;
    if (color) piece.style.background = color;
    return piece;
  });
  const legend = parts.map(({ tier, label, count }, place) =>
    html("li", {}, [place === last ? html("i", { class: "gmp-piece-out" }) : swatch(tier), html("span", {}, [label]), html("b", {}, [whole(count)])]),
  );
  return [html("div", { class: "gmp-shares", "aria-hidden": "true" }, bar), html("ul", { class: "gmp-legend" }, legend)];
}

/**
 * @param {ReturnType<typeof wordsOf>} t
 * @param {CertificateAnswer} certificate
 */
function reasons(t, { by_reason: byReason }) {
  const rows = Object.entries(byReason).filter(([, count]) => count);
  if (!rows.length) return [];
  const items = rows.map(([reason, count]) => html("li", {}, [html("span", {}, [t(`reason_${reason}`)]), html("b", {}, [whole(count)])]));
  return [html("h4", {}, [t("exceptions_by_reason")]), html("ul", { class: "gmp-pairs" }, items)];
}

/**
 * @param {ReturnType<typeof wordsOf>} t
 * @param {CertificateAnswer} certificate
 */
function differences(t, { differences: found = [], findings = [] }) {
  const shown = found.slice(0, DIFFERENCES_SHOWN).map((each) => html("li", { dir: "auto" }, [each]));
  const rest = found.length - shown.length;
  if (rest > 0) shown.push(html("li", { class: "gmp-soft" }, [t("and_more", { count: whole(rest) })]));
  const listed = shown.length ? [html("h4", {}, [t("differences")]), html("ul", { class: "gmp-plain" }, shown)] : [];
  const notes = findings.map((each) => html("li", { dir: "auto" }, [each]));
  return [...listed, ...(notes.length ? [html("h4", {}, [t("findings")]), html("ul", { class: "gmp-plain gmp-soft" }, notes)] : [])];
}
