"""What every official serves: how much, where, and on which side of closed borders."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gridmap.core.ground import Ground
from gridmap.core.targets import Target
from gridmap.core.territory import Ledger, Links
from gridmap.model.protocol import DutyRule, Protocol


@dataclass(frozen=True)
class Post:
    """One duty of an official, or all households of one zone that are linked to one.

    Parameters
    ----------
    who
        The official, by row of the staff.
    role
        As what.
    kind, target
        What is served; linked households are named by their zone, or empty text.
    zones
        The zones it reaches into; empty text for what lies in none.
    households
        How many there are.
    x_m, y_m
        Its middle.
    """

    who: int
    role: str
    kind: str
    target: str
    zones: frozenset[str]
    households: int
    x_m: float
    y_m: float

    def sides(self, closed: frozenset[str]) -> tuple[str, ...]:
        """Return on which sides of closed borders it lies: closed zones, and empty text for outside."""
        return tuple(sorted({zone if zone in closed else "" for zone in self.zones}))


def posts_of(ledger: Ledger, ground: Ground, targets: Mapping[tuple[str, str], Target]) -> list[Post]:
    """List what the officials of a ledger serve.

    Parameters
    ----------
    ledger
        The duties.
    ground
        The plan and its households.
    targets
        What duties are for, by kind and id.
    """
    posts = [
        Post(who, role, kind, target, at.zones, at.households, at.x_m, at.y_m)
        for who, role, kind, target, _ in ledger.rows
        for at in (targets[kind, target],)
    ]
    for links in ledger.links:
        posts.extend(_linked(links, ground))
    return posts


def by_duty(posts: Iterable[Post]) -> dict[tuple[int, str], list[Post]]:
    """Group posts by official and role, in the order of the staff and of the roles' names."""
    groups: dict[tuple[int, str], list[Post]] = {}
    for post in posts:
        groups.setdefault((post.who, post.role), []).append(post)
    return dict(sorted(groups.items()))


def middle_m(posts: Sequence[Post]) -> tuple[float, float]:
    """Return the middle of some posts in metres, each weighing as many as its households, and one more."""
    weights = np.array([1.0 + post.households for post in posts])
    x_m, y_m = (np.array([getattr(post, axis) for post in posts]) for axis in ("x_m", "y_m"))
    known = np.isfinite(x_m) & np.isfinite(y_m)
    if not known.any():
        return np.nan, np.nan
    weights = weights[known] / weights[known].sum()
    return float(weights @ x_m[known]), float(weights @ y_m[known])


def near_roles(protocol: Protocol) -> frozenset[str]:
    """Return the roles that are served at the door: who lives outside a closed zone cannot serve inside."""
    return frozenset(
        rule.role
        for rule in protocol.duties
        if rule.per == "household" or (rule.per == "area" and rule.most == 1)
    )


def single_roles(protocol: Protocol) -> frozenset[str]:
    """Return the roles of which one official should hold one duty: heads, who answers for a zone or site."""
    return frozenset(rule.role for rule in protocol.duties if _answers_alone(rule))


def _answers_alone(rule: DutyRule) -> bool:
    return (rule.per == "area" and rule.most == 1) or (rule.per in ("zone", "site") and rule.hard)


def _linked(links: Links, ground: Ground) -> Iterator[Post]:
    zones = len(ground.zone_labels)
    keys, group = np.unique(links.who * zones + links.zone, return_inverse=True)
    counts = np.bincount(group, minlength=len(keys))
    people = ground.households
    middles = (
        np.bincount(group, people[axis].to_numpy()[links.household], minlength=len(keys)) / counts
        for axis in ("x_m", "y_m")
    )
    columns = (keys // zones, keys % zones, counts, *middles)
    for who, zone, count, x_m, y_m in zip(*(each.tolist() for each in columns), strict=True):
        label = ground.zone_labels[zone]
        yield Post(who, links.role, "household", label, frozenset([label]), count, x_m, y_m)
