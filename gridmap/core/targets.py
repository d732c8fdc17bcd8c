"""What duties are for: zones, areas, sites and households, with where they are and who is tied to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pandas import DataFrame, Series

from gridmap.core.ground import Ground, points_of
from gridmap.core.walk import areas_at
from gridmap.model.protocol import DutyRule

_PARTLY = 1e12


@dataclass(frozen=True, eq=False)
class Target:
    """What one official is needed for.

    Parameters
    ----------
    kind, target
        ``zone``, ``area``, ``site`` or ``household``, and its id.
    x_m, y_m
        Its middle, NaN if unknown.
    ranks
        The areas whose officials serve it; the smaller the number, the closer the tie.
    zones
        The zones it reaches into; empty text for what lies in none.
    households
        The placed households in it.
    """

    kind: str
    target: str
    x_m: float
    y_m: float
    ranks: dict[str, float] = field(default_factory=dict)
    zones: frozenset[str] = frozenset()
    households: int = 0


def targets_of(rule: DutyRule, ground: Ground, sites: Any = None) -> tuple[list[Target], list[str]]:
    """List what a duty rule needs officials for.

    Parameters
    ----------
    rule
        A rule per zone, area or site.
    ground
        The plan and its households.
    sites
        The sites by ``site_id``, or None.

    Returns
    -------
    targets
        Zones of the tiers; areas of the level that hold a cell or a household of them; sites of the kind.
    lacking
        The cells that stand in for an area, because no area of the level holds them.
    """
    if rule.per == "zone":
        zones = ground.plan.zones.loc[ground.occupied]
        kept = zones.index[zones["tier"].isin(rule.tiers or ground.plan.tier_order)]
        return list(_zone_targets(kept, ground)), []
    if rule.per == "site":
        return list(_site_targets(rule, ground, sites)), []
    return _area_targets(rule, ground)


def named_target(kind: str, target: str, ground: Ground, sites: Any = None) -> Target | None:
    """Find anything that a duty can be for; None if there is no such thing."""
    if kind == "zone" and target in ground.plan.zones.index:
        return next(_zone_targets([target], ground))
    if kind == "area" and target in ground.sizes:
        cells = ground.ancestry.loc[ground.ancestry["area_id"] == target, "cell_id"]
        return next(_areas(Series(target, index=cells.to_numpy(), dtype="str"), [target], ground))
    if kind == "site" and sites is not None and target in sites.index:
        return next(_sites(sites.loc[[target]], ground))
    if kind == "household" and target in ground.households.index:
        x_m, y_m, zone = (ground.households.at[target, name] for name in ("x_m", "y_m", "zone_id"))
        return Target(kind, target, x_m, y_m, {}, frozenset([zone]), 1)
    return None


def _zone_targets(zones: Sequence[str], ground: Ground) -> Iterator[Target]:
    places, people = ground.places, ground.households
    for zone in zones:
        cells = places.loc[places["zone_id"] == zone, "cell_id"].unique()
        inside = people[people["zone_id"] == zone]
        spots = inside if len(inside) else ground.cells.loc[cells]
        lies = ground.ancestry[ground.ancestry["cell_id"].isin(cells)]["area_id"].value_counts()
        ranks = {a: ground.sizes[a] + (0.0 if n == len(cells) else _PARTLY) for a, n in lies.items()}
        middle = spots["x_m"].mean(), spots["y_m"].mean()
        yield Target("zone", zone, *middle, ranks, frozenset([zone]), len(inside))


def _site_targets(rule: DutyRule, ground: Ground, sites: Any) -> Iterator[Target]:
    if sites is None or "kind" not in sites:
        return
    kept = sites[(sites["kind"] == rule.site_kind).fillna(value=False)].sort_index()
    if rule.tiers:
        cells = ground.cells_at(points_of(kept))
        kept = kept[cells.map(ground.cells["tier"]).isin(rule.tiers).to_numpy()]
    yield from _sites(kept, ground)


def _sites(sites: DataFrame, ground: Ground) -> Iterator[Target]:
    points = points_of(sites)
    x_m, y_m = ground.metres(points)
    for place, (site, cell) in enumerate(ground.cells_at(points).items()):
        ranks = {area: float(ground.sizes[area]) for area in ground.chain(cell)} if cell else {}
        zone = ground.cells.at[cell, "zone_id"] if cell else ""
        yield Target("site", str(site), x_m[place], y_m[place], ranks, frozenset([zone]))


def _area_targets(rule: DutyRule, ground: Ground) -> tuple[list[Target], list[str]]:
    area_of = areas_at(ground.plan, rule.level)
    lacking = area_of == ""
    area_of = area_of.mask(lacking, area_of.index.to_series())
    scope = ground.places[ground.places["tier"].isin(rule.tiers or ground.plan.tier_order)]
    areas = area_of[area_of.index.isin(scope["cell_id"])]
    return list(_areas(area_of, areas.unique(), ground)), list(areas.index[lacking[areas.index]])


def _areas(area_of: Series, areas: Sequence[str], ground: Ground) -> Iterator[Target]:
    """Yield the areas, where `area_of` names the area of every cell that lies in one."""
    middles = ground.cells.loc[area_of.index].groupby(area_of)[["x_m", "y_m"]].mean()
    counts = ground.households["cell_id"].map(area_of).value_counts()
    reach = ground.inhabited.assign(area_id=ground.inhabited["cell_id"].map(area_of))
    reach = reach.drop_duplicates(["area_id", "zone_id"]).groupby("area_id")["zone_id"].agg(frozenset)
    for area in areas:
        ranks = {above: float(step) for step, above in enumerate(ground.chain(area))}
        middle = middles.at[area, "x_m"], middles.at[area, "y_m"]
        yield Target("area", area, *middle, ranks, reach.at[area], int(counts.get(area, 0)))
