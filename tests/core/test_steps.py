"""A history keeps differences of plans, and gives every plan back as it was."""

from itertools import pairwise

import geopandas as gpd
import pandas as pd
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import gridmap as gm
from gridmap.core.steps import plan_at, step_from
from gridmap.errors import GridmapError
from tests.core.worlds import two_towns

CELLS = st.lists(st.sampled_from(["a1", "a2", "b1", "b2", "c1", "c2"]), min_size=1, max_size=4)
TIERS = st.sampled_from(["sealed", "controlled", "prevention"])
ORDER = {"tiers": ("sealed", "controlled", "prevention"), "prefixes": ("S", "C", "P")}
EDITS = st.one_of(
    st.builds(gm.SetTier, cells=CELLS, tier=TIERS, reason=st.just("误报")),
    st.builds(gm.ClearTier, cells=CELLS, reason=st.just("误报")),
    st.builds(gm.Lock, cells=CELLS),
    st.builds(gm.Unlock, cells=CELLS),
    st.builds(gm.SetRemainder, tier=TIERS),
    st.builds(gm.AddCarveOut, tier=TIERS, addresses=st.just(["枫桥新村3幢"])),
    st.builds(
        lambda cells, tier: gm.Delineate(
            protocol="p", proposals=[gm.Proposal(tier=tier, anchor="x", cells=cells)], **ORDER
        ),
        CELLS,
        TIERS,
    ),
)


@given(st.lists(EDITS, min_size=1, max_size=8))
@settings(derandomize=True, deadline=None, max_examples=40)
def test_every_plan_of_a_history_comes_back_backwards_and_forwards(wanted):
    plans = [gm.new_plan(two_towns())]
    for edit in wanted:
        try:
            plans.append(gm.apply_edit(plans[-1], edit))
        except GridmapError:
            continue
    versions = [(plan.version, plan.edits) for plan in plans]
    past = [step_from(before, after) for before, after in pairwise(plans)]
    plan, future, seen = plans[-1], [], [versions[-1]]
    while past:
        before = plan_at(past.pop(), plan)
        future.append(step_from(plan, before))
        plan = before
        seen.append((plan.version, plan.edits))
    assert seen == versions[::-1]
    again = [seen[-1]]
    while future:
        plan = plan_at(future.pop(), plan)
        again.append((plan.version, plan.edits))
    assert again == versions


def test_a_step_of_few_cells_holds_only_those():
    boxes = [shapely.box(place, 0, place + 1, 1) for place in range(100)]
    index = pd.Index([f"{place:03}" for place in range(100)], name="cell_id")
    before = gm.new_plan(gpd.GeoDataFrame(geometry=boxes, index=index, crs="EPSG:4549"))
    after = gm.apply_edit(before, gm.SetTier(tier="sealed", cells=["007", "011"]))
    step = step_from(after, before)
    assert step.plan.layers == {}
    assert step.changes["hand"][0].tolist() == [7, 11]
    assert plan_at(step, before).version == after.version
    whole = gm.apply_edit(before, gm.SetRemainder(tier="sealed"))
    assert list(step_from(whole, before).plan.layers) == ["remainder"]


def test_plans_over_different_grids_are_kept_whole():
    before, after = gm.new_plan(two_towns()), gm.new_plan(two_towns().rename({"a1": "z9"}))
    assert plan_at(step_from(before, after), after).version == before.version
