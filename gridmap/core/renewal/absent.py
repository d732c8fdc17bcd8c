"""Absent though registered 人户分离: as far as a roster tells by a mark, or by two addresses."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
import numpy.typing as npt
from pandas import DataFrame, Series

from gridmap.core.renewal.traits import folded
from gridmap.model.address import split_addresses
from gridmap.model.columns import fold_header

Mask = npt.NDArray[np.bool_]

FLAG = "absent"
_MARKS = ("人户分离", "空挂户", "户在人不在", "人在户不在", FLAG)
_MARK_HEADERS = frozenset(
    fold_header(header)
    for header in ("人户分离", "是否人户分离", "空挂户", "是否空挂户", "absent", "is_absent")
)
_REGISTERED_HEADERS = frozenset(
    fold_header(header)
    for header in ("户籍地址", "户籍地", "户籍所在地", "户口所在地", "户籍住址", "registered_address")
)
_YES = frozenset({"是", "1", "1.0", "true", "yes", "y", "√", "有", *_MARKS})


def absent_columns(roster: DataFrame) -> dict[str, str]:
    """Return which columns of a roster tell who is absent though registered, and how.

    Returns
    -------
    columns
        ``flags`` (a mark in it counts), ``mark`` (a column of yes and no) or ``registered`` (an address other
        than that of the dwelling counts), by the name of the column.
    """
    found = {"flags": "flags"} if "flags" in roster.columns else {}
    for name in roster.columns:
        header = fold_header(name)
        if header in _MARK_HEADERS:
            found[str(name)] = "mark"
        elif header in _REGISTERED_HEADERS:
            found[str(name)] = "registered"
    return found


def are_absent(roster: DataFrame, *, area_names: Collection[str] = ()) -> Mask:
    """Tell which households of a roster are registered at one place and live at another.

    Parameters
    ----------
    roster
        The households.
    area_names
        Names of counties, towns and villages, taken off the front of addresses.
    """
    absent = np.zeros(len(roster), dtype=bool)
    for name, kind in absent_columns(roster).items():
        if kind == "flags":
            absent |= _has_mark(roster[name])
        elif kind == "mark":
            absent |= folded(roster[name].astype("str")).isin(_YES).to_numpy()
        else:
            absent |= _elsewhere(roster, name, area_names)
    return absent


def _has_mark(flags: Series) -> Any:
    text = folded(flags)
    pattern = "|".join(_MARKS)
    return text.str.contains(pattern, regex=True).to_numpy(dtype=bool)


def _elsewhere(roster: DataFrame, name: str, area_names: Collection[str]) -> Any:
    if "address" not in roster.columns:
        return np.zeros(len(roster), dtype=bool)
    nothing = Series("", index=range(len(roster)), dtype="str")
    sides = []
    for column in ("address", name):
        texts = roster[column].astype("str").fillna("").reset_index(drop=True)
        parts = split_addresses(texts, nothing, area_names=area_names)
        sides.append(DataFrame({part: folded(parts[part]) for part in parts}))
    known = (sides[0]["compound"] != "") & (sides[1]["compound"] != "")
    return (known & (sides[0] != sides[1]).any(axis=1)).to_numpy()
