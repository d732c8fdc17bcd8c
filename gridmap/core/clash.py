"""Conflicts of duties that a person must settle."""

from __future__ import annotations

import numpy as np
from pandas import DataFrame

from gridmap.core.ground import Ground
from gridmap.core.territory import Ledger
from gridmap.model.protocol import DutyRule, Protocol

_SHOWN = 3


def note_clashes(ledger: Ledger, ground: Ground, protocol: Protocol, loads: DataFrame) -> None:
    """Enter what is odd about the duties: one row per official, role and kind.

    Kinds: ``inside_serves_outside`` (lives in a zone of the strictest tier and serves outside it),
    ``outside_serves_inside`` (heads an area wholly in such a zone, or is linked to households in one, and
    lives outside), ``double_booking`` (holds two of a duty of which one official should hold one),
    ``unknown_territory``, ``no_phone``, ``overload``.

    Parameters
    ----------
    ledger
        The duties; receives the conflicts.
    ground
        The plan and its households.
    protocol
        Its duties say which roles serve one target.
    loads
        What every official carries, in the order of the ledger's staff.
    """
    _note_homes(ledger, ground, protocol)
    _note_doubles(ledger, protocol)
    _note_records(ledger, ground)
    for who in np.flatnonzero(loads["households"] > loads["capacity"]):
        row = loads.iloc[who]
        detail = f"{row['households']} households for a capacity of {row['capacity']:g}"
        ledger.note(int(who), row["role"], "overload", detail)


def _note_homes(ledger: Ledger, ground: Ground, protocol: Protocol) -> None:
    homes = ledger.staff["home_zone"].to_numpy(dtype=object)
    dwells = np.isfinite(ledger.staff["x_m"].to_numpy())
    near = {
        rule.role
        for rule in protocol.duties
        if rule.per == "household" or (rule.per == "area" and rule.most == 1)
    }
    outside: dict[tuple[int, str], set[str]] = {}
    inside: dict[tuple[int, str], set[str]] = {}
    for who, role, zones in ledger.reach:
        home = homes[who]
        if home and zones - {home}:
            outside.setdefault((who, role), set()).update(zones - {home})
        elif role in near and not home and dwells[who] and zones and zones <= ground.closed:
            inside.setdefault((who, role), set()).update(zones)
    for (who, role), served in sorted(outside.items()):
        ledger.note(who, role, "inside_serves_outside", f"lives in {homes[who]}, serves {_listed(served)}")
    for (who, role), served in sorted(inside.items()):
        ledger.note(who, role, "outside_serves_inside", f"lives outside, serves {_listed(served)}")


def _note_doubles(ledger: Ledger, protocol: Protocol) -> None:
    single = {rule.role for rule in protocol.duties if _answers_alone(rule)}
    held: dict[tuple[int, str], list[str]] = {}
    for who, role, kind, target, _ in ledger.rows:
        if role in single and kind != "household":
            held.setdefault((who, role), []).append(f"{kind} {target}")
    for (who, role), targets in sorted(held.items()):
        if len(targets) > 1:
            shown = ", ".join(targets[:_SHOWN]) + (" ..." if len(targets) > _SHOWN else "")
            ledger.note(who, role, "double_booking", f"serves {len(targets)}: {shown}")


def _note_records(ledger: Ledger, ground: Ground) -> None:
    """Enter what is wrong with the records: a territory that is not in the grid, no phone though on duty."""
    staff = ledger.staff
    strange = (staff["territory"] != "") & ~staff["territory"].isin(ground.plan.hierarchy.areas.index)
    for who in np.flatnonzero(strange):
        detail = f"territory {staff['territory'].iat[who]!r} is not in the grid"
        ledger.note(int(who), staff["role"].iat[who], "unknown_territory", detail)
    for who in np.flatnonzero((staff["phone"] == "") & (ledger.held > 0)):
        ledger.note(int(who), staff["role"].iat[who], "no_phone", "is on duty and has no phone")


def _answers_alone(rule: DutyRule) -> bool:
    """Tell whether one official should hold one such duty: heads, and who answers for a zone or a site."""
    return (rule.per == "area" and rule.most == 1) or (rule.per in ("zone", "site") and rule.hard)


def _listed(zones: set[str]) -> str:
    shown = sorted(zone or "outside every zone" for zone in zones)
    return ", ".join(shown[:_SHOWN]) + (" ..." if len(shown) > _SHOWN else "")
