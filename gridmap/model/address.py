"""Take addresses apart: compound, building, unit and room, as people write them in Chinese and in English."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from pandas import DataFrame, Series

from gridmap.errors import PlanError

PARTS = ("compound", "building", "unit", "room")
_BUILDING_WORD = "幢|栋|号楼|座|#楼"
_BLOCK = re.compile(
    rf"^(?P<compound>.*?)(?P<building>\d+)\s*(?:{_BUILDING_WORD})(?:\s*(?P<unit>\d+)\s*单元)?(?P<room>.*)$"
)
_HOUSE = re.compile(r"^(?P<compound>.*?)(?P<building>\d+)\s*号(?P<room>.*)$")
_STREET = re.compile(
    r"^(?P<building>\d+[A-Za-z]?)\s+(?P<compound>[A-Za-z].*?)"
    r"(?:,?\s+(?:Apt\.?|Unit|#)\s*(?P<room>[\w-]+))?$"
)
_RANGE = re.compile(rf"(\d+)(?:\s*[-~—至到]\s*(\d+))?\s*(?:{_BUILDING_WORD})")
_UNIT = re.compile(r"(\d+)\s*单元")
_MOST_BUILDINGS = 10_000


@dataclass(frozen=True)
class Target:
    """What an address of a carve-out covers.

    Parameters
    ----------
    compound
        The compound, natural village or street.
    buildings
        Building numbers; empty for the whole compound.
    units
        Unit numbers; empty for whole buildings.
    """

    compound: str
    buildings: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()


@dataclass(frozen=True)
class _AreaNames:
    """Names to take off the front of addresses, and their lengths, the longest first."""

    names: frozenset[str]
    lengths: tuple[int, ...]

    @classmethod
    def of(cls, names: Collection[str]) -> _AreaNames:
        known = frozenset(names) - {""}
        return cls(known, tuple(sorted({len(name) for name in known}, reverse=True)))


def split_addresses(
    addresses: Series, buildings: Series | None = None, *, area_names: Collection[str] = ()
) -> DataFrame:
    """Take every address apart.

    Parameters
    ----------
    addresses
        Texts such as ``枫桥新村3幢2单元501室``, ``北汇浜12号`` or ``12 Hope Street Apt 3``; may be missing.
    buildings
        The building of each, such as ``3幢``, for addresses that do not name it; same index.
    area_names
        Names of counties, towns and villages, which are taken off the front of an address.

    Returns
    -------
    parts
        Texts `compound`, `building` (the bare number), `unit`, `room`, empty where unknown; same index.

    Examples
    --------
    >>> split_addresses(Series(["枫桥新村3幢2单元501室"])).iloc[0].to_list()
    ['枫桥新村', '3', '2', '501']
    """
    texts = plain_texts(addresses)
    names = _AreaNames.of(area_names)
    distinct = {text: _split(text, names) for text in texts.unique()}
    parts = DataFrame(
        [distinct[text] for text in texts], columns=list(PARTS), index=addresses.index, dtype="str"
    )
    if buildings is None:
        return parts
    named = plain_texts(buildings)
    number = named.str.extract(r"^(\d+)", expand=False)
    named = named.where(number.isna(), number)
    return parts.assign(building=parts["building"].where(parts["building"] != "", named))


def building_keys(roster: DataFrame, area_names: Collection[str]) -> Any:
    """Return one text for each row that its neighbours in the building share; None if none is named.

    Parameters
    ----------
    roster
        With `address` and `building`.
    area_names
        As for `split_addresses`.
    """
    parts = split_addresses(roster["address"], roster["building"], area_names=area_names)
    named = (parts["compound"] != "") & (parts["building"] != "")
    keys = (parts["compound"] + "\n" + parts["building"]).where(named)
    return keys.to_numpy(dtype=object, na_value=None)


def parse_target(text: str) -> Target:
    """Read what an address of a carve-out covers, ranges of buildings included.

    Raises
    ------
    PlanError
        If the text names no compound, or a range that runs backwards or over more than 10,000 buildings.

    Examples
    --------
    >>> sorted(parse_target("枫南新村1-3幢、15幢").buildings)
    ['1', '15', '2', '3']
    """
    plain = _plain_text(text)
    first = _RANGE.search(plain)
    if first is None:
        compound, building, unit, _ = _split(plain, _AreaNames.of(()))
        if not compound:
            raise PlanError("an address of a carve-out names a compound, such as 枫南新村3幢")
        return Target(compound, _some(building), _some(unit))
    compound = plain[: first.start()].rstrip(" ,、")
    if not compound:
        raise PlanError("an address of a carve-out names the compound before its buildings")
    buildings: set[str] = set()
    for match in _RANGE.finditer(plain):
        buildings.update(_numbers(int(match[1]), int(match[2] or match[1])))
    return Target(compound, frozenset(buildings), frozenset(_UNIT.findall(plain)))


def matches(parts: DataFrame, target: Target) -> Series:
    """Tell for every address, taken apart by `split_addresses`, whether the target covers it."""
    found = parts["compound"] == target.compound
    if target.buildings:
        found &= parts["building"].isin(target.buildings)
    if target.units:
        found &= parts["unit"].isin(target.units)
    return found


def _numbers(low: int, high: int) -> list[str]:
    if high < low or high - low > _MOST_BUILDINGS:
        raise PlanError(f"the range of buildings {low}-{high} is not one; write the smaller number first")
    return [str(number) for number in range(low, high + 1)]


def _some(text: str) -> frozenset[str]:
    return frozenset([text]) if text else frozenset()


def plain_texts(texts: Series) -> Series:
    """Write texts in one width of letters and digits, without blanks round them; empty where missing."""
    return texts.astype("str").fillna("").str.normalize("NFKC").str.strip()


def _plain_text(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _split(text: str, area_names: _AreaNames) -> tuple[str, str, str, str]:
    street = _STREET.match(text)
    if street:
        return street["compound"].strip(), street["building"], "", street["room"] or ""
    match = _BLOCK.match(text) or _HOUSE.match(text)
    if match is None:
        return _without_areas(text, area_names), "", "", ""
    parts = match.groupdict()
    compound = _without_areas(parts["compound"].strip(), area_names)
    return compound, parts["building"], parts.get("unit") or "", _bare_room(parts["room"])


def _without_areas(text: str, names: _AreaNames) -> str:
    shortened = True
    while shortened:
        shortened = False
        for length in names.lengths:
            rest = text[length:].lstrip()
            if rest and text[:length] in names.names:
                text, shortened = rest, True
                break
    return text


def _bare_room(text: str) -> str:
    return text.strip().removesuffix("室").strip()
