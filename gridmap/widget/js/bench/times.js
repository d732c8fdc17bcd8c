/** Times in the fields of a form: on the clock of the kernel, to the minute, and back with its offset. */
import { moment } from "./figures.js";

const OFFSET = /([+-]\d\d:\d\d)$|Z$/;

/**
 * A moment as a field for date and time shows it, on the clock of `now`.
 * @param {string | null | undefined} iso
 * @param {string} now
 */
export function fieldTime(iso, now) {
  if (!iso) return "";
  const [day, clock] = moment(iso, `0000-01-01T00:00:00${offsetOf(now)}`).split(" ");
  return clock ? `${day}T${clock}` : "";
}

/**
 * What a field for date and time says, with the offset of `now`; empty where nothing stands there.
 * @param {string} written
 * @param {string} now
 */
export function withOffset(written, now) {
  return written ? `${written}${offsetOf(now)}` : "";
}

/** @param {string} now */
function offsetOf(now) {
  const [offset = ""] = OFFSET.exec(now) ?? [];
  return offset === "Z" ? "+00:00" : offset;
}

/**
 * A day, and its clock where that is not midnight: `03-19`, `03-19 18:00`; with the year where that is another.
 * @param {string | null | undefined} iso
 * @param {string} now
 */
export function dayText(iso, now) {
  const written = fieldTime(iso, now);
  if (!written) return "";
  const [day, clock] = written.split("T");
  const short = day.slice(0, 4) === now.slice(0, 4) ? day.slice(5) : day;
  return clock === "00:00" ? short : `${short} ${clock}`;
}
