"""Join the tables of a source: every row becomes a record, a person of one, or is named as what it is."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from geopandas import GeoDataFrame, GeoSeries
from pandas import DataFrame

from gridmap.errors import Fault, GridmapWarning, TableError
from gridmap.model.columns import TABLES, fold_header
from gridmap.model.persons import group_persons, holds_persons, is_running_number
from gridmap.model.shown import shows_counts
from gridmap.model.tables import rename_columns
from gridmap.model.totals import header_rows, totals_rows
from gridmap.store.headers import columns_found
from gridmap.store.joining import ids_in_several, join_tables
from gridmap.store.limits import DEFAULT_LIMITS, Limits
from gridmap.store.mapping import Columns, table_mapping
from gridmap.store.sheets import some_rows
from gridmap.store.sources import Part, read_parts, source_files, source_title


@shows_counts
@dataclass(frozen=True, eq=False)
class Gathered:
    """The records of a source under their fixed names.

    Parameters
    ----------
    frame
        The attributes, labelled by row number; by file, sheet and row number if there are several tables.
    geometry
        The geometry of a layer, with the same labels; None for sheets.
    findings
        What was odd.
    mapping
        For each fixed column that was found, its headers.
    reading
        For each table, its `place` and how many `rows` it had, and how many of them became `records` or
        `persons` of records, and are `totals`, repeated `headers` and `blank`.
    title
        What was read.
    """

    frame: DataFrame
    geometry: GeoSeries | None
    findings: tuple[Fault, ...]
    mapping: Columns
    reading: tuple[Mapping[str, Any], ...]
    title: str


@dataclass
class _Named:
    """One table on its way."""

    part: Part
    frame: DataFrame
    found: dict[str, str]
    geometry: GeoSeries | None = None
    persons: int = 0
    by: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    findings: list[Fault] = field(default_factory=list)

    def label(self, row: object) -> Any:
        """Name a row of this table in a message."""
        return f"{self.part.place} {row}" if self.part.place else row

    def labelled(self) -> tuple[DataFrame, GeoSeries | None]:
        """Return rows and geometry with the labels that messages tell."""
        shapes = None if self.geometry is None else self.geometry.reindex(self.frame.index)
        if not self.part.place:
            return self.frame, shapes
        labels = [self.label(row) for row in self.frame.index]
        return self.frame.set_axis(labels), None if shapes is None else shapes.set_axis(labels)

    def note(self, kind: str, rows: Sequence[Any], what: str, cure: str = "") -> None:
        """Keep a finding about some rows of this table."""
        if len(rows):
            self.findings.append(Fault(kind, some_rows([self.label(row) for row in rows]), what, cure))


def gather(
    source: Any,
    table: str,
    *,
    mapping: Any = None,
    layer: str | None = None,
    layered: bool = False,
    limits: Limits = DEFAULT_LIMITS,
) -> Gathered:
    """Read all tables of a source, and join them.

    Sheets that are no table of this kind are named and left out; so are rows of totals, headers that come
    again, and empty rows. A table of one row per person is grouped to households, sheet by sheet.

    Parameters
    ----------
    source
        A file, a list of files, or a folder.
    table
        A key of `TABLES`.
    mapping
        A mapping file, or the header or headers of each column; without it they are found.
    layer
        The layer of a file that has several.
    layered
        Whether each file must have geometry.
    limits
        How much each file may hold.

    Raises
    ------
    TableError
        If a file cannot be read, or a column of the mapping is in none of them.

    Warns
    -----
    GridmapWarning
        If persons were grouped to households.
    """
    told = table_mapping(mapping, table)
    title = source_title(source)
    files, findings = source_files(source)
    headers = {word for column in TABLES[table].columns for word in column.headers}
    headers |= {word for each in (told or {}).values() for word in map(fold_header, each)}
    parts = read_parts(files, headers, layer=layer, layered=layered, limits=limits)
    tables, skipped = _of_this_kind([_named(part, table, told) for part in parts], table)
    _check_mapping(tables, told, table, title)
    for each in tables:
        _without_totals(each)
        if table == "households" and holds_persons(each.frame):
            _group(each)
    _say_persons(tables, title)
    findings = [*findings, *skipped, *(fault for each in tables for fault in each.findings)]
    labelled = [each.labelled() for each in tables]
    frame, geometry = join_tables(labelled, title)
    findings += ids_in_several([frame for frame, _ in labelled], TABLES[table].id_name)
    reading = tuple(_counted(each) for each in tables)
    return Gathered(frame, geometry, tuple(findings), _headers_of(tables, table), reading, title)


def _named(part: Part, table: str, told: Columns | None) -> _Named:
    geometry = part.frame.geometry if isinstance(part.frame, GeoDataFrame) else None
    plain = part.frame if geometry is None else DataFrame(part.frame.drop(columns=geometry.name))
    frame, found = rename_columns(plain, table, mapping=told)
    header = next((header for header, name in found.items() if name == "household_id"), None)
    persons = told is None and header is not None and "relation" in frame and holds_persons(frame)
    if persons and is_running_number(frame["household_id"], header):
        frame, found = rename_columns(plain.rename(columns={header: "\0"}), table)
        frame = frame.rename(columns={"\0": header})
    named = _Named(part, frame, found, geometry)
    where = part.place
    named.findings += [
        fault._replace(where=f"{where} {fault.where}".strip()) for fault in part.frame.attrs["findings"]
    ]
    return named


def _of_this_kind(tables: list[_Named], table: str) -> tuple[list[_Named], list[Fault]]:
    """Leave out sheets that have no id, if others have one."""
    key = TABLES[table].id_name
    fit = [key in each.frame or (table == "households" and holds_persons(each.frame)) for each in tables]
    if len(tables) == 1 or not any(fit):
        return tables[:1], []
    skipped = []
    for each, fits in zip(tables, fit, strict=True):
        if not fits:
            rows = each.part.frame.attrs.get("sheet_rows", len(each.frame) + 1)
            what = f"no table of {table}; its {rows} rows were not read"
            cure = f"give it a header with {key} ({TABLES[table].columns[0].zh}), if it is one"
            skipped.append(Fault("skipped_sheet", each.part.place, what, cure))
    return [each for each, fits in zip(tables, fit, strict=True) if fits], skipped


def _check_mapping(tables: list[_Named], told: Columns | None, table: str, title: str) -> None:
    """Refuse a mapping of which no table has a column; note which tables lack one."""
    faults = []
    for name, headers in (told or {}).items():
        lacking = [each for each in tables if name not in each.found.values()]
        what = f"no column {' or '.join(headers)}, which the mapping takes as {name}"
        if len(lacking) == len(tables):
            found = columns_found(tables[0].part.frame.columns)
            cure = "correct the mapping, or delete it to have it found again"
            faults.append(Fault("mapping_missing", f"[{table}]", f"{what}; {found}", cure))
        else:
            for each in lacking:
                each.findings.append(Fault("mapping_missing", each.part.place, what))
    if faults:
        raise TableError(title, faults)


def _without_totals(each: _Named) -> None:
    rows_in = each.part.frame.attrs.get("rows_in", len(each.frame))
    each.counts = {"rows": rows_in, "totals": 0, "headers": 0, "blank": rows_in - len(each.frame)}
    if each.geometry is not None:
        return
    again = header_rows(each.frame, list(each.part.frame.columns)) if _same_width(each) else None
    totals = totals_rows(each.frame)
    if again is not None and again.any():
        each.note("repeated_header", list(each.frame.index[again]), "the header again; it is no record")
        each.counts["headers"] = int(again.sum())
        totals |= again
    only = totals if again is None else totals & ~again
    each.note("totals_row", list(each.frame.index[only]), "a row of totals; it is no record")
    each.counts["totals"] = int(only.sum())
    each.frame = each.frame[~totals]


def _same_width(each: _Named) -> bool:
    return bool(each.frame.shape[1] == each.part.frame.shape[1])


def _group(each: _Named) -> None:
    """Turn persons into households; a household without a place takes that of another of its persons."""
    grouped = group_persons(each.frame)
    each.persons, each.by = len(each.frame), grouped.by
    each.frame = grouped.households
    for kind, rows, what, cure in grouped.findings:
        each.note(kind, rows, what, cure)
    if each.geometry is not None:
        located = each.geometry[each.geometry.notna()]
        homes = grouped.home.loc[located.index]
        others = located[~homes.duplicated().to_numpy()].set_axis(homes.drop_duplicates())
        own = each.geometry.reindex(each.frame.index)
        each.geometry = own.where(own.notna(), others.reindex(own.index))


def _say_persons(tables: list[_Named], title: str) -> None:
    grouped = [each for each in tables if each.by]
    if grouped:
        persons, households = (
            sum(each.persons for each in grouped),
            sum(len(each.frame) for each in grouped),
        )
        by = " or ".join(dict.fromkeys(each.by for each in grouped))
        said = (
            f"{title}: one row per person: {persons} persons were grouped to {households} households by {by}"
        )
        warnings.warn(said, GridmapWarning, stacklevel=5)


def _counted(each: _Named) -> Mapping[str, Any]:
    counts = {**each.counts, "records": len(each.frame)} | ({"persons": each.persons} if each.by else {})
    return {"place": each.part.place, **counts}


def _headers_of(tables: list[_Named], table: str) -> Columns:
    """List the headers of each fixed column, also where they are its name."""
    headers: dict[str, dict[str, None]] = {column.name: {} for column in TABLES[table].columns}
    for each in tables:
        named = {name: header for header, name in each.found.items()}
        for name, found in headers.items():
            there = name in each.part.frame.columns and (name != "geometry" or each.geometry is None)
            header = named.get(name, name if there else None)
            if header is not None:
                found[str(header)] = None
    return {name: tuple(found) for name, found in headers.items() if found}
