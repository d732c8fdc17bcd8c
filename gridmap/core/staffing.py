"""How many persons a plan needs, and how many are missing, by role and tier."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
import shapely
from pandas import DataFrame

from gridmap.core.claims import Claims, claims_on
from gridmap.core.ground import points_of
from gridmap.core.tally import occupied_zones
from gridmap.core.targets import of_kinds
from gridmap.model.areas import Hierarchy
from gridmap.model.duties import Duties
from gridmap.model.placement import Placement
from gridmap.model.plan import NONE, Plan
from gridmap.model.protocol import DutyRule, Protocol
from gridmap.model.site_kinds import site_kind

STAFF_COLUMNS = ("role", "tier", "required", "vacancies")

Codes = npt.NDArray[np.intp]
_found_kinds: WeakKeyDictionary[Placement, dict[tuple[str, ...], Codes]] = WeakKeyDictionary()


class Posts:
    """Where duties are served, whatever the plan: worked out once for many plans.

    Parameters
    ----------
    hierarchy
        The cells and the areas above them.
    sites
        By ``site_id``: `kind`, `geometry`; or None.
    """

    def __init__(self, hierarchy: Hierarchy, sites: Any = None) -> None:
        self.hierarchy = hierarchy
        known = sites is not None and "kind" in sites
        self.sites: list[str] = list(sites.index) if known else []
        self.kinds = np.array([site_kind(kind) for kind in sites["kind"]] if known else [], dtype=object)
        self.cells = self._cells_at(points_of(sites)) if known else np.empty(0, dtype=np.intp)
        self._areas: dict[str, Codes] = {}

    def areas_at(self, level: str) -> Codes:
        """Return the area of a level around every cell, the cell itself where there is none."""
        if level not in self._areas:
            hierarchy = self.hierarchy
            fits = np.append((hierarchy.areas["level"] == level).to_numpy(dtype=np.bool_), [False])
            found: Codes = hierarchy.lineage[0].astype(np.intp)
            open_cells = np.ones(len(found), dtype=bool)
            for areas in hierarchy.lineage:
                here = open_cells & fits[areas]
                found[here] = areas[here]
                open_cells &= ~here
            self._areas[level] = found
        return self._areas[level]

    def _cells_at(self, points: Any) -> Codes:
        """Return the cell in which each site lies, on a border the one whose id sorts first; -1 for none."""
        grid = self.hierarchy.geometry
        moved = points if points.crs is None or grid.crs is None else points.to_crs(grid.crs)
        site, cell = self.hierarchy.tree.query(shapely.centroid(moved.to_numpy()), predicate="intersects")
        ids = np.asarray(self.hierarchy.cell_ids, dtype=object)[cell]
        first = DataFrame({"site": site, "id": ids, "cell": cell}).sort_values("id").drop_duplicates("site")
        cells = np.full(len(points), -1, dtype=np.intp)
        cells[first["site"]] = first["cell"]
        return cells


def count_staff(
    plan: Plan,
    placement: Placement,
    *,
    protocol: Protocol,
    posts: Posts,
    duties: Duties | None = None,
) -> DataFrame:
    """Count the persons that the duties of a protocol need, and those who are missing.

    A zone, area or site needs the least number of its rule, in every shift. Households, or those of the kinds
    that the rule names, need one person for as many as the rule says, each tier for itself: who is linked to
    a sealed building is not shared with the street outside.
    A zone counts under its tier, a household under its own, a site under that of its cell, and an area under
    the strictest tier in it.

    Parameters
    ----------
    plan, placement
        What was zoned, and who lives there.
    protocol
        Its `duties` say what is needed.
    posts
        Of the grid of the plan, and the sites.
    duties
        Who serves, as `gridmap.assign_duties` answers; without it nobody knows who is missing.

    Returns
    -------
    staff
        One row for each role and tier that needs somebody, roles in the order of the duties, the strictest
        tier first: `role`, `tier` (or ``none``), `required` and `vacancies` in persons; without `duties`
        the vacancies are missing.
    """
    field = _Field(plan, placement, posts)
    required: Counter[tuple[str, str]] = Counter()
    for rule in protocol.duties:
        for tier, count in field.persons(rule):
            required[rule.role, tier] += count
    missing = Counter[tuple[str, str]]() if duties is None else _missing(duties, protocol, field)
    roles = dict.fromkeys(rule.role for rule in protocol.duties)
    keys = [(role, tier) for role in roles for tier in field.order if required[role, tier]]
    frame = DataFrame(keys, columns=["role", "tier"], dtype="str")
    frame["required"] = np.array([required[key] for key in keys], dtype=np.int64)
    frame["vacancies"] = [None if duties is None else missing[key] for key in keys]
    return frame.astype({"vacancies": "Int64"})


@dataclass(frozen=True, eq=False)
class _Field:
    """Where the tiers lie, as codes: positions in `order`, which ends with none."""

    plan: Plan
    placement: Placement
    posts: Posts

    @cached_property
    def order(self) -> tuple[str, ...]:
        return (*self.plan.tier_order, NONE)

    @cached_property
    def claims(self) -> Claims:
        return claims_on(self.plan, self.placement)

    def codes(self, tiers: Any) -> Codes:
        """Return tiers as the plan codes them, with none last."""
        codes: Codes = tiers.astype(np.intp)
        return np.where(codes < 0, len(self.order) - 1, codes)

    def named(self, names: Any, codes: Codes) -> dict[str, str]:
        """Return tiers by name."""
        return {name: self.order[code] for name, code in zip(names, codes.tolist(), strict=True)}

    @cached_property
    def cells(self) -> Codes:
        """The tier of every cell."""
        return self.codes(self.plan.effective.tier)

    @cached_property
    def pairs(self) -> tuple[Codes, Codes]:
        """The cells, and the tiers in them: their own, of households, and of drawn parts; some come twice."""
        places = [np.arange(len(self.cells)), self.claims.census.places[self.claims.rows]]
        tiers = [self.cells, self.codes(self.claims.own.tier)]
        for carve in self.plan.carve_list:
            if carve.shape:
                shape = shapely.from_wkt(carve.shape)
                places.append(self.posts.hierarchy.tree.query(shape, predicate="intersects"))
                tiers.append(np.full(len(places[-1]), self.order.index(carve.tier)))
        return np.concatenate(places), np.concatenate(tiers)

    @cached_property
    def zones(self) -> dict[str, str]:
        """The tier of every zone that holds somebody or something, by its id."""
        occupied = set(occupied_zones(self.plan, self.placement))
        return {zone.zone_id: zone.tier for zone in self.plan.registry if zone.zone_id in occupied}

    @cached_property
    def strictest(self) -> Codes:
        """The strictest tier in every area, by its position in the hierarchy."""
        places, tiers = self.pairs
        found = np.full(len(self.posts.hierarchy.areas) + 1, len(self.order) - 1)
        for areas in self.posts.hierarchy.lineage:
            np.minimum.at(found, areas[places], tiers)
        return found[:-1]

    @cached_property
    def sites(self) -> Codes:
        """The tier of every site; a site in no cell has none."""
        return np.append(self.cells, len(self.order) - 1)[self.posts.cells]

    def households(self, kinds: tuple[str, ...]) -> Codes:
        """Count the households of some kinds, or of all, by tier."""
        if not kinds:
            return self.claims.households("tier", len(self.order) - 1)
        rows, claims = _rows_of_kinds(self.placement, kinds), self.claims
        tiers, apart = claims.cells.tier[claims.census.places[rows]], np.isin(rows, claims.rows)
        tiers[apart] = claims.own.tier[np.searchsorted(claims.rows, rows[apart])]
        return np.bincount(self.codes(tiers), minlength=len(self.order))

    def persons(self, rule: DutyRule) -> Iterator[tuple[str, int]]:
        """Yield the tiers in which a rule needs somebody, and how many."""
        for tier, count in zip(self.order, self.counts(rule).tolist(), strict=True):
            if count:
                yield tier, -(-count // rule.households) if rule.per == "household" else count * rule.needed

    def counts(self, rule: DutyRule) -> Codes:
        """Count the targets of a rule by the tier under which each counts."""
        size = len(self.order)
        wanted = np.isin(self.order, rule.tiers or self.plan.tier_order)
        if rule.per == "zone":
            found = Counter(self.zones.values())
            return np.array([found[tier] for tier in self.order]) * wanted
        if rule.per == "site":
            here = self.sites[self.posts.kinds == site_kind(rule.site_kind)]
            return np.bincount(here[wanted[here]] if rule.tiers else here, minlength=size)
        if rule.per == "household":
            every = self.households(rule.kinds)
            return every * wanted if rule.tiers else every
        places, tiers = self.pairs
        held = np.zeros(len(self.strictest), dtype=bool)
        held[self.posts.areas_at(rule.level)[places[wanted[tiers]]]] = True
        return np.bincount(self.strictest[held], minlength=size)


def _rows_of_kinds(placement: Placement, kinds: tuple[str, ...]) -> Codes:
    """Return the households of some kinds, as positions among those placed; found once for a placement."""
    known = _found_kinds.setdefault(placement, {})
    if kinds not in known:
        known[kinds] = np.flatnonzero(of_kinds(placement, kinds))
    return known[kinds]


def _missing(duties: Duties, protocol: Protocol, field: _Field) -> Counter[tuple[str, str]]:
    """Count who is missing by role and tier; households without anybody count in persons."""
    shares: dict[tuple[str, str], int] = {}
    for rule in protocol.duties:
        for tier in (rule.tiers or field.order) if rule.per == "household" else ():
            shares[rule.role, tier] = min(rule.households, shares.get((rule.role, tier), rule.households))
    hierarchy, everyone = field.posts.hierarchy, field.placement.cells.index
    tiers_of = {
        "zone": field.zones,
        "area": field.named(hierarchy.areas.index, field.strictest),
        "household": field.named(everyone, field.codes(field.claims.tier)),
        "site": field.named(field.posts.sites, field.sites),
    }
    found: Counter[tuple[str, str]] = Counter()
    unlinked: Counter[tuple[str, str]] = Counter()
    for gap in duties.vacancies.itertuples(index=False):
        tier = tiers_of[gap.target_kind][gap.target]
        counts = unlinked if gap.target_kind == "household" else found
        counts[gap.role, tier] += gap.missing
    for key, households in unlinked.items():
        found[key] += -(-households // shares[key])
    return found
