"""The compounds on the web map without scripts: by name, and in which zone each lies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from gridmap.export.captions import caption
from gridmap.export.still_text import still_text
from gridmap.model.scene import Scene

MOST_PLACES = 1500
_MOST_BUILDINGS = 40


class _Place(NamedTuple):
    """A place, its zones (an empty text for none), and its buildings with theirs."""

    name: str
    zones: tuple[str, ...]
    buildings: list[tuple[str, tuple[str, ...]]]


def places_table(scene: Scene) -> str:
    """Return the places of a scene that lie in a zone as an HTML list to be opened; strictest zones first.

    It shows what can be found by name where scripts run, and no more: places that the audience may not know
    are not in the scene. A place in several zones says which buildings lie in which.
    """
    ranks = {zone: rank for rank, zone in enumerate(scene.zones.index[::-1])}
    found = [place for place in _places(scene) if any(zone in ranks for zone in place.zones)]
    if not found:
        return ""
    found.sort(key=lambda place: min(ranks.get(zone, len(ranks)) for zone in place.zones))
    labels = {entry.tier: entry.label for entry in scene.legend}
    tiers = {zone: labels.get(scene.zones["tier"][zone], scene.zones["tier"][zone]) for zone in ranks}
    rows = "".join(_row(place, tiers, scene.lang) for place in found[:MOST_PLACES])
    more = len(found) - MOST_PLACES
    rest = f"<p>{caption('more_places', scene.lang, count=more)}</p>" if more > 0 else ""
    head = caption("places", scene.lang, count=len(found))
    table = f'<table class="gm-still-zones">{rows}</table>'
    return f'<details class="gm-still-places"><summary>{head}</summary>{table}{rest}</details>'


def _places(scene: Scene) -> Iterator[_Place]:
    """Yield each place with its buildings, which come after it."""
    if scene.places is None:
        return
    held: dict[int, _Place] = {}
    rows = zip(scene.places["name"], scene.places["within"], scene.places["zones"], strict=True)
    for at, (name, within, zones) in enumerate(rows):
        if within < 0:
            held[at] = _Place(name, tuple(zones), [])
        elif within in held:
            held[within].buildings.append((name, tuple(zones)))
    yield from held.values()


def _row(place: _Place, tiers: dict[str, str], lang: str) -> str:
    lines = [_said(zone, place, tiers, lang) for zone in (*tiers, "") if zone in place.zones]
    name, where = still_text(place.name), "<br>".join(lines)
    return f'<tr><th scope="row" dir="auto">{name}</th><td dir="auto">{where}</td></tr>'


def _said(zone: str, place: _Place, tiers: dict[str, str], lang: str) -> str:
    """Say that a place lies in a zone, and which of its buildings do where others do not."""
    tier = still_text(f"{zone} {tiers.get(zone, '')}") if zone else caption("outside", lang)
    inside = [name for name, zones in place.buildings if zones == (zone,)]
    if len(place.zones) < 2 or not inside:
        return f"<b>{tier}</b>"
    return f"<b>{tier}</b> {still_text(_shortened(inside, lang))}"


def _shortened(names: Sequence[Any], lang: str) -> str:
    said = caption("comma", lang).join(names[:_MOST_BUILDINGS])
    more = len(names) - _MOST_BUILDINGS
    return f"{said} {caption('more_buildings', lang, count=more)}" if more > 0 else said
