"""A notice that was read, as the views are told it: pieces of its text, its phrases and where they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gridmap.core.census import census_of
from gridmap.core.cover import covered_rows
from gridmap.core.notice_in.phrase import IGNORE, OPEN
from gridmap.errors import PlanError
from gridmap.export.plain import plain_text
from gridmap.model.plan import NONE
from gridmap.model.zone import CarveOut
from gridmap.model.zoning import LANGUAGES
from gridmap.widget.noticewords import say_note
from gridmap.widget.spots import Cells, Spots

if TYPE_CHECKING:
    from gridmap.core.notice_in.reading import NoticeReading
    from gridmap.widget.desk import Desk

_AREAS, _ADDRESS, _CELLS, _ZONE, _LEAVE = "areas", "address", "cells", "zone", "leave"
_PROSE = ("words", "reference")
_MOST_CANDIDATES = 30


class NoticeRows:
    """What a view shows of a notice.

    Parameters
    ----------
    desk
        Whose plan it changes.
    text
        The text that was read.
    reading
        What was read.
    decided
        The phrases that a person has decided.
    """

    def __init__(self, desk: Desk, text: str, reading: NoticeReading, decided: Any) -> None:
        self._desk, self._text, self._reading = desk, text, reading
        self._spots = Spots(desk)
        phrases = reading.phrases
        said = (phrases["state"] != "ignored") & ~phrases["kind"].isin(_PROSE)
        self._shown = phrases[said | phrases["state"].isin(OPEN) | phrases.index.isin(list(decided))]

    def pieces(self) -> list[dict[str, str]]:
        """Return the text in pieces: each belongs to the phrase of that key, or to none."""
        found, place = [], 0
        shown = self._shown
        for key, start, end in zip(shown.index, shown["start"], shown["end"], strict=True):
            found += [(self._text[place:start], ""), (self._text[start:end], str(key))]
            place = end
        found.append((self._text[place:], ""))
        return [{"text": _lines(text), "phrase": phrase} for text, phrase in found if text]

    def phrases(self) -> list[dict[str, Any]]:
        """Return the phrases, each with what it means and what else it may mean."""
        return [self._phrase(str(key), row) for key, row in self._shown.iterrows()]

    def _phrase(self, key: str, row: Any) -> dict[str, Any]:
        keys = row["matched"] or row["candidates"]
        places = [self._cells(each) for each in keys]
        labels = self._reading.labels
        return {
            "key": key,
            "text": _lines(row["text"]),
            "state": row["state"],
            "tier": row["tier"] if row["tier"] in self._desk.bench.plan.tier_order else "",
            "label": plain_text("; ".join(labels[each] for each in row["matched"])),
            "note": {lang: plain_text(say_note(row["note"], lang)) for lang in LANGUAGES},
            "candidates": [
                self._candidate(each) for each in row["candidates"][:_MOST_CANDIDATES] if each != IGNORE
            ],
            **self._spots.told(np.unique(np.concatenate([*places, np.empty(0, dtype=np.intp)]))),
        }

    def _candidate(self, key: str) -> dict[str, Any]:
        label = plain_text(self._reading.labels[key])
        return {"key": key, "label": label, **self._spots.told(self._cells(key))}

    def _cells(self, key: str) -> Cells:
        """Return the cells that a candidate is about, as far as its key tells."""
        kind, _, what = key.partition(":")
        if kind == _AREAS:
            return self._spots.cells_of_areas(what.split("+"))
        if kind == _LEAVE:
            return self._spots.cells_of(_ZONE, what.partition(":")[0])
        if kind == _ZONE:
            return self._spots.cells_of(_ZONE, what)
        if kind == _CELLS:
            return self._spots.cells_of_areas([what])
        return self._homes(what) if kind == _ADDRESS else np.empty(0, dtype=np.intp)

    def _homes(self, what: str) -> Cells:
        """Return the cells of the households that have an address."""
        bench = self._desk.bench
        scope, _, text = what.partition(":")
        carve = CarveOut("", NONE, "", addresses=(text,), scope=scope)
        try:
            rows = covered_rows(carve, bench.plan, bench.placement)
        except PlanError:
            return np.empty(0, dtype=np.intp)
        return np.unique(census_of(bench.placement, bench.plan.hierarchy).places[rows])


def _lines(text: str) -> str:
    """Make a text plain line by line, so that its lines stay."""
    return "\n".join(plain_text(line) for line in text.split("\n"))
