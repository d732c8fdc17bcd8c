"""The files of a batch: one table of tallies, one layer of outlines, the proofs and the comparison."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyarrow as pa
import shapely
from pandas import DataFrame

from gridmap.batch.journal import Journal
from gridmap.export.issue import quoted
from gridmap.store.files import atomic_path, write_text
from gridmap.store.gdal_writer import write_batches

TALLIES = "tallies.parquet"
COMPARISON = "comparison.csv"
OUTLINES = "outlines.gpkg"
CERTIFICATES = "certificates.json"
_AT_ONCE = 64
_MAY_BE_STALE = re.compile(r"outlines\.gpkg|comparison(-\d+)?\.(png|svg)")
_SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("scenario_id", "zone_id", "tier", "name")),
        *((name, pa.int64()) for name in ("cells", "households", "residents")),
        ("geometry", pa.binary()),
    ]
)


@dataclass(frozen=True, eq=False)
class Done:
    """A scenario that has a result.

    Parameters
    ----------
    scenario_id
        Its name.
    fingerprint
        Under which the journal has the result.
    ground
        The grid that it was made over.
    result
        What the result says.
    """

    scenario_id: str
    fingerprint: str
    ground: Any
    result: Mapping[str, Any]


def write_tables(folder: Path, tallies: DataFrame, comparison: DataFrame, done: Sequence[Done]) -> list[Path]:
    """Write the tallies, the comparison and the certificates."""
    paths = [folder / TALLIES, folder / COMPARISON, folder / CERTIFICATES]
    with atomic_path(paths[0]) as temporary:
        tallies.to_parquet(temporary, index=False)
    certificates = {each.scenario_id: each.result["certificate"] for each in done}
    paths[1] = write_text(paths[1], _csv(comparison), encoding="utf-8-sig")
    paths[2] = write_text(paths[2], json.dumps(certificates, ensure_ascii=False, indent=2) + "\n")
    return paths


def write_outlines(folder: Path, done: Sequence[Done], journal: Journal) -> Path:
    """Write the outlines of all scenarios into one layer, in the CRS of the first."""
    crs = done[0].ground.crs
    rows = sum(bool(row[-1]) for each in done for row in each.result["zones"])
    groups = (done[start : start + _AT_ONCE] for start in range(0, len(done), _AT_ONCE))
    batches = (_batch(group, crs, journal) for group in groups)
    with atomic_path(folder / OUTLINES) as temporary:
        write_batches(
            pa.RecordBatchReader.from_batches(_SCHEMA, batches),
            temporary,
            rows=rows,
            driver="GPKG",
            layer="outlines",
            geometry_name="geometry",
            geometry_type="MultiPolygon",
            crs=None if crs is None else crs.to_wkt(),
        )
    return folder / OUTLINES


def remove_stale(folder: Path, written: Sequence[Path]) -> None:
    """Remove the outlines and pictures of an earlier run that were not written now."""
    for path in folder.iterdir():
        if _MAY_BE_STALE.fullmatch(path.name) and path.name not in {each.name for each in written}:
            path.unlink()


def outlines_of(done: Done, journal: Journal) -> tuple[list[Sequence[Any]], list[bytes]]:
    """Return the zones of a scenario that have an outline, and the outlines as WKB."""
    blob = journal.outlines(done.fingerprint)
    zones = [zone for zone in done.result["zones"] if zone[-1]]
    ends = np.cumsum([zone[-1] for zone in zones]).tolist()
    return zones, [blob[end - zone[-1] : end] for zone, end in zip(zones, ends, strict=True)]


def _batch(group: Sequence[Done], crs: Any, journal: Journal) -> pa.RecordBatch:
    columns: list[list[Any]] = [[] for _ in _SCHEMA]
    for each in group:
        zones, shapes = outlines_of(each, journal)
        if each.ground.crs != crs:
            shapes = _moved(shapes, each.ground.crs, crs)
        for zone, shape in zip(zones, shapes, strict=True):
            tier = zone[1]
            row = (each.scenario_id, zone[0], tier, *zone[2:6], shape)
            for column, value in zip(columns, row, strict=True):
                column.append(value)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, _SCHEMA, strict=True)]
    return pa.record_batch(arrays, schema=_SCHEMA)


def _moved(shapes: list[bytes], own: Any, crs: Any) -> list[bytes]:
    moved = gpd.GeoSeries(shapely.from_wkb(shapes), crs=own).to_crs(crs)
    return list(shapely.to_wkb(moved.to_numpy()))


def _csv(table: DataFrame) -> str:
    """Write a table as CSV; a missing value is empty, and a text that a spreadsheet would run is quoted."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(table.columns)
    writer.writerows(_written(table))
    return out.getvalue()


def _written(table: DataFrame) -> Iterator[list[Any]]:
    plain = table.astype(object).where(table.notna(), "")
    yield from ([quoted(value) for value in row] for row in plain.itertuples(index=False))
