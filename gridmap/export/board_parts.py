"""The parts of a board in words, as the page, the PDF and the screen draw them."""

from __future__ import annotations

import math
from dataclasses import dataclass

from gridmap.core.board_words import board_word


@dataclass(frozen=True)
class Measure:
    """How far something is: `done` of `due`; None where it is not known."""

    name: str
    label: str
    done: int | None
    due: int | None
    unit: str = ""

    @property
    def share(self) -> float | None:
        """The part that is done; None if it is not known or nothing is due."""
        return None if self.done is None or not self.due else self.done / self.due

    @property
    def percent(self) -> str:
        """The part in percent, never rounded up to the whole."""
        return "" if self.share is None else f"{math.floor(self.share * 1000 + 1e-9) / 10:g}%"

    def said(self, lang: str) -> str:
        """Say both numbers."""
        if self.done is None or self.due is None:
            return board_word("unknown", lang)
        return f"{self.done:,} / {self.due:,}" if self.due else board_word("not_due", lang)


@dataclass(frozen=True)
class AreaLine:
    """One area or zone with its measures; `depth` 0 stands at the left."""

    depth: int
    name: str
    measures: tuple[Measure, ...]
    open_items: int
    color: str = ""


@dataclass(frozen=True)
class ItemLine:
    """Open items of one kind at one place."""

    kind: str
    label: str
    since: str
    age: str
    where: str
    whose: str
    why: str
    count: str


@dataclass(frozen=True)
class TierBar:
    """The households of a tier; `share` of all that were placed."""

    label: str
    color: str
    count: int
    share: float


@dataclass(frozen=True)
class TrendLine:
    """One version."""

    name: str
    saved: str
    tiers: tuple[TierBar, ...]
    cells: tuple[str, ...]


@dataclass(frozen=True)
class BoardView:
    """A board in words, for one audience and in one language.

    Parameters
    ----------
    title, banner, mark, lang
        The heading; DRAFT or EXPIRED, or empty; for whom the copy is.
    facts
        Label and value.
    measures
        Of the whole.
    kinds
        How many items of each kind are open: label and count.
    items
        What is open, the oldest first.
    tiers
        Households by tier.
    areas, zones
        Measures of each.
    trend_head, trend
        The versions.
    households
        Of the field: kind, place, id and address of every household that is open; else nothing.
    notes
        What must be said besides.
    """

    title: str
    lang: str
    banner: str
    mark: str
    facts: tuple[tuple[str, str], ...]
    measures: tuple[Measure, ...]
    kinds: tuple[tuple[str, int], ...]
    items: tuple[ItemLine, ...]
    tiers: tuple[TierBar, ...]
    areas: tuple[AreaLine, ...]
    zones: tuple[AreaLine, ...]
    trend_head: tuple[str, ...]
    trend: tuple[TrendLine, ...]
    households: tuple[tuple[str, str, str, str], ...]
    notes: tuple[str, ...]
