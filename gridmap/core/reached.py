"""What a list shows of earlier rounds: by which way each household was last reached, and what came of it."""

from __future__ import annotations

from datetime import tzinfo
from typing import Any

import pandas as pd
from pandas import DataFrame, Series

from gridmap.core.followup_merge import REACHED
from gridmap.core.followup_words import CHANNELS, RESULTS, said

FOLLOWED = ("channel", "result", "needs_now", "reached_on")


def last_followups(followups: Any, *, lang: str, zone: tzinfo | None = None) -> DataFrame:
    """Return the newest entry of every household as a list shows it.

    Parameters
    ----------
    followups
        Entries of `household_id`, `channel`, `result`, `needs`, `reached_on`, the newest first; or None.
    lang
        ``zh`` or ``en``.
    zone
        The time zone in which moments are written; that of each entry, if not given.

    Returns
    -------
    rows
        Texts by ``household_id``: `channel` and `result` in words, `needs_now`, and `reached_on` as
        ``2022-03-05``, with the time of day if there is one.
    """
    if followups is None or not len(followups):
        return DataFrame(columns=FOLLOWED, index=pd.Index([], name="household_id", dtype="str"), dtype="str")
    newest = followups.drop_duplicates("household_id").set_index("household_id")
    shown = {
        "channel": newest["channel"].map(lambda code: said(_text(code), CHANNELS, lang)),
        "result": newest["result"].map(lambda code: said(_text(code), RESULTS, lang)),
        "needs_now": newest["needs"].map(_text),
        "reached_on": newest["reached_on"].map(lambda when: _day(when, zone)),
    }
    return DataFrame(shown, dtype="str")


def was_reached(results: Series, *, lang: str) -> Series:
    """Tell which results, as a list shows them, say that somebody was reached."""
    return results == said(REACHED, RESULTS, lang)


def _text(value: Any) -> str:
    return "" if pd.isna(value) else str(value)


def _day(when: Any, zone: tzinfo | None) -> str:
    """Write a moment without its time of day where that is midnight; text that is none stays."""
    moment = pd.to_datetime(when, errors="coerce")
    if pd.isna(moment):
        return _text(when)
    here = moment.tz_convert(zone) if zone is not None and moment.tzinfo is not None else moment
    return f"{here:%Y-%m-%d}" if here == here.normalize() else f"{here:%Y-%m-%d %H:%M}"
