"""Sheets of events, as people fill them in: test rounds, transfers, gates, requests, or all in one list."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from pandas import DataFrame

from gridmap.errors import Fault, TableError
from gridmap.model.columns import fold_header
from gridmap.model.event_checks import unfit
from gridmap.model.event_columns import EVENTS
from gridmap.model.event_news import news_of
from gridmap.model.events import REQUEST_CLOSED, RETURN, TRANSFER, WITHDRAWN, events_frame
from gridmap.model.tables import rename_columns
from gridmap.model.totals import header_rows, totals_rows
from gridmap.store.event_rows import is_of_events, sheet_events
from gridmap.store.gather import Gathered
from gridmap.store.headers import columns_found
from gridmap.store.limits import DEFAULT_LIMITS, Limits
from gridmap.store.mapping import Columns, table_mapping
from gridmap.store.reported import reported
from gridmap.store.sheets import some_rows
from gridmap.store.sources import Clear, Part, read_parts, source_files, source_title

_LONG = r"\d{16,}"
_ROUNDED = (
    "the id of the household became a number that lost its last digits: it may be that of another",
    "format the column as text and enter the id again",
)


_AGAINST_OTHERS = (TRANSFER, RETURN, REQUEST_CLOSED, WITHDRAWN)
"""Kinds that may be refused for what the workspace knows, so that their rows must be found again."""


class _Read(NamedTuple):
    """What one sheet holds; the rows of events are labelled as the user would look them up."""

    events: DataFrame
    labels: list[Any]
    exceptions: list[Fault]
    findings: list[Fault]
    counts: dict[str, Any]
    naive: bool
    headers: dict[str, str]


def read_event_sheets(
    path: Path | str | Sequence[Path | str],
    *,
    timezone: str,
    mapping: Any = None,
    limits: Limits = DEFAULT_LIMITS,
    clear: Clear | None = None,
) -> DataFrame:
    """Read events, as `gridmap.read_events` tells.

    Parameters
    ----------
    path, timezone, mapping, limits
        As for `gridmap.read_events`.
    clear
        Opens workbooks that have a password.
    """
    told = table_mapping(mapping, EVENTS.name)
    title = source_title(path)
    files, findings = source_files(path)
    headers = {word for column in EVENTS.columns for word in column.headers}
    headers |= {word for each in (told or {}).values() for word in map(fold_header, each)}
    parts = read_parts(files, headers, layer=None, layered=False, limits=limits, clear=clear)
    sheets = [_sheet(part, told, timezone) for part in parts]
    known = [each for each in sheets if each is not None]
    if not known:
        what = f"no sheet of events; {columns_found(parts[0].frame.columns)}"
        cure = "give it a column 类别 and 时间, or 采样时间"
        raise TableError(title, [Fault("no_events", "", what, cure)])
    findings += [_skipped(part) for part, each in zip(parts, sheets, strict=True) if each is None]
    return _joined(known, findings, title, timezone)


def _joined(sheets: list[_Read], findings: list[Fault], title: str, timezone: str) -> DataFrame:
    labels = [label for each in sheets for label in each.labels]
    events = events_frame(pd.concat([each.events for each in sheets]))
    exceptions = [fault for each in sheets for fault in each.exceptions]
    findings = findings + [fault for each in sheets for fault in each.findings]
    lacking = unfit(events)
    exceptions += [fault._replace(where=some_rows([labels[place]])) for place, fault in lacking.items()]
    kept = [place for place in range(len(events)) if place not in lacking.index]
    sound = events.iloc[kept]
    news = news_of(events_frame(None), sound)
    clash = "its id stands for another event above", "give each event its own id"
    exceptions += [
        Fault("changed_event", some_rows([labels[kept[place]]]), *clash) for place in news.clashing
    ]
    if news.repeated:
        twice = sound.index.duplicated()
        rows = [labels[kept[place]] for place in twice.nonzero()[0] if place not in news.clashing]
        cure = "if they are several events, give each its own id"
        findings.append(
            Fault("repeated_event", some_rows(rows), "the same event again; it counts once", cure)
        )
    if any(each.naive for each in sheets):
        what = f"times without a time zone were taken as those of {timezone}"
        findings.append(Fault("time_zone", "", what))
    source = Gathered(
        frame=events,
        geometry=None,
        findings=(),
        mapping=_headers(sheets),
        reading=tuple(each.counts for each in sheets),
        title=title,
    )
    done: DataFrame = reported(news.added.copy(), [*exceptions, *findings], source, TableError)
    done.attrs["exceptions"], done.attrs["findings"] = tuple(exceptions), tuple(findings)
    done.attrs["rows"] = {
        str(events.index[place]): some_rows([labels[place]])
        for place in np.flatnonzero(events["kind"].isin(_AGAINST_OTHERS))[::-1]
    }
    return done


def _sheet(part: Part, told: Columns | None, timezone: str) -> _Read | None:
    """Read one sheet; None if it is none of events."""
    frame, found = rename_columns(part.frame, EVENTS.name, mapping=told)
    headers = [str(name) for name in part.frame.columns]
    if not is_of_events(frame, headers):
        return None
    again = header_rows(frame, headers) if frame.shape[1] == len(headers) else None
    totals = totals_rows(frame)
    rounded = _rounded(frame, part.frame.attrs.get("rounded", ()))
    records = frame[~totals & ~rounded] if again is None else frame[~totals & ~rounded & ~again]
    read = sheet_events(records, headers=headers, timezone=timezone)
    labels = [f"{part.place} {row}".strip() for row in records.index]
    exceptions = [fault._replace(where=some_rows([labels[place]])) for place, fault in read.faults.items()]
    if rounded.any():
        rows = some_rows([f"{part.place} {row}".strip() for row in frame.index[rounded]])
        exceptions.append(Fault("digits_lost", rows, *_ROUNDED))
    findings = [
        fault._replace(where=f"{part.place} {fault.where}".strip()) for fault in part.frame.attrs["findings"]
    ]
    if totals.any():
        rows = some_rows([f"{part.place} {row}".strip() for row in frame.index[totals]])
        findings.append(Fault("totals_row", rows, "a row of totals; it is no event"))
    if read.each_person:
        findings.append(Fault("one_person_each", part.place, "one row per person: each counts as one"))
    counts = {
        "place": part.place,
        "rows": len(records) + int(rounded.sum()),
        "events": len(read.events),
        "not_filled_in": read.unfilled,
        "kept_aside": len(read.faults) + int(rounded.sum()),
    }
    where = [labels[place] for place in read.places]
    return _Read(read.events, where, exceptions, findings, counts, read.naive, found)


def _rounded(frame: DataFrame, rows: Collection[int]) -> Any:
    """Tell in which rows the id of a household became a number that lost its last digits."""
    if "household_id" not in frame or not len(rows):
        return np.zeros(len(frame), dtype=bool)
    long = frame["household_id"].astype("str").str.fullmatch(_LONG).fillna(value=False)
    return (long & frame.index.isin(list(rows))).to_numpy(dtype=bool)


def _skipped(part: Part) -> Fault:
    cure = "give it a column 类别 (kind) and 时间 (time), if it is one"
    return Fault(
        "skipped_sheet", part.place, f"no sheet of events; its {len(part.frame)} rows were not read", cure
    )


def _headers(sheets: list[_Read]) -> Columns:
    headers: dict[str, dict[str, None]] = {}
    for each in sheets:
        for header, name in each.headers.items():
            headers.setdefault(name, {})[header] = None
    return {name: tuple(found) for name, found in headers.items()}
