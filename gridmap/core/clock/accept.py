"""What a person accepts of what a clock proposes: the plan after it, and the events that record it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from pandas import DataFrame

from gridmap.core.apply import apply_edit, replay
from gridmap.core.edits import Edit, SetTier, together
from gridmap.errors import PlanError
from gridmap.model.clock import Clock, ClockProposal
from gridmap.model.events import CLOSURE, LIFTED, events_frame
from gridmap.model.plan import Plan
from gridmap.model.shown import shows_counts


@shows_counts
class Accepted(NamedTuple):
    """What follows when proposals are accepted.

    Parameters
    ----------
    plan
        The plan after it; what was accepted is the last of its edits, one `Together` where it takes several.
    events
        The events that record it, in the form of `gridmap.model.events.events_frame`, to be recorded with an
        author: a zone that was lifted as a whole, and the closure of a zone that became stricter.
    proposals
        What was accepted.
    """

    plan: Plan
    events: DataFrame
    proposals: tuple[ClockProposal, ...]


def accept_proposals(plan: Plan, clock: Clock, *, zones: Iterable[str], reason: str = "") -> Accepted:
    """Apply what a clock proposes for some zones, because a person accepts it.

    Parameters
    ----------
    plan
        The plan that the clock is about.
    clock
        The clock; its moment is when the zones are lifted or closed.
    zones
        The ids of the zones whose proposals are accepted.
    reason
        Why, in the words of whoever decides; that of each proposal, if not given.

    Returns
    -------
    accepted
        The plan after, and the events. A zone of which a building is kept on goes on as that building, so no
        event says that it was lifted.

    Raises
    ------
    PlanError
        If the clock is about another version of the plan, or proposes nothing for one of the zones.
    """
    if plan.version != clock.plan_version:
        raise PlanError(f"the clock is about version {clock.plan_version}, not {plan.version}; ask it again")
    found = {each.zone_id: each for each in clock.proposals}
    wanted = list(dict.fromkeys(zones))
    nothing = [zone for zone in wanted if zone not in found]
    if nothing:
        raise PlanError(f"the clock proposes nothing for {', '.join(nothing)}; see clock.proposals")
    proposals = tuple(found[zone] for zone in wanted)
    rows: list[dict[str, Any]] = []
    edits: list[Edit] = []
    after = plan
    for proposal in proposals:
        mine = [_reasoned(edit, reason) for edit in proposal.edits]
        before, after = after, replay(after, mine)
        for zone, kind in _recorded(before, after, proposal):
            note = reason or proposal.reason
            rows.append({"kind": kind, "at": clock.at, "zone_id": zone, "note": note})
        edits += mine
    if edits:
        said = reason or "; ".join(each.reason for each in proposals)
        after = apply_edit(plan, together(edits, reason=said))
    events = events_frame(DataFrame(rows, columns=["kind", "at", "zone_id", "note"]))
    return Accepted(after, events, proposals)


def _reasoned(edit: Any, reason: str) -> Any:
    """Give an edit that says why the reason of whoever decides, if there is one."""
    return replace(edit, reason=reason) if reason and getattr(edit, "reason", "") else edit


def _recorded(before: Plan, after: Plan, proposal: ClockProposal) -> Iterator[tuple[str, str]]:
    """Give the zones of which an event is recorded, with its kind."""
    if proposal.kind != "upgrade":
        if not proposal.kept:
            yield proposal.zone_id, LIFTED
        return
    yield proposal.zone_id, LIFTED
    cells = [cell for edit in proposal.edits if isinstance(edit, SetTier) for cell in edit.cells]
    places = [after.hierarchy.positions[cell] for cell in cells]
    zones = {after.registry[zone].zone_id for zone in np.unique(after.effective.zone[places]).tolist()}
    known = {carve.carve_out_id for carve in before.carve_list}
    zones |= {carve.zone_id for carve in after.carve_list if carve.carve_out_id not in known}
    for zone in sorted(zones):
        yield zone, CLOSURE
