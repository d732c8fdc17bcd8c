"""Looking for areas, zones, addresses and other things on the map; nobody is found by name or phone."""

from __future__ import annotations

from typing import Any

import geopandas as gpd

from gridmap.core.drawing.household_pick import Neighbourhood
from gridmap.core.drawing.household_pick import household_at as nearest
from gridmap.core.edit_texts import edit_to_json
from gridmap.core.finder import Found
from gridmap.errors import PlanError
from gridmap.export.plain import plain_text
from gridmap.model.plan import NONE
from gridmap.widget.answers import Answer, Question
from gridmap.widget.desk import Desk

_MOST_FOUND = 50
_MOST_CELLS = 20_000


def search(desk: Desk, question: Question) -> Answer:
    """Tell what a text names: the best first, each with where it is."""
    text, limit = str(question.args.get("text", "")), question.args.get("limit", _MOST_FOUND)
    most = min(limit, _MOST_FOUND) if isinstance(limit, int) else _MOST_FOUND
    found = desk.finder.find(text, limit=most, plan=desk.bench.plan)
    return Answer({"found": [found_row(desk, each, question.lang) for each in found]})


def household_at(desk: Desk, question: Question) -> Answer:
    """Tell which household is nearest to a place, with its building and compound and the edits for each."""
    projection, radius_m = desk.ground.projection, question.args.get("radius_m")
    if not isinstance(radius_m, int | float):
        raise PlanError(f"radius_m is no length, but {radius_m!r}")
    point = gpd.GeoSeries([projection.point(question.point("at"))], crs=projection.crs)
    pick = nearest(desk.bench.placement, desk.ground.hierarchy, point, radius_m=float(radius_m))
    if pick is None:
        return Answer({"household": None, "building": None, "compound": None})
    household = {**_neighbours(pick.household), "id": pick.household.ids[0], "needs_count": pick.needs}
    others = {name: getattr(pick, name) for name in ("building", "compound")}
    return Answer(
        {"household": household, **{name: each and _neighbours(each) for name, each in others.items()}}
    )


def _neighbours(found: Neighbourhood) -> dict[str, Any]:
    """Return a household, building or compound, and the edit that carves it out, but for its tier."""
    edit = edit_to_json(found.carve_out(NONE))
    return {
        "address": plain_text(found.name),
        "households": len(found.ids),
        "residents": found.residents,
        "cells": len(found.cells),
        "edit": {"type": edit.pop("edit"), **{name: value for name, value in edit.items() if name != "tier"}},
    }


def found_row(desk: Desk, found: Found, lang: str) -> dict[str, Any]:
    """Return one thing that was found, with its bounds in Mercator metres."""
    known = {tier.id: tier.label(lang) for tier in desk.bench.protocol.tiers} if found.kind == "zone" else {}
    cells = found.cells[:_MOST_CELLS]
    place = desk.ground.projection.place(found.shape)
    extent = desk.ground.extent(cells)
    return {
        "kind": found.kind,
        "id": plain_text(found.id),
        "label": plain_text(found.label),
        "detail": plain_text(known.get(found.detail, found.detail)),
        "bounds": [*place, *place] if place else extent,
        "at": place,
        "cells": [int(each) for each in cells] if len(cells) and found.kind != "household" else None,
    }
