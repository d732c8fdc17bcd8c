import assert from "node:assert/strict";
import test from "node:test";
import { compose, plainStyle, rgba } from "../../gridmap/widget/js/grid/compose.js";
import { fillIds } from "../../gridmap/widget/js/grid/raster.js";
import { rectOf } from "../../gridmap/widget/js/grid/rect.js";
import { cellAt, cellsOf, crookedShapes, isIn, numbersFrom } from "./grid_world.mjs";

const shapes = crookedShapes();
const cells = cellsOf(shapes);
const inView = (width, height, scale, x0, y0, ratio = 1) => ({ width, height, scale, x0, y0, ratio });

function filled(view, of = cells) {
  const ids = new Int32Array(view.width * view.height).fill(77);
  fillIds(of, view, ids);
  return ids;
}

const views = [
  inView(320, 200, 0.25, -30, 790),
  inView(211, 157, 0.16, -20, 800),
  inView(300, 300, 1.37, 210.3, 466.7), // the edges of the view cut cells
  inView(90, 60, 7.5, 395.1, 402.2), // inside a few cells
  inView(128, 128, 1, 0, 128), // pixel middles lie level with vertices or on them
];

for (const [i, view] of views.entries()) {
  test(`every pixel of view ${i} holds the cell under its middle, but for cells that have no other`, () => {
    const ids = filled(view);
    const pixels = new Map();
    for (const id of ids) pixels.set(id, (pixels.get(id) ?? 0) + 1);
    for (let p = 0; p < ids.length; p++) {
      const middle = [view.x0 + ((p % view.width) + 0.5) / view.scale, view.y0 - (Math.floor(p / view.width) + 0.5) / view.scale];
      const wanted = cellAt(shapes, middle);
      if (ids[p] !== wanted) assert.equal(pixels.get(ids[p]), 1, `pixel ${p} holds ${ids[p]}, not ${wanted}`);
    }
  });
}

test("no cell is missed, however small, where the middle of it is in view", () => {
  const tiny = Array.from({ length: 60 }, (_, i) => {
    const [x, y] = [37 * i, 11 * i];
    return [[[x, y], [x + 2, y], [x + 2, y + 2], [x, y + 2]]];
  });
  const ids = filled(inView(64, 64, 0.02, -40, 2500), cellsOf(tiny));
  const seen = new Set(ids);
  assert.deepEqual(tiny.map((_, cell) => cell).filter((cell) => !seen.has(cell)), []);
});

test("a cell that has one pixel only does not lose it to another", () => {
  const row = Array.from({ length: 8 }, (_, i) => [[[10 * i, 0], [10 * i + 10, 0], [10 * i + 10, 10], [10 * i, 10]]]);
  const speck = [[[34, 5], [35, 5], [35, 6], [34, 6]]]; // in the fourth cell, and after it in rank
  const ids = filled(inView(8, 3, 0.1, 0, 20), cellsOf([...row, speck]));
  assert.deepEqual([...new Set(ids)].sort((a, b) => a - b), [-1, 0, 1, 2, 3, 4, 5, 6, 7, 8]);
});

test("where cells overlap the one that ranks first is seen", () => {
  const backwards = Int32Array.from(shapes, (_, cell) => -cell);
  const view = views[0];
  const at = ([x, y]) => Math.floor((view.y0 - y) * view.scale) * view.width + Math.floor((x - view.x0) * view.scale);
  const overlap = [401, 181];
  const owners = shapes.map((_, cell) => cell).filter((cell) => isIn(shapes[cell], overlap));
  assert.ok(owners.length > 1);
  assert.equal(filled(view)[at(overlap)], owners[0]);
  assert.equal(filled(view, cellsOf(shapes, backwards))[at(overlap)], owners.at(-1));
});

test("no cells fill nothing", () => {
  assert.deepEqual([...new Set(filled(views[4], cellsOf([])))], [-1]);
});

/** A style with all that there is. */
function style() {
  const random = numbersFrom(3);
  const pick = (count) => shapes.map(() => Math.floor(count * random()));
  return {
    ...plainStyle(shapes.length),
    tier: Int8Array.from(pick(4), (tier) => tier - 1),
    zone: Int32Array.from(pick(5), (zone) => zone - 1),
    flags: Uint8Array.from(pick(8)),
    fills: [rgba("#b2182b", 0.6), rgba("#ef8a00", 0.45), rgba("#2166ac", 0.25)],
    patterns: ["cross", "diagonal", "dots"],
    areas: Int32Array.from(pick(2)),
    tint: Int8Array.from(pick(3), (code) => code - 1),
    tints: [rgba("#1a5fb4", 0.45), rgba("#26a269", 0.45)],
    tintPatterns: ["none", "diagonal"],
    highlight: Uint8Array.from(pick(2)),
    pending: Uint8Array.from(pick(2)),
  };
}

for (const ratio of [1, 2]) {
  test(`what is composed again is the same as a new picture, at ${ratio} pixels to a pixel`, () => {
    const random = numbersFrom(ratio);
    for (const base of views.slice(0, 4)) {
      const view = { ...base, ratio };
      const ids = filled(view);
      const shown = style();
      const pixels = new Uint32Array(ids.length);
      compose(pixels, ids, view, shown);
      for (let step = 0; step < 12; step++) {
        const changed = Array.from({ length: 1 + step }, () => Math.floor(shapes.length * random()));
        for (const cell of changed) {
          shown.tier[cell] = Math.floor(4 * random()) - 1;
          shown.zone[cell] = Math.floor(5 * random()) - 1;
          shown.flags[cell] ^= 1;
          shown.highlight[cell] ^= 1;
          shown.tint[cell] = -shown.tint[cell];
        }
        const rect = rectOf(cells, changed, view);
        if (rect) compose(pixels, ids, view, shown, rect);
        const anew = new Uint32Array(ids.length);
        compose(anew, ids, view, shown);
        assert.deepEqual(Buffer.from(pixels.buffer), Buffer.from(anew.buffer));
      }
    }
  });
}

test("a pattern keeps its place on the ground when the view moves by whole pixels", () => {
  const [one, other] = [inView(60, 60, 2, 400, 430), inView(60, 60, 2, 405, 425)]; // 10 pixels to the east and south
  const draw = (view) => {
    const pixels = new Uint32Array(3600);
    compose(pixels, filled(view), view, style());
    return pixels;
  };
  const [before, after] = [draw(one), draw(other)];
  for (let y = 12; y < 48; y++) for (let x = 12; x < 48; x++) assert.equal(after[y * 60 + x], before[(y + 10) * 60 + x + 10]);
});

test("zones are told apart by a line on both sides, cells by a thin one", () => {
  const square = (x) => [[[x, 0], [x + 10, 0], [x + 10, 10], [x, 10]]];
  const three = cellsOf([square(0), square(10), square(20)]);
  const view = inView(30, 10, 1, 0, 10);
  const shown = { ...plainStyle(3), tier: Int8Array.of(-1, -1, 0), fills: [rgba("#ff0000")], zoneBorder: rgba("#0000ff"), cellBorder: rgba("#00ff00") };
  shown.plain = rgba("#ffffff");
  const pixels = new Uint32Array(300);
  compose(pixels, filled(view, three), view, shown);
  const row = [...pixels.subarray(150, 180)].map((pixel) => ({ 0xffffffff: ".", 0xff0000ff: "R", 0xffff0000: "|", 0xff00ff00: "," })[pixel]);
  assert.equal(row.join(""), ".........,.........||RRRRRRRRR");
});

test("a colour covers another by its opacity, and nothing is transparent", () => {
  const one = cellsOf([[[[0, 0], [9, 0], [9, 9], [0, 9]]]]);
  const view = inView(12, 12, 1, 0, 10);
  const shown = { ...plainStyle(1), tier: Int8Array.of(0), fills: [[100, 0, 0, 255]], tint: Int8Array.of(0), tints: [[200, 0, 0, 51]] };
  const pixels = new Uint32Array(144);
  compose(pixels, filled(view, one), view, shown);
  assert.equal(pixels[5 * 12 + 4], 0xff000078); // 100 + a fifth of 100
  assert.equal(pixels[11 * 12 + 11], 0);
});
