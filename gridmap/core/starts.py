"""Where zones start: the places of cases, put into cells and found in the addresses of the roster."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pandas import DataFrame, Series

from gridmap.core.notes import Notes
from gridmap.core.place import place_households
from gridmap.errors import CrsMismatchError
from gridmap.model.address import split_addresses
from gridmap.model.areas import Hierarchy
from gridmap.model.frames import cell_id_text, with_geometry
from gridmap.model.placement import Placement
from gridmap.model.shown import shows_counts

Places = NDArray[np.intp]
NOBODY: Places = np.empty(0, dtype=np.intp)
TOWN = "town"
# Levels too fine to look for an address in: a compound may lie across them.
_FINE = ("village", "grid", "microgrid", "building", "cell")


@dataclass(frozen=True, eq=False)
class Start:
    """One place of one case.

    Parameters
    ----------
    order
        Its place among all starts.
    case, kind
        The id of the case; ``home``, ``work`` or ``activity``.
    cell
        The cell it lies in; empty when not known.
    point
        Where it is, in the CRS of the grid; None when not known.
    address
        The address as written; empty when not known.
    compound, building
        The parts of the address.
    compound_homes, building_homes
        The placed households there, as positions in the roster.
    """

    order: int
    case: str
    kind: str
    cell: str = ""
    point: Any = None
    address: str = ""
    compound: str = ""
    building: str = ""
    compound_homes: Places = field(default_factory=lambda: NOBODY)
    building_homes: Places = field(default_factory=lambda: NOBODY)


@shows_counts
@dataclass(frozen=True, eq=False)
class Roster:
    """The placed households, to be asked who lives at an address.

    Parameters
    ----------
    placement
        The households in their cells.
    hierarchy
        The cells and the areas above them.
    """

    placement: Placement
    hierarchy: Hierarchy

    @cached_property
    def compounds(self) -> Mapping[str, Places]:
        """The households of every compound, as positions."""
        parts = self.placement.address_parts["compound"].reset_index(drop=True)
        found: Mapping[str, Places] = parts.groupby(parts).indices
        return found

    @cached_property
    def buildings(self) -> NDArray[np.object_]:
        """The building of every household."""
        return np.asarray(self.placement.address_parts["building"], dtype=object)

    @cached_property
    def cells(self) -> Places:
        """The position of the cell of every household; -1 for a cell that the grid lacks."""
        return np.asarray(self.hierarchy.cell_ids.get_indexer(self.placement.cells), dtype=np.intp)

    @cached_property
    def points(self) -> NDArray[np.object_]:
        """The point of every household, None where it was placed without."""
        points = np.array(self.placement.roster.geometry.array, dtype=object)
        points[self.placement.methods.to_numpy() != "location"] = None
        return points

    def main_cell(self, homes: Places) -> str:
        """Return the cell that holds most of the households, of several the first; empty for none."""
        cells, counts = np.unique(self.cells[homes], return_counts=True)
        most = cells[(counts == counts.max(initial=0)) & (cells >= 0)]
        return min(self.hierarchy.cell_ids[most].tolist(), default="")

    def town(self, cell: str) -> int:
        """Return the town of a cell, as a position in the areas; -1 for none."""
        return int(self._towns[self.hierarchy.positions.get(cell, -1)])

    def towns(self, homes: Places) -> Places:
        """Return the towns of the households, as positions in the areas; -1 for none."""
        return np.asarray(self._towns[self.cells[homes]])

    def scope(self, homes: Places) -> str:
        """Return the finest area from a town up that holds all the households; empty for the whole grid."""
        lines = self._lineage[:, np.unique(self.cells[homes])]
        above = lines[:, 0].tolist() if lines.size else []
        shared = (area for area in above if area >= 0 and not self._fine[area])
        found = next((area for area in shared if (lines == area).any(axis=0).all()), None)
        return "" if found is None else str(self.hierarchy.areas.index[found])

    @cached_property
    def _towns(self) -> NDArray[np.int32]:
        return np.append(self.hierarchy.places_at(TOWN), np.int32(-1))

    @cached_property
    def _lineage(self) -> NDArray[np.int32]:
        lineage = self.hierarchy.lineage
        return np.append(lineage, np.full((len(lineage), 1), -1, dtype=np.int32), axis=1)

    @cached_property
    def _fine(self) -> NDArray[np.bool_]:
        areas = self.hierarchy.areas
        return np.asarray(areas["is_cell"] | areas["level"].isin(_FINE), dtype=bool)


def starts_of(
    cases: DataFrame, case_places: DataFrame | None, grid: DataFrame, roster: Roster | None, *, notes: Notes
) -> list[Start]:
    """Find the places of all cases, in the order of the cases, then of their further places.

    Parameters
    ----------
    cases
        By ``case_id``: a point, a `cell_id`, an `address` or the `household_id` of a household of the roster.
    case_places
        Further places: `case_id`, `place_kind`, and a point, a `cell_id`, an `address`, or `place` (an
        address or a cell).
    grid
        The cells.
    roster
        The placed households, if there are any.
    notes
        Takes what has to be said.

    Raises
    ------
    CrsMismatchError
        If cases have points, and only one of the two tables a CRS.
    """
    rows = [_rows(cases, grid, "cases")]
    if case_places is not None and len(case_places):
        rows.append(_rows(_further(case_places, grid), grid, "case_places"))
        for case in sorted(set(rows[1]["case"]) - set(rows[0]["case"])):
            notes.add("case_places names cases that the table of cases lacks; they count too", case)
    frame = pd.concat(rows, ignore_index=True)
    frame["order"] = frame["case"].map({case: i for i, case in enumerate(dict.fromkeys(frame["case"]))})
    frame = frame.sort_values("order", kind="stable").reset_index(drop=True)
    frame["order"] = range(len(frame))
    if roster is None:
        return [_plain_start(row) for row in frame.to_dict("records")]
    frame = _with_households(frame, roster)
    parts = split_addresses(frame["address"], frame["building"], area_names=roster.placement.area_names)
    both = zip(frame.to_dict("records"), parts.to_dict("records"), strict=True)
    return [_start(row, part, roster, notes) for row, part in both]


def _rows(frame: DataFrame, grid: DataFrame, name: str) -> DataFrame:
    """Place the rows in cells: `case`, `kind`, `cell`, `point` and the texts of each."""
    frame = with_geometry(frame)
    _check_crs(frame, grid, name)
    blank = Series("", index=frame.index, dtype="str")
    case = frame["case_id"] if "case_id" in frame else Series(frame.index, index=frame.index)
    kind = _text(frame.get("place_kind", blank)).str.casefold().replace("", "home")
    numbered = frame.set_index(pd.Index([str(row) for row in range(len(frame))], name="household_id"))
    placement = place_households(numbered.drop(columns=["case_id", "kind"], errors="ignore"), grid)
    points = np.array(placement.households.geometry.array, dtype=object)
    points[shapely.is_missing(points) | shapely.is_empty(points)] = None
    bad = placement.exceptions.loc[placement.exceptions["reason"] == "bad_coordinates", "row"]
    points[bad.to_numpy(dtype=np.intp)] = None
    columns = {
        key: _text(frame.get(key, blank)).to_numpy() for key in ("address", "building", "household_id")
    }
    columns |= {"case": _text(case).to_numpy(), "kind": kind.to_numpy(), "point": points}
    cell = placement.cells.reindex(numbered.index).fillna("").to_numpy()
    return DataFrame({**columns, "cell": cell})


def _text(values: Series) -> Series:
    return values.astype("str").fillna("").str.strip()


def _further(case_places: DataFrame, grid: DataFrame) -> DataFrame:
    """Read `place` as a cell where it is one, else as an address; what is given apart counts first."""
    if "place" not in case_places:
        return case_places
    place = _text(case_places["place"])
    is_cell = place.isin(cell_id_text(grid.index))
    given = {key: _text(case_places[key]) if key in case_places else "" for key in ("cell_id", "address")}
    said = {"cell_id": place.where(is_cell, ""), "address": place.mask(is_cell, "")}
    filled = {
        key: said[key] if isinstance(text, str) else text.where(text != "", said[key])
        for key, text in given.items()
    }
    return case_places.assign(**filled)


def _check_crs(frame: DataFrame, grid: DataFrame, name: str) -> None:
    if not isinstance(frame, gpd.GeoDataFrame) or not frame.geometry.notna().any():
        return
    if (frame.crs is None) != (grid.crs is None):
        without, other = (name, "grid") if frame.crs is None else ("grid", name)
        raise CrsMismatchError(f"{without} has no CRS but {other} has one; call {without}.set_crs(...) first")


def _with_households(frame: DataFrame, roster: Roster) -> DataFrame:
    """Take address, building and cell from the household that a row names, where the row lacks them."""
    place = roster.placement.cells.index.get_indexer(frame["household_id"])
    known = Series(place >= 0, index=frame.index)
    if not known.any():
        return frame
    filled = {}
    for key in ("address", "building"):
        theirs = _text(roster.placement.roster[key]).to_numpy()[place]
        filled[key] = frame[key].mask(known & (frame["address"] == ""), Series(theirs, index=frame.index))
    theirs = _text(roster.placement.cells).to_numpy()[place]
    theirs = Series(theirs, index=frame.index, dtype="str")
    filled["cell"] = frame["cell"].mask(known & (frame["cell"] == ""), theirs)
    return frame.assign(**filled)


def _plain_start(row: Mapping[str, Any]) -> Start:
    return Start(row["order"], row["case"], row["kind"], row["cell"], row["point"], row["address"])


def _start(row: Mapping[str, Any], part: Mapping[str, str], roster: Roster, notes: Notes) -> Start:
    compound, building = part["compound"], part["building"]
    homes = roster.compounds.get(compound, NOBODY) if compound else NOBODY
    homes = _in_own_town(row, homes, roster, notes)
    inside = homes[roster.buildings[homes] == building] if building else NOBODY
    plain = _plain_start({**row, "cell": row["cell"] or roster.main_cell(inside) or roster.main_cell(homes)})
    return replace(plain, compound=compound, building=building, compound_homes=homes, building_homes=inside)


def _in_own_town(row: Mapping[str, Any], homes: Places, roster: Roster, notes: Notes) -> Places:
    """Keep the households of the case's town where other towns have a compound of the same name."""
    towns = roster.towns(homes)
    if not len(towns) or (towns == towns[0]).all():
        return homes
    known = set(towns.tolist())
    own = roster.town(row["cell"]) if row["cell"] else -1
    if own not in known:
        names = {town: roster.hierarchy.name(roster.hierarchy.areas.index[town]) for town in known - {-1}}
        named = [town for town, name in names.items() if name in row["address"]]
        own = named[0] if len(named) == 1 else -1
    if own < 0:
        said = "the compound's name is in several towns and nothing tells which is meant; all are taken"
        notes.add(said, row["case"])
        return homes
    notes.add("other towns have a compound of the same name; only the case's own town is taken", row["case"])
    return np.asarray(homes[towns == own])
