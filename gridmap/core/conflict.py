"""Two who changed one plan: what they changed against what you changed, and your edits made on theirs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, NamedTuple

from pandas import DataFrame

from gridmap.core.apply import apply_edit
from gridmap.core.edits import Edit, Together
from gridmap.errors import GridmapError
from gridmap.model.plan import LAYERS, NONE, Plan
from gridmap.model.shown import shows_counts

DIFFERENCE_COLUMNS = ("kind", "target", "before", "theirs", "mine", "clash")
_MOST_NAMED = 5


class Refused(NamedTuple):
    """An edit that could not be made again, and why."""

    edit: Edit
    why: str


@shows_counts
@dataclass(frozen=True)
class Rebase:
    """One's own edits, made again on the plan that somebody else has saved.

    Parameters
    ----------
    steps
        Their plan, and the plan after each edit that was made again.
    refused
        The edits that were not made, because the cells are locked or gone.
    difference
        What they changed against what you changed; see `plan_difference`.
    save
        The number of their save.
    """

    steps: tuple[Plan, ...]
    refused: tuple[Refused, ...]
    difference: DataFrame
    save: int

    @property
    def plan(self) -> Plan:
        """The plan with all edits that could be made, to be looked at and saved."""
        return self.steps[-1]


def plan_difference(
    before: Mapping[str, Any], theirs: Mapping[str, Any], mine: Mapping[str, Any]
) -> DataFrame:
    """List what two plans that began with the same one have changed.

    Parameters
    ----------
    before, theirs, mine
        `Plan.content` of the common plan, of what somebody else saved, and of one's own;
        empty before the first save.

    Returns
    -------
    difference
        `kind` (``cell``, ``zone``, ``carve_out``), `target` (its id), `before`, `theirs`, `mine` (the tier
        with the zone and what else is said, or ``none``), and `clash`: whether both changed it, each to
        something else. What nobody changed is left out.
    """
    rows: list[tuple[Any, ...]] = []
    for kind, said in {"cell": _cells, "zone": _zones, "carve_out": _carve_outs}.items():
        was, other, own = said(before), said(theirs), said(mine)
        for target in sorted(was.keys() | other.keys() | own.keys()):
            first, second, third = (each.get(target, NONE) for each in (was, other, own))
            if first != second or first != third:
                clash = first not in (second, third) and second != third
                rows.append((kind, target, first, second, third, clash))
    return DataFrame(rows, columns=list(DIFFERENCE_COLUMNS)).astype({"clash": "bool"})


def describe_difference(difference: DataFrame) -> str:
    """Say in one line how much both have changed, and which cells both did."""
    theirs, mine = (difference[difference[side] != difference["before"]] for side in ("theirs", "mine"))
    clashes = difference.loc[difference["clash"] & (difference["kind"] == "cell"), "target"].tolist()
    more = "..." if len(clashes) > _MOST_NAMED else ""
    both = (
        f"both changed the cells {', '.join(clashes[:_MOST_NAMED])}{more}" if clashes else "no cell by both"
    )
    return f"they changed {_counted(theirs)}, here {_counted(mine)} changed, {both}"


def own_edits(before: Sequence[Edit], mine: Sequence[Edit]) -> tuple[Edit, ...]:
    """Return the edits that follow those with which both begin."""
    common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, mine, strict=False)))
    return tuple(mine[common:])


def make_again(theirs: Plan, edits: Iterable[Edit]) -> tuple[tuple[Plan, ...], tuple[Refused, ...]]:
    """Make edits on another plan, and list those that it does not allow.

    Of edits that were made together and cannot be any more, those are made that can.

    Returns
    -------
    steps
        The plan, and the plan after each edit that was made.
    refused
        The others.
    """
    steps: list[Plan] = [theirs]
    refused: list[Refused] = []
    for edit in edits:
        try:
            steps.append(apply_edit(steps[-1], edit))
        except GridmapError as error:
            if isinstance(edit, Together):
                made, left = make_again(steps[-1], edit.edits)
                steps += made[1:]
                refused += left
            else:
                refused.append(Refused(edit, str(error)))
    return tuple(steps), tuple(refused)


def _counted(changed: DataFrame) -> str:
    counts = changed["kind"].value_counts()
    cells = int(counts.get("cell", 0))
    others = int(counts.sum()) - cells
    return f"{cells} cell(s)" + (f" and {others} zone(s) or carve-out(s)" if others else "")


def _cells(content: Mapping[str, Any]) -> dict[str, str]:
    layers, order = content.get("layers", {}), content.get("tier_order", ())
    said: dict[str, str] = {}
    for layer in reversed(LAYERS):
        locked = ", locked" if layer == "lock" else ""
        for cell, (code, zone) in layers.get(layer, {}).items():
            tier = order[code] if code >= 0 else NONE
            said[cell] = f"{tier}{f' ({zone})' if zone else ''}{locked}"
    return said


def _zones(content: Mapping[str, Any]) -> dict[str, str]:
    return {zone: f"{tier} {name}".strip() for zone, tier, name, _ in content.get("zones", ())}


def _carve_outs(content: Mapping[str, Any]) -> dict[str, str]:
    return {row["carve_out_id"]: _carve_out(row) for row in content.get("carve_outs", ())}


def _carve_out(row: Mapping[str, Any]) -> str:
    where = "、".join(row.get("addresses") or ()) or row.get("name", "")
    locked = ", locked" if row.get("locked") else ""
    return f"{row['tier']} ({row.get('zone_id', '')}) {where}".rstrip() + locked
