"""Walking order: households as one meets them, compound by compound, building by building, door by door."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pandas import DataFrame, Series

from gridmap.model.address import PARTS, split_addresses
from gridmap.model.placement import Placement
from gridmap.model.plan import Plan

_WIDTH = 12
_NUMBER = re.compile(r"[0-9]+")
_ONES, _STEMS = "〇一二三四五六七八九", "甲乙丙丁戊己庚辛壬癸"
_COUNTING = "单元|幢|栋|座|号|室|层|楼|弄|组|队|区|期|排|门|梯|网格"
_NUMERALS = re.compile(rf"(?:[〇零一二三四五六七八九十百]+|[{_STEMS}])(?={_COUNTING}|$)")
_STREET_NUMBER = re.compile(
    rf"^(.*?[^0-9])([0-9]{{{_WIDTH}}})((?:号|弄|-|支弄|[A-Za-z]?(?:幢|栋|座|#楼)).*)$"
)


def walking_order(plan: Plan, placement: Placement) -> DataFrame:
    """Put the placed households in walking order, with the parts of their addresses.

    Parameters
    ----------
    plan
        Its hierarchy names the village of every cell.
    placement
        The placed households.

    Returns
    -------
    walk
        By ``household_id``, in walking order: `cell_id`, `village` (area id, or empty text), `compound`,
        `building`, `unit`, `room`. Numbers count as numbers: building 2 comes before building 10.
    """
    walk, order = walking_rows(plan, placement)
    return walk[["cell_id", "village", "compound", "building", "unit", "room"]].iloc[order]


def walking_rows(plan: Plan, placement: Placement) -> tuple[DataFrame, NDArray[np.intp]]:
    """Return the columns of `walking_order` by placed household, and the positions in walking order."""
    walk = DataFrame({name: column.array for name, column in placement.address_parts.items()})
    walk["cell_id"] = placement.cells.array
    home = plan.hierarchy.cell_ids.get_indexer(placement.cells)
    walk["village"] = areas_at(plan, "village").array.take(home)
    walk.index = pd.Index(placement.cells.index, name="household_id")
    steps = (natural(walk["village"]), *_way(walk))
    keys = [ranks(each) for each in steps]
    return walk, np.lexsort([ranks(walk.index.to_series()), ranks(walk["cell_id"]), *reversed(keys)])


def _way(walk: DataFrame) -> tuple[Series, ...]:
    """Return the sort keys of doors: street or compound, number in it, what follows it, building, unit, room.

    A number of a street stands among its houses, whatever is written behind it: ``12号``, ``12-1号``,
    ``12号3幢``, ``12弄3号``, and so does ``3A幢`` among buildings.
    """
    parts = _with_numerals(walk[list(PARTS)])
    compound, building = natural(parts["compound"]), natural(parts["building"])
    codes, distinct = pd.factorize(compound)
    split = [match.groups() if (match := _STREET_NUMBER.match(text)) else None for text in distinct]
    if any(split):
        whole = zip(distinct, split, strict=True)
        taken = np.array([each or (text, "", "") for text, each in whole], dtype=object)[codes]
        numbered = Series(np.array([each is not None for each in split])[codes], index=parts.index)
        street, number, behind = (Series(pd.array(each, dtype="str"), parts.index) for each in taken.T)
        number, building = number.where(numbered, building), building.where(numbered, "")
    else:
        street, number, behind = compound, building, Series("", index=parts.index, dtype="str")
    return street, number, behind, building, natural(parts["unit"]), natural(parts["room"])


def _with_numerals(parts: DataFrame) -> DataFrame:
    """Take apart again what has Chinese numerals for a building or a unit: ``三幢``, ``3幢一单元``."""
    text = parts["compound"].where(parts["building"] == "", parts["room"])
    codes, distinct = pd.factorize(text)
    counted = [_counted(each) for each in distinct]
    changed = np.array([one != other for one, other in zip(distinct, counted, strict=True)], dtype=bool)
    odd = changed[codes] & (parts["unit"] == "").to_numpy() if changed.any() else changed[:0]
    if not odd.any():
        return parts
    some = parts[odd]
    said = Series(pd.array(counted, dtype="str").take(codes[odd]), index=some.index)
    again = split_addresses(said.where(some["building"] == "", "1幢" + said))  # the door behind any building
    again = again.assign(
        compound=again["compound"].where(some["building"] == "", some["compound"]),
        building=again["building"].where(some["building"] == "", some["building"]),
    )
    return pd.concat([parts[~odd], again]).reindex(parts.index)


def areas_at(plan: Plan, level: str) -> Series:
    """Return the area of a level around every cell, by ``cell_id``; empty text where there is none."""
    return plan.hierarchy.at_level(level).fillna("")


def ranks(texts: Series) -> NDArray[np.intp]:
    """Return the place of each text among the distinct ones in their order."""
    values = pa.array(texts.array, pa.large_string())
    values = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    if pc.all(pc.less(values[:-1], values[1:])).as_py():
        return np.arange(len(values))
    distinct = values.dictionary_encode()
    places = np.empty(len(distinct.dictionary), dtype=np.intp)
    places[np.asarray(pc.sort_indices(distinct.dictionary), dtype=np.intp)] = np.arange(len(places))
    return np.asarray(places[np.asarray(distinct.indices)])


def natural(texts: Series) -> Series:
    """Return sort keys in which numbers count as numbers, Chinese ones before a counting word, or last, too.

    Examples
    --------
    >>> natural(Series(["10", "9a"])).sort_values().index.to_list()
    [1, 0]
    >>> natural(Series(["三单元", "十二单元", "2单元"])).sort_values().index.to_list()
    [2, 0, 1]
    """
    codes, distinct = pd.factorize(texts)
    keys = [_NUMBER.sub(lambda number: number[0].zfill(_WIDTH), _counted(text)) for text in distinct]
    return Series(pd.array(keys, dtype="str").take(codes), index=texts.index, name=texts.name)


def _counted(text: str) -> str:
    """Write Chinese numerals before a counting word, or last, as digits; ``甲`` is the first of its kind."""
    return text if text.isascii() else _NUMERALS.sub(lambda numeral: _digits(numeral[0]), text)


def _digits(numeral: str) -> str:
    if numeral in _STEMS:
        return f"{_STEMS.index(numeral) + 1}{numeral}"
    if not set(numeral) & {"十", "百"}:
        return "".join(str(_ONES.index(each)) for each in numeral.replace("零", "〇"))
    hundreds, _, rest = numeral.rpartition("百")
    tens, ten, ones = rest.rpartition("十")
    count = 100 * _one(hundreds) if hundreds or numeral.startswith("百") else 0
    return str(count + (10 * _one(tens) if ten else 0) + (_ONES.find(ones[-1:]) if ones else 0))


def _one(numeral: str) -> int:
    """Return a digit that counts tens or hundreds, which may be left out."""
    return max(_ONES.find(numeral[-1:]), 1) if numeral else 1
