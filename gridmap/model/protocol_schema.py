"""Protocol files: every fault of a file is found, and a file without faults becomes a `Protocol`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from gridmap.errors import Fault, ProtocolError
from gridmap.model.protocol import DUTY_PER, RULES, DutyRule, Protocol, Rule, Tier
from gridmap.model.protocol_keys import (
    CLOCK_KEYS,
    DUTY_KEYS,
    DUTY_NEEDS,
    NO_TIER,
    PROTOCOL_KEYS,
    RULE_KEYS,
    RULE_MAY,
    RULE_NEEDS,
    SHAPES,
    TIER_KEYS,
    Key,
    at,
    is_number,
    row_faults,
    value_faults,
)


def protocol_from_text(text: str, *, title: str = "the protocol") -> Protocol:
    """Read a protocol from the text of a TOML file.

    Parameters
    ----------
    text
        The text.
    title
        How the file is called in messages.

    Returns
    -------
    protocol
        The protocol.

    Raises
    ------
    ProtocolError
        If the text is no TOML, or with every fault that was found, each with its place.
    """
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ProtocolError(f"{title} is not TOML: {error}") from error
    return protocol_from_data(data, title=title)


def protocol_from_data(data: Mapping[str, Any], *, title: str = "the protocol") -> Protocol:
    """Read a protocol from what its TOML file holds; errors as for `protocol_from_text`."""
    faults = protocol_faults(data)
    if faults:
        count = f"{len(faults)} fault{'' if len(faults) == 1 else 's'} in {title}"
        raise ProtocolError("\n".join([count, *(f"  {fault}" for fault in faults)]))
    return _protocol(data)


def protocol_faults(data: Mapping[str, Any]) -> list[Fault]:
    """Find everything that is wrong with a protocol, as read from TOML; empty when nothing is.

    Examples
    --------
    >>> [str(fault) for fault in protocol_faults({"id": "x", "titel_zh": "y"})][0]
    "titel_zh: unknown key; did you mean 'title_zh'?"
    """
    faults = list(row_faults(data, PROTOCOL_KEYS, ""))
    rows = {name: _rows(data, name) for name in ("tiers", "rules", "duties")}
    for name, keys in (("tiers", TIER_KEYS), ("rules", RULE_KEYS), ("duties", DUTY_KEYS)):
        for place, row in rows[name]:
            faults.extend(row_faults(row, keys, place))
    tiers = [row["id"] for _, row in rows["tiers"] if isinstance(row.get("id"), str)]
    roles = data.get("roles", {}) if isinstance(data.get("roles", {}), dict) else {}
    faults.extend(_tier_faults(rows["tiers"], data))
    faults.extend(_rule_faults(rows["rules"], tiers))
    faults.extend(_duty_faults(rows["duties"], tiers, roles))
    faults.extend(_role_faults(roles, data.get("needs_roles", [])))
    faults.extend(_clock_faults(data.get("clock", {}), tiers))
    return faults


def _rows(data: Mapping[str, Any], name: str) -> list[tuple[str, Mapping[str, Any]]]:
    rows = data.get(name, [])
    if not isinstance(rows, list):
        return []
    return [(f"{name}[{i}]", row) for i, row in enumerate(rows, start=1) if isinstance(row, dict)]


def _tier_faults(rows: list[tuple[str, Mapping[str, Any]]], data: Mapping[str, Any]) -> Iterator[Fault]:
    if data.get("tiers") == []:
        yield Fault("no_tiers", "tiers", "no tier is defined", "define them, the strictest first")
    for key in ("id", "prefix", "color", "label_zh", "label_en"):
        seen: dict[Any, str] = {}
        for place, row in rows:
            value = row.get(key)
            if isinstance(value, str) and value in seen:
                what = f"{value!r} is also the {key} of {seen[value]}"
                yield Fault("duplicate", at(place, key), what, "tiers must be told apart by it")
            elif isinstance(value, str):
                seen[value] = place
    for place, row in rows:
        if row.get("id") == NO_TIER:
            yield Fault("reserved", at(place, "id"), f"{NO_TIER!r} means no tier", "take another id")


def _rule_faults(rows: list[tuple[str, Mapping[str, Any]]], tiers: list[str]) -> Iterator[Fault]:
    seen: dict[str, str] = {}
    for place, row in rows:
        yield from _known(row, "tier", tiers, place)
        rule = row.get("rule")
        if rule in RULES:
            special = ("level", "radius_m", "by")
            yield from _needs(row, f"rule {rule!r}", place, RULE_NEEDS.get(rule, ()))
            yield from _says_nothing(row, f"rule {rule!r}", place, special, RULE_MAY.get(rule, ()))
        if row.get("places") == []:
            yield Fault("no_places", at(place, "places"), "no kind of place", "leave it out for all kinds")
        yield from _twice(row, place, seen)


def _duty_faults(
    rows: list[tuple[str, Mapping[str, Any]]], tiers: list[str], roles: Mapping[str, Any]
) -> Iterator[Fault]:
    seen: dict[str, str] = {}
    for place, row in rows:
        yield from _known(row, "role", list(roles), place)
        yield from _known(row, "tiers", tiers, place)
        per = row.get("per")
        if per in DUTY_PER:
            needed = DUTY_NEEDS.get(per, ())
            special = ("level", "site_kind", "households")
            yield from _needs(row, f"per {per!r}", place, needed)
            yield from _says_nothing(row, f"per {per!r}", place, special, needed)
        yield from _count_faults(row, place)
        yield from _twice(row, place, seen)


def _count_faults(row: Mapping[str, Any], place: str) -> Iterator[Fault]:
    least, most = row.get("least", 1), row.get("most", 0)
    if is_number(least) and is_number(most) and 0 < most < least:
        yield Fault("wrong_value", at(place, "most"), f"{most} is less than least = {least}")
    if row.get("per") == "household" and row.get("households") == 0:
        yield Fault("wrong_value", at(place, "households"), "0 households for one person", "give 1 or more")


def _role_faults(roles: Mapping[str, Any], needs_roles: Any) -> Iterator[Fault]:
    for role, labels in roles.items():
        yield from value_faults(role, Key("id"), f"roles.{role}")
        yield from value_faults(labels, Key("labels"), f"roles.{role}")
    yield from _known({"needs_roles": needs_roles}, "needs_roles", list(roles), "")


def _clock_faults(clock: Any, tiers: list[str]) -> Iterator[Fault]:
    for tier, stages in clock.items() if isinstance(clock, dict) else ():
        if tier not in tiers:
            yield Fault("unknown_value", f"clock.{tier}", f"unknown tier {tier!r}", _one_of(tiers))
        if not SHAPES["tables"][0](stages):
            yield Fault("wrong_value", f"clock.{tier}", "is not a list of stages", f"write [[clock.{tier}]]")
            continue
        for number, stage in enumerate(stages, start=1):
            place = f"clock.{tier}[{number}]"
            yield from row_faults(stage, CLOCK_KEYS, place)
            for key in ("then", "on_case"):
                yield from _known(stage, key, [*tiers, NO_TIER], place)
            yield from _known(stage, "after", tiers, place)


def _known(row: Mapping[str, Any], key: str, known: list[str], place: str) -> Iterator[Fault]:
    value = row.get(key, [])
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, str) and each not in known:
            word = "role" if "role" in key else "tier"
            yield Fault("unknown_value", at(place, key), f"unknown {word} {each!r}", _one_of(known))


def _one_of(known: list[str]) -> str:
    return f"defined are {', '.join(known)}" if known else "none is defined"


def _needs(row: Mapping[str, Any], whose: str, place: str, needed: tuple[str, ...]) -> Iterator[Fault]:
    for key in needed:
        if key not in row:
            yield Fault("missing_key", at(place, key), "is missing", f"{whose} needs it")


def _says_nothing(
    row: Mapping[str, Any], whose: str, place: str, special: tuple[str, ...], may: tuple[str, ...]
) -> Iterator[Fault]:
    for key in special:
        if key in row and key not in may:
            yield Fault("unused_key", at(place, key), f"says nothing for {whose}", "leave it out")


def _twice(row: Mapping[str, Any], place: str, seen: dict[str, str]) -> Iterator[Fault]:
    said = repr(sorted(row.items()))
    if said in seen:
        yield Fault("duplicate", place, f"the same as {seen[said]}", "leave one out")
    seen.setdefault(said, place)


def _protocol(data: Mapping[str, Any]) -> Protocol:
    options = _plain(data)
    for name, kind in (("tiers", Tier), ("rules", Rule), ("duties", DutyRule)):
        options[name] = tuple(kind(**_plain(row)) for row in data.get(name, []))
    options["roles"] = {role: (zh, en) for role, (zh, en) in data.get("roles", {}).items()}
    return Protocol(**options)


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
