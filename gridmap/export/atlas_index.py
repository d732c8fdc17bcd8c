"""The list of the pages of an atlas, where they are too many for the overview."""

from __future__ import annotations

from collections.abc import Sequence

from gridmap.export.atlas_form import Form
from gridmap.export.atlas_page import TEXT, Page
from gridmap.export.captions import caption
from gridmap.export.sheet import GREY, LINE
from gridmap.model.leaf import Leaf

_FEW = 6
_COLUMNS, _COLUMNS_ACROSS = 2, 3
_HEAD_AND_FOOT = 110.0
_GAP = 18.0


def index_parts(leaves: int, form: Form) -> list[slice]:
    """Divide the leaves among pages of the list; there is none where the overview can list them."""
    each = _columns(form) * _lines(form)
    return [slice(start, start + each) for start in range(0, leaves if leaves > _FEW else 0, each)]


def draw_index(page: Page, leaves: Sequence[Leaf], *, first: int) -> None:
    """Write what each leaf is about, column after column; the first of them is on page `first`."""
    sheet, form, lang = page.sheet, page.form, page.scene.lang
    unit, lines, columns = form.unit, _lines(form), _columns(form)
    top = page.head(caption("index", lang), over=page.scene.title) + 6 * unit
    width = (form.inner - (columns - 1) * _GAP * unit) / columns
    for place, leaf in enumerate(leaves):
        x = form.edge + place // lines * (width + _GAP * unit)
        y = top + place % lines * LINE * TEXT * unit
        after = caption("on_page", lang, page=first + place)
        sheet.write(after, x + width, y, size=TEXT * unit, color=GREY, align="right")
        room = width - sheet.measure(after, size=TEXT * unit) - 8 * unit
        sheet.write(sheet.fit(leaf.title, size=TEXT * unit, width=room), x, y, size=TEXT * unit)
    page.foot()


def _columns(form: Form) -> int:
    return _COLUMNS_ACROSS if form.landscape else _COLUMNS


def _lines(form: Form) -> int:
    room = form.size[1] - 2 * form.edge - _HEAD_AND_FOOT * form.unit
    return int(room / (LINE * TEXT * form.unit))
