"""The square code on a printed page: what tells a loose sheet from others, for a phone to read."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from gridmap.core.wording import word
from gridmap.export.drawing import path_of
from gridmap.export.plain import plain_text
from gridmap.export.sheet import Sheet
from gridmap.model.scene import Scene

_SAID = ("number", "version", "as_of", "effective_at", "valid_until", "certificate")
_LONGEST = 60
_QUIET = 2


def code_text(scene: Scene) -> str:
    """Write the version and the figures of the certificate, as the audience may see them, line by line."""
    keys = [word(name, scene.lang) for name in _SAID]
    known = dict(scene.facts)
    lines = [f"{key} {plain_text(known[key])[:_LONGEST]}" for key in keys if key in known]
    return "\n".join(["gridmap", *lines])


def draw_code(sheet: Sheet, text: str, x: float, y: float, *, size: float) -> None:
    """Draw a QR code as one shape in a square of `size` points, its quiet zone included."""
    from matplotlib.patches import PathPatch
    from matplotlib.transforms import Affine2D

    path, modules = _dark(text)
    module = size / (modules + 2 * _QUIET)
    sheet.box(x, y, size, size, facecolor="white", linewidth=0)
    place = Affine2D().scale(module).translate(x + _QUIET * module, y + _QUIET * module)
    patch = PathPatch(path, transform=place + sheet.transform, facecolor="black", linewidth=0)
    sheet.figure.add_artist(patch)


@lru_cache(maxsize=4)
def _dark(text: str) -> tuple[Any, int]:
    """Return the dark modules as one path without seams inside, and how many modules lie side by side."""
    import segno
    import shapely

    rows = segno.make(text, error="m", micro=False, boost_error=False, encoding="utf-8").matrix
    dark = [
        shapely.box(column, row, column + 1, row + 1)
        for row, line in enumerate(rows)
        for column, bit in enumerate(line)
        if bit
    ]
    return path_of([shapely.coverage_union_all(dark)]), len(rows)
