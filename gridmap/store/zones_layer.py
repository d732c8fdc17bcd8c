"""The outlines of the current plan as the layer ``zones``, for other programs."""

from __future__ import annotations

import sqlite3
from typing import Any

from gridmap.store import geopackage, history
from gridmap.store.geometry_blob import as_multi_polygons

_ZONES = "zones"


def write_zones(connection: sqlite3.Connection, outlines: Any, version: str) -> None:
    """Keep the outlines, or, without them, remove those of another version: a GIS must not show them."""
    if outlines is not None:
        shown = outlines.set_geometry(as_multi_polygons(outlines.geometry)).assign(plan_version=version)
        geopackage.write_layer(connection, _ZONES, shown, title="当前划区方案 zones of the current plan")
        history.set_meta(connection, "zones_version", version)
    elif history.get_meta(connection, "zones_version") != version:
        geopackage.drop_layer(connection, _ZONES)
        history.set_meta(connection, "zones_version", "")
