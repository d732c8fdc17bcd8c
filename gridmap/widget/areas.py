"""The choice of areas: levels, a search, and what of the grid fits both."""

from __future__ import annotations

from pandas import DataFrame

from gridmap.model.areas import Hierarchy
from gridmap.model.hierarchy import LEVELS

MOST_LISTED = 300

Options = list[tuple[str, str]]


class AreaIndex:
    """The areas of a grid, by level, with the names that people look for.

    Parameters
    ----------
    hierarchy
        The cells and the areas above them.
    """

    def __init__(self, hierarchy: Hierarchy) -> None:
        areas = hierarchy.areas
        above = areas["parent_id"].map(areas["name"]).fillna("")
        named = areas["name"].fillna(areas.index.to_series())
        label = (above + " " + named).str.strip()
        self._areas = DataFrame({"level": areas["level"], "label": label}, index=areas.index)
        self._key = (label + " " + areas.index.to_series()).str.casefold()

    @property
    def levels(self) -> list[str]:
        """The levels of the grid, from the county down; unusual ones last."""
        found = self._areas["level"].unique().tolist()
        usual = [level for level in LEVELS if level in found]
        return [*usual, *(level for level in found if level not in usual)]

    def find(self, level: str, search: str = "") -> tuple[Options, int]:
        """List the areas of a level whose name, or that of the area above, or code holds the search.

        Returns
        -------
        options
            Label and area id, at most `MOST_LISTED`.
        left_out
            How many more there are.
        """
        fits = self._areas["level"] == level
        for part in search.casefold().split():
            fits &= self._key.str.contains(part, regex=False)
        found = self._areas.loc[fits, "label"]
        listed = found.head(MOST_LISTED)
        return list(zip(listed, listed.index, strict=True)), len(found) - len(listed)
