"""Made-up roads and rivers of the county, along the borders of villages and towns, and its own border."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridmap.sample.land import CRS
from gridmap.sample.lattice import Ints
from gridmap.sample.names import COUNTY_NAME, line_names
from gridmap.sample.settle import Settlement

_TOWNS, _COUNTY = 3, 4


def make_boundaries(settlement: Settlement) -> gpd.GeoDataFrame:
    """Make one line for every two towns that meet, every two villages of a town, and the county's border.

    They have the vertices of the cells beside them. Where a border was drawn as a river, the line is one.

    Returns
    -------
    boundaries
        By `boundary_id`: `name`, `kind` (``road``, ``river``, ``border``) and `geometry`.
    """
    edges = settlement.land.edges
    keys = _areas_beside(settlement)
    lines, first, line_of = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(line_of.ravel(), kind="stable")
    starts = np.searchsorted(line_of.ravel()[order], np.arange(len(lines) + 1))
    pieces = shapely.linestrings(edges.lonlat[order])
    merged = [
        shapely.line_merge(shapely.multilinestrings(pieces[start:stop]))
        for start, stop in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True)
    ]
    rank, river = lines[:, 0], edges.river[first]
    inner = rank < _COUNTY
    names = np.full(len(lines), f"{COUNTY_NAME}界", dtype=object)
    names[inner] = line_names(river[inner].tolist())
    kinds = np.where(inner, np.where(river, "river", "road"), "border")
    ids = [f"line-{number:05}" for number in range(1, len(lines) + 1)]
    columns = {"name": names, "kind": kinds}
    index = pd.Index(ids, name="boundary_id")
    return gpd.GeoDataFrame(columns, index=index, geometry=np.array(merged, dtype=object), crs=CRS)


def _areas_beside(settlement: Settlement) -> Ints:
    """Return what every edge divides, and the two towns or villages beside it."""
    edges, areas = settlement.land.edges, settlement.land.hierarchy
    of_towns = edges.rank == _TOWNS
    label = np.where(of_towns[:, None], areas.town[edges.cells], areas.village[edges.cells])
    pair = np.sort(label, axis=1)
    pair[edges.rank == _COUNTY] = 0
    return np.column_stack([edges.rank, pair])
