"""Zonings that were proposed and neither accepted nor dropped yet."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import uuid4

from gridmap.errors import PlanError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gridmap.core.edits import Edit
    from gridmap.model.protocol import Protocol

_MOST_KEPT = 8


class Proposed(NamedTuple):
    """What was proposed.

    Parameters
    ----------
    edits
        What makes it, one after the other; accepted they are one step.
    protocol
        By whose rules.
    case
        The new case that it is for, if any.
    version
        The version of the plan that it changes; empty where it may change any.
    reason
        What the edits come from, where they are several.
    """

    edits: Sequence[Edit]
    protocol: Protocol
    case: Any = None
    version: str = ""
    reason: str = ""


class Proposals:
    """A few proposals by their tokens; the oldest goes when there are too many."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Proposed] = OrderedDict()

    def keep(self, proposed: Proposed) -> str:
        """Keep a proposal; return its token."""
        token = uuid4().hex
        self._kept[token] = proposed
        while len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)
        return token

    def take(self, token: str, version: str) -> Proposed:
        """Give out a proposal, and forget it.

        Parameters
        ----------
        token
            Which.
        version
            The version of the plan now.

        Raises
        ------
        PlanError
            If there is none of this token any more, or it was made for another version of the plan.
        """
        proposed = self._kept.get(token)
        if proposed is None:
            raise PlanError("this proposal is no longer there; make it again")
        if proposed.version not in ("", version):
            raise PlanError("the plan has changed since this was proposed; make it again")
        del self._kept[token]
        return proposed

    def drop(self, token: str) -> None:
        """Forget a proposal."""
        self._kept.pop(token, None)
