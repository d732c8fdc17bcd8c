"""gridmap clock: which day each zone is at, what is missing, and what may be done next."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from gridmap.cli.calendar import write_calendars
from gridmap.cli.clock_table import say_clock
from gridmap.cli.options import Author, Json, WorkspaceArgument, author_name, open_existing, read_time
from gridmap.cli.printing import say_files, say_json
from gridmap.errors import PlanError, WorkspaceError
from gridmap.model.clock_faults import is_timezone

if TYPE_CHECKING:
    from collections.abc import Callable

    from pandas import DataFrame

    from gridmap.core.clock.accept import Accepted
    from gridmap.model.clock import Clock
    from gridmap.store.workspace import Workspace

_LANGS = ("zh", "en")
_AUDIENCES = ("public", "official", "field")


def _audience(text: str) -> str:
    if text not in _AUDIENCES:
        raise typer.BadParameter(f"{text!r} is none of {', '.join(_AUDIENCES)}")
    return text


def clock(
    workspace: WorkspaceArgument,
    *,
    at: Annotated[
        datetime | None,
        typer.Option(
            parser=read_time,
            metavar="TIME",
            help="The moment; now, if not given. Without a zone it is one of the clock's.",
        ),
    ] = None,
    events: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE", help="Events to be counted too; they are not recorded. Not with --accept."
        ),
    ] = None,
    timezone: Annotated[
        str, typer.Option(metavar="ZONE", help="At whose midnight days begin; as the protocol has it.")
    ] = "",
    accept: Annotated[
        list[str] | None,
        typer.Option(metavar="ZONE", help="Accept what is proposed for a zone: save it, and record it."),
    ] = None,
    calendar: Annotated[
        list[Path] | None,
        typer.Option(metavar="OUT", help="Write a calendar: .ics, .pdf, .png, .svg, .xlsx or .csv."),
    ] = None,
    audience: Annotated[
        str,
        typer.Option(
            parser=_audience, metavar="AUDIENCE", help="Of the calendar: public, official or field."
        ),
    ] = "official",
    lang: Annotated[str, typer.Option(metavar="LANG", help="zh or en.")] = "zh",
    author: Author = "",
    as_json: Json = False,
) -> None:
    """Tell for every zone its day, the earliest lifting, and what is met, not met or unknown.

    What no event says is unknown and never met. Nothing changes by itself: what is proposed is saved only
    for the zones that --accept names.

    With --calendar (again for each file) the coming days are written, zone by zone; the public sees no case.

    Exit code 3 if anything is unknown, due, or may be accepted.

    Example: gridmap clock county.gpkg --at 2022-03-19T08:00+08:00
    """
    if lang not in _LANGS:
        raise typer.BadParameter(f"{lang!r} is neither zh nor en", param_hint="--lang")
    if accept and events:
        said = "what is accepted must rest on recorded events; run gridmap record first, then accept"
        raise typer.BadParameter(said, param_hint="--events")
    with open_existing(workspace) as opened:
        rules = opened.protocol
        if rules is None:
            raise WorkspaceError(f"{workspace} has no protocol; give one: gridmap zone --protocol NAME")
        moment = _moment(at, timezone or rules.days.timezone)
        asked = _Asked(opened, events or [], {"protocol": rules, "timezone": timezone or None, "lang": lang})
        found, done = asked.clock(moment), None
        if accept:
            if at is not None:
                _check_moment(found, asked.clock, accept)
            done = _accept(opened, found, accept, author)
            found = asked.clock(moment)
        rounds = asked.rounds(moment)
        written = []
        if calendar:
            told = {"placement": asked.placement, "events": asked.events, "author": author_name(author)}
            written = write_calendars(opened, found, calendar, audience=audience, lang=lang, **told)
    if as_json:
        document = _document(workspace, found, done, lang)
        say_json({**document, "rounds": _records(rounds), "files": [str(path) for path in written]})
    else:
        say_clock(found, rounds, done, lang)
        if written:
            say_files(written)
    if len(found.calling):
        raise typer.Exit(3)


def _moment(at: datetime | None, timezone: str) -> datetime:
    """Return the moment, now if none is given; one without a zone is in that of the clock."""
    if at is None or not is_timezone(timezone):
        return datetime.now().astimezone()
    return at if at.tzinfo is not None else at.replace(tzinfo=ZoneInfo(timezone))


class _Asked:
    """A workspace whose clocks are asked: its households are placed once.

    Parameters
    ----------
    opened
        The workspace.
    files
        Events to be counted beside those that are recorded.
    options
        Those of `gridmap.zone_clock` that stay the same.
    """

    def __init__(self, opened: Workspace, files: list[Path], options: dict[str, Any]) -> None:
        from gridmap.core.place import place_households
        from gridmap.export.event_reading import read_events

        self._opened, self._options = opened, options
        self._more = read_events(files) if files else None
        self.placement = place_households(opened.households, opened.grid)

    @property
    def events(self) -> DataFrame:
        """The events of the workspace, and those of files."""
        import pandas as pd

        recorded = self._opened.events
        return recorded if self._more is None else pd.concat([recorded, self._more])

    def clock(self, at: datetime) -> Clock:
        """Return the clocks of the present plan at a moment."""
        from gridmap.core.clock.zone_clock import zone_clock

        opened, here = self._opened, {"grid": self._opened.grid, "placement": self.placement}
        return zone_clock(opened.plan, opened.cases, self.events, at=at, **here, **self._options)

    def rounds(self, at: datetime) -> DataFrame:
        """Return how far the present test round of each zone is: its `round`, `due` and `tested`."""
        from gridmap.core.rounds import round_status

        status = round_status(self.placement, self._opened.plan, self.events, at=at)
        return status.reset_index()[["zone_id", "round", "due", "tested", "result"]]


def _check_moment(found: Clock, clock_at: Callable[[datetime], Clock], zones: list[str]) -> None:
    """Refuse to accept for a moment that has not come, or after which something positive came to a zone."""
    now = datetime.now().astimezone()
    moment = f"{found.at:%Y-%m-%d %H:%M}"
    if found.at > now:
        raise PlanError(f"{moment} has not come yet, so nobody knows what will hold; accept it then")
    known, came = (
        {(row["zone_id"], row["case_id"] or row["event_id"]) for row in each.restarts.to_dict("records")}
        for each in (found, clock_at(now))
    )
    later = sorted(f"{what} in {zone}" for zone, what in came - known if zone in zones)
    if later:
        raise PlanError(f"later than {moment} came {', '.join(later)}; ask the clock at a later time")


def _accept(opened: Workspace, found: Clock, zones: list[str], author: str) -> Accepted:
    """Save the plan after what is accepted, and record it."""
    from gridmap.core.clock.accept import accept_proposals

    done = accept_proposals(opened.plan, found, zones=zones)
    who = author_name(author)
    opened.save(done.plan, reason="; ".join(each.reason for each in done.proposals), author=who)
    opened.record(done.events, author=who)
    return done


def _document(workspace: str, found: Clock, done: Accepted | None, lang: str) -> dict[str, Any]:
    from gridmap.core.clock.words import how_counted, missing_texts
    from gridmap.core.edit_texts import edit_to_json

    proposals = [
        {
            "zone_id": each.zone_id,
            "kind": each.kind,
            "tier": each.tier,
            "kept": list(each.kept),
            "reason": each.reason,
            "edits": [edit_to_json(edit) for edit in each.edits],
        }
        for each in found.proposals
    ]
    return {
        "workspace": workspace,
        "at": found.at,
        "timezone": found.timezone,
        "protocol": found.protocol.id,
        "plan_version": found.plan_version,
        "counted": how_counted(found, lang),
        "zones": _records(found.zones.reset_index()),
        "conditions": _records(found.conditions.assign(text=missing_texts(found, lang))),
        "restarts": _records(found.restarts),
        "parts": _records(found.parts),
        "proposals": proposals,
        "accepted": [] if done is None else [each.zone_id for each in done.proposals],
        "notes": list(found.notes),
    }


def _records(frame: DataFrame) -> list[dict[str, Any]]:
    """Give plain rows; what is not known is null."""
    plain = frame.astype("object")
    rows: list[dict[str, Any]] = plain.where(plain.notna(), None).to_dict("records")
    return rows
