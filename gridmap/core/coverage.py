"""Check that the cells of a grid cover the ground once: no overlap, no gap, no row that cannot be used."""

from __future__ import annotations

import operator
from collections.abc import Iterable
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from pandas import Series

from gridmap.core.area_checks import contradictions
from gridmap.core.gaps import Unmatched, overlaps_and_voids, rounding_of, unmatched_vertices
from gridmap.core.topology import Topology, topology_for, topology_of
from gridmap.model.areas import Hierarchy, hierarchy_for
from gridmap.model.crs import metric_crs_of
from gridmap.model.frames import cell_id_text, grid_frame, id_text

KINDS = (
    "missing_id",
    "duplicate_id",
    "empty_geometry",
    "invalid_geometry",
    "overlap",
    "gap",
    "sliver",
    "unmatched_vertex",
    "orphan_parent",
    "parent_cycle",
    "no_parent",
    "level_order",
    "code_mismatch",
    "name_mismatch",
)
_AREAL = 2
_POLYGONS = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


class _Finding(NamedTuple):
    kind: str
    cells: tuple[str, ...]
    geometry: Any
    detail: str = ""


def check_grid(grid: GeoDataFrame, *, smallest_m2: float = 0.01, sliver_m: float = 1.0) -> GeoDataFrame:
    """List what is wrong with a grid.

    Only cells are compared, which are the rows without an area below them; areas given as rows may lie over
    their cells. A gap is a void that cells enclose on all sides. A vertex is unmatched if only one of two
    neighbours has it on their common straight border, which does nobody harm until the border is changed;
    those of two neighbours are one problem. An outline that crosses itself is mended before it is compared
    with others.

    Parameters
    ----------
    grid
        Polygons by ``cell_id``, in any CRS.
    smallest_m2
        Overlaps and gaps up to this area are rounding and are not listed.
    sliver_m
        A cell, or a separate part of one, is a sliver if no circle of this width lies in it.

    Returns
    -------
    problems
        One row per problem, the kinds in the order of `KINDS`: `kind`, `cells` (tuple of ids, sorted),
        `area_m2` (missing where nothing is to measure), `geometry` in the CRS of the grid (the overlap, gap
        or sliver itself, the unmatched vertices, else the shape of the first row concerned) and `detail`
        (what contradicts what; may be empty). An orphan names the rows whose parent is no row of the grid,
        although parents are given as rows; a cycle names areas that would lie in themselves; `no_parent` a
        row without a parent where others of its level have one; `level_order` a row that is not below its
        parent by level; `code_mismatch` a code of digits that does not begin with that of its parent;
        `name_mismatch` an area with two names.

    Raises
    ------
    TableError
        If the grid has no CRS.

    Notes
    -----
    Only what lies around borders that one cell has alone is compared, see `gridmap.core.overlaps`; in a
    clean grid that is the outer one.
    """
    grid = grid_frame(grid)
    metric = metric_crs_of(grid)
    ids = Series(cell_id_text(grid.index), dtype="str")
    shapes = grid.geometry.to_numpy()
    hierarchy = hierarchy_for(grid)
    areas = hierarchy.areas
    leaf = ids.isin(areas.index[areas["is_cell"]]).to_numpy()
    valid = _polygon(shapes) & shapely.is_valid(shapes)
    findings = [
        *_id_findings(ids, shapes),
        *_parent_findings(grid, ids, areas, shapes),
        *(
            _Finding(each.kind, each.ids, shapes[each.row], each.detail)
            for each in contradictions(grid, ids, areas)
        ),
        *_shape_findings(ids, shapes, leaf, valid),
    ]
    usable = leaf & _polygon(shapes)
    cells = np.array(
        [s if ok else polygons_of(shapely.make_valid(s)) for s, ok in zip(shapes, valid, strict=True)]
    )
    names = ids[usable].to_numpy(dtype=object)
    findings += _coverage_findings(names, cells[usable], _topology(hierarchy, cells[usable]))
    overlaps = [each.geometry for each in findings if each.kind == "overlap"]
    # the loop of an outline that crosses itself is listed already, and so is a part that lies in a neighbour
    findings += [
        each
        for each in _slivers(names[valid[usable]], cells[usable & valid], grid.crs, metric, sliver_m)
        if not any(shapely.equals(each.geometry, overlap) for overlap in overlaps)
    ]
    return _table(findings, grid.crs, metric, smallest_m2)


def _topology(hierarchy: Hierarchy, cells: Any) -> Topology:
    """Take the topology that the grid has already, unless outlines had to be mended or rows left out."""
    own = np.asarray(hierarchy.geometry.array, dtype=object)
    same = len(own) == len(cells) and all(map(operator.is_, own, cells))
    return topology_for(hierarchy) if same else topology_of(cells)


def polygons_of(shape: Any) -> Any:
    """Keep the polygons of a mixed shape as one; empty if it has none."""
    parts = shapely.get_parts(shapely.get_parts(shape))
    return shapely.union_all(parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON])


def _polygon(shapes: Any) -> NDArray[np.bool_]:
    polygon: NDArray[np.bool_] = np.isin(shapely.get_type_id(shapes), _POLYGONS) & ~shapely.is_empty(shapes)
    return polygon


def _mended(shapes: Any) -> Any:
    mended = np.array(shapes, dtype=object)
    broken = ~shapely.is_valid(mended)
    mended[broken] = [polygons_of(shapely.make_valid(shape)) for shape in mended[broken]]
    return mended


def _id_findings(ids: Series, shapes: Any) -> Iterable[_Finding]:
    if (ids == "").any():
        yield _Finding("missing_id", ("",), shapes[(ids == "").to_numpy()][0])
    twice = ids[ids.duplicated() & (ids != "")]
    for name in twice.unique():
        yield _Finding("duplicate_id", (name,), shapes[(ids == name).to_numpy()][0])


def _parent_findings(grid: GeoDataFrame, ids: Series, areas: Any, shapes: Any) -> Iterable[_Finding]:
    if "parent_id" not in grid.columns:
        return
    parent = id_text(grid["parent_id"].reset_index(drop=True)).where(grid["parent_id"].notna().to_numpy())
    parent = parent.where(parent.str.strip() != "")
    given_as_rows = parent.isin(ids)
    if given_as_rows.any():
        for _, rows in ids[parent.notna() & ~given_as_rows].groupby(parent):
            yield _Finding("orphan_parent", tuple(sorted(rows)), shapes[rows.index[0]])
    cut = ids[parent.notna() & areas["parent_id"].reindex(ids).isna().to_numpy()]
    if len(cut):
        yield _Finding("parent_cycle", tuple(sorted(cut.unique())), shapes[cut.index[0]])


def _shape_findings(ids: Series, shapes: Any, leaf: Any, valid: Any) -> Iterable[_Finding]:
    empty = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    for at in np.flatnonzero(leaf & empty):
        yield _Finding("empty_geometry", (ids[at],), None)
    for at in np.flatnonzero(~empty & ~valid):
        yield _Finding("invalid_geometry", (ids[at],), shapes[at])


def _coverage_findings(names: Any, cells: Any, topology: Topology) -> list[_Finding]:
    """Compare the cells around borders that one cell has alone; a grid that is right has only the outer."""
    pairs, found = overlaps_and_voids(cells, topology)
    areal = [*_overlaps(names, cells, pairs), *_gaps(names, cells, found)]
    return [*areal, *_unmatched(names, unmatched_vertices(topology), [each.geometry for each in areal])]


def _overlaps(names: Any, cells: Any, pairs: Any) -> Iterable[_Finding]:
    common = shapely.intersection(cells[pairs[:, 0]], cells[pairs[:, 1]])
    for (first, second), shape in zip(pairs, common, strict=True):
        yield _Finding("overlap", tuple(sorted((names[first], names[second]))), polygons_of(shape))


def _gaps(names: Any, cells: Any, found: Any) -> Iterable[_Finding]:
    """List voids, each with the cells around it."""
    around, touched = shapely.STRtree(cells).query(found, predicate="intersects")
    for at, void in enumerate(found):
        yield _Finding("gap", tuple(sorted(set(names[touched[around == at]]))), void)


def _unmatched(names: Any, found: Unmatched, areal: list[Any]) -> Iterable[_Finding]:
    """List the vertices that one of two neighbours lacks, those of two cells together.

    The corners of an overlap or a gap are told by that.
    """
    points = shapely.points(found.xy)
    corner, _ = shapely.STRtree(areal).query(points, predicate="dwithin", distance=rounding_of(found.xy))
    plain = np.setdiff1d(np.arange(len(points)), corner)
    pairs = np.sort(np.column_stack([found.lacking, found.having]), axis=1)[plain]
    for first, second in np.unique(pairs, axis=0):
        xy = found.xy[plain][(pairs == (first, second)).all(axis=1)]
        said = f"{len(xy)} that only one of the two has"
        yield _Finding(
            "unmatched_vertex", tuple(sorted((names[first], names[second]))), shapely.multipoints(xy), said
        )


def _slivers(names: Any, cells: Any, crs: Any, metric: Any, sliver_m: float) -> Iterable[_Finding]:
    """Find the parts of cells in which no circle of that width fits; only thin ones are looked at closely."""
    parts, cell = shapely.get_parts(cells, return_index=True)
    metres = gpd.GeoSeries(parts, crs=crs).to_crs(metric).to_numpy()
    thin = shapely.area(metres) < sliver_m * shapely.length(metres)
    for at in np.flatnonzero(thin):
        if 2 * shapely.length(shapely.maximum_inscribed_circle(metres[at])) < sliver_m:
            yield _Finding("sliver", (str(names[cell[at]]),), parts[at])


def _table(findings: list[_Finding], crs: Any, metric: Any, smallest_m2: float) -> GeoDataFrame:
    geometry = gpd.GeoSeries([each.geometry for each in findings], crs=crs)
    area_m2 = geometry.to_crs(metric).area.mask(shapely.get_dimensions(geometry.to_numpy()) < _AREAL)
    table = GeoDataFrame(
        {
            "kind": Series([each.kind for each in findings], dtype="str"),
            "cells": Series([each.cells for each in findings], dtype=object),
            "area_m2": area_m2.astype("float64"),
        },
        geometry=geometry,
    ).assign(detail=Series([each.detail for each in findings], dtype="str"))
    small = table["kind"].isin(["overlap", "gap"]) & (table["area_m2"] <= smallest_m2)
    rank = pd.Categorical(table["kind"], categories=KINDS, ordered=True)
    return (
        table.assign(rank=rank)[~small]
        .sort_values(["rank", "cells"])
        .drop(columns="rank")
        .reset_index(drop=True)
    )
