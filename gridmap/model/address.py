"""Take addresses apart: compound, building, unit and room, as people write them in Chinese and in English."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
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
_HOUSES = re.compile(r"(\d+)(?:\s*[-~—至到]\s*(\d+))?\s*号(?!楼)")
_MANY_HOUSES = re.compile(r"\d\s*[-~—至到]\s*\d+\s*号(?!楼)|号\s*[、,]\s*\d+\s*号(?!楼)")
# The same for all texts at once, in the dialect of RE2, where \d and \s know ASCII only: what is written with
# other digits or blanks, and streets, are taken apart one by one.
_ALL_BLOCKS = (
    rf"^(?P<compound>.*?)(?P<building>[0-9]+) *(?:{_BUILDING_WORD})(?: *(?P<unit>[0-9]+) *单元)?(?P<room>.*)$"
)
_ALL_HOUSES = r"^(?P<compound>.*?)(?P<building>[0-9]+) *号(?P<room>.*)$"
_UNUSUAL = (
    r"^[0-9]+[A-Za-z]? +[A-Za-z]|[^\P{Nd}0-9]"
    r"|[\x00-\x1f\x7f-\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}]"
)
# Of ASCII and the usual Chinese characters NFKC changes none.
_CHANGING = r"[^ -~\x{4e00}-\x{9fff}]"
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
    columns = _split_all(plain_texts(addresses), _AreaNames.of(area_names))
    parts = DataFrame(columns, index=addresses.index, columns=list(PARTS), dtype="str")
    if buildings is None:
        return parts
    codes, words = pd.factorize(buildings, use_na_sentinel=False)
    named = plain_texts(Series(words, dtype="str"))
    number = named.str.extract(r"^(\d+)", expand=False)
    named = named.where(number.isna(), number).take(codes).set_axis(parts.index)
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
    >>> sorted(parse_target("北汇浜26-28号").buildings)
    ['26', '27', '28']
    """
    plain = _plain_text(text)
    pattern = _RANGE if _RANGE.search(plain) or not _MANY_HOUSES.search(plain) else _HOUSES
    first = pattern.search(plain)
    if first is None:
        compound, building, unit, _ = _split(plain, _AreaNames.of(()))
        if not compound:
            raise PlanError("an address of a carve-out names a compound, such as 枫南新村3幢")
        return Target(compound, _some(building), _some(unit))
    compound = plain[: first.start()].rstrip(" ,、")
    if not compound:
        raise PlanError("an address of a carve-out names the compound before its buildings")
    buildings: set[str] = set()
    for match in pattern.finditer(plain):
        buildings.update(_numbers(int(match[1]), int(match[2] or match[1])))
    return Target(compound, frozenset(buildings), frozenset(_UNIT.findall(plain)))


def written_address(compound: str, building: str, *, like: str = "") -> str:
    """Write a compound or building as people there do: ``枫南新村3幢``, ``北汇浜12号``, ``12 Hope Street``.

    Parameters
    ----------
    compound, building
        The parts, as `split_addresses` gives them; no building stands for the whole compound.
    like
        An address there, as it was written.

    Returns
    -------
    address
        A text that `parse_target` reads back as these parts; empty if there is none.
    """
    if building:
        house = f"{building}号" in like and f"{building}号楼" not in like
        texts = [f"{compound}{building}号"] if house else []
        texts += [f"{building} {compound}"] if compound.isascii() else []
        texts.append(f"{compound}{building}幢")
    else:
        texts = [compound]
    meant = Target(compound, frozenset([building] if building else []))
    return next((text for text in texts if _reads_as(text, meant)), "")


def _reads_as(text: str, meant: Target) -> bool:
    try:
        return parse_target(text) == meant
    except PlanError:
        return False


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
    plain = texts.astype("str").fillna("")
    odd = np.asarray(pc.match_substring_regex(pa.array(plain.array, pa.large_string()), pattern=_CHANGING))
    if odd.any():
        plain = plain.mask(odd, plain[odd].str.normalize("NFKC"))
    return plain.str.strip()


def _plain_text(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _split_all(texts: Series, names: _AreaNames) -> dict[str, Any]:
    """Take texts apart as `_split` does one, all at once but for the few whose writing is unusual."""
    values = pa.array(texts.array, pa.large_string())
    values = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    block, house = (pc.extract_regex(values, pattern=pattern) for pattern in (_ALL_BLOCKS, _ALL_HOUSES))
    found = [each.is_valid() for each in (block, house)]
    nothing = pa.scalar("", pa.large_string())
    parts = {}
    for name, otherwise in (
        ("compound", values),
        ("building", nothing),
        ("unit", nothing),
        ("room", nothing),
    ):
        of_house = otherwise if name == "unit" else pc.if_else(found[1], house.field(name), otherwise)
        parts[name] = _plain_parts(pc.if_else(found[0], block.field(name), of_house))
    codes, words = parts["room"]
    parts["room"] = codes, [_bare_room(word) for word in words]
    codes, words = parts["compound"]
    parts["compound"] = codes, [_without_areas(word.strip(), names) for word in words]
    columns = {name: pd.array(words, dtype="str").take(codes) for name, (codes, words) in parts.items()}
    odd = np.flatnonzero(pc.match_substring_regex(values, pattern=_UNUSUAL))
    for name, own in zip(
        PARTS, zip(*(_split(text, names) for text in texts.iloc[odd]), strict=True), strict=False
    ):
        columns[name][odd] = list(own)
    return columns


def _plain_parts(values: Any) -> tuple[Any, list[str]]:
    """Return the place of each text among the distinct ones, and these."""
    coded = values.dictionary_encode()
    return np.asarray(coded.indices), coded.dictionary.to_pylist()


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
