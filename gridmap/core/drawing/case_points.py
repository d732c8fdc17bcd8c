"""Where cases are: at their coordinates, else in the middle of their building, else in their cell."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from pandas import DataFrame

from gridmap.core.notes import Notes
from gridmap.core.rule_drafts import Field
from gridmap.core.starts import Roster, Start, starts_of
from gridmap.model.areas import hierarchy_for
from gridmap.model.frames import grid_frame, with_geometry
from gridmap.model.placement import Placement


def case_points(cases: DataFrame, grid: DataFrame, *, households: Placement | None = None) -> GeoDataFrame:
    """Find the place of every case.

    A case with coordinates is there. One with an address of the roster is in the middle of the households of
    its building; one with a cell is at a point inside it; any other has no place.

    Parameters
    ----------
    cases
        By ``case_id``, as for `gridmap.delineate`.
    grid
        The cells by ``cell_id``, with a CRS.
    households
        The placed roster, in which addresses are looked for.

    Returns
    -------
    places
        By ``case_id``, one row for each case in their order: `geometry`, a point in EPSG:4326 or missing;
        `found`: ``point``, ``building``, ``cell`` or empty text; `cell_id`, or empty text.

    Raises
    ------
    CrsMismatchError
        If the grid has no CRS, or only one of the two has one.
    """
    grid = grid_frame(grid)
    hierarchy = hierarchy_for(grid)
    roster = None if households is None or not _ask_for_roster(cases) else Roster(households, hierarchy)
    notes = Notes()
    starts = starts_of(cases, None, grid, roster, notes=notes)
    known, lonlat = Field(hierarchy, roster, notes).lonlats(starts)
    found = {start.case: (point, start) for point, start in zip(shapely.points(lonlat), known, strict=True)}
    cells = {start.case: start.cell for start in starts}
    ids = list(cells)
    points = [found[case][0] if case in found else None for case in ids]
    told = [_told(found[case][1], roster) if case in found else "" for case in ids]
    columns = {"found": pd.array(told, dtype="str"), "cell_id": pd.array(list(cells.values()), dtype="str")}
    index = pd.Index(ids, dtype="str", name="case_id")
    return gpd.GeoDataFrame(columns, geometry=gpd.array.from_shapely(points, crs=4326), index=index)


def _ask_for_roster(cases: DataFrame) -> bool:
    """Tell whether a case has no coordinates of its own; to take a roster apart takes seconds."""
    frame = with_geometry(cases)
    if "geometry" not in frame:
        return not {"lon", "lat"} <= set(frame.columns) or bool(frame[["lon", "lat"]].isna().any(axis=None))
    shapes = np.asarray(frame.geometry.array, dtype=object)
    return bool((shapely.is_missing(shapes) | shapely.is_empty(shapes)).any())


def _told(start: Start, roster: Roster | None) -> str:
    if start.point is not None:
        return "point"
    homes = [] if roster is None else roster.points[start.building_homes].tolist()
    return "building" if any(point is not None for point in homes) else "cell"
