"""Decisions about a renewed roster are read back from the list on which they were written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from pandas import DataFrame, Series

from gridmap.core.renewal.decisions import DECISION_COLUMNS
from gridmap.errors import Fault, TableError
from gridmap.export.followup_dates import read_dates
from gridmap.export.followup_lists import clear_data
from gridmap.export.plain import plain_text
from gridmap.export.renewal_words import decision_code, renewal_word
from gridmap.model.shown import shows_counts
from gridmap.model.tables import fold_header
from gridmap.store.limits import DEFAULT_LIMITS, Limits
from gridmap.store.sheets import read_pages
from gridmap.store.workbook import Page

_HEADINGS = {
    fold_header(text): name
    for name in DECISION_COLUMNS
    for text in (name, renewal_word(name, "zh"), renewal_word(name, "en"))
}
_CURE = "give the list that gridmap renew --queue wrote, filled in, as XLSX, ODS, XLS or CSV"


@shows_counts
class ReadDecisions(NamedTuple):
    """What was decided.

    Parameters
    ----------
    decisions
        `item`, `decision`, `author`, `decided_at`, `note`: the rows in which a decision was filled in.
    findings
        Dates that cannot be read; the decision beside one then lacks its time.
    """

    decisions: DataFrame
    findings: tuple[Fault, ...]


def read_decisions(
    path: Path | str,
    *,
    author: str = "",
    password: str | None = None,
    timezone: str | tzinfo = "Asia/Shanghai",
    now: datetime | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> ReadDecisions:
    """Read the decisions on a list that `export_renewal` wrote.

    Columns are found by their headings in Chinese or English on every sheet, in any order of rows. A row
    without a decision says nothing.

    Parameters
    ----------
    path
        A workbook or CSV file.
    author
        Who hands it in, and answers for decisions that name nobody.
    password
        If it is encrypted.
    timezone
        Where dates were written.
    now
        The present time with its zone, of the clock if not given; the time of decisions that name none.
    limits
        How much it may hold.

    Raises
    ------
    TableError
        If it cannot be read, or is no such list.
    """
    file = Path(path)
    pages = read_pages(file, data=clear_data(file, password, limits), limits=limits)
    found = [rows for page in pages if (rows := _rows_of(page)) is not None]
    if not found:
        fault = Fault("no_list", "", "no sheet has the columns of keys and decisions", _CURE)
        raise TableError(file.name, [fault])
    rows = DataFrame(
        [row for rows in found for row in rows], columns=[*DECISION_COLUMNS, "where"], dtype="str"
    )
    present = now or datetime.now(UTC)
    moments, faults = read_dates(rows["decided_at"], timezone=timezone, now=present)
    undated = rows["decided_at"] == ""
    when = pd.to_datetime(moments, utc=True).mask(undated, pd.Timestamp(present).tz_convert("UTC"))
    signed = rows["author"].mask(rows["author"] == "", author)
    findings = [
        Fault("date", f"{file.name} {where}", what, "write the date anew, and read the list again")
        for where, what in zip(rows["where"], faults, strict=True)
        if what
    ]
    kept = rows.assign(author=signed, decided_at=when, decision=_codes(rows["decision"]))
    return ReadDecisions(kept[list(DECISION_COLUMNS)], tuple(findings))


def _codes(texts: Series) -> Series:
    return Series([decision_code(text) for text in texts], index=texts.index, dtype="str")


def _rows_of(page: Page) -> list[list[str]] | None:
    """Return the decided rows of one sheet; None if it has no columns to be decided in."""
    at: dict[str, int] = {}
    rows: list[list[str]] | None = None
    for number, row in enumerate(page.rows, start=1):
        heads = {name: place for place, text in enumerate(row) if (name := _HEADINGS.get(fold_header(text)))}
        if "item" in heads and "decision" in heads:
            at, rows = heads, rows or []
        elif at and rows is not None and _value(row, at, "decision") and _value(row, at, "item"):
            where = f"[{page.name}] row {number}" if page.name else f"row {number}"
            rows.append([*(_value(row, at, name) for name in DECISION_COLUMNS), where])
    return rows


def _value(row: Sequence[str], at: dict[str, int], name: str) -> str:
    place = at.get(name, len(row))
    return plain_text(row[place]) if place < len(row) else ""
