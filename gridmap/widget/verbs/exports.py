"""Exports from the panel: what may leave, what is blocked, and the job that writes it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from gridmap.core.release import check_release
from gridmap.errors import ExportBlockedError, PlanError
from gridmap.export.handed_out import check_folder
from gridmap.export.kit import audience_formats
from gridmap.export.plain import plain_text
from gridmap.model.zoning import AUDIENCES, LANGUAGES, Document, Zoning
from gridmap.widget.answers import Answer, Question
from gridmap.widget.desk import Desk
from gridmap.widget.heldback import HeldBack, held_back
from gridmap.widget.jobs import Wish

_TEXTS = ("title", "number", "issuer", "review_number", "recipient", "approved_by")
_TIMES = ("as_of", "effective_at", "valid_until")
_MOST_LOGGED = 50
_ALL_VACANT = {
    "zh": "各区都缺必须到岗的人,暂不能下发",
    "en": "every zone lacks somebody it must have; nothing can be handed out",
}


def issue(desk: Desk, _question: Question) -> Answer:
    """Tell what the head of an export says, what is blocked or held back, and what was exported before."""
    bench = desk.bench
    zoning = replace(bench.sketch(), certificate=bench.certificate())
    held = held_back(desk, zoning)
    blocked = [row for audience in AUDIENCES for row in _blocked(desk, zoning, audience, held)]
    log = bench.workspace.exports().tail(_MOST_LOGGED).iloc[::-1]
    return Answer(
        {
            "document": _document_row(bench.workspace.document),
            "audiences": list(AUDIENCES),
            "formats": {audience: list(audience_formats(audience)) for audience in AUDIENCES},
            "blocked": blocked,
            "held": held.plain(),
            "exports": [_log_row(row) for row in log.itertuples()],
            "folders": {audience: str(_usual_folder(desk) / audience) for audience in AUDIENCES},
            "running": desk.jobs.running,
        }
    )


def export(desk: Desk, question: Question) -> Answer:
    """Begin an export; its progress is told to all views.

    Raises
    ------
    ExportBlockedError
        If the plan is not saved and no draft was asked for, or another export is running.
    PlanError
        If the wish cannot be understood.
    """
    bench, args = desk.bench, question.args
    if desk.jobs.running:
        raise ExportBlockedError(["another export is running; wait for it, or cancel it"])
    wish = _wish(desk, question)
    zoning = bench.zoning(document=_document(bench.workspace.document, args))
    if not bench.is_saved and not zoning.document.draft:
        raise ExportBlockedError([f"the plan has {bench.apart} unsaved edit(s); save it first"])
    check_folder(bench.workspace.exports(), wish.folder, wish.audience)
    return Answer({"job": desk.jobs.start(zoning, wish), "folder": str(wish.folder)})


def cancel(desk: Desk, _question: Question) -> Answer:
    """Stop the export that is running, after the file it writes."""
    desk.jobs.cancel()
    return Answer({})


def _wish(desk: Desk, question: Question) -> Wish:
    args = question.args
    audience, lang = args.get("audience"), args.get("lang", question.lang)
    if audience not in AUDIENCES or lang not in LANGUAGES:
        raise PlanError(f"there is no audience {audience!r} or no language {lang!r}")
    formats = args.get("formats") or audience_formats(audience)
    folder = Path(str(args.get("folder") or _usual_folder(desk) / audience)).expanduser()
    return Wish(
        folder=folder if folder.is_absolute() else desk.bench.workspace.path.parent / folder,
        audience=audience,
        formats=tuple(str(each) for each in formats),
        lang=lang,
        password=str(args["password"]) if args.get("password") else None,
        plain=bool(args.get("plain")),
    )


def _usual_folder(desk: Desk) -> Path:
    path = desk.bench.workspace.path
    return path.with_name(f"{path.stem}-exports")


def _blocked(desk: Desk, zoning: Zoning, audience: str, held: HeldBack) -> list[dict[str, Any]]:
    """Return why an audience cannot be given anything now, and by which code the panel offers a way on."""
    reasons = []
    if not desk.bench.is_saved:
        count = desk.bench.apart
        said = {"zh": f"有 {count} 步操作未保存,请先保存", "en": f"{count} unsaved edit(s): save first"}
        reasons.append({"code": "save", "why": said})
    if audience != "public" and held.is_all and not zoning.document.approved_by:
        reasons.append({"code": "vacancy", "why": _ALL_VACANT})
    try:
        check_release(zoning, audience)
    except ExportBlockedError as error:
        reasons += [{"code": "proof", "why": _both(f"核对未通过:{why}", why)} for why in error.reasons]
    return [{"audience": audience, **reason} for reason in reasons]


def _both(zh: str, en: str) -> dict[str, str]:
    return {"zh": plain_text(zh), "en": plain_text(en)}


def _document(kept: Document, args: Any) -> Document:
    """Return the head of the export: what is kept in the workspace, with what the panel says."""
    given = args.get("document") or {}
    if not isinstance(given, dict):
        raise PlanError(f"the document is no table of texts, but {given!r}")
    said: dict[str, Any] = {name: str(given[name]).strip() for name in _TEXTS if name in given}
    said |= {name: _time(name, given[name]) for name in _TIMES if name in given}
    return replace(kept, **said, draft=bool(args.get("draft")))


def _time(name: str, text: Any) -> datetime | None:
    """Read a time; one without a zone is of this machine's."""
    if not text:
        return None
    try:
        time = datetime.fromisoformat(str(text))
    except ValueError as error:
        raise PlanError(f"{name} is no time: {text!r}; write it as 2022-03-05T18:00") from error
    return time if time.tzinfo else time.astimezone()


def _document_row(document: Document) -> dict[str, Any]:
    texts = {name: plain_text(getattr(document, name)) for name in _TEXTS}
    times = {name: getattr(document, name) for name in _TIMES}
    return {
        **texts,
        **{name: time.isoformat() if time else "" for name, time in times.items()},
        "draft": document.draft,
    }


def _log_row(row: Any) -> dict[str, Any]:
    return {
        "time": row.time.isoformat(timespec="seconds"),
        "audience": row.audience,
        "file": Path(row.file).name,
        "author": plain_text(row.author),
        "recipient": plain_text(row.recipient),
        "version": row.version,
        "persons": 0 if row.persons is None or row.persons != row.persons else int(row.persons),
    }
