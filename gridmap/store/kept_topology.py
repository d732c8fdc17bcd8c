"""The search for the shared borders of a grid, kept beside it so that nobody has to make it again."""

from __future__ import annotations

import sqlite3
from typing import Any

import numpy as np

from gridmap.core.rings import rings_of
from gridmap.core.runs import fingerprint, offer, packed, runs_of
from gridmap.model.areas import hierarchy_for

_TABLE = "gridmap_topology"


def keep_topology(connection: sqlite3.Connection, grid: Any) -> None:
    """Keep what was searched for in a grid, instead of what was kept of an earlier one.

    It is bound to every coordinate of the grid. Who changes the grid with another program, or damages this
    table, only loses the time that it saves.

    Parameters
    ----------
    connection
        A workspace, within a writing transaction.
    grid
        The grid that is written in the same transaction.
    """
    rings = rings_of(np.asarray(hierarchy_for(grid).geometry.array, dtype=object))
    own = fingerprint(rings)
    runs = packed(runs_of(rings), own)
    connection.execute(f"DROP TABLE IF EXISTS {_TABLE}")
    connection.execute(f"CREATE TABLE {_TABLE} (fingerprint BLOB PRIMARY KEY NOT NULL, runs BLOB NOT NULL)")
    connection.execute(f"INSERT INTO {_TABLE} VALUES (?, ?)", (own, runs))  # noqa: S608 (the name is a constant)
    offer(own, runs)


def offer_kept(connection: sqlite3.Connection) -> None:
    """Have what was kept at hand for the first who asks for the topology of the grid, if it is its own."""
    columns = {name for _, name, *_ in connection.execute(f"PRAGMA table_info({_TABLE})")}
    if not {"fingerprint", "runs"} <= columns:
        return
    kept = connection.execute(f"SELECT fingerprint, runs FROM {_TABLE} LIMIT 1").fetchone()  # noqa: S608 (as above)
    if kept is not None and all(isinstance(each, bytes) for each in kept):
        offer(*kept)
