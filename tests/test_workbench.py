"""The workbench: undo and redo without limit, and nothing in the file before it is saved."""

import threading

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import gridmap as gm
from gridmap.store.protocols import read_protocol_text
from gridmap.workbench import Workbench


def square(x, y):
    return shapely.box(x, y, x + 1, y + 1)


@pytest.fixture
def grid():
    """Four unit squares, in degrees: two villages of two cells each.

    +---+---+---+---+
    | a | b | c | d |     village v: a b     village w: c d
    +---+---+---+---+
    0   1   2   3   4
    """
    columns = {"village_id": ["v", "v", "w", "w"], "village_name": ["North", "North", "South", "South"]}
    shapes = [square(120 + x, 30) for x in range(4)]
    return gpd.GeoDataFrame(columns, index=pd.Index(list("abcd"), name="cell_id"), geometry=shapes, crs=4326)


@pytest.fixture
def households():
    """One household in a, two in b, none in c, one in d, and one that is nowhere."""
    places = [shapely.Point(120 + x, 30.5) for x in (0.5, 1.4, 1.6, 3.5)]
    columns = {"residents": [1, 2, 3, 4, 5]}
    index = pd.Index([f"h{number}" for number in range(1, 6)], name="household_id")
    return gpd.GeoDataFrame(columns, index=index, geometry=[*places, None], crs=4326)


@pytest.fixture
def workspace(tmp_path, grid, households):
    workspace = gm.open_workspace(tmp_path / "small.gpkg")
    workspace.set_tables(grid=grid, households=households)
    workspace.set_protocol(read_protocol_text("three-zones-2021"))
    return workspace


@pytest.fixture
def bench(workspace):
    return Workbench(workspace, author="desk")


SEAL_NORTH = gm.SetTier(areas=["v"], tier="sealed")
CONTROL_D = gm.SetTier(cells=["d"], tier="controlled")


def test_it_begins_with_the_plan_of_the_workspace(bench, workspace):
    assert bench.plan == workspace.plan
    assert (bench.is_saved, bench.unsaved, bench.can_undo, bench.can_redo) == (True, (), False, False)


def test_an_edit_changes_the_plan_and_not_the_file(bench, workspace):
    before = workspace.plan
    bench.apply(SEAL_NORTH)
    assert bench.plan.tiers.dropna().to_dict() == {"a": "sealed", "b": "sealed"}
    assert workspace.plan == before
    assert bench.unsaved == (SEAL_NORTH,)


def test_undo_and_redo_go_all_the_way_back_and_forth(bench):
    versions = [bench.plan.version]
    for number in range(30):
        bench.apply(gm.NameZone(zone="S-1", name=f"name {number}") if number else SEAL_NORTH)
        versions.append(bench.plan.version)
    back = [bench.undo().version for _ in range(30)]
    assert back == versions[-2::-1]
    assert [bench.redo().version for _ in range(30)] == versions[1:]


def test_undo_of_nothing_and_redo_of_nothing_do_nothing(bench):
    first = bench.plan
    assert bench.undo() == first
    assert bench.redo() == first


def test_an_edit_after_an_undo_ends_what_could_be_redone(bench):
    bench.apply(SEAL_NORTH)
    bench.undo()
    bench.apply(CONTROL_D)
    assert not bench.can_redo
    assert bench.plan.tiers.dropna().to_dict() == {"d": "controlled"}


def test_a_refused_edit_leaves_plan_and_history_as_they_were(bench):
    bench.apply(SEAL_NORTH)
    bench.apply(gm.Lock(cells=["a"]))
    plan = bench.plan
    with pytest.raises(gm.LockedCellError, match="locked"):
        bench.apply(gm.ClearTier(cells=["a"], reason="by mistake"))
    assert bench.plan is plan
    assert len(bench.unsaved) == 2


def test_saving_makes_the_plan_the_current_one_with_author_and_reason(bench, workspace):
    bench.apply(SEAL_NORTH)
    version = bench.save(reason="two cases")
    last = workspace.versions().iloc[-1]
    assert (last["version"], last["author"], last["reason"]) == (version, "desk", "two cases")
    assert gm.open_workspace(workspace.path).plan == bench.plan
    assert (bench.is_saved, bench.unsaved) == (True, ())


def test_an_undo_goes_back_beyond_a_save_and_can_be_saved_itself(bench):
    bench.apply(SEAL_NORTH)
    bench.save(reason="one")
    bench.undo()
    assert not bench.is_saved
    assert bench.plan.tiers.isna().all()
    bench.save(reason="taken back")
    assert bench.is_saved


def test_an_earlier_version_is_restored_and_undo_comes_back_from_it(bench):
    bench.apply(SEAL_NORTH)
    first = bench.save(reason="one")
    bench.apply(CONTROL_D)
    bench.save(reason="two")
    assert bench.restore(first).tiers.dropna().to_dict() == {"a": "sealed", "b": "sealed"}
    assert bench.is_saved
    assert bench.undo().tiers.dropna().to_dict() == {"a": "sealed", "b": "sealed", "d": "controlled"}


def test_after_somebody_else_saved_a_reload_makes_the_own_edits_again(bench, workspace):
    other = Workbench(gm.open_workspace(workspace.path), author="other")
    other.apply(SEAL_NORTH)
    other.save(reason="first")
    bench.apply(CONTROL_D)
    with pytest.raises(gm.ConflictError, match="other"):
        bench.save(reason="second")
    bench.reload()
    assert bench.unsaved == (CONTROL_D,)
    bench.save(reason="second")
    tiers = gm.open_workspace(workspace.path).plan.tiers.dropna().to_dict()
    assert tiers == {"a": "sealed", "b": "sealed", "d": "controlled"}


def test_counts_follow_the_plan(bench):
    bench.apply(SEAL_NORTH)
    assert bench.counts().loc["S-1", ["tier", "cells", "households", "residents"]].to_list() == [
        "sealed",
        2,
        3,
        6,
    ]
    assert bench.tier_counts()["households"].to_dict() == {
        "sealed": 3,
        "controlled": 0,
        "prevention": 0,
        "none": 1,
    }
    assert bench.tiers.to_dict() == {"h1": "sealed", "h2": "sealed", "h3": "sealed", "h4": "none"}


def test_who_could_not_be_placed_is_a_problem(bench):
    assert ("exception", "h5") in set(bench.problems()[["kind", "target"]].itertuples(index=False, name=None))


def test_the_certificate_is_about_the_current_plan(bench):
    bench.apply(SEAL_NORTH)
    certificate = bench.certificate()
    assert certificate.balanced
    assert certificate.plan_version == bench.plan.version
    assert (certificate.households_in, certificate.placed, certificate.exceptions) == (5, 4, 1)


def test_the_edits_as_python_make_the_same_plan_again(bench, grid):
    bench.apply(SEAL_NORTH)
    bench.apply(CONTROL_D)
    names = {"gm": gm, "grid": grid}
    exec(bench.as_python(), names)  # noqa: S102 - the text was made two lines above
    assert names["plan"].version == bench.plan.version


def test_a_plan_that_is_not_saved_is_not_exported(bench, tmp_path):
    bench.apply(SEAL_NORTH)
    with pytest.raises(gm.ExportBlockedError, match="1 unsaved edit"):
        bench.export(tmp_path / "out", audience="public", formats=["layers"])
    assert not (tmp_path / "out").exists()


def test_an_export_is_logged_in_the_workspace(bench, workspace, tmp_path):
    bench.apply(SEAL_NORTH)
    bench.save(reason="two cases")
    written = bench.export(tmp_path / "out", audience="public", formats=["layers", "certificate"])
    assert all(each.path.exists() for each in written)
    log = workspace.exports()
    assert log["file"].to_list() == [str(each.path) for each in written]
    assert set(log["version"]) == {bench.plan.version}


def test_a_folder_of_another_audience_is_not_written_into(bench, tmp_path):
    bench.apply(SEAL_NORTH)
    bench.save(reason="two cases")
    bench.export(tmp_path / "out", audience="public", formats=["layers"])
    with pytest.raises(gm.ExportBlockedError, match="made for the audience 'public'"):
        bench.export(tmp_path / "out", audience="official", formats=["layers"])


def test_duties_are_worked_out_once_for_a_plan(bench):
    assert bench.known_duties is None
    first = bench.duties()
    assert bench.duties() is first
    assert bench.known_duties is first
    bench.apply(SEAL_NORTH)
    assert bench.known_duties is None


def test_a_zoning_says_when_it_was_made(bench):
    zoning = bench.zoning()
    assert zoning.document.as_of is not None
    assert zoning.certificate.as_of == zoning.document.as_of
    assert zoning.duties is not None


def test_an_unknown_area_is_not_selected(bench):
    bench.select(["v"])
    with pytest.raises(gm.UnknownCellError, match="nowhere"):
        bench.select(["nowhere"])
    assert bench.selection == ("v",)


def test_whoever_watches_is_told_of_every_change(bench):
    told = []
    bench.watch(lambda: told.append(bench.plan.version))
    bench.apply(SEAL_NORTH)
    bench.undo()
    bench.redo()
    bench.select(["w"])
    assert len(told) == 4
    assert told[0] != told[1]
    assert told[0] == told[2]


def test_a_workspace_without_a_protocol_uses_the_three_zones(tmp_path, grid):
    workspace = gm.open_workspace(tmp_path / "bare.gpkg")
    workspace.set_tables(grid=grid)
    assert Workbench(workspace).protocol.id == "three-zones-2021"


def test_edits_of_two_threads_are_made_one_after_the_other(bench):
    """A view may ask in another thread than that in which a notebook runs."""

    def stroke(cell):
        for tier in ("sealed", "controlled") * 10:
            bench.apply(gm.SetTier(cells=[cell], tier=tier))

    threads = [threading.Thread(target=stroke, args=[cell]) for cell in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert bench.plan.tiers.to_dict() == dict.fromkeys("abcd", "controlled")
    assert len(bench.unsaved) == 80
    for _ in range(80):
        bench.undo()
    assert bench.plan.tiers.isna().all()


def test_a_board_is_counted_again_only_once_something_has_changed(bench):
    bench.apply(gm.SetTier(cells=bench.plan.hierarchy.cell_ids[:1].tolist(), tier="sealed"))
    at = pd.Timestamp("2022-03-06T08:00+08:00").to_pydatetime()
    first = bench.board(at=at)
    assert bench.board(at=at) is first
    assert bench.board(at=at + pd.Timedelta(minutes=2)) is not first
    now = bench.board()
    assert bench.board() is now
    zone = str(bench.plan.zones.index[0])
    rows = {"kind": ["request"], "at": [at], "zone_id": [zone], "note": ["药"]}
    bench.workspace.record(pd.DataFrame(rows), author="somebody else")
    asked = bench.board()
    assert asked is not now
    assert asked.figures["requests_open"] == 1
    bench.undo()
    assert bench.board() is not asked
