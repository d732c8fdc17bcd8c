"""How well points fit the areas they declare, as given and after a shift of datum."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pandas import DataFrame, Series

from gridmap.model.areas import Hierarchy, outlines_of
from gridmap.model.columns import TABLES, fold_header
from gridmap.model.crs import Array, ShiftedDatum, shift, unshift
from gridmap.model.frames import id_text
from gridmap.model.hierarchy import LEVELS, hierarchy_of

Flags = NDArray[np.bool_]
UNDECLARED = -1
AT_HOME_M = 60.0
_AWAY_M = 150.0
_BORDER_DEG = 2e-5
_METRES_PER_DEGREE = 111_320.0
_CONTROL_DEGREES = (60.0, 90.0, 120.0, 240.0, 270.0, 300.0)
_BUILDING = r"^(.*?\d+\s*(?:号楼|[幢栋座号#]))"
_MATES = 3
_AGREEING_SHARE = 0.67


@dataclass(frozen=True)
class Hypothesis:
    """A shift that may have been forgotten.

    Parameters
    ----------
    datum
        In which the points, or the outlines, are.
    points
        Whether the points are in it, and not the outlines.
    """

    datum: ShiftedDatum
    points: bool

    def moved(self, lonlat: Array) -> Array:
        """Return where the points would lie against the outlines if this were put right."""
        return unshift(lonlat, self.datum) if self.points else shift(lonlat, self.datum)


HYPOTHESES = tuple(Hypothesis(datum, points) for points in (True, False) for datum in ShiftedDatum)


class DeclaredAreas:
    """The outlines in degrees of the areas that rows declare.

    Parameters
    ----------
    grid
        The grid.
    roster
        Rows with `cell_id`, or the id or name of a village or town.
    """

    def __init__(self, grid: Any, roster: DataFrame) -> None:
        areas = hierarchy_of(grid)
        outlines = outlines_of(grid, areas).to_crs(4326)
        shapes = np.array(outlines.array, dtype=object)
        broken = ~shapely.is_missing(shapes) & ~shapely.is_valid(shapes)
        shapes[broken] = shapely.make_valid(shapes[broken])
        self.cells = shapes
        self._hierarchy = Hierarchy(areas=areas, geometry=outlines.set_axis(outlines.index))
        declared = _declared(roster, areas)
        known = declared.dropna().unique().tolist()
        self.names = known
        self.outlines = np.array([self._outline(area) for area in known], dtype=object)
        self.codes = np.asarray(declared.map({area: place for place, area in enumerate(known)}).fillna(-1))
        self.codes = self.codes.astype(np.intp)

    def _outline(self, area: str) -> Any:
        cells = [self._hierarchy.positions[cell] for cell in self._hierarchy.cells_of(area)]
        return self.cells[cells[0]] if len(cells) == 1 else shapely.union_all(self.cells[cells])

    def at_level(self, level: str) -> Series:
        """Return for every row the name of the area of this level that its declared area lies in."""
        names = {
            place: self._hierarchy.name(found)
            for place, area in enumerate(self.names)
            if (found := self._hierarchy.area_at(area, level)) is not None
        }
        return Series(self.codes).map(names).astype("str")


class Evidence:
    """Points with the areas they declare, and what is found about them.

    Parameters
    ----------
    lonlat
        Points of shape (n, 2) in WGS-84 as given, no missing one.
    areas
        What they declare; a row that declares nothing fits where any cell is.
    rows
        Where in `areas` the points stand.
    addresses
        Their addresses, by which neighbours of one building are known.
    """

    def __init__(
        self, lonlat: Array, areas: DeclaredAreas, rows: NDArray[np.intp], addresses: Series
    ) -> None:
        self.lonlat = lonlat
        self.codes = areas.codes[rows]
        self.outlines = areas.outlines
        self.cells = areas.cells
        self.addresses = addresses
        shapely.prepare(self.outlines)
        shapely.prepare(self.cells)
        every = np.arange(len(lonlat))
        self.given = self.fits(lonlat, every, border=True)
        self.moved = {each: each.moved(lonlat) for each in HYPOTHESES}
        self.shifted = {each: self.fits(moved, every) for each, moved in self.moved.items()}

    def fits(self, lonlat: Array, rows: NDArray[np.intp], *, border: bool = False) -> Flags:
        """Tell which of some rows lie in what they declare, if they lay at `lonlat`."""
        answer = np.zeros(len(rows), dtype=bool)
        codes = self.codes[rows]
        declared = np.flatnonzero(codes != UNDECLARED)
        declared = declared[np.argsort(codes[declared], kind="stable")]
        shapes = self.outlines[codes[declared]] if len(self.outlines) else np.empty(0, dtype=object)
        answer[declared] = shapely.intersects_xy(shapes, *lonlat[declared].T)
        missed = declared[~answer[declared]]
        if border and len(missed):
            points = shapely.points(lonlat[missed])
            answer[missed] = shapely.dwithin(self.outlines[codes[missed]], points, _BORDER_DEG)
        open_rows = np.flatnonzero(codes == UNDECLARED)
        points = shapely.points(lonlat[open_rows])
        found = self._tree.query(points, predicate="intersects")[0]
        answer[open_rows[np.unique(found)]] = True
        return answer

    def controls(self, hypothesis: Hypothesis, rows: NDArray[np.intp]) -> list[Flags]:
        """Tell which of some rows fit after shifts as long as this one in other directions."""
        lonlat = self.lonlat[rows]
        scale = np.column_stack([np.cos(np.radians(lonlat[:, 1])), np.ones(len(rows))])
        move = (self.moved[hypothesis][rows] - lonlat) * scale
        answers = []
        for degrees in _CONTROL_DEGREES:
            cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
            turned = np.column_stack(
                [cos * move[:, 0] - sin * move[:, 1], sin * move[:, 0] + cos * move[:, 1]]
            )
            answers.append(self.fits(lonlat + turned / scale, rows))
        return answers

    def home_m(self, lonlat: Array) -> Array:
        """Return how far each place is from the neighbours of its building that fit; infinite without any."""
        return np.where(self._homes[2], _metres(lonlat - self._homes[0], self.lonlat), np.inf)

    @cached_property
    def at_home(self) -> Flags:
        """Which rows lie, as given, with the neighbours of their building that fit."""
        return self.home_m(self.lonlat) <= AT_HOME_M

    @cached_property
    def astray(self) -> Flags:
        """Which rows lie, as given, far from such neighbours; of rows that fit, only with enough of them."""
        far = self.home_m(self.lonlat) > np.where(self.given, _AWAY_M, AT_HOME_M)
        return far & self._homes[2] & (~self.given | (self._homes[1] >= _MATES))

    @cached_property
    def _tree(self) -> Any:
        return shapely.STRtree(self.cells)

    @cached_property
    def _homes(self) -> tuple[Array, NDArray[np.intp], Flags]:
        """For every row: where its building is, by how many rows, and whether these agree."""
        keys = self.addresses.astype("str").str.extract(_BUILDING, expand=False)
        usable = keys.notna().to_numpy() & self.given
        table = DataFrame(self.lonlat[usable], columns=["lon", "lat"])
        table["key"] = keys.to_numpy(dtype=object)[usable]
        groups = table.groupby("key")
        middle = groups[["lon", "lat"]].median()
        table["off"] = _metres(
            table[["lon", "lat"]].to_numpy() - middle.loc[table["key"]].to_numpy(),
            table[["lon", "lat"]].to_numpy(),
        )
        spread = table.groupby("key")["off"].quantile(_AGREEING_SHARE)
        place = middle.index.get_indexer(keys.to_numpy(dtype=object))
        known = place >= 0
        if not len(middle):
            return np.full_like(self.lonlat, np.nan), np.zeros(len(keys), dtype=np.intp), known
        close = known & (spread.to_numpy()[place] <= AT_HOME_M)
        return middle.to_numpy()[place], groups.size().to_numpy()[place], close


def _metres(difference: Array, lonlat: Array) -> Array:
    east = difference[:, 0] * np.cos(np.radians(lonlat[:, 1]))
    return np.asarray(np.hypot(east, difference[:, 1]) * _METRES_PER_DEGREE)


def _declared(roster: DataFrame, areas: DataFrame) -> Series:
    """Return for every row the finest area that it declares and the grid has; else missing."""
    declared = _known(roster["cell_id"], areas.index)
    headers = {fold_header(header): header for header in roster.columns}
    columns = {column.name: column for column in TABLES["grid"].columns}
    for level in reversed(LEVELS):
        at_level = areas[areas["level"] == level]
        by_name = at_level["name"].drop_duplicates(keep=False)
        ids_of_names = Series(by_name.index, index=by_name, dtype="str")
        for part in ("id", "name"):
            column = columns.get(f"{level}_{part}")
            texts = () if column is None else (fold_header(column.name), *column.headers)
            header = next((headers[text] for text in texts if text in headers), None)
            if header is None or declared.notna().all():
                continue
            text = id_text(roster[header]).str.strip()
            found = _known(text, at_level.index) if part == "id" else text.map(ids_of_names).astype("str")
            declared = declared.fillna(found)
    return declared


def _known(text: Series, ids: Any) -> Series:
    return text.where(text.isin(ids))
