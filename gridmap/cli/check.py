"""gridmap check: what is wrong, and what to do about it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gridmap.cli.options import Json, WorkspaceArgument, open_existing
from gridmap.cli.printing import counted, say, say_json, say_table, tell

if TYPE_CHECKING:
    from gridmap.cli.findings import Finding
    from gridmap.model.zoning import Zoning

_NO_TIER = "none"
_SHOWN = 20
_LANGS = ("zh", "en")
_AREAS = ["area_before_m2", "area_after_m2", "gained_m2", "lost_m2"]


def check(
    workspace: WorkspaceArgument,
    *,
    as_json: Json = False,
    fault_map: Annotated[
        Path | None, typer.Option("--map", metavar="FILE.html", help="Draw where the faults are, offline.")
    ] = None,
    repair: Annotated[
        Path | None,
        typer.Option(metavar="FILE.gpkg", help="Write the grid with its narrow gaps and overlaps mended."),
    ] = None,
    width: Annotated[float, typer.Option(min=0.0, help="Widest gap or overlap to mend, in metres.")] = 1.0,
    lang: Annotated[str, typer.Option(help="Language of the map: zh or en.")] = "zh",
) -> None:
    """List faults, exceptions, conflicts, vacancies and odd events, the worst first, each with its cure.

    Exit code 0 if there are none, 3 if there are any. The workspace stays as it is: a repaired grid is read
    by gridmap init.

    Example: gridmap check county.gpkg --map faults.html --repair grid.gpkg --width 2
    """
    if lang not in _LANGS:
        raise typer.BadParameter(f"{lang!r} is none of {', '.join(_LANGS)}", param_hint="--lang")
    from gridmap.cli.findings import say_findings, zoning_findings
    from gridmap.cli.results import say_households
    from gridmap.export.kit import zoning_of

    with open_existing(workspace) as opened:
        zoning = zoning_of(opened)
    findings = zoning_findings(zoning)
    certificate = zoning.certificate
    if not as_json:
        if certificate is not None:
            say_households(certificate)
        _note_open_cells(zoning)
        say_findings(findings)
    written: dict[str, Any] = {} if repair is None else _repair(zoning, repair, width, quiet=as_json)
    if fault_map is not None:
        written["map"] = str(_draw(zoning, findings, fault_map, lang))
    if as_json:
        found = [finding.to_json() for finding in findings]
        proof = None if certificate is None else certificate.to_json()
        say_json({"workspace": workspace, "findings": found, "certificate": proof, **written})
    if findings:
        raise typer.Exit(3)


def _draw(zoning: Zoning, findings: list[Finding], path: Path, lang: str) -> Path:
    from gridmap.cli.fault_places import fault_places
    from gridmap.export.fault_map import export_fault_map

    drawn = export_fault_map(fault_places(zoning, findings), zoning.grid, path, lang=lang)
    tell(f"note: {drawn} shows where the faults are")
    return drawn


def _repair(zoning: Zoning, path: Path, width_m: float, *, quiet: bool) -> dict[str, Any]:
    """Write the repaired grid, and say what was moved and what is left."""
    from gridmap.core.coverage import check_grid
    from gridmap.core.repair import repair_grid
    from gridmap.store.layers import write_layer

    mended, report = repair_grid(zoning.grid, width_m=width_m)
    write_layer(mended, path, layer="grid")
    moved = report.reset_index()
    moved[_AREAS] = moved[_AREAS].round(2)
    left = check_grid(mended)["kind"].value_counts().to_dict()
    if not quiet:
        say(f"\nrepaired: {counted(len(moved), 'cell')}, written to {path}")
        say_table(moved[:_SHOWN].astype("str").itertuples(index=False), head=tuple(moved.columns))
        if len(moved) > _SHOWN:
            say(f"  and {len(moved) - _SHOWN:,} more; --json lists them all")
        said = ", ".join(f"{count} {kind}" for kind, count in left.items())
        say(f"  left in the grid: {said or 'nothing'}")
    return {"repaired": {"grid": str(path), "moved": moved.to_dict("records"), "left": left}}


def _note_open_cells(zoning: Zoning) -> None:
    """Say how many cells have no tier beside zones; whether they should, only the order can tell."""
    from gridmap.core.tally import count_tiers

    if zoning.placement is None or not len(zoning.plan.zones):
        return
    rest = count_tiers(zoning.plan, zoning.placement).loc[_NO_TIER]
    if rest["cells"]:
        homes = counted(int(rest["households"]), "household")
        tell(f"note: {counted(int(rest['cells']), 'cell')} with {homes} are under no tier")
