"""The rows of zones and tiers that a view shows, with what they were in the saved plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from gridmap.core import figures as core
from gridmap.export.plain import plain_text
from gridmap.model.plan import Plan

if TYPE_CHECKING:
    from gridmap.workbench import Workbench

_COUNTED = ("cells", "households", "residents", "needs")
_WAS = ("cells", "households", "residents")
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
        missing = duties.vacancies[duties.vacancies["target_kind"] == "zone"]
        return {str(zone): int(count) for zone, count in missing.groupby("target")["missing"].sum().items()}

    def _zones(self, plan: Plan) -> list[Row]:
        figures, order = core.zone_figures(plan, self._bench.placement), plan.tier_order
        rows = []
        for code in plan.zone_places.tolist():
            zone = plan.registry[code]
            head = {
                "code": code,
                "id": zone.zone_id,
                "tier": order.index(zone.tier) if zone.tier in order else -1,
            }
            rows.append({**head, "name": plain_text(zone.name), **_numbers(figures, code)})
        return rows

    def _tiers(self, plan: Plan) -> list[Row]:
        figures, places = core.tier_figures(plan, self._bench.placement), plan.zone_places.tolist()
        zones = [plan.registry[code].tier for code in places]
        codes = range(len(plan.tier_order))
        rows = [
            {"code": code, "zones": zones.count(plan.tier_order[code]), **_numbers(figures, code)}
            for code in codes
        ]
        return [*rows, {"code": -1, "zones": 0, **_numbers(figures, -1)}]


def _numbers(figures: core.Figures, code: int) -> Row:
    counts = {name: int(getattr(figures, name)[code]) for name in _COUNTED}
    return {**counts, "area_m2": round(float(figures.area_m2[code]), 1)}
