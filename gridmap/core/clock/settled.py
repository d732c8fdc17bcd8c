"""Cases that are over: they were known when a zone was lifted that held them, and now lie in another one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pandas import DataFrame

from gridmap.core.edits import Delineate, LiftZone, single_edits
from gridmap.errors import PlanError
from gridmap.model.address import parse_target
from gridmap.model.plan import Plan

Houses = frozenset[tuple[str, str]]


class _Lift(NamedTuple):
    """One zone that was lifted, with the cases that had been zoned before."""

    edit: LiftZone
    known: frozenset[str]
    houses: Houses


def settled_cases(plan: Plan, cases: DataFrame) -> NDArray[np.bool_]:
    """Tell which cases are over.

    A case counts no more if it had been zoned before the zone was lifted in which it lay, and it lies in
    another zone now: the conditions of its own zone were met. One that was told later still counts.

    Parameters
    ----------
    plan
        The plan; its edits tell what was zoned and lifted.
    cases
        One row for each: `case_id`, `zone_id` (now), `cell`, `building` (an address), `household_id`.
    """
    over = np.zeros(len(cases), dtype=bool)
    for lift in _lifts(plan):
        cells, homes = set(lift.edit.cells), set(lift.edit.households)
        open_ = cases["case_id"].isin(lift.known) & (cases["zone_id"] != lift.edit.zone) & ~over
        for row in np.flatnonzero(open_).tolist():
            case = cases.iloc[row]
            over[row] = (
                case["cell"] in cells
                or case["household_id"] in homes
                or bool(lift.houses & houses_of(case["building"], whole=True))
            )
    return over


def houses_of(address: str, *, whole: bool = False) -> Houses:
    """Return the buildings of an address as pairs; a whole compound is one whose building is empty.

    Parameters
    ----------
    address
        As carve-outs name them; empty for none.
    whole
        Whether the compound counts too.
    """
    try:
        target = parse_target(address)
    except PlanError:
        return frozenset()
    numbers = [*(target.buildings or ("",)), *([""] if whole else [])]
    return frozenset((target.compound, number) for number in numbers)


def _lifts(plan: Plan) -> Iterator[_Lift]:
    known: set[str] = set()
    for edit in single_edits(plan.edits):
        if isinstance(edit, Delineate):
            known.update(edit.cases)
        elif isinstance(edit, LiftZone) and known:
            named = (houses_of(address) for address in edit.addresses)
            yield _Lift(edit, frozenset(known), frozenset().union(*named))
