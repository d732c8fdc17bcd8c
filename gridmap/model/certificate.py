"""A certificate: the counted proof that records in = records placed + exceptions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from gridmap.errors import UnsupportedError

_LOW_SHARE = 0.5
_LEAST_KNOWN = 20
_SHOWN = 5
EVENTS = "events"
"""Where differences stand that are about who is away, and not about areas and tiers."""


@dataclass(frozen=True)
class Difference:
    """One household about which two counts disagree.

    Parameters
    ----------
    household_id
        Who.
    kind
        ``lost``, ``doubled``, ``moved``, ``tier``, ``invented``, ``excepted`` or ``away``.
    where
        What was compared: ``placement``, ``tiers``, ``events``, or the name of a list.
    detail
        What was found against what was expected.
    """

    household_id: str
    kind: str
    where: str
    detail: str

    def __str__(self) -> str:
        return f"{self.where}: household {self.household_id!r} {self.kind}: {self.detail}"


@dataclass(frozen=True)
class Certificate:
    """The proof, as counts and differences; `to_json` gives the fixed keys.

    Parameters
    ----------
    households_in, placed, exceptions
        Rows of the roster, rows placed, rows excepted.
    by_reason
        Exceptions by reason.
    by_tier
        Placed households by tier or ``none``; sums to `placed`.
    residents_in, residents_excepted, residents_by_tier
        The same in residents.
    balanced
        Whether every household is accounted for exactly once, in its own cell and tier, everywhere compared.
    plan_version
        The version of the plan; empty without one.
    as_of
        The moment the proof is about, with its time zone.
    input_sha256
        Hash of each input table.
    differences
        Every household about which the counts disagree; empty if and only if `balanced`.
    provisional
        Whether cells stand in for official ones.
    lived_in
        Residents counted in each cell, and residents known to live there, where that is known.
    staffing
        `households_staffed`, `households_unstaffed`, `hard_vacancies`, once duties are assigned.
    presence
        `persons_away` and `persons_present`, together `residents_in`, where events were given.
    held_back
        Why zones were held back from an issue, by ``zone_id``: lists then balance without their households.
    """

    households_in: int
    placed: int
    exceptions: int
    by_reason: Mapping[str, int]
    by_tier: Mapping[str, int]
    residents_in: int
    residents_excepted: int
    residents_by_tier: Mapping[str, int]
    balanced: bool
    plan_version: str
    as_of: datetime | None
    input_sha256: Mapping[str, str]
    differences: tuple[Difference, ...] = ()
    provisional: bool = False
    lived_in: Mapping[str, tuple[int, int]] = field(default_factory=dict, repr=False)
    staffing: Mapping[str, int] = field(default_factory=dict)
    presence: Mapping[str, int] = field(default_factory=dict)
    held_back: Mapping[str, str] = field(default_factory=dict)

    @property
    def of_events(self) -> tuple[Difference, ...]:
        """The differences about who is away by the events."""
        return tuple(each for each in self.differences if each.where == EVENTS)

    def of_zoning(self) -> Certificate:
        """Return the proof of areas and tiers alone, as for a public notice; who is away is left out."""
        rest = tuple(each for each in self.differences if each.where != EVENTS)
        balanced = self.balanced or (bool(self.differences) and not rest)
        return replace(self, balanced=balanced, differences=rest, presence={})

    @property
    def findings(self) -> tuple[str, ...]:
        """What a person should look at although the counts agree."""
        said = "provisional grid: its cells stand in for the official ones until the true grid replaces it"
        held = [f"zone {zone} was held back: {why}" for zone, why in self.held_back.items()]
        return (*((said,) if self.provisional else ()), *held, *self._low_rosters())

    def _low_rosters(self) -> Iterable[str]:
        """Name the cells whose roster falls far below the residents known to live there."""
        low = sorted(
            cell
            for cell, (counted, known) in self.lived_in.items()
            if known >= _LEAST_KNOWN and counted < _LOW_SHARE * known
        )
        if low:
            shown = ", ".join(low[:_SHOWN]) + (f" and {len(low) - _SHOWN} more" if len(low) > _SHOWN else "")
            yield f"{len(low)} cells list less than half of the residents known to live there: {shown}"

    def to_json(self) -> dict[str, Any]:
        """Return the certificate as plain data, ready for `json.dumps`."""
        return {
            "households_in": self.households_in,
            "placed": self.placed,
            "exceptions": self.exceptions,
            "by_reason": dict(self.by_reason),
            "by_tier": dict(self.by_tier),
            "residents_in": self.residents_in,
            "residents_excepted": self.residents_excepted,
            "residents_by_tier": dict(self.residents_by_tier),
            "balanced": self.balanced,
            "plan_version": self.plan_version,
            "as_of": None if self.as_of is None else self.as_of.isoformat(),
            "input_sha256": dict(self.input_sha256),
            "differences": [vars(difference) for difference in self.differences],
            "findings": list(self.findings),
            **self.staffing,
            **self.presence,
            **({"held_back": dict(self.held_back)} if self.held_back else {}),
        }


def sum_certificates(parts: Iterable[Certificate]) -> Certificate:
    """Add up the certificates of parts that have no household in common.

    Counts are added, differences are put one after the other, findings are those of the whole: a cell whose
    residents stand in several parts counts with all of them. The sum balances if and only if every part does.
    An input of one name that differs from part to part has the hash of the hashes in the order of the parts.

    Parameters
    ----------
    parts
        The certificates, of one plan and one moment; at least one.

    Returns
    -------
    certificate
        The certificate of the whole.

    Raises
    ------
    UnsupportedError
        If there is no part, or the parts are about several plans or moments.

    Examples
    --------
    >>> part = Certificate(2, 2, 0, {}, {"none": 2}, 5, 0, {"none": 5}, True, "", None, {})
    >>> sum_certificates([part, part]).residents_by_tier
    {'none': 10}
    """
    given = list(parts)
    about = {(part.plan_version, part.as_of) for part in given}
    if len(about) != 1:
        found = f"certificates about {len(about)} plans or moments" if given else "no certificate"
        raise UnsupportedError(f"{found} to add up; give the parts of one plan at one moment")
    return replace(
        given[0],
        households_in=sum(part.households_in for part in given),
        placed=sum(part.placed for part in given),
        exceptions=sum(part.exceptions for part in given),
        by_reason=dict(sorted(_added(part.by_reason for part in given).items())),
        by_tier=_added(part.by_tier for part in given),
        residents_in=sum(part.residents_in for part in given),
        residents_excepted=sum(part.residents_excepted for part in given),
        residents_by_tier=_added(part.residents_by_tier for part in given),
        balanced=all(part.balanced for part in given),
        input_sha256=_hashes_of_all(given),
        differences=tuple(dict.fromkeys(each for part in given for each in part.differences)),
        provisional=any(part.provisional for part in given),
        lived_in=_lived_in(given),
        staffing=_added(part.staffing for part in given),
        presence=_added(part.presence for part in given),
    )


def _added(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for each in counts:
        for key, count in each.items():
            total[key] = total.get(key, 0) + count
    return total


def _lived_in(parts: Iterable[Certificate]) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for part in parts:
        for cell, (counted, known) in part.lived_in.items():
            found[cell] = (found.get(cell, (0, 0))[0] + counted, known)
    return found


def _hashes_of_all(parts: Iterable[Certificate]) -> dict[str, str]:
    hashes: dict[str, dict[str, None]] = {}
    for part in parts:
        for name, sha256 in part.input_sha256.items():
            hashes.setdefault(name, {})[sha256] = None
    return {name: _one_hash(list(each)) for name, each in hashes.items()}


def _one_hash(hashes: list[str]) -> str:
    return hashes[0] if len(hashes) == 1 else hashlib.sha256("".join(hashes).encode()).hexdigest()
