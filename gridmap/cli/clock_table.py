"""What gridmap clock prints: the table of zones, what came since, and what may be accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gridmap.cli.printing import counted, plain, say, say_table, tell

if TYPE_CHECKING:
    from pandas import DataFrame

    from gridmap.core.clock.accept import Accepted
    from gridmap.model.clock import Clock
    from gridmap.model.protocol import Protocol

_SHOWN = 40
_HEADS = {
    "zh": ("区", "等级", "名称", "天数", "轮次", "状态", "最早", "之后", "缺"),
    "en": ("zone", "tier", "name", "day", "round", "state", "earliest", "then", "missing"),
}
_NO_ZONES = {
    "zh": "方案中没有区；gridmap zone WORKSPACE --cases FILE 由病例划区",
    "en": "the plan has no zones; gridmap zone WORKSPACE --cases FILE makes them",
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


def say_clock(found: Clock, rounds: DataFrame, done: Accepted | None, lang: str) -> None:
    """Print the clocks, and the present test round of each zone."""
    from gridmap.core.clock.words import how_counted
    from gridmap.core.wording import moment

    say(f"{moment(found.at, lang)} {found.timezone}")
    say(how_counted(found, lang))
    say()
    rows = _rows(found, rounds, lang)
    if rows:
        say_table(rows[:_SHOWN], head=_HEADS[lang])
    else:
        say(_NO_ZONES[lang])
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
