"""Pages of lists and squares as PDF: many of them, fast, and encrypted where that is asked for.

Maps are drawn by matplotlib (`gridmap.export.sheet`), which takes most of a second a page; pages of nothing
but texts and boxes are drawn by fpdf2, a hundred times as fast, which encrypts them too (AES-256).
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime
from itertools import groupby, islice
from pathlib import Path
from typing import Any, TypeVar

from gridmap.errors import GridmapWarning
from gridmap.export.faces import face_of, faces, is_shown, width_of
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
_MOST_NAMED = 10
_AT_ONCE = 200  # documents that share the letters of one font

Key = TypeVar("Key")


def documents(papers: Iterable[tuple[Key, Paper]]) -> Iterator[tuple[Key, bytes]]:
    """Turn papers into PDF files; many of them share fonts with just their letters.

    Warns
    -----
    GridmapWarning
        If a character stands in no font: the warning names it, and ``〓`` stands in its place.
    """
    rest, missing = iter(papers), set[str]()
    while some := list(islice(rest, _AT_ONCE)):
        letters: dict[int, set[str]] = {}
        for _, paper in some:
            missing |= paper.missing
            for number, used in paper.letters.items():
                letters.setdefault(number, set()).update(used)
        with ExitStack() as files:
            fonts = {
                number: files.enter_context(scratch_file(faces()[number].only(used), f"letters{number}.otf"))
                for number, used in letters.items()
            }
            for key, paper in some:
                yield key, paper.to_bytes(fonts)
    if missing:
        warnings.warn(_said_missing(missing), GridmapWarning, stacklevel=2)


def _said_missing(missing: Iterable[str]) -> str:
    codes = [f"U+{ord(char):04X}" for char in sorted(missing)]
    rest = f" and {len(codes) - _MOST_NAMED} more" if len(codes) > _MOST_NAMED else ""
    return (
        f"no font shows {', '.join(codes[:_MOST_NAMED])}{rest}; {STAND_IN} stands in the place of each: "
        "install a font that has it (Debian: apt-get install fonts-noto-cjk), or write it by hand"
    )


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
        self.letters: dict[int, set[str]] = {}
        self.missing: set[str] = set()
        self._wide, self._size, self._title, self._created = wide, size, title, created
        self._banner, self._mark, self._password = banner, mark, password
        self._steps: list[Callable[[Any], object]] = []

    def begin_page(self) -> None:
        """Begin another page."""
        self._steps.append(lambda pdf: pdf.add_page())
        if self._mark:
            self._tile(self._mark)
        if self._banner:
            self._across(self._banner)

    def printable(self, text: object) -> str:
        """Return `text` as one plain line; a character that no font has becomes ``〓``."""
        plain = plain_text(text)
        missing = {char for char in set(plain) if not is_shown(char)}
        self.missing |= missing
        return "".join(STAND_IN if char in missing else char for char in plain) if missing else plain

    def measure(self, text: str, *, size: float) -> float:
        """Return the width of a printable text."""
        return size * sum(map(width_of, text))

    def fit(self, text: object, *, size: float, width: float) -> str:
        """Return a printable text that is no wider than `width`, with an ellipsis where it was cut."""
        shown = self.printable(text)
        if self.measure(shown, size=size) <= width:
            return shown
        room, kept = width - self.measure(_ELLIPSIS, size=size), 0
        for char in shown:
            room -= size * width_of(char)
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
        runs = self._runs(text)

        def step(pdf: Any) -> None:
            pdf.set_text_color(color)
            self._set(pdf, runs, at, y + _BASELINE * size, size=size)

        self._steps.append(step)

    def _runs(self, text: str) -> list[tuple[int, str]]:
        """Cut a printable text where another font goes on, and note its letters."""
        runs = [(number, "".join(part)) for number, part in groupby(text, face_of)]
        for number, part in runs:
            self.letters.setdefault(number, set()).update(part)
        return runs

    def _set(self, pdf: Any, runs: Sequence[tuple[int, str]], x: float, y: float, *, size: float) -> None:
        for number, part in runs:
            pdf.set_font(f"{_FONT}{number}", size=size)
            pdf.text(x, y, part)
            x += self.measure(part, size=size)

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

    def to_bytes(self, fonts: Mapping[int, Path]) -> bytes:
        """Return the document, in fonts that have at least `letters`."""
        from fpdf import FPDF
        from fpdf.enums import AccessPermission, EncryptionMethod

        pdf: Any = FPDF(orientation="landscape" if self._wide else "portrait", unit="pt", format=self._size)
        pdf.set_auto_page_break(auto=False)
        for number in self.letters:
            pdf.add_font(f"{_FONT}{number}", fname=fonts[number])
            font = pdf.fonts[f"{_FONT}{number}"].ttfont
            font.recalcBBoxes = False  # measuring all glyphs takes half the time for nothing
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
        runs = self._runs(shown)
        rows, columns = int(self.height // high) + 1, int(self.width // wide) + 2
        places = [
            ((column + 0.5 * (row % 2) - 0.5) * wide, (row + 0.6) * high)
            for row in range(rows)
            for column in range(columns)
        ]

        def step(pdf: Any) -> None:
            pdf.set_text_color(GREY)
            for x, y in places:
                with pdf.local_context(fill_opacity=0.18), pdf.rotation(24, x, y):
                    self._set(pdf, runs, x, y, size=size)

        self._steps.append(step)

    def _across(self, text: str) -> None:
        """Set a word slantwise across the page, under everything."""
        shown, size = self.printable(text), 96.0
        size = min(size, 0.9 * self.height * size / max(self.measure(shown, size=size), 1))
        middle_x, middle_y = self.width / 2, self.height / 2
        at = middle_x - self.measure(shown, size=size) / 2
        runs = self._runs(shown)

        def step(pdf: Any) -> None:
            with pdf.local_context(fill_opacity=0.2), pdf.rotation(35, middle_x, middle_y):
                pdf.set_text_color(_WARNING)
                self._set(pdf, runs, at, middle_y + size / 3, size=size)

        self._steps.append(step)
