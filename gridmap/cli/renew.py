"""gridmap renew: a renewed roster in the place of the known one, and nobody dropped without a word."""

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
)
from gridmap.cli.printing import say
from gridmap.cli.renewal_report import Done, say_done, say_done_json, waits

if TYPE_CHECKING:
    from pandas import DataFrame

    from gridmap.core.renewal.renew import Renewed
    from gridmap.export.renewal_decisions import ReadDecisions
    from gridmap.export.written import Written
    from gridmap.store.workspace import Workspace

_WAITING = 3


class _Files(NamedTuple):
    """What is renewed by which file, and where its coordinates are."""

    households: Path | None
    officials: Path | None
    crs_households: str | None
    crs_officials: str | None


def renew(
    workspace: WorkspaceArgument,
    *,
    households: Annotated[Path | None, typer.Option(help="The new file of households.")] = None,
    officials: Annotated[Path | None, typer.Option(help="The new file of officials.")] = None,
    crs_households: Annotated[
        str | None, typer.Option(metavar="CRS", help="CRS of its coordinates, such as EPSG:4549.")
    ] = None,
    crs_officials: Annotated[
        str | None, typer.Option(metavar="CRS", help="CRS of the coordinates of the officials.")
    ] = None,
    decisions: Annotated[Path | None, typer.Option(help="The list of an earlier --queue, filled in.")] = None,
    queue: Annotated[
        Path | None, typer.Option(metavar="FILE.xlsx", help="Write what a person must decide.")
    ] = None,
    password_file: Annotated[
        Path | None, typer.Option(help="File whose first line is the password of both lists.")
    ] = None,
    plain: Annotated[
        bool, typer.Option("--plain", help="Write the list without a password; anybody can read it.")
    ] = False,
    lang: Annotated[str, typer.Option(metavar="LANG", help="Language of the list: zh or en.")] = "zh",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change, and save nothing.")
    ] = False,
    author: Author = "",
    as_json: Json = False,
) -> None:
    """Match new files to the rosters of a workspace, and take over what is certain or decided.

    Households and officials keep their ids, whatever the new file calls them, so that duties, carve-outs and
    follow-ups stay with them. Who is not in the new file stays until a decision drops the row. What is in
    doubt is left as it was, and waits in the list of --queue.

    Exit code 3 while something waits, or a decision could not be followed.

    Example: gridmap renew county.gpkg --households new.xlsx --queue renewal.xlsx --author Wang
    """
    if lang not in {"zh", "en"}:
        raise typer.BadParameter(f"{lang!r} is neither zh nor en", param_hint="--lang")
    if households is None and officials is None:
        raise typer.BadParameter("give a new file", param_hint="--households or --officials")
    from gridmap.export.followup_lists import needs_password

    files = _Files(households, officials, crs_households, crs_officials)
    locked = decisions is not None and needs_password(decisions)
    asked = password_file is not None or (queue is not None and not plain)
    password = read_password(password_file) if asked else ask_password() if locked and can_ask() else None
    who = author_name(author)
    with open_existing(workspace) as opened:
        read = _decisions(decisions, who, password)
        renewed = _renewed(opened, files, read)
        tiers = _tier_changes(opened, renewed)
        still = _named_still(opened, renewed)
        impossible = _impossible(opened, renewed)
        written = None
        if queue is not None:
            written = _write(opened, renewed, queue, lang=lang, password=password, plain=plain, author=who)
        if not dry_run:
            opened.renew(renewed, author=who)
    done = Done(renewed, read, tiers, still, impossible, written, not dry_run)
    (say_done_json if as_json else say_done)(workspace, done)
    if waits(done) and not as_json:
        _say_next(workspace, files, queue)
    if waits(done):
        raise typer.Exit(_WAITING)


def _say_next(workspace: str, files: _Files, queue: Path | None) -> None:
    """Say how what waits is decided."""
    given = files._asdict().items()
    again = " ".join(f"--{name.replace('_', '-')} {value}" for name, value in given if value is not None)
    if queue is None:
        say(f"\nnext: gridmap renew {workspace} {again} --queue renewal.xlsx")
    else:
        say(f"\nnext: fill in {queue}, then gridmap renew {workspace} {again} --decisions {queue}")


def _decisions(path: Path | None, author: str, password: str | None) -> ReadDecisions | None:
    if path is None:
        return None
    from gridmap.export.renewal_decisions import read_decisions

    return read_decisions(path, author=author, password=password)


def _renewed(opened: Workspace, files: _Files, read: ReadDecisions | None) -> list[Renewed]:
    from gridmap.core.renewal.match import match_households, match_officials
    from gridmap.core.renewal.renew import renew_households, renew_officials
    from gridmap.store.readers import read_households, read_officials

    decided = None if read is None else read.decisions
    renewed = []
    if files.households is not None:
        new: Any = read_households(files.households, crs=files.crs_households)
        renewal = match_households(opened.households, new, area_names=_area_names(opened))
        renewed.append(renew_households(renewal, decisions=decided))
    if files.officials is not None:
        new = read_officials(files.officials, crs=files.crs_officials)
        renewal = match_officials(opened.officials, new)
        renewed.append(renew_officials(renewal, decisions=decided))
    return renewed


def _area_names(opened: Workspace) -> tuple[str, ...]:
    from gridmap.model.areas import hierarchy_for

    areas = hierarchy_for(opened.grid).areas
    return tuple(sorted({name for name in areas.loc[~areas["is_cell"], "name"].dropna() if name}))


def _tier_changes(opened: Workspace, renewed: list[Renewed]) -> DataFrame | None:
    """List the households that come under another tier, as they moved, came or went; None for officials."""
    from gridmap.core.carry_changes import household_changes
    from gridmap.core.place import place_households

    homes = next((each for each in renewed if each.table == "households"), None)
    if homes is None:
        return None
    plan, grid = opened.plan, opened.grid
    before, after = (place_households(roster, grid) for roster in (opened.households, homes.frame))
    return household_changes(plan, plan, before, after)


def _write(
    opened: Workspace,
    renewed: list[Renewed],
    path: Path,
    *,
    lang: str,
    password: str | None,
    plain: bool,
    author: str,
) -> Written:
    from gridmap.export.handed_out import log_rows
    from gridmap.export.renewal_list import export_renewal
    from gridmap.model.zoning import Zoning

    document = opened.document
    protocol: Any = opened.protocol
    written = export_renewal(
        renewed,
        path,
        lang=lang,
        password=password,
        plain=plain,
        document=document,
        protocol=protocol,
    )
    # the log asks for plan and document only, and duties of a whole county take their time
    zoning = Zoning(opened.plan, opened.grid, protocol, document=document)
    opened.log_export(log_rows([written], zoning, author=author))
    return written


def _impossible(opened: Workspace, renewed: list[Renewed]) -> list[str]:
    """List the transfers and returns that cannot be any more, as fewer live there or nobody does."""
    from gridmap.core.impossible_moves import counted_residents, newly_impossible

    homes = next((each for each in renewed if each.table == "households"), None)
    if homes is None:
        return []
    before, after = (counted_residents(roster) for roster in (opened.households, homes.frame))
    return newly_impossible(opened.events, before, after)


def _named_still(opened: Workspace, renewed: list[Renewed]) -> int:
    """Count the duties, pins and carve-outs that name somebody who was dropped."""
    dropped = {each for one in renewed for each in one.dropped}
    if not dropped:
        return 0
    tables = (opened.pins, opened.duties_in_force)
    named = sum(
        int(table[name].isin(dropped).sum()) for table in tables for name in ("official_id", "target")
    )
    return named + sum(bool(dropped & set(carve.households)) for carve in opened.plan.carve_list)
