"""Looking for areas, zones, addresses and other things on the map; nobody is found by name or phone."""

from __future__ import annotations

from typing import Any

from gridmap.core.finder import Found
from gridmap.export.plain import plain_text
from gridmap.widget.answers import Answer, Question
from gridmap.widget.desk import Desk

_MOST_FOUND = 50
_MOST_CELLS = 20_000


def search(desk: Desk, question: Question) -> Answer:
    """Tell what a text names: the best first, each with where it is."""
    text, limit = str(question.args.get("text", "")), question.args.get("limit", _MOST_FOUND)
    most = min(limit, _MOST_FOUND) if isinstance(limit, int) else _MOST_FOUND
    found = desk.finder.find(text, limit=most, plan=desk.bench.plan)
    return Answer({"found": [found_row(desk, each) for each in found]})


def found_row(desk: Desk, found: Found) -> dict[str, Any]:
    """Return one thing that was found, with its bounds in Mercator metres."""
    cells = found.cells[:_MOST_CELLS]
    place = desk.ground.projection.place(found.shape)
    extent = desk.ground.extent(cells)
    return {
        "kind": found.kind,
        "id": plain_text(found.id),
        "label": plain_text(found.label),
        "detail": plain_text(found.detail),
        "bounds": [*place, *place] if place else extent,
        "at": place,
        "cells": [int(each) for each in cells] if len(cells) and found.kind != "household" else None,
    }
