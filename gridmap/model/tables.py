"""Tables as people send them: their headers understood, identity-card numbers left out."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from pandas import DataFrame, Series

from gridmap.errors import GridmapWarning
from gridmap.model.columns import TABLES, Column, Table, fold_header
from gridmap.model.event_columns import EVENTS
from gridmap.model.hierarchy import hierarchy_of

__all__ = [
    "READABLE",
    "TABLES",
    "Column",
    "Table",
    "fold_header",
    "hierarchy_of",
    "is_identity_number",
    "rename_columns",
]

# what files may hold: the tables of a workspace, and sheets of events, which are only ever added to
READABLE: Mapping[str, Table] = MappingProxyType({**TABLES, EVENTS.name: EVENTS})

_IDENTITY_HEADERS = ("身份证", "身份号码", "证件号", "idcard", "identitycard", "identityno", "nationalid")
_IDENTITY_SHARE = 0.1
_IDENTITY_PATTERN = r"[1-9]\d{5}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]"
_IDENTITY_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])


def rename_columns(
    frame: DataFrame, table: str, *, mapping: Mapping[str, Sequence[str]] | None = None
) -> tuple[DataFrame, dict[str, str]]:
    """Give the columns their fixed names, and leave out identity-card numbers.

    Of several headers that could mean one column the surest is taken; the others stay as they are.

    Parameters
    ----------
    frame
        The table as it came.
    table
        A key of `READABLE`.
    mapping
        For each fixed column its headers, of which the first that is there is taken; then none is guessed.

    Returns
    -------
    frame
        A copy with fixed names; columns that the table does not know are kept.
    mapping
        The header found for each fixed column that was renamed: header to name.

    Warns
    -----
    GridmapWarning
        If a column with identity-card numbers was left out.
    """
    kept = _without_identity_numbers(frame)
    if mapping is not None:
        return _renamed_as_told(kept, mapping)
    folded: dict[str, Any] = {}
    for header in kept.columns:
        folded.setdefault(fold_header(header), header)
    taken = {column.name for column in READABLE[table].columns if column.name in kept.columns}
    found: dict[str, str] = {}
    for column in READABLE[table].columns:
        if column.name in taken or column.kind == "geometry":
            continue  # a column of places in words is no geometry
        here = (folded[text] for text in column.headers if text in folded)
        header = next((each for each in here if each not in found and each not in taken), None)
        if header is not None:
            found[header] = column.name
    return kept.rename(columns=found), found


def _renamed_as_told(
    kept: DataFrame, mapping: Mapping[str, Sequence[str]]
) -> tuple[DataFrame, dict[str, str]]:
    folded = {fold_header(header): header for header in reversed(list(kept.columns))}
    found: dict[str, str] = {}
    for name, headers in mapping.items():
        here = (header if header in kept.columns else folded.get(fold_header(header)) for header in headers)
        header = next((each for each in here if each is not None and each not in found), None)
        if header is not None:
            found[header] = name
    # A column that has by chance the name of another one that was told is kept beside it.
    aside = {name: f"{name}.1" for name in kept.columns if name in found.values() and name not in found}
    changed = {header: name for header, name in found.items() if header != name}
    return kept.rename(columns=aside | changed), found


def is_identity_number(text: Series) -> Series:
    """Tell which texts are 18-digit identity-card numbers by birth date and check digit (GB 11643)."""
    found = text.str.fullmatch(_IDENTITY_PATTERN).eq(other=True)
    digits = text[found].str.slice(stop=17)
    weighted = np.array([[int(digit) for digit in each] for each in digits], dtype=int).reshape(-1, 17)
    expected = ["10X98765432"[rest] for rest in (weighted @ _IDENTITY_WEIGHTS) % 11]
    found[found] = text[found].str.slice(start=17).str.upper().to_numpy() == np.array(expected, dtype=object)
    return found


def _without_identity_numbers(frame: DataFrame) -> DataFrame:
    dropped = [name for name in frame.columns if _holds_identity_numbers(frame[name])]
    if dropped:
        names = ", ".join(str(name) for name in dropped)
        said = f"column {names}: identity-card numbers are not read; the column was left out"
        warnings.warn(said, GridmapWarning, stacklevel=4)
    return frame.drop(columns=dropped)


def _holds_identity_numbers(column: Any) -> bool:
    if any(word in fold_header(column.name) for word in _IDENTITY_HEADERS):
        return True
    if pd.api.types.is_integer_dtype(column) and column.max() > 10**17:
        column = column.astype("str")
    if not pd.api.types.is_string_dtype(column):
        return False
    text = column.dropna().astype("str")
    candidates = text[text.str.len() >= 18].str.strip()
    found = is_identity_number(candidates).sum() if len(candidates) else 0
    return bool(found > 0 and found >= _IDENTITY_SHARE * len(text))
