"""What is recorded of households, buildings and sites, as the views are told it; nobody by name or phone."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from pandas import DataFrame, Series

from gridmap.core.finder import Found
from gridmap.core.happened import happened_rows
from gridmap.core.presence import presence
from gridmap.core.requests import OPEN, request_status
from gridmap.core.tally import household_zones
from gridmap.errors import PlanError
from gridmap.export.plain import plain_text
from gridmap.model.address import Target, matches, parse_target
from gridmap.widget.persons import Persons
from gridmap.widget.spots import Spots

if TYPE_CHECKING:
    from gridmap.widget.desk import Desk

_MOST_LISTED = 500
_MOST_BUILDINGS = 200
_MOST_MARKS = 2_000
_MOST_FOUND = 8
_MOST_LOOKED_AT = 60

_REFUSED = {
    "more_than_live_there": (
        "转运人数超过该户住在家里的人数",
        "more persons would be away than live there",
    ),
    "return_without_transfer": (
        "返回人数超过该户在外人数;请先登记转运",
        "more would come home than are away; record the transfer first",
    ),
    "unknown_household": ("名册里没有这一户", "the roster has no such household"),
    "contradiction": (
        "阳性人数多于已检人数,或与结果不符",
        "more are positive than were tested, or the result denies the count",
    ),
    "unknown_event": ("所指的记录不存在", "the record that it names is not there"),
    "unknown_owner": (
        "责任人名单里没有这个姓名或编号;请改正,或留空",
        "no official has this name or id; correct it, or leave it blank",
    ),
    "namesakes": (
        "有几名责任人同名;请改填编号",
        "several officials have this name; give the id",
    ),
    "no_author": ("请写明登记人", "say who records it"),
    "no_time": ("请写明发生时间", "say when it happened"),
    "lacks_value": ("缺少此类事件必填的内容", "it lacks what an event of this kind needs"),
}


def refused_words(kind: str, lang: str, otherwise: str = "") -> str:
    """Say why an event is not recorded.

    Parameters
    ----------
    kind
        Of the fault.
    lang
        ``zh`` or ``en``.
    otherwise
        What is said of a kind without words here.
    """
    pair = _REFUSED.get(kind)
    return (otherwise or kind) if pair is None else pair[lang == "en"]


def form_rows(desk: Desk, at: datetime) -> dict[str, Any]:
    """Return what the form of an event offers: the sites, who is away, and the requests that are open."""
    bench, named = desk.bench, Naming(desk)
    officials = bench.officials.head(_MOST_LISTED)
    away = presence(bench.placement, bench.events, at=at).away
    return {
        "sites": [
            {"id": site, "name": named.site(site), "kind": plain_text(kind)}
            for site, kind in named.site_kinds().head(_MOST_LISTED).items()
        ],
        "away": [
            {
                "household": row.household_id,
                "place": named.household(row.household_id),
                "site": row.site_id,
                "persons": int(row.persons),
            }
            for row in away.head(_MOST_LISTED).itertuples()
        ],
        "requests": [
            {
                "id": str(row.Index),
                "at": row.at.isoformat(),
                "place": named.place(row),
                "note": plain_text(row.note),
            }
            for row in _open_requests(bench.events, at).head(_MOST_LISTED).itertuples()
        ],
        "owners": [
            {"id": plain_text(official), "name": name}
            for official, name in zip(officials.index, Persons(officials).names(officials.index), strict=True)
        ],
    }


def owner_of(desk: Desk, said: str, lang: str) -> str:
    """Return the official whose id or name was given.

    Raises
    ------
    PlanError
        If there is none, or there are several of that name.
    """
    officials = desk.bench.officials
    if said in officials.index:
        return said
    named = set(officials.index[officials["name"] == said]) if "name" in officials else set()
    if len(named) != 1:
        raise PlanError(refused_words("namesakes" if named else "unknown_owner", lang))
    return str(named.pop())


def found_homes(desk: Desk, text: str) -> list[dict[str, Any]]:
    """Return the buildings and households whose address has a text in it, the best first."""
    bench = desk.bench
    found = [
        each
        for each in desk.finder.find(text, limit=_MOST_LOOKED_AT)
        if each.kind == "household" or (each.kind == "address" and each.id)
    ]
    zones = household_zones(bench.plan, bench.placement)
    residents = bench.placement.residents
    return [_home(desk, each, zones, residents) for each in found[:_MOST_FOUND]]


def _home(desk: Desk, found: Found, zones: Series, residents: Series) -> dict[str, Any]:
    of = _members(desk, found)
    held = zones[of].unique()
    cells = desk.cell_ids[found.cells]
    return {
        "kind": "household" if found.kind == "household" else "building",
        "id": found.id,
        "label": plain_text(found.label),
        "detail": plain_text(found.detail),
        "residents": int(residents[of].sum()),
        "zone": str(held[0]) if len(held) == 1 else "",
        "area": str(cells[0]) if len(cells) == 1 else "",
        "cells": [int(cell) for cell in found.cells],
    }


def _members(desk: Desk, found: Found) -> Any:
    """Tell which of the placed households are meant."""
    placement = desk.bench.placement
    if found.kind == "household":
        return np.asarray(placement.cells.index == found.id)
    near = placement.cells.isin(desk.cell_ids[found.cells]).to_numpy(copy=True)
    alike = matches(placement.address_parts[near], parse_target(found.id))
    near[near] = np.asarray(alike, dtype=bool)
    return near


def happened(desk: Desk, at: datetime, lang: str) -> dict[str, Any]:
    """Return what is shown of events: the figures of zones, and where somebody is away or waits."""
    bench = desk.bench
    if not len(bench.events):
        return {"zones": {}, "marks": []}
    sketch = bench.sketch()
    zoning = replace(sketch, events=bench.events, document=replace(sketch.document, as_of=at))
    rows = happened_rows(zoning, "field", lang)
    zones = {plain_text(zone): [list(pair) for pair in told] for zone, told in rows.items()}
    return {"zones": zones, "marks": _marks(desk, at)}


def _marks(desk: Desk, at: datetime) -> list[dict[str, Any]]:
    """Return the places of households and buildings of which somebody is away or which wait for something."""
    bench = desk.bench
    away = presence(bench.placement, bench.events, at=at).away.groupby("household_id")["persons"].sum()
    requests = _open_requests(bench.events, at)
    asked = requests.loc[requests["household_id"] != "", "household_id"].value_counts()
    wanted = pd.Index([*asked.index, *away.index.difference(asked.index)])[:_MOST_MARKS]
    spots = Spots(desk)
    rows = bench.placement.cells.index.get_indexer(wanted)
    rows, wanted = rows[rows >= 0], wanted[rows >= 0]
    places = desk.ground.projection.to_mercator(bench.placement.bounds[rows, :2])
    homes = [
        _mark(place, cell, away=away.get(home, 0), requests=asked.get(home, 0))
        for home, cell, place in zip(wanted, spots.home[rows], places, strict=True)
    ]
    return [*homes, *_building_marks(desk, requests[requests["household_id"] == ""], spots)]


def _building_marks(desk: Desk, requests: DataFrame, spots: Spots) -> list[dict[str, Any]]:
    """Return the places of buildings that wait for something: the middle of their households."""
    placement = desk.bench.placement
    asked = requests[requests["building"] != ""].groupby(["building", "area_id", "zone_id"]).size()
    marks = []
    for (building, area, zone), count in asked.head(_MOST_BUILDINGS).items():
        target = _target(building)
        if target is None:
            continue
        near = _near(spots, area, zone)
        rows = near[np.asarray(matches(placement.address_parts.iloc[near], target), bool)]
        if len(rows):
            xy = placement.bounds[rows, :2]
            known = xy[np.isfinite(xy).all(axis=1)]
            place = desk.ground.projection.to_mercator(known).mean(axis=0) if len(known) else (np.nan, np.nan)
            marks.append(_mark(place, np.bincount(spots.home[rows]).argmax(), away=0, requests=count))
    return marks


def _near(spots: Spots, area: str, zone: str) -> Any:
    """Return the rows of the households among which a building is looked for: all, where nothing is said."""
    if area:
        return np.flatnonzero(np.isin(spots.home, spots.cells_of("area", area)))
    return np.flatnonzero(spots.zones == zone) if zone else np.arange(len(spots.home))


def _target(building: str) -> Target | None:
    """Read which buildings are meant; None where no compound is named, as in a file from elsewhere."""
    try:
        return parse_target(building)
    except PlanError:
        return None


def _mark(place: Any, cell: Any, *, away: Any, requests: Any) -> dict[str, Any]:
    x, y = place
    at = [round(float(x), 2), round(float(y), 2)] if np.isfinite([x, y]).all() else None
    return {"at": at, "cell": int(cell), "away": int(away), "requests": int(requests)}


def _open_requests(events: DataFrame, at: datetime) -> DataFrame:
    requests = request_status(events, at=at)
    return requests[requests["state"] == OPEN]


class Naming:
    """Says where an event belongs: addresses and names of places, never of persons.

    Parameters
    ----------
    desk
        Whose tables it looks into.
    """

    def __init__(self, desk: Desk) -> None:
        bench = desk.bench
        self._hierarchy = bench.plan.hierarchy
        households = bench.households
        known = households is not None and "address" in households
        self._addresses = _first(households["address"]) if known else Series(dtype="str")
        sites = bench.sites
        self._sites = None if sites is None or not len(sites) else sites[~sites.index.duplicated()]

    def site_kinds(self) -> Series:
        """Return the kind of every site, by its id."""
        if self._sites is None:
            return Series(dtype="str")
        kinds: Series = (
            self._sites["kind"].fillna("") if "kind" in self._sites else Series("", self._sites.index)
        )
        return kinds

    def site(self, site: str) -> str:
        """Return the name of a site, or its id."""
        return self._of("" if self._sites is None else self._sites.get("name"), site)

    def household(self, household: str) -> str:
        """Return the address of a household, or its id."""
        return self._of(self._addresses, household)

    def place(self, row: Any) -> str:
        """Return where an event belongs, from the zone to the household, as far as it is said."""
        area = str(row.area_id)
        parts = [plain_text(row.zone_id)]
        if row.household_id or row.building:
            parts.append(self.household(row.household_id) if row.household_id else plain_text(row.building))
        elif area:
            parts.append(
                plain_text(self._hierarchy.name(area)) if area in self._hierarchy.areas.index else area
            )
        if getattr(row, "site_id", ""):
            parts.append(self.site(row.site_id))
        return " ".join(filter(None, parts))

    @staticmethod
    def _of(names: Any, key: str) -> str:
        name = names.get(key) if isinstance(names, Series) else None
        return plain_text(name) if isinstance(name, str) and name else plain_text(key)


def _first(column: Series) -> Series:
    first: Series = column[~column.index.duplicated()]
    return first
