"""A phrase of a notice, and what it may mean."""

from __future__ import annotations

from dataclasses import dataclass, field

STATES = ("matched", "ambiguous", "unmatched", "ignored")
OPEN = ("ambiguous", "unmatched")
IGNORE = "ignore"
UNKNOWN = "?"


@dataclass(frozen=True)
class Candidate:
    """One thing that a phrase may mean.

    Parameters
    ----------
    key
        By which a decision names it.
    label
        How it is shown.
    kind
        ``areas``, ``cells``, ``address``, ``shape``, ``rest``, ``leave``, ``tier``, ``zone`` or ``value``.
    areas
        The areas meant; of a rest those of which it is the rest, none for the whole grid.
    cells
        Single cells.
    compound, buildings, units, scope
        An address, and the area in which it is looked for.
    addresses
        The same as `AddCarveOut` takes it.
    shape
        A polygon as WKT in the CRS of the grid.
    zone
        The zone that is lifted; if only a `part` of it is, these `cells` and `carve_outs`.
    kept
        Addresses of these carve-outs that stay in it, each with its scope.
    """

    key: str
    label: str
    kind: str
    areas: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()
    compound: str = ""
    buildings: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    scope: str = ""
    addresses: tuple[str, ...] = ()
    shape: str = ""
    zone: str = ""
    part: bool = False
    carve_outs: tuple[str, ...] = ()
    kept: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Phrase:
    """A piece of the text and what became of it.

    Parameters
    ----------
    start, end
        Where it stands in folded text.
    kind
        What it seems to be.
    state
        One of `STATES`.
    role
        ``in``, ``out`` (an exception), ``except`` (tiers that are excepted) or ``left`` (zones there are
        lifted); empty for all else.
    block
        The place of the zone or sentence that it belongs to; -1 for none.
    tier
        The tier it is told under.
    matched
        What it means, if that is clear.
    candidates
        What it may mean, or what is written nearly like it.
    note
        Why, in words.
    """

    start: int
    end: int
    kind: str
    state: str
    role: str = ""
    block: int = -1
    tier: str = ""
    matched: tuple[Candidate, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    note: str = ""


@dataclass
class Block:
    """One zone of the notice, or one list of places under a tier.

    Parameters
    ----------
    tier
        Its tier; `UNKNOWN` if the protocol has none of this name.
    number, name
        Those of the zone, where the notice gives a number.
    except_tiers
        The stricter tiers that are excepted.
    leaves
        Whether zones there are lifted, or brought under this weaker tier.
    left
        The tiers that are left, where the notice says so.
    """

    tier: str
    number: str = ""
    name: str = ""
    except_tiers: set[str] = field(default_factory=set)
    leaves: bool = False
    left: frozenset[str] = frozenset()

    @property
    def role(self) -> str:
        """The role of its places."""
        return "left" if self.leaves else "in"
