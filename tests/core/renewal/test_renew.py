"""A roster is renewed: ids stay with the household, and nobody is dropped without a person's word."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.core.renewal.match import match_households, match_officials
from gridmap.core.renewal.renew import renew_households, renew_officials
from gridmap.errors import CrsMismatchError, TableError
from tests.core.renewal.rosters import OLD, officials, roster
from tests.core.renewal.test_match import ROSTERS, frame


def decisions(*rows):
    """Make decisions of pairs of item and answer, with an author and a time."""
    columns = ["item", "decision"]
    signed = {"author": "王", "decided_at": "2022-03-06T10:00+08:00", "note": ""}
    return pd.DataFrame(rows, columns=columns).assign(**signed)


def items(renewal, **wanted):
    """The keys of what waits with some values."""
    queue = renewal.queue
    for name, value in wanted.items():
        queue = queue[queue[name] == value]
    return queue["item"].to_list()


def changes(renewed):
    return renewed.changes["change"].to_dict()


def test_who_has_moved_and_got_another_id_keeps_the_known_one_and_nothing_of_the_old_place():
    old = roster(*OLD).assign(cell_id=["c1", "c1", "c2", "c2"], needs=["", "", "", "dialysis"])
    new = roster(*OLD[:3], "n9 刘海波 10400000004 北苑7幢303室 2").assign(cell_id="", needs="")
    renewed = renew_households(match_households(old, new))
    assert renewed.frame.index.to_list() == ["h1", "h2", "h3", "h4"]
    assert renewed.frame["cell_id"].to_list() == ["c1", "c1", "c2", ""]
    assert renewed.frame.loc["h4", ["address", "residents", "needs"]].to_list() == [
        "北苑7幢303室",
        2,
        "dialysis",
    ]
    assert renewed.changes.loc["h4"].to_list() == ["moved", "address;residents", "n9", 3, 3]
    assert renewed.new_ids == {"n9": "h4"}


def test_a_need_is_over_where_the_file_says_so_and_not_where_it_is_silent():
    old = roster(*OLD).assign(needs=["dialysis", "dialysis", "", ""])
    renewal = match_households(old, roster(*OLD).assign(needs=["无", "", "无", ""]))
    assert renewal.pairs["changed"].to_list() == ["needs", "", "", ""]
    assert renew_households(renewal).frame["needs"].to_list() == ["", "dialysis", "", ""]


def test_who_is_gone_stays_until_a_person_drops_the_row():
    renewal = match_households(roster(*OLD), roster(*OLD[1:]))
    assert renew_households(renewal).frame.index.to_list() == ["h2", "h3", "h4", "h1"]
    (item,) = items(renewal, kind="gone")
    assert renew_households(renewal).waiting["item"].to_list() == [item]
    kept = renew_households(renewal, decisions=decisions((item, "keep")))
    assert (kept.frame.index.to_list(), len(kept.waiting), changes(kept)) == (
        ["h2", "h3", "h4", "h1"],
        0,
        {"h1": "kept"},
    )
    dropped = renew_households(renewal, decisions=decisions((item, "drop")))
    assert (dropped.frame.index.to_list(), dropped.dropped, len(dropped.waiting)) == (
        ["h2", "h3", "h4"],
        ["h1"],
        0,
    )


@pytest.fixture
def doubtful():
    """Others live where h1 lived, under its id: is it the household, or are they others?"""
    return match_households(roster(*OLD), roster("h1 赵春秋 10499999999 东苑新村1幢101室 2", *OLD[1:]))


def test_a_doubtful_pair_leaves_the_old_row_as_it_was_and_waits(doubtful):
    renewed = renew_households(doubtful)
    assert renewed.frame.loc["h1", "head_name"] == "王安宁"
    assert len(renewed.frame) == 4
    assert renewed.waiting["kind"].to_list() == ["pair"]


def test_a_pair_that_a_person_calls_the_same_is_one_household(doubtful):
    (item,) = items(doubtful)
    renewed = renew_households(doubtful, decisions=decisions((item, "same")))
    assert renewed.frame.loc["h1", "head_name"] == "赵春秋"
    assert renewed.changes.loc["h1", ["change", "columns"]].to_list() == [
        "decided",
        "head_name;phone;residents",
    ]
    assert not len(renewed.waiting)


def test_a_pair_that_a_person_calls_different_is_a_new_household_and_one_that_is_gone(doubtful):
    (item,) = items(doubtful)
    renewed = renew_households(doubtful, decisions=decisions((item, "different")))
    assert changes(renewed) == {"h1-2": "new"}
    assert renewed.frame["head_name"].to_dict()["h1"] == "王安宁"
    assert renewed.waiting[["kind", "old_id"]].to_numpy().tolist() == [["gone", "h1"]]
    both = decisions((item, "different"), (renewed.waiting["item"].iloc[0], "drop"))
    done = renew_households(doubtful, decisions=both)
    assert done.frame.index.to_list() == ["h1-2", "h2", "h3", "h4"]
    assert not len(done.waiting)


def test_a_household_that_stands_there_twice_is_taken_once():
    renewal = match_households(roster(*OLD), roster(*OLD, "d1 王安宁 10400000001 东苑新村1幢101室 3"))
    renewed = renew_households(renewal)
    assert renewed.frame.index.to_list() == ["h1", "h2", "h3", "h4"]
    assert renewed.changes.loc["h1", ["change", "id_in_file"]].to_list() == ["doubled", "d1"]


def test_one_who_is_perhaps_there_twice_waits_and_is_taken_as_new_only_by_word():
    renewal = match_households(roster(*OLD), roster(*OLD, "d1 王安宁 10400000001 东苑新村1幢101室 5"))
    (item,) = items(renewal, kind="taken")
    assert len(renew_households(renewal).frame) == 4
    double = renew_households(renewal, decisions=decisions((item, "doubled")))
    assert (len(double.frame), changes(double), len(double.waiting)) == (4, {"h1": "doubled"}, 0)
    other = renew_households(renewal, decisions=decisions((item, "different")))
    assert (len(other.frame), changes(other), len(other.waiting)) == (5, {"d1": "new"}, 0)


def test_what_cannot_be_followed_is_said_and_still_waits(doubtful):
    (item,) = items(doubtful)
    given = pd.DataFrame(
        [
            (item, "drop", "王", "2022-03-06T10:00+08:00"),
            (item, "same", "", "2022-03-06T10:00+08:00"),
            (item, "same", "王", ""),
            ("ffffffffffff", "same", "王", "2022-03-06T10:00+08:00"),
            (item, "", "", ""),
        ],
        columns=["item", "decision", "author", "decided_at"],
    )
    renewed = renew_households(doubtful, decisions=given)
    assert [fault.kind for fault in renewed.faults] == [
        "unknown_decision",
        "unsigned",
        "unsigned",
        "not_asked",
    ]
    assert len(renewed.waiting) == 1


def test_of_two_decisions_the_later_holds_and_at_one_time_neither(doubtful):
    (item,) = items(doubtful)
    given = decisions((item, "same"), (item, "different"))
    neither = renew_households(doubtful, decisions=given)
    assert [fault.kind for fault in neither.faults] == ["two_decisions"]
    assert len(neither.waiting) == 1
    given["decided_at"] = ["2022-03-06T12:00+08:00", "2022-03-06T10:00+08:00"]
    assert changes(renew_households(doubtful, decisions=given)) == {"h1": "decided"}


def test_one_household_cannot_be_two_others():
    old = roster("a1 王安宁 - 东苑1幢 3")
    new = roster("b1 王安宁 - 东苑1幢101室 3", "b2 王安宁 - 东苑1幢202室 3")
    renewal = match_households(old, new)
    renewed = renew_households(renewal, decisions=decisions(*((item, "same") for item in items(renewal))))
    assert [fault.kind for fault in renewed.faults] == ["contradiction"] * 2
    assert len(renewed.waiting) == 2
    assert renewed.followed.empty
    first, second = items(renewal)
    settled = renew_households(renewal, decisions=decisions((first, "same"), (second, "different")))
    assert (settled.frame.index.to_list(), len(settled.waiting)) == (["a1", "b2"], 0)


def test_one_pair_by_word_settles_the_others_of_its_rows():
    old = roster("a1 王安宁 - 东苑1幢 3")
    new = roster("b1 王安宁 - 东苑1幢101室 3", "b2 王安宁 - 东苑1幢202室 3")
    renewal = match_households(old, new)
    settled = renew_households(renewal, decisions=decisions((items(renewal)[0], "same")))
    assert (settled.frame.index.to_list(), len(settled.waiting)) == (["a1", "b2"], 0)


def test_decisions_hold_in_any_order_of_the_rows_and_not_for_others(doubtful):
    (item,) = items(doubtful)
    lines = ["h1 赵春秋 10499999999 东苑新村1幢101室 2", *OLD[1:]]
    assert items(match_households(roster(*OLD), roster(*lines[::-1]))) == [item]
    other = lines[0].replace("赵春秋", "赵春花")
    assert items(match_households(roster(*OLD), roster(other, *OLD[1:]))) != [item]


def test_a_renewed_roster_is_itself_when_it_is_renewed_again():
    old = roster(*OLD)
    new = roster(
        OLD[0].replace(" 3", " 5"),
        "h9 李明志 10400000002 北苑1幢102室 2",
        *OLD[2:],
        "n1 陈玉 10400000055 东苑新村9幢1室 1",
    )
    once = renew_households(match_households(old, new)).frame
    again = match_households(once, new)
    assert again.pairs["status"].eq("same").all()
    pd.testing.assert_frame_equal(renew_households(again).frame, once)


def test_places_come_in_the_crs_of_the_old_roster_and_stay_where_the_file_has_none():
    old = gpd.GeoDataFrame(roster(*OLD), geometry=gpd.points_from_xy([120.9] * 4, [30.8] * 4), crs=4490)
    points = gpd.GeoSeries(gpd.points_from_xy([120.95, 120.95], [30.85, 30.85]), crs=4490).to_crs(4549)
    places = [points[0], None, None, points[1]]
    lines = [
        *OLD[:2],
        OLD[2].replace("西苑新村2幢201", "北苑3幢301"),
        OLD[3].replace("西苑新村2幢202", "北苑3幢302"),
    ]
    new = gpd.GeoDataFrame(roster(*lines), geometry=places, crs=4549)
    frame = renew_households(match_households(old, new)).frame
    assert frame.crs == old.crs
    assert np.allclose(
        shapely.get_x(frame.geometry.to_numpy()), [120.95, 120.9, np.nan, 120.95], equal_nan=True
    )
    with pytest.raises(CrsMismatchError, match="only one of the rosters has a CRS"):
        renew_households(match_households(old, new.set_crs(None, allow_override=True)))


def test_half_a_coordinate_takes_nothing_from_the_other_half():
    old = roster(*OLD[:1]).assign(lon=120.9, lat=30.8)
    new = roster(*OLD[:1]).assign(lon=[121.5], lat=[None])
    assert renew_households(match_households(old, new)).frame[["lon", "lat"]].to_numpy().tolist() == [
        [120.9, 30.8]
    ]


def test_an_official_keeps_the_id_and_the_territory_that_the_file_leaves_empty():
    old = officials("P1 王安宁 10300000001 grid_head 东村 330421")
    new = officials("X7 王安宁 10300000001 grid_head 东村 -", "X8 李明志 10300000002 police 派出所 330421")
    renewed = renew_officials(match_officials(old, new))
    assert renewed.frame["territory"].to_dict() == {"P1": "330421", "X8": "330421"}
    with pytest.raises(TableError, match="renew_officials"):
        renew_households(match_officials(old, new))


def test_a_row_without_an_id_gets_one_of_its_own():
    new = roster(*OLD).reset_index()
    more = (
        roster("x 陈玉 10400000055 北苑9幢1室 1", "x 陈金 10400000056 北苑9幢2室 1")
        .reset_index()
        .assign(household_id="")
    )
    renewal = match_households(roster(*OLD), pd.concat([new, more], ignore_index=True))
    assert renew_households(renewal).frame.index.to_list()[4:] == ["N1", "N2"]


@settings(max_examples=12)
@given(ROSTERS, ROSTERS, st.data())
def test_nobody_is_lost_and_nobody_comes_twice_whatever_is_decided(old, new, data):
    """Every old row stays, unless it was dropped; every new row is taken, waits, or repeats another."""
    renewal = match_households(frame(old), frame(new))
    answers = ["same", "different", "doubled", "drop", "keep", ""]
    chosen = [(item, data.draw(st.sampled_from(answers))) for item in renewal.queue["item"]]
    renewed = renew_households(renewal, decisions=decisions(*chosen))
    changed = renewed.changes
    added, dropped = (changed["change"] == "new").sum(), (changed["change"] == "dropped").sum()
    assert len(renewed.frame) == len(old) - dropped + added
    waiting = set(renewed.waiting["new_row"]) - {-1}
    doubled = set(changed.loc[changed["change"] == "doubled", "new_row"])
    decided = set(changed.loc[changed["change"] == "decided", "new_row"])
    taken = set(renewal.pairs["new_row"]) | decided | set(changed.loc[changed["change"] == "new", "new_row"])
    assert taken | waiting | doubled == set(range(len(new)))
    assert not taken & doubled
    for row in changed.index[changed["change"] == "new"]:
        assert (renewed.frame.index == row).sum() == 1


def test_what_was_followed_is_told_with_who_decided_and_when_and_nothing_else(doubtful):
    pair = items(doubtful, kind="pair")
    followed = renew_households(doubtful, decisions=decisions((pair[0], "same"), ("none", "drop"))).followed
    assert followed[["item", "kind", "old_id", "new_id", "decision", "author"]].to_numpy().tolist() == [
        [pair[0], "pair", "h1", "h1", "same", "王"]
    ]
    assert followed["decided_at"].iloc[0] == pd.Timestamp("2022-03-06T10:00+08:00")
    assert renew_households(doubtful).followed.empty
