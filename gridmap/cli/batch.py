"""gridmap batch: many zonings over one grid."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gridmap.cli.options import Json
from gridmap.cli.printing import fail, progress, say, say_files, say_json, say_table
from gridmap.errors import UnsupportedError


def batch(
    scenarios: Annotated[Path, typer.Argument(metavar="SCENARIOS", help="CSV or TOML of scenarios.")],
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The folder to write to.")],
    *,
    workspace: Annotated[str, typer.Option(help="Workspace with the grid and the households.")] = "",
    workers: Annotated[int, typer.Option(min=1, help="How many processes work at once.")] = 1,
    scheduler: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="A Dask scheduler; not supported yet.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Zone many scenarios over one grid, and compare them.

    Columns: scenario_id, cases (a file), protocol, at (only cases confirmed until then count); grid and
    households (files) unless --workspace names them. Paths are relative to the file of scenarios.
    A scenario that fails is reported and does not stop the others (exit code 3).

    Example: gridmap batch scenarios.csv out --workspace county.gpkg --workers 2
    """
    from gridmap.batch import read_scenarios, run_batch

    if scheduler is not None:
        raise UnsupportedError(
            "--scheduler is not supported yet; --workers N uses the processors of this machine"
        )
    listed = read_scenarios(scenarios)
    with progress(len(listed), "scenarios") as bar:
        result = run_batch(listed, out, workspace=workspace or None, workers=workers, progress=bar.update)
    tiers = result.tallies[result.tallies["zone_id"] == ""]
    if as_json:
        say_json(
            {
                "files": [str(path) for path in result.paths],
                "tiers": tiers.drop(columns=["zone_id", "name"]).to_dict("records"),
                "failures": result.failures.to_dict("records"),
            }
        )
    else:
        say("households by tier")
        names = list(dict.fromkeys(tiers["tier"]))
        wide = tiers.pivot_table(
            index="scenario_id", columns="tier", values="households", sort=False, observed=True
        )
        rows = [
            (scenario, *map(int, counts.reindex(names).fillna(0))) for scenario, counts in wide.iterrows()
        ]
        say_table(rows, head=("scenario", *names))
        say()
        say_files(result.paths)
    for failure in result.failures.itertuples(index=False):
        fail(f"scenario {failure.scenario_id}: {failure.error}")
    if len(result.failures):
        raise typer.Exit(3)
