"""Whether cells are provisional: made up for want of the true grid, until that replaces them."""

from __future__ import annotations

from typing import Any

PROVISIONAL = "provisional"
_YES = ("true", "1", "1.0", "yes", "是")


def is_provisional(grid: Any) -> bool:
    """Tell whether any cell of a grid is marked provisional, in whatever form a file kept the mark.

    Examples
    --------
    >>> is_provisional(pd.DataFrame({"provisional": ["true", None]}))
    True
    """
    if PROVISIONAL not in grid:
        return False
    return bool(grid[PROVISIONAL].astype("str").str.casefold().isin(_YES).any())
