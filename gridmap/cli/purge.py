"""gridmap purge: remove the personal data of what is over."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gridmap.cli.options import Author, Json, WorkspaceArgument, author_name, open_existing, parse_time
from gridmap.cli.printing import say, say_json, say_table, tell

if TYPE_CHECKING:
    from gridmap.store.workspace import Workspace

_KINDS = {
    "households": "households emptied of name, phone, address, needs, flags",
    "followups": "rows of what came back from the field",
    "pins": "duties set by hand",
    "duties_in_force": "duties in force",
    "duties_before": "duties in force before those",
    "cases": "cases",
    "case_places": "places of cases",
    "events": "events of households",
    "event_words": "notes and names in other events",
    "moves": "moves of workbenches",
    "unsaved_moves": "of them never saved",
    "pin_log": "rows in the log of duties set by hand",
    "renewals": "decisions about renewed rosters",
    "edits": "edits in saved plans",
    "saved_plans": "saved plans that named them",
    "log_texts": "names in logs",
    "copies": "copies beside the workspace",
}


def purge(
    workspace: WorkspaceArgument,
    *,
    before: Annotated[
        datetime,
        typer.Option(
            parser=parse_time, metavar="DATE", help="What was over before this day, such as 2022-04-01."
        ),
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without it, it is only counted.")] = False,
    author: Author = "",
    as_json: Json = False,
) -> None:
    """Remove the personal data of lifted zones: from tables, saved plans, logs, free pages and copies.

    A household is over if it was in a zone, and is in none of any plan that was current on that day or
    later. It stays in the roster with its number, cell, building, place and residents, so that the next
    zoning counts it; its name, phone, address, needs and flags go, and so does what tells of it elsewhere.
    Every copy in the folder beside the workspace is removed. This cannot be taken back.

    Example: gridmap purge county.gpkg --before 2022-04-01 --yes
    """
    from gridmap.store.purge import purge_workspace

    with open_existing(workspace) as opened:
        counts = purge_workspace(opened.path, before=before, author=author_name(author), dry_run=not yes)
        left = _handed_out(opened, before)
    if as_json:
        files = [str(file) for file in left]
        say_json({"before": before.isoformat(), "purged": yes, "counts": counts, "handed_out": files})
        return
    say_table([(count, _KINDS[what]) for what, count in counts.items()], head=("count", "what"))
    if left:
        tell(f"note: {len(left)} files handed out before that day are still there, the first {left[0]}")
    say("purged" if yes else "nothing was changed; add --yes to remove it for good")


def _handed_out(workspace: Workspace, before: datetime) -> list[Path]:
    """List the files for officials and the field that were written before a day and are still there."""
    log: Any = workspace.exports()
    rows = log[(log["audience"] != "public") & (log["time"] < before)]
    return [file for file in dict.fromkeys(map(Path, rows["file"])) if file.is_file()]
