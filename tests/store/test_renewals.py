"""What was decided about a renewed roster is kept: who said what when, by ids only."""

import sqlite3
from contextlib import closing

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import gridmap as gm
from gridmap.errors import ConflictError
from gridmap.store import renewal_log
from gridmap.store.database import writing

OLD = pd.DataFrame(
    {
        "head_name": ["王安宁", "李小明"],
        "phone": ["10400000001", "10400000002"],
        "address": ["东苑1幢1室", "西苑2幢2室"],
    },
    index=pd.Index(["h1", "h2"], name="household_id"),
)


@pytest.fixture
def workspace(tmp_path):
    """One cell and two households."""
    grid = gpd.GeoDataFrame(
        index=pd.Index(["a"], name="cell_id"), geometry=[shapely.box(0, 0, 1, 1)], crs="EPSG:4549"
    )
    workspace = gm.open_workspace(tmp_path / "county.gpkg", timeout_s=0)
    workspace.set_tables(grid=grid, households=OLD)
    return workspace


def renewed(workspace, answer, *, day="06", new=OLD.iloc[:1]):
    """h2 is not in the new file; somebody says what becomes of it, with a name in the note."""
    renewal = gm.match_households(workspace.households, new)
    said = {
        "decision": answer,
        "author": "陈",
        "decided_at": f"2022-03-{day}T10:00+08:00",
        "note": "李小明搬走",
    }
    return gm.renew_households(renewal, decisions=renewal.queue[["item"]].assign(**said))


def test_a_decision_is_kept_with_the_roster_that_follows_from_it(workspace):
    assert workspace.renewals().empty
    workspace.renew(renewed(workspace, "drop"), author="王")
    assert workspace.households.index.to_list() == ["h1"]
    row = gm.open_workspace(workspace.path).renewals().iloc[0]
    assert row[["recorded_by", "table", "kind", "old_id", "new_id", "decision", "author"]].to_list() == [
        *("王", "households", "gone", "h2", "", "drop", "陈")
    ]
    assert row["decided_at"] == pd.Timestamp("2022-03-06T10:00+08:00")
    assert "李小明" not in " ".join(map(str, row))


def test_the_same_decision_is_kept_once_and_a_later_one_beside_it(workspace):
    for day in ("06", "06", "08"):
        workspace.renew([renewed(workspace, "keep", day=day)], author="王")
    assert [each.day for each in workspace.renewals()["decided_at"]] == [6, 8]


def test_a_roster_without_decisions_keeps_nothing(workspace):
    workspace.renew(gm.renew_households(gm.match_households(workspace.households, OLD)), author="王")
    assert workspace.renewals().empty
    assert len(workspace.replacements()) == 3


def test_nothing_is_kept_if_somebody_else_has_changed_the_roster(workspace):
    mine = renewed(workspace, "drop")
    gm.open_workspace(workspace.path).set_tables(households=OLD, author="李")
    with pytest.raises(ConflictError, match="another program has changed table households"):
        workspace.renew(mine, author="王")
    assert workspace.renewals().empty


def test_no_row_can_be_changed_and_a_purge_removes_those_of_who_is_over(workspace):
    workspace.renew(renewed(workspace, "drop"), author="王")
    with (
        closing(sqlite3.connect(workspace.path)) as connection,
        pytest.raises(sqlite3.IntegrityError, match="only added to"),
    ):
        connection.execute("DELETE FROM gridmap_renewals")
    counts = []
    for known, before in (({"h2"}, "2022-03-09"), (set(), "2022-03-05"), (set(), "2022-03-09")):
        with writing(workspace.path, timeout_s=0) as connection:
            counts.append(renewal_log.purge(connection, [], known=known, before=before))
    assert counts == [0, 0, 1]
    assert workspace.renewals().empty
