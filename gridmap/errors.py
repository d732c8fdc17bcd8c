"""What can go wrong, one class for each kind; every message says what was found, where, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

_SHOWN_FAULTS = 20


class GridmapWarning(UserWarning):
    """Something was done that the user should know of, such as a guess that was made."""


class GridmapError(Exception):
    """The parent of every error that gridmap raises on purpose."""


class Fault(NamedTuple):
    """One thing that is wrong with a file or a table; a tuple, so that it can be written as JSON.

    Parameters
    ----------
    kind
        A short code for the sort of fault, such as ``duplicate_id``.
    where
        The row labels or the place, as the user would look them up.
    what
        What was found there.
    cure
        What to do about it; may be empty.
    """

    kind: str
    where: str
    what: str
    cure: str = ""

    def __str__(self) -> str:
        head = f"{self.where}: {self.what}" if self.where else self.what
        return f"{head}; {self.cure}" if self.cure else head


class TableError(GridmapError, ValueError):
    """A table cannot be used; carries every fault that was found, not only the first.

    Parameters
    ----------
    title
        What was read, for example ``households.csv``.
    faults
        All faults of it.
    """

    def __init__(self, title: str, faults: Sequence[Fault]) -> None:
        self.title = title
        self.faults = tuple(faults)
        count = f"{len(self.faults)} fault{'' if len(self.faults) == 1 else 's'} in {title}"
        lines = [f"  {fault}" for fault in self.faults[:_SHOWN_FAULTS]]
        if len(self.faults) > _SHOWN_FAULTS:
            lines.append(f"  and {len(self.faults) - _SHOWN_FAULTS} more")
        super().__init__("\n".join([count, *lines]))


class GridError(TableError):
    """A grid has no usable geometry, id or coordinate reference system."""


class CrsMismatchError(GridmapError, ValueError):
    """Two tables that meet are in different coordinate reference systems."""


class UnknownCellError(GridmapError, LookupError):
    """A cell or area is named that the grid does not have.

    Parameters
    ----------
    message
        What was found, where, what to do.
    cells
        The unknown ids.
    """

    def __init__(self, message: str, cells: Sequence[str] = ()) -> None:
        self.cells = tuple(cells)
        super().__init__(message)


class PlanError(GridmapError, ValueError):
    """An edit asks for what the plan does not allow."""


class ReasonNeededError(PlanError):
    """An edit gives a weaker tier than a rule asks, and no reason for it.

    Parameters
    ----------
    message
        What was found, where, what to do.
    cells
        The ids of the cells in which a rule asks for more.
    asked
        The strictest tier that a rule asks for there; empty when not known.
    """

    def __init__(self, message: str, cells: Sequence[str] = (), asked: str = "") -> None:
        self.cells = tuple(cells)
        self.asked = asked
        super().__init__(message)


class LockedCellError(PlanError):
    """An edit would change locked cells or carve-outs.

    Parameters
    ----------
    message
        What was found, where, what to do.
    cells
        The locked ids.
    """

    def __init__(self, message: str, cells: Sequence[str] = ()) -> None:
        self.cells = tuple(cells)
        super().__init__(message)


class DutyError(GridmapError, LookupError):
    """A duty is given to an official, or for something, that is not known.

    Parameters
    ----------
    message
        What was found, where, what to do.
    ids
        The unknown ids.
    """

    def __init__(self, message: str, ids: Sequence[str] = ()) -> None:
        self.ids = tuple(ids)
        super().__init__(message)


class ProtocolError(GridmapError, ValueError):
    """A protocol cannot be read, or names what it does not define."""


class WorkspaceError(GridmapError, OSError):
    """A workspace cannot be opened, read or written."""


class ConflictError(WorkspaceError):
    """Somebody else saved the workspace after it was opened here.

    Parameters
    ----------
    message
        What was found, where, what to do.
    difference
        What they changed against what you changed, as `gridmap.core.conflict.plan_difference` lists it;
        None where it is not about a plan.
    """

    def __init__(self, message: str, difference: Any = None) -> None:
        self.difference = difference
        super().__init__(message)


class OutputError(GridmapError, OSError):
    """A file cannot be written."""


class CancelledError(GridmapError):
    """A person stopped what was under way; what was finished before stays, and nothing half is left."""


class ExportBlockedError(GridmapError, ValueError):
    """An export is stopped because what it would show is not proven or not staffed.

    Parameters
    ----------
    reasons
        Every reason, one line each; the message names the first of them.
    """

    _SHOWN = 20

    def __init__(self, reasons: Sequence[str]) -> None:
        self.reasons = tuple(reasons)
        lines = [f"  {reason}" for reason in self.reasons[: self._SHOWN]]
        if len(self.reasons) > self._SHOWN:
            lines.append(f"  and {len(self.reasons) - self._SHOWN:,} more")
        super().__init__("\n".join([f"export stopped for {len(self.reasons)} reason(s):", *lines]))


class MissingFontError(GridmapError, LookupError):
    """No font that can show the text was found."""


class UnsupportedError(GridmapError):
    """Something is asked for that this version does not do."""
