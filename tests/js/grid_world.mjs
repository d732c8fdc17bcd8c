/** Grids for the tests of the engine: rings of whole numbers in, and exact geometry by brute force to compare with. */
import { decodeCells } from "../../gridmap/widget/js/grid/cells.js";

/** The bytes of whole numbers, seven bits each, the lowest first. */
function varints(numbers) {
  const bytes = [];
  for (const number of numbers) {
    let rest = number < 0 ? -2 * number - 1 : 2 * number;
    for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest & 127) | 128);
    bytes.push(rest);
  }
  return Uint8Array.from(bytes);
}

/**
 * Cells of rings: every edge that two cells share, in one direction each, becomes one border of both.
 * @param {number[][][][]} shapes  for each cell its rings; outer ones run against the clock, holes with it
 * @param {Int32Array | null} [rank]
 */
export function cellsOf(shapes, rank = null) {
  const free = new Map();
  const borders = [];
  shapes.forEach((rings, cell) => {
    for (const ring of rings) {
      ring.forEach((from, i) => {
        const to = ring[(i + 1) % ring.length];
        const back = free.get(`${to} ${from}`)?.pop();
        if (back) back.right = cell;
        else {
          const border = { from, to, left: cell, right: -1 };
          borders.push(border);
          const key = `${from} ${to}`;
          free.set(key, [...(free.get(key) ?? []), border]);
        }
      });
    }
  });
  const numbers = [];
  let [x, y] = [0, 0];
  for (const { from, to } of borders) {
    numbers.push(2, from[0] - x, from[1] - y, to[0] - from[0], to[1] - from[1]);
    [x, y] = to;
  }
  const sides = Int32Array.from(borders.flatMap(({ left, right }) => [left, right]));
  const head = { n: shapes.length, origin: [0, 0], step: 0.1, arcs: borders.length };
  return decodeCells(head, { arcs: varints(numbers), sides, rank });
}

/** Numbers from 0 to 1 that look random and are the same in every run. */
export function numbersFrom(seed) {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

const [COLUMNS, ROWS, SIDE] = [9, 7, 100];

/**
 * A crooked coverage with all that makes trouble: a hole with another cell in it, a cell in two parts, a gap, an
 * overlap, a cell smaller than any pixel, and one that is nowhere wide.
 */
export function crookedShapes(seed = 7) {
  const random = numbersFrom(seed);
  const corners = Array.from({ length: COLUMNS + 1 }, (_, c) =>
    Array.from({ length: ROWS + 1 }, (_, r) => [SIDE * c + Math.floor(50 * random()), SIDE * r + Math.floor(50 * random())]),
  );
  const shapes = [];
  for (let c = 0; c < COLUMNS; c++) {
    for (let r = 0; r < ROWS; r++) {
      shapes.push([[corners[c][r], corners[c + 1][r], corners[c + 1][r + 1], corners[c][r + 1]]]);
    }
  }
  const [x, y] = corners[2][2];
  const hole = [[x + 40, y + 40], [x + 60, y + 42], [x + 57, y + 61], [x + 41, y + 58]];
  shapes[2 * ROWS + 2].push([...hole].reverse());
  shapes.push([hole]);
  shapes[0].push(shapes.pop()[0]); // the cell in the hole is a second part of the first cell
  shapes[3 * ROWS + 3] = []; // a gap
  shapes.push([[[333, 120], [520, 150], [500, 260], [340, 250]]]); // overlaps several
  const [fine, fineY] = corners[5][5];
  shapes.push([[[fine + 50, fineY + 50], [fine + 51, fineY + 50], [fine + 51, fineY + 51], [fine + 50, fineY + 51]]]);
  shapes.push([[[1200, 10], [1201, 690], [1200, 690]]]); // a needle
  return shapes;
}

/** Does a cell hold a point? Counts the edges that a ray to the east crosses, in whole numbers where they are given. */
export function isIn(rings, [x, y]) {
  let inside = false;
  for (const ring of rings) {
    ring.forEach(([ax, ay], i) => {
      const [bx, by] = ring[(i + 1) % ring.length];
      if (ay > y === by > y) return;
      const side = (bx - ax) * (y - ay) - (x - ax) * (by - ay);
      if (by > ay ? side > 0 : side < 0) inside = !inside;
    });
  }
  return inside;
}

/** The first cell that holds a point, `-1` for none. */
export function cellAt(shapes, point, order = shapes.map((_, cell) => cell)) {
  return order.find((cell) => isIn(shapes[cell], point)) ?? -1;
}

/** The distance from a point to an edge. */
export function toEdge([x, y], [ax, ay], [bx, by]) {
  const square = (bx - ax) ** 2 + (by - ay) ** 2;
  const share = square ? Math.min(1, Math.max(0, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / square)) : 0;
  return Math.hypot(ax + share * (bx - ax) - x, ay + share * (by - ay) - y);
}

/** Do two edges meet? By where they cross, not by the turns that the engine takes. */
export function doMeet(a, b, c, d) {
  const cross = (b[0] - a[0]) * (d[1] - c[1]) - (b[1] - a[1]) * (d[0] - c[0]);
  if (!cross) return Math.min(toEdge(a, c, d), toEdge(b, c, d), toEdge(c, a, b), toEdge(d, a, b)) === 0;
  const s = ((c[0] - a[0]) * (d[1] - c[1]) - (c[1] - a[1]) * (d[0] - c[0])) / cross;
  const t = ((c[0] - a[0]) * (b[1] - a[1]) - (c[1] - a[1]) * (b[0] - a[0])) / cross;
  return s >= 0 && s <= 1 && t >= 0 && t <= 1;
}

/** The edges of rings, as pairs of points. */
export function edgesOf(rings) {
  return rings.flatMap((ring) => ring.map((from, i) => [from, ring[(i + 1) % ring.length]]));
}
