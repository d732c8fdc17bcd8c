"""The area that lines close 合围: roads, rivers, borders, lines drawn by hand; or where they leave gaps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from gridmap.core.drawing.linework import Linework, Link, Plane
from gridmap.core.unions import union_of
from gridmap.errors import CrsMismatchError, PlanError, UnknownCellError
from gridmap.model.areas import Hierarchy

TOLERANCE_M = 5.0
_ON_BORDER_M = 0.01
_LEAST_SHARE = 0.1
_MOST_TRIES = 200
_Shapes = npt.NDArray[np.object_]


@dataclass(frozen=True, eq=False)
class Enclosure:
    """The area that lines close, or where they leave gaps.

    Parameters
    ----------
    areas
        The areas they close, a GeoSeries of polygons in the CRS of the lines; empty if they do not close.
    joins
        Ends that nearly met and were joined: `geometry` (a straight line), `length_m`.
    gaps
        What is open still, if they do not close: `geometry` (the straight line that would close it),
        `length_m`.
    elsewhere
        How many areas the lines close that do not hold the point inside.
    """

    areas: Any
    joins: Any
    gaps: Any
    elsewhere: int = 0

    @property
    def closed(self) -> bool:
        """Whether the lines close an area, and the one asked for."""
        return len(self.areas) > 0


def enclose(lines: Any, *, inside: Any = None, tolerance_m: float = TOLERANCE_M) -> Enclosure:
    """Find the area that lines close.

    Lines are broken where they meet, and what leads beyond is cut off. A loose end that misses the next line
    ahead by no more than the tolerance is led on to it. What counts then is the face of the lines around the
    point inside; on a line, the faces on both sides.

    Parameters
    ----------
    lines
        A GeoSeries of lines in any CRS; of polygons the outlines count, and of other shapes nothing.
    inside
        A GeoSeries of points in the area, in any CRS; without it all faces count.
    tolerance_m
        By how many metres ends may miss; 0 joins nothing.

    Returns
    -------
    enclosure
        The areas; if there is none, the fewest gaps that would have to be closed, found shortest first.

    Raises
    ------
    CrsMismatchError
        If only one of the lines and the points has a CRS.
    PlanError
        If the tolerance is no length.

    Notes
    -----
    No vertex of a line is moved: an area between borders of cells has the very vertices of the cells.
    """
    if not (np.isfinite(tolerance_m) and tolerance_m >= 0):
        raise PlanError(f"a tolerance of {tolerance_m:g} m is none; give a number of metres from 0 up")
    plane = Plane.around(lines)
    points = _points(inside, lines.crs)
    loose = Linework.of(np.asarray(lines.array, dtype=object), plane)
    links = loose.short_links(tolerance_m) if tolerance_m else []
    joined = loose.with_links(links) if links else loose
    held = _held(joined.faces, points)
    if len(held):
        border = shapely.union_all(shapely.boundary(held))
        said = [link for link in links if link.length_m > _ON_BORDER_M]
        drawn = loose.drawn(said)
        return Enclosure(
            areas=gpd.GeoSeries(held, crs=lines.crs),
            joins=_measured(drawn[_lies_on(drawn, border, plane)], plane),
            gaps=_measured(drawn[:0], plane),
        )
    gaps = _gaps(joined, _aim(joined, points))
    return Enclosure(
        areas=gpd.GeoSeries([], crs=lines.crs),
        joins=_measured(loose.drawn(links), plane),
        gaps=_measured(joined.drawn(gaps), plane),
        elsewhere=len(joined.faces),
    )


def area_border(hierarchy: Hierarchy, area: str) -> Any:
    """Return the border of an area of any level, to be picked like a road.

    Parameters
    ----------
    hierarchy
        The cells.
    area
        The id of an area or a cell.

    Returns
    -------
    border
        A GeoSeries of one line, with the vertices of the cells, in their CRS; empty for an area without
        outlines.

    Raises
    ------
    UnknownCellError
        If the grid has no such area.
    """
    if area not in hierarchy.areas.index:
        raise UnknownCellError(f"the grid has no area {area!r}", [area])
    cells = np.asarray(hierarchy.geometry.array, dtype=object)[hierarchy.places_of(area)]
    border = shapely.boundary(union_of(cells))
    return gpd.GeoSeries([] if border.is_empty else [border], crs=hierarchy.geometry.crs)


def _points(inside: Any, crs: Any) -> Any:
    if inside is None:
        return None
    known = inside[~(inside.isna() | inside.is_empty)]
    if (known.crs is None) != (crs is None):
        raise CrsMismatchError(
            "only one of the lines and the points inside has a CRS; call set_crs(...) first"
        )
    points = known if crs is None else known.to_crs(crs)
    return np.asarray(points.array, dtype=object) if len(points) else None


def _held(faces: _Shapes, points: Any) -> _Shapes:
    """Return the faces that hold a point, or all of them if there is none."""
    if points is None or not len(faces):
        return faces
    found = shapely.STRtree(faces).query(points, predicate="intersects")[1]
    return np.asarray(faces[np.unique(found)])


def _lies_on(lines: _Shapes, border: Any, plane: Plane) -> npt.NDArray[np.bool_]:
    """Tell which of the straight lines are part of a border."""
    middles = shapely.line_interpolate_point(lines, 0.5, normalized=True)
    ways = np.array([shapely.shortest_line(middle, border) for middle in middles], dtype=object)
    return plane.lengths_m(ways) <= _ON_BORDER_M if len(lines) else np.empty(0, dtype=bool)


def _aim(linework: Linework, points: Any) -> Callable[[Linework], bool]:
    """Return what tells whether lines close what was asked for; without a point, no mere corner of it."""
    if points is not None:
        return lambda closed: len(_held(closed.faces, points)) > 0
    around = shapely.MultiLineString(linework.lines.tolist()).convex_hull.area
    return lambda closed: bool(shapely.area(closed.faces).max(initial=0) > _LEAST_SHARE * around)


def _gaps(linework: Linework, closes: Callable[[Linework], bool]) -> list[Link]:
    """Add links, the shortest first, until the lines close; then leave out those that are not needed.

    Whether they close is looked at only when a link joins what hangs together already.
    """
    chosen: list[Link] = []
    leader = {part: part for part in np.unique(linework.parts).tolist()}
    tries = 0
    for link in linework.long_links():
        one, other = (
            _leader(leader, int(linework.parts[line])) for line in (linework.line_of(link.end), link.line)
        )
        chosen.append(link)
        if one != other:
            leader[one] = other
            continue
        tries += 1
        if closes(linework.with_links(chosen)):
            return _needed(linework, chosen, closes)
        if tries == _MOST_TRIES:
            break
    return _open_ends(chosen)


def _leader(leader: dict[int, int], part: int) -> int:
    while leader[part] != part:
        part = leader[part]
    return part


def _needed(linework: Linework, links: Sequence[Link], closes: Callable[[Linework], bool]) -> list[Link]:
    kept = list(links)
    for link in links[:-1]:
        fewer = [each for each in kept if each is not link]
        if closes(linework.with_links(fewer)):
            kept = fewer
    return kept


def _open_ends(links: Sequence[Link]) -> list[Link]:
    """Return the shortest link of every loose end, where no set of links closes what was asked for."""
    first: dict[int, Link] = {}
    for link in links:
        for end in (link.end, link.other):
            if end >= 0:
                first.setdefault(end, link)
    return list(dict.fromkeys(first.values()))


def _measured(lines: _Shapes, plane: Plane) -> Any:
    columns = {"length_m": plane.lengths_m(lines)}
    return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(lines, crs=plane.crs))
