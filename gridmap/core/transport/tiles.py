"""Tiles: points that lie close together, so that far ones are ruled out all at once."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gridmap.core.transport.problem import Floats, Places


def near_order(x_m: Floats, y_m: Floats, *, most: int = 64) -> Places:
    """Order points so that those that follow each other are close; those without a place come last.

    The points are halved across their longer side again and again, until no part holds more than `most`.
    """
    known = np.flatnonzero(np.isfinite(x_m) & np.isfinite(y_m))
    lost = np.flatnonzero(~(np.isfinite(x_m) & np.isfinite(y_m)))
    order, part = known, np.zeros(len(known), dtype=np.intp)
    for _ in range(int(np.ceil(np.log2(max(len(known) / most, 1))))):
        begins = np.flatnonzero(np.append(True, part[1:] != part[:-1]))
        spans = [_span(axis[order], begins) for axis in (x_m, y_m)]
        counts = np.diff(np.append(begins, len(order)))
        along_x = np.repeat(spans[0] >= spans[1], counts)
        sort = np.lexsort((order, np.where(along_x, x_m[order], y_m[order]), part))
        order = order[sort]
        place = np.arange(len(order)) - np.repeat(begins, counts)
        part = 2 * part + (2 * place >= np.repeat(counts, counts))
    return np.concatenate([order, lost])


def _span(values: Floats, begins: Places) -> Floats:
    return np.asarray(np.maximum.reduceat(values, begins) - np.minimum.reduceat(values, begins))


def cut(order: Places, x_m: Floats, *, most: int = 64) -> list[Places]:
    """Cut points that are in `near_order` into tiles; those without a place have tiles of their own."""
    known = len(order) - int(np.isnan(x_m[order]).sum())
    cuts = [*range(most, known, most), *range(known, len(order), most)]
    return [tile for tile in np.split(order, cuts) if len(tile)]


def boxes(tiles: list[Places], x_m: Floats, y_m: Floats) -> Floats:
    """Return west, south, east, north of every tile; NaN where the points have no place."""
    order, begins = np.concatenate(tiles), np.cumsum([0, *map(len, tiles[:-1])])
    least = (np.minimum.reduceat(axis[order], begins) for axis in (x_m, y_m))
    most = (np.maximum.reduceat(axis[order], begins) for axis in (x_m, y_m))
    return np.column_stack([*least, *most])


def apart(one: Floats, others: Floats) -> Floats:
    """Return the least distance from the box `one` to each other; 0 where they meet, NaN if unknown."""
    across = np.maximum(np.maximum(others[:, 0] - one[2], one[0] - others[:, 2]), 0.0)
    along = np.maximum(np.maximum(others[:, 1] - one[3], one[1] - others[:, 3]), 0.0)
    return np.asarray(np.sqrt(across * across + along * along))


def ragged(begins: Places, counts: Places) -> tuple[Places, Places]:
    """Return for runs of places, one after the other, the run of each and the place itself."""
    run = np.repeat(np.arange(len(counts)), counts)
    return run, np.arange(len(run)) + np.repeat(begins - (np.cumsum(counts) - counts), counts)


def blocks(counts: Places, *, most: int = 2_000_000) -> Iterator[slice]:
    """Cut runs into slices that hold about `most` places each."""
    ends = np.cumsum(counts)
    begin = 0
    while begin < len(counts):
        base = ends[begin] - counts[begin]
        end = max(int(np.searchsorted(ends, base + most, side="right")), begin + 1)
        yield slice(begin, end)
        begin = end
