"""A protocol: the tiers, delineation rules, duties and clocks of one order, as data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from gridmap.errors import ProtocolError
from gridmap.model.clock_stage import DayCount, Stage
from gridmap.model.protocol_parts import Shift, Supply, TeamRule

RULES = (
    "building_of_case",
    "compound_of_case",
    "containing_cell",
    "containing_area",
    "within",
    "remainder",
)
WITHIN_BY = ("touches", "centroid", "majority", "establishment")
DUTY_PER = ("zone", "area", "site", "household")
BASES = ("order", "practice")
PATTERNS = ("cross", "diagonal", "dots", "none")
VERIFY = "verify against the order in force"
CHANGE_M = 300.0


@dataclass(frozen=True)
class Tier:
    """One step of strictness.

    Parameters
    ----------
    id
        The key used in plans and tables.
    label_zh, label_en
        How people call it.
    prefix
        Begins the numbers of its zones, as ``S`` in ``S-1``.
    color
        Fill colour, ``#rrggbb``.
    pattern
        Hatch that tells the tier apart without colour, one of `PATTERNS`.
    measures_zh, measures_en
        What people in it must do.
    """

    id: str
    label_zh: str
    label_en: str
    prefix: str
    color: str
    pattern: str
    measures_zh: tuple[str, ...] = ()
    measures_en: tuple[str, ...] = ()

    def label(self, lang: str) -> str:
        """Return the label in `lang`, ``zh`` or ``en``."""
        return self.label_zh if lang == "zh" else self.label_en

    def measures(self, lang: str) -> tuple[str, ...]:
        """Return the measures in `lang`, ``zh`` or ``en``."""
        return self.measures_zh if lang == "zh" else self.measures_en


@dataclass(frozen=True)
class Rule:
    """How cells, buildings and compounds come under a tier, starting from a case.

    Parameters
    ----------
    rule
        One of `RULES`.
    tier
        The tier it asks for.
    level
        The level of the area, for ``containing_area`` and ``remainder``.
    radius_m
        The distance in metres, for ``within``.
    by
        What must lie within the distance, one of `WITHIN_BY`, for ``within``.
    places
        The kinds of places of a case from which it starts.
    """

    rule: str
    tier: str
    level: str = ""
    radius_m: float = 0.0
    by: str = "touches"
    places: tuple[str, ...] = ("home", "work", "activity")


@dataclass(frozen=True)
class DutyRule:
    """Which role is needed for what, and how many.

    Parameters
    ----------
    role
        The role that serves.
    per
        What one count is for, one of `DUTY_PER`.
    tiers
        The tiers in which it is needed; empty means every tier and none.
    level
        The level of the area, for ``area``; where a grid lacks it, the cell counts.
    site_kind
        The kind of site, for ``site``.
    least, most
        How many persons, in each shift if there are shifts; `most` 0 means any number.
    households
        Households for one person, for ``household``.
    hard
        Whether a vacancy blocks exports.
    basis
        ``order`` if the order names it, ``practice`` if not.
    shifts
        The ids of the shifts in which it is served; empty if it is not served in shifts.
    kinds
        The kinds of household, for ``household``; empty means every kind.
    holders
        The level of the territory of those who may hold it; empty means any.
    """

    role: str
    per: str
    tiers: tuple[str, ...] = ()
    level: str = ""
    site_kind: str = ""
    least: int = 1
    most: int = 0
    households: int = 0
    hard: bool = False
    basis: Literal["order", "practice"] = "practice"
    shifts: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    holders: str = ""

    @property
    def needed(self) -> int:
        """How many persons one target needs, in all shifts together."""
        return self.least * max(1, len(self.shifts))

    @property
    def allowed(self) -> int:
        """How many persons one target may have, in all shifts together; 0 means any number."""
        return self.most * max(1, len(self.shifts))


@dataclass(frozen=True)
class Protocol:
    """The rules of one order.

    Parameters
    ----------
    id
        Its key, such as ``three-zones-2021``.
    title_zh, title_en
        Its name.
    source
        Where the rules were published.
    notice
        What a user must be told before relying on it.
    tiers
        The tiers, the strictest first.
    rules
        The delineation rules.
    duties
        The duties.
    roles
        Labels ``(zh, en)`` of the roles, in ranked order.
    needs_roles
        The roles that may see needs and flags of households.
    clock
        The stages of the lifting clock of each tier.
    source_zh
        `source` in Chinese; without it `source` stands in Chinese exports too.
    shifts
        The shifts that duties name, in the order of the day.
    teams
        The teams and branches that zones have.
    supplies
        What zones are supplied with.
    chain
        The steps of officials above a household, from the door to the top; of each step, which is a tuple of
        roles, the first that somebody holds counts.
    change_m
        The extra way in metres that is accepted rather than giving one household another person.
    days
        How the days of the clocks are counted.
    """

    id: str
    title_zh: str
    title_en: str
    source: str
    notice: str
    tiers: tuple[Tier, ...]
    rules: tuple[Rule, ...] = ()
    duties: tuple[DutyRule, ...] = ()
    roles: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    needs_roles: tuple[str, ...] = ()
    clock: Mapping[str, tuple[Stage, ...]] = field(default_factory=dict)
    source_zh: str = ""
    shifts: tuple[Shift, ...] = ()
    teams: tuple[TeamRule, ...] = ()
    supplies: tuple[Supply, ...] = ()
    chain: tuple[tuple[str, ...], ...] = ()
    change_m: float = CHANGE_M
    days: DayCount = field(default_factory=DayCount)

    @cached_property
    def tier_ids(self) -> tuple[str, ...]:
        """The ids of the tiers, the strictest first."""
        return tuple(tier.id for tier in self.tiers)

    def tier(self, tier_id: str) -> Tier:
        """Return the tier with this id.

        Raises
        ------
        ProtocolError
            If the protocol does not define it.
        """
        for tier in self.tiers:
            if tier.id == tier_id:
                return tier
        raise ProtocolError(f"{self.id} has no tier {tier_id!r}; it has {', '.join(self.tier_ids)}")

    def title(self, lang: str) -> str:
        """Return the title in `lang`, ``zh`` or ``en``."""
        return self.title_zh if lang == "zh" else self.title_en

    def source_text(self, lang: str) -> str:
        """Return where the rules were published, in `lang`, ``zh`` or ``en``."""
        return self.source_zh or self.source if lang == "zh" else self.source

    def role_label(self, role: str, lang: str) -> str:
        """Return the label of a role in `lang`; a role that is not listed is shown as it is."""
        labels = self.roles.get(role)
        return role if labels is None else labels[0 if lang == "zh" else 1]

    def shift_label(self, shift_id: str, lang: str) -> str:
        """Return the label of a shift in `lang`; a shift that is not listed is shown as it is."""
        return next((shift.label(lang) for shift in self.shifts if shift.id == shift_id), shift_id)


def strictest(tiers: Sequence[str], order: Sequence[str]) -> str:
    """Return the strictest of `tiers`, where `order` lists the tiers from the strictest on."""
    return min(tiers, key=list(order).index)
