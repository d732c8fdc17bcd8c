"""What waits for a person's word, each with a key under which the answer is found again."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
from pandas import DataFrame, Series

from gridmap.core.renewal.traits import folded, phone_digits

if TYPE_CHECKING:
    from gridmap.core.renewal.renewal import Renewal

PAIR, TAKEN, GONE, DOUBLED = "pair", "taken", "gone", "doubled"
QUEUE_COLUMNS = ("item", "kind", "old_row", "new_row", "old_id", "new_id", "why", "reason", "strength")
ANSWERS = {
    PAIR: ("same", "different"),
    TAKEN: ("doubled", "different"),
    GONE: ("drop", "keep"),
    DOUBLED: ("drop", "keep"),
}
"""What may be decided of each kind."""

_LETTERS = 12
_SIGNED = ("address", "head_name", "name", "phone", "role", "territory")


def queue_of(renewal: Renewal) -> DataFrame:
    """List the doubtful pairs, the rows that are gone, and those that stand in the old roster twice."""
    pairs = renewal.doubtful
    kinds = np.where(pairs["why"] == TAKEN, TAKEN, PAIR)
    rows = [
        (kind, old, new, why, reason, strength)
        for kind, old, new, why, reason, strength in zip(
            kinds,
            pairs["old_row"],
            pairs["new_row"],
            pairs["why"],
            pairs["reason"],
            pairs["strength"],
            strict=True,
        )
    ]
    for kind in (GONE, DOUBLED):
        alone = np.flatnonzero(renewal.old_rows["status"] == kind)
        rows += [(kind, row, -1, kind, "", 0.0) for row in alone.tolist()]
    return listed(renewal, rows)


def listed(renewal: Renewal, rows: list[tuple[str, int, int, str, str, float]]) -> DataFrame:
    """Give rows of kind, old row, new row, why, reason and strength their ids and keys."""
    frame = DataFrame(rows, columns=["kind", "old_row", "new_row", "why", "reason", "strength"])
    signs = {}
    for side, roster in (("old", renewal.old), ("new", renewal.new)):
        at = frame[f"{side}_row"].to_numpy(dtype="int64")
        ids = renewal.old_rows["id"] if side == "old" else renewal.new_rows["id"]
        found = np.append(ids.to_numpy(dtype=object), "")
        frame[f"{side}_id"] = Series(found[at], dtype="str")
        signs[side] = np.append(_signs(roster, ids, at[at >= 0]), "")[at]
    keys = zip(frame["kind"].replace(TAKEN, PAIR), signs["old"], signs["new"], strict=True)
    seen: Counter[tuple[str, str, str]] = Counter()
    items = []
    for key in keys:
        items.append(_key(renewal.table, *key, str(seen[key])))
        seen[key] += 1
    frame["item"] = Series(items, dtype="str")
    return frame.astype({"old_row": "int64", "new_row": "int64", "strength": "float64"})[list(QUEUE_COLUMNS)]


def _signs(roster: DataFrame, ids: Series, at: np.ndarray) -> np.ndarray:
    """Sign the rows asked for by what they are known by, so that an answer holds for nobody else."""
    signs = np.full(len(roster), "", dtype=object)
    wanted = np.unique(at)
    few = roster.iloc[wanted]
    parts = [folded(ids.iloc[wanted]).to_numpy(dtype=object)]
    for name in _SIGNED:
        if name in few.columns:
            texts = phone_digits(few[name]) if name == "phone" else folded(few[name])
            parts.append(texts.to_numpy(dtype=object))
    signs[wanted] = ["\n".join(values) for values in zip(*parts, strict=True)]
    return signs


def _key(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:_LETTERS]
