"""A roster in partitions is placed as it would be in one piece, row for row."""

import json
import os
import signal
import sys

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import Point, box

import gridmap as gm
from gridmap.batch import settling
from gridmap.batch.job import Job
from gridmap.batch.national import Crew, place_partitions
from gridmap.batch.placing import PartitionedPlacement
from gridmap.batch.pools import spread
from gridmap.core.place import place_households
from gridmap.errors import GridmapError, TableError, UnsupportedError
from gridmap.store.partitions import read_partition, write_partition

CRS = "EPSG:4549"
TABLES = ("cells", "methods", "exceptions", "conflicts")


@pytest.fixture
def two_counties():
    """Two counties of two cells each; the cells of the second come first in the frame.

    +-----+-----+-----+-----+
    | a-1 | a-2 | b-1 | b-2 |
    +-----+-----+-----+-----+
    0     1     2     3     4
    """
    columns = {
        "county_id": ["b", "b", "a", "a"],
        "county_name": ["Beta", "Beta", "Alpha", "Alpha"],
        "residents": [30, 30, 22, 30],
    }
    shapes = [box(2, 0, 3, 1), box(3, 0, 4, 1), box(0, 0, 1, 1), box(1, 0, 2, 1)]
    return gpd.GeoDataFrame(
        columns, geometry=shapes, crs=CRS, index=pd.Index(["b-1", "b-2", "a-1", "a-2"], name="cell_id")
    )


@pytest.fixture
def roster():
    """Households whose answer depends on others that come before and after them."""
    rows = [
        ("h0", Point(0.5, 0.5), "", "Elm 1号", 8),
        ("h1", None, "", "Elm 1号", 2),  # the building of h0
        ("h2", Point(1, 0.5), "", "Oak 2号", 1),  # on a border: the cell whose id sorts first
        ("h3", Point(2, 0.5), "b-1", "Oak 9号", 1),  # on the border of the counties, declared across it
        ("h0", Point(3.5, 0.5), "", "Ash 3号", 4),  # the id of an earlier row
        ("h5", None, "", "Ash 3号", 1),  # the only other one of its building is such a row
        ("h6", None, "", "Beta Fir 4号", 2),  # the building of h9, with the name of its county before it
        ("h7", None, "", "Yew 5号", 2),  # neighbours in two cells
        ("h8", Point(3.5, 0.5), "", "Yew 5号", 2),
        ("h9", None, "b-2", "Fir 4号", 2),
        ("h10", Point(0.5, 0.5), "a-1", "Yew 5号", 2),
        ("", Point(9, 9), "", "", 1),
        ("h12", None, "a", "", 1),  # declared in an area
        ("h13", None, "z", "", 1),
        ("h14", Point(0.5, 0.5), "b-2", "", 1),
        ("h15", Point(float("nan"), 0.5), "", "", 1),
        ("h2", None, "", "Elm 1号", 1),
    ]
    ids, shapes, cells, addresses, residents = zip(*rows, strict=True)
    columns = {"address": addresses, "cell_id": cells, "residents": residents}
    index = pd.Index(ids, name="household_id")
    return gpd.GeoDataFrame(columns, index=index, geometry=list(shapes), crs=CRS)


def cut(frame, folder, ends):
    """Write a frame as partitions that end at these rows."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, (start, end) in enumerate(zip([0, *ends], [*ends, len(frame)], strict=True)):
        frame.iloc[start:end].to_parquet(folder / f"part.{number}.parquet")
    return folder


def placed_here(households, grid, out):
    """Place partitions in this process."""
    certificate = place_partitions(households, grid, out, Crew(spread, lambda _: None))
    return PartitionedPlacement(out, certificate)


def assert_the_same(found, expected):
    """Compare every table row for row, and the certificates."""
    for name in TABLES:
        own, other = getattr(found, name).compute(), getattr(expected, name)
        if name in {"exceptions", "conflicts"}:
            pd.testing.assert_frame_equal(own.reset_index(drop=True), other.reset_index(drop=True))
        else:
            pd.testing.assert_series_equal(own, other)
    assert found.certificate.to_json() == expected.certificate.to_json()
    assert found.certificate.balanced


@pytest.mark.parametrize("ends", [[], [0, 4, 4, 17], [1, 3, 6, 7, 12]])
def test_a_roster_in_partitions_is_placed_as_in_one_piece(two_counties, roster, ends, tmp_path):
    expected = place_households(roster, two_counties)
    assert expected.methods[["h1", "h6", "h9"]].to_list() == ["address", "address", "declared"]
    found = placed_here(cut(roster, tmp_path / "in", ends), two_counties, tmp_path / "out")
    assert_the_same(found, expected)


@pytest.mark.parametrize("ends", [[4], [3, 6, 12]])
def test_a_grid_in_parts_answers_as_in_one_piece(two_counties, roster, ends, tmp_path):
    cut(two_counties, tmp_path / "grid", [2])
    found = placed_here(cut(roster, tmp_path / "in", ends), tmp_path / "grid", tmp_path / "out")
    assert_the_same(found, place_households(roster, two_counties))


def read_or_die(path, marker):
    """Read a partition; the process that reads the third one first is killed over it."""
    if path.name == "part.2.parquet" and not marker.exists():
        marker.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return gpd.read_parquet(path)


def test_a_worker_killed_on_the_way_loses_and_doubles_nobody(two_counties, roster, cluster, killer, tmp_path):
    folder = cut(roster, tmp_path / "in", [2, 5, 8, 12])
    found = gm.place_households(
        folder, two_counties, engine="dask", out=tmp_path / "out", scheduler=cluster, progress=killer
    )
    assert killer.killed
    assert killer.killed[0] not in cluster.run(os.getpid).values()
    assert_the_same(found, place_households(roster, two_counties))
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "certificate.json",
        "certificates",
        "conflicts",
        "exceptions",
        "placed",
    ]


def test_a_dask_frame_is_placed_although_its_reading_kills_a_worker(two_counties, roster, cluster, tmp_path):
    dask_geopandas = pytest.importorskip("dask_geopandas", reason="pip install 'gridmap[cluster]'")
    from dask import dataframe

    folder, marker = cut(roster, tmp_path / "in", [4, 8, 12]), tmp_path / "killed"
    paths = [folder / f"part.{number}.parquet" for number in range(4)]
    frame = dataframe.from_map(read_or_die, paths, marker=marker, meta=roster.iloc[:0])
    assert isinstance(frame, dask_geopandas.GeoDataFrame)
    address = cluster.scheduler.address
    found = gm.place_households(frame, two_counties, engine="dask", out=tmp_path / "out", scheduler=address)
    assert marker.exists()
    assert_the_same(found, place_households(roster, two_counties))


def test_the_certificates_of_the_partitions_add_up_to_that_of_the_whole(two_counties, roster, tmp_path):
    found = placed_here(cut(roster, tmp_path / "in", [4, 9]), two_counties, tmp_path / "out")
    parts = [
        json.loads(path.read_text("utf-8")) for path in sorted((tmp_path / "out" / "certificates").iterdir())
    ]
    assert [part["households_in"] for part in parts] == [4, 5, 8]
    whole = json.loads((tmp_path / "out" / "certificate.json").read_text("utf-8"))
    assert whole == found.certificate.to_json()
    for key in ("households_in", "placed", "exceptions", "residents_in", "residents_excepted"):
        assert whole[key] == sum(part[key] for part in parts)
    assert whole["households_in"] == whole["placed"] + whole["exceptions"] == 17
    # 13 of the 22 residents of a-1 stand in two partitions
    assert whole["findings"] == [
        "3 cells list less than half of the residents known to live there: a-2, b-1, b-2"
    ]


ROWS = st.lists(
    st.tuples(
        st.integers(0, 12),  # ids, of which some come again
        st.sampled_from(
            [None, (0.5, 0.5), (1.0, 0.5), (1.5, 0.5), (2.0, 0.3), (2.5, 0.5), (3.9, 1.0), (7.0, 7.0)]
        ),
        st.sampled_from(["", "", "a-1", "b-2", "b", "none"]),
        st.sampled_from(["", "Elm 1号", "Beta Elm 1号", "Oak 2号"]),
    ),
    min_size=1,
    max_size=14,
)


@given(rows=ROWS, ends=st.sets(st.integers(0, 14), max_size=3), parted=st.booleans())
@settings(
    derandomize=True,
    deadline=None,
    max_examples=8,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_roster_cut_anywhere_is_placed_as_in_one_piece(
    two_counties, tmp_path_factory, rows, ends, parted
):
    folder = tmp_path_factory.mktemp("any")
    ids, places, cells, addresses = zip(*rows, strict=True)
    frame = gpd.GeoDataFrame(
        {"address": addresses, "cell_id": cells},
        geometry=[None if place is None else Point(place) for place in places],
        crs=CRS,
        index=pd.Index([f"h{number}" for number in ids], name="household_id"),
    )
    grid = cut(two_counties, folder / "grid", [2]) if parted else two_counties
    households = cut(frame, folder / "in", sorted(end for end in ends if end <= len(frame)))
    assert_the_same(placed_here(households, grid, folder / "out"), place_households(frame, two_counties))


def test_text_columns_of_coordinates_and_whole_numbers_as_ids_are_read(two_counties, tmp_path):
    frame = pd.DataFrame(
        {"household_id": [5, 6, 5, 7], "x": ["0.5", "1.5", "2.5", "east"], "y": ["0.5"] * 4, "residents": 1}
    )
    (tmp_path / "in").mkdir()
    for number in range(2):
        frame.iloc[2 * number : 2 * number + 2].to_parquet(tmp_path / "in" / f"{number}.parquet", index=False)
    found = placed_here(tmp_path / "in", two_counties, tmp_path / "out")
    assert_the_same(found, place_households(frame.set_index("household_id"), two_counties))
    assert found.exceptions.compute()["reason"].to_list() == ["duplicate_id", "bad_coordinates"]
    assert found.exceptions.compute()["row"].to_list() == [2, 3]


def test_parts_of_a_grid_that_share_an_area_are_refused(two_counties, roster, tmp_path):
    town = gpd.GeoDataFrame(
        {"county_id": ["b"]}, geometry=[None], crs=CRS, index=pd.Index(["a"], name="cell_id")
    )
    two_counties.to_parquet(tmp_path / "0.parquet")
    town.to_parquet(tmp_path / "1.parquet")
    two_counties[["county_id", "geometry"]].to_parquet(tmp_path / "0.parquet")
    parts = [tmp_path / "0.parquet", tmp_path / "1.parquet"]
    with pytest.raises(GridmapError, match="'a' is in several parts"):
        placed_here(cut(roster, tmp_path / "in", []), parts, tmp_path / "out")


def test_what_an_earlier_run_left_is_replaced(two_counties, roster, tmp_path):
    placed_here(cut(roster, tmp_path / "in", [4, 9]), two_counties, tmp_path / "out")
    found = placed_here([tmp_path / "in" / "part.0.parquet"], two_counties, tmp_path / "out")
    assert_the_same(found, place_households(roster.iloc[:4], two_counties))
    assert len(list((tmp_path / "out" / "certificates").iterdir())) == 1


def test_a_household_that_is_moved_in_its_file_unbalances_the_certificate(
    two_counties, roster, tmp_path, monkeypatch
):
    def moved(frame, path):
        if path.parent.name == "placed" and "cell_id" in frame:
            frame = frame.assign(cell_id=frame["cell_id"].where(frame["household_id"] != "h8", "a-1"))
        return write_partition(frame, path)

    monkeypatch.setattr(settling, "write_partition", moved)
    found = placed_here(cut(roster, tmp_path / "in", [4]), two_counties, tmp_path / "out")
    assert not found.certificate.balanced
    assert {(each.household_id, each.kind) for each in found.certificate.differences} == {("h8", "moved")}


def test_a_household_placed_in_two_partitions_is_found(two_counties, roster, tmp_path, monkeypatch):
    monkeypatch.setattr(Job, "repeated", lambda *_: pd.Index([], dtype="str"))
    found = placed_here(cut(roster, tmp_path / "in", [4]), two_counties, tmp_path / "out")
    assert not found.certificate.balanced
    assert ("h0", "doubled") in {(each.household_id, each.kind) for each in found.certificate.differences}


def test_a_neighbour_who_is_not_where_he_was_said_to_be_is_found(two_counties, roster, tmp_path, monkeypatch):
    def misled(path, *args):
        frame = read_partition(path, *args)
        return frame.assign(cell_id="b-1") if path.name == "homes.parquet" else frame

    monkeypatch.setattr(settling, "read_partition", misled)
    found = placed_here(cut(roster, tmp_path / "in", [1]), two_counties, tmp_path / "out")
    assert not found.certificate.balanced
    assert ("h1", "moved") in {(each.household_id, each.kind) for each in found.certificate.differences}


def test_partitions_that_do_not_fit_together_are_told_all_at_once(two_counties, roster, tmp_path):
    folder = cut(roster, tmp_path / "in", [4, 9])
    roster.iloc[4:9].to_crs(4490).drop(columns="residents").to_parquet(folder / "part.1.parquet")
    (folder / "part.2.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(TableError, match="3 faults") as caught:
        placed_here(folder, two_counties, tmp_path / "out")
    assert {fault.kind for fault in caught.value.faults} == {"other_columns", "crs_mismatch", "unreadable"}
    roster.reset_index().assign(household_id=1.5).to_parquet(tmp_path / "odd.parquet")
    with pytest.raises(TableError, match="household_id is double; write the ids as text"):
        placed_here([tmp_path / "odd.parquet"], two_counties, tmp_path / "out")
    with pytest.raises(TableError, match="no Parquet file is there"):
        placed_here(tmp_path / "nowhere", two_counties, tmp_path / "out")


def test_what_cannot_be_done_with_dask_is_said(two_counties, roster, tmp_path, monkeypatch):
    with pytest.raises(UnsupportedError, match="'spark' is unknown; choose 'memory' or 'dask'"):
        gm.place_households(roster, two_counties, engine="spark")
    with pytest.raises(UnsupportedError, match="name a folder with out="):
        gm.place_households(roster, two_counties, engine="dask")
    with pytest.raises(UnsupportedError, match="found a GeoDataFrame, where engine='dask' takes a folder"):
        placed_here(roster, two_counties, tmp_path)
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UnsupportedError, match=r"pip install 'gridmap\[cluster\]'"):
        gm.place_households(tmp_path, two_counties, engine="dask", out=tmp_path)


def test_the_public_function_without_an_engine_places_in_memory(two_counties, roster):
    found, expected = gm.place_households(roster, two_counties), place_households(roster, two_counties)
    pd.testing.assert_series_equal(found.cells, expected.cells)
