/**
 * Unpack what zlib packed (RFC 1950 and 1951), at once: the browser's own way answers only later, and older
 * phones have none.
 */

const LENGTHS = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];
const DISTANCES = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289,
  16385, 24577,
];
const ORDER_OF_LENGTHS = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const HEADER_BYTES = 2;
const END_OF_BLOCK = 256;
const DAMAGED = "gridmap: packed data are damaged";

/** @param {number} code  @returns {number} */
const lengthBits = (code) => (code < 4 || code === 28 ? 0 : (code >> 2) - 1);
/** @param {number} code  @returns {number} */
const distanceBits = (code) => (code < 2 ? 0 : (code >> 1) - 1);

/**
 * @param {Uint8Array} bytes
 * @returns {Uint8Array}
 */
export function inflate(bytes) {
  if ((bytes[0] & 15) !== 8 || (bytes[0] * 256 + bytes[1]) % 31 || bytes[1] & 32) throw new Error(DAMAGED);
  const input = new Bits(bytes, HEADER_BYTES);
  const output = new Output(4 * bytes.length);
  for (let isLast = 0; !isLast; ) {
    isLast = input.take(1);
    const kind = input.take(2);
    if (kind === 0) copyStored(input, output);
    else if (kind === 1) inflateBlock(input, output, fixedCodes());
    else if (kind === 2) inflateBlock(input, output, readCodes(input));
    else throw new Error(DAMAGED);
  }
  return output.bytes.subarray(0, output.size);
}

/** The bits of bytes, the lowest first. */
class Bits {
  /**
   * @param {Uint8Array} bytes
   * @param {number} at
   */
  constructor(bytes, at) {
    this.bytes = bytes;
    this.at = at;
    this.held = 0;
    this.count = 0;
  }

  /** Hold at least so many bits, up to 24; beyond the end there are zeros. @param {number} count */
  need(count) {
    while (this.count < count) {
      if (this.at > this.bytes.length + 4) throw new Error(DAMAGED);
      this.held |= (this.bytes[this.at++] ?? 0) << this.count;
      this.count += 8;
    }
  }

  /** @param {number} count */
  take(count) {
    this.need(count);
    const value = this.held & ((1 << count) - 1);
    this.held >>>= count;
    this.count -= count;
    return value;
  }

  /** @param {Code} code */
  symbol({ table, longest }) {
    this.need(longest);
    const entry = table[this.held & ((1 << longest) - 1)];
    const length = entry & 15;
    if (!length) throw new Error(DAMAGED);
    this.held >>>= length;
    this.count -= length;
    return entry >> 4;
  }
}

class Output {
  /** @param {number} size */
  constructor(size) {
    this.bytes = new Uint8Array(Math.max(size, 1024));
    this.size = 0;
  }

  /** @param {number} more */
  makeRoom(more) {
    if (this.size + more <= this.bytes.length) return;
    const larger = new Uint8Array(2 * (this.size + more));
    larger.set(this.bytes);
    this.bytes = larger;
  }
}

/** @typedef {{table: Uint16Array, longest: number}} Code  symbol * 16 + length for each run of `longest` bits */

/**
 * @param {number[]} lengths  of the code of each symbol; 0 for a symbol that does not occur
 * @returns {Code}
 */
function codeOf(lengths) {
  const longest = Math.max(1, ...lengths);
  const table = new Uint16Array(1 << longest);
  let code = 0;
  for (let length = 1; length <= longest; length++) {
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      if (lengths[symbol] !== length) continue;
      let mirrored = 0;
      for (let bit = 0; bit < length; bit++) mirrored |= ((code >> bit) & 1) << (length - 1 - bit);
      for (let place = mirrored; place < table.length; place += 1 << length) table[place] = symbol * 16 + length;
      code++;
    }
    code <<= 1;
  }
  return { table, longest };
}

function fixedCodes() {
  const lengths = Array.from({ length: 288 }, (_, symbol) => (symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8));
  return { letters: codeOf(lengths), distances: codeOf(Array(30).fill(5)) };
}

/** @param {Bits} input */
function readCodes(input) {
  const letters = input.take(5) + 257;
  const distances = input.take(5) + 1;
  const count = input.take(4) + 4;
  /** @type {number[]} */
  const ofLengths = Array(19).fill(0);
  for (let i = 0; i < count; i++) ofLengths[ORDER_OF_LENGTHS[i]] = input.take(3);
  const code = codeOf(ofLengths);
  /** @type {number[]} */
  const lengths = [];
  while (lengths.length < letters + distances) {
    const symbol = input.symbol(code);
    if (symbol < 16) lengths.push(symbol);
    else if (symbol === 16) repeat(lengths, lengths[lengths.length - 1] ?? 0, 3 + input.take(2));
    else repeat(lengths, 0, symbol === 17 ? 3 + input.take(3) : 11 + input.take(7));
  }
  return { letters: codeOf(lengths.slice(0, letters)), distances: codeOf(lengths.slice(letters, letters + distances)) };
}

/**
 * @param {number[]} list
 * @param {number} value
 * @param {number} times
 */
function repeat(list, value, times) {
  for (let i = 0; i < times; i++) list.push(value);
}

/**
 * @param {Bits} input
 * @param {Output} output
 */
function copyStored(input, output) {
  input.take(input.count & 7);
  const size = input.take(16);
  input.take(16);
  output.makeRoom(size);
  for (let i = 0; i < size; i++) output.bytes[output.size++] = input.take(8);
}

/**
 * @param {Bits} input
 * @param {Output} output
 * @param {{letters: Code, distances: Code}} codes
 */
function inflateBlock(input, output, { letters, distances }) {
  for (;;) {
    copyLetters(input, output, letters);
    const symbol = input.symbol(letters);
    if (symbol === END_OF_BLOCK) return;
    output.makeRoom(258);
    if (symbol < END_OF_BLOCK) {
      output.bytes[output.size++] = symbol;
      continue;
    }
    const length = LENGTHS[symbol - 257] + input.take(lengthBits(symbol - 257));
    const far = input.symbol(distances);
    const from = output.size - DISTANCES[far] - input.take(distanceBits(far));
    if (!(from >= 0) || !(length > 0)) throw new Error(DAMAGED);
    const { bytes } = output;
    for (let i = 0; i < length; i++) bytes[output.size++] = bytes[from + i];
  }
}

/**
 * Copy plain bytes as long as nothing else comes and both ends are far: most of the time goes here.
 * @param {Bits} input
 * @param {Output} output
 * @param {Code} letters
 */
function copyLetters(input, output, { table, longest }) {
  const { bytes } = input;
  const safe = bytes.length - 4;
  const mask = (1 << longest) - 1;
  const target = output.bytes;
  let { at, held, count } = input;
  let { size } = output;
  while (at < safe && size < target.length) {
    while (count < longest) {
      held |= bytes[at++] << count;
      count += 8;
    }
    const entry = table[held & mask];
    const length = entry & 15;
    if (!length || entry >> 4 >= END_OF_BLOCK) break;
    held >>>= length;
    count -= length;
    target[size++] = entry >> 4;
  }
  Object.assign(input, { at, held, count });
  output.size = size;
}
