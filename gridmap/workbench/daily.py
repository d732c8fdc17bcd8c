"""The days after the first night: events, the clocks of the zones, and the board."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pandas as pd
from pandas import DataFrame

from gridmap.core.apply import apply_edit
from gridmap.core.board import Board, board
from gridmap.core.board_history import BoardHistory, BoardVersion
from gridmap.core.clock.zone_clock import zone_clock
from gridmap.core.edits import Edit
from gridmap.errors import PlanError
from gridmap.model.clock import Clock, ClockProposal
from gridmap.model.duties import Duties
from gridmap.model.events import CLOSURE, LIFTED, events_frame
from gridmap.model.plan import Plan
from gridmap.store.stored_events import Recorded
from gridmap.workbench.alone import alone
from gridmap.workbench.moves import Moves

_MOST_VERSIONS = 12


class Daily(Moves):
    """A workspace, a plan, and what happened since; see `Moves` for the parameters."""

    @property
    def events(self) -> DataFrame:
        """All events of the workspace, withdrawn ones too, by ``event_id``."""
        return self.workspace.events

    @alone
    def record(self, events: DataFrame, *, author: str = "") -> Recorded:
        """Add events to those of the workspace; none is ever changed or removed.

        Parameters
        ----------
        events
            As `gridmap.model.events.events_frame` takes them. Each needs its time.
        author
            Who records them, unless they say so themselves; who works here, if not given.

        Returns
        -------
        recorded
            How many were added, how many were known, and those that were kept aside, each with its reason.
        """
        recorded = self.workspace.record(events, author=author or self.author)
        if recorded.added:
            self._tell()
        return recorded

    def clock(self, *, at: datetime | None = None, lang: str = "zh") -> Clock:
        """Tell for every zone its day, what is met and what is missing, and what may be accepted.

        Nothing is changed: `gridmap.Workbench.accept` makes a proposal an edit.

        Parameters
        ----------
        at
            The moment, with its time zone; now, if not given. Nothing after it counts.
        lang
            The language of the reasons in what is proposed.
        """
        return zone_clock(
            self.plan,
            self.cases,
            self.events,
            protocol=self.protocol,
            at=at or datetime.now(UTC),
            grid=self.grid,
            placement=self.placement,
            lang=lang,
        )

    def board(self, *, at: datetime | None = None, duties: Duties | None = None) -> Board:
        """Count what is done and list what is open, by area and zone, and over the last versions.

        Parameters
        ----------
        at
            The moment, with its time zone; now, if not given.
        duties
            Who serves; those under the plan, if not given and worked out already.
        """
        moment = at or datetime.now(UTC)
        return board(
            self.plan,
            self.placement,
            at=moment,
            duties=duties or self.known_duties,
            followups=self.followups,
            events=self.events,
            clock=self.clock(at=moment),
            protocol=self.protocol,
            history=self._history(),
            sites=self.sites,
            document=self.workspace.document,
        )

    def _history(self) -> BoardHistory:
        """Read the last plans of the main line."""
        saves = self.workspace.versions()
        rows = saves[saves["branch"] == ""].tail(_MOST_VERSIONS)
        versions = tuple(
            BoardVersion(int(row.save), row.time, row.author, self.workspace.plan_of(int(row.save)))
            for row in rows.itertuples()
        )
        in_force = self.workspace.in_force
        return BoardHistory(versions, duties_at=None if in_force is None else in_force.time)

    @alone
    def accept(self, proposal: ClockProposal, *, reason: str = "", record_at: datetime | None = None) -> Plan:
        """Make what a clock proposes edits of the plan; each can be undone, and is in the log.

        Parameters
        ----------
        proposal
            One of `Clock.proposals`.
        reason
            Why, in the words of whoever decides; that of the proposal, if not given.
        record_at
            When it was ordered. Then it is recorded too that the zone was lifted, and that the zones which
            follow it are closed from then on; if not given, no event is recorded.

        Raises
        ------
        GridmapError
            If the plan does not allow all of the edits; it stays as it was.
        """
        before = self.plan
        edits = _with_reason(proposal, reason)
        _check(proposal.zone_id, edits, before)
        for edit in edits:
            self.apply(edit)
        if record_at is not None:
            self.record(self._order(proposal, before, pd.Timestamp(record_at), reason or proposal.reason))
        return self.plan

    def _order(self, proposal: ClockProposal, before: Plan, at: pd.Timestamp, note: str) -> DataFrame:
        """Return the events of an order: a zone is lifted, and the zones that follow it begin to count."""
        said = {"at": at, "author": self.author, "note": note}
        lifted = DataFrame([{"kind": LIFTED, "zone_id": proposal.zone_id, **said}])
        fresh = self.plan.zones.index.difference(before.zones.index, sort=False)
        begun = [{"kind": CLOSURE, "zone_id": zone, **said} for zone in fresh]
        if proposal.kind == "upgrade":
            return DataFrame(begun)
        follows = str(events_frame(lifted).index[0])
        return pd.concat([lifted, DataFrame([{**each, "of": follows} for each in begun])], ignore_index=True)


def _with_reason(proposal: ClockProposal, reason: str) -> list[Edit]:
    """Return the edits of a proposal with a person's reason, where they give one."""
    return [
        replace(edit, reason=reason) if reason and getattr(edit, "reason", "") else edit
        for edit in proposal.edits
    ]


def _check(zone: str, edits: Sequence[Edit], plan: Plan) -> None:
    """Try all edits, so that all of them are made or none."""
    if zone not in plan.zones.index:
        raise PlanError(f"the plan has no zone {zone!r} any more; look at the clocks again")
    for edit in edits:
        plan = apply_edit(plan, edit)
