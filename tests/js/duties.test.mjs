import assert from "node:assert/strict";
import test from "node:test";
import { filteredRows, nextNames } from "../../gridmap/widget/js/bench/duty_board.js";
import { bins, changedOf } from "../../gridmap/widget/js/bench/duty_chart.js";
import { loadGhost, median, reachGhost, territoryGhost, VACANT } from "../../gridmap/widget/js/bench/duty_ghosts.js";
import { postsOf } from "../../gridmap/widget/js/bench/duty_teams.js";
import { Hand, isInside, loadsOf, officialsAt } from "../../gridmap/widget/js/bench/hand.js";
import { compose, plainStyle, rgba } from "../../gridmap/widget/js/grid/compose.js";

const t = (/** @type {string} */ key) => key;
const row = (/** @type {string} */ group, /** @type {string} */ role, /** @type {string[]} */ path) => ({ group, role, path });
const burden = (/** @type {string} */ official, /** @type {number} */ households, /** @type {number | null} */ capacity, /** @type {number | null} */ before = null) => ({
  official, name: "", households, targets: 1, capacity, share: capacity ? households / capacity : null, pinned: 0, before,
});
/** Four cells in a row: a and b have the first two, both are in the third, nobody is in the last. */
const SHARES = {
  legend: ["a", "b"].map((official, code) => ({ code, official, label: "" })),
  codes: Int32Array.of(0, 1, 0, -1),
  pairs: Int32Array.of(2, 0, 5, 2, 1, 3),
  vacant: Uint32Array.of(3),
};

test("the board is filtered by kind, role and the way through the areas, and offers the areas below", () => {
  const rows = [row("vacancy", "head", ["北镇", "一村"]), row("conflict", "head", ["北镇", "十村"]), row("conflict", "medical", ["南镇"])];
  assert.equal(filteredRows(rows, { group: "conflict", role: "", path: [] }).length, 2);
  assert.equal(filteredRows(rows, { group: "conflict", role: "head", path: ["北镇"] }).length, 1);
  assert.deepEqual(filteredRows(rows, { group: "", role: "", path: ["南镇", "一村"] }), []);
  assert.deepEqual(nextNames(rows, []), ["北镇", "南镇"]);
  assert.deepEqual(nextNames(rows, ["北镇"]).toSorted(), ["一村", "十村"].toSorted());
  assert.deepEqual(nextNames(rows, ["南镇"]), []);
});

test("bins are shares of the capacity, a full one is not over it, and everybody is in one", () => {
  const loads = { role: "r", unit: "households", rows: [burden("a", 20, 20, 10), burden("b", 21, 20, 0), burden("c", 0, 20, 40)] };
  const found = bins(loads);
  assert.deepEqual(found.map(({ after }) => after), [1, 0, 0, 0, 1, 1, 0, 0, 0, 0]);
  assert.deepEqual(found.map(({ before }) => before), [1, 0, 1, 0, 0, 0, 0, 0, 0, 1]);
  assert.deepEqual(found.map(({ over }) => over), [false, false, false, false, false, true, true, true, true, true]);
});

test("without capacities bins are counts", () => {
  const loads = { role: "r", unit: "households", rows: [burden("a", 3, null), burden("b", 1, null), burden("c", 3, null)] };
  assert.deepEqual(bins(loads).map(({ label, after }) => [label, after]), [["0", 0], ["1", 1], ["2", 0], ["3", 2]]);
});

test("who changed comes with the largest change first, and who had nothing before counts too", () => {
  const rows = [burden("a", 5, 9, 5), burden("b", 4, 9, 5), burden("c", 9, 9, 0)];
  assert.deepEqual(changedOf({ role: "r", unit: "households", rows }).map(({ official }) => official), ["c", "b"]);
  assert.deepEqual(changedOf({ role: "r", unit: "households", rows: [burden("a", 5, 9)] }), []);
});

test("the middle of an even number of loads lies between two of them", () => {
  assert.deepEqual([median([4, 1, 3, 2]), median([5, 1, 3]), median([])], [2.5, 3, 0]);
});

test("loads are read from columns, with NaN where no capacity and -1 where nothing before is known", () => {
  const whole = (/** @type {number[]} */ ...values) => Int32Array.from(values).buffer;
  const answer = { role: "r", unit: "households", officials: ["a", "b"], names: ["甲", "乙"], buffers: [whole(4, 3), whole(4, 1), whole(1, 0), whole(-1, 7), Float32Array.of(8, NaN).buffer] };
  const [a, b] = loadsOf(answer).rows;
  assert.deepEqual([a.share, a.before, a.pinned, a.name], [0.5, null, 1, "甲"]);
  assert.deepEqual([b.capacity, b.share, b.before, b.targets], [null, null, 7, 1]);
});

test("of the officials of a cell the one with most of it comes first", () => {
  assert.deepEqual([0, 2, 3].map((cell) => officialsAt(SHARES, cell)), [["a"], ["a", "b"], []]);
});

test("territories have a colour each, borders between them, and lines where somebody is missing", () => {
  const ghost = territoryGhost(SHARES, "x");
  assert.notEqual(ghost.palette[ghost.codes[0]], ghost.palette[ghost.codes[1]]);
  assert.equal(ghost.codes[0], ghost.codes[2]);
  assert.deepEqual([ghost.palette[ghost.codes[3]], ghost.patterns[ghost.codes[3]]], [VACANT.color, "diagonal"]);
  assert.deepEqual([...ghost.edges], [...SHARES.codes]);
});

test("a cell that two share shows the fuller of them, and only who is over capacity has lines of a cross", () => {
  const { ghost, classes } = loadGhost(SHARES, [burden("a", 10, 20), burden("b", 30, 20)], "households", "x", t);
  assert.deepEqual([0, 1, 2].map((cell) => ghost.patterns[ghost.codes[cell]]), ["none", "cross", "cross"]);
  assert.deepEqual(classes.slice(0, 4).map(({ count }) => count), [1, 0, 0, 1]);
  assert.deepEqual(ghost.names, [["a", "10/20"], ["b", "30/20"]]);
  assert.deepEqual(classes.at(-1)?.label, "load_vacant");
});

test("the colours of loads go from light to dark, and the one over capacity is another hue", () => {
  const { classes } = loadGhost(SHARES, [burden("a", 10, 20)], "households", "x", t);
  const light = classes.slice(0, 3).map(({ color }) => rgba(color).slice(0, 3).reduce((sum, part) => sum + part, 0));
  assert.deepEqual(light, light.toSorted((a, b) => b - a));
  const [red, , blue] = rgba(classes[3].color);
  assert.ok(red > blue);
});

test("cells are told by the share that was reached, and those without households have no colour", () => {
  const { ghost, classes } = reachGhost(Int32Array.of(4, 4, 4, 4, 0), Int32Array.of(0, 2, 3, 4, 0), "x", t);
  assert.deepEqual([...ghost.codes], [0, 1, 2, 3, -1]);
  assert.deepEqual(classes.map(({ count }) => count), [1, 1, 1, 1]);
});

test("the shifts of a post are taken together", () => {
  const turn = (/** @type {string} */ shift, /** @type {number} */ filled) => ({ target_kind: "site", target: "g", target_name: "", role: "volunteer", shift, needed: 3, filled, path: [], cells: [], bounds: null });
  const [post, ...rest] = postsOf([turn("day", 3), turn("night", 1)]);
  assert.deepEqual([post.needed, post.filled, post.shifts.map(({ shift }) => shift), rest], [6, 4, ["day", "night"], []]);
});

test("a place is inside a ring by the even-odd rule", () => {
  const ring = /** @type {[number, number][]} */ ([[0, 0], [4, 0], [4, 4], [2, 2], [0, 4]]);
  assert.deepEqual([[1, 1], [2, 3], [3, 3.5], [5, 1]].map((at) => isInside(at, ring)), [true, false, false, false]);
});

test("a hand-over previews both loads, warns over capacity, and offers who has room before who is near", () => {
  const middle = Float64Array.of(0, 0, 1, 0, 2, 0, 9, 0);
  /** @type {any[]} */
  const marked = [];
  const bench = /** @type {any} */ ({ cells: { middle }, highlight: (/** @type {any} */ cells) => marked.push(cells), emit: () => {} });
  const hand = new Hand(bench, () => {});
  hand.shares = { ...SHARES, legend: ["a", "b", "c"].map((official, code) => ({ code, official, label: "" })), codes: Int32Array.of(0, 1, 1, 2), pairs: new Int32Array(0) };
  hand.burdens = new Map([burden("a", 9, 10), burden("b", 8, 10), burden("c", 1, 10)].map((each) => [each.official, each]));
  hand.from = "a";
  hand.groups = [["x", 6], ["y", 3]].map(([key, households]) => ({ key, kind: "household", name: "", at: null, households, pinned: 0, cells: Uint32Array.of(0) }));
  hand.toggle(["x"]);
  assert.deepEqual(hand.takers().map(({ burden: { official }, then, over }) => [official, then, over]), [["c", 7, false], ["b", 14, true]]);
  hand.give("b");
  const { from, to } = hand.preview();
  assert.deepEqual([from?.now, from?.then, to?.now, to?.then, to?.over], [9, 3, 8, 14, true]);
  hand.toggle(["x", "y"]);
  assert.deepEqual(hand.takers().map(({ burden: { official } }) => official), ["c", "b"]);
  hand.give("a");
  assert.equal(hand.to, "b");
  hand.end();
  assert.equal(marked.at(-1), null);
});

test("a label of cells bounds them heavily, and a tier under it only as an area does", () => {
  const style = { ...plainStyle(3), tier: Int8Array.of(0, 1, 1), fills: [rgba("#ff0000"), rgba("#00ff00")], tintEdges: Int32Array.of(0, 0, 1), zoneBorder: rgba("#010101"), areaBorder: rgba("#020202"), cellBorder: rgba("#030303") };
  const ids = Int32Array.from({ length: 30 }, (_, x) => Math.floor(x / 10));
  const pixels = new Uint32Array(30);
  compose(pixels, ids, { width: 30, height: 1, scale: 1, x0: 0, y0: 0 }, style);
  const red = (/** @type {number} */ x) => pixels[x] & 255;
  assert.equal(red(9), 2);
  assert.equal(red(19), 1);
});
