"""A lock of cells keeps everybody in them under the tier they have, whatever is carved out there."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gridmap as gm
from gridmap.core.words import tiers_by_words
from gridmap.errors import GridmapError, UnknownCellError
from tests.core.test_on_case import FIRST, GRID, PLACEMENT, cases, homes, zoned

CELLS = st.lists(st.sampled_from(["a1", "a2", "b1", "b2", "c1", "c2"]), min_size=1, max_size=3, unique=True)


def test_a_sealed_building_in_a_locked_cell_stays_sealed_also_in_the_next_round():
    """h1 is sealed and h2 under control by their addresses; their cell a1, and a2 with h3, are prevention."""
    plan = zoned(cases(FIRST))
    cell_alone = gm.apply_edit(plan, gm.Lock(cells=["a1"]))
    assert homes(cell_alone)["h1"] == "P-1"
    lock = gm.lock_of(plan, cells=["a1"], placement=PLACEMENT)
    assert (lock.cells, lock.carve_outs) == (("a1",), ("K-1", "K-2"))
    kept = gm.apply_edit(plan, lock)
    assert homes(kept) == homes(plan)
    assert homes(zoned(cases(("case-9", None, "北汇浜2号")), kept))["h1"] == "S-1"
    freed = gm.apply_edit(kept, gm.unlock_of(kept, cells=["a1"], placement=PLACEMENT))
    assert not freed.locked.any()
    assert not freed.carve_outs["locked"].any()


def test_a_carve_out_stays_locked_while_one_of_its_cells_is():
    plan = zoned(cases(FIRST))
    kept = gm.apply_edit(plan, gm.lock_of(plan, cells=["a1", "a2"], placement=PLACEMENT))
    half = gm.apply_edit(kept, gm.unlock_of(kept, cells=["a1"], placement=PLACEMENT))
    assert half.carve_outs["locked"].to_dict() == {"K-1": False, "K-2": True}
    assert gm.unlock_of(plan, cells=["a1"], placement=PLACEMENT).carve_outs == ()


def test_what_a_locked_carve_out_would_beat_elsewhere_is_locked_with_it():
    """The compound lies in a1 (h1, h2) and a2 (h3); h3 was taken out of it by hand."""
    plan = zoned(cases(FIRST))
    plan = gm.apply_edit(plan, gm.AddCarveOut(tier="none", addresses=["枫南新村3幢"], reason="误报"))
    lock = gm.lock_of(plan, cells=["a1"], placement=PLACEMENT)
    assert homes(gm.apply_edit(plan, lock)) == homes(plan)


def test_a_cell_sealed_by_hand_is_locked_too_where_a_locked_compound_would_weaken_it():
    plan = gm.apply_edit(zoned(cases(FIRST)), gm.SetTier(tier="sealed", cells=["a1"], reason="聚集"))
    assert homes(plan) == {"h1": "S-2", "h2": "S-2", "h3": "C-1", "h4": "P-1", "h5": "P-1"}
    lock = gm.lock_of(plan, cells=["a2"], placement=PLACEMENT)
    assert (lock.cells, lock.carve_outs) == (("a2", "a1"), ("K-2",))
    assert homes(gm.apply_edit(plan, lock)) == homes(plan)


def test_cells_that_the_plan_lacks_are_refused():
    with pytest.raises(UnknownCellError, match="nowhere"):
        gm.lock_of(gm.new_plan(GRID), cells=["nowhere"], placement=PLACEMENT)


@given(
    st.lists(
        st.one_of(
            st.builds(
                gm.SetTier, cells=CELLS, tier=st.sampled_from(["sealed", "controlled"]), reason=st.just("x")
            ),
            st.builds(
                gm.AddCarveOut,
                tier=st.sampled_from(["sealed", "controlled", "prevention", "none"]),
                addresses=st.sampled_from([["枫南新村1幢"], ["枫南新村2幢"], ["枫南新村3幢"], ["枫南新村"]]),
            ),
            st.builds(gm.AddCarveOut, tier=st.just("sealed"), households=st.sampled_from([["h2"], ["h4"]])),
        ),
        max_size=5,
    ),
    st.booleans(),
    CELLS,
)
@settings(derandomize=True, deadline=None, max_examples=60)
def test_whatever_is_there_a_lock_changes_nobody(edits, after_a_case, cells):
    plan = zoned(cases(FIRST)) if after_a_case else gm.new_plan(GRID)
    for edit in edits:
        try:
            plan = gm.apply_edit(plan, edit)
        except GridmapError:
            continue
    kept = gm.apply_edit(plan, gm.lock_of(plan, cells=cells, placement=PLACEMENT))
    assert homes(kept) == homes(plan)
    tiers = gm.household_tiers(kept, PLACEMENT)
    pd.testing.assert_series_equal(tiers, gm.household_tiers(plan, PLACEMENT))
    pd.testing.assert_series_equal(tiers, tiers_by_words(kept, PLACEMENT))
