"""What the words of a place may mean, as candidates; and what is written nearly like a name not known."""

from __future__ import annotations

from collections.abc import Sequence

from gridmap.core.building_ranges import building_word, buildings_of, number_ranges
from gridmap.core.notice_in import grammar
from gridmap.core.notice_in.names import Names
from gridmap.core.notice_in.numerals import plain_number
from gridmap.core.notice_in.phrase import Candidate
from gridmap.errors import PlanError
from gridmap.model.address import parse_target

MOST_BUILDINGS = 10_000
_MOST_NEAR = 5


def areas_candidate(kind: str, areas: Sequence[str], names: Names) -> Candidate:
    """Make a candidate of areas, or of what is left over of them; no areas stand for the whole grid."""
    label = "、".join(names.path(each) for each in areas or names.top[:_MOST_NEAR])
    return Candidate(f"{kind}:{'+'.join(areas)}", label, kind, areas=tuple(areas))


def address_candidate(
    compound: str,
    buildings: frozenset[str],
    units: frozenset[str],
    scope: str,
    names: Names,
    *,
    like: str = "",
) -> Candidate | None:
    """Make a candidate of an address; None if it cannot be written so that it is read back.

    Parameters
    ----------
    compound, buildings, units
        As `gridmap.model.address.Target` has them.
    scope
        The area in which it is looked for; empty for the whole grid.
    names
        The names that are known.
    like
        How the buildings were written.
    """
    text = buildings_of(compound, buildings, lang="zh", unit=building_word([like])).text
    text += "".join(f"{unit}单元" for unit in sorted(units))
    try:
        target = parse_target(text)
    except PlanError:
        return None
    if (target.compound, target.buildings, target.units) != (compound, buildings, units):
        return None
    label = f"{names.path(scope)} {text}" if scope else text
    return Candidate(
        f"address:{scope}:{text}",
        label,
        "address",
        compound=compound,
        buildings=buildings,
        units=units,
        scope=scope,
        addresses=(text,),
    )


def building_numbers(written: str) -> frozenset[str] | None:
    """Return the numbers of a list such as ``1-14幢、16幢``; None if one of them is no plain number or range.

    Examples
    --------
    >>> sorted(building_numbers("1-3幢、15幢"))
    ['1', '15', '2', '3']
    >>> sorted(building_numbers("二十一至二十三号楼"))
    ['21', '22', '23']
    """
    found: set[str] = set()
    for match in grammar.PIECE.finditer(written):
        low, high = plain_number(match[1]), plain_number(match[3] or match[1])
        if match[2] or low is None or high is None or high < low or high - low > MOST_BUILDINGS:
            return None
        found.update(str(number) for number in range(low, high + 1))
    return frozenset(found)


def written_ranges(buildings: frozenset[str]) -> str:
    """Write numbers of buildings in ranges: ``40-41``."""
    ranges, others = number_ranges(buildings)
    return ", ".join([*(str(low) if low == high else f"{low}-{high}" for low, high in ranges), *others])


def suggestions(words: str, names: Names) -> tuple[Candidate, ...]:
    """Return what is written nearly like these words; only a decision takes one of them."""
    chain, rest = _leading_areas(words, names)
    match = grammar.BUILDINGS.search(rest)
    name = rest[: match.start()] if match else rest
    found: list[Candidate | None] = []
    if match and (buildings := building_numbers(match[0])):
        for near in names.nearest(name, "compounds"):
            found.extend(
                address_candidate(each.name, buildings, frozenset(), each.village, names, like=match[0])
                for each in names.compounds[near]
            )
        if not names.compounds and name:
            scope = chain[0] if len(chain) == 1 else ""
            found.append(address_candidate(name, buildings, frozenset(), scope, names, like=match[0]))
    else:
        found.extend(
            areas_candidate("areas", (area,), names)
            for near in names.nearest(name or words, "areas")
            for area in names.areas[near]
        )
        found.extend(
            address_candidate(each.name, frozenset(), frozenset(), each.village, names)
            for near in names.nearest(name, "compounds")
            for each in names.compounds[near]
        )
    return tuple(dict.fromkeys(each for each in found if each is not None))[:_MOST_NEAR]


def _leading_areas(words: str, names: Names) -> tuple[tuple[str, ...], str]:
    """Take the names of areas off the front: the areas that the last one may be, and what is left."""
    areas: tuple[str, ...] = ()
    while (found := next(names.areas_at(words, 0), None)) and len(found[0]) < len(words):
        areas, words = found[1], words[len(found[0]) :]
    return areas, words.strip()
