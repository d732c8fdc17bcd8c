"""Keep coordinate reference systems in a GeoPackage: every program reads the one that was meant."""

from __future__ import annotations

import sqlite3
from typing import Any

import pyproj
from pyproj.exceptions import CRSError

_FIRST_OWN_SRS_ID = 100_000
_UNDEFINED = -1
_CRS_EXTENSION = "http://www.geopackage.org/spec130/#extension_crs_wkt"
_INSERT = "INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?, ?)"
_SCHEMA = """
CREATE TABLE gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT,
  definition_12_063 TEXT NOT NULL DEFAULT 'undefined')
"""


def prepare(connection: sqlite3.Connection) -> None:
    """Add the table of reference systems with the three that every GeoPackage has.

    ``gpkg_extensions`` must be there.
    """
    connection.execute(_SCHEMA)
    wgs84 = pyproj.CRS.from_epsg(4326)
    rows = [
        ("Undefined Cartesian SRS", -1, "NONE", -1, "undefined", "undefined Cartesian CRS", "undefined"),
        ("Undefined geographic SRS", 0, "NONE", 0, "undefined", "undefined geographic CRS", "undefined"),
        ("WGS 84 geodetic", 4326, "EPSG", 4326, wgs84.to_wkt("WKT1_GDAL"), None, wgs84.to_wkt()),
    ]
    connection.executemany(_INSERT, rows)
    extension = ("gpkg_spatial_ref_sys", "definition_12_063", "gpkg_crs_wkt", _CRS_EXTENSION, "read-write")
    connection.execute("INSERT INTO gpkg_extensions VALUES (?, ?, ?, ?, ?)", extension)


def srs_id_of(connection: sqlite3.Connection, crs: Any) -> int:
    """Find the number of a CRS in the file, and enter it if it is new."""
    if crs is None:
        return _UNDEFINED
    crs = pyproj.CRS.from_user_input(crs)
    known = [row[0] for row in connection.execute("SELECT srs_id FROM gpkg_spatial_ref_sys").fetchall()]
    for srs_id in known:
        if srs_id > 0 and _crs(connection, srs_id) == crs:
            return int(srs_id)
    code = crs.to_epsg(min_confidence=100)
    if code in known or (code is not None and pyproj.CRS.from_epsg(code) != crs):
        code = None
    srs_id = code or max(_FIRST_OWN_SRS_ID, *(number + 1 for number in known))
    organization = ("EPSG", code) if code else ("NONE", srs_id)
    row = (crs.name, srs_id, *organization, _wkt1(crs), None, crs.to_wkt())
    connection.execute(_INSERT, row)
    return int(srs_id)


def layer_crs(connection: sqlite3.Connection, name: str) -> Any:
    """Give the CRS of a layer; None if it has none, or no geometry."""
    row = connection.execute(
        "SELECT srs_id FROM gpkg_geometry_columns WHERE table_name = ?", (name,)
    ).fetchone()
    return None if row is None else _crs(connection, row[0])


def _wkt1(crs: Any) -> str:
    try:
        return str(crs.to_wkt("WKT1_GDAL"))
    except CRSError:  # some CRS cannot be said in it; programs then read definition_12_063
        return "undefined"


def _crs(connection: sqlite3.Connection, srs_id: int) -> Any:
    query = (
        "SELECT organization, organization_coordsys_id, definition_12_063, definition "
        "FROM gpkg_spatial_ref_sys WHERE srs_id = ?"
    )
    organization, code, *definitions = connection.execute(query, (srs_id,)).fetchone()
    if organization.upper() == "EPSG":
        return pyproj.CRS.from_epsg(code)
    known = [text for text in definitions if text and text != "undefined"]
    return pyproj.CRS.from_wkt(known[0]) if known else None
