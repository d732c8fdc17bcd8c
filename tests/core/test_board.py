"""The board: every count by hand, sums that hold for any roster, and nothing unknown taken for 0."""

import json
from datetime import UTC, datetime

import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from gridmap.core.apply import apply_edit, new_plan
from gridmap.core.board import MEASURES, BoardHistory, BoardVersion, board, grouped_items
from gridmap.core.certify import certify_plan
from gridmap.core.clock.zone_clock import zone_clock
from gridmap.core.edits import SetTier
from gridmap.core.place import place_households
from gridmap.core.staffed import count_staffed
from gridmap.core.tally import household_tiers
from gridmap.errors import UnsupportedError
from gridmap.model.duties import LOAD_COLUMNS, TABLE_COLUMNS, VACANCY_COLUMNS, Duties, no_rows
from gridmap.model.protocol import DutyRule
from gridmap.model.zoning import Document
from gridmap.store.protocols import load_protocol
from tests.core.duty_worlds import LEAD, MEMBER, SECRETARY, protocol
from tests.core.test_followup import entries
from tests.core.worlds import households, two_towns

NOON = datetime(2022, 3, 7, 12, tzinfo=UTC)
RULES = protocol(
    LEAD,
    SECRETARY,
    MEMBER,
    DutyRule("volunteer", "zone", tiers=("controlled",), least=2),
    chain=(("linked_member",), ("secretary",)),
)


def day(number, hour=0):
    return datetime(2022, 3, number, hour, tzinfo=UTC)


def duties_of(rows, vacancies=()):
    """Duties from official, role, kind, target; vacancies from role, kind, target, missing, hard."""
    table = pd.DataFrame([(*row, "assigned") for row in rows], columns=list(TABLE_COLUMNS), dtype="str")
    missing = pd.DataFrame(list(vacancies), columns=list(VACANCY_COLUMNS))
    missing = missing.astype(no_rows(VACANCY_COLUMNS).dtypes)
    loads = no_rows(LOAD_COLUMNS, "official_id")
    return Duties(table, missing, no_rows(("official_id",)), loads, protocol=RULES)


@pytest.fixture
def grid():
    return two_towns()


@pytest.fixture
def placement(grid):
    """One household in each of a1, a2, b1 and c1, and two that are nowhere, one of them in 乙村."""
    return place_households(
        households(
            [
                ("h1", 50, "", 3),
                ("h2", 150, "", 2),
                ("h3", 250, "", 2),
                ("h4", 450, "", 1),
                ("h5", None, "乙村南路", 2),
                ("h6", None, "", 2),
            ]
        ),
        grid,
    )


@pytest.fixture
def plan(grid):
    """Cell a1 sealed as S-1; a2 and b1, of two villages of one town, controlled as C-1."""
    sealed = apply_edit(new_plan(grid), SetTier(cells=["a1"], tier="sealed"))
    return apply_edit(sealed, SetTier(cells=["a2", "b1"], tier="controlled"))


@pytest.fixture
def duties():
    """Nobody is linked to h3, village C has no secretary, and C-1 lacks two volunteers."""
    return duties_of(
        [
            ("L1", "lead_official", "zone", "S-1"),
            ("sA", "secretary", "area", "A"),
            ("sB", "secretary", "area", "B"),
            *(("m1", "linked_member", "household", home) for home in ("h1", "h2", "h4")),
        ],
        [
            ("secretary", "area", "C", 1, True),
            ("volunteer", "zone", "C-1", 2, False),
            ("linked_member", "household", "h3", 1, False),
        ],
    )


@pytest.fixture
def followups():
    return entries(("h1", "reached", "06T09:00"), ("h2", "absent", "06"), ("h4", "reached", "06"))


@pytest.fixture
def made(plan, placement, duties, followups):
    return board(plan, placement, at=NOON, duties=duties, followups=followups)


def done_of(frame, measure):
    """Done and due of every row, as texts."""
    pairs = zip(frame[f"{measure}_done"], frame[f"{measure}_due"], strict=True)
    return dict(zip(frame.index, (f"{done}/{due}" for done, due in pairs), strict=True))


def test_every_area_stands_before_those_in_it_and_what_is_nowhere_comes_last(made):
    assert list(made.areas.index) == ["K", "T1", "A", "a1", "a2", "B", "b1", "b2", "T2", "C", "c1", "c2", ""]
    assert made.areas.loc["A", ["level", "name", "parent"]].tolist() == ["village", "甲村", "T1"]


def test_the_counts_of_a_county_worked_by_hand(made):
    def some(measure):
        found = done_of(made.areas, measure)
        return {area: found[area] for area in ("K", "T1", "A", "B", "T2", "C", "")}

    assert some("placed") == {
        "K": "4/5",
        "T1": "3/4",
        "A": "2/2",
        "B": "1/2",
        "T2": "1/1",
        "C": "1/1",
        "": "0/1",
    }
    assert some("staffed") == {
        "K": "3/4",
        "T1": "2/3",
        "A": "2/2",
        "B": "0/1",
        "T2": "1/1",
        "C": "1/1",
        "": "0/0",
    }
    assert some("reached") == {
        "K": "1/3",
        "T1": "1/3",
        "A": "1/2",
        "B": "0/1",
        "T2": "0/0",
        "C": "0/0",
        "": "0/0",
    }
    assert some("posts") == {
        "K": "3/6",
        "T1": "3/5",
        "A": "2/2",
        "B": "1/1",
        "T2": "0/1",
        "C": "0/1",
        "": "0/0",
    }
    assert made.areas["vacancies"].loc[["K", "T1", "A", "B", "C"]].tolist() == [4, 3, 0, 1, 1]
    assert made.areas["hard_vacancies"].loc[["K", "T1", "T2", "C"]].tolist() == [1, 0, 1, 1]
    assert made.areas["open_items"].loc[["K", "T1", "A", "B", "T2", ""]].tolist() == [6, 5, 1, 3, 1, 1]
    assert made.areas.at["T1", "placed_share"] == pytest.approx(0.75)
    assert pd.isna(made.areas.at["T2", "reached_share"])


def test_the_counts_of_zones_worked_by_hand(made):
    assert done_of(made.zones, "staffed") == {"S-1": "1/1", "C-1": "1/2"}
    assert done_of(made.zones, "reached") == {"S-1": "1/1", "C-1": "0/2"}
    assert done_of(made.zones, "posts") == {"S-1": "1/1", "C-1": "0/2"}
    assert made.zones[["vacancies", "hard_vacancies", "open_items"]].to_numpy().tolist() == [
        [0, 0, 0],
        [2, 0, 4],
    ]


def test_the_totals_are_those_of_the_certificate(made, plan, placement, duties):
    proof = certify_plan(
        placement,
        plan,
        tiers=household_tiers(plan, placement),
        as_of=NOON,
        staffing=count_staffed(plan, placement, duties),
    ).to_json()
    shared = set(proof) & set(made.figures)
    assert shared == {
        "households_in",
        "placed",
        "exceptions",
        "by_tier",
        "households_staffed",
        "households_unstaffed",
        "hard_vacancies",
    }
    assert {name: made.figures[name] for name in shared} == {name: proof[name] for name in shared}
    assert made.totals.loc["placed", ["done", "due"]].tolist() == [proof["placed"], proof["households_in"]]
    assert made.totals.at["staffed", "done"] == proof["households_staffed"]
    assert made.totals.at["reached", "due"] == proof["placed"] - proof["by_tier"]["none"]


def test_what_is_open_says_where_whose_and_why(made):
    items = made.open_items
    said = {
        (row.kind, row.household_id or row.target): (row.area_id, row.owner, row.detail, row.count)
        for row in items.itertuples(index=False)
    }
    assert said == {
        ("vacancy_hard", "C"): ("C", "", "secretary", 1),
        ("unplaced", "h5"): ("B", "sB", "no_location", 1),
        ("unplaced", "h6"): ("", "", "no_location", 1),
        ("unstaffed", "h3"): ("b1", "sB", "no_linked_member", 1),
        ("unreached", "h2"): ("a2", "m1", "absent", 1),
        ("unreached", "h3"): ("b1", "sB", "", 1),
        ("vacancy", "C-1"): ("T1", "", "volunteer", 2),
    }
    assert len(items) == made.figures["open_items"] == 7


def test_the_oldest_item_comes_first_and_one_of_unknown_age_last(grid, plan, placement, duties, followups):
    first = apply_edit(new_plan(grid), SetTier(cells=["a1", "a2"], tier="controlled"))
    between = apply_edit(new_plan(grid), SetTier(cells=["a1"], tier="sealed"))
    saves = [(1, day(1), first), (2, day(2), between), (3, day(3), first), (4, day(4), plan)]
    history = BoardHistory(
        tuple(BoardVersion(save, time, "me", each) for save, time, each in saves), duties_at=day(2, 6)
    )
    items = board(
        plan,
        placement,
        at=NOON,
        duties=duties,
        followups=followups,
        history=history,
        document=Document(valid_until=day(1, 6), number="n"),
    ).open_items
    found = {(row.kind, row.household_id or row.target): row.since for row in items.itertuples(index=False)}
    assert items["kind"].iloc[0] == "expired"
    assert items["since"].is_monotonic_increasing or items["since"].dropna().is_monotonic_increasing
    assert found["unreached", "h2"] == day(3)  # between save 2 and 3 it was under no tier
    assert found["unreached", "h3"] == day(4)
    assert found["vacancy", "C-1"] == day(2, 6)
    assert pd.isna(found["unplaced", "h6"])  # nobody said when the roster was read
    assert items["since"].isna().iloc[-2:].all()


def test_the_trend_counts_what_was_known_at_each_save(grid, plan, placement, duties, followups):
    first = apply_edit(new_plan(grid), SetTier(cells=["a1", "a2"], tier="controlled"))
    history = BoardHistory(
        (BoardVersion(1, day(5), "me", first), BoardVersion(2, day(6, 12), "you", plan, duties))
    )
    made = board(plan, placement, at=NOON, duties=duties, followups=followups, history=history)
    trend = made.trend
    assert trend["version"].tolist() == [first.version, plan.version, plan.version]
    assert trend["zones"].tolist() == [1, 2, 2]
    assert trend["households_controlled"].tolist() == [2, 2, 2]
    assert trend["households_sealed"].tolist() == [0, 1, 1]
    assert trend["reached"].tolist() == [0, 1, 1]
    assert pd.isna(trend["staffed"].iloc[0])
    assert trend["staffed"].iloc[1:].tolist() == [3, 3]
    assert trend["open_items"].iloc[-1] == len(made.open_items)


def happened(*rows):
    """Events from kind, at and the columns that are said."""
    frame = pd.DataFrame([{"kind": kind, "at": at, "author": "me", **said} for kind, at, said in rows])
    return frame.set_axis(pd.Index([f"E{number}" for number in range(len(rows))], name="event_id"))


def test_rounds_and_requests_count_where_they_are(plan, placement):
    events = happened(
        ("test_round", day(6), {"zone_id": "S-1", "round": 1, "due": 3, "tested": 3, "positive": 0}),
        ("test_round", day(6), {"zone_id": "C-1", "round": 1, "due": 4, "tested": 1, "positive": 0}),
        ("request", day(5), {"household_id": "h4", "owner": "m1", "note": "胰岛素"}),
        ("request", day(7, 6), {"area_id": "B"}),
        ("request", day(6), {"zone_id": "C-1"}),
        ("request_closed", day(7), {"of": "E4"}),
    )
    made = board(plan, placement, at=NOON, events=events)
    tested, requests = done_of(made.areas, "tested"), done_of(made.areas, "requests")
    assert {area: tested[area] for area in ("K", "T1", "A", "a1", "B", "T2")} == {
        "K": "4/7",  # C-1 lies in two villages, and counts for their town
        "T1": "4/7",
        "A": "3/3",
        "a1": "3/3",
        "B": "0/0",
        "T2": "0/0",
    }
    assert {area: requests[area] for area in ("K", "T1", "B", "c1")} == {
        "K": "1/3",
        "T1": "1/2",
        "B": "0/1",
        "c1": "0/1",
    }
    assert done_of(made.zones, "tested") == {"S-1": "3/3", "C-1": "1/4"}
    items = made.open_items[made.open_items["kind"].isin(["untested", "request"])]
    said = (
        items[["kind", "area_id", "zone_id", "household_id", "owner", "detail", "count"]].to_numpy().tolist()
    )
    assert said == [
        ["request", "c1", "", "h4", "m1", "overdue", 1],
        ["untested", "T1", "C-1", "", "", "1", 3],
        ["request", "B", "", "", "", "", 1],
    ]
    assert made.figures["requests_open"] == 2
    assert made.trend[["tested", "requests_open", "open_items"]].iloc[-1].tolist() == [
        4,
        2,
        len(made.open_items),
    ]
    assert "胰岛素" not in json.dumps(made.to_json(), ensure_ascii=False)


def test_a_round_whose_figures_nobody_entered_is_unknown_and_open(plan, placement):
    events = happened(
        ("test_round", day(6), {"zone_id": "S-1", "round": 2, "due": 3, "tested": 3}),
        ("test_round", day(6), {"zone_id": "C-1", "round": 2}),
    )
    made = board(plan, placement, at=NOON, events=events)
    assert made.areas["tested_due"].loc[["a1", "A"]].tolist() == [3, 3]
    assert made.areas["tested_due"].loc[["T1", "K"]].isna().all()
    assert pd.isna(made.totals.at["tested", "done"])
    (item,) = made.open_items[made.open_items["kind"] == "untested"].itertuples(index=False)
    assert (item.zone_id, item.detail) == ("C-1", "2")
    assert pd.isna(item.count)
    earlier = board(plan, placement, at=day(5), events=events)
    assert earlier.totals.loc["tested"].isna().all()


def test_conditions_of_a_clock_that_nobody_told_of_are_open(plan, placement):
    clock = zone_clock(
        plan, None, None, protocol=load_protocol("three-zones-2021"), at=NOON, placement=placement
    )
    items = board(plan, placement, at=NOON, clock=clock).open_items
    told = items[items["kind"] == "clock"]
    unknown = clock.conditions[clock.conditions["state"] == "unknown"]
    assert len(told) == len(unknown) > 0
    assert set(told["area_id"]) == {"a1", "T1"}


def test_what_nobody_told_is_missing_and_never_0(plan, placement):
    made = board(plan, placement, at=NOON)
    for measure in ("staffed", "reached", "tested", "requests", "posts"):
        assert made.areas[f"{measure}_done"].isna().all()
        assert pd.isna(made.totals.at[measure, "due"])
    assert made.areas[["vacancies", "hard_vacancies"]].isna().all(axis=None)
    assert made.figures["households_staffed"] is None
    assert set(made.open_items["kind"]) == {"unplaced"}
    nothing_back = board(plan, placement, at=NOON, followups=entries())
    assert pd.isna(nothing_back.totals.at["reached", "done"])


def test_what_came_back_later_does_not_count_yet(plan, placement, followups):
    made = board(plan, placement, at=day(5), followups=followups)
    assert made.totals.at["reached", "done"] == 0


def test_a_moment_without_a_time_zone_is_refused(plan, placement):
    with pytest.raises(UnsupportedError, match="no time zone"):
        board(plan, placement, at=datetime(2022, 3, 7))


def test_an_empty_roster_has_an_empty_board_of_the_same_columns(grid, plan, made):
    nobody = place_households(households([("h1", 50, "", 3)]).iloc[:0], grid)
    empty = board(plan, nobody, at=NOON)
    assert list(empty.areas.columns) == list(made.areas.columns)
    assert list(empty.open_items.columns) == list(made.open_items.columns)
    assert len(empty.open_items) == 0
    assert empty.areas["households"].sum() == 0


def test_as_data_it_names_no_household(made):
    text = json.dumps(made.to_json())
    assert not any(f'"h{number}"' in text for number in range(1, 7))
    groups = grouped_items(made.open_items)
    assert groups["items"].sum() == len(made.open_items)


@settings(max_examples=10, deadline=None, phases=[Phase.generate])
@given(
    homes=st.lists(
        st.tuples(
            st.sampled_from([None, 50, 150, 250, 350, 450, 550, 900]), st.sampled_from(["", "丙村1号"])
        ),
        min_size=1,
        max_size=14,
    ),
    tiers=st.lists(st.sampled_from(["sealed", "controlled", ""]), min_size=6, max_size=6),
    linked=st.sets(st.integers(0, 13)),
    reached=st.sets(st.integers(0, 13)),
)
def test_every_area_is_the_sum_of_those_in_it_and_the_whole_is_the_certificate(homes, tiers, linked, reached):
    grid = two_towns()
    rows = [(f"h{number}", east, address, 1) for number, (east, address) in enumerate(homes)]
    placement = place_households(households(rows), grid)
    plan = new_plan(grid)
    for cell, tier in zip(("a1", "a2", "b1", "b2", "c1", "c2"), tiers, strict=True):
        plan = apply_edit(plan, SetTier(cells=[cell], tier=tier)) if tier else plan
    ids = [f"h{number}" for number in range(len(rows))]
    served = [("m1", "linked_member", "household", ids[each]) for each in linked if each < len(ids)]
    duties = duties_of([*served, ("sA", "secretary", "area", "A")], [("secretary", "area", "T1", 2, False)])
    back = entries(*((ids[each], "reached", "06") for each in reached if each < len(ids)))
    made = board(plan, placement, at=NOON, duties=duties, followups=back)
    columns = [f"{name}_{part}" for name in MEASURES for part in ("done", "due")]
    columns = [name for name in ["households", "open_items", *columns] if made.areas[name].notna().all()]
    plain = made.areas[["parent", *columns]].astype(dict.fromkeys(columns, "int64"))
    apart = {"open_items", "posts_done", "posts_due"}  # an area may have some of its own
    for area, level in made.areas["level"].items():
        inside = plain[plain["parent"] == area] if area else plain.iloc[:0]
        shared = [
            name for name in columns if name not in apart and (level, name) != ("village", "placed_due")
        ]
        if len(inside):
            assert inside[shared].sum().tolist() == plain.loc[area, shared].tolist()
        around = [area in plan.hierarchy.ancestors(each) for each in made.open_items["area_id"] if area]
        assert not area or sum(around) == plain.at[area, "open_items"]
    roots = plain[plain["parent"] == ""]
    staffing = count_staffed(plan, placement, duties)
    assert roots["placed_done"].sum() == len(placement.cells)
    assert roots["placed_due"].sum() == len(rows)
    assert roots["staffed_done"].sum() == staffing["households_staffed"]
    assert made.figures["hard_vacancies"] == staffing["hard_vacancies"]
    assert roots["open_items"].sum() == len(made.open_items)
    leaves = plain[~plain.index.isin(plain["parent"])]
    assert leaves["households"].sum() == len(placement.cells)
    towns = plain[made.areas["level"] == "town"]
    assert towns["staffed_done"].sum() == plain.at["K", "staffed_done"] == staffing["households_staffed"]
