"""A new case, and the zones that follow: proposed first, and made only when a person takes them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import geopandas as gpd
import numpy as np

from gridmap.core.drawing.new_case import new_case as made_case
from gridmap.core.drawing.new_case import with_case
from gridmap.core.edits import together
from gridmap.core.preview import Preview, preview_delineation
from gridmap.errors import PlanError
from gridmap.export.plain import plain_text
from gridmap.model.protocol import Protocol
from gridmap.store.protocols import load_protocol
from gridmap.widget.answers import Answer, Question, packed
from gridmap.widget.desk import Desk
from gridmap.widget.planwords import carve_rows
from gridmap.widget.proposals import Proposed

_MOST_FOUND = 30


def new_case(desk: Desk, question: Question) -> Answer:
    """Tell which households have an address with this text in it."""
    found = desk.finder.households(str(question.args.get("text", "")), limit=_MOST_FOUND)
    placement = desk.bench.placement
    rows = placement.cells.index.get_indexer([each.id for each in found])
    residents = placement.residents.to_numpy()
    return Answer(
        {
            "found": [
                {
                    "id": each.id,
                    "address": plain_text(each.label),
                    "detail": plain_text(each.detail),
                    "at": desk.ground.projection.place(each.shape),
                    "residents": int(residents[row]) if row >= 0 else 0,
                }
                for each, row in zip(found, rows.tolist(), strict=True)
            ]
        }
    )


def propose(desk: Desk, question: Question) -> Answer:
    """Tell what the rules ask for around cases, and what that would change; nothing is made yet."""
    bench, args = desk.bench, question.args
    protocol = _protocol(desk, str(args.get("protocol") or ""))
    case = _case(desk, args["case"]) if isinstance(args.get("case"), dict) else None
    cases = _known_cases(desk, args.get("cases"))
    found = preview_delineation(
        bench.plan,
        cases if case is None else with_case(cases, case),
        bench.grid,
        protocol=protocol,
        placement=bench.placement,
        case_places=bench.workspace.case_places,
    )
    token = desk.proposals.keep(Proposed([found.edit], protocol, case if args.get("add") else None))
    marks = carve_rows(found.plan, bench.placement, desk.ground.projection)
    return Answer({"token": token, **_told(found), "carve": marks}, [packed(_tiers(desk, found), "i1")])


def accept(desk: Desk, question: Question) -> Answer:
    """Make what was proposed, and keep the new case, if it was for one."""
    bench, token = desk.bench, str(question.args.get("token", ""))
    edits, protocol, case, _, reason = desk.proposals.take(token, bench.plan.version)
    if protocol.id != bench.protocol.id:
        bench.use_protocol(protocol.id)
    if case is not None:
        bench.add_case(case)
    if edits:
        bench.apply(together(edits, reason=reason))
    made = {"edits": min(len(edits), 1), "case": "" if case is None else str(case.index[0])}
    return Answer({"revision": desk.revision, **made})


def drop(desk: Desk, question: Question) -> Answer:
    """Forget a proposal."""
    desk.proposals.drop(str(question.args.get("token", "")))
    return Answer({})


def _protocol(desk: Desk, name: str) -> Protocol:
    own = desk.bench.protocol
    return own if name in ("", own.id) else load_protocol(name)


def _known_cases(desk: Desk, wanted: Any) -> Any:
    """Return the cases of the workspace, or some of them by their ids."""
    cases = desk.bench.cases
    if wanted == "workspace" or wanted is None:
        return cases
    if not isinstance(wanted, list):
        raise PlanError(f"cases is no list of ids, but {wanted!r}")
    return cases[cases.index.isin([str(each) for each in wanted])]


def _case(desk: Desk, said: dict[str, Any]) -> Any:
    """Make a case of what the panel says: when it was confirmed, and where."""
    at = said.get("at")
    point = None
    if at is not None:
        where = Question("propose", "", 0, said, (), "").point("at")
        point = gpd.GeoSeries([desk.ground.projection.point(where)], crs=desk.ground.projection.crs)
    return made_case(
        desk.bench.cases,
        desk.ground.hierarchy,
        confirmed_on=_day(said.get("confirmed_on")),
        household=str(said.get("household") or ""),
        point=point,
        cell=str(said.get("cell") or ""),
        address=str(said.get("address") or ""),
        label=str(said.get("label") or ""),
        placement=desk.bench.placement,
    )


def _day(text: Any) -> datetime:
    """Read a date or a time; one without a zone is of this machine's."""
    try:
        time = datetime.fromisoformat(str(text))
    except ValueError as error:
        raise PlanError(f"confirmed_on is no date: {text!r}; write it as 2022-03-05") from error
    return time if time.tzinfo else time.astimezone()


def _told(found: Preview) -> dict[str, Any]:
    moved = found.changes
    after = moved.groupby(level="tier_after", sort=False)["households"].sum()
    zones = [
        {
            "id": str(row.Index),
            "tier": row.tier,
            "name": plain_text(row.name_),
            "cells": int(row.cells),
            "households": int(row.households),
            "new": bool(row.new),
        }
        for row in found.zones.rename(columns={"name": "name_"}).itertuples()
    ]
    return {
        "zones": zones,
        "changes": {
            "cells": int(moved["cells"].sum()),
            "households": int(moved["households"].sum()),
            "by_tier": {str(tier): int(count) for tier, count in after.items()},
        },
        "raised": [_raised(row) for row in found.raised.itertuples()],
        "unplaced": [plain_text(case) for case in found.unplaced],
        "warnings": [plain_text(text) for text in found.warnings],
    }


def _raised(row: Any) -> dict[str, Any]:
    texts = {name: plain_text(getattr(row, name)) for name in ("zone_before", "zone_after")}
    cases = [plain_text(case) for case in row.cases]
    return {**texts, "tier_before": row.tier_before, "tier_after": row.tier_after, "cases": cases}


def _tiers(desk: Desk, found: Preview) -> Any:
    """Return the tier of every cell under a proposal, numbered as the views number tiers now."""
    order = desk.bench.plan.tier_order
    recode = [order.index(tier) if tier in order else -1 for tier in found.plan.tier_order]
    return np.array([*recode, -1])[found.plan.effective.tier]
