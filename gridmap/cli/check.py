"""gridmap check: what is wrong, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from gridmap.cli.options import Json, WorkspaceArgument, open_existing
from gridmap.cli.printing import counted, say_json, tell

if TYPE_CHECKING:
    from gridmap.model.zoning import Zoning

_NO_TIER = "none"


def check(workspace: WorkspaceArgument, *, as_json: Json = False) -> None:
    """List faults, exceptions, conflicts and vacancies, the worst first, each with its cure.

    Exit code 0 if there are none, 3 if there are any.

    Example: gridmap check county.gpkg
    """
    from gridmap.cli.findings import say_findings, zoning_findings
    from gridmap.cli.results import say_households
    from gridmap.export.kit import zoning_of

    with open_existing(workspace) as opened:
        zoning = zoning_of(opened)
    findings = zoning_findings(zoning)
    certificate = zoning.certificate
    if as_json:
        found = [finding.to_json() for finding in findings]
        proof = None if certificate is None else certificate.to_json()
        say_json({"workspace": workspace, "findings": found, "certificate": proof})
    else:
        if certificate is not None:
            say_households(certificate)
        _note_open_cells(zoning)
        say_findings(findings)
    if findings:
        raise typer.Exit(3)


def _note_open_cells(zoning: Zoning) -> None:
    """Say how many cells have no tier beside zones; whether they should, only the order can tell."""
    from gridmap.core.tally import count_tiers

    if zoning.placement is None or not len(zoning.plan.zones):
        return
    rest = count_tiers(zoning.plan, zoning.placement).loc[_NO_TIER]
    if rest["cells"]:
        homes = counted(int(rest["households"]), "household")
        tell(f"note: {counted(int(rest['cells']), 'cell')} with {homes} are under no tier")
