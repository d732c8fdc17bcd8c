"""gridmap sample: a fictional county of any size."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gridmap.cli.options import Json
from gridmap.cli.printing import progress, say, say_files, say_json


def sample(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The folder to write to.")],
    *,
    cells: Annotated[int, typer.Option(help="Number of cells (microgrids), 100 to 1,000,000.")] = 400,
    households: Annotated[int, typer.Option(help="Number of households, up to 20,000,000.")] = 10_000,
    seed: Annotated[int, typer.Option(help="The same sizes and seed give the same bytes.")] = 0,
    faults: Annotated[
        bool, typer.Option("--faults", help="Plant faults, and write which to faults.json.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Write a fictional county: grid, households, officials, cases, sites, roads and rivers.

    Example: gridmap sample county --cells 400 --households 10000 --seed 7
    """
    from gridmap.sample import write_sample

    with progress(households, "households") as bar:
        paths = write_sample(
            out,
            cells=cells,
            households=households,
            seed=seed,
            faults=faults,
            progress=lambda done, _all: bar.update(done - bar.n),
        )
    if as_json:
        say_json({"files": [str(path) for path in paths]})
        return
    say_files(paths)
    files = {path.name.split(".")[0]: path for path in paths}
    tables = " ".join(
        f"--{name} {files[name]}"
        for name in ("grid", "households", "officials", "cases", "sites", "boundaries")
    )
    say(f"\nnext: gridmap init {out / 'county.gpkg'} {tables}")
