"""A picture of what changes between two zonings: changed parts hatched, the rest of the zones pale."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pandas import DataFrame

from gridmap.core.delta_words import delta_word
from gridmap.core.outline import zone_outlines
from gridmap.core.scene import build_scene
from gridmap.core.wording import word
from gridmap.model.crs import to_metric
from gridmap.model.plan import NONE
from gridmap.model.scene import LegendEntry, Rows, Scene
from gridmap.model.zoning import Zoning

_LONLAT = "EPSG:4326"
_LEAST_AREA_M2 = 1.0
_LEFT = "#4d4d4d"
_COLUMNS = ("tier", "name", "label", "color", "pattern", "rows")


class _Change(NamedTuple):
    """A part that goes from one tier to another; `none` is no tier."""

    before: str
    after: str
    shape: Any


def delta_scene(changes: DataFrame, before: Zoning, after: Zoning, *, audience: str, lang: str) -> Scene:
    """Decide what a picture of the changes shows.

    Parameters
    ----------
    changes
        The households that change, from `gridmap.core.delta.compared`.
    before, after
        The two zonings.
    audience
        ``official`` or ``field``.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    scene
        One zone for every step from tier to tier, crossed where it is stricter now and striped where it is
        weaker, over the zones that stay.
    """
    scene = build_scene(after, audience=audience, lang=lang)
    found = _changed_parts(before, after)
    labels = {tier.id: tier.label(lang) for tier in after.protocol.tiers} | {NONE: delta_word("none", lang)}
    order = {tier: place for place, tier in enumerate((*after.plan.tier_order, NONE))}
    rows, legend = [], []
    for number, change in enumerate(found, start=1):
        name = delta_word(
            "arrow", lang, before=labels.get(change.before, change.before), after=labels[change.after]
        )
        stricter = order[change.after] < order.get(change.before, len(order))
        pattern = "cross" if stricter else "diagonal"
        color = _LEFT if change.after == NONE else after.protocol.tier(change.after).color
        key, counts = f"{change.before}>{change.after}", _counts(changes, change, lang)
        measures = () if change.after == NONE else after.protocol.tier(change.after).measures(lang)
        rows.append((key, name, f"{number} {name}", color, pattern, counts, change.shape, str(number)))
        legend.append(LegendEntry(key, f"{number} {name}", color, pattern, counts, measures))
    drawn = gpd.GeoDataFrame(
        {name: [row[place] for row in rows] for place, name in enumerate(_COLUMNS)},
        geometry=[row[6] for row in rows],
        index=pd.Index([row[7] for row in rows], name="zone_id", dtype="str"),
        crs=_LONLAT,
    )
    still, entries = _unchanged(scene, found, lang)
    zones = pd.concat([still, drawn.iloc[::-1]]) if len(still) else drawn.iloc[::-1]
    title = delta_word("map_title", lang, title=scene.title)
    facts = ((delta_word("version_before", lang), before.plan.version), *scene.facts)
    return replace(scene, title=title, facts=facts, zones=zones, legend=(*legend, *entries))


def _changed_parts(before: Zoning, after: Zoning) -> list[_Change]:
    """Return what goes from which tier to which, the strictest after first."""
    was, now = _by_tier(before), _by_tier(after)
    nothing = shapely.Polygon()
    all_before, all_after = (shapely.union_all(list(shapes.values())) for shapes in (was, now))
    tiers = list(dict.fromkeys([*after.plan.tier_order, *before.plan.tier_order]))
    found = []
    for new in (*tiers, NONE):
        for old in (*tiers, NONE):
            if new == old:
                continue
            if old == NONE:
                shape = shapely.difference(now.get(new, nothing), all_before)
            elif new == NONE:
                shape = shapely.difference(was.get(old, nothing), all_after)
            else:
                shape = shapely.intersection(now.get(new, nothing), was.get(old, nothing))
            kept = _large(shape)
            if kept is not None:
                found.append(_Change(old, new, kept))
    return found


def _by_tier(zoning: Zoning) -> dict[str, Any]:
    zones = zone_outlines(zoning.plan, zoning.grid, placement=zoning.placement)
    zones = zones[zones.geometry.notna()].to_crs(_LONLAT)
    groups = zones.geometry.groupby(zones["tier"])
    return {str(tier): shapely.union_all(np.asarray(shapes.array)) for tier, shapes in groups}


def _large(shape: Any) -> Any:
    """Return the polygons of a shape that have some area; None if there are none."""
    parts = shapely.get_parts(shape)
    parts = parts[shapely.get_dimensions(parts) == 2] if len(parts) else parts
    if not len(parts):
        return None
    metric = to_metric(gpd.GeoDataFrame(geometry=list(parts), crs=_LONLAT))
    parts = parts[(metric.area >= _LEAST_AREA_M2).to_numpy()]
    return shapely.union_all(parts) if len(parts) else None


def _counts(changes: DataFrame, change: _Change, lang: str) -> Rows:
    mine = changes[(changes["tier_before"] == change.before) & (changes["tier_after"] == change.after)]
    counts = (("households", len(mine)), ("residents", int(mine["residents"].sum())))
    return tuple((word(name, lang), f"{count:,}") for name, count in counts)


def _unchanged(scene: Scene, found: list[_Change], lang: str) -> tuple[Any, list[LegendEntry]]:
    """Return the zones that stay without what changes, and what the legend says of them."""
    gone = shapely.union_all([change.shape for change in found])
    shapes = shapely.difference(np.asarray(scene.zones.geometry.array, dtype=object), gone)
    zones = scene.zones.assign(tier="=" + scene.zones["tier"], pattern="none")
    zones = zones.set_geometry(gpd.GeoSeries(shapes, index=zones.index, crs=_LONLAT))
    zones = zones[~shapely.is_empty(shapes)]
    entries = [
        LegendEntry(f"={entry.tier}", delta_word("same", lang, tier=entry.label), entry.color, "none", ())
        for entry in scene.legend
        if f"={entry.tier}" in set(zones["tier"])
    ]
    return zones, entries
