"""What a part of a roster must know of the other parts, to be placed as it would be within the whole."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from pandas import DataFrame, Series

from gridmap.model.shown import shows_counts


@shows_counts
@dataclass(frozen=True, eq=False)
class Elsewhere:
    """The facts about a part that only the other parts of the roster and of the grid hold.

    Parameters
    ----------
    repeated
        Ids of the part that stand in an earlier part of the roster: here they are repeated.
    homes
        `building` (a key of `building_keys`) and `cell_id`, each pair once: the cells in which the whole
        roster has the buildings that households without a place name. None if the part is the whole roster.
    cells
        Ids of cells in other parts of the grid; those that this part or `homes` name are enough.
    areas
        The names of areas of the whole grid, by id; those that are missing here are the part's own.
    """

    repeated: Any = field(default_factory=lambda: pd.Index([], dtype="str"))
    homes: DataFrame | None = None
    cells: Any = field(default_factory=lambda: pd.Index([], dtype="str"))
    areas: Series = field(default_factory=lambda: Series(dtype="str"))


NOTHING = Elsewhere()
