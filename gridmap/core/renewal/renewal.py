"""A renewed roster: every old and every new row in exactly one class, and what only a person can say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas import DataFrame

from gridmap.core.renewal.waiting import queue_of
from gridmap.model.shown import shows_counts

Rows = npt.NDArray[np.int64]

PAIRED = ("same", "changed", "moved", "absent")
CLASSES = (*PAIRED, "new", "gone", "doubled", "doubtful")
ROW_COLUMNS = ("id", "status", "partner")


@shows_counts
@dataclass(frozen=True, eq=False)
class Renewal:
    """What became of every row of a roster, and where every row of the new one comes from.

    Parameters
    ----------
    table
        ``households`` or ``officials``.
    old, new
        The rosters, as they were given, by their ids.
    pairs
        The rows that are one household or official: `old_row`, `new_row` (positions from 0), `old_id`,
        `new_id`, `status` (``same``, ``changed``, ``moved`` or ``absent``), `reason` (why they are one, such
        as ``id;address;name``), `strength` (0 to 1), `moved` (whether to another address or post), `changed`
        (columns, joined by ``;``).
    old_rows, new_rows
        By position: `id`, `status` (one of `CLASSES`) and `partner`, the row of the other roster that it is,
        or of the own one that it repeats; -1 for none.
    doubtful
        Pairs that a person must decide: `old_row`, `new_row`, `reason`, `strength`, `moved`, `why`
        (``weak``: too little speaks for it; ``rival``: another pair is nearly as good; ``taken``: one of the
        rows is surely somebody else's, so perhaps a household stands in a roster twice).
    notes
        What was found about the rosters as a whole: ``ids_renumbered``, and ``absent_by:`` with the columns
        that tell who is absent.
    """

    table: str
    old: DataFrame = field(repr=False)
    new: DataFrame = field(repr=False)
    pairs: DataFrame
    old_rows: DataFrame
    new_rows: DataFrame
    doubtful: DataFrame
    notes: tuple[str, ...] = ()

    @cached_property
    def counts(self) -> DataFrame:
        """How many rows and residents each class has, in the old and in the new roster, with their `total`.

        The totals are those of the rosters, counted by themselves; residents stand there for households only.
        """
        columns: dict[str, Any] = {}
        for name, rows, roster in self._sides():
            columns[name] = rows["status"].value_counts().reindex(list(CLASSES), fill_value=0)
            columns[name]["total"] = len(roster)
            if self.table == "households":
                persons = _persons(roster)
                said = persons.groupby(rows["status"].to_numpy()).sum().reindex(list(CLASSES), fill_value=0)
                said["total"] = int(persons.sum())
                columns[f"{name}_residents"] = said
        return DataFrame(columns).astype("int64").rename_axis("status")

    @property
    def balanced(self) -> bool:
        """Whether the classes add up to both rosters, rows and residents."""
        classes = self.counts.drop(index="total").sum()
        return bool((classes == self.counts.loc["total"]).all())

    @cached_property
    def queue(self) -> DataFrame:
        """What a person must confirm, see `gridmap.core.renewal.waiting.QUEUE_COLUMNS`."""
        return queue_of(self)

    def ids(self, status: str, *, of: str = "new") -> list[str]:
        """Return the ids of a class, in the order of the ``old`` or the ``new`` roster."""
        rows: Mapping[str, DataFrame] = {"old": self.old_rows, "new": self.new_rows}
        return list(rows[of].loc[rows[of]["status"] == status, "id"])

    def _sides(self) -> Iterator[tuple[str, DataFrame, DataFrame]]:
        yield "old", self.old_rows, self.old
        yield "new", self.new_rows, self.new


def _persons(roster: DataFrame) -> Any:
    if "residents" not in roster.columns:
        return pd.Series(0, index=range(len(roster)), dtype="int64")
    counts = pd.to_numeric(roster["residents"], errors="coerce").fillna(0)
    return counts.astype("int64").reset_index(drop=True)
