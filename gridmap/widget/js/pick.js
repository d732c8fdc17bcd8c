/** Which feature lies under a point, and which features a text names: plain geometry and text, no page. */

/** @typedef {import("./scene.js").Feature} Feature */
/** @typedef {import("./scene.js").LonLat} LonLat */
/** @typedef {{west: number, south: number, east: number, north: number}} Box */

/**
 * @param {LonLat[]} ring
 * @param {LonLat} point
 */
function isInRing(ring, [x, y]) {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [x1, y1] = ring[i];
    const [x2, y2] = ring[j];
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside;
  }
  return inside;
}

/**
 * Does the point lie in one of the polygons, and in none of its holes?
 * @param {LonLat[][][]} polygons
 * @param {LonLat} point
 */
export function isInside(polygons, point) {
  return polygons.some(([outer, ...holes]) => isInRing(outer, point) && !holes.some((hole) => isInRing(hole, point)));
}

/**
 * The box around a feature, or null where it has no place.
 * @param {Feature} feature
 * @returns {Box | null}
 */
export function boxOf(feature) {
  const points = (feature.polygons ?? []).flatMap(([outer]) => outer).concat(...(feature.lines ?? []));
  if (!points.length && feature.label_at) points.push(feature.label_at);
  if (!points.length) return null;
  const box = { west: Infinity, south: Infinity, east: -Infinity, north: -Infinity };
  for (const [lon, lat] of points) {
    box.west = Math.min(box.west, lon);
    box.east = Math.max(box.east, lon);
    box.south = Math.min(box.south, lat);
    box.north = Math.max(box.north, lat);
  }
  return box;
}

/**
 * The topmost feature that has something to say at a point; `boxed` is in drawing order, so the last one is on top.
 * @param {{feature: Feature, box: Box | null}[]} boxed
 * @param {LonLat} point
 */
export function featureAt(boxed, point) {
  const [lon, lat] = point;
  for (let i = boxed.length - 1; i >= 0; i--) {
    const { feature, box } = boxed[i];
    if (!box || lon < box.west || lon > box.east || lat < box.south || lat > box.north) continue;
    if ((feature.title || feature.rows?.length) && isInside(feature.polygons ?? [], point)) return feature;
  }
  return null;
}

/**
 * A text without what people type now so, now so: width, case and spaces.
 * @param {string} text
 */
function plain(text) {
  return text.normalize("NFKC").toLowerCase().replace(/\s+/g, "");
}

/**
 * Do the letters of a text come in a name in this order, as those of 枫南3幢 do in 枫南新村3幢?
 * @param {string} name
 * @param {string} text
 */
function holdsInOrder(name, text) {
  let from = 0;
  for (const letter of text) {
    from = name.indexOf(letter, from) + 1;
    if (!from) return false;
  }
  return true;
}

/**
 * @param {import("./places.js").Place} place
 * @returns {Feature}
 */
function featureOfPlace({ name, zones, at }) {
  return { kind: "place", title: name, zones, label_at: at };
}

/**
 * What can be found by name; its feature is made when it is chosen.
 * @typedef {object} Named
 * @property {string} name  what is searched
 * @property {string} shown
 * @property {() => Feature} feature
 */

/**
 * All that has a name: features, then the places of a scene, then the cells of a grid.
 * @param {{boxed: {feature: Feature}[], coverage: import("./coverage.js").Coverage | null}[]} layers
 * @param {import("./places.js").Place[]} [places]
 * @returns {Named[]}
 */
export function namedIn(layers, places = []) {
  const features = layers.flatMap(({ boxed }) => boxed.map(({ feature }) => feature));
  const found = features.filter(({ title, label }) => title || label).map((feature) => {
    const { title = "", label = "" } = feature;
    return { name: plain(`${title} ${label}`), shown: title || label, feature: () => feature };
  });
  for (const place of places) found.push({ name: plain(place.name), shown: place.name, feature: () => featureOfPlace(place) });
  for (const { coverage } of layers) {
    coverage?.names.forEach((name, cell) => name && found.push({ name: plain(name), shown: name, feature: () => coverage.featureOf(cell) }));
  }
  return found;
}

const SHORTEST_WITHIN = 2; // a name of one letter is in every address

/**
 * What a text names: first what begins with it, then what holds it, else what holds its letters in order,
 * else what is named within it, the longest first: people write their whole address, down to the room.
 * @param {Named[]} named
 * @param {string} text
 * @param {number} limit
 */
export function findNamed(named, text, limit) {
  const wanted = plain(text);
  if (!wanted) return [];
  const first = named.filter(({ name }) => name.startsWith(wanted));
  if (first.length >= limit) return first.slice(0, limit);
  const later = named.filter(({ name }) => !name.startsWith(wanted) && name.includes(wanted));
  if (first.length || later.length) return [...first, ...later].slice(0, limit);
  const loose = named.filter(({ name }) => holdsInOrder(name, wanted));
  if (loose.length) return loose.sort((one, other) => one.name.length - other.name.length).slice(0, limit);
  const within = named.filter(({ name }) => name.length >= SHORTEST_WITHIN && wanted.includes(name));
  return within.sort((one, other) => other.name.length - one.name.length).slice(0, limit);
}

/**
 * Which boxes to show so that none covers another; an earlier box wins.
 * @param {{left: number, top: number, right: number, bottom: number}[]} boxes  in pixels
 * @returns {boolean[]}
 */
export function withoutOverlap(boxes) {
  /** @type {typeof boxes} */
  const taken = [];
  return boxes.map((box) => {
    const free = taken.every((o) => box.right <= o.left || box.left >= o.right || box.bottom <= o.top || box.top >= o.bottom);
    if (free) taken.push(box);
    return free;
  });
}
