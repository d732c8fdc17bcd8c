import assert from "node:assert/strict";
import test from "node:test";
import { anchors } from "../../gridmap/widget/js/bench/anchors.js";
import { keyName } from "../../gridmap/widget/js/bench/keys.js";
import { shortened } from "../../gridmap/widget/js/bench/lettering.js";
import { Places } from "../../gridmap/widget/js/bench/places.js";
import { luminance } from "../../gridmap/widget/js/bench/theme.js";
import { nearestLine } from "../../gridmap/widget/js/bench/tools_enclose.js";
import { rounded } from "../../gridmap/widget/js/bench/tools_ring.js";
import { cellsOf } from "./grid_world.mjs";
import { formatted, WORDS_MAP } from "../../gridmap/widget/js/bench/words_map.js";

const key = (name, held = {}) => keyName({ key: name, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held });

test("a key is named with what is held, and Shift only where it is not part of the character", () => {
  assert.equal(key("Z", { ctrlKey: true, shiftKey: true }), "Ctrl+Shift+z");
  assert.equal(key("s", { metaKey: true }), "Ctrl+s");
  assert.equal(key("?", { shiftKey: true }), "?");
  assert.equal(key("B"), "b");
  assert.equal(key("ArrowUp", { altKey: true }), "Alt+ArrowUp");
});

test("the areas over a cell, and the cells below an area", () => {
  const areas = [
    { id: "county", name: "County", level: "county", parent: -1 },
    { id: "v1", name: "East", level: "village", parent: 0 },
    { id: "v2", name: "West", level: "village", parent: 0 },
  ];
  const places = new Places(areas, Int32Array.of(1, 2, 1, -1));
  assert.deepEqual(places.path(0).map(({ id }) => id), ["county", "v1"]);
  assert.deepEqual(places.path(3), []);
  assert.deepEqual([...places.ofLevel("village")], [1, 2, 1, -1]);
  assert.deepEqual([...places.ofLevel("county")], [0, 0, 0, -1]);
  assert.deepEqual([...places.cellsOf(1)], [0, 2]);
  assert.deepEqual([...places.cellsOf(0)], [0, 1, 2]);
});

test("a name stands in the cell nearest to the middle of its cells", () => {
  const square = (/** @type {number} */ x, /** @type {number} */ y) => [[[x, y], [x + 10, y], [x + 10, y + 10], [x, y + 10]]];
  const cells = cellsOf([square(0, 0), square(10, 0), square(20, 0), square(95, 95)]);
  const found = anchors(cells, [3, 3, 3, -1]);
  assert.deepEqual([...found.keys()], [3]);
  assert.deepEqual([found.get(3).x, found.get(3).y], [15, 5]);
  assert.equal(found.get(3).size, Math.sqrt(30 * 10));
});

test("the nearest boundary within reach", () => {
  const boundaries = [{ id: "road", lines: [[0, 0, 10, 0]] }, { id: "river", lines: [[0, 5, 10, 5], [20, 0, 20, 9]] }];
  assert.equal(nearestLine(boundaries, [4, 1], 2), "road");
  assert.equal(nearestLine(boundaries, [19, 4], 2), "river");
  assert.equal(nearestLine(boundaries, [4, 2.5], 2), "");
  assert.equal(nearestLine([...boundaries, { ...boundaries[0], id: "border" }], [4, 1], 2), "road");
});

test("a dragged radius is a length that reads well", () => {
  assert.deepEqual([2, 87, 512, 3012, 14_930].map(rounded), [5, 85, 510, 3000, 14_900]);
});

test("a long name is cut on the map, between characters", () => {
  assert.equal(shortened("梧陌家园"), "梧陌家园");
  assert.equal(shortened("一".repeat(24)), "一".repeat(24));
  assert.equal(shortened("𠮷".repeat(25)), `${"𠮷".repeat(23)}…`);
});

test("a clear ground is neither light nor dark", () => {
  assert.equal(luminance("rgba(0, 0, 0, 0)"), null);
  assert.equal(luminance("rgb(255, 255, 255)"), 1);
  assert.ok(luminance("rgb(17, 17, 17)") < 0.1);
});

test("every word of the map is there in both languages, with the same values", () => {
  const values = (text) => [...text.matchAll(/\{\w+\}/g)].map(([value]) => value).sort();
  for (const [name, [zh, en]] of Object.entries(WORDS_MAP)) {
    assert.ok(zh && en, name);
    assert.deepEqual(values(zh), values(en), name);
  }
  assert.equal(formatted("{count} of {total}", { count: 3 }), "3 of {total}");
});
