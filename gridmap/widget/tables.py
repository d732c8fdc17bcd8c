"""The tables and lines of the panel as HTML; every text from a table is made plain and escaped here."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from pandas import DataFrame

from gridmap.export.plain import plain_text
from gridmap.model.certificate import Certificate
from gridmap.model.protocol import Protocol, Tier
from gridmap.model.scene import Scene
from gridmap.widget.map import pattern_svg, swatch_svg
from gridmap.widget.words import word

_MOST_ROWS = 200
_COUNTS = ("cells", "households", "residents")


def text_of(text: object) -> str:
    """Escape a text for HTML."""
    return escape(plain_text(text), quote=True)


def tier_label(tier: Tier, lang: str) -> str:
    """Return the label of a tier as it stands on a button."""
    return tier.label(lang).capitalize()


def zone_table(counts: DataFrame, tiers: DataFrame, protocol: Protocol, lang: str) -> str:
    """Write the zones with their counts, and below them what has no tier and the total.

    Parameters
    ----------
    counts
        By ``zone_id``: `tier`, `name`, `cells`, `households`, `residents`.
    tiers
        The same counts by ``tier``, with ``none``.
    protocol, lang
        For the labels.
    """
    order = {tier: place for place, tier in enumerate(protocol.tier_ids)}
    ranked = counts.iloc[counts["tier"].map(order).argsort(kind="stable").to_numpy()]
    labels = {tier.id: tier_label(tier, lang) for tier in protocol.tiers}
    rows = [
        [zone, labels.get(row.tier, row.tier), row.name_, *(f"{getattr(row, key):,}" for key in _COUNTS)]
        for zone, row in zip(ranked.index, ranked.rename(columns={"name": "name_"}).itertuples(), strict=True)
    ]
    if "none" in tiers.index:
        rest = tiers.loc["none", list(_COUNTS)]
        rows.append(["", word("none", lang), "", *(f"{count:,}" for count in rest)])
    whole = tiers[list(_COUNTS)].sum()
    rows.append(["", word("total", lang), "", *(f"{count:,}" for count in whole)])
    heads = [word(key, lang) for key in ("zone", "tier", "name", *_COUNTS)]
    return _titled(word("zones", lang), _table(heads, rows, numbers=3))


def problem_table(problems: DataFrame, lang: str) -> str:
    """Write what a person should look at, as far as it is read at a glance."""
    if not len(problems):
        return _titled(word("problems", lang), f'<p class="gm-soft">{word("no_problems", lang)}</p>')
    rows = [[word(row.kind, lang), row.target, row.detail] for row in problems.head(_MOST_ROWS).itertuples()]
    left = len(problems) - _MOST_ROWS
    more = f'<p class="gm-soft">{word("and_more", lang, count=left)}</p>' if left > 0 else ""
    return _titled(f"{word('problems', lang)} ({len(problems):,})", _table([], rows, numbers=0) + more)


def legend(scene: Scene) -> str:
    """Write the tiers in use, with the hatch and the figures of each."""
    patterns = "".join(pattern_svg(entry.pattern, entry.color) for entry in scene.legend)
    entries = "".join(
        f"<span>{swatch_svg(entry.color, entry.pattern, rank)} <b>{text_of(entry.label.capitalize())}</b> "
        f"{' · '.join(f'{text_of(key)} {text_of(value)}' for key, value in entry.rows)}</span>"
        for rank, entry in enumerate(scene.legend)
    )
    hatches = f'<svg class="gm-defs" width="0" height="0"><defs>{patterns}</defs></svg>'
    return f'{hatches}<div class="gm-legend">{entries}</div>'


def proof_line(certificate: Certificate | None, lang: str) -> str:
    """Write what the certificate of the plan says; None for a plan that is not proven yet."""
    if certificate is None:
        return f'<div class="gm-proof gm-soft">○ {word("not_proven", lang)}</div>'
    if not certificate.balanced:
        count = len(certificate.differences)
        return f'<div class="gm-proof"><b>✗ {word("unbalanced", lang, count=count)}</b></div>'
    numbers = {key: f"{getattr(certificate, key):,}" for key in ("households_in", "placed", "exceptions")}
    return f'<div class="gm-proof">✓ {word("balanced", lang, **numbers)}</div>'


def said_line(text: str, *, bad: bool) -> str:
    """Write a message; line ends are kept."""
    lines = "\n".join(text_of(line) for line in text.splitlines())
    return f'<div class="gm-said{" gm-bad" if bad else ""}" role="status">{lines}</div>' if lines else ""


def _titled(title: str, inner: str) -> str:
    return f'<h4>{title}</h4><div class="gm-table">{inner}</div>'


def _table(heads: Sequence[str], rows: Sequence[Sequence[object]], *, numbers: int) -> str:
    """Write a table; its last `numbers` columns are figures."""

    def cells(tag: str, row: Sequence[object]) -> str:
        first = len(row) - numbers
        return "".join(
            f"<{tag}{' class=gm-number' if place >= first else ''}>{text_of(value)}</{tag}>"
            for place, value in enumerate(row)
        )

    head = f"<tr>{cells('th', heads)}</tr>" if heads else ""
    body = "".join(f"<tr>{cells('td', row)}</tr>" for row in rows)
    return f"<table>{head}{body}</table>"
