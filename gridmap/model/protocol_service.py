"""The faults of what a protocol says about service: shifts, teams, supplies, the chain and the assignment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gridmap.errors import Fault
from gridmap.model.protocol_checks import Rows, repeated, shared, unknown
from gridmap.model.protocol_keys import ASSIGNMENT_KEYS, SHAPES, at, row_faults


def shift_faults(rows: Rows) -> Iterator[Fault]:
    """Find what is wrong with the shifts, beside single values."""
    for key in ("id", "label_zh", "label_en"):
        yield from shared(rows, key, "shifts must be told apart by it")


def team_faults(rows: Rows, tiers: Sequence[str], roles: Sequence[str]) -> Iterator[Fault]:
    """Find what is wrong with the teams, beside single values."""
    for key in ("id", "label_zh", "label_en"):
        yield from shared(rows, key, "teams must be told apart by it")
    for place, row in rows:
        yield from unknown(row, "tiers", tiers, place, "tier")
        for key in ("leaders", "members"):
            yield from unknown(row, key, roles, place, "role")
            yield from repeated(row.get(key), at(place, key), "role")
            if row.get(key) == []:
                yield Fault("no_roles", at(place, key), "no role", "name those who may belong to it")


def supply_faults(rows: Rows, tiers: Sequence[str]) -> Iterator[Fault]:
    """Find what is wrong with the supplies, beside single values."""
    for key in ("id", "label_zh", "label_en"):
        yield from shared(rows, key, "supplies must be told apart by it")
    for place, row in rows:
        yield from unknown(row, "tiers", tiers, place, "tier")


def chain_faults(chain: Any, duties: Rows, roles: Sequence[str]) -> Iterator[Fault]:
    """Find steps of the chain whose roles are unknown, or that no duty could ever fill."""
    if not SHAPES["steps"][0](chain):
        return
    served = [row.get("role") for _, row in duties]
    for number, step in enumerate(chain, start=1):
        place = f"chain[{number}]"
        strange = list(unknown({"chain": step}, "chain", roles, "", "role"))
        yield from (fault._replace(where=place) for fault in strange)
        if not strange and not set(step) & {role for role in served if isinstance(role, str)}:
            what = f"no duty asks for {' or '.join(step)}, so nobody could stand there"
            yield Fault("unfilled_step", place, what, "add the duty, or leave the step out")
        yield from repeated(step, place, "role")
    yield from repeated([step[0] for step in chain], "chain", "the first role")


def assignment_faults(assignment: Any) -> Iterator[Fault]:
    """Find what is wrong with the weights of the assignment."""
    if isinstance(assignment, Mapping):
        yield from row_faults(assignment, ASSIGNMENT_KEYS, "assignment")
