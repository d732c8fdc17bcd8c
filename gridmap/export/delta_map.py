"""A picture of what changes between two zonings: changed parts hatched, the rest of the zones pale."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
from gridmap.core.zone_changes import ZoneChanges
from gridmap.model.crs import to_metric
from gridmap.model.plan import NONE
from gridmap.model.scene import LegendEntry, Rows, Scene
from gridmap.model.zoning import Zoning

_LONLAT = "EPSG:4326"
_LEAST_AREA_M2 = 1.0
_LEFT = "#4d4d4d"
_SHOWN = 3
_COLUMNS = ("tier", "name", "label", "color", "pattern", "rows")


class _Change(NamedTuple):
    """A part that goes from one tier to another, or within one from zone to zone; `none` is no tier."""

    before: str
    after: str
    shape: Any
    moves: DataFrame


def delta_scene(
    changes: DataFrame, zones: ZoneChanges, before: Zoning, after: Zoning, *, audience: str, lang: str
) -> Scene:
    """Decide what a picture of the changes shows.

    Parameters
    ----------
    changes
        The households that change, from `gridmap.core.delta.compared`.
    zones
        What became of the zones.
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
        weaker, and one for each tier in which parts only go to another zone, dotted; over what stays.
    """
    scene = build_scene(after, audience=audience, lang=lang)
    shapes = (_outlines(before), _outlines(after))
    found = [*_changed_parts(changes, shapes, before, after), *_rezoned_parts(zones.moves, shapes, after)]
    labels = {tier.id: tier.label(lang) for tier in after.protocol.tiers} | {NONE: delta_word("none", lang)}
    order = {tier: place for place, tier in enumerate((*after.plan.tier_order, NONE))}
    rows, legend = [], []
    for number, change in enumerate(found, start=1):
        name = _name(change, labels, lang)
        stricter = order[change.after] < order.get(change.before, len(order))
        same = change.after == change.before
        pattern = "dots" if same else "cross" if stricter else "diagonal"
        color = _LEFT if change.after == NONE else after.protocol.tier(change.after).color
        key, counts = f"{change.before}>{change.after}", _counts(change.moves, lang)
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


def _name(change: _Change, labels: Mapping[str, str], lang: str) -> str:
    if change.before != change.after:
        was, now = labels.get(change.before, change.before), labels[change.after]
        return delta_word("arrow", lang, before=was, after=now)
    pairs = list(zip(change.moves["zone_before"], change.moves["zone_after"], strict=True))
    said = [delta_word("arrow", lang, before=one, after=other) for one, other in pairs[:_SHOWN]]
    said += [delta_word("more_zones", lang, count=len(pairs))] if len(pairs) > _SHOWN else []
    return delta_word("within", lang, tier=labels[change.after], zones=delta_word("and", lang).join(said))


def _changed_parts(
    changes: DataFrame, outlines: tuple[Any, Any], before: Zoning, after: Zoning
) -> Iterator[_Change]:
    """Give what goes from which tier to which, the strictest after first."""
    was, now = (_by_tier(zones) for zones in outlines)
    nothing = shapely.Polygon()
    all_before, all_after = (shapely.union_all(list(shapes.values())) for shapes in (was, now))
    tiers = list(dict.fromkeys([*after.plan.tier_order, *before.plan.tier_order]))
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
                mine = changes[(changes["tier_before"] == old) & (changes["tier_after"] == new)]
                yield _Change(old, new, kept, mine.assign(households=1))


def _rezoned_parts(moves: DataFrame, outlines: tuple[Any, Any], after: Zoning) -> Iterator[_Change]:
    """Give what stays under its tier and goes to another zone, tier by tier; not to one that is held back."""
    kept = moves[(moves["tier_before"] == moves["tier_after"]) & ~moves["zone_after"].isin(list(after.held))]
    for tier in after.plan.tier_order:
        mine = kept[kept["tier_after"] == tier]
        shapes = [
            shapely.intersection(outlines[0].geometry[one], outlines[1].geometry[other])
            for one, other in zip(mine["zone_before"], mine["zone_after"], strict=True)
            if one in outlines[0].index and other in outlines[1].index
        ]
        shape = _large(shapely.union_all(shapes)) if shapes else None
        if shape is not None:
            yield _Change(tier, tier, shape, mine)


def _outlines(zoning: Zoning) -> Any:
    zones = zone_outlines(zoning.plan, zoning.grid, placement=zoning.placement)
    return zones[zones.geometry.notna()].to_crs(_LONLAT)


def _by_tier(zones: Any) -> dict[str, Any]:
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


def _counts(moves: DataFrame, lang: str) -> Rows:
    counts = (("households", int(moves["households"].sum())), ("residents", int(moves["residents"].sum())))
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
