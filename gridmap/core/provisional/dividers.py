"""Lines along which ground is cut: sides of hexagons, roads, half-ways between buildings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from gridmap.errors import Fault, GridError

Shapes = npt.NDArray[np.object_]
_MOST_HEXAGONS = 500_000
_CORNERS = np.array([(0, 2), (1, 1), (1, -1), (0, -2), (-1, -1), (-1, 1), (0, 2)])
_STEP_M = 10.0
_NEAREST_M = 0.001


def hexagon_sides(bounds_m: tuple[float, float, float, float], width_m: float) -> Shapes:
    """Return hexagons of a width from side to side that cover a box, two sides upright, as closed lines.

    The corners are counted off from the origin of the plane: the same place has the same hexagon whatever
    the box, and neighbours have the very same corners.

    Raises
    ------
    GridError
        If the width is no length, or there would be more than 500,000.
    """
    west, south, east, north = bounds_m
    half, quarter = width_m / 2, width_m / np.sqrt(3) / 2
    if not width_m > 0 or (east - west + width_m) * (north - south + width_m) > _MOST_HEXAGONS * width_m**2:
        what = f"hexagons {width_m:g} m wide over {east - west:,.0f} m by {north - south:,.0f} m"
        raise GridError("the grid", [Fault("hexagon_size", "hexagon_m", what, "choose another width")])
    rows = np.arange(np.floor(south / (3 * quarter)) - 1, np.ceil(north / (3 * quarter)) + 2)
    columns = np.arange(np.floor(west / width_m) - 1, np.ceil(east / width_m) + 2)
    row, column = (each.ravel() for each in np.meshgrid(rows, columns))
    steps_x = (2 * column + row % 2)[:, None] + _CORNERS[None, :, 0]
    steps_y = (3 * row)[:, None] + _CORNERS[None, :, 1]
    return np.asarray(shapely.linestrings(np.stack([steps_x * half, steps_y * quarter], axis=-1)))


def road_lines(roads: Shapes, outline: Any, *, reach_m: float) -> Shapes:
    """Return roads broken where they meet, with loose ends led on to the nearest other line.

    Parameters
    ----------
    roads
        Lines in metres.
    outline
        The borders that roads may end at, as lines.
    reach_m
        How far a loose end is led on; one that is further from everything stays a dead end, which divides
        nothing.
    """
    lines = shapely.get_parts(shapely.union_all(roads))
    tree = shapely.STRtree([*lines, *shapely.get_parts(outline)])
    links = [link for end, own in _loose_ends(lines) for link in _link(end, lines[own], tree, reach_m)]
    return np.array([*lines, *links], dtype=object)


def _loose_ends(lines: Shapes) -> list[tuple[Any, int]]:
    """Return the last stretch of every line whose end no other line has, towards that end, with the line."""
    stretches = [
        (shapely.get_coordinates(line)[[-2, -1] if last else [1, 0]], own)
        for own, line in enumerate(lines)
        for last in (False, True)
    ]
    ends = np.array([xy[1] for xy, _ in stretches]).reshape(-1, 2)
    _, first, count = np.unique(ends, axis=0, return_index=True, return_counts=True)
    return [stretches[place] for place in np.sort(first[count == 1])]


def _link(stretch: Any, own: Any, tree: Any, reach_m: float) -> list[Any]:
    """Lead an end on to the nearest other line ahead, a little beyond it, so that they surely meet."""
    before, end = stretch
    point = shapely.Point(end)
    near = tree.geometries[np.sort(tree.query(point, predicate="dwithin", distance=reach_m))]
    steps = [shapely.get_coordinates(shapely.shortest_line(point, line))[1] - end for line in near]
    lengths = [float(np.hypot(*step)) for step in steps]
    if any(length == 0 and not shapely.equals(line, own) for length, line in zip(lengths, near, strict=True)):
        return []
    ahead = [place for place, step in enumerate(steps) if lengths[place] > 0 and step @ (end - before) >= 0]
    if not ahead:
        return []
    nearest = min(ahead, key=lambda place: lengths[place])
    return [shapely.LineString([end, end + steps[nearest] * (1 + _NEAREST_M / lengths[nearest])])]


@dataclass(frozen=True, eq=False)
class Sites:
    """Points along the walls of buildings, for ground to be given to the nearest.

    Parameters
    ----------
    points
        In metres, each place once.
    groups
        The group of each.
    prints, print_groups
        The buildings that are footprints, and the group of each.
    """

    points: Shapes
    groups: Shapes
    prints: Shapes
    print_groups: Shapes

    def nearest(self, spots: Shapes) -> Shapes:
        """Return the group whose footprint a spot lies in, else that of the nearest wall."""
        found = np.array(self.groups[shapely.STRtree(self.points).nearest(spots)], dtype=object)
        inside, footprint = shapely.STRtree(self.prints).query(spots, predicate="within")
        found[inside[::-1]] = self.print_groups[footprint[::-1]]
        return found


def sites_of(buildings: Shapes, groups: Shapes) -> Sites:
    """Make sites of points or footprints, in metres, of which each belongs to a group."""
    xy, at = shapely.get_coordinates(shapely.segmentize(buildings, _STEP_M), return_index=True)
    _, first = np.unique(np.round(xy / _NEAREST_M), axis=0, return_index=True)
    flat = shapely.get_dimensions(buildings) == 2
    return Sites(shapely.points(xy[first]), groups[at[first]], buildings[flat], groups[flat])


def half_ways(sites: Sites, ground: Any) -> Shapes:
    """Return the lines half-way between sites of different groups (Voronoi), over a ground.

    Also the outlines of the footprints that such a line runs through, so that they need not be cut.
    """
    groups = np.unique(sites.groups.astype(str))
    if len(groups) < 2:
        return np.array([], dtype=object)
    diagram = shapely.voronoi_polygons(shapely.MultiPoint(sites.points), extend_to=ground, ordered=True)
    fields = shapely.get_parts(diagram)
    unions = [shapely.coverage_union_all(fields[sites.groups == group]) for group in groups]
    borders = shapely.boundary(np.array(unions, dtype=object))
    crossed = np.unique(shapely.STRtree(borders).query(sites.prints, predicate="intersects")[0])
    return np.concatenate([borders, shapely.boundary(sites.prints[crossed])])
