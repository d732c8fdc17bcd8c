"""Buildings as people know them: a square for each household, floors above each other, units side by side."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from pandas import DataFrame

from gridmap.core.contacts import placed
from gridmap.core.floors import floor_of, unit_and_room
from gridmap.core.privacy import is_plain_compound
from gridmap.core.reached import was_reached
from gridmap.core.walk import natural
from gridmap.model.address import split_addresses, written_address
from gridmap.model.zoning import Zoning

STATES = ("exception", "needs", "vacant", "reached", "enterprise", "dormitory", "shop")
"""What a square shows, the first that holds as its fill, all of them as letters."""

_HOME = re.compile(r"\d{2}|[A-Za-z]")
_MOST_MISSING = 5
_VACANT = re.compile(r"\b(?:vacant|empty)\b|空置|空关|空房|无人居住")
_KINDS = ("enterprise", "dormitory", "shop")
Column = tuple[str, str]


@dataclass(frozen=True)
class Square:
    """One household of a building.

    Parameters
    ----------
    household_id
        Whose.
    room
        As it is written on the door.
    name, residents
        Of the list it is for: masked where that is; residents are missing where unknown.
    states
        Some of `STATES`, in their order.
    """

    household_id: str
    room: str
    name: str
    residents: int | None
    states: tuple[str, ...]


@dataclass(frozen=True)
class Building:
    """The squares of a building, or of the houses of a compound that have no floors.

    Parameters
    ----------
    title
        Such as ``枫南新村3幢``.
    floors, columns
        From the top down, also those of which nobody is on record, and unit and door from left to right;
        empty for houses without floors.
    squares
        By floor and column; more than one where several households share a door.
    houses
        Households without a floor, in walking order.
    """

    title: str
    floors: tuple[int, ...]
    columns: tuple[Column, ...]
    squares: Mapping[tuple[int, Column], tuple[Square, ...]]
    houses: tuple[Square, ...] = ()

    @property
    def all_squares(self) -> tuple[Square, ...]:
        """Every square once."""
        return (*(each for there in self.squares.values() for each in there), *self.houses)

    @cached_property
    def _floors_of(self) -> Counter[Column]:
        """On how many floors above ground somebody is on record behind each door."""
        return Counter(door for floor, door in self.squares if floor > 0)

    def expects(self, floor: int, column: Column) -> bool:
        """Tell whether there should be a home behind a door of which nobody is on record.

        Doors numbered as homes are go up all floors; shops and the like do if they are known on two floors.
        """
        if floor < 0:
            return False
        known = self._floors_of[column]
        return known > 1 or bool(known and _HOME.fullmatch(column[1]))


def buildings_of(
    zoning: Zoning, rows: DataFrame, *, lang: str, needs: Any = False, masked: bool = False
) -> list[Building]:
    """Put households into buildings, in walking order.

    A building has floors if at least two of its households tell theirs. All others stand as houses of their
    compound. A household that could not be placed stands in the building that its address names, if that is
    one of these.

    Parameters
    ----------
    zoning
        Its placement tells the parts of addresses.
    rows
        Households as `gridmap.core.contacts.household_rows` gives them: some of them.
    lang
        ``zh`` or ``en``: how results are written in `rows`.
    needs
        Whether squares may show that a household has needs: for all of them, or one answer for each row.
    masked
        Whether no name may stand there, nor a compound that may be a whole address.

    Returns
    -------
    buildings
        Every household of `rows` in exactly one square.
    """
    if rows.empty:
        return []
    parts = _parts(zoning, rows)
    parts["states"] = _states(rows, placed(zoning).roster.reindex(rows.index), lang=lang, needs=needs)
    names = rows["head_name"].where(~np.full(len(rows), masked), "")
    columns = (rows.index, parts["door"], names, rows["residents"], parts["states"])
    parts["square"] = [
        Square(household, door, name, None if pd.isna(residents) else int(residents), states)
        for household, door, name, residents, states in zip(*columns, strict=True)
    ]
    parts = _with_exceptions(parts, zoning)
    found: list[Building] = []
    for _, compound in parts.groupby(["village", "compound"], sort=False):
        houses: list[Square] = []
        for _, own in compound.groupby("building", sort=False):
            stacked = own[own["floor"] != 0]
            if own["building"].iloc[0] and len(stacked) > 1:
                found.append(_stacked(own, stacked, masked=masked))
            else:
                houses.extend(own["square"])
        if houses:
            title = _shown(compound["compound"].iloc[0], masked=masked)
            found.append(Building(title, (), (), {}, tuple(houses)))
    return found


def roles_in_areas(zoning: Zoning) -> dict[str, set[str]]:
    """Return the roles of those who serve an area; a micro-grid needs no picture of its few doors."""
    found: dict[str, set[str]] = {}
    if zoning.duties is not None:
        table = zoning.duties.table[zoning.duties.table["target_kind"] == "area"]
        levels = table["target"].map(zoning.plan.hierarchy.areas["level"])
        table = table[levels != "microgrid"]
        for official, role in zip(table["official_id"], table["role"], strict=True):
            found.setdefault(official, set()).add(role)
    return found


def _parts(zoning: Zoning, rows: DataFrame) -> DataFrame:
    """Return village, compound, building, unit, room of households, with the floor (0: none) and the door."""
    placement = placed(zoning)
    known = placement.address_parts
    parts = known[~known.index.duplicated()].reindex(rows.index).fillna("").astype("str")
    village = zoning.plan.hierarchy.at_level("village").fillna("").astype("str")
    addresses = rows["address"]
    return _floors(parts.assign(village=rows["cell_id"].map(village).to_numpy(), address=addresses))


def _floors(parts: DataFrame) -> DataFrame:
    """Add `floor`, `column` and `door` (how a household is called in its building)."""
    parts = _with_units(parts)
    told = {room: floor_of(room) for room in parts["room"].unique()}
    floors = [told[room] for room in parts["room"]]
    column = [
        (unit, floor[1]) if floor else ("", "") for unit, floor in zip(parts["unit"], floors, strict=True)
    ]
    door = [
        room if floor else " ".join(filter(None, (_numbered(building, address), unit, room)))
        for building, unit, room, floor, address in zip(
            parts["building"], parts["unit"], parts["room"], floors, parts["address"], strict=True
        )
    ]
    return parts.assign(floor=[floor[0] if floor else 0 for floor in floors], column=column, door=door)


def _with_units(parts: DataFrame) -> DataFrame:
    """Take the unit out of rooms that tell it in characters, such as 二单元301."""
    told = {room: unit_and_room(room) for room in parts["room"].unique()}
    pairs = zip(parts["unit"], parts["room"], strict=True)
    found = [(unit, room) if unit else told[room] for unit, room in pairs]
    return parts.assign(unit=[unit for unit, _ in found], room=[room for _, room in found])


def _numbered(building: str, address: str) -> str:
    """Write the number of a house as its address does."""
    return next(
        (f"{building}{each}" for each in "号幢" if building and f"{building}{each}" in address), building
    )


def _states(rows: DataFrame, roster: DataFrame, *, lang: str, needs: Any) -> list[tuple[str, ...]]:
    """Return the states of each household."""
    empty = np.full(len(rows), "", dtype=object)
    kind, flags = (
        roster[name].astype("str").fillna("").to_numpy(dtype=object) if name in roster else empty
        for name in ("kind", "flags")
    )
    found = {
        "needs": (rows["needs"] != "").to_numpy() & needs,
        "vacant": (rows["residents"] == 0).fillna(False).to_numpy(dtype=bool)  # noqa: FBT003
        | np.array([bool(_VACANT.search(flag)) for flag in flags]),
        "reached": was_reached(rows["result"], lang=lang).to_numpy()
        if "result" in rows
        else np.zeros(len(rows), dtype=bool),
        **{name: kind == name for name in _KINDS},
    }
    return [
        tuple(state for state in STATES if state in found and found[state][place])
        for place in range(len(rows))
    ]


def _with_exceptions(parts: DataFrame, zoning: Zoning) -> DataFrame:
    """Add who could not be placed and is said to live in one of these buildings."""
    placement = placed(zoning)
    rows = placement.exceptions["row"].to_numpy(dtype=np.intp)
    if not len(rows):
        return parts
    found = placement.households.iloc[rows]
    told = split_addresses(found["address"], found["building"], area_names=placement.area_names)
    told = told.assign(village="", address=found["address"].astype("str").fillna("").to_numpy())
    homes = parts.drop_duplicates(["compound", "building"]).set_index(["compound", "building"])["village"]
    keys = list(zip(told["compound"], told["building"], strict=True))
    is_here = [bool(building) and (compound, building) in homes.index for compound, building in keys]
    if not any(is_here):
        return parts
    told = _floors(told[is_here])
    told["village"] = [homes[key] for key, here in zip(keys, is_here, strict=True) if here]
    told["square"] = [
        Square(str(household), door, "", None, ("exception",))
        for household, door in zip(placement.exceptions["household_id"][is_here], told["door"], strict=True)
    ]
    return pd.concat([parts, told])


def _stacked(own: DataFrame, stacked: DataFrame, *, masked: bool) -> Building:
    """Make a building with floors."""
    squares: dict[tuple[int, Column], tuple[Square, ...]] = {}
    for floor, column, square in zip(stacked["floor"], stacked["column"], stacked["square"], strict=True):
        squares[floor, column] = (*squares.get((floor, column), ()), square)
    first = own.iloc[0]
    compound = _shown(first["compound"], masked=masked)
    title = written_address(compound, first["building"], like=first["address"]) if compound else ""
    return Building(
        title or f"{compound} {first['building']}".strip(),
        _all_floors({floor for floor, _ in squares}),
        tuple(_in_order({column for _, column in squares})),
        squares,
        tuple(own.loc[own["floor"] == 0, "square"]),
    )


def _all_floors(known: set[int]) -> tuple[int, ...]:
    """Return floors from the top down, with those between of which nobody is on record, from the ground on.

    Where many in a row are missing they are left out: a number mistyped makes no tower.
    """
    found = set(known)
    for sign in (1, -1):
        below = 0
        for floor in sorted(sign * each for each in known if sign * each > 0):
            if floor - below <= _MOST_MISSING + 1:
                found.update(sign * each for each in range(below + 1, floor))
            below = floor
    return tuple(sorted(found, reverse=True))


def _in_order(columns: Iterable[Column]) -> list[Column]:
    """Sort units and doors, in which numbers count as numbers."""
    given = sorted(columns)
    keys = [natural(pd.Series([column[place] for column in given], dtype="str")) for place in (0, 1)]
    return [column for *_, column in sorted(zip(*(key.tolist() for key in keys), given, strict=True))]


def _shown(compound: str, *, masked: bool) -> str:
    """Return the name of a compound, or empty text where it may be a whole address that is not to be seen."""
    return "" if masked and not is_plain_compound(compound) else compound
