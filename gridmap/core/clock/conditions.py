"""The conditions of one stage, for all zones that are at it: met, not met or unknown, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gridmap.core.clock.known import Known
from gridmap.core.clock.local_days import NAT, Times, day_of
from gridmap.core.clock.tests_made import NOT_KNOWN, POSITIVE_FOUND, UNTESTED, Rows, Tests
from gridmap.model.clock import MET, NOT_MET, UNKNOWN
from gridmap.model.clock_stage import Stage

_STATES = np.array([MET, NOT_MET, UNKNOWN], dtype=object)
_MET, _NOT, _UNKNOWN = range(3)


@dataclass(frozen=True, eq=False)
class Verdict:
    """What became of one condition; every array has one value for each zone.

    Parameters
    ----------
    condition
        Its name.
    state
        ``met``, ``not_met`` or ``unknown``.
    missing
        A word for what is missing; empty when met.
    count
        How many of it; -1 where there is nothing to count.
    due
        When it was met, or can be at the earliest, as a wall time; NaT if that is not known.
    """

    condition: str
    state: NDArray[np.object_]
    missing: NDArray[np.object_]
    count: NDArray[np.int64]
    due: Times

    @property
    def is_met(self) -> NDArray[np.bool_]:
        """Whether it is met."""
        return np.asarray(self.state == MET)


class Judge:
    """Judges the zones that are at one stage.

    Parameters
    ----------
    stage
        The stage.
    rows
        The zones.
    known
        What is known of all zones.
    """

    def __init__(self, stage: Stage, rows: Rows, known: Known) -> None:
        self._stage, self._rows = stage, rows
        self._counts, self._facts, self._rounds = known.counts, known.facts, known.counts.rounds
        self._days, self._now = known.days, known.now
        self._begins = known.counts.begins[rows]

    def verdicts(self) -> list[Verdict]:
        """Return what became of every condition that the stage has, but of those about other zones."""
        stage, found = self._stage, []
        if stage.days is not None:
            found.append(self._no_new_case())
        if stage.contact_days is not None:
            found.append(self._contacts(stage.contact_days))
        if stage.test_day is not None:
            found.append(self._test_day(stage.test_day))
        if stage.tested_within_days is not None:
            found.append(self._tested(stage.tested_within_days, [each.due for each in found]))
        return found

    def _no_new_case(self) -> Verdict:
        counts, rows = self._counts, self._rows
        days = counts.whole_days[rows]
        over = self._begins + (days + 1 - self._days.first).astype("m8[D]")
        left = (over - day_of(self._now)).astype(np.int64)
        answer = _Answer(len(rows))
        answer.put(over > self._now, _NOT, "days_left", left)
        answer.put(counts.unplaced[rows] > 0, _UNKNOWN, "unplaced_cases", counts.unplaced[rows])
        answer.put(counts.unregistered[rows] > 0, _UNKNOWN, "unregistered", counts.unregistered[rows])
        answer.put(counts.undated[rows] > 0, _UNKNOWN, "undated_cases", counts.undated[rows])
        answer.put(np.isnat(self._begins), _UNKNOWN, "no_closure")
        return answer.verdict("no_new_case", over.astype("M8[us]"))

    def _contacts(self, days: int) -> Verdict:
        facts, rows = self._facts, self._rows
        exposed = day_of(facts.exposed[rows])
        test_day = days if self._stage.contact_test_day is None else self._stage.contact_test_day
        over = (exposed + np.timedelta64(days + 1, "D")).astype("M8[us]")
        asked = (exposed + np.timedelta64(test_day, "D")).astype("M8[us]")
        negative = facts.contacts.first_negative(rows, asked)
        answer = _Answer(len(rows))
        self._ask(answer, facts.contacts, np.isnat(negative), asked, nothing="contacts_untested")
        early = over > self._now
        left = (over.astype("M8[D]") - day_of(self._now)).astype(np.int64)
        answer.put(early, _NOT, "contact_days_left", left)
        answer.put(np.isnat(exposed), _UNKNOWN, "no_exposure")
        answer.put(np.isnat(exposed) & self._no_contacts(), _MET, "")
        return answer.verdict("contacts", np.fmax(over, negative))

    def _no_contacts(self) -> NDArray[np.bool_]:
        """Tell of which zones it was said that nobody is a contact of theirs."""
        tests = self._facts.contacts
        last = tests.last(len(self._counts.begins))[self._rows]
        return np.asarray((last >= 0) & np.append(tests.none_due, False)[last])

    def _test_day(self, number: int) -> Verdict:
        asked = self._days.numbered(self._begins, number).astype("M8[us]")
        negative = self._rounds.first_negative(self._rows, asked)
        answer = _Answer(len(self._rows))
        self._ask(answer, self._rounds, np.isnat(negative), asked, nothing="no_round")
        answer.put(np.isnat(self._begins), _UNKNOWN, "no_closure")
        return answer.verdict("test_day", np.where(np.isnat(negative), asked, negative))

    def _tested(self, days: int, dues: list[Times]) -> Verdict:
        first = np.full(len(self._rows), NAT)
        for due in dues:
            first = np.fmax(first, due)
        back = np.timedelta64(days, "D")
        asked = np.asarray(np.fmax(first, self._now) - back, dtype="M8[us]")
        negative = self._rounds.first_negative(self._rows, asked)
        answer = _Answer(len(self._rows))
        self._ask(answer, self._rounds, np.isnat(negative), asked, nothing="no_round")
        outdated = self._rounds.first_negative(self._rows, first - back)
        answer.put(np.isnat(negative) & ~np.isnat(outdated), _NOT, "round_outdated")
        needs = self._stage.counts_days & np.isnat(self._begins)
        answer.put(needs, _UNKNOWN, "no_closure")
        return answer.verdict("tested", np.where(needs, NAT, np.where(np.isnat(first), asked, first - back)))

    def _ask(
        self, answer: _Answer, tests: Tests, open_: NDArray[np.bool_], since: Times, *, nothing: str
    ) -> None:
        """Say of the open ones what is missing of a test since a time."""
        last = tests.last(len(self._counts.begins))[self._rows]
        at = np.append(tests.at, NAT)[last]
        outcome = np.append(tests.outcome, np.int8(NOT_KNOWN))[last]
        left = np.append(tests.left, -1)[last]
        answer.put(open_, _UNKNOWN, nothing)
        answer.put(open_ & (since > self._now), _NOT, f"{nothing}_yet")
        tried = open_ & (at >= since)
        answer.put(tried & (outcome == NOT_KNOWN), _UNKNOWN, "result_unknown")
        answer.put(tried & (outcome == UNTESTED), _NOT, "untested", left)
        answer.put(tried & (outcome == POSITIVE_FOUND), _NOT, "positive_found")


class _Answer:
    """Gathers a verdict; what is put later counts where it applies."""

    def __init__(self, size: int) -> None:
        self._state = np.full(size, _MET, dtype=np.int8)
        self._missing = np.full(size, "", dtype=object)
        self._count = np.full(size, -1, dtype=np.int64)

    def put(
        self, where: NDArray[np.bool_], state: int, missing: str, count: NDArray[np.int64] | None = None
    ) -> None:
        self._state[where], self._missing[where] = state, missing
        self._count[where] = -1 if count is None else count[where]

    def verdict(self, condition: str, due: Times) -> Verdict:
        return Verdict(condition, _STATES[self._state], self._missing, self._count, due.astype("M8[us]"))
