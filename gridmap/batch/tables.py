"""The answer of a batch as tables: tallies, staff and vacancies, each beside those of the baseline."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pandas import DataFrame

TEXTS = ("scenario_id", "kind", "tier", "zone_id", "name", "role")
COUNTS = ("zones", "cells", "households", "residents", "required", "vacancies")
CHANGES = tuple(f"{name}_change" for name in COUNTS)
COLUMNS = (*TEXTS, *COUNTS, *CHANGES)
COMPARED = ("zones", "cells", "households", "residents", "required", "vacancies")

Key = tuple[str, str, str]
Counts = list[int | None]
_TIER_COUNTS = 4


def tallies_of(results: Iterable[tuple[str, Mapping[str, Any]]], baseline: str) -> DataFrame:
    """Put the rows of all scenarios into one table.

    Parameters
    ----------
    results
        The scenarios in their order, each with `tiers`, `zones`, `staff`, `staffed`.
    baseline
        The scenario that the others are compared with; without a result, every difference is missing.

    Returns
    -------
    tallies
        Rows of three kinds. ``tier``: `zones`, `cells`, `households`, `residents`, and `required` and
        `vacancies` of all roles together. ``staff``: `required` and `vacancies` of one `role` in one tier.
        ``zone``: one zone, with the same counts as a tier without staff. Rows of tiers and staff have the
        differences to the baseline; a tier or role that only the baseline has stands there with 0.
    """
    listed = [(scenario, _summed(result), result["zones"]) for scenario, result in results]
    base = next((sums for scenario, sums, _ in listed if scenario == baseline), None)
    rows = [row for scenario, sums, zones in listed for row in _rows(scenario, sums, zones=zones, base=base)]
    frame = DataFrame(rows, columns=list(COLUMNS))
    kinds = dict.fromkeys(TEXTS, "str") | dict.fromkeys((*COUNTS, *CHANGES), "Int64")
    return frame.astype(kinds)


def comparison_of(tallies: DataFrame, baseline: str) -> DataFrame:
    """Return one row for each scenario and tier, each count beside its difference to the baseline.

    The column `baseline` is ``yes`` in the rows of the baseline, and empty in the others.
    """
    tiers = tallies[tallies["kind"] == "tier"]
    beside = [name for count in COMPARED for name in (count, f"{count}_change")]
    marked = tiers.assign(baseline=(tiers["scenario_id"] == baseline).map({True: "yes", False: ""}))
    return marked[["scenario_id", "baseline", "tier", *beside]].reset_index(drop=True)


def _summed(result: Mapping[str, Any]) -> dict[Key, Counts]:
    """Return the counts of every tier, and of every role in a tier, by kind, tier and role."""
    staff = [(role, tier, required, missing) for role, tier, required, missing in result["staff"]]
    sums: dict[Key, Counts] = {}
    for tier, *counts in result["tiers"]:
        here = [(required, missing) for _, each, required, missing in staff if each == tier]
        known = all(missing is not None for _, missing in here) and result["staffed"]
        vacancies = sum(missing for _, missing in here) if known else None
        sums["tier", tier, ""] = [*counts, sum(required for required, _ in here), vacancies]
    for role, tier, required, missing in staff:
        sums["staff", tier, role] = [*[None] * _TIER_COUNTS, required, missing]
    return sums


def _rows(
    scenario: str, sums: dict[Key, Counts], *, zones: Sequence[Sequence[Any]], base: dict[Key, Counts] | None
) -> Iterable[tuple[Any, ...]]:
    staffed = all(counts[-1] is not None for counts in sums.values())
    whole = dict(sums)
    for key, counts in (base or {}).items():
        whole.setdefault(
            key, [None if count is None else 0 for count in counts[:-1]] + [0 if staffed else None]
        )
    for kind in ("tier", "staff"):
        for (each, tier, role), counts in whole.items():
            if each == kind:
                before = None if base is None else base.get((each, tier, role), _nothing(counts))
                yield (scenario, kind, tier, "", "", role, *counts, *_changes(counts, before))
    for zone_id, tier, name, cells, households, residents, _ in zones:
        none = [None] * (2 + len(CHANGES))
        yield (scenario, "zone", tier, zone_id, name, "", 1, cells, households, residents, *none)


def _nothing(counts: Counts) -> Counts:
    return [None if count is None else 0 for count in counts]


def _changes(counts: Counts, before: Counts | None) -> Counts:
    if before is None:
        return [None] * len(counts)
    return [
        None if now is None or then is None else now - then for now, then in zip(counts, before, strict=True)
    ]
