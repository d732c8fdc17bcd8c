"""gridmap check: what is wrong, and what to do about it."""

from __future__ import annotations

import typer

from gridmap.cli.options import Json, WorkspaceArgument, open_existing
from gridmap.cli.printing import say_json


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
        say_findings(findings)
    if findings:
        raise typer.Exit(3)
