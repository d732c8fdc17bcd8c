"""Place the households of a made-up province in partitions, and say what that takes.

``python -m benchmarks.province FOLDER --households 20000000 --cells 450000`` makes the province in FOLDER,
partition by partition (unless it is there already), places it with Dask, and prints times, peak memory of
each process and the certificate. Every name, number and place in it is made up.
"""

import argparse
import json
import multiprocessing
import resource
import shutil
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from gridmap.batch.cluster import spread_on
from gridmap.batch.national import Crew, place_partitions
from gridmap.sample.county import grid_table, make_settlement
from gridmap.sample.roster import make_blocks

SEED = 20220306
CELLS_PER_PART = 15_000
BLOCKS_PER_PARTITION = 2
LENT = 1_000
KEPT = ("household_id", "address", "building", "residents", "cell_id", "x", "y")
SHARES = {"no_place": 0.01, "no_cell_either": 0.005, "outside": 0.0005, "repeated": 0.0005}


def make_province(folder: Path, *, cells: int, households: int, seed: int = SEED) -> None:
    """Write the grid in parts of whole towns, and the roster in partitions with planted faults."""
    settlement = make_settlement(cells=cells, households=households, seed=seed)
    grid = grid_table(settlement, seed)
    towns = grid.index.str[:9]
    order = pd.factorize(towns)[0]
    ends = np.cumsum(np.bincount(order))
    part = ((ends - 1) // CELLS_PER_PART)[order]
    for number, rows in grid.groupby(part):
        path = folder / "grid" / f"part-{number:05d}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        rows.to_parquet(path, compression="zstd")
    del grid
    planted = {"outside": 0, "repeated": 0}
    (folder / "households").mkdir()
    blocks, earlier = [], pa.array([], pa.string())
    for number, block in enumerate(make_blocks(settlement, seed)):
        rng = np.random.default_rng([seed, 9, number])
        rows, counts = with_faults(block, earlier, rng)
        planted = {name: planted[name] + count for name, count in counts.items()}
        earlier = block["household_id"].combine_chunks()[:LENT]
        blocks.append(rows)
        if len(blocks) == BLOCKS_PER_PARTITION:
            write_roster(folder, number // BLOCKS_PER_PARTITION, blocks)
            blocks = []
    if blocks:
        write_roster(folder, number // BLOCKS_PER_PARTITION, blocks)
    known = {"cells": cells, "households": households, "seed": seed, "planted": planted}
    (folder / "province.json").write_text(json.dumps(known), encoding="utf-8")


def with_faults(block: pa.Table, earlier: pa.Array, rng: np.random.Generator) -> tuple[pa.Table, dict]:
    """Take places, some cells too, move some households out, and repeat ids of the last block."""
    frame = block.rename_columns({"lon": "x", "lat": "y"}).select(list(KEPT)).to_pandas()
    draw, size = rng.random(len(frame)), len(frame)
    frame.loc[draw < SHARES["no_place"], ["x", "y"]] = np.nan
    frame.loc[draw < SHARES["no_cell_either"], "cell_id"] = ""
    outside = (draw > SHARES["no_place"]) & (draw < SHARES["no_place"] + SHARES["outside"])
    frame.loc[outside, "x"] -= 60.0
    few = min(int(size * SHARES["repeated"]), len(earlier))
    far = np.flatnonzero(draw > 0.5)
    again = np.sort(rng.choice(far[far >= LENT], few, replace=False))  # the first rows lend their ids
    ids = frame["household_id"].to_numpy(dtype=object)
    ids[again] = earlier.to_pandas().to_numpy(dtype=object)[:few]
    rows = frame.assign(household_id=ids)
    return pa.Table.from_pandas(rows, preserve_index=False), {"outside": int(outside.sum()), "repeated": few}


def write_roster(folder: Path, number: int, blocks: list[pa.Table]) -> None:
    """Write one partition of the roster."""
    path = folder / "households" / f"part-{number:05d}.parquet"
    parquet.write_table(pa.concat_tables(blocks), path, compression="zstd")


def timed(spread: Callable[..., Iterator], seconds: dict[str, float]) -> Callable[..., Iterator]:
    """Return `spread`, which also notes how long each step took."""

    def spread_timed(work: Any, shared: Any, items: Any) -> Iterator[tuple[int, Any]]:
        begun = perf_counter()
        yield from spread(work, shared, items)
        seconds[work.__name__] = perf_counter() - begun
        print(f"{work.__name__}: {seconds[work.__name__]:.1f} s", file=sys.stderr, flush=True)

    return spread_timed


def peak_mb() -> float:
    """Return the most memory that this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def place_province(folder: Path, *, workers: int) -> dict[str, Any]:
    """Place the province, and return what it took."""
    from distributed import Client, LocalCluster

    seconds: dict[str, float] = {}
    begun = perf_counter()
    with (
        LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            memory_limit=0,
        ) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        crew = Crew(timed(partial(spread_on, client), seconds), lambda _: None)
        certificate = place_partitions(folder / "households", folder / "grid", folder / "out", crew)
        peaks = [*client.run(peak_mb).values(), peak_mb()]
    wall = perf_counter() - begun
    proof = certificate.to_json()
    shown = ("households_in", "placed", "exceptions", "by_reason", "balanced")
    sizes = {kind: folder_mb(folder / kind) for kind in ("grid", "households", "out")}
    return {
        **json.loads((folder / "province.json").read_text("utf-8")),
        "parts_of_grid": len(list((folder / "grid").iterdir())),
        "partitions": len(list((folder / "households").iterdir())),
        "workers": workers,
        "wall_s": wall,
        "steps_s": seconds,
        "peak_mb": {"workers": peaks[:-1], "this process and the scheduler": peaks[-1]},
        "files_mb": sizes,
        "certificate": {key: proof[key] for key in shown},
    }


def folder_mb(folder: Path) -> float:
    """Return the size of all files in a folder, in MB."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def main() -> None:
    """Make, place and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.province", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the province is, or will be")
    parser.add_argument("--households", type=int, default=20_000_000)
    parser.add_argument("--cells", type=int, default=450_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--keep", action="store_true", help="leave the folder for another run")
    asked = parser.parse_args()
    if not (asked.folder / "province.json").exists():
        # in a process of its own, so that its memory is not counted
        sizes = {"cells": asked.cells, "households": asked.households}
        making = multiprocessing.get_context("spawn").Process(
            target=make_province, args=(asked.folder,), kwargs=sizes
        )
        begun = perf_counter()
        making.start()
        making.join()
        if making.exitcode:
            sys.exit(f"the province was not made (exit code {making.exitcode})")
        print(f"made in {perf_counter() - begun:.0f} s", file=sys.stderr)
    print(json.dumps(place_province(asked.folder, workers=asked.workers), indent=2))
    if not asked.keep:
        shutil.rmtree(asked.folder)


if __name__ == "__main__":
    main()
