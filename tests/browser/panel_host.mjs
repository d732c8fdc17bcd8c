// A page with the panel beside a plain picture of the cells, for tests of the panel alone. What is asked of the
// map is kept in `window.seen`, the world that answers is `window.world`.
import { dialogs } from "../../gridmap/widget/js/bench/dialogs.js";
import { panel } from "../../gridmap/widget/js/bench/panel.js";
import { Bench } from "../../gridmap/widget/js/bench/state.js";
import { Strokes } from "../../gridmap/widget/js/bench/strokes.js";
import { PLACE, World } from "./panel_world.mjs";

const query = new URLSearchParams(location.search);
const world = new World({ zones: query.get("zones") !== "0", cases: Number(query.get("cases") ?? 3), lang: query.get("lang") ?? "zh", hostile: query.has("hostile") });
const seen = [];
Object.assign(window, { world, seen });

let seq = 0;
const link = {
  client: "host",
  state: "ok",
  heard: () => {},
  changed: () => {},
  put(kind, args = {}, buffers = []) {
    const revision = world.revision;
    const answer = Promise.resolve().then(async () => {
      if (window.slow) await window.slow;
      const [content, answered] = world.answer(kind, args, buffers);
      if (world.revision !== revision) tell();
      return { ...content, buffers: answered };
    });
    answer.catch(() => {});
    return { seq: ++seq, answer };
  },
};
const bench = new Bench(link);
const tell = () => bench.take(...world.message());

const root = document.querySelector(".gm-bench");
const canvas = document.querySelector("canvas");
const pen = canvas.getContext("2d");
let ghost = null;
let marked = new Set();

function draw() {
  const { SIDE, DEEP } = PLACE;
  const size = Math.min(canvas.width / SIDE, canvas.height / DEEP);
  pen.clearRect(0, 0, canvas.width, canvas.height);
  for (let cell = 0; cell < bench.tier.length; cell++) {
    const [x, y] = [(cell % SIDE) * size, Math.floor(cell / SIDE) * size];
    pen.fillStyle = bench.hello.tiers[bench.tier[cell]]?.color ?? "#e8eaed";
    pen.globalAlpha = 0.45;
    pen.fillRect(x, y, size - 1, size - 1);
    pen.globalAlpha = 1;
    if (ghost && ghost.codes[cell] >= 0) {
      pen.fillStyle = ghost.palette[ghost.codes[cell]];
      pen.fillRect(x + size / 4, y + size / 4, size / 2, size / 2);
    }
    if (marked.has(cell)) pen.strokeRect(x + 2, y + 2, size - 5, size - 5);
  }
}
window.laid = () => ghost && { ...ghost, codes: [...ghost.codes] };
bench.view = {
  flyTo: (target) => void seen.push(["flyTo", target.cells ? [...target.cells] : target.bounds ?? target.at]),
  ghost: (shown) => {
    ghost = shown;
    seen.push(["ghost", shown ? [...shown.codes].filter((code) => code >= 0).length : null]);
    draw();
  },
  highlight: (cells) => {
    marked = new Set(cells ?? []);
    seen.push(["highlight", [...marked]]);
    draw();
  },
  askPoint: (label) => {
    seen.push(["askPoint", label]);
    return Promise.resolve([PLACE.ORIGIN[0] + 500, PLACE.ORIGIN[1] + 500]);
  },
  pickPolygon: (label) => {
    seen.push(["pickPolygon", label]);
    return Promise.resolve([0, 0, 1, 0, 1, 1].map((corner, place) => corner + PLACE.ORIGIN[place % 2]));
  },
};
// A tool that is lent is kept in `window.tool`; a cell is pressed by its middle.
bench.view.lend = (make, label) => {
  seen.push(["lend", label]);
  const sketch = new Proxy({}, { get: () => () => {} });
  const view = { bench, root, sketch, ground: canvas, takeTool() {}, latticeOf: ([x, y]) => [x - PLACE.ORIGIN[0], y - PLACE.ORIGIN[1]], spot: ({ x, y }) => spotAt(x, y), pxOf: (x, y) => ({ x, y }) };
  const tool = make(view);
  window.tool = tool;
  return () => {
    seen.push(["giveBack", label]);
    if (window.tool === tool) window.tool = null;
    tool.end?.();
  };
};
const size = () => Math.min(canvas.clientWidth / PLACE.SIDE, canvas.clientHeight / PLACE.DEEP);
const spotAt = (x, y) => ({ px: { x, y }, xy: [(x / size()) * PLACE.STEP, (y / size()) * PLACE.STEP], cell: Math.floor(y / size()) * PLACE.SIDE + Math.floor(x / size()) });
window.spotOf = (cell) => spotAt(((cell % PLACE.SIDE) + 0.5) * size(), (Math.floor(cell / PLACE.SIDE) + 0.5) * size());
bench.dialogs = dialogs(bench, root);
bench.listIds = () => world.ids;
bench.listNames = () => world.names;
bench.areaM2 = world.area;
bench.strokes = new Strokes(world.n, (cell) => void bench.dirty.push(cell));
const middle = Float64Array.from({ length: 2 * world.n }, (_, i) => (0.5 + (i % 2 ? Math.floor((i - 1) / 2 / PLACE.SIDE) : (i / 2) % PLACE.SIDE)) * PLACE.STEP);
bench.cells = { n: world.n, origin: PLACE.ORIGIN, step: 1, middle };
bench.index = { inPolygon: () => Uint32Array.from(window.inside ?? []), neighbours: (cell) => [cell - 1, cell + 1, cell - PLACE.SIDE, cell + PLACE.SIDE].filter((each) => each >= 0 && each < world.n) };
bench.takeHello(world.hello());
bench.tables = world.tables();
bench.isWaitingForGrid = false; // its cells are above
Object.assign(bench, { households: world.households, residents: world.residents, needs: world.needs, isCounted: true });
bench.weigh();
tell();
bench.on("paint", draw);
bench.on("plan", draw);
bench.on("notice", ({ text }) => seen.push(["notice", text.zh]));
document.querySelector(".gm-test-side").append(panel(bench));
draw();
Object.assign(window, { bench });
root.dataset.gridmap = "drawn";
