"""gridmap compare: what changed between two saved plans."""

from __future__ import annotations

from typing import Annotated

import typer

from gridmap.cli.options import Json, WorkspaceArgument, open_existing
from gridmap.cli.printing import say, say_json, say_table
from gridmap.cli.results import change_rows, say_changes


def compare(
    workspace: WorkspaceArgument,
    before: Annotated[str, typer.Argument(metavar="A", help="A save number, or (the start of) a version.")],
    after: Annotated[str, typer.Argument(metavar="B", help="The one to compare it with.")],
    *,
    as_json: Json = False,
) -> None:
    """Tell who enters and who leaves which tier between two saved plans.

    Example: gridmap compare county.gpkg 1 2
    """
    from gridmap.core.compare import compare_plans
    from gridmap.core.place import place_households

    with open_existing(workspace) as opened:
        plans = opened.plan_at(before), opened.plan_at(after)
        placement = place_households(opened.households, opened.grid)
        saves = opened.versions()
    changes = compare_plans(*plans, placement)
    if as_json:
        keys = ("from", "to", "households", "residents")
        say_json(
            {
                "before": plans[0].version,
                "after": plans[1].version,
                "changes": [dict(zip(keys, row, strict=True)) for row in change_rows(changes)],
                "households": changes.reset_index().to_dict("records"),
            }
        )
        return
    known = saves.drop_duplicates("version", keep="last").set_index("version")
    rows = [
        (
            letter,
            int(row["save"]),
            plan.version,
            f"{row['time']:%Y-%m-%d %H:%M}",
            row["author"],
            row["reason"],
        )
        for letter, plan in zip("AB", plans, strict=True)
        for row in [known.loc[plan.version]]
    ]
    say_table(rows, head=("", "save", "version", "time (UTC)", "author", "reason"))
    say_changes(changes, title="households that change from A to B")
    if len(changes):
        zones = changes[changes["change"] == "zone"]
        say(f"\n  {len(changes):,} households, of which {len(zones):,} change only their zone")
