"""Each cell is given to one official of a role."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gridmap as gm
from gridmap.core.cell_officials import cell_officials
from gridmap.model.duties import CONFLICT_COLUMNS, LOAD_COLUMNS, TABLE_COLUMNS, VACANCY_COLUMNS, Duties
from tests.core.worlds import households, two_towns


@pytest.fixture
def plan():
    return gm.apply_edit(gm.new_plan(two_towns()), gm.SetTier(tier="sealed", cells=["a1", "c1"], name="一区"))


@pytest.fixture
def placement():
    rows = [(f"h{n}", 20 + n, f"甲{n}号", 1) for n in range(5)] + [("h9", 150, "乙1号", 1)]
    return gm.place_households(households(rows), two_towns())


def officials(**territories):
    """One grid head for each territory, named by it."""
    columns = {
        "role": "grid_head",
        "territory": list(territories.values()),
        "name": list("甲乙丙丁")[: len(territories)],
    }
    return pd.DataFrame(columns, index=pd.Index(list(territories), dtype="str", name="official_id"))


def duties(*rows):
    table = pd.DataFrame([(*row, "assigned") for row in rows], columns=list(TABLE_COLUMNS))
    empty = [pd.DataFrame(columns=list(names)) for names in (VACANCY_COLUMNS, CONFLICT_COLUMNS, LOAD_COLUMNS)]
    return Duties(table, *empty)


def told(found):
    return [found.officials[code] if code >= 0 else "" for code in found.codes]


def test_by_territory_the_smallest_area_counts(plan):
    found = cell_officials(plan, None, officials(o1="T1", o2="A", o3="a2", o4="X"), None, role="grid_head")
    assert told(found) == ["o2", "o3", "o1", "o1", "", ""]
    assert found.names == ("乙", "丙", "甲")
    assert found.codes.dtype == "int32"


def test_duties_count_before_territories_and_areas_before_zones(plan):
    given_ = duties(
        ("z", "grid_head", "zone", "S-1"), ("b", "grid_head", "area", "B"), ("x", "police", "area", "C")
    )
    found = cell_officials(plan, None, officials(o1="T1"), given_, role="grid_head")
    assert told(found) == ["z", "o1", "b", "b", "z", ""]
    assert found.names == ("z", "甲", "b")


def test_linked_members_by_the_majority_of_the_households(plan, placement):
    links = [("m1", "linked_member", "household", f"h{n}") for n in (0, 1)]
    links += [("m2", "linked_member", "household", f"h{n}") for n in (2, 3, 4)]
    links += [("m1", "linked_member", "household", "h9"), ("m1", "linked_member", "household", "gone")]
    found = cell_officials(plan, placement, None, duties(*links), role="linked_member")
    assert told(found) == ["m2", "m1", "", "", "", ""]


def test_nobody_of_the_role(plan, placement):
    for people in (None, officials(), pd.DataFrame(index=["o1"])):
        found = cell_officials(plan, placement, people, duties(), role="police")
        assert told(found) == [""] * 6
        assert found.officials == ()


@settings(max_examples=40)
@given(links=st.lists(st.sampled_from("abc"), min_size=6, max_size=6))
def test_the_majority_is_that_of_counting(links):
    placement = gm.place_households(
        households([(f"h{n}", 20 + 40 * n, f"甲{n}号", 1) for n in range(6)]), two_towns()
    )
    plan = gm.new_plan(two_towns())
    rows = [(who, "m", "household", f"h{n}") for n, who in enumerate(links)]
    found = told(cell_officials(plan, placement, None, duties(*rows), role="m"))
    counts = pd.crosstab(placement.cells.to_numpy(), pd.Series(links))
    for cell, own in zip(plan.hierarchy.cell_ids, found, strict=True):
        if cell in counts.index:
            assert counts.loc[cell, own] == counts.loc[cell].max()
        else:
            assert own == ""
