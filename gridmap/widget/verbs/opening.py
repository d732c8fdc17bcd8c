"""What a view needs to draw: the grid, the plan, the households, and what else lies on the map."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import shapely

from gridmap.core.drawing.case_points import case_points
from gridmap.export.plain import plain_text
from gridmap.widget.answers import Answer, Question, packed
from gridmap.widget.desk import Desk
from gridmap.widget.welcome import hello, table_rows

_POINTS_AT_ONCE = 250_000


def ready(desk: Desk, question: Question) -> Answer:
    """Tell a view everything that it draws at first, and then what its cells are called.

    The plan goes before the cells, so that the view has all of the picture when it begins to draw. What is
    counted in it is told when the view asks for it by `counts`, because to find the cells of a million
    households takes seconds, and the picture need not share the processors with that.
    """
    to, bench, ground = question.client, desk.bench, desk.ground
    desk.tell({**hello(bench, ground, lang=question.lang, basemap=desk.basemap), "to": to})
    content, buffers = ground.message
    desk.tell_plan(to=to)
    desk.tell({**content, "to": to}, buffers)
    desk.tell({"kind": "names", "to": to, "tables": table_rows(bench)}, ground.names)
    return Answer({"revision": desk.revision})


def counts(desk: Desk, question: Question) -> Answer:
    """Tell a view how many households each cell has, and all views what is counted in the plan."""
    desk.bench.place()
    with desk.bench.lock:  # the grid and the households are of one time
        desk.tell({"kind": "counts", "to": question.client}, desk.ground.counts(desk.bench.placement))
        desk.tell_figures()
    desk.limber()
    return Answer({})


def points(desk: Desk, question: Question) -> Answer:
    """Tell where the households are, in parts, those that lie together together."""
    x, y, cell = desk.ground.points(desk.bench.placement)
    parts = max(1, -(-len(x) // _POINTS_AT_ONCE))
    for part in range(parts):
        of = slice(part * _POINTS_AT_ONCE, (part + 1) * _POINTS_AT_ONCE)
        content = {"kind": "points", "to": question.client, "part": part, "parts": parts, "total": len(x)}
        desk.tell(content, [packed(x[of], "i4"), packed(y[of], "i4"), packed(cell[of], "u4")])
    return Answer({"total": len(x)})


def layers(desk: Desk, _question: Question) -> Answer:
    """Tell the cases and the sites; a case shows its number and date, and nobody's name."""
    return Answer(
        {
            "cases": [_case(row, at) for row, at in _located(desk, _cases(desk))],
            "sites": [_site(row, at) for row, at in _located(desk, desk.bench.sites)],
        }
    )


def language(desk: Desk, question: Question) -> Answer:
    """Let views that open from now on begin in the language of this one."""
    desk.lang = question.lang
    desk.stale("problems")  # its rows are told in the language that was asked in
    return Answer({"lang": desk.lang})


def _cases(desk: Desk) -> Any:
    """Return the cases with their places, also of those that are known by address or cell only."""
    bench = desk.bench
    if not len(bench.cases):
        return bench.cases
    places = case_points(bench.cases, bench.grid, households=bench.placement)
    dates = bench.cases.get("confirmed_on")
    return places if dates is None else places.assign(confirmed_on=dates[~dates.index.duplicated()])


def _located(desk: Desk, frame: Any) -> list[tuple[Any, list[float]]]:
    """Return the rows of a table that have a place, with the place in Mercator metres."""
    if frame is None or not len(frame):
        return []
    shapes = np.asarray(frame.to_crs(desk.ground.projection.crs).geometry.array, dtype=object)
    placed = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    xy = desk.ground.projection.to_mercator(shapely.get_coordinates(shapely.centroid(shapes[placed])))
    rows = frame[placed].itertuples()
    return [
        (row, [round(float(x), 2), round(float(y), 2)])
        for row, (x, y) in zip(rows, xy, strict=True)
        if np.isfinite(x) and np.isfinite(y)
    ]


def _case(row: Any, at: list[float]) -> dict[str, Any]:
    date = getattr(row, "confirmed_on", None)
    told = date.isoformat()[:10] if isinstance(date, datetime) and not pd.isna(date) else ""
    return {"id": plain_text(row.Index), "label": plain_text(row.Index), "at": at, "date": told}


def _site(row: Any, at: list[float]) -> dict[str, Any]:
    name = plain_text(getattr(row, "name", "") or row.Index)
    return {"id": plain_text(row.Index), "kind": plain_text(row.kind), "name": name, "at": at}
