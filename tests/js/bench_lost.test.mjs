import assert from "node:assert/strict";
import test from "node:test";
import { Link } from "../../gridmap/widget/js/bench/link.js";
import { Bench } from "../../gridmap/widget/js/bench/state.js";
import { Strokes } from "../../gridmap/widget/js/bench/strokes.js";

/** A view that shows revision 3 of the plan, and what it has asked. */
function view() {
  const asked = [];
  let heard = () => {};
  const model = { on: (_name, listener) => (heard = listener), off: () => {}, send: ({ kind, seq }) => asked.push([kind, seq]) };
  const bench = new Bench(new Link(model, { client: "me", after: () => {} }), { soon: () => {} });
  bench.plan = { revision: 3 };
  return { bench, asked, answer: (seq, said = {}) => heard({ kind: "done", to: "me", seq, ...said }) };
}

test("a view begins in the language of the workbench, and then asks in its own", () => {
  const said = [];
  const model = { on: () => {}, off: () => {}, send: ({ kind, lang }) => said.push([kind, lang]) };
  const bench = new Bench(new Link(model, { after: () => {} }), { soon: () => {} });
  bench.link.put("ready");
  bench.take({ kind: "hello", lang: "en", tiers: [], levels: [] }, []);
  bench.ask("history");
  assert.deepEqual(said, [["ready", undefined], ["history", "en"]]);
});

test("a view that is answered from a later plan than it knows asks for all again", async () => {
  const { bench, asked, answer } = view();
  const made = bench.edit({ type: "Lock" }, [0]);
  answer(1, { revision: 4 });
  await made;
  assert.deepEqual(asked, [["edit", 1], ["ready", 2]]);
});

test("a view that knows the plan of the answer asks nothing", async () => {
  const { bench, asked, answer } = view();
  const made = bench.edit({ type: "Lock" }, [0]);
  answer(1, { revision: 3 });
  await made;
  assert.deepEqual(asked, [["edit", 1]]);
});

test("a view whose question for all was answered without the plan asks again when it misses another", async () => {
  const { bench, asked, answer } = view();
  bench.take({ kind: "again" }, []);
  bench.take({ kind: "again" }, []);
  assert.deepEqual(asked, [["ready", 1]]);
  answer(1);
  await new Promise(setImmediate);
  bench.take({ kind: "again" }, []);
  assert.deepEqual(asked, [["ready", 1], ["ready", 2]]);
});

test("what is counted is asked for when the picture was painted, and taken only for the cells that are shown", () => {
  const asked = [];
  const works = [];
  const model = { on: () => {}, off: () => {}, send: ({ kind }) => asked.push(kind) };
  const bench = new Bench(new Link(model, { after: () => {} }), { soon: () => {}, painted: (work) => works.push(work) });
  const plan = { kind: "plan", revision: 0, zones: [], tiers: [], carve: [] };
  bench.take({ ...plan, full: true, counted: false }, [new ArrayBuffer(0), new ArrayBuffer(0), new ArrayBuffer(0)]);
  assert.deepEqual(asked, []);
  for (const work of works.splice(0)) work();
  assert.deepEqual(asked, ["counts"]);
  bench.take({ kind: "counts" }, [1, 1, 1].map((count) => Int32Array.of(count).buffer));
  assert.equal(bench.isCounted, false, "these are of one cell, and none is shown");
  bench.take({ kind: "counts" }, [0, 0, 0].map(() => new ArrayBuffer(0)));
  assert.equal(bench.isCounted, true);
  bench.take({ kind: "cells", revision: 1, cause: null }, [0, 0, 0, 0].map(() => new ArrayBuffer(0)));
  bench.take({ ...plan, revision: 1, full: false, counted: true }, []);
  assert.deepEqual(works, []);
});

/** The cells of a plan in which every one has the same tier, zone and flags. */
const cellsOf = (n, tier) => [Int8Array.from({ length: n }, () => tier), new Int32Array(n), new Uint8Array(n)].map(({ buffer }) => buffer);

test("the cells that changed show before what is counted in them is known, and a stroke is answered by them", () => {
  const asked = [];
  const model = { on: () => {}, off: () => {}, send: ({ kind }) => asked.push(kind) };
  const bench = new Bench(new Link(model, { client: "me", after: () => {} }), { soon: () => {}, painted: () => {} });
  const tiers = [{ code: 0, cells: 0, households: 0 }, { code: -1, cells: 3, households: 6 }];
  bench.take({ kind: "hello", tiers: [{ id: "sealed" }], levels: [] }, []);
  Object.assign(bench, { isWaitingForGrid: false, households: Int32Array.of(1, 2, 3), residents: new Int32Array(3), needs: new Int32Array(3), areaM2: new Float32Array(3), strokes: new Strokes(3, () => {}) });
  bench.weigh();
  bench.take({ kind: "plan", full: true, revision: 4, zones: [], tiers, carve: [] }, cellsOf(3, -1));
  bench.edit({ type: "SetTier", tier: "sealed" }, [1]).catch(() => {});
  const households = () => bench.liveTiers().map((row) => row.households);
  assert.deepEqual([bench.strokes.over[1], bench.tier[1], households()], [1, 0, [2, 4]]);
  const [tier, zone, flags] = cellsOf(1, 0);
  bench.take({ kind: "cells", revision: 5, cause: { client: "me", seq: 1 } }, [Uint32Array.of(1).buffer, tier, zone, flags]);
  assert.deepEqual([bench.strokes.over[1], bench.truth.tier[1], bench.tier[1]], [0, 0, 0]);
  assert.deepEqual(households(), [2, 4], "what the stroke changed is not counted twice, nor forgotten");
  const counted = [{ code: 0, cells: 1, households: 2 }, { code: -1, cells: 2, households: 4 }];
  bench.take({ kind: "plan", full: false, revision: 5, zones: [], tiers: counted, carve: [] }, []);
  assert.deepEqual(households(), [2, 4]);
  assert.deepEqual(asked, ["edit"]);
});

test("a view that misses the cells of a change, or what is counted in them, asks for all again", () => {
  const empty = [0, 0, 0, 0].map(() => new ArrayBuffer(0));
  const cells = (/** @type {number} */ revision) => [{ kind: "cells", revision, cause: null }, empty];
  const plan = (/** @type {number} */ revision) => [{ kind: "plan", full: false, revision, zones: [], tiers: [], carve: [] }, []];
  const told = [[], [cells(4)], [cells(4), plan(4)], [cells(4), plan(4), plan(4)], [plan(4)], [cells(5)], [cells(4), cells(5)], [cells(4), plan(5)]].map((messages) => {
    const { bench, asked } = view();
    bench.revision = 3;
    for (const message of messages) bench.take(...message);
    return asked.length;
  });
  assert.deepEqual(told, [0, 0, 0, 0, 1, 1, 1, 1]);
});
