"""Plans of a long history, each kept as its difference from the one beside it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from gridmap.model.plan import Codes, Layer, Plan


@dataclass(frozen=True, eq=False)
class Step:
    """A plan that can be told from another one.

    Parameters
    ----------
    plan
        The plan without the layers in which the two differ in few cells.
    changes
        Those layers: the cells, and their tier and zone in this plan.
    """

    plan: Plan
    changes: dict[str, tuple[npt.NDArray[np.int32], Codes, Codes]]


def step_from(plan: Plan, other: Plan) -> Step:
    """Keep a plan as its difference from another one, and without what it has worked out."""
    if plan.hierarchy is not other.hierarchy:
        return Step(replace(plan), {})
    layers, changes = dict(plan.layers), {}
    for name, layer in plan.layers.items():
        beside = other.layers[name]
        apart = np.flatnonzero((layer.tier != beside.tier) | (layer.zone != beside.zone)).astype(np.int32)
        if 2 * len(apart) < len(layer.tier):
            changes[name] = (apart, layer.tier[apart], layer.zone[apart])
            del layers[name]
    return Step(replace(plan, layers=layers), changes)


def plan_at(step: Step, other: Plan) -> Plan:
    """Return the plan of a step, told from the same plan that it was kept with."""
    changed: dict[str, Any] = {}
    for name, (places, tier, zone) in step.changes.items():
        beside = other.layers[name]
        changed[name] = beside if len(places) == 0 else _with(beside, places, tier, zone)
    return replace(step.plan, layers={**step.plan.layers, **changed})


def _with(layer: Layer, places: npt.NDArray[np.int32], tier: Codes, zone: Codes) -> Layer:
    tiers, zones = layer.tier.copy(), layer.zone.copy()
    tiers[places], zones[places] = tier, zone
    return Layer(tiers, zones)
