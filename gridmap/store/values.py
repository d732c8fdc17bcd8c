"""Turn text into numbers, dates and known words, and list what could not be."""

from __future__ import annotations

import re
import unicodedata
from datetime import tzinfo
from typing import Any

import numpy as np
import pandas as pd
from pandas import DataFrame, Series

from gridmap.errors import Fault
from gridmap.model.columns import Column, Table
from gridmap.store.sheets import as_text, some_rows

_UNITS = "人户口名个头只羽位"
_EXCEL_EPOCH = "1899-12-30"
_SCIENTIFIC = r"\d(?:\.\d+)?[Ee]\+\d+"


def convert(frame: DataFrame, table: Table, *, timezone: str) -> tuple[DataFrame, list[Fault]]:
    """Give every column of a table its kind, and add the fixed ones that are missing.

    Parameters
    ----------
    frame
        The table under its fixed names, indexed by the row numbers that findings tell.
    table
        What its columns are; geometry is left to others.
    timezone
        Where a time without a zone was noted.

    Returns
    -------
    frame
        The columns of the table in its order, then all others as they are. Ids are text, empty if missing.
    findings
        What is no number or no date, ids that are missing or come twice.
    """
    findings: list[Fault] = []
    columns: dict[str, Series] = {}
    for column in table.columns:
        if column.kind == "geometry" or (column.name not in frame.columns and not column.fixed):
            continue
        given = frame.get(column.name, Series(np.nan, index=frame.index, dtype="str"))
        columns[column.name] = _converted(given, column, timezone, findings)
    key = table.id_name
    columns[key] = columns[key].str.strip().fillna("")
    findings.extend(_id_findings(columns[key], key))
    others = {name: frame[name] for name in frame.columns if name not in columns}
    return DataFrame(columns | others, index=frame.index), findings


def to_numbers(column: Series) -> Series:
    """Read numbers as people write them: full-width digits, thousands separators, ``3人``; else missing."""
    if pd.api.types.is_numeric_dtype(column):
        return column.astype("float64").replace([np.inf, -np.inf], np.nan)
    numbers = pd.to_numeric(column, errors="coerce").astype("float64")
    odd = numbers.isna() & column.notna()
    if odd.any():
        plain = column[odd].map(lambda text: unicodedata.normalize("NFKC", str(text)).strip())
        plain = plain.str.rstrip(_UNITS).str.replace(r"(?<=\d),(?=\d{3}\b)", "", regex=True)
        numbers[odd] = pd.to_numeric(plain, errors="coerce").astype("float64")
    return numbers.replace([np.inf, -np.inf], np.nan)


def to_times(column: Series, *, timezone: str | tzinfo) -> Series:
    """Read dates and times: ISO, ``2022/3/5``, ``2022年3月5日 14时30分``, ``20220305``, Excel's day numbers.

    Returns
    -------
    times
        In `timezone`; one without a zone is taken as noted there. Missing where it is none.
    """
    text = column.astype("str").str.strip()
    text = text.str.replace(r"[年月/.](?=\d{1,2}(?!\d))", "-", regex=True)
    text = text.str.replace(r"日\s*", " ", regex=True).str.replace(r"[时点](?=\d)|：", ":", regex=True)
    text = text.str.replace(r"[时点]$", ":00", regex=True).str.replace(r"[分秒]$", "", regex=True).str.strip()
    text = text.str.replace("分", ":").str.replace(r"(?<=[-T: ])(\d)(?!\d)", r"0\1", regex=True)
    days = pd.to_numeric(text.where(text.str.fullmatch(r"[2-7]\d{4}(?:\.\d+)?").eq(other=True)))
    serial = pd.to_datetime(days, unit="D", origin=_EXCEL_EPOCH).dt.round("s")
    zoned = text.str.contains(r"\d:.*(?:Z|[+-]\d\d:?\d\d)$", regex=True).eq(other=True)
    aware = pd.to_datetime(text.where(zoned), format="ISO8601", errors="coerce", utc=True)
    naive = pd.to_datetime(text.mask(zoned | days.notna()), format="ISO8601", errors="coerce").fillna(serial)
    local = naive.dt.as_unit("us").dt.tz_localize(timezone, ambiguous="NaT", nonexistent="shift_forward")
    return local.fillna(aware.dt.as_unit("us").dt.tz_convert(timezone))


def _converted(given: Series, column: Column, timezone: str, findings: list[Fault]) -> Series:
    if column.kind == "text" or column.name in ("lon", "lat", "x", "y"):
        text = as_text(given)
        return text.replace(dict(column.values)) if column.values else text
    if column.kind == "date":
        done = to_times(as_text(given), timezone=timezone)
        what = "no date; it was left empty"
    else:
        numbers = to_numbers(given)
        done = numbers.mask(numbers < 0)
        what = "no number from 0 up; it was left empty"
    bad = given.index[given.notna() & done.isna()]
    if len(bad):
        found = f"{column.name} {_shown(given[bad[0]])} is {what}"
        findings.append(Fault(f"bad_{column.kind}", some_rows(bad.to_list()), found, "enter it again"))
    return done


def _shown(value: object) -> str:
    """Show what was found, unless it could be a name or a phone that stands in the wrong column."""
    text = str(value).strip()
    if re.fullmatch(r"[-+\d./: ]{1,6}", text):
        return repr(text)
    return f"(a text of {len(text)} letters)"


def _id_findings(ids: Series, key: str) -> list[Fault]:
    missing, twice = ids == "", ids.duplicated(keep=False) & (ids != "")
    rounded = ids.str.fullmatch(_SCIENTIFIC)
    # rules start from every row of cases: nobody is left out because a number was typed twice
    counted = "each counts, as places of one case" if key == "case_id" else "the first one counts"
    found = [
        _finding("missing_id", missing, f"no {key}", f"give each row its {key}"),
        _finding("duplicate_id", twice, _twice(ids[twice], key), f"give each its own; {counted}"),
        _finding("digits_lost", rounded, f"{key} was rounded by a spreadsheet", "enter it again as text"),
    ]
    return [fault for fault in found if fault is not None]


def _twice(ids: Series, key: str) -> str:
    return (
        f"the same {key} {ids.iloc[0]!r} and so on" if ids.nunique() > 1 else f"the same {key} {ids.max()!r}"
    )


def _finding(kind: str, rows: Series, what: str, cure: str) -> Fault | None:
    return Fault(kind, some_rows(_labels(rows)), what, cure) if rows.any() else None


def _labels(rows: Series) -> list[Any]:
    return list(rows.index[rows])
