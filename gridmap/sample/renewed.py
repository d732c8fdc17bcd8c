"""The roster of a later day, with the answer key: who is who, whatever was renamed, moved or misspelled."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from pandas import DataFrame, Index, Series

from gridmap.model.shown import shows_counts
from gridmap.sample.lattice import Ints
from gridmap.sample.names import PHONE_PREFIX_HOUSEHOLD, person_names, phone_numbers

CHANGES = {
    "gone": "is not in the new roster",
    "moved": "lives where a household was that is gone or has moved",
    "phone": "has another phone",
    "residents": "has another number of residents",
    "head": "is headed by another member, with another phone for one in two",
    "renumbered": "has another id",
    "absent": "is registered there and lives elsewhere: flag absent",
    "replaced": "is gone, and others live there under its id",
    "succeeded": "is gone, and others live there under an id of their own",
    "doubled": "stands there twice, under two ids",
}
"""What became of a household that changed; of each kind there are equally many."""

SPELLINGS = ("name", "address", "phone")
_STAY_OUT = ("gone", "replaced", "succeeded")
_TYPOS = "桢荃洺泺锶琮璟甬翊昶"
_PLACE = ("address", "building", "cell_id", "lon", "lat")
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
_WRITTEN_OTHERWISE = 0.02


@shows_counts
class RenewedRoster(NamedTuple):
    """A roster of a later day, and who is who.

    Parameters
    ----------
    households
        The new roster, by ``household_id``.
    key
        By row of it: `old_id`, the household of the old roster that it is, empty for a new one; `change`, a
        key of `CHANGES` or empty; `misspelled`, one of `SPELLINGS` or empty.
    gone
        The ids of the households that are not in it.
    """

    households: DataFrame
    key: DataFrame
    gone: tuple[str, ...]


def renew_roster(
    households: DataFrame, *, seed: int, changed: float = 0.05, misspelled: float = 0.01
) -> RenewedRoster:
    """Make the roster of a later day.

    Parameters
    ----------
    households
        A roster of the sample, by ``household_id``.
    seed
        The same roster and seed give the same answer.
    changed
        The share of households that changed, see `CHANGES`.
    misspelled
        The share of rows with a wrong letter in the name or address, or a wrong digit in the phone. Of two in
        a hundred others the digits are written in full width, and a phone with +86 before it.

    Examples
    --------
    >>> from gridmap.sample import make_county
    >>> old = make_county(cells=100, households=1_000, seed=1).households
    >>> later = renew_roster(old, seed=2)
    >>> int((later.key["change"] != "").sum()) + len(later.gone) >= 50
    True
    """
    rng = np.random.default_rng([seed, 9])
    old = households.reset_index()
    chosen = _choose(len(old), round(len(old) * changed), rng)
    new = old.assign(old_id=old["household_id"], change="")
    for kind, rows in chosen.items():
        new.loc[rows, "change"] = kind
    _move(new, chosen)
    _speak_otherwise(new, chosen, rng)
    new = _with_others(new, old, chosen, rng)
    new = new.iloc[rng.permutation(len(new))].reset_index(drop=True)
    new["misspelled"] = ""
    _misspell(new, round(len(new) * misspelled), rng)
    key = new[["old_id", "change", "misspelled"]]
    gone = old["household_id"].iloc[np.sort(np.concatenate([chosen[kind] for kind in _STAY_OUT]))]
    return RenewedRoster(new[list(old.columns)].set_index("household_id"), key, tuple(gone))


def _choose(size: int, count: int, rng: np.random.Generator) -> dict[str, Ints]:
    rows = rng.permutation(size)[:count]
    return dict(zip(CHANGES, np.array_split(rows, len(CHANGES)), strict=True))


def _move(new: DataFrame, chosen: dict[str, Ints]) -> None:
    """Let every second of the households that move go where one is gone, the others where one has moved."""
    moving = chosen["moved"]
    free = np.roll(moving, 1)
    free[::2] = chosen["gone"][: len(free[::2])]
    for name in _PLACE:
        new.loc[moving, name] = new[name].to_numpy()[free]


def _speak_otherwise(new: DataFrame, chosen: dict[str, Ints], rng: np.random.Generator) -> None:
    size = len(new)
    heads = chosen["head"]
    names = Series(person_names(len(heads), rng).to_pylist(), index=heads, dtype="str")
    new.loc[heads, "head_name"] = new.loc[heads, "head_name"].str[:1] + names.str[1:]
    callers = np.concatenate([chosen["phone"], heads[::2]])
    new.loc[callers, "phone"] = phone_numbers(PHONE_PREFIX_HOUSEHOLD, size + callers).to_pylist()
    new.loc[chosen["residents"], "residents"] += 1
    ids = [f"R{row:08d}" for row in chosen["renumbered"]]
    new.loc[chosen["renumbered"], "household_id"] = ids
    new.loc[chosen["absent"], "flags"] = "absent"


def _with_others(
    new: DataFrame, old: DataFrame, chosen: dict[str, Ints], rng: np.random.Generator
) -> DataFrame:
    """Take out who is gone, add who lives there now, and those who stand there twice."""
    others = np.concatenate([chosen["replaced"], chosen["succeeded"]])
    come = old.iloc[others].assign(
        head_name=person_names(len(others), rng).to_pylist(),
        phone=phone_numbers(PHONE_PREFIX_HOUSEHOLD, 2 * len(old) + others).to_pylist(),
        residents=rng.integers(1, 6, len(others)),
        old_id="",
        change=["replaced"] * len(chosen["replaced"]) + ["succeeded"] * len(chosen["succeeded"]),
    )
    fresh = (come["change"] == "succeeded").to_numpy()
    come.loc[fresh, "household_id"] = [f"S{row:08d}" for row in others[fresh]]
    twice = new.iloc[chosen["doubled"]]
    twice = twice.assign(household_id=[f"D{row:08d}" for row in chosen["doubled"]])
    stay = np.delete(np.arange(len(new)), np.concatenate([chosen[kind] for kind in _STAY_OUT]))
    return _stacked([new.iloc[stay], come, twice])


def _stacked(frames: list[DataFrame]) -> DataFrame:
    columns = {
        name: np.concatenate([frame[name].to_numpy(dtype=object) for frame in frames]) for name in frames[0]
    }
    stacked = DataFrame(columns, index=Index(range(sum(map(len, frames)))))
    return stacked.astype({name: frames[0][name].dtype for name in stacked})


def _misspell(new: DataFrame, count: int, rng: np.random.Generator) -> None:
    rows = rng.permutation(len(new))
    wrong = dict(zip(SPELLINGS, np.array_split(rows[:count], len(SPELLINGS)), strict=True))
    for kind, column in (("name", "head_name"), ("address", "address"), ("phone", "phone")):
        at = wrong[kind]
        texts = new[column].to_numpy(dtype=object)[at]
        spots = rng.integers(0, 2**31, len(at)), rng.integers(0, len(_TYPOS), len(at))
        spoil = _wrong_digit if kind == "phone" else _wrong_letter
        new.loc[at, column] = [
            spoil(text, int(one), int(two)) for text, one, two in zip(texts, *spots, strict=True)
        ]
        new.loc[at, "misspelled"] = kind
    other = rows[count : count + round(len(new) * _WRITTEN_OTHERWISE)]
    new.loc[other, "address"] = [
        text.translate(_WIDE) for text in new["address"].to_numpy(dtype=object)[other]
    ]
    new.loc[other, "phone"] = [
        f"+86 {text[:3]}-{text[3:]}" for text in new["phone"].to_numpy(dtype=object)[other]
    ]


def _wrong_letter(text: str, spot: int, typo: int) -> str:
    """Write another letter for one of a name, or of the words before the number of a house."""
    words = next((at for at, letter in enumerate(text) if letter.isdigit()), len(text))
    at = spot % words if words else 0
    return text[:at] + _TYPOS[typo] + text[at + 1 :] if text else text


def _wrong_digit(text: str, spot: int, typo: int) -> str:
    """Let two neighbouring digits change places, or write one digit more."""
    if len(text) < 5:
        return text
    at = 3 + spot % (len(text) - 4)
    if text[at] != text[at + 1]:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + str((int(text[at]) + 1 + typo) % 10) + text[at + 1 :]
