"""What is said of the columns of a table that lacks one: their names, unless they are a record."""

from __future__ import annotations

import re
from collections.abc import Iterable

_SHOWN = 12
_LONG_NUMBER = 7
_RECORD = re.compile(r"-?[0-9]*\.[0-9]{3,}|[0-9]+-?[0-9]* *(?:幢|栋|号楼|号|座|单元|室)")
CURE = "put a row with the names of the columns above it"


def is_record(names: Iterable[object]) -> bool:
    """Tell whether a record stands where names of columns should: it has a phone, an id or an address.

    Examples
    --------
    >>> is_record(["户号", "住址", "2022年人口"]), is_record(["甲路1号", "张三", "138 0013 8000"])
    (False, True)
    """
    texts = [str(name) for name in names]
    return any(sum(char.isdigit() for char in text) >= _LONG_NUMBER or _RECORD.search(text) for text in texts)


def columns_found(names: Iterable[object]) -> str:
    """Name the first columns of a table for a message, or say that no row names them."""
    texts = [str(name) for name in names]
    if is_record(texts):
        return f"the first row seems to be a record, not the names of the {len(texts)} columns; {CURE}"
    return f"columns found: {', '.join(texts[:_SHOWN]) or 'none'}"
