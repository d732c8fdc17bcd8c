/** What the map shows: a button over the map that opens the list of layers. */
import { html } from "../dom.js";
import { icon, iconButton, say } from "./icons.js";
import { territoryGhost } from "./duty_ghosts.js";
import { sharesOf } from "./hand.js";
import { ASKED, AWAY } from "./overlays.js";

/** @typedef {import("./state.js").Bench} Bench */

const LAYERS = ["zones", "cells", "areas", "labels", "carve", "households", "cases", "happened", "sites", "basemap"];

/**
 * @param {Bench} bench
 * @returns {HTMLElement}
 */
export function layerList(bench) {
  const button = iconButton("layers", () => open(list.hidden), "gm-on-map");
  button.setAttribute("aria-expanded", "false");
  const list = html("div", { class: "gm-layers", role: "group" });
  list.hidden = true;
  const element = html("div", { class: "gm-layers-place gm-over-map" }, [button, list]);

  /** @param {boolean} isOpen */
  const open = (isOpen) => {
    list.hidden = !isOpen;
    button.setAttribute("aria-expanded", String(isOpen));
  };
  const build = () => {
    say(button, bench.word("layers"));
    list.setAttribute("aria-label", bench.word("layers"));
    const shown = LAYERS.filter((layer) => layer !== "basemap" || bench.hello?.basemap);
    list.replaceChildren(html("h3", {}, [bench.word("layers")]), ...shown.map((layer) => layerSwitch(bench, layer)), territories(bench));
  };
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || list.hidden) return;
    event.stopPropagation();
    open(false);
    button.focus();
  });
  element.addEventListener("focusout", (event) => {
    if (event.relatedTarget instanceof Node && !element.contains(event.relatedTarget)) open(false);
  });
  bench.on("lang", build);
  bench.on("hello", build);
  build();
  return element;
}

/**
 * @param {Bench} bench
 * @param {string} layer
 */
function layerSwitch(bench, layer) {
  const box = html("input", { type: "checkbox", value: layer });
  box.checked = bench.ui.layers[layer];
  box.addEventListener("change", () => bench.showLayer(layer, box.checked));
  const note = layer === "households" ? [html("small", {}, [bench.word("from_zoom")])] : layer === "happened" ? [happenedKey(bench)] : [];
  return html("label", { class: "gm-layer" }, [box, html("span", {}, [bench.word(`layer_${layer}`)]), ...note]);
}

/** What the discs say. @param {Bench} bench */
function happenedKey(bench) {
  const colors = /** @type {[string, string][]} */ ([["happened_away", AWAY], ["happened_asked", ASKED]]);
  return html("small", {}, colors.flatMap(([word, color]) => [html("i", { class: "gm-disc", style: `background:${color}` }), bench.word(word)]));
}

/**
 * The territories of the officials of one role, laid over the map.
 * @param {Bench} bench
 */
function territories(bench) {
  const roles = bench.hello?.roles ?? [];
  const select = html("select", {}, [
    html("option", { value: "" }, [bench.word("no_territories")]),
    ...roles.map((role) => html("option", { value: role.id }, [bench.text(role)])),
  ]);
  select.addEventListener("change", async () => {
    if (!select.value) return bench.ghost(null);
    const role = roles.find(({ id }) => id === select.value);
    try {
      const answer = await bench.ask("territories", { role: select.value });
      return bench.ghost(territoryGhost(sharesOf(answer), `${bench.word("territories_of")}: ${bench.text(role)}`));
    } catch (refusal) {
      select.value = "";
      return bench.complain(refusal);
    }
  });
  bench.on("ghost", (ghost) => {
    if (!ghost) select.value = "";
  });
  const label = html("label", { class: "gm-layer gm-territories" }, [icon("zone", 16), html("span", {}, [bench.word("territories_of")]), select]);
  label.hidden = !roles.length;
  return label;
}
