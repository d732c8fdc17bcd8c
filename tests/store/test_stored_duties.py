"""Duties set by hand, duties in force and follow-ups in a workspace: kept, logged, and never overwritten."""

import sqlite3
from contextlib import closing

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import gridmap as gm
from gridmap.model.duties import PIN_COLUMNS, TABLE_COLUMNS
from gridmap.store.backup import list_backups

FOLLOWUP_COLUMNS = ["household_id", "channel", "result", "needs", "reached_on", "source", "official_id"]


@pytest.fixture
def path(tmp_path):
    """Two unit squares, a and b."""
    shapes = [shapely.box(x, 0, x + 1, 1) for x in range(2)]
    grid = gpd.GeoDataFrame(index=pd.Index(["a", "b"], name="cell_id"), geometry=shapes, crs=4549)
    gm.open_workspace(tmp_path / "county.gpkg").set_tables(grid=grid)
    return tmp_path / "county.gpkg"


def pins(*rows):
    """Pins as "official role kind target"."""
    return pd.DataFrame([row.split() for row in rows], columns=list(PIN_COLUMNS), dtype="str")


def table(*rows):
    """Duties as "official role kind target origin"."""
    return pd.DataFrame([row.split() for row in rows], columns=list(TABLE_COLUMNS), dtype="str")


def lines(frame):
    return [" ".join(row) for row in frame.astype("str").to_numpy().tolist()]


HEAD_A, HEAD_B = "p1 grid_head area a", "p2 grid_head area b"
LINK = "p3 linked_member household h1"


def test_pins_that_were_set_are_there_for_whoever_opens_the_file(path):
    workspace = gm.open_workspace(path)
    assert list(workspace.pins.columns) == list(PIN_COLUMNS)
    workspace.change_pins(put=pins(HEAD_A, LINK), author="王")
    now = workspace.change_pins(put=pins(HEAD_B), drop=pins(LINK), author="李")
    assert lines(now) == [HEAD_A, HEAD_B]
    assert lines(gm.open_workspace(path).pins) == [HEAD_A, HEAD_B]


def test_every_change_of_pins_is_logged_and_the_log_only_grows(path):
    workspace = gm.open_workspace(path)
    workspace.change_pins(put=pins(HEAD_A, LINK), author="王")
    workspace.change_pins(put=pins(HEAD_A), author="王")
    workspace.set_tables(pins=pins(HEAD_A, HEAD_B), author="李")
    log = workspace.pin_history()
    assert lines(log[["author", "change", *PIN_COLUMNS]]) == [
        f"王 set {HEAD_A}",
        f"王 set {LINK}",
        f"李 taken_off {LINK}",
        f"李 set {HEAD_B}",
    ]
    assert str(log["time"].dt.tz) == "UTC"
    with (
        closing(sqlite3.connect(path)) as connection,
        pytest.raises(sqlite3.IntegrityError, match="only added"),
    ):
        connection.execute("DELETE FROM gridmap_pin_log")


def test_single_pins_make_no_copy_of_the_file_and_whole_tables_do(path):
    workspace = gm.open_workspace(path)
    workspace.change_pins(put=pins(HEAD_A))
    workspace.change_pins(put=pins(HEAD_B))
    assert list_backups(path) == []
    workspace.set_tables(pins=pins(LINK))
    (copy,) = list_backups(path)
    assert lines(gm.open_workspace(copy).pins) == [HEAD_A, HEAD_B]


def test_who_changes_the_pins_of_a_target_that_somebody_else_has_changed_is_told_by_whom(path):
    mine, theirs = gm.open_workspace(path), gm.open_workspace(path)
    mine.change_pins(put=pins(HEAD_A, HEAD_B), author="王")
    seen = mine.pins
    theirs.change_pins(put=pins("p9 grid_head area a"), drop=pins(HEAD_A), author="李")
    with pytest.raises(gm.ConflictError, match=r"grid_head of area a by 李 at .*; look at them"):
        mine.change_pins(put=pins("p8 grid_head area a"), drop=pins(HEAD_A), seen=seen, author="王")
    assert lines(mine.pins) == [HEAD_B, "p9 grid_head area a"]
    now = mine.change_pins(put=pins("p8 grid_head area b"), drop=pins(HEAD_B), seen=seen, author="王")
    assert lines(now) == ["p9 grid_head area a", "p8 grid_head area b"]


def test_a_whole_table_of_pins_is_never_put_over_what_somebody_else_has_set(path):
    mine, theirs = gm.open_workspace(path), gm.open_workspace(path)
    theirs.change_pins(put=pins(HEAD_A), author="李")
    with pytest.raises(gm.ConflictError, match="another program has changed table pins"):
        mine.set_tables(pins=pins(HEAD_B))
    assert lines(mine.pins) == [HEAD_A]


def test_duties_in_force_come_back_with_the_plan_they_are_for(path):
    workspace = gm.open_workspace(path)
    assert workspace.in_force is None
    rows = table(f"{HEAD_A} territory", f"{LINK} assigned", "p3 linked_member household h2 pinned")
    assert workspace.keep_duties(rows, plan_version="abc", author="王")
    other = gm.open_workspace(path)
    assert lines(other.duties_in_force) == lines(rows)
    assert (other.in_force.plan_version, other.in_force.author) == ("abc", "王")
    assert other.in_force.time.utcoffset() is not None
    logged = other.replacements().iloc[-1]
    assert (logged["table"], logged["author"], logged["rows"]) == ("duties_in_force", "王", 3)


def test_the_same_duties_for_the_same_plan_are_not_written_again(path):
    workspace = gm.open_workspace(path)
    rows = table(f"{HEAD_A} territory")
    workspace.keep_duties(rows, plan_version="abc", author="王")
    before = path.read_bytes()
    assert not gm.open_workspace(path).keep_duties(rows, plan_version="abc", author="李")
    assert path.read_bytes() == before
    assert gm.open_workspace(path).keep_duties(rows, plan_version="def", author="李")


def test_duties_in_force_are_never_put_over_those_of_somebody_else(path):
    mine, theirs = gm.open_workspace(path), gm.open_workspace(path)
    theirs.keep_duties(table(f"{HEAD_A} territory"), plan_version="abc", author="李")
    with pytest.raises(gm.ConflictError, match=r"table duties_in_force .* last by 李"):
        mine.keep_duties(table(f"{HEAD_B} territory"), plan_version="abc", author="王")
    assert lines(mine.duties_in_force) == [f"{HEAD_A} territory"]


def test_duties_in_force_are_not_set_without_their_plan(path):
    with pytest.raises(gm.WorkspaceError, match=r"keep_duties\(\) puts duties in force"):
        gm.open_workspace(path).set_tables(duties_in_force=table(f"{HEAD_A} territory"))


def test_followups_come_back_with_their_times(path):
    workspace = gm.open_workspace(path)
    assert list(workspace.followups.columns) == FOLLOWUP_COLUMNS
    when = pd.Timestamp("2022-03-05T14:30+08:00").tz_convert("Asia/Shanghai")
    row = ["h1", "phone", "reached", "", when, "S-1.xlsx", "p3"]
    frame = pd.DataFrame([row], columns=FOLLOWUP_COLUMNS)
    workspace.set_tables(followups=frame)
    again = gm.open_workspace(path).followups
    assert again["reached_on"].tolist() == [when]
    assert again.drop(columns="reached_on").to_numpy().tolist() == [
        ["h1", "phone", "reached", "", "S-1.xlsx", "p3"]
    ]


def test_a_copy_holds_pins_duties_and_followups(path, tmp_path):
    workspace = gm.open_workspace(path)
    workspace.change_pins(put=pins(HEAD_A))
    workspace.keep_duties(table(f"{HEAD_A} pinned"), plan_version="abc", author="王")
    copy = gm.open_workspace(workspace.copy_to(tmp_path / "copy.gpkg"))
    assert lines(copy.pins) == [HEAD_A]
    assert (lines(copy.duties_in_force), copy.in_force.plan_version) == ([f"{HEAD_A} pinned"], "abc")


def test_the_duties_of_a_large_county_come_back_as_they_were(path):
    count = 300_000
    ids = pd.Series(range(count)).astype("str")
    rows = pd.DataFrame(
        {
            "official_id": "P" + (pd.Series(range(count)) % 5000).astype("str"),
            "role": "linked_member",
            "target_kind": "household",
            "target": "H" + ids,
            "origin": "assigned",
        }
    ).astype("str")
    gm.open_workspace(path).keep_duties(rows, plan_version="abc", author="王")
    assert gm.open_workspace(path).duties_in_force.equals(rows)
