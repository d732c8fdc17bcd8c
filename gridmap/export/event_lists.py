"""Lists of what is open after a day, for the field: who is away, who was not tested, and which requests wait.

What is filled in on them is read back by `gridmap.read_events`, because their columns to fill in are those of
the sheets of events.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from pandas import DataFrame, Series

from gridmap.core.called import called, looked_up, staff, target_names, text_of, zone_titles
from gridmap.core.contacts import placed
from gridmap.core.presence import presence
from gridmap.core.privacy import check_entitled, check_protected, event_columns, household_columns
from gridmap.core.release import check_release
from gridmap.core.renumbered import standing_in
from gridmap.core.requests import OPEN, request_status
from gridmap.core.rounds import round_missing
from gridmap.core.tally import household_zones
from gridmap.core.wording import moment
from gridmap.export.event_sheets import event_fill, event_heading
from gridmap.export.filenames import file_name
from gridmap.export.issue import Issue
from gridmap.export.listwords import heading, phrase
from gridmap.export.plain import plain_text
from gridmap.export.subject import Subject, as_zoning
from gridmap.export.workbook import Sheet, workbook_bytes
from gridmap.export.written import Written, written_file
from gridmap.model.zoning import Zoning
from gridmap.store.files import write_bytes

_WHO = ("address", "head_name", "phone")
_AWAY = ("zone", *_WHO, "persons_away", "went_to", "since", "household_id", "returned_persons", "returned_at")
_MISSING = (
    *("zone", *_WHO, "untested", "household_id", "zone_id", "round", "due"),
    *("tested_at", "tested", "result"),
)
_REQUESTS = ("zone", "address", "phone", "since", "hours", "overdue", "owner_name", "of", "completed_at")
_OWN_REQUESTS = ("zone", *_WHO, "since", "hours", "overdue", "asked_for", "of", "completed_at")
_FILLED = ("returned_persons", "returned_at", "tested_at", "tested", "result", "completed_at")
_OF_SHEETS = {"household_id", "zone_id", "round", "due", "of", *_FILLED} - {"returned_persons"}
_IDS = ("household_id", "zone_id", "of")
_ASKED = {"returned_persons": "persons"}


class _List(NamedTuple):
    """A workbook to be: its name, its sheets, and how many households and persons it names."""

    name: str
    sheets: Sequence[Sheet]
    persons: int


def export_event_lists(
    subject: Subject,
    folder: Path | str,
    *,
    audience: str = "field",
    lang: str = "zh",
    password: str | None = None,
    plain: bool = False,
    check: Callable[[], object] | None = None,
) -> list[Written]:
    """Write what is open: who is away, who is missing in the present test round, and requests, oldest first.

    ``open.xlsx`` holds all of it, without what is asked for; that stands in the workbook of the owner of each
    request, in ``owners/``. Without events nothing is written.

    Parameters
    ----------
    subject
        What is listed: a zoning with a placement and events, or a workspace.
    folder
        Made if it is missing; files of these names are replaced.
    audience
        Only ``field``.
    lang
        ``zh`` or ``en``.
    password
        Encrypts every file.
    plain
        Whether they may be written without a password.
    check
        Called before each file, and may stop the export.

    Returns
    -------
    written
        The files, readable by their owner only.

    Raises
    ------
    UnsupportedError
        If the audience may not have them, or there is neither a password nor `plain`.
    ExportBlockedError
        If the certificate or a hard vacancy forbids it.
    """
    zoning = as_zoning(subject)
    check_entitled(audience, event_columns, "lists of events")
    check_protected(audience, "lists of events", password=password, plain=plain)
    if zoning.events is None or not len(zoning.events):
        return []
    zoning = check_release(zoning, audience)
    issue = Issue(zoning, audience, lang)
    written = []
    for each in _lists(_Open(zoning, audience, lang)):
        if check is not None:
            check()
        data = workbook_bytes(
            each.sheets, banner=issue.banner, foot=issue.foot, mark=issue.mark, password=password or None
        )
        path = write_bytes(Path(folder) / each.name, data, private=True)
        written.append(written_file("events", path, audience, persons=each.persons))
    return written


class _Open:
    """What is open in a zoning, with the words of every household that it names.

    Parameters
    ----------
    zoning
        With a placement and events; zones that are held back are left out.
    audience, lang
        As for `export_event_lists`.
    """

    def __init__(self, zoning: Zoning, audience: str, lang: str) -> None:
        self.zoning, self.lang = zoning, lang
        self.people = staff(zoning)
        self._at = zoning.document.as_of
        self._placement = placed(zoning)
        self._who = _households(zoning, audience)
        self._titles = zone_titles(zoning, lang)
        self._allowed = {*event_columns(audience), *household_columns(audience), "zone"}
        self._called = called(zoning, audience=audience)

    def away(self) -> Sheet:
        """List who is away, household by household."""
        rows = presence(self._placement, self.zoning.events, at=self._at).away
        sites = target_names(self.zoning, self.lang)
        rows = self._with_who(rows.set_index("household_id", drop=False))
        rows["went_to"] = [sites.get(site, site) for site in rows["site_id"]]
        rows["persons_away"] = rows["persons"]
        rows["since"] = self._times(rows["since"])
        return self.sheet("away", rows, _AWAY, count=int(rows["persons"].sum()))

    def missing(self) -> Sheet:
        """List the households of which somebody was not tested yet, zone by zone."""
        found = round_missing(self._placement, self.zoning.plan, self.zoning.events, at=self._at)
        rows = self._with_who(found.assign(household_id=found.index))
        rows["untested"] = rows["missing"]
        rows = rows.assign(tested="")
        return self.sheet("untested", rows, _MISSING, count=len(rows))

    def requests(self) -> DataFrame:
        """Return the open requests, the oldest first."""
        events = standing_in(self.zoning.plan, self.zoning.events, self._at)
        found = request_status(events, at=self._at)
        found = found[found["state"] == OPEN]
        rows = self._with_who(found.assign(of=found.index).set_index("household_id", drop=False))
        own = rows["zone_id"].map(self._titles).fillna("")
        rows["zone"] = own.where(own != "", rows["zone"])
        rows["address"] = rows["address"].where(rows["address"] != "", rows["building"])
        rows["since"] = self._times(rows["at"])
        rows["hours"] = rows["hours"].round().astype("int64")
        rows["overdue"] = [phrase("yes" if late else "no", self.lang) for late in rows["overdue"]]
        rows["owner_name"] = [self._called.get(owner, owner) for owner in rows["owner"]]
        rows["asked_for"] = rows["note"]
        return rows

    def sheet(self, name: str, rows: DataFrame, columns: Sequence[str], **values: object) -> Sheet:
        """Make a sheet of the columns that may be seen, the ones to be filled in empty."""
        shown = [each for each in columns if each in self._allowed]
        filled = rows.assign(**dict.fromkeys(_FILLED, ""))
        written = [[_written(value, name) for value in filled[name].tolist()] for name in shown]
        listed = [list(row) for row in zip(*written, strict=True)]
        return Sheet(
            name=phrase(f"sheet_{name}", self.lang),
            title=phrase(f"open_{name}", self.lang, **values),
            headings=[heading("number", self.lang), *(_heading(each, self.lang) for each in shown)],
            rows=[[place, *row] for place, row in enumerate(listed, start=1)],
            empty=phrase("nothing", self.lang),
            fills={
                place: event_fill(_ASKED.get(each, each), self.lang)
                for place, each in enumerate(shown, start=1)
                if each in _FILLED
            },
        )

    def _with_who(self, rows: DataFrame) -> DataFrame:
        """Add zone, address, name and phone; rows of zones that are held back are left out."""
        known = self._who.reindex(rows.index).fillna("")
        rows = rows.assign(**{name: known[name].to_numpy() for name in _WHO})
        said = rows["zone_id"].to_numpy() if "zone_id" in rows else np.full(len(rows), "", dtype=object)
        zones = Series(np.where(said == "", known["zone_id"].to_numpy(), said), index=rows.index, dtype="str")
        rows["zone"] = looked_up(zones, self._titles)
        return rows[~zones.isin(list(self.zoning.held)).to_numpy()]

    def _times(self, column: Series) -> list[str]:
        zone = "UTC" if self._at is None else self._at.tzinfo
        return [moment(time.tz_convert(zone).to_pydatetime(), self.lang) for time in column]


def _lists(found: _Open) -> Iterator[_List]:
    requests = found.requests()
    everything = [
        found.away(),
        found.missing(),
        found.sheet("requests", requests, _REQUESTS, count=len(requests)),
    ]
    yield _List("open.xlsx", everything, sum(len(sheet.rows) for sheet in everything))
    taken: set[str] = set()
    for owner, rows in requests[requests["owner"].isin(found.people.index)].groupby("owner"):
        name = found.people.loc[owner, "name"]
        own = found.sheet("requests", rows, _OWN_REQUESTS, count=len(rows))
        yield _List(f"owners/{file_name(f'{owner} {name}', taken)}.xlsx", [own], len(rows))


def _households(zoning: Zoning, audience: str) -> DataFrame:
    """Return zone, address, name and phone of every household of the roster, as far as they may be seen."""
    placement = placed(zoning)
    roster = placement.households[~placement.households.index.duplicated()]
    allowed = household_columns(audience)
    words = {name: text_of(roster, name) if name in allowed else "" for name in _WHO}
    known = DataFrame(words, index=roster.index)
    known["zone_id"] = household_zones(zoning.plan, placement).reindex(roster.index).fillna("")
    return known


def _heading(column: str, lang: str) -> str:
    """Return a heading; that of a column of the sheets of events is the one it is read back by."""
    return event_heading(column, lang) if column in _OF_SHEETS else heading(column, lang)


def _written(value: Any, name: str) -> Any:
    """Write counts as integers, all else as one line of text; ids stay as they are, to be found again."""
    if isinstance(value, str):
        return value if name in _IDS else plain_text(value)
    return "" if pd.isna(value) else int(value)
