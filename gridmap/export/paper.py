"""Pages of lists and squares as PDF: many of them, fast, and encrypted where that is asked for.

Maps are drawn by matplotlib (`gridmap.export.sheet`), which takes most of a second a page; pages of nothing
but texts and boxes are drawn by fpdf2, a hundred times as fast, which encrypts them too (AES-256).
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from gridmap.export.fonts import STAND_IN
from gridmap.export.plain import plain_text
from gridmap.store.scratch import scratch_file

A4 = (595.28, 841.89)
SIZES = {"A4": A4, "A3": (A4[1], 2 * A4[0])}
INK, GREY, RULE = "#1a1a1a", "#595959", "#9a9a9a"
_WARNING = "#b2182b"
_ELLIPSIS = "…"
_BASELINE = 0.88
_FONT = "gridmap"
_AT_ONCE = 200  # documents that share the letters of one font

Key = TypeVar("Key")


@dataclass(frozen=True)
class _Metrics:
    """The widths of all letters of the bundled font, of size 1."""

    widths: dict[str, float]
    data: bytes

    @classmethod
    @cache
    def of_bundled(cls) -> _Metrics:
        from fontTools.ttLib import TTFont

        data = (files("gridmap") / "static" / "fonts" / "gridmap-sans-sc.otf").read_bytes()
        font = TTFont(io.BytesIO(data), lazy=True)
        advance, em = font["hmtx"], font["head"].unitsPerEm
        return cls({chr(code): advance[name][0] / em for code, name in font.getBestCmap().items()}, data)

    def only(self, letters: Iterable[str]) -> bytes:
        """Return the font with some letters alone, which is read in a fraction of the time."""
        from fontTools.subset import Options, Subsetter
        from fontTools.ttLib import TTFont

        font = TTFont(io.BytesIO(self.data), lazy=True)
        subsetter = Subsetter(Options(layout_features=[], hinting=False, desubroutinize=True))
        subsetter.populate(text="".join(sorted({*letters, " "})))
        subsetter.subset(font)
        out = io.BytesIO()
        font.save(out)
        return out.getvalue()


def documents(papers: Iterable[tuple[Key, Paper]]) -> Iterator[tuple[Key, bytes]]:
    """Turn papers into PDF files; many of them share one font with just their letters."""
    rest = iter(papers)
    while some := list(islice(rest, _AT_ONCE)):
        letters = {letter for _, paper in some for letter in paper.letters}
        with scratch_file(_Metrics.of_bundled().only(letters), "letters.otf") as font:
            for key, paper in some:
                yield key, paper.to_bytes(font)


class Paper:
    """Pages under the pen; texts and boxes are set from the top left, in points.

    Parameters
    ----------
    title
        Of the document.
    created
        Its creation date, if it is to be another than the present.
    banner
        A word across every page, such as DRAFT; may be empty.
    mark
        A watermark, pale and again and again on every page; may be empty.
    password
        Encrypts it (AES-256): whoever has it reads and prints, and changes nothing.
    wide
        Whether pages lie across.
    size
        ``A4`` or ``A3``.
    """

    def __init__(
        self,
        *,
        title: str,
        created: datetime | None = None,
        banner: str = "",
        mark: str = "",
        password: str | None = None,
        wide: bool = False,
        size: str = "A4",
    ) -> None:
        self.width, self.height = SIZES[size][::-1] if wide else SIZES[size]
        self.letters: set[str] = set()
        self._wide, self._size, self._title, self._created = wide, size, title, created
        self._banner, self._mark, self._password = banner, mark, password
        self._widths = _Metrics.of_bundled().widths
        self._steps: list[Callable[[Any], object]] = []

    def begin_page(self) -> None:
        """Begin another page."""
        self._steps.append(lambda pdf: pdf.add_page())
        if self._mark:
            self._tile(self._mark)
        if self._banner:
            self._across(self._banner)

    def printable(self, text: object) -> str:
        """Return `text` as one plain line; a character that the font has not becomes ``〓``."""
        return "".join(char if char in self._widths else STAND_IN for char in plain_text(text))

    def measure(self, text: str, *, size: float) -> float:
        """Return the width of a printable text."""
        return size * sum(self._widths[char] for char in text)

    def fit(self, text: object, *, size: float, width: float) -> str:
        """Return a printable text that is no wider than `width`, with an ellipsis where it was cut."""
        shown = self.printable(text)
        if self.measure(shown, size=size) <= width:
            return shown
        room, kept = width - self.measure(_ELLIPSIS, size=size), 0
        for char in shown:
            room -= size * self._widths[char]
            if room < 0:
                break
            kept += 1
        return shown[:kept].rstrip() + _ELLIPSIS

    def write(
        self, text: str, x: float, y: float, *, size: float, color: str = INK, align: str = "left"
    ) -> None:
        """Set one printable line whose top is at `y`; `align` says where its `x` is."""
        if not text:
            return
        at = x - {"left": 0.0, "center": 0.5, "right": 1.0}[align] * self.measure(text, size=size)
        self.letters.update(text)

        def step(pdf: Any) -> None:
            pdf.set_font(_FONT, size=size)
            pdf.set_text_color(color)
            pdf.text(at, y + _BASELINE * size, text)

        self._steps.append(step)

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: str = "",
        edge: str = INK,
        line: float = 0.8,
        dash: float = 0.0,
    ) -> None:
        """Draw a rectangle; without an edge only its fill."""

        def step(pdf: Any) -> None:
            pdf.set_line_width(line)
            pdf.set_dash_pattern(dash=dash, gap=dash)
            if edge:
                pdf.set_draw_color(edge)
            if fill:
                pdf.set_fill_color(fill)
            pdf.rect(x, y, width, height, style=("D" if edge else "") + ("F" if fill else ""))

        self._steps.append(step)

    def stroke(
        self, x: float, y: float, to_x: float, to_y: float, *, color: str = RULE, line: float = 0.6
    ) -> None:
        """Draw a straight line."""

        def step(pdf: Any) -> None:
            pdf.set_dash_pattern()
            pdf.set_line_width(line)
            pdf.set_draw_color(color)
            pdf.line(x, y, to_x, to_y)

        self._steps.append(step)

    def to_bytes(self, font: Path) -> bytes:
        """Return the document, in a font that has at least `letters`."""
        from fpdf import FPDF
        from fpdf.enums import AccessPermission, EncryptionMethod

        pdf: Any = FPDF(orientation="landscape" if self._wide else "portrait", unit="pt", format=self._size)
        pdf.set_auto_page_break(auto=False)
        pdf.add_font(_FONT, fname=font)
        pdf.fonts[_FONT].ttfont.recalcBBoxes = False  # measuring all glyphs takes half the time for nothing
        pdf.set_title(plain_text(self._title))
        pdf.set_creator("gridmap")
        pdf.set_producer("gridmap")
        if self._created is not None:
            pdf.set_creation_date(self._created)
        if self._password is not None:
            pdf.set_encryption(
                owner_password=self._password,
                user_password=self._password,
                encryption_method=EncryptionMethod.AES_256,
                permissions=AccessPermission.PRINT_HIGH_RES | AccessPermission.PRINT_LOW_RES,
            )
        for step in self._steps:
            step(pdf)
        return bytes(pdf.output())

    def _tile(self, text: str) -> None:
        """Set a pale text again and again across the page, under everything."""
        size = 13.0
        shown = self.fit(text, size=size, width=0.9 * self.width)
        long = self.measure(shown, size=size)
        wide, high = long + 5 * size, max(9 * size, 0.55 * long)
        self.letters.update(shown)
        rows, columns = int(self.height // high) + 1, int(self.width // wide) + 2
        places = [
            ((column + 0.5 * (row % 2) - 0.5) * wide, (row + 0.6) * high)
            for row in range(rows)
            for column in range(columns)
        ]

        def step(pdf: Any) -> None:
            pdf.set_font(_FONT, size=size)
            pdf.set_text_color(GREY)
            for x, y in places:
                with pdf.local_context(fill_opacity=0.18), pdf.rotation(24, x, y):
                    pdf.text(x, y, shown)

        self._steps.append(step)

    def _across(self, text: str) -> None:
        """Set a word slantwise across the page, under everything."""
        shown, size = self.printable(text), 96.0
        size = min(size, 0.9 * self.height * size / max(self.measure(shown, size=size), 1))
        middle_x, middle_y = self.width / 2, self.height / 2
        at = middle_x - self.measure(shown, size=size) / 2
        self.letters.update(shown)

        def step(pdf: Any) -> None:
            with pdf.local_context(fill_opacity=0.2), pdf.rotation(35, middle_x, middle_y):
                pdf.set_font(_FONT, size=size)
                pdf.set_text_color(_WARNING)
                pdf.text(at, middle_y + size / 3, shown)

        self._steps.append(step)
