import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { ringBounds } from "../../gridmap/widget/js/bench/carve_outs.js";
import { changeCodes } from "../../gridmap/widget/js/bench/compare.js";
import { sideText } from "../../gridmap/widget/js/bench/differences.js";
import { documentOf, headOf } from "../../gridmap/widget/js/bench/exporting.js";
import { area, areaChange, bytes, change, moment, percent, whole, widths } from "../../gridmap/widget/js/bench/figures.js";
import { courseOf, stepsTo } from "../../gridmap/widget/js/bench/course.js";
import { byKind, filtered } from "../../gridmap/widget/js/bench/problem_list.js";
import { proposedCodes } from "../../gridmap/widget/js/bench/proposal.js";
import { roadStates } from "../../gridmap/widget/js/bench/road.js";
import { clashCodes } from "../../gridmap/widget/js/bench/saving.js";
import { pressed, sorted } from "../../gridmap/widget/js/bench/sorted.js";
import { territoryColors } from "../../gridmap/widget/js/bench/territory_colors.js";
import { WORDS_PANEL, wordsOf } from "../../gridmap/widget/js/bench/words_panel.js";
import { cellsOf } from "../../gridmap/widget/js/bench/zone_places.js";

const SOURCES = fileURLToPath(new URL("../../gridmap/widget/js/bench/", import.meta.url));

test("a change is told with its sign, and nothing is told where nothing changed or nothing was", () => {
  assert.equal(change(1215, 3), "+1,212");
  assert.equal(change(3, 10), "−7");
  assert.equal(change(3, 3), "");
  assert.equal(change(3, null), "");
});

test("a count that is not known is a dash", () => {
  assert.equal(whole(null), "–");
  assert.equal(whole(1234567), "1,234,567");
  assert.equal(percent(null), "–");
  assert.equal(percent(1.55), "155 %");
});

test("an area takes the unit that keeps it short", () => {
  assert.equal(area(8200), "8,200 m²");
  assert.equal(area(280_000), "0.28 km²");
  assert.equal(area(1_234_000_000), "1,234 km²");
  assert.equal(areaChange(320_000, 280_000), "+0.04 km²");
  assert.equal(areaChange(100, 900), "−800 m²");
  assert.equal(areaChange(100, null), "");
});

test("the size of a file takes the unit that keeps it short", () => {
  assert.equal(bytes(999), "999 B");
  assert.equal(bytes(421_337), "421 kB");
  assert.equal(bytes(2_700_000), "2.7 MB");
});

test("a moment of today shows its clock alone", () => {
  assert.equal(moment("2022-03-05T09:02:11+08:00", "2022-03-05T15:20:00+08:00"), "09:02");
  assert.equal(moment("2022-03-04T09:02:11+08:00", "2022-03-05T15:20:00+08:00"), "2022-03-04 09:02");
  assert.equal(moment("2022-03-05T01:02:11+00:00", "2022-03-05T15:20:00+08:00"), "09:02");
  assert.equal(moment("2022-03-05", "2022-03-06T15:20:00+08:00"), "2022-03-05");
  assert.equal(moment(""), "");
});

test("no part of a whole is too thin to be seen, and all add up to 100", () => {
  const [large, small, none] = widths([9999, 1, 0]);
  assert.ok(small >= 1);
  assert.equal(none, 0);
  assert.ok(Math.abs(large + small - 100) < 1e-9);
  assert.deepEqual(widths([0, 0]), [0, 0]);
});

test("rows sort numbers as numbers, numbers in texts too, and what is missing comes last both ways", () => {
  const by = (/** @type {any} */ row) => row;
  assert.deepEqual(sorted([10, 9, 100], by), [9, 10, 100]);
  assert.deepEqual(sorted(["S-10", "S-9", ""], by), ["S-9", "S-10", ""]);
  assert.deepEqual(sorted(["S-10", "S-9", null], by, true), ["S-10", "S-9", null]);
  assert.deepEqual(sorted([null, 2, 3], by, true), [3, 2, null]);
});

test("a press on a head turns its order round, and numbers begin with the largest", () => {
  assert.deepEqual(pressed({}, { key: "cells", number: true }), { key: "cells", falling: true });
  assert.deepEqual(pressed({ key: "cells", falling: true }, { key: "cells", number: true }), { key: "cells", falling: false });
  assert.deepEqual(pressed({ key: "cells", falling: true }, { key: "name" }), { key: "name", falling: false });
});

test("a comparison tells stricter from weaker, and no tier is the weakest", () => {
  const codes = changeCodes(Int8Array.of(-1, 0, 2, 1, 1), Int8Array.of(2, -1, 0, 1, 1), Uint8Array.of(1, 1, 1, 1, 0));
  assert.deepEqual([...codes], [0, 1, 0, 2, -1]);
});

test("a proposal shows only what would change, and what would lose its tier apart", () => {
  assert.deepEqual([...proposedCodes(Int8Array.of(0, 1, -1), Int8Array.of(0, -1, 2), 3)], [-1, 3, 2]);
});

test("the cells that both changed are told from those of one side", () => {
  const row = { kind: "cell", before: "none", theirs: "none", mine: "none", clash: false };
  const difference = [
    { ...row, target: "b", theirs: "sealed (S-1)" },
    { ...row, target: "c", mine: "sealed (S-1)" },
    { ...row, target: "d", theirs: "sealed (S-1)", mine: "controlled (C-1)", clash: true },
    { ...row, kind: "zone", target: "a", theirs: "x" },
  ];
  assert.deepEqual([...clashCodes(["a", "b", "c", "d"], difference)], [-1, 0, 1, 2]);
});

test("a side of a conflict is told in the language of the view", () => {
  const hello = { tiers: [{ id: "sealed", zh: "封控区", en: "Sealed" }] };
  assert.equal(sideText("sealed (S-1), locked", { lang: "zh", hello }), "封控区 (S-1) · 已锁定");
  assert.equal(sideText("sealed (S-1)", { lang: "en", hello }), "Sealed (S-1)");
  assert.equal(sideText("none", { lang: "zh", hello }), "无");
});

test("a stroke of the history says how many steps lead to it", () => {
  const kinds = ["edit", "edit", "save", "edit", "edit", "undo", "undo"];
  const course = courseOf(kinds.map((kind, place) => ({ n: place + 1, kind })));
  assert.deepEqual(course, { made: [1, 2], back: [5, 4] });
  assert.deepEqual(stepsTo({ n: 1 }, course), { undo: 1, redo: 0 });
  assert.deepEqual(stepsTo({ n: 2 }, course), { undo: 0, redo: 0 });
  assert.deepEqual(stepsTo({ n: 4 }, course), { undo: 0, redo: 1 });
  assert.deepEqual(stepsTo({ n: 5 }, course), { undo: 0, redo: 2 });
});

test("a stroke that was taken back before others were made cannot be made again", () => {
  const course = courseOf(["edit", "undo", "edit", "undo"].map((kind, place) => ({ n: place + 1, kind })));
  assert.equal(stepsTo({ n: 1 }, course), null);
  assert.deepEqual(stepsTo({ n: 3 }, course), { undo: 0, redo: 1 });
});

test("the road stands at the first step that is open", () => {
  const facts = { households: 10, zones: 0, urgent: 0, checked: false, balanced: true, saved: true, issued: false };
  assert.deepEqual(roadStates(facts), ["done", "now", "later", "later"]);
  assert.deepEqual(roadStates({ ...facts, zones: 2, checked: true, urgent: 1 }), ["done", "done", "now", "later"]);
  assert.deepEqual(roadStates({ ...facts, zones: 2, checked: true, issued: true }), ["done", "done", "done", "done"]);
  assert.deepEqual(roadStates({ ...facts, households: 0 })[0], "now");
});

test("problems keep their order in their kinds, and the filter looks at target and detail", () => {
  const problems = [
    { kind: "exclave", target: "S-1", detail: { zh: "不相连", en: "apart" } },
    { kind: "no_tier", target: "c9", detail: { zh: "9 户", en: "9 households" } },
    { kind: "exclave", target: "S-2", detail: { zh: "不相连", en: "apart" } },
  ];
  assert.deepEqual([...byKind(problems)].map(([kind, rows]) => [kind, rows.length]), [["exclave", 2], ["no_tier", 1]]);
  assert.deepEqual(filtered(problems, " S-2 ", "zh"), [problems[2]]);
  assert.deepEqual(filtered(problems, "households", "en"), [problems[1]]);
  assert.equal(filtered(problems, "", "zh").length, 3);
});

test("the box round rings holds all their corners", () => {
  assert.deepEqual(ringBounds([[0, 5, 4, 9], [-2, 6, 1, 1]]), [-2, 1, 4, 9]);
});

test("the cells of a zone are found by its code", () => {
  assert.deepEqual([...cellsOf(Int32Array.of(3, -1, 3, 0), 3)], [0, 2]);
});

test("territories have plain colours, and neighbours in the list differ", () => {
  const colors = territoryColors(30);
  assert.ok(colors.every((color) => /^#[0-9a-f]{6}$/.test(color)));
  assert.equal(new Set(colors).size, 30);
});

test("a time that nobody touched goes back as it came, another one gets the zone of this machine", () => {
  const kept = { number: "17", effective_at: "2022-03-05T18:00:00+08:00", valid_until: "" };
  const head = headOf(kept);
  assert.equal(documentOf(head, kept, ["effective_at"]).effective_at, kept.effective_at);
  const changed = documentOf({ ...head, valid_until: "2022-03-09T12:30" }, kept, ["number", "valid_until"]);
  assert.equal(changed.number, "17");
  assert.match(changed.valid_until, /^2022-03-09T12:30[+-]\d\d:\d\d$/);
  assert.equal(new Date(changed.valid_until).getTime(), new Date("2022-03-09T12:30").getTime());
  assert.equal(headOf({ effective_at: "rubbish" }).effective_at, "");
});

test("a word that is not known is shown as it came", () => {
  assert.equal(wordsOf({ lang: "zh" })("reason_lost_at_sea"), "lost at sea");
  assert.equal(wordsOf({ lang: "en" })("merge_chosen", { count: "3" }), "Tick the zones to merge: 3 chosen");
});

test("every word has both languages with the same values in them", () => {
  const holes = (/** @type {string} */ text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
  for (const [key, [zh, en]] of Object.entries(WORDS_PANEL)) {
    assert.ok(zh && en, key);
    assert.deepEqual(holes(zh), holes(en), key);
  }
});

test("every word that the panel says is there, and none is left over", () => {
  const own = new Set(["words_panel.js", "words_map.js", "words_duties.js", "words_days.js"]);
  const files = readdirSync(SOURCES).filter((name) => name.endsWith(".js") && !own.has(name));
  const panel = files.map((name) => readFileSync(SOURCES + name, "utf8")).filter((text) => /words_panel\.js|Words\} t\b/.test(text));
  const calls = panel.flatMap((text) => [...text.matchAll(/\bt\(([^()`]*)\)/g)].map(([, inside]) => inside));
  const said = new Set(calls.flatMap((inside) => [...inside.matchAll(/"(\w+)"/g)].map(([, key]) => key)));
  const missing = [...said].filter((key) => !(key in WORDS_PANEL) && key === key.toLowerCase());
  assert.deepEqual(missing, []);
  const all = panel.join("\n");
  const families = /^(tab|board|part|problem|reason|carve|target|duty|audience|format|head|road|step|conflict|kind|tool|export|measure|open|condition|zone|event|notice)_/;
  const idle = Object.keys(WORDS_PANEL).filter((key) => !families.test(key) && !all.includes(`"${key}"`));
  assert.deepEqual(idle, []);
});
