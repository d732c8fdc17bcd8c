"""The open items of a board: what is open, since when, where and whose, the oldest first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from pandas import DataFrame, Series

from gridmap.core.board_areas import BoardAreas, Places
from gridmap.core.board_history import BoardHistory, under_tier_since
from gridmap.core.board_tally import BoardTally, Flags
from gridmap.core.clearing import exception_villages
from gridmap.core.followup_merge import entry_rows
from gridmap.core.followup_words import RESULTS
from gridmap.model.zoning import Document

OPEN_KINDS = (
    "vacancy_hard",
    "unplaced",
    "unstaffed",
    "unreached",
    "untested",
    "request",
    "vacancy",
    "clock",
    "expired",
)
OPEN_COLUMNS = (
    "kind",
    "since",
    "owner",
    "area_id",
    "zone_id",
    "household_id",
    "target_kind",
    "target",
    "detail",
    "count",
)


class OpenItems:
    """Collects what is open.

    Parameters
    ----------
    tally
        What is done.
    areas
        Where things are.
    """

    def __init__(self, tally: BoardTally, areas: BoardAreas) -> None:
        self._tally, self._areas = tally, areas
        self._homes = areas.of_households(tally.placement)
        self._parts: list[DataFrame] = []

    def add(self, kind: str, places: Any, **columns: Any) -> None:
        """Add items of one kind; a column that is not given is empty, a time missing, a count 1."""
        ids = self._areas.frame.index.to_numpy(dtype=object)[np.asarray(places, dtype=np.intp)]
        size = len(ids)
        rows: dict[str, Any] = dict.fromkeys(OPEN_COLUMNS, "")
        rows |= {"kind": kind, "area_id": ids, "since": pd.NaT, "count": 1, **columns}
        frame = DataFrame({name: np.broadcast_to(_plain(rows[name]), size) for name in OPEN_COLUMNS})
        frame["since"] = pd.to_datetime(Series(frame["since"]), utc=True).dt.as_unit("us")
        self._parts.append(frame.assign(place=np.asarray(places, dtype=np.int64)))

    def add_unplaced(self, since: datetime | None) -> None:
        """Add the households that have no place: the secretary of the village, where known, clears them."""
        rows, villages = self._tally.placement.exceptions, self.unplaced_in
        self.add(
            "unplaced",
            self._areas.of_areas(villages),
            since=since,
            owner=[self._secretaries.get(village, "") for village in villages],
            household_id=rows["household_id"],
            detail=rows["reason"],
        )

    def add_households(self, kind: str, which: Flags, since: Series, detail: Any) -> None:
        """Add households that lack something: the first official of their chain sees to it."""
        self.add(
            kind,
            self._homes[which],
            since=since[which],
            owner=self._tally.callers[which],
            zone_id=self._tally.zones[which],
            household_id=self._tally.placement.cells.index[which],
            detail=detail[which],
        )

    def add_vacancies(self, rows: DataFrame, places: Places, since: datetime | None) -> None:
        """Add the persons that are missing."""
        hard = rows["hard"].to_numpy(dtype=bool)
        zone = (rows["target_kind"] == "zone").to_numpy()
        self.add(
            "vacancy",
            places,
            since=since,
            zone_id=np.where(zone, rows["target"], ""),
            household_id=np.where((rows["target_kind"] == "household").to_numpy(), rows["target"], ""),
            target_kind=rows["target_kind"],
            target=rows["target"],
            detail=rows["role"],
            count=rows["missing"],
        )
        self._parts[-1]["kind"] = np.where(hard, "vacancy_hard", "vacancy")

    def add_untested(self, of_zone: Mapping[str, int]) -> None:
        """Add who is missing in the present test rounds: households where they are named, else zones."""
        rows = self._tally.untested
        if rows is None:
            return
        ids = self._tally.placement.cells.index
        at = ids.get_indexer(rows["household_id"])
        spare = self._areas.nowhere
        zones = np.array([of_zone.get(zone, spare) for zone in rows["zone_id"]], dtype=np.intp)
        callers = np.append(self._tally.callers, "")
        self.add(
            "untested",
            np.where(at >= 0, np.append(self._homes, spare)[at], zones),
            since=rows["at"],
            owner=np.where(at >= 0, callers[at], self._heads(rows["zone_id"])),
            zone_id=rows["zone_id"],
            household_id=rows["household_id"],
            detail=rows["round"].astype("str"),
            count=rows["missing"],
        )

    def add_requests(self, rows: DataFrame, places: Places) -> None:
        """Add the requests that are open."""
        late = rows["overdue"].to_numpy(dtype=bool)
        self.add(
            "request",
            places,
            since=rows["at"],
            owner=rows["owner"],
            zone_id=rows["zone_id"],
            household_id=rows["household_id"],
            target_kind="request",
            target=rows.index,
            detail=np.where(late, "overdue", ""),
        )

    def add_clock(self, conditions: DataFrame, of_zone: Mapping[str, int]) -> None:
        """Add the conditions of which nobody has told whether they are met."""
        rows = conditions[conditions["state"] == "unknown"]
        spare = self._areas.nowhere
        self.add(
            "clock",
            np.array([of_zone.get(zone, spare) for zone in rows["zone_id"]], dtype=np.intp),
            owner=self._heads(rows["zone_id"]),
            zone_id=rows["zone_id"],
            detail=rows["condition"],
        )

    def add_expired(self, document: Document, at: datetime) -> None:
        """Add the document, if it was valid until before."""
        until = document.valid_until
        if until is not None and until < at:
            self.add("expired", [self._areas.nowhere], since=until, target=document.number)

    def frame(self) -> DataFrame:
        """Return all items, the oldest first, those of unknown age last."""
        if not self._parts:
            self.add("unplaced", [])
        rows = pd.concat(self._parts, ignore_index=True)
        rows["rank"] = rows["kind"].map({kind: rank for rank, kind in enumerate(OPEN_KINDS)})
        order = ["since", "rank", "place", "household_id", "target", "detail"]
        rows = rows.sort_values(order, kind="stable", ignore_index=True, na_position="last")
        texts = [name for name in OPEN_COLUMNS if name not in ("since", "count")]
        return rows[list(OPEN_COLUMNS)].astype({**dict.fromkeys(texts, "str"), "count": "Int64"})

    @cached_property
    def unplaced_in(self) -> list[str]:
        """The village of every household that has no place; empty if it is not known."""
        return list(exception_villages(self._tally.plan, self._tally.placement))

    def _heads(self, zones: Iterable[str]) -> Any:
        """Return who serves each zone first, in the order of the protocol; empty text for nobody."""
        if self._tally.duties is None:
            return np.array(["" for _ in zones], dtype=object)
        table = self._tally.duties.table
        rows = table[table["target_kind"] == "zone"].drop_duplicates("target")
        known = dict(zip(rows["target"], rows["official_id"], strict=True))
        return np.array([known.get(zone, "") for zone in zones], dtype=object)

    @cached_property
    def _secretaries(self) -> dict[str, str]:
        if self._tally.duties is None:
            return {}
        table = self._tally.duties.table
        rows = table[(table["role"] == "secretary") & (table["target_kind"] == "area")]
        return dict(zip(rows["target"][::-1], rows["official_id"][::-1], strict=True))


def open_households(items: OpenItems, tally: BoardTally, history: BoardHistory) -> None:
    """Add the households that could not be placed, lack somebody, or were not reached."""
    items.add_unplaced(history.roster_at)
    since = under_tier_since(tally, history)
    if tally.lacking is not None:
        items.add_households("unstaffed", tally.lacking != "", since, tally.lacking)
    if tally.reached is not None:
        left = ~tally.reached & tally.tiered
        items.add_households("unreached", left, since, _last_results(tally))


def _last_results(tally: BoardTally) -> Any:
    """Return what came of asking each household, as far as it is one of the known results."""
    entries = entry_rows(tally.followups).drop_duplicates("household_id")
    results = entries.set_index("household_id")["result"].reindex(tally.placement.cells.index)
    return np.asarray(results.where(results.isin(list(RESULTS)), "").fillna(""), dtype=object)


def _plain(values: Any) -> Any:
    """Return a column as an array, a single value as it is."""
    if isinstance(values, str | int | datetime) or values is None or values is pd.NaT:
        return np.array([pd.NaT if values is None else values], dtype=object)
    return np.asarray(values, dtype=object)
