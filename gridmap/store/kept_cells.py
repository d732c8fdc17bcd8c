"""The cells as a map draws them, kept beside the grid so that opening a map need not work them out again."""

from __future__ import annotations

import sqlite3
from typing import Any

import numpy as np

from gridmap.core.drawn import DrawnCells, draw_cells, fingerprint
from gridmap.core.encode import EncodedCells
from gridmap.core.rings import Floats
from gridmap.model.areas import Hierarchy, hierarchy_for

_TABLE = "gridmap_drawn_cells"
_COLUMNS = {
    "fingerprint": bytes,
    "cells": int,
    "arcs": int,
    "west": float,
    "south": float,
    "step": float,
    "data": bytes,
    "areas": bytes,
    "bounds": bytes,
}
_TYPES = {bytes: "BLOB", int: "INTEGER", float: "REAL"}


def keep_cells(connection: sqlite3.Connection, grid: Any) -> None:
    """Keep what a map draws of a grid, instead of what was kept of an earlier one.

    It is bound to every coordinate of the grid. Who changes the grid with another program, or damages this
    table, only loses the time that it saves.

    Parameters
    ----------
    connection
        A workspace, within a writing transaction.
    grid
        The grid that is written in the same transaction.
    """
    connection.execute(f"DROP TABLE IF EXISTS {_TABLE}")
    hierarchy = hierarchy_for(grid)
    if hierarchy.geometry.crs is None:
        return
    drawn = draw_cells(hierarchy)
    encoded, areas, bounds = drawn.encoded, *(_told(each) for each in (drawn.areas_m2, drawn.bounds))
    columns = ", ".join(f"{name} {_TYPES[kind]} NOT NULL" for name, kind in _COLUMNS.items())
    connection.execute(f"CREATE TABLE {_TABLE} ({columns})")
    values = (encoded.cells, encoded.arcs, *encoded.origin, encoded.step, encoded.data, areas, bounds)
    marks = ", ".join("?" for _ in _COLUMNS)
    connection.execute(f"INSERT INTO {_TABLE} VALUES ({marks})", (fingerprint(hierarchy), *values))  # noqa: S608 (the name is a constant)


def kept_cells(connection: sqlite3.Connection, hierarchy: Hierarchy) -> DrawnCells | None:
    """Return what was kept, if it is of just these cells; else None."""
    known = {name for _, name, *_ in connection.execute(f"PRAGMA table_info({_TABLE})")}
    if not known >= set(_COLUMNS) or hierarchy.geometry.crs is None:
        return None
    row = connection.execute(f"SELECT {', '.join(_COLUMNS)} FROM {_TABLE} LIMIT 1").fetchone()  # noqa: S608 (as above)
    kinds = zip(row or (), _COLUMNS.values(), strict=False)
    if row is None or not all(isinstance(value, kind) for value, kind in kinds):
        return None
    print_of_cells, cells, arcs, west, south, step, data, areas, bounds = row
    size = len(hierarchy.cell_ids)
    if (cells, len(areas), len(bounds)) != (size, 8 * size, 8 * 4):
        return None
    if print_of_cells != fingerprint(hierarchy):
        return None
    encoded = EncodedCells(cells=cells, arcs=arcs, origin=(west, south), step=step, data=data)
    return DrawnCells(encoded, *(np.frombuffer(each, dtype="<f8") for each in (areas, bounds)))


def _told(numbers: Floats) -> bytes:
    return numbers.astype("<f8").tobytes()
