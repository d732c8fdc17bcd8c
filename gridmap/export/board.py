"""The board as a file: one page that opens anywhere offline, or a PDF."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pandas import DataFrame

from gridmap.core.board import Board, BoardHistory, BoardVersion
from gridmap.core.board import board as count_board
from gridmap.core.clock.zone_clock import zone_clock
from gridmap.core.duty import assign_duties
from gridmap.core.privacy import check_entitled, check_protected, official_columns
from gridmap.core.release import check_release
from gridmap.core.watermark import watermark
from gridmap.errors import (
    ExportBlockedError,
    ProtocolError,
    UnknownCellError,
    UnsupportedError,
    WorkspaceError,
)
from gridmap.export.board_page import board_page
from gridmap.export.board_paper import board_paper
from gridmap.export.board_view import board_view
from gridmap.export.paper import SIZES, documents
from gridmap.export.subject import Subject, as_zoning
from gridmap.export.written import Written, written_file
from gridmap.model.clock import Clock
from gridmap.model.duties import Duties
from gridmap.model.plan import Plan
from gridmap.model.zoning import Zoning
from gridmap.store.files import write_bytes, write_text
from gridmap.store.workspace import Workspace

FORMAT = "board"
_VERSIONS = 12
_MOST_ASSIGNED = 60_000  # households times versions; more would take minutes


def export_board(
    subject: Subject,
    path: Path | str,
    *,
    audience: str = "official",
    lang: str = "zh",
    at: datetime | None = None,
    board: Board | None = None,
    paper: str = "A4",
    landscape: bool = False,
    password: str | None = None,
    plain: bool = False,
) -> Written:
    """Write the board: one HTML page that opens offline, without scripts, or a PDF.

    Hard vacancies do not stop it, because it is where they are seen; zones that they hold back are counted,
    and for the field their households are not listed.

    Parameters
    ----------
    subject
        What to show: a workspace, with its history, events and clocks; or a zoning, without them.
    path
        The file to write or replace, ``.html`` or ``.pdf``.
    audience
        ``official``: counts and officials; ``field``: also which households are open, by id and address.
    lang
        ``zh`` or ``en``.
    at
        The moment it is about, as for `board_of`.
    board
        The board of `subject`, if it was made before, as `board_of` makes it.
    paper, landscape
        Of a PDF: ``A4`` or ``A3``, and whether it lies across.
    password
        Encrypts a PDF (AES-256).
    plain
        Whether one for the field may be written without a password, as a page always is.

    Returns
    -------
    written
        The file, readable by its owner only.

    Raises
    ------
    UnsupportedError
        If the public is to have it, the file is neither a page nor a PDF, there is no such paper, or one for
        the field would go without a password.
    ExportBlockedError
        If the certificate forbids it.
    OutputError
        If the file cannot be written.
    """
    target = Path(path)
    check_board(target, audience, paper=paper, password=password, plain=plain)
    zoning = check_release(as_zoning(subject), "public")
    if zoning.placement is None:
        raise ExportBlockedError(["a board counts households; give a roster"])
    made = board or board_of(subject, zoning=zoning, at=at)
    view = board_view(
        made, zoning, audience=audience, lang=lang, mark=watermark(zoning.document, audience, lang)
    )
    if target.suffix.casefold() == ".html":
        done = write_text(target, board_page(view), private=True)
    else:
        sheet = board_paper(view, created=made.at, size=paper, landscape=landscape, password=password)
        ((_, data),) = documents([(target, sheet)])
        done = write_bytes(target, data, private=True)
    return written_file(FORMAT, done, audience, persons=len(view.households))


def board_of(subject: Subject, *, zoning: Zoning | None = None, at: datetime | None = None) -> Board:
    """Make the board of a zoning, or of a workspace with its last versions, its events and its clocks.

    Parameters
    ----------
    subject
        A workspace or a zoning.
    zoning
        What of it is known already.
    at
        The moment it is about; if not given, now for a workspace, and the as-of time for a zoning.

    Raises
    ------
    UnsupportedError
        If it has no households, or no time is known.
    """
    whole = zoning or as_zoning(subject)
    as_of = whole.document.as_of or (whole.certificate.as_of if whole.certificate else None)
    moment = at or (_now(as_of) if isinstance(subject, Workspace) else as_of)
    if whole.placement is None or moment is None:
        raise UnsupportedError("a board needs a roster and a time; give both")
    told: dict[str, Any] = {}
    if isinstance(subject, Workspace):
        events = subject.events
        told = {
            "events": events,
            "history": board_history(subject, whole),
            "clock": _clock(whole, events, moment) if len(events) else None,
        }
    return count_board(
        whole.plan,
        whole.placement,
        at=moment,
        duties=whole.duties,
        followups=whole.followups,
        protocol=whole.protocol,
        sites=whole.sites,
        document=whole.document,
        **told,
    )


def board_history(workspace: Workspace, zoning: Zoning) -> BoardHistory:
    """Read the last versions of the main line, with who would serve under each.

    Versions over cells that the grid no longer has are left out. Where there are many households, who would
    serve under earlier versions is not worked out again.
    """
    saves = workspace.versions()
    saves = saves[saves["branch"] == ""].tail(_VERSIONS) if "branch" in saves else saves.tail(_VERSIONS)
    households = 0 if zoning.placement is None else len(zoning.placement.cells)
    assign = households * len(saves) <= _MOST_ASSIGNED
    versions = []
    for save, time, author in zip(saves["save"], saves["time"], saves["author"], strict=True):
        plan = _plan_at(workspace, int(save))
        if plan is not None:
            duties = _duties_of(plan, workspace, zoning) if assign else None
            versions.append(BoardVersion(int(save), time.to_pydatetime(), author, plan, duties))
    in_force = workspace.in_force
    return BoardHistory(
        tuple(versions),
        roster_at=_replaced_at(workspace, "households"),
        duties_at=None if in_force is None else in_force.time,
    )


def check_board(
    path: Path | str, audience: str, *, paper: str = "A4", password: str | None = None, plain: bool = False
) -> None:
    """Refuse a board that may not be written so; see `export_board`.

    Raises
    ------
    UnsupportedError
        With the reason.
    """
    target = Path(path)
    kind = target.suffix.casefold()
    check_entitled(audience, official_columns, "board")
    if kind not in {".html", ".pdf"}:
        raise UnsupportedError(f"a board is written as .html or .pdf, not as {target.name!r}")
    if paper not in SIZES:
        raise UnsupportedError(f"no paper {paper!r}; choose {' or '.join(SIZES)}")
    if kind == ".html" and password:
        raise UnsupportedError("a page cannot be encrypted; write a .pdf with the password")
    check_protected(audience, "boards", password=password, plain=plain)


def _now(as_of: datetime | None) -> datetime:
    """Return the time, in the zone in which the county notes its own."""
    return datetime.now(UTC if as_of is None else as_of.tzinfo)


def _plan_at(workspace: Workspace, save: int) -> Plan | None:
    try:
        return workspace.plan_of(save)
    except (WorkspaceError, UnknownCellError):
        return None


def _duties_of(plan: Plan, workspace: Workspace, zoning: Zoning) -> Duties | None:
    if zoning.placement is None or plan.version == zoning.plan.version:
        return zoning.duties
    in_force: DataFrame = workspace.duties_in_force
    return assign_duties(
        plan,
        zoning.placement,
        zoning.officials,
        protocol=zoning.protocol,
        sites=zoning.sites,
        pins=workspace.pins,
        before=in_force if len(in_force) else None,
    )


def _replaced_at(workspace: Workspace, table: str) -> datetime | None:
    rows = workspace.replacements()
    times = rows.loc[rows["table"] == table, "time"]
    return None if not len(times) else times.iloc[-1].to_pydatetime()


def _clock(zoning: Zoning, events: DataFrame, at: datetime) -> Clock | None:
    """Return the clocks of the zones; None where the protocol has none."""
    try:
        return zone_clock(
            zoning.plan,
            zoning.cases,
            events,
            protocol=zoning.protocol,
            at=at,
            grid=zoning.grid,
            placement=zoning.placement,
        )
    except ProtocolError:
        return None
