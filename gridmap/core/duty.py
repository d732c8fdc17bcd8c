"""Assign duties: who is responsible for which zone, area, site and household, and what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from pandas import DataFrame

from gridmap.core.clash import note_clashes
from gridmap.core.ground import Ground, muster, survey
from gridmap.core.linking import link
from gridmap.core.targets import named_target, targets_of
from gridmap.core.territory import Ledger, Links, fill
from gridmap.model.duties import CONFLICT_COLUMNS, LOAD_COLUMNS, TABLE_COLUMNS, VACANCY_COLUMNS, Duties
from gridmap.model.placement import Placement
from gridmap.model.plan import Plan
from gridmap.model.protocol import DutyRule, Protocol

_SHOWN = 3


def assign_duties(
    plan: Plan,
    placement: Placement,
    officials: DataFrame | None,
    *,
    protocol: Protocol,
    sites: DataFrame | None = None,
    pins: DataFrame | None = None,
) -> Duties:
    """Give every zone, area, site and household the officials that the protocol asks for.

    Duties set by hand come first, then officials whose territory it is (the smallest territory counts), then
    those who are near and free. What nobody serves is a vacancy; what a person must settle is a conflict, but
    a conflict never leaves a household without its linked member. The order of the officials does not matter.

    Parameters
    ----------
    plan, placement
        What was zoned, and who lives there.
    officials
        By ``official_id``: `role`, `territory`, `home_cell`, `geometry`, `capacity`, `phone`, each optional.
        None or an empty table makes everything a vacancy.
    protocol
        Its `duties` say what is needed.
    sites
        By ``site_id``: `kind`, `geometry`.
    pins
        Duties set by hand: `official_id`, `role`, `target_kind`, `target`.

    Returns
    -------
    duties
        The duties in the order of the protocol's rules, with vacancies, conflicts and loads.
    """
    ground = survey(plan, placement)
    ledger = Ledger(muster(officials, ground))
    needed = [(rule, *targets_of(rule, ground, sites)) for rule in protocol.duties if rule.per != "household"]
    pinned = _pin(pins, ledger, ground, sites)
    for rule, targets, lacking in needed:
        if lacking:
            _note_level(rule, lacking, ledger)
        fill(rule, targets, ledger, ground)
    for rule in protocol.duties:
        if rule.per == "household":
            link(rule, ledger, ground, pinned=pinned.get(rule.role, ()))
    loads = _loads(ledger, protocol)
    note_clashes(ledger, ground, protocol, loads)
    return Duties(
        table=_table(ledger, ground),
        vacancies=_frame(ledger.vacancies, VACANCY_COLUMNS, missing="int64", hard="bool"),
        conflicts=_frame(ledger.conflicts, CONFLICT_COLUMNS[:4]).assign(substitute=""),
        loads=loads.set_index("official_id")[list(LOAD_COLUMNS)],
    )


def _pin(
    pins: DataFrame | None, ledger: Ledger, ground: Ground, sites: DataFrame | None
) -> dict[str, tuple[str, ...]]:
    """Enter the duties set by hand; return the households among them by role."""
    by_role: dict[str, list[str]] = {}
    for official, role, kind, target in _pin_rows(pins):
        who = _who(ledger, official, role)
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
            ledger.give(who, role, found, "pinned")
            if kind == "household":
                by_role.setdefault(role, []).append(target)
    return {role: tuple(households) for role, households in by_role.items()}


def _pin_rows(pins: DataFrame | None) -> list[tuple[str, str, str, str]]:
    if pins is None:
        return []
    rows = pins[["official_id", "role", "target_kind", "target"]].astype("str").drop_duplicates()
    return [(str(a), str(b), str(c), str(d)) for a, b, c, d in rows.itertuples(index=False)]


def _who(ledger: Ledger, official: str, role: str) -> int | None:
    """Find an official, if possible in the role asked for."""
    staff = ledger.staff
    rows = np.flatnonzero(staff["official_id"] == official)
    if not len(rows):
        return None
    fitting = rows[staff["role"].to_numpy()[rows] == role]
    return int(fitting[0] if len(fitting) else rows[0])


def _note_level(rule: DutyRule, lacking: Sequence[str], ledger: Ledger) -> None:
    shown = ", ".join(lacking[:_SHOWN]) + (" ..." if len(lacking) > _SHOWN else "")
    detail = f"no {rule.level} holds {len(lacking)} cell(s) ({shown}); each such cell counts as one"
    ledger.note(None, rule.role, "level_missing", detail)


def _table(ledger: Ledger, ground: Ground) -> DataFrame:
    rows = _frame([(ledger.official_ids[who], *rest) for who, *rest in ledger.rows], TABLE_COLUMNS)
    links = [_links(each, ledger, ground) for each in ledger.links]
    return pd.concat([rows, *links], ignore_index=True).drop_duplicates(ignore_index=True)


def _links(links: Links, ledger: Ledger, ground: Ground) -> DataFrame:
    columns = {
        "official_id": ledger.staff["official_id"].array.take(links.who),
        "role": links.role,
        "target_kind": "household",
        "target": ground.households.index.array.take(links.household),
        "origin": np.where(links.near, "territory", "assigned"),
    }
    return DataFrame(columns, index=range(len(links.who))).astype("str")


def _loads(ledger: Ledger, protocol: Protocol) -> DataFrame:
    """Return what every official carries, also those who carry nothing."""
    shared = [rule for rule in protocol.duties if rule.per == "household" and rule.households]
    usual = {rule.role: float(rule.households) for rule in shared}
    staff = ledger.staff
    loads = staff[["official_id", "role"]].assign(targets=ledger.held, households=ledger.load)
    loads["capacity"] = staff["capacity"].fillna(staff["role"].map(usual)).astype("float64")
    share = loads["households"] / loads["capacity"].where(loads["capacity"] > 0)
    return loads.assign(share=share)


def _frame(rows: Sequence[Any], columns: Sequence[str], **kinds: str) -> DataFrame:
    frame = DataFrame(list(rows), columns=list(columns))
    return frame.astype({name: kinds.get(name, "str") for name in columns})
