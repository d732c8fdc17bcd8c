"""What tells one row of a roster from another, as numbers that are equal where it is the same."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
from pandas import DataFrame, Series

from gridmap.core.text_index import folded_texts
from gridmap.model.address import plain_texts, split_addresses

Codes = npt.NDArray[np.int64]
UNKNOWN = -1

_EXTENSION = r"(?:转|分机|内线|ext|x|#).*$"
_SECOND_NUMBER = r"(?<=[0-9])[、,;/|].*$"
_COUNTRY = r"^(?:00)?86(?=1[0-9]{10}$)"
_LEAST_DIGITS = 5


@dataclass(frozen=True, eq=False)
class Trait:
    """One trait of the rows of both rosters.

    Parameters
    ----------
    old, new
        The number of its value in each row, equal for equal values; `UNKNOWN` where there is none.
    values
        The values by number.
    """

    old: Codes
    new: Codes
    values: npt.NDArray[np.object_]

    def shared_by(self) -> tuple[Codes, Codes]:
        """Count by row, in the old and in the new roster, how many rows of the fuller one have its value."""
        size = max(len(self.values), 1)
        counts = np.maximum(*(np.bincount(side[side >= 0], minlength=size) for side in (self.old, self.new)))
        return counts[self.old], counts[self.new]


@dataclass(frozen=True, eq=False)
class Traits:
    """All traits by which rows are matched.

    Parameters
    ----------
    own_id, name, phone
        Of the household and its head, or of the official.
    place
        The whole address, or the post: role, unit and territory.
    building
        The compound with the building, or the territory.
    compound, numbers, room
        Parts of an address; unknown for officials.
    """

    own_id: Trait
    name: Trait
    phone: Trait
    place: Trait
    building: Trait
    compound: Trait
    numbers: Trait
    room: Trait


def household_traits(old: DataFrame, new: DataFrame, *, area_names: Collection[str]) -> Traits:
    """Return the traits of households."""
    both = _both(old, new, ("address", "building", "head_name", "phone"))
    parts = split_addresses(both["address"], both["building"], area_names=area_names)
    parts = DataFrame({name: folded(parts[name]) for name in parts})
    known = parts["compound"] != ""
    numbered = parts["building"] != ""
    place = _joined(parts, ("compound", "building", "unit", "room")).where(known, "")
    building = _joined(parts, ("compound", "building")).where(known & numbered, "")
    numbers = _joined(parts, ("building", "unit", "room")).where(numbered, "")
    columns = {
        "own_id": _ids(old, new),
        "name": folded(both["head_name"]),
        "phone": phone_digits(both["phone"]),
        "place": place,
        "building": building,
        "compound": parts["compound"],
        "numbers": numbers,
        "room": parts["room"],
    }
    return Traits(**{name: _trait(texts, len(old)) for name, texts in columns.items()})


def official_traits(old: DataFrame, new: DataFrame) -> Traits:
    """Return the traits of officials; their place is the post that they hold."""
    both = _both(old, new, ("name", "phone", "role", "unit", "territory"))
    post = DataFrame({name: folded(both[name]) for name in ("role", "unit", "territory")})
    nothing = Series("", index=both.index, dtype="str")
    columns = {
        "own_id": _ids(old, new),
        "name": folded(both["name"]),
        "phone": phone_digits(both["phone"]),
        "place": _joined(post, ("role", "unit", "territory")).where(
            (post["unit"] != "") | (post["territory"] != ""), ""
        ),
        "building": post["territory"],
        "compound": nothing,
        "numbers": nothing,
        "room": nothing,
    }
    return Traits(**{name: _trait(texts, len(old)) for name, texts in columns.items()})


def folded(texts: Series) -> Series:
    """Write texts in one width and case, without blanks; empty where missing.

    Examples
    --------
    >>> folded(Series(["Ｈope  Street", None])).to_list()
    ['hopestreet', '']
    """
    values = pa.array(texts.astype("str").array, pa.large_string())
    return Series(folded_texts(values), index=texts.index, dtype="str")


def phone_digits(phones: Series) -> Series:
    """Return the digits of the first number of each text, without the code of the country; empty if none.

    Examples
    --------
    >>> phone_digits(Series(["+86 138-0013 8000", "057384021234转8012", "无"])).to_list()
    ['13800138000', '057384021234', '']
    """
    texts = folded(phones)
    odd = ~texts.str.fullmatch(r"[0-9]*").to_numpy(dtype=bool)
    digits = texts[odd].str.replace(_SECOND_NUMBER, "", regex=True)
    digits = digits.str.replace(_EXTENSION, "", regex=True).str.replace(r"[^0-9]", "", regex=True)
    digits = texts.mask(odd, digits.str.replace(_COUNTRY, "", regex=True))
    return digits.where(digits.str.len() >= _LEAST_DIGITS, "")


def _both(old: DataFrame, new: DataFrame, names: Collection[str]) -> DataFrame:
    """Return some columns of both rosters below each other, as text; a column that is missing is empty."""
    columns = {name: pd.concat([_texts(old, name), _texts(new, name)], ignore_index=True) for name in names}
    return DataFrame(columns)


def _texts(frame: DataFrame, name: str) -> Series:
    if name not in frame.columns:
        return Series("", index=range(len(frame)), dtype="str")
    return frame[name].astype("str").fillna("")


def _ids(old: DataFrame, new: DataFrame) -> Series:
    ids = [Series(roster.index.astype("str"), dtype="str").fillna("") for roster in (old, new)]
    return plain_texts(pd.concat(ids, ignore_index=True))


def _joined(parts: DataFrame, names: Collection[str]) -> Series:
    first, *rest = names
    return parts[first].str.cat([parts[name] for name in rest], sep="\n")


def _trait(texts: Series, size: int) -> Trait:
    codes, values = pd.factorize(texts)
    values = np.asarray(values, dtype=object)
    codes = np.where(np.append(values == "", False)[codes], UNKNOWN, codes).astype(np.int64)
    return Trait(codes[:size], codes[size:], values)
