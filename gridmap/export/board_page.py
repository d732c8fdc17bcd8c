"""The board as one HTML file that is read without scripts and without a network."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from html import escape
from importlib.resources import files

from gridmap.core.board_words import board_word
from gridmap.export.board_parts import AreaLine, BoardView, ItemLine, Measure, TierBar, TrendLine
from gridmap.export.plain import plain_text

_FIRST_ITEMS = 10
_MOST_ITEMS = 400
_MARKS = 60


def board_page(view: BoardView) -> str:
    """Return the board as a page; the same board gives the same page."""
    style = (files("gridmap") / "static" / "board.css").read_text(encoding="utf-8").replace("\r", "")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    title = f"{view.title} {board_word('board', view.lang)}"
    return (
        f'<!DOCTYPE html>\n<html lang="{"zh-CN" if view.lang == "zh" else "en"}">\n<head>\n'
        f'<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        '<meta name="format-detection" content="telephone=no">\n'
        f"<title>{_text(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        f"{_mark(view)}<main>\n{_head(view)}{_tiles(view.measures, view.lang)}{_tiers(view)}"
        f"{_items(view)}{_areas(view)}{_zones(view)}{_trend(view)}{_households(view)}{_foot(view)}"
        "</main>\n</body>\n</html>\n"
    )


def _text(text: object) -> str:
    """Escape a text for HTML, in an element or in a quoted attribute."""
    return escape(plain_text(text), quote=True)


def _mark(view: BoardView) -> str:
    """Lay for whom it is, and DRAFT or EXPIRED, pale over the page, and over each page on paper."""
    text = "  ".join(each for each in (view.banner, view.mark) if each)
    if not text:
        return ""
    return f'<div class="mark" aria-hidden="true">{f"<span>{_text(text)}</span>" * _MARKS}</div>\n'


def _head(view: BoardView) -> str:
    banner = f'<p class="banner">{_text(view.banner)}</p>' if view.banner else ""
    facts = "".join(
        f'<div><dt>{_text(key)}</dt><dd dir="auto">{_text(value)}</dd></div>' for key, value in view.facts
    )
    name = board_word("board", view.lang)
    return (
        f'<header>{banner}<p class="what">{name}</p><h1 dir="auto">{_text(view.title)}</h1>'
        f'<dl class="facts">{facts}</dl></header>\n'
    )


def _tiles(measures: Sequence[Measure], lang: str) -> str:
    return f'<section class="tiles">{"".join(_tile(each, lang) for each in measures)}</section>\n'


def _tile(measure: Measure, lang: str) -> str:
    known = measure.share is not None
    large = measure.percent if known else measure.said(lang)
    small = f"{measure.said(lang)} {_text(measure.unit)}" if known else ""
    css = "tile" if known else "tile blank"
    return (
        f'<div class="{css}"><h2>{_text(measure.label)}</h2><p class="large">{large}</p>'
        f'{_bar(measure)}<p class="small">{small}</p></div>'
    )


def _bar(measure: Measure) -> str:
    """Draw a bar: a dashed line where it is not known, nothing where nothing is due."""
    if measure.due == 0:
        return ""
    inside = '<rect class="track" width="100" height="8"/>'
    if measure.share is None:
        inside = '<path class="dash" d="M0 4H100"/>'
    elif measure.share:
        inside += f'<rect class="done" width="{100 * measure.share:.4g}" height="8"/>'
    return (
        f'<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">{inside}</svg>'
    )


def _tiers(view: BoardView) -> str:
    if not view.tiers:
        return ""
    labels = "".join(
        f'<li>{_swatch(each.color)}<span dir="auto">{_text(each.label)}</span> <b>{each.count:,}</b></li>'
        for each in view.tiers
    )
    head = board_word("by_tier", view.lang)
    return f'<section><h2>{head}</h2>{_stack(view.tiers)}<ul class="tiers">{labels}</ul></section>\n'


def _swatch(color: str) -> str:
    return (
        '<svg class="swatch" viewBox="0 0 10 10" aria-hidden="true">'
        f'<rect width="10" height="10" fill="{_text(color)}"/></svg>'
    )


def _stack(tiers: Sequence[TierBar]) -> str:
    """Draw the tiers beside each other, with a white line between them."""
    parts, at = [], 0.0
    for each in tiers:
        wide = max(100 * each.share - 0.3, 0.2)
        parts.append(f'<rect x="{at:.5g}" width="{wide:.5g}" height="8" fill="{_text(each.color)}"/>')
        at += 100 * each.share
    return (
        '<svg class="stack" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        f"{''.join(parts)}</svg>"
    )


def _items(view: BoardView) -> str:
    lang = view.lang
    head = f"<h2>{board_word('oldest', lang)}</h2>"
    if not view.items:
        return f"<section>{head}<p>{board_word('nothing_open', lang)}</p></section>\n"
    kinds = "".join(f"<li>{_text(label)} <b>{count:,}</b></li>" for label, count in view.kinds)
    first, rest = view.items[:_FIRST_ITEMS], view.items[_FIRST_ITEMS:_MOST_ITEMS]
    listed = _item_table(first, lang)
    if rest:
        label = board_word("all_items", lang, count=f"{len(view.items):,}")
        more = len(view.items) - _MOST_ITEMS
        note = f"<p>{board_word('more_items', lang, count=f'{more:,}')}</p>" if more > 0 else ""
        listed += f"<details><summary>{label}</summary>{_item_table(rest, lang)}{note}</details>"
    return f'<section>{head}<ul class="kinds">{kinds}</ul>{listed}</section>\n'


def _item_table(items: Iterable[ItemLine], lang: str) -> str:
    names = ("since", "kind", "where", "why", "whose", "count")
    heads = "".join(f'<th class="{name}">{board_word(name, lang)}</th>' for name in names)
    rows = "".join(
        f'<tr><td class="since"><b>{_text(each.age)}</b> {_text(each.since)}</td>'
        f'<td class="kind">{_text(each.label)}</td><td class="where" dir="auto">{_text(each.where)}</td>'
        f'<td class="why" dir="auto">{_text(each.why)}</td>'
        f'<td class="whose" dir="auto">{_text(each.whose)}</td>'
        f'<td class="count">{_text(each.count)}</td></tr>'
        for each in items
    )
    return f'<table class="items"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'


def _areas(view: BoardView) -> str:
    """Return the areas: each town can be opened; on paper all are."""
    if not view.areas:
        return ""
    parts = []
    for group in _groups(view.areas):
        top, rest = group[0], group[1:]
        lines = "".join(_line(each, view.lang) for each in rest)
        head = _line(top, view.lang)
        parts.append(
            f"<details><summary>{head}</summary>{lines}</details>"
            if rest
            else f'<div class="alone">{head}</div>'
        )
    title = board_word("by_area", view.lang)
    head = _line_head(view.areas, board_word("area", view.lang), view.lang)
    return f'<section class="areas"><h2>{title}</h2>{head}{"".join(parts)}</section>\n'


def _groups(areas: Sequence[AreaLine]) -> list[list[AreaLine]]:
    """Put areas into groups that are opened together: by the uppermost level of which there are several."""
    tops = [place for place, each in enumerate(areas) if each.depth == 0]
    under = [each for each in areas if each.depth == 1]
    level = 1 if len(tops) <= 2 and under else 0
    groups: list[list[AreaLine]] = []
    for each in areas:
        if each.depth <= level or not groups:
            groups.append([])
        groups[-1].append(each)
    return groups


def _line_head(lines: Sequence[AreaLine], name: str, lang: str) -> str:
    """Return the heads of the columns of lines, of which there is one at least."""
    cells = "".join(f"<span>{_text(each.label)}</span>" for each in lines[0].measures)
    size = len(lines[0].measures)
    row = f"<span>{name}</span>{cells}<span>{board_word('open_items', lang)}</span>"
    return f'<div class="line head n{size}" aria-hidden="true">{row}</div>'


def _line(line: AreaLine, lang: str) -> str:
    cells = "".join(
        f'<span class="cell"><span class="label">{_text(each.label)}</span>{_bar(each)}'
        f"<span class='value'>{each.said(lang)}</span></span>"
        for each in line.measures
    )
    swatch = _swatch(line.color) if line.color else ""
    label = board_word("open_items", lang)
    count = f'<span class="open"><span class="label">{label}</span> {line.open_items:,}</span>'
    if not line.open_items:
        count = '<span class="open none">0</span>'
    size = len(line.measures)
    return (
        f'<div class="line n{size} d{min(line.depth, 4)}">'
        f'<span class="name" dir="auto">{swatch}{_text(line.name)}</span>{cells}{count}</div>'
    )


def _zones(view: BoardView) -> str:
    if not view.zones:
        return ""
    lines = "".join(_line(each, view.lang) for each in view.zones)
    title = board_word("by_zone", view.lang)
    head = _line_head(view.zones, board_word("zone", view.lang), view.lang)
    return f'<section class="areas"><h2>{title}</h2>{head}{lines}</section>\n'


def _trend(view: BoardView) -> str:
    heads = "".join(f'<th class="count">{_text(name)}</th>' for name in view.trend_head)
    names = [board_word(name, view.lang) for name in ("version", "saved", "by_tier")]
    rows = "".join(_trend_row(each, view.trend_head) for each in view.trend)
    title = board_word("trend", view.lang)
    return (
        f'<section><h2>{title}</h2><div class="wide"><table class="trend"><thead><tr>'
        f"<th>{names[0]}</th><th>{names[1]}</th><th>{names[2]}</th>{heads}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div></section>\n"
    )


def _trend_row(line: TrendLine, names: Sequence[str]) -> str:
    cells = "".join(
        f'<td class="count"><span class="label">{_text(name)}</span> {_text(each)}</td>'
        for name, each in zip(names, line.cells, strict=True)
    )
    counts = " · ".join(f"{_text(each.label)} {each.count:,}" for each in line.tiers)
    return (
        f"<tr><td>{_text(line.name)}</td><td>{_text(line.saved)}</td>"
        f"<td class='mix'>{_stack(line.tiers)}<small>{counts}</small></td>{cells}</tr>"
    )


def _households(view: BoardView) -> str:
    if not view.households:
        return ""
    rows = "".join(
        f'<tr><td>{_text(kind)}</td><td dir="auto">{_text(area)}</td><td>{_text(home)}</td>'
        f'<td dir="auto">{_text(address)}</td></tr>'
        for kind, area, home, address in view.households
    )
    title = f"{board_word('which', view.lang)} ({len(view.households):,})"
    return (
        f'<section><h2>{title}</h2><details><summary>{title}</summary><div class="wide">'
        f'<table class="which"><tbody>{rows}</tbody></table></div></details></section>\n'
    )


def _foot(view: BoardView) -> str:
    notes = "".join(f'<p dir="auto">{_text(note)}</p>' for note in view.notes if note)
    return f"<footer>{notes}</footer>\n"
