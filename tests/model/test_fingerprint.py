"""The hash of a table tells every change of it, and nothing else."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from gridmap.model.fingerprint import frame_sha256


@pytest.fixture
def table():
    columns = {"name": ["a", None, "bc"], "count": [1, 2, 3]}
    points = [shapely.Point(0, 1), None, shapely.Point(2, 3)]
    return gpd.GeoDataFrame(columns, geometry=points, index=pd.Index(["x", "y", "z"]), crs="EPSG:4326")


def test_a_copy_and_other_types_of_the_same_rows_have_the_same_hash(table):
    assert frame_sha256(table) == frame_sha256(table.copy(deep=True))
    assert frame_sha256(table) == frame_sha256(table.astype({"name": object, "count": "Int64"}))


@pytest.mark.parametrize(
    "change",
    [
        lambda table: table.__setitem__("count", [1, 2, 4]),
        lambda table: table.loc.__setitem__(("y", "name"), ""),
        lambda table: table.loc.__setitem__((["x", "z"], "name"), ["ab", "c"]),
        lambda table: table.geometry.array.__setitem__(0, shapely.Point(0, 2)),
        lambda table: table.insert(0, "more", "b"),
        lambda table: setattr(table, "columns", ["names", "count", "geometry"]),
        lambda table: setattr(table, "index", ["w", "y", "z"]),
    ],
    ids=["a count", "missing or empty", "shifted", "a point", "a column", "a header", "an id"],
)
def test_every_change_of_a_table_changes_its_hash(table, change):
    before = frame_sha256(table)
    change(table)
    assert frame_sha256(table) != before
