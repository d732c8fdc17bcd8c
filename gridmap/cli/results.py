"""The results that several commands print: households, tiers, zones, duties, changes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from gridmap.cli.printing import counted, say, say_table

if TYPE_CHECKING:
    from pandas import DataFrame

    from gridmap.core.zone_changes import ZoneChanges
    from gridmap.model.certificate import Certificate
    from gridmap.model.duties import Duties
    from gridmap.model.placement import Placement
    from gridmap.model.plan import Plan
    from gridmap.model.protocol import Protocol

_ZONES_SHOWN = 20
NO_ZONE = "(none)"
_COUNTS = ("cells", "households", "residents")


def say_households(certificate: Certificate) -> None:
    """Print how many households came in, were placed, and were not, with the reasons."""
    proof = "balanced" if certificate.of_zoning().balanced else "NOT BALANCED"
    say(
        f"\nhouseholds: {certificate.households_in:,} in = {certificate.placed:,} placed"
        f" + {counted(certificate.exceptions, 'exception')} ({proof})"
    )
    say_table(certificate.by_reason.items(), head=("reason", "exceptions"))


def say_tiers(plan: Plan, placement: Placement) -> None:
    """Print zones, cells, households and residents of every tier."""
    from gridmap.core.tally import count_tiers

    counts = count_tiers(plan, placement)
    rows = [(tier, row.zones, row.cells, row.households, row.residents) for tier, row in counts.iterrows()]
    say("\ntiers")
    say_table(_ints(rows), head=("tier", "zones", "cells", "households", "residents"))


def say_zones(plan: Plan, placement: Placement) -> None:
    """Print the zones with their counts, the first of many."""
    from gridmap.core.tally import count_zones

    counts = count_zones(plan, placement)
    zones = plan.zones.join(counts)
    rows = [
        (zone, row.tier, row["name"], row.cells, row.households, row.residents)
        for zone, row in zones.iloc[:_ZONES_SHOWN].iterrows()
    ]
    say("\nzones (0 cells: buildings or compounds within cells)")
    say_table(_ints(rows), head=("zone", "tier", "name", "cells", "households", "residents"))
    _say_more(len(zones))


def say_duties(duties: Duties, protocol: Protocol) -> None:
    """Print the duties and vacancies of every role."""
    say("\nduties")
    rows = [
        (role, protocol.role_label(role, "zh"), officials, served, hard, soft)
        for role, officials, served, hard, soft in duty_rows(duties, protocol)
    ]
    say_table(_ints(rows), head=("role", "角色", "officials", "duties", "hard vacancies", "vacancies"))


def say_travel(duties: Duties) -> None:
    """Print for every role that is linked to households how far they are, and how near to the best."""
    rows = [
        (
            row.role,
            int(row.linked),
            int(row.households),
            f"{row.travel_m / max(row.linked, 1):.0f} m",
            "" if math.isnan(row.gap) else f"{row.gap:.2%}",
            int(row.split),
        )
        for row in duties.travel.itertuples(index=False)
    ]
    if rows:
        say("\nlinking: how far on average, and by how much at most another answer could be better")
        say_table(rows, head=("role", "linked", "households", "distance", "gap", "buildings split"))


def duty_rows(duties: Duties, protocol: Protocol) -> list[tuple[str, int, int, int, int]]:
    """Count, for every role, the officials on duty, their duties, and hard and other vacancies."""
    table, vacancies = duties.table, duties.vacancies
    named = [rule.role for rule in protocol.duties]
    roles = dict.fromkeys([*(role for role in protocol.roles if role in named), *named, *table["role"]])
    hard = vacancies["hard"].astype(bool)
    return [
        (
            role,
            int(table.loc[table["role"] == role, "official_id"].nunique()),
            int((table["role"] == role).sum()),
            int(vacancies.loc[hard & (vacancies["role"] == role), "missing"].sum()),
            int(vacancies.loc[~hard & (vacancies["role"] == role), "missing"].sum()),
        )
        for role in roles
    ]


def change_rows(changes: DataFrame) -> list[tuple[str, str, int, int]]:
    """Count households and residents that go from one tier to another."""
    grouped = changes.groupby(["tier_before", "tier_after"], sort=False)["residents"].agg(["size", "sum"])
    return [(before, after, int(row["size"]), int(row["sum"])) for (before, after), row in grouped.iterrows()]


def say_changes(changes: DataFrame, *, title: str) -> None:
    """Print how many households change their tier, and how."""
    say(f"\n{title}")
    if not len(changes):
        say("  nobody's tier or zone is another")
        return
    say_table(change_rows(changes), head=("from", "to", "households", "residents"))


def say_zone_changes(changes: ZoneChanges, *, title: str) -> None:
    """Print what became of the zones, and what moved from which to which; the first of many."""
    say(f"\n{title}")
    if not len(changes.zones):
        say("  every zone is as it was")
        return
    names = ("cells_before", "cells_after", "households_before", "households_after")
    rows = [
        (row["zone_before"], row["zone_after"], " ".join(row["changes"]), *(row[name] for name in names))
        for row in changes.zones.to_dict("records")
    ]
    head = ["before", "now", "what", "cells", "now", "households", "now"]
    say_table(_ints(rows[:_ZONES_SHOWN]), head=head)
    _say_more(len(rows))
    moves = [
        (row["zone_before"] or NO_ZONE, row["zone_after"] or NO_ZONE, *(row[name] for name in _COUNTS))
        for row in changes.moves.to_dict("records")
    ]
    if moves:
        say("\nwhat moved")
        head = ["from", "to", *_COUNTS]
        say_table(_ints(moves[:_ZONES_SHOWN]), head=head)
        _say_more(len(moves))


def zone_changes_document(changes: ZoneChanges) -> dict[str, Any]:
    """Return what became of the zones as plain data."""
    return {
        "zones": [_plain_row(row) for row in changes.zones.to_dict("records")],
        "moves": [_plain_row(row) for row in changes.moves.to_dict("records")],
    }


def _plain_row(row: dict[str, Any]) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in row.items()}


def _say_more(count: int) -> None:
    if count > _ZONES_SHOWN:
        say(f"  and {count - _ZONES_SHOWN:,} more")


def _ints(rows: list[Any]) -> list[Any]:
    """Make plain integers of the numbers of a table."""
    return [[value if isinstance(value, str) else int(value) for value in row] for row in rows]
