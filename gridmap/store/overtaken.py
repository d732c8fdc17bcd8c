"""What to say when somebody else has saved in between."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pandas import DataFrame

from gridmap.core.conflict import describe_difference, plan_difference
from gridmap.errors import ConflictError
from gridmap.store import branches, history


def check_not_overtaken(
    connection: sqlite3.Connection,
    path: Path,
    save: int,
    mine: Mapping[str, Any] | None = None,
    *,
    branch: str = branches.MAIN,
) -> None:
    """Refuse to go on if there is a save of the branch after the one that was read.

    Parameters
    ----------
    connection
        A transaction.
    path
        The workspace, for the message.
    save
        The save that was read.
    mine
        The content of the plan that was to be saved.
    branch
        The branch; "" for the main line.

    Raises
    ------
    ConflictError
        With what both have changed.
    """
    last = branches.head_of(connection, branch)
    if last == save:
        return
    difference = difference_since(connection, save, mine, branch=branch)
    raise ConflictError(
        f"{path} was saved meanwhile: {history.describe_save(connection, last)}; what was read here is save "
        f"{save}: {describe_difference(difference)}. Reload and make the change again",
        difference,
    )


def difference_since(
    connection: sqlite3.Connection,
    save: int,
    mine: Mapping[str, Any] | None = None,
    *,
    branch: str = branches.MAIN,
) -> DataFrame:
    """List what the last save of a branch and one's own plan have changed since a save."""
    before = history.read_content(connection, save)
    theirs = history.read_content(connection, branches.head_of(connection, branch))
    return plan_difference(before, theirs, before if mine is None else mine)
