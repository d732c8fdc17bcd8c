"""Lines that are to close an area: broken where they meet, and their loose ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from gridmap.core.ellipsoid import arc, on_ellipsoid
from gridmap.core.topology import connected
from gridmap.model.crs import metric_crs_of, transformer

Floats = npt.NDArray[np.float64]
Shapes = npt.NDArray[np.object_]
Places = npt.NDArray[np.intp]

_BEYOND_M = 0.001
_NEXT_ENDS = 5


@dataclass(frozen=True, eq=False)
class Link:
    """A straight line that leads on from a loose end.

    Parameters
    ----------
    start_m, end_m
        From where to where, in metres of the plane.
    end
        The loose end it leads from.
    line
        The line it leads to.
    other
        The loose end it leads to; -1 if it leads to the midst of the line.
    """

    start_m: Floats
    end_m: Floats
    end: int
    line: int
    other: int = -1

    @property
    def length_m(self) -> float:
        """Its length in the plane."""
        return float(np.hypot(*(self.end_m - self.start_m)))


@dataclass(frozen=True, eq=False)
class Plane:
    """Metres around some lines: distances are measured there, and no line is moved for it.

    Parameters
    ----------
    crs
        The CRS of the lines; None is taken to be in metres.
    metric
        The CRS in metres.
    """

    crs: Any
    metric: Any

    @classmethod
    def around(cls, lines: Any) -> Plane:
        """Choose the metres for a GeoSeries."""
        return cls(lines.crs, None if lines.crs is None else metric_crs_of(lines))

    def metres(self, xy: Floats) -> Floats:
        """Return coordinates of the lines in metres."""
        return xy if self._same else np.column_stack(self._way.transform(*xy.T))

    def own(self, xy_m: Floats) -> Floats:
        """Return metres as coordinates of the lines."""
        return xy_m if self._same else np.column_stack(self._way.transform(*xy_m.T, direction="INVERSE"))

    def lengths_m(self, lines: Shapes) -> Floats:
        """Return the true lengths of straight lines in the CRS of the lines."""
        ends = shapely.get_coordinates(lines).reshape(-1, 2, 2)
        if self.crs is None:
            return np.asarray(np.hypot(*(ends[:, 1] - ends[:, 0]).T))
        start, stop = (np.column_stack(self._degrees.transform(*side.T)) for side in ends.swapaxes(0, 1))
        return arc(on_ellipsoid(stop) - on_ellipsoid(start))

    @cached_property
    def _same(self) -> bool:
        return self.crs is None or bool(self.crs == self.metric)

    @cached_property
    def _way(self) -> Any:
        return transformer(self.crs, self.metric)

    @cached_property
    def _degrees(self) -> Any:
        return transformer(self.crs, 4326)


@dataclass(frozen=True, eq=False)
class Linework:
    """Lines, broken where they meet.

    Parameters
    ----------
    lines
        The lines, in their own CRS.
    plane
        Metres around them.
    """

    lines: Shapes
    plane: Plane

    @classmethod
    def of(cls, shapes: Sequence[Any] | Shapes, plane: Plane) -> Linework:
        """Break lines where they meet; of polygons the outlines count, and what else there is does not."""
        given = np.array(
            [shape for shape in shapes if shape is not None and not shape.is_empty], dtype=object
        )
        parts = shapely.get_parts(given)
        flat = shapely.get_dimensions(parts) == 2
        parts = shapely.force_2d(
            np.concatenate([parts[~flat], shapely.get_parts(shapely.boundary(parts[flat]))])
        )
        sound = (shapely.get_dimensions(parts) == 1) & np.isfinite(shapely.bounds(parts)).all(axis=1)
        sound &= shapely.length(parts) > 0
        noded = shapely.get_parts(shapely.union_all(parts[sound]))
        return cls(noded[shapely.get_type_id(noded) == shapely.GeometryType.LINESTRING], plane)

    def with_links(self, links: Sequence[Link]) -> Linework:
        """Return the lines with the links among them."""
        return Linework.of([*self.lines, *self.drawn(links, beyond_m=_BEYOND_M)], self.plane)

    def drawn(self, links: Sequence[Link], *, beyond_m: float = 0.0) -> Shapes:
        """Draw links in the CRS of the lines, those to the midst of a line a little beyond it."""
        ways = []
        for link in links:
            way, length = link.end_m - link.start_m, link.length_m
            if link.other < 0 and beyond_m:
                way = way * (1 + beyond_m / length) if length else self._ahead[link.end] * beyond_m
            ways.append([link.start_m, link.start_m + way])
        xy = self.plane.own(np.array(ways, dtype=np.float64).reshape(-1, 2))
        for place, link in enumerate(links):
            xy[2 * place] = self._end_xy[link.end]
            if link.other >= 0:
                xy[2 * place + 1] = self._end_xy[link.other]
        return np.asarray(shapely.linestrings(xy.reshape(-1, 2, 2)))

    @cached_property
    def faces(self) -> Shapes:
        """The areas that the lines close."""
        return np.asarray(shapely.get_parts(shapely.polygonize(self.lines)))

    def short_links(self, tolerance_m: float) -> list[Link]:
        """Lead loose ends on to the nearest line ahead within a distance, each pair of ends once."""
        links, led = [], set()
        for end in range(len(self._ends)):
            near = self._near(end, tolerance_m)
            if end not in led and near:
                link = min(near, key=lambda each: each.length_m)
                led.add(link.other)
                links.append(link)
        return links

    def long_links(self) -> list[Link]:
        """Return ways to lead every loose end on, however far: to other ends and to lines; shortest first."""
        links = {}
        for end in range(len(self._ends)):
            away = np.hypot(*(self._end_m - self._end_m[end]).T)
            away[end] = np.inf
            for other in np.argsort(away, kind="stable")[:_NEXT_ENDS].tolist():
                if np.isfinite(away[other]):
                    pair = (min(end, other), max(end, other))
                    links[pair] = self._link_to_end(*pair)
            ahead = self._near(end, np.inf)
            if ahead:
                links[end, -1] = min(ahead, key=lambda each: each.length_m)
        return sorted(links.values(), key=lambda each: each.length_m)

    @cached_property
    def parts(self) -> Places:
        """The number of the part of each line: lines that hang together have one."""
        one, other = self._node_of.reshape(-1, 2).T.astype(np.int32)
        nodes = connected(int(self._node_of.max(initial=-1)) + 1, one, other)
        return np.asarray(nodes[one], dtype=np.intp)

    def line_of(self, end: int) -> int:
        """Return the line that a loose end belongs to."""
        return int(self._ends[end, 0])

    def _near(self, end: int, reach_m: float) -> list[Link]:
        """Return the links from an end to the lines ahead of it; what lies behind, it has passed."""
        own = self.line_of(end)
        point = shapely.Point(self._end_m[end])
        if np.isfinite(reach_m):
            lines = np.sort(self._tree.query(point, predicate="dwithin", distance=reach_m)).tolist()
        else:
            lines = list(range(len(self.lines)))
        found = []
        for line in lines:
            shape = self._rest_of_own(end, reach_m) if line == own else self._lines_m[line]
            if shape is None or shapely.distance(point, shape) > reach_m:
                continue
            spot = shapely.get_coordinates(shapely.shortest_line(point, shape))[1]
            step = spot - self._end_m[end]
            if step @ self._ahead[end] >= 0:
                found.append(self._link_to(end, line, spot))
        return found

    def _rest_of_own(self, end: int, reach_m: float) -> Any:
        """Return the line of an end without the stretch next to it; None if that is all of it."""
        line = self._lines_m[self.line_of(end)]
        length = float(shapely.length(line))
        skipped = 2 * reach_m if np.isfinite(reach_m) else length / 2
        if length <= skipped:
            return None
        span = (0.0, length - skipped) if self._ends[end, 1] else (skipped, length)
        return _stretch(line, *span)

    def _link_to(self, end: int, line: int, spot: Floats) -> Link:
        for other in self._ends_of.get(line, ()):
            if other != end and np.hypot(*(self._end_m[other] - spot)) <= _BEYOND_M:
                return self._link_to_end(end, other)
        return Link(self._end_m[end], spot, end, line)

    def _link_to_end(self, end: int, other: int) -> Link:
        return Link(self._end_m[end], self._end_m[other], end, self.line_of(other), other)

    @cached_property
    def _lines_m(self) -> Shapes:
        return np.asarray(shapely.transform(self.lines, self.plane.metres))

    @cached_property
    def _tree(self) -> Any:
        return shapely.STRtree(self._lines_m)

    @cached_property
    def _node_of(self) -> Places:
        """The node at the start and at the end of every line, line after line."""
        xy = np.concatenate([_end_points(self.lines, last) for last in (0, -1)], axis=1).reshape(-1, 2)
        return np.asarray(np.unique(xy, axis=0, return_inverse=True)[1].ravel(), dtype=np.intp)

    @cached_property
    def _ends(self) -> Places:
        """The loose ends: their line, and whether it is its last point."""
        lonely = np.flatnonzero(np.bincount(self._node_of)[self._node_of] == 1)
        return np.column_stack(np.divmod(lonely, 2))

    @cached_property
    def _ends_of(self) -> dict[int, list[int]]:
        ends: dict[int, list[int]] = {}
        for end, line in enumerate(self._ends[:, 0].tolist()):
            ends.setdefault(line, []).append(end)
        return ends

    @cached_property
    def _end_xy(self) -> Floats:
        return np.array([xy for xy, _ in self._tips(self.lines)]).reshape(-1, 2)

    @cached_property
    def _end_m(self) -> Floats:
        return np.array([xy for xy, _ in self._tips(self._lines_m)]).reshape(-1, 2)

    @cached_property
    def _ahead(self) -> Floats:
        """The direction in which each loose end points, of length 1."""
        steps = np.array([xy - before for xy, before in self._tips(self._lines_m)]).reshape(-1, 2)
        return np.asarray(steps / np.hypot(*steps.T)[:, None])

    def _tips(self, lines: Shapes) -> Iterator[tuple[Floats, Floats]]:
        """Give each loose end, and the vertex before it."""
        for line, last in self._ends.tolist():
            xy = shapely.get_coordinates(lines[line])
            yield (xy[-1], xy[-2]) if last else (xy[0], xy[1])


def _end_points(lines: Shapes, place: int) -> Floats:
    return np.asarray(shapely.get_coordinates(shapely.get_point(lines, place)).reshape(-1, 2))


def _stretch(line: Any, start: float, stop: float) -> Any:
    """Return the part of a line from one length along it to another."""
    xy = shapely.get_coordinates(line)
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(xy, axis=0).T))])
    inner = (along > start) & (along < stop)
    ends = shapely.get_coordinates(shapely.line_interpolate_point(line, [start, stop]))
    return shapely.LineString(np.concatenate([ends[:1], xy[inner], ends[1:]]))
