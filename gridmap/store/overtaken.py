"""What to say when somebody else has saved in between."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pandas import DataFrame

from gridmap.core.conflict import describe_difference, plan_difference
from gridmap.errors import ConflictError
from gridmap.store import history


def check_not_overtaken(
    connection: sqlite3.Connection, path: Path, save: int, mine: Mapping[str, Any] | None = None
) -> None:
    """Refuse to go on if there is a save after the one that was read.

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

    Raises
    ------
    ConflictError
        With what both have changed.
    """
    last = history.last_save(connection)
    if last == save:
        return
    difference = difference_since(connection, save, mine)
    raise ConflictError(
        f"{path} was saved meanwhile: {history.describe_save(connection, last)}; what was read here is save "
        f"{save}: {describe_difference(difference)}. Reload and make the change again",
        difference,
    )


def difference_since(
    connection: sqlite3.Connection, save: int, mine: Mapping[str, Any] | None = None
) -> DataFrame:
    """List what the last save and one's own plan have changed since a save."""
    before = history.read_content(connection, save)
    theirs = history.read_content(connection, history.last_save(connection))
    return plan_difference(before, theirs, before if mine is None else mine)
