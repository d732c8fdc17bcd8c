"""What a person should look at: split buildings, exclaves, vacancies; and that the cure cures it."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import gridmap as gm
from gridmap.core.exclaves import neighbours_of
from gridmap.core.problem_words import conflict_detail
from gridmap.core.problems import URGENCY
from gridmap.core.vacancies import zone_vacancies
from gridmap.errors import UnsupportedError
from gridmap.model.areas import hierarchy_for
from gridmap.model.duties import CONFLICT_COLUMNS, LOAD_COLUMNS, TABLE_COLUMNS, VACANCY_COLUMNS, Duties
from tests.core.worlds import CRS, EAST, NORTH, households, two_towns

SEALED, CONTROLLED = {"tier": "sealed"}, {"tier": "controlled"}


@pytest.fixture
def placement():
    """Building 3 of 枫桥新村 lies across a1 and a2, building 4 in a2; one of the same name in village C.

    +------+------+
    |  1 3幢 2    |
    |      | 3 4幢|
    +------+------+
       a1     a2
    """
    rows = [
        ("1", 80, "枫桥新村3幢101室", 3),
        ("2", 120, "枫桥新村3幢102室", 2),
        ("3", 150, "枫桥新村4幢101室", 1),
        ("4", 450, "枫桥新村3幢101室", 4),
    ]
    return gm.place_households(households(rows), two_towns())


def plan_of(*edits, grid=None):
    return gm.replay(gm.new_plan(two_towns() if grid is None else grid), edits)


def problems(plan, placement, *kinds, **options):
    found = gm.list_problems(plan, placement=placement, **options)
    return found[found["kind"].isin(kinds)] if kinds else found


def cured(plan, row):
    return gm.replay(plan, row["fix"])


def test_a_border_through_a_building_is_found_with_both_counts(placement):
    plan = plan_of(gm.SetTier(cells=["a1"], **SEALED), gm.SetTier(cells=["a2"], **CONTROLLED))
    found = problems(plan, placement, "split_building")
    assert found["target"].to_list() == ["枫桥新村3幢"]
    assert found["detail"].to_list() == [
        "in 甲村: 1 households sealed, 1 households controlled; a border runs through it"
    ]
    assert found["cells"].to_list() == [("a1", "a2")]
    said = problems(plan, placement, "split_building", lang="zh")
    assert said["detail"].to_list() == ["甲村：封控区1户、管控区1户；区界从中穿过"]


def test_one_click_puts_the_whole_building_under_its_strictest_tier(placement):
    plan = plan_of(gm.SetTier(cells=["a1"], **SEALED), gm.SetTier(cells=["a2"], **CONTROLLED))
    row = problems(plan, placement, "split_building").iloc[0]
    assert row["fix"] == (gm.AddCarveOut(tier="sealed", addresses=["枫桥新村3幢"], zone="S-1", scope="A"),)
    after = cured(plan, row)
    assert gm.household_tiers(after, placement).to_list() == ["sealed", "sealed", "controlled", "none"]
    assert gm.household_zones(after, placement)["2"] == "S-1"
    assert problems(after, placement, "split_building").empty


def test_a_compound_under_several_tiers_is_found_and_snapped(placement):
    plan = plan_of(gm.SetTier(cells=["a2"], **CONTROLLED))
    row = problems(plan, placement, "split_compound").iloc[0]
    assert (row["target"], row["cells"]) == ("枫桥新村", ("a1", "a2"))
    assert "2 households controlled, 1 households none" in row["detail"]
    after = cured(plan, row)
    assert problems(after, placement, "split_building", "split_compound").empty
    assert gm.household_tiers(after, placement).to_list() == [*["controlled"] * 3, "none"]


def test_carve_outs_on_purpose_are_no_split(placement):
    whole = plan_of(gm.SetTier(cells=["a1", "a2"], **CONTROLLED))
    one = gm.apply_edit(whole, gm.AddCarveOut(households=["1"], **SEALED))
    building = gm.apply_edit(whole, gm.AddCarveOut(addresses=["枫桥新村3幢"], scope="A", **SEALED))
    for plan in (whole, one, building):
        assert problems(plan, placement, "split_building", "split_compound").empty


def test_a_locked_weaker_side_cannot_be_snapped_and_says_so(placement):
    plan = plan_of(
        gm.SetTier(cells=["a1"], **SEALED), gm.SetTier(cells=["a2"], **CONTROLLED), gm.Lock(cells=["a2"])
    )
    row = problems(plan, placement, "split_building").iloc[0]
    assert row["fix"] == ()
    assert row["detail"].endswith("cells of the weaker tier are locked")


def test_an_address_that_cannot_be_read_back_is_snapped_by_its_households():
    """A compound whose name ends in a number would be read as one of its buildings."""
    rows = [("1", 80, "人民路120号3幢101室", 1), ("2", 120, "人民路120号3幢102室", 1)]
    placement = gm.place_households(households(rows), two_towns())
    plan = plan_of(gm.SetTier(cells=["a1"], **SEALED))
    row = problems(plan, placement, "split_compound").iloc[0]
    assert row["fix"] == (gm.AddCarveOut(tier="sealed", households=["1", "2"], zone="S-1"),)
    assert problems(cured(plan, row), placement, "split_building", "split_compound").empty


def test_a_part_of_a_zone_apart_from_the_rest_is_an_exclave(placement):
    """The zone is a1 with one household; c1, far from it, has one too, and c2."""
    plan = plan_of(gm.SetTier(cells=["a1", "c1", "c2"], name="一区", **SEALED))
    found = problems(plan, placement, "exclave")
    assert found["target"].to_list() == ["S-1"]
    assert found["cells"].to_list() == [("a1",)]
    assert found["detail"].to_list() == ["sealed, 1 cells and 1 households, apart from the rest of the zone"]
    after = cured(plan, found.iloc[0])
    assert after.cell_zones[["a1", "c1"]].to_list() == ["S-2", "S-1"]
    assert problems(after, placement, "exclave").empty


def test_an_exclave_within_a_stricter_zone_is_given_to_it(placement):
    plan = plan_of(
        gm.SetTier(cells=["a1", "b1", "b2"], name="防", tier="prevention"),
        gm.SetTier(cells=["a2"], **SEALED),
    )
    row = problems(plan, placement, "exclave").set_index("cells").loc[[("b1", "b2")]].reset_index().iloc[0]
    assert "mostly beside S-1 (sealed)" in row["detail"]
    assert row["fix"] == (gm.SetTier(tier="sealed", cells=["b1", "b2"], zone="S-1"),)
    assert problems(cured(plan, row), placement, "exclave").empty


def square(size=5):
    """A square of cells of 100 m, ``r0c0`` in the south west."""
    names = [f"r{row}c{column}" for row in range(size) for column in range(size)]
    shapes = [
        shapely.box(EAST + 100 * c, NORTH + 100 * r, EAST + 100 * c + 100, NORTH + 100 * r + 100)
        for r in range(size)
        for c in range(size)
    ]
    return gpd.GeoDataFrame(geometry=shapes, index=pd.Index(names, name="cell_id"), crs=CRS)


def nobody(grid):
    return gm.place_households(gpd.GeoDataFrame({"residents": []}, geometry=[], crs=CRS), grid)


def test_a_single_weaker_cell_that_is_enclosed_is_found_and_a_stricter_one_is_not():
    grid = square(3)
    around = [cell for cell in grid.index if cell != "r1c1"]
    weaker = plan_of(
        gm.SetTier(cells=around, **SEALED), gm.SetTier(cells=["r1c1"], tier="prevention"), grid=grid
    )
    row = problems(weaker, nobody(grid), "exclave").iloc[0]
    assert row["detail"] == "prevention, 1 cell and 0 households, with sealed all around"
    assert row["fix"] == (gm.SetTier(tier="sealed", cells=["r1c1"], zone="S-1"),)
    stricter = plan_of(
        gm.SetTier(cells=around, **CONTROLLED), gm.SetTier(cells=["r1c1"], **SEALED), grid=grid
    )
    assert problems(stricter, nobody(grid), "exclave").empty


def test_a_cell_without_a_tier_inside_one_zone_can_be_given_to_it():
    grid = square(3)
    around = [cell for cell in grid.index if cell != "r1c1"]
    plan = plan_of(gm.SetTier(cells=around, **SEALED), grid=grid)
    row = problems(plan, nobody(grid), "no_tier").iloc[0]
    assert row["cells"] == ("r1c1",)
    assert problems(cured(plan, row), nobody(grid)).empty


def test_cells_hang_together_by_corners_and_across_hairline_gaps():
    """r0c0 and r1c1 meet at a corner; x lies half a metre east of r0c4 and y two metres north of r4c0."""
    grid = square()
    beside = {
        "x": shapely.box(EAST + 500.5, NORTH, EAST + 600, NORTH + 100),
        "y": shapely.box(EAST, NORTH + 502, EAST + 100, NORTH + 600),
    }
    extra = gpd.GeoDataFrame(geometry=list(beside.values()), index=list(beside), crs=CRS)
    hierarchy = hierarchy_for(pd.concat([grid, extra]).rename_axis("cell_id"))
    near = neighbours_of(hierarchy)
    ids = hierarchy.cell_ids
    pairs = {frozenset(pair) for pair in zip(ids[near.one], ids[near.other], strict=True)}
    assert frozenset(["r0c0", "r1c1"]) in pairs
    assert frozenset(["r0c1", "r1c0"]) in pairs
    assert frozenset(["r0c4", "x"]) in pairs
    assert not any("y" in pair for pair in pairs)
    assert len(pairs) == 2 * 20 + 2 * 16 + 2  # x is as near to r1c4


def duties(vacancies=(), conflicts=()):
    return Duties(
        table=pd.DataFrame(columns=list(TABLE_COLUMNS)),
        vacancies=pd.DataFrame(list(vacancies), columns=list(VACANCY_COLUMNS)),
        conflicts=pd.DataFrame(list(conflicts), columns=list(CONFLICT_COLUMNS)),
        loads=pd.DataFrame(columns=list(LOAD_COLUMNS)),
    )


def test_the_detail_of_a_conflict_has_no_english_words_in_chinese():
    detail = "serves 4: zone S-1, area B, site g-1 ..."
    assert conflict_detail(detail, "zh") == "共4项：区S-1、辖区B、点位g-1等"
    assert conflict_detail(detail, "en") == detail


def test_vacancies_and_conflicts_are_listed_with_duties(placement):
    plan = plan_of(gm.SetTier(cells=["a1", "a2"], **SEALED))
    given = duties(
        [
            ("lead_official", "zone", "S-1", 1, True),
            ("volunteer", "area", "B", 2, False),
            ("linked_member", "household", "1", 1, False),
            ("linked_member", "household", "2", 1, False),
            ("linked_member", "household", "3", 1, False),
            ("police", "site", "g-1", 1, False),
        ],
        [("o1", "grid_head", "inside_serves_outside", "lives in S-1, serves outside every zone", "")],
    )
    found = problems(plan, placement, "vacancy_hard", "vacancy", "conflict", duties=given)
    assert found[["kind", "target", "cells"]].to_numpy().tolist() == [
        ["vacancy_hard", "S-1", ("a1", "a2")],
        ["conflict", "o1", ()],
        ["vacancy", "B", ("b1", "b2")],
        ["vacancy", "g-1", ()],
        ["vacancy", "a1", ("a1",)],
        ["vacancy", "a2", ("a2",)],
    ]
    assert found["detail"].iloc[0] == "1 x lead_official for zone S-1"
    protocol = gm.load_protocol("three-zones-2021")
    said = problems(plan, placement, "vacancy_hard", "conflict", duties=given, protocol=protocol, lang="zh")
    assert said["detail"].to_list() == [
        "区S-1缺包干领导1人",
        "网格长：住在封闭区内，任务在区外（住在S-1，任务在各区之外）",
    ]
    assert zone_vacancies(given).to_dict("index") == {"S-1": {"missing": 1, "hard": 1}}
    assert zone_vacancies(duties()).empty


def test_a_weaker_cell_goes_back_to_its_rule_by_one_click(placement):
    proposals = [gm.Proposal(tier="sealed", anchor="a1", cells=["a1"])]
    plan = plan_of(
        gm.Delineate(
            protocol="p",
            tiers=("sealed", "controlled", "prevention"),
            prefixes=("S", "C", "P"),
            proposals=proposals,
        ),
        gm.SetTier(cells=["a1"], reason="误报", **CONTROLLED),
    )
    row = problems(plan, placement, "weaker_than_rule").iloc[0]
    assert row["fix"] == (gm.Release(cells=["a1"]),)
    assert problems(cured(plan, row), placement, "weaker_than_rule").empty
    locked = gm.apply_edit(plan, gm.Lock(cells=["a1"]))
    assert problems(locked, placement, "weaker_than_rule").iloc[0]["fix"] == ()


def test_the_most_urgent_comes_first_and_an_empty_list_has_all_columns(placement):
    rows = [("1", 80, "枫桥新村3幢101室", 3), ("2", 120, "枫桥新村3幢102室", 2), ("9", 5000, "", 1)]
    lost = gm.place_households(households(rows), two_towns())
    plan = plan_of(
        gm.SetTier(cells=["a1"], **SEALED), gm.SetTier(cells=["a2", "c2"], name="二", **CONTROLLED)
    )
    kinds = problems(plan, lost)["kind"].to_list()
    assert [URGENCY.index(kind) for kind in kinds] == sorted(URGENCY.index(kind) for kind in kinds)
    assert kinds[0] == "exception"
    none = problems(plan_of(), placement)
    assert none.empty
    assert list(none.columns) == ["kind", "target", "detail", "cells", "fix"]
    chinese = problems(plan, lost, "exception", lang="zh")["detail"].to_list()
    assert chinese == ["在网格之外：坐标不在任何网格内"]


def test_another_language_is_refused(placement):
    with pytest.raises(UnsupportedError, match="no texts in 'fr'"):
        gm.list_problems(plan_of(), lang="fr")


def test_cells_without_geometry_are_in_nobodys_way():
    grid = square(2)
    grid.loc["nowhere"] = [None]
    plan = plan_of(gm.SetTier(cells=[*grid.index], name="一", **SEALED), grid=grid)
    assert problems(plan, nobody(grid), "exclave").empty


@settings(max_examples=25)
@given(
    tiers=st.lists(st.sampled_from(["sealed", "controlled", "prevention", None]), min_size=16, max_size=16),
    homes=st.lists(st.tuples(st.integers(0, 15), st.integers(1, 4)), max_size=30),
)
def test_the_list_is_that_of_looking_at_each_and_every_cure_can_be_applied(tiers, homes):
    """Split buildings against the tiers of households, exclaves against a walk; each fix cures its own."""
    grid = square(4)
    points = [grid.geometry.iloc[cell].representative_point() for cell, _ in homes]
    roster = gpd.GeoDataFrame(
        {"address": [f"甲新村{building}幢" for _, building in homes], "residents": 1},
        geometry=points,
        index=pd.Index([f"h{n}" for n in range(len(homes))], dtype="str", name="household_id"),
        crs=CRS,
    )
    placement = gm.place_households(roster, grid)
    plan = gm.new_plan(grid)
    for tier in ("sealed", "controlled", "prevention"):
        cells = [cell for cell, own in zip(grid.index, tiers, strict=True) if own == tier]
        if cells:
            plan = gm.apply_edit(plan, gm.SetTier(tier=tier, cells=cells, name=tier))
    found = problems(plan, placement, "split_building", "split_compound", "exclave")
    by_building = gm.household_tiers(plan, placement).groupby(roster["address"]).nunique()
    split = found[found["kind"] == "split_building"]
    assert sorted(split["target"]) == sorted(by_building.index[by_building > 1])
    parts = sum(len(_walked(grid, plan, zone)) - 1 for zone in plan.zones.index)
    singles = found["detail"].str.contains("all around").sum()
    assert (found["kind"] == "exclave").sum() - singles == parts
    for _, row in found.iterrows():
        after = problems(cured(plan, row), placement, row["kind"])
        assert row["cells"] not in set(after.loc[after["target"] == row["target"], "cells"])


def _walked(grid, plan, zone):
    """The parts of a zone: cells of a square that touch by a side or a corner."""
    left = {(int(cell[1]), int(cell[3])) for cell in plan.cell_zones.index[plan.cell_zones == zone]}
    parts = []
    while left:
        part, stack = set(), [left.pop()]
        while stack:
            here = stack.pop()
            part.add(here)
            near = {each for each in left if max(abs(each[0] - here[0]), abs(each[1] - here[1])) == 1}
            left -= near
            stack += near
        parts.append(part)
    return parts
