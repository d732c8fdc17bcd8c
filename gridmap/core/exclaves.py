"""Parts of zones apart from the rest of their zone, and single cells enclosed by a stricter tier."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
import shapely

from gridmap.core.census import Counts
from gridmap.core.edits import SetTier, SplitZone
from gridmap.core.rings import NONE
from gridmap.core.topology import Topology, connected, distinct, topology_for
from gridmap.model.areas import Hierarchy
from gridmap.model.plan import Plan

Places = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]
_NEAR_M = 1.0
_DEGREE_M = 111_320.0
_LARGEST_NODE = 12

_kept: WeakKeyDictionary[Hierarchy, Neighbours] = WeakKeyDictionary()


@dataclass(frozen=True, eq=False)
class Neighbours:
    """Which cells of a grid touch.

    Parameters
    ----------
    one, other
        Pairs of cells that share a border or a corner, or lie within a metre of each other, each once.
    open_border
        Whether a cell has a border with no cell on the other side.
    drawn
        Whether a cell has an outline.
    """

    one: Places
    other: Places
    open_border: Flags
    drawn: Flags


@dataclass(frozen=True, eq=False)
class Exclave:
    """A part of a zone apart from the rest of it, or a single cell enclosed by a stricter tier.

    Parameters
    ----------
    zone
        Its zone, as a place in `Plan.registry`.
    cells
        The positions of its cells, ascending.
    households
        How many households lie in these cells.
    tier, around
        Its tier, and the zone that most of the cells around it are in, as a place in the registry; -1 where
        there is none.
    single
        Whether it is a cell that is enclosed, and no part of a zone that has others.
    fix
        The edit that gives it to the zone around it, where that is stricter or as strict; else one that makes
        it a zone of its own. None where a cell of it is locked.
    """

    zone: int
    cells: Places
    households: int
    tier: int
    around: int
    single: bool
    fix: tuple[SetTier | SplitZone, ...]


def exclaves(plan: Plan, households_in: Counts) -> list[Exclave]:
    """Find the exclaves of a plan, those of most households first.

    The part of a zone with the most households, or else cells, is the zone; all other parts are exclaves.

    Parameters
    ----------
    plan
        The plan.
    households_in
        Households of every cell.
    """
    near = neighbours_of(plan.hierarchy)
    zone, tier = plan.effective.zone, plan.effective.tier
    held = (zone >= 0) & near.drawn
    part = _parts(near, np.where(held, zone, NONE))
    apart = _apart(part, zone.astype(np.intp), held, households_in)
    alone = _enclosed(near, tier) & ~apart & held
    found = [*_found(plan, near, part, apart, households_in), *_singles(plan, near, alone, households_in)]
    return sorted(found, key=lambda each: (-each.households, -len(each.cells), int(each.cells[0])))


def enclosing_zone(plan: Plan) -> Places:
    """Return, for every cell, the one zone that all cells around it are in; -1 where there is not one."""
    near = neighbours_of(plan.hierarchy)
    zone = plan.effective.zone
    low, high = _range_around(near, zone)
    return np.where((low == high) & ~near.open_border & near.drawn, low, NONE)


def neighbours_of(hierarchy: Hierarchy) -> Neighbours:
    """Return which cells of a hierarchy touch; found once, and let go with it."""
    found = _kept.get(hierarchy)
    if found is None:
        found = _neighbours(hierarchy)
        _kept[hierarchy] = found
    return found


def _neighbours(hierarchy: Hierarchy) -> Neighbours:
    topology = topology_for(hierarchy)
    cells = topology.cells
    open_border = np.zeros(cells, dtype=bool)
    open_border[topology.left[topology.unpaired]] = True
    drawn = np.zeros(cells, dtype=bool)
    drawn[topology.face_cell] = True
    pairs = [
        topology.pairs.astype(np.intp),
        _at_corners(topology),
        _across_gaps(hierarchy, open_border & drawn),
    ]
    low, high = np.sort(np.concatenate(pairs), axis=1).T
    keys = distinct(low * max(cells, 1) + high)
    one, other = np.divmod(keys, max(cells, 1))
    return Neighbours(one, other, open_border, drawn)


def _at_corners(topology: Topology) -> Places:
    """Return the pairs of cells that meet at a node."""
    node = np.repeat(topology.node.ravel(), 2)
    cell = np.column_stack([topology.left, topology.right, topology.left, topology.right]).ravel()
    keys = distinct((node * np.int64(topology.cells + 1) + cell)[cell != NONE])
    at, cell = np.divmod(keys, topology.cells + 1)
    size = np.bincount(at)
    start = np.cumsum(size) - size
    pairs = [
        np.column_stack([cell[start[size == many] + step] for step in steps])
        for many in range(2, min(int(size.max(initial=0)), _LARGEST_NODE) + 1)
        for steps in combinations(range(many), 2)
    ]
    return np.concatenate([np.empty((0, 2), dtype=np.intp), *pairs])


def _across_gaps(hierarchy: Hierarchy, ragged: Flags) -> Places:
    """Return the pairs of cells that touch although their borders do not fit, within a metre."""
    places = np.flatnonzero(ragged)
    shapes = np.asarray(hierarchy.geometry.array, dtype=object)[places]
    crs = hierarchy.geometry.crs
    reach = _NEAR_M / _DEGREE_M if crs is not None and crs.is_geographic else _NEAR_M
    one, other = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=reach)
    once = one < other
    return np.column_stack([places[one[once]], places[other[once]]])


def _parts(near: Neighbours, label: npt.NDArray[np.integer]) -> Places:
    """Return the lowest cell of the part that each cell hangs together with by cells of its label."""
    same = (label[near.one] == label[near.other]) & (label[near.one] >= 0)
    one, other = near.one[same].astype(np.int32), near.other[same].astype(np.int32)
    return np.asarray(connected(len(label), one, other), dtype=np.intp)


def _apart(part: Places, zone: Places, held: Flags, households_in: Counts) -> Flags:
    """Tell which cells are in a part that is not the main one of its zone."""
    homes = np.bincount(part, households_in, minlength=len(part))
    size = np.bincount(part[held], minlength=len(part))
    leaders = np.flatnonzero(size)
    order = np.lexsort([leaders, -size[leaders], -homes[leaders], zone[leaders]])
    ranked = leaders[order]
    main = np.append(True, zone[ranked[1:]] != zone[ranked[:-1]])[: len(ranked)]
    is_main = np.zeros(len(part), dtype=bool)
    is_main[ranked[main]] = True
    return np.asarray(held & ~is_main[part])


def _enclosed(near: Neighbours, tier: npt.NDArray[np.int32]) -> Flags:
    """Tell which cells have a tier, and around them nothing but one that is stricter."""
    low, high = _range_around(near, tier)
    return np.asarray((low == high) & (low >= 0) & (low < tier) & ~near.open_border)


def _range_around(near: Neighbours, codes: npt.NDArray[np.int32]) -> tuple[Places, Places]:
    """Return the lowest and the highest code among the cells around each; they differ for one alone."""
    size = len(codes)
    low, high = np.full(size, np.iinfo(np.intp).max), np.full(size, np.iinfo(np.intp).min)
    for here, there in ((near.one, near.other), (near.other, near.one)):
        np.minimum.at(low, here, codes[there])
        np.maximum.at(high, here, codes[there])
    return low, high


def _found(
    plan: Plan, near: Neighbours, part: Places, apart: Flags, households_in: Counts
) -> Iterator[Exclave]:
    cells = np.flatnonzero(apart)
    cells = cells[np.argsort(part[cells], kind="stable")]
    groups = np.split(cells, np.flatnonzero(np.diff(part[cells])) + 1) if len(cells) else []
    around = _zones_around(plan, near, part, apart)
    for group in groups:
        yield _exclave(plan, group, around.get(int(part[group[0]]), NONE), households_in, single=False)


def _singles(plan: Plan, near: Neighbours, alone: Flags, households_in: Counts) -> Iterator[Exclave]:
    own = np.arange(len(alone))
    around = _zones_around(plan, near, own, alone)
    for cell in np.flatnonzero(alone):
        yield _exclave(plan, np.array([cell]), around.get(int(cell), NONE), households_in, single=True)


def _zones_around(plan: Plan, near: Neighbours, part: Places, chosen: Flags) -> dict[int, int]:
    """Return, for every part, the zone that it touches most often; of several the first."""
    zone, size = plan.effective.zone.astype(np.int64), len(plan.registry) + 1
    keys = [np.empty(0, dtype=np.int64)]
    for here, there in ((near.one, near.other), (near.other, near.one)):
        border = chosen[here] & (part[here] != part[there]) & (zone[there] >= 0)
        keys.append(part[here[border]] * size + zone[there[border]])
    pairs, times = np.unique(np.concatenate(keys), return_counts=True)
    of, beside = np.divmod(pairs, size)
    order = np.lexsort([-beside, times])  # the last one entered counts
    return dict(zip(of[order].tolist(), beside[order].tolist(), strict=True))


def _exclave(plan: Plan, cells: Places, around: int, households_in: Counts, *, single: bool) -> Exclave:
    zone, tier = int(plan.effective.zone[cells[0]]), int(plan.effective.tier[cells[0]])
    return Exclave(
        zone=zone,
        cells=cells,
        households=int(households_in[cells].sum()),
        tier=tier,
        around=around,
        single=single,
        fix=() if plan.layers["lock"].said[cells].any() else _cure(plan, cells, zone, around),
    )


def _cure(plan: Plan, cells: Places, zone: int, around: int) -> tuple[SetTier | SplitZone, ...]:
    """Give the cells to the zone around them, unless that would weaken them: then they are a zone apart."""
    ids = plan.hierarchy.cell_ids[cells].tolist()
    own = plan.registry[zone]
    if around >= 0:
        other = plan.registry[around]
        code = plan.tier_order.index(other.tier)
        if code <= plan.tier_order.index(own.tier):
            reason = _reason(plan, cells, code)
            return (SetTier(tier=other.tier, cells=ids, zone=other.zone_id, reason=reason),)
    return (SplitZone(zone=own.zone_id, cells=ids),)


def _reason(plan: Plan, cells: Places, code: int) -> str:
    """Return the reason that was given for a tier weaker than what a rule asks; empty if none asks."""
    asked = plan.asked_tier[cells]
    weaker = plan.hierarchy.cell_ids[cells[(asked >= 0) & (code > asked)]].tolist()
    return next((plan.reasons[cell] for cell in weaker if cell in plan.reasons), "")
