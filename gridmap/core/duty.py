"""Assign duties: who is responsible for which zone, area, site and household, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from pandas import DataFrame, Series

from gridmap.core.by_hand import Pinned, enter_pins, linked_by_hand
from gridmap.core.clash import clashes_of, conflict_table
from gridmap.core.duty_changes import duty_rows
from gridmap.core.ground import Ground, survey
from gridmap.core.linking import link
from gridmap.core.muster import muster
from gridmap.core.renumbered import served_in
from gridmap.core.service import service_of
from gridmap.core.shifts import posts_of_rules
from gridmap.core.staffed import household_chains
from gridmap.core.targets import Target, targets_of
from gridmap.core.territory import Ledger, Links, fill
from gridmap.model.duties import (
    CONFLICT_COLUMNS,
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
    given = _give(plan, placement, officials, protocol, sites, pins, served_in(plan, duty_rows(before)))
    ledger, table, loads = given.ledger, given.table, given.loads
    service = service_of(
        plan,
        placement,
        table,
        posts=posts_of_rules((rule, targets) for rule, targets, _ in given.needed),
        protocol=protocol,
        sites=sites,
        before=before.shifts if isinstance(before, Duties) else None,
    )
    found = clashes_of(ledger, given.ground, protocol, loads, given.targets, shifts=service.shifts)
    return replace(
        given.duties(protocol),
        conflicts=conflict_table(ledger.conflicts, found),
        coverage=household_chains(plan, placement, table, protocol=protocol),
        **service._asdict(),
    )


def assign_bare(
    plan: Plan,
    placement: Placement,
    officials: DataFrame | None,
    *,
    protocol: Protocol,
    sites: DataFrame | None = None,
) -> Duties:
    """Give the duties as `assign_duties` does, and tell who serves and what is missing, but no more.

    Conflicts, shifts, teams and chains are left empty: who only counts, over many plans, needs none of them.
    """
    return _give(plan, placement, officials, protocol, sites, None, duty_rows(None)).duties(protocol)


class _Given(NamedTuple):
    """Duties as they were given.

    Parameters
    ----------
    ground, ledger, needed
        Where, by whom and for what.
    pinned
        What was set by hand.
    table, loads
        As in `Duties`, the loads in the order of the ledger's staff.
    """

    ground: Ground
    ledger: Ledger
    needed: list[Needed]
    pinned: Pinned
    table: DataFrame
    loads: DataFrame

    @property
    def targets(self) -> dict[tuple[str, str], Target]:
        """What the duties are for, by kind and id."""
        known = {(each.kind, each.target): each for _, targets, _ in self.needed for each in targets}
        return known | {(each.kind, each.target): each for _, each in self.pinned}

    def duties(self, protocol: Protocol) -> Duties:
        """Return who serves and what is missing."""
        return Duties(
            table=self.table,
            vacancies=_frame(self.ledger.vacancies, VACANCY_COLUMNS, missing="int64", hard="bool"),
            conflicts=no_rows(CONFLICT_COLUMNS),
            loads=self.loads.set_index("official_id")[list(LOAD_COLUMNS)],
            travel=_travel(self.ledger),
            protocol=protocol,
            staff=self.ledger.staff,
        )


def _give(  # noqa: PLR0917 - the arguments of assign_duties
    plan: Plan,
    placement: Placement,
    officials: DataFrame | None,
    protocol: Protocol,
    sites: DataFrame | None,
    pins: DataFrame | None,
    in_force: DataFrame,
) -> _Given:
    ground = survey(plan, placement)
    ledger = Ledger(muster(officials, ground))
    needed = list(_needed(protocol, ground, sites))
    _note_levels(needed, ledger)
    pinned = enter_pins(served_in(plan, duty_rows(pins).drop_duplicates()), ledger, ground, sites, protocol)
    posts = _posts(in_force)
    for rule, targets, _ in needed:
        fill(rule, targets, ledger, ground, before=posts)
    for rule in protocol.duties:
        if rule.per == "household":
            link(
                rule,
                ledger,
                ground,
                pinned=linked_by_hand(pinned, rule.role),
                before=_linked_before(in_force, rule.role),
                change_m=protocol.change_m,
            )
    return _Given(ground, ledger, needed, pinned, _table(ledger, ground), _loads(ledger, protocol))


def _linked_before(in_force: DataFrame, role: str) -> Series:
    """Return the official that each household had in a role, by ``household_id``."""
    rows = in_force[(in_force["role"] == role) & (in_force["target_kind"] == "household")]
    rows = rows.drop_duplicates("target")
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
