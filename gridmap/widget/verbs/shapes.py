"""Shapes that are drawn on the map, and the cells they take in, by true geometry."""

from __future__ import annotations

from typing import Any

import geopandas as gpd

from gridmap.core.drawing.case_points import case_points
from gridmap.core.drawing.chosen import cells_inside, cells_within
from gridmap.core.drawing.enclosure import area_border
from gridmap.core.drawing.enclosure import enclose as enclosed
from gridmap.errors import PlanError, UnknownCellError
from gridmap.export.plain import plain_text
from gridmap.widget.answers import Answer, Question, packed
from gridmap.widget.desk import Desk

_AREA = "area:"
_MOST_BORDERS = 60


def ring(desk: Desk, question: Question) -> Answer:
    """Tell which cells lie within a true distance of a place, or of a case."""
    radius_m = question.args.get("radius_m")
    if not isinstance(radius_m, int | float):
        raise PlanError(f"radius_m is no length, but {radius_m!r}")
    centre = (
        _case(desk, str(question.args["case"])) if question.args.get("case") else _place(desk, question, "at")
    )
    cells = cells_within(
        desk.ground.hierarchy, centre, float(radius_m), by=str(question.args.get("by", "touch"))
    )
    return Answer(
        {"cells": len(cells), "at": desk.ground.projection.place(_in_grid(desk, centre).iloc[0])},
        [packed(cells, "u4")],
    )


def enclose(desk: Desk, question: Question) -> Answer:
    """Tell which cells the picked and the drawn lines enclose, or where the lines leave gaps."""
    lines = _lines(desk, question)
    inside = None if question.args.get("inside") is None else _place(desk, question, "inside")
    found = enclosed(lines, inside=inside)
    cells = cells_inside(desk.ground.hierarchy, found.areas, by=str(question.args.get("by", "middle")))
    projection = desk.ground.projection
    content = {
        "closed": found.closed,
        "gaps": [_measured(desk, row) for row in found.gaps.itertuples()],
        "joins": [_measured(desk, row) for row in found.joins.itertuples()],
        "elsewhere": found.elsewhere,
        "rings": [ring for shape in found.areas for ring in projection.flat_lines(shape)],
    }
    return Answer(content, [packed(cells, "u4")])


def boundaries(desk: Desk, _question: Question) -> Answer:
    """Tell the named lines, and the areas whose borders can be picked as well."""
    projection, frame = desk.ground.projection, _named_lines(desk)
    rows = [
        {
            "id": str(row.Index),
            "name": plain_text(row.name or row.Index),
            "kind": plain_text(row.kind),
            "lines": projection.flat_lines(row.geometry),
        }
        for row in frame.itertuples()
    ]
    return Answer({"boundaries": [row for row in (*rows, *_area_rows(desk)) if row["lines"]]})


def _area_rows(desk: Desk) -> list[dict[str, Any]]:
    """Return the borders of the areas of coarser levels, as far as there are few enough to be told apart."""
    hierarchy, flat = desk.ground.hierarchy, desk.ground.projection.flat_lines
    areas = hierarchy.areas[~hierarchy.areas["is_cell"]]
    few = areas["level"].map(areas["level"].value_counts()) <= _MOST_BORDERS
    return [
        {
            "id": f"{_AREA}{area}",
            "name": plain_text(hierarchy.name(area)),
            "kind": "border",
            "lines": [line for shape in area_border(hierarchy, area) for line in flat(shape)],
        }
        for area in areas.index[few.to_numpy()]
    ]


def _lines(desk: Desk, question: Question) -> Any:
    picked, drawn = question.args.get("boundaries") or [], question.args.get("lines") or []
    if not isinstance(picked, list) or not isinstance(drawn, list) or not (picked or drawn):
        raise PlanError("pick roads or other lines, or draw some, and then close the area with them")
    frame = _named_lines(desk)
    named = [each for each in map(str, picked) if not each.startswith(_AREA)]
    unknown = [each for each in named if each not in frame.index]
    if unknown:
        raise UnknownCellError(f"there is no line {', '.join(map(repr, unknown))} in the workspace", unknown)
    hierarchy = desk.ground.hierarchy
    borders = [
        area_border(hierarchy, each[len(_AREA) :]) for each in map(str, picked) if each.startswith(_AREA)
    ]
    shapes = [
        *frame.loc[named].geometry,
        *(shape for border in borders for shape in border),
        *(desk.ground.projection.line(flat) for flat in drawn),
    ]
    return gpd.GeoSeries(shapes, crs=hierarchy.geometry.crs)


def _named_lines(desk: Desk) -> Any:
    frame = desk.bench.boundaries
    return frame.to_crs(desk.ground.projection.crs) if len(frame) else frame


def _place(desk: Desk, question: Question, name: str) -> Any:
    return gpd.GeoSeries([desk.ground.projection.point(question.point(name))], crs=desk.ground.projection.crs)


def _case(desk: Desk, case: str) -> Any:
    bench = desk.bench
    if case not in bench.cases.index:
        raise UnknownCellError(f"there is no case {case!r} in the workspace", [case])
    found = case_points(bench.cases.loc[[case]], bench.grid, households=bench.placement).geometry
    if found.isna().all():
        raise PlanError(f"case {case!r} has no place; give it an address, a cell or coordinates")
    return found


def _in_grid(desk: Desk, points: Any) -> Any:
    return points.to_crs(desk.ground.projection.crs)


def _measured(desk: Desk, row: Any) -> dict[str, Any]:
    return {
        "at": desk.ground.projection.place(row.geometry),
        "length_m": round(float(row.length_m), 1),
        "line": desk.ground.projection.flat_lines(row.geometry),
    }
