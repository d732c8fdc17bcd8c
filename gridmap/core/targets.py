"""What duties are for: zones, areas, sites and households, with where they are and who is tied to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas import DataFrame

from gridmap.core.ground import Ground, Places, points_of
from gridmap.model.placement import Placement
from gridmap.model.protocol import DutyRule
from gridmap.model.site_kinds import site_kind

_PARTLY = 1e12
_NO_RANKS: Mapping[str, float] = MappingProxyType({})


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
        The areas whose officials serve a zone or a site; the smaller the number, the closer the tie. An area
        is served by those of the areas around it, which the ground knows.
    zones
        The zones it reaches into; empty text for what lies in none.
    households
        The placed households in it.
    """

    kind: str
    target: str
    x_m: float
    y_m: float
    ranks: Mapping[str, float] = field(default_factory=dict)
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
        hierarchy, area_of = ground.plan.hierarchy, np.full(len(ground.cells), -1, dtype=np.intp)
        area = hierarchy.areas.index.get_loc(target)
        area_of[hierarchy.places_of(target)] = area
        return next(_areas(area_of, np.array([area]), ground))
    if kind == "site" and sites is not None and target in sites.index:
        return next(_sites(sites.loc[[target]], ground))
    if kind == "household" and target in ground.households.index:
        x_m, y_m, zone = (ground.households.at[target, name] for name in ("x_m", "y_m", "zone_id"))
        return Target(kind, target, x_m, y_m, _NO_RANKS, frozenset([zone]), 1)
    return None


def of_kinds(placement: Placement, kinds: Sequence[str]) -> NDArray[np.bool_]:
    """Tell which of the placed households are of some kinds; all of them if none is named."""
    if not kinds:
        return np.ones(len(placement.cells), dtype=bool)
    if "kind" not in placement.households:
        return np.zeros(len(placement.cells), dtype=bool)
    return np.asarray(placement.column("kind").isin(list(kinds)), dtype=bool)


def _zone_targets(zones: Sequence[str], ground: Ground) -> Iterator[Target]:
    places, people, hierarchy = ground.places, ground.households, ground.plan.hierarchy
    names = hierarchy.areas.index
    for zone in zones:
        code = ground.zone_labels.index(zone)
        cells = places["cell"][places["zone"] == code].unique()
        inside = people[ground.household_zones == code]
        spots = inside if len(inside) else ground.cells.iloc[cells]
        around = hierarchy.lineage[:, cells]
        held = np.bincount(around[around >= 0], minlength=len(names))
        ranks = {
            names[area]: int(ground.cell_counts[area]) + (0.0 if held[area] == len(cells) else _PARTLY)
            for area in np.flatnonzero(held)
        }
        middle = spots["x_m"].mean(), spots["y_m"].mean()
        yield Target("zone", zone, *middle, ranks, frozenset([zone]), len(inside))


def _site_targets(rule: DutyRule, ground: Ground, sites: Any) -> Iterator[Target]:
    if sites is None or "kind" not in sites:
        return
    alike = sites["kind"].map(site_kind) == site_kind(rule.site_kind)
    kept = sites[alike.to_numpy(dtype=bool)].sort_index()
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
    hierarchy = ground.plan.hierarchy
    found = hierarchy.places_at(rule.level)
    area_of = np.where(found < 0, hierarchy.lineage[0], found)
    wanted = [ground.tier_labels.index(tier) for tier in rule.tiers or ground.plan.tier_order]
    in_scope = np.zeros(len(found), dtype=bool)
    in_scope[ground.places["cell"][ground.places["tier"].isin(wanted)]] = True
    areas = pd.unique(area_of[in_scope])
    return list(_areas(area_of, areas, ground)), hierarchy.cell_ids[in_scope & (found < 0)].tolist()


def _areas(area_of: Places, areas: Places, ground: Ground) -> Iterator[Target]:
    """Yield areas by their positions, where `area_of` is that of the area of every cell; -1 for none."""
    names = ground.plan.hierarchy.areas.index[areas].tolist()
    size = len(ground.cell_counts)
    middles = (
        _means(area_of, ground.cells[axis].to_numpy(), size)[areas].tolist() for axis in ("x_m", "y_m")
    )
    homes = area_of[ground.home]
    counts = np.bincount(homes[homes >= 0], minlength=size)[areas].tolist()
    reach = _reach(area_of, ground)
    for area, name, x_m, y_m, count in zip(areas.tolist(), names, *middles, counts, strict=True):
        yield Target("area", name, x_m, y_m, _NO_RANKS, reach[area], count)


def _means(area_of: Places, metres: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    """Return the mean of what is known of the cells of each area; NaN where nothing is."""
    known = (area_of >= 0) & np.isfinite(metres)
    cells = np.bincount(area_of[known], minlength=size)
    sums = np.bincount(area_of[known], metres[known], minlength=size)
    return np.asarray(sums / np.where(cells > 0, cells, np.nan))


def _reach(area_of: Places, ground: Ground) -> dict[int, frozenset[str]]:
    """Return the zones in which people of each area live."""
    many = len(ground.zone_labels)
    areas, zones = area_of[ground.inhabited["cell"]], ground.inhabited["zone"].to_numpy()
    pairs = np.unique(areas[areas >= 0] * many + zones[areas >= 0])
    single = [frozenset([zone]) for zone in ground.zone_labels]
    found: dict[int, frozenset[str]] = {}
    for area, zone in zip((pairs // many).tolist(), (pairs % many).tolist(), strict=True):
        found[area] = found[area] | single[zone] if area in found else single[zone]
    return found
