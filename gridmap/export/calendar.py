"""The calendar of zones as a file: a picture, a table, or iCalendar."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pandas import DataFrame

from gridmap.core.calendar import BACK, calendar_of
from gridmap.errors import UnsupportedError
from gridmap.export.calendar_ics import calendar_ics
from gridmap.export.calendar_sheet import calendar_pdf, calendar_png, calendar_svg
from gridmap.export.calendar_table import calendar_csv, calendar_workbook
from gridmap.model.clock import Clock
from gridmap.store.files import write_bytes, write_text

_BYTES = {
    ".ics": calendar_ics,
    ".xlsx": calendar_workbook,
    ".pdf": calendar_pdf,
    ".png": calendar_png,
    ".svg": calendar_svg,
}
SUFFIXES = (*_BYTES, ".csv")


def export_calendar(
    clock: Clock,
    path: Path | str,
    *,
    lang: str = "zh",
    audience: str = "official",
    days: int | None = None,
    back: int = BACK,
    rounds: DataFrame | None = None,
    zones: Iterable[str] | None = None,
    title: str = "",
) -> Path:
    """Write the coming days of every zone, in the form that the name of the file says.

    Zones are rows and days are columns in ``.pdf`` (A4 across, as many pages as it takes), ``.png``, ``.svg``
    and ``.xlsx``, which also lists the dates; ``.csv`` has that list alone; ``.ics`` is for the calendars of
    phones and offices. Shown are test rounds, the earliest downgrade or lifting, and what is not known. It
    names no person; the public sees no case either.

    Parameters
    ----------
    clock
        From `gridmap.zone_clock`.
    path
        The file to write or replace.
    lang
        ``zh`` or ``en``.
    audience
        For whom: ``public``, ``official`` or ``field``.
    days
        How many days follow today; as many as the last date known needs, 7 to 28, if not given.
    back
        How many days before today are shown.
    rounds
        The test rounds that were made, as `gridmap.round_table` lists them; with them stands how many were
        tested and due.
    zones
        The zones that are shown, by their numbers; all, if not given.
    title
        Before the name of the calendar, such as the name of the county. Events of two calendars of one title
        replace each other in a phone.

    Returns
    -------
    path
        The file written.

    Raises
    ------
    UnsupportedError
        If the name has none of these ends, there is no such audience or language, or zones or days are too
        many for one picture.
    MissingFontError
        If no font shows Chinese.
    OutputError
        If the file cannot be written.
    """
    target = Path(path)
    suffix = target.suffix.lower()
    if suffix not in SUFFIXES:
        raise UnsupportedError(f"no calendar ends in {suffix or 'nothing'!r}; choose {', '.join(SUFFIXES)}")
    calendar = calendar_of(
        clock, lang=lang, audience=audience, days=days, back=back, rounds=rounds, zones=zones, title=title
    )
    if suffix == ".csv":
        return write_text(target, calendar_csv(calendar), encoding="utf-8-sig")
    return write_bytes(target, _BYTES[suffix](calendar))
