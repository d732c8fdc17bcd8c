"""Marks of a renewed roster: how fast it is matched, and how much of what is taken is right."""

from __future__ import annotations

from statistics import median
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas import DataFrame
from rapidfuzz.fuzz import token_sort_ratio
from rapidfuzz.process import cdist

from benchmarks.harness import Contestant, Figure, Race, race
from benchmarks.worlds import SEED, Scale
from gridmap.core.renewal.match import match_households
from gridmap.sample import RenewedRoster, make_county, renew_roster

OWN, BY_ID = "gridmap", "pandas, merged by id"
FUZZY = "rapidfuzz cdist in each building, best of both"
_MOST, _PER_CELL = 200_000, 20
_CHANGED, _MISSPELLED = 0.05, 0.01
_SECONDS, _RIGHT = 30.0, 0.999
_ALIKE = 85.0
_TEXTS = ("head_name", "phone", "address")

Pairs = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]
"""Rows of the old and of the new roster."""


def mark_renewal(scale: Scale) -> list[Figure]:
    """Match a roster of which one in twenty changed, and one in a hundred is misspelled, to the known one."""
    size = min(scale.points, _MOST)
    old = make_county(cells=max(size // _PER_CELL, 100), households=size, seed=SEED).households
    later = renew_roster(old, seed=SEED, changed=_CHANGED, misspelled=_MISSPELLED)
    new = later.households
    answers: dict[str, Pairs] = {}

    def kept(name: str, pairs: Pairs) -> tuple[str, Pairs]:
        answers[name] = pairs
        return name, pairs

    run = race(
        [
            Contestant(OWN, lambda _: kept(OWN, _matched(old, new))),
            Contestant(FUZZY, lambda _: kept(FUZZY, _alike(old, new)), runs=scale.few_runs),
            Contestant(BY_ID, lambda _: kept(BY_ID, _by_id(old, new))),
        ],
        peer=FUZZY,
        runs=scale.few_runs,
        differences=lambda answer: int((~_right(answer[1], old, later)).sum()),
    )
    return _figures(run, {name: _shares(pairs, old, later) for name, pairs in answers.items()}, size)


def _figures(run: Race, shares: dict[str, dict[str, float]], size: int) -> list[Figure]:
    rows = {name: {**row, **shares[name]} for name, row in run.rows().items()}
    rest: dict[str, Any] = {"world": {"seed": SEED, "homes": size}, "rows": rows, "note": _NOTE}
    work = f"{size:,} households matched to {size:,}"
    seconds = median(run.seconds[OWN]) / _SECONDS
    right = shares[OWN]["right"] / _RIGHT
    return [
        Figure("renewal", f"seconds, {work}", f"{_SECONDS:g} s", seconds, at_most=1.0, **rest),
        Figure(
            "renewal", f"share right of what is taken, {work}", f"{_RIGHT:.1%}", right, at_least=1.0, **rest
        ),
        Figure("renewal", work, FUZZY, median(run.gains(OWN)), **rest),
    ]


_NOTE = (
    f"of the roster {_CHANGED:.0%} changed (gone, moved, replaced by others under the same id, another head, "
    f"phone or id, entered twice) and {_MISSPELLED:.0%} of the rows are misspelled; differences are pairs "
    "that are not one household by the key of the generator, found is the share of the households still there"
)


def _matched(old: DataFrame, new: DataFrame) -> Pairs:
    pairs = match_households(old, new).pairs
    return pairs["old_row"].to_numpy(), pairs["new_row"].to_numpy()


def _by_id(old: DataFrame, new: DataFrame) -> Pairs:
    at = old.index.get_indexer(new.index)
    found = np.flatnonzero(at >= 0)
    return at[found], found


def _alike(old: DataFrame, new: DataFrame) -> Pairs:
    """Compare name, phone and address of all in one building, and take the best of both from 85 of 100."""
    texts = [frame[list(_TEXTS)].agg(" ".join, axis=1).to_numpy(dtype=object) for frame in (old, new)]
    keys = [frame["cell_id"].str.cat(frame["building"], sep="/").to_numpy() for frame in (old, new)]
    groups = [pd.Series(range(len(each))).groupby(each).indices for each in keys]
    found: list[Pairs] = []
    for key in groups[0].keys() & groups[1].keys():
        rows = [side[key] for side in groups]
        score = cdist(texts[0][rows[0]], texts[1][rows[1]], scorer=token_sort_ratio, score_cutoff=_ALIKE)
        best = score.argmax(axis=1)
        mutual = (score.argmax(axis=0)[best] == np.arange(len(best))) & (score.max(axis=1) >= _ALIKE)
        found.append((rows[0][mutual], rows[1][best[mutual]]))
    old_rows, new_rows = zip(*found, strict=True)
    return np.concatenate(old_rows), np.concatenate(new_rows)


def _right(pairs: Pairs, old: DataFrame, later: RenewedRoster) -> npt.NDArray[np.bool_]:
    true = later.key["old_id"].to_numpy()[pairs[1]]
    return np.asarray(true == old.index.to_numpy()[pairs[0]])


def _shares(pairs: Pairs, old: DataFrame, later: RenewedRoster) -> dict[str, float]:
    right = _right(pairs, old, later)
    there = len(old) - len(later.gone)
    return {"right": float(right.mean()), "found": float(right.sum() / there)}
