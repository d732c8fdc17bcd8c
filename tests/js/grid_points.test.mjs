import assert from "node:assert/strict";
import test from "node:test";
import { Points } from "../../gridmap/widget/js/grid/points.js";
import { numbersFrom } from "./grid_world.mjs";

const random = numbersFrom(5);
const COUNT = 3000;
const xs = Int32Array.from({ length: COUNT }, () => Math.floor(1000 * random()));
const ys = Int32Array.from({ length: COUNT }, () => Math.floor(700 * random()));
const cells = Uint32Array.from(xs, (_, i) => i % 7);

function fed(...ends) {
  const points = new Points(ends[0]);
  ends.forEach((end, i) => {
    const begin = i ? ends[i - 1] : 0;
    points.add(xs.subarray(begin, end), ys.subarray(begin, end), cells.subarray(begin, end));
  });
  return points;
}

/** A canvas that remembers the dots. */
function canvas() {
  const dots = [];
  return { dots, save() {}, restore() {}, setTransform() {}, fillRect: (x, y, width) => dots.push([x, y].map((edge) => Math.floor(edge + width / 2))) };
}

test("the nearest point is what brute force finds, and none is one that lies too far", () => {
  const points = fed(1000, 1700, COUNT);
  for (let i = 0; i < 300; i++) {
    const [x, y, r] = [1200 * random() - 100, 900 * random() - 100, 60 * random()];
    const far = Array.from(xs, (at, k) => Math.hypot(at - x, ys[k] - y));
    const least = Math.min(...far);
    assert.equal(points.nearest(x, y, r), least <= r ? far.indexOf(least) : -1);
  }
});

test("what is fed in parts is all there, each with its cell", () => {
  const points = fed(10, 2000, COUNT);
  assert.equal(points.size, COUNT);
  assert.deepEqual(points.cells.subarray(0, COUNT), cells);
});

test("points in view are drawn where they lie, and none of the others", () => {
  const points = fed(COUNT);
  const view = { width: 300, height: 200, scale: 2, x0: 200, y0: 400 };
  const inside = Array.from(xs, (x, i) => [x, ys[i]]).filter(([x, y]) => x >= 200 && x <= 350 && y <= 400 && y >= 300);
  const ctx = canvas();
  assert.equal(points.draw(ctx, view, { color: "#000" }), inside.length);
  const wanted = inside.map(([x, y]) => [2 * (x - 200), 2 * (400 - y)].join()).sort();
  assert.deepEqual(ctx.dots.map((dot) => dot.join()).sort(), wanted);
  assert.ok(points.countIn(view) >= inside.length);
});

test("too many points are not drawn", () => {
  const ctx = canvas();
  assert.equal(fed(COUNT).draw(ctx, { width: 1000, height: 700, scale: 1, x0: 0, y0: 700 }, { color: "#000", most: 2999 }), 0);
  assert.deepEqual(ctx.dots, []);
});

test("no points are nowhere", () => {
  const none = new Points();
  assert.equal(none.nearest(0, 0, 1e9), -1);
  assert.equal(none.draw(canvas(), { width: 9, height: 9, scale: 1, x0: 0, y0: 0 }, { color: "#000" }), 0);
});
