"""gridmap clock: which day each zone is at, what is missing, and what may be done next."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from gridmap.cli.calendar import write_calendars
from gridmap.cli.options import Author, Json, WorkspaceArgument, author_name, open_existing, read_time
from gridmap.cli.printing import counted, plain, say, say_files, say_json, say_table, tell
from gridmap.errors import PlanError, WorkspaceError
from gridmap.model.clock_faults import is_timezone

if TYPE_CHECKING:
    from collections.abc import Callable

    from pandas import DataFrame

    from gridmap.core.clock.accept import Accepted
    from gridmap.model.clock import Clock
    from gridmap.model.protocol import Protocol
    from gridmap.store.workspace import Workspace

_SHOWN = 40
_LANGS = ("zh", "en")
_HEADS = {
    "zh": ("区", "等级", "名称", "天数", "轮次", "状态", "最早", "之后", "缺"),
    "en": ("zone", "tier", "name", "day", "round", "state", "earliest", "then", "missing"),
}
_NO_ZONES = {
    "zh": "方案中还没有区：先 gridmap zone WORKSPACE --cases FILE",
    "en": "the plan has no zones yet: first gridmap zone WORKSPACE --cases FILE",
}
_PART_HEADS = {
    "zh": ("区", "楼栋", "病例", "至"),
    "en": ("zone", "building", "case", "until"),
}
_RESTART_HEADS = {
    "zh": ("区", "病例或记录", "日期", "第几天", "结果"),
    "en": ("zone", "case or event", "on", "day", "effect"),
}
_TITLES = {
    "zh": ("封闭后新增", "保留的楼栋", "可由人确认", "已确认"),
    "en": ("new since the closure", "buildings kept on", "may be accepted", "accepted"),
}


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
        str, typer.Option(metavar="AUDIENCE", help="Of the calendar: public, official or field.")
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
        _say(found, rounds, done, lang)
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


def _say(found: Clock, rounds: DataFrame, done: Accepted | None, lang: str) -> None:
    from gridmap.core.clock.words import how_counted
    from gridmap.core.wording import moment

    say(f"{moment(found.at, lang)} {found.timezone}")
    say(how_counted(found, lang))
    say()
    rows = _rows(found, rounds, lang)
    if not rows:
        say(_NO_ZONES[lang])
        return
    say_table(rows[:_SHOWN], head=_HEADS[lang])
    if len(rows) > _SHOWN:
        say(f"  +{len(rows) - _SHOWN:,} (--json)")
    _say_more(found, lang)
    if done is not None:
        say(f"\n{_TITLES[lang][3]}: {', '.join(each.zone_id for each in done.proposals)}")
    for note in found.notes:
        tell(f"note: {note}")
    if len(found.calling):
        tell(f"note: {counted(len(found.calling), 'zone')} to look at")


def _rows(found: Clock, rounds: DataFrame, lang: str) -> list[tuple[str, ...]]:
    """Return a row for each zone, those that ask for something first."""
    from gridmap.core.clock.words import clock_time, missing_texts, phase_word, state_word, then_word
    from gridmap.model.clock import STATES

    missing: dict[str, list[str]] = {}
    for zone, text in zip(found.conditions["zone_id"], missing_texts(found, lang), strict=True):
        missing.setdefault(zone, []).extend([text] if text else [])
    made = {row["zone_id"]: _round(row) for row in rounds.to_dict("records")}
    order = sorted(range(len(found.zones)), key=lambda row: STATES.index(found.zones["state"].iat[row]))
    rows: list[tuple[str, ...]] = []
    for row in order:
        zone = found.zones.iloc[row]
        phase = phase_word(zone["phase"], lang)
        day = "" if zone.isna()["day"] else f"{zone['day']}{f' ({phase})' if phase else ''}"
        clocked = zone["state"] != "no_clock"
        rows.append(
            (
                str(zone.name),
                _tier(zone["tier"], found.protocol, lang),
                zone["name"],
                day,
                made.get(str(zone.name), ""),
                state_word(zone["state"], lang),
                clock_time(zone["earliest"], lang),
                then_word(zone["then"], found.protocol, lang) if clocked else "",
                "; ".join(dict.fromkeys(missing.get(str(zone.name), []))),
            )
        )
    return rows


def _round(row: dict[str, Any]) -> str:
    """Write the present test round as its number and tested/due; what nobody entered is ``?``."""
    import pandas as pd

    number, tested, due = (
        "?" if pd.isna(row[name]) else str(row[name]) for name in ("round", "tested", "due")
    )
    return f"{number}: {tested}/{due}" if (number, tested, due) != ("?",) * 3 else ""


def _tier(tier: str, protocol: Protocol, lang: str) -> str:
    return protocol.tier(tier).label(lang) if tier in protocol.tier_ids else tier


def _say_more(found: Clock, lang: str) -> None:
    """Print what came since the closures, the buildings kept on, and what may be accepted."""
    from gridmap.core.clock.words import clock_time, effect_word

    titles = _TITLES[lang]
    if len(found.restarts):
        say(f"\n{titles[0]}")
        say_table(
            [
                (
                    row["zone_id"],
                    row["case_id"] or row["event_id"],
                    f"{row['on']:%Y-%m-%d}",
                    row["day"],
                    effect_word(row["effect"], lang),
                )
                for row in found.restarts[:_SHOWN].to_dict("records")
            ],
            head=_RESTART_HEADS[lang],
        )
    if len(found.parts):
        say(f"\n{titles[1]}")
        rows = found.parts[["zone_id", "building", "case_id", "until"]].itertuples(index=False)
        say_table([(*row[:3], clock_time(row[3], lang)) for row in rows], head=_PART_HEADS[lang])
    if found.proposals:
        say(f"\n{titles[2]} (--accept)")
        for each in found.proposals[:_SHOWN]:
            say(f"  {plain(each.reason)}")
