"""Notices made up in the style of those of the field; no sentence is of a real one."""

from datetime import datetime, timedelta, timezone

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, Point

from gridmap.core.edits import AddCarveOut, SetRemainder, SetTier
from gridmap.core.notice_in.fold import fold_notice
from gridmap.core.notice_in.reading import read_notice
from gridmap.core.place import place_households
from gridmap.core.tally import household_tiers
from gridmap.errors import PlanError
from gridmap.store.protocols import load_protocol
from tests.core.test_notice import towns

CHINA = timezone(timedelta(hours=8))
PROTOCOL = load_protocol("three-zones-2021")
GRID = towns()


def homes(rows):
    """Households of two by their id: address, and metres east of the corner of the towns."""
    return gpd.GeoDataFrame(
        {"address": [address for address, _ in rows.values()], "residents": 2},
        index=pd.Index(list(rows), name="household_id"),
        geometry=[Point(500_000 + x, 3_400_050) for _, x in rows.values()],
        crs="EPSG:4549",
    )


def roster():
    """枫南新村1-6幢 in c1; 希望花园3幢 in c1, and another of that name in a2; 水塔边3号 to 5号 in a1."""
    rows = {f"f{number}": (f"枫南新村{number}幢101室", 410) for number in range(1, 7)}
    rows |= {"east": ("希望花园3幢101室", 450), "west": ("希望花园3幢101室", 150)}
    rows |= {f"tower{number}": (f"水塔边{number}号", 30) for number in (3, 4, 5)}
    return homes(rows)


PLACEMENT = place_households(roster(), GRID)


def lines():
    """Two roads and two rivers round b1 and b2 (魏中社区)."""
    ends = {
        "枫南路": [(500_000, 3_399_999), (500_700, 3_399_999)],
        "魏塘路": [(500_000, 3_400_101), (500_700, 3_400_101)],
        "中心河": [(500_199, 3_399_900), (500_199, 3_400_200)],
        "东大港": [(500_401, 3_399_900), (500_401, 3_400_200)],
    }
    shapes = [LineString(points) for points in ends.values()]
    return gpd.GeoDataFrame({"name": list(ends)}, geometry=shapes, crs="EPSG:4549")


def read(text, **options):
    given_options = {"protocol": PROTOCOL, "placement": PLACEMENT, "boundaries": lines(), **options}
    return read_notice(
        text, options.pop("plan", GRID), **{k: v for k, v in given_options.items() if k != "plan"}
    )


def states(reading):
    """The state of every phrase that is more than prose, by its text."""
    rows = reading.phrases[(reading.phrases["state"] != "ignored") & (reading.phrases["kind"] != "tier")]
    return dict(zip(rows["text"], rows["state"], strict=True))


def tiers(reading):
    return {key: tier for key, tier in household_tiers(reading.plan, PLACEMENT).items() if tier != "none"}


THREE = """关于调整部分区域防控措施的通告
嘉防指〔2022〕12号
根据当前疫情形势，经研究，自3月5日24时起，对下列区域实行分级管理：
一、封控区
惠民街道枫南新村３幢。
实行“区域封闭、足不出户、服务上门”。
二、管控区
枫南新村１—２幢、４~６幢。
三、防范区
惠民街道其余区域。
有冲突的，按照从高原则落实。请居民自觉配合。
嘉善县疫情防控指挥部
2022年3月5日"""


def test_one_building_its_compound_and_the_rest_of_the_town():
    reading = read(THREE)
    assert reading.number == "嘉防指〔2022〕12号"
    assert reading.issuer == "嘉善县疫情防控指挥部"
    assert reading.effective == datetime(2022, 3, 6, tzinfo=CHINA)
    assert reading.stricter_applies
    assert len(reading.open_phrases) == 0
    assert reading.edits == (
        AddCarveOut(tier="controlled", addresses=["枫南新村1-2幢、4-6幢"]),
        AddCarveOut(tier="sealed", addresses=["枫南新村3幢"], scope="330421002"),
        SetRemainder(tier="prevention", areas=["330421002"]),
    )
    found = tiers(reading)
    assert found == {"f3": "sealed", "east": "prevention"} | {
        f"f{number}": "controlled" for number in (1, 2, 4, 5, 6)
    }


@pytest.mark.parametrize(
    "sentence",
    [
        "即日起，将惠民街道枫南新村3号楼划定为封控区，枫南新村其他楼幢划定为管控区，惠民街道其他区域划定为防范区。",
        "封控区：枫南新村3幢；管控区：枫南新村其余楼幢；防范区：惠民街道其余区域。",
        "（一）封控区为枫南新村3栋。\n（二）管控区为除枫南新村3栋外，枫南新村其他楼栋。\n（三）防范区为惠民街道除封控区、管控区外的其他区域。",
        "1、封控区范围：\n枫南新村3幢\n2、管控区范围：\n枫南新村1幢-2幢、4、5、6幢\n3、防范区范围：\n惠民街道剩余区域",
        "一、封控区\n（1）惠民街道枫南社区枫南新村3幢\n二、管控区\n（1）枫南新村（3幢除外）\n三、防范区\n惠民街道（封控区、管控区除外）",
        "封控区\t枫南新村3幢\n管控区\t枫南新村1至2幢、4至6幢\n防范区\t惠民街道其它区域",
    ],
)
def test_the_same_zones_in_other_words(sentence):
    reading = read(sentence)
    assert set(states(reading).values()) == {"matched"}
    assert tiers(reading) == tiers(read(THREE))


def test_every_letter_is_in_one_phrase_and_none_in_two():
    phrases = read(THREE).phrases
    covered = [place for row in phrases.itertuples() for place in range(row.start, row.end)]
    assert len(covered) == len(set(covered))
    assert {place for place, char in enumerate(THREE) if char.isalnum()} <= set(covered)
    assert [THREE[row.start : row.end] for row in phrases.itertuples()] == phrases["text"].to_list()


def test_a_name_of_two_places_is_ambiguous_until_it_is_decided():
    reading = read("封控区：希望花园3幢。")
    phrase = reading.phrases[reading.phrases["kind"] == "address"].iloc[0]
    assert phrase["state"] == "ambiguous"
    assert phrase["candidates"] == ("address:v1:希望花园3幢", "address:v3:希望花园3幢")
    assert reading.edits == ()
    assert reading.plan == reading.before
    decided = read("封控区：希望花园3幢。", decisions={phrase.name: "address:v3:希望花园3幢"})
    assert tiers(decided) == {"east": "sealed"}
    assert len(decided.open_phrases) == 0
    left = read("封控区：希望花园3幢。", decisions={phrase.name: "ignore"})
    assert left.edits == ()
    assert len(left.open_phrases) == 0


def test_the_town_before_a_name_tells_which_is_meant():
    assert tiers(read("封控区：惠民街道希望花园3幢。")) == {"east": "sealed"}


def test_a_compound_in_the_wrong_town_is_not_taken_and_the_right_one_is_shown():
    reading = read("封控区：魏塘街道枫南新村3幢。")
    row = reading.open_phrases.iloc[0]
    assert (row["state"], row["candidates"]) == ("unmatched", ("address:v3:枫南新村3幢",))
    assert reading.edits == ()


@pytest.mark.parametrize(
    "place",
    [
        "枫南新邨3幢",
        "枫南新村北区",
        "枫南新村99幢",
        "枫南新村9-3幢",
        "某某花园",
        "枫南新村3幢以东",
        "新村3幢",
    ],
)
def test_a_place_of_which_a_word_is_not_known_is_never_taken(place):
    reading = read(f"封控区：{place}。")
    assert states(reading) == {place: "unmatched"}
    assert reading.edits == ()


def test_a_single_dwelling_is_ambiguous_and_no_whole_building_is_sealed_for_it():
    reading = read("封控区：枫南新村3幢501室。")
    assert states(reading) == {"枫南新村3幢501室": "ambiguous"}
    assert reading.edits == ()


def test_a_building_beyond_the_roster_is_said():
    reading = read("封控区：枫南新村5-8幢。")
    assert set(tiers(reading)) == {"f5", "f6"}
    assert any("7-8" in problem for problem in reading.problems)


def test_others_that_are_not_named_leave_a_question():
    reading = read("封控区：枫南新村等区域。")
    assert states(reading) == {"枫南新村": "matched", "等区域": "ambiguous"}


ROUND = "二、管控区\n东至东大港、西至中心河、南至枫南路、北至魏塘路合围区域。"


def test_four_roads_close_an_area():
    reading = read(ROUND)
    assert list(states(reading).values()) == ["matched"]
    assert reading.plan.tiers.dropna().to_dict() == {"b1": "controlled", "b2": "controlled"}


def test_a_misspelled_road_is_shown_with_the_nearest_and_never_taken():
    reading = read(ROUND.replace("东大港", "东大巷"))
    row = reading.open_phrases.iloc[0]
    assert row["state"] == "unmatched"
    assert "东大港" in row["note"]
    assert reading.edits == ()
    key = row["candidates"][0]
    decided = read(ROUND.replace("东大港", "东大巷"), decisions={row.name: key})
    assert decided.plan.tiers.dropna().to_dict() == {"b1": "controlled", "b2": "controlled"}


def test_sides_that_are_swapped_close_nothing():
    swapped = ROUND.replace("东至东大港、西至中心河", "东至中心河、西至东大港")
    assert list(states(read(swapped)).values()) == ["unmatched"]


@pytest.mark.parametrize(
    "said",
    [
        "由东大港、中心河、枫南路、魏塘路合围的区域",
        "由魏塘路、枫南路、东大港和中心河等道路所围成的区域内",
        "东大港、中心河、枫南路及魏塘路四条道路合围区域",
    ],
)
def test_lines_of_which_no_side_is_told_close_an_area(said):
    reading = read(f"二、管控区\n{said}。")
    assert list(states(reading).items()) == [(said, "matched")]
    assert reading.plan.tiers.dropna().to_dict() == {"b1": "controlled", "b2": "controlled"}


def test_places_beside_lines_that_close_an_area_are_read_too():
    reading = read("二、管控区\n魏中社区第2网格，由东大港、中心河、枫南路、魏塘路合围的区域，枫南新村3幢。")
    assert list(states(reading).values()) == ["matched"] * 3
    reading = read("二、管控区\n某某小区、东大港、中心河、枫南路、魏塘路合围区域。")
    assert "matched" in states(reading).values()
    assert states(reading)["某某小区"] == "unmatched"


def test_a_misspelled_line_among_those_that_close_an_area_is_never_taken():
    reading = read("二、管控区\n由东大巷、中心河、枫南路和魏塘路合围的区域。")
    row = reading.open_phrases.iloc[0]
    assert (row["state"], reading.edits) == ("unmatched", ())
    assert "东大港" in row["note"]
    assert row["candidates"] == ("enclosure:东大港、中心河、枫南路、魏塘路",)


def test_a_line_may_have_the_character_in_its_name_that_begins_such_a_list():
    renamed = lines()
    renamed["name"] = renamed["name"].replace("枫南路", "自由路")
    said = "由东大港、中心河、自由路和魏塘路合围的区域"
    reading = read(f"二、管控区\n{said}。", boundaries=renamed)
    assert list(states(reading).items()) == [(said, "matched")]


def test_lines_that_do_not_all_lie_round_an_area_close_none():
    reading = read("二、管控区\n由中心河、枫南路合围的区域。")
    row = reading.open_phrases.iloc[0]
    assert row["state"] == "unmatched"
    assert "close no area with each of them along its border" in row["note"]


def test_cells_that_are_crossed_by_a_road_are_drawn():
    crossing = lines()
    crossing.loc[crossing["name"] == "东大港", "geometry"] = LineString(
        [(500_350, 3_399_900), (500_350, 3_400_200)]
    )
    edits = read(ROUND, boundaries=crossing).edits
    assert edits[0].cells == ("b1",)
    assert isinstance(edits[1], AddCarveOut)
    assert edits[1].shape.startswith("POLYGON")


def test_the_rest_of_what_is_ambiguous_when_no_area_is_named():
    reading = read("封控区：惠民街道枫南新村3幢。防范区：其余区域。")
    row = reading.open_phrases.iloc[0]
    assert row["candidates"] == ("rest:330421002", "rest:")
    whole = read("封控区：枫南新村3幢。防范区：县域其他区域。")
    assert whole.plan.tiers.notna().all()


def test_numbered_grids_are_told_in_ranges():
    reading = read("管控区：魏南社区第1-2网格、魏中社区第2网格。")
    assert reading.plan.tiers.dropna().to_dict() == dict.fromkeys(["a1", "a2", "b2"], "controlled")
    assert states(read("管控区：第1网格。")) == {"第1网格": "ambiguous"}


def test_an_exception_that_is_not_clear_holds_back_what_it_is_excepted_from():
    reading = read("管控区：魏塘街道（某某社区除外）。")
    assert states(reading) == {"魏塘街道": "ambiguous", "某某社区": "unmatched"}
    assert reading.edits == ()
    clear = read("管控区：魏塘街道（魏南社区除外）。")
    assert clear.edits == (SetTier(tier="controlled", cells=["b1", "b2"], name="魏塘街道"),)


def test_a_tier_that_the_protocol_lacks_zones_nothing():
    reading = read("一、临时管控区\n枫南新村3幢\n二、高风险区\n魏南社区")
    assert set(states(reading).values()) == {"unmatched"}
    assert reading.edits == ()


def test_a_place_without_a_tier_and_what_is_lifted_are_not_passed_over():
    reading = read("枫南新村3幢有阳性人员。魏南社区的管控予以解除。")
    assert set(states(reading).values()) == {"unmatched"}
    assert reading.edits == ()


def test_from_one_tier_to_another():
    reading = read("将枫南新村由管控区调整为封控区。")
    assert set(tiers(reading).values()) == {"sealed"}


def test_a_weaker_building_in_a_stricter_area_is_a_question():
    reading = read("一、封控区\n惠民街道\n二、管控区\n枫南新村3幢")
    assert states(reading) == {"惠民街道": "matched", "枫南新村3幢": "ambiguous"}
    assert set(tiers(reading).values()) == {"sealed"}


def test_lines_that_are_broken_to_fit_a_page_are_read_as_one():
    broken = "管控区：惠民街道枫南社区枫南新村1-\n2幢、惠民街道枫南社区枫南新村4\n-6幢。"
    assert set(tiers(read(broken))) == {"f1", "f2", "f4", "f5", "f6"}


def test_without_a_roster_an_address_has_to_be_decided():
    text = "封控区：惠民街道枫南新村3幢。"
    reading = read(text, placement=None)
    row = reading.open_phrases.iloc[0]
    assert row["candidates"] == ("address:330421002:枫南新村3幢",)
    decided = read(text, placement=None, decisions={row.name: row["candidates"][0]})
    assert tiers(decided) == {"f3": "sealed"}


def test_a_decision_about_no_phrase_or_for_no_candidate_is_refused():
    with pytest.raises(PlanError, match="no phrase 'p99'"):
        read(THREE, decisions={"p99": "ignore"})
    with pytest.raises(PlanError, match="no candidate"):
        read(THREE, decisions={"p1": "areas:v1"})


def test_a_notice_read_again_changes_nothing():
    first = read(THREE)
    again = read_notice(THREE, first.plan, protocol=PROTOCOL, placement=PLACEMENT)
    assert again.edits == ()


PLACES = [
    "惠民街道",
    "魏南社区",
    "枫南新村3幢",
    "希望花园3幢",
    "水塔边3-5号",
    "某某小区2幢",
    "枫南新村（1幢除外）",
]
PIECES = [
    *PLACES,
    "封控区",
    "管控区：",
    "划定为",
    "其他区域",
    "、",
    "，",
    "。",
    "\n",
    "一、",
    "（",
    "）",
    "除",
    "外",
    "等",
    "３",
    "至",
]


@given(st.lists(st.sampled_from(PIECES), max_size=14))
def test_any_text_is_read_and_every_letter_is_accounted_for(pieces):
    """A compound of the roster that stands anywhere is never passed over as prose."""
    text = "".join(pieces)
    reading = read(text)
    covered = [place for row in reading.phrases.itertuples() for place in range(row.start, row.end)]
    assert len(covered) == len(set(covered))
    assert {place for place, char in enumerate(text) if char.isalnum()} <= set(covered)
    ignored = reading.phrases[reading.phrases["state"] == "ignored"]
    assert not any("枫南新村" in each or "希望花园" in each for each in ignored["text"])


@given(st.text(max_size=60))
def test_no_text_stops_the_reading(text):
    folded = fold_notice(text)
    assert len(folded.text) == len(folded.at)
    assert read(text).plan is not None
