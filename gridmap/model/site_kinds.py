"""The kinds of sites, however they were written."""

from __future__ import annotations

PUBLIC_SITES = ("gate", "test_site", "delivery_point")
_SHORT = {"isolation": "isolation_point", "test": "test_site", "delivery": "delivery_point"}


def site_kind(text: object) -> str:
    """Return the kind of a site by its full name; any other word is returned as it is, nothing as empty text.

    Examples
    --------
    >>> site_kind("isolation"), site_kind("isolation_point"), site_kind("gate"), site_kind("canteen")
    ('isolation_point', 'isolation_point', 'gate', 'canteen')
    """
    word = text.strip() if isinstance(text, str) else ""
    return _SHORT.get(word, word)
