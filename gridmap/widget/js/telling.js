/** What a feature tells when it is chosen: its own rows, after the tier it is under and the measures there. */
import { featureAt } from "./pick.js";
import { safeColor } from "./scene.js";

/** @typedef {import("./scene.js").Feature} Feature */

/**
 * A function that adds to a feature the tiers it lies in, with their measures.
 * @param {import("./scene.js").Scene} scene
 * @param {import("./layers.js").DrawnLayer[]} layers
 * @param {ReturnType<typeof import("./words.js").wordsOf>} words
 * @returns {(feature: Feature) => Feature}
 */
export function telling({ legend = [] }, layers, words) {
  const boxed = layers.flatMap((layer) => layer.boxed).filter(({ feature }) => feature.tier);
  /** @type {Map<string, Feature>} */
  const byLabel = new Map(boxed.map(({ feature }) => [feature.label ?? "", feature]));

  /** @type {(feature: Feature) => (Feature | null | undefined)[]} */
  const zonesOf = (feature) => {
    if (feature.tier) return [feature];
    if (feature.kind === "place") return (feature.zones ?? []).map((label) => (label ? byLabel.get(label) : null));
    return feature.kind === "cell" && feature.label_at ? [featureAt(boxed, feature.label_at)] : [];
  };

  return (feature) => {
    const zones = zonesOf(feature);
    if (!zones.length) return feature;
    /** @type {import("./scene.js").Row[]} */
    const rows = [];
    const tiers = [];
    for (const entry of legend) {
      const inside = zones.filter((zone) => zone?.tier === entry.tier);
      if (!inside.length) continue;
      tiers.push({ label: entry.label, color: safeColor(entry.color) });
      const names = inside.map((zone) => zone?.title || zone?.label || "").join(words.between);
      if (!feature.tier) rows.push([entry.label, names]);
      if (entry.measures?.length) rows.push([words.measures, entry.measures.join(words.between)]);
    }
    if (zones.some((zone) => !zone)) tiers.push({ label: words.nowhere });
    return { ...feature, tiers, rows: [...(feature.tier ? (feature.rows ?? []) : []), ...rows] };
  };
}
