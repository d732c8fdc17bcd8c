"""A certificate: the counted proof that records in = records placed + exceptions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Difference:
    """One household about which two counts disagree.

    Parameters
    ----------
    household_id
        Who.
    kind
        ``lost``, ``doubled``, ``moved``, ``tier``, ``invented`` or ``excepted``.
    where
        What was compared: ``placement``, ``tiers``, or the name of a list.
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
    findings
        What a person should look at although the counts agree.
    staffing
        `households_staffed`, `households_unstaffed`, `hard_vacancies`, once duties are assigned.
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
    findings: tuple[str, ...] = ()
    staffing: Mapping[str, int] = field(default_factory=dict)

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
        }
