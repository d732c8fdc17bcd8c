"""The rows of zones and tiers that a view shows, with what they were in the saved plan."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gridmap.core import figures as core
from gridmap.core.vacancies import zone_vacancies
from gridmap.export.plain import plain_text
from gridmap.model.plan import Plan

if TYPE_CHECKING:
    from gridmap.workbench import Workbench

_COUNTED = ("cells", "households", "residents", "needs")
_UNKNOWN = {**dict.fromkeys(("households", "residents", "needs", "vacancies", "was")), "area_m2": 0.0}
_WAS = (*_COUNTED, "area_m2")
Row = dict[str, Any]


class Figures:
    """The numbers of one workbench.

    Parameters
    ----------
    bench
        The workbench.
    """

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._before: tuple[Plan, dict[str, Row], list[Row]] | None = None

    def rows(self) -> tuple[list[Row], list[Row]]:
        """Return one row for each zone, and one for each tier and, last, for no tier."""
        zones_before, tiers_before = self._saved()
        zones, tiers = self._zones(self._bench.plan), self._tiers(self._bench.plan)
        vacancies = self._vacancies()
        for row in zones:
            was = zones_before.get(row["id"])
            row["was"] = None if was is None else {name: was[name] for name in _WAS}
            row["vacancies"] = None if vacancies is None else vacancies.get(row["id"], 0)
        for place, row in enumerate(tiers):
            was = tiers_before[place] if len(tiers_before) == len(tiers) else None
            row["was"] = None if was is None else {name: was[name] for name in _WAS}
        return zones, tiers

    def bare_rows(self) -> tuple[list[Row], list[Row]]:
        """Return the same rows, without what needs the households to be placed."""
        plan = self._bench.plan
        zones = np.bincount(plan.effective.zone + 1, minlength=len(plan.registry) + 1)[1:]
        tiers = np.bincount(plan.effective.tier + 1, minlength=len(plan.tier_order) + 1)
        return (
            [
                {**_zone_head(plan, code), **_UNKNOWN, "cells": int(zones[code])}
                for code in plan.zone_places.tolist()
            ],
            [{**head, **_UNKNOWN, "cells": int(tiers[head["code"] + 1])} for head in _tier_heads(plan)],
        )

    def following(self) -> tuple[NDArray[Any], ...]:
        """Return households, residents and needs of each cell that go with it when it is painted."""
        return core.following_counts(self._bench.plan, self._bench.placement)

    def _saved(self) -> tuple[dict[str, Row], list[Row]]:
        saved = self._bench.saved_plan
        if self._before is None or self._before[0] is not saved:
            zones = {row["id"]: row for row in self._zones(saved)}
            self._before = (saved, zones, self._tiers(saved))
        return self._before[1:]

    def _vacancies(self) -> dict[str, int] | None:
        """Return how many persons are missing in each zone; None where duties were not worked out yet."""
        duties = self._bench.known_duties
        if duties is None:
            return None
        return {str(zone): int(count) for zone, count in zone_vacancies(duties)["missing"].items()}

    def _zones(self, plan: Plan) -> list[Row]:
        figures = core.zone_figures(plan, self._bench.placement)
        return [{**_zone_head(plan, code), **_numbers(figures, code)} for code in plan.zone_places.tolist()]

    def _tiers(self, plan: Plan) -> list[Row]:
        figures = core.tier_figures(plan, self._bench.placement)
        return [{**head, **_numbers(figures, head["code"])} for head in _tier_heads(plan)]


def _zone_head(plan: Plan, code: int) -> Row:
    zone, order = plan.registry[code], plan.tier_order
    tier = order.index(zone.tier) if zone.tier in order else -1
    return {"code": code, "id": zone.zone_id, "tier": tier, "name": plain_text(zone.name)}


def _tier_heads(plan: Plan) -> list[Row]:
    """Return the code of every tier, and last of none, with how many zones it has."""
    zones = Counter(plan.registry[code].tier for code in plan.zone_places.tolist())
    heads = [{"code": code, "zones": zones[tier]} for code, tier in enumerate(plan.tier_order)]
    return [*heads, {"code": -1, "zones": 0}]


def _numbers(figures: core.Figures, code: int) -> Row:
    counts = {name: int(getattr(figures, name)[code]) for name in _COUNTED}
    return {**counts, "area_m2": round(float(figures.area_m2[code]), 1)}
