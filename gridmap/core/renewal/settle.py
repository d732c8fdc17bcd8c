"""One to one: a pair is taken if it is the clear best of both its rows; a conflict waits for a person."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gridmap.core.renewal.candidates import Rows
from gridmap.core.renewal.evidence import CERTAIN, DOUBTFUL, MARGIN, Evidence, Mask, Points

_MOST_ASKED = 5
FREE = -1


def settle(evidence: Evidence, sizes: tuple[int, int]) -> tuple[Rows, Rows]:
    """Return the places in `evidence` of the pairs that are taken, and of those to be asked about.

    Parameters
    ----------
    evidence
        The pairs.
    sizes
        How many rows the old and the new roster have.
    """
    taken = _taken(evidence, sizes)
    partner_old, partner_new = (np.zeros(size, dtype=bool) for size in sizes)
    partner_old[evidence.old[taken]] = partner_new[evidence.new[taken]] = True
    left_old, left_new = ~partner_old[evidence.old], ~partner_new[evidence.new]
    open_pair = left_old & left_new & (evidence.points >= DOUBTFUL)
    # The best partner is somebody else's: perhaps one household stands in a roster twice.
    spoken_for = (left_old != left_new) & ((evidence.points >= CERTAIN) | evidence.twice)
    asked = np.flatnonzero(open_pair | spoken_for)
    return taken, asked[_foremost(evidence, asked)]


def _taken(evidence: Evidence, sizes: tuple[int, int]) -> Rows:
    """Take the clear best pairs, and then those that are clear because others are taken."""
    live = np.arange(len(evidence.points))
    taken = [np.empty(0, dtype=np.intp)]
    while len(live):
        old, new, points = evidence.old[live], evidence.new[live], evidence.points[live]
        clear = (points >= CERTAIN) & _leads(old, points, sizes[0]) & _leads(new, points, sizes[1])
        if not clear.any():
            break
        taken.append(live[clear])
        gone_old, gone_new = (np.zeros(size, dtype=bool) for size in sizes)
        gone_old[old[clear]] = gone_new[new[clear]] = True
        live = live[~gone_old[old] & ~gone_new[new]]
    return np.sort(np.concatenate(taken))


def _leads(rows: Rows, points: Points, size: int) -> Mask:
    """Tell which pairs are ahead of every other pair of the row by the margin."""
    best = np.full(size, np.iinfo(np.int64).min // 2)
    np.maximum.at(best, rows, points)
    is_best = points == best[rows]
    ties = np.bincount(rows[is_best], minlength=size)
    second = np.full(size, np.iinfo(np.int64).min // 2)
    np.maximum.at(second, rows[~is_best], points[~is_best])
    return np.asarray(is_best & (ties[rows] == 1) & (points - second[rows] >= MARGIN))


def _foremost(evidence: Evidence, asked: Rows) -> npt.NDArray[np.bool_]:
    """Keep the pairs that are among the few best of either of their rows."""
    ranks = [_rank(rows[asked], evidence.points[asked]) for rows in (evidence.old, evidence.new)]
    return np.asarray(np.minimum(*ranks) < _MOST_ASKED)


def _rank(rows: Rows, points: Points) -> Rows:
    """Return how many better pairs each row has."""
    order = np.lexsort((np.arange(len(rows)), -points, rows))
    starts = np.flatnonzero(np.diff(rows[order], prepend=-1))
    rank = np.empty(len(rows), dtype=np.intp)
    rank[order] = np.arange(len(rows)) - np.repeat(starts, np.diff(np.append(starts, len(rows))))
    return rank
