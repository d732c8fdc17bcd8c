"""The area that named roads or rivers close: 东至…、西至…、南至…、北至…合围区域, or 由…、…、…合围的区域."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice, product, repeat
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from gridmap.core.drawing.enclosure import area_border, enclose
from gridmap.core.notice_in import grammar
from gridmap.core.notice_in.names import Names
from gridmap.core.notice_in.phrase import Candidate
from gridmap.model.areas import Hierarchy

Line = tuple[str, str]
_LEAST_SHARE = 0.02
_BESIDE = 1e-3
_WHOLE, _SOME = 0.999, 0.02
_MOST_TRIED = 12
_SAID = {side: letter for letter, side in grammar.SIDES.items()}
_AWAY = {"east": (1, 0), "west": (-1, 0), "north": (0, 1), "south": (0, -1)}


def enclosed(
    lines: Sequence[Line], hierarchy: Hierarchy, names: Names
) -> tuple[tuple[Candidate, ...], str, bool]:
    """Find the area between named lines.

    Parameters
    ----------
    lines
        Pairs of a side, ``east``, ``south``, ``west`` or ``north``, or empty where none is told, and a name,
        folded.
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
    sides = [side for side, _ in lines]
    choices: list[Sequence[str]] = []
    unknown = []
    for _, written in lines:
        name = _known(written, names)
        choices.append([name] if name else names.nearest(written, "lines"))
        if not name:
            unknown.append(written)
    tried = [list(zip(sides, each, strict=True)) for each in islice(product(*choices), _MOST_TRIED)]
    found = tuple(candidate for each in tried for candidate in _between(each, hierarchy, names))
    if unknown:
        return found, "; ".join(f"no line is called {name}" + _nearly(name, names) for name in unknown), False
    where = "one of them on each side" if all(sides) else "each of them along its border"
    return found, "" if found else f"these lines close no area with {where}", bool(found)


def named_lines(text: str, names: Names) -> list[str]:
    """Part a list of lines; a character that joins two, such as 和, may also be of a name, as in 和平路."""
    return [line for piece in grammar.RING_JOINT.split(text) for line in _parted(piece.strip(), names)]


def is_line(written: str, names: Names) -> bool:
    """Tell whether a line or the border of an area is known by this name."""
    return bool(_known(written, names))


def _parted(piece: str, names: Names) -> list[str]:
    """Part a piece where that gives the most names that are known, and else where the last two are joined."""
    if is_line(piece, names):
        return [piece]
    cuts = [
        (piece[: joint.start()].strip(), piece[joint.end() :].strip())
        for joint in grammar.AND.finditer(piece)
    ]
    cuts = [cut for cut in cuts if all(cut)]
    if not cuts:
        return [piece]
    return list(max(reversed(cuts), key=lambda cut: sum(is_line(each, names) for each in cut)))


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


def _between(lines: Sequence[Line], hierarchy: Hierarchy, names: Names) -> list[Candidate]:
    """Return the faces that have each of the lines along their border, on its side if that is told."""
    shapes = [shapely.union_all(_shapes(name, hierarchy, names)) for _, name in lines]
    faces = enclose(gpd.GeoSeries(shapes, crs=hierarchy.geometry.crs)).areas
    sides = [side for side, _ in lines]
    fitting = [face for face in faces if all(map(_faces, repeat(face), shapes, sides))]
    said = "、".join(f"{_SAID[side]}至{name}" if side else name for side, name in lines)
    return [
        _candidate(face, f"{said}{f'（{place}）' if len(fitting) > 1 else ''}", hierarchy)
        for place, face in enumerate(fitting, start=1)
    ]


def _faces(face: Any, line: Any, side: str) -> bool:
    """Tell whether a face has a line along its border, on this side if one is told."""
    border = shapely.boundary(face)
    size = np.sqrt(shapely.area(face))
    along = shapely.intersection(border, shapely.buffer(line, _BESIDE * size))
    if shapely.length(along) < _LEAST_SHARE * shapely.length(border):
        return False
    if not side:
        return True
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
