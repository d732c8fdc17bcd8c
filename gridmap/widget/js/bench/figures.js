/** How numbers, changes, areas and times are written: the same in both languages, so that columns stay put. */

const WHOLE = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const MINUS = "\u2212";

/**
 * A count with thousands marked; a dash for what is not known.
 * @param {number | null | undefined} count
 */
export function whole(count) {
  return count === null || count === undefined || Number.isNaN(count) ? "–" : WHOLE.format(count);
}

/**
 * What changed against what was, such as `+12` or `−3`; empty where nothing did or nothing was.
 * @param {number | null | undefined} now
 * @param {number | null | undefined} was
 */
export function change(now, was) {
  if (now === null || now === undefined || was === null || was === undefined || now === was) return "";
  return now > was ? `+${whole(now - was)}` : `${MINUS}${whole(was - now)}`;
}

/**
 * An area in the unit that keeps it short.
 * @param {number | null | undefined} squareMetres
 */
export function area(squareMetres) {
  if (squareMetres === null || squareMetres === undefined) return "–";
  if (squareMetres < 10_000) return `${whole(squareMetres)} m²`;
  const kilometres = squareMetres / 1_000_000;
  return kilometres < 100 ? `${kilometres.toFixed(2)} km²` : `${whole(kilometres)} km²`;
}

/**
 * What changed of an area, in the unit that keeps it short.
 * @param {number | null | undefined} now
 * @param {number | null | undefined} was
 */
export function areaChange(now, was) {
  const difference = Math.round((now ?? 0) - (was ?? 0));
  if (now === null || now === undefined || was === null || was === undefined || !difference) return "";
  return `${difference > 0 ? "+" : MINUS}${area(Math.abs(difference))}`;
}

/**
 * A share of one as per cent.
 * @param {number | null | undefined} part
 */
export function percent(part) {
  return part === null || part === undefined || !Number.isFinite(part) ? "–" : `${Math.round(part * 100)} %`;
}

/**
 * The size of a file.
 * @param {number | null | undefined} count
 */
export function bytes(count) {
  if (count === null || count === undefined) return "";
  if (count < 1000) return `${whole(count)} B`;
  return count < 1_000_000 ? `${(count / 1000).toFixed(0)} kB` : `${(count / 1_000_000).toFixed(1)} MB`;
}

/**
 * A moment on the clock of `now`, `2022-03-05 14:02`; the clock alone on the day of `now`.
 * @param {string} iso
 * @param {string} [now]  with the offset in which moments are told
 */
export function moment(iso, now = "") {
  if (!iso) return "";
  const [day, clock = ""] = inZone(iso, OFFSET.exec(now)?.[0]).split("T");
  const short = clock.slice(0, 5);
  return now.startsWith(day) && short ? short : `${day} ${short}`.trim();
}

const OFFSET = /([+-])(\d\d):(\d\d)$|Z$/;

/**
 * The same moment with another offset; as it is where it has none itself.
 * @param {string} iso
 * @param {string | undefined} offset
 */
function inZone(iso, offset) {
  const time = Date.parse(iso);
  if (!offset || !OFFSET.test(iso) || Number.isNaN(time)) return iso;
  const [, sign, hours, minutes] = OFFSET.exec(offset) ?? [];
  const shift = sign ? (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) : 0;
  return new Date(time + shift * 60_000).toISOString();
}

/**
 * The first letters of a version; all of it stands in the tooltip.
 * @param {string | null | undefined} version
 */
export function short(version) {
  return (version ?? "").slice(0, 8);
}

/**
 * The parts of a whole as widths in per cent that add up to 100, none thinner than `least` unless it is nothing.
 * @param {number[]} counts
 * @param {number} [least]
 */
export function widths(counts, least = 1.5) {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (!total) return counts.map(() => 0);
  const raised = counts.map((count) => (count ? Math.max(least, (100 * count) / total) : 0));
  const sum = raised.reduce((all, width) => all + width, 0);
  return raised.map((width) => (100 * width) / sum);
}
