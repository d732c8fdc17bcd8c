import assert from "node:assert/strict";
import test from "node:test";
import { zlibSync } from "fflate";
import { readPlaces } from "../../gridmap/widget/js/places.js";
import { readShapes } from "../../gridmap/widget/js/shapes.js";

const packed = (bytes) => Buffer.from(zlibSync(Uint8Array.from(bytes))).toString("base64");

test("a building follows its compound, and lies so many steps from the line before", () => {
  const text = "\t枫南新村\t0\t0\t0\n+\t3幢\t1\t2\t-1\n\t北汇浜\t0\t0\t1";
  const lines = packed(Buffer.from(text));
  const places = readPlaces({ zones: [["C-1", ""], ["S-1"]], origin: [100, 50], step: 1, lines });
  assert.deepEqual(places, [
    { name: "枫南新村", zones: ["C-1", ""], at: [100, 50] },
    { name: "枫南新村 3幢", zones: ["S-1"], at: [102, 49] },
    { name: "北汇浜", zones: ["C-1", ""], at: [102, 50] },
  ]);
  assert.deepEqual(readPlaces(null), []);
});

test("polygons are read ring by ring, and a zone may have none", () => {
  // Two features: one polygon of one ring of three vertices (1,2) (1,-98) (0,-98); and none.
  const data = packed([2, 0, 2, 6, 2, 4, 0, 199, 1, 1, 0]);
  assert.deepEqual(readShapes({ step: 1, data }, 2), [[[[[1, 2], [1, -98], [0, -98]]]], []]);
});
