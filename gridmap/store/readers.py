"""The doors: files in, checked tables out. No row is lost; what is wrong with it is said."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
from geopandas import GeoDataFrame
from pandas import DataFrame, Series

from gridmap.errors import Fault, GridError, GridmapWarning, TableError
from gridmap.model.hierarchy import CODE_LENGTHS
from gridmap.model.tables import TABLES, rename_columns
from gridmap.store.grid_rows import with_codes, without_geometry
from gridmap.store.layers import read_layer
from gridmap.store.limits import DEFAULT_LIMITS, Limits
from gridmap.store.positions import (
    column_positions,
    grid_outlines,
    layer_positions,
    point_faults,
    text_positions,
)
from gridmap.store.sheets import SHEET_SUFFIXES, read_sheet, some_rows
from gridmap.store.values import convert

_SHOWN_FINDINGS = 20


def read_grid(
    path: Path | str,
    *,
    layer: str | None = None,
    crs: Any = None,
    repair: bool = False,
    code_lengths: Sequence[int] = CODE_LENGTHS,
    limits: Limits = DEFAULT_LIMITS,
) -> GeoDataFrame:
    """Read the cells of a grid, with the areas above them where the file has them as rows.

    Parameters
    ----------
    path
        A GeoPackage, GeoJSON, TopoJSON, Shapefile (also zipped), KML or GeoParquet file.
    layer
        The layer of it; without it the first one.
    crs
        The CRS, if the file does not say it; ``"GCJ-02"`` or ``"BD-09"`` if its degrees are shifted.
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
    path = Path(path)
    layered = read_layer(path, layer=layer, limits=limits)
    layered.index = pd.RangeIndex(1, len(layered) + 1)
    findings = list(layered.attrs["findings"])
    named, _ = rename_columns(_attributes(layered), "grid")
    geometry, geometry_findings = grid_outlines(layered.geometry, repair=repair)
    faults = _grid_faults(named, geometry)
    try:
        geometry = layer_positions(geometry, crs, path.name)
    except TableError as error:
        faults.extend(error.faults)
    if faults:
        raise GridError(path.name, faults)
    frame, value_findings = convert(named, TABLES["grid"], timezone="UTC")
    grid = GeoDataFrame(frame, geometry=geometry).set_index("cell_id")
    grid = with_codes(grid, code_lengths)
    findings += [*geometry_findings, *without_geometry(grid), *value_findings]
    return _reported(grid, findings, path.name, GridError)


def read_households(path: Path | str, *, crs: Any = None, limits: Limits = DEFAULT_LIMITS) -> GeoDataFrame:
    """Read a roster of households; see `read_cases` for what all such tables have in common.

    Parameters
    ----------
    path
        A CSV, XLSX, XLS, Parquet, GeoPackage, GeoJSON, Shapefile or KML file.
    crs
        The CRS of its coordinates, such as ``"EPSG:4549"`` or ``"GCJ-02"``.
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
    return _read_points(Path(path), "households", crs, limits)


def read_officials(path: Path | str, *, crs: Any = None, limits: Limits = DEFAULT_LIMITS) -> GeoDataFrame:
    """Read the officials; parameters, errors and warnings as for `read_households`.

    Returns
    -------
    officials
        By ``official_id``: `name`, `role` (Chinese names of roles are understood), `phone`, `unit`,
        `territory`, `home_cell`, `capacity`, `coordinate_fault`, `geometry`, and all other columns.
    """
    return _read_points(Path(path), "officials", crs, limits)


def read_cases(
    path: Path | str, *, crs: Any = None, timezone: str = "Asia/Shanghai", limits: Limits = DEFAULT_LIMITS
) -> GeoDataFrame:
    """Read the cases.

    Every row stays: one without an id has the id ``""``, ids that come twice stay, and coordinates that
    cannot be used leave the geometry missing and stand in `coordinate_fault`, with the reason.

    Parameters
    ----------
    path
        A CSV, XLSX, XLS, Parquet, GeoPackage, GeoJSON, Shapefile or KML file.
    crs
        The CRS of its coordinates, such as ``"EPSG:4549"`` or ``"GCJ-02"``.
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
    return _read_points(Path(path), "cases", crs, limits, timezone=timezone)


def read_sites(path: Path | str, *, crs: Any = None, limits: Limits = DEFAULT_LIMITS) -> GeoDataFrame:
    """Read the sites to be staffed; parameters, errors and warnings as for `read_households`.

    Returns
    -------
    sites
        By ``site_id``: `kind` (Chinese names of kinds are understood), `name`, `capacity`,
        `coordinate_fault`, `geometry`, and all other columns.
    """
    return _read_points(Path(path), "sites", crs, limits)


def read_case_places(
    path: Path | str, *, timezone: str = "Asia/Shanghai", limits: Limits = DEFAULT_LIMITS
) -> DataFrame:
    """Read where cases were; parameters, errors and warnings as for `read_cases`.

    Returns
    -------
    case_places
        By ``case_id``, which may come several times: `place_kind`, `place`, `from`, `to`.
    """
    path = Path(path)
    sheet = read_sheet(path, limits=limits)
    named, _ = rename_columns(sheet, "case_places")
    _require_id(named, "case_places", path.name)
    frame, findings = convert(named, TABLES["case_places"], timezone=timezone)
    findings = [fault for fault in findings if fault.kind != "duplicate_id"]
    return _reported(frame.set_index("case_id"), [*sheet.attrs["findings"], *findings], path.name, TableError)


def _read_points(
    path: Path, table: str, crs: Any, limits: Limits, *, timezone: str = "Asia/Shanghai"
) -> GeoDataFrame:
    source = _open(path, limits)
    named, _ = rename_columns(_attributes(source), table)
    _require_id(named, table, path.name)
    frame, findings = convert(named, TABLES[table], timezone=timezone)
    if isinstance(source, GeoDataFrame):
        settled = layer_positions(source.geometry, crs, path.name)
        points, reasons, odd = point_faults(settled)
    elif "geometry" in frame.columns:
        points, reasons, odd = text_positions(frame.pop("geometry"), crs, path.name)
    else:
        points, reasons, odd = column_positions(frame, crs, path.name)
    bad = reasons.index[reasons.notna()].to_list()
    if bad:
        what = f"coordinates that cannot be used: {reasons[bad[0]].rpartition(': ')[2]}"
        odd = [*odd, Fault("bad_coordinates", some_rows(bad), what, "see the column coordinate_fault")]
    frame["coordinate_fault"] = reasons
    points_frame = GeoDataFrame(frame, geometry=points).set_index(TABLES[table].id_name)
    return _reported(points_frame, [*source.attrs["findings"], *findings, *odd], path.name, TableError)


def _open(path: Path, limits: Limits) -> DataFrame:
    """Read a file as a sheet or as a layer, with the row numbers that findings tell."""
    suffix = path.suffix.casefold()
    if suffix in SHEET_SUFFIXES and not (suffix == ".parquet" and _has_geometry(path)):
        return read_sheet(path, limits=limits)
    layered = read_layer(path, limits=limits)
    layered.index = pd.RangeIndex(1, len(layered) + 1)
    return layered


def _has_geometry(path: Path) -> bool:
    import pyarrow as pa
    from pyarrow import parquet

    try:
        return b"geo" in (parquet.read_schema(path).metadata or {})
    except (pa.ArrowInvalid, OSError):
        return False


def _attributes(source: DataFrame) -> DataFrame:
    if not isinstance(source, GeoDataFrame):
        return source
    return DataFrame(source.drop(columns=source.geometry.name))


def _require_id(named: DataFrame, table: str, title: str) -> None:
    if TABLES[table].id_name not in named.columns:
        raise TableError(title, [_no_id(named, table)])


def _no_id(named: DataFrame, table: str) -> Fault:
    column = TABLES[table].columns[0]
    found = ", ".join(str(name) for name in named.columns[:12]) or "none"
    what = f"no column {column.name} ({column.zh}); columns found: {found}"
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


def _reported(frame: Any, findings: list[Fault], title: str, kind: type[TableError]) -> Any:
    """Attach the findings, and say that there are some, in the words of the error they are not."""
    frame.attrs["findings"] = tuple(findings)
    if findings:
        said = str(kind(title, findings[:_SHOWN_FINDINGS])).replace("fault", "finding", 1)
        warnings.warn(said, GridmapWarning, stacklevel=4)
    return frame
