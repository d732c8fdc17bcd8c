"""Who is responsible for every household, step by step: counted from the duties as they are written.

It reads the table of duties, the plan and the placement, and nothing of what was at hand when the duties were
given. A link or a head that is lost on the way is missed here.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pandas import DataFrame, Series

from gridmap.core.claims import claims_on
from gridmap.core.tally import occupied_zones
from gridmap.model.duties import VACANCY_COLUMNS, Duties
from gridmap.model.placement import Placement
from gridmap.model.plan import Plan
from gridmap.model.protocol import DutyRule, Protocol

NOT_ASKED = "not_asked"

Flags = NDArray[np.bool_]
Codes = NDArray[np.intp]


def chain_of(protocol: Protocol) -> tuple[tuple[str, ...], ...]:
    """Return the steps of officials above a household, from the door up, each the roles that may hold it.

    A protocol that names no chain has one step for every role that is linked to households, and one for every
    role without which an area may not be.
    """
    if protocol.chain:
        return protocol.chain
    linked = [rule.role for rule in protocol.duties if rule.per == "household"]
    heads = [rule.role for rule in reversed(protocol.duties) if rule.per == "area" and rule.hard]
    return tuple((role,) for role in dict.fromkeys([*linked, *heads]))


def household_chains(plan: Plan, placement: Placement, table: DataFrame, *, protocol: Protocol) -> DataFrame:
    """Tell for every placed household who is responsible at each step of the chain, and what is missing.

    Parameters
    ----------
    plan, placement
        What was zoned, and who lives there.
    table
        The duties: `official_id`, `role`, `target_kind`, `target`.
    protocol
        Its chain says which steps there are, its duties where each of them is asked for.

    Returns
    -------
    chains
        By ``household_id``, in the order of `placement.cells`: one column a step, called by its first role,
        with the official or empty text; and `reason`: empty text if every step that a rule asks for there is
        held, else ``no_`` and the step for each that is not, or ``not_asked`` where no rule asks for anybody.
    """
    return _chains(_Served(plan, placement, table), protocol)


def _chains(served: _Served, protocol: Protocol) -> DataFrame:
    homes = served.placement.cells.index
    size, steps = len(homes), chain_of(protocol)
    columns: dict[str, Any] = {}
    lacking, anything = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=bool)
    for place, step in enumerate(steps):
        who, asked = _step(step, served, protocol)
        columns[step[0]] = served.named(who)
        lacking |= (asked & (who < 0)).astype(np.int64) << place
        anything |= asked | (who >= 0)
    lacking[~anything] = -1
    codes, found = pd.factorize(lacking)
    reasons = pd.array([_reason(int(each), steps) for each in found], dtype="str")
    columns["reason"] = reasons.take(codes) if len(reasons) else pd.array([], dtype="str")
    return DataFrame(columns, index=pd.Index(homes, name="household_id"))


def hard_vacancies(plan: Plan, placement: Placement | None, duties: Duties) -> DataFrame:
    """List the hard vacancies: those that the duties tell, and those that their table shows besides.

    Without a placement, or a protocol of the duties, only what they tell is known.

    Returns
    -------
    vacancies
        `role`, `target_kind`, `target`, `missing`, `hard`; each person once.
    """
    if duties.protocol is None or placement is None:
        return _told(duties)
    return _hard(_Served(plan, placement, duties.table), duties, duties.protocol)


def _told(duties: Duties) -> DataFrame:
    return duties.vacancies[duties.vacancies["hard"].astype(bool)].reset_index(drop=True)


def _hard(served: _Served, duties: Duties, protocol: Protocol) -> DataFrame:
    told = _told(duties)
    shown: dict[tuple[str, str, str], int] = {}
    for *key, missing in _gaps(served, duties, protocol):
        role, kind, target = key
        shown[role, kind, target] = max(missing, shown.get((role, kind, target), 0))
    for row in told.itertuples(index=False):
        if shown.get((row.role, row.target_kind, row.target), 0):
            shown[row.role, row.target_kind, row.target] -= int(row.missing)
    untold = [(*key, missing, True) for key, missing in shown.items() if missing > 0]
    if not untold:
        return told
    found = DataFrame(untold, columns=list(VACANCY_COLUMNS))
    return pd.concat([told, found.astype(told.dtypes)], ignore_index=True)


def unlike_told(plan: Plan, placement: Placement, duties: Duties) -> list[str]:
    """Return the households whose chain is not what the duties tell of it."""
    if duties.protocol is None:
        return []
    counted = household_chains(plan, placement, duties.table, protocol=duties.protocol)
    told = duties.coverage.reindex(index=counted.index, columns=counted.columns)
    ids: list[str] = counted.index[(counted != told).any(axis=1).to_numpy(dtype=bool)].tolist()
    return ids


def count_staffed(plan: Plan, placement: Placement, duties: Duties) -> dict[str, int]:
    """Count the households with and without their chain, and the persons that must be found.

    Duties without a protocol are counted by who is linked to a household.
    """
    size = len(placement.cells)
    if duties.protocol is None:
        rows = duties.table[duties.table["target_kind"] == "household"]
        staffed, hard = int(placement.cells.index.isin(rows["target"]).sum()), _told(duties)
    else:
        served = _Served(plan, placement, duties.table)
        staffed = int((_chains(served, duties.protocol)["reason"] == "").sum())
        hard = _hard(served, duties, duties.protocol)
    return {
        "households_staffed": staffed,
        "households_unstaffed": size - staffed,
        "hard_vacancies": int(hard["missing"].sum()),
    }


def _reason(lacking: int, steps: tuple[tuple[str, ...], ...]) -> str:
    if lacking < 0:
        return NOT_ASKED
    return " ".join(f"no_{step[0]}" for place, step in enumerate(steps) if lacking >> place & 1)


class _Served:
    """The duties of a table by household, area and zone, all as codes; -1 for nobody."""

    def __init__(self, plan: Plan, placement: Placement, table: DataFrame) -> None:
        self.plan, self.placement = plan, placement
        self.hierarchy = plan.hierarchy
        self._area_of: dict[str, Codes] = {}
        claims = claims_on(plan, placement)
        self.cell, self.tier, self.zone = claims.census.places, claims.tier, claims.zone
        self.role, self.kind = _texts(table["role"]), _texts(table["target_kind"])
        self.target = _texts(table["target"])
        officials = _texts(table["official_id"]).dictionary_encode()
        self.official = np.asarray(officials.indices, dtype=np.intp)
        self.ids = pd.array([*officials.dictionary.to_pylist(), ""], dtype="str")

    def named(self, who: Codes) -> Any:
        """Return the ids of officials; empty text for -1."""
        return self.ids.take(who % len(self.ids))

    def rows(self, role: str, kind: str) -> Codes:
        """Return the rows of the table that are of one role and kind of target."""
        mine = pc.and_(pc.equal(self.role, role), pc.equal(self.kind, kind))
        return np.flatnonzero(np.asarray(mine))

    def by_target(self, role: str, kind: str, targets: Any) -> Codes:
        """Return the first official of the role for each of the targets."""
        rows = self.rows(role, kind)
        place = self._places(rows, targets)
        who = np.full(len(targets), -1, dtype=np.intp)
        first = np.flatnonzero(place >= 0)[::-1]  # the last one entered counts
        who[place[first]] = self.official[rows[first]]
        return who

    def count(self, role: str, kind: str, targets: Any) -> Codes:
        """Count the officials of the role for each of the targets."""
        rows = self.rows(role, kind)
        place, who = self._places(rows, targets), self.official[rows]
        pairs = np.unique(place[place >= 0] * len(self.ids) + who[place >= 0])
        return np.bincount(pairs // len(self.ids), minlength=len(targets))

    def area_of(self, level: str) -> Codes:
        """Return the area of a level around every cell, the cell itself where there is none."""
        if level not in self._area_of:
            found = self.hierarchy.places_at(level)
            self._area_of[level] = np.where(found < 0, self.hierarchy.lineage[0], found).astype(np.intp)
        return self._area_of[level]

    def in_tiers(self, tiers: tuple[str, ...], codes: Any) -> Flags:
        """Tell which codes of tiers, where -1 is none, are among some tiers."""
        order = self.plan.tier_order
        wanted = np.array([*(tier in tiers for tier in order), False])
        return np.asarray(wanted[codes])

    def asking_areas(self, rule: DutyRule) -> Flags:
        """Tell which areas a rule asks for: those that hold a cell or a household of its tiers."""
        tiers, area_of = rule.tiers or self.plan.tier_order, self.area_of(rule.level)
        asking = np.zeros(len(self.hierarchy.areas), dtype=bool)
        asking[area_of[self.in_tiers(tiers, self.plan.effective.tier)]] = True
        asking[area_of[self.cell[self.in_tiers(tiers, self.tier)]]] = True
        return asking

    def asking_zones(self, rule: DutyRule) -> Flags:
        """Tell which zones a rule asks for, by their places in the registry."""
        tiers = rule.tiers or self.plan.tier_order
        kept = set(occupied_zones(self.plan, self.placement))
        return np.array(
            [zone.tier in tiers and zone.zone_id in kept for zone in self.plan.registry], dtype=bool
        )

    def asking_homes(self, rule: DutyRule) -> Flags:
        """Tell which households a rule asks for."""
        asking = np.ones(len(self.cell), dtype=bool)
        if rule.tiers:
            asking &= self.in_tiers(rule.tiers, self.tier)
        if rule.kinds:
            asking &= self._of_kinds(rule.kinds)
        return asking

    def _of_kinds(self, kinds: tuple[str, ...]) -> Flags:
        if "kind" not in self.placement.households:
            return np.zeros(len(self.cell), dtype=bool)
        return np.asarray(self.placement.column("kind").isin(kinds), dtype=bool)

    @cached_property
    def zone_ids(self) -> Any:
        """The ids of all zones, in the order of the registry."""
        return pa.array([zone.zone_id for zone in self.plan.registry], pa.large_string())

    @cached_property
    def area_ids(self) -> Any:
        """The ids of all areas."""
        return _texts(self.hierarchy.areas.index)

    @cached_property
    def home_ids(self) -> Any:
        """The ids of the placed households."""
        return _texts(self.placement.cells.index)

    def _places(self, rows: Codes, targets: Any) -> Codes:
        named = self.target.take(pa.array(rows))
        if named.equals(targets):
            return np.arange(len(targets))
        places = pc.fill_null(pc.index_in(named, value_set=targets), -1)
        return np.asarray(places, dtype=np.intp)


def _step(step: tuple[str, ...], served: _Served, protocol: Protocol) -> tuple[Codes, Flags]:
    """Return who holds a step for every household, and where a rule asks for it."""
    size = len(served.cell)
    who, asked = np.full(size, -1, dtype=np.intp), np.zeros(size, dtype=bool)
    for role in step:
        for rule in protocol.duties:
            if rule.role == role and rule.needed and rule.per != "site":
                holder, asking = _by_rule(rule, served)
                asked |= asking
                who = np.where(who < 0, holder, who)
    return who, asked


def _by_rule(rule: DutyRule, served: _Served) -> tuple[Codes, Flags]:
    if rule.per == "household":
        return served.by_target(rule.role, "household", served.home_ids), served.asking_homes(rule)
    if rule.per == "zone":
        holders = np.append(served.by_target(rule.role, "zone", served.zone_ids), -1)
        asking = np.append(served.asking_zones(rule), [False])
        return holders[served.zone], asking[served.zone]
    area = served.area_of(rule.level)[served.cell]
    return served.by_target(rule.role, "area", served.area_ids)[area], served.asking_areas(rule)[area]


def _gaps(served: _Served, duties: Duties, protocol: Protocol) -> Iterator[tuple[str, str, str, int]]:
    """Yield what the table lacks of the hard rules: role, kind of target, target, persons."""
    for rule in protocol.duties:
        if not rule.hard:
            continue
        if rule.per == "site":
            yield from _site_gaps(rule, duties)
            continue
        targets, asking = {
            "household": (served.home_ids, served.asking_homes),
            "zone": (served.zone_ids, served.asking_zones),
            "area": (served.area_ids, served.asking_areas),
        }[rule.per]
        needed = 1 if rule.per == "household" else rule.needed
        missing = needed - served.count(rule.role, rule.per, targets)
        for place in np.flatnonzero(asking(rule) & (missing > 0)).tolist():
            yield rule.role, rule.per, targets[place].as_py(), int(missing[place])


def _site_gaps(rule: DutyRule, duties: Duties) -> Iterator[tuple[str, str, str, int]]:
    """Yield what sites lack of what their headcount says they need: nothing else here knows the sites."""
    heads, table = duties.headcount, duties.table
    if not len(heads):
        return
    needed = heads[(heads["target_kind"] == "site") & (heads["role"] == rule.role)]
    there = table[(table["target_kind"] == "site") & (table["role"] == rule.role)]
    persons = there.groupby("target")["official_id"].nunique()
    for site, count in needed.groupby("target")["needed"].sum().items():
        missing = int(count) - int(persons.get(site, 0))
        if missing > 0:
            yield rule.role, "site", str(site), missing


def _texts(values: Series | Any) -> Any:
    """Return texts as one arrow array."""
    texts = pa.array(values.astype("str").array, pa.large_string())
    return texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
