import contextlib
import os
import signal
import sqlite3
import stat
import subprocess
import sys
from datetime import datetime

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from pandas.testing import assert_frame_equal

from gridmap.core.apply import apply_edit, new_plan, replay
from gridmap.core.edits import AddCarveOut, ClearTier, Lock, NameZone, SetRemainder, SetTier
from gridmap.errors import ConflictError, ProtocolError, UnknownCellError, UnsupportedError, WorkspaceError
from gridmap.model.zoning import Document
from gridmap.store.protocols import read_protocol_text
from gridmap.store.workspace import open_workspace
from gridmap.store.workspace_file import SCHEMA_VERSION, create_workspace

PROTOCOL = read_protocol_text("three-zones-2021")


@pytest.fixture
def grid():
    """Two unit cells side by side.

    +-----+-----+
    | 007 | NA  |
    +-----+-----+
    0     1     2
    """
    return gpd.GeoDataFrame(
        {"name": ["枫南社区一网格", "二网格"], "level": ["cell", "cell"], "parent_id": ["01", "01"]},
        geometry=[shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)],
        crs="EPSG:4549",
        index=pd.Index(["007", "NA"], dtype="str", name="cell_id"),
    )


@pytest.fixture
def households():
    """Three rows with one id twice, and a column of the county's own.

    007 in cell 007; 008 without a place; 007 again in cell NA
    """
    return gpd.GeoDataFrame(
        {
            "address": pd.array(["枫桥新村3幢", None, ""], dtype="str"),
            "residents": pd.array([3, None, 0], dtype="Int64"),
            "备注": pd.array(["甲", "=1+1", "<b>"], dtype="str"),
        },
        geometry=[shapely.Point(0.5, 0.5), None, shapely.Point(1.5, 0.5)],
        crs="EPSG:4549",
        index=pd.Index(["007", "008", "007"], dtype="str", name="household_id"),
    )


@pytest.fixture
def path(tmp_path):
    return tmp_path / "county.gpkg"


@pytest.fixture
def workspace(path, grid):
    workspace = open_workspace(path, timeout_s=0)
    workspace.set_tables(grid=grid)
    return workspace


@pytest.fixture
def sealed(workspace):
    """The plan in which cell 007 is sealed."""
    return apply_edit(workspace.plan, SetTier(cells=["007"], tier="sealed"))


def outlines_of(plan, *, names=("一区",)):
    return gpd.GeoDataFrame(
        {"tier": ["sealed"] * len(names), "name": list(names)},
        geometry=[shapely.box(0, 0, 1, 1)] * len(names),
        crs="EPSG:4549",
        index=pd.Index([f"S-{place}" for place in range(len(names))], dtype="str", name="zone_id"),
    )


def execute(path, sql):
    connection = sqlite3.connect(path)
    try:
        rows = connection.execute(sql).fetchall()
        connection.commit()
    finally:
        connection.close()
    return rows


# making and opening


def test_a_new_workspace_is_a_geopackage_for_its_owner_only(path):
    open_workspace(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_bytes()[:16] == b"SQLite format 3\x00"
    assert path.read_bytes()[68:72] == b"GPKG"
    assert [each.name for each in path.parent.iterdir()] == ["county.gpkg"]


def test_the_mode_stays_after_tables_and_saves(workspace, sealed, households):
    workspace.set_tables(households=households)
    workspace.save(sealed, reason="r", author="a")
    assert stat.S_IMODE(workspace.path.stat().st_mode) == 0o600
    assert [each.name for each in workspace.path.parent.iterdir()] == ["county.gpkg"]


def test_a_new_workspace_is_made_in_a_new_folder(tmp_path):
    assert open_workspace(tmp_path / "枫南" / "w.gpkg").path.is_file()


def test_a_workspace_that_cannot_be_made_says_where(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(WorkspaceError, match="cannot be written"):
        open_workspace(tmp_path / "file" / "w.gpkg")


@pytest.mark.parametrize("address", ["postgresql://db/county", "postgres://db/county", "PostgreSQL://db"])
def test_a_database_server_is_refused_clearly(address):
    with pytest.raises(UnsupportedError, match="PostgreSQL is not supported yet"):
        open_workspace(address)


def test_a_missing_workspace_is_an_error_where_none_may_be_made(path):
    with pytest.raises(WorkspaceError, match=r"there is no workspace .*county\.gpkg"):
        open_workspace(path, create=False)
    assert not path.exists()


def test_a_file_that_somebody_else_has_just_made_is_not_replaced(workspace, grid):
    before = workspace.path.read_bytes()
    with pytest.raises(WorkspaceError, match="made by another program just now"):
        create_workspace(workspace.path)
    assert workspace.path.read_bytes() == before


@pytest.mark.parametrize("ending", ["-journal", "-wal"])
def test_a_new_workspace_is_not_mended_with_the_journal_of_an_old_one(path, ending):
    left = path.with_name(path.name + ending)
    left.write_bytes(b"old")
    with pytest.raises(WorkspaceError, match="is left of another county"):
        open_workspace(path)
    assert [each.name for each in path.parent.iterdir()] == [left.name]


def test_a_file_that_was_deleted_is_not_made_again(workspace):
    workspace.path.unlink()
    with pytest.raises(WorkspaceError, match="is no longer there"):
        workspace.versions()
    assert not workspace.path.exists()


def test_a_workspace_is_a_context_manager(path, grid):
    with open_workspace(path) as workspace:
        workspace.set_tables(grid=grid)
    with open_workspace(path) as workspace:
        assert_geodataframe_equal(workspace.grid, grid)


@pytest.fixture
def spoilt(workspace, sealed, households):
    """A whole workspace file, to be spoilt in one way."""
    workspace.set_tables(households=households)
    workspace.save(sealed, reason="r", author="a")
    return workspace.path


def _cut_in_half(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _without_header(path):
    path.write_bytes(b"x" * 100 + path.read_bytes()[100:])


def _with_a_bad_page(path):
    data = path.read_bytes()
    path.write_bytes(data[:8192] + b"\xff" * 4096 + data[12288:])


def _emptied(path):
    path.write_bytes(b"")


def _as_text(path):
    path.write_text("household_id,address\n")


def _of_no_version(path):
    execute(path, "DELETE FROM gridmap_meta WHERE key = 'schema_version'")


@pytest.mark.parametrize(
    "spoil", [_cut_in_half, _without_header, _with_a_bad_page, _emptied, _as_text, _of_no_version]
)
def test_a_damaged_file_is_refused_and_left_as_it_is(spoilt, spoil):
    spoil(spoilt)
    before = spoilt.read_bytes()
    with pytest.raises(WorkspaceError, match="damaged"):
        open_workspace(spoilt)
    assert spoilt.read_bytes() == before
    assert [each.name for each in spoilt.parent.iterdir()] == [spoilt.name]


def test_a_foreign_geopackage_is_refused_and_left_as_it_is(path, grid):
    pyogrio.write_dataframe(grid.reset_index(), path, layer="grid")
    before = path.read_bytes()
    with pytest.raises(WorkspaceError, match="is a GeoPackage, but not a workspace"):
        open_workspace(path)
    assert path.read_bytes() == before


def test_a_foreign_database_is_refused_and_left_as_it_is(path):
    execute(path, "CREATE TABLE gridmap_meta (key, value)")
    before = path.read_bytes()
    with pytest.raises(WorkspaceError, match="is a database, but not a workspace"):
        open_workspace(path)
    assert path.read_bytes() == before


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(WorkspaceError, match="cannot be opened"):
        open_workspace(tmp_path)


def test_a_workspace_of_a_newer_gridmap_is_refused_with_both_versions(spoilt):
    execute(spoilt, "UPDATE gridmap_meta SET value = '99' WHERE key = 'schema_version'")
    execute(spoilt, "UPDATE gridmap_meta SET value = '7.1' WHERE key = 'gridmap_version'")
    before = spoilt.read_bytes()
    message = rf"of version 99, made by gridmap 7\.1; .* reads up to version {SCHEMA_VERSION}"
    with pytest.raises(WorkspaceError, match=message):
        open_workspace(spoilt)
    assert spoilt.read_bytes() == before


def test_a_file_in_use_elsewhere_is_left_whole(workspace, sealed, households):
    other = sqlite3.connect(workspace.path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        for use in (
            lambda: workspace.save(sealed, reason="r", author="a"),
            lambda: workspace.set_tables(households=households),
            lambda: workspace.grid,
            lambda: open_workspace(workspace.path, timeout_s=0),
        ):
            with pytest.raises(WorkspaceError, match="in use by another program"):
                use()
    finally:
        other.close()
    assert workspace.versions().empty
    assert workspace.save(sealed, reason="r", author="a") == sealed.version


# tables


def test_tables_come_back_as_they_were_set(workspace, households):
    before = households.copy(deep=True)
    workspace.set_tables(households=households)
    assert_geodataframe_equal(households, before)
    back = open_workspace(workspace.path).households
    assert_geodataframe_equal(back, households)
    assert back.crs == households.crs
    assert back["address"].isna().tolist() == [False, True, False]


def test_an_index_without_a_name_gets_the_name_of_the_table(workspace, households):
    workspace.set_tables(households=households.rename_axis(None))
    assert workspace.households.index.name == "household_id"


def test_other_programs_read_tables_zones_and_history(workspace, sealed, households):
    officials = pd.DataFrame({"name": ["王"]}, index=pd.Index(["001"], name="official_id"))
    workspace.set_tables(households=households, officials=officials)
    workspace.save(sealed, reason="首批", author="王", outlines=outlines_of(sealed))
    names = set(pyogrio.list_layers(workspace.path)[:, 0])
    assert names == {"grid", "households", "officials", "zones", "gridmap_versions", "gridmap_exports"}
    homes = pyogrio.read_dataframe(workspace.path, layer="households")
    assert homes.crs == households.crs
    assert homes["household_id"].tolist() == ["007", "008", "007"]
    assert homes["备注"].tolist() == ["甲", "=1+1", "<b>"]
    zones = pyogrio.read_dataframe(workspace.path, layer="zones")
    assert zones.crs == "EPSG:4549"
    assert zones[["zone_id", "name", "plan_version"]].to_numpy().tolist() == [["S-0", "一区", sealed.version]]
    assert pyogrio.read_dataframe(workspace.path, layer="gridmap_versions")["reason"].tolist() == ["首批"]


def test_a_row_that_another_program_adds_is_seen(workspace, households):
    workspace.set_tables(households=households)
    assert len(workspace.households) == 3
    script = (
        "import sys, geopandas as gpd, pyogrio, shapely\n"
        "place = [shapely.Point(0.1, 0.1)]\n"
        "new = gpd.GeoDataFrame({'household_id': ['009']}, geometry=place, crs='EPSG:4549')\n"
        "pyogrio.write_dataframe(new, sys.argv[1], layer='households', append=True)\n"
    )
    subprocess.run([sys.executable, "-c", script, str(workspace.path)], check=True)
    assert workspace.households.index.tolist() == ["007", "008", "007", "009"]


def test_changing_what_was_read_changes_nothing_in_the_workspace(workspace, grid):
    read = workspace.grid
    read.loc["007", "name"] = "x"
    read["more"] = 1
    assert_geodataframe_equal(workspace.grid, grid)


def test_a_table_that_is_missing_is_empty_with_its_columns(workspace):
    cases = workspace.cases
    assert (cases.index.name, len(cases), cases.crs) == ("case_id", 0, "EPSG:4549")
    assert {"cell_id", "address", "confirmed_on", "isolated_on", "geometry"} <= set(cases.columns)
    assert workspace.officials.index.name == "official_id"
    assert workspace.sites.index.name == "site_id"
    assert workspace.case_places.columns.tolist() == ["place_kind", "place", "from", "to"]
    assert workspace.households.empty


def test_a_workspace_without_a_grid_says_what_to_do(path):
    workspace = open_workspace(path)
    for use in (lambda: workspace.grid, lambda: workspace.plan):
        with pytest.raises(WorkspaceError, match=r"has no grid yet; set_tables\(grid=\.\.\.\)"):
            use()
    assert workspace.cases.crs is None


def test_tables_are_replaced_all_or_none(workspace, grid, households):
    workspace.set_tables(households=households)
    bad = pd.DataFrame({"x": [pd.Timedelta(1, "s")]})
    with pytest.raises(WorkspaceError, match="table officials, column 'x'"):
        workspace.set_tables(households=households.iloc[:1], officials=bad)
    with pytest.raises(WorkspaceError, match="there is no table 'homes'"):
        workspace.set_tables(households=households.iloc[:1], homes=households)
    assert_geodataframe_equal(workspace.households, households)
    workspace.set_tables(households=households.iloc[:1])
    assert len(workspace.households) == 1


def test_two_who_replace_one_table_are_told(workspace, households):
    other = open_workspace(workspace.path)
    other.set_tables(households=households)
    with pytest.raises(ConflictError, match="changed table households since it was read here"):
        workspace.set_tables(households=households.iloc[:1])
    assert len(workspace.households) == 3
    workspace.set_tables(households=households.iloc[:1])
    assert len(other.households) == 1


def test_a_new_grid_with_more_cells_carries_the_plan_on(workspace, grid, sealed):
    workspace.save(sealed, reason="r", author="a")
    third = gpd.GeoDataFrame({"name": ["三"]}, geometry=[shapely.box(2, 0, 3, 1)], crs=grid.crs, index=["3"])
    workspace.set_tables(grid=pd.concat([grid, third]), author="李")
    assert workspace.plan.tiers.fillna("none").to_dict() == {"007": "sealed", "NA": "none", "3": "none"}
    last = workspace.versions().iloc[-1]
    assert (last["version"], last["author"]) == (workspace.plan.version, "李")
    assert last["reason"] == "the grid was replaced"


def test_the_same_cells_with_other_borders_make_no_new_version(workspace, grid, sealed):
    workspace.save(sealed, reason="r", author="a")
    workspace.set_tables(grid=grid.set_geometry(grid.geometry.translate(0.1)))
    assert len(workspace.versions()) == 1
    assert workspace.plan.hierarchy.geometry.iloc[0].bounds == (0.1, 0, 1.1, 1)


def test_a_new_grid_without_a_sealed_cell_is_refused(workspace, grid, sealed):
    workspace.save(sealed, reason="r", author="a")
    with pytest.raises(UnknownCellError, match="'007' that the grid lacks"):
        workspace.set_tables(grid=grid.loc[["NA"]])
    assert_geodataframe_equal(workspace.grid, grid)
    assert workspace.plan == sealed


# plans


def test_before_the_first_save_the_plan_is_empty(workspace):
    assert workspace.plan.tiers.isna().all()
    assert workspace.edits == ()
    fixed = ["save", "version", "author", "time", "reason", "edits"]
    assert workspace.versions().columns.tolist() == [*fixed, "branch", "parent"]
    assert workspace.versions().empty


def test_the_first_plan_uses_the_tiers_of_the_protocol(workspace):
    assert workspace.plan.tier_order == ("sealed", "controlled", "prevention")
    workspace.set_protocol(read_protocol_text("eu-2020-687-hpai"))
    assert workspace.plan.tier_order == workspace.protocol.tier_ids
    assert workspace.plan.tier_order != ("sealed", "controlled", "prevention")


def test_a_saved_plan_comes_back_with_its_edits(workspace, sealed):
    assert workspace.save(sealed, reason="病例", author="王") == sealed.version
    assert workspace.plan == sealed
    again = open_workspace(workspace.path)
    assert again.plan == sealed
    assert again.plan.tiers.to_dict() == sealed.tiers.to_dict()
    assert again.edits == sealed.edits == again.plan.edits


def test_a_plan_with_every_kind_of_content_comes_back(workspace, sealed):
    edits = [
        AddCarveOut(tier="controlled", addresses=["枫桥新村3幢"], name="三幢", scope="01"),
        AddCarveOut(tier="sealed", shape="POLYGON ((1 0, 2 0, 2 1, 1 0))"),
        SetRemainder(tier="prevention"),
        NameZone(zone="S-1", name="枫南封控区"),
        Lock(cells=["007"]),
    ]
    plan = replay(sealed, edits)
    workspace.save(plan, reason="r", author="a")
    back = open_workspace(workspace.path).plan
    assert (back, back.edits) == (plan, plan.edits)
    assert_frame_equal(back.zones, plan.zones)
    assert_frame_equal(back.carve_outs, plan.carve_outs)
    assert replay(new_plan(workspace.grid), back.edits) == plan


def test_versions_say_who_saved_what_when_and_why(workspace, sealed):
    workspace.save(sealed, reason="病例", author="王")
    workspace.save(apply_edit(sealed, ClearTier(cells=["007"])), reason="解封", author="李")
    versions = workspace.versions()
    assert versions["save"].tolist() == [1, 2]
    assert versions["author"].tolist() == ["王", "李"]
    assert versions["reason"].tolist() == ["病例", "解封"]
    assert versions["edits"].tolist() == [1, 2]
    assert versions["version"].tolist() == [sealed.version, workspace.plan.version]
    assert str(versions["time"].dt.tz) == "UTC"


def test_the_log_has_every_edit_once_with_the_save_that_brought_it(workspace, sealed):
    workspace.save(sealed, reason="", author="")
    both = apply_edit(sealed, SetTier(cells=["NA"], tier="controlled"))
    workspace.save(both, reason="", author="")
    other = apply_edit(sealed, ClearTier(cells=["007"]))
    workspace.save(other, reason="", author="")
    log = execute(workspace.path, "SELECT save, edit FROM gridmap_edits ORDER BY number")
    assert [save for save, _ in log] == [1, 2, 3]
    assert ["SetTier" in log[0][1], "controlled" in log[1][1], "ClearTier" in log[2][1]] == [True] * 3
    assert open_workspace(workspace.path).edits == other.edits
    workspace.restore(2)
    assert open_workspace(workspace.path).edits == both.edits
    assert execute(workspace.path, "SELECT count(*) FROM gridmap_edits") == [(3,)]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE gridmap_versions SET author = 'x'",
        "DELETE FROM gridmap_versions",
        "REPLACE INTO gridmap_versions VALUES (1, 'v', 'x', '2022-03-05T06:00:00Z', '', 0, '[]', x'00')",
        "UPDATE gridmap_edits SET edit = '{}'",
        "DELETE FROM gridmap_edits",
        "UPDATE gridmap_exports SET recipient = 'x'",
        "DELETE FROM gridmap_exports",
    ],
)
def test_history_can_only_grow(workspace, sealed, sql):
    workspace.save(sealed, reason="r", author="a")
    workspace.log_export([{"file": "map.html"}])
    with pytest.raises(sqlite3.IntegrityError, match="is never changed, only added to"):
        execute(workspace.path, sql)
    assert workspace.versions()["author"].tolist() == ["a"]


def test_a_plan_over_another_grid_is_refused(workspace, grid):
    with pytest.raises(WorkspaceError, match="over another grid"):
        workspace.save(new_plan(grid.iloc[:1]), reason="r", author="a")
    assert workspace.versions().empty


def test_who_was_overtaken_is_told_by_whom_and_nothing_is_lost(workspace, sealed):
    late = open_workspace(workspace.path)
    workspace.save(sealed, reason="病例", author="王")
    mine = apply_edit(late.plan, SetTier(cells=["NA"], tier="controlled"))
    for use in (
        lambda: late.save(mine, reason="r", author="李"),
        lambda: late.restore(1),
        lambda: late.set_zones(outlines_of(mine)),
    ):
        with pytest.raises(ConflictError, match=rf"save 1, version {sealed.version}, by 王 at .*\(病例\)"):
            use()
    assert late.plan.tiers.isna().all()
    late.reload()
    assert late.plan == sealed
    late.save(apply_edit(late.plan, SetTier(cells=["NA"], tier="controlled")), reason="r", author="李")
    assert late.versions()["author"].tolist() == ["王", "李"]


@pytest.fixture
def two_saves(workspace, sealed):
    """Save 1: cell 007 sealed; save 2: nothing."""
    workspace.save(sealed, reason="r", author="a")
    workspace.save(apply_edit(sealed, ClearTier(cells=["007"])), reason="r", author="a")
    return workspace


@pytest.mark.parametrize("kind", ["number", "number as text", "beginning of the version"])
def test_an_earlier_plan_is_restored_as_a_new_save(two_saves, sealed, kind):
    names = {"number": 1, "number as text": "1", "beginning of the version": sealed.version[:6]}
    restored = two_saves.restore(names[kind], author="李")
    assert restored == sealed == two_saves.plan == open_workspace(two_saves.path).plan
    assert restored.edits == sealed.edits
    assert two_saves.versions()["version"].tolist()[::2] == [sealed.version] * 2
    assert two_saves.versions()["reason"].tolist() == ["r", "r", "restore of save 1"]


def test_an_earlier_plan_is_read_without_becoming_current(two_saves, sealed):
    assert two_saves.plan_at(sealed.version) == sealed
    assert two_saves.plan_at(2) == two_saves.plan != sealed
    assert len(two_saves.versions()) == 2
    with pytest.raises(WorkspaceError, match="there is no version '3'"):
        two_saves.plan_at(3)


@pytest.mark.parametrize("name", ["zzz", "", 17])
def test_an_unknown_version_is_named_beside_the_known_ones(two_saves, name):
    with pytest.raises(WorkspaceError, match=rf"there is no version '{name}'; the last saves are 2 \("):
        two_saves.restore(name)
    assert len(two_saves.versions()) == 2


def test_a_beginning_that_fits_two_versions_is_refused(two_saves):
    row = (
        "SELECT 3, substr(version, 1, 8) || 'zzzzzzzz', '', time, '', 0, '[]', content FROM gridmap_versions"
    )
    execute(two_saves.path, f"INSERT INTO gridmap_versions {row} WHERE save = 1")
    two_saves.reload()
    first = two_saves.versions()["version"].iloc[0]
    with pytest.raises(WorkspaceError, match=f"'{first[:8]}' fits {first}, .*zzzz; write more of it"):
        two_saves.restore(first[:8])


def test_a_save_that_cannot_be_read_leaves_the_others(two_saves, sealed):
    row = "SELECT 3, 'x', '', time, '', 0, '[]', x'00' FROM gridmap_versions WHERE save = 1"
    execute(two_saves.path, f"INSERT INTO gridmap_versions {row}")
    two_saves.reload()
    with pytest.raises(WorkspaceError, match="save 3 cannot be read"):
        _ = two_saves.plan
    assert two_saves.restore(1) == sealed


def test_zones_of_an_older_plan_are_not_shown(workspace, sealed):
    workspace.save(sealed, reason="r", author="a", outlines=outlines_of(sealed))
    workspace.save(sealed, reason="again", author="a")
    assert "zones" in pyogrio.list_layers(workspace.path)[:, 0]
    cleared = apply_edit(sealed, ClearTier(cells=["007"]))
    workspace.save(cleared, reason="r", author="a")
    assert "zones" not in pyogrio.list_layers(workspace.path)[:, 0]
    workspace.restore(1)
    workspace.set_zones(outlines_of(sealed))
    assert pyogrio.read_info(workspace.path, layer="zones")["geometry_type"] == "MultiPolygon"


# protocol, document, exports


def test_the_protocol_is_kept_as_it_was_written(workspace):
    assert workspace.protocol is None
    workspace.set_protocol(PROTOCOL)
    again = open_workspace(workspace.path)
    assert again.protocol_text == PROTOCOL
    assert again.protocol.id == "three-zones-2021"
    with pytest.raises(ProtocolError, match="the protocol"):
        again.set_protocol("tiers = 1")
    assert again.protocol_text == PROTOCOL


def test_the_document_is_kept_with_its_times(workspace):
    assert workspace.document == Document()
    document = Document(
        title="通告", number="1号", effective_at=datetime.fromisoformat("2022-03-05T06:00+08:00"), draft=True
    )
    workspace.set_document(document)
    assert open_workspace(workspace.path).document == document
    with pytest.raises(WorkspaceError, match="as_of 2022-03-05 06:00:00 has no time zone"):
        workspace.set_document(Document(as_of=datetime(2022, 3, 5, 6)))


def test_exports_are_logged(workspace):
    assert workspace.exports().empty
    time = datetime.fromisoformat("2022-03-05T06:00:00+08:00")
    row = {
        "author": "王",
        "file": "名单.xlsx",
        "audience": "field",
        "recipient": "李",
        "persons": 12,
        "sha256": "ab",
    }
    workspace.log_export([{**row, "time": time, "version": "v"}, {"file": "map.html", "audience": "public"}])
    exports = open_workspace(workspace.path).exports()
    assert exports.iloc[0].drop("time").to_dict() == row | {"version": "v"}
    assert exports["time"].iloc[0] == time
    assert exports["persons"].isna().tolist() == [False, True]
    with pytest.raises(WorkspaceError, match="the export log has no phone"):
        workspace.log_export([{"file": "x", "phone": "1"}])
    assert len(workspace.exports()) == 2


# killed

HOST = """
import os, signal, sqlite3, sys
import geopandas as gpd, shapely
from gridmap.core.apply import apply_edit
from gridmap.core.edits import SetTier
from gridmap.store.workspace import open_workspace

names = [f"{place:04}" * 300 for place in range(120)]
outlines = gpd.GeoDataFrame({"name": names}, geometry=[shapely.box(0, 0, 1, 1)] * 120, crs="EPSG:4549")
connect = sqlite3.connect

def save(path, tier, stop, then):
    workspace = open_workspace(path)
    plan = apply_edit(workspace.plan, SetTier(cells=["NA"], tier=tier))
    count = 0

    def step(statement):
        nonlocal count
        count += 1
        if stop in (str(count), statement):
            print(os.getpid(), flush=True)
            if then == "wait":
                signal.pause()

    def traced(*options, **more):
        connection = connect(*options, **more)
        connection.execute("PRAGMA cache_size=1")  # pages reach the file before the commit
        connection.set_trace_callback(step)
        return connection

    sqlite3.connect = traced
    workspace.save(plan, reason="r", author="child", outlines=outlines)

for line in sys.stdin:
    child = os.fork()
    if not child:
        save(*line.strip().split("|"))
        os._exit(0)
    os.waitpid(child, 0)
    print("gone", flush=True)
"""


@pytest.fixture
def kill_a_save():
    """A function that starts a save in a process of its own and kills it at its n-th statement."""
    command = [sys.executable, "-c", HOST]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as host:

        def run(path, tier, stop, then):
            host.stdin.write(f"{path}|{tier}|{stop}|{then}\n")
            host.stdin.flush()
            with contextlib.suppress(ProcessLookupError):  # it may have come to its end
                os.kill(int(host.stdout.readline()), signal.SIGKILL)
            assert host.stdout.readline() == "gone\n"

        yield run
        host.stdin.close()


def test_a_killed_save_leaves_the_old_state_or_the_new_one(workspace, sealed, kill_a_save):
    workspace.save(sealed, reason="r", author="a", outlines=outlines_of(sealed))
    tiers, journals = ["controlled", "prevention"], []
    stops = ["2", "8", "14", "20", "40", "70", "100", "120", "COMMIT", "COMMIT", "COMMIT"]
    for turn, stop in enumerate(stops):
        before = workspace.versions()
        committing = turn >= len(stops) - 2  # killed somewhere in the commit, not before it
        kill_a_save(workspace.path, tiers[turn % 2], stop, "go on" if committing else "wait")
        journals.append(workspace.path.with_name("county.gpkg-journal").exists())
        again = open_workspace(workspace.path)
        after = again.versions()
        assert execute(workspace.path, "PRAGMA integrity_check") == [("ok",)]
        assert_frame_equal(after.iloc[: len(before)], before)
        assert len(after) == len(before) or (committing and len(after) == len(before) + 1)
        assert again.plan.version == after["version"].iloc[-1]
        zones = pyogrio.read_dataframe(workspace.path, layer="zones")
        assert set(zones["plan_version"]) == {again.plan.version}
        assert [each.name for each in workspace.path.parent.iterdir()] == ["county.gpkg"]
    assert any(journals), "no kill fell into a half-written file"
