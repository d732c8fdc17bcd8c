"""What became of the zones, in words: for the sheet of a list of changes, and for the legend of its map."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pandas import DataFrame

from gridmap.core.called import zone_titles
from gridmap.core.delta_words import delta_word
from gridmap.core.zone_changes import COUNTS, ZoneChanges
from gridmap.model.zoning import Zoning

_SHOWN = 8
_SIDES = ("before", "after")


def zone_change_rows(changes: ZoneChanges, before: Zoning, after: Zoning, *, lang: str) -> DataFrame:
    """List what became of every zone that changed; those that `after` holds back are left out.

    Parameters
    ----------
    changes
        From `gridmap.compare_zones`.
    before, after
        The two zonings.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    rows
        Texts `change`, `zone_before`, `zone_after`, `came_from`, `went_to` (which zones, and how many cells,
        households and residents of each), and integers `cells_before`, `cells_after` and so on.
    """
    shown = changes.zones[~changes.zones["zone_after"].isin(list(after.held))]
    titles = [zone_titles(each, lang) for each in (before, after)]
    rows = DataFrame(index=shown.index)
    rows["change"] = [zone_change_words(words, lang) for words in shown["changes"]]
    for side, names in zip(_SIDES, titles, strict=True):
        rows[f"zone_{side}"] = [names.get(zone, zone) for zone in shown[f"zone_{side}"]]
    counts = [f"{name}_{side}" for name in COUNTS for side in _SIDES]
    rows[counts] = shown[counts]
    moves = list(changes.moves.itertuples(index=False))
    into = [[each for each in moves if zone and each.zone_after == zone] for zone in shown["zone_after"]]
    away = [[each for each in moves if zone and each.zone_before == zone] for zone in shown["zone_before"]]
    rows["came_from"] = [_said(each, "zone_before", {}, lang) for each in into]
    rows["went_to"] = [_said(each, "zone_after", after.held, lang) for each in away]
    return rows.astype(dict.fromkeys(("change", "zone_before", "zone_after", "came_from", "went_to"), "str"))


def zone_change_words(words: tuple[str, ...], lang: str) -> str:
    """Say what became of a zone, such as ``新设`` or ``split, shrunk``."""
    return delta_word("and", lang).join(delta_word(f"zone_{word}", lang) for word in words)


def _said(moves: list[Any], side: str, held: Mapping[str, str], lang: str) -> str:
    """Say how much moved, zone by zone; of a zone that is held back only that it is."""
    said = []
    for move in moves[:_SHOWN]:
        zone = getattr(move, side)
        if zone in held:
            said.append(delta_word("held", lang))
            continue
        counts = [
            delta_word(f"{name}_of", lang, count=getattr(move, name))
            for name in COUNTS
            if getattr(move, name)
        ]
        said.append(
            delta_word(
                "zone_counts",
                lang,
                zone=zone or delta_word("no_zone", lang),
                counts=delta_word("and", lang).join(counts),
            )
        )
    if len(moves) > _SHOWN:
        said.append(delta_word("more_zones", lang, count=len(moves)))
    return delta_word("semicolon", lang).join(dict.fromkeys(said))
