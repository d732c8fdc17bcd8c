"""The sites on the web map without scripts: numbered on the picture, and listed with what they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from gridmap.export.captions import caption
from gridmap.export.still_text import still_text
from gridmap.model.scene import Scene

_MOST_SITES = 300
_RADIUS = 17
Place: TypeAlias = Callable[[Any], tuple[float, float] | None]
"""Tells where on the picture a point lies; None outside."""


def site_marks(scene: Scene, place: Place) -> str:
    """Return the sites on the picture as SVG, each with the number that it has in the list."""
    marks = []
    for number, _, at in _numbered(scene, place):
        if at is None:
            break
        x, y = at
        marks.append(
            f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{_RADIUS}" fill="#1c1f23" stroke="#fff" stroke-width="2"/>'
            f'<text class="gm-still-site" x="{x:.0f}" y="{y + 7:.0f}">{number}</text>'
        )
    return "".join(marks)


def site_table(scene: Scene, place: Place) -> str:
    """Return all sites as HTML: number on the picture, name and kind; empty without sites.

    Those that lie outside the picture come last, without a number.
    """
    sites = _numbered(scene, place)
    rows = "".join(
        f"<tr><td>{'' if at is None else number}</td>"
        f'<th scope="row" dir="auto">{still_text(site.name)}</th><td>{still_text(site.kind)}</td></tr>'
        for number, site, at in sites
    )
    head = f"<h2>{caption('sites', scene.lang)}</h2>"
    return f'{head}<table class="gm-still-sites"><tbody>{rows}</tbody></table>' if rows else ""


def _numbered(scene: Scene, place: Place) -> list[tuple[int, Any, tuple[float, float] | None]]:
    """Return sites by number with their places on the picture, those on it first."""
    sites = [
        (site, place(site.geometry))
        for site in scene.sites.itertuples()
        if site.geometry is not None and not site.geometry.is_empty
    ]
    sites.sort(key=lambda pair: (pair[1] is None, str(pair[0].kind)))
    return [(number, site, at) for number, (site, at) in enumerate(sites[:_MOST_SITES], start=1)]
