"""Plans of a long history, each kept as its difference from the one beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from gridmap.model.plan import Codes, Layer, Plan

_LONG = ("edits", "registry")  # what grows with a history, and is mostly the same beside


@dataclass(frozen=True, eq=False)
class Step:
    """A plan that can be told from another one.

    Parameters
    ----------
    plan
        The plan without what is in `changes` and `tails`.
    changes
        The layers in which the two differ in few cells: the cells, and their tier and zone in this plan.
    tails
        Of the edits and the zones: how many of the first are those of the other plan, and the others.
    reasons
        The reasons that the other plan has not, and those that only it has, as None.
    """

    plan: Plan
    changes: dict[str, tuple[npt.NDArray[np.int32], Codes, Codes]]
    tails: dict[str, tuple[int, tuple[Any, ...]]] = field(default_factory=dict)
    reasons: dict[str, str | None] = field(default_factory=dict)


def step_from(plan: Plan, other: Plan) -> Step:
    """Keep a plan as its difference from another one, and without what it has worked out."""
    tails = {name: _tail(getattr(plan, name), getattr(other, name)) for name in _LONG}
    reasons = _changed(plan.reasons, other.reasons)
    without: dict[str, Any] = {**dict.fromkeys(_LONG, ()), "reasons": {}}
    if plan.hierarchy is not other.hierarchy:
        return Step(replace(plan, **without), {}, tails, reasons)
    layers, changes = dict(plan.layers), {}
    for name, layer in plan.layers.items():
        beside = other.layers[name]
        apart = _apart(layer, beside)
        if 2 * len(apart) < len(layer.tier):
            changes[name] = (apart, layer.tier[apart], layer.zone[apart])
            del layers[name]
    return Step(replace(plan, layers=layers, **without), changes, tails, reasons)


def plan_at(step: Step, other: Plan) -> Plan:
    """Return the plan of a step, told from the same plan that it was kept with."""
    changed: dict[str, Any] = {}
    for name, (places, tier, zone) in step.changes.items():
        beside = other.layers[name]
        changed[name] = beside if len(places) == 0 else _with(beside, places, tier, zone)
    long: dict[str, Any] = {
        name: (*getattr(other, name)[:same], *rest) for name, (same, rest) in step.tails.items()
    }
    reasons = other.reasons
    if step.reasons:
        said = {**reasons, **step.reasons}
        reasons = {cell: reason for cell, reason in said.items() if reason is not None}
    return replace(step.plan, layers={**step.plan.layers, **changed}, reasons=reasons, **long)


def _tail(own: tuple[Any, ...], beside: tuple[Any, ...]) -> tuple[int, tuple[Any, ...]]:
    same = min(len(own), len(beside))
    if own[:same] != beside[:same]:
        pairs = zip(own, beside, strict=False)
        same = next(place for place, (one, two) in enumerate(pairs) if one != two)
    return same, own[same:]


def _changed(own: Mapping[str, str], beside: Mapping[str, str]) -> dict[str, str | None]:
    if own is beside:
        return {}
    changed: dict[str, str | None] = dict.fromkeys(beside.keys() - own.keys())
    changed.update((cell, reason) for cell, reason in own.items() if beside.get(cell) != reason)
    return changed


def _apart(layer: Layer, beside: Layer) -> npt.NDArray[np.int32]:
    """Return the cells of which two layers say something else."""
    if layer is beside:
        return np.empty(0, np.int32)
    return np.flatnonzero((layer.tier != beside.tier) | (layer.zone != beside.zone)).astype(np.int32)


def _with(layer: Layer, places: npt.NDArray[np.int32], tier: Codes, zone: Codes) -> Layer:
    tiers, zones = layer.tier.copy(), layer.zone.copy()
    tiers[places], zones[places] = tier, zone
    return Layer(tiers, zones)
