"""Follow-ups: the newest counts, contradictions are listed, and nobody is lost in the counts."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gridmap as gm
from gridmap.core.followup import (
    FOLLOWUP_COLUMNS,
    followup_counts,
    merge_followups,
    official_counts,
    unreached,
)
from gridmap.core.followup_conflicts import take_in
from tests.core.worlds import households, two_towns

ZONE = "Asia/Shanghai"


def entries(*rows):
    """Entries as (household, result, when, needs, source); the day is in March 2022."""
    filled = [(*row, *("", "", "", "a.xlsx")[len(row) - 1 :]) for row in rows]
    frame = pd.DataFrame(filled, columns=["household_id", "result", "reached_on", "needs", "source"])
    frame["reached_on"] = pd.to_datetime(
        frame["reached_on"].map(lambda when: f"2022-03-{when}" if when else None), format="ISO8601"
    ).dt.tz_localize(ZONE)
    return frame.assign(channel="phone", official_id="")[list(FOLLOWUP_COLUMNS)]


def results(merged):
    return dict(zip(merged["household_id"], merged["result"], strict=True))


def kinds(conflicts):
    return conflicts[["household_id", "kind"]].to_numpy().tolist()


# merging


def test_the_newest_entry_of_a_household_counts():
    read = entries(("h1", "absent", "05T09:00"), ("h1", "reached", "06T09:00"), ("h2", "refused", "05"))
    merged, conflicts = merge_followups(None, read)
    assert results(merged) == {"h1": "reached", "h2": "refused"}
    assert list(merged.columns) == list(FOLLOWUP_COLUMNS)
    assert str(merged["reached_on"].dtype) == f"datetime64[us, {ZONE}]"
    assert conflicts.empty


def test_an_older_entry_changes_nothing_that_is_known():
    known, _ = merge_followups(None, entries(("h1", "reached", "06T09:00")))
    merged, conflicts = merge_followups(known, entries(("h1", "absent", "05T09:00", "", "late.xlsx")))
    assert merged.equals(known)
    assert conflicts.empty


def test_a_list_that_shows_what_is_known_already_changes_nothing(plan, placement):
    known, _ = merge_followups(None, entries(("h1", "absent", "05T09:00", "奶粉", "a.xlsx")))
    merged, conflicts = merge_followups(known, entries(("h1", "absent", "05T09:00", "", "z.xlsx")))
    assert merged.equals(known)
    assert conflicts.empty


def test_times_in_other_zones_are_compared_as_moments():
    known, _ = merge_followups(None, entries(("h1", "absent", "05T09:00")))
    read = entries(("h1", "reached", "05T02:00"))
    read["reached_on"] = read["reached_on"].dt.tz_localize(None).dt.tz_localize("UTC")  # 10:00 in Shanghai
    assert results(merge_followups(known, read)[0]) == {"h1": "reached"}


def test_of_two_results_at_one_time_the_household_is_not_reached_and_the_conflict_is_listed():
    read = entries(("h1", "reached", "05T09:00", "", "a.xlsx"), ("h1", "absent", "05T09:00", "", "b.xlsx"))
    for rows in (read, read[::-1]):
        merged, conflicts = merge_followups(None, rows)
        assert results(merged) == {"h1": "absent"}
        assert kinds(conflicts) == [["h1", "same_time"]]
        assert "reached, and absent (b.xlsx), both on 2022-03-05" in conflicts["detail"].iloc[0]
        assert conflicts["source"].iloc[0] == "a.xlsx"


def test_a_day_without_a_time_is_its_beginning_and_another_result_of_that_day_a_conflict():
    merged, conflicts = merge_followups(None, entries(("h1", "absent", "05"), ("h1", "reached", "05T14:30")))
    assert results(merged) == {"h1": "reached"}
    assert kinds(conflicts) == [["h1", "same_time"]]
    merged, conflicts = merge_followups(None, entries(("h1", "absent", "05"), ("h1", "reached", "06T14:30")))
    assert conflicts.empty


def test_two_times_of_one_day_are_no_conflict():
    read = entries(("h1", "absent", "05T09:00"), ("h1", "reached", "05T14:30"))
    merged, conflicts = merge_followups(None, read)
    assert (results(merged), len(conflicts)) == ({"h1": "reached"}, 0)


def test_an_entry_without_a_date_never_takes_the_place_of_one_with_a_date():
    merged, conflicts = merge_followups(None, entries(("h1", "absent", "05"), ("h1", "reached", "")))
    assert results(merged) == {"h1": "absent"}
    assert kinds(conflicts) == [["h1", "no_date"]]
    merged, conflicts = merge_followups(None, entries(("h1", "reached", "")))
    assert (results(merged), len(conflicts)) == ({"h1": "reached"}, 0)


def test_an_entry_without_a_result_never_takes_the_place_of_one_with_a_result():
    merged, conflicts = merge_followups(None, entries(("h1", "reached", "05"), ("h1", "", "06")))
    assert (results(merged), len(conflicts)) == ({"h1": "reached"}, 0)
    merged, conflicts = merge_followups(None, entries(("h1", "", "06")))
    assert results(merged) == {"h1": ""}
    assert kinds(conflicts) == [["h1", "no_result"]]


def test_another_result_is_not_told_in_the_words_that_were_written():
    read = entries(("h1", "张三说妻子住院", "05T09:00"), ("h1", "reached", "05T09:00"))
    merged, conflicts = merge_followups(None, read)
    assert results(merged) == {"h1": "张三说妻子住院"}
    assert "张三" not in conflicts["detail"].iloc[0]


@pytest.mark.parametrize(
    ("needs", "kept"),
    [
        (["胰岛素", ""], "胰岛素"),
        (["胰岛素", "胰岛素；奶粉"], "胰岛素;奶粉"),
        (["胰岛素", "无"], "无"),
        (["胰岛素", "无", "奶粉"], "奶粉"),
        (["", ""], ""),
        (["insulin; milk", "None"], "None"),
    ],
)
def test_needs_stay_until_somebody_says_there_are_none(needs, kept):
    rows = [("h1", "reached", f"{day:02}", text) for day, text in enumerate(needs, 5)]
    merged, _ = merge_followups(None, entries(*rows))
    assert merged["needs"].tolist() == [kept]
    known = None
    for row in rows:
        known, _ = merge_followups(known, entries(row))
    assert known["needs"].tolist() == [kept]


def test_the_tables_that_are_given_stay_as_they_are():
    known, read = entries(("h1", "absent", "05")), entries(("h1", "reached", "06", "奶粉"))
    before = known.copy(), read.copy()
    merge_followups(known, read)
    assert (known.equals(before[0]), read.equals(before[1])) == (True, True)


ENTRY = st.tuples(
    st.sampled_from(["h1", "h2", "h3"]),
    st.sampled_from(["", "reached", "absent", "在外地"]),
    st.sampled_from(["", "05", "05T09:00", "05T14:30", "06"]),
    st.sampled_from(["", "胰岛素", "奶粉", "无"]),
    st.sampled_from(["a.xlsx", "b.xlsx"]),
)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(rows=st.lists(ENTRY, min_size=1, max_size=8), order=st.randoms(use_true_random=False))
def test_merging_again_or_in_another_order_changes_nothing(rows, order):
    read = entries(*rows)
    merged, conflicts = merge_followups(None, read)
    again, same = merge_followups(merged, read)
    assert again.equals(merged)
    assert set(same["household_id"]) == set(conflicts["household_id"])
    shuffled = list(rows)
    order.shuffle(shuffled)
    other, _ = merge_followups(None, entries(*shuffled))
    by_id = [frame.set_index("household_id").sort_index() for frame in (merged, other)]
    assert by_id[0].equals(by_id[1])


# counting


ROSTER = households(
    [
        ("h1", 10, "甲村1幢101室", 2),
        ("h2", 20, "甲村1幢102室", 3),
        ("h3", 150, "甲村2幢101室", 1),
        ("h4", 250, "乙村1幢101室", 4),
        ("h5", None, "不详", 1),
        ("h6", 450, "丙村1号", 2),
        ("h6", 460, "丙村2号", 2),
    ]
)


@pytest.fixture
def grid():
    return two_towns()


@pytest.fixture
def placement(grid):
    """h1 h2 in a1, h3 in a2, h4 in b1; h5 has no place, h6 comes twice and lies in c1."""
    return gm.place_households(ROSTER, grid)


@pytest.fixture
def plan(grid):
    return gm.apply_edit(gm.new_plan(grid), gm.SetTier(cells=["a1"], tier="sealed"))


REACHED = entries(
    ("h1", "reached", "05"), ("h3", "absent", "05"), ("h5", "reached", "05"), ("h6", "reached", "05")
)


def test_households_are_those_reached_and_those_not_in_every_area_and_in_sum(plan, placement):
    counts = followup_counts(plan, placement, REACHED, level="village")
    assert counts[["name", "households", "reached", "not_reached", "asked"]].to_numpy().tolist() == [
        ["甲村", 3, 1, 2, 2],
        ["乙村", 1, 0, 1, 0],
        ["丙村", 1, 1, 0, 1],
        ["", 2, 1, 1, 1],  # h5 by its id; the second h6 cannot be told from the first
    ]
    assert counts.index.tolist() == ["A", "B", "C", ""]
    assert counts["households"].sum() == 7
    assert counts["share"].tolist() == [pytest.approx(1 / 3), 0.0, 1.0, 0.5]


@settings(derandomize=True, deadline=None, max_examples=40)
@given(
    known=st.dictionaries(st.sampled_from(["h1", "h2", "h3", "h4", "h5", "h6", "h9"]), st.booleans()),
    level=st.sampled_from(["grid", "village", "town", "county", "microgrid"]),
    sealed=st.sets(st.sampled_from(["a1", "a2", "b1", "c1"]), min_size=1),
)
def test_nobody_is_lost_whatever_is_known_and_however_areas_are_cut(known, level, sealed):
    grid = two_towns()
    placement = gm.place_households(ROSTER, grid)
    plan = gm.apply_edit(gm.new_plan(grid), gm.SetTier(cells=sorted(sealed), tier="sealed"))
    read = entries(*((each, "reached" if met else "absent", "05") for each, met in known.items()))
    counts = followup_counts(plan, placement, read, level=level)
    assert (counts["households"] == counts["reached"] + counts["not_reached"]).all()
    assert counts["households"].sum() == len(ROSTER)
    placed = counts[counts.index != ""]
    assert placed["not_reached"].sum() == len(unreached(plan, placement, read))
    parts = [followup_counts(plan, placement, read, level=level, tiers=[tier]) for tier in ("sealed", "none")]
    assert sum(part["reached"].sum() for part in parts) == placed["reached"].sum()
    table = duties("p1 linked_member household h1", "p2 linked_member household h4")
    assert official_counts(plan, placement, read, table)["households"].sum() == len(placement.cells)


def test_without_the_level_every_cell_counts_for_itself(plan, placement):
    counts = followup_counts(plan, placement, None, level="microgrid")
    assert counts["not_reached"].to_dict() == {"a1": 2, "a2": 1, "b1": 1, "c1": 1, "": 2}


def test_tiers_may_be_chosen(plan, placement):
    counts = followup_counts(plan, placement, REACHED, level="village", tiers=["sealed"])
    assert counts[["households", "reached"]].to_numpy().tolist() == [[2, 1]]
    assert unreached(plan, placement, REACHED, tiers=["sealed"]).index.tolist() == ["h2"]


def test_nobody_asked_and_nobody_there_are_counted_too(plan, placement, grid):
    assert followup_counts(plan, placement, REACHED.iloc[:0])["reached"].sum() == 0
    nobody = gm.place_households(households([]), grid)
    assert (
        followup_counts(plan, nobody, REACHED).columns.tolist()
        == followup_counts(plan, placement, REACHED).columns.tolist()
    )
    assert followup_counts(plan, nobody, REACHED).empty


def test_those_not_yet_reached_are_listed_with_what_is_known(plan, placement):
    left = unreached(plan, placement, REACHED, level="village")
    assert left[["area", "cell_id", "channel", "result"]].to_dict("index") == {
        "h2": {"area": "A", "cell_id": "a1", "channel": "", "result": ""},
        "h3": {"area": "A", "cell_id": "a2", "channel": "phone", "result": "absent"},
        "h4": {"area": "B", "cell_id": "b1", "channel": "", "result": ""},
    }


def duties(*rows):
    columns = ["official_id", "role", "target_kind", "target"]
    return pd.DataFrame([row.split() for row in rows], columns=columns, dtype="str")


def test_the_counts_of_officials_add_up_to_all_placed_households(plan, placement):
    table = duties(
        "p1 linked_member household h1", "p1 linked_member household h2", "p0 linked_member household h6"
    )
    counts = official_counts(plan, placement, REACHED, table)
    assert counts[["households", "reached", "not_reached"]].to_dict("index") == {
        "p0": {"households": 1, "reached": 1, "not_reached": 0},
        "p1": {"households": 2, "reached": 1, "not_reached": 1},
        "": {"households": 2, "reached": 0, "not_reached": 2},
    }
    sealed = official_counts(plan, placement, REACHED, table, tiers=["sealed"])
    assert sealed["households"].to_dict() == {"p1": 2}


# conflicts with what is known now


def test_a_household_that_is_not_in_the_roster_is_listed_and_not_taken_in(plan, placement):
    read = entries(("h9", "reached", "05"), ("h1", "reached", "05")).assign(where="row 7")
    merged, conflicts = take_in(None, read, plan=plan, placement=placement)
    assert results(merged) == {"h1": "reached"}
    assert kinds(conflicts) == [["h9", "unknown_household"]]
    assert conflicts["source"].tolist() == ["a.xlsx row 7"]


def test_a_household_without_a_place_is_taken_in(plan, placement):
    merged, conflicts = take_in(None, entries(("h5", "reached", "05")), plan=plan, placement=placement)
    assert (results(merged), len(conflicts)) == ({"h5": "reached"}, 0)


def test_a_household_of_another_list_by_now_is_listed_and_taken_in(plan, placement):
    read = entries(("h1", "reached", "05"), ("h3", "reached", "05"), ("h4", "reached", "05"))
    read = read.assign(cell_id=["a1", "a1", ""], tier=["controlled", "none", ""])
    merged, conflicts = take_in(None, read, plan=plan, placement=placement)
    assert len(merged) == 3
    assert conflicts[["household_id", "kind", "detail"]].to_numpy().tolist() == [
        ["h1", "other_list", "under tier sealed now, listed under tier controlled"],
        ["h3", "other_list", "in cell a2 now, listed in cell a1"],
    ]


def test_an_official_answers_for_a_household_by_link_by_zone_or_by_an_area_around_it(plan, placement):
    table = duties(
        "p1 linked_member household h1",
        "p2 lead_official zone S-1",
        "p3 secretary area A",
        "p4 secretary area B",
    )
    read = entries(*[("h1", "reached", "05", "", f"{each}.xlsx") for each in ("p1", "p2", "p3", "p4")])
    read["official_id"] = ["p1", "p2", "p3", "p4"]
    _, conflicts = take_in(None, read, plan=plan, placement=placement, duties=table)
    assert conflicts[["kind", "detail", "source"]].to_numpy().tolist() == [
        ["other_list", "in the list of p4, no more responsible for it", "p4.xlsx"]
    ]
