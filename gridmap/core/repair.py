"""Repair a grid: mend outlines, close narrow gaps, share out narrow overlaps and thin parts."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from pandas import DataFrame, Series

from gridmap.core.coverage import polygons_of
from gridmap.core.gaps import overlaps_and_voids
from gridmap.core.mending import thin_parts, with_matched_vertices
from gridmap.core.topology import topology_of
from gridmap.model.crs import metric_crs_of, transformer
from gridmap.model.frames import cell_id_text, grid_frame
from gridmap.model.tables import hierarchy_of

_POLYGONS = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
_ROUNDING_M2 = 0.01
_STILL = frozenset({"invalid_geometry", "unmatched_vertex"})  # mended without any change of the ground

Shapes = NDArray[np.object_]


class _Fault(NamedTuple):
    kind: str
    rows: NDArray[np.intp]
    area_m2: float
    narrow: bool


def repair_grid(
    grid: GeoDataFrame, *, width_m: float = 1.0, sliver_m: float = 1.0
) -> tuple[GeoDataFrame, DataFrame]:
    """Mend a grid as far as nobody has to decide anything, and list what was moved.

    An outline that crosses itself is mended. A gap no wider than `width_m` goes to the cell with the longest
    border with it, an overlap no wider than that to the cell whose id sorts first, where placement puts
    its households too. A separate part of a cell that is thinner than `sliver_m` goes to the cell with the
    longest border with it, unless it is the largest part: no cell is lost, however thin. Widths are those of
    the widest circle inside. What is wider stays, and `check_grid` of the answer lists it. Ids, columns,
    order, CRS and every other vertex stay as they are; a vertex that only one of two neighbours has on their
    straight border is added to the other, which moves nothing.

    Parameters
    ----------
    grid
        Polygons by ``cell_id``, in any CRS.
    width_m
        The widest gap or overlap to mend, in metres.
    sliver_m
        Separate parts of cells thinner than this are slivers.

    Returns
    -------
    grid
        The grid, with the outlines of the cells that were mended.
    report
        By ``cell_id``, a row for each cell that was mended, in the order of the grid: `why` (the kinds of
        its faults), `area_before_m2`, `area_after_m2`, `gained_m2`, `lost_m2`. The area before of an outline
        that crosses itself is that of the parts it encloses.

    Raises
    ------
    TableError
        If the grid has no CRS.

    Notes
    -----
    Only the cells around a fault are passed through `shapely.coverage_clean`, in metres, and vertices that it
    leaves in their place keep their coordinates to the last bit. Where it would move more than the faults
    themselves, nothing is moved.

    Examples
    --------
    >>> from shapely import box
    >>> grid = GeoDataFrame(
    ...     index=pd.Index(["a", "b"], name="cell_id"),
    ...     geometry=[box(500000, 3400000, 500010, 3400010), box(500009.5, 3400000, 500020, 3400010)],
    ...     crs=4549,
    ... )
    >>> mended, report = repair_grid(grid)
    >>> float(mended.geometry["b"].area), float(report.at["b", "lost_m2"])
    (100.0, 5.0)
    """
    frame = grid_frame(grid)
    work = _Work(frame)
    for faults in work.clusters(width_m):
        work.clean(faults, width_m)
    work.share_out_slivers(sliver_m)
    work.match_vertices()
    return work.answer(), work.report()


class _Work:
    """The outlines while they are mended, in the CRS of the grid and in metres."""

    def __init__(self, grid: GeoDataFrame) -> None:
        self.grid = grid
        metric = metric_crs_of(grid)
        self.there = transformer(grid.crs, metric)
        shapes = np.array(grid.geometry.to_numpy(), dtype=object)
        ids = Series(cell_id_text(grid.index), dtype="str")
        areas = hierarchy_of(grid)
        cells = ids.isin(areas.index[areas["is_cell"]]).to_numpy()
        polygon = np.isin(shapely.get_type_id(shapes), _POLYGONS) & ~shapely.is_empty(shapes)
        broken = polygon & ~shapely.is_valid(shapes)
        mended = [polygons_of(shapely.make_valid(shape)) for shape in shapes[broken]]
        shapes[broken] = [
            new if not new.is_empty else old for new, old in zip(mended, shapes[broken], strict=True)
        ]
        self.shapes, self.ids = shapes, ids.to_numpy(dtype=object)
        self.usable = cells & polygon & shapely.is_valid(shapes)
        self.metres = self._in_metres(shapes)
        self.before = self.metres.copy()
        self.why: dict[int, set[str]] = {int(row): {"invalid_geometry"} for row in np.flatnonzero(broken)}

    def _in_metres(self, shapes: Shapes) -> Shapes:
        return np.asarray(shapely.transform(shapes, self._to_metres), dtype=object)

    def _to_metres(self, xy: Any) -> Any:
        return np.column_stack(self.there.transform(xy[:, 0], xy[:, 1]))

    def faults(self, width_m: float) -> list[_Fault]:
        """List overlaps and gaps with all cells that touch them, in the rows of the grid."""
        rows = np.flatnonzero(self.usable)
        cells = self.shapes[rows]
        pairs, empty = overlaps_and_voids(cells, topology_of(cells))
        common = [polygons_of(each) for each in shapely.intersection(*cells[pairs.T])]
        places = np.array([*common, *empty, None], dtype=object)[:-1]
        kinds = ["overlap"] * len(common) + ["gap"] * len(empty)
        fault, cell = shapely.STRtree(cells).query(places, predicate="intersects")
        metres = self._in_metres(places)
        width = 2 * shapely.length(shapely.maximum_inscribed_circle(metres))
        return [
            _Fault(kind, rows[cell[fault == at]], shapely.area(metres[at]), bool(width[at] <= width_m))
            for at, kind in enumerate(kinds)
        ]

    def clusters(self, width_m: float) -> list[list[_Fault]]:
        """Join the narrow faults that share a cell; those that share one with a wide overlap are left out."""
        group: dict[int, int] = {}
        faults = [each for each in self.faults(width_m) if each.narrow or each.kind == "overlap"]
        for fault in faults:
            roots = {_root(group, row) for row in fault.rows.tolist()}
            group.update(dict.fromkeys(roots, min(roots)))
        joined: dict[int, list[_Fault]] = {}
        for fault in faults:
            joined.setdefault(_root(group, int(fault.rows[0])), []).append(fault)
        return [members for members in joined.values() if all(each.narrow for each in members)]

    def clean(self, faults: list[_Fault], width_m: float) -> None:
        """Clean the cells around some faults, unless that would move more than the faults."""
        rows = np.unique(np.concatenate([fault.rows for fault in faults]))
        rows = rows[np.argsort(self.ids[rows], kind="stable")]
        old = self.metres[rows]
        new = shapely.coverage_clean(
            old, gap_width=width_m, snapping_distance=0.0, merge_strategy="min_index"
        )
        moved = shapely.area(shapely.symmetric_difference(old, new)).sum()
        if moved > sum(fault.area_m2 for fault in faults) + _ROUNDING_M2 or shapely.is_empty(new).any():
            return
        new = _as_multi(new, old)
        changed = ~shapely.equals_identical(shapely.normalize(old), shapely.normalize(new))
        back = self._back(rows, new[changed])
        self.shapes[rows[changed]], self.metres[rows[changed]] = back, new[changed]
        for row in rows[changed].tolist():
            kinds = {fault.kind for fault in faults if row in fault.rows}
            self.why.setdefault(row, set()).update(kinds)

    def share_out_slivers(self, sliver_m: float) -> None:
        """Give thin parts to their neighbours; a cell that gives takes none."""
        rows = np.flatnonzero(self.usable)
        given: dict[int, list[int]] = {}
        took: set[int] = set()
        for thin in thin_parts(self.metres[rows], sliver_m):
            cell, to = int(rows[thin.cell]), int(rows[thin.to])
            grown = shapely.union(self.shapes[to], shapely.get_geometry(self.shapes[cell], thin.part))
            apart = shapely.get_num_geometries(grown) > shapely.get_num_geometries(self.shapes[to])
            if cell in took or to in given or apart or not shapely.is_valid(grown):
                continue
            self._put(to, _as_multi(np.array([grown]), self.shapes[[to]])[0], "sliver")
            given.setdefault(cell, []).append(thin.part)
            took.add(to)
        for cell, parts in given.items():
            left = np.delete(shapely.get_parts(self.shapes[cell]), parts)
            self._put(cell, shapely.multipolygons(left), "sliver")

    def match_vertices(self) -> None:
        """Add the vertices that only one of two neighbours has to the other."""
        rows = np.flatnonzero(self.usable)
        for place, shape in with_matched_vertices(self.shapes[rows]).items():
            self._put(int(rows[place]), shape, "unmatched_vertex")

    def _put(self, row: int, shape: Any, why: str) -> None:
        self.shapes[row], self.metres[row] = shape, self._in_metres(shape).item()
        self.why.setdefault(row, set()).add(why)

    def _back(self, rows: NDArray[np.intp], new: Shapes) -> Shapes:
        """Return outlines to the CRS of the grid; a vertex that stayed gets the coordinates it had."""
        metres, there = (shapely.get_coordinates(each[rows]) for each in (self.metres, self.shapes))
        known = dict(zip(map(tuple, metres.tolist()), there, strict=True))

        def back(xy: Any) -> Any:
            far = np.column_stack(self.there.transform(xy[:, 0], xy[:, 1], direction="INVERSE"))
            return np.array([known.get(tuple(at), to) for at, to in zip(xy.tolist(), far, strict=True)])

        return np.asarray(shapely.transform(new, back), dtype=object)

    def answer(self) -> GeoDataFrame:
        """Return a copy of the grid with the outlines as they are now."""
        answer = self.grid.copy()
        answer[self.grid.geometry.name] = type(self.grid.geometry)(
            self.shapes, index=self.grid.index, crs=self.grid.crs
        )
        return answer

    def report(self) -> DataFrame:
        """List what was moved, cell by cell."""
        rows = np.array(sorted(self.why), dtype=np.intp)
        moved = ~shapely.equals(self.before[rows], self.metres[rows])
        rows = rows[moved | np.array([bool(_STILL & self.why[row]) for row in rows.tolist()], dtype=bool)]
        before, after = self.before[rows], self.metres[rows]
        columns: dict[str, Any] = {
            "why": Series(
                [", ".join(sorted(self.why[row])) for row in rows.tolist()], dtype="str"
            ).to_numpy(),
            "area_before_m2": shapely.area(before),
            "area_after_m2": shapely.area(after),
            "gained_m2": shapely.area(shapely.difference(after, before)),
            "lost_m2": shapely.area(shapely.difference(before, after)),
        }
        return DataFrame(columns, index=pd.Index(self.ids[rows], name="cell_id", dtype="str"))


def _as_multi(new: Shapes, old: Shapes) -> Shapes:
    """Keep the type of outlines that were of several parts, or of one that may be of several."""
    multi = shapely.get_type_id(old) == shapely.GeometryType.MULTIPOLYGON
    parts = [
        shapely.multipolygons(shapely.get_parts(each)) if many else each
        for each, many in zip(new, multi, strict=True)
    ]
    return np.array(parts, dtype=object)


def _root(group: dict[int, int], row: int) -> int:
    while group.setdefault(row, row) != row:
        row = group[row]
    return row
