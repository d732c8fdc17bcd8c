"""Edits from the map: each goes through the workbench, as those of Python do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import shapely

from gridmap.core.edit_texts import edit_from_json
from gridmap.core.edits import EDITS, Edit, Lock, Unlock, together
from gridmap.core.locking import lock_of, unlock_of
from gridmap.errors import PlanError
from gridmap.widget.answers import Answer, Question
from gridmap.widget.desk import Desk

_LISTS = ("areas", "carve_outs", "addresses", "households", "zones")


def edit(desk: Desk, question: Question) -> Answer:
    """Make one edit; the cells it is for are numbered in the buffer.

    A lock of cells locks what is carved out of them too, so that nobody there comes under another tier.
    """
    made = edit_of(desk, question.args.get("edit"), cells=question.cells(desk.cell_ids))
    desk.bench.apply(_with_carve_outs(desk, made))
    return Answer({"revision": desk.revision})


def fix(desk: Desk, question: Question) -> Answer:
    """Make several edits in one step that can be undone; if one is refused, none is made."""
    wanted = question.args.get("edits")
    made = [edit_of(desk, each) for each in wanted] if isinstance(wanted, list) else []
    if not made:
        raise PlanError("there is no edit to make")
    desk.bench.apply(together(made))
    return Answer({"revision": desk.revision, "edits": len(made)})


def undo(desk: Desk, question: Question) -> Answer:
    """Take back the last edit, or as many as are asked for."""
    for _ in range(_steps(question)):
        desk.bench.undo()
    return Answer({"revision": desk.revision})


def redo(desk: Desk, question: Question) -> Answer:
    """Make again what was taken back last, or as many as are asked for."""
    for _ in range(_steps(question)):
        desk.bench.redo()
    return Answer({"revision": desk.revision})


def log(desk: Desk, _question: Question) -> Answer:
    """Tell whether all strokes are in the log; what waits was tried again before this was asked."""
    return Answer({"log": desk.bench.log_state or "ok"})


def edit_of(desk: Desk, said: Any, *, cells: tuple[str, ...] = ()) -> Edit:
    """Read an edit that a view describes.

    Parameters
    ----------
    desk
        For the CRS of shapes.
    said
        ``{"type": "SetTier", ...options}``; a shape is given by `rings`, in Mercator metres.
    cells
        The cells it is for, beside those that it names itself.

    Raises
    ------
    PlanError
        If it is no edit, or has options that it lacks.
    """
    if not isinstance(said, Mapping):
        raise PlanError(f"no edit was given, but {said!r}")
    options = {name: value for name, value in said.items() if name not in ("type", "rings")}
    kind = said.get("type", "")
    if kind not in EDITS:
        raise PlanError(f"no edit is called {kind!r}; the edits are {', '.join(EDITS)}")
    _check_lists(options)
    if cells:
        options["cells"] = [*options.get("cells", ()), *cells]
    if "rings" in said:
        options["shape"] = shapely.to_wkt(
            desk.ground.projection.polygon(said["rings"]), rounding_precision=-1
        )
    return edit_from_json({"edit": kind, **options})


def _with_carve_outs(desk: Desk, edit: Edit) -> Edit:
    """Let a lock of cells keep what is carved out of them too, and an unlock free it."""
    if isinstance(edit, Lock | Unlock) and (edit.cells or edit.areas):
        found = (lock_of if isinstance(edit, Lock) else unlock_of)(
            desk.bench.plan, cells=edit.cells, areas=edit.areas, placement=desk.bench.placement
        )
        carve_outs = tuple(dict.fromkeys((*edit.carve_outs, *found.carve_outs)))
        return replace(edit, cells=found.cells, carve_outs=carve_outs)
    return edit


def _check_lists(options: Mapping[str, Any]) -> None:
    for name in (*_LISTS, "cells"):
        if not isinstance(options.get(name, []), list):
            raise PlanError(f"{name} is no list, but {options[name]!r}")


def _steps(question: Question) -> int:
    steps = question.args.get("steps", 1)
    return steps if isinstance(steps, int) and steps > 0 else 1
