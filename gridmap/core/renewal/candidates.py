"""Which pairs of an old and a new row are looked at: those that share something few others share."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gridmap.core.renewal.traits import UNKNOWN, Codes, Trait, Traits

Rows = npt.NDArray[np.int64]
_MOST = 64
"""Pairs of one value: more rows that share it, such as a switchboard, say nothing of who is who."""


def candidate_pairs(
    traits: Traits, *, free: tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]
) -> tuple[Rows, Rows]:
    """Return the rows of every pair worth looking at, each pair once.

    Parameters
    ----------
    traits
        Of both rosters.
    free
        Which old and which new rows take part.
    """
    sides = (traits.own_id, traits.phone, traits.place)
    keys = [(trait.old, trait.new) for trait in sides]
    keys += [_together(traits.name, other) for other in (traits.building, traits.numbers, traits.place)]
    size = len(free[1])
    found = [_join(*key, free) for key in keys]
    pairs = np.unique(np.concatenate([old * size + new for old, new in found]))
    return np.divmod(pairs, max(size, 1))


def _together(one: Trait, other: Trait) -> tuple[Codes, Codes]:
    """Make one number of two traits, unknown where either is."""
    size = max(len(other.values), 1)
    return tuple(  # type: ignore[return-value]
        np.where((a == UNKNOWN) | (b == UNKNOWN), UNKNOWN, a * size + b)
        for a, b in ((one.old, other.old), (one.new, other.new))
    )


def _join(
    old: Codes, new: Codes, free: tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]
) -> tuple[Rows, Rows]:
    """Pair all rows of one value, unless there are too many of them."""
    at_old, at_new = (
        np.flatnonzero((codes != UNKNOWN) & mask) for codes, mask in zip((old, new), free, strict=True)
    )
    at_new = at_new[np.argsort(new[at_new], kind="stable")]
    values = new[at_new]
    first = np.searchsorted(values, old[at_old], side="left")
    count = np.searchsorted(values, old[at_old], side="right") - first
    _, group, size = np.unique(old[at_old], return_inverse=True, return_counts=True)
    count = np.where(size[group] * count > _MOST, 0, count)
    left = np.repeat(at_old, count)
    within = np.arange(len(left)) - np.repeat(np.cumsum(count) - count, count)
    return left, at_new[np.repeat(first, count) + within]
