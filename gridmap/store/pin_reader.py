"""Duties set by hand, as people send them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pandas import DataFrame

from gridmap.errors import Fault, TableError
from gridmap.model.column_words import TARGET_WORDS
from gridmap.model.tables import TABLES
from gridmap.store.gather import gather
from gridmap.store.limits import DEFAULT_LIMITS, Limits
from gridmap.store.reported import reported
from gridmap.store.sheets import some_rows
from gridmap.store.values import convert

TARGET_KINDS = tuple(dict.fromkeys(TARGET_WORDS.values()))


def read_pins(
    path: Path | str | Sequence[Path | str], *, mapping: Any = None, limits: Limits = DEFAULT_LIMITS
) -> DataFrame:
    """Read duties set by hand, which `gridmap.assign_duties` keeps whatever else is near or free.

    Roles and kinds of targets may be written in Chinese: 网格长, 党员联户; 区, 辖区, 点位, 住户.

    Parameters
    ----------
    path
        A CSV, XLSX, XLS, ODS or Parquet file; a list of files or a folder of them is joined.
    mapping, limits
        As for `read_grid`.

    Returns
    -------
    pins
        `official_id`, `role`, `target_kind` (``zone``, ``area``, ``site``, ``household``), `target`, each row
        once; other columns are not kept. ``pins.attrs["findings"]`` lists what was odd.

    Raises
    ------
    TableError
        If the file cannot be read, or lacks one of these columns.

    Warns
    -----
    GridmapWarning
        If there are findings.
    """
    source = gather(path, "pins", mapping=mapping, limits=limits)
    columns = TABLES["pins"].columns
    lacking = [column for column in columns if column.name not in source.frame]
    if lacking:
        faults = [
            Fault("missing_column", "", f"no column {each.name} ({each.zh})", "add it") for each in lacking
        ]
        raise TableError(source.title, faults)
    frame, _ = convert(source.frame, TABLES["pins"], timezone="UTC")
    rows = frame[[column.name for column in columns]].fillna("").apply(lambda each: each.str.strip())
    findings = [fault for fault in source.findings if fault.kind != "duplicate_id"]
    pins = rows.drop_duplicates()
    findings += _pin_faults(pins)
    done: DataFrame = reported(pins.reset_index(drop=True), findings, source, TableError)
    return done


def _pin_faults(pins: DataFrame) -> list[Fault]:
    """List the pins that say something of nobody, or of a kind of target that there is not."""
    blank = pins.index[(pins == "").any(axis=1)]
    strange = pins.index[~pins["target_kind"].isin(TARGET_KINDS) & (pins["target_kind"] != "")]
    kinds = ", ".join(TARGET_KINDS)
    found = [
        ("incomplete_pin", blank, "a duty set by hand that lacks a value", "fill it in"),
        ("unknown_kind", strange, "an unknown kind of target", f"write one of {kinds}"),
    ]
    return [Fault(kind, some_rows(list(rows)), what, cure) for kind, rows, what, cure in found if len(rows)]
