"""gridmap assign: who is responsible for what, and what is missing."""

from __future__ import annotations

from collections.abc import Sequence

import typer

from gridmap.cli.options import Json, WorkspaceArgument, open_existing
from gridmap.cli.printing import say, say_json, say_table

_SHOWN = 20


def assign(workspace: WorkspaceArgument, *, as_json: Json = False) -> None:
    """Assign the duties of the current plan, and list vacancies and conflicts.

    Nothing is stored: the same plan and officials give the same duties, and export works them out again.

    Exit code 3 if there are vacancies or conflicts.

    Example: gridmap assign county.gpkg
    """
    from gridmap.cli.results import say_duties
    from gridmap.export.kit import zoning_of

    with open_existing(workspace) as opened:
        zoning = zoning_of(opened)
    duties = zoning.duties
    if duties is None:
        return
    vacancies = duties.vacancies.sort_values("hard", ascending=False, kind="stable")
    if as_json:
        tables = {"duties": duties.table, "vacancies": vacancies, "conflicts": duties.conflicts}
        rows = {name: frame.to_dict("records") for name, frame in tables.items()}
        say_json({"workspace": workspace, "plan_version": zoning.plan.version, **rows})
    else:
        say_duties(duties, zoning.protocol)
        wanted = [
            ("hard" if row.hard else "", row.role, row.target_kind, row.target, row.missing)
            for row in vacancies.itertuples(index=False)
        ]
        _say_some("vacancies, the hard ones first", wanted, ("hard", "role", "for", "target", "missing"))
        conflicts = duties.conflicts[["kind", "official_id", "role", "detail"]].to_numpy().tolist()
        _say_some("conflicts", conflicts, ("kind", "official", "role", "detail"))
    if len(vacancies) or len(duties.conflicts):
        raise typer.Exit(3)


def _say_some(title: str, rows: Sequence[Sequence[object]], head: tuple[str, ...]) -> None:
    say(f"\n{title}: {len(rows):,}")
    say_table(rows[:_SHOWN], head=head)
    if len(rows) > _SHOWN:
        say(f"  and {len(rows) - _SHOWN:,} more; --json lists them all")
