"""Place one partition of a roster, write the answer, and prove what was written."""

from __future__ import annotations

import json
import warnings
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from pandas import DataFrame, Series

from gridmap.batch.job import Job, ids_table
from gridmap.batch.surveys import no_homes
from gridmap.core.certify import certify_placement
from gridmap.core.elsewhere import Elsewhere
from gridmap.core.place import place_households
from gridmap.core.roster import points_of, roster_of
from gridmap.errors import GridmapWarning
from gridmap.model.address import building_keys
from gridmap.model.certificate import Certificate
from gridmap.model.placement import Placement
from gridmap.model.plan import NONE
from gridmap.model.shown import shows_counts
from gridmap.store.files import write_text
from gridmap.store.partitions import read_partition, write_buckets, write_partition

PLACED, EXCEPTIONS, CONFLICTS, CERTIFICATES = "placed", "exceptions", "conflicts", "certificates"


@shows_counts
@dataclass(frozen=True, eq=False)
class Settled:
    """What came of one partition.

    Parameters
    ----------
    certificate
        The proof about its rows.
    neighbours
        `part`, `household_id`, `cell_id` of the households of other partitions that show where a building
        is, and in `stands_for` one household that was placed by its address because of them.
    warnings
        What there was to say.
    """

    certificate: Certificate
    neighbours: DataFrame
    warnings: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class _Part(Placement):
    """The placement of a part, whose addresses may name any area of the whole grid."""

    all_areas: tuple[str, ...] = ()

    @cached_property
    def area_names(self) -> tuple[str, ...]:
        """The names of the areas of the whole grid."""
        return self.all_areas


def settle(job: Job, number: int) -> Settled:
    """Place a partition, write its answer, read that again and prove it.

    The files bear the number of the partition and appear whole or not at all, so that it may be done twice.
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", GridmapWarning)
        roster = roster_of(job.roster(number), job.plane)
        points, faults = points_of(roster)
        grid = job.ground(shapely.get_coordinates(points[~shapely.is_missing(points)]))
        homes = _homes(job, roster[shapely.is_missing(points) & faults.isna().to_numpy()])
        wanted = {*roster["cell_id"].dropna().unique(), *homes["cell_id"]}
        elsewhere = Elsewhere(
            repeated=job.repeated(number),
            homes=homes,
            cells=job.cells_elsewhere(wanted, grid),
            areas=job.areas_elsewhere(),
        )
        _write(place_households(roster, grid, elsewhere=elsewhere), job, number)
    said = tuple(str(each.message) for each in caught)
    proven = _prove(_read_again(job, number, roster, grid, elsewhere), homes, number)
    return replace(proven, warnings=said)


def prove_neighbours(job: Job, asked: tuple[int, DataFrame]) -> DataFrame:
    """Return the neighbours of one partition that its files do not place where they were said to be."""
    number, neighbours = asked
    placed = read_partition(job.answer(PLACED, number)).set_index("household_id")
    placed = placed[placed["method"] != "address"]
    found = neighbours["household_id"].map(placed["cell_id"])
    return neighbours[(found != neighbours["cell_id"]).to_numpy()]


def _homes(job: Job, lost: DataFrame) -> DataFrame:
    """Return where the buildings are that rows without coordinates name."""
    if not job.homes.exists():
        return no_homes()
    homes = read_partition(job.homes)
    return homes[homes["building"].isin(building_keys(lost, job.names()))]


def _write(placement: Placement, job: Job, number: int) -> None:
    placed = DataFrame({"cell_id": placement.cells, "method": placement.methods}).reset_index()
    write_partition(placed, job.answer(PLACED, number))
    first = job.households[number].first_row
    for kind, rows in ((EXCEPTIONS, placement.exceptions), (CONFLICTS, placement.conflicts)):
        write_partition(rows.assign(row=rows["row"] + first), job.answer(kind, number))


def _read_again(job: Job, number: int, roster: Any, grid: Any, elsewhere: Elsewhere) -> _Part:
    """Return the placement as its files tell it, and note the ids that were placed."""
    placed = read_partition(job.answer(PLACED, number)).set_index("household_id").astype("str")
    table, hashes = ids_table(placed.index)
    write_buckets(table, hashes % job.buckets, job.buckets, job.file("placed", number))
    first = job.households[number].first_row
    records = {
        kind: read_partition(job.answer(kind, number)).assign(row=lambda rows: rows["row"] - first)
        for kind in (EXCEPTIONS, CONFLICTS)
    }
    return _Part(
        cells=placed["cell_id"],
        exceptions=records[EXCEPTIONS],
        conflicts=records[CONFLICTS],
        methods=placed["method"],
        households=roster,
        grid=_with_cells(grid, elsewhere.cells),
        prove=certify_placement,
        all_areas=job.names(),
    )


def _with_cells(grid: Any, ids: Any) -> Any:
    """Return a grid with cells of other parts, which have no outline here."""
    if len(ids) == 0:
        return grid
    others = gpd.GeoDataFrame(geometry=[None] * len(ids), index=ids.rename(grid.index.name), crs=grid.crs)
    return pd.concat([grid, others.reindex(columns=["geometry"])])


def _prove(placement: _Part, homes: DataFrame, number: int) -> Settled:
    """Count a partition again; its neighbours in other partitions stand as guests in its roster."""
    guests = _guests(placement, homes, number)
    certificate = (
        replace(placement, **_joined(placement, guests)).certificate if len(guests) else placement.certificate
    )
    counted = {cell: both for cell, both in certificate.lived_in.items() if both[0]}
    certificate = replace(
        certificate,
        households_in=certificate.households_in - len(guests),
        placed=certificate.placed - len(guests),
        by_tier={NONE: certificate.by_tier[NONE] - len(guests)},
        lived_in=counted,
    )
    neighbours = guests[["part", "household_id", "cell_id", "stands_for"]]
    return Settled(certificate, neighbours.reset_index(drop=True), ())


def _guests(placement: _Part, homes: DataFrame, number: int) -> DataFrame:
    """Return the homes elsewhere because of which households were placed by their address."""
    found = homes[homes["part"] != number]
    if not len(found):
        return found.assign(stands_for=Series(dtype="str"))
    by_address = placement.methods.index[placement.methods == "address"]
    roster = placement.households[~placement.households.index.duplicated()].loc[by_address]
    keys = Series(roster.index, index=building_keys(roster, placement.area_names))
    keys = keys[keys.index.notna() & ~keys.index.duplicated()]
    stands_for = found["building"].map(keys)
    return found.assign(stands_for=stands_for)[stands_for.notna()]


def _joined(placement: _Part, guests: DataFrame) -> dict[str, Any]:
    """Return what changes in a placement when guests are placed in the cells they declare."""
    ids = pd.Index(
        [
            f"partition {part}: {each}"
            for part, each in zip(guests["part"], guests["household_id"], strict=True)
        ],
        dtype="str",
        name="household_id",
    )
    rows = DataFrame(
        {"address": guests["address"], "building": guests["number"], "cell_id": guests["cell_id"]}
    ).set_axis(ids)
    roster = placement.households
    rows = rows.reindex(columns=roster.columns).astype(
        {name: roster[name].dtype for name in roster if name != "geometry"}
    )
    rows = gpd.GeoDataFrame(rows, geometry=[None] * len(rows), crs=roster.crs)
    return {
        "households": pd.concat([roster, rows]),
        "cells": pd.concat([placement.cells, Series(rows["cell_id"].to_numpy(), index=ids, dtype="str")]),
        "methods": pd.concat([placement.methods, Series("declared", index=ids, dtype="str")]),
    }


def write_certificate(certificate: Certificate, job: Job, number: int) -> None:
    """Write the proof about a partition."""
    text = json.dumps(certificate.to_json(), ensure_ascii=False, indent=2) + "\n"
    write_text(job.out / CERTIFICATES / f"part-{number:05d}.json", text)
