/** One zone opened: its further numbers, and renaming, numbering, merging, splitting, locking and clearing. */
import { html } from "../dom.js";
import { dialogsOf } from "./asking.js";
import { area, whole } from "./figures.js";
import { button, iconButton, textInput } from "./parts.js";
import { wordsOf } from "./words_panel.js";
import { carvesOf } from "./zone_places.js";

/** @typedef {import("./answers.js").Bench} Bench */
/** @typedef {import("./messages.js").ZoneRow} ZoneRow */
/** @typedef {import("./messages.js").CarveOut} CarveOut */
/** @typedef {{cells: Uint32Array, fly: () => void, merge: () => void, attempt: (action: () => Promise<any>) => Promise<any>}} Doing */

const LOCKED = 1;
const HAND = 2;

/**
 * @param {Bench} bench
 * @param {ZoneRow} row
 * @param {Doing} doing
 */
export function zoneDetail(bench, row, doing) {
  const t = wordsOf(bench);
  const { cells, attempt } = doing;
  const carves = carvesOf(bench, row);
  const isEmpty = !cells.length && !carves.length;
  const locked = flagged(bench.flags, cells, LOCKED);
  const all = !isEmpty && locked === cells.length && carves.every((carve) => carve.locked);
  const parts = carves.length ? { carve_outs: carves.map(({ id }) => id) } : {};
  const place = html("div", { class: "gmp-actions" });
  /** @param {{type: string, [option: string]: any}} edit */
  const change = (edit, on = cells) => attempt(() => bench.edit(edit, on));
  /** @param {"NameZone" | "NumberZone"} type */
  const write = (type) => {
    const [option, value] = type === "NameZone" ? ["name", row.name] : ["number", row.id];
    const label = t(type === "NameZone" ? "zone_name" : "zone_number");
    place.replaceChildren(writing(t, label, value, (text) => text !== value && attempt(() => bench.edit({ type, zone: row.id, [option]: text })), () => place.replaceChildren(...actions)));
    place.querySelector("input")?.select();
  };
  const alone = (bench.plan?.zones ?? []).filter(({ tier }) => tier === row.tier).length < 2;
  const actions = [
    button(t("fly"), doing.fly, { icon: "target", weight: "quiet" }),
    button(t("rename"), () => write("NameZone"), { icon: "pencil", weight: "quiet" }),
    button(t("renumber"), () => write("NumberZone"), { icon: "number", weight: "quiet" }),
    button(t("merge"), doing.merge, { icon: "merge", weight: "quiet", off: alone, tip: t("merge_tip") }),
    button(t("split"), () => attempt(() => split(bench, row, cells)), { icon: "split", weight: "quiet", off: cells.length < 2, tip: t("split_tip") }),
    all
      ? button(t("unlock"), () => change({ type: "Unlock", ...parts }), { icon: "unlocked", weight: "quiet" })
      : button(t("lock"), () => change({ type: "Lock", ...parts }), { icon: "locked", weight: "quiet", off: isEmpty, tip: t("lock_tip") }),
    ...(flagged(bench.flags, cells, HAND)
      ? [button(t("release"), () => change({ type: "Release" }), { icon: "restore", weight: "quiet", tip: t("release_tip") })]
      : []),
    button(t("clear"), () => attempt(() => clear(bench, row, cells, carves)), { icon: "clear", weight: "quiet", off: isEmpty, tip: t("clear_tip") }),
  ];
  place.append(...actions);
  return html("div", {}, [facts(t, row, locked, bench.happened[row.id] ?? []), place]);
}

/**
 * @param {ReturnType<typeof wordsOf>} t
 * @param {ZoneRow} row
 * @param {number} locked
 * @param {[string, string][]} happened  what events tell of it
 */
function facts(t, row, locked, happened) {
  /** @type {[string, string][]} */
  const pairs = [
    [t("needs"), whole(row.needs)],
    [t("area_m2"), area(row.area_m2)],
    [t("vacancies"), row.vacancies === null ? t("not_assigned") : whole(row.vacancies)],
    ...happened,
    ...(locked ? [/** @type {[string, string]} */ ([t("locked_cells"), `${whole(locked)} / ${whole(row.cells)}`])] : []),
  ];
  return html("dl", { class: "gmp-facts" }, pairs.map(([label, value]) => html("div", {}, [html("dt", {}, [label]), html("dd", {}, [value])])));
}

/**
 * One line to write in: Enter takes it, Escape leaves it.
 * @param {ReturnType<typeof wordsOf>} t
 * @param {string} label
 * @param {string} value
 * @param {(text: string) => any} done
 * @param {() => void} leave
 */
function writing(t, label, value, done, leave) {
  let text = value;
  const input = textInput(value, (changed) => (text = changed), { "aria-label": label, placeholder: label });
  const take = () => {
    leave();
    done(text.trim());
  };
  input.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.isComposing) return;
    if (event.key === "Enter") take();
    if (event.key === "Escape") leave();
  });
  return html("div", { class: "gmp-write" }, [
    input,
    iconButton("check", t("take"), take, { weight: "main" }),
    iconButton("cross", t("cancel"), leave),
  ]);
}

/**
 * Draw round the part that becomes a zone of its own.
 * @param {Bench} bench
 * @param {ZoneRow} row
 * @param {Uint32Array} cells
 */
async function split(bench, row, cells) {
  const t = wordsOf(bench);
  const picked = await bench.pickPolygon(t("split_draw", { zone: row.id }));
  const { index, cells: grid } = bench;
  if (!picked || !index || !grid) return;
  const own = new Set(cells);
  const ring = Float64Array.from(picked, (metres, place) => (metres - grid.origin[place % 2]) / grid.step);
  const inside = index.inPolygon(ring, "middle").filter((cell) => own.has(cell));
  if (!inside.length || inside.length === cells.length) throw { why: t("split_nothing"), code: "other" };
  await bench.edit({ type: "SplitZone", zone: row.id }, inside);
}

/**
 * Take the tier from the cells of a zone, and take its carve-outs back.
 * @param {Bench} bench
 * @param {ZoneRow} row
 * @param {Uint32Array} cells
 * @param {CarveOut[]} carves
 */
async function clear(bench, row, cells, carves) {
  const t = wordsOf(bench);
  const counts = { zone: row.id, cells: whole(row.cells), carves: whole(carves.length), households: whole(row.households) };
  const why = t(carves.length ? "clear_carves_what" : "clear_what", counts);
  const reason = await dialogsOf(bench).askReason({ title: t("clear_title", counts), why, ok: t("clear") });
  if (reason === null) return;
  if (!carves.length) return bench.edit({ type: "ClearTier", reason }, cells);
  const ids = Array.from(cells, (cell) => bench.cellIds[cell]);
  const cleared = ids.length ? [{ type: "ClearTier", reason, cells: ids }] : [];
  return bench.ask("fix", { edits: [...cleared, ...carves.map(({ id }) => ({ type: "RemoveCarveOut", carve_out: id }))] });
}

/**
 * @param {ArrayLike<number>} flags
 * @param {Uint32Array} cells
 * @param {number} flag
 */
function flagged(flags, cells, flag) {
  return cells.reduce((count, cell) => count + (flags[cell] & flag ? 1 : 0), 0);
}
