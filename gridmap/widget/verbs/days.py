"""The days that follow: clocks of zones, events, what a person accepts, and the board."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pandas as pd
from pandas import DataFrame

from gridmap.errors import PlanError
from gridmap.model.events import EVENT_COLUMNS
from gridmap.widget.answers import Answer, Question
from gridmap.widget.boardrows import board_row
from gridmap.widget.clockrows import clock_row
from gridmap.widget.desk import Desk
from gridmap.widget.happenings import form_rows, found_homes, owner_of, refused_words
from gridmap.widget.happenings import happened as happened_rows
from gridmap.widget.staffed import is_soon_staffed


def clock(desk: Desk, question: Question) -> Answer:
    """Tell the clocks of all zones now, or at another moment, with the events."""
    at = _moment(question.args.get("at"))
    return Answer(clock_row(desk, desk.bench.clock(at=at, lang=question.lang)))


def board(desk: Desk, question: Question) -> Answer:
    """Tell what is done and what is open; the duties of a large county only once somebody asked for them."""
    bench = desk.bench
    soon = len(bench.officials) > 0 and is_soon_staffed(bench)
    found = bench.board(at=_moment(question.args.get("at")), duties=bench.duties() if soon else None)
    return Answer(board_row(desk, found))


def event_form(desk: Desk, question: Question) -> Answer:
    """Tell what the form of an event offers: the sites, who is away, which requests are open."""
    return Answer(form_rows(desk, _moment(question.args.get("at"))))


def event_homes(desk: Desk, question: Question) -> Answer:
    """Tell which buildings and households have an address with this text in it."""
    return Answer({"found": found_homes(desk, str(question.args.get("text", "")))})


def happened(desk: Desk, question: Question) -> Answer:
    """Tell what the map shows of events: how it stands in every zone, and where somebody waits or is away."""
    return Answer(happened_rows(desk, _moment(None), question.lang))


def record(desk: Desk, question: Question) -> Answer:
    """Add one event; who records it and when it happened must be said.

    Raises
    ------
    PlanError
        If it cannot be recorded: it lacks something, cannot be, or names an owner who is no official.
    """
    said = question.args.get("event")
    if not isinstance(said, dict) or not str(said.get("author") or "").strip():
        raise PlanError(refused_words("no_author", question.lang))
    owner = str(said.get("owner") or "").strip()
    said = said | ({"owner": owner_of(desk, owner, question.lang)} if owner else {})
    event = DataFrame(
        [{name: said[name] for name in EVENT_COLUMNS if name in said and name != "recorded_at"}]
    )
    done = desk.bench.record(event)
    if done.exceptions:
        fault = done.exceptions[0]
        raise PlanError(refused_words(fault.kind, question.lang, fault.what))
    return Answer({"added": done.added})


def accept_clock(desk: Desk, question: Question) -> Answer:
    """Make what the clock of a zone proposes edits of the plan, with a person's reason.

    Raises
    ------
    PlanError
        If that is not proposed any more, or there is no reason.
    """
    args = question.args
    zone, reason = str(args.get("key", "")), str(args.get("reason") or "").strip()
    if not reason:
        raise PlanError("an accepted proposal needs a reason, for those who read the history later")
    found = desk.bench.clock(at=_moment(args.get("at")), lang=question.lang)
    desk.bench.accept(found, zones=[zone], reason=reason, record=bool(args.get("record")))
    return Answer({"revision": desk.revision})


def _moment(text: Any) -> datetime:
    """Read a moment; now, if none is said."""
    if not text:
        return datetime.now(UTC).astimezone()
    try:
        moment: datetime = pd.Timestamp(str(text)).to_pydatetime()
    except ValueError as error:
        raise PlanError(f"{text!r} is no time; write it as 2022-03-05T18:00+08:00") from error
    return moment if moment.tzinfo else moment.astimezone()
