"""One table of a list as a sheet: its headings, what is written, what is printed, and what people fill in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gridmap.export.fills import fills_for
from gridmap.export.listwords import heading, phrase
from gridmap.export.plain import plain_text
from gridmap.export.workbook import Sheet

_IDS = ("household_id", "cell_id", "tier", "official_id")
_CODES = ("household_id", "cell_id", "tier")
_ON_SCREEN = (*_CODES, "building", "kind")  # where people fill in columns, paper has no room for these
_WIDEST = {
    "area": 17,
    "address": 26,
    "needs": 12,
    "linked_member": 15,
    "zone": 14,
}  # where people fill in columns


def list_table(
    name: str,
    title: str,
    columns: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
    *,
    lang: str,
    facts: Sequence[tuple[str, str]] = (),
) -> Sheet:
    """Make a sheet of a table.

    Parameters
    ----------
    name
        Of the sheet, a key of `gridmap.export.listwords`.
    title
        In its first row.
    columns, rows
        The names of the columns, and what `written` made of their values; a number is put before each row.
    lang
        ``zh`` or ``en``.
    facts
        Label and value, above the table.
    """
    columns = ["number", *columns]
    fills = fills_for(columns, lang)
    return Sheet(
        name=phrase(f"sheet_{name}", lang),
        title=title,
        headings=[heading(column, lang) for column in columns],
        rows=[(place, *values) for place, values in enumerate(rows, start=1)],
        facts=facts,
        empty=phrase("nothing", lang),
        printed=printed(columns, _ON_SCREEN if fills else _CODES),
        widest={place: _WIDEST[each] for place, each in enumerate(columns) if fills and each in _WIDEST},
        fills=fills,
    )


def printed(columns: Sequence[str], unprinted: Sequence[str] = _ON_SCREEN) -> int:
    """Return how many of the columns are printed: up to the last that is not for the screen alone."""
    return max(place for place, name in enumerate(columns, start=1) if name not in unprinted)


def written(column: Any, name: str) -> list[Any]:
    """Return integers and one-line texts; ids stay as they are, to be found again; missing is empty."""
    if name in _IDS:
        return [str(value) for value in column]
    values = [value if isinstance(value, (int, str)) else "" for value in column.tolist()]
    return [plain_text(value) if isinstance(value, str) else value for value in values]
