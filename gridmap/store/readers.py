"""The doors: files in, checked tables out. No row is lost; what is wrong with it is said."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
from geopandas import GeoDataFrame
from pandas import DataFrame, Series

from gridmap.errors import Fault, GridError, TableError
from gridmap.model.hierarchy import CODE_LENGTHS
from gridmap.model.tables import TABLES
from gridmap.store.boundary_rows import boundary_kinds, boundary_lines, with_boundary_ids
from gridmap.store.gather import gather
from gridmap.store.grid_rows import with_codes, without_geometry
from gridmap.store.headers import columns_found
from gridmap.store.limits import DEFAULT_LIMITS, Limits
from gridmap.store.pin_reader import read_pins
from gridmap.store.positions import (
    column_positions,
    grid_outlines,
    layer_positions,
    point_faults,
    text_positions,
)
from gridmap.store.reported import reported
from gridmap.store.sheets import some_rows
from gridmap.store.values import convert

__all__ = [
    "read_boundaries",
    "read_case_places",
    "read_cases",
    "read_grid",
    "read_households",
    "read_officials",
    "read_pins",
    "read_sites",
]

Source = Path | str | Sequence[Path | str]


def read_grid(
    path: Source,
    *,
    layer: str | None = None,
    crs: Any = None,
    mapping: Any = None,
    repair: bool = False,
    code_lengths: Sequence[int] = CODE_LENGTHS,
    limits: Limits = DEFAULT_LIMITS,
) -> GeoDataFrame:
    """Read the cells of a grid, with the areas above them where the file has them as rows.

    Parameters
    ----------
    path
        A GeoPackage, GeoJSON, TopoJSON, Shapefile (also zipped), KML, GeoParquet, FlatGeobuf or DXF file; a
        list of files or a folder of them is joined.
    layer
        The layer of it; without it the first one.
    crs
        The CRS, if the file does not say it; ``"GCJ-02"`` or ``"BD-09"`` if its degrees are shifted.
    mapping
        A file made by ``gridmap init --mapping``, or a header (or several) for each column, as in
        ``{"cell_id": "编码"}``; without it the headers are found.
    repair
        Mend outlines that cross themselves; without it they are kept and listed.
    code_lengths
        Digits that each level adds to the code of a cell, from the county down.
    limits
        How much the file may hold.

    Returns
    -------
    grid
        By ``cell_id`` (text, empty if missing): `name`, `level`, `parent_id`, `geometry`, `residents` if the
        file has it, and all other columns. ``grid.attrs["findings"]`` lists what was odd.

    Raises
    ------
    GridError
        If no usable geometry, id or CRS is left.

    Warns
    -----
    GridmapWarning
        If there are findings, or a CRS or encoding had to be inferred.
    """
    source = gather(path, "grid", mapping=mapping, layer=layer, layered=True, limits=limits)
    named, findings, title = source.frame, list(source.findings), source.title
    geometry, geometry_findings = grid_outlines(source.geometry, repair=repair)
    faults = _grid_faults(named, geometry)
    try:
        geometry = layer_positions(geometry, crs, title)
    except TableError as error:
        faults.extend(error.faults)
    if faults:
        raise GridError(title, faults)
    frame, value_findings = convert(named, TABLES["grid"], timezone="UTC")
    grid = GeoDataFrame(frame, geometry=geometry).set_index("cell_id")
    grid = with_codes(grid, code_lengths)
    findings += [*geometry_findings, *without_geometry(grid), *value_findings]
    return reported(grid, findings, source, GridError)


def read_households(
    path: Source, *, crs: Any = None, mapping: Any = None, limits: Limits = DEFAULT_LIMITS
) -> GeoDataFrame:
    """Read a roster of households; see `read_cases` for what all such tables have in common.

    Parameters
    ----------
    path
        A CSV, XLSX, XLS, ODS, Parquet, GeoPackage, GeoJSON, Shapefile, KML or FlatGeobuf file; a list of
        files or a folder of them is joined, and so are all sheets of a workbook.
    crs
        The CRS of its coordinates, such as ``"EPSG:4549"`` or ``"GCJ-02"``.
    mapping
        A file made by ``gridmap init --mapping``, or a header (or several) for each column, as in
        ``{"household_id": "户号"}``; without it the headers are found.
    limits
        How much the file may hold.

    Returns
    -------
    households
        By ``household_id``: `address`, `head_name`, `phone`, `residents`, `cell_id`, `building`, `needs`,
        `flags`, `kind`, `coordinate_fault`, `geometry`, and all other columns.

    Raises
    ------
    TableError
        If the file cannot be read, has no id, or its CRS is not known.

    Warns
    -----
    GridmapWarning
        If there are findings, an identity-card column was left out, or a CRS or encoding was inferred.
    """
    return _read_points(path, "households", crs, mapping, limits)


def read_officials(
    path: Source, *, crs: Any = None, mapping: Any = None, limits: Limits = DEFAULT_LIMITS
) -> GeoDataFrame:
    """Read the officials; parameters, errors and warnings as for `read_households`.

    Returns
    -------
    officials
        By ``official_id``: `name`, `role` (Chinese names of roles are understood), `phone`, `unit`,
        `territory`, `home_cell`, `capacity`, `coordinate_fault`, `geometry`, and all other columns.
    """
    return _read_points(path, "officials", crs, mapping, limits)


def read_cases(
    path: Source,
    *,
    crs: Any = None,
    mapping: Any = None,
    timezone: str = "Asia/Shanghai",
    limits: Limits = DEFAULT_LIMITS,
) -> GeoDataFrame:
    """Read the cases.

    Every row stays: one without an id has the id ``""``, ids that come twice stay, and coordinates that
    cannot be used leave the geometry missing and stand in `coordinate_fault`, with the reason.

    Parameters
    ----------
    path
        A CSV, XLSX, XLS, ODS, Parquet, GeoPackage, GeoJSON, Shapefile, KML or FlatGeobuf file; a list of
        files or a folder of them is joined, and so are all sheets of a workbook.
    crs
        The CRS of its coordinates, such as ``"EPSG:4549"`` or ``"GCJ-02"``.
    mapping
        A file made by ``gridmap init --mapping``, or a header (or several) for each column, as in
        ``{"household_id": "户号"}``; without it the headers are found.
    limits
        How much the file may hold.
    timezone
        Where a date or a time without a zone was noted.

    Returns
    -------
    cases
        By ``case_id``: `cell_id`, `address`, `confirmed_on`, `onset_on`, `sampled_on`, `isolated_on` (times
        in `timezone`), `coordinate_fault`, `geometry`, and all other columns.
        ``cases.attrs["findings"]`` lists what was odd.

    Raises
    ------
    TableError
        If the file cannot be read, has no id, or its CRS is not known.

    Warns
    -----
    GridmapWarning
        If there are findings, an identity-card column was left out, or a CRS or encoding was inferred.
    """
    return _read_points(path, "cases", crs, mapping, limits, timezone=timezone)


def read_sites(
    path: Source, *, crs: Any = None, mapping: Any = None, limits: Limits = DEFAULT_LIMITS
) -> GeoDataFrame:
    """Read the sites to be staffed; parameters, errors and warnings as for `read_households`.

    Returns
    -------
    sites
        By ``site_id``: `kind` (Chinese names of kinds are understood), `name`, `capacity`,
        `coordinate_fault`, `geometry`, and all other columns.
    """
    return _read_points(path, "sites", crs, mapping, limits)


def read_boundaries(
    path: Source,
    *,
    layer: str | None = None,
    crs: Any = None,
    mapping: Any = None,
    limits: Limits = DEFAULT_LIMITS,
) -> GeoDataFrame:
    """Read named lines that may enclose an area: roads, rivers, railways, borders.

    Every row stays. Of a polygon the outline is taken; a row without a line has no geometry.

    Parameters
    ----------
    path
        A GeoPackage, GeoJSON, Shapefile, KML, GeoParquet, FlatGeobuf or DXF file; a list of files or a folder
        of them is joined.
    layer
        The layer of it; without it the first one.
    crs, mapping, limits
        As for `read_grid`.

    Returns
    -------
    boundaries
        By ``boundary_id`` (the lines are numbered if the file has no ids): `name`, `kind` (``road``,
        ``river``, ``rail``, ``border``, ``other``; told by the name where the file does not say it),
        `geometry`, and all other columns. ``boundaries.attrs["findings"]`` lists what was odd.

    Raises
    ------
    TableError
        If the file cannot be read, has no line at all, or its CRS is not known.

    Warns
    -----
    GridmapWarning
        If there are findings, or a CRS or encoding had to be inferred.
    """
    source = gather(path, "boundaries", mapping=mapping, layer=layer, layered=True, limits=limits)
    lines, odd = boundary_lines(source.geometry)
    if len(lines) and lines.isna().all():
        cure = "choose the layer of lines with layer="
        raise TableError(source.title, [Fault("no_geometry", "", "no row has a line", cure), *odd])
    lines = layer_positions(lines, crs, source.title)
    named, numbered = with_boundary_ids(source.frame)
    frame, findings = convert(named, TABLES["boundaries"], timezone="UTC")
    frame["kind"], unknown = boundary_kinds(frame)
    boundaries = GeoDataFrame(frame, geometry=lines).set_index(TABLES["boundaries"].id_name)
    odd = [*source.findings, *numbered, *odd, *findings, *unknown]
    return reported(boundaries, odd, source, TableError)


def read_case_places(
    path: Source, *, mapping: Any = None, timezone: str = "Asia/Shanghai", limits: Limits = DEFAULT_LIMITS
) -> DataFrame:
    """Read where cases were; parameters, errors and warnings as for `read_cases`.

    Returns
    -------
    case_places
        By ``case_id``, which may come several times: `place_kind`, `place`, `from`, `to`.
    """
    source = gather(path, "case_places", mapping=mapping, limits=limits)
    _require_id(source.frame, "case_places", source.title)
    frame, findings = convert(source.frame, TABLES["case_places"], timezone=timezone)
    findings = [fault for fault in findings if fault.kind != "duplicate_id"]
    return reported(frame.set_index("case_id"), [*source.findings, *findings], source, TableError)


def _read_points(
    path: Source, table: str, crs: Any, mapping: Any, limits: Limits, *, timezone: str = "Asia/Shanghai"
) -> GeoDataFrame:
    source = gather(path, table, mapping=mapping, limits=limits)
    title = source.title
    _require_id(source.frame, table, title)
    frame, findings = convert(source.frame, TABLES[table], timezone=timezone)
    if source.geometry is not None:
        settled = layer_positions(source.geometry, crs, title)
        points, reasons, odd = point_faults(settled)
    elif "geometry" in frame.columns:
        points, reasons, odd = text_positions(frame.pop("geometry"), crs, title)
    else:
        points, reasons, odd = column_positions(frame, crs, title)
    bad = reasons.index[reasons.notna()].to_list()
    if bad:
        what = f"coordinates that cannot be used: {reasons[bad[0]].rpartition(': ')[2]}"
        odd = [*odd, Fault("bad_coordinates", some_rows(bad), what, "see the column coordinate_fault")]
    frame["coordinate_fault"] = reasons
    points_frame = GeoDataFrame(frame, geometry=points).set_index(TABLES[table].id_name)
    return reported(points_frame, [*source.findings, *findings, *odd], source, TableError)


def _require_id(named: DataFrame, table: str, title: str) -> None:
    if TABLES[table].id_name not in named.columns:
        raise TableError(title, [_no_id(named, table)])


def _no_id(named: DataFrame, table: str) -> Fault:
    column = TABLES[table].columns[0]
    what = f"no column {column.name} ({column.zh}); {columns_found(named.columns)}"
    return Fault("no_id", "", what, f"name the column that holds the id {column.name}")


def _grid_faults(named: DataFrame, geometry: gpd.GeoSeries) -> list[Fault]:
    """Collect all that makes a grid unusable."""
    faults = []
    ids = named.get("cell_id", Series(dtype="str"))
    if "cell_id" not in named.columns or (len(ids) and ids.isna().all()):
        faults.append(_no_id(named.drop(columns="cell_id", errors="ignore"), "grid"))
    if geometry.isna().all():
        faults.append(
            Fault("no_geometry", "", "no row has a polygon", "choose the layer of cells with layer=")
        )
    return faults
