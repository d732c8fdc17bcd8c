"""Edits: every change of a plan as a value that can be replayed, undone, stored and written as Python."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import shapely

from gridmap.core.carried import CarryOver


def _texts(values: str | Iterable[Any]) -> tuple[str, ...]:
    return (values,) if isinstance(values, str) else tuple(str(value) for value in values)


class _Edit:
    """Turns lists and indexes of ids into tuples, so that edits are hashable values."""

    _LISTS = (
        "cells",
        "areas",
        "carve_outs",
        "addresses",
        "households",
        "zones",
        "cases",
        "unplaced",
        "tiers",
        "prefixes",
    )

    def __post_init__(self) -> None:
        for name in self._LISTS:
            if hasattr(self, name):
                object.__setattr__(self, name, _texts(getattr(self, name)))


@dataclass(frozen=True, kw_only=True)
class UseTiers(_Edit):
    """Use the tiers of a protocol, the strictest first; refused while cells carry a tier that it lacks."""

    tiers: Sequence[str]
    prefixes: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class SetTier(_Edit):
    """Set a tier by hand on cells, or on all cells of areas.

    Without `zone` and `name`, each area becomes a zone of its own; of single cells, those that touch a zone
    of that tier join it (the lowest number, if several), and every other connected part becomes a zone of
    its own. A cell that is in a zone of that tier stays in it.

    Parameters
    ----------
    tier
        The tier to set.
    cells, areas
        Cell ids; ids of areas of any level.
    zone
        The number of an existing zone of that tier that they join.
    name
        The name of one zone for all of them; it is made if there is none of that name and tier.
    reason
        Needed where a rule asks for a stricter tier.
    """

    tier: str
    cells: Sequence[str] = ()
    areas: Sequence[str] = ()
    zone: str = ""
    name: str = ""
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class ClearTier(_Edit):
    """Take the tier from cells by hand, whatever rules ask; `reason` is needed where a rule asks for one."""

    cells: Sequence[str] = ()
    areas: Sequence[str] = ()
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Release(_Edit):
    """Give cells back to the rules: what was set by hand is dropped."""

    cells: Sequence[str] = ()
    areas: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Lock(_Edit):
    """Keep cells and carve-outs as they are until they are unlocked; later edits of them are refused.

    A locked cell beats what is carved out of it and not locked: `gridmap.lock_of` names those too, so that
    everybody in the cells stays under the same tier.
    """

    cells: Sequence[str] = ()
    areas: Sequence[str] = ()
    carve_outs: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Unlock(_Edit):
    """Let cells and carve-outs be edited again."""

    cells: Sequence[str] = ()
    areas: Sequence[str] = ()
    carve_outs: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class AddCarveOut(_Edit):
    """Put a building, a compound, a drawn part of a cell or single households under a tier of their own.

    Parameters
    ----------
    tier
        The tier, or ``none``.
    addresses
        Such as ``枫南新村3幢``, ``枫南新村1-14幢、16-41幢`` or ``枫南新村`` for the whole compound.
    households
        Ids of households.
    shape
        A polygon, or its WKT, in the CRS of the grid; it is kept as WKT.
    zone, name
        The zone it joins, or the name of its own.
    scope
        The area in which the addresses are looked for; empty for the whole grid.
    reason
        Why it is weaker than what a rule asks.
    """

    tier: str
    addresses: Sequence[str] = ()
    households: Sequence[str] = ()
    shape: str | shapely.Geometry = ""
    zone: str = ""
    name: str = ""
    scope: str = ""
    reason: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        if isinstance(self.shape, shapely.Geometry):
            object.__setattr__(self, "shape", shapely.to_wkt(self.shape, rounding_precision=-1))


@dataclass(frozen=True, kw_only=True)
class RemoveCarveOut(_Edit):
    """Take back one carve-out, by its id."""

    carve_out: str


@dataclass(frozen=True, kw_only=True)
class SetRemainder(_Edit):
    """Give every cell of the areas that has no tier yet this one; one zone for each area.

    Parameters
    ----------
    tier
        The tier of the remainder.
    areas
        The areas; empty for the whole grid.
    """

    tier: str
    areas: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class NameZone(_Edit):
    """Give a zone a name."""

    zone: str
    name: str


@dataclass(frozen=True, kw_only=True)
class NumberZone(_Edit):
    """Give a zone another number, one that no other zone of the plan ever had; its events stay with it.

    Parameters
    ----------
    zone, number
        Its present number, and the one that it gets.
    fresh
        Whether it was made just now, so that nothing names it by its present number, which is free again.
    """

    zone: str
    number: str
    fresh: bool = False


@dataclass(frozen=True, kw_only=True)
class MergeZones(_Edit):
    """Make one zone of several of the same tier; it keeps the number `into`, or else the earliest."""

    zones: Sequence[str]
    into: str = ""


@dataclass(frozen=True, kw_only=True)
class SplitZone(_Edit):
    """Move some cells of a zone into a new zone of the same tier."""

    zone: str
    cells: Sequence[str]
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class LiftZone(_Edit):
    """Bring what a zone holds under a weaker tier, because all that its protocol asks for is met.

    It is the protocol that says so, and not a hand: a later case there is zoned as anywhere else. What the
    cases known until then asked for is not asked for again, and the weaker tier stays until it is lifted in
    turn. `gridmap.core.lifting.lift_of` writes it for a zone.

    Parameters
    ----------
    zone
        The number of the zone.
    tier
        The tier that follows; empty for what other rules and hands leave there, which may be none.
    cells, carve_outs
        What of the zone is lifted.
    addresses, households
        What these carve-outs name.
    proposals
        What weaker rules ask for in these cells.
    reason
        Why.
    """

    zone: str
    tier: str = ""
    cells: Sequence[str] = ()
    carve_outs: Sequence[str] = ()
    addresses: Sequence[str] = ()
    households: Sequence[str] = ()
    proposals: Sequence[Proposal] = ()
    reason: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "proposals", tuple(self.proposals))


@dataclass(frozen=True, kw_only=True)
class Proposal(_Edit):
    """One zone that the rules of a protocol ask for.

    Parameters
    ----------
    tier, name
        Its tier and name.
    anchor
        What it was made for, such as an address; the zone is found again by it.
    cells
        Whole cells.
    addresses, scope
        Compounds and buildings, and the area in which they are looked for.
    households
        Ids of households, for rules about single establishments.
    remainder
        Whether it is what the other rules leave over.
    zone
        The number of a zone that comes under the tier as a whole, because of a case in it: also what was set
        by hand there and is not locked.
    cases, reason
        The cases for which it does, and what the protocol says.
    """

    tier: str
    anchor: str
    name: str = ""
    cells: Sequence[str] = ()
    addresses: Sequence[str] = ()
    scope: str = ""
    households: Sequence[str] = ()
    remainder: bool = False
    zone: str = ""
    cases: Sequence[str] = ()
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Delineate(_Edit):
    """Zone by what the rules of a protocol ask for; `gridmap.delineate` works it out from cases.

    It replaces what an earlier delineation asked for and keeps hand edits, locks and zone numbers. Only a
    zone that a case raises as a whole (`Proposal.zone`) changes what was set by hand.

    Parameters
    ----------
    protocol
        The id of the protocol.
    tiers, prefixes
        Its tiers, the strictest first, with the letters of their zone numbers.
    proposals
        The zones asked for.
    cases
        The ids of the cases.
    unplaced
        The ids of the cases that no rule could place.
    """

    protocol: str
    tiers: Sequence[str]
    prefixes: Sequence[str]
    proposals: Sequence[Proposal]
    cases: Sequence[str] = ()
    unplaced: Sequence[str] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "proposals", tuple(self.proposals))


@dataclass(frozen=True, kw_only=True)
class Purged(_Edit):
    """Stands where an edit was that named households or cases of lifted zones; it cannot be made again.

    Parameters
    ----------
    kind
        Which edit it was, such as ``Delineate``.
    on
        The day on which it was purged.
    """

    kind: str
    on: str


@dataclass(frozen=True, kw_only=True)
class Together:
    """Make several edits as one: all of them or none, undone and redone in one step.

    Parameters
    ----------
    edits
        The edits, the first to be made first.
    reason
        Why they belong together, such as the notice they were read from.
    """

    edits: Sequence[Edit]
    reason: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "edits", tuple(self.edits))


Edit: TypeAlias = (
    UseTiers
    | SetTier
    | ClearTier
    | Release
    | Lock
    | Unlock
    | AddCarveOut
    | RemoveCarveOut
    | SetRemainder
    | NameZone
    | NumberZone
    | MergeZones
    | SplitZone
    | LiftZone
    | Delineate
    | CarryOver
    | Together
)

EDITS: Mapping[str, type[Any]] = {edit.__name__: edit for edit in Edit.__args__}


def together(edits: Iterable[Edit], *, reason: str = "") -> Edit:
    """Return edits as one that makes them all; a single one stays as it is."""
    made = tuple(edits)
    return made[0] if len(made) == 1 else Together(edits=made, reason=reason)


def single_edits(edits: Iterable[Any]) -> Iterator[Any]:
    """Give edits in their order, those that were made together one after the other."""
    for edit in edits:
        if isinstance(edit, Together):
            yield from single_edits(edit.edits)
        else:
            yield edit
