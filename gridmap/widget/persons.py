"""The officials as a view names them."""

from __future__ import annotations

from typing import Any

from gridmap.export.plain import plain_text


class Persons:
    """Names of officials by their id.

    Parameters
    ----------
    officials
        By ``official_id``, with or without `name`.
    """

    def __init__(self, officials: Any) -> None:
        known = officials is not None and "name" in officials
        first = officials[~officials.index.duplicated()] if known else None
        self._names = {} if first is None else first["name"].to_dict()

    def name(self, official: str) -> str:
        """Return the name of an official, or the id where there is none."""
        name = self._names.get(official)
        return plain_text(name) if isinstance(name, str) and name else plain_text(official)

    def told(self, official: str) -> dict[str, str] | None:
        """Return the id and the name of an official; None for nobody."""
        return {"official": plain_text(official), "name": self.name(official)} if official else None
