"""The hierarchy in a grid: county, town, village, grid and microgrid above every cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from pandas import DataFrame, Series

from gridmap.model.frames import cell_id_text, id_text

LEVELS = ("county", "town", "village", "grid", "microgrid")
CODE_LENGTHS = (6, 3, 3, 3, 3)
NAMING = ("name", "level", "parent_id", *(f"{level}_{part}" for level in LEVELS for part in ("id", "name")))
_MOST_STEPS = 32


def hierarchy_of(grid: DataFrame, *, code_lengths: Sequence[int] = CODE_LENGTHS) -> DataFrame:
    """Derive all areas of a grid, from the county down to the cells.

    The area above a row is what its `parent_id` says; else the finest of `county_id`, `town_id`,
    `village_id`, `grid_id`; else, if its id is a code of digits, the code's prefix; else the path of
    `county_name`, `town_name`, `village_name`, `grid_name`. Areas that are no rows of the grid are made.
    An id that comes twice counts once, and areas that would lie in each other lie in none.

    Parameters
    ----------
    grid
        Any frame indexed by ``cell_id``; all columns are optional.
    code_lengths
        Digits that each level adds to a code.

    Returns
    -------
    areas
        By ``area_id``: `name` (the id if none is known), `level`, `parent_id` (missing at the top) and
        `is_cell`. Areas come first, by id, then the cells in the order of the grid. A cell is a row of the
        grid without an area below it, at whatever level.

    Examples
    --------
    >>> areas = hierarchy_of(pd.DataFrame(index=["330421001001"]))
    >>> areas["level"].to_dict()
    {'330421': 'county', '330421001': 'town', '330421001001': 'village'}
    >>> areas.at["330421001", "parent_id"], areas.index[areas["is_cell"]].to_list()
    ('330421', ['330421001001'])
    """
    steps = np.cumsum(code_lengths)
    rows = _rows(grid)
    links = _column_links(rows)
    parent = _text(rows, "parent_id").where(lambda ids: ids != rows.index)
    parent = parent.fillna(links.pop("own")).fillna(_prefixes(rows.index, steps))
    paths = _path_links(rows, known=parent.notna())
    parent = parent.fillna(paths.pop("own"))
    made = _made_areas(parent, links["parents"] | paths["parents"], steps)
    parent = pd.concat([made, parent])
    above = _without_cycles(parent.index.get_indexer(parent))
    areas = DataFrame({"parent_id": parent.mask(above < 0)}, index=parent.index)
    names = _names_by_code(rows, steps) | links["names"] | paths["names"]
    areas["name"] = _text(rows, "name").reindex(areas.index).fillna(_mapped(areas.index, names))
    areas["name"] = areas["name"].fillna(areas.index.to_series())
    areas["is_cell"] = np.arange(len(areas)) >= len(made)
    areas.loc[areas.index[np.unique(above[above >= 0])], "is_cell"] = False
    areas["level"] = _text(rows, "level").reindex(areas.index)
    levels = links["levels"] | paths["levels"]
    areas["level"] = (
        areas["level"].fillna(_mapped(areas.index, levels)).fillna(_code_levels(areas.index, steps))
    )
    areas["level"] = areas["level"].fillna(areas["is_cell"].map({True: "cell", False: "area"}).astype("str"))
    order = np.concatenate([np.sort(areas.index[~areas["is_cell"]]), areas.index[areas["is_cell"]]])
    return areas.loc[order, ["name", "level", "parent_id", "is_cell"]].rename_axis("area_id")


def _text(rows: DataFrame, name: str) -> Series:
    """Give a column as text, with missing for empty; missing throughout if there is no such column."""
    if name not in rows.columns:
        return Series(np.nan, index=rows.index, dtype="str")
    text = id_text(rows[name])
    return text.where(rows[name].notna() & (text.str.strip() != ""))


def _rows(grid: DataFrame) -> DataFrame:
    plain = DataFrame({name: grid[name] for name in NAMING if name in grid})
    plain.index = pd.Index(cell_id_text(grid.index), dtype="str")
    return plain[~plain.index.duplicated()]


def _mapped(index: Any, values: Mapping[str, str]) -> Series:
    return index.to_series().map(values).astype("str")


def _prefixes(ids: Any, steps: Any) -> Series:
    """Give the code one level above each code, missing for what is no code or at the top."""
    text = Series(ids, index=ids, dtype="str")
    length = text.str.len().to_numpy()
    coded = text.str.fullmatch("[0-9]+").to_numpy() & (
        np.isin(length, steps) | (length > steps[min(2, len(steps) - 1)])
    )
    coded &= length <= steps[-1]
    parent = Series(np.nan, index=ids, dtype="str")
    for upper, lower in pairwise(steps):
        fits = coded & (length > upper) & (length <= lower)
        parent = parent.mask(fits, text.str.slice(stop=int(upper)))
    return parent


def _code_levels(ids: Any, steps: Any) -> Series:
    """Name the level of each code by its length."""
    codes = Series(ids, index=ids, dtype="str")
    coded = _prefixes(ids, steps).notna() | (codes.str.fullmatch("[0-9]+") & (codes.str.len() == steps[0]))
    place = np.searchsorted(steps, codes.str.len().to_numpy())
    names = np.array([*LEVELS[: len(steps)], *["cell"] * len(steps)], dtype=object)
    return Series(names[np.minimum(place, len(names) - 1)], index=ids, dtype="str").where(coded)


def _names_by_code(rows: DataFrame, steps: Any) -> dict[str, str]:
    names: dict[str, str] = {}
    for level, step in zip(LEVELS, steps, strict=False):
        label = _text(rows, f"{level}_name").dropna()
        codes = Series(label.index, index=label.index, dtype="str")
        coded = codes.str.fullmatch("[0-9]+") & (codes.str.len() >= step)
        found = Series(label[coded].to_numpy(), index=codes[coded].str.slice(stop=int(step)).to_numpy())
        names |= found[~found.index.duplicated()].to_dict()
    return names


def _column_links(rows: DataFrame) -> dict[str, Any]:
    """Follow `county_id` to `grid_id`: parents of the rows, and what is known of the parents."""
    known = Series(data=False, index=rows.index)
    if not any(f"{level}_id" in rows.columns for level in LEVELS):
        return _links(rows, [], known)
    ids = [_text(rows, f"{level}_id").where(lambda each: each != rows.index) for level in LEVELS]
    return _links(rows, ids, known)


def _path_links(rows: DataFrame, known: Series) -> dict[str, Any]:
    """Make areas from names alone: their id is the path of names, such as ``惠民街道/枫南社区``."""
    if not any(f"{level}_name" in rows.columns for level in LEVELS) or known.all():
        return _links(rows, [], known)
    path, ids = Series("", index=rows.index, dtype="str"), []
    own_level = _text(rows, "level").map({level: place for place, level in enumerate(LEVELS)})
    for place, level in enumerate(LEVELS):
        name = _text(rows, f"{level}_name").mask(known | (own_level <= place))
        path = path.where(name.isna(), (path + "/" + name.fillna("")).str.lstrip("/"))
        ids.append(path.where(name.notna()))
    return _links(rows, ids, known)


def _links(rows: DataFrame, ids: list[Series], known: Series) -> dict[str, Any]:
    above = Series(np.nan, index=rows.index, dtype="str")
    links: dict[str, Any] = {"parents": {}, "names": {}, "levels": {}}
    for level, here in zip(LEVELS, ids, strict=False):
        rows_here = DataFrame({"id": here, "above": above, "name": _text(rows, f"{level}_name")})
        first = rows_here[here.notna() & ~known].drop_duplicates("id").set_index("id")
        links["parents"] |= first["above"].to_dict()
        links["names"] |= first["name"].dropna().to_dict()
        links["levels"] |= dict.fromkeys(first.index, level)
        above = here.fillna(above)
    return links | {"own": above}


def _made_areas(parent: Series, parents: Mapping[str, Any], steps: Any) -> Series:
    """Make the areas that are named as parents but are no rows, up to the top: area to its parent."""
    made = Series(dtype="str", index=pd.Index([], dtype="str"))
    missing = pd.Index(parent.dropna().unique(), dtype="str").difference(parent.index)
    while len(missing):
        above = _mapped(missing, parents).fillna(_prefixes(missing, steps))
        made = pd.concat([made, above.where(above != missing)])
        missing = (
            pd.Index(above.dropna().unique(), dtype="str").difference(parent.index).difference(made.index)
        )
    return made


def _without_cycles(above: Any) -> Any:
    """Cut every area that lies above itself loose; an area and what is above it are positions, none is -1."""
    top, steps = above, 0
    while (top >= 0).any() and steps < _MOST_STEPS:
        top, steps = np.where(top >= 0, above[top], -1), steps + 1
    looped: set[int] = set()
    for start in np.flatnonzero(top >= 0).tolist():
        seen: list[int] = []
        area = start
        while area >= 0 and area not in seen and area not in looped:
            seen.append(area)
            area = int(above[area])
        if area in seen:
            looped.update(seen[seen.index(area) :])
    return np.where(np.isin(np.arange(len(above)), list(looped)), -1, above)
