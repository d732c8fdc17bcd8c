"""What a person may accept: the edits when all of a stage holds, or when a case makes a zone stricter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pandas import DataFrame

from gridmap.core.clock.known import Known
from gridmap.core.clock.words import clock_time, reason_text
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
    writer, kept_in = _Writer(known.ground.plan), _kept(parts)
    texts = {stage: stage.text(lang) for stage, _ in known.stages.groups()}
    found, moment = [], clock_time(at, lang)
    for row, (zone_id, state, then) in enumerate(
        zip(zones.index.tolist(), zones["state"].tolist(), zones["then"].tolist(), strict=True)
    ):
        stage = known.stages.stages[row]
        if state not in _OFFERED or stage is None:
            continue
        kept = {} if state == "upgrade" else kept_in.get(zone_id, {})
        rule, buildings = texts[stage], list(kept)
        reason = reason_text(
            zone_id, state, moment, rule=rule, buildings=buildings, protocol=protocol, lang=lang
        )
        if state == "upgrade":
            kind, edits = "upgrade", tuple(writer.upgrade(zone_id, then, reason))
        else:
            kind = "lift" if then in ("", NONE) else "downgrade"
            edits = tuple(writer.lift(zone_id, then, reason, kept))
        if edits:
            found.append(ClockProposal(zone_id, kind, then, edits, reason, tuple(buildings)))
    return tuple(found)


def _kept(parts: DataFrame) -> dict[str, dict[str, str]]:
    """Return the buildings that are kept in each zone, with the area in which they are meant."""
    found: dict[str, dict[str, str]] = {}
    for zone, building, scope in zip(parts["zone_id"], parts["building"], parts["scope"], strict=True):
        found.setdefault(zone, {})[building] = scope
    return found


class _Writer:
    """Writes the edits that bring whole zones under another tier; what is locked stays.

    Parameters
    ----------
    plan
        The plan.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan, self._lifter = plan, Lifter(plan)

    def lift(self, zone_id: str, tier: str, reason: str, kept: Mapping[str, str]) -> Iterator[Edit]:
        """Give the edits after which a zone is under a weaker tier, and the buildings that are kept in it."""
        lift = self._lifter.lift(zone_id, tier=tier, reason=reason)
        if not (lift.cells or lift.carve_outs):
            return
        yield lift
        strict = self._plan.registry[self._plan.zone_place(zone_id)].tier
        for building, scope in kept.items():
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
