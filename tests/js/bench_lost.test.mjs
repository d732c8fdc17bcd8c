import assert from "node:assert/strict";
import test from "node:test";
import { Link } from "../../gridmap/widget/js/bench/link.js";
import { Bench } from "../../gridmap/widget/js/bench/state.js";

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
  const plan = { kind: "plan", revision: 0, zones: [], tiers: [], carve: [], cause: null };
  bench.take({ ...plan, full: true, counted: false }, [new ArrayBuffer(0), new ArrayBuffer(0), new ArrayBuffer(0)]);
  assert.deepEqual(asked, []);
  for (const work of works.splice(0)) work();
  assert.deepEqual(asked, ["counts"]);
  bench.take({ kind: "counts" }, [1, 1, 1].map((count) => Int32Array.of(count).buffer));
  assert.equal(bench.isCounted, false, "these are of one cell, and none is shown");
  bench.take({ kind: "counts" }, [0, 0, 0].map(() => new ArrayBuffer(0)));
  assert.equal(bench.isCounted, true);
  bench.take({ ...plan, revision: 1, full: false, counted: true }, [0, 0, 0, 0].map(() => new ArrayBuffer(0)));
  assert.deepEqual(works, []);
});
