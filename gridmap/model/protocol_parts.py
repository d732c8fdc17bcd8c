"""The parts of a protocol about service: shifts, teams and supplies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SUPPLY_PER = ("person_on_duty", "household", "resident", "zone")


@dataclass(frozen=True)
class Shift:
    """One of the turns in which a post is held around the clock.

    Parameters
    ----------
    id
        The key that duties name.
    label_zh, label_en
        How people call it.
    begins, ends
        Times of the day, ``HH:MM``; a shift that ends no later than it begins ends on the next day.
    """

    id: str
    label_zh: str
    label_en: str
    begins: str
    ends: str

    def label(self, lang: str) -> str:
        """Return the label in `lang`, ``zh`` or ``en``."""
        return self.label_zh if lang == "zh" else self.label_en


@dataclass(frozen=True)
class TeamRule:
    """A named group of people that every zone of some tiers has, made of those who serve there.

    Parameters
    ----------
    id
        Its kind, as ``branch`` in the team ``S-1/branch``.
    label_zh, label_en
        How people call it.
    leaders
        The roles that may lead it; the first that somebody holds does.
    members
        The roles whose holders belong to it.
    tiers
        The tiers whose zones have one; empty means every tier.
    least
        How many members it needs beside its leader.
    basis
        ``order`` if the order names it, ``practice`` if not.
    """

    id: str
    label_zh: str
    label_en: str
    leaders: tuple[str, ...]
    members: tuple[str, ...]
    tiers: tuple[str, ...] = ()
    least: int = 1
    basis: Literal["order", "practice"] = "practice"

    def label(self, lang: str) -> str:
        """Return the label in `lang`, ``zh`` or ``en``."""
        return self.label_zh if lang == "zh" else self.label_en


@dataclass(frozen=True)
class Supply:
    """What a zone must be supplied with, and how much of it.

    Parameters
    ----------
    id
        Its key.
    label_zh, label_en
        How people call it.
    unit_zh, unit_en
        What is counted, such as meals or boxes.
    amount
        How much for one of what `per` names.
    per
        What it is reckoned by, one of `SUPPLY_PER`.
    per_day
        Whether it is needed every day; else once.
    tiers
        The tiers whose zones need it; empty means every tier.
    basis
        ``order`` if the order names it, ``practice`` if not.
    """

    id: str
    label_zh: str
    label_en: str
    unit_zh: str
    unit_en: str
    amount: float
    per: str
    per_day: bool = False
    tiers: tuple[str, ...] = ()
    basis: Literal["order", "practice"] = "practice"

    def label(self, lang: str) -> str:
        """Return the label in `lang`, ``zh`` or ``en``."""
        return self.label_zh if lang == "zh" else self.label_en

    def unit(self, lang: str) -> str:
        """Return the unit in `lang`, ``zh`` or ``en``."""
        return self.unit_zh if lang == "zh" else self.unit_en
