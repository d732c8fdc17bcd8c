"""The clocks, the events and the board as the views are told them; nothing is accepted but by a person."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import gridmap as gm
from tests.widget.conftest import HOSTILE
from tests.widget.desk_world import desk_with_view

AT = "2022-03-25T10:00+08:00"


def event(kind, zone="S-1", at="2022-03-05T18:00+08:00", **more):
    return {"kind": kind, "zone_id": zone, "at": at, "author": "王", **more}


@pytest.fixture
def sealed(bench, view):
    """S-1 is cell a, and C-1 cell b; the protocol asks for 14 days."""
    bench.apply(gm.SetTier(cells=["a"], tier="sealed", name=HOSTILE))
    bench.apply(gm.SetTier(cells=["b"], tier="controlled"))
    return view


@pytest.fixture
def ready(sealed):
    """S-1 was closed on 5 March; all were tested negative on the 24th, and nobody is a contact."""
    for said in (
        event("closure"),
        event("contacts_tested", at="2022-03-20T09:00+08:00", due=0, tested=0, positive=0),
        event("test_round", at="2022-03-24T09:00+08:00", round=4, due=1, tested=1, positive=0),
    ):
        assert sealed.ask("record", event=said)["kind"] == "done"
    return sealed


def zone(view, number="S-1", at=AT, lang="en"):
    (found,) = [row for row in view.ask("clock", at=at, lang=lang)["zones"] if row["zone"] == number]
    return found


def test_a_zone_of_which_nothing_is_recorded_is_not_known_and_says_what_is_missing(sealed):
    row = zone(sealed, lang="zh")
    assert (row["state"], row["day"], row["of"], row["started"], row["next_round"]) == (
        "unknown",
        None,
        14,
        "",
        1,
    )
    assert {each["state"] for each in row["conditions"]} == {"unknown"}
    assert row["conditions"][0]["missing"] == {
        "zh": "未录入封闭时间",
        "en": "when it was closed is not recorded",
    }
    assert row["proposals"] == []
    assert "\u202e" not in row["name"]


def test_events_are_recorded_with_their_author_and_move_the_clock(ready):
    row = zone(ready)
    assert (row["state"], row["day"], row["round"], row["next_round"]) == (
        "ready",
        20,
        {"round": 4, "due": 1, "tested": 1},
        5,
    )
    assert [each["state"] for each in row["conditions"]] == ["met"] * 3
    told = ready.ask("clock", at=AT)
    assert [(each["kind"], each["author"], each["positive"]) for each in told["events"]] == [
        ("test_round", "王", 0),
        ("contacts_tested", "王", 0),
        ("closure", "王", None),
    ]
    assert ready.last("stale")["tabs"].count("days") == 1


def test_a_clock_at_an_earlier_time_knows_nothing_of_what_came_later(ready):
    row = zone(ready, at="2022-03-10T10:00+08:00")
    assert (row["state"], row["day"], row["round"]) == ("unknown", 5, None)
    assert row["conditions"][0]["state"] == "not_met"


def test_what_is_proposed_becomes_edits_when_a_person_accepts_it_and_is_undone_like_others(bench, ready):
    (proposal,) = zone(ready)["proposals"]
    assert bench.plan.tiers["a"] == "sealed"
    assert ready.ask("accept_clock", key=proposal["key"], reason=" ", at=AT)["kind"] == "refused"
    done = ready.ask("accept_clock", key=proposal["key"], reason="order 18", record=True, at=AT)
    assert done["kind"] == "done"
    assert "S-1" not in bench.plan.zones.index
    assert bench.events["kind"].to_list()[-1] == "lifted"
    assert bench.events["note"].to_list()[-1] == "order 18"
    assert "order 18" in bench.as_python()
    bench.undo()
    assert bench.plan.tiers["a"] == "sealed"
    assert zone(ready)["state"] == "lifted"


def test_what_is_not_proposed_cannot_be_accepted(sealed, bench):
    before = bench.plan
    answer = sealed.ask("accept_clock", key="S-1", reason="all the same", at=AT)
    assert (answer["kind"], "proposes nothing for S-1" in answer["why"]) == ("refused", True)
    assert bench.plan is before


def test_an_event_without_author_time_or_round_is_refused_and_nothing_is_recorded(sealed, bench):
    for lacking in (
        event("closure") | {"author": ""},
        event("closure") | {"at": ""},
        event("test_round"),
        event("closure") | {"at": "2022-03-05T18:00"},
        event("test_round", round=1, tested=3, positive=5),
    ):
        assert sealed.ask("record", event=lacking)["kind"] == "refused"
    assert len(bench.events) == 0


def test_a_withdrawn_event_stays_and_counts_no_more(ready):
    closure = next(each for each in ready.ask("clock", at=AT)["events"] if each["kind"] == "closure")
    ready.ask("record", event={"kind": "withdrawn", "of": closure["id"], "at": AT, "author": "王"})
    told = ready.ask("clock", at=AT)
    assert [each["withdrawn"] for each in told["events"]] == [False, False, True]
    assert told["events_total"] == 3
    assert zone(ready, at="2022-03-25T11:00+08:00")["day"] is None


def test_an_order_is_recorded_when_it_was_given_and_only_if_that_is_wished(bench, ready):
    at = pd.Timestamp(AT)
    found = bench.clock(at=at)
    bench.accept(found, zones=["S-1"], reason="order", record=False)
    assert "lifted" not in set(bench.events["kind"])
    bench.undo()
    bench.accept(found, zones=["S-1"])
    assert bench.events.loc[bench.events["kind"] == "lifted", "zone_id"].to_list() == ["S-1"]


def test_the_board_counts_what_is_done_by_area_and_what_nobody_told_is_unknown(ready):
    told = ready.ask("board", at=AT)
    totals = dict(zip(told["measures"], told["totals"], strict=True))
    assert totals["placed"] == [3, 4]
    assert totals["reached"] == [None, None]
    villages = {area["area"]: area for area in told["areas"]}
    assert villages["v"]["measures"][0] == [3, 3]
    kinds = {item["kind"] for item in told["open"]}
    assert {"unplaced", "clock"} <= kinds
    (lost,) = [item for item in told["open"] if item["kind"] == "unplaced"]
    assert lost["detail"] == {
        "zh": "无坐标、无网格,同楼也无已落格住户",
        "en": "no coordinates, no cell, and nobody of its building is placed",
    }


NOTICE = "自2022年4月18日6时起,将North划为封控区。管控区:东平小区。"


def test_a_notice_is_marked_phrase_by_phrase_and_nothing_is_made_before_it_is_taken(bench, view):
    told = view.ask("read_notice", text=NOTICE, chosen={}, lang="zh")
    states = {row["text"]: row["state"] for row in told["phrases"]}
    assert (states["North"], states["东平小区"]) == ("matched", "unmatched")
    assert "".join(piece["text"] for piece in told["pieces"]) == NOTICE
    (north,) = [row for row in told["phrases"] if row["text"] == "North"]
    assert (north["cells"], north["tier"]) == ([0, 1], "sealed")
    assert told["effective"] == {"zh": "2022年4月18日 06:00", "en": "2022-04-18 06:00"}
    assert [(row["id"], row["households"], row["new"]) for row in told["zones"]] == [("S-1", 3, True)]
    assert np.frombuffer(told["buffers"][0], "i1").tolist() == [0, 0, -1]
    assert bench.plan.tiers.isna().all()
    assert view.ask("accept", token=told["token"])["edits"] == 1
    assert bench.plan.tiers["a"] == "sealed"
    bench.undo()
    assert bench.plan.tiers.isna().all()


def test_a_phrase_that_is_left_out_has_no_part_and_a_notice_of_an_earlier_plan_is_read_again(bench, view):
    told = view.ask("read_notice", text=NOTICE, chosen={})
    keys = {row["text"]: row["key"] for row in told["phrases"]}
    left = view.ask("read_notice", text=NOTICE, chosen={keys["North"]: "ignore", keys["东平小区"]: "ignore"})
    assert left["changes"]["cells"] == 0
    assert {row["state"] for row in left["phrases"] if row["text"] in keys and row["label"] == ""} == {
        "ignored"
    }
    bench.apply(gm.SetTier(cells=["c"], tier="controlled"))
    answer = view.ask("accept", token=told["token"])
    assert (answer["kind"], "the plan has changed" in answer["why"]) == ("refused", True)
    assert view.ask("read_notice", text=NOTICE, chosen={"p99": "ignore"})["kind"] == "refused"
    assert view.ask("read_notice", text="x" * 200_001, chosen={})["kind"] == "refused"


def test_a_text_without_any_place_makes_nothing(view):
    told = view.ask("read_notice", text="<b>天气很好。</b>", chosen={})
    assert (told["phrases"], told["changes"]["cells"]) == ([], 0)
    assert told["pieces"] == [{"text": "<b>天气很好。</b>", "phrase": ""}]


def test_a_case_in_a_controlled_zone_is_proposed_to_seal_all_of_it_and_says_so_first(sealed, bench):
    bench.apply(gm.SetTier(cells=["c"], tier="controlled", zone="C-1"))
    west, south, east, north = sealed.last("hello")["bounds"]
    at = [west + (east - west) * 0.5, (south + north) / 2]
    case = {"at": at, "confirmed_on": "2022-03-25", "label": "case-9"}
    told = sealed.ask("propose", case=case, cases=[], protocol="", add=True)
    (row,) = told["raised"]
    assert (row["zone_before"], row["tier_before"], row["tier_after"]) == ("C-1", "controlled", "sealed")
    assert np.frombuffer(told["buffers"][0], "i1").tolist() == [0, 0, 0]
    assert bench.plan.tiers["c"] == "controlled"


@pytest.fixture
def housed(workspace, households):
    """The roster with addresses, a site, and an official; S-1 is cell a, C-1 cell b."""
    addresses = ["桂苑1幢101室", "桂苑2幢101室", "桂苑2幢102室", "nowhere"]
    place = gpd.GeoSeries([shapely.Point(120.025, 30.005)], crs=4326)
    sites = gpd.GeoDataFrame(
        {"kind": ["isolation_point"], "name": [HOSTILE]},
        index=pd.Index(["g1"], name="site_id"),
        geometry=place.array,
    )
    officials = pd.DataFrame(
        {"name": ["王", "李", "李"], "role": "volunteer"}, pd.Index(["P1", "P2", "P3"], name="official_id")
    )
    workspace.set_tables(households=households.assign(address=addresses), sites=sites, officials=officials)
    bench = gm.Workbench(workspace, author="desk")
    bench.apply(gm.SetTier(cells=["a"], tier="sealed"))
    bench.apply(gm.SetTier(cells=["b"], tier="controlled"))
    return desk_with_view(bench)[1]


def home_event(kind, **more):
    return {"kind": kind, "at": "2022-03-05T18:00+08:00", "author": "王", **more}


def test_buildings_and_households_are_found_by_address_each_with_its_zone_and_residents(housed):
    found = housed.ask("event_homes", text="2幢")["found"]
    assert [(row["kind"], row["label"], row["residents"], row["zone"], row["area"]) for row in found] == [
        ("building", "桂苑2幢", 5, "C-1", "b"),
        ("household", "桂苑2幢101室", 2, "C-1", "b"),
        ("household", "桂苑2幢102室", 3, "C-1", "b"),
    ]
    whole = housed.ask("event_homes", text="桂苑")["found"][0]
    assert (whole["residents"], whole["zone"], whole["area"]) == (6, "", "")
    assert housed.ask("event_homes", text="")["found"] == []


def test_a_transfer_shows_on_the_map_and_in_its_zone_until_the_household_is_home(housed):
    assert (housed.ask("happened")["zones"], housed.last("done")["marks"]) == ({}, [])
    housed.ask("record", event=home_event("transfer", household_id="h2", site_id="g1", persons=2))
    told = housed.ask("happened")
    assert told["zones"] == {"C-1": [["Persons away", "2"]]}
    assert housed.ask("happened", lang="zh")["zones"] == {"C-1": [["在外人数", "2"]]}
    (mark,) = told["marks"]
    assert (mark["cell"], mark["away"], mark["requests"]) == (1, 2, 0)
    form = housed.ask("event_form", at=AT)
    assert [(row["household"], row["place"], row["site"], row["persons"]) for row in form["away"]] == [
        ("h2", "桂苑2幢101室", "g1", 2)
    ]
    assert "\u202e" not in form["sites"][0]["name"]
    housed.ask(
        "record", event=home_event("return", household_id="h2", persons=2, at="2022-03-06T18:00+08:00")
    )
    assert housed.ask("happened")["marks"] == []
    assert housed.ask("event_form", at="2022-03-06T09:00+08:00")["away"] != []


def test_a_building_that_waits_is_marked_amid_its_households(housed):
    wanted = {"building": "桂苑2幢", "area_id": "b"}
    for note in ("water", "power"):
        assert housed.ask("record", event=home_event("request", note=note, **wanted))["kind"] == "done"
    for building in ("3幢", "桂苑9幢"):  # no compound, nobody there
        assert housed.ask("record", event=home_event("request", zone_id="C-1", building=building, note="x"))
    (mark,) = housed.ask("happened")["marks"]
    assert (mark["cell"], mark["away"], mark["requests"]) == (1, 0, 2)
    east, north = housed.desk.ground.projection.to_mercator(np.array([[120.015, 30.005]]))[0]
    assert mark["at"] == pytest.approx([east, north], abs=1)


def test_a_building_of_which_only_the_address_is_known_is_marked_inside_zones_too(housed):
    bench = housed.desk.bench
    bench.record(pd.DataFrame([home_event("request", building="桂苑2幢", note="water")]))
    assert [mark["cell"] for mark in housed.ask("happened")["marks"]] == [1]


def test_a_request_of_a_household_is_counted_in_its_zone_until_it_is_closed(housed):
    asked = home_event("request", household_id="h1", note="medicine", owner="P1")
    assert housed.ask("record", event=asked | {"owner": "P9"})["kind"] == "refused"
    assert "several" in housed.ask("record", event=asked | {"owner": "李"})["why"]
    assert housed.ask("event_form", at=AT)["owners"][0] == {"id": "P1", "name": "王"}
    assert housed.ask("record", event=asked | {"owner": "王"})["kind"] == "done"
    assert housed.desk.bench.events["owner"].tolist() == ["P1"]
    assert housed.ask("happened")["zones"]["S-1"] == [["Open requests", "1"]]
    (request,) = housed.ask("event_form", at=AT)["requests"]
    assert (request["place"], request["note"]) == ("桂苑1幢101室", "medicine")
    (item,) = [row for row in housed.ask("board", at=AT)["open"] if row["kind"] == "request"]
    assert item["detail"] == {"zh": "已超时", "en": "overdue"}
    closing = home_event("request_closed", of=request["id"], at="2022-03-06T18:00+08:00")
    assert housed.ask("record", event=closing)["kind"] == "done"
    assert housed.ask("event_form", at=AT)["requests"] == []
    places = [row["place"] for row in housed.ask("clock", at=AT)["events"]]
    assert places == ["桂苑1幢101室"] * 2


def test_what_cannot_be_recorded_is_refused_in_the_language_of_the_view(housed):
    away = home_event("transfer", household_id="h2", persons=3)
    for lang, why in (
        ("en", "more persons would be away than live there"),
        ("zh", "转运人数超过该户住在家里的人数"),
    ):
        answer = housed.ask("record", event=away, lang=lang)
        assert (answer["kind"], why in answer["why"]) == ("refused", True)
    back = housed.ask("record", event=home_event("return", household_id="h1", persons=1), lang="zh")
    assert "请先登记转运" in back["why"]
    nobody = housed.ask("record", event=home_event("request", household_id="h1", author=""), lang="zh")
    assert "登记人" in nobody["why"]


def test_an_event_that_is_known_is_said_to_be_so(housed):
    arrival = home_event("arrival", site_id="g1", persons=1)
    assert [housed.ask("record", event=arrival)["added"] for _ in range(2)] == [1, 0]
    assert housed.ask("record", event=arrival | {"note": "second car"})["added"] == 1
