"""Duties set by hand: they come first, and count as any other."""

from __future__ import annotations

from collections.abc import Sequence

from pandas import DataFrame

from gridmap.core.ground import Ground
from gridmap.core.muster import staff_row
from gridmap.core.targets import Target, named_target
from gridmap.core.territory import Ledger
from gridmap.model.protocol import Protocol

Pinned = list[tuple[str, Target]]


def enter_pins(
    rows: DataFrame,
    ledger: Ledger,
    ground: Ground,
    sites: DataFrame | None,
    protocol: Protocol,
) -> Pinned:
    """Enter the duties set by hand; return what each is for, by role."""
    pinned: Pinned = []
    for official, role, kind, target in rows.itertuples(index=False):
        who = staff_row(ledger.staff, official, role)
        found = named_target(kind, target, ground, sites)
        if who is None or found is None:
            what = f"official {official!r}" if who is None else f"{kind} {target!r}"
            ledger.note(
                who, role, "unknown_pin", f"{what} of a duty set by hand is not known or needs nobody"
            )
        elif ledger.serving(role, found) and kind == "household":
            first = ledger.official_ids[ledger.serving(role, found)[0]]
            ledger.note(who, role, "two_heads", f"household {target} is already linked by hand to {first}")
        else:
            _note_second(who, role, found, ledger, protocol)
            ledger.give(who, role, found, "pinned")
            pinned.append((role, found))
    return pinned


def _note_second(who: int, role: str, target: Target, ledger: Ledger, protocol: Protocol) -> None:
    """Enter as a conflict that an area has by hand more officials than the protocol allows."""
    serving = ledger.serving(role, target)
    rules = [rule for rule in protocol.duties if (rule.role, rule.per) == (role, target.kind)]
    if target.kind != "area" or not all(rule.allowed for rule in rules):
        return
    most = max((rule.allowed for rule in rules if not rule.holders), default=0)
    most += sum(rule.allowed for rule in rules if rule.holders)
    if 0 < most <= len(serving) and who not in serving:
        first = ledger.official_ids[serving[0]]
        ledger.note(who, role, "two_heads", f"area {target.target} is already served by {first}")


def linked_by_hand(pinned: Sequence[tuple[str, Target]], role: str) -> tuple[str, ...]:
    """Return the households that were linked by hand in a role."""
    return tuple(each.target for of, each in pinned if of == role and each.kind == "household")
