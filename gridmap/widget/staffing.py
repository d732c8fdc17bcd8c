"""The duties of one desk: worked out when somebody asks for them, and handed over."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from gridmap.errors import GridmapWarning
from gridmap.export.plain import plain_text
from gridmap.widget.persons import Persons
from gridmap.widget.staffed import is_soon_staffed

if TYPE_CHECKING:
    from gridmap.model.duties import Duties
    from gridmap.widget.desk import Desk


class Staffing:
    """What a desk keeps of the duties.

    Parameters
    ----------
    desk
        Whose duties they are.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._handed: list[dict[str, Any]] = []
        self._by_hand: WeakSet[Duties] = WeakSet()

    def current(self, *, asked: bool) -> Duties | None:
        """Return the duties under the plan; None where they take long and nobody has asked for them.

        Parameters
        ----------
        asked
            Whether a person asked for them.
        """
        bench = self._desk.bench
        return bench.duties() if asked or is_soon_staffed(bench) else bench.known_duties

    def hand_over(
        self, role: str, *, giver: str, taker: str, households: Sequence[str], targets: Sequence[str]
    ) -> dict[str, Any]:
        """Give somebody's households or targets to somebody else, and say what was done."""
        bench, persons = self._desk.bench, Persons(self._desk.bench.officials)
        self._by_hand.add(bench.hand_over(taker, role, households=households, targets=targets))
        done = {
            "role": role,
            "from": {"official": plain_text(giver), "name": persons.name(giver)},
            "to": {"official": plain_text(taker), "name": persons.name(taker)},
            "households": len(households),
            "targets": len(targets),
        }
        self._handed.append(done)
        return done

    def take_back(self) -> list[str]:
        """Undo the last hand-over, and return what could not be undone, in sentences."""
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            self._desk.bench.take_back()
        del self._handed[-1:]
        return [plain_text(each.message) for each in warned if issubclass(each.category, GridmapWarning)]

    def is_by_hand(self, duties: Duties) -> bool:
        """Tell whether something was handed over since the duties were worked out."""
        return duties in self._by_hand or (self._desk.bench.can_take_back and not self._handed)

    @property
    def last(self) -> dict[str, Any] | None:
        """What was handed over last and can be taken back."""
        return self._handed[-1] if self._handed and self._desk.bench.can_take_back else None
