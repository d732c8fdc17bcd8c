"""gridmap record: what happened, with author and time, and what follows of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gridmap.cli.options import (
    Author,
    Json,
    WorkspaceArgument,
    ask_password,
    author_name,
    can_ask,
    open_existing,
    parse_time,
    read_password,
)
from gridmap.cli.printing import counted, say, say_files, say_json, say_table

if TYPE_CHECKING:
    from pandas import DataFrame

    from gridmap.core.presence import Presence
    from gridmap.errors import Fault
    from gridmap.store.stored_events import Recorded

_SHOWN = 20


def record(
    workspace: WorkspaceArgument,
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILES]...", help="Sheets of events that were filled in."),
    ] = None,
    *,
    template: Annotated[
        Path | None, typer.Option(metavar="FILE.xlsx", help="Write empty sheets to be filled in.")
    ] = None,
    password_file: Annotated[
        Path | None, typer.Option(help="File whose first line is the password of the sheets.")
    ] = None,
    timezone: Annotated[
        str, typer.Option(metavar="ZONE", help="Where times without a zone were noted.")
    ] = "Asia/Shanghai",
    at: Annotated[
        datetime | None,
        typer.Option(parser=parse_time, metavar="TIME", help="Tell how things stood then; else after all."),
    ] = None,
    lang: Annotated[str, typer.Option(metavar="LANG", help="Language of the empty sheets: zh or en.")] = "zh",
    author: Author = "",
    as_json: Json = False,
) -> None:
    """Record test rounds, transfers, gates, requests and other events, and tell how things stand.

    The same event is recorded once, however often it is read, and none is ever changed: one that was wrong is
    withdrawn. A row that lacks its time or a value that it needs is kept aside, as is a transfer or return
    that cannot be, such as more persons than live there. Without files it only tells.

    Exit code 3 if rows were kept aside, or events name what is not there or tell what cannot be.

    Example: gridmap record county.gpkg rounds.xlsx transfers.csv --author 王五
    """
    if lang not in {"zh", "en"}:
        raise typer.BadParameter(f"{lang!r} is neither zh nor en", param_hint="--lang")
    from gridmap.core.event_findings import event_findings
    from gridmap.core.place import place_households
    from gridmap.core.presence import presence
    from gridmap.core.requests import request_status
    from gridmap.core.rounds import round_status
    from gridmap.export.event_reading import read_events
    from gridmap.export.event_sheets import write_event_sheets
    from gridmap.export.followup_lists import needs_password

    password = None if password_file is None else read_password(password_file)
    if password is None and files and can_ask() and needs_password(files):
        password = ask_password()
    with open_existing(workspace) as opened:
        read = read_events(files, timezone=timezone, password=password) if files else None
        done = None if read is None else opened.record(read, author=author_name(author))
        plan, events = opened.plan, opened.events
        placement = place_households(opened.households, opened.grid)
        here = presence(placement, events, at=at, plan=plan)
        rounds = round_status(placement, plan, events, at=at)
        requests = request_status(events, at=at or datetime.now().astimezone())
        findings = event_findings(
            placement,
            plan,
            events,
            at=at,
            sites=opened.sites if len(opened.sites) else None,
            officials=opened.officials if len(opened.officials) else None,
            here=here,
        )
        if template is not None:
            write_event_sheets(
                template,
                plan=plan,
                placement=placement,
                events=events,
                protocol=opened.protocol,
                lang=lang,
            )
    aside = () if read is None or done is None else (*read.attrs["exceptions"], *_in_rows(done, read))
    reading = [] if read is None else read.attrs["reading"]
    counts = {"added": 0 if done is None else done.added, "known": 0 if done is None else done.repeated}
    if as_json:
        say_json(
            {
                "workspace": workspace,
                "read": reading,
                **counts,
                "kept_aside": [fault._asdict() for fault in aside],
                "events": len(events),
                "rounds": _records(rounds),
                "requests": _records(requests.drop(columns="note")),
                "persons_present": here.persons_present,
                "persons_away": here.persons_away,
                "zones": _records(here.zones),
                "gates": _records(here.gates),
                "findings": findings.to_dict("records"),
                "template": None if template is None else str(template),
            }
        )
    else:
        if read is not None:
            _say_read(reading, counts, aside)
        _say_status(len(events), rounds, requests, here)
        _say_findings(findings)
        if template is not None:
            say()
            say_files([template])
    if aside or len(findings):
        raise typer.Exit(3)


def _in_rows(done: Recorded, read: DataFrame) -> Iterator[Fault]:
    """Tell of events that were refused also in which row of which sheet they stand, as far as known."""
    rows = read.attrs["rows"]
    for fault in done.exceptions:
        yield fault._replace(where=", ".join(filter(None, [rows.get(fault.where), fault.where])))


def _records(frame: DataFrame) -> list[dict[str, Any]]:
    """Give plain rows; what is not known is null."""
    plain = frame.reset_index().astype("object")
    rows: list[dict[str, Any]] = plain.where(plain.notna(), None).to_dict("records")
    return rows


def _say_read(reading: list[dict[str, Any]], counts: dict[str, int], aside: tuple[Fault, ...]) -> None:
    say("read")
    head = ("sheet", "rows", "events", "not filled in", "kept aside")
    say_table([tuple(each.values()) for each in reading], head=head)
    say(f"\n{counted(counts['added'], 'event')} recorded; known before: {counts['known']:,}")
    if aside:
        say(f"\nkept aside: {len(aside):,}")
        say_table(
            [(each.where, each.what, each.cure) for each in aside[:_SHOWN]], head=("where", "what", "cure")
        )
        _more(len(aside))
    say()


def _say_status(count: int, rounds: DataFrame, requests: DataFrame, here: Presence) -> None:
    say(f"{counted(count, 'event')} in the workspace")
    tested = rounds[rounds["round"].notna()]
    say(f"\ntest rounds: {len(tested):,} of {counted(len(rounds), 'zone')}")
    named = ["round", "due", "tested", "missing", "positive", "result"]
    rows = [
        (zone, *map(_shown, row)) for zone, row in zip(tested.index, tested[named].to_numpy(), strict=True)
    ]
    say_table(rows[:_SHOWN], head=("zone", *named))
    _more(len(rows))
    left = requests[requests["state"] == "open"]
    closed, overdue = len(requests) - len(left), int(left["overdue"].sum())
    say(f"\nrequests: {len(left):,} open, {overdue:,} overdue; closed: {closed:,}")
    opened = [
        (event_id, row.zone_id or row.household_id or row.area_id, row.owner or "nobody", f"{row.hours:.0f}")
        for event_id, row in zip(left.index, left.itertuples(), strict=True)
    ]
    say_table(opened[:_SHOWN], head=("request", "where", "owner", "hours"))
    _more(len(opened))
    away, present = here.persons_away, here.persons_present
    say(f"\npersons: {away + present:,} = {present:,} present + {away:,} away")
    zones = here.zones[here.zones["away"] > 0]
    rows = [(zone or "(no zone)", *map(int, zones.loc[zone])) for zone in zones.index]
    say_table(rows[:_SHOWN], head=("zone", *zones.columns))


def _say_findings(findings: DataFrame) -> None:
    if len(findings):
        say(f"\nto be looked at: {len(findings):,}")
        rows = findings[["event_id", "household_id", "kind", "detail"]].head(_SHOWN).to_numpy().tolist()
        say_table(rows, head=("event", "household", "kind", "what"))
        _more(len(findings))


def _shown(value: Any) -> object:
    """Show a figure that is not known as a question mark."""
    from pandas import isna

    return "?" if isna(value) or value == "" else value


def _more(count: int) -> None:
    if count > _SHOWN:
        say(f"  and {count - _SHOWN:,} more; --json lists them all")
