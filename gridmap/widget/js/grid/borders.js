/** The borders of cells, out of the bytes in which they travel. */
import { unzlibSync } from "fflate";

const [MAGIC, PLAIN_MAGIC] = ["GMC1", "GMP1"].map((letters) => [...new TextEncoder().encode(letters)]);

/**
 * @typedef {object} Borders
 * @property {Int32Array} xs
 * @property {Int32Array} ys
 * @property {Uint32Array} first
 * @property {Int32Array} left
 * @property {Int32Array} right
 */

/**
 * @param {number} arcs  how many there are
 * @param {Uint8Array} bytes  the data of EncodedCells of gridmap/core/encode.py, or those not compressed; or plain varints
 * @param {Int32Array} [sides]  of plain ones
 * @returns {Borders}
 */
export function bordersOf(arcs, bytes, sides = new Int32Array(2 * arcs)) {
  if (begins(bytes, MAGIC)) return unpackBorders(unzlibSync(bytes.subarray(MAGIC.length)), arcs);
  if (begins(bytes, PLAIN_MAGIC)) return unpackBorders(bytes.subarray(PLAIN_MAGIC.length), arcs);
  return plainBorders(bytes, arcs, sides);
}

/**
 * @param {Uint8Array} bytes
 * @param {number[]} letters
 */
function begins(bytes, letters) {
  return letters.every((letter, i) => bytes[i] === letter);
}

/**
 * Whole numbers of seven bits a byte, the lowest first; even ones stand for numbers from 0 up.
 */
class Varints {
  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  /** How many numbers there are. */
  count() {
    const { bytes } = this;
    let count = 0;
    for (let i = 0; i < bytes.length; i++) count += 1 - (bytes[i] >> 7);
    return count;
  }

  next() {
    const { bytes } = this;
    let byte = bytes[this.at++];
    let value = byte & 127;
    for (let shift = 7; byte > 127; shift += 7) {
      byte = bytes[this.at++];
      value |= (byte & 127) << shift;
    }
    return (value >>> 1) ^ -(value & 1);
  }
}

/**
 * @param {Uint8Array} bytes
 * @param {number} arcs
 * @returns {Borders}
 */
function unpackBorders(bytes, arcs) {
  const numbers = new Varints(bytes);
  const left = new Int32Array(arcs);
  const right = new Int32Array(arcs);
  const first = new Uint32Array(arcs + 1);
  for (let arc = 0, cell = 0; arc < arcs; arc++) left[arc] = cell += numbers.next();
  for (let arc = 0; arc < arcs; arc++) right[arc] = left[arc] + numbers.next();
  for (let arc = 0; arc < arcs; arc++) first[arc + 1] = first[arc] + numbers.next() + 2;
  const xs = new Int32Array(first[arcs]);
  const ys = new Int32Array(first[arcs]);
  readEnds(numbers, xs, ys, first);
  for (let arc = 0; arc < arcs; arc++) {
    const last = first[arc + 1] - 1;
    for (let i = first[arc] + 1; i < last; i++) {
      const edges = last - i + 1;
      xs[i] = paced(xs[i - 1], xs[last], edges) + numbers.next();
      ys[i] = paced(ys[i - 1], ys[last], edges) + numbers.next();
    }
  }
  return { xs, ys, first, left, right };
}

/**
 * Where an even pace leads from a vertex towards the end of its border.
 * @param {number} before
 * @param {number} end
 * @param {number} edges  how many there are from one to the other
 */
function paced(before, end, edges) {
  return before + Math.floor((2 * (end - before) + edges) / (2 * edges));
}

/**
 * Place the ends of all arcs: each is a new node, or one of those that came before.
 * @param {Varints} numbers
 * @param {Int32Array} xs
 * @param {Int32Array} ys
 * @param {Uint32Array} first
 */
function readEnds(numbers, xs, ys, first) {
  const ends = 2 * (first.length - 1);
  const nodes = new Int32Array(ends);
  let known = 0;
  for (let end = 0; end < ends; end++) {
    const since = numbers.next();
    nodes[end] = since ? known - since : known++;
  }
  const nodeX = new Int32Array(known);
  const nodeY = new Int32Array(known);
  known = 0;
  for (let end = 0, x = 0, y = 0; end < ends; end++) {
    const node = nodes[end];
    if (node === known) {
      nodeX[node] = x + numbers.next();
      nodeY[node] = y + numbers.next();
      known++;
    }
    x = nodeX[node];
    y = nodeY[node];
    const vertex = end & 1 ? first[(end >> 1) + 1] - 1 : first[end >> 1];
    xs[vertex] = x;
    ys[vertex] = y;
  }
}

/**
 * For each arc the number of its vertices, then the steps in x and y from vertex to vertex through all arcs.
 * @param {Uint8Array} bytes
 * @param {number} arcs
 * @param {Int32Array} sides
 * @returns {Borders}
 */
function plainBorders(bytes, arcs, sides) {
  const numbers = new Varints(bytes);
  const xs = new Int32Array(Math.max(0, (numbers.count() - arcs) >> 1));
  const ys = new Int32Array(xs.length);
  const first = new Uint32Array(arcs + 1);
  let vertex = 0;
  let x = 0;
  let y = 0;
  for (let arc = 0; arc < arcs; arc++) {
    for (let more = numbers.next(); more > 0; more--) {
      xs[vertex] = x += numbers.next();
      ys[vertex++] = y += numbers.next();
    }
    first[arc + 1] = vertex;
  }
  const left = Int32Array.from({ length: arcs }, (_, arc) => sides[2 * arc]);
  const right = Int32Array.from({ length: arcs }, (_, arc) => sides[2 * arc + 1]);
  return { xs, ys, first, left, right };
}
