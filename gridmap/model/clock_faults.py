"""The faults of what a protocol says about clocks and how days are counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from gridmap.errors import Fault
from gridmap.model.protocol_checks import needed, one_of, repeated, unknown, unused
from gridmap.model.protocol_keys import CLOCK_KEYS, DAYS_KEYS, NO_TIER, SHAPES, at, row_faults

_SAYS = ("days", "contact_days", "tested_within_days", "test_day", "after")


def clock_faults(clock: Any, tiers: Sequence[str]) -> Iterator[Fault]:
    """Find what is wrong with the stages of all tiers."""
    for tier, stages in clock.items() if isinstance(clock, dict) else ():
        if tier not in tiers:
            yield Fault("unknown_value", f"clock.{tier}", f"unknown tier {tier!r}", one_of(tiers))
        if not SHAPES["tables"][0](stages):
            yield Fault("wrong_value", f"clock.{tier}", "is not a list of stages", f"write [[clock.{tier}]]")
            continue
        for number, stage in enumerate(stages, start=1):
            place = f"clock.{tier}[{number}]"
            yield from row_faults(stage, CLOCK_KEYS, place)
            yield from _stage_faults(stage, tier, tiers, place)
            if number < len(stages) and stage.get("then", tier) in (tier, NO_TIER):
                what = "no tier follows, so the next stage is never reached"
                yield Fault("unreached_stage", at(place, "then"), what, "name the tier that follows")


def day_faults(days: Any) -> Iterator[Fault]:
    """Find what is wrong with how days are counted."""
    if not isinstance(days, Mapping):
        return
    yield from row_faults(days, DAYS_KEYS, "days")
    if isinstance(days.get("first"), int) and days["first"] > 1:
        yield Fault("wrong_value", "days.first", f"{days['first']} is neither 0 nor 1", "write 0 or 1")
    name = days.get("timezone")
    if isinstance(name, str) and not is_timezone(name):
        yield Fault("unknown_value", "days.timezone", f"unknown time zone {name!r}", "such as Asia/Shanghai")


def is_timezone(name: str) -> bool:
    """Tell whether a time zone of this IANA name is known."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        return False
    return True


def _stage_faults(stage: Mapping[str, Any], tier: str, tiers: Sequence[str], place: str) -> Iterator[Fault]:
    for key in ("then", "on_case"):
        yield from unknown(stage, key, [*tiers, NO_TIER], place, "tier")
    yield from unknown(stage, "after", tiers, place, "tier")
    yield from repeated(stage.get("after"), at(place, "after"), "tier")
    if not any(key in stage for key in _SAYS):
        cure = f"give one of {', '.join(_SAYS)}"
        yield Fault("empty_stage", place, "nothing is asked for, so it would lift at once", cure)
    after = stage.get("after")
    if isinstance(after, list) and tier in after:
        what = f"{tier!r} would wait for itself"
        yield Fault("waits_for_itself", at(place, "after"), what, "leave it out")
    whose = "a stage without"
    for key, needs in (
        ("home_days", "days"),
        ("level", "after"),
        ("contact_test_day", "contact_days"),
        ("on_case_days", "on_case_part"),
        ("on_case_from", "on_case_part"),
    ):
        if needs not in stage:
            yield from unused(stage, f"{whose} {needs}", place, (key,), ())
    if "on_case_part" in stage:
        yield from needed(stage, "on_case_part", place, ("on_case_days",))
    yield from _late_test(stage, place)


def _late_test(stage: Mapping[str, Any], place: str) -> Iterator[Fault]:
    numbers = [stage.get(key, 0) for key in ("days", "home_days", "test_day")]
    if all(isinstance(number, int) for number in numbers) and "days" in stage:
        days, home, test = numbers
        if test > days + home:
            what = f"day {test} comes after the {days + home} days of the stage"
            yield Fault("late_test", at(place, "test_day"), what, "choose an earlier day")
