"""The fonts of pages of lists, and which of them shows a character: the bundled one before the system's."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from gridmap.export.fonts import typeface


@dataclass(frozen=True)
class Face:
    """A font in a file.

    Parameters
    ----------
    path
        Of the file.
    number
        Which font of a collection (.ttc) it is.
    """

    path: Path
    number: int = 0

    @property
    def widths(self) -> dict[str, float]:
        """The width of each of its letters, of size 1."""
        font = self._open()
        advance, em = font["hmtx"], font["head"].unitsPerEm
        return {chr(code): advance[name][0] / em for code, name in font.getBestCmap().items()}

    def only(self, letters: Iterable[str]) -> bytes:
        """Return the font with some letters alone, which is read in a fraction of the time."""
        from fontTools.subset import Options, Subsetter

        font = self._open()
        options = Options(layout_features=[], hinting=False, desubroutinize=True)
        options.drop_tables += ["FFTM"]  # when it was edited
        subsetter = Subsetter(options)
        subsetter.populate(text="".join(sorted({*letters, " "})))
        subsetter.subset(font)
        out = io.BytesIO()
        font.save(out)
        return out.getvalue()

    def _open(self) -> Any:
        from fontTools.ttLib import TTFont

        return TTFont(io.BytesIO(self.path.read_bytes()), lazy=True, fontNumber=self.number)


@cache
def faces() -> tuple[Face, ...]:
    """Return the fonts of `gridmap.export.fonts.typeface`.

    Raises
    ------
    MissingFontError
        If none of them shows Chinese.
    """
    from matplotlib.font_manager import FontProperties, findfont

    found = [findfont(FontProperties(family=each), fallback_to_default=False) for each in typeface().families]
    return tuple(Face(Path(path), getattr(path, "face_index", 0)) for path in found)


@cache
def _widths(number: int) -> dict[str, float]:
    return faces()[number].widths


@cache
def _found(char: str) -> tuple[int, float] | None:
    """Return the first font that has a character, and how wide it is there; None if none has."""
    numbers = range(len(faces()))
    return next(((number, _widths(number)[char]) for number in numbers if char in _widths(number)), None)


def is_shown(char: str) -> bool:
    """Tell whether a font has a character."""
    return char in _widths(0) or _found(char) is not None


def face_of(char: str) -> int:
    """Return which of `faces` shows a character that is shown."""
    found = None if char in _widths(0) else _found(char)
    return 0 if found is None else found[0]


def width_of(char: str) -> float:
    """Return the width of a character that is shown, of size 1."""
    width = _widths(0).get(char)
    if width is not None:
        return width
    found = _found(char)
    return 0.0 if found is None else found[1]
