/**
 * Areas that share their borders, each border written once: gridmap/core/encode.py writes what is read here.
 *
 * @typedef {[number, number]} LonLat
 *
 * @typedef {object} Packed
 * @property {string} data  base64; for each arc the number of its vertices, then the steps from vertex to vertex
 * @property {number} scale  steps to a degree
 */

/**
 * Whole numbers of seven bits a byte, the lowest first; even ones stand for numbers from 0 up.
 * @param {string} data
 */
function* numbersOf(data) {
  const bytes = atob(data);
  let value = 0;
  let weight = 1;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes.charCodeAt(i);
    value += (byte & 127) * weight;
    weight *= 128;
    if (byte < 128) {
      yield value % 2 ? -(value + 1) / 2 : value / 2;
      value = 0;
      weight = 1;
    }
  }
}

/**
 * @param {Packed} packed
 * @returns {LonLat[][]}
 */
export function unpackArcs({ data, scale }) {
  const numbers = numbersOf(data);
  const next = () => Number(numbers.next().value);
  /** @type {LonLat[][]} */
  const arcs = [];
  let x = 0;
  let y = 0;
  for (let { value, done } = numbers.next(); !done; { value, done } = numbers.next()) {
    /** @type {LonLat[]} */
    const arc = [];
    for (let left = Number(value); left > 0; left--) {
      x += next();
      y += next();
      arc.push([x / scale, y / scale]);
    }
    arcs.push(arc);
  }
  return arcs;
}

/**
 * The rings of a feature, closed; half-arc 2a runs along arc a, and 2a + 1 against it.
 * @param {number[][][]} polygons
 * @param {LonLat[][]} arcs
 * @returns {LonLat[][][]}
 */
export function polygonsOf(polygons, arcs) {
  return polygons.map((rings) =>
    rings.map((halves) => {
      const ring = halves.flatMap((half) => {
        const arc = arcs[half >> 1];
        return half % 2 ? arc.slice(1).reverse() : arc.slice(0, -1);
      });
      return [...ring, ring[0]];
    }),
  );
}
