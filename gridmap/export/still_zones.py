"""The table of zones on the web map without scripts: number, tier and name, area and counts."""

from __future__ import annotations

from typing import Any

from gridmap.core.wording import word
from gridmap.export.still_text import still_text
from gridmap.model.scene import Scene

_EQUAL_AREA = "EPSG:6933"
_HECTARE_M2 = 10_000
_KM2_M2 = 1_000_000
_HEADS = {"zh": ("区", "面积"), "en": ("Zone", "Area")}
_UNITS = {"zh": ("平方米", "公顷", "平方公里"), "en": ("m²", "ha", "km²")}


def zone_table(scene: Scene) -> str:
    """Return the zones of a scene as an HTML table, the strictest first; what is no count is by the name."""
    if not len(scene.zones):
        return ""
    counts = _counts(scene)
    tiers = {entry.tier: entry for entry in scene.legend}
    heads = "".join(f'<th scope="col">{still_text(head)}</th>' for head in (*_HEADS[scene.lang], *counts))
    areas = scene.zones.to_crs(_EQUAL_AREA).area.fillna(0.0)
    rows = [
        _row(zone, tiers.get(zone.tier), areastill_text(area, scene.lang), counts)
        for zone, area in zip(scene.zones.itertuples(), areas, strict=True)
    ]
    body = "".join(rows[::-1])
    return f'<table class="gm-still-zones"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>'


def areastill_text(area_m2: float, lang: str) -> str:
    """Write an area in the unit that people use for its size.

    Examples
    --------
    >>> areastill_text(765.4, "en"), areastill_text(12_345, "en"), areastill_text(12_345_678, "zh")
    ('765 m²', '1.2 ha', '12.35 平方公里')
    """
    square_metres, hectares, square_kilometres = _UNITS[lang]
    if area_m2 >= _KM2_M2:
        return f"{area_m2 / _KM2_M2:,.2f} {square_kilometres}"
    if area_m2 >= _HECTARE_M2:
        return f"{area_m2 / _HECTARE_M2:.1f} {hectares}"
    return f"{area_m2:,.0f} {square_metres}" if area_m2 else ""


def _counts(scene: Scene) -> list[str]:
    """Return the names of the counts of zones, in their order."""
    known = [word(name, scene.lang) for name in ("households", "residents")]
    said = {key for rows in scene.zones["rows"] for key, _ in rows}
    return [name for name in known if name in said]


def _row(zone: Any, entry: Any, area: str, counts: list[str]) -> str:
    values = dict(row for row in zone.rows if row[0] in counts)
    name = f" <br>{still_text(zone.name)}" if zone.name else ""
    others = "".join(
        f" <br>{still_text(key)} {still_text(value)}" for key, value in zone.rows if key not in counts
    )
    color, label = ("#555555", zone.tier) if entry is None else (entry.color, entry.label)
    tier = f'<span class="gm-still-tier" style="border-color: {still_text(color)}">{still_text(label)}</span>'
    cells = "".join(
        f'<td class="gm-still-number">{still_text(value)}</td>'
        for value in (area, *(values.get(name, "") for name in counts))
    )
    head = f'<th scope="row" dir="auto"><b>{still_text(zone.Index)}</b>{tier}{name}{others}</th>'
    return f"<tr>{head}{cells}</tr>"
