"""Answers that are kept with what they were worked out from, as long as nothing of it changes."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

import numpy as np
import pyarrow as pa
from geopandas.array import GeometryDtype
from pandas import Series

Answer = TypeVar("Answer")


class Kept(Generic[Answer]):
    """Answers about objects that live: each is worked out once, and again if a table of it was changed.

    It keeps no object alive. Rows, ids and shapes that were set in a table afterwards are noticed; to notice
    costs far less than to read the table.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._answers: dict[int, tuple[weakref.ref[Any], list[_Looks], Answer]] = {}

    def of(self, owner: Any, tables: Sequence[Any], work_out: Callable[[], Answer]) -> Answer:
        """Return the answer about an object.

        Parameters
        ----------
        owner
            What the answer is about.
        tables
            The tables it is worked out from.
        work_out
            Gives the answer.
        """
        with self._lock:
            key = id(owner)
            known = self._answers.get(key)
            if known is not None and all(map(_Looks.are_of, known[1], tables)):
                return known[2]
            looks, answer = [_Looks(table) for table in tables], work_out()
            self._answers[key] = (weakref.ref(owner, lambda _: self._answers.pop(key, None)), looks, answer)
            return answer


class _Looks:
    """How a table looked: a copy that shares its memory until the table is written to."""

    def __init__(self, table: Any) -> None:
        self._index, self._columns = table.index, _columns(table.copy(deep=False))
        self._shapes = {
            name: np.array(column.array, dtype=object)
            for name, column in self._columns
            if isinstance(column.dtype, GeometryDtype)
        }

    def are_of(self, table: Any) -> bool:
        columns = _columns(table)
        if not self._index.identical(table.index) or len(columns) != len(self._columns):
            return False
        return all(
            name == then_name and self._same(name, then, now)
            for (then_name, then), (name, now) in zip(self._columns, columns, strict=True)
        )

    def _same(self, name: Any, then: Series, now: Series) -> bool:
        if then.dtype != now.dtype:
            return False
        if name in self._shapes:
            # the bytes of an array of objects are their addresses, and those compared live in `_shapes`
            return self._shapes[name].tobytes() == np.asarray(now.array, dtype=object).tobytes()
        memory = _memory(then)
        return bool((memory is not None and memory == _memory(now)) or then.equals(now))


def _columns(table: Any) -> list[tuple[Any, Series]]:
    return [("", table)] if isinstance(table, Series) else list(table.items())


def _memory(column: Series) -> Any:
    """Tell where the values of a column stand; None if that is not known."""
    if isinstance(column.dtype, np.dtype):
        values = column.to_numpy()
        return values.__array_interface__["data"][0], values.strides
    if column.dtype != "str":
        return None
    chunks = pa.chunked_array(pa.array(column.array)).chunks
    return [(part.offset, *(each.address for each in part.buffers() if each)) for part in chunks]
