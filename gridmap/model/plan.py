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
from gridmap.model.zone import (
    CarveOut,
    Zone,
    carve_out_from_plain,
    plain_carve_out,
    plain_zone,
    zone_from_plain,
)

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

    @cached_property
    def said(self) -> NDArray[np.bool_]:
        """Whether the layer says something of each cell."""
        return np.asarray(self.tier != UNSET)


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
        weakest = self.layers[LAYERS[-1]]
        tier, zone = np.where(weakest.said, weakest.tier, np.int32(NO_TIER)), weakest.zone.copy()
        for name in reversed(LAYERS[:-1]):
            layer = self.layers[name]
            np.copyto(tier, layer.tier, where=layer.said)
            np.copyto(zone, layer.zone, where=layer.said)
        return Layer(tier=tier, zone=zone)

    @cached_property
    def deciding(self) -> NDArray[np.int8]:
        """The layer that decides each cell, as its position in `LAYERS`; -1 where none does."""
        codes = np.full(len(self.hierarchy.cell_ids), -1, np.int8)
        for place, name in reversed(list(enumerate(LAYERS))):
            codes[self.layers[name].said] = place
        return codes

    @cached_property
    def origins(self) -> Series:
        """The layer that decides each cell, by ``cell_id``; missing where none does."""
        return self._labels(self.deciding, LAYERS, "origin")

    @cached_property
    def tiers(self) -> Series:
        """The tier of each cell, by ``cell_id``; missing where it has none."""
        return self._labels(self.effective.tier, self.tier_order, "tier")

    @cached_property
    def cell_zones(self) -> Series:
        """The zone of each cell, by ``cell_id``; missing where it has none."""
        return self._labels(self.effective.zone, [zone.zone_id for zone in self.registry], "zone_id")

    @cached_property
    def asked_tier(self) -> Codes:
        """The tier that a rule asks of each cell, as its place in `tier_order`; below 0 where none does."""
        rule = self.layers["rule"]
        return np.where(rule.said, rule.tier, self.layers["rule_remainder"].tier)

    @cached_property
    def asked(self) -> Series:
        """The tier that a rule asks of each cell, by ``cell_id``; missing where none does."""
        return self._labels(self.asked_tier, self.tier_order, "asked")

    @cached_property
    def locked(self) -> Series:
        """Whether each cell is locked, by ``cell_id``."""
        cells = self.hierarchy.cell_ids
        return Series(self.layers["lock"].said, index=cells, name="locked")

    @cached_property
    def zone_places(self) -> NDArray[np.intp]:
        """The places in `registry` of the zones that hold a cell or a carve-out, in their order."""
        used = np.bincount(self.effective.zone + 1, minlength=len(self.registry) + 1)[1:]
        for carve in self.carve_list:
            if carve.zone_id in self._places:
                used[self._places[carve.zone_id]] += 1
        return np.flatnonzero(used)

    @cached_property
    def zones(self) -> DataFrame:
        """The zones that hold a cell or a carve-out, by ``zone_id``: `tier`, `name`, `anchor`."""
        rows = [self.registry[place] for place in self.zone_places.tolist()]
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
        return {**self._frame, "layers": {name: self._plain_layer(name) for name in LAYERS}}

    @cached_property
    def version(self) -> str:
        """A hash of the content: the same plan has the same version, however it was reached.

        It is the hash of the content as JSON with sorted keys; the layers, which are long, are written here.
        """
        layers = (b"%b:{%b}" % (_json(name), self._layer_text(name)) for name in sorted(LAYERS))
        before = _json({key: value for key, value in self._frame.items() if key < "layers"})
        after = _json({key: value for key, value in self._frame.items() if key > "layers"})
        text = b'%b,"layers":{%b},%b' % (before[:-1], b",".join(layers), after[1:])
        return hashlib.sha256(text).hexdigest()[:16]

    def zone_place(self, zone_id: str) -> int:
        """Return the place of a zone in the registry.

        Raises
        ------
        KeyError
            If the plan never had it.
        """
        return self._places[zone_id]

    @cached_property
    def renumbered(self) -> dict[str, str]:
        """The present number of every zone by each number that it had before, and that no zone has now."""
        present = {former: zone.zone_id for zone in self.registry for former in zone.former}
        return {former: zone_id for former, zone_id in present.items() if former not in self._places}

    @cached_property
    def _places(self) -> dict[str, int]:
        return {zone.zone_id: place for place, zone in enumerate(self.registry)}

    @cached_property
    def _frame(self) -> dict[str, Any]:
        """The content without the layers."""
        return {
            "cells_sha256": self.hierarchy.cells_sha256,
            "tier_order": list(self.tier_order),
            "prefixes": {tier: self.prefixes[tier] for tier in self.tier_order},
            "zones": [plain_zone(zone) for zone in self.registry],
            "carve_outs": [plain_carve_out(carve) for carve in self.carve_list],
            "next_carve_out": self.next_carve_out,
            "reasons": {cell: self.reasons[cell] for cell in sorted(self.reasons)},
            "protocol_id": self.protocol_id,
        }

    def _plain_layer(self, name: str) -> dict[str, list[Any]]:
        """Return tier and zone of the cells that a layer says something of, in the order of their ids."""
        layer, order = self.layers[name], self.hierarchy.id_order
        said = order[layer.said[order]]
        zones = [*(zone.zone_id for zone in self.registry), ""]
        values = zip(layer.tier[said].tolist(), layer.zone[said].tolist(), strict=True)
        cells = self.hierarchy.cell_ids[said].tolist()
        return {cell: [tier, zones[zone]] for cell, (tier, zone) in zip(cells, values, strict=True)}

    def _layer_text(self, name: str) -> bytes:
        """Write `_plain_layer` as JSON without brackets round it."""
        layer, zones = self.layers[name], [zone.zone_id for zone in self.registry]
        texts = self.hierarchy.layer_texts
        return texts.write(name, tier=layer.tier, zone=layer.zone, unset=UNSET, zones=zones)

    def _labels(self, codes: NDArray[np.integer[Any]], labels: Any, name: str) -> Series:
        missing = np.where(codes < 0, -1, codes)
        values = pd.array([*labels, ""], dtype="str").take(missing, allow_fill=True) if len(codes) else []
        return Series(values, index=self.hierarchy.cell_ids, name=name, dtype="str")


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


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
    registry = tuple(zone_from_plain(row) for row in content["zones"])
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
