"""How officials, areas, zones and sites are called in lists."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd
from pandas import DataFrame, Series

from gridmap.core.privacy import official_columns
from gridmap.model.zoning import Zoning


def staff(zoning: Zoning) -> DataFrame:
    """Return `name`, `phone`, `unit`, `role`, `territory` of the officials as text, one row per id."""
    officials = DataFrame(index=pd.Index([], dtype="str")) if zoning.officials is None else zoning.officials
    people = DataFrame(
        {name: text_of(officials, name) for name in ("name", "phone", "unit", "role", "territory")}
    )
    return people[~people.index.duplicated()]


def called(zoning: Zoning, *, audience: str) -> dict[str, str]:
    """Return name and phone of every official, as far as the audience may see them, else the id."""
    people = staff(zoning)
    said = Series("", index=people.index, dtype="str")
    for name in ("name", "phone"):
        if name in official_columns(audience):
            said = said + " " + people[name]
    said = said.str.strip()
    return dict(said.where(said != "", said.index.to_series()))


def with_people(rows: DataFrame, zoning: Zoning) -> DataFrame:
    """Add `name`, `phone` and `unit` of the officials in `official_id`, empty text where not known."""
    people = staff(zoning)
    return rows.assign(
        **{name: looked_up(rows["official_id"], people[name]) for name in ("name", "phone", "unit")}
    )


def target_names(zoning: Zoning, lang: str) -> dict[str, str]:
    """Return how the areas, zones and sites are called that duties are for.

    Areas that are called alike are told apart by the areas around them: ``槐坞村 第1网格``.
    """
    areas = zoning.plan.hierarchy.areas
    own = areas["name"].fillna("")
    own = own.where(own != "", areas.index.to_series())
    parents = areas["parent_id"].where(areas["parent_id"] != "")
    names, around = own, parents
    while (alike := names.duplicated(keep=False) & around.notna()).any():
        names = names.where(~alike, around.map(own) + " " + names)
        around = around.where(~alike, around.map(parents))
    sites = zoning.sites
    return (
        dict(names) | zone_titles(zoning, lang) | (dict(text_of(sites, "name")) if sites is not None else {})
    )


def zone_titles(zoning: Zoning, lang: str) -> dict[str, str]:
    """Return how each zone is written: its number, name and tier."""
    zones = zoning.plan.zones
    labels = {tier.id: tier.label(lang) for tier in zoning.protocol.tiers}
    return {
        zone: " ".join(text for text in (zone, name, labels.get(tier, tier)) if text)
        for zone, name, tier in zip(zones.index, zones["name"], zones["tier"], strict=True)
    }


def area_paths(zoning: Zoning, cells: Iterable[str]) -> dict[str, str]:
    """Return where each cell lies, by the names of the areas around it below the topmost."""
    return {cell: " ".join(zoning.plan.hierarchy.path(cell).split(" ")[1:]) or cell for cell in cells}


def looked_up(keys: Series, known: Any) -> Series:
    """Look every key up; empty text where it is not known."""
    return keys.map(known).astype("str").fillna("")


def text_of(frame: DataFrame, name: str) -> Series:
    """Return a column as text; empty where something is missing, or if there is no such column."""
    if name not in frame:
        return Series("", index=frame.index, dtype="str")
    return frame[name].astype("str").fillna("").astype("str")
