"""Renew a roster: households and officials keep their ids, and nobody is dropped without a person's word."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from pandas import DataFrame, Series

from gridmap.core.renewal.decisions import Decided, decide
from gridmap.core.renewal.merge import merged
from gridmap.core.renewal.renewal import Renewal
from gridmap.errors import Fault, TableError
from gridmap.model.shown import shows_counts

CHANGE_COLUMNS = ("change", "columns", "id_in_file", "old_row", "new_row")
_KINDS = {"id": "str", "change": "str", "columns": "str", "old_row": "int64", "new_row": "int64"}


@shows_counts
@dataclass(frozen=True, eq=False)
class Renewed:
    """A renewed roster.

    Parameters
    ----------
    renewal
        What was matched.
    frame
        The roster by id: the rows of the new file in their order, then the old ones that stay.
    changes
        By id, of everybody who is not just as before: `change` (``same``, ``changed``, ``moved``, ``absent``,
        ``decided``, ``new``, ``dropped``, ``kept``, ``doubled``), `columns` with another value, joined by
        ``;``, `id_in_file` (the id in the new file; empty for those who are not in it), `old_row` and
        `new_row`, -1 for none. ``kept`` are old rows that stay by a person's word; ``doubled`` are new rows
        that were not taken, by the id of the household that they repeat. A pair whose id in the file is
        another one is listed too, as ``same`` if nothing else is new.
    waiting
        What a person must still decide, in the columns of `Renewal.queue`.
    faults
        Decisions that could not be followed.
    followed
        Decisions that were followed: `item`, `kind`, `old_id`, `new_id` (in the file), `decision`, `author`,
        `decided_at`.
    """

    renewal: Renewal
    frame: DataFrame = field(repr=False)
    changes: DataFrame
    waiting: DataFrame
    faults: tuple[Fault, ...]
    followed: DataFrame

    @property
    def table(self) -> str:
        """``households`` or ``officials``."""
        return self.renewal.table

    @cached_property
    def new_ids(self) -> dict[str, str]:
        """The ids of the new file that are others in the roster, each with the one there."""
        told = self.changes[(self.changes["new_row"] >= 0) & (self.changes["change"] != "doubled")]
        pairs = zip(told["id_in_file"], told.index, strict=True)
        return {in_file: own for in_file, own in pairs if in_file != own}

    @property
    def dropped(self) -> list[str]:
        """The ids that a person has dropped."""
        return list(self.changes.index[self.changes["change"] == "dropped"])


def renew_households(renewal: Renewal, *, decisions: DataFrame | None = None) -> Renewed:
    """Renew the roster of households by what is certain and what was decided.

    A household keeps its id, so that carve-outs, duties, pins and follow-ups that name it stay with it; it
    takes what the new file says of it. What the file leaves empty stays as it was, except the place of one
    that has moved. New households keep the id of the file, with ``-2`` and so on behind it where it is or was
    somebody else's. Whoever is gone, or stands there twice, stays until a decision drops it; what is doubtful
    is left as it was, and waits.

    Parameters
    ----------
    renewal
        As `match_households` gives it.
    decisions
        `item` (of `Renewal.queue`), `decision`, `author`, `decided_at`, `note`. A pair is ``same`` or
        ``different``, a row that is gone or doubled goes by ``drop`` and stays by ``keep``, and one that is
        perhaps a household which is matched already is ``doubled`` or ``different``.

    Raises
    ------
    TableError
        If the renewal is none of households.
    """
    return _renew(renewal, "households", decisions)


def renew_officials(renewal: Renewal, *, decisions: DataFrame | None = None) -> Renewed:
    """Renew the officials as `renew_households` does households; duties and pins follow the person.

    Parameters
    ----------
    renewal
        As `match_officials` gives it.
    decisions
        As for `renew_households`.

    Raises
    ------
    TableError
        If the renewal is none of officials.
    """
    return _renew(renewal, "officials", decisions)


def _renew(renewal: Renewal, table: str, decisions: DataFrame | None) -> Renewed:
    if renewal.table != table:
        cure = f"call renew_{renewal.table}()"
        raise TableError("renewal", [Fault("other_table", "", f"it is one of {renewal.table}", cure)])
    decided = decide(renewal, decisions)
    old_ids, in_file = (rows["id"].to_numpy(dtype=object) for rows in (renewal.old_rows, renewal.new_rows))
    pairs, added = decided.pairs, np.array(decided.added, dtype=np.int64)
    own_ids = _own_ids(in_file[added], taken=old_ids)
    stay = np.setdiff1d(np.arange(len(old_ids)), [*pairs["old_row"], *decided.dropped])
    nothing = [np.full(len(rows), -1, dtype=np.int64) for rows in (added, stay)]
    at_old = np.concatenate([pairs["old_row"], nothing[0], stay])
    at_new = np.concatenate([pairs["new_row"], added, nothing[1]])
    moved = np.concatenate([pairs["moved"], np.zeros(len(added) + len(stay), dtype=bool)])
    ids = np.concatenate([old_ids[pairs["old_row"]], np.array(own_ids, dtype=object), old_ids[stay]])
    order = np.lexsort((at_old, at_new, at_new < 0))
    key = f"{table.removesuffix('s')}_id"
    frame = merged(
        renewal.old,
        renewal.new,
        at_old[order],
        at_new[order],
        moved=moved[order],
        ids=pd.Index(ids[order], dtype="str", name=key),
    )
    changes = _changes(renewal, decided, own_ids, stay).rename_axis(key)
    return Renewed(renewal, frame, changes, decided.waiting, decided.faults, decided.followed)


def _own_ids(ids: Any, *, taken: Iterable[str]) -> list[str]:
    """Give each new row its id of the file, with a number behind it where it is somebody else's."""
    used = set(taken)
    own = []
    for each in ids:
        chosen, number = each or "N1", 1
        while chosen in used:
            number += 1
            chosen = f"{each}-{number}" if each else f"N{number}"
        used.add(chosen)
        own.append(chosen)
    return own


def _changes(renewal: Renewal, decided: Decided, own_ids: list[str], stay: Any) -> DataFrame:
    """List everybody who is not just as before, by id."""
    old_ids, in_file = (rows["id"].to_numpy(dtype=object) for rows in (renewal.old_rows, renewal.new_rows))
    pairs = decided.pairs
    told = pairs[(pairs["status"] != "same") | (old_ids[pairs["old_row"]] != in_file[pairs["new_row"]])]
    kept = np.setdiff1d(stay, decided.waiting["old_row"]).astype(np.int64)
    parts = [
        told.rename(columns={"status": "change", "changed": "columns"}).assign(id=old_ids[told["old_row"]]),
        DataFrame({"id": own_ids, "change": "new", "new_row": decided.added}),
        DataFrame({"id": _repeated(renewal, decided), "change": "doubled", "new_row": decided.doubled}),
        DataFrame({"id": old_ids[decided.dropped], "change": "dropped", "old_row": decided.dropped}),
        DataFrame({"id": old_ids[kept], "change": "kept", "old_row": kept}),
    ]
    rows = pd.concat(parts, ignore_index=True)
    rows = rows.fillna({"columns": "", "old_row": -1, "new_row": -1}).astype(_KINDS)
    rows["id_in_file"] = Series(np.append(in_file, "")[rows["new_row"]], dtype="str")
    return rows.set_index("id")[list(CHANGE_COLUMNS)]


def _repeated(renewal: Renewal, decided: Decided) -> list[str]:
    """Return the id of the household that each doubled new row repeats; empty where no pair tells it."""
    owners = renewal.old_rows["id"].to_numpy(dtype=object)[decided.pairs["old_row"]]
    own = dict(zip(decided.pairs["new_row"], owners, strict=True))
    taken = renewal.doubtful[renewal.doubtful["why"] == "taken"]
    told = dict(zip(taken["new_row"][::-1], taken["old_row"][::-1], strict=True))
    partner, old_ids = renewal.new_rows["partner"], renewal.old_rows["id"]
    return [own.get(partner[row], old_ids[told[row]] if row in told else "") for row in decided.doubled]
