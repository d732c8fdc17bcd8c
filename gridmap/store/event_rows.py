"""The rows of a sheet become events: one for each time that stands in a row, or none, with the reason."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd
from pandas import DataFrame, Series

from gridmap.errors import Fault
from gridmap.model.columns import fold_header
from gridmap.model.event_columns import KIND_OF_WORD, RESULT_OF_WORD, TIME_OF_KIND, UNKNOWN_RESULTS
from gridmap.model.events import (
    ARRIVAL,
    COUNTS,
    DEPARTURE,
    EVENT_ID,
    EVENT_KINDS,
    MADE,
    REQUEST,
    RETURN,
    TEST_ROUND,
    TRANSFER,
    events_frame,
)
from gridmap.model.shown import shows_counts
from gridmap.store.sheets import as_text
from gridmap.store.values import to_numbers, to_times

_PLACES = ("zone_id", "area_id", "household_id", "building", "site_id")
_TEXTS = (EVENT_ID, "kind", *_PLACES, "result", "owner", "of", "note", "author")
_PREFILLED = {EVENT_ID, *_PLACES, "round", "due", "of"}
_BLANK = frozenset({"", "-", "—", "--", "/"})
_ZONED = r"\d:.*(?:Z|[+-]\d\d:?\d\d)$"
_IMPLIED = {REQUEST: ("诉求", "request"), TRANSFER: ("转运", "transfer")}
_TEST_COLUMNS = {"round", "due", "tested"}
_NAMES = frozenset(
    map(fold_header, ["姓名", "人员姓名", "转运人员", "转运对象", "隔离人员", "name", "person"])
)
_OF_PERSONS = (TRANSFER, RETURN, ARRIVAL, DEPARTURE)


@shows_counts
class SheetEvents(NamedTuple):
    """What the rows of one sheet tell.

    Parameters
    ----------
    events
        As of `events_frame`, by the order of their rows.
    places
        The row of each event, counted from 0.
    faults
        Why rows tell nothing, by row.
    unfilled
        How many rows were prepared, and nobody filled them in.
    naive
        Whether times had no zone.
    each_person
        Whether every row is one person.
    """

    events: DataFrame
    places: Sequence[int]
    faults: Mapping[int, Fault]
    unfilled: int
    naive: bool
    each_person: bool


def implied_kind(frame: DataFrame, headers: Sequence[str]) -> str:
    """Return the kind of event that a sheet without a column for it is about; empty if it does not say so."""
    if _TEST_COLUMNS & set(frame.columns):
        return TEST_ROUND
    folded = " ".join(map(fold_header, headers))
    return next((kind for kind, words in _IMPLIED.items() if any(word in folded for word in words)), "")


def is_of_events(frame: DataFrame, headers: Sequence[str]) -> bool:
    """Tell whether a sheet is one of events."""
    if set(TIME_OF_KIND.values()) & set(frame.columns):
        return True
    return "at" in frame and ("kind" in frame or bool(implied_kind(frame, headers)))


def sheet_events(frame: DataFrame, *, headers: Sequence[str], timezone: str) -> SheetEvents:
    """Turn rows of text under their fixed names into events.

    Where people are named and no column counts them, each row is one person. Two such rows may then say the
    same without being the same, so that each gets an id of its own.

    Parameters
    ----------
    frame
        The rows, as `gridmap.model.tables.rename_columns` names them.
    headers
        The headers as they stood there.
    timezone
        Where a time without a zone was noted.
    """
    each_person = "persons" not in frame and any(fold_header(header) in _NAMES for header in headers)
    rows = _Rows(frame, timezone)
    moments = rows.moments(implied_kind(frame, headers))
    unfilled = rows.unfilled()
    rows.find("no_kind", rows.without_kind, "a row that does not say what happened", "fill in the kind")
    timeless = ~pd.concat(moments.values(), axis=1).notna().any(axis=1) & ~unfilled
    rows.find("no_time", timeless, "a row without a time", "enter when it happened")
    sound = ~Series(frame.reset_index(drop=True).index.isin(list(rows.faults))) & ~unfilled
    first = rows.first_kind(moments)
    main = rows.main(moments, first, sound)
    ids = Series(main.index, index=main["place"].to_list(), dtype="str")
    further = rows.further(moments, first, sound)
    further["of"] = ids.reindex(further["place"]).to_numpy()
    whole = pd.concat([main, further]) if len(further) else main
    whole = whole.sort_values("place", kind="stable")
    if each_person:
        whole["persons"] = whole["persons"].where(~whole["kind"].isin(_OF_PERSONS), 1)
    events = events_frame(whole.drop(columns="place"))
    if each_person:
        events = _numbered(events)
    places, empty = whole["place"].to_list(), int(unfilled.sum())
    return SheetEvents(events, places, rows.faults, empty, rows.naive, each_person and len(events) > 0)


def _numbered(events: DataFrame) -> DataFrame:
    """Give made ids of rows that say the same a number each, in whatever order they stand."""
    own = events["kind"].isin(_OF_PERSONS).to_numpy() & events.index.str.startswith(MADE)
    again = Series(events.index).groupby(events.index).cumcount()
    ids = [
        f"{event_id}-{number + 1}" if number and made else event_id
        for event_id, number, made in zip(events.index, again, own, strict=True)
    ]
    return events.set_axis(pd.Index(ids, name=EVENT_ID, dtype="str"))


class _Rows:
    """The columns of a sheet, each in its kind, and what is wrong with which row."""

    def __init__(self, frame: DataFrame, timezone: str) -> None:
        plain = frame.reset_index(drop=True)
        self.faults: dict[int, Fault] = {}
        self.naive = False
        self._texts = {name: _text(plain, name) for name in (*_TEXTS, *COUNTS, "at", *TIME_OF_KIND.values())}
        self.kind = self._kinds()
        self._results = self._result_codes()
        self._counts = {name: self._numbers(name) for name in COUNTS}
        self._times = {name: self._moments(name, timezone) for name in ("at", *TIME_OF_KIND.values())}
        self.without_kind = Series(data=False, index=plain.index)

    def find(self, kind: str, rows: Series, what: str, cure: str) -> None:
        """Keep why rows tell nothing; the first reason counts."""
        for place in rows.to_numpy().nonzero()[0]:
            self.faults.setdefault(int(place), Fault(kind, "", what, cure))

    def moments(self, implied: str) -> dict[str, Series]:
        """Return when each kind happened in each row; the plain time counts for the kind of the row."""
        own = {kind: self._times[name] for kind, name in TIME_OF_KIND.items()}
        none = Series(pd.NaT, index=self.kind.index, dtype=self._times["at"].dtype)
        said = {kind: own.get(kind, none) for kind in EVENT_KINDS}
        timed = pd.concat(own.values(), axis=1).notna().any(axis=1)
        alone = (self.kind == "") & ~timed & self._times["at"].notna()
        kinds = self.kind.mask(alone, implied)
        self.without_kind = alone & (kinds == "")
        return {
            kind: moment.where(moment.notna() | (kinds != kind), self._times["at"])
            for kind, moment in said.items()
        }

    def unfilled(self) -> Series:
        """Tell which rows hold nothing but what was prepared."""
        asked = [text != "" for name, text in self._texts.items() if name not in _PREFILLED]
        return ~pd.concat(asked, axis=1).any(axis=1)

    def first_kind(self, moments: Mapping[str, Series]) -> Series:
        """Return what each row is about first: the kind that it says, else the first that has a time."""
        first = Series("", index=self.kind.index, dtype="str")
        for kind, moment in moments.items():
            first = first.mask((first == "") & moment.notna(), kind)
            first = first.mask((self.kind == kind) & moment.notna(), kind)
        return first

    def main(self, moments: Mapping[str, Series], first: Series, sound: Series) -> DataFrame:
        """Make the event that each row is about first, with its `place`."""
        texts = {name: self._texts[name] for name in _TEXTS}
        at = self._times["at"].copy()
        for kind, moment in moments.items():
            at = at.mask(first == kind, moment)
        columns = {**texts, **self._counts, "kind": first, "at": at, "result": self._results}
        rows = DataFrame(columns, index=first.index).assign(place=first.index)
        rows = rows[(sound & (first != "")).to_numpy()]
        return events_frame(rows.set_index(EVENT_ID)).assign(place=rows["place"].to_numpy())

    def further(self, moments: Mapping[str, Series], first: Series, sound: Series) -> DataFrame:
        """Make the events of all other times in a row, with their `place`; they have no words."""
        names = (*_PLACES, "author")
        parts = []
        for kind, moment in moments.items():
            here = moment.notna() & (first != kind) & sound
            texts = {name: self._texts[name][here] for name in names}
            counts = {"persons": self._counts["persons"][here]}
            part = DataFrame({"kind": kind, "at": moment[here], **texts, **counts}, index=moment.index[here])
            parts.append(part.assign(place=part.index))
        whole = pd.concat(parts)
        return whole.set_axis(pd.Index([""] * len(whole), name=EVENT_ID, dtype="str"))

    def _kinds(self) -> Series:
        text = self._texts["kind"]
        codes = text.map(fold_header).map(KIND_OF_WORD)
        known = ", ".join(f"{zh} {kind}" for kind, (zh, _) in EVENT_KINDS.items())
        self.find(
            "unknown_kind", (text != "") & codes.isna(), "an unknown kind of event", f"write one of {known}"
        )
        return codes.fillna("").astype("str")

    def _result_codes(self) -> Series:
        folded = self._texts["result"].map(fold_header)
        codes = folded.map(RESULT_OF_WORD)
        odd = (self._texts["result"] != "") & codes.isna() & ~folded.isin(UNKNOWN_RESULTS)
        self.find("bad_result", odd, "a result that is neither negative nor positive", "write 阴性 or 阳性")
        return codes.fillna("").astype("str")

    def _numbers(self, name: str) -> Series:
        text = self._texts[name]
        plain = text.str.replace(r"^第(\d+)轮?$", r"\1", regex=True) if name == "round" else text
        numbers = to_numbers(plain.mask(plain == "").str.removesuffix("轮"))
        bad = (text != "") & (numbers.isna() | (numbers < 0) | (numbers % 1 != 0))
        self.find("bad_number", bad, f"{name} is no whole number from 0 up", "correct it")
        return numbers.mask(bad)

    def _moments(self, name: str, timezone: str) -> Series:
        text = self._texts[name].map(lambda each: " ".join(unicodedata.normalize("NFKC", each).split()))
        times = to_times(text.mask(text == ""), timezone=timezone)
        self.find("bad_time", (text != "") & times.isna(), f"{name} is no time", "write 2022-03-05 18:00")
        self.naive |= bool((times.notna() & ~text.str.contains(_ZONED, regex=True)).any())
        return times.dt.tz_convert("UTC").dt.as_unit("us")


def _text(frame: DataFrame, name: str) -> Series:
    if name not in frame:
        return Series("", index=frame.index, dtype="str")
    text = as_text(frame[name]).fillna("").str.strip()
    return text.mask(text.isin(_BLANK), "")
