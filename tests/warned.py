"""Asserts that a block warns, as `pytest.warns` does.

With CPython 3.11.7 that one now and then told in a long run that nothing was warned of, although it was: the
list that it keeps as an attribute was found empty. Here it stays a local name.
"""

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def warned(category: type[Warning], *, match: str = "") -> Iterator[list[warnings.WarningMessage]]:
    """Record what a block warns of; fail if none is of the category and fits, and pass on what does not."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield caught
    fits = [
        issubclass(each.category, category) and bool(re.search(match, str(each.message))) for each in caught
    ]
    assert any(fits), f"nothing fits {match!r} of {[str(each.message) for each in caught]}"
    for each, fit in zip(caught, fits, strict=True):
        if not fit:
            warnings.warn_explicit(each.message, each.category, each.filename, each.lineno)
