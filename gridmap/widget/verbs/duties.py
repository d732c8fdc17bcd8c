"""Who is responsible: roles, vacancies, conflicts, loads and territories."""

from __future__ import annotations

from typing import Any

import numpy as np

from gridmap.core.cell_officials import cell_officials
from gridmap.export.plain import plain_text
from gridmap.widget.answers import Answer, Question, packed
from gridmap.widget.desk import Desk

_MOST_ROWS = 2_000


def duties(desk: Desk, _question: Question) -> Answer:
    """Tell the duties under the plan; they are worked out once for a plan."""
    return _told(desk, desk.bench.duties())


def assign(desk: Desk, _question: Question) -> Answer:
    """Give zones, areas, sites and households their officials anew."""
    found = desk.bench.duties()
    desk.tell_plan_head()
    return _told(desk, found)


def territories(desk: Desk, question: Question) -> Answer:
    """Tell for every cell which official of a role it belongs to."""
    bench, role = desk.bench, str(question.args.get("role", ""))
    found = cell_officials(bench.plan, bench.placement, bench.officials, bench.duties(), role=role)
    legend = [
        {"code": code, "official": plain_text(official), "label": plain_text(name)}
        for code, (official, name) in enumerate(zip(found.officials, found.names, strict=True))
    ]
    return Answer({"legend": legend, "role": role}, [packed(found.codes, "i4")])


def _told(desk: Desk, found: Any) -> Answer:
    protocol = desk.bench.protocol
    return Answer(
        {
            "roles": [_role_row(protocol, role, found) for role in _roles(protocol, found)],
            "vacancies": [_vacancy(desk, row) for row in found.vacancies.head(_MOST_ROWS).itertuples()],
            "conflicts": [_conflict(desk, row) for row in found.conflicts.head(_MOST_ROWS).itertuples()],
            "loads": [_load(desk, row) for row in found.loads.head(_MOST_ROWS).itertuples()],
        }
    )


def _roles(protocol: Any, found: Any) -> list[str]:
    known = list(protocol.roles)
    return known + sorted({*found.table["role"], *found.vacancies["role"]} - set(known))


def _role_row(protocol: Any, role: str, found: Any) -> dict[str, Any]:
    mine, open_ = found.table[found.table["role"] == role], found.vacancies[found.vacancies["role"] == role]
    return {
        "id": role,
        "zh": plain_text(protocol.role_label(role, "zh")),
        "en": plain_text(protocol.role_label(role, "en")),
        "officials": int(mine["official_id"].nunique()),
        "duties": len(mine),
        "hard": int(open_.loc[open_["hard"], "missing"].sum()),
        "vacancies": int(open_["missing"].sum()),
    }


def _vacancy(desk: Desk, row: Any) -> dict[str, Any]:
    return {
        "role": row.role,
        "target_kind": row.target_kind,
        "target": plain_text(row.target),
        "name": _target_name(desk, row.target_kind, row.target),
        "missing": int(row.missing),
        "hard": bool(row.hard),
        "cells": _target_cells(desk, row.target_kind, row.target),
    }


def _target_name(desk: Desk, kind: str, target: str) -> str:
    plan = desk.bench.plan
    if kind == "zone" and target in plan.zones.index:
        return plain_text(plan.zones.at[target, "name"])
    if kind == "area":
        return plain_text(plan.hierarchy.path(target))
    return plain_text(target)


def _target_cells(desk: Desk, kind: str, target: str) -> list[int]:
    plan = desk.bench.plan
    if kind == "zone" and target in plan.zones.index:
        return [int(each) for each in np.flatnonzero(plan.effective.zone == plan.zone_place(target))]
    if kind == "area" and target in plan.hierarchy.areas.index:
        return [int(each) for each in plan.hierarchy.places_of(target)]
    return []


def _conflict(desk: Desk, row: Any) -> dict[str, Any]:
    name = _person(desk.bench.officials, row.official_id)
    detail = plain_text(row.detail)
    return {
        "official": plain_text(row.official_id),
        "name": name,
        "role": row.role,
        "kind": row.kind,
        "detail": detail,
    }


def _load(desk: Desk, row: Any) -> dict[str, Any]:
    return {
        "official": plain_text(row.Index),
        "name": _person(desk.bench.officials, row.Index),
        "role": row.role,
        "targets": int(row.targets),
        "households": int(row.households),
        "capacity": _number(row.capacity),
        "share": _number(row.share),
    }


def _number(value: Any) -> float | None:
    return float(value) if value == value and value is not None else None  # noqa: PLR0124 - NaN differs from itself


def _person(officials: Any, official: str) -> str:
    """Return the name of an official, or the id where there is none."""
    if official not in officials.index or "name" not in officials:
        return plain_text(official)
    name = officials["name"][~officials.index.duplicated()].get(official, "")
    return plain_text(name) if isinstance(name, str) and name else plain_text(official)
