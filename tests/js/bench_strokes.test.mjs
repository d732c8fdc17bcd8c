import assert from "node:assert/strict";
import test from "node:test";
import { Strokes } from "../../gridmap/widget/js/bench/strokes.js";
import { Tallies } from "../../gridmap/widget/js/bench/tallies.js";

const [NONE, SEALED, CONTROLLED] = [-1, 0, 1];

/** Four cells; the first two are in the sealed zone 7. */
function strokes() {
  const made = new Strokes(4, () => {});
  made.replace(Int8Array.of(SEALED, SEALED, NONE, NONE), Int32Array.of(7, 7, NONE, NONE));
  return made;
}

/** @param {Strokes} made */
function drawn(made, code, cells, zone) {
  const stroke = made.begin(code);
  for (const cell of cells) made.add(stroke, cell, zone);
  return stroke;
}

test("a stroke shows over the plan, which stays as it is", () => {
  const made = strokes();
  drawn(made, CONTROLLED, [1, 2], 99);
  assert.deepEqual([...made.tier], [SEALED, CONTROLLED, CONTROLLED, NONE]);
  assert.deepEqual([...made.zone], [7, 99, 99, NONE]);
  assert.deepEqual([...made.truth.tier], [SEALED, SEALED, NONE, NONE]);
});

test("a stroke taken away shows what is under it, and what was drawn over it stays", () => {
  const made = strokes();
  const first = drawn(made, CONTROLLED, [1, 2], 99);
  drawn(made, SEALED, [2, 3], 98);
  made.remove(first);
  assert.deepEqual([...made.tier], [SEALED, SEALED, SEALED, SEALED]);
  assert.deepEqual([...made.zone], [7, 7, 98, 98]);
});

test("the upper of two strokes taken away shows the lower one again", () => {
  const made = strokes();
  drawn(made, CONTROLLED, [1, 2], 99);
  made.remove(drawn(made, NONE, [2, 0], NONE));
  assert.deepEqual([...made.tier], [SEALED, CONTROLLED, CONTROLLED, NONE]);
});

test("a change of the plan does not show through a stroke, and shows when the stroke is gone", () => {
  const made = strokes();
  const stroke = drawn(made, CONTROLLED, [2], 99);
  made.patch(Uint32Array.of(2, 3), Int8Array.of(SEALED, SEALED), Int32Array.of(7, 7));
  assert.deepEqual([...made.tier], [SEALED, SEALED, CONTROLLED, SEALED]);
  made.remove(stroke);
  assert.deepEqual([...made.tier], [SEALED, SEALED, SEALED, SEALED]);
});

test("strokes count as unanswered from when they are sent", () => {
  const made = strokes();
  const stroke = drawn(made, CONTROLLED, [2], 99);
  assert.equal(made.unanswered, 0);
  stroke.seq = 5;
  assert.equal(made.unanswered, 1);
  assert.equal(made.bySeq(5), stroke);
});

test("the numbers of tiers and zones follow the strokes, and a zone that only strokes made comes last", () => {
  const weights = { households: Int32Array.of(1, 2, 4, 8), residents: Int32Array.of(2, 4, 8, 16), needs: Int32Array.of(0, 1, 0, 1), area_m2: Float32Array.of(10, 10, 10, 10) };
  const tallies = new Tallies(weights);
  const numbers = { cells: 2, households: 3, residents: 6, needs: 1, area_m2: 20 };
  const plan = {
    tiers: [{ code: 0, zones: 1, was: null, ...numbers }, { code: -1, zones: 0, was: null, cells: 2, households: 12, residents: 24, needs: 1, area_m2: 20 }],
    zones: [{ code: 7, id: "S-1", tier: 0, name: "", vacancies: null, was: null, ...numbers }],
  };
  tallies.move(2, 0, 7, -1, -1);
  tallies.move(3, 1, 99, -1, -1);
  const [sealed, none] = tallies.tierRows(plan);
  assert.deepEqual([sealed.cells, sealed.households, sealed.needs], [3, 7, 1]);
  assert.deepEqual([none.cells, none.households, none.residents], [0, 0, 0]);
  const [known, made] = tallies.zoneRows(plan);
  assert.deepEqual([known.id, known.households], ["S-1", 7]);
  assert.deepEqual([made.id, made.tier, made.households], ["", 1, 8]);
  tallies.clear();
  assert.equal(tallies.zoneRows(plan).length, 1);
});
