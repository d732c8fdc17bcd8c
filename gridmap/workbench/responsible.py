"""Who is responsible under the current plan: duties, those set by hand, and whom the field reached."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd
from pandas import DataFrame, Series

from gridmap.core.duty import assign_duties
from gridmap.core.duty_changes import compare_duties
from gridmap.core.handover import hand_over
from gridmap.errors import GridmapWarning
from gridmap.export.followup_lists import ReadLists
from gridmap.export.subject import replaced_duties
from gridmap.model.duties import PIN_COLUMNS, Duties
from gridmap.model.plan import Plan
from gridmap.store.workspace import Workspace
from gridmap.workbench.alone import alone
from gridmap.workbench.basis import Basis, KnownDuties
from gridmap.workbench.field import keep_followups

_TARGET = list(PIN_COLUMNS[1:])


class _Handed(NamedTuple):
    """A hand-over that can be taken back.

    Parameters
    ----------
    before
        The duties before it.
    after
        The duties after it.
    added, dropped
        The pins that it set, and those that it took off.
    """

    before: KnownDuties
    after: Duties
    added: DataFrame
    dropped: DataFrame


class Responsible(Basis):
    """A workspace, a plan, and who is responsible; see `Basis` for the parameters."""

    def __init__(self, workspace: Workspace, *, author: str) -> None:
        super().__init__(workspace, author=author)
        self._handed: list[_Handed] = []

    @property
    def pins(self) -> DataFrame:
        """The duties set by hand: `official_id`, `role`, `target_kind`, `target`, as they are in the file."""
        return self.workspace.pins

    @property
    def followups(self) -> DataFrame:
        """What is known of the households that the field was asked to reach, one row each."""
        return self.workspace.followups

    @property
    def known_duties(self) -> Duties | None:
        """The duties under the current plan, if they were asked for already."""
        return self._duties.duties if self._duties is not None and self._duties.plan is self.plan else None

    def duties(self) -> Duties:
        """Return the duties under the current plan, worked out once for it and for what is set by hand.

        Duties set by hand are kept, and who is responsible by the duties in force stays so where that is as
        good or little worse.
        """
        return self._known().duties

    def assign(self, *, author: str = "") -> Duties:
        """Put the duties under the current plan in force, and return them.

        They are kept in the workspace with the version of the plan, and the next duties change as few of them
        as they can.

        Raises
        ------
        ConflictError
            If somebody else has put duties in force since; reload, and look at `duty_changes`.
        """
        known = self._known()
        who = author or self.author
        self.workspace.keep_duties(known.duties.table, plan_version=known.plan.version, author=who)
        self._tell()
        return known.duties

    def duty_changes(self) -> DataFrame:
        """List who answers for what under the current plan and did not by the duties in force.

        Returns
        -------
        changes
            `role`, `target_kind`, `target`, `before`, `after`, as `gridmap.compare_duties` gives them.
        """
        return compare_duties(self.workspace.duties_in_force, self.duties(), placement=self.placement)

    @property
    def duties_before(self) -> DataFrame | None:
        """The duties that those under the current plan take the place of; None if none ever were in force."""
        return replaced_duties(self.workspace, self.duties())

    def hand_over(
        self, official_id: str, role: str, *, households: Sequence[str] = (), targets: Sequence[str] = ()
    ) -> Duties:
        """Give households, or whole zones, areas and sites, to one official; `take_back` undoes it.

        Only the duties and loads of those concerned change. It is kept in the workspace at once, as duties
        set by hand, and holds under every later plan.

        Parameters
        ----------
        official_id, role
            Who takes over, and as what.
        households
            Ids of placed households.
        targets
            Ids of zones, areas and sites that need the role.

        Returns
        -------
        duties
            The duties after it.

        Raises
        ------
        DutyError
            If the official, a household or a target is not known.
        ConflictError
            If somebody else has set one of these duties by hand since they were worked out here.
        """
        before = self._known()
        done = hand_over(
            before.duties,
            self.placement,
            before.plan,
            official_id=official_id,
            role=role,
            households=households,
            targets=targets,
            sites=self._tables["sites"],
        )
        added = done.pins[~_is_in(done.pins, before.pins)]
        dropped = _released(before.pins, done.pins, done.duties.table)
        with self.lock:
            pins = self.workspace.change_pins(put=added, drop=dropped, seen=before.pins, author=self.author)
            self._handed.append(_Handed(before, done.duties, added, dropped))
            is_next = self._duties is before  # else somebody has changed the plan or the pins meanwhile
            self._duties = KnownDuties(before.plan, pins, done.duties) if is_next else None
            self._tell()
        return done.duties

    @property
    def can_take_back(self) -> bool:
        """Whether anything was handed over here that was not taken back."""
        return bool(self._handed)

    def take_back(self) -> Duties:
        """Undo the last hand-over that was made here and not taken back; without one nothing happens.

        What somebody else has set by hand of the same targets since stays as it is.

        Warns
        -----
        GridmapWarning
            If there is such.
        """
        with self.lock:
            if self._handed:
                self._undo(self._handed[-1])
                self._tell()
        return self.duties()

    def _undo(self, last: _Handed) -> None:
        now = self.pins
        theirs = _changed_since(last, now)
        added, dropped = (rows[~_is_in(rows, theirs, _TARGET)] for rows in (last.added, last.dropped))
        pins = self.workspace.change_pins(put=dropped, drop=added, seen=now, author=self.author)
        self._handed.pop()
        known, before = self._duties, last.before
        undone = known is not None and known.duties is last.after and known.plan is before.plan
        self._duties = KnownDuties(before.plan, pins, before.duties) if undone and not len(theirs) else None
        if len(theirs):
            said = f"{len(theirs)} duty(s) were set by somebody else since they were handed over, and stay so"
            warnings.warn(said, GridmapWarning, stacklevel=3)

    @alone
    def add_followups(self, read: ReadLists | DataFrame) -> DataFrame:
        """Take in what came back from the field; the newest counts, and taking it in again changes nothing.

        Parameters
        ----------
        read
            What `gridmap.read_followups` gave, or its entries.

        Returns
        -------
        conflicts
            `household_id`, `kind`, `detail`, `source`: what a person must look at.

        Raises
        ------
        ConflictError
            If somebody else has taken in follow-ups just now; take them in again.
        """
        entries = read.entries if isinstance(read, ReadLists) else read
        done = keep_followups(
            self.workspace, entries, plan=self.plan, placement=self.placement, author=self.author
        )
        if done.changed:
            self._tell()
        return done.conflicts

    def _known(self) -> KnownDuties:
        plan, known, pins = self.plan, self._duties, self.pins
        if known is None or known.plan is not plan or not known.pins.equals(pins):
            known = self._duties = KnownDuties(plan, pins, self._assigned(plan, pins))
        return known

    def _assigned(self, plan: Plan, pins: DataFrame) -> Duties:
        in_force = self.workspace.duties_in_force
        return assign_duties(
            plan,
            self.placement,
            self._tables["officials"],
            protocol=self._protocol,
            sites=self._tables["sites"],
            pins=pins,
            before=in_force if len(in_force) else None,
        )


def _released(pins: DataFrame, given: DataFrame, table: DataFrame) -> DataFrame:
    """Return the pins of what was given away whose official does not serve there any more."""
    touched = pins[_is_in(pins, given, _TARGET)]
    return touched[~_is_in(touched, table)]


def _changed_since(last: _Handed, now: DataFrame) -> DataFrame:
    """Return the targets of a hand-over whose pins are not as it left them."""
    touched = pd.concat([last.added, last.dropped])
    before = last.before.pins
    left = pd.concat([before[~_is_in(before, last.dropped)], last.added])
    changed = pd.concat([now[~_is_in(now, left)], left[~_is_in(left, now)]])
    return changed[_is_in(changed, touched, _TARGET)][_TARGET].drop_duplicates()


def _is_in(rows: DataFrame, others: DataFrame, columns: Sequence[str] = PIN_COLUMNS) -> Series:
    """Tell which rows are among others."""
    known = pd.MultiIndex.from_frame(others[list(columns)])
    return Series(pd.MultiIndex.from_frame(rows[list(columns)]).isin(known), index=rows.index, dtype=bool)
