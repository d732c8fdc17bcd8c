"""The form of an atlas: the size of its paper, which way it lies, and where things stand on it."""

from __future__ import annotations

from dataclasses import dataclass

from gridmap.errors import UnsupportedError
from gridmap.export.sheet import Column, Sheet

PAPERS = {"A4": (595.28, 841.89), "A3": (841.89, 1190.55)}
_UNITS = {"A4": 1.0, "A3": 1.25}
_EDGE = 34.0
_GAP = 14.0
_MAP_SHARE = 0.64

Rect = tuple[float, float, float, float]


@dataclass(frozen=True)
class Form:
    """The paper of a page.

    Parameters
    ----------
    paper
        ``A4`` or ``A3``.
    landscape
        Whether it lies across.
    """

    paper: str = "A4"
    landscape: bool = False

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in points."""
        short, long = PAPERS[self.paper]
        return (long, short) if self.landscape else (short, long)

    @property
    def unit(self) -> float:
        """How many times larger everything is than on A4."""
        return _UNITS[self.paper]

    @property
    def edge(self) -> float:
        """The margin in points."""
        return _EDGE * self.unit

    @property
    def inner(self) -> float:
        """The width between the margins in points."""
        return self.size[0] - 2 * self.edge

    def sheet(self) -> Sheet:
        """Return an empty sheet."""
        return Sheet(*self.size)

    @property
    def strip_width(self) -> float:
        """The width of the strip at the end of the columns, in points."""
        beside = self.inner - _MAP_SHARE * self.inner - _GAP * self.unit
        return beside if self.landscape else self.inner

    def layout(
        self, sheet: Sheet, top: float, *, strip: float, notes: float = 0.0, upright_share: float = 0.46
    ) -> Layout:
        """Divide what is below `top`: map, columns beside or below it, a strip at their end, notes below all.

        The strip is `strip` points high, the notes `notes`. On upright paper the map takes `upright_share`
        of the height.
        """
        unit, edge, gap = self.unit, self.edge, _GAP * self.unit
        foot = self.size[1] - edge - 17 * unit
        bottom, beside = foot - notes, self.strip_width
        strip_top = bottom - strip
        below = (edge, bottom, self.inner, notes)
        if self.landscape:
            x = self.size[0] - edge - beside
            column = Column(sheet, x, top - 4, beside, strip_top - 6)
            place = (edge, top, x - gap - edge, bottom - top)
            return Layout(place, (column,), (x, strip_top, beside, strip), below)
        height = upright_share * self.size[1]
        half, y = (self.inner - gap) / 2, top + height + 6
        columns = tuple(Column(sheet, edge + side * (half + gap), y, half, strip_top - 6) for side in (0, 1))
        return Layout((edge, top, self.inner, height), columns, (edge, strip_top, beside, strip), below)


@dataclass(frozen=True)
class Layout:
    """Where things stand on a page.

    Parameters
    ----------
    map, strip, notes
        Boxes: left, top, width, height in points.
    columns
        One or two.
    """

    map: Rect
    columns: tuple[Column, ...]
    strip: Rect
    notes: Rect


def check_paper(name: str) -> str:
    """Return the name of a paper size if there is one.

    Raises
    ------
    UnsupportedError
        If there is none.
    """
    if name not in PAPERS:
        raise UnsupportedError(f"no paper {name!r}; choose of {', '.join(PAPERS)}")
    return name
