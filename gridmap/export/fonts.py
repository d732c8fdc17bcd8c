"""Fonts for print: which typeface can show Chinese, and which characters no font can show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

from gridmap.errors import MissingFontError
from gridmap.export.plain import plain_text

SYSTEM_FAMILIES = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Microsoft YaHei",
    "PingFang SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "SimHei",
)
LATIN_FAMILY = "DejaVu Sans"
STAND_IN = "〓"
_PROBE = "封控区户网格"


@dataclass(frozen=True)
class Typeface:
    """Font families to try in order, with every character that one of them can show.

    Parameters
    ----------
    families
        Names that matplotlib knows; the first shows Chinese.
    code_points
        The characters that at least one of the families has.
    """

    families: tuple[str, ...]
    code_points: frozenset[int]

    def printable(self, text: object) -> str:
        """Return `text` as one plain line; a character that no font has becomes ``〓``: the gap is seen."""
        return "".join(char if ord(char) in self.code_points else STAND_IN for char in plain_text(text))


@cache
def typeface() -> Typeface:
    """Return the typeface of every printed output: the bundled font, then what the system has.

    Raises
    ------
    MissingFontError
        If neither the bundled font nor a system font shows Chinese.
    """
    bundled = files("gridmap") / "static" / "fonts" / "gridmap-sans-sc.otf"
    with as_file(bundled) as path:
        return find_typeface([path], SYSTEM_FAMILIES)


def find_typeface(paths: Sequence[Path], families: Sequence[str]) -> Typeface:
    """Find a typeface among font files, tried first, and the names of installed families.

    Raises
    ------
    MissingFontError
        If none of them shows Chinese.
    """
    found = [_register(path) for path in paths if path.is_file()]
    found += [family for family in families if family in _installed()]
    chinese = [family for family in found if _shows_chinese(family)]
    if not chinese:
        raise MissingFontError(
            "no font that shows Chinese was found: the bundled gridmap-sans-sc font is missing and none of "
            f"{', '.join(families)} is installed; install one (Debian: apt-get install fonts-noto-cjk)"
        )
    shown = (*chinese[:2], LATIN_FAMILY)
    return Typeface(shown, frozenset().union(*(_code_points(family) for family in shown)))


def _installed() -> frozenset[str]:
    from matplotlib.font_manager import fontManager

    return frozenset(entry.name for entry in fontManager.ttflist)


def _register(path: Path) -> str:
    """Make a font file known to matplotlib, once, and return its family."""
    from matplotlib.font_manager import fontManager
    from matplotlib.ft2font import FT2Font

    family: str = FT2Font(str(path)).family_name
    if family not in _installed():
        fontManager.addfont(path)
    return family


@cache
def _code_points(family: str) -> frozenset[int]:
    from matplotlib.font_manager import FontProperties, findfont, get_font

    font = findfont(FontProperties(family=family), fallback_to_default=False)
    return frozenset(get_font(font).get_charmap())


def _shows_chinese(family: str) -> bool:
    return {ord(char) for char in _PROBE} <= _code_points(family)
