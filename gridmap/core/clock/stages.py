"""At which stage of which tier's clock every zone is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gridmap.core.clock.tests_made import Rows
from gridmap.core.clock.zone_ground import ZoneGround
from gridmap.model.clock_stage import Stage
from gridmap.model.protocol import Protocol


@dataclass(frozen=True, eq=False)
class Stages:
    """The stages of all zones.

    Parameters
    ----------
    tiers
        The tier whose clock each goes by.
    numbers
        The number of its stage, from 1; 0 without a clock.
    stages
        The stage itself, or None.
    """

    tiers: NDArray[np.object_]
    numbers: NDArray[np.int64]
    stages: list[Stage | None]

    def groups(self) -> list[tuple[Stage, Rows]]:
        """Return each stage that zones are at, with their rows."""
        rows: dict[tuple[str, int], list[int]] = {}
        for row, key in enumerate(zip(self.tiers.tolist(), self.numbers.tolist(), strict=True)):
            rows.setdefault(key, []).append(row)
        found = ((self.stages[members[0]], members) for members in rows.values())
        return [(stage, np.array(members, dtype=np.intp)) for stage, members in found if stage is not None]


def stages_of(ground: ZoneGround, protocol: Protocol) -> Stages:
    """Tell the stage of every zone.

    A zone is at the first stage of its own tier. One that was made when a zone of another tier was lifted
    goes on with that tier's clock, at the stage after the one that leads to its own.

    Parameters
    ----------
    ground
        The zones.
    protocol
        The protocol.
    """
    tiers, numbers = ground.tiers.copy(), np.zeros(len(ground.ids), dtype=np.int64)
    stages: list[Stage | None] = [None] * len(tiers)
    before = {row: ground.plan.registry[place].tier for row, place in ground.before.items()}
    for row, tier in enumerate(ground.tiers.tolist()):
        tiers[row], number = _later(before.get(row, ""), tier, protocol)
        own = protocol.clock.get(tiers[row], ())
        if number < len(own):
            numbers[row], stages[row] = number + 1, own[number]
    return Stages(tiers, numbers, stages)


def _later(before: str, tier: str, protocol: Protocol) -> tuple[str, int]:
    """Return whose clock a zone goes by and at which stage, from 0, if it was of another tier before."""
    for number, stage in enumerate(protocol.clock.get(before, ())[:-1], start=1):
        if stage.then == tier != before:
            return before, number
    return tier, 0
