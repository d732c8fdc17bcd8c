"""What came back from the field: the newest that is known of every household, and what contradicts it."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
from pandas import DataFrame, Series

from gridmap.core.followup_words import RESULTS
from gridmap.model.tables import TABLES

FOLLOWUP_COLUMNS = tuple(column.name for column in TABLES["followups"].columns)
CONFLICT_COLUMNS = ("household_id", "kind", "detail", "source")
REACHED = "reached"
_TEXTS = tuple(name for name in FOLLOWUP_COLUMNS if name != "reached_on")
_NEWEST_LAST = (
    "said",
    "dated",
    "reached_on",
    "weight",
    "result",
    "channel",
    "has_needs",
    "known",
    "source",
    "official_id",
)
_BETWEEN_NEEDS = re.compile(r"[;；、\n]")
NO_NEEDS = frozenset(("无", "没有", "暂无", "无需求", "none", "no", "nil", "n/a", "/", "-"))


def merge_followups(known: DataFrame | None, read: DataFrame) -> tuple[DataFrame, DataFrame]:
    """Keep of every household the newest entry, and list the entries that contradict it.

    An entry without a result never takes the place of one with a result, nor one without a date that of one
    with a date. A date without a time of day is the beginning of that day. Of two at one time that which
    says the household was *not* reached counts, so that nobody is missed. What was noted under needs stays,
    put together with ``;``, until a later entry says that there are none (``无``, ``none``). Merging the same
    entries again changes nothing, and their order does not matter.

    Parameters
    ----------
    known
        What is known so far, in the columns of `FOLLOWUP_COLUMNS`, one row for each household; or None.
    read
        Entries in the same columns, several for one household if need be; `where` may say where each stands.

    Returns
    -------
    merged
        `FOLLOWUP_COLUMNS`, one row for each household: those known before in their order, then new ones.
    conflicts
        `household_id`, `kind`, `detail`, `source`. Kinds: ``same_time`` (at one time, or on one day of which
        one entry does not say the time, another result), ``no_date`` (another result, and one of the two has
        no date), ``no_result`` (nothing says what came of it).

    Examples
    --------
    >>> when = pd.to_datetime(["2022-03-05T09:00+08:00", "2022-03-06T09:00+08:00"])
    >>> rows = pd.DataFrame({"household_id": ["h1", "h1"], "channel": ["visit", "phone"],
    ...     "result": ["absent", "reached"], "needs": ["insulin", ""], "reached_on": when,
    ...     "source": ["a.xlsx", "b.xlsx"], "official_id": ["p1", "p1"]})
    >>> merged, conflicts = merge_followups(None, rows)
    >>> merged[["result", "needs"]].to_numpy().tolist(), len(conflicts)
    ([['reached', 'insulin']], 0)
    """  # fmt: skip
    entries = _entries(known, read)
    order = entries.sort_values(["household_id", *_NEWEST_LAST], kind="stable", ignore_index=True)
    newest = order.drop_duplicates("household_id", keep="last").set_index("household_id")
    merged = newest.loc[entries["household_id"].unique()].copy()
    needs = _needs(order)
    merged.loc[needs.index, "needs"] = needs
    return merged.reset_index()[list(FOLLOWUP_COLUMNS)], _contradictions(order, newest)


def _entries(known: DataFrame | None, read: DataFrame) -> DataFrame:
    """Put what is known and what was read under each other, with what decides which is the newest."""
    parts = [entry_rows(known).assign(known=True), entry_rows(read).assign(known=False)]
    zone = next((zone for part in reversed(parts) if (zone := _zone(part["reached_on"])) is not None), "UTC")
    for part in parts:
        part["reached_on"] = pd.to_datetime(part["reached_on"], utc=True).dt.as_unit("us").dt.tz_convert(zone)
    entries = pd.concat(parts, ignore_index=True)
    entries[list(_TEXTS)] = entries[list(_TEXTS)].astype("str").fillna("")
    entries["said"] = entries["result"] != ""
    entries["dated"] = entries["reached_on"].notna()
    entries["weight"] = entries["result"] != REACHED
    entries["has_needs"] = entries["needs"] != ""
    return entries


def entry_rows(rows: DataFrame | None) -> DataFrame:
    """Give entries in the columns of `FOLLOWUP_COLUMNS` and `where`, also of nothing."""
    given = DataFrame(columns=list(FOLLOWUP_COLUMNS)) if rows is None else DataFrame(rows)
    return given.reindex(columns=[*FOLLOWUP_COLUMNS, "where"]).reset_index(drop=True)


def _zone(times: Series) -> Any:
    return getattr(times.dtype, "tz", None)


def _needs(order: DataFrame) -> Series:
    """Put the needs of each household together, the oldest first, from the last time that there were none."""
    noted = order[order["needs"] != ""].sort_values(
        ["household_id", "dated", "reached_on", "needs"], kind="stable"
    )
    distinct = noted.drop_duplicates(["household_id", "needs"]).set_index("household_id")["needs"]
    several = distinct.index.duplicated(keep=False)
    every = noted[noted["household_id"].isin(distinct.index[several])].groupby("household_id")["needs"]
    joined = {household: _together(texts.tolist()) for household, texts in every}
    return pd.concat([distinct[~several], Series(joined, dtype="str")])


def _together(texts: list[str]) -> str:
    found: dict[str, None] = {}
    for text in texts:
        for part in filter(None, map(str.strip, _BETWEEN_NEEDS.split(text))):
            if part.casefold() in NO_NEEDS or all(each.casefold() in NO_NEEDS for each in found):
                found.clear()
            found[part] = None
    return ";".join(found)


def _contradictions(order: DataFrame, newest: DataFrame) -> DataFrame:
    """List what was said otherwise at the same time or without a date, and what says no result."""
    counts = newest[["result", "reached_on", "source"]].add_suffix("_counts")
    pairs = order[order["said"]].join(counts, on="household_id")
    pairs = pairs[pairs["result"] != pairs["result_counts"]]
    undated = pairs["reached_on"].isna() | pairs["reached_on_counts"].isna()
    same = pairs["reached_on"] == pairs["reached_on_counts"]
    days = pairs["reached_on"].dt.normalize(), pairs["reached_on_counts"].dt.normalize()
    untimed = (pairs["reached_on"] == days[0]) | (pairs["reached_on_counts"] == days[1])
    clash = pairs[undated | same | ((days[0] == days[1]) & untimed)]
    rows = [_clash(row) for row in clash.drop_duplicates(["household_id", "result", "source"]).itertuples()]
    silent = newest[~newest["said"]]
    rows += [
        (household, "no_result", "filled in, but not what came of it; it counts as not reached", source)
        for household, source in silent["source"].items()
    ]
    return DataFrame(rows, columns=list(CONFLICT_COLUMNS), dtype="str")


def _clash(row: Any) -> tuple[str, str, str, str]:
    place = f"{row.source} {row.where}".strip() if isinstance(row.where, str) else row.source
    counts = f"{_plainly(row.result_counts)} ({row.source_counts})"
    if pd.isna(row.reached_on) or pd.isna(row.reached_on_counts):
        detail = f"{_plainly(row.result)}, and {counts}, one of them without a date; the second counts"
        return row.household_id, "no_date", detail, place
    when = f"{row.reached_on:%Y-%m-%d}" + ("" if row.reached_on != row.reached_on_counts else " at one time")
    detail = f"{_plainly(row.result)}, and {counts}, both on {when}; the second counts until a later entry"
    return row.household_id, "same_time", detail, place


def _plainly(result: str) -> str:
    """Name a result in a message; other text may be about a person."""
    return result if result in RESULTS else "another result"
