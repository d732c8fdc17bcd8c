"""gridmap notice: zones from the text of a notice."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gridmap.cli.options import Author, Json, WorkspaceArgument, author_name, open_existing
from gridmap.cli.printing import counted, say, say_json, say_table, tell
from gridmap.errors import UnsupportedError

if TYPE_CHECKING:
    from pandas import DataFrame

    from gridmap.core.notice_in.reading import NoticeReading
    from gridmap.store.workspace import Workspace

_MARKS = {"matched": "=", "ambiguous": "?", "unmatched": "!", "ignored": " "}
_LONGEST = 60


def notice(
    workspace: WorkspaceArgument,
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="A .txt, .docx or .json; - for what is typed or piped in.")
    ],
    *,
    apply: Annotated[
        bool, typer.Option("--apply", help="Save the plan; without it, it is only shown.")
    ] = False,
    partial: Annotated[
        bool, typer.Option("--partial", help="With --apply: save although phrases are left open.")
    ] = False,
    decisions: Annotated[
        Path | None,
        typer.Option(metavar="FILE.json", help='What open phrases mean, such as {"p7": "ignore"}.'),
    ] = None,
    reason: Annotated[
        str, typer.Option(help="Why; kept in the history, and where a rule asks for a stricter tier.")
    ] = "",
    author: Author = "",
    as_json: Json = False,
) -> None:
    """Read the text of a notice, show what every phrase of it means, and propose the plan.

    Marks: = it is matched, ? it may mean several things, ! it is not known; what is no place stands without
    a mark. Only matched phrases have a part in the plan. Exit code 3 if a phrase is left open.

    Example: gridmap notice county.gpkg notice.txt --apply --reason "notice no. 8"
    """
    from gridmap.core.notice_in.reading import read_notice
    from gridmap.core.place import place_households
    from gridmap.core.preview import tier_changes

    text, chosen = _text_of(file), _decisions_of(decisions)
    with open_existing(workspace) as opened:
        protocol = opened.protocol
        if protocol is None:
            raise UnsupportedError(f"{workspace} has no protocol, by whose tiers a notice could be read")
        placement = place_households(opened.households, opened.grid)
        reading = read_notice(
            text,
            opened.plan,
            protocol=protocol,
            placement=placement,
            boundaries=opened.boundaries,
            decisions=chosen,
            reason=reason,
        )
        changes = tier_changes(reading.before, reading.plan, placement)
        is_open = len(reading.open_phrases) > 0
        saved = apply and (partial or not is_open) and reading.plan.version != reading.before.version
        if saved:
            _save(opened, reading, placement, reason=reason, author=author_name(author))
        _report(reading, changes, saved=saved, as_json=as_json)
    if apply and is_open and not partial:
        tell("nothing was saved: decide the open phrases with --decisions, or add --partial")
    if is_open:
        raise typer.Exit(3)


def _text_of(file: str) -> str:
    from gridmap.store.notice_text import read_notice_text

    return sys.stdin.read() if file == "-" else read_notice_text(file)


def _decisions_of(path: Path | None) -> dict[str, str]:
    from gridmap.store.notice_text import read_notice_text

    if path is None:
        return {}
    try:
        given = json.loads(read_notice_text(path))
    except ValueError as error:
        raise typer.BadParameter(f"{path} is no JSON: {error}") from error
    if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
        raise typer.BadParameter(f'{path} holds no decisions; write them like {{"p7": "ignore"}}')
    return given


def _save(opened: Workspace, reading: NoticeReading, placement: Any, *, reason: str, author: str) -> None:
    from gridmap.core.apply import apply_edit
    from gridmap.core.edits import together
    from gridmap.core.outline import zone_outlines

    said = reason or f"notice {reading.number}".strip()
    plan = apply_edit(reading.before, together(reading.edits, reason=said))
    outlines = zone_outlines(plan, opened.grid, placement=placement)
    opened.save(plan, reason=said, author=author, outlines=outlines[outlines.geometry.notna()])


def _report(reading: NoticeReading, changes: DataFrame, *, saved: bool, as_json: bool) -> None:
    rows = changes.reset_index()
    if as_json:
        say_json({**reading.data, "changes": rows.to_dict("records"), "saved": saved})
        return
    for name in ("number", "issuer", "effective", "valid_until"):
        if value := getattr(reading, name):
            say(f"{name}: {value}")
    say("\nphrases")
    say_table(_phrase_rows(reading), head=("", "phrase", "tier", "text", "means"))
    for phrase_id, row in reading.open_phrases.iterrows():
        say(f"\n{phrase_id} {row['state']}: {row['note']}")
        for key in row["candidates"]:
            say(f"  {key}  {reading.labels[key]}")
    say(f"\nwhat would change ({counted(len(reading.edits), 'edit')})" if not saved else "\nwhat changed")
    if len(rows):
        columns = ("tier_before", "tier_after", "cells", "households", "residents")
        say_table([tuple(row[name] for name in columns) for _, row in rows.iterrows()], head=columns)
    else:
        say("  nobody's tier is another")
    say(f"saved as plan version {reading.plan.version}" if saved else "nothing was saved")


def _phrase_rows(reading: NoticeReading) -> list[tuple[str, str, str, str, str]]:
    """Return the phrases that are more than prose."""
    rows = []
    for phrase_id, row in reading.phrases.iterrows():
        if row["state"] == "ignored" and row["kind"] in ("words", "reference"):
            continue
        text = " ".join(row["text"].split())
        shown = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
        means = "; ".join(reading.labels[key] for key in row["matched"])
        excepted = {"out": "except ", "except": "except ", "left": "lifts "}.get(row["role"], "")
        rows.append(
            (
                _MARKS[row["state"]],
                str(phrase_id),
                row["tier"],
                shown,
                f"{excepted}{means}" if means else row["note"],
            )
        )
    return rows
