"""Turn frames into the shifted coordinates of Chinese map services, and back."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import shapely
from pandas import DataFrame
from pyproj import CRS

from gridmap.errors import Fault, TableError
from gridmap.model.crs import ShiftedDatum, parse_crs, shift, unshift


def to_datum(frame: Any, datum: str) -> Any:
    """Give a copy of a geo frame in the degrees of another datum.

    PROJ does not know GCJ-02 and BD-09, and a frame that claims EPSG:4326 would lie 300 to 1,200 m off on
    every other map. So the copy has no CRS, and says in ``attrs["datum"]`` what it is in.

    Parameters
    ----------
    frame
        A GeoDataFrame or GeoSeries in any CRS.
    datum
        ``"GCJ-02"`` or ``"BD-09"``; what `parse_crs` understands as a CRS gives a plain ``to_crs``.

    Returns
    -------
    shifted
        The same rows and columns, longitude first; `from_datum` gives the places back to less than 1 mm.

    Raises
    ------
    TableError
        If the frame has no CRS, or the datum is not known.

    Examples
    --------
    >>> place = gpd.GeoSeries([shapely.Point(121.5272106, 31.1774276)], crs=4326)
    >>> shifted = to_datum(place, "GCJ-02")
    >>> round(shifted.x[0], 6), round(shifted.y[0], 6), shifted.crs
    (121.531542, 31.175304, None)
    """
    wanted = parse_crs(datum)
    if frame.crs is None:
        what = "the table has no CRS, so its places are not known"
        raise TableError("the table", [Fault("no_crs", "", what, "call table.set_crs(...) first")])
    if isinstance(wanted, CRS):
        return frame.to_crs(wanted)
    degrees = frame.to_crs(4326)
    shapes = shapely.transform(degrees.geometry.to_numpy(), lambda lonlat: shift(lonlat, wanted))
    return _with_shapes(degrees, shapes, None, wanted.value)


def from_datum(frame: Any, datum: str) -> Any:
    """Undo `to_datum`: give a copy in EPSG:4326 of a geo frame whose degrees are in a shifted datum.

    Parameters
    ----------
    frame
        A GeoDataFrame or GeoSeries; the CRS that it claims, if any, must be in degrees and is not believed.
    datum
        ``"GCJ-02"`` or ``"BD-09"``.

    Raises
    ------
    TableError
        If the frame is in metres, or the datum is not one of the two.
    """
    given = parse_crs(datum)
    if not isinstance(given, ShiftedDatum):
        fault = Fault("unknown_datum", "", f"{datum} is not shifted", "call table.set_crs(...) and to_crs")
        raise TableError("the options", [fault])
    if frame.crs is not None and not frame.crs.is_geographic:
        what = f"the table is in {frame.crs.name}, which cannot be {given}"
        raise TableError("the table", [Fault("crs_mismatch", "", what, "give the degrees as they came")])
    shapes = shapely.transform(frame.geometry.to_numpy(), lambda lonlat: unshift(lonlat, given))
    return _with_shapes(frame, shapes, 4326, None)


def _with_shapes(frame: Any, shapes: Any, crs: int | None, datum: str | None) -> Any:
    geometry = gpd.GeoSeries(shapes, index=frame.index, crs=crs)
    if isinstance(frame, gpd.GeoSeries):
        copy = geometry.rename(frame.name)
    else:
        name = frame.geometry.name
        table = DataFrame(frame).assign(**{name: geometry.to_numpy()})
        copy = gpd.GeoDataFrame(table, geometry=name, crs=crs)
    copy.attrs = {name: value for name, value in frame.attrs.items() if name != "datum"}
    if datum is not None:
        copy.attrs["datum"] = datum
    return copy
