"""What stands on the pages of an atlas: a leaf for each zone, and for each grid on request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import shapely
from pandas import DataFrame

from gridmap.core.called import staff, target_names
from gridmap.core.contacts import need_words
from gridmap.core.privacy import SMALL, official_columns, shows_needs
from gridmap.core.tally import count_zone_needs, household_tiers, household_zones
from gridmap.core.wording import word
from gridmap.errors import UnsupportedError
from gridmap.model.leaf import PERS, Album, Leaf, Person
from gridmap.model.scene import Rows, Scene
from gridmap.model.zoning import Zoning

_GRID = "grid"
_LONLAT = "EPSG:4326"
_MOST_LEVELS = 6
_PLACES = 2


def build_album(zoning: Zoning, scene: Scene, *, per: str = "zone") -> Album:
    """Decide what stands on the pages of an atlas.

    Parameters
    ----------
    zoning
        What is shown.
    scene
        The scene of it, which says for whom and in which language.
    per
        ``zone`` for a leaf for each zone, the strictest first; ``grid`` for one more for each grid with a
        cell in a zone, in the order of the areas. Where a cell lies in no area of level ``grid`` it counts
        as one itself.

    Returns
    -------
    album
        The leaves, and the names of areas and lines. Zones that are held back have none. The public sees no
        person, no needs, and no count of a grid: taken from that of its zone it could give a small one away.
        Needs are for the field: "<5" where they are fewer than five, and none where the zone is so small, or
        all have the need, that a household would be known by it.

    Raises
    ------
    UnsupportedError
        If there is no such `per`.
    """
    if per not in PERS:
        raise UnsupportedError(f"an atlas has no pages by {per!r}; choose of {', '.join(PERS)}")
    maker = _Maker(zoning, scene)
    shown = [zone for zone in list(scene.zones.itertuples())[::-1] if zone.Index not in zoning.held]
    leaves = [maker.of_zone(zone) for zone in shown]
    if per == _GRID:
        leaves.extend(maker.of_grids())
    areas = zoning.plan.hierarchy.areas
    names = areas["name"].fillna("").where(areas["name"].fillna("") != "", areas.index.to_series())
    return Album(tuple(leaves), tuple(names.astype("str")), maker.lineage[:_MOST_LEVELS], _lines(zoning))


class _Maker:
    """Makes the leaves of one scene, with what they share computed once."""

    def __init__(self, zoning: Zoning, scene: Scene) -> None:
        self._zoning, self._scene = zoning, scene
        plan = zoning.plan
        hierarchy = plan.hierarchy
        self._shown = np.asarray(hierarchy.geometry.notna())
        lineage = hierarchy.lineage[:, self._shown]
        known = [step for step in lineage if (step >= 0).any()]
        around_all = len(known) > 1 and len(np.unique(known[-1])) == 1
        self.lineage = tuple(known[:-1] if around_all else known)
        self._zone_of_cell = np.asarray(plan.effective.zone)
        self._homes = None if zoning.placement is None else self._placed(zoning.placement)
        self._needs = self._counted_needs()
        self._duties = self._named_duties()

    def of_zone(self, zone: Any) -> Leaf:
        """Make the leaf of a zone of the scene."""
        return Leaf(
            key=zone.Index,
            title=zone.label,
            zone=zone.Index,
            cells=(),
            tiers=(zone.tier,),
            figures=self._zone_figures(zone),
            people=self._people([zone.Index], self._places_of_zone(zone.Index)),
        )

    def of_grids(self) -> Iterator[Leaf]:
        """Make the leaf of every grid with a cell in a zone of the scene."""
        hierarchy = self._zoning.plan.hierarchy
        at = hierarchy.places_at(_GRID)
        grid_of_cell = np.where(at >= 0, at, hierarchy.lineage[0])
        zones_of = self._zones_by_cell()
        order = np.argsort(grid_of_cell, kind="stable")
        starts = np.flatnonzero(np.diff(grid_of_cell[order], prepend=-1))
        for places in np.split(order, starts[1:]) if len(order) else ():
            zones = [zone for place in places.tolist() for zone in zones_of.get(place, ())]
            if zones and not self._zoning.held.keys() & set(zones):
                yield self._of_grid(int(grid_of_cell[places[0]]), places, list(dict.fromkeys(zones)))

    def _of_grid(self, area: int, places: Any, zones: list[str]) -> Leaf:
        hierarchy = self._zoning.plan.hierarchy
        key = str(hierarchy.areas.index[area])
        tiers = set(self._scene.zones.loc[zones, "tier"])
        return Leaf(
            key=key,
            title=" ".join(hierarchy.path(key).split(" ")[1:]) or hierarchy.name(key),
            zone="",
            cells=tuple(hierarchy.cell_ids[places].tolist()),
            tiers=tuple(tier for tier in self._zoning.plan.tier_order if tier in tiers),
            figures=self._grid_figures(places),
            people=self._people(zones, places),
        )

    def _zones_by_cell(self) -> dict[int, list[str]]:
        """Return the zones that reach into each cell, by the position of the cell."""
        plan, scene = self._zoning.plan, self._scene
        found: dict[int, list[str]] = {}
        for place in np.flatnonzero(self._zone_of_cell >= 0).tolist():
            zone = plan.registry[self._zone_of_cell[place]].zone_id
            if zone in scene.zones.index:
                found[place] = [zone]
        carved = {carve.zone_id for carve in plan.carve_list} & set(scene.zones.index)
        at, shapes = np.flatnonzero(self._shown), np.asarray(scene.cells.geometry.array)
        tree = shapely.STRtree(shapes)
        for zone in sorted(carved):
            shape = scene.zones.geometry[zone]
            for cell in tree.query(shape, predicate="intersects").tolist():
                if not shapely.touches(shapes[cell], shape):
                    found.setdefault(int(at[cell]), []).append(zone)
        return found

    def _places_of_zone(self, zone: str) -> Any:
        """Return the positions of the cells that a zone has, or has households in."""
        registry = self._zoning.plan.registry
        codes = [place for place, each in enumerate(registry) if each.zone_id == zone]
        places = np.flatnonzero(np.isin(self._zone_of_cell, codes))
        if self._homes is None:
            return places
        return np.union1d(places, self._homes["place"][self._homes["zone"] == zone].to_numpy())

    def _placed(self, placement: Any) -> DataFrame:
        plan = self._zoning.plan
        residents = pd.to_numeric(placement.roster.get("residents", pd.Series(dtype=float)))
        return DataFrame(
            {
                "place": plan.hierarchy.cell_ids.get_indexer(placement.cells),
                "zone": household_zones(plan, placement),
                "tier": household_tiers(plan, placement),
                "residents": residents.reindex(placement.cells.index).fillna(0).astype(int),
            }
        )

    def _zone_figures(self, zone: Any) -> Rows:
        lang = self._scene.lang
        counted = {word(name, lang) for name in ("households", "residents")}
        rows = [row for row in zone.rows if row[0] in counted]
        cells = int((self._zone_of_cell == self._zoning.plan.zone_place(zone.Index)).sum())
        if cells:
            rows.insert(0, (word("cells", lang), f"{cells:,}"))
        rows += [(need_words(need, lang), count) for need, count in self._needs_of(zone.Index)]
        return tuple(rows)

    def _needs_of(self, zone: str) -> list[tuple[str, str]]:
        """Count the households with each need, where that tells nobody which of them: a page has no role."""
        if self._homes is None or zone not in self._needs.index:
            return []
        homes = int((self._homes["zone"] == zone).sum())
        counts = [(need, int(count)) for need, count in self._needs.loc[zone].items()]
        told = [(need, count) for need, count in counts if 0 < count < homes and homes >= SMALL]
        return [(str(need), f"{count:,}" if count >= SMALL else f"<{SMALL}") for need, count in told]

    def _grid_figures(self, places: Any) -> Rows:
        lang, plan = self._scene.lang, self._zoning.plan
        rows = [(word("cells", lang), f"{len(places):,}")]
        if self._homes is None or self._scene.audience == "public":
            return tuple(rows)
        mine = self._homes[self._homes["place"].isin(places)]
        for tier in plan.tier_order:
            here = mine[mine["tier"] == tier]
            if len(here):
                label = self._zoning.protocol.tier(tier).label(lang)
                rows.append((f"{label} {word('households', lang)}", f"{len(here):,}"))
                rows.append((f"{label} {word('residents', lang)}", f"{int(here['residents'].sum()):,}"))
        return tuple(rows)

    def _counted_needs(self) -> DataFrame:
        zoning, audience = self._zoning, self._scene.audience
        roles = zoning.protocol.needs_roles
        seen = any(shows_needs(audience, role, roles) for role in roles)
        if zoning.placement is None or not seen:
            return DataFrame()
        return count_zone_needs(zoning.plan, zoning.placement)

    def _named_duties(self) -> DataFrame:
        """Return the duties for zones and areas with what is said of who holds them, by rank."""
        zoning, scene = self._zoning, self._scene
        if zoning.duties is None or not official_columns(scene.audience):
            return DataFrame(columns=["role", "who", "target_kind", "target", "place"], dtype="str")
        table = zoning.duties.table
        table = table[table["target_kind"].isin(["zone", "area"])]
        people, names = staff(zoning), target_names(zoning, scene.lang)
        shown = people.reindex(table["official_id"])
        who = (shown["name"].fillna("") + " " + shown["phone"].fillna("")).str.strip().to_numpy(dtype=object)
        ranks = {role: rank for rank, role in enumerate(zoning.protocol.roles)}
        areas = table["target_kind"].to_numpy() == "area"
        told = table.assign(
            who=np.where(who == "", table["official_id"], who),
            place=np.where(areas, [self._short(target, names) for target in table["target"]], ""),
            rank=table["role"].map(ranks).fillna(len(ranks)),
        )
        return told.sort_values(["rank", "target"], kind="stable")

    def _short(self, area: str, names: dict[str, str]) -> str:
        """Write the name of an area, with that of the area around it where others are called alike."""
        hierarchy = self._zoning.plan.hierarchy
        around = hierarchy.ancestors(area)[1:2]
        if not around or names.get(area) == hierarchy.name(area):
            return hierarchy.name(area)
        return f"{hierarchy.name(around[0])} {hierarchy.name(area)}"

    def _people(self, zones: Iterable[str], places: Any) -> tuple[Person, ...]:
        """Say who serves some zones, or an area around or within some cells."""
        if not len(self._duties):
            return ()
        lineage = self._zoning.plan.hierarchy.lineage[:, places]
        around = self._zoning.plan.hierarchy.areas.index[np.unique(lineage[lineage >= 0])]
        kind, target = self._duties["target_kind"], self._duties["target"]
        mine = (kind == "zone") & target.isin(list(zones)) | (kind == "area") & target.isin(around)
        label, lang = self._zoning.protocol.role_label, self._scene.lang
        places_of: dict[tuple[str, str], list[str]] = {}
        for role, who, place in zip(
            *(self._duties.loc[mine, name] for name in ("role", "who", "place")), strict=True
        ):
            places_of.setdefault((role, who), []).append(place)
        return tuple(
            Person(label(role, lang), who, _together(served, lang))
            for (role, who), served in places_of.items()
        )


def _together(places: list[str], lang: str) -> str:
    """Write the first places, and how many there are; nothing for who serves the whole zone."""
    named = list(dict.fromkeys(place for place in places if place))
    if len(named) <= _PLACES:
        return ("、" if lang == "zh" else ", ").join(named)
    return f"{named[0]}等{len(named)}处" if lang == "zh" else f"{named[0]} and {len(named) - 1} more"


def _lines(zoning: Zoning) -> Any:
    """Return the lines that have a name."""
    lines = zoning.boundaries
    if lines is None or not len(lines) or "name" not in lines:
        return None
    named = lines[lines["name"].fillna("").astype("str").str.strip() != ""]
    named = named[named.geometry.notna()]
    if not len(named) or named.crs is None:
        return None
    return named[["name", "geometry"]].assign(kind=named.get("kind", "")).to_crs(_LONLAT)
