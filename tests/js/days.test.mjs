// The days that follow: which zone comes first, what the form of an event says, times, the board and its lines.
import assert from "node:assert/strict";
import { test } from "node:test";
import { exact, leastDone, shareOf, startOf, trendLines } from "../../gridmap/widget/js/bench/board.js";
import { byUrgency } from "../../gridmap/widget/js/bench/clock.js";
import { eventOf } from "../../gridmap/widget/js/bench/event_form.js";
import { openPhrases } from "../../gridmap/widget/js/bench/notice_in.js";
import { dayText, fieldTime, withOffset } from "../../gridmap/widget/js/bench/times.js";

const NOW = "2022-03-05T15:20:00+08:00";

test("what a person can lift comes first, then what lacks something, each by its earliest time", () => {
  const zone = (id, state, earliest = "") => ({ zone: id, state, earliest });
  const zones = [zone("C-1", "counting", "2022-03-09"), zone("C-2", "counting", "2022-03-07"), zone("S-2", "unknown"), zone("S-1", "ready"), zone("C-3", "upgrade")];
  assert.deepEqual(byUrgency(zones).map((each) => each.zone), ["C-3", "S-1", "S-2", "C-2", "C-1"]);
});

test("times stand in a field on the clock of the kernel and go back with its offset", () => {
  assert.equal(fieldTime("2022-03-05T10:00:00+00:00", NOW), "2022-03-05T18:00");
  assert.equal(fieldTime("2022-02-28T17:30:00Z", NOW), "2022-03-01T01:30");
  assert.equal(fieldTime("", NOW), "");
  assert.equal(withOffset("2022-03-05T18:00", NOW), "2022-03-05T18:00+08:00");
  assert.equal(withOffset("", NOW), "");
  assert.equal(withOffset("2022-03-05T18:00", "2022-03-05T15:20:00Z"), "2022-03-05T18:00+00:00");
});

test("a day is told with its clock unless that is midnight, and with its year where that is another", () => {
  assert.equal(dayText("2022-03-19T00:00:00+08:00", NOW), "03-19");
  assert.equal(dayText("2022-03-19T18:00:00+08:00", NOW), "03-19 18:00");
  assert.equal(dayText("2021-12-31T16:00:00+00:00", NOW), "01-01");
  assert.equal(dayText("2023-01-01T00:00:00+08:00", NOW), "2023-01-01");
});

test("an event needs its zone, time, round and author; what is left blank stays unknown", () => {
  const written = { kind: "test_round", zone: "S-1", at: "2022-03-05T09:00", round: "3", author: " 张工 ", due: "310", tested: "" };
  assert.deepEqual(eventOf(written, NOW), { kind: "test_round", zone_id: "S-1", at: "2022-03-05T09:00+08:00", author: "张工", note: "", round: 3, due: 310 });
  for (const missing of ["zone", "at", "author", "round"]) assert.equal(eventOf({ ...written, [missing]: "" }, NOW), null);
  assert.equal(eventOf({ ...written, due: "many" }, NOW), null);
  assert.equal(eventOf({ ...written, kind: "closure", due: "many" }, NOW).due, undefined);
});

const HOME = { kind: "household", id: "H-3", label: "枫南新村3幢101室", residents: 3, zone: "S-2", area: "a" };
const BUILDING = { kind: "building", id: "枫南新村3幢", label: "枫南新村3幢", residents: 40, zone: "S-2", area: "a" };

/** What the form says, without time and author, which all have. */
const said = (kind, written) => {
  const event = eventOf({ kind, at: "2022-03-05T09:00", author: "张工", ...written }, NOW);
  if (!event) return null;
  const { at, author, kind: same, ...rest } = event;
  assert.deepEqual([at, author, same], ["2022-03-05T09:00+08:00", "张工", kind]);
  return rest;
};

test("a transfer is of a household and says how many; the building of a household will not do", () => {
  assert.deepEqual(said("transfer", { home: HOME, persons: "2", site: "g1", zone: "S-2" }), { household_id: "H-3", site_id: "g1", persons: 2, note: "" });
  assert.deepEqual(said("transfer", { home: HOME, persons: "2", site: "" }), { household_id: "H-3", persons: 2, note: "" });
  for (const lacking of [{ home: BUILDING }, { home: null }, { persons: "" }, { persons: "two" }]) assert.equal(said("transfer", { home: HOME, persons: "2", ...lacking }), null);
});

test("who comes home is one of those who are away, from the site where they are", () => {
  assert.deepEqual(said("return", { away: JSON.stringify(["H-9", "g1"]), persons: "1" }), { household_id: "H-9", site_id: "g1", persons: 1, note: "" });
  assert.deepEqual(said("return", { away: JSON.stringify(["H-9", ""]), persons: "1" }), { household_id: "H-9", persons: 1, note: "" });
  assert.equal(said("return", { away: "", persons: "1" }), null);
});

test("persons pass a gate, whatever zone or household was chosen before", () => {
  assert.deepEqual(said("arrival", { site: "k1", persons: "3", zone: "S-1" }), { site_id: "k1", persons: 3, note: "" });
  assert.equal(said("departure", { site: "", persons: "3" }), null);
});

test("a request says what is wanted, and is of a household, a building or a zone", () => {
  assert.deepEqual(said("request", { home: HOME, zone: "", note: "降压药", owner: "P1" }), { household_id: "H-3", note: "降压药", owner: "P1" });
  assert.deepEqual(said("request", { home: BUILDING, zone: "", note: "送餐" }), { zone_id: "S-2", building: "枫南新村3幢", area_id: "a", note: "送餐" });
  assert.deepEqual(said("request", { zone: "S-1", note: "送餐" }), { zone_id: "S-1", note: "送餐" });
  assert.equal(said("request", { home: HOME, note: " " }), null);
  assert.equal(said("request", { zone: "", note: "送餐" }), null);
  assert.deepEqual(said("request_closed", { request: "E-0" }), { of: "E-0", note: "" });
  assert.equal(said("request_closed", { request: "" }), null);
});

test("a round may be of one building of its zone", () => {
  assert.deepEqual(said("test_round", { zone: "S-1", home: BUILDING, round: "2", tested: "0" }), { zone_id: "S-1", building: "枫南新村3幢", round: 2, tested: 0, note: "" });
});

test("areas with the least done come first, and those of which nobody has told come last", () => {
  const area = (id, parent, done, due) => ({ area: id, name: id, parent, measures: [[done, due]], open: 0 });
  const areas = [area("county", "", 3, 9), area("a", "county", 4, 4), area("b", "county", 1, 4), area("c", "county", null, null), area("", "", 0, 1)];
  assert.deepEqual(startOf(areas), ["county"]);
  assert.deepEqual(leastDone(areas, "county", 0).map((each) => each.area), ["b", "a", "c"]);
  assert.deepEqual(startOf([...areas, area("other", "", 1, 1)]), []);
});

test("what is not done whole is never a hundred per cent, and what is unknown is not nothing", () => {
  assert.equal(exact(shareOf([6315, 6322])), "99.8 %");
  assert.equal(exact(shareOf([9999, 10000])), "99.9 %");
  assert.equal(exact(shareOf([7, 7])), "100 %");
  assert.equal(exact(shareOf([0, 7])), "0 %");
  assert.equal(exact(shareOf([null, 7])), "–");
  assert.equal(exact(shareOf([0, 0])), "–");
});

test("the line of a trend breaks off where a value is not known", () => {
  assert.deepEqual(trendLines([10, 5, 0]), [[[6, 6], [150, 32], [294, 58]]]);
  assert.deepEqual(trendLines([4, null, 2]).map((line) => line.length), [1, 1]);
  assert.deepEqual(trendLines([]), []);
});

test("phrases that are ambiguous or unmatched are open, those left out are not", () => {
  const phrases = ["matched", "ambiguous", "ignored", "unmatched"].map((state) => ({ key: state, state }));
  assert.deepEqual(openPhrases(phrases).map(({ key }) => key), ["ambiguous", "unmatched"]);
});
