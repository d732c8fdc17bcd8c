"""Conflicts of duties that a person must settle, each with who could serve instead."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

import numpy as np
from pandas import DataFrame

from gridmap.core.ground import Ground
from gridmap.core.posts import Post, by_duty, near_roles, posts_of, single_roles
from gridmap.core.substitutes import Clash, Reserve
from gridmap.core.targets import Target
from gridmap.core.territory import Ledger
from gridmap.model.duties import CONFLICT_COLUMNS
from gridmap.model.protocol import Protocol

_SHOWN = 3


Row = tuple[str, str, str, str, str]


def clashes_of(
    ledger: Ledger,
    ground: Ground,
    protocol: Protocol,
    loads: DataFrame,
    targets: Mapping[tuple[str, str], Target],
    *,
    shifts: DataFrame,
    taken: Collection[str] = (),
) -> list[Row]:
    """List what is odd about the duties that a ledger holds, with who could serve instead.

    Kinds: ``inside_serves_outside`` (lives in a zone of the strictest tier and serves outside it),
    ``outside_serves_inside`` (heads an area wholly in such a zone, or is linked to households in one, and
    lives outside), ``double_booking`` (holds two of a duty of which one official should hold one, or is on
    one shift at two places),
    ``unknown_territory``, ``no_phone``, ``overload``. Who serves on several sides of closed borders has a row
    for each, because no one person could serve instead on all of them.

    Parameters
    ----------
    ledger
        The duties. Officials who are named in its conflicts are not proposed.
    ground
        The plan and its households.
    protocol
        Its duties say which roles serve one target.
    loads
        What every official carries, in the order of the ledger's staff.
    targets
        What duties are for, by kind and id.
    shifts
        Who is on which shift.
    taken
        Officials who are not to be proposed either.

    Returns
    -------
    conflicts
        `official_id`, `role`, `kind`, `detail`, `substitute`.
    """
    duties = by_duty(posts_of(ledger, ground, targets))
    found = [
        *_homes(duties, ledger, ground, near_roles(protocol)),
        *_doubles(duties, ledger, protocol),
        *_shifts(duties, ledger, shifts),
        *_records(duties, ledger, ground),
        *_overloads(duties, loads),
    ]
    ids = ledger.official_ids
    passed = {each[0] for each in ledger.conflicts} | {ids[each.who] for each in found} | set(taken)
    reserve = Reserve(ledger, ground, protocol, loads, passed)
    return [(ids[each.who], each.role, each.kind, each.detail, reserve.propose(each)) for each in found]


def conflict_table(noted: Iterable[tuple[str, str, str, str]], found: Iterable[Row]) -> DataFrame:
    """Put what was noted when duties were given, which asks for nobody else, before what they show."""
    rows = [*((*each, "") for each in noted), *found]
    return DataFrame(rows, columns=list(CONFLICT_COLUMNS)).astype("str")


def _homes(
    duties: Mapping[tuple[int, str], list[Post]], ledger: Ledger, ground: Ground, near: frozenset[str]
) -> Iterator[Clash]:
    dwells = np.isfinite(ledger.x_m)
    inside: list[Clash] = []
    for (who, role), posts in duties.items():
        home, barred = str(ledger.homes[who]), dict[tuple[str, ...], list[Post]]()
        for post in posts:
            if home and post.zones - {home}:
                away = tuple(side for side in post.sides(ground.closed) if side != home)
                barred.setdefault(away, []).append(post)
            elif role in near and not home and dwells[who] and post.zones and post.zones <= ground.closed:
                barred.setdefault(post.sides(ground.closed), []).append(post)
        for _, group in sorted(barred.items()):
            zones = frozenset[str]().union(*(post.zones for post in group)) - {home}
            if home:
                detail = f"lives in {home}, serves {_listed(zones)}"
                yield Clash(who, role, "inside_serves_outside", detail, tuple(group))
            else:
                detail = f"lives outside, serves {_listed(zones)}"
                inside.append(Clash(who, role, "outside_serves_inside", detail, tuple(group)))
    yield from inside


def _doubles(
    duties: Mapping[tuple[int, str], list[Post]], ledger: Ledger, protocol: Protocol
) -> Iterator[Clash]:
    single = single_roles(protocol)
    for (who, role), posts in duties.items():
        held = [post for post in posts if post.kind != "household"]
        if role in single and len(held) > 1:
            shown = ", ".join(f"{post.kind} {post.target}" for post in held[:_SHOWN])
            detail = f"serves {len(held)}: {shown}" + (" ..." if len(held) > _SHOWN else "")
            yield Clash(who, role, "double_booking", detail, (_farthest(held, who, ledger),))


def _shifts(
    duties: Mapping[tuple[int, str], list[Post]], ledger: Ledger, shifts: DataFrame
) -> Iterator[Clash]:
    """Yield who is on one shift at two places."""
    if not len(shifts):
        return
    places = shifts.drop_duplicates(["official_id", "shift", "target_kind", "target"])
    twice = places[places.duplicated(["official_id", "shift"], keep=False)]
    if not len(twice):
        return
    posts = {
        (ledger.official_ids[who], role, post.kind, post.target): post
        for (who, role), held in duties.items()
        for post in held
    }
    for (_, shift), rows in twice.groupby(["official_id", "shift"], sort=True):
        held = [
            posts[tuple(key)]
            for key in rows[["official_id", "role", "target_kind", "target"]].itertuples(index=False)
            if tuple(key) in posts
        ]
        if held:
            shown = ", ".join(f"{post.kind} {post.target}" for post in held[:_SHOWN])
            detail = f"is on shift {shift} at {len(held)}: {shown}" + (" ..." if len(held) > _SHOWN else "")
            last = _farthest(held, held[0].who, ledger)
            yield Clash(last.who, last.role, "double_booking", detail, (last,))


def _farthest(posts: list[Post], who: int, ledger: Ledger) -> Post:
    """Return the post that is farthest from home, of several alike the last one given."""
    away_m = [np.hypot(post.x_m - ledger.x_m[who], post.y_m - ledger.y_m[who]) for post in posts]
    return posts[len(posts) - 1 - int(np.argmax(np.nan_to_num(away_m[::-1], nan=0.0)))]


def _records(duties: Mapping[tuple[int, str], list[Post]], ledger: Ledger, ground: Ground) -> Iterator[Clash]:
    """Yield what is wrong with the records: a territory that is not in the grid, no phone though on duty."""
    staff = ledger.staff
    posts: dict[int, list[Post]] = {}
    for (who, _), held in duties.items():
        posts.setdefault(who, []).extend(held)
    known = ground.plan.hierarchy.areas.index.get_indexer(staff["territory"]) >= 0
    strange = (staff["territory"] != "").to_numpy() & ~known
    for who in np.flatnonzero(strange).tolist():
        detail = f"territory {staff['territory'].iat[who]!r} is not in the grid"
        yield Clash(who, ledger.roles[who], "unknown_territory", detail, tuple(posts.get(who, ())))
    silent = (staff["phone"] == "").to_numpy()
    for who in sorted(posts):
        if silent[who]:
            yield Clash(who, ledger.roles[who], "no_phone", "is on duty and has no phone", tuple(posts[who]))


def _overloads(duties: Mapping[tuple[int, str], list[Post]], loads: DataFrame) -> Iterator[Clash]:
    posts: dict[int, list[Post]] = {}
    for (who, _), held in duties.items():
        posts.setdefault(who, []).extend(held)
    for who in np.flatnonzero(loads["households"] > loads["capacity"]).tolist():
        role, households, capacity = (loads[name].iat[who] for name in ("role", "households", "capacity"))
        detail = overload_detail(households, capacity)
        surplus = int(np.ceil(households - capacity))
        yield Clash(who, role, "overload", detail, tuple(posts.get(who, ())), surplus)


def overload_detail(households: int, capacity: float) -> str:
    """Say how far somebody is overloaded."""
    return f"{households} households for a capacity of {capacity:g}"


def _listed(zones: frozenset[str]) -> str:
    shown = sorted(zone or "outside every zone" for zone in zones)
    return ", ".join(shown[:_SHOWN]) + (" ..." if len(shown) > _SHOWN else "")
