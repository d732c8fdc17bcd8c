"""gridmap followup: what came back from the field, and who was not reached yet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from gridmap.cli.options import (
    Author,
    Json,
    WorkspaceArgument,
    ask_password,
    author_name,
    can_ask,
    open_existing,
    read_password,
    with_given,
)
from gridmap.cli.printing import counted, say, say_files, say_json, say_table

if TYPE_CHECKING:
    from pandas import DataFrame

    from gridmap.export.followup_lists import ReadLists
    from gridmap.export.written import Written
    from gridmap.model.placement import Placement
    from gridmap.model.plan import Plan
    from gridmap.workbench.field import TakenIn

_SHOWN = 20
_ZONE = "Asia/Shanghai"
_HEAD = ("file", "rows", "filled in")
_COUNTS = ["households", "reached", "not_reached", "asked"]


class _Asked(NamedTuple):
    """Whom the counts are about, and how they are told."""

    plan: Plan
    placement: Placement
    tiers: tuple[str, ...] | None
    level: str


def followup(
    workspace: WorkspaceArgument,
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILES]...", help="Lists that were filled in, or folders of them."),
    ] = None,
    *,
    password_file: Annotated[
        Path | None, typer.Option(help="File whose first line is the password of the lists.")
    ] = None,
    level: Annotated[
        str, typer.Option(help="Count by areas of this level; cells where there are none.")
    ] = "grid",
    tiers: Annotated[
        str, typer.Option(metavar="TIERS", help="Only households of these tiers, such as sealed,controlled.")
    ] = "",
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE.xlsx", help="Write the list of those not yet reached, for the field."),
    ] = None,
    plain: Annotated[
        bool, typer.Option("--plain", help="Write that list without a password; anybody can read it.")
    ] = False,
    lang: Annotated[str, typer.Option(metavar="LANG", help="Language of that list: zh or en.")] = "zh",
    draft: Annotated[bool, typer.Option("--draft", help="Write DRAFT across that list.")] = False,
    approved_by: Annotated[
        str, typer.Option(metavar="NAME", help="Who issues that list in spite of hard vacancies; printed.")
    ] = "",
    author: Author = "",
    as_json: Json = False,
) -> None:
    """Read filled lists back, keep the newest of every household, and count who was not reached yet.

    Columns are found by their headings, whatever was inserted, sorted or hidden. Reading the same lists
    again changes nothing. Without files it only counts.

    Exit code 3 if a file could not be read, or something must be settled by a person.

    Example: gridmap followup county.gpkg returned/ --password-file password.txt --out unreached.xlsx
    """
    if lang not in {"zh", "en"}:
        raise typer.BadParameter(f"{lang!r} is neither zh nor en", param_hint="--lang")
    if out is not None and out.suffix.casefold() != ".xlsx":
        raise typer.BadParameter(
            f"{out}: the list is a workbook; give a name such as unreached.xlsx", param_hint="--out"
        )
    from gridmap.core.place import place_households
    from gridmap.export.followup_lists import needs_password, read_followups
    from gridmap.export.handed_out import log_rows
    from gridmap.export.kit import zoning_of
    from gridmap.export.unreached_list import export_unreached
    from gridmap.workbench.field import keep_followups

    given = files or []
    password = None if password_file is None else read_password(password_file)
    if password is None and can_ask() and needs_password(given):
        password = ask_password()
    secret = None if plain or out is None else password or read_password(None)
    with open_existing(workspace) as opened:
        plan, as_of = opened.plan, opened.document.as_of
        placement = place_households(opened.households, opened.grid)
        asked = _Asked(plan, placement, _tiers(tiers, plan), _level(level, plan))
        zone = _ZONE if as_of is None or as_of.tzinfo is None else as_of.tzinfo
        read = read_followups(given, password=password, timezone=zone)
        who = author_name(author)
        done = keep_followups(opened, read.entries, plan=plan, placement=placement, author=who)
        in_force = opened.duties_in_force
        written = None
        if out is not None:
            document = with_given(opened.document, draft=draft, approved_by=approved_by)
            zoning = zoning_of(opened, document=document)
            written = export_unreached(
                zoning, out, tiers=asked.tiers, lang=lang, password=secret, plain=plain
            )
            opened.log_export(log_rows([written], zoning, author=who))
    if as_json:
        _say_json(workspace, read, done, asked=asked, in_force=in_force, written=written)
    else:
        _say_read(read, done)
        _say_counts(done, asked, in_force)
        if written is not None:
            say()
            say_files([written.path])
    if read.findings or len(done.conflicts):
        raise typer.Exit(3)


def _level(level: str, plan: Plan) -> str:
    """Return the level to count by; `grid` is cells where the grid has no such level, another must be one."""
    known = [each for each in plan.hierarchy.areas["level"].unique() if each]
    if level != "grid" and level not in known:
        raise typer.BadParameter(f"{level}: choose of {', '.join(known)}", param_hint="--level")
    return level


def _tiers(text: str, plan: Plan) -> tuple[str, ...] | None:
    """Return whom the lists hold: households of the tiers asked for, or of any; all before the first zone."""
    wanted = tuple(each.strip() for each in text.split(",") if each.strip())
    unknown = [each for each in wanted if each not in plan.tier_order]
    if unknown:
        choices = ", ".join(plan.tier_order)
        raise typer.BadParameter(f"{', '.join(unknown)}: choose of {choices}", param_hint="--tiers")
    return wanted or (plan.tier_order if len(plan.zones) else None)


def _say_json(
    workspace: str,
    read: ReadLists,
    done: TakenIn,
    *,
    asked: _Asked,
    in_force: DataFrame,
    written: Written | None,
) -> None:
    areas, officials = _by_area(done, asked), _by_official(done, asked, in_force)
    say_json(
        {
            "workspace": workspace,
            "files": read.files.reset_index().to_dict("records"),
            "findings": [fault._asdict() for fault in read.findings],
            "changed": done.changed,
            "conflicts": done.conflicts.to_dict("records"),
            **_sums(areas, asked),
            "areas": areas.reset_index().to_dict("records"),
            "officials": officials.reset_index().to_dict("records"),
            "list": None if written is None else str(written.path),
        }
    )


def _say_read(read: ReadLists, done: TakenIn) -> None:
    if len(read.files):
        say("read")
        filled = read.files[read.files["filled"] > 0]
        say_table([(file, row.rows, row.filled) for file, row in _shown(filled)], head=_HEAD)
        _more(len(filled))
        blank = len(read.files) - len(filled)
        if blank:
            say(f"  and {counted(blank, 'list')} in which nothing was filled in")
    if read.findings:
        say(f"\nnot read: {len(read.findings):,}")
        rows = [(each.where, each.what, each.cure) for each in read.findings[:_SHOWN]]
        say_table(rows, head=("where", "what", "cure"))
    say(f"\n{counted(len(read.entries), 'entry', 'entries')}; new or changed: {done.changed:,}")
    if len(done.conflicts):
        say(f"\nto be settled: {len(done.conflicts):,}")
        rows = done.conflicts[["kind", "household_id", "source", "detail"]].head(_SHOWN).to_numpy().tolist()
        say_table(rows, head=("kind", "household", "where", "what"))
    _more(max(len(read.findings), len(done.conflicts)))


def _say_counts(done: TakenIn, asked: _Asked, in_force: DataFrame) -> None:
    areas = _by_area(done, asked)
    sums = _sums(areas, asked)
    say(
        f"\nhouseholds: {sums['households']:,} = {sums['reached']:,} reached"
        f" + {sums['not_reached']:,} not yet reached"
    )
    for key, words in (("not_counted", "under other tiers or none"), ("without_place", "without a place")):
        if sums[key]:
            say(f"  beside them {sums[key]:,} {words}")
    left = areas[areas["not_reached"] > 0].sort_values("not_reached", ascending=False, kind="stable")
    say(f"\nnot yet reached, by {asked.level}: {len(left):,} of {len(areas):,}")
    rows = [
        (area, row["name"], row.households, row.reached, row.not_reached)
        for area, row in left.head(_SHOWN).iterrows()
    ]
    say_table(rows, head=("area", "name", "households", "reached", "not reached"))
    _more(len(left))
    officials = _by_official(done, asked, in_force)
    left = officials[officials["not_reached"] > 0].sort_values("not_reached", ascending=False, kind="stable")
    if len(left) and len(in_force):
        say(f"\nnot yet reached, by who is linked to them: {len(left):,} of {len(officials):,}")
        persons = [
            (official or "nobody", row.households, row.reached, row.not_reached)
            for official, row in _shown(left)
        ]
        say_table(persons, head=("official", "households", "reached", "not reached"))
        _more(len(left))


def _shown(frame: DataFrame) -> list[tuple[Any, Any]]:
    """Give the first rows with plain integers."""
    return [(row.Index, row) for row in frame.head(_SHOWN).itertuples()]


def _more(count: int) -> None:
    if count > _SHOWN:
        say(f"  and {count - _SHOWN:,} more; --json lists them all")


def _by_area(done: TakenIn, asked: _Asked) -> DataFrame:
    from gridmap.core.followup import followup_counts

    plan, placement, tiers, level = asked
    return followup_counts(plan, placement, done.followups, level=level, tiers=tiers)


def _by_official(done: TakenIn, asked: _Asked, in_force: DataFrame) -> DataFrame:
    from gridmap.core.followup import official_counts

    plan, placement, tiers, _ = asked
    return official_counts(plan, placement, done.followups, in_force, tiers=tiers)


def _sums(areas: DataFrame, asked: _Asked) -> dict[str, int]:
    placed = areas[areas.index != ""]
    sums = {name: int(placed[name].sum()) for name in _COUNTS}
    placement = asked.placement
    return {
        **sums,
        "not_counted": len(placement.cells) - sums["households"],
        "without_place": len(placement.exceptions),
    }
