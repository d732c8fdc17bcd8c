import assert from "node:assert/strict";
import test from "node:test";
import { describe, html } from "../../gridmap/widget/js/dom.js";
import { readScene, safeColor, standing } from "../../gridmap/widget/js/scene.js";
import { wordsOf } from "../../gridmap/widget/js/words.js";

/** A document that knows only elements, attributes and text nodes: setting innerHTML fails. */
class FakeElement {
  constructor(tag) {
    this.tag = tag;
    this.attributes = {};
    this.children = [];
  }
  set innerHTML(_text) {
    throw new Error("text must not enter as HTML");
  }
  setAttribute(name, value) {
    this.attributes[name] = value;
  }
  appendChild(child) {
    this.children.push(child);
  }
  get text() {
    return this.children.map((child) => child.text).join("|");
  }
}
const page = { createElement: (tag) => new FakeElement(tag), createTextNode: (text) => ({ text }) };
const hostile = "<img src=x onerror=alert(1)>";

test("hostile text stays one text node", () => {
  const card = describe({ kind: "zone", title: hostile, rows: [[hostile, hostile]] }, page);
  assert.equal(card.text, `${hostile}|${hostile}|${hostile}`);
  assert.deepEqual(card.children.map((child) => child.tag), ["strong", "dl"]);
});

test("attributes are set one by one", () => {
  assert.deepEqual(html("a", { class: '"><script>' }, [], page).attributes, { class: '"><script>' });
});

test("a feature without a title is described by its label, one without rows by its title alone", () => {
  assert.equal(describe({ kind: "site", label: "卡口" }, page).text, "卡口");
  assert.equal(describe({ kind: "cell" }, page).text, "");
});

test("only plain hex colours pass", () => {
  assert.equal(safeColor("#b2182b"), "#b2182b");
  assert.equal(safeColor("url(http://example.org)"), "#555555");
  assert.equal(safeColor(undefined), "#555555");
});

test("a page begins and ends at its times, never without one, and at once with one that cannot be read", () => {
  const noon = Date.parse("2022-03-05T12:00:00+08:00");
  const at = "2022-03-05T12:00:00+08:00";
  assert.equal(standing({ expires_at: at }, noon), "expired");
  assert.equal(standing({ expires_at: at }, noon - 1), "in force");
  assert.equal(standing({ expires_at: "" }, noon), "in force");
  assert.equal(standing({ expires_at: "tomorrow" }, noon), "expired");
  assert.equal(standing({ effective_at: at }, noon - 1), "early");
  assert.equal(standing({ effective_at: at }, noon), "in force");
  assert.equal(standing({ effective_at: at, expires_at: at }, noon), "expired");
  assert.equal(standing({ effective_at: "soon" }, noon), "expired");
});

test("the scene is read from the page, and a page without one says so", () => {
  const element = { textContent: '{"title": "\\u003cb\\u003e", "layers": []}' };
  assert.deepEqual(readScene({ getElementById: () => element }), { title: "<b>", layers: [] });
  assert.throws(() => readScene({ getElementById: () => null }), /gridmap-scene/);
});

test("both languages have the same words", () => {
  assert.deepEqual(Object.keys(wordsOf("en")), Object.keys(wordsOf("zh")));
  assert.equal(wordsOf("fr").legend, "图例");
});
