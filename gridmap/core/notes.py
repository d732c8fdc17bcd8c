"""What has to be said of cases, gathered while they are worked through and said once for each matter."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field

from gridmap.errors import GridmapWarning

_SHOWN = 20


@dataclass(frozen=True)
class Notes:
    """The cases of which something has to be said, by what it is.

    Only ids of cases are named, never addresses: warnings end up in logs.

    Parameters
    ----------
    cases
        What is said, and the cases of which it is, as the keys of a dict, in order.
    """

    cases: dict[str, dict[str, None]] = field(default_factory=dict)

    def add(self, said: str, case: str) -> None:
        """Note something of a case; a second time changes nothing."""
        self.cases.setdefault(said, {})[case] = None

    def copy(self) -> Notes:
        """Return the same notes, to be added to apart."""
        return Notes({said: dict(cases) for said, cases in self.cases.items()})

    @property
    def texts(self) -> tuple[str, ...]:
        """One text for each matter, with the first of its cases."""
        return tuple(f"{said}: {_first(list(cases))}" for said, cases in self.cases.items())

    def warn(self, *, stacklevel: int) -> None:
        """Give one `GridmapWarning` for each matter."""
        for text in self.texts:
            warnings.warn(text, GridmapWarning, stacklevel=stacklevel + 1)


def _first(cases: list[str]) -> str:
    more = f" and {len(cases) - _SHOWN} more" if len(cases) > _SHOWN else ""
    return ", ".join(cases[:_SHOWN]) + more
