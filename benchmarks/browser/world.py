"""What is shown: the fictional county as a frame for the peers, and as a workspace; kept in a folder."""

from __future__ import annotations

import math
from importlib.resources import files
from pathlib import Path
from typing import Any

import shapely

import gridmap as gm
from benchmarks.browser.contestants import COLOURS, HEIGHT
from benchmarks.worlds import TIERS, county, zonings

_TILE_PX = 256
_WIDTH = 900


def frame_file(folder: Path, cells: int) -> Path:
    """Keep the cells of a county in longitude and latitude, with an id and a colour, as GeoParquet."""
    path = folder / f"cells-{cells}.parquet"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        grid, _ = county(cells, 10 * cells)
        shown = grid[["geometry"]].to_crs(4326)
        shown = shown.set_geometry(shapely.transform(shown.geometry.array, _rounded), crs=4326)
        tiers = [TIERS[code] for code in zonings(grid, 1)[0]]
        shown = shown.assign(colour=[COLOURS[tier] for tier in tiers], cell_id=grid.index.astype(str))
        shown.reset_index(drop=True).to_parquet(path)
    return path


def workspace_file(folder: Path, cells: int, households: int) -> Path:
    """Keep a county and a plan of it as a workspace."""
    path = folder / f"county-{cells}-{households}.gpkg"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        grid, roster = county(cells, households)
        plan = gm.new_plan(grid)
        codes = zonings(grid, 1)[0]
        for code, tier in enumerate(TIERS):
            plan = gm.apply_edit(plan, gm.SetTier(cells=list(grid.index[codes == code]), tier=tier))
        made = path.with_suffix(".new.gpkg")
        made.unlink(missing_ok=True)
        workspace = gm.open_workspace(made)
        workspace.set_tables(grid=grid, households=roster)
        protocol = files("gridmap") / "protocols" / "three-zones-2021.toml"
        workspace.set_protocol(protocol.read_text("utf-8"))
        workspace.save(plan, reason="measured", author="bench")
        made.rename(path)
    return path


def zoom_of(bounds: Any) -> float:
    """Return the zoom of Leaflet at which bounds in longitude and latitude fill the map, in quarter steps."""
    west, south, east, north = bounds
    wide = (east - west) / 360
    high = (_mercator(north) - _mercator(south)) / (2 * math.pi)
    zoom = min(math.log2(_WIDTH / (_TILE_PX * wide)), math.log2(HEIGHT / (_TILE_PX * high)))
    return math.floor(4 * zoom) / 4


def _rounded(lonlat: Any) -> Any:
    """Round to about 0.1 m, the step of gridmap's lattice, so that the peers send no digit too much."""
    return lonlat.round(6)


def _mercator(lat: float) -> float:
    return math.asinh(math.tan(math.radians(lat)))
