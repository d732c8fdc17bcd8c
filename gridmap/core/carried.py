"""The edit by which a plan over another grid arrives: all that it says, in the words of the new grid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from gridmap.core.changes import places_of, with_layer
from gridmap.errors import PlanError
from gridmap.model.plan import LAYERS, NO_TIER, NONE, Plan, unset_layer
from gridmap.model.zone import CarveOut, zone_from_plain


@dataclass(frozen=True, kw_only=True)
class CarryOver:
    """Take over a plan that was made over another grid; `gridmap.carry_plan` works it out.

    Whatever the plan said before is replaced.

    Parameters
    ----------
    tiers, prefixes
        Its tiers, the strictest first, with the letters of their zone numbers.
    registry
        Every zone it ever had: number, tier, name, anchor, and the numbers it had before, if any.
    marks
        What each layer says of cells: layer, tier or ``none``, zone number or empty, cells.
    carved
        The carve-outs, with the values of `CarveOut` in their order.
    next_carve_out
        The number of the next carve-out.
    reasons
        Pairs of a cell and why it is weaker than what a rule asks.
    protocol
        The protocol of the last delineation.
    """

    tiers: Sequence[str]
    prefixes: Sequence[str]
    registry: Sequence[Any] = ()
    marks: Sequence[Any] = ()
    carved: Sequence[Any] = ()
    next_carve_out: int = 1
    reasons: Sequence[Any] = ()
    protocol: str = ""

    def __post_init__(self) -> None:
        for option in fields(self):
            object.__setattr__(self, option.name, _frozen(getattr(self, option.name)))


def carried(plan: Plan, edit: CarryOver) -> Plan:
    """Return the plan that a `CarryOver` tells, over the cells of `plan`.

    Raises
    ------
    UnknownCellError
        If it names a cell that the plan lacks.
    PlanError
        If it names a layer, tier or zone that it does not define.
    """
    size = len(plan.hierarchy.cell_ids)
    zones = tuple(zone_from_plain(row) for row in edit.registry)
    bare = replace(
        plan,
        tier_order=tuple(edit.tiers),
        prefixes=dict(zip(edit.tiers, edit.prefixes, strict=True)),
        layers={name: unset_layer(size) for name in LAYERS},
        registry=zones,
        carve_list=tuple(CarveOut(*row) for row in edit.carved),
        next_carve_out=edit.next_carve_out,
        reasons=dict(edit.reasons),
        protocol_id=edit.protocol,
    )
    codes = {tier: code for code, tier in enumerate(edit.tiers)} | {NONE: NO_TIER}
    places = {zone.zone_id: place for place, zone in enumerate(zones)} | {"": -1}
    for layer, tier, zone, cells in edit.marks:
        if layer not in LAYERS or tier not in codes or zone not in places:
            raise PlanError(f"the carried plan has no layer {layer!r}, tier {tier!r} or zone {zone!r}")
        code, home = codes[tier], places[zone]
        bare = with_layer(bare, layer, places_of(bare, cells, ()), code, home)
    places_of(bare, bare.reasons, ())
    return bare


def _frozen(value: Any) -> Any:
    return tuple(_frozen(each) for each in value) if isinstance(value, (list, tuple)) else value
