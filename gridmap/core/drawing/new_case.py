"""A new case: chosen from the roster, or set by a point, a cell or an address; one row of the cases."""

from __future__ import annotations

import itertools
from datetime import datetime
from typing import Any

import geopandas as gpd
import pandas as pd
from pandas import DataFrame

from gridmap.errors import CrsMismatchError, PlanError, UnknownCellError
from gridmap.model.address import split_addresses, written_address
from gridmap.model.areas import Hierarchy
from gridmap.model.frames import with_geometry
from gridmap.model.placement import Placement

_NEEDED = "give one of household=, point=, cell= or address="


def new_case(
    cases: DataFrame,
    hierarchy: Hierarchy,
    *,
    confirmed_on: datetime,
    household: str = "",
    point: Any = None,
    cell: str = "",
    address: str = "",
    label: str = "",
    placement: Placement | None = None,
) -> Any:
    """Make a row for a new case.

    Parameters
    ----------
    cases
        The cases there are; its id is none of theirs.
    hierarchy
        The cells.
    confirmed_on
        When it was confirmed, with a time zone.
    household
        The id of a household of the roster, whose place, cell and address it takes.
    point
        A GeoSeries of one point, in any CRS.
    cell
        The id of a cell.
    address
        An address; with a household it is that of the household.
    label
        How people call it; kept in a column `label`.
    placement
        The placed roster, for a household.

    Returns
    -------
    case
        A GeoDataFrame of one row by ``case_id`` (``case-1`` and on): `cell_id`, `address`, `confirmed_on`,
        `geometry` in the CRS of the cases, else of the cells.

    Raises
    ------
    CrsMismatchError
        If the point has no CRS although the cells have one, or the other way round.
    PlanError
        If nothing says where it is, the roster has no such household, or the time has no zone.
    UnknownCellError
        If the grid has no such cell.
    """
    if confirmed_on.tzinfo is None:
        raise PlanError(f"confirmed_on {confirmed_on} has no time zone; give one, such as +08:00")
    if cell and cell not in hierarchy.positions:
        raise UnknownCellError(f"the grid has no cell {cell!r}", [cell])
    if not (household or cell or address.strip() or (point is not None and len(point))):
        raise PlanError(f"nothing says where the case is; {_NEEDED}")
    own_crs = getattr(with_geometry(cases), "crs", None) or hierarchy.geometry.crs
    place = gpd.GeoSeries([None], crs=own_crs) if point is None or not len(point) else _in(point, own_crs)
    if household:
        place, cell, address = _home(placement, household, own_crs)
    columns = {"cell_id": [cell], "address": [address.strip()], "confirmed_on": [pd.Timestamp(confirmed_on)]}
    columns |= {"label": [label]} if label else {}
    index = pd.Index([_free_id(cases)], dtype="str", name="case_id")
    return gpd.GeoDataFrame(columns, index=index, geometry=place.array[:1])


def with_case(cases: DataFrame, case: Any) -> Any:
    """Return the table of cases with others at its end; times are in the zone of the table.

    Parameters
    ----------
    cases
        The cases there are; may be empty.
    case
        One or more: what `new_case` made for them, or what was read. One of an id that is there already takes
        the place of all that stands under it.
    """
    cases = cases[~cases.index.isin(case.index)]
    case = _with_shapes(case, getattr(cases, "crs", None))
    times = cases["confirmed_on"].dtype if "confirmed_on" in cases else None
    if isinstance(times, pd.DatetimeTZDtype):
        case = case.assign(confirmed_on=case["confirmed_on"].astype(times))
    whole = _with_shapes(cases, case.crs)
    if not len(whole):
        missing = [name for name in whole.columns if name not in case]
        return case.assign(
            **{name: pd.Series(dtype=whole[name].dtype).reindex(case.index) for name in missing}
        )
    return pd.concat([whole, case.to_crs(whole.crs) if whole.crs is not None else case])


def _with_shapes(cases: DataFrame, crs: Any) -> Any:
    """Return cases with a column of shapes, missing ones where there is none."""
    whole = with_geometry(cases)
    if "geometry" in whole:
        return whole
    return gpd.GeoDataFrame(cases, geometry=gpd.array.from_shapely([None] * len(cases), crs=crs))


def _in(point: Any, crs: Any) -> Any:
    if (point.crs is None) != (crs is None):
        raise CrsMismatchError("only one of the point and the cells has a CRS; call set_crs(...) first")
    return point if crs is None else point.to_crs(crs)


def _home(placement: Placement | None, household: str, crs: Any) -> tuple[Any, str, str]:
    """Return the place, the cell and the address of a household; of one without coordinates no place."""
    if placement is None or household not in placement.cells.index:
        raise PlanError(f"the roster has no placed household {household!r}; {_NEEDED}")
    row = int(placement.cells.index.get_loc(household))
    listed = placement.households.iloc[[placement.rows[row]]]
    by_location = placement.methods.iat[row] == "location"
    place = listed.geometry if by_location else gpd.GeoSeries([None], crs=listed.crs)
    return _in(place, crs), str(placement.cells.iat[row]), _address(listed, placement)


def _address(listed: Any, placement: Placement) -> str:
    """Return an address that names the building, also where only another column does."""
    text = str(listed["address"].astype("str").fillna("").iat[0])
    alone, both = (
        split_addresses(listed["address"], buildings, area_names=placement.area_names).iloc[0]
        for buildings in (None, listed["building"])
    )
    if alone["building"] == both["building"]:
        return text
    return written_address(both["compound"], both["building"], like=text) or text


def _free_id(cases: DataFrame) -> str:
    taken = set(cases.index.astype("str"))
    return next(name for name in map("case-{}".format, itertools.count(len(cases) + 1)) if name not in taken)
