"""What zoning again would change, before anything is saved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from gridmap.cli.printing import say, say_table, tell
from gridmap.cli.results import say_zone_changes, zone_changes_document

if TYPE_CHECKING:
    from pandas import DataFrame

    from gridmap.core.preview import Preview
    from gridmap.model.placement import Placement
    from gridmap.model.plan import Plan
    from gridmap.model.protocol import Protocol
    from gridmap.store.workspace import Workspace

CURRENT = "current"
_CHANGE_KEYS = ("from", "to", "cells", "households", "residents")


def base_plan(workspace: Workspace, base: str) -> Plan:
    """Return the plan to zone again: the current one, or that of a save or version."""
    return workspace.plan if base in ("", CURRENT) else workspace.plan_at(base)


def preview_zones(
    workspace: Workspace, before: Plan, protocol: Protocol, tables: Mapping[str, Any], placement: Placement
) -> Preview:
    """Work out the zones from the cases given, else from those stored; nothing is written."""
    from gridmap.core.preview import preview_delineation

    cases = tables.get("cases", workspace.cases)
    places = tables.get("case_places", workspace.case_places)
    found = preview_delineation(
        before,
        cases,
        workspace.grid,
        protocol=protocol,
        placement=placement,
        case_places=places if len(places) else None,
    )
    for text in found.warnings:
        tell(f"note: {text}")
    return found


def say_preview(found: Preview, before: Plan) -> None:
    """Print who would change tier, which zones are raised and why, and what would become of the zones."""
    say(f"plan version {before.version} would become {found.plan.version}")
    say("\nwhat would change its tier")
    _say_tier_changes(found.changes)
    if len(found.raised):
        say("\nzones that come under a stricter tier at once, because of a case in them")
        rows = [
            (row.zone_before, row.zone_after, row.tier_before, row.tier_after, ", ".join(row.cases))
            for row in found.raised.itertuples()
        ]
        say_table(rows, head=("zone", "becomes", "from", "to", "cases"))
    say_zone_changes(found.zone_changes, title="zones that would change")


def overtaken(workspace: Workspace, before: Plan, found: Preview, placement: Placement) -> DataFrame | None:
    """Count what would change against the current plan, if another one is zoned again; else None."""
    from gridmap.core.preview import tier_changes

    current = workspace.plan
    return None if current.version == before.version else tier_changes(current, found.plan, placement)


def say_overtaken(workspace: Workspace, changes: DataFrame | None) -> None:
    """Print what would change against the current plan, whose own edits would be given up."""
    if changes is None:
        return
    say(f"\nwhat would change against the current plan, version {workspace.plan.version}")
    _say_tier_changes(changes)
    tell(
        f"note: the current plan is save {workspace.read_save}; what it has and the base lacks, "
        "locks and hand edits too, would be given up"
    )


def _say_tier_changes(changes: DataFrame) -> None:
    if not len(changes):
        say("  nobody's tier would be another")
    say_table([tuple(row.values()) for row in _change_rows(changes)], head=_CHANGE_KEYS)


def _change_rows(changes: DataFrame) -> list[dict[str, Any]]:
    rows = zip(changes.index, changes.to_numpy().tolist(), strict=True)
    return [dict(zip(_CHANGE_KEYS, (*tiers, *counts), strict=True)) for tiers, counts in rows]


def preview_document(found: Preview, before: Plan, lost: DataFrame | None) -> dict[str, Any]:
    """Return a preview as plain data."""
    raised = found.raised.assign(cases=[list(cases) for cases in found.raised["cases"]])
    return {
        "base": before.version,
        "version": found.plan.version,
        "changes": _change_rows(found.changes),
        **({} if lost is None else {"changes_to_current": _change_rows(lost)}),
        "raised": raised.to_dict("records"),
        **zone_changes_document(found.zone_changes),
        "cases_not_placed": list(found.unplaced),
        "notes": list(found.warnings),
    }
