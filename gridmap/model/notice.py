"""A notice 通告: what the public is told of a plan, as lines of text and as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

SCHEMA = "gridmap-notice-1"
LINE_KINDS = ("lead", "tier", "zone", "text", "note")
ON_MAP = (
    "cell",
    "drawn_part",
    "drawn_exception",
    "part_of_building",
    "part_elsewhere",
    "split_building",
    "zone",
)


@dataclass(frozen=True)
class NamedArea:
    """An area that is told by its name.

    Parameters
    ----------
    area_id, level
        As in the grid.
    name
        Its full name, with that of the area around it where it is not clear alone.
    around
        The name of the area around it, if `name` begins with it.
    every
        Whether it has to be said that all of it is meant, since a compound is called like it.
    """

    area_id: str
    level: str
    name: str
    around: str = ""
    every: bool = False


@dataclass(frozen=True)
class Buildings:
    """Buildings of one compound, or the whole compound.

    Parameters
    ----------
    text
        As the notice writes them, such as ``枫南新村1-14幢、16-41幢``.
    compound
        The compound, natural village or street.
    ranges
        The first and last number of each range; empty for the whole compound.
    others
        Buildings whose number is no plain number.
    scope
        The area in which they lie; empty if the plan names none.
    """

    text: str
    compound: str
    ranges: tuple[tuple[int, int], ...] = ()
    others: tuple[str, ...] = ()
    scope: str = ""


@dataclass(frozen=True)
class OnMap:
    """What words cannot tell exactly, so that the map decides.

    Parameters
    ----------
    kind
        One of `ON_MAP`.
    id
        Of the cell, of the carve-out, or of the zone.
    text
        How the notice calls it; empty for a cell without a name.
    shape
        Of a part that is drawn on the map: its outline as WKT in the CRS of the grid.
    """

    kind: str
    id: str
    text: str = ""
    shape: str = ""


@dataclass(frozen=True)
class NoticeZone:
    """What a notice says of one zone.

    Parameters
    ----------
    zone_id, name
        Its number and name.
    areas
        Areas that lie in it whole, but for what is stricter.
    addresses
        Compounds and buildings that the plan names.
    except_tiers
        The stricter tiers of which zones lie within, which are not meant.
    except_addresses
        Compounds and buildings within that are not meant.
    includes
        Buildings that the roster knows there, for information.
    borders
        The side (``east``, ``south``, ``west``, ``north``) and the road or river that it follows.
    on_map
        What the map decides.
    """

    zone_id: str
    name: str
    areas: tuple[NamedArea, ...] = ()
    addresses: tuple[Buildings, ...] = ()
    except_tiers: tuple[str, ...] = ()
    except_addresses: tuple[Buildings, ...] = ()
    includes: tuple[Buildings, ...] = ()
    borders: tuple[tuple[str, str], ...] = ()
    on_map: tuple[OnMap, ...] = ()


@dataclass(frozen=True)
class NoticeTier:
    """A tier in use with its zones, measures and when it lifts."""

    tier: str
    label: str
    measures: tuple[str, ...]
    lifting: tuple[str, ...]
    zones: tuple[NoticeZone, ...]


@dataclass(frozen=True)
class Line:
    """One paragraph of a notice; its kind is one of `LINE_KINDS`."""

    kind: str
    text: str


@dataclass(frozen=True)
class Notice:
    """A notice to the public; it holds areas, compounds and buildings, and nobody.

    Parameters
    ----------
    lang
        ``zh`` or ``en``.
    heads
        What stands around the lines, and what a template may use: `draft`, `title`, `number`, `issuer`,
        `date`, `effective`, `as_of`, `valid_until`, `version`; empty where not known.
    lines
        The paragraphs between heading and signature.
    tiers
        The same as data, the strictest tier first.
    times
        `as_of`, `effective_at`, `valid_until` in ISO 8601.
    protocol
        `id`, `title`, `source`, `verify`: by which order, and that it is to be verified.
    """

    lang: str
    heads: Mapping[str, str]
    lines: tuple[Line, ...]
    tiers: tuple[NoticeTier, ...]
    times: Mapping[str, str] = field(default_factory=dict)
    protocol: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The whole notice as text, one paragraph a line."""
        heads = self.heads
        top = [heads["draft"], heads["title"], heads["number"]]
        foot = [heads["issuer"], heads["date"]]
        parts = [[line for line in top if line], [line.text for line in self.lines], [x for x in foot if x]]
        return "\n\n".join("\n".join(part) for part in parts if part) + "\n"

    @property
    def data(self) -> dict[str, Any]:
        """The machine-readable twin, as plain data."""
        heads = self.heads
        return {
            "schema": SCHEMA,
            "lang": self.lang,
            "draft": bool(heads["draft"]),
            "title": heads["title"],
            "number": heads["number"],
            "issuer": heads["issuer"],
            "plan_version": heads["version"],
            **self.times,
            "protocol": dict(self.protocol),
            "tiers": [_plain_tier(tier) for tier in self.tiers],
        }


def _plain_tier(tier: NoticeTier) -> dict[str, Any]:
    plain = asdict(tier)
    for zone in plain["zones"]:
        zone["borders"] = dict(zone["borders"])
    return plain
