"""A base map: where the tiles behind the cells come from, if a user asks for any."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from gridmap.errors import UnsupportedError

VARIABLE = "GRIDMAP_BASEMAP"
"""The environment variable in which a machine's own base map may stand, for all workbenches on it."""

_WMTS = {"{TileMatrix}": "{z}", "{TileCol}": "{x}", "{TileRow}": "{y}"}
_NEEDED = ("{z}", "{x}", "{y}")


@dataclass(frozen=True)
class Basemap:
    """Tiles in Web Mercator, asked for by the browser.

    Parameters
    ----------
    template
        The address of a tile, ``http://tiles.local/{z}/{x}/{y}.png`` (XYZ; ``{-y}`` for TMS), or a WMTS
        address with ``{TileMatrix}``, ``{TileCol}`` and ``{TileRow}`` of the Google-compatible matrix set.
    attribution
        Whose map it is; shown in the corner as text.
    max_zoom
        The closest zoom that the server has tiles for; closer views enlarge those.

    Raises
    ------
    UnsupportedError
        If the template is no address of tiles.
    """

    template: str
    attribution: str = ""
    max_zoom: int = 18

    def __post_init__(self) -> None:
        url = self.url
        if urlsplit(url).scheme not in ("http", "https"):
            raise UnsupportedError(
                f"the base map {self.template!r} is no http address; give http://... or https://..."
            )
        missing = [part for part in _NEEDED if part not in url.replace("{-y}", "{y}")]
        if missing:
            raise UnsupportedError(
                f"the base map {self.template!r} lacks {', '.join(missing)}; write it as http://host/{{z}}/{{x}}/{{y}}.png"
            )

    @property
    def url(self) -> str:
        """The template as Leaflet reads it."""
        url = self.template
        for wmts, xyz in _WMTS.items():
            url = re.sub(re.escape(wmts), xyz, url, flags=re.IGNORECASE)
        return url

    def as_plain(self) -> dict[str, Any]:
        """Return it as plain data for the browser."""
        return {"url": self.url, "attribution": self.attribution, "max_zoom": self.max_zoom}


def basemap_of(given: str | Basemap | None) -> Basemap | None:
    """Return a base map of what a user gave: a template, a base map, or nothing."""
    if isinstance(given, str):
        return Basemap(given) if given else None
    return given
