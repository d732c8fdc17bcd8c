import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

import gridmap as gm
from gridmap.core.tally import count_tiers, count_zones
from gridmap.core.zone_changes import COUNTS, ZONE_CHANGES, compare_zones
from gridmap.errors import GridmapError, PlanError
from tests.core.worlds import EAST, NORTH, households, two_towns

CELLS = ("a1", "a2", "b1", "b2", "c1", "c2")
GRID = two_towns()
PLACEMENT = gm.place_households(
    households(
        [
            ("h1", 10, "枫南新村1幢101室", 3),
            ("h2", 60, "枫南新村2幢101室", 2),
            ("h3", 110, "枫南新村2幢102室", 4),
            ("h4", 250, "北汇浜1号", 1),
            ("h5", 350, "北汇浜2号", 5),
            ("h6", 550, "南浜1号", 2),
        ]
    ),
    GRID,
)


def made(*edits, base=None):
    return gm.replay(gm.new_plan(GRID) if base is None else base, edits)


def changed(before, after, placement=PLACEMENT):
    """The words of every zone that changed, by its numbers before and after."""
    zones = compare_zones(before, after, placement=placement).zones
    return {
        (one, other): " ".join(words)
        for one, other, words in zip(zones["zone_before"], zones["zone_after"], zones["changes"], strict=True)
    }


def moved(before, after, placement=PLACEMENT):
    """Cells, households and residents that moved, by the zones they come from and go to."""
    moves = compare_zones(before, after, placement=placement).moves
    return {
        (row.zone_before, row.zone_after): (row.cells, row.households, row.residents)
        for row in moves.itertuples()
    }


@pytest.fixture
def plan():
    """C-1 is village A (h1, h2, h3), P-1 is village B (h4, h5); c1 and c2 are in no zone."""
    return made(gm.SetTier(tier="controlled", areas=["A"]), gm.SetTier(tier="prevention", areas=["B"]))


def test_a_new_zone_grows_out_of_none_and_is_gone_the_other_way_round(plan):
    after = made(gm.SetTier(tier="sealed", cells=["c2"]), base=plan)
    assert changed(plan, after) == {("", "S-1"): "new"}
    assert moved(plan, after) == {("", "S-1"): (1, 1, 2)}
    assert changed(after, plan) == {("S-1", ""): "gone"}
    assert moved(after, plan) == {("S-1", ""): (1, 1, 2)}


def test_a_building_sealed_in_a_controlled_zone_moves_its_households_and_no_cell(plan):
    after = made(gm.AddCarveOut(tier="sealed", addresses=["枫南新村2幢"]), base=plan)
    assert changed(plan, after) == {("", "S-1"): "new", ("C-1", "C-1"): "shrunk"}
    assert moved(plan, after) == {("C-1", "S-1"): (0, 2, 6)}
    assert changed(after, plan) == {("S-1", ""): "gone", ("C-1", "C-1"): "grown"}


def test_a_cell_that_goes_over_makes_one_zone_grow_and_the_other_shrink(plan):
    after = made(gm.SetTier(tier="controlled", cells=["b1"]), base=plan)
    assert changed(plan, after) == {("C-1", "C-1"): "grown", ("P-1", "P-1"): "shrunk"}
    assert moved(plan, after) == {("P-1", "C-1"): (1, 1, 1)}
    row = compare_zones(plan, after, placement=PLACEMENT).zones.iloc[0]
    assert (row["cells_before"], row["cells_after"]) == (2, 3)
    assert (row["households_before"], row["households_after"]) == (3, 4)
    assert (row["residents_before"], row["residents_after"]) == (9, 10)


def test_a_zone_is_split_and_merged_the_other_way_round(plan):
    after = made(gm.SplitZone(zone="C-1", cells=["a2"]), base=plan)
    assert changed(plan, after) == {("C-1", "C-1"): "split shrunk", ("", "C-2"): "new"}
    assert moved(plan, after) == {("C-1", "C-2"): (1, 1, 4)}
    back = made(gm.MergeZones(zones=["C-1", "C-2"]), base=after)
    assert changed(after, back) == {("C-1", "C-1"): "merged grown", ("C-2", ""): "gone"}
    assert moved(after, back) == {("C-2", "C-1"): (1, 1, 4)}


def test_a_part_under_another_tier_is_no_split(plan):
    after = made(gm.SetTier(tier="sealed", cells=["a2"]), base=plan)
    assert changed(plan, after) == {("", "S-1"): "new", ("C-1", "C-1"): "shrunk"}


def test_a_zone_of_another_name_and_number_has_not_moved(plan):
    after = made(gm.NameZone(zone="C-1", name="甲"), gm.NumberZone(zone="P-1", number="P-7"), base=plan)
    assert changed(plan, after) == {("C-1", "C-1"): "renamed", ("P-1", "P-7"): "renumbered"}
    assert moved(plan, after) == {}


def test_a_zone_that_has_another_number_and_grew_is_still_that_zone(plan):
    after = made(
        gm.NumberZone(zone="C-1", number="X-1"),
        gm.SetTier(tier="controlled", cells=["c1"], zone="X-1"),
        base=plan,
    )
    assert changed(plan, after) == {("C-1", "X-1"): "grown renumbered"}
    assert moved(plan, after) == {("", "X-1"): (1, 0, 0)}
    assert changed(after, plan) == {("X-1", "C-1"): "shrunk renumbered"}


def test_a_whole_zone_under_another_tier_is_one_that_moved(plan):
    after = made(gm.SetTier(tier="sealed", areas=["A"]), base=plan)
    assert changed(plan, after) == {("C-1", "S-1"): "tier"}
    assert moved(plan, after) == {("C-1", "S-1"): (2, 3, 9)}
    rows = compare_zones(plan, after, placement=PLACEMENT).moves
    assert rows[["tier_before", "tier_after"]].to_numpy().tolist() == [["controlled", "sealed"]]


def test_a_building_that_no_tier_holds_any_more_left_for_no_zone(plan):
    after = made(gm.AddCarveOut(tier="none", addresses=["枫南新村1幢"], reason="over"), base=plan)
    assert changed(plan, after) == {("C-1", "C-1"): "shrunk"}
    assert moved(plan, after) == {("C-1", ""): (0, 1, 3)}


def test_a_drawn_part_in_which_nobody_lives_is_a_zone_too(plan):
    corner = box(EAST + 420, NORTH, EAST + 440, NORTH + 20)
    after = made(gm.AddCarveOut(tier="sealed", shape=corner), base=plan)
    assert changed(plan, after) == {("", "S-1"): "new"}
    assert moved(plan, after) == {}
    more = made(gm.AddCarveOut(tier="sealed", shape=corner.buffer(5), zone="S-1"), base=after)
    assert changed(after, more) == {("S-1", "S-1"): "grown"}
    other = made(gm.NumberZone(zone="S-1", number="S-9"), base=after)
    assert changed(after, other) == {("S-1", "S-9"): "renumbered"}


def test_without_a_roster_buildings_are_compared_by_name_and_people_are_not_known(plan):
    after = made(gm.AddCarveOut(tier="sealed", addresses=["枫南新村2幢"]), base=plan)
    found = compare_zones(plan, after)
    assert changed(plan, after, None) == {("", "S-1"): "new"}
    assert found.moves.empty
    assert found.zones[["households_after", "residents_after"]].isna().all().all()
    moves = compare_zones(plan, made(gm.SetTier(tier="sealed", cells=["c2"]), base=plan)).moves
    assert moves["cells"].to_list() == [1]
    assert moves[["households", "residents"]].isna().all().all()


def test_plans_over_other_grids_are_refused(plan):
    with pytest.raises(PlanError, match="over different grids"):
        compare_zones(plan, gm.new_plan(GRID.rename(index={"c2": "c3"})))


def test_the_order_of_the_cells_does_not_matter(plan):
    after = made(gm.SetTier(tier="sealed", cells=["c2"]), base=plan)
    turned = gm.replay(gm.new_plan(GRID.iloc[::-1]), after.edits)
    assert turned.version == after.version
    assert changed(plan, turned, None) == changed(plan, after, None)
    assert moved(after, turned, None) == {}


_CELLS = st.lists(st.sampled_from(CELLS), min_size=1, max_size=3)
_TIERS = st.sampled_from(["sealed", "controlled", "prevention"])
_ADDRESSES = st.sampled_from(["枫南新村1幢", "枫南新村2幢", "枫南新村", "北汇浜1号"])
_ZONES = st.sampled_from(["S-1", "C-1", "P-1", "C-2"])
_EDITS = st.one_of(
    st.builds(gm.SetTier, tier=_TIERS, cells=_CELLS),
    st.builds(gm.ClearTier, cells=_CELLS),
    st.builds(gm.AddCarveOut, tier=_TIERS, addresses=_ADDRESSES.map(lambda text: [text])),
    st.builds(gm.AddCarveOut, tier=st.just("none"), households=st.just(["h4"]), reason=st.just("over")),
    st.builds(gm.SplitZone, zone=_ZONES, cells=_CELLS),
    st.builds(gm.MergeZones, zones=st.lists(_ZONES, min_size=2, max_size=2)),
    st.builds(gm.NumberZone, zone=_ZONES, number=st.sampled_from(["X-1", "X-2"])),
)


def _some(edits, base=None):
    """Make the edits that are allowed."""
    plan = made() if base is None else base
    for edit in edits:
        try:
            plan = gm.apply_edit(plan, edit)
        except GridmapError:
            continue
    return plan


_PLANS = st.lists(_EDITS, max_size=6)


@settings(max_examples=60, deadline=None)
@given(_PLANS, _PLANS)
def test_what_entered_minus_what_left_is_the_difference_of_the_tallies(first, then):
    before = _some(first)
    after = _some(then, before)
    found = compare_zones(before, after, placement=PLACEMENT)
    tallies = [count_tiers(plan, PLACEMENT)[list(COUNTS)] for plan in (before, after)]
    for tier in tallies[0].index:
        entered = found.moves[found.moves["tier_after"] == tier][list(COUNTS)].sum()
        left = found.moves[found.moves["tier_before"] == tier][list(COUNTS)].sum()
        assert (entered - left).to_list() == (tallies[1].loc[tier] - tallies[0].loc[tier]).to_list()
    sizes = [count_zones(plan, PLACEMENT) for plan in (before, after)]
    for row in found.zones.itertuples():
        for side, zone, known in (("before", row.zone_before, sizes[0]), ("after", row.zone_after, sizes[1])):
            expected = known.loc[zone].to_list() if zone else [0, 0, 0]
            assert [getattr(row, f"{name}_{side}") for name in COUNTS] == expected


@settings(max_examples=40, deadline=None)
@given(_PLANS, _PLANS, st.booleans())
def test_the_other_way_round_everything_is_turned(first, then, with_roster):
    placement = PLACEMENT if with_roster else None
    before = _some(first)
    after = _some(then, before)
    there, back = (compare_zones(*pair, placement=placement) for pair in ((before, after), (after, before)))
    turned = dict(zip(ZONE_CHANGES[:6], ("gone", "new", "merged", "split", "shrunk", "grown"), strict=True))
    words = {
        (row.zone_after, row.zone_before): {turned.get(word, word) for word in row.changes}
        for row in there.zones.itertuples()
    }
    assert words == {(row.zone_before, row.zone_after): set(row.changes) for row in back.zones.itertuples()}
    swapped = there.moves.rename(
        columns=lambda name: name.replace("before", "x").replace("after", "before").replace("x", "after")
    )
    keys = [*back.moves.columns]
    rows = [sorted(frame[keys].astype("str").to_numpy().tolist()) for frame in (swapped, back.moves)]
    assert rows[0] == rows[1]


@settings(max_examples=20, deadline=None)
@given(_PLANS)
def test_a_plan_and_itself_are_the_same(edits):
    plan = _some(edits)
    found = compare_zones(plan, plan, placement=PLACEMENT)
    assert found.zones.empty
    assert found.moves.empty
    assert isinstance(found.zones, pd.DataFrame)
