"""Places that are found by name, packed for the browser as gridmap/widget/js/places.js reads them."""

from __future__ import annotations

import zlib
from base64 import b64encode
from typing import Any

import numpy as np
from pandas import DataFrame

from gridmap.export.plain import plain_text

_STEP = 1e-5


def packed_places(places: DataFrame | None) -> dict[str, Any] | None:
    """Return places as the groups of zones they lie in, and lines of text, compressed.

    A line holds, parted by tabs: ``+`` if it is a building of the last place without one, else nothing; the
    name; the number of its group of zones; and how many steps east and north it lies of the line before.
    """
    if places is None:
        return None
    placed = places[places["lon"].notna() & places["lat"].notna()]
    if not len(placed):
        return None
    lattice = np.rint(placed[["lon", "lat"]].to_numpy(dtype=np.float64) / _STEP).astype(np.int64)
    moves = np.diff(lattice, axis=0, prepend=lattice[:1])
    groups = list(dict.fromkeys(placed["zones"]))
    number = {group: place for place, group in enumerate(groups)}
    lines = (
        "\t".join(("+" if within >= 0 else "", plain_text(name), str(number[zones]), str(east), str(north)))
        for name, within, zones, (east, north) in zip(
            placed["name"], placed["within"], placed["zones"], moves.tolist(), strict=True
        )
    )
    return {
        "zones": [[plain_text(zone) for zone in group] for group in groups],
        "origin": lattice[0].tolist(),
        "step": _STEP,
        "lines": b64encode(zlib.compress("\n".join(lines).encode(), 9)).decode("ascii"),
    }
