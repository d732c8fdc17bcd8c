"""The web map: one HTML file with everything in it, that opens without a network."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from gridmap.core.places import named_places
from gridmap.core.public_counts import public_plan
from gridmap.core.release import check_release
from gridmap.core.scene import build_scene
from gridmap.errors import ExportBlockedError
from gridmap.export.subject import Subject, as_zoning
from gridmap.model.scene import Scene
from gridmap.model.zoning import Zoning
from gridmap.store.files import write_text


def export_map(subject: Subject, path: Path | str, *, audience: str = "public", lang: str = "zh") -> Path:
    """Write the web map: one HTML file that opens offline and asks the network for nothing.

    People find their area, compound or building by its name, and see its tier and measures. Before what it
    shows begins, and after it ends by the clock of the device, the page says so across the map.

    Where scripts do not run, as in some chat apps, and on paper, it shows a still picture and the legend.
    For other audiences than the public it names officials, and the file gets mode 0600.

    Parameters
    ----------
    subject
        What to show: a zoning, or a workspace with its current plan.
    path
        The file to write or replace.
    audience
        For whom: ``public``, ``official`` or ``field``.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    path
        The file written.

    Raises
    ------
    ExportBlockedError
        If the certificate or a hard vacancy forbids it.
    OutputError
        If the file cannot be written.
    """
    zoning = as_zoning(subject)
    zoning = check_release(zoning, audience)
    page = draw_map_page(map_scene(zoning, audience=audience, lang=lang))
    return write_text(Path(path), page, private=audience != "public")


def map_scene(zoning: Zoning, *, audience: str, lang: str) -> Scene:
    """Return the scene of a zoning, and what can be found on it by name."""
    plan = public_plan(zoning.plan) if audience == "public" else zoning.plan
    scene = build_scene(zoning, audience=audience, lang=lang)
    return replace(scene, places=named_places(plan, zoning.placement, audience=audience))


def draw_map_page(scene: Scene) -> str:
    """Return a scene as an HTML page; the same scene gives the same page."""
    from gridmap.export.frame import SceneMap

    page: str = SceneMap(scene, sealed=True).get_root().render()
    return page


def folium_map(subject: Subject, *, audience: str = "public", lang: str = "zh") -> Any:
    """Return the web map as a `folium.Map`, to be looked at in a notebook or to add folium layers to.

    What `export_map` would not let out is shown as a draft, and says so.

    The map itself fetches nothing. A layer that is added may: a basemap asks its server for tiles, and
    texts given to folium's own tooltips and popups are run as HTML, so escape what comes from tables.

    Parameters
    ----------
    subject
        What to show: a zoning, or a workspace with its current plan.
    audience
        For whom: ``public``, ``official`` or ``field``; decides what may be shown.
    lang
        ``zh`` or ``en``.
    """
    from gridmap.export.frame import SceneMap

    zoning = as_zoning(subject)
    try:
        zoning = check_release(zoning, audience)
    except ExportBlockedError:
        zoning = replace(zoning, document=replace(zoning.document, draft=True))
    return SceneMap(map_scene(zoning, audience=audience, lang=lang), sealed=False)
