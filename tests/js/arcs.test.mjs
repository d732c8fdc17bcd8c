import assert from "node:assert/strict";
import test from "node:test";
import { polygonsOf, unpackArcs } from "../../gridmap/widget/js/arcs.js";
import { unpacked } from "../../gridmap/widget/js/scene.js";

/** Bytes as base64, written by hand. */
const packed = (...bytes) => ({ data: Buffer.from(bytes).toString("base64"), scale: 10 });

test("steps add up from vertex to vertex and from arc to arc", () => {
  // two vertices: (0.2, -0.1), then a step of (-0.3, 6.4); one vertex: a step of (0.1, 0.1)
  const data = packed(4, 4, 1, 5, 128, 1, 2, 2, 2);
  assert.deepEqual(unpackArcs(data), [[[0.2, -0.1], [-0.1, 6.3]], [[0, 6.4]]]);
});

test("nothing is no arc", () => assert.deepEqual(unpackArcs(packed()), []));

test("a ring runs along its arcs and against them, and ends where it began", () => {
  const arcs = [[[0, 0], [1, 0], [1, 1]], [[0, 0], [0, 1], [1, 1]]];
  assert.deepEqual(polygonsOf([[[0, 3]]], arcs), [[[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]]);
});

test("a feature takes the style of its layer and keeps its own", () => {
  const layer = { id: "cells", label: "", style: { kind: "cell", weight: 1 }, features: [{ title: "a", weight: 2 }] };
  const [{ features }] = unpacked({ layers: [layer] }).layers;
  assert.deepEqual(features, [{ kind: "cell", weight: 2, title: "a", polygons: undefined }]);
});
