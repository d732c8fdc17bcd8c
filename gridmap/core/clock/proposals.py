"""What a person may accept: the edits when all of a stage holds, or when a case makes a zone stricter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from pandas import DataFrame

from gridmap.core.clock.known import Known
from gridmap.core.clock.words import reason_text
from gridmap.core.edits import AddCarveOut, Edit, RemoveCarveOut, SetTier
from gridmap.core.lifting import Lifter
from gridmap.model.clock import ClockProposal
from gridmap.model.plan import NONE, Plan
from gridmap.model.protocol import Protocol

_OFFERED = ("ready", "upgrade")


def proposals_of(
    known: Known, zones: DataFrame, parts: DataFrame, *, protocol: Protocol, at: Any, lang: str
) -> tuple[ClockProposal, ...]:
    """Propose edits for the zones of which everything holds, and for those that must become stricter.

    Parameters
    ----------
    known
        What is known of the zones.
    zones, parts
        As in `Clock`.
    protocol, at
        The protocol, and the moment.
    lang
        The language of the reasons.
    """
    writer = _Writer(known.ground.plan)
    offered = np.flatnonzero(zones["state"].isin(_OFFERED))
    found = []
    for row in offered.tolist():
        zone = zones.iloc[row]
        up = zone["state"] == "upgrade"
        kept = parts.iloc[:0] if up else parts[parts["zone_id"] == zone.name]
        stage = known.stages.stages[row]
        reason = reason_text(
            str(zone.name),
            zone["state"],
            at,
            rule="" if stage is None else stage.text(lang),
            buildings=kept["building"].tolist(),
            protocol=protocol,
            lang=lang,
        )
        zone_id, then = str(zone.name), str(zone["then"])
        edits = tuple(
            writer.upgrade(zone_id, then, reason) if up else writer.lift(zone_id, then, reason, kept)
        )
        if edits:
            kind = "upgrade" if up else "lift" if zone["then"] in ("", NONE) else "downgrade"
            buildings = tuple(kept["building"])
            found.append(ClockProposal(zone_id, kind, then, edits, reason, buildings))
    return tuple(found)


class _Writer:
    """Writes the edits that bring whole zones under another tier; what is locked stays.

    Parameters
    ----------
    plan
        The plan.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan, self._lifter = plan, Lifter(plan)

    def lift(self, zone_id: str, tier: str, reason: str, kept: DataFrame) -> Iterator[Edit]:
        """Give the edits after which a zone is under a weaker tier, and the buildings that are kept in it."""
        lift = self._lifter.lift(zone_id, tier=tier, reason=reason)
        if not (lift.cells or lift.carve_outs):
            return
        yield lift
        strict = self._plan.registry[self._plan.zone_place(zone_id)].tier
        for building, scope in zip(kept["building"], kept["scope"], strict=True):
            yield AddCarveOut(tier=strict, addresses=[building], zone=zone_id, scope=scope, reason=reason)

    def upgrade(self, zone_id: str, tier: str, reason: str) -> Iterator[Edit]:
        """Give the edits after which a zone is under a stricter tier."""
        name = self._plan.registry[self._plan.zone_place(zone_id)].name
        if cells := self._lifter.cells(zone_id):
            yield SetTier(cells=cells, tier=tier, name=name, reason=reason)
        for carve in self._lifter.carve_outs(zone_id):
            yield RemoveCarveOut(carve_out=carve.carve_out_id)
            yield AddCarveOut(
                tier=tier,
                addresses=carve.addresses,
                households=carve.households,
                shape=carve.shape,
                name=carve.name,
                scope=carve.scope,
                reason=reason,
            )
