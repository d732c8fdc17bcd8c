"""Rows of a table that are no record: totals, and headers that stand there again."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from pandas import DataFrame, Series

_TOTAL = re.compile(
    r".{0,10}?(?:合计|小计|总计|共计|累计)(?:数|人数|户数)?[:：]?\d*[户人]?|(?:sub|grand)?total:?"
)
_COUNT = r"\s*\d{1,6}(?:\.\d+)?\s*[户人]?\s*"
_IDS = ("household_id", "official_id", "case_id", "site_id")
_WHO = ("address", "head_name", "name", "phone")


def is_total(text: str) -> bool:
    """Tell whether a text is what people write into a row of totals.

    Examples
    --------
    >>> is_total("合 计"), is_total("本页小计："), is_total("合计路3号")
    (True, True, False)
    """
    return _TOTAL.fullmatch("".join(unicodedata.normalize("NFKC", text).casefold().split())) is not None


def totals_rows(frame: DataFrame) -> Series:
    """Tell which rows are totals: one says so, and names nobody.

    A row names somebody if it has an id, an address, a name or a phone, other than the word of the total and
    a count. A number in the column of the id is a count only if the word stands for the address or the name.

    Parameters
    ----------
    frame
        A table of text, under fixed names where they are known.
    """
    texts = {place: frame.iloc[:, place] for place in range(frame.shape[1])}
    texts = {place: column for place, column in texts.items() if column.dtype == "str"}
    said = {place: _says_total(column) for place, column in texts.items()}
    says = Series(data=False, index=frame.index)
    for total in said.values():
        says |= total
    if not says.any():
        return says
    named, numbered, of_whom = (Series(data=False, index=frame.index) for _ in range(3))
    for place, column in texts.items():
        name, here = frame.columns[place], column[says]
        if name in (*_IDS, *_WHO):
            filled = here.notna() & ~said[place][says]
            named[says] |= filled & ~here.str.fullmatch(_COUNT).eq(other=True)
            numbered[says] |= filled & (name in _IDS)
            of_whom[says] |= said[place][says] & (name in _WHO)
    return says & ~named & (~numbered | of_whom)


def _says_total(column: Series) -> Series:
    short = column.where(column.str.contains("计|total", case=False, regex=True).eq(other=True))
    return short.map(is_total, na_action="ignore").eq(other=True)


def header_rows(frame: DataFrame, headers: Sequence[str]) -> Series:
    """Tell which rows repeat the header, as on every page of a print."""
    same = [
        frame.iloc[:, place].isna() | (frame.iloc[:, place] == name) for place, name in enumerate(headers)
    ]
    filled = frame.notna().sum(axis=1) >= min(2, frame.shape[1])
    return DataFrame(dict(enumerate(same)), index=frame.index).all(axis=1) & filled
