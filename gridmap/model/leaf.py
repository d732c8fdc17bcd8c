"""The leaves of an atlas: what stands on its pages beside the map, already cleared for its audience."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from gridmap.model.scene import Rows

PERS = ("zone", "grid")


class Person(NamedTuple):
    """Somebody who answers for what a leaf shows: role, name with phone, and for which place within it."""

    role: str
    who: str
    place: str


@dataclass(frozen=True, eq=False)
class Leaf:
    """One page about a zone or a grid.

    Parameters
    ----------
    key, title
        The id and how it is called.
    zone
        The id of the zone that it is about; empty for a grid.
    cells
        The ids of the cells of the grid that it is about; empty for a zone.
    tiers
        The tiers whose measures hold here, the strictest first.
    figures
        Counts, as the audience may see them.
    people
        Who answers for it, by rank; empty for an audience that may not see officials.
    """

    key: str
    title: str
    zone: str
    cells: tuple[str, ...]
    tiers: tuple[str, ...]
    figures: Rows
    people: tuple[Person, ...] = ()


@dataclass(frozen=True, eq=False)
class Album:
    """All leaves, with the names that stand on their maps.

    Parameters
    ----------
    leaves
        In the order of their pages.
    names
        What each area is called.
    lineage
        For every cell of the scene, in its order, the position in `names` of the cell, below it those of
        the areas around it, from the smallest up, without one around all; -1 for none.
    lines
        Streets, rivers and railways with a name, in EPSG:4326: `name`, `kind`, `geometry`; None where none
        are known.
    """

    leaves: tuple[Leaf, ...] = ()
    names: tuple[str, ...] = ()
    lineage: Any = ()
    lines: Any = None
