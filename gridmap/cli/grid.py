"""gridmap grid: provisional cells where there is no grid yet, and the true grid when it comes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gridmap.cli.options import Author, Json, WorkspaceArgument, author_name, open_existing
from gridmap.cli.printing import counted, say, say_files, say_json, say_table, tell
from gridmap.cli.tier_changes import say_tier_counts

if TYPE_CHECKING:
    from pandas import DataFrame

    from gridmap.core.grid_change import GridChange

_FINDINGS = 3
_SHOWN = 20
_TITLES = {
    "household": "households under another tier",
    "mark": "locks and hand marks that no new cell took over",
    "carve_out": "carve-outs whose area is gone",
    "ground": "ground under another tier",
}
_Crs = Annotated[str | None, typer.Option(metavar="CRS", help="CRS of that file, such as EPSG:4549.")]

grid = typer.Typer(
    name="grid",
    help="Make a provisional grid, or replace the grid of a workspace.\n\nExample: gridmap grid make --help",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@grid.command()
def make(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The file to write, such as grid.gpkg.")],
    *,
    villages: Annotated[Path | None, typer.Option(help="Outlines of villages, by their codes.")] = None,
    buildings: Annotated[
        Path | None, typer.Option(help="Points or footprints, or a roster with coordinates.")
    ] = None,
    roads: Annotated[Path | None, typer.Option(help="Roads as lines.")] = None,
    hexagon_m: Annotated[float | None, typer.Option(help="Width of hexagons in metres.")] = None,
    by_address: Annotated[
        str, typer.Option(metavar="COLUMN", help="Column of the buildings that holds their addresses.")
    ] = "address",
    each_building: Annotated[
        bool, typer.Option("--each-building", help="One cell for each building, whatever its address.")
    ] = False,
    reach_m: Annotated[float, typer.Option(help="How far a loose end of a road is led on.")] = 25.0,
    smallest_m2: Annotated[
        float | None, typer.Option(help="Smaller pieces join their neighbour in the village.")
    ] = None,
    crs_villages: _Crs = None,
    crs_buildings: _Crs = None,
    crs_roads: _Crs = None,
    as_json: Json = False,
) -> None:
    """Make provisional cells of villages, cut further by buildings, roads or hexagons.

    Every export says that the grid is provisional, until gridmap grid replace puts the true one in its
    place. Exit code 3 if something is odd, such as buildings outside the villages.

    Example: gridmap grid make grid.gpkg --villages villages.gpkg --hexagon-m 300
    """
    from gridmap.core.make_grid import make_grid
    from gridmap.store.layers import write_layer
    from gridmap.store.readers import read_grid

    made = make_grid(
        None if villages is None else read_grid(villages, crs=crs_villages),
        buildings=None if buildings is None else _shapes(buildings, crs_buildings),
        roads=None if roads is None else _shapes(roads, crs_roads),
        hexagon_m=hexagon_m,
        by_address=None if each_building else by_address,
        reach_m=reach_m,
        smallest_m2=smallest_m2,
    )
    write_layer(made, out, layer="grid")
    findings = made.attrs["findings"]
    if as_json:
        found = [finding._asdict() for finding in findings]
        say_json(
            {"file": str(out), "cells": len(made), "villages": made["parent_id"].nunique(), "findings": found}
        )
    else:
        said = counted(made["parent_id"].nunique(), "village")
        say(f"{counted(len(made), 'provisional cell')} in {said}")
        say_files([out])
    if findings:
        raise typer.Exit(_FINDINGS)


@grid.command()
def replace(
    workspace: WorkspaceArgument,
    *,
    grid: Annotated[Path, typer.Option(help="The new grid.")],
    crs_grid: _Crs = None,
    repair: Annotated[
        bool, typer.Option("--repair", help="Mend cells whose outline crosses itself.")
    ] = False,
    reason: Annotated[str, typer.Option(help="Why; kept with the version.")] = "the grid was replaced",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show who changes tier, and save nothing.")
    ] = False,
    author: Author = "",
    as_json: Json = False,
) -> None:
    """Replace the grid, move the plan over to it, and list everybody whose tier is another.

    Most households of a new cell decide its tier, or most of its ground where nobody is known; the stricter
    on a tie. Zone numbers, locks, hand marks and carve-outs are kept. Officials, cases, pins and households
    that name a cell or area which only has another id name it by that. The workspace is copied first. Exit
    code 3 if anybody's tier is another.

    Example: gridmap grid replace county.gpkg --grid official-grid.gpkg --reason "official grid of May"
    """
    from gridmap.core.grid_change import grid_change
    from gridmap.store.readers import read_grid

    new = read_grid(grid, crs=crs_grid, repair=repair)
    with open_existing(workspace) as opened:
        tables = {name: getattr(opened, name) for name in ("officials", "cases", "households", "pins")}
        change = grid_change(opened.plan, opened.grid, new, tables)
        if not dry_run:
            who = author_name(author)
            opened.replace_grid(new, change.plan, reason=reason, author=who, tables=change.tables)
    _report(change, workspace, as_json=as_json, saved=not dry_run)
    if change.concerns_somebody:
        raise typer.Exit(_FINDINGS)


def _shapes(path: Path, crs: str | None) -> Any:
    """Read buildings or roads; headers of a roster are understood."""
    from geopandas import GeoDataFrame

    from gridmap.model.tables import rename_columns
    from gridmap.store.layers import LAYER_SUFFIXES, read_layer
    from gridmap.store.positions import layer_positions
    from gridmap.store.readers import read_households

    if path.suffix.casefold() not in LAYER_SUFFIXES:
        return read_households(path, crs=crs)
    layer = read_layer(path)
    named, _ = rename_columns(layer.drop(columns=layer.geometry.name), "households")
    return GeoDataFrame(named, geometry=layer_positions(layer.geometry, crs, path.name))


def _report(change: GridChange, workspace: str, *, as_json: bool, saved: bool) -> None:
    if as_json:
        say_json(
            {
                "workspace": workspace,
                "version": change.plan.version,
                "saved": saved,
                "tier_counts": change.tier_counts.to_dict("records"),
                "changes": change.changes.to_dict("records"),
                "names_no_area": change.stale,
                "renumbered": dict(change.renumbered),
            }
        )
        return
    cells = counted(len(change.plan.hierarchy.cell_ids), "cell")
    say(f"{cells}; plan version {change.plan.version} ({'saved' if saved else 'not saved'})")
    say_tier_counts(change.tier_counts)
    for kind, title in _TITLES.items():
        _say_changes(change.changes[change.changes["kind"] == kind], title)
    if change.renumbered:
        areas = counted(len(change.renumbered), "cell or area", "cells and areas")
        say(f"\n{areas} under another id; tables that name them: {', '.join(change.tables) or 'none'}")
    for column, count in change.stale.items():
        tell(f"note: {counted(count, 'row')} of {column} name no area of the new grid; set them anew")


def _say_changes(changes: DataFrame, title: str) -> None:
    if not len(changes):
        say(f"\nno {title}")
        return
    say(f"\n{title}: {len(changes):,}")
    names = ("id", "cell_before", "cell_after", "tier_before", "tier_after", "change")
    say_table(changes[list(names)].head(_SHOWN).itertuples(index=False), head=names)
    if len(changes) > _SHOWN:
        say(f"  and {len(changes) - _SHOWN:,} more; --json lists all")
