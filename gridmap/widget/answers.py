"""What a view asks, what it is answered, and the table of all that can be asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from gridmap.errors import PlanError, UnknownCellError

if TYPE_CHECKING:
    from gridmap.widget.desk import Desk


@dataclass(frozen=True, eq=False)
class Question:
    """One message of a view.

    Parameters
    ----------
    kind
        The verb.
    client, seq
        Which view asks, and the number of its message.
    args
        All that the message says.
    buffers
        The binary parts.
    lang
        The language of the view.
    """

    kind: str
    client: str
    seq: int
    args: Mapping[str, Any]
    buffers: Sequence[Any]
    lang: str

    def cells(self, ids: Any) -> tuple[str, ...]:
        """Return the ids of the cells that the first buffer numbers, in the order of the grid.

        Parameters
        ----------
        ids
            The ids of all cells.

        Raises
        ------
        UnknownCellError
            If a number is of no cell, as when the grid was replaced meanwhile.
        """
        numbers = numbers_of(self.buffers)
        if len(numbers) and int(numbers.max()) >= len(ids):
            raise UnknownCellError(
                f"the grid has no cell number {int(numbers.max())}; load the map again", []
            )
        return tuple(ids[numbers].tolist())

    def point(self, name: str) -> tuple[float, float]:
        """Return a place of the message, in metres of EPSG:3857.

        Raises
        ------
        PlanError
            If it is none.
        """
        given = self.args.get(name)
        if not isinstance(given, list | tuple) or len(given) != 2:
            raise PlanError(f"{name} is no place: {given!r}; give [x, y]")
        x, y = float(given[0]), float(given[1])
        if not (np.isfinite(x) and np.isfinite(y)):
            raise PlanError(f"{name} is no place: {given!r}; give finite numbers")
        return x, y


class Answer(NamedTuple):
    """What a view is told that asked."""

    content: Mapping[str, Any]
    buffers: Sequence[bytes] = ()


Verb: TypeAlias = "Callable[[Desk, Question], Answer]"


def numbers_of(buffers: Sequence[Any]) -> NDArray[np.uint32]:
    """Read the numbers of cells out of the first buffer, each once and sorted.

    Raises
    ------
    PlanError
        If the buffer does not hold whole numbers of four bytes.
    """
    if not buffers:
        return np.empty(0, dtype=np.uint32)
    data = bytes(buffers[0])
    if len(data) % 4:
        raise PlanError(f"the list of cells has {len(data)} bytes, which is no multiple of four")
    return np.unique(np.frombuffer(data, dtype="<u4"))


def packed(values: Any, dtype: str) -> bytes:
    """Write numbers as the browser reads them, the lowest byte first."""
    return np.ascontiguousarray(values, dtype=np.dtype(dtype).newbyteorder("<")).tobytes()
