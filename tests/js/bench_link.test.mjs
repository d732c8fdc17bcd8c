import assert from "node:assert/strict";
import test from "node:test";
import { Link } from "../../gridmap/widget/js/bench/link.js";

/** A model that keeps what is sent, and a clock that is moved by hand. */
function desk() {
  const sent = [];
  const waits = [];
  let now = 0;
  let heard = () => {};
  const model = { on: (_name, listener) => (heard = listener), off: () => {}, send: (content, _callbacks, buffers) => sent.push({ ...content, buffers }) };
  const link = new Link(model, { client: "me", now: () => now, after: (ms, then) => waits.push([now + ms, then]) });
  const pass = (ms) => {
    now += ms;
    for (const [at, then] of waits.splice(0)) at <= now ? then() : waits.push([at, then]);
  };
  return { link, sent, pass, say: (content, buffers) => heard(content, buffers) };
}

test("every question has a number of its own and gets its answer", async () => {
  const { link, sent, say } = desk();
  const first = link.put("undo").answer;
  const second = link.put("edit", { edit: { type: "Lock" } }, [Uint32Array.of(3, 4)]).answer;
  assert.deepEqual(sent.map(({ kind, client, seq }) => [kind, client, seq]), [["undo", "me", 1], ["edit", "me", 2]]);
  assert.deepEqual([...new Uint32Array(sent[1].buffers[0])], [3, 4]);
  say({ kind: "done", to: "me", seq: 2, revision: 9 });
  say({ kind: "refused", to: "me", seq: 1, why: "nothing to undo", code: "other" });
  assert.equal((await second).revision, 9);
  await assert.rejects(first, { why: "nothing to undo", code: "other" });
});

test("a view into a larger buffer is sent alone", () => {
  const { link, sent } = desk();
  link.put("edit", {}, [Uint32Array.of(1, 2, 3, 4).subarray(1, 3)]);
  assert.deepEqual([...new Uint32Array(sent[0].buffers[0])], [2, 3]);
});

test("what is for another view is not heard, what is for all is", () => {
  const { link, say } = desk();
  const heard = [];
  link.heard = (content) => heard.push(content.kind);
  const { answer } = link.put("undo");
  answer.then(() => assert.fail("the answer was for another view"));
  say({ kind: "done", to: "other", seq: 1 });
  say({ kind: "hello", to: "other" });
  say({ kind: "plan" });
  say({ kind: "points", to: "me" });
  assert.deepEqual(heard, ["plan", "points"]);
});

test("what comes before the view is there is heard once it is", async () => {
  const { link, say } = desk();
  const heard = [];
  link.hold();
  const { answer } = link.put("ready");
  for (const kind of ["hello", "plan"]) say({ kind, to: "me" });
  say({ kind: "hello", to: "other" });
  say({ kind: "done", to: "me", seq: 1, revision: 3 });
  assert.equal((await answer).revision, 3);
  link.heard = (content) => heard.push(content.kind);
  assert.deepEqual(heard, []);
  link.listen();
  say({ kind: "plan" });
  assert.deepEqual(heard, []);
  say({ kind: "grid", to: "me" });
  say({ kind: "counts", to: "me" });
  assert.deepEqual(heard, ["hello", "plan", "plan", "grid", "counts"]);
});

test("a picture that takes long is not waited for, and one that came before the view is told at once", () => {
  for (const [early, late] of [[["hello"], ["grid"]], [["hello", "grid"], []]]) {
    const { link, say, pass } = desk();
    const heard = [];
    link.heard = (content) => heard.push(content.kind);
    link.hold();
    for (const kind of early) say({ kind });
    link.listen();
    assert.deepEqual(heard, late.length ? [] : early);
    pass(200);
    assert.deepEqual(heard, early);
    for (const kind of late) say({ kind });
    assert.deepEqual(heard, [...early, ...late]);
  }
});

test("a kernel that answers nothing is silent, until it is heard again", () => {
  const { link, pass, say } = desk();
  link.put("edit");
  pass(5_000);
  assert.equal(link.state, "ok");
  pass(2_000);
  assert.equal(link.state, "silent");
  say({ kind: "plan" });
  assert.equal(link.state, "ok");
});

test("what takes long by nature is waited for longer", () => {
  const { link, pass } = desk();
  link.put("certificate");
  pass(60_000);
  assert.equal(link.state, "ok");
  pass(60_000);
  assert.equal(link.state, "silent");
});

test("a line that is gone makes no error, only silence", () => {
  const { link } = desk();
  link.model.send = () => {
    throw new Error("comm is closed");
  };
  link.put("undo");
  assert.equal(link.state, "silent");
});

test("an answer that was lost is given up once a later question was answered", async () => {
  const { link, pass, say } = desk();
  const lost = link.put("edit").answer;
  const gone = assert.rejects(lost, { code: "lost" });
  const later = link.put("edit").answer;
  say({ kind: "done", to: "me", seq: 2 });
  await later;
  assert.equal(link.open.size, 1);
  pass(7_000);
  await gone;
  assert.deepEqual([link.open.size, link.state], [0, "ok"]);
});
