"""The area that four named roads or rivers close: 东至…、西至…、南至…、北至…合围区域."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice, product
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from gridmap.core.drawing.enclosure import area_border, enclose
from gridmap.core.notice_in import grammar
from gridmap.core.notice_in.names import Names
from gridmap.core.notice_in.phrase import Candidate
from gridmap.model.areas import Hierarchy

_LEAST_SHARE = 0.02
_BESIDE = 1e-3
_WHOLE, _SOME = 0.999, 0.02
_MOST_TRIED = 12
_SAID = {side: letter for letter, side in grammar.SIDES.items()}
_AWAY = {"east": (1, 0), "west": (-1, 0), "north": (0, 1), "south": (0, -1)}


def enclosed(
    sides: Mapping[str, str], hierarchy: Hierarchy, names: Names
) -> tuple[tuple[Candidate, ...], str, bool]:
    """Find the area between named lines.

    Parameters
    ----------
    sides
        The name by ``east``, ``south``, ``west`` and ``north``, folded.
    hierarchy, names
        The cells; the names that are known.

    Returns
    -------
    candidates
        The areas; where a name is not known, those between lines of nearly that name.
    note
        What has to be said.
    known
        Whether all names are known and the lines close.
    """
    choices: dict[str, list[str]] = {}
    unknown = []
    for side, written in sides.items():
        name = _known(written, names)
        choices[side] = [name] if name else names.nearest(written, "lines")
        if not name:
            unknown.append(written)
    if unknown:
        said = [f"no line is called {name}" + _nearly(name, names) for name in unknown]
        tried = [
            dict(zip(choices, each, strict=True)) for each in islice(product(*choices.values()), _MOST_TRIED)
        ]
        near = [candidate for each in tried for candidate in _between(each, hierarchy, names)]
        return tuple(near), "; ".join(said), False
    found = _between({side: each[0] for side, each in choices.items()}, hierarchy, names)
    return (
        tuple(found),
        "" if found else "these lines close no area with one of them on each side",
        bool(found),
    )


def _nearly(name: str, names: Names) -> str:
    near = names.nearest(name, "lines")
    return f"; nearly so: {', '.join(near)}" if near else ""


def _known(written: str, names: Names) -> str:
    """Return the name of a line or a border of an area; empty if there is none."""
    for name in (written, grammar.LINE_TAIL.sub("", written)):
        if name in names.lines or (name.endswith("界") and name[:-1] in names.areas):
            return name
    return ""


def _shapes(name: str, hierarchy: Hierarchy, names: Names) -> list[Any]:
    if name in names.lines:
        return names.lines[name]
    return [shape for area in names.areas[name[:-1]] for shape in area_border(hierarchy, area)]


def _between(sides: Mapping[str, str], hierarchy: Hierarchy, names: Names) -> list[Candidate]:
    """Return the faces of the lines that have each of them on its side."""
    lines = {side: shapely.union_all(_shapes(name, hierarchy, names)) for side, name in sides.items()}
    faces = enclose(gpd.GeoSeries(list(lines.values()), crs=hierarchy.geometry.crs)).areas
    fitting = [face for face in faces if all(_faces(face, line, side) for side, line in lines.items())]
    said = "、".join(f"{_SAID[side]}至{name}" for side, name in sides.items())
    return [
        _candidate(face, f"{said}{f'（{place}）' if len(fitting) > 1 else ''}", hierarchy)
        for place, face in enumerate(fitting, start=1)
    ]


def _faces(face: Any, line: Any, side: str) -> bool:
    """Tell whether a face has a line along its border on this side."""
    border = shapely.boundary(face)
    size = np.sqrt(shapely.area(face))
    along = shapely.intersection(border, shapely.buffer(line, _BESIDE * size))
    if shapely.length(along) < _LEAST_SHARE * shapely.length(border):
        return False
    away = (
        shapely.get_coordinates(shapely.centroid(along))[0]
        - shapely.get_coordinates(shapely.centroid(face))[0]
    )
    return bool(np.dot(away, _AWAY[side]) > 0)


def _candidate(face: Any, said: str, hierarchy: Hierarchy) -> Candidate:
    """Take the cells that lie in a face whole, and the face itself where it holds parts of others."""
    outlines = np.asarray(hierarchy.geometry.array, dtype=object)
    near = np.sort(hierarchy.tree.query(face, predicate="intersects"))
    shares = shapely.area(shapely.intersection(outlines[near], face)) / shapely.area(outlines[near])
    cells = tuple(str(cell) for cell in hierarchy.cell_ids[near[shares >= _WHOLE]])
    parts = bool(((shares > _SOME) & (shares < _WHOLE)).any()) or not cells
    shape = shapely.to_wkt(face, rounding_precision=-1) if parts else ""
    return Candidate(f"enclosure:{said}", said, "shape", cells=cells, shape=shape)
