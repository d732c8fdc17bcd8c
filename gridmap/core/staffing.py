"""How many persons a plan needs, and how many are missing, by role and tier."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pandas import DataFrame, Series

from gridmap.core.ground import points_of
from gridmap.core.tally import household_tiers, occupied_zones
from gridmap.model.duties import Duties
from gridmap.model.placement import Placement
from gridmap.model.plan import NONE, Plan
from gridmap.model.protocol import DutyRule, Protocol

STAFF_COLUMNS = ("role", "tier", "required", "vacancies")

Codes = npt.NDArray[np.intp]


def count_staff(
    plan: Plan,
    placement: Placement,
    *,
    protocol: Protocol,
    sites: Any = None,
    duties: Duties | None = None,
) -> DataFrame:
    """Count the persons that the duties of a protocol need, and those who are missing.

    A zone, area or site needs the least number of its rule. Households need one person for as many as the
    rule says, each tier for itself: who is linked to a sealed building is not shared with the street outside.
    A zone counts under its tier, a household under its own, a site under that of its cell, and an area under
    the strictest tier in it.

    Parameters
    ----------
    plan, placement
        What was zoned, and who lives there.
    protocol
        Its `duties` say what is needed.
    sites
        By ``site_id``: `kind`, `geometry`.
    duties
        Who serves, as `gridmap.assign_duties` answers; without it nobody knows who is missing.

    Returns
    -------
    staff
        One row for each role and tier that needs somebody, roles in the order of the duties, the strictest
        tier first: `role`, `tier` (or ``none``), `required` and `vacancies` in persons; without `duties`
        the vacancies are missing.
    """
    field = _Field(plan, placement, sites)
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
    sites: Any

    @cached_property
    def order(self) -> tuple[str, ...]:
        return (*self.plan.tier_order, NONE)

    @cached_property
    def cells(self) -> Codes:
        """The tier of every cell."""
        code = self.plan.effective.tier.astype(np.intp)
        return np.where(code < 0, len(self.order) - 1, code)

    def named(self, names: Any, codes: Codes) -> dict[str, str]:
        """Return tiers by name."""
        return {name: self.order[code] for name, code in zip(names, codes.tolist(), strict=True)}

    @cached_property
    def households(self) -> Codes:
        """The tier of every placed household."""
        tiers = household_tiers(self.plan, self.placement)
        return np.asarray(pd.Categorical(tiers, categories=self.order).codes, dtype=np.intp)

    @cached_property
    def pairs(self) -> tuple[Codes, Codes]:
        """The cells, and the tiers in them: their own, of households, and of drawn parts; some come twice."""
        hierarchy = self.plan.hierarchy
        places, tiers = [np.arange(len(self.cells))], [self.cells]
        if self.plan.carve_list:
            places.append(hierarchy.cell_ids.get_indexer(self.placement.cells))
            tiers.append(self.households)
        for carve in self.plan.carve_list:
            if carve.shape:
                touched = hierarchy.tree.query(shapely.from_wkt(carve.shape), predicate="intersects")
                places.append(touched)
                tiers.append(np.full(len(touched), self.order.index(carve.tier)))
        return np.concatenate(places), np.concatenate(tiers)

    @cached_property
    def zones(self) -> Series:
        """The tier of every zone that holds somebody or something, by ``zone_id``."""
        return self.plan.zones.loc[occupied_zones(self.plan, self.placement), "tier"]

    @cached_property
    def strictest(self) -> Codes:
        """The strictest tier in every area, by its position in the hierarchy."""
        places, tiers = self.pairs
        found = np.full(len(self.plan.hierarchy.areas) + 1, len(self.order) - 1)
        for areas in self.plan.hierarchy.lineage:
            np.minimum.at(found, areas[places], tiers)
        return found[:-1]

    @cached_property
    def site_tiers(self) -> Series:
        """The tier of every site, by ``site_id``; a site in no cell has none."""
        hierarchy = self.plan.hierarchy
        points = points_of(self.sites)
        grid = hierarchy.geometry
        moved = points if points.crs is None or grid.crs is None else points.to_crs(grid.crs)
        site, cell = hierarchy.tree.query(shapely.centroid(moved.to_numpy()), predicate="intersects")
        ids = np.asarray(hierarchy.cell_ids, dtype=object)[cell]
        first = DataFrame({"site": site, "id": ids, "cell": cell}).sort_values("id").drop_duplicates("site")
        codes = np.full(len(points), len(self.order) - 1)
        codes[first["site"]] = self.cells[first["cell"]]
        return Series(codes, index=points.index)

    def persons(self, rule: DutyRule) -> Iterator[tuple[str, int]]:
        """Yield the tiers in which a rule needs somebody, and how many."""
        counts = np.bincount(self.targets(rule), minlength=len(self.order))
        for tier, count in zip(self.order, counts.tolist(), strict=True):
            if count:
                yield tier, -(-count // rule.households) if rule.per == "household" else count * rule.least

    def targets(self, rule: DutyRule) -> Codes:
        """Return the tier under which each target of a rule counts."""
        wanted = np.isin(self.order, rule.tiers or self.plan.tier_order)
        if rule.per == "zone":
            codes = np.array([self.order.index(tier) for tier in self.zones], dtype=np.intp)
            return codes[wanted[codes]]
        if rule.per == "site":
            return self._sites_of(rule, wanted)
        if rule.per == "household":
            return self.households[wanted[self.households]] if rule.tiers else self.households
        places, tiers = self.pairs
        areas = self._areas_at(rule.level)[places[wanted[tiers]]]
        return self.strictest[np.unique(areas)]

    def _sites_of(self, rule: DutyRule, wanted: npt.NDArray[np.bool_]) -> Codes:
        if self.sites is None or "kind" not in self.sites:
            return np.zeros(0, dtype=np.intp)
        codes: Codes = self.site_tiers.to_numpy(dtype=np.intp)[
            (self.sites["kind"] == rule.site_kind).to_numpy(dtype=bool)
        ]
        return codes[wanted[codes]] if rule.tiers else codes

    def _areas_at(self, level: str) -> Codes:
        """Return the area of a level around every cell, the cell itself where there is none."""
        hierarchy = self.plan.hierarchy
        fits = np.append((hierarchy.areas["level"] == level).to_numpy(dtype=np.bool_), [False])
        found: Codes = hierarchy.lineage[0].astype(np.intp)
        open_cells = np.ones(len(found), dtype=bool)
        for areas in hierarchy.lineage:
            here = open_cells & fits[areas]
            found[here] = areas[here]
            open_cells &= ~here
        return found


def _missing(duties: Duties, protocol: Protocol, field: _Field) -> Counter[tuple[str, str]]:
    """Count who is missing by role and tier; households without anybody count in persons."""
    shares: dict[tuple[str, str], int] = {}
    for rule in protocol.duties:
        for tier in (rule.tiers or field.order) if rule.per == "household" else ():
            shares[rule.role, tier] = min(rule.households, shares.get((rule.role, tier), rule.households))
    tiers_of = {
        "zone": field.zones.to_dict(),
        "area": field.named(field.plan.hierarchy.areas.index, field.strictest),
        "household": field.named(field.placement.cells.index, field.households),
        "site": {} if field.sites is None else field.named(field.sites.index, field.site_tiers.to_numpy()),
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
