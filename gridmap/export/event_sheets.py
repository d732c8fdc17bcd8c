"""Empty sheets for events, to be filled in and read by `gridmap.read_events`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from pandas import DataFrame, Series

from gridmap.core.presence import presence
from gridmap.errors import UnsupportedError
from gridmap.export.workbook import Fill, Sheet, workbook_bytes
from gridmap.model.event_columns import EVENTS
from gridmap.model.events import (
    ARRIVAL,
    CLOSURE,
    CONTACTS_TESTED,
    DEPARTURE,
    EVENT_KINDS,
    EXPOSURE,
    LIFTED,
    RESULTS,
    WITHDRAWN,
)
from gridmap.model.placement import Placement
from gridmap.model.plan import Plan
from gridmap.model.protocol import Protocol
from gridmap.store.files import write_bytes

_LINES = 40
_LIST_KINDS = (CLOSURE, EXPOSURE, CONTACTS_TESTED, LIFTED, WITHDRAWN)
_NAMES = {"zone_name": ("区名称", "Zone name"), "tier": ("等级", "Tier")}
_WIDTHS = {"note": 30.0, "building": 16.0, "result": 10.0, "zone_id": 12.0}
_TIMES = {column.name for column in EVENTS.columns if column.kind == "date"}
_COUNTS = {column.name for column in EVENTS.columns if column.kind == "number"}
_WARNINGS = {
    "pick": ("请从下拉列表中选择。", "Pick from the list."),
    "time": ("请填写时间,如 2022-03-05 18:00。", "Write a time, such as 2022-03-05 18:00."),
    "whole": ("请填写人数(整数);不清楚的留空,不填0。", "Write a whole number; leave it empty if not known."),
}


class _Form(NamedTuple):
    """One sheet: its name and title in both languages, its columns, and the kinds to choose of."""

    name: tuple[str, str]
    title: tuple[str, str]
    columns: tuple[str, ...]
    kinds: tuple[str, ...] = ()


_ROUNDS = _Form(
    ("检测轮次", "Test rounds"),
    (
        "检测轮次:每轮每区一行;分楼栋、分户填报的,另起一行并写明楼栋或住户编号",
        "Test rounds: one row for each zone and round; for a building or a household add a row that names it",
    ),
    (
        *("zone_id", "zone_name", "tier", "round", "tested_at", "due", "tested", "positive", "result"),
        *("building", "household_id", "note"),
    ),
)
_FORMS = (
    _Form(
        ("转运", "Transfers"),
        ("转运:每户每次一行,返回后补填返回时间", "Transfers: one row each; add when they have returned"),
        ("event_id", "household_id", "persons", "site_id", "transferred_at", "returned_at", "note"),
    ),
    _Form(
        ("进出", "Gates"),
        ("进出登记:每次一行", "Gates: one row each time"),
        ("site_id", "at", "kind", "persons", "household_id", "zone_id", "note"),
        (ARRIVAL, DEPARTURE),
    ),
    _Form(
        ("服务诉求", "Requests"),
        ("服务诉求:办结后补填办结时间", "Requests: add when each was completed"),
        (
            *("event_id", "requested_at", "household_id", "zone_id", "building", "note", "owner"),
            "completed_at",
        ),
    ),
    _Form(
        ("其他记录", "Other events"),
        (
            "其他记录:封闭、末次暴露、密接检测、解除;撤回时写明对应编号",
            "Other events: closed, last exposure, contacts tested, lifted; a withdrawal names its event",
        ),
        ("event_id", "kind", "at", "zone_id", "area_id", "building", "result", "of", "note"),
        _LIST_KINDS,
    ),
)


def write_event_sheets(
    path: Path | str,
    *,
    plan: Plan,
    placement: Placement | None = None,
    events: DataFrame | None = None,
    protocol: Protocol | None = None,
    lang: str = "zh",
) -> Path:
    """Write one workbook of empty sheets: test rounds with a row for every zone, transfers, gates, requests.

    Parameters
    ----------
    path
        An XLSX file, which its owner only may read, because personal data will stand in it.
    plan
        Whose zones stand in the sheet of test rounds.
    placement
        Fills in how many persons are at home in each zone, as due; nothing is filled in without it.
    events
        Who is away by them is not due.
    protocol
        Names the tiers; their ids stand there without it.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    path
        The file written.

    Raises
    ------
    UnsupportedError
        If it is to be no XLSX file.
    OutputError
        If it cannot be written.
    """
    if Path(path).suffix.casefold() != ".xlsx":
        raise UnsupportedError(f"{path}: the sheets are a workbook; give a name such as events.xlsx")
    persons = None if placement is None else presence(placement, events, plan=plan).zones["present"]
    rows = _zone_rows(plan, persons, protocol, lang)
    blank = [[""] * len(_ROUNDS.columns) for _ in range(max(_LINES - len(rows), _LINES // 2))]
    sheets = [_sheet(_ROUNDS, lang, [*rows, *blank])]
    sheets += [_sheet(form, lang, [[""] * len(form.columns)] * _LINES) for form in _FORMS]
    return write_bytes(Path(path), workbook_bytes(sheets, banner="", foot=""), private=True)


def _zone_rows(
    plan: Plan, persons: Series | None, protocol: Protocol | None, lang: str
) -> list[list[str | int]]:
    labels = {} if protocol is None else {tier.id: tier.label(lang) for tier in protocol.tiers}
    rows = []
    for zone, tier, name in zip(plan.zones.index, plan.zones["tier"], plan.zones["name"], strict=True):
        due = "" if persons is None else int(persons[zone])
        known = {"zone_id": zone, "zone_name": name, "tier": labels.get(tier, tier), "due": due}
        rows.append([known.get(column, "") for column in _ROUNDS.columns])
    return rows


def _sheet(form: _Form, lang: str, rows: Sequence[Sequence[str | int]]) -> Sheet:
    place = int(lang == "en")
    asked = {at: column for at, column in enumerate(form.columns) if column not in _NAMES}
    return Sheet(
        name=form.name[place],
        title=form.title[place],
        headings=[event_heading(column, lang) for column in form.columns],
        rows=rows,
        fills={at: event_fill(column, lang, kinds=form.kinds) for at, column in asked.items()},
    )


def event_heading(column: str, lang: str) -> str:
    """Return the heading by which a column of events is found again."""
    both = _NAMES.get(column) or next((each.zh, each.en) for each in EVENTS.columns if each.name == column)
    return both[lang == "en"]


def event_fill(column: str, lang: str, *, kinds: Sequence[str] = ()) -> Fill:
    """Return how a column of events is filled in: a time, a whole number, or a choice."""
    words: Mapping[str, tuple[str, str]] = {"kind": EVENT_KINDS, "result": RESULTS}.get(column, {})
    chosen = kinds if column == "kind" else tuple(words)
    sort = "time" if column in _TIMES else "whole" if column in _COUNTS else "pick"
    width = _WIDTHS.get(column, 18.0 if sort == "time" else 9.0 if sort == "whole" else 15.0)
    return Fill(
        width,
        choices=tuple(words[each][lang == "en"] for each in chosen),
        time=sort == "time",
        whole=sort == "whole",
        warning=_WARNINGS[sort][lang == "en"],
    )
