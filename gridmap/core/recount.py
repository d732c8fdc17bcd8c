"""Count again: compare sets of households, by code that shares nothing with placement and tallies.

Everything here is found again from the source rows, the polygons and the words of the plan.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely
from pandas import DataFrame, Series

from gridmap.model.areas import outlines_of
from gridmap.model.certificate import Difference
from gridmap.model.placement import REASONS, Placement
from gridmap.model.tables import hierarchy_of

Pairs = list[tuple[str, str]]


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


def source_differences(placement: Placement, source_ids: Iterable[str], name: str) -> Iterator[Difference]:
    """Compare the ids of a source table with the rows that were placed or excepted, each counted once.

    A source row without an id is known by its position, as ``row-17``.
    """
    wanted = Counter(str(each) for each in source_ids)
    found = Counter(placement.cells.index) + Counter(placement.exceptions["household_id"])
    for household in sorted(wanted - found):
        yield Difference(household, "lost", "placement", f"in {name}, but neither placed nor an exception")
    for household in sorted(found - wanted):
        kind = "doubled" if household in wanted else "invented"
        yield Difference(
            household, kind, "placement", f"{found[household]} times, {wanted[household]} in {name}"
        )


def row_differences(placement: Placement) -> Iterator[Difference]:
    """Check that placed rows and exceptions together are the roster, row by row."""
    roster = list(placement.households.index)
    rows = [int(row) for row in placement.exceptions["row"]]
    for row, named in zip(rows, placement.exceptions["household_id"], strict=True):
        if not 0 <= row < len(roster) or roster[row] != named:
            yield Difference(
                str(named), "invented", "placement", f"no such exception in row {row} of the roster"
            )
    for reason, named in zip(
        placement.exceptions["reason"], placement.exceptions["household_id"], strict=True
    ):
        if reason not in REASONS:
            yield Difference(str(named), "excepted", "placement", f"without a known reason: {reason!r}")
    excepted = set(rows)
    expected = [household for row, household in enumerate(roster) if row not in excepted]
    if expected != list(placement.cells.index) and Counter(expected) == Counter(placement.cells.index):
        first = next(one for one, two in zip(expected, placement.cells.index, strict=True) if one != two)
        yield Difference(
            str(first), "moved", "placement", "the placed rows are not in the order of the roster"
        )


def cell_differences(placement: Placement) -> Iterator[Difference]:
    """Check placed households against the polygons: in or on its cell, and in none that sorts before."""
    areas = hierarchy_of(placement.grid)
    cells = outlines_of(placement.grid, areas)
    shapes = dict(zip(cells.index.astype(str), cells.array, strict=True))
    roster = placement.households[~placement.households.index.duplicated()]
    points = dict(zip(roster.index, roster.geometry.array, strict=True))
    declared = dict(zip(roster.index, roster["cell_id"], strict=True))
    placed = list(placement.cells.items())
    unknown = [pair for pair in placed if pair[1] not in shapes]
    for household, cell in unknown:
        yield Difference(
            str(household), "moved", "placement", f"placed in {cell!r}, which the grid does not have"
        )
    located = [pair for pair in placed if pair[1] in shapes and _has_point(points.get(pair[0]))]
    yield from _outside(located, shapes, points)
    yield from _not_first(located, cells, points)
    unlocated = [pair for pair in placed if not _has_point(points.get(pair[0]))]
    for household, cell in unlocated:
        home = declared.get(household)
        if home in shapes and home != cell:
            yield Difference(
                str(household), "moved", "placement", f"placed in {cell!r}, declared in {home!r}"
            )
    yield from _without_neighbours(
        [pair for pair in unlocated if declared.get(pair[0]) not in shapes], placement
    )


def _without_neighbours(addressed: Pairs, placement: Placement) -> Iterator[Difference]:
    """Find households placed by their address in a cell where nobody else has their building."""
    if not addressed:
        return
    parts = placement.address_parts
    buildings = list(zip(parts["compound"], parts["building"], strict=True))
    homes = Counter((*building, cell) for building, cell in zip(buildings, placement.cells, strict=True))
    building_of = dict(zip(parts.index, buildings, strict=True))
    alone = Counter((*building_of[household], cell) for household, cell in addressed)
    for household, cell in addressed:
        key = (*building_of[household], cell)
        if homes[key] <= alone[key]:
            yield Difference(
                str(household), "moved", "placement", f"placed in {cell!r}, where no neighbour lives"
            )


def _has_point(point: Any) -> bool:
    return point is not None and not point.is_empty


def _spot(point: Any) -> Any:
    return point if point.geom_type == "Point" else point.point_on_surface()


def _outside(located: Pairs, shapes: Mapping[str, Any], points: Mapping[str, Any]) -> Iterator[Difference]:
    spots = np.array([_spot(points[household]) for household, _ in located], dtype=object)
    homes = np.array([shapes[cell] for _, cell in located], dtype=object)
    inside = shapely.covers(homes, spots)
    for (household, cell), held in zip(located, inside, strict=True):
        if not held:
            yield Difference(
                str(household), "moved", "placement", f"placed in {cell!r}, but lies outside of it"
            )


def _not_first(located: Pairs, cells: Any, points: Mapping[str, Any]) -> Iterator[Difference]:
    """Find households on a border that are not in the touching cell whose id sorts first."""
    if not located:
        return
    spots = np.array([_spot(points[household]) for household, _ in located], dtype=object)
    leaves = cells[~shapely.is_missing(cells.to_numpy()) & ~shapely.is_empty(cells.to_numpy())]
    cell, found = shapely.STRtree(spots).query(np.asarray(leaves.array), predicate="covers")
    ids = np.asarray(leaves.index, dtype=object)
    first: dict[int, str] = {}
    for spot, place in zip(found.tolist(), cell.tolist(), strict=True):
        name = str(ids[place])
        first[spot] = min(first.get(spot, name), name)
    for spot, name in first.items():
        household, placed = located[spot]
        if placed != name and name < placed:
            yield Difference(
                str(household), "moved", "placement", f"placed in {placed!r}, but {name!r} sorts first"
            )


def list_differences(listed: Listed, placement: Placement, tiers: Series) -> Iterator[Difference]:
    """Compare a list with the households that should be in it: who, in which cell, under which tier."""
    wanted = tiers if listed.tiers is None else tiers[tiers.isin(listed.tiers)]
    found = Counter(str(each) for each in listed.rows["household_id"])
    expected = set(wanted.index)
    for household in sorted(expected - set(found)) if listed.whole else ():
        yield Difference(household, "lost", listed.name, "not in the list")
    for household in sorted(set(found) - expected):
        yield Difference(household, "invented", listed.name, "in the list, but does not belong there")
    for household in sorted(each for each, count in found.items() if count > 1):
        yield Difference(household, "doubled", listed.name, f"{found[household]} times in the list")
    for column, truth, kind in (("cell_id", placement.cells, "moved"), ("tier", tiers, "tier")):
        if column in listed.rows:
            yield from _column_differences(listed, column, truth, kind)


def _column_differences(listed: Listed, column: str, truth: Series, kind: str) -> Iterator[Difference]:
    known = dict(zip(truth.index, truth, strict=True))
    for household, shown in zip(listed.rows["household_id"], listed.rows[column], strict=True):
        right = known.get(str(household))
        if right is not None and pd.notna(shown) and str(shown) != right:
            yield Difference(
                str(household), kind, listed.name, f"{shown!r} in the list, {right!r} by the plan"
            )


def tier_differences(found: Series, expected: Series) -> Iterator[Difference]:
    """Compare two answers to which tier each household carries."""
    truth = dict(zip(expected.index, expected, strict=True))
    counted = Counter(found.index)
    for household in sorted(set(truth) - set(counted)):
        yield Difference(str(household), "lost", "tiers", "placed, but has no answer to its tier")
    for household, tier in found.items():
        if household not in truth:
            yield Difference(str(household), "invented", "tiers", "has a tier, but is not placed")
        elif truth[household] != tier:
            yield Difference(
                str(household), "tier", "tiers", f"{tier!r}, but the plan says {truth[household]!r}"
            )


def count_by(labels: Iterable[str], weights: Iterable[int] | None = None) -> dict[str, int]:
    """Count labels, or add up a weight for each, sorted by label."""
    counts: Counter[str] = Counter()
    for label, weight in (
        zip(labels, weights, strict=True) if weights is not None else ((x, 1) for x in labels)
    ):
        counts[str(label)] += int(weight)
    return dict(sorted(counts.items()))
