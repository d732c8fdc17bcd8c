"""What people look for by name on a map: areas, compounds and buildings, and the zones they lie in."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pandas import DataFrame

from gridmap.core.building_ranges import building_word
from gridmap.core.privacy import SMALL, is_plain_compound, masks_households
from gridmap.core.tally import household_zones
from gridmap.core.walk import areas_at, natural
from gridmap.model.crs import transformer
from gridmap.model.placement import Placement
from gridmap.model.plan import Plan

_LEVELS = ("town", "village")
_DECIMALS = 4  # ten metres: a building, not a door
_COLUMNS = ("name", "within", "zones", "lon", "lat")
_COMPOUND = ["village", "compound"]
_NUMBER = "[0-9A-Za-z一二三四五六七八九十甲乙丙丁东南西北-]{1,8}"


def named_places(plan: Plan, placement: Placement | None, *, audience: str) -> DataFrame:
    """List the areas, compounds and buildings that an audience may find by name, with their zones.

    Only the field finds a compound whose name may be a whole address, or a building that has a name instead
    of a number. The public finds no compound of fewer than five households, and no building in a part of a
    compound where fewer than five households are in a zone of their own: to name such buildings would tell
    how many they are. For the public a building of fewer than five lies where its compound does.

    Parameters
    ----------
    plan
        As the audience sees it: for the public without what is carved out household by household.
    placement
        The households; without it only areas are known.
    audience
        ``public``, ``official`` or ``field``.

    Returns
    -------
    places
        `name`; `within`, the row of the compound of a building, or -1; `zones`, a tuple of zone ids in which
        an empty text stands for "in none"; `lon` and `lat` in EPSG:4326. Every building comes after its
        compound, in natural order.
    """
    homes = None if placement is None else _homes(plan, placement)
    areas = _areas(plan, homes)
    if homes is None:
        return areas
    inside = homes[homes["compound"] != ""]
    if not len(inside):
        return areas
    return pd.concat([areas, _dwellings(plan, inside, audience, start=len(areas))], ignore_index=True)


def _areas(plan: Plan, homes: DataFrame | None) -> DataFrame:
    xy, zone_ids = _cell_lonlat(plan), [*(zone.zone_id for zone in plan.registry), ""]
    zone = np.array(zone_ids, dtype=object)[plan.effective.zone]
    cells = DataFrame({"cell": np.arange(len(xy)), "zone": zone, "lon": xy[:, 0], "lat": xy[:, 1]})
    if homes is not None:
        cells = pd.concat([cells, homes[["cell", "zone"]].drop_duplicates()], ignore_index=True)
    return pd.concat([_areas_of(plan, level, cells) for level in _LEVELS], ignore_index=True)


def _areas_of(plan: Plan, level: str, cells: DataFrame) -> DataFrame:
    area = areas_at(plan, level).array.take(cells["cell"].to_numpy())
    rows = cells.assign(area=area)[area != ""].reset_index(drop=True)
    found = _groups(rows, ["area"])
    return found.assign(name=found["area"].map(plan.hierarchy.name), within=-1)[list(_COLUMNS)]


def _dwellings(plan: Plan, homes: DataFrame, audience: str, *, start: int) -> DataFrame:
    if masks_households(audience):
        homes = homes[homes["compound"].map(is_plain_compound)]
        homes = homes.assign(building=homes["building"].where(homes["building"].str.fullmatch(_NUMBER), ""))
    if audience == "public":
        homes = homes[homes.groupby(_COMPOUND)["zone"].transform("size") >= SMALL]
    whole = _groups(homes, _COMPOUND)
    whole["at"] = np.arange(len(whole))
    singly = _told(homes[homes["building"] != ""], audience)
    parts = _groups(singly, [*_COMPOUND, "building"]).merge(whole, on=_COMPOUND, suffixes=("", "_whole"))
    hidden = (parts["homes"] < SMALL) & (audience == "public")
    for axis in ("lon", "lat"):
        parts[axis] = parts[axis].mask(hidden, parts[f"{axis}_whole"])
    word = parts["address"].map(lambda address: building_word([address]))
    numbered = parts["building"].str.fullmatch(r"[0-9A-Za-z]+")
    parts["name"] = parts["building"] + word.where(numbered, "")
    several = whole["compound"].duplicated(keep=False) & (whole["village"] != "")
    village = whole["village"].map(lambda key: plan.hierarchy.name(key) if key else "")
    whole["name"] = (village + " ").where(several, "") + whole["compound"]
    both = pd.concat([whole.assign(building=""), parts], ignore_index=True)
    both = both.iloc[np.lexsort([natural(both["building"]), both["at"]])].reset_index(drop=True)
    heads = np.flatnonzero(both["building"] == "") + start
    both["within"] = np.where(both["building"] == "", -1, heads[both["at"].to_numpy()])
    return both[list(_COLUMNS)]


def _told(rows: DataFrame, audience: str) -> DataFrame:
    """Return the households of which the buildings may be named."""
    if audience != "public":
        return rows
    few = rows.groupby([*_COMPOUND, "zone"])["zone"].transform("size") < SMALL
    keys = [*_COMPOUND, "building"]
    return rows[~few.groupby([rows[key] for key in keys]).transform("any")]


def _groups(rows: DataFrame, keys: list[str]) -> DataFrame:
    """Return each group once, in the order of its keys: how many, where in the middle, and in which zones."""
    groups = rows.groupby(keys, sort=True)
    found = groups[["lon", "lat"]].mean().round(_DECIMALS).assign(homes=groups.size())
    if "address" in rows:
        found["address"] = groups["address"].first()
    pairs = rows[[*keys, "zone"]].drop_duplicates().sort_values([*keys, "zone"])
    found["zones"] = pairs.groupby(keys, sort=True)["zone"].agg(tuple)
    return found.reset_index()


def _homes(plan: Plan, placement: Placement) -> DataFrame:
    """Return the placed households, with the parts of their addresses and where they lie."""
    parts = placement.address_parts.reset_index(drop=True)
    cell = plan.hierarchy.cell_ids.get_indexer(placement.cells)
    crs = placement.households.crs
    bounds = placement.bounds
    middle = _to_lonlat((bounds[:, :2] + bounds[:, 2:]) / 2, crs) if crs is not None else np.nan
    lonlat = np.where(np.isfinite(middle), middle, _cell_lonlat(plan)[cell])
    return DataFrame(
        {
            "cell": cell,
            "village": areas_at(plan, "village").array.take(cell),
            "compound": parts["compound"],
            "building": parts["building"],
            "zone": household_zones(plan, placement).to_numpy(dtype=object),
            "address": placement.column("address").astype("str").to_numpy(),
            "lon": lonlat[:, 0],
            "lat": lonlat[:, 1],
        }
    )


def _cell_lonlat(plan: Plan) -> NDArray[np.float64]:
    outlines = plan.hierarchy.geometry
    middle = shapely.centroid(np.asarray(outlines.array, dtype=object))
    xy = np.full((len(middle), 2), np.nan)
    there = ~shapely.is_missing(middle) & ~shapely.is_empty(middle)
    xy[there] = shapely.get_coordinates(middle[there])
    return _to_lonlat(xy, outlines.crs)


def _to_lonlat(xy: NDArray[np.float64], crs: Any) -> NDArray[np.float64]:
    turned = transformer(crs, 4326).transform(xy[:, 0], xy[:, 1])
    return np.asarray(np.column_stack(turned))
