"""Place households: every row of the roster is in exactly one cell, or is an exception with its reason."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pandas import DataFrame, Series

from gridmap.core.certify import certify_placement
from gridmap.core.elsewhere import NOTHING, Elsewhere
from gridmap.core.locate import NOWHERE, locate_xy
from gridmap.core.raster import in_threads
from gridmap.core.roster import Spots, roster_of, spots_of
from gridmap.model.address import building_keys
from gridmap.model.areas import hierarchy_for
from gridmap.model.frames import grid_frame
from gridmap.model.placement import REASONS, RECORD_COLUMNS, Placement

_METHODS = ("location", "declared", "address")
_PLACED = -1
_SAID = {
    "no_location": "neither coordinates nor a cell, and no other household of its building is placed",
    "outside_grid": "the coordinates lie in no cell",
    "duplicate_id": "an earlier row has the same id",
}

Codes = npt.NDArray[np.int8]
Flags = npt.NDArray[np.bool_]


def place_households(households: DataFrame, grid: DataFrame, *, elsewhere: Elsewhere = NOTHING) -> Placement:
    """Put every household into exactly one cell, or list it with the reason why not.

    A household with coordinates goes to the cell they lie in; on a shared border to the touching cell whose
    id sorts first. One without goes to its declared cell, or else to the one cell in which the rest of the
    roster has its building. Of two rows with one id the first is placed. Nothing is dropped:
    ``len(households) == len(cells) + len(exceptions)``.

    Parameters
    ----------
    households
        The roster by ``household_id``, with points in `geometry`, or `lon` and `lat` (EPSG:4326), or `x` and
        `y` (the CRS of the grid); declared `cell_id`, `address` and `building` where known. Any CRS.
    grid
        The cells by ``cell_id``.
    elsewhere
        What the other parts hold, if these households and cells are parts of a larger roster and grid.

    Returns
    -------
    placement
        Cells, exceptions, conflicts and the roster.

    Raises
    ------
    CrsMismatchError
        If only one of the two has a CRS.
    """
    hierarchy = hierarchy_for(grid)
    grid = grid_frame(grid)
    roster = roster_of(households, grid)
    ids = np.append(np.asarray(hierarchy.cell_ids, dtype=object), np.asarray(elsewhere.cells, dtype=object))
    with ThreadPoolExecutor(1) as pool:
        said = pool.submit(_said, roster, ids, elsewhere)
        spots = spots_of(roster)
        location = locate_xy(hierarchy, spots.xy)
    found = _Found(
        roster=roster,
        areas=hierarchy.areas,
        ids=ids,
        said=said.result(),
        spots=spots,
        located=location.cell,
        elsewhere=elsewhere,
    )
    return found.placement(grid, location.overlapped)


@dataclass(frozen=True, eq=False)
class _Said:
    """What rows say of themselves: if an earlier row has their id, if they name a cell, and which."""

    duplicate: Flags
    declares: Flags
    declared: npt.NDArray[np.intp]


def _said(roster: DataFrame, ids: npt.NDArray[np.object_], elsewhere: Elsewhere) -> _Said:
    cell = roster["cell_id"]
    return _Said(
        duplicate=_repeated(roster.index) | roster.index.isin(elsewhere.repeated),
        declares=cell.notna().to_numpy() & (cell != "").to_numpy(),
        declared=_places_in(ids, cell),
    )


class _Found:
    """What is known of every row, in arrays as long as the roster."""

    def __init__(
        self,
        *,
        roster: DataFrame,
        areas: DataFrame,
        ids: npt.NDArray[np.object_],
        said: _Said,
        spots: Spots,
        located: npt.NDArray[np.int32],
        elsewhere: Elsewhere,
    ) -> None:
        self.roster, self.elsewhere, self.ids = roster, elsewhere, ids
        self.faults, self.without = spots.faults, spots.without
        self.duplicate, self.declares, self.declared = said.duplicate, said.declares, said.declared
        own = areas.loc[~areas["is_cell"] & ~areas.index.isin(elsewhere.areas.index), "name"]
        self.areas = pd.concat([own, elsewhere.areas])
        self.located = located
        self.addressed = self._by_address()

    def _by_address(self) -> npt.NDArray[np.intp]:
        """Return the one cell where the rest of the roster has a row's building; else `NOWHERE`."""
        answer = np.full(len(self.roster), NOWHERE, dtype=np.intp)
        open_rows = self.without & (self.declared == NOWHERE)
        if not open_rows.any():
            return answer
        names = tuple(self.areas.dropna().unique())
        if self.elsewhere.homes is None:
            keys = building_keys(self.roster, names)
            homes = self._homes(keys)
            asked = keys[open_rows]
        else:
            given = self.elsewhere.homes
            homes = Series(_places_in(self.ids, given["cell_id"]), index=given["building"])
            asked = building_keys(self.roster[open_rows], names)
        unique = homes[~homes.index.duplicated(keep=False)]
        known = Series(asked, dtype=object).map(unique).fillna(NOWHERE)
        answer[open_rows] = known.to_numpy(dtype=np.intp)
        return answer

    def _homes(self, keys: npt.NDArray[np.object_]) -> Series:
        """Return the cells in which the roster has its buildings, each pair of the two once."""
        settled = np.where(self.without, self.declared, self.located)
        usable = (settled != NOWHERE) & ~pd.isna(keys) & ~self.duplicate
        homes = DataFrame({"key": keys[usable], "cell": settled[usable]}).drop_duplicates()
        return homes.set_index("key")["cell"]

    def placement(self, grid: DataFrame, overlapped: Flags) -> Placement:
        """Put the answer together; only rows with something to say are written as text."""
        cell, method = self.located, np.zeros(len(self.roster), dtype=np.int8)
        if self.without.any():
            by_roster = np.where(self.declared != NOWHERE, self.declared, self.addressed)
            cell = np.where(self.without, by_roster, self.located)
            method = np.where(self.without, np.where(self.declared != NOWHERE, 1, 2), 0)
        reason = self._reasons(cell)
        placed = reason == _PLACED
        whole = placed.all()
        index = self.roster.index if whole else self.roster.index[placed]
        places, ways = (cell, method) if whole else (cell[placed], method[placed])
        columns = (self.ids, places, "cell_id"), (_METHODS, ways, "method")
        cells, methods = in_threads(lambda each: _texts(*each, index), columns)
        return Placement(
            cells=cells,
            exceptions=self._exceptions(reason),
            conflicts=self._conflicts(cell, placed, overlapped),
            methods=methods,
            households=self.roster,
            grid=grid,
            prove=certify_placement,
        )

    def _reasons(self, cell: npt.NDArray[np.integer[Any]]) -> Codes:
        """Return, for every row, the place of its reason in `REASONS`, or `_PLACED`."""
        nowhere = cell == NOWHERE
        reason = np.full(len(self.roster), _PLACED, dtype=np.int8)
        for name, rows in (
            ("outside_grid", nowhere & ~self.without),
            ("no_location", nowhere & self.without),
            ("unknown_cell", nowhere & self.without & self.declares),
            ("bad_coordinates", self.faults.notna().to_numpy()),
            ("duplicate_id", self.duplicate),
        ):
            if rows.any():
                reason[rows] = REASONS.index(name)
        return reason

    def _exceptions(self, reason: Codes) -> DataFrame:
        rows = np.flatnonzero(reason != _PLACED)
        names = np.array(REASONS, dtype=object)[reason[rows]]
        details = np.array([_SAID.get(each, "") for each in REASONS], dtype=object)[reason[rows]]
        for place in np.flatnonzero(details == ""):
            details[place] = self._detail(int(rows[place]), names[place])
        return self._records(rows, names, details)

    def _detail(self, row: int, reason: str) -> str:
        if reason == "bad_coordinates":
            return str(self.faults.iloc[row])
        declared = self.roster["cell_id"].iloc[row]
        known = "is an area, not a cell" if declared in self.areas.index else "is not in the grid"
        return f"the declared cell {declared!r} {known}"

    def _conflicts(self, cell: npt.NDArray[np.integer[Any]], placed: Flags, overlapped: Flags) -> DataFrame:
        elsewhere = self.declares & (self.declared != cell)
        rows = np.flatnonzero(placed & (overlapped | elsewhere))
        unknown = self.declared == NOWHERE
        kinds, details = [], []
        for row in rows:
            here = self.ids[cell[row]]
            if elsewhere[row]:
                kinds.append("unknown_cell" if unknown[row] else "declared_elsewhere")
                details.append(f"declared in {self.roster['cell_id'].iloc[row]!r}, placed in {here!r}")
            else:
                kinds.append("overlap")
                details.append(f"lies inside more than one cell; counted in {here!r}")
        return self._records(rows, kinds, details)

    def _records(self, rows: npt.NDArray[np.intp], reasons: Any, details: Any) -> DataFrame:
        columns = {
            "row": rows,
            "household_id": self.roster.index[rows].to_numpy(),
            "reason": reasons,
            "detail": details,
        }
        frame = DataFrame(columns, columns=list(RECORD_COLUMNS))
        return frame.astype({"row": "int64", "household_id": "str", "reason": "str", "detail": "str"})


def _repeated(ids: Any) -> Flags:
    """Tell which ids stand in an earlier row too; ids that only rise need no closer look."""
    text = pa.array(ids.array, pa.large_string())
    if pc.all(pc.less(text[:-1], text[1:])).as_py():
        return np.zeros(len(ids), dtype=bool)
    return np.asarray(ids.duplicated(keep="first"))


def _places_in(ids: npt.NDArray[np.object_], wanted: Series) -> npt.NDArray[np.intp]:
    """Return the place of each wanted id among `ids`; `NOWHERE` for one that is unknown or missing."""
    found = pc.index_in(pa.array(wanted.array, pa.large_string()), value_set=pa.array(ids, pa.large_string()))
    return np.asarray(found.fill_null(NOWHERE), dtype=np.intp)


def _texts(labels: Any, places: npt.NDArray[np.integer[Any]], name: str, index: Any) -> Series:
    """Return the label at each place, without making a Python text for each row."""
    return Series(pd.array(list(labels), dtype="str").take(places), index=index, name=name, dtype="str")
