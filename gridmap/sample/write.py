"""The county as files, the same bytes for the same sizes and seed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyogrio
from pyarrow import csv, parquet

from gridmap.sample.county import (
    cases_table,
    grid_table,
    make_settlement,
    officials_table,
    sites_table,
)
from gridmap.sample.faults import FAULT_KINDS, expected_findings, plant_faults
from gridmap.sample.grid_faults import plant_grid_faults
from gridmap.sample.lines import make_boundaries
from gridmap.sample.roster import empty_roster, make_blocks
from gridmap.sample.settle import Settlement
from gridmap.sample.shape import VERTICES_PER_CELL
from gridmap.store.files import atomic_path, write_text

CSV_ROWS_MAX = 200_000
GEOPACKAGE_CELLS_MAX = 200_000
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# GeoPackage stores when it was written; a fixed moment keeps the bytes the same.
_GEOPACKAGE_DATE = "2022-03-05T00:00:00.000Z"

Progress = Callable[[int, int], None]
"""Called with the households written so far, and those to write."""


def write_sample(
    out: str | Path,
    *,
    cells: int,
    households: int,
    seed: int,
    faults: bool = False,
    progress: Progress | None = None,
) -> list[Path]:
    """Write a fictional county as files into a folder.

    ``grid.gpkg`` (layer ``grid``; above 200,000 cells ``grid.parquet``), ``households.csv`` (above
    200,000 rows ``households.parquet``, block by block), ``officials.csv``, ``cases.csv``,
    ``sites.csv``, ``boundaries.gpkg`` (layer ``boundaries``), ``README.md``, and with `faults` the answer
    keys ``faults.json`` (what was planted where) and ``findings.json`` (what `gridmap check` must report, and
    nothing else). CSV is UTF-8 with a byte order mark; coordinates are longitude and latitude in EPSG:4490.

    Parameters
    ----------
    out
        The folder; made when it is missing. Files of the same names are replaced.
    cells
        Number of microgrids, 100 to 1,000,000.
    households
        Number of households, 0 to 20,000,000.
    seed
        Non-negative; the same sizes and seed give the same bytes.
    faults
        Plant faults among the first 200,000 households and in the grid, and write their answer keys.
    progress
        Told the number of households written and to write.

    Returns
    -------
    paths
        The files written.

    Raises
    ------
    TableError
        If a size or the seed is out of range.
    OutputError
        If a file cannot be written.
    """
    folder = Path(out)
    settlement = make_settlement(cells=cells, households=households, seed=seed)
    blocks = make_blocks(settlement, seed)
    grid = grid_table(settlement, seed)
    keys: dict[str, dict[str, list[str]]] = {}
    if faults:
        blocks, grid, keys = _plant(blocks, grid, settlement, seed)
    paths = [
        _write_grid(folder, grid),
        _write_households(folder, _told(blocks, households, progress), households),
        write_csv(folder / "officials.csv", officials_table(settlement, seed)),
        _write_frame(folder / "cases.csv", cases_table(settlement, seed)),
        _write_frame(folder / "sites.csv", sites_table(settlement)),
        _write_layer(folder / "boundaries.gpkg", make_boundaries(settlement).reset_index(), "boundaries"),
    ]
    texts = {"README.md": _about(settlement, seed, paths, faults=faults)}
    texts |= {
        f"{name}.json": json.dumps(key, ensure_ascii=False, indent=1) + "\n" for name, key in keys.items()
    }
    for name, text in texts.items():
        write_text(folder / name, text)
    return paths + [folder / name for name in texts]


def _plant(
    blocks: Iterator[pa.Table], grid: gpd.GeoDataFrame, settlement: Settlement, seed: int
) -> tuple[Iterator[pa.Table], gpd.GeoDataFrame, dict[str, dict[str, list[str]]]]:
    """Plant the faults into the first block and the grid; return both with the answer keys."""
    first = next(blocks, None)
    if first is None:
        return blocks, grid, {"faults": {kind: [] for kind in FAULT_KINDS}, "findings": {}}
    roster = first.to_pandas()
    faulty, key = plant_faults(roster, settlement, np.random.default_rng([seed, 7]))
    faulty_grid, grid_key = plant_grid_faults(grid, settlement, np.random.default_rng([seed, 8]))
    key |= grid_key
    planted = pa.Table.from_pandas(faulty, schema=first.schema, preserve_index=False)
    keys = {"faults": key, "findings": expected_findings(roster, key)}
    return chain([planted], blocks), faulty_grid, keys


def _told(blocks: Iterator[pa.Table], total: int, progress: Progress | None) -> Iterator[pa.Table]:
    done = 0
    for block in blocks:
        yield block
        done += block.num_rows
        if progress is not None:
            progress(done, total)


def _write_grid(folder: Path, grid: gpd.GeoDataFrame) -> Path:
    rows = grid.reset_index()
    if len(grid) > GEOPACKAGE_CELLS_MAX:
        path = folder / "grid.parquet"
        with atomic_path(path) as temporary:
            rows.to_parquet(temporary, compression="zstd", index=False)
        return path
    return _write_layer(folder / "grid.gpkg", rows, "grid")


def _write_layer(path: Path, rows: gpd.GeoDataFrame, layer: str) -> Path:
    with atomic_path(path) as temporary, fixed_geopackage_date():
        pyogrio.write_dataframe(rows, temporary, layer=layer, driver="GPKG")
    return path


@contextmanager
def fixed_geopackage_date() -> Iterator[None]:
    """Let GeoPackages be written with a fixed moment, and not that of their writing."""
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _GEOPACKAGE_DATE})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def _write_households(folder: Path, blocks: Iterator[pa.Table], households: int) -> Path:
    if households <= CSV_ROWS_MAX:
        return write_csv(folder / "households.csv", pa.concat_tables([empty_roster(), *blocks]))
    path = folder / "households.parquet"
    with (
        atomic_path(path) as temporary,
        parquet.ParquetWriter(temporary, empty_roster().schema, compression="zstd") as writer,
    ):
        for block in blocks:
            writer.write_table(block)
    return path


def write_csv(path: Path, table: pa.Table) -> Path:
    """Write a table as UTF-8 with a byte order mark, so that Excel shows Chinese; return the path."""
    with atomic_path(path) as temporary, temporary.open("wb") as stream:
        stream.write(_BYTE_ORDER_MARK)
        csv.write_csv(table, stream, csv.WriteOptions(quoting_style="needed", quoting_header="needed"))
    return path


def _write_frame(path: Path, frame: pd.DataFrame) -> Path:
    return write_csv(path, pa.Table.from_pandas(frame.reset_index(), preserve_index=False))


def _about(settlement: Settlement, seed: int, paths: list[Path], *, faults: bool) -> str:
    cells, households = len(settlement.households), int(settlement.households.sum())
    towns, villages = settlement.town_names, settlement.village_names
    lines = [
        "# A fictional county 虚构的示例县",
        "",
        "Everything here is made up: land, places, households, officials, cases. No person of these names",
        "is meant, and the telephone numbers begin with 103 and 104, as no mobile number in China does.",
        "全部内容均为虚构,姓名、电话、地址、病例均由程序生成,与任何真实的人和地方无关。",
        "",
        f"- {cells:,} microgrids in {len(towns):,} towns and {len(villages):,} villages",
        f"- {VERTICES_PER_CELL} vertices a microgrid; neighbours share every vertex of their border",
        f"- {households:,} households; seed {seed}",
        "- coordinates: longitude and latitude, EPSG:4490 (CGCS2000)",
        "- codes: 6 digits county + 3 town + 3 village + 3 grid + 3 microgrid; the parent is the prefix",
        f"- files: {', '.join(path.name for path in paths)}",
    ]
    command = f"gridmap sample OUT --cells {cells} --households {households} --seed {seed}"
    lines += [f"- made by `{command}{' --faults' if faults else ''}`"]
    if faults:
        lines += [
            "",
            "Faults were planted; `faults.json` lists what has each kind, `findings.json` what",
            "`gridmap check --json` must report:",
            "",
        ]
        lines += [f"- `{kind}`: {meaning}" for kind, meaning in FAULT_KINDS.items()]
    return "\n".join(lines) + "\n"
