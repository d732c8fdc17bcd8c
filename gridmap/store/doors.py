"""Doors that stay shut: what a file may not do while it is read, whatever it says it is.

No file opens another file or the network. GDAL tells some formats by what stands in the text, and a few
of these are orders to fetch something else; SQLite may hold code; XML may grow without end.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote
from xml.parsers import expat

import numpy as np
import pyogrio

from gridmap.errors import Fault, TableError
from gridmap.store.limits import Limits, check_most

_ORDERS = re.compile(rb"<\s*(?:OGR\w*DataSource|VRTDataset|GDAL_\w+)", re.IGNORECASE)
_DECLARATIONS = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
# GDAL fetches a CRS of the type link or url; the letters of the key may be written as \u0063 and so on
_CRS = re.compile(rb'"(?:c|\\u0063)(?:r|\\u0072)(?:s|\\u0073)"\s*:\s*\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}')
_FETCHED = re.compile(rb'link|url"|href|\\u|://(?!www\.opengis\.net)', re.IGNORECASE)
_NO_SIGNS = bytes(sorted(set(range(256)) - set(b'{}[]"')))
_BUSY_S = 5
_SHUT = {
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
    "GDAL_HTTP_TIMEOUT": "1",
    "GDAL_HTTP_MAX_RETRY": "0",
    "OGR_SQLITE_LOAD_EXTENSIONS": "NO",
    "OGR_SQLITE_ALLOW_EXTERNAL_ACCESS": "NO",
    "GDAL_HTTP_PROXY": "127.0.0.1:1",
    "PROJ_NETWORK": "OFF",
}


@contextmanager
def closed_doors() -> Iterator[None]:
    """Let GDAL look at no neighbouring file and no address while a file is read."""
    before = {name: pyogrio.get_gdal_config_option(name) for name in _SHUT}
    pyogrio.set_gdal_config_options(_SHUT)
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(before)


def check_head(head: bytes, title: str) -> None:
    """Refuse a file whose beginning orders GDAL to open something else, whatever format it pretends to be.

    Raises
    ------
    TableError
        If it is so.
    """
    if _ORDERS.search(head.replace(b"\0", b"")):
        raise _shut(title, "it is an order to open other files or addresses, and holds no rows itself")


def check_json(data: bytes, title: str, limits: Limits) -> None:
    """Refuse JSON that is nested too deep, or whose CRS would be fetched from an address.

    Raises
    ------
    TableError
        If it is so.
    """
    for found in _CRS.finditer(data):
        if _FETCHED.search(found[1]):
            raise _shut(title, "its CRS is an address; write the name of the CRS")
    signs = re.sub(rb"\\.", b"", data, flags=re.DOTALL) if b"\\" in data else data
    signs = re.sub(rb'"[^"]*"', b"", signs.translate(None, _NO_SIGNS))
    marks = np.frombuffer(signs, dtype=np.uint8)
    steps = np.where((marks == ord("{")) | (marks == ord("[")), 1, -1)
    check_most(title, limits, "nesting", int(steps.cumsum().max(initial=0)))


def check_xml(data: bytes, title: str, limits: Limits) -> None:
    """Refuse XML that declares entities, or is nested too deep.

    Raises
    ------
    TableError
        If it is so, or is no XML.
    """
    if _DECLARATIONS.search(data.replace(b"\0", b"")):
        raise _shut(title, "it declares a document type or entities")
    depth = deepest = 0

    def enter(*_: object) -> None:
        nonlocal depth, deepest
        depth += 1
        deepest = max(deepest, depth)

    def leave(*_: object) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = enter, leave
    try:
        parser.Parse(data, True)  # noqa: FBT003 (its C signature)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise _unreadable(title, f"it is damaged: it is no whole XML ({error})") from error
    check_most(title, limits, "nesting", deepest)


def check_geopackage(path: Path) -> tuple[Fault, ...]:
    """Refuse a GeoPackage that is more than plain tables: reading views and the like would run its code.

    Triggers run only on writing, and no file is written in place; a spatial index is plain.

    Returns
    -------
    findings
        That it is damaged, although it can be read.

    Raises
    ------
    TableError
        If it is so, or is damaged, in use by another program, or no GeoPackage.
    """
    uri = "file://" + quote(path.absolute().as_posix()) + "?mode=ro"
    try:
        with closing(sqlite3.connect(uri, uri=True, timeout=_BUSY_S)) as connection:
            connection.execute("PRAGMA trusted_schema=OFF")
            active = active_parts(connection)
            state = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            listed = connection.execute("SELECT count(*) FROM gpkg_contents").fetchone()[0]
    except (sqlite3.Error, UnicodeDecodeError, OverflowError) as error:
        raise _unreadable(
            path.name, f"it cannot be read: it is no whole GeoPackage, or in use ({error})"
        ) from error
    if active:
        what = f"it holds what runs when it is read: {', '.join(active[:5])}"
        raise _shut(path.name, f"{what}; export the layer to a new GeoPackage")
    if not listed:
        raise _unreadable(path.name, "it is a GeoPackage without layers")
    what, cure = "the file is damaged; rows may be missing", "restore it from a copy"
    return () if state == "ok" else (Fault("damaged", "", what, cure),)


def active_parts(connection: sqlite3.Connection) -> list[str]:
    """Name the views, virtual tables and computed columns of a database; a spatial index is not named.

    Parameters
    ----------
    connection
        The database; it is only read.
    """
    rows = connection.execute("SELECT type, name, coalesce(sql, '') FROM sqlite_master").fetchall()
    parts = [f"view {name}" for kind, name, _ in rows if kind == "view"]
    for kind, name, sql in rows:
        if kind != "table":
            continue
        if re.match(r"\s*CREATE\s+VIRTUAL", sql, re.IGNORECASE):
            if not re.search(r"\bUSING\s+rtree\w*\s*\(", sql, re.IGNORECASE):
                parts.append(f"virtual table {name}")
            continue
        quoted = name.replace('"', '""')
        hidden = connection.execute(f'PRAGMA table_xinfo("{quoted}")').fetchall()
        parts += [f"computed column {name}.{column[1]}" for column in hidden if column[6] in (2, 3)]
    return parts


def _shut(title: str, what: str) -> TableError:
    cure = "nothing that a file names is opened or run"
    return TableError(title, [Fault("door_shut", "", what, cure)])


def _unreadable(title: str, what: str) -> TableError:
    return TableError(title, [Fault("unreadable", "", what, "save or export it again")])
