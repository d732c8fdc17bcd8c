"""Buildings written as people write them: 1-14幢、16-41幢."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from gridmap.model.notice import Buildings

_WORDS = re.compile(r"\d+\s*(幢|栋|号楼|座|#楼|号)")
_USUAL = "幢"


def building_word(addresses: Iterable[str]) -> str:
    """Return the word for a building in the first of some addresses that has one.

    Examples
    --------
    >>> building_word(["北汇浜12号"])
    '号'
    """
    found = (_WORDS.search(address) for address in addresses)
    return next((match[1] for match in found if match), _USUAL)


def number_ranges(numbers: Collection[str]) -> tuple[tuple[tuple[int, int], ...], tuple[str, ...]]:
    """Put building numbers into ranges, and those that are no plain number into a sorted rest.

    Examples
    --------
    >>> number_ranges(["10", "2", "1", "3", "9a"])
    (((1, 3), (10, 10)), ('9a',))
    """
    plain = sorted({int(number) for number in numbers if number.isascii() and number.isdigit()})
    others = tuple(sorted(number for number in set(numbers) if not (number.isascii() and number.isdigit())))
    ranges: list[tuple[int, int]] = []
    for number in plain:
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1] = (ranges[-1][0], number)
        else:
            ranges.append((number, number))
    return tuple(ranges), others


def buildings_of(
    compound: str,
    numbers: Collection[str],
    *,
    lang: str,
    unit: str = _USUAL,
    scope: str = "",
    place: str = "",
    every: bool = False,
) -> Buildings:
    """Write some buildings of a compound, or the whole compound if there are no numbers.

    Parameters
    ----------
    compound, numbers
        As `gridmap.model.address.parse_target` gives them.
    lang
        ``zh`` or ``en``.
    unit
        The word for a building there, such as ``幢`` or ``号``.
    scope, place
        Id and name of the area in which they lie; the name is written before them.
    every
        Whether it is said of a whole compound that all its buildings are meant, as where an area is called
        like it.

    Examples
    --------
    >>> buildings_of("枫南新村", ["1", "2", "3", "16"], lang="zh").text
    '枫南新村1-3幢、16幢'
    >>> buildings_of("枫南新村", ["1", "2", "3", "16"], lang="en").text
    '枫南新村 buildings 1-3, 16'
    """
    ranges, others = number_ranges(numbers)
    written = [str(low) if low == high else f"{low}-{high}" for low, high in ranges] + list(others)
    if lang == "zh":
        said = "、".join(f"{each}{unit}" for each in written) or "各幢" * every
        text = f"{place}{compound}{said}"
    else:
        many = len(written) > 1 or any(low != high for low, high in ranges)
        said = f"{'buildings' if many else 'building'} {', '.join(written)}" if written else ""
        said = said or "(all buildings)" * every
        text = " ".join(part for part in (place, compound, said) if part)
    return Buildings(text=text, compound=compound, ranges=ranges, others=others, scope=scope)
