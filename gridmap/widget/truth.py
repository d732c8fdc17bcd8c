"""What a plan says of every cell, as the few bytes that the browser paints from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gridmap.model.plan import Plan

LOCKED, BY_HAND, WEAKER = 1, 2, 4


@dataclass(frozen=True, eq=False)
class Truth:
    """Tier, zone and marks of cells.

    Parameters
    ----------
    tier
        The place in the plan's `tier_order`; -1 for none.
    zone
        The place in the plan's `registry`; -1 for none.
    flags
        A sum of `LOCKED`, `BY_HAND` and `WEAKER` (than what a rule asks).
    """

    tier: NDArray[np.int8]
    zone: NDArray[np.int32]
    flags: NDArray[np.uint8]

    def at(self, cells: NDArray[Any]) -> Truth:
        """Return the same of some cells."""
        return Truth(self.tier[cells], self.zone[cells], self.flags[cells])


def truth_of(plan: Plan) -> Truth:
    """Return what counts for every cell of a plan, in the order of the grid."""
    now = plan.effective
    locked, hand = plan.layers["lock"].said, plan.layers["hand"].said
    asked = plan.asked_tier
    weaker = (locked | hand) & (asked >= 0) & ((now.tier < 0) | (now.tier > asked))
    flags = LOCKED * locked.astype(np.uint8) + BY_HAND * hand.astype(np.uint8) + WEAKER * weaker
    return Truth(now.tier.astype(np.int8), now.zone.astype(np.int32), flags.astype(np.uint8))


def differing(before: Truth, after: Truth) -> NDArray[np.intp]:
    """Return the positions of the cells of which the two say something else."""
    apart = (before.tier != after.tier) | (before.zone != after.zone) | (before.flags != after.flags)
    return np.flatnonzero(apart)
