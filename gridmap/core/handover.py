"""Handing duties over by hand: what somebody holds goes to somebody else, and only that changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from pandas import DataFrame, Series

from gridmap.core.beside import Beside
from gridmap.core.clash import Row, clashes_of
from gridmap.core.duty_changes import duty_rows
from gridmap.core.ground import Ground, survey
from gridmap.core.muster import staff_row
from gridmap.core.service import service_of
from gridmap.core.staffed import household_chains
from gridmap.core.targets import Target, named_target
from gridmap.core.territory import Ledger, Links
from gridmap.errors import DutyError
from gridmap.model.duties import CONFLICT_COLUMNS, PIN_COLUMNS, TABLE_COLUMNS, Duties
from gridmap.model.placement import Placement
from gridmap.model.plan import Plan
from gridmap.model.protocol import Protocol
from gridmap.model.shown import shows_counts

_SHOWN = 3
_KINDS = (
    "inside_serves_outside",
    "outside_serves_inside",
    "double_booking",
    "unknown_territory",
    "no_phone",
    "overload",
)
Key = tuple[str, str]


@shows_counts
class HandOver(NamedTuple):
    """What a hand-over comes to.

    Parameters
    ----------
    duties
        The duties after it.
    pins
        The duties set by hand that it stands for: `official_id`, `role`, `target_kind`, `target`.
    """

    duties: Duties
    pins: DataFrame


def hand_over(
    duties: Duties,
    placement: Placement,
    plan: Plan,
    *,
    official_id: str,
    role: str,
    households: Sequence[str] = (),
    targets: Sequence[str | Key] = (),
    sites: DataFrame | None = None,
) -> HandOver:
    """Give households, or whole zones, areas and sites, to one official, without giving all duties anew.

    The rows of the table, the loads, the chains and the conflicts of those concerned change at once; nothing
    else does. A household has one person of a role, so the new one takes the place of the old. So it is with
    a target that one official answers for. Elsewhere the new one joins those who were set by hand and those
    whose territory an area is; of the others the last are released beyond the number that is needed.
    `gridmap.assign_duties` with the pins comes to the same for these rows.

    Parameters
    ----------
    duties
        As `gridmap.assign_duties` gave them under this plan.
    placement, plan
        Who lives where, and what was zoned.
    official_id
        Who takes over.
    role
        As what.
    households
        Ids of households.
    targets
        Ids of zones, areas and sites for which the role is needed or serves, or pairs of kind and id.
    sites
        The sites by ``site_id``, for what is handed over of them.

    Returns
    -------
    hand_over
        `duties` and `pins`.

    Raises
    ------
    DutyError
        If the official, a household or a target is not known, or the duties do not say their protocol.
    """
    staff, protocol = _known(duties, official_id)
    wanted = [
        *(("household", each) for each in _placed(households, placement)),
        *_named(targets, duties, role),
    ]
    wanted = list(dict.fromkeys(wanted))
    pins = DataFrame([(official_id, role, *key) for key in wanted], columns=list(PIN_COLUMNS)).astype("str")
    if not wanted:
        return HandOver(duties, pins)
    levels = plan.hierarchy.areas["level"].to_dict()
    beside = Beside(official_id, role, protocol=protocol, staff=staff, levels=levels)
    table, released = _table(duties.table, pins, beside)
    ground = survey(plan, placement)
    concerned = released | {official_id}
    ledger, known = _ledger(table, concerned, staff, ground, sites)
    loads = _loads(duties.loads, concerned, ledger)
    ledger.held, ledger.load = (loads[name].to_numpy() for name in ("targets", "households"))
    others = duties.conflicts
    others = others[~(others["official_id"].isin(list(concerned)) & others["kind"].isin(_KINDS))]
    others = _two_heads(others, table, wanted, beside)
    taken = {*others["official_id"], *others["substitute"]}
    service = service_of(
        plan,
        placement,
        table,
        posts=duties.headcount,
        protocol=protocol,
        sites=sites,
        before=duties.shifts,
    )
    mine = service.shifts[service.shifts["official_id"].isin(list(concerned))]
    rows = clashes_of(ledger, ground, protocol, loads.reset_index(), known, shifts=mine, taken=taken)
    return HandOver(
        replace(
            duties,
            table=table,
            vacancies=_vacancies(duties, table, role, wanted),
            conflicts=_conflicts(others, concerned, ledger, rows),
            loads=loads,
            coverage=household_chains(plan, placement, table, protocol=protocol),
            **service._asdict(),
        ),
        pins,
    )


def _known(duties: Duties, official: str) -> tuple[DataFrame, Protocol]:
    if duties.protocol is None or duties.staff is None:
        raise DutyError("these duties do not say their protocol and officials; take them from assign_duties")
    if official not in duties.loads.index:
        raise DutyError(
            f"official {official!r} is not among the {len(duties.loads)} officials of these duties; "
            "add the official first",
            [official],
        )
    return duties.staff, duties.protocol


def _placed(households: Sequence[str], placement: Placement) -> Sequence[str]:
    strange = [each for each in households if each not in placement.cells.index]
    if strange:
        raise DutyError(f"{_shown(strange)} not among the placed households; place them first", strange)
    return households


def _named(targets: Sequence[str | Key], duties: Duties, role: str) -> list[Key]:
    """Return kind and id of each target, which the role must serve or lack there."""
    if not targets:
        return []
    rows = pd.concat([duty_rows(duties), duties.vacancies[["role", "target_kind", "target"]]])
    rows = rows[(rows["role"] == role) & (rows["target_kind"] != "household")]
    kinds: dict[str, dict[str, None]] = {}
    for kind, target in zip(rows["target_kind"], rows["target"], strict=True):
        kinds.setdefault(target, {})[kind] = None
    found, strange = list[Key](), list[str]()
    for each in targets:
        asked = (each,) if isinstance(each, str) else (each[1], each[0])
        fitting = [kind for kind in kinds.get(asked[0], ()) if asked[1:] in ((), (kind,))]
        if fitting:
            found.append((fitting[0], asked[0]))
        else:
            strange.append(asked[0])
    if strange:
        raise DutyError(f"{_shown(strange)} no zone, area or site that needs the role {role!r}", strange)
    return found


def _shown(names: Sequence[str]) -> str:
    head = ", ".join(repr(name) for name in names[:_SHOWN]) + (" ..." if len(names) > _SHOWN else "")
    return f"{head} {'is' if len(names) == 1 else 'are'}"


def _table(table: DataFrame, pins: DataFrame, beside: Beside) -> tuple[DataFrame, frozenset[str]]:
    """Return the table after the hand-over, and who was released of something."""
    touched = np.zeros(len(table), dtype=bool)
    for kind, rows in pins.groupby("target_kind"):
        touched |= ((table["target_kind"] == kind) & table["target"].isin(rows["target"])).to_numpy()
    touched &= (table["role"] == beside.role).to_numpy()
    places = np.flatnonzero(touched)
    gone = touched.copy()
    gone[places[beside.stay(table[touched])]] = False
    released = frozenset(table["official_id"][gone]) - {beside.official}
    keys = zip(table["target_kind"].iloc[places], table["target"].iloc[places], strict=True)
    first = {key: place for place, key in reversed(list(zip(places.tolist(), keys, strict=True)))}
    rows = pins.assign(origin="pinned")[list(TABLE_COLUMNS)]
    asked = zip(rows["target_kind"], rows["target"], strict=True)
    ranks = np.concatenate([[first.get(key, len(table)) for key in asked], np.flatnonzero(~gone)])
    whole = pd.concat([rows, table[~gone]])
    return whole.iloc[np.argsort(ranks, kind="stable")].reset_index(drop=True), released


def _ledger(
    table: DataFrame, concerned: Iterable[str], staff: DataFrame, ground: Ground, sites: DataFrame | None
) -> tuple[Ledger, dict[Key, Target]]:
    """Enter the duties of some officials into a ledger; return also what they are for."""
    ledger, known = Ledger(staff), dict[Key, Target]()
    rows = table[table["official_id"].isin(list(concerned))]
    homes = (rows["target_kind"] == "household").to_numpy()
    for official, role, kind, target, origin in rows[~homes].itertuples(index=False):
        found = named_target(kind, target, ground, sites) or Target(kind, target, np.nan, np.nan)
        known[kind, target] = found
        ledger.give(_row(staff, official, role), role, found, origin)
    for role, linked in rows[homes].groupby("role", sort=False):
        at = ground.households.index.get_indexer(linked["target"])
        row_of = {official: _row(staff, official, str(role)) for official in linked["official_id"].unique()}
        who = linked["official_id"].map(row_of).to_numpy(dtype=np.intp)[at >= 0]
        at = at[at >= 0]
        near = np.zeros(len(at), dtype=bool)
        ledger.link(Links(str(role), at, who, near, ground.household_zones[at]))
    return ledger, known


def _loads(loads: DataFrame, concerned: Iterable[str], ledger: Ledger) -> DataFrame:
    mine = loads.index.isin(list(concerned))
    after = loads.copy()
    for name, counts in (("targets", ledger.held), ("households", ledger.load)):
        after[name] = np.where(mine, counts, loads[name])
    return after.assign(share=after["households"] / after["capacity"].where(after["capacity"] > 0))


def _vacancies(duties: Duties, table: DataFrame, role: str, wanted: Sequence[Key]) -> DataFrame:
    """Fill the vacancies of what was handed over by as many persons as came."""
    keys = set(wanted)
    mine = [
        of == role and (kind, target) in keys
        for of, kind, target, _, _ in duties.vacancies.itertuples(index=False)
    ]
    if not any(mine):
        return duties.vacancies
    came = _holders(table, role, keys).sub(_holders(duties.table, role, keys), fill_value=0)
    after = duties.vacancies.copy()
    for place in np.flatnonzero(mine):
        key = after["target_kind"].iat[place], after["target"].iat[place]
        missing = after["missing"].iat[place] - int(came.get(key, 0))
        after.iloc[place, after.columns.get_loc("missing")] = max(missing, 0)
    return after[after["missing"] > 0].reset_index(drop=True)


def _holders(table: DataFrame, role: str, keys: set[Key]) -> Series:
    rows = table[table["role"] == role]
    counts = rows.groupby(["target_kind", "target"]).size()
    return counts[counts.index.isin(list(keys))]


def _two_heads(conflicts: DataFrame, table: DataFrame, wanted: Sequence[Key], beside: Beside) -> DataFrame:
    """Tell anew of the areas that changed hands whose territory they are without serving them."""
    rows = table[table["role"] == beside.role]
    old, new = np.zeros(len(conflicts), dtype=bool), list[Row]()
    for kind, target in wanted:
        if kind != "area":
            continue
        holders = rows.loc[(rows["target_kind"] == kind) & (rows["target"] == target), "official_id"].tolist()
        said = f"area {target} is already served by "
        old |= (
            (conflicts["kind"] == "two_heads").to_numpy()
            & (conflicts["role"] == beside.role).to_numpy()
            & (conflicts["detail"].str.startswith(said).to_numpy(dtype=bool))
        )
        displaced = beside.displaced(kind, target, holders)
        new += [(each, beside.role, "two_heads", said + holders[0], "") for each in displaced]
    found = DataFrame(new, columns=list(CONFLICT_COLUMNS)).astype("str")
    return pd.concat([conflicts[~old], found], ignore_index=True)


def _row(staff: DataFrame, official: str, role: str) -> int:
    row = staff_row(staff, official, role)
    if row is None:
        raise DutyError(
            f"official {official!r} serves in these duties and is not among their officials", [official]
        )
    return row


def _conflicts(
    before: DataFrame, concerned: frozenset[str], ledger: Ledger, rows: Iterable[Row]
) -> DataFrame:
    """Add the new conflicts of those who gave and took, in the order in which all are listed."""
    found = DataFrame([row for row in rows if row[0] in concerned], columns=list(CONFLICT_COLUMNS))
    after = pd.concat([before, found.astype("str")], ignore_index=True)
    kinds = after["kind"].map({kind: place for place, kind in enumerate(_KINDS)}).fillna(-1).to_numpy()
    first = {official: place for place, official in reversed(list(enumerate(ledger.official_ids)))}
    who = np.where(kinds < 0, -1, after["official_id"].map(first).fillna(-1).to_numpy())
    return after.iloc[np.lexsort([who, kinds])].reset_index(drop=True)
