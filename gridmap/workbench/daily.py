"""The days after the first night: events, the clocks of the zones, and the board."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from pandas import DataFrame
from pandas.util import hash_pandas_object

from gridmap.core.board import Board
from gridmap.core.clock.accept import accept_proposals
from gridmap.core.clock.zone_clock import zone_clock
from gridmap.export.board import board_of
from gridmap.model.clock import Clock
from gridmap.model.duties import Duties
from gridmap.model.plan import Plan
from gridmap.model.zoning import Zoning
from gridmap.store.stored_events import Recorded
from gridmap.workbench.alone import alone
from gridmap.workbench.moves import Moves

_FRESH = timedelta(minutes=1)
_FROM = ("plan", "placement", "duties", "officials", "cases", "sites", "protocol")


@dataclass(frozen=True, eq=False)
class _Counted:
    """A board, and what it was counted from."""

    zoning: Zoning
    stored: tuple[object, ...]
    board: Board

    def holds(self, zoning: Zoning, stored: tuple[object, ...], at: datetime, *, told: bool) -> bool:
        """Tell whether it is the board of a moment; one that was not `told` may be up to a minute old."""
        mine = self.zoning
        same = all(getattr(mine, name) is getattr(zoning, name) for name in _FROM)
        if not same or mine.document != zoning.document or self.stored != stored:
            return False
        return at == self.board.at if told else timedelta(0) <= at - self.board.at < _FRESH


class Daily(Moves):
    """A workspace, a plan, and what happened since; see `Moves` for the parameters."""

    _counted: _Counted | None = None

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

        Asked again within a minute, while neither the plan nor what is stored has changed, it is the same.

        Parameters
        ----------
        at
            The moment, with its time zone; now, if not given.
        duties
            Who serves; those under the plan, if not given and worked out already.
        """
        zoning = replace(
            self.sketch(),
            duties=duties or self.known_duties,
            officials=self.officials,
            cases=self.cases,
            followups=self.followups,
        )
        moment, stored = at or datetime.now(UTC), self._stored()
        kept = self._counted
        if kept is None or not kept.holds(zoning, stored, moment, told=at is not None):
            board = board_of(self.workspace, zoning=zoning, at=moment)
            kept = self._counted = _Counted(zoning, stored, board)
        return kept.board

    def _stored(self) -> tuple[object, ...]:
        """Return what tells whether anything was stored since, also by somebody else."""
        events, followups, in_force = self.events, self.followups, self.workspace.in_force
        return (
            len(events),
            int(hash_pandas_object(followups.astype("str")).sum()),
            len(self.workspace.versions()),
            None if in_force is None else in_force.time,
        )

    @alone
    def accept(self, clock: Clock, *, zones: Iterable[str], reason: str = "", record: bool = True) -> Plan:
        """Make what a clock proposes for some zones an edit of the plan: one step to undo, and in the log.

        Parameters
        ----------
        clock
            As `clock` gives it.
        zones
            The zones whose proposals are accepted.
        reason
            Why, in the words of whoever decides; that of the proposal, if not given.
        record
            Whether it is recorded too, for the moment of the clock, that the zones were lifted, and that
            those which became stricter are closed.

        Raises
        ------
        GridmapError
            If the plan has changed since, nothing is proposed for one of the zones, or an edit is refused;
            the plan stays as it was.
        """
        done = accept_proposals(self.plan, clock, zones=zones, reason=reason)
        if done.proposals:
            self._make(done.plan)
        if record and len(done.events):
            self.record(done.events)
        return self.plan
