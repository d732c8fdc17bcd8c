"""A raster over a grid: what a point lies in by one look, or else the few edges near it.

Each pixel has a corner, its south-west one, and each corner a *weight*: the sum of ``2**32 + 1 + position``
over all cells there. So a weight says how many cells hold a corner and, where it is one, which. Across an
edge the weight changes by the cells that the topology has on its two sides; that holds where cells overlap or
leave gaps too, as long as each is a valid polygon. A pixel without an edge carries the cell of its corner;
each of the others has a list of its edges.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from gridmap.core.topology import Topology

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]
Keys = npt.NDArray[np.uint64]
Item = TypeVar("Item")
Answer = TypeVar("Answer")

NOWHERE = -1
UNDECIDED = -2
CROSSED = -3

_PIXELS_PER_EDGE = 32
_PIXELS_LEAST, _PIXELS_MOST = 2**16, 2**26
_SIDE_MOST = 2**15
_MARGIN = 2
_SAMPLE = 2**14
_SLACK = 2.0**-9
_STEPS_LEAST = 1024
_LARGEST, _SMALLEST = 1e140, 1e-100
_EDGES_AT_ONCE = 3_000
_LOW = np.uint64(2**32 - 1)
_HALF = np.uint64(32)
# Shewchuk (1997), "Adaptive precision floating-point arithmetic and fast robust geometric predicates":
# an orientation larger than this share of its two products has the right sign; the rest is for underflow
_ERROR_SHARE, _ERROR_LEAST = 3.3306690738754716e-16, 1e-280


@dataclass(frozen=True, eq=False)
class Lattice:
    """The lines between the pixels.

    Parameters
    ----------
    x, y
        Where the columns and the rows begin, from west to east and from south to north.
    per_x, per_y
        Pixels per unit.
    """

    x: Floats
    y: Floats
    per_x: float
    per_y: float

    def columns(self, x: Floats) -> Places:
        """Return the column of each x; beyond the raster, or without a number, one at its empty margin."""
        return _steps(x, self.x, self.per_x)

    def rows(self, y: Floats) -> Places:
        """Return the row of each y; beyond the raster, or without a number, one at its empty margin."""
        return _steps(y, self.y, self.per_y)


@dataclass(frozen=True, eq=False)
class Raster:
    """The raster of a grid.

    Parameters
    ----------
    lattice
        Its lines.
    pixel
        For each pixel, row after row: the cell it lies in, `NOWHERE`, `UNDECIDED`, or ``CROSSED - k`` for
        the k-th pixel with edges.
    first
        Where the edges of each pixel that has some begin in `edge`; one more at the end.
    edge
        The edges of these pixels; edge v runs from ``xy[v]`` to ``xy[v + 1]``.
    corner
        The weight at the corner of each of these pixels.
    xy
        The coordinates of the topology.
    step
        The weight on the left of each edge less that on its right.
    """

    lattice: Lattice
    pixel: Codes
    first: Places
    edge: Codes
    corner: Places
    xy: Floats
    step: Places


@dataclass(frozen=True, eq=False)
class _Traced:
    """Some edges on the lattice.

    Parameters
    ----------
    entries
        A pixel, and below it an edge in it, in one number each; sorted.
    corners
        A corner, and below it twice an edge that crosses the line of its row west of it, and one more if the
        edge runs northwards, in one number each; sorted.
    doubtful
        The pixels of corners that may lie on an edge.
    """

    entries: Keys
    corners: Keys
    doubtful: Places


def raster_of(topology: Topology, invalid: Floats) -> Raster | None:
    """Build the raster of a topology.

    Parameters
    ----------
    topology
        The borders of the cells.
    invalid
        The boxes of cells that are no valid polygons; there nothing is decided.

    Returns
    -------
    raster
        4 bytes for each of about 32 pixels for each edge, at most 256 MiB, and 60 bytes or so for each edge;
        None where there is no edge, or coordinates are too large or too close together for it.
    """
    inner = np.ones(len(topology.xy), dtype=bool)
    inner[topology.first[1:] - 1] = False
    edges = np.flatnonzero(inner)
    lattice = _lattice(topology.xy, edges)
    if lattice is None:
        return None
    step = np.repeat(weight(topology.left) - weight(topology.right), np.diff(topology.first))
    blocks = [edges[at : at + _EDGES_AT_ONCE] for at in range(0, len(edges), _EDGES_AT_ONCE)]
    traced = in_threads(lambda block: _trace(lattice, topology.xy, block), blocks)
    with ThreadPoolExecutor(1) as pool:
        lists = pool.submit(_lists, traced)
        start, weights = _runs(traced, step)
        pixel = _filled(lattice, start, weights)
        crossed, first, edge = lists.result()
    corner = _weights_at(crossed, pixel, start, weights)
    pixel[crossed] = CROSSED - np.arange(len(crossed), dtype=np.int32)
    for each in traced:
        pixel[each.doubtful] = UNDECIDED
    shape = pixel.reshape(len(lattice.y), len(lattice.x))
    for west, south, east, north in invalid:
        left, right = lattice.columns(np.array([west, east]))
        low, high = lattice.rows(np.array([south, north]))
        shape[max(low - 1, 0) : high + 2, max(left - 1, 0) : right + 2] = UNDECIDED
    return Raster(lattice, pixel, first, edge, corner, topology.xy, step)


def weight(cell: Codes) -> Places:
    """Return the weight of a corner that lies in one cell, or in none."""
    return np.where(cell < 0, 0, cell.astype(np.int64) + (2**32 + 1))


def cells_of(weights: Places) -> Codes:
    """Return the one cell of each weight, `NOWHERE` for none, and `UNDECIDED` for more."""
    one = (weights & 0xFFFFFFFF) - 1
    count = weights >> 32
    return np.where(count == 1, one, np.where(weights == 0, NOWHERE, UNDECIDED)).astype(np.int32)


def near_zero(orientation: Floats, one: Floats, other: Floats) -> npt.NDArray[np.bool_]:
    """Tell where the difference of two products may have the wrong sign."""
    error = np.abs(one)
    error += np.abs(other)
    error *= _ERROR_SHARE
    error += _ERROR_LEAST
    return np.abs(orientation) <= error


def ends_of_runs(values: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Tell which values another one follows, or none."""
    last = np.ones(len(values), dtype=bool)
    np.not_equal(values[1:], values[:-1], out=last[:-1])
    return last


def in_threads(work: Callable[[Item], Answer], items: Iterable[Item]) -> list[Answer]:
    """Do work that lets go of the interpreter on all processors; answers are in the order of the items."""
    todo = list(items)
    if len(todo) < 2:
        return [work(item) for item in todo]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(work, todo))


def _lattice(xy: Floats, edges: Places) -> Lattice | None:
    """Choose pixels by the number of edges, in the shape that the fewest edges cross."""
    if not len(edges):
        return None
    low, high = (np.array([least(xy[:, 0]), least(xy[:, 1])]) for least in (np.min, np.max))
    largest = max(np.abs(low).max(), np.abs(high).max())
    if not largest < _LARGEST or not (high - low).min() > _SMALLEST:
        return None
    some = edges[:: 1 + len(edges) // _SAMPLE]
    across = np.abs(xy[some + 1] - xy[some]).sum(axis=0) / (high - low)
    pixels = min(max(_PIXELS_PER_EDGE * len(edges), _PIXELS_LEAST), _PIXELS_MOST)
    columns = int(np.clip(np.sqrt(pixels * across[0] / across[1]), pixels / _SIDE_MOST, _SIDE_MOST))
    counts = np.array([columns, pixels // columns])
    size = (high - low) / counts
    if not size.min() > _STEPS_LEAST * np.spacing(largest):
        return None
    x, y = (low[i] + size[i] * (np.arange(counts[i] + 2 * _MARGIN) - _MARGIN - 0.37) for i in (0, 1))
    return Lattice(x, y, 1 / size[0], 1 / size[1])


def _steps(values: Floats, lines: Floats, per_unit: float) -> Places:
    steps = values - lines[0]
    steps *= per_unit
    np.fmax(steps, 0, out=steps)
    np.fmin(steps, len(lines) - 1, out=steps)
    whole: Places = steps.astype(np.int64)
    return whole


def _trace(lattice: Lattice, xy: Floats, edges: Places) -> _Traced:
    """Find the pixels of edges, a little too many rather than too few, and the corners east of them."""
    ends = np.stack([*xy.take(edges, axis=0).T, *xy.take(edges + 1, axis=0).T])
    u, to_u = (ends[0::2] - lattice.x[0]) * lattice.per_x
    v, to_v = (ends[1::2] - lattice.y[0]) * lattice.per_y
    bottom, top = np.minimum(v, to_v), np.maximum(v, to_v)
    which, row = _spread(bottom, top)
    level = top - bottom < _SLACK
    lean = (to_u - u) / np.where(level, np.inf, to_v - v)
    # where the edge is at height 0 on the lattice; a level one is taken as a whole
    foot, slope = (u - v * lean).take(which), lean.take(which)
    low = foot + np.maximum(row - _SLACK, bottom.take(which)) * slope
    high = foot + np.minimum(row + (1 + _SLACK), top.take(which)) * slope
    flat = level.take(which)
    high[flat] = to_u[which[flat]]
    again, column = _spread(np.minimum(low, high), np.maximum(low, high))
    entries = _keys(row.take(again) * len(lattice.x) + column, edges.take(which.take(again)))
    corners, doubtful = _corners(lattice, ends, which, row, edges)
    return _Traced(entries, corners, doubtful)


def _spread(low: Floats, high: Floats) -> tuple[Places, Places]:
    """Return every whole step that each range touches, and before it the range."""
    begin = np.floor(low - _SLACK).astype(np.int64)
    times = np.floor(high + _SLACK).astype(np.int64) - begin + 1
    which = np.repeat(np.arange(len(low)), times)
    begin -= np.cumsum(times) - times
    return which, np.arange(len(which)) + begin[which]


def _keys(high: Places, low: Places) -> Keys:
    """Put two numbers into one, and sort."""
    keys = high.astype(np.uint64) << _HALF | low.astype(np.uint64)
    keys.sort()
    return keys


def _corners(
    lattice: Lattice, ends: Floats, which: Places, row: Places, edges: Places
) -> tuple[Keys, Places]:
    """Find the first corner east of where each edge crosses the line of each row, by exact comparison."""
    y = lattice.y.take(row)
    crosses = np.flatnonzero((ends[1].take(which) <= y) != (ends[3].take(which) <= y))
    which, row, y = which.take(crosses), row.take(crosses), y.take(crosses)
    ax, ay, bx, by = ends.take(which, axis=1)
    dx, dy, rise = bx - ax, by - ay, y - ay
    u = (ax + rise / dy * dx - lattice.x[0]) * lattice.per_x
    column, nearest = np.ceil(u).astype(np.int64), np.rint(u)
    close = np.flatnonzero(np.abs(u - nearest) < _SLACK)
    beside = nearest[close].astype(np.int64)
    one, other = dx[close] * rise[close], dy[close] * (lattice.x[beside] - ax[close])
    unsure = near_zero(one - other, one, other)
    column[close] = beside + (unsure | ((one > other) == (dy[close] > 0)))
    doubtful = row[close[unsure]] * len(lattice.x) + beside[unsure]
    return _keys(row * len(lattice.x) + column, 2 * edges.take(which) + (dy > 0)), doubtful


def _merged(parts: list[Keys]) -> Keys:
    """Merge sorted numbers; the stable sort goes by the runs that it finds."""
    keys = np.concatenate(parts)
    keys.sort(kind="stable")
    return keys


def _runs(traced: list[_Traced], step: Places) -> tuple[Places, Places]:
    """Return where the weight of corners changes, going east in row after row, and to what."""
    corners = _merged([each.corners for each in traced])
    place, edge = (corners >> _HALF).astype(np.int64), (corners & _LOW).astype(np.int64)
    change = step.take(edge >> 1)
    np.negative(change, out=change, where=(edge & 1).astype(bool))
    last = ends_of_runs(place)
    return place[last], np.cumsum(change)[last]


def _filled(lattice: Lattice, start: Places, weights: Places) -> Codes:
    size = len(lattice.x) * len(lattice.y)
    codes = np.append(np.int32(NOWHERE), cells_of(weights))
    return np.repeat(codes, np.diff(start, prepend=0, append=size))


def _lists(traced: list[_Traced]) -> tuple[Places, Places, Codes]:
    """Return the pixels with edges, where the edges of each begin, and the edges."""
    entries = _merged([each.entries for each in traced])
    place = (entries >> _HALF).astype(np.int64)
    last = np.flatnonzero(ends_of_runs(place))
    return place.take(last), np.append(0, last + 1), (entries & _LOW).astype(np.int32)


def _weights_at(places: Places, pixel: Codes, start: Places, weights: Places) -> Places:
    """Return the weights of corners, as `pixel` has them or, where several cells lie, as they were summed."""
    codes = pixel.take(places)
    found = weight(codes)
    many = np.flatnonzero(codes == UNDECIDED)
    found[many] = weights[np.searchsorted(start, places[many], side="right") - 1]
    return found
