"""Compare sets of households: sources, rows, tiers and lists against what was counted again.

Whole columns are compared; only where they differ is it looked household by household.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pandas import DataFrame, Series

from gridmap.core.recount import Recount, first_places, text
from gridmap.model.certificate import Difference
from gridmap.model.placement import REASONS, Placement
from gridmap.model.shown import shows_counts

_NO = pa.scalar(value=False)


@shows_counts
@dataclass(frozen=True, eq=False)
class Listed:
    """A list that was handed out, read back.

    Parameters
    ----------
    name
        What it is called in messages.
    rows
        `household_id`, and `cell_id` and `tier` where the list shows them; one row for each household shown.
    tiers
        The tiers whose households it should hold; missing for every placed household.
    whole
        Whether it should hold all of them; what one official has holds some.
    """

    name: str
    rows: DataFrame
    tiers: tuple[str, ...] | None = None
    whole: bool = True


def source_differences(recount: Recount, source_ids: Iterable[str], name: str) -> Iterator[Difference]:
    """Compare the ids of a source table with the rows that were placed or excepted, each counted once.

    A source row without an id is known by its position, as ``row-17``.
    """
    wanted = _texts(source_ids)
    if recount.complete and wanted.equals(recount.roster):
        return
    found = pa.concat_arrays([recount.ids, recount.excepted_ids])
    unequal = _unequal_counts(wanted, found)
    for household, due, here in unequal:
        if due > here:
            detail = f"in {name}, but neither placed nor an exception"
            yield Difference(household, "lost", "placement", detail)
    for household, due, here in unequal:
        if here > due:
            kind = "doubled" if due else "invented"
            yield Difference(household, kind, "placement", f"{here} times, {due} in {name}")


def row_differences(recount: Recount) -> Iterator[Difference]:
    """Check that placed rows and exceptions together are the roster, row by row."""
    rows, named = recount.excepted, recount.excepted_ids
    inside = (rows >= 0) & (rows < len(recount.roster))
    there = recount.roster.take(pa.array(np.where(inside, rows, 0))) if inside.any() else recount.excepted_ids
    for place in np.flatnonzero(~inside | ~_equal(there, recount.excepted_ids)):
        detail = f"no such exception in row {rows[place]} of the roster"
        yield Difference(str(named[int(place)]), "invented", "placement", detail)
    reasons = recount.reasons
    for place in np.flatnonzero(~reasons.isin(REASONS)):
        detail = f"without a known reason: {reasons.iloc[place]!r}"
        yield Difference(str(named[int(place)]), "excepted", "placement", detail)
    if not recount.in_order:
        yield from _misplaced(recount)


def _misplaced(recount: Recount) -> Iterator[Difference]:
    """Name the first household out of the order of the roster, if no other is lost or doubled."""
    kept = np.ones(len(recount.roster), dtype=bool)
    kept[recount.excepted[(recount.excepted >= 0) & (recount.excepted < len(kept))]] = False
    expected = recount.roster.filter(pa.array(kept))
    if len(expected) == len(recount.ids) and not _unequal_counts(expected, recount.ids):
        first = expected[int(np.argmin(_equal(expected, recount.ids)))].as_py()
        detail = "the placed rows are not in the order of the roster"
        yield Difference(first, "moved", "placement", detail)


def list_differences(listed: Listed, placement: Placement, tiers: Series) -> Iterator[Difference]:
    """Compare a list with the households that should be in it: who, in which cell, under which tier."""
    wanted = tiers if listed.tiers is None else tiers[tiers.isin(listed.tiers)]
    ids = _texts(listed.rows["household_id"])
    due = text(wanted.index.array)
    if not due.equals(ids):
        yield from _list_ids(listed, ids, due)
    for column, truth, kind in (("cell_id", placement.cells, "moved"), ("tier", tiers, "tier")):
        if column in listed.rows:
            yield from _column_differences(listed, ids, column, truth, kind)


def _list_ids(listed: Listed, ids: Any, due: Any) -> Iterator[Difference]:
    unequal = _unequal_counts(pc.unique(due), ids)
    for household, wanted, found in unequal if listed.whole else ():
        if wanted and not found:
            yield Difference(household, "lost", listed.name, "not in the list")
    for household, wanted, found in unequal:
        if found and not wanted:
            detail = "in the list, but does not belong there"
            yield Difference(household, "invented", listed.name, detail)
    for household, _, found in unequal:
        if found > 1:
            yield Difference(household, "doubled", listed.name, f"{found} times in the list")


def _column_differences(
    listed: Listed, ids: Any, column: str, truth: Series, kind: str
) -> Iterator[Difference]:
    shown = listed.rows[column]
    known = text(truth.index.array)
    places = np.arange(len(ids)) if known.equals(ids) else first_places(ids, known)
    right = text(truth).take(pa.array(places, mask=places < 0))
    wrong = pc.coalesce(pc.not_equal(_texts(shown), right), _NO)
    households = listed.rows["household_id"]
    for place in np.flatnonzero(np.asarray(wrong) & shown.notna().to_numpy()):
        detail = f"{shown.iloc[place]!r} in the list, {right[int(place)].as_py()!r} by the plan"
        yield Difference(str(households.iloc[place]), kind, listed.name, detail)


def tier_differences(found: Series, expected: Series) -> Iterator[Difference]:
    """Compare two answers to which tier each household carries."""
    ids, due = _texts(found.index), text(expected.index.array)
    same = ids.equals(due)
    if not same:
        for household in sorted(set(pc.unique(due).to_pylist()) - set(pc.unique(ids).to_pylist())):
            yield Difference(household, "lost", "tiers", "placed, but has no answer to its tier")
    places = np.arange(len(ids)) if same else first_places(ids, due)
    right = text(expected).take(pa.array(places, mask=places < 0))
    equal = _equal(_texts(found), right)
    for place in np.flatnonzero(~equal):
        household, tier = ids[int(place)].as_py(), right[int(place)].as_py()
        if tier is None:
            yield Difference(household, "invented", "tiers", "has a tier, but is not placed")
        else:
            detail = f"{found.iloc[place]!r}, but the plan says {tier!r}"
            yield Difference(household, "tier", "tiers", detail)


def _texts(values: Any) -> Any:
    """Return whatever ids or words as an Arrow array of texts; missing ones stay missing."""
    if isinstance(values, pa.Array):
        return values
    array = getattr(values, "array", None)
    if array is None:
        return pa.array([str(each) for each in values], pa.large_string())
    return text(array if values.dtype == "str" else values.astype("str").array)


def _equal(one: Any, other: Any) -> Any:
    """Tell which texts are the same; a missing one equals nothing."""
    return np.asarray(pc.coalesce(pc.equal(one, other), _NO), dtype=bool)


def _unequal_counts(wanted: Any, found: Any) -> list[tuple[str, int, int]]:
    """Return each id that does not stand as often in both, and how often it does, in the order of ids."""
    both = pa.concat_arrays([wanted, found]).dictionary_encode()
    codes = np.asarray(both.indices.fill_null(-1)) + 1
    due, here = (
        np.bincount(part, minlength=len(both.dictionary) + 1)[1:]
        for part in (codes[: len(wanted)], codes[len(wanted) :])
    )
    differ = np.flatnonzero(due != here)
    ids = both.dictionary.take(pa.array(differ)).to_pylist()
    return sorted(zip(ids, due[differ].tolist(), here[differ].tolist(), strict=True))
