"""Zones that are held back from officials and the field, because somebody must be found for them first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
from pandas import DataFrame

from gridmap.core.staffed import hard_vacancies
from gridmap.core.tally import household_zones, occupied_zones
from gridmap.model.duties import Duties
from gridmap.model.placement import Placement
from gridmap.model.plan import Plan
from gridmap.model.zoning import Zoning

_SHOWN = 3
_ANYWHERE = "*"


def vacancies_by_zone(zoning: Zoning) -> dict[str, list[Any]]:
    """Return the hard vacancies of every zone that they concern, counted again from the table of duties.

    That of a zone concerns it, that of a household its zone, that of a site the zone whose cell it stands
    in, and that of an area all zones that reach into it and whose tier the duty is asked for. One that
    concerns no zone stands under ``*``.
    """
    plan, placement, duties = zoning.plan, zoning.placement, zoning.duties
    if duties is None:
        return {}
    found: dict[str, list[Any]] = {}
    where = _Where(zoning, placement, duties)
    for row in hard_vacancies(plan, placement, duties).itertuples(index=False):
        for zone in where.zones(row.role, row.target_kind, row.target) or [_ANYWHERE]:
            found.setdefault(zone, []).append(row)
    order = [*occupied_zones(plan, placement), _ANYWHERE]
    return {zone: found[zone] for zone in order if zone in found}


def concerns_all(zoning: Zoning, vacancies: Mapping[str, Any]) -> bool:
    """Tell whether vacancies leave no zone that can go out."""
    every = set(occupied_zones(zoning.plan, zoning.placement))
    return _ANYWHERE in vacancies or every <= vacancies.keys()


def vacancy_reasons(rows: list[Any]) -> list[str]:
    """Say which persons are missing where."""
    return [f"{row.target_kind} {row.target}: {row.missing} x {row.role} missing" for row in rows]


def without_zones(zoning: Zoning, vacancies: Mapping[str, list[Any]]) -> Zoning:
    """Return a zoning that holds zones back: no duty and no household of theirs is listed; says why."""
    held = {zone: _short(vacancy_reasons(rows)) for zone, rows in vacancies.items()}
    certificate = zoning.certificate
    homes = held_households(zoning.plan, zoning.placement, held)
    return replace(
        zoning,
        held=held,
        certificate=None if certificate is None else replace(certificate, held_back=held),
        duties=None if zoning.duties is None else _issued(zoning.duties, held, homes),
        in_force=_left(zoning.in_force, held, homes),
    )


def held_households(plan: Plan, placement: Placement | None, held: Mapping[str, str]) -> set[str]:
    """Return the households of zones that are held back."""
    if placement is None or not held:
        return set()
    zones = household_zones(plan, placement)
    return set(zones.index[zones.isin(list(held)).to_numpy()])


def issued_zones(zoning: Zoning) -> list[str]:
    """Return the zones that hold somebody and are not held back, in the order of the plan."""
    return [zone for zone in occupied_zones(zoning.plan, zoning.placement) if zone not in zoning.held]


def held_notes(zoning: Zoning, audience: str, lang: str) -> list[str]:
    """Say which zones are held back and why, or which vacancies were approved; nothing to the public."""
    if audience == "public" or zoning.duties is None:
        return []
    if zoning.held:
        said = "; ".join(f"{zone} ({why})" for zone, why in zoning.held.items())
        return [f"暂缓下发的区:{said}" if lang == "zh" else f"Zones held back: {said}"]
    if not zoning.document.approved_by:
        return []
    rows = list(hard_vacancies(zoning.plan, zoning.placement, zoning.duties).itertuples(index=False))
    if not rows:
        return []
    count, who = sum(int(row.missing) for row in rows), zoning.document.approved_by
    said = _short(_in_words(row, zoning, lang) for row in rows)
    if lang == "zh":
        return [f"必须到岗缺{count}人,经{who}批准下发:{said}"]
    return [f"{count} persons missing, issued all the same by {who}: {said}"]


def _in_words(row: Any, zoning: Zoning, lang: str) -> str:
    role = zoning.protocol.role_label(row.role, lang)
    return (
        f"{role} {row.target} 缺{row.missing}人"
        if lang == "zh"
        else f"{row.missing} x {role} of {row.target}"
    )


def _short(reasons: Any) -> str:
    said = list(reasons)
    more = [f"+{len(said) - _SHOWN}"] if len(said) > _SHOWN else []
    return "; ".join([*said[:_SHOWN], *more])


def _left(table: Any, held: Mapping[str, str], homes: set[str]) -> Any:
    """Take from a table with `target_kind` and `target` what is about zones held back."""
    if isinstance(table, Duties):
        return replace(table, table=_left(table.table, held, homes))
    if table is None or not len(table):
        return table
    kind, target = table["target_kind"], table["target"]
    gone = ((kind == "zone") & target.isin(list(held))) | ((kind == "household") & target.isin(homes))
    return table[~gone]


def _issued(duties: Duties, held: Mapping[str, str], homes: set[str]) -> Duties:
    def of_others(table: DataFrame) -> DataFrame:
        return table[~table["zone_id"].isin(list(held))]

    return replace(
        duties,
        table=_left(duties.table, held, homes),
        shifts=_left(duties.shifts, held, homes),
        headcount=_left(duties.headcount, held, homes),
        teams=of_others(duties.teams),
        team_gaps=of_others(duties.team_gaps),
        coverage=duties.coverage[~duties.coverage.index.isin(homes)],
    )


class _Where:
    """Which zones lie where."""

    def __init__(self, zoning: Zoning, placement: Placement | None, duties: Duties) -> None:
        plan = zoning.plan
        self._plan, self._sites = plan, zoning.sites
        self._cell_zones = plan.cell_zones.dropna()
        self._homes = pd.Series(dtype="str") if placement is None else household_zones(plan, placement)
        self._home_cells = None if placement is None else placement.cells
        rules = () if duties.protocol is None else duties.protocol.duties
        self._tiers = {
            role: {tier for rule in rules if rule.role == role for tier in rule.tiers or plan.tier_order}
            for role in {rule.role for rule in rules}
        }

    def zones(self, role: str, kind: str, target: str) -> list[str]:
        if kind == "zone":
            return [target] if target in self._plan.zones.index else []
        if kind == "household":
            zone = self._homes.get(target, "")
            return [zone] if zone else []
        cells = self._plan.hierarchy.cells_of(target) if kind == "area" else self._cell_of_site(target)
        found = self._in_cells(set(cells))
        tiers, of = self._tiers.get(role), self._plan.zones["tier"]
        return [zone for zone in found if tiers is None or kind != "area" or of[zone] in tiers]

    def _in_cells(self, cells: set[str]) -> list[str]:
        found = set(self._cell_zones[self._cell_zones.index.isin(cells)])
        if self._home_cells is not None:
            found |= set(self._homes[self._home_cells.isin(cells).to_numpy()]) - {""}
        return sorted(found & set(self._plan.zones.index))

    def _cell_of_site(self, site: str) -> list[str]:
        """Return the cells that hold a site."""
        if self._sites is None or site not in self._sites.index:
            return []
        outlines = self._plan.hierarchy.geometry
        points = self._sites.loc[[site]].geometry.dropna()
        if not len(points) or outlines.crs is None:
            return []
        shape = points.to_crs(outlines.crs).iloc[0]
        return list(outlines.index[outlines.intersects(shape).to_numpy()])
