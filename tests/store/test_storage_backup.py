"""Copies before a workspace is changed as a whole, and workspaces of an older gridmap."""

import shutil
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import gridmap as gm
from gridmap.errors import OutputError
from gridmap.model.duties import PIN_COLUMNS, TABLE_COLUMNS
from gridmap.store import backup
from gridmap.store.backup import KEPT, backup_folder, list_backups
from gridmap.store.table_log import COLUMNS

DATA = Path(__file__).parents[1] / "data"
V1 = (DATA / "workspace_v1.sql").read_text(encoding="utf-8")
V1_PLAN = "dccf3498fbdc3467"
V2 = (DATA / "workspace_v2.sql").read_text(encoding="utf-8")
V2_PLANS = ["d07047f7d4b88c43", "9856130a5ef41920"]
V3 = (DATA / "workspace_v3.sql").read_text(encoding="utf-8")
V4 = (DATA / "workspace_v4.sql").read_text(encoding="utf-8")
V3_PLANS = ["4e1a404e3773acb9", "1e8246bb483f9cea"]


@pytest.fixture
def grid():
    """One unit square."""
    return gpd.GeoDataFrame(
        index=pd.Index(["a"], name="cell_id"), geometry=[shapely.box(0, 0, 1, 1)], crs="EPSG:4549"
    )


@pytest.fixture
def workspace(tmp_path, grid):
    workspace = gm.open_workspace(tmp_path / "county.gpkg", timeout_s=0)
    workspace.set_tables(grid=grid, households=roster(0))
    return workspace


@pytest.fixture
def version_1(tmp_path):
    """A workspace of version 1: cells a and b, one save in which a is sealed."""
    path = tmp_path / "old.gpkg"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(V1)
    return path


@pytest.fixture
def version_2(tmp_path):
    """A workspace of version 2: cells a and b; 王 sealed a in save 1, then 李 controlled b in save 2."""
    path = tmp_path / "old.gpkg"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(V2)
    return path


@pytest.fixture
def version_3(tmp_path):
    """A workspace of version 3: 王 sealed a in save 1; on the branch larger 李 controlled b in save 2."""
    path = tmp_path / "old.gpkg"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(V3)
    return path


@pytest.fixture
def version_4(tmp_path):
    """That workspace in version 4, with a duty that 王 set by hand."""
    path = tmp_path / "old.gpkg"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(V4)
    return path


def roster(residents):
    index = pd.Index(["h1"], name="household_id")
    point = [shapely.Point(0.5, 0.5)]
    return gpd.GeoDataFrame(
        {"head_name": ["张三"], "residents": [residents]}, index=index, geometry=point, crs=4549
    )


def ask(path, sql):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


# before replacing tables


def test_a_first_table_needs_no_copy(workspace):
    assert list_backups(workspace.path) == []


def test_the_tables_before_a_replacement_can_be_opened_again(workspace):
    workspace.set_tables(households=roster(7))
    (copy,) = list_backups(workspace.path)
    assert gm.open_workspace(copy).households["residents"].tolist() == [0]
    assert workspace.households["residents"].tolist() == [7]
    assert ask(copy, "PRAGMA integrity_check") == [("ok",)]


def test_the_last_copies_stay_and_other_files_of_the_folder_too(workspace):
    (backup_folder(workspace.path)).mkdir()
    (backup_folder(workspace.path) / "mine.gpkg").write_text("x")
    for residents in range(1, KEPT + 3):
        workspace.set_tables(households=roster(residents))
    kept = [gm.open_workspace(copy).households["residents"].iloc[0] for copy in list_backups(workspace.path)]
    assert kept == list(range(KEPT + 2))[-KEPT:]
    assert (backup_folder(workspace.path) / "mine.gpkg").exists()


def test_copies_are_for_the_owner_only_and_their_names_hold_no_data(workspace):
    workspace.set_tables(households=roster(7), author="王五")
    folder = backup_folder(workspace.path)
    (copy,) = folder.iterdir()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert copy.name[22:] == "-before-replacing-households.gpkg"
    assert copy.name[:22].replace("T", "").replace("Z", "").isdigit()


def test_nothing_is_replaced_when_no_copy_can_be_made(workspace):
    backup_folder(workspace.path).write_text("in the way")
    with pytest.raises(gm.WorkspaceError, match="was not changed, because no copy of it could be made"):
        workspace.set_tables(households=roster(7))
    assert workspace.households["residents"].tolist() == [0]


def test_a_full_disk_under_the_copy_is_told(workspace, monkeypatch):
    def full(*_):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(backup, "_copy", full)
    with pytest.raises(gm.WorkspaceError, match="disk is full"):
        workspace.set_tables(households=roster(7))
    assert workspace.households["residents"].tolist() == [0]
    assert list(backup_folder(workspace.path).iterdir()) == []


def test_a_plain_copy_of_a_live_workspace_is_whole(workspace, tmp_path):
    plan = gm.apply_edit(workspace.plan, gm.SetTier(cells=["a"], tier="sealed"))
    workspace.save(plan, reason="r", author="a")
    copy = Path(shutil.copy(workspace.path, tmp_path / "copy.gpkg"))
    assert sorted(each.name for each in tmp_path.iterdir()) == ["copy.gpkg", "county.gpkg"]
    assert gm.open_workspace(copy).plan == plan
    assert ask(copy, "PRAGMA journal_mode") == [("delete",)]


def test_a_copy_holds_the_last_save_also_while_another_program_has_the_file_in_wal_mode(workspace, tmp_path):
    plan = gm.apply_edit(workspace.plan, gm.SetTier(cells=["a"], tier="sealed"))
    with closing(sqlite3.connect(workspace.path)) as qgis:
        qgis.execute("PRAGMA journal_mode=WAL")
        qgis.execute("SELECT count(*) FROM grid").fetchone()
        workspace.save(plan, reason="r", author="a")
        plain = Path(shutil.copy(workspace.path, tmp_path / "plain.gpkg"))
        copy = workspace.copy_to(tmp_path / "copy.gpkg")
    assert ask(copy, "PRAGMA journal_mode") == [("delete",)]
    assert gm.open_workspace(copy).plan == plan
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert gm.open_workspace(plain).versions().empty, "a plain copy lacks what is in the WAL"


def test_a_copy_that_cannot_be_written_leaves_what_was_there(workspace, tmp_path):
    (tmp_path / "copy.gpkg").write_text("old")
    (tmp_path / "copy.gpkg").chmod(0o444)
    with pytest.raises(OutputError, match="is read-only; it was left as it is"):
        workspace.copy_to(tmp_path / "copy.gpkg")
    assert (tmp_path / "copy.gpkg").read_text() == "old"


@pytest.mark.parametrize("spoil", [lambda data: b"x" * len(data), lambda data: data[: len(data) // 2]])
def test_who_opens_a_damaged_workspace_is_told_of_the_last_copy(workspace, spoil):
    workspace.set_tables(households=roster(7))
    (copy,) = list_backups(workspace.path)
    workspace.path.write_bytes(spoil(workspace.path.read_bytes()))
    with pytest.raises(gm.WorkspaceError, match=f"the last copy that gridmap made is {copy}"):
        gm.open_workspace(workspace.path)


# of another version


def test_a_workspace_of_version_1_is_brought_up_to_date_after_a_copy(version_1):
    before = version_1.read_bytes()
    workspace = gm.open_workspace(version_1)
    assert workspace.plan.version == V1_PLAN
    assert workspace.versions()["author"].tolist() == ["王"]
    assert workspace.replacements().columns.tolist() == list(COLUMNS)
    assert ask(version_1, "SELECT value FROM gridmap_meta WHERE key = 'schema_version'") == [("5",)]
    (copy,) = list_backups(version_1)
    assert copy.name.endswith("-before-version-5.gpkg")
    with closing(sqlite3.connect(":memory:")) as old, closing(sqlite3.connect(copy)) as kept:
        old.deserialize(before)
        assert list(kept.iterdump()) == list(old.iterdump())


def test_a_workspace_of_version_2_gets_branches_and_the_log_of_moves(version_2):
    workspace = gm.open_workspace(version_2)
    versions = workspace.versions()
    assert versions["version"].tolist() == V2_PLANS
    assert versions["branch"].tolist() == ["", ""]
    assert versions["parent"].tolist() == [0, 1]
    assert workspace.replacements()["author"].tolist() == ["王"]
    assert workspace.branches()["save"].tolist() == [2]
    assert workspace.last_moves() == []
    assert [copy.name[22:] for copy in list_backups(version_2)] == ["-before-version-5.gpkg"]


def test_a_workspace_of_version_3_keeps_duties_from_now_on(version_3):
    workspace = gm.open_workspace(version_3)
    assert workspace.versions()["version"].tolist() == V3_PLANS
    assert workspace.branches()["branch"].tolist() == ["", "larger"]
    assert workspace.households["head_name"].tolist() == ["张三"]
    assert [len(rows) for rows in (workspace.pins, workspace.duties_in_force, workspace.followups)] == [
        0,
        0,
        0,
    ]
    assert workspace.in_force is None
    pin = pd.DataFrame([["p", "grid_head", "area", "a"]], columns=list(PIN_COLUMNS))
    workspace.change_pins(put=pin, author="王")
    assert gm.open_workspace(version_3).pins.to_numpy().tolist() == [["p", "grid_head", "area", "a"]]
    assert [copy.name[22:] for copy in list_backups(version_3)] == ["-before-version-5.gpkg"]


def test_a_workspace_of_version_4_keeps_events_from_now_on(version_4):
    workspace = gm.open_workspace(version_4)
    assert workspace.versions()["version"].tolist() == V3_PLANS
    assert workspace.pins["official_id"].tolist() == ["p"]
    assert workspace.pin_history()["author"].tolist() == ["王"]
    assert workspace.events.empty
    at = pd.Timestamp("2022-03-05T18:00+08:00")
    closure = pd.DataFrame({"kind": ["closure"], "at": [at], "zone_id": ["S-1"]})
    assert workspace.record(closure, author="王").added == 1
    assert gm.open_workspace(version_4).events["zone_id"].tolist() == ["S-1"]
    assert [copy.name[22:] for copy in list_backups(version_4)] == ["-before-version-5.gpkg"]


def test_copies_before_duties_drive_out_no_others(workspace):
    workspace.set_tables(households=roster(1))
    for number in range(KEPT + 3):
        rows = pd.DataFrame(
            [[f"p{number}", "grid_head", "area", "a", "assigned"]], columns=list(TABLE_COLUMNS)
        )
        workspace.keep_duties(rows, plan_version="v", author="王")
    names = [copy.name[22:] for copy in list_backups(workspace.path)]
    assert names == ["-before-replacing-households.gpkg", *["-before-replacing-duties-in-force.gpkg"] * 2]
    last = gm.open_workspace(list_backups(workspace.path)[-1])
    assert last.duties_in_force["official_id"].tolist() == [f"p{KEPT + 1}"]


def test_a_workspace_is_brought_up_to_date_once(version_1, grid):
    gm.open_workspace(version_1)
    after = version_1.read_bytes()
    gm.open_workspace(version_1)
    assert version_1.read_bytes() == after
    assert len(list_backups(version_1)) == 1


def test_the_log_of_an_updated_workspace_can_only_grow(version_1):
    workspace = gm.open_workspace(version_1)
    workspace.set_tables(households=roster(1), author="王")
    with pytest.raises(sqlite3.IntegrityError, match="gridmap_tables is never changed, only added to"):
        ask(version_1, "DELETE FROM gridmap_tables")
    assert workspace.replacements()["author"].tolist() == ["王"]


def test_a_workspace_that_cannot_be_copied_stays_at_its_version(version_1):
    before = version_1.read_bytes()
    backup_folder(version_1).write_text("in the way")
    with pytest.raises(gm.WorkspaceError, match="was not changed, because no copy"):
        gm.open_workspace(version_1)
    assert version_1.read_bytes() == before
