"""gridmap batch: many zonings over one grid."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gridmap.cli.options import Json
from gridmap.cli.printing import counted, fail, progress, say, say_files, say_json, say_table, tell

if TYPE_CHECKING:
    from gridmap.batch import BatchResult

_MOST_SHOWN = 20
_SHOWN = ("cells", "households", "residents", "required", "vacancies")
_HEAD = ("cells", "households", "residents", "staff", "vacant")


def batch(
    scenarios: Annotated[Path, typer.Argument(metavar="SCENARIOS", help="CSV, XLSX or TOML of scenarios.")],
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The folder to write to.")],
    *,
    workspace: Annotated[
        str, typer.Option(help="Workspace with the grid, the households, the officials and the sites.")
    ] = "",
    workers: Annotated[int, typer.Option(min=1, help="How many processes work at once.")] = 1,
    draw: Annotated[
        int, typer.Option(min=0, help="How many scenarios the picture shows at most; 0 for no picture.")
    ] = 30,
    lang: Annotated[str, typer.Option(help="Language of the picture: zh or en.")] = "zh",
    scheduler: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="A Dask scheduler, whose workers do the work.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Zone many scenarios over one grid, and compare them.

    Columns: scenario_id, cases (a file), protocol, at (only cases confirmed until then count), baseline (yes
    in one row), set.PARAMETER (such as set.rules.1.radius_m); grid, households, officials and sites (files)
    unless --workspace names them. Paths are relative to the file of scenarios.
    A scenario that fails is reported and does not stop the others (exit code 3). What an interrupted run has
    done is not done again by the next one.

    Example: gridmap batch scenarios.csv out --workspace county.gpkg --workers 2
    """
    from gridmap.batch import read_scenarios, run_batch

    listed = read_scenarios(scenarios)
    try:
        with progress(len(listed), "scenarios") as bar:
            result = run_batch(
                listed,
                out,
                workspace=workspace or None,
                workers=workers,
                scheduler=scheduler,
                drawn=draw,
                lang=lang,
                progress=bar.update,
            )
    except KeyboardInterrupt as stop:
        fail(f"interrupted; {' '.join(getattr(stop, '__notes__', ()))}")
        raise typer.Exit(1) from stop
    if as_json:
        say_json(_document(result))
    else:
        _print(result, len(listed))
    for failure in result.failures.itertuples(index=False):
        fail(f"scenario {failure.scenario_id}: {failure.error}")
    for scenario in result.unbalanced:
        fail(f"scenario {scenario}: the certificate does not balance; see certificates.json")
    if len(result.failures) or result.unbalanced:
        raise typer.Exit(3)


def _print(result: BatchResult, count: int) -> None:
    if result.kept:
        tell(f"note: {counted(result.kept, 'scenario')} of {count:,} had been done before")
    say(f"by tier, with the difference to {result.baseline}")
    head = [name for count in _HEAD for name in (count, "+/-")]
    say_table(_rows(result), head=("scenario", "tier", *head))
    shown = result.comparison["scenario_id"].nunique()
    if shown > _MOST_SHOWN:
        say(f"  and {shown - _MOST_SHOWN:,} more scenarios in comparison.csv")
    say()
    say_files(result.paths)


def _rows(result: BatchResult) -> Iterator[tuple[object, ...]]:
    """Yield scenario, tier, and each count with its difference; a difference of 0 is left empty."""
    table = result.comparison
    for row in table[table["scenario_id"].isin(table["scenario_id"].unique()[:_MOST_SHOWN])].to_dict(
        "records"
    ):
        counts = [text for name in _SHOWN for text in (_count(row[name]), _change(row[f"{name}_change"]))]
        yield row["scenario_id"], row["tier"], *counts


def _count(value: Any) -> object:
    return value if isinstance(value, int) else ""


def _change(value: Any) -> str:
    return f"{value:+,}" if isinstance(value, int) and value else ""


def _document(result: BatchResult) -> dict[str, Any]:
    table = result.comparison.astype(object)
    return {
        "files": [str(path) for path in result.paths],
        "baseline": result.baseline,
        "kept": result.kept,
        "tiers": table.where(table.notna(), None).to_dict("records"),
        "failures": result.failures.to_dict("records"),
        "unbalanced": list(result.unbalanced),
    }
