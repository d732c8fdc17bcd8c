"""Who serves together, where and when: teams, sites and their shifts, supplies, staff who live in a zone."""

from __future__ import annotations

from typing import Any

from gridmap.core.logistics import supplies_of
from gridmap.core.staff_homes import staff_homes
from gridmap.export.plain import plain_text
from gridmap.widget.answers import Answer, Question
from gridmap.widget.desk import Desk
from gridmap.widget.persons import Persons
from gridmap.widget.spots import Spots
from gridmap.widget.verbs.duties import unasked

_MOST_ROWS = 2_000


def teams(desk: Desk, _question: Question) -> Answer:
    """Tell the teams, the headcount of zones and sites, the supplies of zones, and who lives in a zone."""
    found = desk.staffing.current(asked=False)
    if found is None:
        return Answer(unasked(desk))
    bench = desk.bench
    spots, persons = Spots(desk), Persons(bench.officials)
    homes = staff_homes(bench.officials, bench.plan, bench.placement)
    supplies = supplies_of(bench.plan, bench.placement, found, bench.protocol, sites=bench.sites)
    return Answer(
        {
            "teams": _teams(found, bench.protocol, persons, spots),
            "headcount": _headcount(found, spots),
            "shifts": [_shift(each) for each in bench.protocol.shifts],
            "on_shift": [_on_shift(row, persons) for row in found.shifts.head(_MOST_ROWS).itertuples()],
            "supplies": [_supply(row, bench.protocol) for row in supplies.head(_MOST_ROWS).itertuples()],
            "homes": [_home(row, persons) for row in homes.head(_MOST_ROWS).itertuples()],
        }
    )


def _teams(found: Any, protocol: Any, persons: Persons, spots: Spots) -> list[dict[str, Any]]:
    """Return every team with its leader, its members and what it lacks, also one that has nobody yet."""
    rules = {rule.id: rule for rule in protocol.teams}
    heads = [found.teams, found.team_gaps]
    known = {
        (row.team_id, row.kind, row.zone_id): None for head in heads for row in head.itertuples(index=False)
    }
    people = found.teams.groupby(["team_id", "part"])["official_id"].agg(list).to_dict()
    gaps = found.team_gaps.groupby(["team_id", "part"])["missing"].sum().to_dict()
    return [
        {
            "team": plain_text(team),
            **_label(rules.get(kind), kind),
            "zone": plain_text(zone),
            "zone_name": spots.name("zone", zone),
            "leader": [persons.told(each) for each in people.get((team, "leader"), [])],
            "members": [persons.told(each) for each in people.get((team, "member"), [])],
            "leader_missing": int(gaps.get((team, "leader"), 0)),
            "members_missing": int(gaps.get((team, "member"), 0)),
            **spots.told(spots.cells_of("zone", zone)),
        }
        for team, kind, zone in list(known)[:_MOST_ROWS]
    ]


def _headcount(found: Any, spots: Spots) -> list[dict[str, Any]]:
    rows = []
    for row in found.headcount.head(_MOST_ROWS).itertuples(index=False):
        cells = spots.cells_of(row.target_kind, row.target)
        rows.append(
            {
                "target_kind": row.target_kind,
                "target": plain_text(row.target),
                "target_name": spots.name(row.target_kind, row.target),
                "role": row.role,
                "shift": row.shift,
                "needed": int(row.needed),
                "filled": int(row.filled),
                "path": spots.path(cells),
                **spots.told(cells),
            }
        )
    return rows


def _shift(shift: Any) -> dict[str, str]:
    hours = f"{shift.begins}–{shift.ends}"
    return {"id": shift.id, **_label(shift, shift.id), "hours": plain_text(hours)}


def _on_shift(row: Any, persons: Persons) -> dict[str, Any]:
    return {
        "official": plain_text(row.official_id),
        "name": persons.name(row.official_id),
        "role": row.role,
        "target": plain_text(row.target),
        "shift": row.shift,
    }


def _supply(row: Any, protocol: Any) -> dict[str, Any]:
    rule = next((each for each in protocol.supplies if each.id == row.supply), None)
    unit = {lang: "" if rule is None else plain_text(rule.unit(lang)) for lang in ("zh", "en")}
    return {
        "zone": plain_text(row.zone_id),
        **_label(rule, row.supply),
        "unit": unit,
        "amount": float(row.amount),
        "per_day": bool(row.per_day),
        "people": int(row.people_on_duty),
        "households": int(row.households),
    }


def _home(row: Any, persons: Persons) -> dict[str, str]:
    return {
        "official": plain_text(row.official_id),
        "name": persons.name(row.official_id),
        "role": row.role,
        "zone": plain_text(row.zone_id),
        "tier": row.tier,
    }


def _label(rule: Any, otherwise: str) -> dict[str, str]:
    """Return what a rule of the protocol is called in both languages."""
    return {
        lang: plain_text(otherwise if rule is None else rule.label(lang)).strip() for lang in ("zh", "en")
    }
