"""Duties: who is responsible for which zone, area, site and household, and what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial

import pandas as pd
from pandas import DataFrame

from gridmap.model.protocol import Protocol
from gridmap.model.shown import shows_counts

TABLE_COLUMNS = ("official_id", "role", "target_kind", "target", "origin")
PIN_COLUMNS = TABLE_COLUMNS[:4]
VACANCY_COLUMNS = ("role", "target_kind", "target", "missing", "hard")
CONFLICT_COLUMNS = ("official_id", "role", "kind", "detail", "substitute")
LOAD_COLUMNS = ("role", "targets", "households", "capacity", "share")
SHIFT_COLUMNS = ("official_id", "role", "target_kind", "target", "shift")
HEADCOUNT_COLUMNS = ("target_kind", "target", "role", "shift", "needed", "filled")
TEAM_COLUMNS = ("team_id", "kind", "zone_id", "official_id", "part")
TEAM_GAP_COLUMNS = ("team_id", "kind", "zone_id", "part", "missing")
TRAVEL_COLUMNS = (
    "role",
    "households",
    "linked",
    "travel_m",
    "cost_m",
    "bound_m",
    "gap",
    "buildings",
    "split",
)
_COUNTS = ("missing", "needed", "filled", "targets", "households", "linked", "buildings", "split")
_NUMBERS = ("capacity", "share", "travel_m", "cost_m", "bound_m", "gap")


def no_rows(columns: Sequence[str], index: str = "") -> DataFrame:
    """Make an empty table of duties with these columns, and an index of this name."""
    return _no_rows(tuple(columns), index).copy()


@lru_cache
def _no_rows(columns: tuple[str, ...], index: str) -> DataFrame:
    kinds = dict.fromkeys(_COUNTS, "int64") | dict.fromkeys(_NUMBERS, "float64") | {"hard": "bool"}
    frame = DataFrame({name: pd.Series(dtype=kinds.get(name, "str")) for name in columns})
    return frame.set_axis(pd.Index([], name=index, dtype="str")) if index else frame


@shows_counts
@dataclass(frozen=True, eq=False)
class Duties:
    """The answer of `gridmap.assign_duties`; every table keeps its columns when it is empty.

    Parameters
    ----------
    table
        One row per duty: `official_id`, `role`, `target_kind` (``zone``, ``area``, ``site``, ``household``),
        `target`, `origin` (``territory``, ``pinned``, ``assigned``).
    vacancies
        What nobody serves: `role`, `target_kind`, `target`, `missing` (persons), `hard`.
    conflicts
        What a person must settle: `official_id`, `role`, `kind` (``double_booking``,
        ``inside_serves_outside``, ``outside_serves_inside``, ``unknown_territory``, ``two_heads``,
        ``no_phone``, ``overload``, ``level_missing``, ``unknown_pin``), `detail`, and `substitute`: the
        official who could serve instead, or empty text.
    loads
        By ``official_id``: `role`, `targets`, `households`, `capacity`, `share` (households / capacity).
    shifts
        Who is on which shift, where a duty has shifts: `official_id`, `role`, `target_kind`, `target`,
        `shift`.
    headcount
        Of every zone and site: `target_kind`, `target`, `role`, `shift` (empty where there are none),
        `needed`, `filled`.
    teams
        `team_id`, `kind`, `zone_id`, `official_id`, `part` (``leader`` or ``member``).
    team_gaps
        Who a team still lacks: `team_id`, `kind`, `zone_id`, `part`, `missing`.
    coverage
        By ``household_id``, every placed household: who is responsible at each step of the protocol's chain,
        one column a step, empty where nobody is; and `reason`, empty where the chain is whole.
    travel
        One row per role that is linked to households: `role`, `households`, `linked`, `travel_m`, `cost_m`
        (what was minimised), `bound_m` (what no answer can be below), `gap` (share; 0 is proven best),
        `buildings`, `split`.
    protocol
        The protocol that asked for them; None if that is not known.
    staff
        The officials as they were counted, one row for each row of `loads`; None if that is not known.
    """

    table: DataFrame
    vacancies: DataFrame
    conflicts: DataFrame
    loads: DataFrame
    shifts: DataFrame = field(default_factory=partial(no_rows, SHIFT_COLUMNS))
    headcount: DataFrame = field(default_factory=partial(no_rows, HEADCOUNT_COLUMNS))
    teams: DataFrame = field(default_factory=partial(no_rows, TEAM_COLUMNS))
    team_gaps: DataFrame = field(default_factory=partial(no_rows, TEAM_GAP_COLUMNS))
    coverage: DataFrame = field(default_factory=partial(no_rows, ("reason",), "household_id"))
    travel: DataFrame = field(default_factory=partial(no_rows, TRAVEL_COLUMNS))
    protocol: Protocol | None = None
    staff: DataFrame | None = None
