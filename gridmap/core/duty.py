"""Assign duties: who is responsible for which zone, area, site and household, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from pandas import DataFrame, Series

from gridmap.core.clash import clashes_of, conflict_table
from gridmap.core.duty_changes import duty_rows
from gridmap.core.ground import Ground, survey
from gridmap.core.linking import link
from gridmap.core.muster import muster, staff_row
from gridmap.core.service import service_of
from gridmap.core.shifts import posts_of_rules
from gridmap.core.staffed import household_chains
from gridmap.core.targets import Target, named_target, targets_of
from gridmap.core.territory import Ledger, Links, fill
from gridmap.model.duties import (
    LOAD_COLUMNS,
    TABLE_COLUMNS,
    TRAVEL_COLUMNS,
    VACANCY_COLUMNS,
    Duties,
    no_rows,
)
from gridmap.model.placement import Placement
from gridmap.model.plan import Plan
from gridmap.model.protocol import DutyRule, Protocol

Needed = tuple[DutyRule, list[Target], list[str]]

_SHOWN = 3


def assign_duties(
    plan: Plan,
    placement: Placement,
    officials: DataFrame | None,
    *,
    protocol: Protocol,
    sites: DataFrame | None = None,
    pins: DataFrame | None = None,
    before: Duties | DataFrame | None = None,
) -> Duties:
    """Give every zone, area, site and household the officials that the protocol asks for.

    Duties set by hand come first, then officials whose territory it is (the smallest territory counts), then
    those who are near and free. Who served before serves on where that is as good, or worse by less than
    `change_m` of the protocol. What nobody serves is a vacancy; what a person must settle is a conflict, but
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
    before
        The duties in force, or their table, so that as few as possible change.

    Returns
    -------
    duties
        The duties in the order of the protocol's rules, with vacancies, conflicts, loads, and the chain of
        officials of every household.
    """
    ground = survey(plan, placement)
    ledger = Ledger(muster(officials, ground))
    needed = list(_needed(protocol, ground, sites))
    _note_levels(needed, ledger)
    pinned = _pin(duty_rows(pins).drop_duplicates(), ledger, ground, sites, protocol)
    in_force = duty_rows(before)
    posts = _posts(in_force)
    for rule, targets, _ in needed:
        fill(rule, targets, ledger, ground, before=posts)
    for rule in protocol.duties:
        if rule.per == "household":
            link(
                rule,
                ledger,
                ground,
                pinned=_linked_by_hand(pinned, rule.role),
                before=_linked_before(in_force, rule.role),
                change_m=protocol.change_m,
            )
    table, loads = _table(ledger, ground), _loads(ledger, protocol)
    known = {(each.kind, each.target): each for _, targets, _ in needed for each in targets}
    known |= {(each.kind, each.target): each for _, each in pinned}
    service = service_of(
        plan,
        placement,
        table,
        posts=posts_of_rules((rule, targets) for rule, targets, _ in needed),
        protocol=protocol,
        sites=sites,
        before=before.shifts if isinstance(before, Duties) else None,
    )
    found = clashes_of(ledger, ground, protocol, loads, known, shifts=service.shifts)
    return Duties(
        table=table,
        vacancies=_frame(ledger.vacancies, VACANCY_COLUMNS, missing="int64", hard="bool"),
        conflicts=conflict_table(ledger.conflicts, found),
        loads=loads.set_index("official_id")[list(LOAD_COLUMNS)],
        coverage=household_chains(plan, placement, table, protocol=protocol),
        **service._asdict(),
        travel=_travel(ledger),
        protocol=protocol,
        staff=ledger.staff,
    )


def _linked_before(in_force: DataFrame, role: str) -> Series:
    """Return the official that each household had in a role, by ``household_id``."""
    rows = in_force[(in_force["role"] == role) & (in_force["target_kind"] == "household")]
    return Series(rows["official_id"].array, index=pd.Index(rows["target"], name="household_id"))


def _travel(ledger: Ledger) -> DataFrame:
    rows = DataFrame(ledger.travel, columns=list(TRAVEL_COLUMNS))
    return rows.astype(no_rows(TRAVEL_COLUMNS).dtypes.to_dict())


def _needed(protocol: Protocol, ground: Ground, sites: DataFrame | None) -> Iterator[Needed]:
    """Yield the rules not per household, with their targets and the cells that stand in for areas."""
    known: dict[tuple[object, ...], tuple[list[Target], list[str]]] = {}
    for rule in protocol.duties:
        key = rule.per, rule.tiers, rule.level, rule.site_kind
        if rule.per != "household":
            if key not in known:
                known[key] = targets_of(rule, ground, sites)
            yield rule, *known[key]


def _pin(
    rows: DataFrame,
    ledger: Ledger,
    ground: Ground,
    sites: DataFrame | None,
    protocol: Protocol,
) -> list[tuple[str, Target]]:
    """Enter the duties set by hand; return what each is for, by role."""
    pinned: list[tuple[str, Target]] = []
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


def _linked_by_hand(pinned: Sequence[tuple[str, Target]], role: str) -> tuple[str, ...]:
    return tuple(each.target for of, each in pinned if of == role and each.kind == "household")


def _note_levels(needed: Sequence[tuple[DutyRule, Sequence[Target], Sequence[str]]], ledger: Ledger) -> None:
    """Enter once for every level which cells no area of it holds, under the first role that asks for it."""
    cells: dict[str, dict[str, None]] = {}
    roles: dict[str, str] = {}
    for rule, _, lacking in needed:
        if lacking:
            roles.setdefault(rule.level, rule.role)
            cells.setdefault(rule.level, {}).update(dict.fromkeys(lacking))
    for level, alone in cells.items():
        shown = ", ".join(list(alone)[:_SHOWN]) + (" ..." if len(alone) > _SHOWN else "")
        detail = f"no {level} holds {len(alone)} cell(s) ({shown}); each such cell counts as one"
        ledger.note(None, roles[level], "level_missing", detail)


def _posts(rows: DataFrame) -> dict[tuple[str, str, str], list[str]]:
    """Return who served each zone, area and site, by role, kind and id."""
    posts: dict[tuple[str, str, str], list[str]] = {}
    for official, role, kind, target in rows[rows["target_kind"] != "household"].itertuples(index=False):
        posts.setdefault((role, kind, target), []).append(official)
    return posts


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
