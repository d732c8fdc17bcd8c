"""Protocol files: every fault of a file is found, and a file without faults becomes a `Protocol`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from gridmap.errors import Fault, ProtocolError
from gridmap.model.clock_faults import clock_faults, day_faults
from gridmap.model.clock_stage import DayCount, Stage
from gridmap.model.protocol import DUTY_PER, RULES, DutyRule, Protocol, Rule, Tier
from gridmap.model.protocol_checks import (
    Rows,
    ids_of,
    needed,
    repeated,
    shared,
    twice,
    unknown,
    unused,
)
from gridmap.model.protocol_keys import (
    DUTY_KEYS,
    DUTY_MAY,
    DUTY_NEEDS,
    NO_TIER,
    PROTOCOL_KEYS,
    RULE_KEYS,
    RULE_MAY,
    RULE_NEEDS,
    SHIFT_KEYS,
    SUPPLY_KEYS,
    TEAM_KEYS,
    TIER_KEYS,
    Key,
    at,
    is_number,
    row_faults,
    value_faults,
)
from gridmap.model.protocol_parts import Shift, Supply, TeamRule
from gridmap.model.protocol_service import (
    assignment_faults,
    chain_faults,
    shift_faults,
    supply_faults,
    team_faults,
)

_TABLES: Mapping[str, tuple[Mapping[str, Key], Any]] = {
    "tiers": (TIER_KEYS, Tier),
    "rules": (RULE_KEYS, Rule),
    "duties": (DUTY_KEYS, DutyRule),
    "shifts": (SHIFT_KEYS, Shift),
    "teams": (TEAM_KEYS, TeamRule),
    "supplies": (SUPPLY_KEYS, Supply),
}


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
    rows = {name: _rows(data, name) for name in _TABLES}
    for name, (keys, _) in _TABLES.items():
        for place, row in rows[name]:
            faults.extend(row_faults(row, keys, place))
    tiers, shifts = ids_of(rows["tiers"]), ids_of(rows["shifts"])
    roles = data.get("roles", {}) if isinstance(data.get("roles", {}), dict) else {}
    faults.extend(_tier_faults(rows["tiers"], data))
    faults.extend(_rule_faults(rows["rules"], tiers))
    faults.extend(_duty_faults(rows["duties"], tiers, list(roles), shifts))
    faults.extend(_role_faults(roles, data.get("needs_roles", [])))
    faults.extend(clock_faults(data.get("clock", {}), tiers))
    faults.extend(day_faults(data.get("days", {})))
    faults.extend(shift_faults(rows["shifts"]))
    faults.extend(team_faults(rows["teams"], tiers, list(roles)))
    faults.extend(supply_faults(rows["supplies"], tiers))
    faults.extend(chain_faults(data.get("chain", []), rows["duties"], list(roles)))
    faults.extend(assignment_faults(data.get("assignment", {})))
    return faults


def _rows(data: Mapping[str, Any], name: str) -> list[tuple[str, Mapping[str, Any]]]:
    rows = data.get(name, [])
    if not isinstance(rows, list):
        return []
    return [(f"{name}[{i}]", row) for i, row in enumerate(rows, start=1) if isinstance(row, dict)]


def _tier_faults(rows: Rows, data: Mapping[str, Any]) -> Iterator[Fault]:
    if data.get("tiers") == []:
        yield Fault("no_tiers", "tiers", "no tier is defined", "define them, the strictest first")
    for key in ("id", "prefix", "color", "label_zh", "label_en"):
        yield from shared(rows, key, "tiers must be told apart by it")
    for place, row in rows:
        if row.get("id") == NO_TIER:
            yield Fault("reserved", at(place, "id"), f"{NO_TIER!r} means no tier", "take another id")


def _rule_faults(rows: Rows, tiers: list[str]) -> Iterator[Fault]:
    seen: dict[str, str] = {}
    for place, row in rows:
        yield from unknown(row, "tier", tiers, place, "tier")
        rule = row.get("rule")
        if rule in RULES:
            special = ("level", "radius_m", "by")
            yield from needed(row, f"rule {rule!r}", place, RULE_NEEDS.get(rule, ()))
            yield from unused(row, f"rule {rule!r}", place, special, RULE_MAY.get(rule, ()))
        if row.get("places") == []:
            yield Fault("no_places", at(place, "places"), "no kind of place", "leave it out for all kinds")
        yield from twice(row, place, seen)


def _duty_faults(rows: Rows, tiers: list[str], roles: list[str], shifts: list[str]) -> Iterator[Fault]:
    seen: dict[str, str] = {}
    special = ("level", "site_kind", "households", "shifts", "kinds", "holders")
    for place, row in rows:
        for key, known, word in (
            ("role", roles, "role"),
            ("tiers", tiers, "tier"),
            ("shifts", shifts, "shift"),
        ):
            yield from unknown(row, key, known, place, word)
        per = row.get("per")
        if per in DUTY_PER:
            yield from needed(row, f"per {per!r}", place, DUTY_NEEDS.get(per, ()))
            yield from unused(row, f"per {per!r}", place, special, DUTY_MAY[per])
        yield from repeated(row.get("shifts"), at(place, "shifts"), "shift")
        yield from _count_faults(row, place)
        yield from twice(row, place, seen)


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
    yield from unknown({"needs_roles": needs_roles}, "needs_roles", list(roles), "", "role")


def _protocol(data: Mapping[str, Any]) -> Protocol:
    options = _plain(data)
    for name, (_, kind) in _TABLES.items():
        options[name] = tuple(kind(**_plain(row)) for row in data.get(name, []))
    options["roles"] = {role: (zh, en) for role, (zh, en) in data.get("roles", {}).items()}
    clock = data.get("clock", {})
    options["clock"] = {tier: tuple(Stage(**_plain(row)) for row in rows) for tier, rows in clock.items()}
    options["days"] = DayCount(**data.get("days", {}))
    options["chain"] = tuple(tuple(step) for step in data.get("chain", []))
    options.update(options.pop("assignment", {}))
    return Protocol(**options)


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
