"""Check the hierarchy of a grid: codes, names and levels that contradict each other."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import pandas as pd
from pandas import DataFrame, Series

from gridmap.model.frames import id_text
from gridmap.model.hierarchy import CODE_LENGTHS, LEVELS

_NAMES_SHOWN = 3


class Contradiction(NamedTuple):
    """Rows of a grid that contradict each other.

    Parameters
    ----------
    kind
        ``code_mismatch``, ``name_mismatch``, ``no_parent`` or ``level_order``.
    ids
        The rows or areas concerned.
    row
        The position of the first row concerned, which shows the place.
    detail
        What contradicts what.
    """

    kind: str
    ids: tuple[str, ...]
    row: int
    detail: str


def contradictions(grid: DataFrame, ids: Series, areas: DataFrame) -> list[Contradiction]:
    """List what does not agree in the hierarchy of a grid.

    Parameters
    ----------
    grid
        The rows, with any of `name`, `level`, `parent_id`, `county_id` to `grid_id` and their names.
    ids
        Their ids as text.
    areas
        The hierarchy that was derived from them.
    """
    rows = DataFrame({name: _text(grid, name) for name in grid.columns if name in _COLUMNS})
    rows["id"] = ids.to_numpy()
    found = [*_codes(rows), *_names(rows), *_levels(rows, areas)]
    return sorted(found, key=lambda each: each.row)


_COLUMNS = frozenset(
    ["name", "level", "parent_id", *(f"{level}_{part}" for level in LEVELS for part in ("id", "name"))]
)


def _text(grid: DataFrame, name: str) -> Series:
    column = grid[name].reset_index(drop=True)
    text = id_text(column).where(column.notna())
    return text.str.strip().where(text.str.strip() != "")


def _codes(rows: DataFrame) -> Iterable[Contradiction]:
    """Find rows whose code of digits does not begin with that of their parent."""
    if "parent_id" not in rows:
        return
    both = rows[
        rows["id"].str.fullmatch("[0-9]+") & rows["parent_id"].str.fullmatch("[0-9]+").fillna(value=False)
    ]
    for row, own, parent in zip(both.index, both["id"], both["parent_id"], strict=True):
        if own != parent and not own.startswith(parent):
            yield Contradiction("code_mismatch", (own,), int(row), f"does not begin with its parent {parent}")


def _names(rows: DataFrame) -> Iterable[Contradiction]:
    """Find areas that columns or rows call by more than one name."""
    told = [_told_by_columns(rows, level, int(step)) for level, step in zip(LEVELS, _STEPS, strict=True)]
    if "name" in rows:
        own = DataFrame({"area": rows["id"], "name": rows["name"], "row": np.arange(len(rows))})
        told.append(own[own["area"].isin(pd.concat(told)["area"]) | own["area"].duplicated(keep=False)])
    pairs = pd.concat(told).dropna().drop_duplicates(["area", "name"])
    pairs = pairs[pairs.duplicated("area", keep=False)]
    for area, names in pairs.groupby("area", sort=True):
        shown = " / ".join(names["name"][:_NAMES_SHOWN])
        yield Contradiction("name_mismatch", (str(area),), int(names["row"].min()), f"called {shown}")


_STEPS = np.cumsum(CODE_LENGTHS)


def _told_by_columns(rows: DataFrame, level: str, step: int) -> DataFrame:
    """Return the names that rows give to the area of a level they lie in, by its code."""
    empty = DataFrame(
        {"area": Series(dtype="str"), "name": Series(dtype="str"), "row": Series(dtype="int64")}
    )
    if f"{level}_name" not in rows:
        return empty
    coded = rows["id"].str.fullmatch("[0-9]+") & (rows["id"].str.len() >= step)
    area = rows["id"].str.slice(stop=step).where(coded)
    if f"{level}_id" in rows:
        area = rows[f"{level}_id"].fillna(area)
    told = DataFrame({"area": area, "name": rows[f"{level}_name"], "row": np.arange(len(rows))})
    return told.dropna().drop_duplicates(["area", "name"])


def _levels(rows: DataFrame, areas: DataFrame) -> Iterable[Contradiction]:
    """Find rows without a parent where others of their level have one, and rows not below their parent."""
    if "level" not in rows:
        return
    rank = {level: place for place, level in enumerate(LEVELS)}
    known = rows[rows["level"].notna() & rows["id"].isin(areas.index) & ~rows["id"].duplicated()]
    above = areas["parent_id"].reindex(known["id"]).to_numpy(dtype=object)
    has_parent = pd.notna(above)
    named = (
        known["parent_id"].notna().to_numpy() if "parent_id" in known else np.zeros(len(known), dtype=bool)
    )
    usual = set(known["level"][has_parent])
    levels_above = areas["level"].reindex(Series(above, dtype="str")).to_numpy(dtype=object)
    for row, own, level, has, names, upper in zip(
        known.index, known["id"], known["level"], has_parent, named, levels_above, strict=True
    ):
        if not has and not names and level in usual:
            yield Contradiction("no_parent", (own,), int(row), f"a {level} without a parent")
        elif has and level in rank and upper in rank and rank[level] <= rank[upper]:
            yield Contradiction("level_order", (own,), int(row), f"a {level} in a {upper}")
