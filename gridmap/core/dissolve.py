"""Dissolve cells by label: the outline of each label is read from the arcs between it and others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from gridmap.core.rings import NONE, Numbers, Places
from gridmap.core.topology import Topology

Shapes = npt.NDArray[np.object_]
Flags = npt.NDArray[np.bool_]


def dissolve(topology: Topology, labels: npt.NDArray[np.int32], wanted: Flags) -> Shapes:
    """Return the union of the cells of each wanted label.

    Parameters
    ----------
    topology
        The borders of the cells; the cells of the wanted labels neither overlap nor leave borders unmatched.
    labels
        The label of each cell, from 0 up; below 0 for none.
    wanted
        For each label whether its union is asked for.

    Returns
    -------
    unions
        A polygon or multipolygon for each label; None for a label that is not wanted or has no cell.

    Notes
    -----
    A half-arc lies on the outline of a label if the face on its left has the label and the one on its right
    has not. The next one on the outline is found by turning around the node from cell to cell as long as the
    label stays the same, which takes no arithmetic on coordinates. A ring that comes to one node twice is
    taken apart there, so that rings touch themselves nowhere and parts that meet in a point stay apart.
    """
    named = np.append(np.where(labels < 0, NONE, labels).astype(np.int32), np.int32(NONE))
    half = _half_arcs(topology, named, wanted)
    rings = _rings(topology, half, _successors(topology, half, named))
    unions = np.full(len(wanted), None, dtype=object)
    if len(rings.first) > 1:
        _fill(unions, topology, named, rings)
    return unions


@dataclass(frozen=True, eq=False)
class _Chains:
    """Closed chains of half-arcs: ring i is `half[first[i]:first[i + 1]]`."""

    half: Places
    first: Places


def _half_arcs(topology: Topology, named: Numbers, wanted: Flags) -> Places:
    """Return the half-arcs on the outlines of the wanted labels, rising; `named` ends with no label."""
    left, right = named[topology.left], named[topology.right]
    differs = left != right
    asked = np.append(wanted, np.zeros(1, dtype=bool))
    return np.flatnonzero(np.column_stack([asked[left] & differs, asked[right] & differs]))


def _successors(topology: Topology, half: Places, named: Numbers) -> Places:
    """Return, for every half-arc on an outline, which of them is next on it, by its place in `half`."""
    ahead = topology.following[half].astype(np.int64)
    own = named[topology.half_cell[half]]
    turning = np.flatnonzero(named[topology.half_cell[ahead ^ 1]] == own)
    while len(turning):
        ahead[turning] = topology.following[ahead[turning] ^ 1]
        turning = turning[named[topology.half_cell[ahead[turning] ^ 1]] == own[turning]]
    return np.searchsorted(half, ahead)


def _rings(topology: Topology, halves: Places, successor: Places) -> _Chains:
    order, first = cycles(successor)
    half = halves[order]
    node = topology.node.ravel()[half]
    ring = np.repeat(np.arange(len(first) - 1), np.diff(first))
    visit = np.sort(ring * (node.max(initial=0) + np.int64(1)) + node)
    again = np.flatnonzero(visit[1:] == visit[:-1])
    if not len(again):
        return _Chains(half, first)
    twice = np.unique(visit[again] // (node.max() + np.int64(1)))
    once = ~np.isin(ring, twice)
    chains = [half[once]]
    sizes = [np.delete(np.diff(first), twice)]
    for place in twice.tolist():
        part = slice(first[place], first[place + 1])
        loops = list(_loops(half[part].tolist(), node[part].tolist()))
        chains.extend(np.array(loop) for loop in loops)
        sizes.append(np.array([len(loop) for loop in loops]))
    return _Chains(np.concatenate(chains), np.concatenate([[0], np.cumsum(np.concatenate(sizes))]))


def cycles(successor: Places) -> tuple[Places, Places]:
    """Take a permutation apart into its cycles.

    Parameters
    ----------
    successor
        The member that follows each member.

    Returns
    -------
    order, first
        The members cycle after cycle, each cycle from its lowest member on, and where each cycle begins in
        `order`; one more at the end.
    """
    members = np.arange(len(successor))
    lowest, ahead = members, successor
    while True:
        lower = np.minimum(lowest, lowest[ahead])
        if (lower == lowest).all():
            break
        lowest, ahead = lower, ahead[ahead]
    at_end = lowest == members
    steps, ahead = (~at_end).astype(np.int64), np.where(at_end, members, successor)
    while not at_end[ahead].all():
        steps, ahead = steps + steps[ahead], ahead[ahead]
    # members are that many steps before the lowest of their cycle, which itself comes first
    before = np.where(at_end, len(successor), steps)
    order = np.lexsort((-before, lowest))
    return order, np.append(np.flatnonzero(at_end[order]), len(order))


def _loops(half: list[int], node: list[int]) -> Iterator[list[int]]:
    """Take a ring that comes to nodes more than once apart into rings that do not."""
    walked: list[int] = []
    nodes: list[int] = []
    place: dict[int, int] = {}
    for arc, here in zip(half, node, strict=True):
        if here in place:
            begun = place[here]
            yield walked[begun:]
            for left in nodes[begun:]:
                del place[left]
            del walked[begun:], nodes[begun:]
        place[here] = len(walked)
        walked.append(arc)
        nodes.append(here)
    yield walked


def _fill(unions: Shapes, topology: Topology, named: Numbers, rings: _Chains) -> None:
    """Make polygons of rings, and of these the unions."""
    lines = _lines(topology, rings)
    lead = topology.half_face[rings.half[rings.first[:-1]]]
    label = named[topology.face_cell[lead]]
    shell = shapely.is_ccw(lines)
    polygon = _polygon_of(topology, named, lead, lines, shell)
    order = np.lexsort((~shell, polygon))
    shapes = shapely.polygons(lines[order], indices=polygon[order])
    of_shape = np.empty(len(shapes), dtype=np.int64)
    of_shape[polygon] = label
    order = np.argsort(of_shape, kind="stable")
    shapes, of_shape = shapes[order], of_shape[order]
    count = np.bincount(of_shape, minlength=len(unions))
    single = count[of_shape] == 1
    unions[of_shape[single]] = shapes[single]
    if not single.all():
        several, number = np.unique(of_shape[~single], return_inverse=True)
        unions[several] = shapely.multipolygons(shapes[~single], indices=number)


def _polygon_of(topology: Topology, named: Numbers, lead: Numbers, lines: Shapes, shell: Flags) -> Places:
    """Return the number of the polygon of each ring: a hole belongs to the shell of its connected part."""
    polygon = np.empty(len(lead), dtype=np.int64)
    polygon[shell] = np.arange(shell.sum())
    hole = np.flatnonzero(~shell)
    if not len(hole):
        return polygon
    label = named[topology.face_cell[lead]]
    boxes = shapely.box(*shapely.bounds(lines).T)
    inner, outer = shapely.STRtree(boxes[shell]).query(boxes[hole], predicate="covered_by")
    mine = label[hole[inner]] == label[shell][outer]
    if np.bincount(inner[mine], minlength=len(hole)).max() == 1:
        polygon[hole[inner[mine]]] = outer[mine]
        return polygon
    part = topology.parts(named[:-1])[lead]
    of_part = np.full(len(topology.face_cell), NONE, dtype=np.int64)
    of_part[part[shell]] = polygon[shell]
    polygon[hole] = of_part[part[hole]]
    return polygon


def _lines(topology: Topology, rings: _Chains) -> Shapes:
    """Make the closed rings of chains of half-arcs."""
    arc, back = rings.half >> 1, (rings.half & 1).astype(bool)
    size = np.diff(topology.first)[arc] - 1
    begin = np.concatenate([[0], np.cumsum(size)])
    step = np.where(back, -1, 1)
    start = np.where(back, topology.first[arc + 1] - 1, topology.first[arc])
    vertex = np.repeat(step, size)
    vertex[begin[:-1]] = start
    vertex[begin[1:-1]] -= (start + step * (size - 1))[:-1]
    ring = np.repeat(np.arange(len(rings.first) - 1), np.diff(begin[rings.first]))
    xy = topology.xy.take(np.cumsum(vertex, out=vertex), axis=0)
    return np.asarray(shapely.linearrings(xy, indices=ring), dtype=object)
