"""Zones told by compounds and buildings: what carve-outs name, less what others of them take."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray
from pandas import DataFrame

from gridmap.core.building_ranges import building_word, buildings_of
from gridmap.core.census import census_of
from gridmap.core.claims import claims_on, in_order_of_claim, won_rows
from gridmap.core.cover import covered_rows
from gridmap.core.dwellings import dwellings_of
from gridmap.core.notice_areas import AreaNames
from gridmap.core.privacy import SMALL, is_plain_compound
from gridmap.model.address import Target, parse_target
from gridmap.model.notice import Buildings, OnMap
from gridmap.model.placement import Placement
from gridmap.model.plan import Plan
from gridmap.model.zone import CarveOut


@dataclass(frozen=True)
class _Part:
    """Buildings of a compound that one carve-out names; no buildings for all of them.

    Where several villages have a compound of this name, each is a part of its own, and `scope` the village.
    """

    carve: CarveOut
    target: Target
    scope: str

    @property
    def scoped(self) -> CarveOut:
        """The carve-out as far as this part of it reaches."""
        return replace(self.carve, scope=self.scope)

    def meets(self, other: _Part, plan: Plan) -> bool:
        """Tell whether both may name a same building."""
        if self.target.compound != other.target.compound or not _near(self.scope, other.scope, plan):
            return False
        mine, theirs = self.target.buildings, other.target.buildings
        return not mine or not theirs or bool(mine & theirs)


@dataclass(frozen=True)
class Addressed:
    """The carve-outs of a zone in words.

    Parameters
    ----------
    named
        Compounds and buildings.
    out
        What of them is in other zones.
    on_map
        What the map decides.
    """

    named: tuple[Buildings, ...] = ()
    out: tuple[Buildings, ...] = ()
    on_map: tuple[OnMap, ...] = ()


class AddressNames:
    """Tells the carve-outs of one plan by compounds and buildings.

    Parameters
    ----------
    plan
        Without carve-outs of single households.
    placement
        The households, or None.
    names
        Tells areas.
    lang
        ``zh`` or ``en``.
    """

    def __init__(self, plan: Plan, placement: Placement | None, names: AreaNames, lang: str) -> None:
        self._plan, self._placement, self._names, self._lang = plan, placement, names, lang
        self._carves = in_order_of_claim(plan)
        self._parts = [
            part
            for carve in self._carves
            for text in carve.addresses
            if self._counts(carve)
            for part in self._village_parts(carve, parse_target(text))
        ]

    def _village_parts(self, carve: CarveOut, target: Target) -> Iterator[_Part]:
        """Give a part for each village that has what is named, or one where it is clear without."""
        inside = [
            village
            for village, buildings in self._villages.get(target.compound, {}).items()
            if _near(carve.scope, village, self._plan)
            and (not target.buildings or target.buildings & buildings)
        ]
        for scope in inside if len(inside) > 1 else [carve.scope]:
            yield _Part(carve, target, scope)

    @cached_property
    def _villages(self) -> dict[str, dict[str, frozenset[str]]]:
        """The buildings of every compound by village."""
        if self._placement is None:
            return {}
        return dwellings_of(self._placement, self._plan.hierarchy).buildings_by_village

    def has(self, name: str) -> bool:
        """Tell whether a compound of the roster has this name."""
        return name in self._villages

    def told(self, zone_id: str) -> Addressed:
        """Put the carve-outs of a zone into words."""
        found = [
            self._said(part, [each for each in self._parts[place + 1 :] if each.carve.zone_id != zone_id])
            for place, part in enumerate(self._parts)
            if part.carve.zone_id == zone_id
        ]
        own = [carve for carve in self._plan.carve_list if carve.zone_id == zone_id and carve.shape]
        drawn = [OnMap("drawn_part", carve.carve_out_id, carve.name, carve.shape) for carve in own]
        found.extend(self._out_of_drawn(carve) for carve in own)
        return Addressed(
            tuple(dict.fromkeys(text for each in found for text in each.named)),
            tuple(dict.fromkeys(text for each in found for text in each.out)),
            tuple(dict.fromkeys([*drawn, *(text for each in found for text in each.on_map)])),
        )

    def _out_of_drawn(self, drawn: CarveOut) -> Addressed:
        """Tell the compounds and buildings within a drawn part that are in another zone, or in none."""
        if self._placement is None:
            return Addressed()
        covered = covered_rows(drawn, self._plan, self._placement)
        inside = [
            part
            for part in self._parts
            if part.carve.zone_id != drawn.zone_id
            and len(np.intersect1d(won_rows(part.scoped, self._plan, self._placement), covered))
        ]
        out = [self._text(part, part.target.buildings) for part in inside if not part.target.units]
        return Addressed(
            out=tuple(out), on_map=tuple(self._cut(part) for part in inside if part.target.units)
        )

    def _cut(self, part: _Part) -> OnMap:
        text = self._text(part, part.target.buildings).text
        return OnMap("part_elsewhere", part.carve.carve_out_id, text)

    def _said(self, part: _Part, later: Sequence[_Part]) -> Addressed:
        """Put one part of a carve-out into words, less what later ones take of it."""
        stronger = [each for each in later if part.meets(each, self._plan)]
        cut = [each for each in stronger if each.target.units]
        taken = frozenset[str]().union(*(each.target.buildings for each in stronger if each not in cut))
        buildings = part.target.buildings
        if any(not each.target.buildings for each in stronger) or (buildings and buildings <= taken):
            return Addressed()
        text = self._text(part, buildings - taken)
        key = part.carve.carve_out_id
        if part.target.units:
            return Addressed(on_map=(OnMap("part_of_building", key, text.text),))
        on_map = [self._cut(each) for each in cut]
        if self._goes_elsewhere(part, taken, cut):
            on_map.append(OnMap("part_elsewhere", key, text.text))
        out = (self._text(part, taken, alone=True),) if taken and not buildings else ()
        return Addressed((text,), out, tuple(on_map))

    def within(self, code: int) -> tuple[tuple[int, ...], Addressed]:
        """Put what is carved out of the cells of a zone into words.

        Returns
        -------
        stricter
            Places in ``plan.tier_order`` of the stricter tiers there, which are told as a whole.
        carved
            In `Addressed.out` what is under no tier, a weaker one, or in another zone of the same.
        """
        plan, zone = self._plan, self._plan.registry[code]
        own = plan.tier_order.index(zone.tier)
        order = {tier: place for place, tier in enumerate(plan.tier_order)}
        others = [carve for carve in self._carves if carve.zone_id != zone.zone_id and self._counts(carve)]
        inside = [carve for carve in others if self._is_in(carve, code)]
        stricter = {order[carve.tier] for carve in inside if order.get(carve.tier, len(order)) < own}
        weaker = [carve for carve in inside if order.get(carve.tier, len(order)) >= own]
        parts = [part for part in self._parts if part.carve in weaker]
        drawn = [
            OnMap("drawn_exception", carve.carve_out_id, carve.name, carve.shape)
            for carve in weaker
            if carve.shape
        ]
        units = [self._cut(part) for part in parts if part.target.units]
        out = [self._text(part, part.target.buildings) for part in parts if not part.target.units]
        return tuple(sorted(stricter)), Addressed(
            out=tuple(dict.fromkeys(out)), on_map=tuple(dict.fromkeys([*drawn, *units]))
        )

    def known(self, code: int) -> tuple[tuple[Buildings, ...], tuple[OnMap, ...]]:
        """Return the buildings of the roster in a zone that the plan does not name one by one.

        A compound that the plan does not name at all is left out where it has fewer than five households, or
        where its name may be a whole address.

        Returns
        -------
        buildings
            Those that lie in the zone whole.
        on_map
            Those of which a part lies elsewhere.
        """
        if self._placement is None or code not in self._homes:
            return (), ()
        mine = self._homes[code]
        zone = self._plan.registry[code].zone_id
        own = [part.target for part in self._parts if part.carve.zone_id == zone]
        told = {target.compound for target in own if target.buildings}
        whole = {target.compound for target in own if not target.buildings}
        found, split = [], []
        for compound, rows in mine.groupby("compound", sort=True):
            if compound in whole or (
                compound not in told and is_plain_compound(compound) and len(rows) >= SMALL
            ):
                unit = building_word(rows["address"].iloc[:SMALL])
                apart = set(rows.loc[rows["split"], "building"]) if compound not in whole else set()
                if buildings := set(rows["building"]) - apart:
                    found.append(buildings_of(compound, buildings, lang=self._lang, unit=unit))
                if apart:
                    split.append(buildings_of(compound, apart, lang=self._lang, unit=unit).text)
        return tuple(found), tuple(OnMap("split_building", zone, text) for text in split)

    @cached_property
    def _homes(self) -> dict[int, DataFrame]:
        """The households in a building, by the place of their zone.

        Columns are `compound`, `building`, `address`, and whether the building is `split` between zones.
        """
        if self._placement is None:
            return {}
        hierarchy = self._plan.hierarchy
        rows = self._placement.address_parts[["compound", "building"]]
        rows = rows.assign(
            address=self._placement.plain_addresses.array,
            zone=claims_on(self._plan, self._placement).zone,
            village=hierarchy.places_at("village")[census_of(self._placement, hierarchy).places],
        )
        rows = rows[(rows["compound"] != "") & (rows["building"] != "")]
        groups = rows.groupby(["village", "compound", "building"])["zone"]
        rows = rows.assign(split=groups.transform("min") != groups.transform("max"))
        return {int(zone): mine for zone, mine in rows[rows["zone"] >= 0].groupby("zone")}

    def _text(self, part: _Part, buildings: frozenset[str], *, alone: bool = False) -> Buildings:
        """Write buildings of a part; `alone` without the area, where that was said and is clear."""
        scope, compound = part.scope, part.target.compound
        zone = part.carve.zone_id
        like = {
            each.scope
            for each in self._parts
            if each.carve.zone_id == zone and each.target.compound == compound
        }
        alone = alone and len(like) == 1
        return buildings_of(
            compound,
            buildings,
            lang=self._lang,
            unit=building_word(part.carve.addresses),
            scope=scope,
            place=self._names.name(scope) if scope and not alone else "",
            every=self._names.has(compound),
        )

    def _counts(self, carve: CarveOut) -> bool:
        """Tell whether a carve-out decides about anybody; without a roster each may."""
        if self._placement is None or carve.shape:
            return True
        return carve.carve_out_id in self._winning

    @cached_property
    def _winning(self) -> frozenset[str]:
        if self._placement is None:
            return frozenset()
        rows = {carve.carve_out_id: won_rows(carve, self._plan, self._placement) for carve in self._carves}
        return frozenset(key for key, won in rows.items() if len(won))

    def _is_in(self, carve: CarveOut, code: int) -> bool:
        """Tell whether a carve-out takes something out of the cells of a zone."""
        zones, hierarchy = self._plan.effective.zone, self._plan.hierarchy
        if carve.shape:
            return bool((zones[self._drawn[carve.carve_out_id]] == code).any())
        if self._placement is not None:
            rows = won_rows(carve, self._plan, self._placement)
            return bool((zones[census_of(self._placement, hierarchy).places[rows]] == code).any())
        places = hierarchy.places_of(carve.scope) if carve.scope else slice(None)
        return bool((zones[places] == code).any())

    @cached_property
    def _drawn(self) -> dict[str, NDArray[np.intp]]:
        """The cells that each drawn part covers some of."""
        return dict(_drawn_cells(self._carves, self._plan))

    def _goes_elsewhere(self, part: _Part, taken: frozenset[str], cut: Sequence[_Part]) -> bool:
        """Tell whether a household that the words name is in another zone, and they do not tell why."""
        if self._placement is None:
            return False
        covered = covered_rows(part.scoped, self._plan, self._placement)
        lost = np.setdiff1d(covered, won_rows(part.scoped, self._plan, self._placement))
        rows = self._placement.address_parts.iloc[lost]
        zones = claims_on(self._plan, self._placement).zone[lost]
        mine = self._plan.zone_place(part.carve.zone_id)
        known = taken.union(*(each.target.buildings for each in cut))
        named = (rows["compound"] == part.target.compound) & ~rows["building"].isin(known)
        return bool((named.to_numpy() & (zones != mine)).any())


def _drawn_cells(carves: Sequence[CarveOut], plan: Plan) -> Iterator[tuple[str, NDArray[np.intp]]]:
    outlines = np.asarray(plan.hierarchy.geometry.array, dtype=object)
    for carve in carves:
        if carve.shape:
            shape = shapely.from_wkt(carve.shape)
            near = np.sort(plan.hierarchy.tree.query(shape, predicate="intersects"))
            yield carve.carve_out_id, near[~shapely.touches(outlines[near], shape)]


def _near(one: str, other: str, plan: Plan) -> bool:
    """Tell whether two scopes may hold the same building."""
    if not one or not other:
        return True
    above = plan.hierarchy.ancestors
    return one in above(other) or other in above(one)
