"""A scene: what is drawn, already cleared for its audience; every map draws this and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pandas import DataFrame

from gridmap.model.areas import Hierarchy
from gridmap.model.shown import shows_counts

Rows = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class LegendEntry:
    """One tier in the legend.

    Parameters
    ----------
    tier, label, color, pattern
        As in the protocol, `label` in the language of the scene.
    rows
        Figures such as ``("住户", "1234")``.
    measures
        What people in it must do.
    """

    tier: str
    label: str
    color: str
    pattern: str
    rows: Rows
    measures: tuple[str, ...] = ()


@shows_counts
@dataclass(frozen=True, eq=False)
class Scene:
    """The drawable layers with everything written around them.

    Parameters
    ----------
    lang, audience
        The language of all its texts and whom it was cleared for.
    title
        The heading.
    facts
        As-of time, effective time, version, number, issuer, figures of the certificate, in order.
    zones
        By ``zone_id``, strictest last so that it is drawn on top: `tier`, `name`, `label`, `color`,
        `pattern`, `rows` (`Rows` shown when a zone is picked), `geometry`. In EPSG:4326.
    cells
        By ``cell_id``: `name`, `geometry` (EPSG:4326): thin borders behind the zones.
    sites
        By ``site_id``: `kind`, `name`, `geometry` (points, EPSG:4326).
    legend
        The tiers in use, the strictest first.
    notes
        Sentences for the foot: source of the rules, what is missing, what is approximate.
    banner
        A word across the sheet, such as DRAFT; may be empty.
    expires_at
        When the sheet stops being valid.
    expired_text
        What is then shown across it.
    effective_at
        When what it shows begins.
    early_text
        What is shown across it until then.
    places
        What can be found by name, as `gridmap.core.places.named_places` lists it; None for nothing.
    watermark
        For whom this copy is and until when, pale across every page; may be empty.
    hierarchy
        The areas whose cells these are, in their own CRS; None where `cells` is all that is known of them.
    """

    lang: str
    audience: str
    title: str
    facts: Rows
    zones: DataFrame
    cells: DataFrame
    sites: DataFrame
    legend: tuple[LegendEntry, ...]
    notes: tuple[str, ...] = ()
    banner: str = ""
    expires_at: datetime | None = None
    expired_text: str = ""
    effective_at: datetime | None = None
    early_text: str = ""
    places: DataFrame | None = None
    watermark: str = ""
    hierarchy: Hierarchy | None = None
