"""Zones, cells and sites as layers for other programs: GeoPackage, GeoJSON, KML, Shapefile, GeoParquet."""

from __future__ import annotations

import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from gridmap.core.datum import to_datum
from gridmap.core.release import check_release
from gridmap.core.scene import build_scene
from gridmap.core.wording import word
from gridmap.errors import UnsupportedError
from gridmap.export.plain import plain_text
from gridmap.export.qgis_style import zones_style
from gridmap.export.subject import Subject, as_zoning
from gridmap.model.crs import ShiftedDatum, parse_crs
from gridmap.model.scene import Scene
from gridmap.store.files import write_set, write_with
from gridmap.store.gdal_writer import write_frame

SUFFIXES = (".gpkg", ".geojson", ".kml", ".shp", ".parquet")
COUNTS = ("households", "residents")
_DBF_BYTES = 254
_SHAPEFILE_PARTS = (".cpg", ".dbf", ".prj", ".shx", ".shp")
_LAYER_STYLES: dict[str, Any] = {
    "f_table_catalog": "",
    "f_table_schema": "",
    "f_table_name": "zones",
    "f_geometry_column": "geom",
    "styleName": "gridmap",
    "styleSLD": "",
    "useAsDefault": True,
    "description": "",
    "owner": "",
    "ui": "",
    "update_time": pd.NaT,
}


def export_layers(
    subject: Subject, path: Path | str, *, audience: str = "public", lang: str = "zh", datum: str = ""
) -> Path:
    """Write the zones for other programs, in WGS 84.

    A draft says so on every row, in a column `status`.
    A GeoPackage also holds the cells and the sites, and a style by which QGIS shows the colours of the
    tiers. The other formats hold the zones only. Counts are texts, because fewer than five are ``<5``
    for the public.

    Parameters
    ----------
    subject
        The zoning, or a workspace with its current plan. What to write.
    path
        The file to write or replace; its suffix, one of `SUFFIXES`, tells the format.
    audience
        For whom: ``public``, ``official`` or ``field``.
    lang
        ``zh`` or ``en``, of the names of the tiers.
    datum
        ``GCJ-02`` or ``BD-09`` for the maps of Chinese services; then the file claims no CRS, and a column
        `datum` says on every row what its degrees are.

    Returns
    -------
    path
        The file written.

    Raises
    ------
    UnsupportedError
        If the suffix is none of `SUFFIXES`, or `datum` is no shifted one.
    ExportBlockedError
        If the certificate or a hard vacancy forbids it.
    OutputError
        If the file cannot be written; the old file is whole.
    """
    zoning = as_zoning(subject)
    zoning = check_release(zoning, audience)
    return write_scene_layers(build_scene(zoning, audience=audience, lang=lang), Path(path), datum=datum)


def write_scene_layers(scene: Scene, path: Path, *, datum: str = "") -> Path:
    """Write the layers of a scene in the format that the suffix of `path` tells; return where they are."""
    suffix = path.suffix.casefold()
    scene = _shifted(scene, datum) if datum else scene
    if suffix not in SUFFIXES:
        raise UnsupportedError(
            f"{path.name}: layers are written as {', '.join(SUFFIXES)}; choose one of them"
        )
    if suffix == ".shp":
        zones = zones_table(scene)
        return write_set(path, _SHAPEFILE_PARTS, lambda temporary: _write_shapefile(zones, temporary))
    return write_with(path, lambda temporary: _write_file(scene, temporary, suffix))


def zones_table(scene: Scene) -> Any:
    """Return the zones of a scene with plain texts: zone_id, tier, tier_name, name, label, counts."""
    zones = scene.zones
    labels = {entry.tier: plain_text(entry.label) for entry in scene.legend}
    figures = [dict(rows) for rows in zones["rows"]] if len(zones) else []
    columns = {
        "zone_id": [plain_text(zone) for zone in zones.index],
        "tier": [plain_text(tier) for tier in zones["tier"]],
        "tier_name": [labels.get(tier, "") for tier in zones["tier"]],
        "name": [plain_text(name) for name in zones["name"]],
        "label": [plain_text(label) for label in zones["label"]],
    }
    for count in COUNTS:
        columns[count] = [plain_text(rows.get(word(count, scene.lang), "")) for rows in figures]
    return _frame(columns | _said_columns(scene, len(zones)), zones)


def _cells_table(scene: Scene) -> Any:
    columns = {
        "cell_id": [plain_text(cell) for cell in scene.cells.index],
        "name": [plain_text(name) for name in scene.cells["name"]],
    }
    return _frame(columns | _said_columns(scene, len(scene.cells)), scene.cells)


def _said_columns(scene: Scene, size: int) -> dict[str, list[str]]:
    """Say on every row that it is a draft, or the grid provisional; other programs show no notes."""
    said = {"status": scene.banner, "grid": dict(scene.facts).get(word("grid", scene.lang), "")}
    return {name: [text] * size for name, text in said.items() if text}


def _sites_table(scene: Scene) -> Any:
    columns = {
        "site_id": [plain_text(site) for site in scene.sites.index],
        "kind": [plain_text(kind) for kind in scene.sites["kind"]],
        "name": [plain_text(name) for name in scene.sites["name"]],
    }
    return _frame(columns, scene.sites)


def _shifted(scene: Scene, datum: str) -> Scene:
    if not isinstance(parse_crs(datum), ShiftedDatum):
        raise UnsupportedError(
            f"{datum} is no shifted datum; use GCJ-02 or BD-09, or leave it out for WGS 84"
        )
    layers = {name: to_datum(getattr(scene, name), datum) for name in ("zones", "cells", "sites")}
    return replace(scene, **layers)


def _frame(columns: dict[str, list[str]], source: Any) -> Any:
    datum = source.attrs.get("datum")
    said = {} if datum is None else {"datum": [datum] * len(source)}
    table = pd.DataFrame(columns | said, dtype="str")
    crs = "EPSG:4326" if datum is None else None
    return gpd.GeoDataFrame(table, geometry=list(source.geometry), crs=crs)


def _write_file(scene: Scene, path: Path, suffix: str) -> None:
    if suffix == ".gpkg":
        _write_geopackage(scene, path)
    elif suffix == ".parquet":
        zones_table(scene).to_parquet(path)
    elif suffix == ".geojson":
        _write(zones_table(scene), path, driver="GeoJSON", layer="zones", RFC7946="YES")
    else:
        named = zones_table(scene).rename(columns={"name": "zone_name", "label": "Name"})
        _write(named, path, driver="LIBKML", layer="zones")


def _write_geopackage(scene: Scene, path: Path) -> None:
    _write(zones_table(scene), path, driver="GPKG", layer="zones")
    _write(_cells_table(scene), path, driver="GPKG", layer="cells", append=True)
    _write(_sites_table(scene), path, driver="GPKG", layer="sites", append=True, kind="Point")
    style = pd.DataFrame([{**_LAYER_STYLES, "styleQML": zones_style(scene.legend)}])
    style["update_time"] = style["update_time"].astype("datetime64[ms]")
    write_frame(style, path, driver="GPKG", layer="layer_styles", append=True)


def _write(frame: Any, path: Path, *, kind: str = "MultiPolygon", **options: Any) -> None:
    with warnings.catch_warnings():
        # a file in a shifted datum has no CRS on purpose
        warnings.filterwarnings("ignore", "'crs' was not provided", UserWarning)
        warnings.filterwarnings("ignore", "No SRS set on layer", RuntimeWarning)
        write_frame(frame, path, geometry_type=kind, promote_to_multi=kind == "MultiPolygon", **options)


def _write_shapefile(zones: Any, path: Path) -> None:
    """Write the files of a Shapefile; a text too long for it ends in an ellipsis."""
    texts = zones.drop(columns="geometry")
    short = zones.assign(**{name: [_cut(text) for text in texts[name]] for name in texts})
    _write(short, path, driver="ESRI Shapefile", encoding="UTF-8")
    # without a CRS none is written, and the one of an older set would stay and be wrong
    path.with_suffix(".prj").touch()


def _cut(text: str) -> str:
    if len(text.encode()) <= _DBF_BYTES:
        return text
    return text.encode()[: _DBF_BYTES - 3].decode(errors="ignore") + "…"
