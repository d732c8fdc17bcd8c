"""Events as people fill them in, also in workbooks that have the password of the lists."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pandas import DataFrame

from gridmap.export.followup_lists import clear_data
from gridmap.store.event_reader import read_event_sheets
from gridmap.store.limits import DEFAULT_LIMITS, Limits


def read_events(
    path: Path | str | Sequence[Path | str],
    *,
    timezone: str = "Asia/Shanghai",
    password: str | None = None,
    mapping: Any = None,
    limits: Limits = DEFAULT_LIMITS,
) -> DataFrame:
    """Read events: test rounds 检测轮次, transfers 转运, gates 进出, requests 服务诉求, or a list of all.

    A row is one event of its 类别 (kind) at its 时间 (time), or one for each time that says what it is of:
    转运时间 and 返回时间 make a transfer and a return. A row that lacks its time, its place or another value
    that its kind needs is kept aside with the reason, and all others are read. A prepared row that nobody
    filled in says nothing. A figure that is not there is unknown, never 0.

    Parameters
    ----------
    path
        A CSV, XLSX, XLS, ODS or Parquet file; a list of files or a folder of them is joined, and so are all
        sheets of a workbook.
    timezone
        Where a time without a zone was noted.
    password
        Of the workbooks that have one.
    mapping, limits
        As for `read_grid`.

    Returns
    -------
    events
        By ``event_id``, as `workspace.record` takes them; one without an id has one made of what it says.
        ``events.attrs["exceptions"]`` lists the rows that were kept aside, ``events.attrs["findings"]`` what
        else was odd, ``events.attrs["reading"]`` counts the rows of each sheet, and ``events.attrs["rows"]``
        tells where transfers, returns, withdrawals and ends of requests stand, as these may be refused later.

    Raises
    ------
    TableError
        If the file cannot be read, or no sheet of it is one of events.

    Warns
    -----
    GridmapWarning
        If rows were kept aside, or there are findings, as where times had no zone.
    """
    return read_event_sheets(
        path,
        timezone=timezone,
        mapping=mapping,
        limits=limits,
        clear=lambda file: clear_data(file, password, limits),
    )
