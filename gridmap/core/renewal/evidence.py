"""What speaks for one pair being the same household or official, and what against it, in points of 100."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from gridmap.core.renewal.candidates import Rows
from gridmap.core.renewal.traits import UNKNOWN, Trait, Traits

Points = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

CERTAIN = 40
"""From here on a pair is taken without asking, if no other comes near it."""
DOUBTFUL = 20
"""From here on a person is asked."""
MARGIN = 10
"""How far the next best pair of either row must stay behind."""

ID, PHONE, PLACE, NAME = 30, 28, 25, 25
_NEAR_PHONE, _NEAR_PLACE, _NEAR_NAME = 12, 18, 9
_SHARED_PHONE, _SHARED_PLACE, _SHARED_ID, _BUILDING, _WITHIN = 14, 18, 10, 8, 18
_OTHER_PHONE, _OTHER_NAME = -10, -25
_FEW = 4
_LEAST_LETTERS, _LEAST_DIGITS = 3, 7
_LEAST_AGREEING = 0.5
_LEAST_SHARING = 20

SAME, NEAR, WITHIN, BUILDING, OTHER, NOWHERE = range(6)
"""How two places compare; a place is within another that is named less closely."""


@dataclass(frozen=True, eq=False)
class Evidence:
    """What is known of some pairs.

    Parameters
    ----------
    old, new
        The rows of each pair.
    points
        How much speaks for it.
    says
        For each reason, of which pairs it holds: ``id``, ``phone``, ``phone_near``, ``address``,
        ``address_near``, ``building``, ``name``, ``name_near``.
    place
        How the places compare.
    twice
        Of which pairs both phone and address are the same, so that it may be one household in two rows.
    ids_hold
        Whether the ids mean the same in both rosters; numbers given anew do not.
    """

    old: Rows
    new: Rows
    points: Points
    says: Mapping[str, Mask]
    place: npt.NDArray[np.int8]
    twice: Mask
    ids_hold: bool


def weigh(traits: Traits, old: Rows, new: Rows) -> Evidence:
    """Weigh the evidence for every pair of an old and a new row.

    The household is who lives there: an equal id and an equal address are never enough where name and phone
    are known and differ.
    """
    name, near_name = _names(traits.name, old, new)
    phone, near_phone = _phones(traits.phone, old, new, asked=name | near_name)
    place = _places(traits, old, new)
    same_id = _same(traits.own_id, old, new)
    backed = name | near_name | phone | (place == SAME) | (place == NEAR)
    said = int(same_id.sum())
    ids_hold = said < _LEAST_SHARING or (same_id & backed).sum() >= _LEAST_AGREEING * said
    points = _name_points(traits.name, old, new, name, near_name)
    points += _phone_points(traits.phone, old, new, phone, near_phone)
    points += _place_points(traits.place, old, new, place)
    if ids_hold:
        points += np.where(same_id, np.where(_most(traits.own_id, old, new) > 1, _SHARED_ID, ID), 0)
        points = np.where(same_id, np.maximum(points, DOUBTFUL), points)
    says = {
        "id": same_id & ids_hold,
        "phone": phone,
        "phone_near": near_phone,
        "address": place == SAME,
        "address_near": (place == NEAR) | (place == WITHIN),
        "building": place == BUILDING,
        "name": name,
        "name_near": near_name,
    }
    twice = phone & np.isin(place, (SAME, NEAR, WITHIN))
    return Evidence(old, new, points, says, place, twice, bool(ids_hold))


def _same(trait: Trait, old: Rows, new: Rows) -> Mask:
    return np.asarray((trait.old[old] == trait.new[new]) & (trait.old[old] != UNKNOWN))


def _both_known(trait: Trait, old: Rows, new: Rows) -> Mask:
    return np.asarray((trait.old[old] != UNKNOWN) & (trait.new[new] != UNKNOWN))


def _most(trait: Trait, old: Rows, new: Rows) -> Any:
    """Count the rows that share the value of a pair, in the roster in which there are more."""
    of_old, of_new = trait.shared_by()
    return np.maximum(of_old[old], of_new[new])


def _names(trait: Trait, old: Rows, new: Rows) -> tuple[Mask, Mask]:
    """Tell which names are the same, and which differ by one letter of at least three."""
    same = _same(trait, old, new)
    return same, _near(trait, old, new, ~same & _both_known(trait, old, new), least=_LEAST_LETTERS)


def _phones(trait: Trait, old: Rows, new: Rows, *, asked: Mask) -> tuple[Mask, Mask]:
    """Tell which phones are the same, and which misspelled; with another name they are a neighbour's."""
    same = _same(trait, old, new)
    asked = asked & ~same & _both_known(trait, old, new)
    return same, _near(trait, old, new, asked, least=_LEAST_DIGITS)


def _near(trait: Trait, old: Rows, new: Rows, asked: Mask, *, least: int) -> Mask:
    """Tell which of the pairs asked about differ by one letter, or by two that changed places."""
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import cpdist

    near = np.zeros(len(old), dtype=bool)
    at = np.flatnonzero(asked)
    if len(at):
        texts = [trait.values[trait.old[old[at]]].tolist(), trait.values[trait.new[new[at]]].tolist()]
        longest = np.maximum(*(np.array([len(text) for text in side]) for side in texts))
        near[at] = (cpdist(*texts, scorer=OSA.distance, score_cutoff=1) <= 1) & (longest >= least)
    return near


def _places(traits: Traits, old: Rows, new: Rows) -> npt.NDArray[np.int8]:
    same = _same(traits.place, old, new)
    building = _same(traits.building, old, new)
    one_room = (traits.room.old[old] == UNKNOWN) != (traits.room.new[new] == UNKNOWN)
    return np.select(
        [
            same,
            ~_both_known(traits.place, old, new),
            building & one_room,
            building,
            _misspelled(traits, old, new),
        ],
        [SAME, NOWHERE, WITHIN, BUILDING, NEAR],
        OTHER,
    ).astype(np.int8)


def _misspelled(traits: Traits, old: Rows, new: Rows) -> Mask:
    """Tell where the numbers are the same and the compound is the same but for a letter or what precedes it.

    A spelling that both rosters know is a place of its own, such as 东苑 beside 西苑.
    """
    compound = traits.compound
    known_new, known_old = (
        np.isin(np.arange(len(compound.values)), side) for side in (compound.new, compound.old)
    )
    lone = ~known_new[compound.old[old]] | ~known_old[compound.new[new]]
    asked = _same(traits.numbers, old, new) & _both_known(compound, old, new) & lone
    near = _near(compound, old, new, asked, least=_LEAST_LETTERS)
    for at in np.flatnonzero(asked & ~near):
        one, other = compound.values[compound.old[old[at]]], compound.values[compound.new[new[at]]]
        near[at] = min(len(one), len(other)) >= _LEAST_LETTERS and (
            one.endswith(other) or other.endswith(one)
        )
    return near


def _name_points(trait: Trait, old: Rows, new: Rows, same: Mask, near: Mask) -> Points:
    differs = _both_known(trait, old, new) & ~same & ~near
    points: Points = np.select([same, near, differs], [NAME, _NEAR_NAME, _OTHER_NAME], 0)
    return points


def _phone_points(trait: Trait, old: Rows, new: Rows, same: Mask, near: Mask) -> Points:
    most = _most(trait, old, new)
    shared = np.select([most <= 1, most <= _FEW], [PHONE, _SHARED_PHONE], 0)
    differs = _both_known(trait, old, new) & ~same & ~near
    return np.asarray(
        np.select([same, near, differs], [shared, _NEAR_PHONE, _OTHER_PHONE], 0), dtype=np.int64
    )


def _place_points(trait: Trait, old: Rows, new: Rows, place: npt.NDArray[np.int8]) -> Points:
    most = _most(trait, old, new)
    shared = np.select([most <= 1, most <= _FEW], [PLACE, _SHARED_PLACE], _BUILDING)
    few = np.minimum(shared, _WITHIN)
    which = [place == SAME, place == NEAR, place == WITHIN, place == BUILDING]
    return np.asarray(
        np.select(which, [shared, np.minimum(shared, _NEAR_PLACE), few, _BUILDING], 0), dtype=np.int64
    )
