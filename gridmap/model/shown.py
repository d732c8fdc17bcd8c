"""How values that hold tables are shown: by counts, because a notebook or a log keeps what it shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar

import numpy as np
from pandas import DataFrame, Index, Series

_MOST = 5
_T = TypeVar("_T")


def shows_counts(cls: type[_T]) -> type[_T]:
    """Let a dataclass or named tuple show of every table how many rows it has, and nothing of them.

    Examples
    --------
    >>> from typing import NamedTuple
    >>> @shows_counts
    ... class Lists(NamedTuple):
    ...     households: DataFrame
    ...     lang: str
    >>> Lists(DataFrame({"head_name": ["王安", "李平"]}), "zh")
    Lists(households=<2 rows x 1 columns>, lang='zh')
    """
    cls.__repr__ = _counted  # type: ignore[method-assign]
    return cls


def _counted(self: Any) -> str:
    told = [field.name for field in fields(self) if field.repr] if is_dataclass(self) else self._fields
    return f"{type(self).__name__}({', '.join(f'{name}={_shown(getattr(self, name))}' for name in told)})"


def _shown(value: Any) -> str:
    if isinstance(value, DataFrame):
        return f"<{len(value)} rows x {len(value.columns)} columns>"
    if isinstance(value, Series | Index):
        return f"<{len(value)} values>"
    if isinstance(value, np.ndarray):
        return f"<{' x '.join(map(str, value.shape))} values>"
    many = isinstance(value, tuple | list | set | frozenset | Mapping) and not hasattr(value, "_fields")
    if many and (len(value) > _MOST or any(map(_holds_table, _within(value)))):
        return f"<{len(value)} entries>"
    return repr(value)


def _within(value: Any) -> list[Any]:
    return list(value.values() if isinstance(value, Mapping) else value)


def _holds_table(value: Any) -> bool:
    nested = isinstance(value, tuple | list | Mapping) and not hasattr(value, "_fields")
    if nested:
        return any(map(_holds_table, _within(value)))
    return isinstance(value, DataFrame | Series | Index | np.ndarray)
