"""Who is responsible: what is missing, how much each carries, and whose each cell is."""

from __future__ import annotations

from typing import Any

import numpy as np

from gridmap.export.plain import plain_text, plain_texts
from gridmap.widget.account import account_of, proof_of
from gridmap.widget.answers import Answer, Question, packed
from gridmap.widget.board import Board
from gridmap.widget.burdens import burdens
from gridmap.widget.desk import Desk
from gridmap.widget.reaching import reached_of
from gridmap.widget.sharing import shares_of

_MOST_ROWS = 2_000


def duties(desk: Desk, question: Question) -> Answer:
    """Tell the duties under the plan; on a large county only once somebody has asked for them."""
    found = desk.staffing.current(asked=bool(question.args.get("asked")))
    return Answer(unasked(desk) if found is None else _told(desk, found))


def assign(desk: Desk, _question: Question) -> Answer:
    """Put the duties under the plan in force."""
    return Answer(_told(desk, desk.bench.assign()))


def loads(desk: Desk, question: Question) -> Answer:
    """Tell how much every official of a role carries, now and before."""
    found, role = desk.staffing.current(asked=False), _role(question)
    if found is None:
        return Answer(unasked(desk))
    return Answer(*burdens(desk, found, role, desk.bench.duties_before))


def territories(desk: Desk, question: Question) -> Answer:
    """Tell for every cell which official of a role it belongs to, who shares it, and where one is missing."""
    role = _role(question)
    found = shares_of(desk, desk.bench.duties(), role)
    officials = plain_texts(found.officials)
    buffers = [packed(found.codes, "i4"), packed(found.pairs, "i4"), packed(found.vacant, "u4")]
    return Answer({"officials": officials, "names": list(found.names), "role": role}, buffers)


def unasked(desk: Desk) -> dict[str, Any]:
    """Say that nobody has asked for the duties yet, and how many households they are for."""
    bench = desk.bench
    return {"unasked": True, "cells": len(desk.cell_ids), "households": len(bench.placement.cells)}


def _role(question: Question) -> str:
    return str(question.args.get("role", ""))


def _told(desk: Desk, found: Any) -> dict[str, Any]:
    protocol, board, open_ = desk.bench.protocol, Board(desk, found), found.vacancies
    is_home = open_["target_kind"] == "household"
    return {
        "roles": [_role_row(protocol, role, found) for role in _roles(protocol, found)],
        "board": board.rows(_MOST_ROWS),
        "board_total": board.total,
        "missing": int(open_.loc[~is_home, "missing"].sum()),
        "unlinked": int(open_.loc[is_home, "missing"].sum()),
        "hard": int(open_.loc[open_["hard"] & ~is_home, "missing"].sum()),
        "linking": [rule.role for rule in protocol.duties if rule.per == "household"],
        "proof": proof_of(found),
        "account": account_of(desk, found),
        "last": desk.staffing.last,
        "reached": reached_of(desk.bench),
        "pinned": int((found.table["origin"] == "pinned").sum()),
    }


def _roles(protocol: Any, found: Any) -> list[str]:
    known = list(protocol.roles)
    return known + sorted({*found.table["role"], *found.vacancies["role"]} - set(known))


def _role_row(protocol: Any, role: str, found: Any) -> dict[str, Any]:
    mine, open_ = found.table[found.table["role"] == role], found.vacancies[found.vacancies["role"] == role]
    over = found.conflicts[(found.conflicts["role"] == role) & (found.conflicts["kind"] == "overload")]
    return {
        "id": role,
        "zh": plain_text(protocol.role_label(role, "zh")),
        "en": plain_text(protocol.role_label(role, "en")),
        "officials": int(mine["official_id"].nunique()),
        "of": int((found.loads["role"] == role).sum()),
        "duties": len(mine),
        "hard": int(open_.loc[open_["hard"], "missing"].sum()),
        "vacancies": int(open_["missing"].sum()),
        "overloads": int(np.unique(over["official_id"].to_numpy(dtype=str)).size),
    }
