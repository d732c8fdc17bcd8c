"""A scene as plain data for the browser, in the shape that gridmap/widget/js/scene.js reads."""

from __future__ import annotations

import json
import zlib
from base64 import b64encode
from typing import Any

import numpy as np
import shapely
from geopandas import GeoDataFrame, GeoSeries

from gridmap.core.encode import EncodedCells, encode_borders, encode_cells, to_mercator
from gridmap.core.topology import topology_for
from gridmap.export.captions import caption
from gridmap.export.plain import plain_text
from gridmap.export.webfacts import drawn_note, key_facts, more_facts
from gridmap.export.webplaces import packed_places
from gridmap.export.webshapes import packed_polygons
from gridmap.model.crs import transformer
from gridmap.model.scene import LegendEntry, Rows, Scene

FILL_OPACITIES = (0.6, 0.45, 0.25)
WEIGHTS = (3.5, 2.5, 1.8)
CELL_COLOR = "#8a9199"
SITE_COLOR = "#1c1f23"
_DECIMALS = 6
_MANY_CELLS = 2000
_LABELS_ACROSS = 25
_FINENESS = 50_000
_ZONE_FINENESS = 15_000  # less, since here it bounds the root of an area that is cut off, not a distance
_PACKED_STEP = 1e-5
_WORLD = [[-60.0, -180.0], [75.0, 180.0]]
_ESCAPES = {
    "<": "\\u003c",
    ">": "\\u003e",
    "&": "\\u0026",
    "\u2028": "\\u2028",
    "\u2029": "\\u2029",
}


def scene_data(scene: Scene) -> dict[str, Any]:
    """Return a scene as data that `json.dumps` takes; all texts are plain, none is escaped yet."""
    return {
        "lang": scene.lang,
        "title": plain_text(scene.title),
        "head": _rows(key_facts(scene)),
        "facts": _rows(more_facts(scene)) + _notes(scene),
        "layers": [
            {"id": "cells", "label": caption("cells", scene.lang), **_cells(scene)},
            {"id": "zones", "label": caption("zones", scene.lang), **_zones(scene)},
            {"id": "sites", "label": caption("sites", scene.lang), "features": _sites(scene)},
        ],
        "bounds": scene_bounds(scene),
        "legend": [_legend(entry, rank, scene.lang) for rank, entry in enumerate(scene.legend)],
        "places": packed_places(scene.places),
        "banner": plain_text(scene.banner),
        "effective_at": "" if scene.effective_at is None else scene.effective_at.isoformat(),
        "early_text": plain_text(scene.early_text),
        "expires_at": "" if scene.expires_at is None else scene.expires_at.isoformat(),
        "expired_text": plain_text(scene.expired_text),
    }


def scene_json(scene: Scene) -> str:
    """Return a scene as JSON that is inert inside a script element."""
    text = json.dumps(scene_data(scene), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for char, escaped in _ESCAPES.items():  # str.translate takes seven times as long
        text = text.replace(char, escaped)
    return text


def scene_bounds(scene: Scene) -> list[list[float]]:
    """Return [[south, west], [north, east]] of the zones; without zones of the cells, then of the sites."""
    for frame in (scene.zones, scene.cells, scene.sites):
        west, south, east, north = frame.total_bounds if len(frame) else [np.nan] * 4
        if np.isfinite([west, south, east, north]).all():
            return [[float(south), float(west)], [float(north), float(east)]]
    return _WORLD


def _zones(scene: Scene) -> dict[str, Any]:
    """Return the zones; where cells are many, their outlines are thinned and packed."""
    ranks = {entry.tier: rank for rank, entry in enumerate(scene.legend)}
    least = least_extent(scene)
    many = len(scene.cells) > _MANY_CELLS
    zones = _thinned(scene) if many else scene.zones
    features = [_zone(zone, ranks.get(zone.tier, len(ranks)), least) for zone in zones.itertuples()]
    if not many:
        plain = [_polygons(geometry) for geometry in zones.geometry]
        return {"features": [{**each, "polygons": own} for each, own in zip(features, plain, strict=True)]}
    return {"features": features, "shapes": packed_polygons(zones.geometry, _PACKED_STEP)}


def _thinned(scene: Scene) -> GeoDataFrame:
    """Return the zones with fewer vertices, as many cells have; neighbours keep the same border."""
    zones = scene.zones
    outlined = zones.geometry.notna().to_numpy()
    shapes = np.array(zones.geometry.array, dtype=object)
    west, south, east, north = scene.cells.total_bounds
    tolerance = max(east - west, north - south) / _ZONE_FINENESS
    shapes[outlined] = shapely.coverage_simplify(shapes[outlined], tolerance)
    return zones.set_geometry(GeoSeries(shapes, index=zones.index, crs=zones.crs))


def least_extent(scene: Scene) -> float:
    """Return the extent in degrees under which a zone is hidden by its own label when all zones are seen."""
    (south, west), (north, east) = scene_bounds(scene)
    return max(north - south, east - west) / _LABELS_ACROSS


def extent_of(geometry: Any) -> float:
    """Return the greater of width and height of a geometry; 0 without one."""
    if geometry is None or geometry.is_empty:
        return 0.0
    west, south, east, north = geometry.bounds
    return float(max(east - west, north - south))


def _zone(zone: Any, rank: int, least: float) -> dict[str, Any]:
    """Return a zone; one that its own label would hide is also marked by a dot, as a site is."""
    return {
        "kind": "zone" if extent_of(zone.geometry) >= least else "site",
        "tier": zone.tier,
        "color": zone.color,
        "pattern": zone.pattern,
        **_strength(rank),
        "title": plain_text(zone.label),
        "rows": _rows(zone.rows),
        "label": plain_text(zone.Index),
        "label_at": label_place(zone.geometry),
    }


def _strength(rank: int) -> dict[str, Any]:
    """Return how strongly a tier is drawn; 0 is the strictest."""
    step = min(rank, len(WEIGHTS) - 1)
    return {"fill_opacity": FILL_OPACITIES[step], "weight": WEIGHTS[step], "dash": ""}


def _cells(scene: Scene) -> dict[str, Any]:
    """Return the cells packed, and their names; many are drawn with fewer vertices, for phones."""
    many = len(scene.cells) > _MANY_CELLS
    tolerance = _extent_m(scene.cells.geometry) / _FINENESS if many else 0.0
    encoded = _encoded(scene, tolerance)
    names = "\n".join(plain_text(name) for name in scene.cells["name"])
    return {
        "color": CELL_COLOR,
        "cells": {**encoded.head(), "data": _base64(encoded.data)},
        "names": _base64(zlib.compress(names.encode(), 9)),
    }


def _encoded(scene: Scene, tolerance: float) -> EncodedCells:
    """Encode the cells, by the borders of their hierarchy where it has just these: they are found already."""
    hierarchy = scene.hierarchy
    if hierarchy is None or len(hierarchy.cell_ids) != len(scene.cells):
        return encode_cells(scene.cells.geometry, tolerance=tolerance)
    topology = topology_for(hierarchy)
    lonlat = np.column_stack(transformer(hierarchy.geometry.crs, scene.cells.crs).transform(*topology.xy.T))
    return encode_borders(topology, to_mercator(lonlat, scene.cells.crs), tolerance=tolerance)


def stated_within_m(scene: Scene) -> float:
    """Return about how far borders are moved at most, in metres; 0 where cells are few and none is."""
    many = len(scene.cells) > _MANY_CELLS
    return _extent_m(scene.cells.geometry) / _ZONE_FINENESS if many else 0.0


def _extent_m(outlines: GeoSeries) -> float:
    """Return the greater of width and height of all cells in metres of EPSG:3857."""
    corners = to_mercator(np.asarray(outlines.total_bounds).reshape(2, 2), outlines.crs)
    return float(np.ptp(corners, axis=0).max())


def _base64(data: bytes) -> str:
    return b64encode(data).decode("ascii")


def _sites(scene: Scene) -> list[dict[str, Any]]:
    return [
        {
            "kind": "site",
            "color": SITE_COLOR,
            "title": plain_text(site.name),
            "rows": [[caption("sites", scene.lang), plain_text(site.kind)]],
            "label": plain_text(site.name),
            "label_at": label_place(site.geometry),
        }
        for site in scene.sites.itertuples()
        if site.geometry is not None and not site.geometry.is_empty
    ]


def _legend(entry: LegendEntry, rank: int, lang: str) -> dict[str, Any]:
    measures = [plain_text(measure) for measure in entry.measures]
    said = [[caption("measures", lang), caption("semicolon", lang).join(measures)]] if measures else []
    return {
        "tier": entry.tier,
        "label": plain_text(entry.label),
        "color": entry.color,
        "pattern": entry.pattern,
        "fill_opacity": _strength(rank)["fill_opacity"],
        "rows": _rows(entry.rows) + said,
        "measures": measures,
    }


def _rows(rows: Rows) -> list[list[str]]:
    return [[plain_text(label), plain_text(value)] for label, value in rows]


def _notes(scene: Scene) -> list[list[str]]:
    drawn = drawn_note(stated_within_m(scene), scene.lang)
    notes = [plain_text(note) for note in (*scene.notes, drawn) if note]
    return [[caption("note", scene.lang) if place == 0 else "", note] for place, note in enumerate(notes)]


def _polygons(geometry: Any) -> list[list[list[list[float]]]]:
    """Return the polygons of a geometry as lists of rings of [lon, lat]; other parts have no area to draw."""
    parts = shapely.get_parts(geometry) if geometry is not None else []
    return [
        [np.round(shapely.get_coordinates(ring), _DECIMALS).tolist() for ring in shapely.get_rings(part)]
        for part in parts
        if part.geom_type == "Polygon" and not part.is_empty
    ]


def label_place(geometry: Any) -> list[float] | None:
    """Return [lon, lat] of a point well inside the largest part of a geometry, where a label reads best."""
    if geometry is None or geometry.is_empty:
        return None
    parts = shapely.get_parts(geometry)
    largest = parts[shapely.area(parts).argmax()]
    inside = shapely.maximum_inscribed_circle(largest) if largest.area else largest.representative_point()
    return [round(float(value), _DECIMALS) for value in inside.coords[0][:2]]
