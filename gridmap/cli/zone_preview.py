"""What zoning again would change, before anything is saved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from gridmap.cli.printing import say, say_table, tell
from gridmap.cli.results import say_zone_changes, zone_changes_document
from gridmap.errors import WorkspaceError

if TYPE_CHECKING:
    from gridmap.core.preview import Preview
    from gridmap.model.plan import Plan
    from gridmap.model.protocol import Protocol
    from gridmap.store.workspace import Workspace

CURRENT = "current"


def base_plan(workspace: Workspace, base: str) -> Plan:
    """Return the plan to zone again: the current one, or that of a save or version."""
    return workspace.plan if base in ("", CURRENT) else workspace.plan_at(base)


def preview_zones(
    workspace: Workspace, before: Plan, protocol: Protocol, tables: Mapping[str, Any]
) -> Preview:
    """Work out the zones from the cases given, else from those stored; nothing is written.

    Raises
    ------
    WorkspaceError
        If there are no cases.
    """
    from gridmap.core.place import place_households
    from gridmap.core.preview import preview_delineation

    cases = tables.get("cases", workspace.cases)
    places = tables.get("case_places", workspace.case_places)
    if not len(cases):
        raise WorkspaceError(f"{workspace.path} has no cases; give them with --cases FILE")
    found = preview_delineation(
        before,
        cases,
        workspace.grid,
        protocol=protocol,
        placement=place_households(workspace.households, workspace.grid),
        case_places=places if len(places) else None,
    )
    for text in found.warnings:
        tell(f"note: {text}")
    return found


def say_preview(found: Preview, before: Plan) -> None:
    """Print who would change tier, which zones are raised and why, and what would become of the zones."""
    say(f"plan version {before.version} would become {found.plan.version}")
    say("\nwhat would change its tier")
    if not len(found.changes):
        say("  nobody's tier would be another")
    rows = [
        (one, other, *map(int, counts))
        for (one, other), counts in zip(found.changes.index, found.changes.to_numpy(), strict=True)
    ]
    say_table(rows, head=("from", "to", "cells", "households", "residents"))
    if len(found.raised):
        say("\nzones that come under a stricter tier at once, because of a case in them")
        rows = [
            (row.zone_before, row.zone_after, row.tier_before, row.tier_after, ", ".join(row.cases))
            for row in found.raised.itertuples()
        ]
        say_table(rows, head=("zone", "becomes", "from", "to", "cases"))
    say_zone_changes(found.zone_changes, title="zones that would change")


def preview_document(found: Preview, before: Plan) -> dict[str, Any]:
    """Return a preview as plain data."""
    keys = ("from", "to", "cells", "households", "residents")
    changes = zip(found.changes.index, found.changes.to_numpy().tolist(), strict=True)
    raised = found.raised.assign(cases=[list(cases) for cases in found.raised["cases"]])
    return {
        "base": before.version,
        "version": found.plan.version,
        "changes": [dict(zip(keys, (*tiers, *counts), strict=True)) for tiers, counts in changes],
        "raised": raised.to_dict("records"),
        **zone_changes_document(found.zone_changes),
        "cases_not_placed": list(found.unplaced),
        "notes": list(found.warnings),
    }
