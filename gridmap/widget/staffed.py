"""Whether duties are given along with what needs them, or only when they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gridmap.workbench import Workbench

_MOST_CELLS = 20_000
_MOST_HOUSEHOLDS = 200_000


def is_soon_staffed(bench: Workbench) -> bool:
    """Tell whether giving duties takes no longer than a person waits."""
    cells, households = len(bench.plan.hierarchy.cell_ids), len(bench.placement.cells)
    return cells <= _MOST_CELLS and households <= _MOST_HOUSEHOLDS
