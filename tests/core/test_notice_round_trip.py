"""What gridmap writes as a notice is read back as the same plan, or as less, and never as another one."""

import json

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point, box

from gridmap.core.apply import apply_edit, new_plan
from gridmap.core.edits import AddCarveOut, NameZone, NumberZone, SetRemainder, SetTier
from gridmap.core.notice import compose_notice
from gridmap.core.notice_in.reading import read_notice
from gridmap.core.place import place_households
from gridmap.core.public_counts import public_plan
from gridmap.core.tally import household_zones
from gridmap.errors import GridmapError, UnsupportedError
from gridmap.model.zoning import Document, Zoning
from gridmap.store.protocols import load_protocol
from tests.core.test_notice import towns

PROTOCOL = load_protocol("three-zones-2021")
GRID = towns()
AREAS = ["330421001", "330421002", "v1", "v2", "v3", "a1", "a2", "b1", "b2", "c1", "c2"]
ADDRESSES = [
    "枫南新村",
    "枫南新村1-3幢",
    "枫南新村3幢",
    "枫南新村2幢、5幢",
    "枫南新村1幢1单元",
    "魏南社区3幢",
    "水塔边3-5号",
    "北弄",
    "北弄7号",
]
TIERS = ["sealed", "controlled", "prevention"]


def roster():
    """枫南新村1-5幢 in c1 and c2, 魏南社区3幢 (called like its village) in a1, lanes in a1, a2 and b1."""
    rows = [
        (f"枫南新村{number}幢{unit}单元101室", 400 + 30 * number) for number in range(1, 6) for unit in (1, 2)
    ]
    rows += [("魏南社区3幢101室", 20), ("魏南社区3幢102室", 30)]
    rows += [(f"水塔边{number}号", 100 + 10 * number) for number in (3, 4, 5)]
    rows += [("北弄7号", 150), ("北弄7号", 250)]
    return gpd.GeoDataFrame(
        {"address": [address for address, _ in rows], "residents": 2},
        index=pd.Index([f"h{place}" for place in range(len(rows))], name="household_id"),
        geometry=[Point(500_000 + x, 3_400_050) for _, x in rows],
        crs="EPSG:4549",
    )


PLACEMENT = place_households(roster(), GRID)
tiers = st.sampled_from(TIERS)
addresses = st.lists(st.sampled_from(ADDRESSES), min_size=1, max_size=2)
scopes = st.sampled_from(["", "330421002", "v3", "v1"])
areas = st.lists(st.sampled_from(AREAS), min_size=1, max_size=2)
cells = st.lists(st.sampled_from(AREAS[5:]), min_size=1, max_size=4)
zones = st.sampled_from(["S-1", "C-1", "P-1"])
shapes = st.sampled_from(
    [box(500_110, 3_400_010, 500_150, 3_400_090).wkt, box(500_300, 3_400_000, 500_420, 3_400_100).wkt]
)
carved = {"reason": st.just("x")}
TOLD = st.one_of(
    st.builds(SetTier, tier=tiers, areas=areas),
    st.builds(SetTier, tier=tiers, cells=cells),
    st.builds(AddCarveOut, tier=tiers | st.just("none"), addresses=addresses, scope=scopes, **carved),
    st.builds(SetRemainder, tier=tiers, areas=st.lists(st.sampled_from(AREAS[:3]), max_size=1)),
    st.builds(NameZone, zone=zones, name=st.sampled_from(["", "东片", "枫南新村3幢"])),
    st.builds(NumberZone, zone=zones, number=st.sampled_from(["S-8", "C-9"])),
)
ALONE = st.one_of(
    st.builds(AddCarveOut, tier=tiers, households=st.just(["h3"]), name=st.just("张小明家"), **carved),
    st.builds(AddCarveOut, tier=tiers, shape=shapes, name=st.sampled_from(["", "水塔"]), **carved),
)


def plan_of(edits):
    plan = new_plan(GRID, protocol=PROTOCOL)
    for edit in edits:
        try:
            plan = apply_edit(plan, edit)
        except GridmapError:
            continue
    return plan


def written(plan, form):
    zoning = Zoning(plan=plan, grid=GRID, protocol=PROTOCOL, placement=PLACEMENT, document=Document())
    told = compose_notice(zoning, lang="en" if form == "en" else "zh")
    return json.dumps(told.data, ensure_ascii=False, indent=1) if form == "json" else told.text


def read(text):
    return read_notice(text, GRID, protocol=PROTOCOL, placement=PLACEMENT)


def zones_of(plan):
    """The zone of every household and cell, and the tier and name of every zone that anybody is in."""
    homes = household_zones(plan, PLACEMENT).to_dict()
    cells = plan.cell_zones.fillna("").to_dict()
    used = {zone for zone in (*homes.values(), *cells.values()) if zone}
    rows = {zone: tuple(plan.zones.loc[zone, ["tier", "name"]]) for zone in used}
    return homes, cells, rows


@pytest.mark.parametrize("form", ["zh", "en", "json"])
@settings(max_examples=25)
@given(edits=st.lists(TOLD, max_size=6) | st.lists(TOLD | ALONE, max_size=6))
def test_what_comes_back_is_the_plan_or_less_of_it(form, edits):
    """Where no phrase is open it is the plan as the public sees it: without households zoned alone."""
    plan = plan_of(edits)
    reading = read(written(plan, form))
    assert_nothing_else(reading.plan, plan)
    if len(reading.open_phrases) == 0:
        assert zones_of(reading.plan) == zones_of(public_plan(plan))


def assert_nothing_else(found, plan):
    """Nobody and no cell gets another zone than in the public plan; what is left out has none."""
    homes, cells, _ = zones_of(found)
    true_homes, true_cells, _ = zones_of(public_plan(plan))
    assert {key for key, zone in homes.items() if zone not in ("", true_homes[key])} == set()
    assert {key for key, zone in cells.items() if zone not in ("", true_cells[key])} == set()


def open_kinds(edits, form):
    rows = read(written(plan_of(edits), form)).open_phrases
    return sorted(set(rows["kind"]))


NAMED = [
    SetTier(tier="prevention", areas=["330421"]),
    SetTier(tier="controlled", areas=["v1"]),
    AddCarveOut(tier="controlled", addresses=["枫南新村"], scope="330421002"),
    AddCarveOut(tier="sealed", addresses=["枫南新村1-2幢", "枫南新村4幢"], scope="330421002"),
    AddCarveOut(tier="none", addresses=["水塔边4号"], reason="released"),
]


@pytest.mark.parametrize("form", ["zh", "en", "json"])
def test_zones_that_words_can_tell_leave_nothing_open(form):
    plan = plan_of(NAMED)
    reading = read(written(plan, form))
    assert len(reading.open_phrases) == 0
    assert zones_of(reading.plan) == zones_of(plan)


@pytest.mark.parametrize("form", ["zh", "en", "json"])
def test_a_household_zoned_alone_comes_back_in_the_zone_around_it(form):
    """Nothing finer than a building is published: the most that comes back is the plan without it."""
    alone = AddCarveOut(tier="sealed", households=["h3"], name="张小明家")
    plan = plan_of([*NAMED, alone])
    text = written(plan, form)
    assert "张小明" not in text
    reading = read(text)
    assert len(reading.open_phrases) == 0
    assert zones_of(reading.plan) == zones_of(plan_of(NAMED))
    assert zones_of(reading.plan) != zones_of(plan)


def test_what_only_the_map_tells_is_open_and_holds_back_what_excepts_it():
    """The cell c2 has no name; a part is drawn; a unit is told as a part of its building."""
    unnamed = [SetTier(tier="controlled", areas=["330421002"]), SetTier(tier="sealed", cells=["c2"])]
    assert open_kinds(unnamed, "zh") == ["area", "on_map"]
    assert open_kinds(unnamed, "json") == []
    part = [AddCarveOut(tier="sealed", shape=box(500_110, 3_400_010, 500_150, 3_400_090).wkt)]
    assert open_kinds(part, "en") == ["on_map"]
    assert open_kinds(part, "json") == []
    unit = [AddCarveOut(tier="sealed", addresses=["枫南新村1幢1单元"])]
    assert open_kinds(unit, "zh") == open_kinds(unit, "json") == ["on_map"]


def test_compounds_of_one_name_are_told_by_their_villages_and_one_called_like_a_village_by_its_buildings():
    edits = [
        AddCarveOut(tier="sealed", addresses=["北弄"]),
        AddCarveOut(tier="controlled", addresses=["魏南社区"]),
    ]
    text = written(plan_of(edits), "zh")
    assert "范围：魏南社区北弄、魏中社区北弄。" in text
    assert "范围：魏南社区各幢。" in text
    assert "魏南社区 (all buildings)." in written(plan_of(edits), "en")
    assert len(read(text).open_phrases) == 0


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[: len(text) // 2],
        lambda text: text.replace('"zones"', '"zonen"'),
        lambda text: text.replace('"tiers": [', '"tiers": 5, "x": ['),
    ],
)
def test_a_json_that_is_cut_or_changed_is_refused_and_not_read_as_empty(damage):
    whole = written(plan_of(NAMED), "json")
    with pytest.raises(UnsupportedError, match="cut or changed"):
        read(damage(whole))


def test_a_range_of_a_billion_buildings_is_not_taken():
    data = json.loads(written(plan_of(NAMED), "json"))
    for tier in data["tiers"]:
        for zone in tier["zones"]:
            for address in zone["addresses"]:
                address["ranges"] = [[1, 10**9]]
    reading = read(json.dumps(data, ensure_ascii=False))
    addresses = reading.phrases[(reading.phrases["kind"] == "address") & (reading.phrases["role"] == "in")]
    assert set(addresses["state"]) == {"unmatched"}
