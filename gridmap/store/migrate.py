"""Bring a workspace of an older gridmap up to date, after a copy of it was made.

Version 1 had no log of replaced tables. Version 2 keeps one, so that who was overtaken is told by whom.
Version 3 keeps the moves of every workbench, so that nothing unsaved is lost, and branches of the plan.
Version 4 keeps duties set by hand with their log, the duties in force, and what came back from the field.
Version 5 keeps events: what happened to zones, households and gates when, and who recorded it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

from gridmap.store import branches, event_log, history, move_log, pin_log, table_log
from gridmap.store.backup import back_up
from gridmap.store.database import reading, writing
from gridmap.store.workspace_file import SCHEMA_VERSION, own_version


def _to_version_3(connection: sqlite3.Connection) -> None:
    branches.prepare(connection)
    move_log.prepare(connection)


_STEPS: dict[int, Callable[[sqlite3.Connection], None]] = {
    1: table_log.prepare,
    2: _to_version_3,
    3: pin_log.prepare,
    4: event_log.prepare,
}


def migrate(path: Path, *, timeout_s: float) -> None:
    """Bring a workspace to the present version, whole or not at all; one that has it is only read.

    Parameters
    ----------
    path
        A workspace that `gridmap.store.workspace_file.check_workspace` accepts.
    timeout_s
        How long to wait for another program that is writing.

    Raises
    ------
    WorkspaceError
        If it cannot be copied or written; it is left as it is.
    """
    with reading(path, timeout_s=timeout_s) as connection:
        if _version(connection) == SCHEMA_VERSION:
            return
    with writing(path, timeout_s=timeout_s) as connection:
        found = _version(connection)
        if found == SCHEMA_VERSION:  # another program was faster
            return
        back_up(path, why=f"before-version-{SCHEMA_VERSION}", timeout_s=timeout_s)
        for version in range(found, SCHEMA_VERSION):
            _STEPS[version](connection)
        history.set_meta(connection, "schema_version", str(SCHEMA_VERSION))
        history.set_meta(connection, "gridmap_version", own_version())


def _version(connection: sqlite3.Connection) -> int:
    return int(history.get_meta(connection, "schema_version"))
