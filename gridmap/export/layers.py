"""Zones, cells and sites as layers for other programs: GeoPackage, GeoJSON, KML, Shapefile, GeoParquet."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
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
from gridmap.model.scene import LegendEntry, Scene
from gridmap.store.files import write_set, write_with
from gridmap.store.gdal_writer import write_frame
from gridmap.store.kml import colour_kml

SUFFIXES = (".gpkg", ".geojson", ".kml", ".shp", ".parquet")
COUNTS = ("households", "residents")
_ISSUE = {  # columns of at most ten letters, as a Shapefile has them, and the facts that they hold
    "version": "version",
    "as_of": "as_of",
    "effective": "effective_at",
    "until": "valid_until",
    "number": "number",
    "issuer": "issuer",
    "approved": "approved_by",
}
_KML_ALPHAS = ("9e", "75", "3d")
_KML_WIDTHS = ("3.5", "2.5", "1.8")
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

    Every row says of which plan and document it is: `version`, `as_of`, `effective`, `until`, `number`,
    `issuer`, `approved` (by whom in spite of a vacancy), as far as known; a draft says so in `status`, and
    a zone that is held back why in `held`. A GeoPackage also holds the cells and the sites, and a style
    by which QGIS shows the colours of the tiers, as KML does. The other formats hold the zones only. Counts
    are texts, because fewer than five are ``<5`` for the public. All but those for the public have mode 0600.

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
    private = scene.audience != "public"
    if suffix == ".shp":
        zones = zones_table(scene)
        parts = _SHAPEFILE_PARTS
        return write_set(path, parts, lambda temporary: _write_shapefile(zones, temporary), private=private)
    return write_with(path, lambda temporary: _write_file(scene, temporary, suffix), private=private)


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
    held = [plain_text(rows.get(word("held", scene.lang), "")) for rows in figures]
    columns |= {"held": held} if any(held) else {}
    return _frame(columns | _said_columns(scene, len(zones), _ISSUE), zones)


def _cells_table(scene: Scene) -> Any:
    columns = {
        "cell_id": [plain_text(cell) for cell in scene.cells.index],
        "name": [plain_text(name) for name in scene.cells["name"]],
    }
    return _frame(columns | _said_columns(scene, len(scene.cells), {"version": "version"}), scene.cells)


def _said_columns(scene: Scene, size: int, facts: Mapping[str, str]) -> dict[str, list[str]]:
    """Say on every row that it is a draft, the grid provisional, and facts; other programs show no notes."""
    known = dict(scene.facts)
    said = {"status": scene.banner, "grid": known.get(word("grid", scene.lang), "")}
    said |= {column: known.get(word(fact, scene.lang), "") for column, fact in facts.items()}
    return {name: [plain_text(text)] * size for name, text in said.items() if text}


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
        colour_kml(path, "tier", {entry.tier: _kml_style(scene, entry) for entry in scene.legend})


def _kml_style(scene: Scene, entry: LegendEntry) -> dict[str, str]:
    step = min(scene.legend.index(entry), len(_KML_ALPHAS) - 1)
    red, green, blue = (entry.color.lstrip("#")[place : place + 2] for place in (0, 2, 4))
    color = f"{blue}{green}{red}"
    return {"fill": _KML_ALPHAS[step] + color, "line": f"ff{color}", "width": _KML_WIDTHS[step]}


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
