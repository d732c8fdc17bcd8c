"""Duties: who is responsible for which zone, area, site and household, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass

from pandas import DataFrame

TABLE_COLUMNS = ("official_id", "role", "target_kind", "target", "origin")
VACANCY_COLUMNS = ("role", "target_kind", "target", "missing", "hard")
CONFLICT_COLUMNS = ("official_id", "role", "kind", "detail")
LOAD_COLUMNS = ("role", "targets", "households", "capacity", "share")


@dataclass(frozen=True, eq=False)
class Duties:
    """The answer of `gridmap.assign_duties`.

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
        ``no_phone``, ``overload``, ``level_missing``, ``unknown_pin``), `detail`.
    loads
        By ``official_id``: `role`, `targets`, `households`, `capacity`, `share` (households / capacity).
    """

    table: DataFrame
    vacancies: DataFrame
    conflicts: DataFrame
    loads: DataFrame
