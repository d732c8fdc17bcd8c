"""gridmap compare: what changed between two saved plans."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from gridmap.cli.options import (
    Author,
    Json,
    WorkspaceArgument,
    author_name,
    open_existing,
    read_password,
    with_given,
)
from gridmap.cli.printing import say, say_files, say_json, say_table, tell
from gridmap.cli.results import change_rows, say_changes, say_zone_changes, zone_changes_document

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pandas import DataFrame

    from gridmap.core.zone_changes import ZoneChanges
    from gridmap.export.written import Written
    from gridmap.model.plan import Plan
    from gridmap.model.zoning import Document
    from gridmap.store.workspace import Workspace


def _audience(text: str) -> str:
    if text not in {"official", "field"}:
        raise typer.BadParameter(f"{text!r} is neither official nor field: the public gets no differences")
    return text


def _lang(text: str) -> str:
    if text not in {"zh", "en"}:
        raise typer.BadParameter(f"{text!r} is neither zh nor en")
    return text


def compare(
    workspace: WorkspaceArgument,
    before: Annotated[str, typer.Argument(metavar="A", help="A save number, or (the start of) a version.")],
    after: Annotated[str, typer.Argument(metavar="B", help="The one to compare it with.")],
    *,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Also write whom to tell, by whom, and a map of the changes."),
    ] = None,
    audience: Annotated[
        str, typer.Option(parser=_audience, metavar="AUDIENCE", help="official (masked) or field.")
    ] = "official",
    lang: Annotated[str, typer.Option(parser=_lang, metavar="LANG", help="zh or en.")] = "zh",
    password_file: Annotated[
        Path | None,
        typer.Option(help="File whose first line is the password of the list; else you are asked."),
    ] = None,
    plain: Annotated[
        bool, typer.Option("--plain", help="Write the list without a password; anybody can read it.")
    ] = False,
    draft: Annotated[
        bool, typer.Option("--draft", help="Write DRAFT across it and hold nothing back.")
    ] = False,
    approved_by: Annotated[
        str, typer.Option(metavar="NAME", help="Who allows it in spite of vacancies; printed on it.")
    ] = "",
    author: Author = "",
    as_json: Json = False,
) -> None:
    """Tell who enters and who leaves which tier between two saved plans, and what became of the zones.

    With --out it writes delta.xlsx: what became of the zones, the households to be told, with who tells them,
    and the officials who gain or lose duties; and delta.png, a map in which the changes are hatched. Exit
    code 3 if a zone is held back from them.

    Example: gridmap compare county.gpkg 1 2 --out changes --audience field
    """
    from gridmap.core.compare import compare_plans
    from gridmap.core.place import place_households
    from gridmap.core.zone_changes import compare_zones

    if plain and password_file is not None:
        raise typer.BadParameter("give --plain or --password-file, not both")
    if draft and approved_by:
        raise typer.BadParameter("give --draft or --approved-by, not both")
    with open_existing(workspace) as opened:
        plans = opened.plan_at(before), opened.plan_at(after)
        placement = place_households(opened.households, opened.grid)
        saves = opened.versions()
        told = _Told([], {}, None)
        if out is not None:
            secret = (
                None
                if plain or (audience != "field" and password_file is None)
                else read_password(password_file)
            )
            document = with_given(opened.document, draft=draft, approved_by=approved_by)
            told = _write(
                opened,
                plans,
                out,
                document=document,
                audience=audience,
                lang=lang,
                password=secret,
                plain=plain,
                author=author,
            )
    changes = compare_plans(*plans, placement)
    zones = compare_zones(*plans, placement=placement)
    if as_json:
        keys = ("from", "to", "households", "residents")
        say_json(
            {
                "before": plans[0].version,
                "after": plans[1].version,
                "changes": [dict(zip(keys, row, strict=True)) for row in change_rows(changes)],
                **zone_changes_document(zones),
                "households": changes.reset_index().to_dict("records"),
                **({} if told.duties is None else {"duties": told.duties.to_dict("records")}),
                "files": [str(file.path) for file in told.written],
                "held": dict(told.held),
            }
        )
    else:
        _report(plans, saves, changes, zones)
        if told.duties is not None:
            _say_duties(told.duties)
            say_files([file.path for file in told.written])
    if told.held:
        raise typer.Exit(3)


class _Told(NamedTuple):
    """What was written, which zones are held back and why, and who is new to what."""

    written: list[Written]
    held: Mapping[str, str]
    duties: DataFrame | None


def _say_duties(changes: DataFrame) -> None:
    """Print how many officials gain and lose duties, by role."""
    say("\nduties that go to somebody else")
    rows = [
        (role, len(mine), len(set(mine["after"]) - {""}), len(set(mine["before"]) - {""}))
        for role, mine in changes.groupby("role", sort=False)
    ]
    if not rows:
        say("  nobody gains or loses a duty")
    say_table(rows, head=("role", "duties", "officials who gain", "officials who lose"))


def _report(plans: tuple[Plan, Plan], saves: DataFrame, changes: DataFrame, zones: ZoneChanges) -> None:
    """Print both saves, who changes tier or zone, and what became of the zones."""
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
        count = int((changes["change"] == "zone").sum())
        say(f"\n  {len(changes):,} households, of which {count:,} change only their zone")
    say_zone_changes(zones, title="zones that change from A to B")


def _write(
    workspace: Workspace,
    plans: tuple[Plan, Plan],
    out: Path,
    *,
    document: Document,
    audience: str,
    lang: str,
    password: str | None,
    plain: bool,
    author: str,
) -> _Told:
    """Write the list and the map of the changes, and log them."""
    from gridmap.core.delta import comparable
    from gridmap.core.duty_changes import compare_duties
    from gridmap.core.release import check_release
    from gridmap.export.delta import export_delta, zonings_between
    from gridmap.export.handed_out import check_folder, log_rows

    check_folder(workspace.exports(), out, audience)
    before, after = zonings_between(workspace, *plans, document=document)
    after = check_release(after, audience)
    written = export_delta(before, after, out, audience=audience, lang=lang, password=password, plain=plain)
    workspace.log_export(log_rows(written, after, author=author_name(author)))
    for zone, why in after.held.items():
        tell(f"note: zone {zone} is held back: {why}; fill it, or issue it with --approved-by NAME")
    return _Told(
        written,
        after.held,
        compare_duties(comparable(before, after).duties, after.duties, placement=after.placement),
    )
