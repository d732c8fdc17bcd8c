"""What became of duties after a change: who is new to whom."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pandas import DataFrame

from gridmap.model.duties import PIN_COLUMNS, Duties, no_rows
from gridmap.model.placement import Placement

CHANGE_COLUMNS = ("role", "target_kind", "target", "before", "after")


def compare_duties(
    before: Duties | DataFrame | None, after: Duties | DataFrame | None, *, placement: Placement | None = None
) -> DataFrame:
    """List every zone, area, site and household that another official answers for than before.

    Parameters
    ----------
    before, after
        The duties, or their tables: `official_id` (also as the index), `role`, `target_kind`, `target`. None
        is nobody.
    placement
        If given, only households that are placed are compared: one that moved away is no change.

    Returns
    -------
    changes
        `role`, `target_kind`, `target`, `before`, `after` (official ids; empty text for nobody): one row for
        each person who is replaced, new or gone. Zones, areas and sites come first, then households, in the
        order of `after`, then what only `before` had.

    Examples
    --------
    >>> columns = ["official_id", "role", "target_kind", "target"]
    >>> was = DataFrame([("o1", "linked_member", "household", "h1")], columns=columns)
    >>> now = DataFrame([("o2", "linked_member", "household", "h1")], columns=columns)
    >>> compare_duties(was, now).to_numpy().tolist()
    [['linked_member', 'household', 'h1', 'o1', 'o2']]
    """
    was, now = duty_rows(before, placement), duty_rows(after, placement)
    homes = [rows["target_kind"] == "household" for rows in (was, now)]
    posts = DataFrame(_posts(was[~homes[0]], now[~homes[1]]), columns=list(CHANGE_COLUMNS))
    return pd.concat([posts.astype("str"), *_homes(was[homes[0]], now[homes[1]])], ignore_index=True)


def change_shares(
    before: Duties | DataFrame | None, after: Duties | DataFrame | None, *, placement: Placement | None = None
) -> DataFrame:
    """Count the households that had a person and have another one now, or nobody.

    Parameters
    ----------
    before, after, placement
        As in `compare_duties`.

    Returns
    -------
    shares
        By `role`: `households` (linked before), `changed`, `share` (changed / households).
    """
    was = duty_rows(before, placement)
    linked = was.loc[was["target_kind"] == "household", "role"].value_counts(sort=False)
    changes = compare_duties(before, after, placement=placement)
    lost = changes[(changes["target_kind"] == "household") & (changes["before"] != "")]
    changed = lost["role"].value_counts().reindex(linked.index, fill_value=0)
    shares = DataFrame({"households": linked, "changed": changed}).astype("int64")
    return shares.assign(share=shares["changed"] / shares["households"]).rename_axis("role")


def duty_rows(duties: Duties | DataFrame | None, placement: Placement | None = None) -> DataFrame:
    """Return official, role, kind and target of duties as texts.

    Parameters
    ----------
    duties
        Duties, or a table of them, whose officials may be its index; None for none.
    placement
        If given, households that are not placed are left out.
    """
    if duties is None:
        return no_rows(PIN_COLUMNS)
    table = duties.table if isinstance(duties, Duties) else duties
    named = table if "official_id" in table else table.rename_axis("official_id").reset_index()
    rows = named[list(PIN_COLUMNS)].astype("str").fillna("").reset_index(drop=True)
    if placement is None:
        return rows
    home = (rows["target_kind"] == "household").to_numpy()
    gone = home.copy()
    gone[home] = _places(_texts(rows.loc[home, "target"]), _texts(placement.cells.index)) < 0
    return rows[~gone].reset_index(drop=True)


def _posts(was: DataFrame, now: DataFrame) -> Iterator[tuple[str, ...]]:
    """Pair those who left a zone, area or site with those who came, in the order in which they stand."""
    held: dict[tuple[str, ...], tuple[list[str], list[str]]] = {}
    for place, rows in ((1, now), (0, was)):
        for official, *key in rows.drop_duplicates().itertuples(index=False, name=None):
            held.setdefault(tuple(key), ([], []))[place].append(official)
    for key, (left, came) in held.items():
        gone = [each for each in left if each not in came]
        new = [each for each in came if each not in left]
        yield from ((*key, old, young) for old, young in zip_longest(gone, new, fillvalue=""))


def _homes(was: DataFrame, now: DataFrame) -> Iterator[DataFrame]:
    """Yield the households of each role whose person changed."""
    for role in dict.fromkeys([*now["role"].unique(), *was["role"].unique()]):
        old, new = (_of_role(rows, role) for rows in (was, now))
        targets, known = _texts(new["target"]), _texts(old["target"])
        place = _places(targets, known)
        before = _taken(old["official_id"], place)
        changed = np.flatnonzero(np.asarray(pc.not_equal(before, _texts(new["official_id"]))))
        gone = np.flatnonzero(_places(known, targets) < 0)
        yield _rows(
            role, targets.take(changed), before.take(changed), _texts(new["official_id"]).take(changed)
        )
        nobody = pa.array([""] * len(gone), pa.large_string())
        yield _rows(role, known.take(gone), _texts(old["official_id"]).take(gone), nobody)


def _of_role(rows: DataFrame, role: str) -> DataFrame:
    """Return the rows of a role; of a household that has two people the first."""
    mine = rows[rows["role"] == role]
    targets = _texts(mine["target"])
    return mine if pc.count_distinct(targets).as_py() == len(targets) else mine.drop_duplicates("target")


def _rows(role: str, targets: Any, before: Any, after: Any) -> DataFrame:
    columns = {"target": targets, "before": before, "after": after}
    frame = DataFrame({name: pd.array(each, dtype="str") for name, each in columns.items()})
    return frame.assign(role=role, target_kind="household").astype("str")[list(CHANGE_COLUMNS)]


def _taken(values: Any, places: Any) -> Any:
    """Return the text at each place; empty text for -1."""
    return pa.concat_arrays([_texts(values), pa.array([""], pa.large_string())]).take(
        pa.array(np.where(places < 0, len(values), places))
    )


def _places(texts: Any, among: Any) -> Any:
    """Return the place of each text among others; -1 where it is not there."""
    if texts.equals(among):
        return np.arange(len(texts))
    return np.asarray(pc.fill_null(pc.index_in(texts, value_set=among), -1), dtype=np.intp)


def _texts(values: Any) -> Any:
    texts = pa.array(values.astype("str").array, pa.large_string())
    return texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
