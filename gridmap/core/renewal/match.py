"""Match a renewed roster of households or officials to the one that is known."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas import DataFrame, Series

from gridmap.core.renewal.absent import absent_columns, are_absent
from gridmap.core.renewal.candidates import candidate_pairs
from gridmap.core.renewal.differences import changed_columns, repeats
from gridmap.core.renewal.evidence import BUILDING, CERTAIN, OTHER, Evidence, weigh
from gridmap.core.renewal.renewal import ROW_COLUMNS, Renewal
from gridmap.core.renewal.settle import settle
from gridmap.core.renewal.traits import Traits, household_traits, official_traits
from gridmap.model.frames import keyed

Rows = npt.NDArray[np.int64]
_FULL = 100


def match_households(old: DataFrame, new: DataFrame, *, area_names: Collection[str] = ()) -> Renewal:
    """Match a renewed roster of households to the known one: who is who, new, gone, moved, doubled.

    Pairs are found by id, phone, address, and name with building or house number, and weighed in points of
    100: equal ids count 30, phones 28, addresses 25, names 25, what is misspelled by a letter less, what is
    shared by several households less; another phone takes off 10, another name 25. A pair of 40 points is
    taken without asking if no other pair of either row comes within 10 points; what has 20 is asked about.
    Ids that were given anew, which is seen by whom they pair, do not count.

    Parameters
    ----------
    old, new
        Rosters by ``household_id``, with `address`, `building`, `head_name`, `phone` as far as known.
        All rows count, also those with an id that comes twice or without one.
    area_names
        Names of counties, towns and villages, taken off the front of addresses.

    Returns
    -------
    renewal
        Every row of both rosters in exactly one class: ``same``, ``changed``, ``moved`` (to another address),
        ``absent`` (registered here and living elsewhere), ``new``, ``gone``, ``doubled`` (a row that repeats
        another in all but its id), ``doubtful`` (a person must say).

    Examples
    --------
    >>> known = {"head_name": "王安", "phone": "10400000001", "address": "东苑1幢101室"}
    >>> old = DataFrame(known, index=["h1"])
    >>> new = old.assign(address="西苑2幢202室")
    >>> match_households(old, new).pairs[["old_id", "status", "reason"]].iloc[0].to_list()
    ['h1', 'moved', 'id;phone;name']
    """
    old, new = keyed(old, "household_id"), keyed(new, "household_id")
    traits = household_traits(old, new, area_names=area_names)
    absent = are_absent(new, area_names=area_names)
    return _match("households", old, new, traits, told_by=("address", "head_name"), absent=absent)


def match_officials(old: DataFrame, new: DataFrame) -> Renewal:
    """Match renewed officials to the known ones; as `match_households`, with the post as the address.

    Parameters
    ----------
    old, new
        Officials by ``official_id``, with `name`, `phone`, `role`, `unit`, `territory` as far as known.

    Returns
    -------
    renewal
        ``moved`` are those with another role, unit or territory; nobody is ``absent``.
    """
    old, new = keyed(old, "official_id"), keyed(new, "official_id")
    nobody = np.zeros(len(new), dtype=bool)
    return _match(
        "officials", old, new, official_traits(old, new), told_by=("name", "territory"), absent=nobody
    )


def _match(
    table: str,
    old: DataFrame,
    new: DataFrame,
    traits: Traits,
    *,
    told_by: Collection[str],
    absent: npt.NDArray[np.bool_],
) -> Renewal:
    again_old, again_new = (repeats(roster, told_by=told_by) for roster in (old, new))
    pairs = candidate_pairs(traits, free=(again_old < 0, again_new < 0))
    evidence = weigh(traits, *pairs)
    taken, asked = settle(evidence, (len(old), len(new)))
    paired = _pairs(evidence, taken, old, new, absent)
    doubtful = _doubtful(evidence, asked, paired, (len(old), len(new)))
    old_rows = _rows(old, again_old, paired, doubtful, ("old_row", "new_row"), lone="gone")
    new_rows = _rows(new, again_new, paired, doubtful, ("new_row", "old_row"), lone="new")
    new_rows["status"] = new_rows["status"].mask((new_rows["status"] == "new") & absent, "absent")
    return Renewal(
        table=table,
        old=old,
        new=new,
        pairs=paired,
        old_rows=old_rows,
        new_rows=new_rows,
        doubtful=doubtful,
        notes=_notes(table, new, evidence),
    )


def _pairs(
    evidence: Evidence, taken: Rows, old: DataFrame, new: DataFrame, absent: npt.NDArray[np.bool_]
) -> DataFrame:
    at_old, at_new = evidence.old[taken], evidence.new[taken]
    changed = changed_columns(old, new, at_old, at_new)
    pairs = _told(evidence, taken)
    kinds = [absent[at_new], pairs["moved"], changed != ""]
    status = np.select(kinds, ["absent", "moved", "changed"], "same")
    pairs = pairs.assign(
        old_id=_ids(old)[at_old],
        new_id=_ids(new)[at_new],
        status=Series(status, dtype="str"),
        changed=changed,
    )
    names = ("old_row", "new_row", "old_id", "new_id", "status", "reason", "strength", "moved", "changed")
    return pairs.sort_values("old_row", ignore_index=True)[list(names)]


def _doubtful(evidence: Evidence, asked: Rows, paired: DataFrame, sizes: tuple[int, int]) -> DataFrame:
    settled = [np.zeros(size, dtype=bool) for size in sizes]
    settled[0][paired["old_row"]] = settled[1][paired["new_row"]] = True
    rows = _told(evidence, asked)
    taken = settled[0][evidence.old[asked]] | settled[1][evidence.new[asked]]
    why = np.select([taken, evidence.points[asked] >= CERTAIN], ["taken", "rival"], "weak")
    rows = rows.assign(why=Series(why, dtype="str"))
    return rows.sort_values(
        ["old_row", "strength", "new_row"], ascending=[True, False, True], ignore_index=True
    )


def _told(evidence: Evidence, at: Rows) -> DataFrame:
    """Return the rows of some pairs with why they may be one, and how surely."""
    reasons = np.full(len(at), "", dtype=object)
    for name, mask in evidence.says.items():
        here = np.flatnonzero(mask[at])
        reasons[here] = [f"{text};{name}" if text else name for text in reasons[here]]
    strength = np.clip(evidence.points[at], 0, _FULL) / _FULL
    columns = {"old_row": evidence.old[at], "new_row": evidence.new[at]}
    moved = np.isin(evidence.place[at], (BUILDING, OTHER))
    return DataFrame(
        {**columns, "reason": Series(reasons, dtype="str"), "strength": strength, "moved": moved}
    )


def _rows(
    roster: DataFrame,
    again: Rows,
    paired: DataFrame,
    doubtful: DataFrame,
    sides: tuple[str, str],
    *,
    lone: str,
) -> DataFrame:
    """Give every row of one roster its class; what is surely paired is not doubtful, though asked about."""
    own, other = sides
    status = np.full(len(roster), lone, dtype=object)
    partner = again.copy()
    status[again >= 0] = "doubled"
    status[doubtful[own]] = "doubtful"
    status[paired[own]], partner[paired[own]] = paired["status"], paired[other]
    columns: Mapping[str, Any] = {
        "id": _ids(roster),
        "status": Series(status, dtype="str"),
        "partner": partner,
    }
    return DataFrame(columns, columns=list(ROW_COLUMNS))


def _ids(roster: DataFrame) -> Any:
    return pd.array(Series(roster.index.astype("str"), dtype="str").fillna(""), dtype="str")


def _notes(table: str, new: DataFrame, evidence: Evidence) -> tuple[str, ...]:
    notes = [] if evidence.ids_hold else ["ids_renumbered"]
    told = absent_columns(new) if table == "households" else {}
    return (*notes, *([f"absent_by:{';'.join(told)}"] if told else []))
