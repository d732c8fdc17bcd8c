"""What a person may accept: the edits when all of a stage holds, or when a case makes a zone stricter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pandas import DataFrame

from gridmap.core.clock.known import Known
from gridmap.core.clock.words import reason_text
from gridmap.core.clock.zone_ground import ZoneGround
from gridmap.core.edits import AddCarveOut, ClearTier, Edit, RemoveCarveOut, SetTier
from gridmap.model.clock import ClockProposal
from gridmap.model.plan import NONE, UNSET
from gridmap.model.protocol import Protocol
from gridmap.model.zone import CarveOut

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
    writer = _Writer(known.ground)
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
        edits = tuple(writer.edits(row, zone["then"], reason, kept))
        if edits:
            kind = "upgrade" if up else "lift" if zone["then"] in ("", NONE) else "downgrade"
            buildings = tuple(kept["building"])
            found.append(ClockProposal(str(zone.name), kind, str(zone["then"]), edits, reason, buildings))
    return tuple(found)


class _Writer:
    """Writes the edits that bring whole zones under another tier.

    Parameters
    ----------
    ground
        The zones.
    """

    def __init__(self, ground: ZoneGround) -> None:
        self._ground, self._plan = ground, ground.plan

    def edits(self, row: int, tier: str, reason: str, kept: DataFrame) -> Iterator[Edit]:
        """Give the edits for one zone; the buildings that are kept stay in it as carve-outs."""
        zone_id = str(self._ground.ids[row])
        zone = self._plan.registry[self._ground.places[row]]
        yield from self._cells(self._places[row], tier, zone.name, reason)
        for carve in self._ground.carves.get(row, ()):
            yield from self._carve(carve, tier, reason)
        for building, scope in zip(kept["building"], kept["scope"], strict=True):
            yield AddCarveOut(tier=zone.tier, addresses=[building], zone=zone_id, scope=scope, reason=reason)

    def _cells(self, places: NDArray[np.intp], tier: str, name: str, reason: str) -> Iterator[Edit]:
        """Give the edits for whole cells; where the remainder has the tier they join its zone."""
        rest, rest_zone = self._rest
        codes = rest[places]
        if tier == NONE:
            codes = np.full(len(places), -1)
        elif tier:
            codes = np.full(len(places), self._plan.tier_order.index(tier))
        joins = np.where((codes == rest[places]) & (codes >= 0), rest_zone[places], -1)
        ids = np.asarray(self._plan.hierarchy.cell_ids, dtype=object)[places]
        for code, zone in sorted({*zip(codes.tolist(), joins.tolist(), strict=True)}):
            cells = ids[(codes == code) & (joins == zone)].tolist()
            if code < 0:
                yield ClearTier(cells=cells, reason=reason)
                continue
            of = self._plan.tier_order[code]
            join = self._plan.registry[zone].zone_id if zone >= 0 else ""
            yield SetTier(cells=cells, tier=of, zone=join, name="" if join else name, reason=reason)

    def _carve(self, carve: CarveOut, tier: str, reason: str) -> Iterator[Edit]:
        """Give the edits for a carve-out: it is taken back, and set anew where what is beneath is weaker."""
        yield RemoveCarveOut(carve_out=carve.carve_out_id)
        if tier and not self._is_beneath(carve, tier):
            yield AddCarveOut(
                tier=tier,
                addresses=carve.addresses,
                households=carve.households,
                shape=carve.shape,
                name=carve.name if tier != NONE else "",
                scope=carve.scope,
                reason=reason,
            )

    def _is_beneath(self, carve: CarveOut, tier: str) -> bool:
        """Tell whether all that could be beneath a carve-out is under this tier anyway, or a stricter one."""
        if tier == NONE:
            return False
        rest, _ = self._rest
        hierarchy = self._plan.hierarchy
        codes = rest[hierarchy.places_of(carve.scope)] if carve.scope else rest
        return bool(((codes >= 0) & (codes <= self._plan.tier_order.index(tier))).all())

    @cached_property
    def _rest(self) -> tuple[NDArray[Any], NDArray[Any]]:
        """The tier and zone that the remainder leaves every cell; -1 for none."""
        by_hand, by_rule = (self._plan.layers[name] for name in ("remainder", "rule_remainder"))
        tier = np.where(by_hand.said, by_hand.tier, by_rule.tier)
        zone = np.where(by_hand.said, by_hand.zone, by_rule.zone)
        return np.where(tier == UNSET, -1, tier), np.where(tier < 0, -1, zone)

    @cached_property
    def _places(self) -> Sequence[NDArray[np.intp]]:
        """The cells of every zone, as positions."""
        rows = self._ground.cell_rows
        order = np.argsort(rows, kind="stable")
        starts = np.searchsorted(rows[order], np.arange(len(self._ground.ids) + 1))
        return [order[start:stop] for start, stop in pairwise(starts.tolist())]
