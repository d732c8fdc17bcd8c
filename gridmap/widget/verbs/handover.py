"""Handing duties over by hand: what somebody holds, what of it goes to whom, and taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from gridmap.errors import PlanError
from gridmap.widget.answers import Answer, Question, packed
from gridmap.widget.desk import Desk
from gridmap.widget.holdings import Group, groups_held, told
from gridmap.widget.relief import relieved

if TYPE_CHECKING:
    from gridmap.model.duties import Duties


def holdings(desk: Desk, question: Question) -> Answer:
    """Tell what an official holds in a role, in groups, and the cells of each group."""
    groups = groups_held(desk, _duties(desk), _text(question, "official"), _text(question, "role"))
    return _told(groups)


def hand_over(desk: Desk, question: Question) -> Answer:
    """Give groups of what an official holds to another one; the duties are told anew to all views.

    Raises
    ------
    PlanError
        If nothing was chosen, or the official holds it no more.
    """
    giver, taker, role = (_text(question, name) for name in ("official", "to", "role"))
    keys = {str(key) for key in question.args.get("groups") or ()}
    held = groups_held(desk, _duties(desk), giver, role)
    return _handed(desk, [group for group in held if group.key in keys], role, giver, taker)


def relieve(desk: Desk, question: Question) -> Answer:
    """Let the substitute of a conflict take over what settles it; the duties are told anew to all views.

    Raises
    ------
    PlanError
        If nothing that this official holds would settle it.
    """
    giver, taker, role, kind = (_text(question, name) for name in ("official", "to", "role", "conflict"))
    groups = relieved(desk, _duties(desk), kind, official=giver, role=role, to=taker)
    return _handed(desk, groups, role, giver, taker)


def take_back(desk: Desk, _question: Question) -> Answer:
    """Undo the last hand-over."""
    return Answer({"left": desk.staffing.take_back()})


def _duties(desk: Desk) -> Duties:
    """Return the duties; those of a large county are not worked out while strokes wait."""
    found = desk.staffing.current(asked=False)
    if found is None:
        raise PlanError("the plan has changed since the duties were worked out; have them worked out again")
    return found


def _handed(desk: Desk, groups: Sequence[Group], role: str, giver: str, taker: str) -> Answer:
    households = tuple(each for group in groups if group.kind == "household" for each in group.targets)
    targets = tuple(group.targets[0] for group in groups if group.kind != "household")
    if not households and not targets:
        raise PlanError("what is to be handed over is not with this official any more; choose it again")
    done = desk.staffing.hand_over(role, giver=giver, taker=taker, households=households, targets=targets)
    return Answer({"done": done})


def _told(groups: Sequence[Group]) -> Answer:
    first = np.cumsum([0, *(len(group.cells) for group in groups)])
    cells = np.concatenate([np.empty(0, dtype=np.intp), *(group.cells for group in groups)])
    return Answer({"groups": told(groups)}, [packed(cells, "u4"), packed(first, "u4")])


def _text(question: Question, name: str) -> str:
    return str(question.args.get(name, ""))
