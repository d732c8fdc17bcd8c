"""Vacancies with the cells they concern; those of single households are told cell by cell."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from pandas import DataFrame

from gridmap.core.problem_words import Speech
from gridmap.model.duties import Duties
from gridmap.model.placement import Placement
from gridmap.model.plan import Plan

_Row = tuple[str, str, str, tuple[str, ...]]


def vacancy_rows(duties: Duties, plan: Plan, placement: Placement | None, speech: Speech) -> Iterator[_Row]:
    """Give kind (``vacancy_hard`` or ``vacancy``), target, detail and cells of every vacancy.

    Parameters
    ----------
    duties
        The duties under the plan.
    plan
        The plan.
    placement
        With it, households that nobody serves are told together by the cell they live in.
    speech
        What says it.
    """
    rows = duties.vacancies
    of_home = (rows["target_kind"] == "household").to_numpy()
    known: dict[tuple[str, str], tuple[str, ...]] = {}
    for row in rows[~of_home].itertuples(index=False):
        key = (row.target_kind, row.target)
        if key not in known:
            known[key] = _cells(plan, *key)
        what = {"role": speech.role(row.role), "kind": speech.say(row.target_kind), "target": row.target}
        detail = speech.say("vacancy", missing=row.missing, **what)
        yield _kind(hard=row.hard), row.target, detail, known[key]
    yield from _of_homes(rows[of_home], placement, speech)


def zone_vacancies(duties: Duties) -> DataFrame:
    """Sum the persons that zones miss.

    Returns
    -------
    vacancies
        By ``zone_id``: `missing`, and `hard`, those of them that must be found; zones that miss nobody are
        left out.
    """
    rows = duties.vacancies[duties.vacancies["target_kind"] == "zone"]
    hard = rows["missing"].where(rows["hard"], 0)
    frame = DataFrame({"zone_id": rows["target"], "missing": rows["missing"], "hard": hard})
    return frame.groupby("zone_id").sum()


def _kind(*, hard: bool) -> str:
    return "vacancy_hard" if hard else "vacancy"


def _cells(plan: Plan, kind: str, target: str) -> tuple[str, ...]:
    hierarchy = plan.hierarchy
    if kind == "area" and target in hierarchy.areas.index:
        return tuple(hierarchy.cell_ids[hierarchy.places_of(target)].tolist())
    if kind == "zone" and target in plan.zones.index:
        places = np.flatnonzero(plan.effective.zone == plan.zone_place(target))
        return tuple(hierarchy.cell_ids[places].tolist())
    return ()


def _of_homes(rows: DataFrame, placement: Placement | None, speech: Speech) -> Iterator[_Row]:
    if not len(rows):
        return
    cells = rows["target"].map(placement.cells).fillna("") if placement is not None else ""
    counts = rows.assign(cell=cells).groupby(["hard", "role", "cell"], sort=True)["missing"].sum()
    for (hard, role, cell), missing in counts.items():
        detail = speech.say("vacancy_homes", role=speech.role(role), missing=missing)
        yield _kind(hard=hard), cell, detail, (cell,) if cell else ()
