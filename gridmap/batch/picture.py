"""The picture of a batch: its zonings side by side, with what they change against the baseline."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from pandas import DataFrame

from gridmap.batch.answer import Done, outlines_of
from gridmap.batch.journal import Journal
from gridmap.errors import UnsupportedError
from gridmap.export.multiples import MOST_PANELS, Backdrop, Panel, draw_multiples
from gridmap.model.protocol import Protocol
from gridmap.store.files import write_bytes

PICTURE = "comparison"
_WORDS = {
    "zh": {
        "title": "划区方案比较",
        "page": "{title}（第{page}页，共{pages}页）",
        "baseline": "{name}（基准）",
        "tier": "{label} {households:,}户{change}",
        "none": "未划区 {households:,}户{change}",
        "staff": "需人员 {required:,}{change}",
        "vacancies": "，缺 {vacancies:,}",
        "change": "（{change:+,}）",
        "capped": (
            "共{count:,}个方案，图中为{shown:,}个（基准在先，余按表中顺序）；"
            "其余见 comparison.csv 和 outlines.gpkg。"
        ),
        "against": "括号内为与基准方案“{name}”之差。粗框为基准。各图范围和比例尺相同。",
        "alone": "各图范围和比例尺相同；基准方案“{name}”没有结果，无差值。",
    },
    "en": {
        "title": "Zonings compared",
        "page": "{title} (page {page} of {pages})",
        "baseline": "{name} (baseline)",
        "tier": "{label}: {households:,} households{change}",
        "none": "no tier: {households:,} households{change}",
        "staff": "staff required: {required:,}{change}",
        "vacancies": ", vacant: {vacancies:,}",
        "change": " ({change:+,})",
        "capped": (
            "{shown:,} of {count:,} scenarios, the baseline first, then in the order of the table. All are"
            " in comparison.csv and outlines.gpkg."
        ),
        "against": (
            "In brackets: the difference to the baseline {name!r}, which has a thick frame. All maps have the"
            " same extent and scale."
        ),
        "alone": "All maps have the same extent and scale; the baseline {name!r} has no result.",
    },
}


def write_pictures(
    folder: Path,
    done: Sequence[tuple[Done, Protocol]],
    journal: Journal,
    comparison: DataFrame,
    *,
    baseline: str,
    outline: Any,
    count: int,
    most: int,
    lang: str,
) -> list[Path]:
    """Write the scenarios side by side as PNG and SVG, thirty to a page.

    Parameters
    ----------
    folder
        Where to write.
    done
        The scenarios of one ground, with their protocols.
    journal
        Has their outlines.
    comparison
        Counts and differences by scenario and tier.
    baseline
        The scenario that the others are compared with; it comes first.
    outline
        The whole grid.
    count
        How many scenarios the batch has; those that are not drawn are told to be in the tables.
    most
        How many are drawn at most, those that come first.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    paths
        ``comparison.png``, ``comparison.svg``, and ``comparison-2.png`` and so on.
    """
    words = _WORDS[lang]
    ordered = sorted(done, key=lambda each: each[0].scenario_id != baseline)
    shown = ordered[:most]
    has_base = shown[0][0].scenario_id == baseline
    notes = [words["against" if has_base else "alone"].format(name=baseline)]
    if len(shown) < count:
        notes.insert(0, words["capped"].format(count=count, shown=len(shown)))
    notes += dict.fromkeys(protocol.notice for _, protocol in shown)
    figures = {str(scenario): rows for scenario, rows in comparison.groupby("scenario_id", sort=False)}
    zones = [shapely.from_wkb(outlines_of(each, journal)[1]) for each, _ in shown]
    backdrop = Backdrop(outline, shapely.total_bounds(np.concatenate(zones)), done[0][0].ground.crs)
    pages = [shown[start : start + MOST_PANELS] for start in range(0, len(shown), MOST_PANELS)]
    paths = []
    for number, page in enumerate(pages, start=1):
        panels = [
            _panel(each, protocol, journal, figures[each.scenario_id], baseline=baseline, lang=lang)
            for each, protocol in page
        ]
        title = words["title"]
        if len(pages) > 1:
            title = words["page"].format(title=title, page=number, pages=len(pages))
        drawn = draw_multiples(panels, backdrop, title=title, notes=notes, lang=lang)
        name = PICTURE if number == 1 else f"{PICTURE}-{number}"
        for suffix, data in zip((".png", ".svg"), drawn, strict=True):
            paths.append(write_bytes(folder / f"{name}{suffix}", data))
    return paths


def check_lang(lang: str) -> str:
    """Return a language that the picture has.

    Raises
    ------
    UnsupportedError
        If it has no such language.
    """
    if lang not in _WORDS:
        raise UnsupportedError(f"no language {lang!r}; give one of {', '.join(_WORDS)}")
    return lang


def _panel(
    done: Done, protocol: Protocol, journal: Journal, rows: DataFrame, *, baseline: str, lang: str
) -> Panel:
    zones, shapes = outlines_of(done, journal)
    marked = done.scenario_id == baseline
    name = _WORDS[lang]["baseline"].format(name=done.scenario_id) if marked else done.scenario_id
    return Panel(
        title=name,
        tiers=protocol.tiers,
        zones=[(zone[1], shape) for zone, shape in zip(zones, shapely.from_wkb(shapes), strict=True)],
        figures=_figures(protocol, rows, lang),
        marked=marked,
    )


def _figures(protocol: Protocol, rows: DataFrame, lang: str) -> list[tuple[str, str]]:
    words = _WORDS[lang]
    labels = {tier.id: tier.label(lang) for tier in protocol.tiers}
    lines = []
    for row in rows.to_dict("records"):
        kind = "tier" if row["tier"] in labels else "none"
        if kind == "none" and row["tier"] != "none":
            continue  # a tier of the baseline that this protocol does not have
        change = _change(row["households_change"], words["change"])
        text = words[kind].format(label=labels.get(row["tier"]), households=row["households"], change=change)
        lines.append((row["tier"], text))
    change = _change(rows["required_change"].sum(skipna=False), words["change"])
    staff = words["staff"].format(required=int(rows["required"].sum()), change=change)
    missing = rows["vacancies"].sum(skipna=False)
    vacant = "" if pd.isna(missing) else words["vacancies"].format(vacancies=int(missing))
    return [*lines, ("", staff + vacant)]


def _change(value: Any, words: str) -> str:
    return "" if pd.isna(value) or not value else words.format(change=int(value))
