"""Zonings that were proposed and neither accepted nor dropped yet."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from gridmap.errors import PlanError

if TYPE_CHECKING:
    from gridmap.core.edits import Delineate
    from gridmap.model.protocol import Protocol

_MOST_KEPT = 8


class Proposals:
    """A few proposals by their tokens; the oldest goes when there are too many."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[Delineate, Any, Protocol]] = OrderedDict()

    def keep(self, edit: Delineate, case: Any, protocol: Protocol) -> str:
        """Keep an edit with its protocol, and the new case that it is for, if any; return its token."""
        token = uuid4().hex
        self._kept[token] = (edit, case, protocol)
        while len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)
        return token

    def take(self, token: str) -> tuple[Delineate, Any, Protocol]:
        """Give out a proposal, and forget it.

        Raises
        ------
        PlanError
            If there is none of this token any more.
        """
        if token not in self._kept:
            raise PlanError("this proposal is no longer there; make it again")
        return self._kept.pop(token)

    def drop(self, token: str) -> None:
        """Forget a proposal."""
        self._kept.pop(token, None)
