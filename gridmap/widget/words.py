"""The names of levels, in Chinese and in English."""

from __future__ import annotations

_LEVELS = {
    "county": ("区县", "County"),
    "town": ("镇街道", "Town"),
    "village": ("村社区", "Village"),
    "grid": ("网格", "Grid"),
    "microgrid": ("微网格", "Micro-grid"),
    "building": ("楼幢", "Building"),
    "cell": ("网格单元", "Cell"),
    "area": ("辖区", "Area"),
}


def word(level: str, lang: str) -> str:
    """Return the name of a level in `lang`, ``zh`` or ``en``; an unknown one is returned as it is."""
    pair = _LEVELS.get(level)
    return level if pair is None else pair[0 if lang == "zh" else 1]
