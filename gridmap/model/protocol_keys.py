"""What each key of a protocol file may hold, and the faults of one table taken by itself."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from gridmap.errors import Fault
from gridmap.model.clock_stage import COUNTED_FROM, PARTS
from gridmap.model.protocol import BASES, DUTY_PER, PATTERNS, RULES, WITHIN_BY
from gridmap.model.protocol_parts import SUPPLY_PER

PLACE_KINDS = ("home", "work", "activity")
NO_TIER = "none"
_ID = re.compile(r"[a-z0-9][a-z0-9_-]*")
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d|24:00")
_PREFIX = re.compile(r"[A-Za-z\u4e00-\u9fff]{1,4}")


@dataclass(frozen=True)
class Key:
    """What a key of a protocol file may hold.

    Parameters
    ----------
    shape
        One of the names in `SHAPES`.
    needed
        Whether it must be there.
    among
        The values it may have; empty for any.
    """

    shape: str
    needed: bool = False
    among: tuple[str, ...] = ()


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_step(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(map(_is_text, value))


def is_number(value: Any) -> bool:
    """Tell whether a value is a finite number."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


SHAPES: Mapping[str, tuple[Any, str]] = {
    "text": (_is_text, "a text that is not empty"),
    "id": (
        lambda value: isinstance(value, str) and bool(_ID.fullmatch(value)),
        "an id of small letters, digits, - and _",
    ),
    "prefix": (
        lambda value: isinstance(value, str) and bool(_PREFIX.fullmatch(value)),
        "1 to 4 letters, such as S",
    ),
    "color": (
        lambda value: isinstance(value, str) and bool(_COLOR.fullmatch(value)),
        "a colour such as #b2182b",
    ),
    "texts": (lambda value: isinstance(value, list) and all(map(_is_text, value)), "a list of texts"),
    "count": (
        lambda value: isinstance(value, int) and not isinstance(value, bool) and value >= 0,
        "a whole number, 0 or more",
    ),
    "metres": (lambda value: is_number(value) and value > 0, "a number of metres greater than 0"),
    "distance": (lambda value: is_number(value) and value >= 0, "a number of metres, 0 or more"),
    "amount": (lambda value: is_number(value) and value > 0, "a number greater than 0"),
    "time": (
        lambda value: isinstance(value, str) and bool(_TIME.fullmatch(value)),
        "a time of the day in quotes, such as 08:00",
    ),
    "steps": (
        lambda value: isinstance(value, list) and all(map(_is_step, value)),
        'a list of lists of roles, such as [["grid_head"], ["secretary"]]',
    ),
    "flag": (lambda value: isinstance(value, bool), "true or false"),
    "tables": (
        lambda value: isinstance(value, list) and all(isinstance(row, dict) for row in value),
        "a list of tables",
    ),
    "table": (lambda value: isinstance(value, dict), "a table"),
    "labels": (
        lambda value: isinstance(value, list) and len(value) == 2 and all(map(_is_text, value)),
        "a Chinese and an English label",
    ),
}

PROTOCOL_KEYS: Mapping[str, Key] = {
    "id": Key("id", needed=True),
    "title_zh": Key("text", needed=True),
    "title_en": Key("text", needed=True),
    "source": Key("text", needed=True),
    "source_zh": Key("text"),
    "notice": Key("text", needed=True),
    "tiers": Key("tables", needed=True),
    "rules": Key("tables"),
    "duties": Key("tables"),
    "roles": Key("table"),
    "needs_roles": Key("texts"),
    "clock": Key("table"),
    "shifts": Key("tables"),
    "teams": Key("tables"),
    "supplies": Key("tables"),
    "chain": Key("steps"),
    "assignment": Key("table"),
    "days": Key("table"),
}
TIER_KEYS: Mapping[str, Key] = {
    "id": Key("id", needed=True),
    "label_zh": Key("text", needed=True),
    "label_en": Key("text", needed=True),
    "prefix": Key("prefix", needed=True),
    "color": Key("color", needed=True),
    "pattern": Key("text", needed=True, among=PATTERNS),
    "measures_zh": Key("texts"),
    "measures_en": Key("texts"),
}
RULE_KEYS: Mapping[str, Key] = {
    "rule": Key("text", needed=True, among=RULES),
    "tier": Key("text", needed=True),
    "level": Key("text"),
    "radius_m": Key("metres"),
    "by": Key("text", among=WITHIN_BY),
    "places": Key("texts", among=PLACE_KINDS),
}
DUTY_KEYS: Mapping[str, Key] = {
    "role": Key("text", needed=True),
    "per": Key("text", needed=True, among=DUTY_PER),
    "tiers": Key("texts"),
    "level": Key("text"),
    "site_kind": Key("text"),
    "least": Key("count"),
    "most": Key("count"),
    "households": Key("count"),
    "hard": Key("flag"),
    "basis": Key("text", needed=True, among=BASES),
    "shifts": Key("texts"),
    "kinds": Key("texts"),
    "holders": Key("text"),
}
SHIFT_KEYS: Mapping[str, Key] = {
    "id": Key("id", needed=True),
    "label_zh": Key("text", needed=True),
    "label_en": Key("text", needed=True),
    "begins": Key("time", needed=True),
    "ends": Key("time", needed=True),
}
TEAM_KEYS: Mapping[str, Key] = {
    "id": Key("id", needed=True),
    "label_zh": Key("text", needed=True),
    "label_en": Key("text", needed=True),
    "tiers": Key("texts"),
    "leaders": Key("texts", needed=True),
    "members": Key("texts", needed=True),
    "least": Key("count"),
    "basis": Key("text", needed=True, among=BASES),
}
SUPPLY_KEYS: Mapping[str, Key] = {
    "id": Key("id", needed=True),
    "label_zh": Key("text", needed=True),
    "label_en": Key("text", needed=True),
    "unit_zh": Key("text", needed=True),
    "unit_en": Key("text", needed=True),
    "amount": Key("amount", needed=True),
    "per": Key("text", needed=True, among=SUPPLY_PER),
    "per_day": Key("flag"),
    "tiers": Key("texts"),
    "basis": Key("text", needed=True, among=BASES),
}
ASSIGNMENT_KEYS: Mapping[str, Key] = {"change_m": Key("distance")}
CLOCK_KEYS: Mapping[str, Key] = {
    "days": Key("count"),
    "home_days": Key("count"),
    "contact_days": Key("count"),
    "contact_test_day": Key("count"),
    "tested_within_days": Key("count"),
    "test_day": Key("count"),
    "then": Key("text"),
    "on_case": Key("text"),
    "on_case_part": Key("text", among=PARTS),
    "on_case_days": Key("count"),
    "on_case_from": Key("text", among=COUNTED_FROM),
    "after": Key("texts"),
    "level": Key("text"),
    "text_zh": Key("text"),
    "text_en": Key("text"),
}
DAYS_KEYS: Mapping[str, Key] = {"timezone": Key("text"), "first": Key("count")}
# What a rule or a duty needs beside its name; the same key is a fault where it says nothing.
RULE_NEEDS = {"containing_area": ("level",), "remainder": ("level",), "within": ("radius_m",)}
RULE_MAY = {"containing_area": ("level",), "remainder": ("level",), "within": ("radius_m", "by")}
DUTY_NEEDS = {"area": ("level",), "site": ("site_kind",), "household": ("households",)}
DUTY_MAY = {
    "zone": ("shifts", "holders"),
    "area": ("level", "shifts", "holders"),
    "site": ("site_kind", "shifts", "holders"),
    "household": ("households", "kinds"),
}


def at(place: str, key: str) -> str:
    """Write where a key stands, such as ``rules[2].tier``."""
    return f"{place}.{key}" if place else key


def row_faults(row: Mapping[str, Any], keys: Mapping[str, Key], place: str) -> Iterator[Fault]:
    """Find the unknown, missing and wrong keys of one table."""
    for name, value in row.items():
        key = keys.get(name)
        if key is None:
            yield Fault("unknown_key", at(place, name), "unknown key", _near(name, list(keys)))
        else:
            yield from value_faults(value, key, at(place, name))
    for name, key in keys.items():
        if key.needed and name not in row:
            wanted = f"one of {', '.join(key.among)}" if key.among else SHAPES[key.shape][1]
            yield Fault("missing_key", at(place, name), "is missing", f"give {wanted}")


def value_faults(value: Any, key: Key, place: str) -> Iterator[Fault]:
    """Find what is wrong with one value."""
    fits, said = SHAPES[key.shape]
    if not fits(value):
        yield Fault("wrong_value", place, f"{value!r} is not {said}")
        return
    for each in value if isinstance(value, list) else [value]:
        if key.among and each not in key.among:
            cure = f"it is one of {', '.join(key.among)}"
            yield Fault("unknown_value", place, f"unknown value {each!r}", cure)


def _near(name: str, names: list[str]) -> str:
    near = get_close_matches(name, names, n=1)
    return f"did you mean {near[0]!r}?" if near else f"the keys are {', '.join(names)}"
