import assert from "node:assert/strict";
import test from "node:test";
import { boxOf, featureAt, findNamed, isInside, namedIn, withoutOverlap } from "../../gridmap/widget/js/pick.js";

// A square of 4 with a hole in its middle, and a square of 1 in that hole.
const outer = [[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]];
const hole = [[1, 1], [3, 1], [3, 3], [1, 3], [1, 1]];
const inner = [[1.5, 1.5], [2.5, 1.5], [2.5, 2.5], [1.5, 2.5], [1.5, 1.5]];
const frame = { kind: "zone", title: "C-1 枫南新村", polygons: [[outer, hole]] };
const core = { kind: "zone", title: "S-1 枫南新村3幢", polygons: [[inner]] };
const unnamed = { kind: "cell", polygons: [[outer]] };
const boxed = [frame, core, unnamed].map((feature) => ({ feature, box: boxOf(feature) }));

test("a point in a hole is outside", () => {
  assert.equal(isInside([[outer, hole]], [0.5, 0.5]), true);
  assert.equal(isInside([[outer, hole]], [2, 2]), false);
  assert.equal(isInside([[outer, hole]], [5, 2]), false);
  assert.equal(isInside([], [2, 2]), false);
});

test("the box of a feature spans its outer rings, or its place where it has none", () => {
  assert.deepEqual(boxOf(frame), { west: 0, south: 0, east: 4, north: 4 });
  assert.deepEqual(boxOf({ kind: "site", label_at: [7, 8] }), { west: 7, south: 8, east: 7, north: 8 });
  assert.equal(boxOf({ kind: "label" }), null);
});

test("the topmost feature with something to say answers", () => {
  assert.equal(featureAt(boxed, [0.5, 0.5]), frame);
  assert.equal(featureAt(boxed, [2, 2]), core);
  assert.equal(featureAt(boxed, [1.2, 2]), null);
  assert.equal(featureAt(boxed, [9, 9]), null);
});

test("the box of a cell spans its borders", () => {
  const lines = [[[1, 2], [3, 2]], [[3, 2], [3, 5], [1, 2]]];
  assert.deepEqual(boxOf({ kind: "cell", lines, label_at: [2, 3] }), { west: 1, south: 2, east: 3, north: 5 });
});

test("names are found by any part and width, those that begin with the text first", () => {
  const layer = (features) => ({ boxed: features.map((feature) => ({ feature })), coverage: null });
  const find = (features, text, limit) => findNamed(namedIn([layer(features)]), text, limit).map(({ feature }) => feature());
  const features = [frame, core, unnamed];
  assert.deepEqual(find(features, "枫南", 8), [frame, core]);
  assert.deepEqual(find(features, "s-1", 8), [core]);
  assert.deepEqual(find(features, "S-1", 8), [core]);
  assert.deepEqual(find([{ kind: "zone", title: "A 1" }, { kind: "zone", title: "1 B" }], "1", 8).map((f) => f.title), ["1 B", "A 1"]);
  assert.deepEqual(find(features, "枫南", 1), [frame]);
  assert.deepEqual(find(features, "  ", 8), []);
});

test("cells are found after features, and made into features only when they are chosen", () => {
  const made = [];
  const coverage = { names: ["枫南一网格", "", "枫南"], featureOf: (cell) => made.push(cell) && { title: `cell ${cell}` } };
  const named = namedIn([{ boxed: [], coverage }, { boxed: [{ feature: core }, { feature: unnamed }], coverage: null }]);
  const found = findNamed(named, "枫南", 8);
  assert.deepEqual(found.map(({ shown }) => shown), ["枫南一网格", "枫南", "S-1 枫南新村3幢"]);
  assert.deepEqual(made, []);
  assert.deepEqual(found[1].feature(), { title: "cell 2" });
});

test("a whole address finds the building, the compound and the village in it", () => {
  const at = [120.9, 30.8];
  const places = ["桐溪街道", "桂塘公寓", "桂塘公寓 19幢", "桂塘公寓 9幢", "1"].map((name) => ({ name, zones: [], at }));
  const shown = (text, limit = 8) => findNamed(namedIn([], places), text, limit).map((found) => found.shown);
  assert.deepEqual(shown("桐溪街道桂塘公寓19幢2单元301室"), ["桂塘公寓 19幢", "桐溪街道", "桂塘公寓"]);
  assert.deepEqual(shown("桂塘公寓99幢101"), ["桂塘公寓"]);
  assert.deepEqual(shown("北汇浜1号"), []);
});

test("a label that would cover an earlier one is hidden, and one that only touches is not", () => {
  const box = (left) => ({ left, right: left + 10, top: 0, bottom: 5 });
  assert.deepEqual(withoutOverlap([box(0), box(5), box(10)]), [true, false, true]);
});
