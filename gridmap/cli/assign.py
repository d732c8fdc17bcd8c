"""gridmap assign: who is responsible for what, who is new to whom, and what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gridmap.cli.options import Author, Json, WorkspaceArgument, author_name, open_existing
from gridmap.cli.printing import say, say_json, say_table

if TYPE_CHECKING:
    from pandas import DataFrame

    from gridmap.model.duties import Duties
    from gridmap.model.zoning import Zoning
    from gridmap.store.stored_duties import InForce

_SHOWN = 20


def assign(
    workspace: WorkspaceArgument,
    *,
    pins: Annotated[
        Path | None,
        typer.Option(help="Duties set by hand, always kept; they replace those stored."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say it; store nothing.")] = False,
    author: Author = "",
    as_json: Json = False,
) -> None:
    """Assign the duties of the current plan, put them in force, and list changes, vacancies and conflicts.

    Duties set by hand are kept, and who was responsible by the duties in force before stays so where that is
    as good or little worse.

    Exit code 3 if there are vacancies or conflicts.

    Example: gridmap assign county.gpkg --pins pins.xlsx
    """
    from gridmap.core.duty_changes import compare_duties
    from gridmap.export.kit import zoning_of
    from gridmap.store.readers import read_pins

    given = None if pins is None else read_pins(pins)
    with open_existing(workspace) as opened:
        who = author_name(author)
        if given is not None and not dry_run:
            opened.set_tables(pins=given, author=who)
        before, since = opened.duties_in_force, opened.in_force
        zoning = zoning_of(opened, pins=given)
        duties = zoning.duties
        if duties is None:
            return
        if not dry_run:
            opened.keep_duties(duties.table, plan_version=zoning.plan.version, author=who)
    changes = compare_duties(before, duties, placement=zoning.placement)
    vacancies = duties.vacancies.sort_values("hard", ascending=False, kind="stable")
    if as_json:
        _say_json(workspace, zoning, duties, vacancies, changes, stored=not dry_run)
    else:
        _say(zoning, duties, vacancies)
        _say_changes(changes, since)
        said = "nothing was stored" if dry_run else "the duties are in force"
        say(f"\n{said}; plan version {zoning.plan.version}")
    if len(vacancies) or len(duties.conflicts):
        raise typer.Exit(3)


def _say_json(
    workspace: str,
    zoning: Zoning,
    duties: Duties,
    vacancies: DataFrame,
    changes: DataFrame,
    *,
    stored: bool,
) -> None:
    tables = {
        "duties": duties.table,
        "vacancies": vacancies,
        "conflicts": duties.conflicts,
        "travel": duties.travel,
        "changes": changes,
    }
    rows = {name: frame.to_dict("records") for name, frame in tables.items()}
    say_json({"workspace": workspace, "plan_version": zoning.plan.version, "stored": stored, **rows})


def _say(zoning: Zoning, duties: Duties, vacancies: DataFrame) -> None:
    from gridmap.cli.results import say_duties, say_travel

    say_duties(duties, zoning.protocol)
    say_travel(duties)
    wanted = [
        ("hard" if row.hard else "", row.role, row.target_kind, row.target, row.missing)
        for row in vacancies.itertuples(index=False)
    ]
    _say_some("vacancies, the hard ones first", wanted, ("hard", "role", "for", "target", "missing"))
    conflicts = duties.conflicts[["kind", "official_id", "role", "substitute", "detail"]].to_numpy().tolist()
    _say_some("conflicts", conflicts, ("kind", "official", "role", "substitute", "detail"))


def _say_changes(changes: DataFrame, since: InForce | None) -> None:
    """Say who is new to whom, the most households first; at the first time everybody would be."""
    if since is None:
        say("\nchanges: none were in force before")
        return
    rows = [
        (role, kind, before or "nobody", after or "nobody", len(targets), targets[0])
        for (role, kind, before, after), targets in _together(changes)
    ]
    rows.sort(key=lambda row: -row[4])
    when = f"{since.time.astimezone():%Y-%m-%d %H:%M}"
    title = f"changes since {when}: {len(changes):,}; from whom to whom"
    _say_some(title, rows, ("role", "for", "was", "is now", "targets", "such as"))


def _together(changes: DataFrame) -> list[tuple[tuple[str, str, str, str], list[Any]]]:
    found: dict[tuple[str, str, str, str], list[Any]] = {}
    for role, kind, target, before, after in changes.itertuples(index=False):
        found.setdefault((role, kind, before, after), []).append(target)
    return list(found.items())


def _say_some(title: str, rows: Sequence[Sequence[object]], head: tuple[str, ...]) -> None:
    say(f"\n{title}: {len(rows):,}")
    say_table(rows[:_SHOWN], head=head)
    if len(rows) > _SHOWN:
        say(f"  and {len(rows) - _SHOWN:,} more; --json lists them all")
