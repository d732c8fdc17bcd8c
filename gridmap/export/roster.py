"""A large plain table as a workbook, written row by row: every text inert, little memory, many rows.

xlsxwriter makes what people fill in (`gridmap.export.workbook`); a roster of a million rows has neither
choices nor lines of its own height, and rustpy-xlsxwriter (Rust) writes it ten times as fast.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gridmap.export.office_lock import Lock
from gridmap.export.plain import plain_text
from gridmap.export.workbook import CELL_LETTERS, page_foot, page_head, sealed, sheet_name, wide

MOST_ROWS = 1_048_576
_ABOVE = 2  # the title and the headings
_MEASURED_ROWS = 300
_LETTER_WIDTH, _BUTTON = 1.1, 3
_WIDTHS = (7.0, 56.0)
_LINE_POINTS, _MOST_LINES = 18, 20
_EDGE = "#bfbfbf"
_PAGE = {
    "landscape": True,
    "paper_size": 9,
    "fit_to_pages": (1, 0),
    "margins": {"left": 0.4, "right": 0.4, "top": 0.6, "bottom": 0.6},
    "repeat_rows": (0, _ABOVE - 1),
}


@dataclass(frozen=True)
class Roll:
    """A table of a roster; one with more rows than a sheet holds goes on on the next sheets.

    Parameters
    ----------
    name, title
        Of its sheets, and in the first row of each.
    columns
        Values by heading: texts or integers, missing ones are empty; all of one length.
    printed
        How many columns are printed, so that paper has room for larger letters; 0 for all.
    """

    name: str
    title: str
    columns: Mapping[str, Any]
    printed: int = 0


def roster_bytes(
    rolls: Sequence[Roll], *, banner: str, foot: str, mark: str = "", password: str | Lock | None = None
) -> bytes:
    """Write tables as an XLSX workbook, as `gridmap.export.workbook.workbook_bytes` does sheets.

    Rows pass through files without a name in the folder for temporary files; nothing of them remains.

    Parameters
    ----------
    rolls
        In their order.
    banner, foot, mark, password
        As for `gridmap.export.workbook.workbook_bytes`.
    """
    from rustpy_xlsxwriter import write_worksheets

    taken: set[str] = set()
    tables = {
        sheet_name(roll.name, taken): (roll, part)
        for roll in rolls
        for part in _parts(pa.table({name: _column(each) for name, each in roll.columns.items()}))
    }
    looks: dict[str, dict[str, Any]] = {
        name: _look(f"{banner}  {plain_text(roll.title)}".strip(), part, banner=banner)
        for name, (roll, part) in tables.items()
    }
    options: dict[str, Any] = {
        option: {name: look[option] for name, look in looks.items()} for option in next(iter(looks.values()))
    }
    head = page_head(banner, mark)
    page = _PAGE | {"footer": page_foot(foot)} | ({"header": head} if head else {})
    pages = {
        name: page
        | ({"print_area": (0, 0, _ABOVE + part.num_rows - 1, roll.printed - 1)} if roll.printed else {})
        for name, (roll, part) in tables.items()
    }
    out = io.BytesIO()
    write_worksheets(
        [(name, part) for name, (_, part) in tables.items()],
        out,
        freeze_panes={"general": {"row": _ABOVE, "col": 0}},
        header_row=dict.fromkeys(tables, _ABOVE - 1),
        autofilter=dict.fromkeys(tables, True),
        page_setup=pages,
        **options,
    )
    return sealed(out.getvalue(), password)


def _parts(table: pa.Table) -> Iterator[pa.Table]:
    """Cut a table where a sheet ends."""
    room = MOST_ROWS - _ABOVE
    for first in range(0, max(table.num_rows, 1), room):
        yield table.slice(first, room)


def _column(values: Any) -> pa.Array:
    """Make a column of integers or of texts that a cell can hold; an empty text is an empty cell."""
    if isinstance(values, Sequence) and any(isinstance(each, int) for each in values):
        return pa.array([each if isinstance(each, int) else None for each in values], pa.int64())
    array = pa.array(values, from_pandas=True)
    if pa.types.is_integer(array.type):
        return array
    texts = array.cast(pa.large_string())
    longest = pc.max(pc.utf8_length(texts)).as_py() or 0
    return pc.utf8_slice_codeunits(texts, 0, CELL_LETTERS) if longest > CELL_LETTERS else texts


def _look(title: str, table: pa.Table, *, banner: str) -> dict[str, Any]:
    """Return how a sheet looks: its title, widths and styles."""
    texts = [
        name
        for name, each in zip(table.column_names, table.columns, strict=True)
        if not pa.types.is_integer(each.type)
    ]
    top = _style().set_bold().set_font_size(16)
    top = top.set_font_color("#b2182b") if banner else top
    widths = {name: _width(name, each) for name, each in zip(table.column_names, table.columns, strict=True)}
    wrapped = {name: widths[name] for name in texts if _is_longer(table.column(name), widths[name])}
    styles = {name: _boxed().set_text_wrap() if name in wrapped else _boxed() for name in texts}
    number = _boxed().set_num_format("0").set_align("center")
    return {
        "merge_ranges": [(0, 0, 0, max(table.num_columns - 1, 1), title[:CELL_LETTERS], top)],
        "row_heights": {0: 26.0, **_heights(table, wrapped)},
        "header_format": _boxed()
        .set_bold()
        .set_background_color("#d9e1f2")
        .set_align("center")
        .set_text_wrap(),
        "column_formats": [styles.get(name, number) for name in table.column_names],
        "column_widths": list(widths.values()),
        "ignore_errors": texts,
    }


def _width(heading: str, values: Any) -> float:
    spread = np.linspace(0, max(len(values) - 1, 0), min(len(values), _MEASURED_ROWS), dtype=np.int64)
    lengths = sorted(
        wide(str(each)) for each in values.take(pa.array(spread)).to_pylist() if each is not None
    )
    usual = lengths[int(len(lengths) * 0.95)] if lengths else 0
    least, most = _WIDTHS
    return min(max(usual * _LETTER_WIDTH + 2, wide(heading) * _LETTER_WIDTH + _BUTTON, least), most)


def _heights(table: pa.Table, wrapped: Mapping[str, float]) -> dict[int, float]:
    """Return how high the rows are in which a text takes several lines, by its width; no program tells."""
    lines = np.ones(table.num_rows)
    for name, width in wrapped.items():
        letters = np.asarray(_letters(table.column(name)).fill_null(0))
        lines = np.maximum(lines, np.ceil(letters * _LETTER_WIDTH / (width - 1)))
    lines = np.minimum(lines, _MOST_LINES)
    return {int(row) + _ABOVE: _LINE_POINTS * float(lines[row]) + 2 for row in np.flatnonzero(lines > 1)}


def _is_longer(values: Any, width: float) -> bool:
    """Tell whether a text is longer than its column is wide; no letter is wider than it has bytes."""
    return all(
        (pc.max(measure(values)).as_py() or 0) * _LETTER_WIDTH > width
        for measure in (pc.binary_length, _letters)
    )


def _letters(values: Any) -> Any:
    """Measure texts in Latin letters, as `gridmap.export.workbook.wide` does one."""
    return pc.divide(pc.add(pc.utf8_length(values), pc.binary_length(values)), 2)


def _style() -> Any:
    from rustpy_xlsxwriter import Format

    return (
        Format()
        .set_font_name("Microsoft YaHei")
        .set_font_size(12)
        .set_num_format("@")
        .set_align("vertical_center")
    )


def _boxed() -> Any:
    return _style().set_border("thin").set_border_color(_EDGE)
