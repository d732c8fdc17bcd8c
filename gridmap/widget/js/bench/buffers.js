/** Buffers of messages as arrays of numbers and lists of texts. */
import { unzlibSync } from "fflate";

/** @typedef {import("./messages.js").Buffer} Buffer */

/**
 * A copy of its own, because a buffer of a message may begin at any byte.
 * @param {Buffer} buffer
 * @returns {ArrayBuffer}
 */
export function ownBytes(buffer) {
  if (buffer instanceof ArrayBuffer) return buffer;
  return /** @type {ArrayBuffer} */ (buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + buffer.byteLength));
}

/** @param {Buffer} buffer */
export const int8 = (buffer) => new Int8Array(ownBytes(buffer));
/** @param {Buffer} buffer */
export const uint8 = (buffer) => new Uint8Array(ownBytes(buffer));
/** @param {Buffer} buffer */
export const int32 = (buffer) => new Int32Array(ownBytes(buffer));
/** @param {Buffer} buffer */
export const uint32 = (buffer) => new Uint32Array(ownBytes(buffer));
/** @param {Buffer} buffer */
export const float32 = (buffer) => new Float32Array(ownBytes(buffer));

/**
 * Texts, one a line, as zlib packs them.
 * @param {Buffer} buffer
 * @returns {string[]}
 */
export function texts(buffer) {
  return new TextDecoder().decode(unzlibSync(uint8(buffer))).split("\n");
}
