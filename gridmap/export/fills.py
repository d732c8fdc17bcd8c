"""The columns of a list that people fill in: how a household was reached, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence

from gridmap.core.followup_words import CHANNELS, RESULTS, Words, said
from gridmap.export.listwords import phrase
from gridmap.export.workbook import Fill


def fills_for(columns: Sequence[str], lang: str) -> dict[int, Fill]:
    """Return what is to be filled in of some columns, by position.

    Parameters
    ----------
    columns
        Their names, in the order of the sheet.
    lang
        ``zh`` or ``en``: the language of the choices.
    """
    fills = {
        "channel": Fill(11, choices=_words(CHANNELS, lang), warning=phrase("pick", lang)),
        "result": Fill(12, choices=_words(RESULTS, lang), warning=phrase("pick", lang)),
        "needs_now": Fill(22),
        "reached_on": Fill(13, date=True, warning=phrase("pick_date", lang)),
    }
    return {place: fills[column] for place, column in enumerate(columns) if column in fills}


def _words(words: Words, lang: str) -> tuple[str, ...]:
    return tuple(said(code, words, lang) for code in words)
