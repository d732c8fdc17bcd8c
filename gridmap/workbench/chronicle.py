"""The moves of a workbench as a table, in their order, with what of them was taken back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

from pandas import DataFrame, Series, to_datetime

from gridmap.core.edit_texts import edit_from_json
from gridmap.core.edits import Edit
from gridmap.store.move_log import Row

_WITH_EDIT = ("edit", "undo", "redo")
_STEPS = ("edit", "restore", "discard")


class _Told(NamedTuple):
    """The moves of one branch: all rows, those of them that are made, and those that were taken back last."""

    rows: list[int]
    made: list[int]
    back: list[int]


def moves_frame(rows: Sequence[Row], branch: str, *, last: int | None = None) -> DataFrame:
    """Show the moves that led to the plan of a branch; see `gridmap.Workbench.history`."""
    told = _told(rows, branch)
    made, first = set(told.made), 0 if last is None else max(len(told.rows) - last, 0)
    places = told.rows[first:]
    shown = [rows[place] for place in places]
    undone = [row.kind in _STEPS and place not in made for place, row in zip(places, shown, strict=True)]
    return DataFrame(
        {
            "n": Series(range(first + 1, first + len(shown) + 1), dtype="int64"),
            "kind": Series([row.kind for row in shown], dtype="str"),
            "edit": Series([_edit(row) for row in shown], dtype="object"),
            "time": to_datetime(Series([row.time for row in shown], dtype="str"), utc=True, format="ISO8601"),
            "author": Series([row.author for row in shown], dtype="str"),
            "undone": Series(undone, dtype="bool"),
        }
    )


def _edit(row: Row) -> Edit | None:
    if row.kind not in _WITH_EDIT or not row.said:
        return None
    return edit_from_json(json.loads(row.said))


def _told(rows: Sequence[Row], branch: str) -> _Told:
    branches: dict[str, _Told] = {}
    taken: set[str] = set()
    for place, row in enumerate(rows):
        if row.kind == "taken":
            taken.add(row.bench)
        elif row.bench not in taken and (row.kind != "recover" or row.unsaved):
            _tell(branches, place, row)
    return branches.get(branch, _Told([], [], []))


def _tell(branches: dict[str, _Told], place: int, row: Row) -> None:
    if row.branch not in branches:
        parent = branches.get(json.loads(row.said)["of"]) if row.kind == "branch" else None
        branches[row.branch] = _Told(*(list(each) for each in parent)) if parent else _Told([], [], [])
    rows, made, back = branches[row.branch]
    rows.append(place)
    if row.kind in _STEPS:
        made.append(place)
        back.clear()
    elif row.kind == "undo" and made:
        back.append(made.pop())
    elif row.kind == "redo" and back:
        made.append(back.pop())
    elif row.kind == "reload":
        back.clear()
