"""Made-up homes and officials for the marks of linking, and the plain ways of linking them."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.worlds import SEED, Floats
from gridmap.core.transport import Groups, Posts, Problem

Places = npt.NDArray[np.intp]
SPARE = 1.05
_PER_QUARTER = 500
_DOORS, _MOST_DOORS = 5, 24
_SIDE_M, _QUARTER = 3_000.0, 25
_STREET_M, _WALL_M = 100.0, 8.0


@dataclass(frozen=True, eq=False)
class Town:
    """Homes in buildings, buildings in quarters, and officials who live among them.

    Parameters
    ----------
    first
        Where each building begins among the homes, and their number at the end.
    home_xy, official_xy
        In metres.
    capacity
        How many homes each official can take, all of them together 5 % more than there are.
    """

    first: Places
    home_xy: Floats
    official_xy: Floats
    capacity: npt.NDArray[np.int64]

    @property
    def sizes(self) -> tuple[int, int]:
        """How many homes and how many officials."""
        return len(self.home_xy), len(self.official_xy)

    def ways_m(self) -> npt.NDArray[np.float32]:
        """Return the way from every home to every official."""
        across, along = (np.subtract.outer(self.home_xy[:, i], self.official_xy[:, i]) for i in (0, 1))
        return np.hypot(across, along).astype(np.float32)

    def problem(self, *, whole: bool) -> Problem:
        """State the problem, either for whole buildings or for single homes."""
        first = self.first if whole else np.arange(len(self.home_xy) + 1)
        homes, posts = (np.ascontiguousarray(each.T) for each in (self.home_xy, self.official_xy))
        nobody = np.full(len(self.home_xy), -1)
        groups = Groups(first, *homes, *np.zeros((4, len(first) - 1), dtype=np.intp))
        nowhere = np.zeros(len(self.capacity), dtype=np.intp)
        return Problem(groups, Posts(*posts, self.capacity, nowhere - 1, nowhere), nobody[:1, None], nobody)


def town(homes: int, officials: int) -> Town:
    """Make a town; the same for the same numbers."""
    rng = np.random.default_rng([SEED, homes, officials])
    side_m = _SIDE_M * np.sqrt(homes / 1_000)
    doors = np.minimum(rng.geometric(1 / _DOORS, homes), _MOST_DOORS)
    first = np.append(0, np.cumsum(doors)[np.cumsum(doors) < homes])
    quarters = rng.uniform(0, side_m, (max(4, homes // _PER_QUARTER), 2))
    shares = rng.dirichlet(np.full(len(quarters), 2.0))
    quarter = np.sort(rng.choice(len(quarters), len(first), p=shares))
    building_xy = quarters[quarter] + rng.normal(0, side_m / _QUARTER, (len(first), 2))
    first = np.append(first, homes)
    home_xy = np.repeat(building_xy, np.diff(first), axis=0) + rng.normal(0, _WALL_M, (homes, 2))
    lives = rng.choice(homes, officials, replace=False)
    official_xy = home_xy[lives] + rng.normal(0, _STREET_M, (officials, 2))
    each = int(np.ceil(homes / officials * SPARE))
    return Town(first, home_xy, official_xy, np.full(officials, each, dtype=np.int64))


def in_file_order(town: Town, ways_m: Any) -> Places:
    """Give home after home to the nearest official who has room left."""
    room, closed = town.capacity.copy(), np.zeros(len(town.capacity), dtype=np.float32)
    post = np.empty(len(ways_m), dtype=np.intp)
    for home, ways in enumerate(ways_m):
        post[home] = at = int(np.argmin(ways + closed))
        room[at] -= 1
        closed[at] = 0 if room[at] else np.inf
    return post


def nearest_first(town: Town, ways_m: Any) -> Places:
    """Link the nearest pair of all, then the next nearest, as long as the official has room."""
    room, closed = town.capacity.copy(), np.zeros(len(town.capacity), dtype=np.float32)
    post = np.empty(len(ways_m), dtype=np.intp)
    nearest = np.argmin(ways_m, axis=1)
    waiting = [(float(ways_m[home, at]), home, int(at)) for home, at in enumerate(nearest)]
    heapq.heapify(waiting)
    while waiting:
        _, home, at = heapq.heappop(waiting)
        if room[at]:
            post[home] = at
            room[at] -= 1
            closed[at] = 0 if room[at] else np.inf
        else:
            at = int(np.argmin(ways_m[home] + closed))
            heapq.heappush(waiting, (float(ways_m[home, at]), home, at))
    return post


def way_m(town: Town, post: Places) -> float:
    """Return the way to all homes together."""
    return float(np.hypot(*(town.home_xy - town.official_xy[post]).T).sum())
