"""Rings cut into runs, and which two runs are one border: all of a topology that has to be searched for."""

from __future__ import annotations

import hashlib
import zlib
from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gridmap.core.rings import NONE, Numbers, Rings, partners, vertex_numbers

_FORM = b"runs 1"
_DIGEST_BYTES = hashlib.sha256().digest_size
_NUMBER_BYTES = 4
_MOST_OFFERS = 8
Positions = npt.NDArray[np.intp]
_offers: OrderedDict[bytes, bytes] = OrderedDict()


@dataclass(frozen=True, eq=False)
class Runs:
    """The runs of edges between nodes, ring after ring.

    Parameters
    ----------
    start
        The vertex at which each run starts, rising; every ring has one at least.
    beside
        The run that lies on each run and goes the other way; `NONE` for none.
    """

    start: Positions
    beside: Numbers


def runs_of(rings: Rings) -> Runs:
    """Cut rings at their nodes, and find which runs lie on one another."""
    partner = partners(rings)
    start = _nodes(rings, partner)
    return Runs(start, _beside(rings, start, partner))


def recalled(rings: Rings) -> Runs | None:
    """Return the runs of rings if they were offered, which spares the search for partners."""
    if not _offers:
        return None
    own = fingerprint(rings)
    return unpacked(_offers[own], own, rings) if own in _offers else None


def offer(print_of_rings: bytes, packed_runs: bytes) -> None:
    """Keep packed runs at hand for whoever asks for those of the same rings; the last few stay."""
    _offers[print_of_rings] = packed_runs
    _offers.move_to_end(print_of_rings)
    if len(_offers) > _MOST_OFFERS:
        _offers.popitem(last=False)


def fingerprint(rings: Rings) -> bytes:
    """Return a SHA-256 of rings: of every coordinate, in order, and of what belongs together."""
    digest = hashlib.sha256(_FORM)
    for part in (rings.first, rings.face, rings.face_cell, rings.xy):
        digest.update(len(part).to_bytes(8, "little"))
        digest.update(np.ascontiguousarray(part).data)
    return digest.digest()


def packed(runs: Runs, print_of_rings: bytes) -> bytes:
    """Write runs as few bytes; they hold for these rings only."""
    place = np.arange(len(runs.start))
    # of two runs beside each other the first tells how far ahead the second is
    ahead = np.where(runs.beside > place, runs.beside - place, np.where(runs.beside == NONE, 0, NONE))
    steps = np.concatenate([np.diff(runs.start, prepend=0), ahead]).astype("<i4")
    body = zlib.compress(steps.view(np.uint8).reshape(-1, _NUMBER_BYTES).T.tobytes(), 6)
    return _digest(print_of_rings, body) + body


def unpacked(data: bytes, print_of_rings: bytes, rings: Rings) -> Runs | None:
    """Read what `packed` wrote; None if it is damaged, or was written for other rings."""
    body = data[_DIGEST_BYTES:]
    if data[:_DIGEST_BYTES] != _digest(print_of_rings, body):
        return None
    most = len(rings.xy) * 2 * _NUMBER_BYTES
    steps = np.frombuffer(zlib.decompressobj().decompress(body, most + 1), dtype=np.uint8)
    if len(steps) > most or len(steps) % (2 * _NUMBER_BYTES):
        return None
    rows = np.ascontiguousarray(steps.reshape(_NUMBER_BYTES, -1).T).view("<i4").reshape(2, -1)
    start, ahead = np.cumsum(rows[0], dtype=np.intp), rows[1]
    one = np.flatnonzero(ahead > 0)
    other = one + ahead[one]
    return Runs(start, _joined(one, other, len(start))) if _fit(rings, start, one, other) else None


def _fit(rings: Rings, start: Positions, one: Positions, other: Positions) -> bool:
    """Tell whether runs start within their rings, every ring has one, and each is beside one at most."""
    rising = bool((np.diff(start) > 0).all() and (start >= 0).all() and (start < len(rings.xy)).all())
    if not rising or not (other < len(start)).all():
        return False
    beside = np.bincount(one, minlength=len(start)) + np.bincount(other, minlength=len(start))
    begun = np.bincount(rings.ring[start], minlength=len(rings.face))
    return bool((beside <= 1).all() and (begun > 0).all())


def _joined(one: Positions, other: Positions, size: int) -> Numbers:
    beside = np.full(size, NONE, dtype=np.int32)
    beside[one], beside[other] = other, one
    return beside


def ends_of_rings(ring: Numbers) -> npt.NDArray[np.bool_]:
    """Tell which runs are the last of their ring, given the ring of each."""
    return np.append(ring[1:] != ring[:-1], np.ones(1, dtype=bool))[: len(ring)]


def _digest(print_of_rings: bytes, body: bytes) -> bytes:
    return hashlib.sha256(print_of_rings + body).digest()


def _nodes(rings: Rings, partner: Numbers) -> npt.NDArray[np.intp]:
    """Return the vertices at which arcs start, each once for every ring; every ring has one."""
    before = rings.preceding
    beside, beside_before = partner, partner[before]
    straight = (beside != NONE) & (rings.following[beside] == beside_before) & (beside != before)
    lone = (beside == NONE) & (beside_before == NONE)
    node = ~straight & ~lone
    # where the outer boundary touches itself, or another border, it passes a vertex more than once
    loose = np.flatnonzero(lone | node)
    number = vertex_numbers(rings.xy[loose])
    node[loose[np.bincount(number)[number] > 1]] = True
    _start_closed_rings(rings, node)
    return np.flatnonzero(node)


def _start_closed_rings(rings: Rings, node: npt.NDArray[np.bool_]) -> None:
    """Let a ring without nodes start at its lowest vertex, which the ring on its other side has too."""
    closed = np.bincount(rings.ring[node], minlength=len(rings.face)) == 0
    vertices = np.flatnonzero(closed[rings.ring])
    x, y = rings.xy[vertices].T
    order = vertices[np.lexsort((y, x, rings.ring[vertices]))]
    ring = rings.ring[order]
    node[order[np.concatenate([[True], ring[1:] != ring[:-1]])[: len(order)]]] = True


def _beside(rings: Rings, start: npt.NDArray[np.intp], partner: Numbers) -> Numbers:
    """Return, for every run, the run on its other side: the one that ends where this one begins."""
    ring = rings.ring[start]
    last = ends_of_rings(ring)
    beside = partner[start]
    run = np.searchsorted(start, beside, side="right") - 1
    final = np.empty(len(rings.face), dtype=np.intp)
    final[ring[last]] = np.flatnonzero(last)
    paired = beside != NONE
    wraps = paired & ((run < 0) | (ring[run] != rings.ring[beside]))
    run[wraps] = final[rings.ring[beside[wraps]]]
    return np.where(paired, run, NONE).astype(np.int32)
