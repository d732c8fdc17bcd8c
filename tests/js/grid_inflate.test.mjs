import assert from "node:assert/strict";
import test from "node:test";
import zlib from "node:zlib";
import { inflate } from "../../gridmap/widget/js/grid/inflate.js";
import { numbersFrom } from "./grid_world.mjs";

const random = numbersFrom(2);
const samples = {
  nothing: Buffer.alloc(0),
  "one byte": Buffer.from([7]),
  text: Buffer.from("不漏一户、不遗一人。".repeat(400)),
  noise: Buffer.from(Array.from({ length: 90_000 }, () => Math.floor(256 * random()))),
  "small numbers": Buffer.from(Array.from({ length: 300_000 }, () => Math.floor(random() ** 4 * 60))),
  zeros: Buffer.alloc(100_000),
};
const { Z_DEFAULT_STRATEGY, Z_HUFFMAN_ONLY, Z_FIXED } = zlib.constants;

for (const [name, plain] of Object.entries(samples)) {
  test(`${name} comes out as it went in, however it was packed`, () => {
    for (const strategy of [Z_DEFAULT_STRATEGY, Z_HUFFMAN_ONLY, Z_FIXED]) {
      for (const level of [0, 1, 9]) {
        assert.ok(plain.equals(inflate(zlib.deflateSync(plain, { level, strategy }))), `level ${level}, strategy ${strategy}`);
      }
    }
  });
}

test("what is cut off or not packed at all is refused", () => {
  const packed = zlib.deflateSync(samples.noise);
  assert.throws(() => inflate(packed.subarray(0, 5000)), /damaged/);
  assert.throws(() => inflate(samples.text), /damaged/);
});
