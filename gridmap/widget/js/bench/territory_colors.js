/** Colours for very many territories. */

const GOLDEN_ANGLE = 137.508;

/**
 * Colours for so many territories, neighbours in the list far apart in hue, and none as strong as those of the tiers.
 * @param {number} count
 * @returns {string[]}
 */
export function territoryColors(count) {
  return Array.from({ length: count }, (_, place) => hex((place * GOLDEN_ANGLE + 200) % 360, 0.42, [0.62, 0.74, 0.5][place % 3]));
}

/**
 * A colour by hue (degrees), saturation and lightness (shares of one).
 * @param {number} hue
 * @param {number} saturation
 * @param {number} lightness
 */
function hex(hue, saturation, lightness) {
  const spread = saturation * Math.min(lightness, 1 - lightness);
  const part = (/** @type {number} */ n) => {
    const k = (n + hue / 30) % 12;
    const value = lightness - spread * Math.max(-1, Math.min(k - 3, 9 - k, 1));
    return Math.round(255 * value).toString(16).padStart(2, "0");
  };
  return `#${part(0)}${part(8)}${part(4)}`;
}
