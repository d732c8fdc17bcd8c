"""Parameters of a protocol that a scenario sets, such as ``rules.within+protection.radius_m``."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from gridmap.errors import Fault
from gridmap.model.protocol_keys import DUTY_KEYS, DUTY_MAY, RULE_KEYS, RULE_MAY, Key, value_faults
from gridmap.model.protocol_schema import protocol_faults

_KEYS: Mapping[str, Mapping[str, Key]] = {"rules": RULE_KEYS, "duties": DUTY_KEYS}
_WORDS = {
    "rules": ("rule", "tier", "by", "level", "places"),
    "duties": ("role", "per", "level", "site_kind", "tiers", "kinds", "holders"),
}
_FORM = "write rules.1.radius_m, or duties.volunteer+gate.least with words that only that row has"
_YES = ("true", "yes", "1", "是")
_NO = ("false", "no", "0", "否")
_BETWEEN = re.compile("[,;、，；\\s]+")


def with_settings(
    protocol: Mapping[str, Any], settings: Mapping[str, Any], *, place: str = ""
) -> tuple[dict[str, Any], list[Fault]]:
    """Return a protocol in which some parameters have other values.

    A parameter is a table, ``rules`` or ``duties``; a row of it; and a key of that row, with dots between.
    The row is its number, from 1, or words that stand in that row alone, joined with ``+``: its rule, tier,
    level, role, kind of site and the like.

    Parameters
    ----------
    protocol
        What its TOML file holds.
    settings
        Values by parameter; a text is read as what the key needs.
    place
        Where the settings stand, for the faults.

    Returns
    -------
    protocol
        A changed copy.
    faults
        Every parameter that is unknown, and every value that does not fit.
    """
    changed = copy.deepcopy(dict(protocol))
    faults: list[Fault] = []
    taken: dict[tuple[str, int, str], str] = {}
    for name, text in settings.items():
        where = f"{place}, set.{name}" if place else f"set.{name}"
        table, row, key, said = _find(protocol, name)
        if said:
            faults.append(Fault("unknown_parameter", where, *said))
            continue
        twice = taken.setdefault((table, row, key), name)
        if twice != name:
            faults.append(Fault("duplicate", where, f"set.{twice} sets the same", "leave one out"))
        spec = _KEYS[table][key]
        value = _typed(text, spec.shape)
        faults.extend(value_faults(value, spec, where))
        changed[table][row][key] = value
    if not faults and settings:
        faults = [
            each._replace(where=f"{place}, {each.where}" if place else each.where)
            for each in protocol_faults(changed)
        ]
    return changed, faults


def _find(protocol: Mapping[str, Any], name: str) -> tuple[str, int, str, tuple[str, str] | None]:
    """Return table, position of the row and key of a parameter, or what is wrong with its name."""
    parts = name.split(".")
    if len(parts) != 3 or parts[0] not in _KEYS:
        return "", 0, "", ("it names no rule and no duty", _FORM)
    table, selector, key = parts
    rows = protocol.get(table, [])
    found = list(_rows(table, rows, selector))
    if len(found) != 1:
        what = f"{len(found) or 'no'} {table} of {protocol['id']} are called {selector!r}"
        return table, 0, key, (what, _listed(table, rows, found or range(len(rows))))
    may = _may(table, rows[found[0]])
    if key not in may:
        near = get_close_matches(key, may, n=1)
        cure = f"did you mean {near[0]!r}?" if near else f"it may set {', '.join(may)}"
        return table, found[0], key, (f"{key!r} cannot be set there", cure)
    return table, found[0], key, None


def _rows(table: str, rows: list[Mapping[str, Any]], selector: str) -> Iterator[int]:
    if selector.isdecimal():
        yield from [int(selector) - 1] if 0 < int(selector) <= len(rows) else []
        return
    wanted = {word.strip() for word in selector.split("+")}
    yield from (place for place, row in enumerate(rows) if wanted <= set(_words(table, row)))


def _words(table: str, row: Mapping[str, Any]) -> list[str]:
    values = [row.get(key, ()) for key in _WORDS[table]]
    return [word for value in values for word in ([value] if isinstance(value, str) else value)]


def _may(table: str, row: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the keys of a row that mean something for it, without those that say what it is."""
    if table == "rules":
        return ("tier", "places", *RULE_MAY.get(row["rule"], ()))
    return ("least", "most", "tiers", "hard", *DUTY_MAY.get(row["per"], ()))


def _listed(table: str, rows: list[Mapping[str, Any]], places: Any) -> str:
    shown = "; ".join(f"{table}.{place + 1} ({' '.join(_words(table, rows[place]))})" for place in places)
    return f"there are {shown}" if shown else f"it has no {table}"


def _typed(value: Any, shape: str) -> Any:
    """Read a text as what a key needs; what cannot be read so stays a text, which is then a fault."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    if shape == "flag":
        return True if text.casefold() in _YES else False if text.casefold() in _NO else text
    if shape == "texts":
        return [part for part in _BETWEEN.split(text) if part]
    if shape not in ("count", "metres"):
        return text
    try:
        number = float(text)
    except ValueError:
        return text
    return int(number) if number.is_integer() else number
