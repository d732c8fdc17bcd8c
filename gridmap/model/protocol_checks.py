"""Faults that any table of a protocol file may have: unknown names, needless keys, doubled rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gridmap.errors import Fault
from gridmap.model.protocol_keys import at

Rows = Sequence[tuple[str, Mapping[str, Any]]]


def unknown(row: Mapping[str, Any], key: str, known: Sequence[str], place: str, word: str) -> Iterator[Fault]:
    """Find what a key names that is not defined, where `word` says what it is."""
    value = row.get(key, [])
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, str) and each not in known:
            yield Fault("unknown_value", at(place, key), f"unknown {word} {each!r}", one_of(known))


def one_of(known: Sequence[str]) -> str:
    """Say what is defined."""
    return f"defined are {', '.join(known)}" if known else "none is defined"


def needed(row: Mapping[str, Any], whose: str, place: str, keys: tuple[str, ...]) -> Iterator[Fault]:
    """Find keys that are missing though the row needs them for what it is."""
    for key in keys:
        if key not in row:
            yield Fault("missing_key", at(place, key), "is missing", f"{whose} needs it")


def unused(
    row: Mapping[str, Any], whose: str, place: str, special: tuple[str, ...], may: tuple[str, ...]
) -> Iterator[Fault]:
    """Find keys that say nothing for what the row is."""
    for key in special:
        if key in row and key not in may:
            yield Fault("unused_key", at(place, key), f"says nothing for {whose}", "leave it out")


def twice(row: Mapping[str, Any], place: str, seen: dict[str, str]) -> Iterator[Fault]:
    """Find a row that was given before; `seen` remembers the rows."""
    said = repr(sorted(row.items()))
    if said in seen:
        yield Fault("duplicate", place, f"the same as {seen[said]}", "leave one out")
    seen.setdefault(said, place)


def shared(rows: Rows, key: str, cure: str) -> Iterator[Fault]:
    """Find rows that have a value in common that should tell them apart."""
    seen: dict[str, str] = {}
    for place, row in rows:
        value = row.get(key)
        if isinstance(value, str) and value in seen:
            yield Fault("duplicate", at(place, key), f"{value!r} is also the {key} of {seen[value]}", cure)
        elif isinstance(value, str):
            seen[value] = place


def repeated(values: Any, place: str, word: str) -> Iterator[Fault]:
    """Find what stands twice in one list."""
    seen: list[Any] = []
    for each in values if isinstance(values, list) else ():
        if each in seen:
            yield Fault("duplicate", place, f"{word} {each!r} stands there twice", "name it once")
        seen.append(each)


def ids_of(rows: Rows) -> list[str]:
    """Return the ids that rows give."""
    return [row["id"] for _, row in rows if isinstance(row.get("id"), str)]
