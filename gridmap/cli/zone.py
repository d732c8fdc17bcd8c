"""gridmap zone: from cases to zones."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gridmap.cli.options import Author, Json, WorkspaceArgument, author_name, open_existing
from gridmap.cli.printing import counted, say, say_json, tell
from gridmap.cli.zone_cases import GivenCases, check_cases, tell_left_out
from gridmap.errors import WorkspaceError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gridmap.model.placement import Placement
    from gridmap.model.plan import Plan
    from gridmap.model.protocol import Protocol
    from gridmap.store.workspace import Workspace


def zone(
    workspace: WorkspaceArgument,
    *,
    cases: Annotated[Path | None, typer.Option(help="Cases to zone by; they replace those stored.")] = None,
    add_cases: Annotated[
        Path | None, typer.Option(help="New cases beside those stored; one of a known id takes its place.")
    ] = None,
    case_places: Annotated[Path | None, typer.Option(help="Further places of the cases.")] = None,
    crs_cases: Annotated[str | None, typer.Option(metavar="CRS", help="CRS of the cases.")] = None,
    protocol: Annotated[
        str | None, typer.Option(help="Rules to zone by, by name or as a TOML file; replace those stored.")
    ] = None,
    name: Annotated[str, typer.Option(help="What this version is called in the history.")] = "",
    base: Annotated[
        str | None,
        typer.Option(
            metavar="VERSION", help="Zone this save or version again, or 'current'; shown first, see --yes."
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change, and save nothing.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="With --base: save what is shown.")] = False,
    take_back: Annotated[
        bool,
        typer.Option(
            "--take-back", help="With --yes: also if stored cases end, because the file lacks them."
        ),
    ] = False,
    author: Author = "",
    as_json: Json = False,
) -> None:
    """Draw the zones from the cases by the rules of the protocol, and save them as a version.

    What was set by hand, locks and the numbers of zones stay. A zone in which a new case lives comes under a
    stricter tier as a whole where the protocol says so. Exit code 3 if a case could not be placed.

    The next round: gridmap zone county.gpkg --add-cases new.csv --base current shows what would change and
    for how many; with --yes it is saved.

    Example: gridmap zone county.gpkg --cases cases.csv --protocol three-zones-2021
    """
    if yes and (dry_run or base is None):
        raise typer.BadParameter("--yes goes with --base, and not with --dry-run")
    if take_back and not yes:
        raise typer.BadParameter("--take-back goes with --yes")
    if cases is not None and add_cases is not None:
        raise typer.BadParameter("give all cases by --cases, or new ones by --add-cases, not both")
    given = GivenCases(cases or add_cases, case_places, crs_cases, beside=add_cases is not None)
    if dry_run or base is not None:
        unplaced = _next_round(
            workspace,
            given,
            protocol=protocol,
            base=base or "",
            name=name,
            author=author,
            go=yes,
            take_back=take_back,
            as_json=as_json,
        )
    else:
        unplaced = _zone_now(
            workspace,
            given,
            protocol=protocol,
            name=name,
            author=author,
            as_json=as_json,
        )
    if unplaced:
        raise typer.Exit(3)


def _zone_now(
    path: str,
    given: GivenCases,
    *,
    protocol: str | None,
    name: str,
    author: str,
    as_json: bool,
) -> tuple[str, ...]:
    """Zone the current plan, and store what was given once nothing can fail any more; give the lost cases."""
    from gridmap.core.place import place_households

    with open_existing(path) as opened:
        tables = given.read(opened)
        check_cases(opened, tables)
        tell_left_out(opened, tables)
        before, rules = opened.plan, _rules(opened, protocol)
        placement = place_households(opened.households, opened.grid)
        plan = _zoned(opened, before, rules, tables, placement)
        _store(opened, tables, protocol, author=author_name(author))
        unplaced = _save_changed(opened, before, plan, placement, reason=name, author=author_name(author))
        _report(opened, before, plan, unplaced, as_json=as_json)
    return unplaced


def save_zones(
    workspace: Workspace, before: Plan, protocol: Protocol, *, reason: str, author: str
) -> tuple[Plan, tuple[str, ...]]:
    """Delineate from the stored cases and save the plan, unless it is what it was; also give lost cases."""
    from gridmap.core.place import place_households

    placement = place_households(workspace.households, workspace.grid)
    plan = _zoned(workspace, before, protocol, {}, placement)
    return plan, _save_changed(workspace, before, plan, placement, reason=reason, author=author)


def _zoned(
    workspace: Workspace, before: Plan, protocol: Protocol, tables: Mapping[str, Any], placement: Placement
) -> Plan:
    """Zone again from the cases given, else from those stored; nothing is written."""
    from gridmap.core.delineate import delineate

    places = tables.get("case_places", workspace.case_places)
    return delineate(
        tables.get("cases", workspace.cases),
        workspace.grid,
        protocol=protocol,
        base=before,
        households=placement,
        case_places=places if len(places) else None,
    )


def _save_changed(
    workspace: Workspace, before: Plan, plan: Plan, placement: Placement, *, reason: str, author: str
) -> tuple[str, ...]:
    """Save a plan that was zoned from the stored cases, unless it is what it was; give the lost cases."""
    if plan.version != before.version:
        said = reason or f"{counted(len(workspace.cases), 'case')} by {plan.protocol_id}"
        _save(workspace, plan, placement, reason=said, author=author)
    return tuple(plan.edits[-1].unplaced)


def _save(workspace: Workspace, plan: Plan, placement: Placement, *, reason: str, author: str) -> None:
    from gridmap.core.outline import zone_outlines

    outlines = zone_outlines(plan, workspace.grid, placement=placement)
    workspace.save(plan, reason=reason, author=author, outlines=outlines[outlines.geometry.notna()])


def _next_round(
    path: str,
    given: GivenCases,
    *,
    protocol: str | None,
    base: str,
    name: str,
    author: str,
    go: bool,
    take_back: bool,
    as_json: bool,
) -> tuple[str, ...]:
    """Show what zoning a plan again would change, and save it with a go; give the cases that are lost."""
    from gridmap.cli.zone_preview import (
        base_plan,
        overtaken,
        preview_document,
        preview_zones,
        say_overtaken,
        say_preview,
    )
    from gridmap.core.place import place_households

    with open_existing(path) as opened:
        before = base_plan(opened, base)
        rules = _rules(opened, protocol)
        tables = given.read(opened)
        check_cases(opened, tables)
        if tell_left_out(opened, tables) and go and not take_back:
            raise WorkspaceError("nothing was saved; add --take-back if those cases are to end")
        placement = place_households(opened.households, opened.grid)
        found = preview_zones(opened, before, rules, tables, placement)
        saved = go and found.plan.version != opened.plan.version
        lost = overtaken(opened, before, found, placement)
        if not as_json:
            say_preview(found, before)
            say_overtaken(opened, lost)
        if go:
            _store(opened, tables, protocol, author=author_name(author))
        if saved:
            said = name or f"{counted(len(opened.cases), 'case')} by {rules.id}, from {before.version}"
            _save(opened, found.plan, placement, reason=said, author=author_name(author))
        if as_json:
            document = preview_document(found, before, lost)
            say_json({**document, "save": opened.read_save if saved else None})
        elif saved:
            say(f"\nsave {opened.read_save}")
        elif go:
            say("\nas before; no version was saved")
        else:
            tell("nothing was saved; with --base and --yes it is")
    return found.unplaced


def _rules(opened: Workspace, protocol: str | None) -> Protocol:
    """Return the protocol that was given, else the stored one."""
    from gridmap.store.protocols import load_protocol

    rules = opened.protocol if protocol is None else load_protocol(protocol)
    if rules is None:
        raise WorkspaceError(f"{opened.path} has no protocol; give one, such as --protocol three-zones-2021")
    return rules


def _store(opened: Workspace, tables: dict[str, Any], protocol: str | None, *, author: str) -> None:
    from gridmap.store.protocols import read_protocol_text

    text = None if protocol is None else read_protocol_text(protocol)
    if tables:
        opened.set_tables(author=author, **tables)
    if text is not None:
        opened.set_protocol(text)


def _report(opened: Workspace, before: Plan, plan: Plan, unplaced: tuple[str, ...], *, as_json: bool) -> None:
    from gridmap.cli.results import change_rows, say_changes, say_tiers, say_zones
    from gridmap.core.compare import compare_plans
    from gridmap.core.place import place_households
    from gridmap.core.tally import count_tiers, count_zones

    placement = place_households(opened.households, opened.grid)
    changes = compare_plans(before, plan, placement)
    save = opened.read_save
    if as_json:
        keys = ("from", "to", "households", "residents")
        zones = plan.zones.drop(columns="anchor").join(count_zones(plan, placement)).reset_index()
        say_json(
            {
                "workspace": str(opened.path),
                "version": plan.version,
                "save": save,
                "tiers": count_tiers(plan, placement).to_dict("index"),
                "zones": zones.to_dict("records"),
                "changes": [dict(zip(keys, row, strict=True)) for row in change_rows(changes)],
                "cases_not_placed": list(unplaced),
            }
        )
        return
    saved = f"save {save}" if plan.version != before.version else "as before; nothing was saved"
    say(f"plan version {plan.version} ({saved})")
    say_tiers(plan, placement)
    say_zones(plan, placement)
    say_changes(changes, title="changes against the plan before")
