"""Posts and their shifts: how many persons each needs, who is on which shift, and how many are there."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import pandas as pd
from pandas import DataFrame, Series

from gridmap.core.targets import Target
from gridmap.model.duties import HEADCOUNT_COLUMNS, SHIFT_COLUMNS
from gridmap.model.protocol import DutyRule

POST_COLUMNS = tuple(name for name in HEADCOUNT_COLUMNS if name != "filled")
_POST = ["target_kind", "target"]
_KEY = [*_POST, "role"]


def posts_of_rules(needed: Iterable[tuple[DutyRule, Sequence[Target]]]) -> DataFrame:
    """List how many persons every zone and site needs, and every area that is served in shifts.

    Two rules of one role for one target do not add up, unless they name different holders.

    Parameters
    ----------
    needed
        The rules, each with what it is needed for.

    Returns
    -------
    posts
        In the order of the rules, one row per target, role and shift: `target_kind`, `target`, `role`,
        `shift` (empty where there are none), `needed`.
    """
    frames = [_posts(rule, [each.target for each in targets]) for rule, targets in needed]
    frames = [frame for frame in frames if len(frame)]
    if not frames:
        return _frame([], POST_COLUMNS)
    keys = [*_KEY, "shift"]
    rows = pd.concat(frames).groupby([*keys, "holders"], sort=False)["needed"].max()
    return rows.groupby(level=keys, sort=False).sum().reset_index()[list(POST_COLUMNS)]


def spread_over_shifts(table: DataFrame, posts: DataFrame, *, before: DataFrame | None = None) -> DataFrame:
    """Spread the officials of every post over its shifts, evenly, nobody twice.

    Everybody has a shift of their own at a post, which follows from the ids of both: the same people are on
    the same shifts whenever it is asked, and when one of them changes few others move. Who was on a shift
    before stays on it as far as the shifts stay even. One who serves a post in two roles is on one shift.

    Parameters
    ----------
    table
        The duties: `official_id`, `role`, `target_kind`, `target`.
    posts
        As `posts_of_rules` gives them; a headcount will do.
    before
        Who was on which shift before.

    Returns
    -------
    shifts
        `official_id`, `role`, `target_kind`, `target`, `shift`, in the order of the posts and their shifts.
    """
    known = posts[posts["shift"] != ""]
    if not len(known):
        return _frame([], SHIFT_COLUMNS)
    served = _at(known, table).merge(known[_KEY].drop_duplicates(), on=_KEY)
    crews = served.groupby(_KEY, sort=False)["official_id"].agg(lambda ids: list(dict.fromkeys(ids)))
    earlier = _earlier(before)
    held: dict[tuple[str, str, str], str] = {}
    rows: list[tuple[str, ...]] = []
    for (kind, target, role), shifts in known.groupby(_KEY, sort=False)["shift"].agg(list).items():
        crew = crews.get((kind, target, role), [])
        own = {who: held[kind, target, who] for who in crew if (kind, target, who) in held}
        usual = {who: earlier.get((kind, target, who), "") for who in crew}
        on = _spread(crew, shifts, own, usual, f"{kind}|{target}")
        held |= {(kind, target, who): shift for who, shift in on.items()}
        turns = [*shifts, *sorted(set(on.values()) - set(shifts))]
        rows.extend((who, role, kind, target, shift) for shift in turns for who in crew if on[who] == shift)
    return _frame(rows, SHIFT_COLUMNS)


def headcount_of(posts: DataFrame, table: DataFrame, shifts: DataFrame) -> DataFrame:
    """Count who is at every post and on every shift.

    Returns
    -------
    headcount
        `posts` with `filled`: the officials of the role there, on that shift where there are shifts.
    """
    everybody = _at(posts, table)[["official_id", *_KEY]].drop_duplicates().groupby(_KEY).size()
    by_shift = shifts.groupby([*_KEY, "shift"]).size()
    in_all = everybody.reindex(pd.MultiIndex.from_frame(posts[_KEY]), fill_value=0)
    on_shift = by_shift.reindex(pd.MultiIndex.from_frame(posts[[*_KEY, "shift"]]), fill_value=0)
    there = Series(on_shift.to_numpy(), index=posts.index).where(posts["shift"] != "", in_all.to_numpy())
    return posts[list(POST_COLUMNS)].assign(filled=there.astype("int64"))[list(HEADCOUNT_COLUMNS)]


def _at(posts: DataFrame, table: DataFrame) -> DataFrame:
    """Return the duties for the kinds of targets that have posts: of households there are many, and none."""
    return table[table["target_kind"].isin(posts["target_kind"].unique())]


def _posts(rule: DutyRule, targets: Sequence[str]) -> DataFrame:
    if rule.per == "household" or (rule.per == "area" and not rule.shifts):
        return DataFrame()
    shifts = rule.shifts or ("",)
    columns = {
        "target_kind": rule.per,
        "target": [target for target in targets for _ in shifts],
        "role": rule.role,
        "shift": list(shifts) * len(targets),
        "needed": rule.least,
        "holders": rule.holders,
    }
    return DataFrame(columns)


def _earlier(before: DataFrame | None) -> Mapping[tuple[str, str, str], str]:
    if before is None:
        return {}
    columns = (before[name] for name in ("target_kind", "target", "official_id"))
    return dict(zip(zip(*columns, strict=True), before["shift"], strict=True))


def _spread(
    crew: Sequence[str], shifts: Sequence[str], own: Mapping[str, str], usual: Mapping[str, str], post: str
) -> dict[str, str]:
    """Give everybody a shift: theirs in another role there, the usual one, the own one, the emptiest."""
    marks = {who: zlib.crc32(f"{post}|{who}".encode()) for who in crew}
    wanted = {who: usual[who] if usual[who] in shifts else shifts[marks[who] % len(shifts)] for who in crew}
    on, size = dict(own), Counter(own.values())
    order = sorted((who for who in crew if who not in own), key=lambda who: (not usual[who], marks[who], who))
    room = _rooms(len(crew), shifts, Counter(wanted[who] for who in order) + size)
    for who in order:
        if size[wanted[who]] < room[wanted[who]]:
            on[who] = wanted[who]
            size[wanted[who]] += 1
    for who in order:
        if who not in on:
            on[who] = min(shifts, key=lambda shift: (size[shift], shifts.index(shift)))
            size[on[who]] += 1
    return on


def _rooms(persons: int, shifts: Sequence[str], wanted: Mapping[str, int]) -> dict[str, int]:
    """Return how many persons each shift takes; one more than the others those that most are for."""
    each, more = divmod(persons, len(shifts))
    asked = sorted(shifts, key=lambda shift: (-wanted.get(shift, 0), shifts.index(shift)))
    return {shift: each + (place < more) for place, shift in enumerate(asked)}


def _frame(rows: Sequence[tuple[str, ...]], columns: Sequence[str]) -> DataFrame:
    frame = DataFrame(rows, columns=list(columns))
    return frame.astype({name: "int64" if name == "needed" else "str" for name in columns})
