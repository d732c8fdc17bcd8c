"""The board of the county as the views are told it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pandas as pd

from gridmap.core.board import MEASURES, Board, grouped_items
from gridmap.core.board_words import detail_words
from gridmap.export.plain import plain_text
from gridmap.model.zoning import LANGUAGES

if TYPE_CHECKING:
    from gridmap.widget.desk import Desk

_MOST_AREAS = 3_000
_MOST_ITEMS = 500


def board_row(desk: Desk, board: Board) -> dict[str, Any]:
    """Return the measures of every area, what is open with the oldest first, and the trend."""
    items = grouped_items(board.open_items.assign(owner=""))
    trend = [_trend_row(row) for row in board.trend.itertuples()]
    return {
        "now": datetime.now(UTC).astimezone().isoformat(timespec="seconds"),
        "staffed": board.figures.get("households_staffed") is not None,
        "measures": list(MEASURES),
        "totals": [_measured(board.totals.loc[name], "done", "due") for name in MEASURES],
        "areas": _areas(board),
        "open": [_item(desk, row) for row in items.head(_MOST_ITEMS).itertuples()],
        "open_total": int(items["items"].sum()),
        "trend": trend,
    }


def _areas(board: Board) -> list[dict[str, Any]]:
    """Return the areas that hold others; the cells too, where they are few."""
    areas = board.areas
    if len(areas) > _MOST_AREAS:
        areas = areas[areas.index.isin(areas["parent"]) | (areas.index == "")].head(_MOST_AREAS)
    return [
        {
            "area": str(area),
            "name": plain_text(row["name"]),
            "parent": str(row["parent"]),
            "measures": [_measured(row, f"{name}_done", f"{name}_due") for name in MEASURES],
            "open": int(row["open_items"]),
        }
        for area, row in areas.iterrows()
    ]


def _measured(row: Any, done: str, due: str) -> list[int | None]:
    return [_count(row[done]), _count(row[due])]


def _item(desk: Desk, row: Any) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "since": "" if pd.isna(row.since) else row.since.isoformat(),
        "area": plain_text(row.area_id),
        "name": plain_text(desk.bench.plan.hierarchy.name(row.area_id)) if row.area_id else "",
        "zone": plain_text(row.zone_id),
        "detail": {lang: plain_text(_detail(desk, row, lang)) for lang in LANGUAGES},
        "count": int(row.count),
    }


def _detail(desk: Desk, row: Any, lang: str) -> str:
    return detail_words(row.kind, str(row.detail), desk.bench.protocol, lang) if row.detail else ""


def _trend_row(row: Any) -> dict[str, Any]:
    return {
        "save": _count(row.save),
        "time": "" if pd.isna(row.time) else row.time.isoformat(timespec="seconds"),
        "open": _count(row.open_items),
    }


def _count(value: Any) -> int | None:
    return None if value is None or pd.isna(value) else int(value)
