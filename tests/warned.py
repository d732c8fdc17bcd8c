"""Asserts that a block warns.

`pytest.warns` now and then tells in a long run that nothing was warned of, although it was: what it puts into
the module `warnings` is undone before its block ends. Here the calls of `warnings.warn` are recorded besides.
"""

import re
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch


@contextmanager
def warned(category: type[Warning], *, match: str = "") -> Iterator[list[warnings.WarningMessage]]:
    """Record what a block warns of; fail if none is of the category and fits, and pass on what does not."""
    warn, said = warnings.warn, list[warnings.WarningMessage]()

    def record(message, category=UserWarning, stacklevel=1, source=None, **options):
        frame = sys._getframe(stacklevel)
        text = message if isinstance(message, Warning) else category(message)
        place = frame.f_code.co_filename, frame.f_lineno
        said.append(warnings.WarningMessage(text, type(text), *place))
        warn(message, category, stacklevel + 1, source, **options)

    def fits(each):
        return issubclass(each.category, category) and bool(re.search(match, str(each.message)))

    with warnings.catch_warnings(record=True) as caught, patch.object(warnings, "warn", record):
        warnings.simplefilter("always")
        yield caught
    caught.extend(() if any(map(fits, caught)) else filter(fits, said))
    assert any(map(fits, caught)), f"nothing fits {match!r} of {[str(each.message) for each in caught]}"
    for each in caught:
        if not fits(each):
            warnings.warn_explicit(each.message, each.category, each.filename, each.lineno)
