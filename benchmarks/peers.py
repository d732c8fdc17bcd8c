"""The peers, each used in the fastest way its documentation offers from coordinate arrays.

A finder of cells gets points as an array of x and y and the polygons of the cells, and returns the position
of the cell of each point, -1 for none. Of two cells on whose border a point lies, any may be returned: those
places are counted as differences.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import shapely

Floats = npt.NDArray[np.float64]
Shapes = npt.NDArray[np.object_]
Cells = npt.NDArray[np.int64]
Finder = Callable[[Floats, Shapes], Cells]

LIBRARIES = (
    "gridmap", "geopandas", "numpy", "pandas", "shapely", "pyarrow", "numba",
    "duckdb", "duckdb-extension-spatial", "sedonadb", "polars", "polars-st",
    "rapidfuzz", "openpyxl", "xlsxwriter", "rustpy-xlsxwriter",
)  # fmt: skip
_AT_ONCE = 1_000_000


def versions() -> dict[str, str]:
    """Return the versions of gridmap, its libraries and the peers; "missing" for what is not installed."""
    return {name: _version(name) for name in LIBRARIES}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "missing"


def right_cells(xy: Floats, polygons: Shapes) -> Cells:
    """Find the cell of every point by shapely alone: on a border the first of the touching cells."""
    point, cell = shapely.STRtree(polygons).query(shapely.points(xy), predicate="intersects")
    lowest = np.full(len(xy), len(polygons), dtype=np.int64)
    np.minimum.at(lowest, point, cell)
    lowest[lowest == len(polygons)] = -1
    return lowest


def sjoin_within(xy: Floats, polygons: Any) -> Cells:
    """`geopandas.sjoin(predicate="within")`."""
    return _sjoin(xy, polygons, "within")


def sjoin_intersects(xy: Floats, polygons: Any) -> Cells:
    """`geopandas.sjoin(predicate="intersects")`."""
    return _sjoin(xy, polygons, "intersects")


def _sjoin(xy: Floats, polygons: Any, predicate: str) -> Cells:
    """Join; `polygons` may be a frame whose index of boxes is built."""
    cells = polygons if isinstance(polygons, gpd.GeoDataFrame) else gpd.GeoDataFrame(geometry=polygons)
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(xy[:, 0], xy[:, 1]))
    pairs = gpd.sjoin(points, cells, predicate=predicate)
    return _answer(len(xy), pairs.index.to_numpy(), pairs["index_right"].to_numpy())


def strtree(xy: Floats, polygons: Shapes) -> Cells:
    """`shapely.STRtree.query(predicate="intersects")`."""
    point, cell = shapely.STRtree(polygons).query(shapely.points(xy), predicate="intersects")
    return _answer(len(xy), point, cell)


def duckdb_join(xy: Floats, polygons: Shapes) -> Cells:
    """DuckDB's `SPATIAL_JOIN` over Arrow tables; the points come first, which was the faster order."""
    base = _duckdb()
    for name, table in (("points", _point_table(xy)), ("cells", _cell_table(polygons))):
        base.register(name, table)
    pairs = base.execute(
        "SELECT i, cell FROM (SELECT i, ST_Point(x, y) AS p FROM points)"
        " JOIN (SELECT cell, ST_GeomFromWKB(wkb) AS g FROM cells) ON ST_Intersects(g, p)"
    ).to_arrow_table()
    return _answer_of(pairs, len(xy))


def sedona_join(xy: Floats, polygons: Shapes) -> Cells:
    """SedonaDB's spatial join over Arrow tables; the cells come first, which was the faster order."""
    base = _sedona()
    base.create_data_frame(_point_table(xy)).to_view("points", overwrite=True)
    base.create_data_frame(_cell_table(polygons)).to_view("cells", overwrite=True)
    pairs = base.sql(
        "SELECT i, cell FROM (SELECT cell, ST_GeomFromWKB(wkb) AS g FROM cells) c"
        " JOIN (SELECT i, ST_Point(x, y) AS p FROM points) p ON ST_Intersects(c.g, p.p)"
    ).to_arrow_table()
    return _answer_of(pairs, len(xy))


def polars_join(xy: Floats, polygons: Shapes) -> Cells:
    """`sjoin` of polars-st, a million points at a time because each pair carries the polygon of its cell."""
    import polars as pl
    import polars_st as st

    cells = pl.DataFrame({"cell": np.arange(len(polygons)), "geometry": list(shapely.to_wkb(polygons))})
    answer = np.full(len(xy), -1, dtype=np.int64)
    for first in range(0, len(xy), _AT_ONCE):
        part = xy[first : first + _AT_ONCE]
        table = pl.DataFrame({"i": np.arange(first, first + len(part)), "x": part[:, 0], "y": part[:, 1]})
        points = table.select("i", geometry=st.point(pl.concat_arr("x", "y")))
        pairs = points.st.sjoin(cells, predicate="intersects")
        answer[pairs["i"].to_numpy()] = pairs["cell"].to_numpy()
    return answer


def other_engines() -> dict[str, Finder]:
    """Return the finders of those other engines that are installed."""
    needs = {
        "duckdb spatial": (("duckdb", "duckdb_extension_spatial"), duckdb_join),
        "sedonadb": (("sedonadb", "geoarrow"), sedona_join),
        "polars-st": (("polars", "polars_st"), polars_join),
    }
    return {name: find for name, (modules, find) in needs.items() if all(map(find_spec, modules))}


def _point_table(xy: Floats) -> pa.Table:
    return pa.table({"i": np.arange(len(xy)), "x": xy[:, 0], "y": xy[:, 1]})


def _cell_table(polygons: Shapes) -> pa.Table:
    return pa.table({"cell": np.arange(len(polygons)), "wkb": pa.array(shapely.to_wkb(polygons))})


@cache
def _duckdb() -> Any:
    """Open DuckDB with the extension that pip installed; its own INSTALL needs the network at run time."""
    import duckdb
    import duckdb_extension_spatial

    base = duckdb.connect()
    folder = Path(duckdb_extension_spatial.__file__).parent
    base.execute(f"LOAD '{next(folder.rglob('spatial.duckdb_extension'))}'")
    return base


@cache
def _sedona() -> Any:
    import sedonadb

    return sedonadb.connect()


def _answer_of(pairs: pa.Table, size: int) -> Cells:
    return _answer(size, pairs["i"].to_numpy(), pairs["cell"].to_numpy())


def _answer(size: int, point: Any, cell: Any) -> Cells:
    answer = np.full(size, -1, dtype=np.int64)
    answer[point] = cell
    return answer
