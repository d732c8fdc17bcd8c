"""The list on which people decide about a renewed roster: old and new side by side, and a choice."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pandas import DataFrame

from gridmap.core.privacy import check_protected, household_columns, official_columns
from gridmap.core.renewal.renew import Renewed
from gridmap.core.renewal.waiting import ANSWERS, DOUBLED, GONE, PAIR, TAKEN
from gridmap.core.watermark import watermark
from gridmap.core.wording import moment, word
from gridmap.errors import UnsupportedError
from gridmap.export.listwords import heading
from gridmap.export.plain import plain_text
from gridmap.export.renewal_words import DECISIONS, POST_REASONS, REASONS, STATUS, WHY, renewal_word, said_in
from gridmap.export.workbook import Fill, Sheet, workbook_bytes
from gridmap.export.written import Written, written_file
from gridmap.model.protocol import Protocol
from gridmap.model.zoning import Document
from gridmap.store.files import write_bytes

FORMAT = "renewal"
_AUDIENCE = "field"
_SHEETS = {"pair": (PAIR,), "taken": (TAKEN,), "alone": (GONE, DOUBLED)}
_SHOWN = {
    "households": ("head_name", "phone", "address", "residents"),
    "officials": ("name", "phone", "role", "unit"),
}
_FILLS = ("decision", "author", "decided_at", "note")
_WIDEST = {"address": 24, "unit": 18, "why": 14, "reason": 16}


def export_renewal(
    renewed: Renewed | Sequence[Renewed],
    path: Path | str,
    *,
    lang: str = "zh",
    password: str | None = None,
    plain: bool = False,
    document: Document | None = None,
    protocol: Protocol | None = None,
) -> Written:
    """Write what waits for a person's word as a workbook to be filled in; `read_decisions` reads it back.

    Parameters
    ----------
    renewed
        Of households, officials or both; what waits there is listed.
    path
        An XLSX file, which its owner only may read. It names people, as who decides must know of whom.
    lang
        ``zh`` or ``en``.
    password
        Encrypts it.
    plain
        Whether it may be written without a password.
    document
        What stands at its head and foot.
    protocol
        How roles are called there; their codes are shown without it.

    Raises
    ------
    UnsupportedError
        If it is to be no XLSX file, or has neither a password nor `plain`.
    """
    if Path(path).suffix.casefold() != ".xlsx":
        raise UnsupportedError(f"{path}: the list is a workbook; give a name such as renewal.xlsx")
    check_protected(_AUDIENCE, "lists", password=password, plain=plain)
    head = document or Document()
    tables = [renewed] if isinstance(renewed, Renewed) else list(renewed)
    sheets = [sheet for each in tables for sheet in _sheets(each, lang, protocol)]
    foot = "  ".join(filter(None, [head.number, head.issuer, moment(head.as_of, lang)]))
    data = workbook_bytes(
        sheets,
        banner=word("draft", lang) if head.draft else "",
        foot=foot,
        mark=watermark(head, _AUDIENCE, lang),
        password=password or None,
    )
    persons = sum(len(set(rows)) for each in tables for rows in _rows_named(each.waiting))
    return written_file(FORMAT, write_bytes(Path(path), data, private=True), _AUDIENCE, persons=persons)


def _rows_named(waiting: DataFrame) -> list[Any]:
    return [waiting.loc[waiting[side] >= 0, side] for side in ("old_row", "new_row")]


def _sheets(renewed: Renewed, lang: str, protocol: Protocol | None) -> list[Sheet]:
    sheets = [_counts(renewed, lang)]
    for name, kinds in _SHEETS.items():
        rows = renewed.waiting[renewed.waiting["kind"].isin(kinds)]
        if len(rows):
            sheets.append(_asked(renewed, rows, name, lang, protocol))
    return sheets


def _counts(renewed: Renewed, lang: str) -> Sheet:
    counts = renewed.renewal.counts
    table = renewal_word(renewed.table, lang)
    rows = [
        (
            said_in(STATUS, status, lang) if status in STATUS else renewal_word(status, lang),
            int(old),
            int(new),
        )
        for status, old, new in zip(counts.index, counts["old"], counts["new"], strict=True)
    ]
    return Sheet(
        name=renewal_word("sheet_counts", lang, table=table),
        title=renewal_word("title_counts", lang, table=table),
        headings=[renewal_word(name, lang) for name in ("status", "old_rows", "new_rows")],
        rows=rows,
    )


def _asked(renewed: Renewed, rows: DataFrame, name: str, lang: str, protocol: Protocol | None) -> Sheet:
    """Make one sheet of what is asked; ids and keys stand last, where paper has no room for them."""
    table = renewal_word(renewed.table, lang)
    alone = name == "alone"
    columns = {"why": [said_in(WHY, why, lang) for why in rows["why"]]}
    if not alone:
        reasons = REASONS if renewed.table == "households" else REASONS | POST_REASONS
        columns["reason"] = [said_in(reasons, reason, lang) for reason in rows["reason"]]
    sides = ("old",) if alone else ("old", "new")
    for side in sides:
        shown = _shown(renewed, rows, side)
        if protocol is not None and f"{side}.role" in shown:
            shown[f"{side}.role"] = [protocol.role_label(role, lang) for role in shown[f"{side}.role"]]
        columns |= shown
    columns |= {fill: [""] * len(rows) for fill in _FILLS}
    printed = len(columns)
    if not alone:
        columns["strength"] = np.rint(rows["strength"].to_numpy() * 100).astype(int).tolist()
    columns |= {f"{side}.id": [plain_text(each) for each in rows[f"{side}_id"]] for side in sides}
    columns |= {"item": rows["item"].to_list()}
    names = list(columns)
    return Sheet(
        name=renewal_word(f"sheet_{name}", lang, table=table),
        title=renewal_word(f"title_{name}", lang, table=table, count=len(rows)),
        headings=[_heading(column, renewed.table, lang) for column in names],
        rows=list(zip(*columns.values(), strict=True)),
        printed=printed,
        widest={names.index(column): most for column, most in _most(names).items()},
        fills=_fills(names, _SHEETS[name], lang),
    )


def _shown(renewed: Renewed, rows: DataFrame, side: str) -> dict[str, list[Any]]:
    """Return what the field may see of one side, as text; counts stay numbers."""
    households = renewed.table == "households"
    allowed = (household_columns if households else official_columns)(_AUDIENCE)
    roster = renewed.renewal.old if side == "old" else renewed.renewal.new
    at = rows[f"{side}_row"].to_numpy()
    shown: dict[str, list[Any]] = {}
    for name in _SHOWN[renewed.table]:
        if name in allowed and name in roster.columns:
            shown[f"{side}.{name}"] = [_cell(value, name) for value in roster[name].iloc[at]]
    return shown


def _cell(value: Any, name: str) -> Any:
    if name == "residents":
        return int(value) if pd.notna(value) else ""
    return "" if pd.isna(value) else plain_text(value)


def _heading(column: str, table: str, lang: str) -> str:
    side, _, name = column.rpartition(".")
    if not side:
        return renewal_word(column, lang)
    key = f"{table.removesuffix('s')}_id" if name == "id" else name
    return renewal_word(side, lang, heading=heading(key, lang))


def _most(names: Sequence[str]) -> dict[str, float]:
    return {name: _WIDEST[name.rpartition(".")[2]] for name in names if name.rpartition(".")[2] in _WIDEST}


def _fills(names: Sequence[str], kinds: Sequence[str], lang: str) -> dict[int, Fill]:
    answers = dict.fromkeys(answer for kind in kinds for answer in ANSWERS[kind])
    choices = tuple(said_in(DECISIONS, answer, lang) for answer in answers)
    fills = {
        "decision": Fill(12, choices=choices, warning=renewal_word("pick", lang)),
        "author": Fill(11),
        "decided_at": Fill(13, date=True, warning=renewal_word("pick_date", lang)),
        "note": Fill(16),
    }
    return {names.index(name): fill for name, fill in fills.items()}
