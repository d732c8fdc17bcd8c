import assert from "node:assert/strict";
import test from "node:test";
import { CellIndex } from "../../gridmap/widget/js/grid/hit.js";
import { cellAt, cellsOf, crookedShapes, doMeet, edgesOf, isIn, numbersFrom, toEdge } from "./grid_world.mjs";

const shapes = crookedShapes();
const cells = cellsOf(shapes);
const index = new CellIndex(cells);
const random = numbersFrom(11);
const somewhere = () => [1300 * random() - 50, 800 * random() - 50];
const numbers = shapes.map((_, cell) => cell);
const middle = (cell) => [cells.middle[2 * cell], cells.middle[2 * cell + 1]];

/** The cells that an area touches: one of their edges comes to it, or one of the two lies in the other. */
function touching(area, isNear) {
  return numbers.filter((cell) => {
    const edges = edgesOf(shapes[cell]);
    return edges.some(([a, b]) => isNear(a, b)) || (edges.length && isIn(shapes[cell], area));
  });
}

const withMiddle = (holds) => numbers.filter((cell) => shapes[cell].length && holds(middle(cell)));

test("a point is in the first cell that holds it", () => {
  for (let i = 0; i < 4000; i++) {
    const point = i % 2 ? somewhere() : somewhere().map(Math.round);
    assert.equal(index.at(...point), cellAt(shapes, point), `${point}`);
  }
});

test("where cells overlap the one that ranks first is on top", () => {
  const backwards = Int32Array.from(numbers, (cell) => -cell);
  const ranked = new CellIndex(cells, backwards);
  const overlap = [400, 180];
  assert.equal(ranked.at(...overlap), Math.max(...numbers.filter((cell) => isIn(shapes[cell], overlap))));
  assert.notEqual(ranked.at(...overlap), index.at(...overlap));
  assert.equal(new CellIndex(cellsOf(shapes, backwards)).at(...overlap), ranked.at(...overlap));
});

test("every corner of a clean part is in exactly one of the cells around it", () => {
  const square = (x, y) => [[[x, y], [x + 10, y], [x + 10, y + 10], [x, y + 10]]];
  const four = new CellIndex(cellsOf([square(0, 0), square(10, 0), square(0, 10), square(10, 10)]));
  const counts = [0, 1, 2, 3].map((cell) => [[10, 10], [10, 5], [5, 10]].filter(([x, y]) => four.holds(cell, x, y)).length);
  assert.equal(counts.reduce((sum, count) => sum + count), 3);
});

test("a box meets what brute force finds", () => {
  for (let i = 0; i < 60; i++) {
    const [[x0, y0], [x1, y1]] = [somewhere(), somewhere()].map((point) => point.map(Math.round));
    const [west, east] = [Math.min(x0, x1), Math.max(x0, x1)];
    const [south, north] = [Math.min(y0, y1), Math.max(y0, y1)];
    const corners = [[west, south], [east, south], [east, north], [west, north]];
    const holds = ([x, y]) => x >= west && x <= east && y >= south && y <= north;
    const near = (a, b) => holds(a) || holds(b) || edgesOf([corners]).some(([c, d]) => doMeet(a, b, c, d));
    assert.deepEqual([...index.inBox(x0, y0, x1, y1)], touching([west, south], near));
    assert.deepEqual([...index.inBox(x1, y0, x0, y1, "middle")], withMiddle(holds));
  }
});

test("a polygon meets what brute force finds", () => {
  for (let i = 0; i < 60; i++) {
    const ring = Array.from({ length: 3 + (i % 9) }, (_, k, all = 3 + (i % 9)) => {
      const [angle, far] = [(2 * Math.PI * k) / all, 40 + 300 * random()];
      return [500 + far * Math.cos(angle), 350 + far * Math.sin(angle)];
    });
    const flat = Float64Array.from(ring.flat());
    const near = (a, b) => isIn([ring], a) || isIn([ring], b) || edgesOf([ring]).some(([c, d]) => doMeet(a, b, c, d));
    assert.deepEqual([...index.inPolygon(flat)], touching(ring[0], near));
    assert.deepEqual([...index.inPolygon(flat, "middle")], withMiddle((point) => isIn([ring], point)));
    assert.deepEqual(index.inPolygon([...flat, flat[0], flat[1]]), index.inPolygon(flat));
  }
});

test("a lasso that goes around a place twice holds it", () => {
  const ring = [[100, 100], [600, 100], [600, 600], [100, 600], [100, 100], [700, 90], [700, 700], [90, 700]];
  assert.ok([...index.inPolygon(ring.flat(), "middle")].includes(index.at(450, 450)));
});

test("a circle meets what brute force finds", () => {
  for (let i = 0; i < 80; i++) {
    const center = somewhere();
    const radius = i % 4 ? 200 * random() : 3;
    assert.deepEqual([...index.inCircle(...center, radius)], touching(center, (a, b) => toEdge(center, a, b) <= radius));
    const holds = ([x, y]) => Math.hypot(x - center[0], y - center[1]) <= radius;
    assert.deepEqual([...index.inCircle(...center, radius, "middle")], withMiddle(holds));
  }
});

test("a brush meets what brute force finds, and so does a point of it", () => {
  for (let i = 0; i < 80; i++) {
    const [from, to, radius] = [somewhere(), i % 5 ? somewhere() : null, 60 * random()];
    const end = to ?? from;
    const near = (a, b) => {
      const far = Math.min(toEdge(from, a, b), toEdge(end, a, b), toEdge(a, from, end), toEdge(b, from, end));
      return far <= radius || doMeet(from, end, a, b);
    };
    assert.deepEqual([...index.inCapsule(...from, ...end, radius)], touching(from, near));
  }
});

test("a shape inside one cell meets that cell, one that is nowhere meets none", () => {
  const [x, y] = middle(10);
  assert.deepEqual([...index.inBox(x, y, x + 1, y + 1)], [10]);
  assert.deepEqual([...index.inBox(x, y, x, y)], [10]);
  assert.deepEqual([...index.inCircle(x, y, 0)], [10]);
  assert.deepEqual([...index.inBox(5000, 5000, 6000, 6000)], []);
  assert.deepEqual([...index.inPolygon([])], []);
});

test("the middle of a cell lies inside it, where the cell is wider than a step of the lattice", () => {
  const horseshoe = [[[0, 0], [90, 0], [90, 90], [60, 90], [60, 30], [30, 30], [30, 90], [0, 90]]];
  const apart = [0, 200].map((y) => [[0, y], [10, y], [10, y + 10], [0, y + 10]]);
  const all = [horseshoe, apart, ...shapes];
  const bent = cellsOf(all);
  const needle = all.length - 1;
  all.forEach((rings, cell) => {
    if (rings.length && cell !== needle) assert.ok(isIn(rings, [bent.middle[2 * cell], bent.middle[2 * cell + 1]]), `cell ${cell}`);
  });
});

test("neighbours share a border, and a fill runs through those of a kind", () => {
  const strip = [0, 1, 2, 3, 4].map((i) => [[[10 * i, 0], [10 * i + 10, 0], [10 * i + 10, 10], [10 * i, 10]]]);
  const line = new CellIndex(cellsOf(strip));
  assert.deepEqual([...line.neighbours(0)], [1]);
  assert.deepEqual([...line.neighbours(2)], [1, 3]);
  const kinds = [0, 0, 0, 1, 0];
  assert.deepEqual([...line.flood(1, (cell) => kinds[cell] === 0)], [0, 1, 2]);
  assert.deepEqual([...line.flood(3, (cell) => kinds[cell] === 0)], []);
  assert.deepEqual([...line.flood(-1, () => true)], []);
});

test("no cells answer to nothing", () => {
  const none = new CellIndex(cellsOf([]));
  assert.equal(none.at(0, 0), -1);
  assert.deepEqual([...none.inBox(-9, -9, 9, 9)], []);
});
