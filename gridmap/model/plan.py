"""A plan: which tier and zone each cell carries, as one immutable value with a version.

Each cell may carry a tier on five layers. The first layer that says something counts:
``lock``, then ``hand``, then ``rule``, then ``remainder`` (set by hand), then ``rule_remainder``. So a
hand-set tier never hides what a rule asks; that is kept beneath, and the two are compared in the list of
problems.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas import DataFrame, Series

from gridmap.errors import UnknownCellError
from gridmap.model.areas import Hierarchy, hierarchy_for
from gridmap.model.zone import CarveOut, Zone, carve_out_from_plain, plain_carve_out

LAYERS = ("lock", "hand", "rule", "remainder", "rule_remainder")
UNSET = -2
NO_TIER = -1
NONE = "none"
DEFAULT_TIERS = ("sealed", "controlled", "prevention")
DEFAULT_PREFIXES = {"sealed": "S", "controlled": "C", "prevention": "P"}

Codes = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Layer:
    """What one layer says of every cell, in the order of the cells.

    Parameters
    ----------
    tier
        Position in the plan's `tier_order`; `NO_TIER` for explicitly none, `UNSET` for nothing said.
    zone
        Position in the plan's `registry`; -1 for none.
    """

    tier: Codes
    zone: Codes


@dataclass(frozen=True, eq=False)
class Plan:
    """Which tier and zone each cell carries. Immutable; `gridmap.apply_edit` makes a changed copy.

    Parameters
    ----------
    hierarchy
        The cells and the areas above them.
    tier_order
        The tiers, the strictest first.
    prefixes
        The letters that begin the zone numbers of each tier.
    layers
        The layers by name, as in `LAYERS`.
    registry
        Every zone that was ever made, also those that are empty now.
    carve_list
        The carve-outs.
    next_carve_out
        The number of the next carve-out; no number is given twice.
    reasons
        Why a cell is weaker than what a rule asks, by ``cell_id``.
    edits
        The edits that made the plan, oldest first; not part of its content.
    protocol_id
        The protocol of the last delineation.
    """

    hierarchy: Hierarchy
    tier_order: tuple[str, ...]
    prefixes: Mapping[str, str]
    layers: Mapping[str, Layer]
    registry: tuple[Zone, ...] = ()
    carve_list: tuple[CarveOut, ...] = ()
    next_carve_out: int = 1
    reasons: Mapping[str, str] = field(default_factory=dict)
    edits: tuple[Any, ...] = ()
    protocol_id: str = ""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Plan) and self.version == other.version

    def __hash__(self) -> int:
        return hash(self.version)

    def __repr__(self) -> str:
        cells = self.tiers.value_counts()
        counts = ", ".join(f"{cells.get(tier, 0)} {tier}" for tier in self.tier_order)
        return f"<Plan {self.version}: {len(self.tiers)} cells, {counts}; {len(self.carve_list)} carve-outs>"

    @cached_property
    def effective(self) -> Layer:
        """The tier and zone that count for each cell."""
        size = len(self.hierarchy.cell_ids)
        tier, zone = np.full(size, UNSET, np.int32), np.full(size, -1, np.int32)
        for name in LAYERS:
            layer = self.layers[name]
            open_cells = tier == UNSET
            tier = np.where(open_cells, layer.tier, tier)
            zone = np.where(open_cells, layer.zone, zone)
        return Layer(tier=np.where(tier == UNSET, NO_TIER, tier), zone=zone)

    @cached_property
    def origins(self) -> Series:
        """The layer that decides each cell, by ``cell_id``; missing where none does."""
        codes = np.full(len(self.hierarchy.cell_ids), -1)
        for place, name in reversed(list(enumerate(LAYERS))):
            codes = np.where(self.layers[name].tier != UNSET, place, codes)
        return self._labels(codes, LAYERS, "origin")

    @cached_property
    def tiers(self) -> Series:
        """The tier of each cell, by ``cell_id``; missing where it has none."""
        return self._labels(self.effective.tier, self.tier_order, "tier")

    @cached_property
    def cell_zones(self) -> Series:
        """The zone of each cell, by ``cell_id``; missing where it has none."""
        return self._labels(self.effective.zone, [zone.zone_id for zone in self.registry], "zone_id")

    @cached_property
    def asked(self) -> Series:
        """The tier that a rule asks of each cell, by ``cell_id``; missing where none does."""
        rule, rest = self.layers["rule"].tier, self.layers["rule_remainder"].tier
        return self._labels(np.where(rule == UNSET, rest, rule), self.tier_order, "asked")

    @cached_property
    def locked(self) -> Series:
        """Whether each cell is locked, by ``cell_id``."""
        cells = self.hierarchy.cell_ids
        return Series(self.layers["lock"].tier != UNSET, index=cells, name="locked")

    @cached_property
    def zones(self) -> DataFrame:
        """The zones that hold a cell or a carve-out, by ``zone_id``: `tier`, `name`, `anchor`."""
        used = set(np.unique(self.effective.zone).tolist())
        carved = {carve.zone_id for carve in self.carve_list}
        rows = [zone for place, zone in enumerate(self.registry) if place in used or zone.zone_id in carved]
        index = pd.Index([zone.zone_id for zone in rows], dtype="str", name="zone_id")
        columns = {key: [getattr(zone, key) for zone in rows] for key in ("tier", "name", "anchor")}
        return DataFrame(columns, index=index, dtype="str")

    @cached_property
    def carve_outs(self) -> DataFrame:
        """The carve-outs by ``carve_out_id``: `kind`, `tier`, `zone_id`, `name`, `target`, `origin`, ..."""
        keys = ("kind", "tier", "zone_id", "name", "origin", "locked", "reason")
        columns: dict[str, list[Any]] = {
            key: [getattr(carve, key) for carve in self.carve_list] for key in keys
        }
        columns["target"] = ["、".join(c.addresses or c.households) or c.shape for c in self.carve_list]
        ids = [carve.carve_out_id for carve in self.carve_list]
        return DataFrame(columns, index=pd.Index(ids, dtype="str", name="carve_out_id"))

    @cached_property
    def content(self) -> dict[str, Any]:
        """All that the plan says, as plain data in a canonical order; `plan_from_content` reads it back."""
        cells = np.asarray(self.hierarchy.cell_ids, dtype=object)
        layers: dict[str, dict[str, list[Any]]] = {}
        for name in LAYERS:
            layer = self.layers[name]
            said = np.flatnonzero(layer.tier != UNSET)
            rows = {cells[i]: [int(layer.tier[i]), self._zone_id(int(layer.zone[i]))] for i in said}
            layers[name] = {cell: rows[cell] for cell in sorted(rows)}
        return {
            "cells_sha256": hashlib.sha256("\n".join(sorted(cells)).encode()).hexdigest(),
            "tier_order": list(self.tier_order),
            "prefixes": {tier: self.prefixes[tier] for tier in self.tier_order},
            "layers": layers,
            "zones": [[zone.zone_id, zone.tier, zone.name, zone.anchor] for zone in self.registry],
            "carve_outs": [plain_carve_out(carve) for carve in self.carve_list],
            "next_carve_out": self.next_carve_out,
            "reasons": {cell: self.reasons[cell] for cell in sorted(self.reasons)},
            "protocol_id": self.protocol_id,
        }

    @cached_property
    def version(self) -> str:
        """A hash of the content: the same plan has the same version, however it was reached."""
        text = json.dumps(self.content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def zone_place(self, zone_id: str) -> int:
        """Return the place of a zone in the registry.

        Raises
        ------
        KeyError
            If the plan never had it.
        """
        for place, zone in enumerate(self.registry):
            if zone.zone_id == zone_id:
                return place
        raise KeyError(zone_id)

    def _zone_id(self, place: int) -> str:
        return self.registry[place].zone_id if place >= 0 else ""

    def _labels(self, codes: Codes, labels: Any, name: str) -> Series:
        missing = np.where(codes < 0, -1, codes)
        values = pd.array([*labels, ""], dtype="str").take(missing, allow_fill=True) if len(codes) else []
        return Series(values, index=self.hierarchy.cell_ids, name=name, dtype="str")


def empty_plan(grid: DataFrame) -> Plan:
    """Make an empty plan over the cells of a grid, with the tiers sealed, controlled and prevention.

    Parameters
    ----------
    grid
        The cells, as `gridmap.read_grid` gives them, or any frame of polygons by ``cell_id``.

    Returns
    -------
    plan
        A plan in which no cell has a tier.
    """
    hierarchy = hierarchy_for(grid)
    return Plan(
        hierarchy=hierarchy,
        tier_order=DEFAULT_TIERS,
        prefixes=DEFAULT_PREFIXES,
        layers={name: unset_layer(len(hierarchy.cell_ids)) for name in LAYERS},
    )


def unset_layer(size: int) -> Layer:
    """Return a layer that says nothing of any of its `size` cells."""
    return Layer(np.full(size, UNSET, np.int32), np.full(size, -1, np.int32))


def plan_from_content(content: Mapping[str, Any], grid: DataFrame, *, edits: tuple[Any, ...] = ()) -> Plan:
    """Read back a plan from its `Plan.content`.

    Parameters
    ----------
    content
        What `Plan.content` gave.
    grid
        The grid that the plan was made over.
    edits
        The edits that made it.

    Returns
    -------
    plan
        A plan of the same version.

    Raises
    ------
    UnknownCellError
        If the grid has other cells than the plan was made over.
    """
    empty = empty_plan(grid)
    registry = tuple(Zone(*row) for row in content["zones"])
    places = {zone.zone_id: place for place, zone in enumerate(registry)} | {"": -1}
    layers = {}
    for name in LAYERS:
        tier, zone = empty.layers[name].tier.copy(), empty.layers[name].zone.copy()
        for cell, (code, zone_id) in content["layers"][name].items():
            place = _position(empty.hierarchy, cell)
            tier[place], zone[place] = code, places[zone_id]
        layers[name] = Layer(tier, zone)
    return Plan(
        hierarchy=empty.hierarchy,
        tier_order=tuple(content["tier_order"]),
        prefixes=dict(content["prefixes"]),
        layers=layers,
        registry=registry,
        carve_list=tuple(carve_out_from_plain(row) for row in content["carve_outs"]),
        next_carve_out=content["next_carve_out"],
        reasons=dict(content["reasons"]),
        edits=edits,
        protocol_id=content["protocol_id"],
    )


def _position(hierarchy: Hierarchy, cell: str) -> int:
    if cell not in hierarchy.positions:
        raise UnknownCellError(
            f"the plan has a cell {cell!r} that the grid lacks; open it with its own grid", [cell]
        )
    return hierarchy.positions[cell]
