"""Notices that lift zones or bring them under a weaker tier; no sentence is of a real one."""

import pytest

from gridmap.core.apply import apply_edit
from gridmap.core.edits import LiftZone, Lock
from tests.core.test_notice_in import states
from tests.core.test_notice_orders import read, some, zoned

PLAN = read(
    "封控区：枫南新村1-5幢、魏南社区。管控区：魏中社区、枫南新村6-12幢。防范区：惠民街道其余区域。"
).plan
ZONES = dict(zip(PLAN.zones["name"], PLAN.zones.index, strict=True))
SEALED_VILLAGE = some("w", *range(1, 11)) | some("l", 1, 2, 3, 4) | some("y", 1, 2)


def lifted(reading):
    return {edit.zone: edit.tier for edit in reading.edits if isinstance(edit, LiftZone)}


@pytest.mark.parametrize(
    "text",
    [
        "解除枫南新村1-5幢封控。",
        "自3月19日18时起，枫南新村1-5幢解除封控。",
        "枫南新村1-3幢、4-5幢予以解除封控管理措施。",
        "解除以下封控区：\n1.枫南新村1-5幢",
        "一、解除封控区名单（1个）\n枫南新村一至五号楼",
        "枫南新村1-5幢从即日起解除封控，实行居家健康监测。",
        "枫南新村 buildings 1-5 are lifted.",
    ],
)
def test_what_is_lifted_comes_under_what_is_left_there(text):
    reading = read(text, PLAN)
    assert lifted(reading) == {ZONES["枫南新村1-5幢"]: ""}
    assert "ambiguous" not in states(reading).values()
    assert zoned(reading, "sealed") == SEALED_VILLAGE
    assert some("f", *range(1, 6)) <= zoned(reading, "prevention")


@pytest.mark.parametrize(
    "text",
    [
        "将枫南新村1-5幢由封控区调整为管控区。",
        "原封控区枫南新村1-5幢调整为管控区。",
        "枫南新村1-5幢解除封控，调整为管控区。",
        "一、封控区调整为管控区（1个）\n枫南新村1-5幢",
        "将以下区域由封控区降为管控区：\n枫南新村1-5幢",
    ],
)
def test_a_zone_is_brought_under_a_weaker_tier(text):
    reading = read(text, PLAN)
    assert lifted(reading) == {ZONES["枫南新村1-5幢"]: "controlled"}
    assert some("f", *range(1, 13)) <= zoned(reading, "controlled")
    assert len(reading.open_phrases) == 0


def test_a_building_of_a_zone_leaves_it_and_the_others_stay():
    reading = read("枫南新村3幢调整为管控区。", PLAN)
    assert set(states(reading).values()) == {"matched"}
    assert zoned(reading, "sealed") - SEALED_VILLAGE == some("f", 1, 2, 4, 5)
    assert "f3" in zoned(reading, "controlled")


def test_a_grid_of_a_zone_leaves_it_and_the_others_stay():
    reading = read("将魏南社区第1网格由封控区调整为管控区。", PLAN)
    assert reading.plan.tiers[["a1", "a2"]].to_list() == ["controlled", "sealed"]


def test_two_lists_of_one_sentence():
    reading = read("魏南社区解除封控，魏中社区解除管控。", PLAN)
    assert lifted(reading) == {ZONES["魏南社区"]: "", ZONES["魏中社区"]: ""}


def test_all_zones_of_some_tiers_are_lifted_where_the_county_is_named():
    reading = read("全县封控区、管控区全部解除。", PLAN)
    assert len(lifted(reading)) == 4
    assert zoned(reading, "prevention") == some("f", *range(1, 13))
    assert not zoned(reading, "sealed")


def test_where_no_place_is_named_all_zones_are_lifted_only_if_a_person_says_so():
    reading = read("封控区全部解除。", PLAN)
    row = reading.open_phrases.iloc[0]
    assert (row["state"], row["role"]) == ("ambiguous", "left")
    assert reading.edits == ()


@pytest.mark.parametrize(
    "text",
    [
        "水塔边解除封控。",  # the sealed zone is the whole village
        "魏南社区由管控区调整为防范区。",  # it is sealed in the plan
        "金色港湾三期解除封控。",
        "枫南新村已满足解除条件。",
        "将魏南社区（第1网格除外）由封控区调整为防范区。",
        "惠民街道枫南社区解除封控、管控，1幢除外。",
    ],
)
def test_what_is_not_clear_is_asked_and_nothing_is_lifted(text):
    reading = read(text, PLAN)
    assert len(reading.open_phrases) > 0
    assert lifted(reading) == {}
    assert reading.plan == reading.before


def test_a_place_without_a_zone_has_nothing_to_lift():
    empty = read("").plan
    assert states(read("枫南新村解除封控。", empty)) == {"枫南新村": "unmatched"}
    told = read("枫南新村由封控区调整为管控区。", empty)
    assert zoned(told, "controlled") == some("f", *range(1, 13))


def test_a_decision_lifts_the_whole_zone():
    open_ = read("水塔边解除封控。", PLAN).open_phrases.iloc[0]
    key = open_["candidates"][0]
    assert key == f"leave:{ZONES['魏南社区']}"
    assert lifted(read("水塔边解除封控。", PLAN, decisions={open_.name: key})) == {ZONES["魏南社区"]: ""}


def test_what_is_said_of_a_later_day_lifts_nothing():
    reading = read("封控区、管控区全部解除后，防范区同步解除。疫情未解除，不得外出。", PLAN)
    assert reading.edits == ()
    assert len(reading.open_phrases) == 0


def test_a_locked_zone_is_not_lifted():
    locked = apply_edit(PLAN, Lock(areas=["v1"]))
    reading = read("魏南社区解除封控。", locked)
    assert lifted(reading) == {}
    assert "locked" in reading.open_phrases.iloc[0]["note"]


def test_a_stricter_tier_is_no_lifting():
    reading = read("将魏中社区由管控区升级为封控区。", PLAN)
    assert lifted(reading) == {}
    assert reading.plan.tiers[["b1", "b2"]].to_list() == ["sealed", "sealed"]
