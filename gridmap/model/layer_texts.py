"""The layers of plans as JSON, kept block by block, so that an edit writes anew only what it changed."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

_BLOCK = 2048
_BETWEEN = "\x1f"  # JSON has no such character within a text
Codes = NDArray[np.int32]


class LayerTexts:
    """What plans over one grid say of its cells, as text.

    Parameters
    ----------
    cells
        The ids of the cells, in the order of the grid.
    order
        Their positions in the order of their ids, which is the order of the text.
    """

    def __init__(self, cells: Sequence[str], order: NDArray[np.intp]) -> None:
        ids = [cells[place] for place in order.tolist()]
        written = json.dumps(ids, ensure_ascii=False, separators=(_BETWEEN, ""))
        self._order = order
        self._ids = np.array(written[1:-1].split(_BETWEEN) if ids else [], dtype=object)
        self._numbers: dict[str, int] = {}  # of zones, the same for all plans
        self._lock = threading.Lock()
        self._kept: dict[tuple[str, int], tuple[bytes, bytes]] = {}

    def __getstate__(self) -> dict[str, Any]:
        """Leave behind what was written: another process begins without it."""
        return {"_order": self._order, "_ids": self._ids}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, _numbers={}, _lock=threading.Lock(), _kept={})

    def write(self, layer: str, *, tier: Codes, zone: Codes, unset: int, zones: Sequence[str]) -> bytes:
        """Write for each cell of which a layer says something ``"cell_id":[tier,"zone_id"]``.

        Parameters
        ----------
        layer
            Its name.
        tier, zone
            For each cell a code, and the place of a zone in `zones`, -1 for none.
        unset
            The code that says nothing.
        zones
            The ids of the zones.
        """
        if (tier == unset).all():
            return b""
        names = [*zones, ""]
        numbers = self._numbers_of(names)[zone][self._order]
        tier, zone = tier[self._order], zone[self._order]
        parts = []
        for start in range(0, len(tier), _BLOCK):
            block = slice(start, start + _BLOCK)
            key = tier[block].tobytes() + numbers[block].tobytes()
            kept = self._kept.get((layer, start))
            if kept is None or kept[0] != key:
                said = np.flatnonzero(tier[block] != unset)
                told = (self._ids[block][said], tier[block][said], zone[block][said])
                kept = self._kept[layer, start] = (key, _written(*told, names))
            parts.append(kept[1])
        return b",".join(filter(None, parts))

    def _numbers_of(self, names: Sequence[str]) -> Codes:
        with self._lock:
            known = self._numbers
            return np.array([known.setdefault(name, len(known)) for name in names], dtype=np.int32)


def _written(cells: NDArray[np.object_], tier: Codes, zone: Codes, names: Sequence[str]) -> bytes:
    """Write cells run by run of those that say the same."""
    if not len(cells):
        return b""
    starts = np.flatnonzero(np.append(True, (np.diff(tier) != 0) | (np.diff(zone) != 0)))
    ids = cells.tolist()
    runs = []
    for start, stop in pairwise([*starts.tolist(), len(ids)]):
        value = f":[{tier[start]},{json.dumps(names[zone[start]], ensure_ascii=False)}]"
        runs.append(f"{value},".join(ids[start:stop]) + value)
    return ",".join(runs).encode()
