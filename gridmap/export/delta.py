"""What changed between two versions, to be acted on: a workbook of whom to tell, by whom, and a picture."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pandas import DataFrame

from gridmap.core.delta import comparable, compared, official_rows, summary_rows, teller_rows, told_rows
from gridmap.core.delta_words import delta_word, has_word
from gridmap.core.delta_zones import zone_change_rows
from gridmap.core.duty import assign_duties
from gridmap.core.place import place_households
from gridmap.core.privacy import check_entitled, check_protected, official_columns
from gridmap.core.release import check_release
from gridmap.core.watermark import watermark
from gridmap.core.wording import moment, word
from gridmap.core.zone_changes import ZoneChanges, compare_zones
from gridmap.errors import WorkspaceError
from gridmap.export.delta_map import delta_scene
from gridmap.export.duty_lists import change_rows
from gridmap.export.list_table import written
from gridmap.export.listwords import heading, phrase
from gridmap.export.picture import draw_picture
from gridmap.export.proof import certify
from gridmap.export.workbook import Sheet, workbook_bytes
from gridmap.export.written import Written, written_file
from gridmap.model.plan import Plan
from gridmap.model.zoning import Document, Zoning
from gridmap.store.files import write_bytes
from gridmap.store.workspace import Workspace

FORMAT = "delta"
_TABLES = ("grid", "households", "officials", "cases", "sites")
_FACTS = ("number", "issuer", "as_of", "effective_at", "valid_until", "recipient", "approved_by")
_TIMES = ("as_of", "effective_at", "valid_until")
_UNPRINTED = ("household_id", "kind", "official_id")
_WIDEST = {"area": 17, "address": 26, "zone_before": 14, "zone_after": 14, "told_by": 15, "told_before": 15}
_WIDEST |= {"change": 12, "came_from": 30, "went_to": 30}


def export_delta(
    before: Zoning,
    after: Zoning,
    folder: Path | str,
    *,
    audience: str = "official",
    lang: str = "zh",
    password: str | None = None,
    plain: bool = False,
) -> list[Written]:
    """Write what changed between two zonings: ``delta.xlsx`` and ``delta.png``.

    The workbook has a summary; what became of the zones; the households that enter, leave or change a tier or
    zone in walking order, each with who must tell them and who was linked to them before, where that is
    somebody else; how many each person must tell; the officials who gain or lose duties; and who is new to
    whom. The picture shows what changed hatched.

    Parameters
    ----------
    before, after
        Two zonings over one grid; the roster and the head are those of `after`.
    folder
        Made if it is missing; files of these names are replaced.
    audience
        ``official``: names and phones of households are masked; ``field``: they are shown.
    lang
        ``zh`` or ``en``.
    password
        Encrypts the workbook.
    plain
        Whether a workbook for the field may be written without a password.

    Returns
    -------
    written
        The two files; the workbook is readable by its owner only.

    Raises
    ------
    UnsupportedError
        If the audience may have no lists, or a password is missing.
    PlanError
        If the two are over different grids.
    ExportBlockedError
        If the certificate of `after` forbids it, or hard vacancies hold all its zones back. A zone that one
        holds back is named, and its households are left out.
    """
    check_entitled(audience, official_columns, "list of what changed")
    check_protected(audience, "lists", password=password, plain=plain)
    changes = compared(before, after)  # refuses what cannot be compared before anything else is looked at
    after = check_release(after, audience)
    before = comparable(before, after)
    if after.held:
        changes = compared(before, after)
    zones = compare_zones(before.plan, after.plan, placement=after.placement)
    told = told_rows(changes, before, after, audience=audience, lang=lang)
    sheets = _sheets(changes, zones, told, before, after, audience=audience, lang=lang)
    banner = word("draft", lang) if after.document.draft else ""
    foot = f"{delta_word('version_after', lang)} {after.plan.version}"
    mark = watermark(after.document, audience, lang)
    book = workbook_bytes(sheets, banner=banner, foot=foot, mark=mark, password=password or None)
    picture = draw_picture(delta_scene(changes, zones, before, after, audience=audience, lang=lang))
    path = write_bytes(Path(folder) / "delta.xlsx", book, private=True)
    return [
        written_file(FORMAT, path, audience, persons=len(told)),
        written_file(FORMAT, write_bytes(Path(folder) / "delta.png", picture), audience, persons=0),
    ]


def zonings_between(
    workspace: Workspace, before: Plan, after: Plan, *, document: Document | None = None
) -> tuple[Zoning, Zoning]:
    """Put together two plans of a workspace with the households, officials and sites that it holds now.

    Duties of the plan before stay near those in force, and those of the plan after near them.

    Parameters
    ----------
    workspace
        With a grid and a protocol.
    before, after
        Two of its plans.
    document
        Number, issuer and times; those kept in the workspace, if not given.

    Raises
    ------
    WorkspaceError
        If the workspace has no protocol.
    """
    protocol = workspace.protocol
    if protocol is None:
        raise WorkspaceError(f"{workspace.path} has no protocol; set one with gridmap zone --protocol NAME")
    tables = {name: getattr(workspace, name) for name in _TABLES}
    document = document or workspace.document
    document = replace(document, as_of=document.as_of or datetime.now(UTC).astimezone())
    placement = place_households(tables["households"], tables["grid"])
    sources = {name: frame for name, frame in tables.items() if len(frame)}
    in_force: Any = workspace.duties_in_force
    zonings: list[Zoning] = []
    for plan in (before, after):
        duties = assign_duties(
            plan,
            placement,
            tables["officials"],
            protocol=protocol,
            sites=tables["sites"],
            pins=workspace.pins,
            before=in_force if len(in_force) else None,
        )
        zonings.append(
            Zoning(
                plan=plan,
                grid=tables["grid"],
                protocol=protocol,
                placement=placement,
                certificate=certify(placement, plan, as_of=document.as_of, inputs=sources, duties=duties),
                duties=duties,
                officials=tables["officials"],
                sites=tables["sites"],
                cases=tables["cases"],
                document=document,
                in_force=in_force if len(in_force) else None,
            )
        )
        in_force = duties.table
    return zonings[0], zonings[1]


def _sheets(
    changes: DataFrame,
    zones: ZoneChanges,
    told: DataFrame,
    before: Zoning,
    after: Zoning,
    *,
    audience: str,
    lang: str,
) -> list[Sheet]:
    titles = {
        "households": delta_word("households", lang, count=len(told)),
    }
    former = None if before.duties is None else before.duties.table
    tables = {
        "summary": summary_rows(changes, after, lang=lang),
        "zones": zone_change_rows(zones, before, after, lang=lang),
        "households": told.drop(columns="teller"),
        "tellers": teller_rows(told, after, audience=audience, lang=lang),
        "officials": official_rows(before, after, audience=audience, lang=lang),
        "changes": change_rows(replace(after, in_force=former), audience=audience, lang=lang),
    }
    facts = _facts(before, after, lang)
    return [
        _sheet(
            name, titles.get(name) or delta_word(name, lang), rows, lang, facts if name == "summary" else ()
        )
        for name, rows in tables.items()
    ]


def _facts(before: Zoning, after: Zoning, lang: str) -> tuple[tuple[str, str], ...]:
    document = after.document
    facts = {name: getattr(document, name) for name in _FACTS}
    facts |= {name: moment(facts[name], lang) for name in _TIMES}
    said = [(word(name, lang), value) for name, value in facts.items() if value]
    versions = (("version_before", before), ("version_after", after))
    said += [(f"{word('held', lang)} {zone}", why) for zone, why in after.held.items()]
    return (*said, *((delta_word(name, lang), zoning.plan.version) for name, zoning in versions))


def _sheet(name: str, title: str, rows: DataFrame, lang: str, facts: tuple[tuple[str, str], ...]) -> Sheet:
    columns = ["number", *rows.columns]
    values = zip(*(written(rows[column], column) for column in rows), strict=True)
    return Sheet(
        name=delta_word(f"sheet_{name}", lang),
        title=title,
        headings=[
            delta_word(column, lang) if has_word(column) else heading(column, lang) for column in columns
        ],
        rows=[(place, *row) for place, row in enumerate(values, start=1)],
        facts=facts,
        empty=phrase("nothing", lang),
        printed=max(place for place, column in enumerate(columns, start=1) if column not in _UNPRINTED),
        widest={place: _WIDEST[column] for place, column in enumerate(columns) if column in _WIDEST},
    )
