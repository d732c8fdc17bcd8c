"""The officials as a view names them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from gridmap.export.plain import plain_text, plain_texts


class Persons:
    """Names of officials by their id.

    Parameters
    ----------
    officials
        By ``official_id``, with or without `name`.
    """

    def __init__(self, officials: Any) -> None:
        known = officials is not None and "name" in officials
        first = officials["name"][~officials.index.duplicated()] if known else pd.Series(dtype="str")
        self._ids = first.index
        self._names = first.astype("str").array

    def name(self, official: str) -> str:
        """Return the name of an official, or the id where there is none."""
        return self.names([official])[0]

    def names(self, officials: Sequence[str]) -> list[str]:
        """Return the names of many officials, or the ids of those that have none."""
        place = self._ids.get_indexer(list(officials))
        names = pd.Series(self._names.take(place, allow_fill=True)).fillna("").tolist()
        told = zip(plain_texts(names), officials, strict=True)
        return [name or plain_text(official) for name, official in told]

    def told(self, official: str) -> dict[str, str] | None:
        """Return the id and the name of an official; None for nobody."""
        return {"official": plain_text(official), "name": self.name(official)} if official else None
