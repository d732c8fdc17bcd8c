"""What a person should look at: faults, exceptions, conflicts and vacancies, by kind, the worst first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gridmap.cli.printing import plain, say, say_table

if TYPE_CHECKING:
    from pandas import DataFrame

    from gridmap.model.placement import Placement
    from gridmap.model.zoning import Zoning

Row = tuple[str, str, str]
"""Kind, label and bare id of one finding."""

_SHOWN = 4
# exceptions are listed from the placement; cells without a tier are what many orders leave over
_TOLD_ELSEWHERE = ("exception", "no_tier")
_CONFLICTS = {"overlap": "in_overlap", "unknown_cell": "declares_unknown_cell"}
_UNKNOWN = (5, "", "look at them one by one")
_KINDS: dict[str, tuple[int, str, str]] = {
    "not_proven": (
        0,
        "lost, doubled or moved households",
        "do not issue anything; report this as a fault of gridmap",
    ),
    "hard_vacancy": (
        1,
        "duties that must be filled and are not",
        "name officials, or export with --approved-by",
    ),
    "case_not_placed": (
        1,
        "cases that no rule could place",
        "give the case an address, a cell or coordinates",
    ),
    "no_location": (
        2,
        "households without any location",
        "add coordinates, a cell or an address that neighbours have",
    ),
    "outside_grid": (
        2,
        "households outside of the grid",
        "correct the coordinates, or their CRS: --crs-households",
    ),
    "unknown_cell": (2, "households in a cell that the grid lacks", "correct the cell_id"),
    "bad_coordinates": (2, "households with impossible coordinates", "correct the coordinates"),
    "duplicate_id": (
        2,
        "rows whose id was there before",
        "give each its own id, or remove the row that is too much",
    ),
    "overlap": (
        3,
        "cells that overlap",
        "correct the borders, or check --repair; the cell whose id sorts first has who lives there",
    ),
    "gap": (
        3,
        "gaps between cells",
        "correct the borders, or check --repair; who lives in a gap is outside of the grid",
    ),
    "empty_geometry": (3, "cells without an outline", "draw the outline"),
    "invalid_geometry": (
        3,
        "cells whose outline crosses itself",
        "gridmap check --repair mends them, and so does init --repair",
    ),
    "missing_id": (3, "cells without an id", "give each an id"),
    "orphan_parent": (3, "cells whose parent is no row of the grid", "add the parent, or correct parent_id"),
    "parent_cycle": (3, "areas that lie in themselves", "correct parent_id"),
    "weaker_than_rule": (
        4,
        "cells under a weaker tier than a rule asks",
        "give a reason, or give them back to the rule",
    ),
    "weaker_carve_out": (4, "parts under a weaker tier than a rule asks", "give a reason, or remove them"),
    "split_building": (
        4,
        "buildings that a border of zones runs through",
        "put each under one tier, as AddCarveOut(addresses=...) does",
    ),
    "split_compound": (
        5,
        "compounds that a border of zones runs through",
        "put each under one tier, unless the border is meant so",
    ),
    "exclave": (
        5,
        "parts of zones apart from the rest of their zone",
        "give them to the zone around them, or make them a zone of their own",
    ),
    "duplicate_cell_id": (3, "rows of the grid whose id was there before", "give each its own id"),
    "in_overlap": (
        4,
        "households where cells overlap",
        "correct the borders; the cell whose id sorts first has them",
    ),
    "declares_unknown_cell": (
        4,
        "placed households that declare a cell the grid lacks",
        "correct the cell_id",
    ),
    "declared_elsewhere": (
        4,
        "households that declare another cell than they lie in",
        "correct the cell or the place",
    ),
    "inside_serves_outside": (
        5,
        "officials closed in by a zone who serve outside of it",
        "name others for these duties",
    ),
    "outside_serves_inside": (
        5,
        "officials from outside who serve in a closed zone",
        "let them in, or name others",
    ),
    "double_booking": (
        5,
        "officials with several duties of which one is enough",
        "name others for some of them",
    ),
    "two_heads": (5, "targets with more heads than there may be", "choose one"),
    "overload": (5, "officials with more households than they can serve", "name more officials"),
    "unknown_territory": (5, "officials whose territory the grid lacks", "correct the territory"),
    "unknown_pin": (5, "duties set by hand that fit nobody or nothing", "correct them"),
    "no_phone": (5, "officials on duty without a phone", "add the phone"),
    "vacancy": (6, "duties that nobody serves", "name officials"),
    "level_missing": (
        7,
        "levels that the rules name and the grid lacks",
        "add the level, or accept the cell instead",
    ),
    "unmatched_vertex": (
        7,
        "borders of two cells where only one has a vertex; they meet all the same",
        "nobody lives elsewhere by it; check --repair adds the vertex to the other",
    ),
    "sliver": (4, "parts of cells thinner than a metre", "correct the borders, or check --repair"),
    "code_mismatch": (
        3,
        "cells and areas whose code does not begin with the code of their parent",
        "correct the code or parent_id",
    ),
    "name_mismatch": (4, "areas under one code with two names", "settle which name is right"),
    "no_parent": (3, "areas and cells without a parent, where others of their level have one", "add it"),
    "level_order": (3, "cells and areas that are not below their parent by level", "correct the level"),
    "double_household": (
        4,
        "households with the address and the head of an earlier one",
        "keep one of them, if they are one household",
    ),
    "shifted_point": (
        4,
        "households that lie in their declared cell if their coordinates are GCJ-02",
        "convert these rows, or init with --crs-households GCJ-02 if all are",
    ),
    "bad_phone": (6, "phones that are no phone numbers", "correct the phone"),
    "missing_phone": (6, "households without a phone", "add the phone"),
    "low_buildings": (
        7,
        "cells with fewer households than half of their known buildings",
        "ask the grid heads for the missing households",
    ),
    "impossible_move": (
        1,
        "transfers and returns that cannot be; nothing but public exports goes out until they are mended",
        "withdraw them at their own time: gridmap record; or correct the residents: gridmap renew",
    ),
    "event": (
        4,
        "events that name what is not there, or tell what cannot be",
        "record them anew as they were, and withdraw these: gridmap record",
    ),
    "low_roster": (7, "cells that list too few people", "ask the grid heads for the missing households"),
}


@dataclass(frozen=True)
class Finding:
    """All findings of one kind.

    Parameters
    ----------
    kind
        A short code.
    count
        How many.
    what
        What they are, in words.
    where
        Their labels: ids, rows, targets, with what was found.
    ids
        Of each label the bare id: of a household, an official or a target; of cells, all joined by commas.
    cure
        What to do.
    rank
        0 for the worst.
    """

    kind: str
    count: int
    what: str
    where: tuple[str, ...]
    cure: str
    rank: int
    ids: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the finding as plain data."""
        return {
            "kind": self.kind,
            "count": self.count,
            "what": self.what,
            "where": list(self.where),
            "ids": list(self.ids),
            "cure": self.cure,
        }


def grid_findings(grid: Any) -> list[Finding]:
    """List what is wrong with the cells."""
    from gridmap.core.coverage import check_grid

    faults = check_grid(grid)
    return _by_kind(_cells(row) for row in faults.itertuples(index=False))


def placement_findings(placement: Placement) -> list[Finding]:
    """List the households that are in no cell, those that contradict themselves, and odd entries."""
    from gridmap.cli.datum_findings import datum_findings
    from gridmap.core.roster_checks import check_roster, thin_cells

    conflicts = [
        (_CONFLICTS.get(kind, kind), label, name) for kind, label, name in _records(placement.conflicts)
    ]
    thin = [
        ("low_buildings", f"{row.Index} ({row.households} of {row.buildings})", str(row.Index))
        for row in thin_cells(placement).itertuples()
    ]
    odd = _records(check_roster(placement))
    told = {name for kind, _, name in odd if kind == "shifted_point"}
    found = [_by_kind(_records(placement.exceptions)), _by_kind(conflicts), _by_kind([*odd, *thin])]
    return [*datum_findings(placement, told=told), *(each for kind in found for each in kind)]


def zoning_findings(zoning: Zoning) -> list[Finding]:
    """List all that is to be looked at, the worst first; nothing about duties before zones are drawn."""
    from gridmap.core.problems import list_problems

    placement, certificate, duties = zoning.placement, zoning.certificate, zoning.duties
    rows: list[Row] = []
    if certificate is not None:
        rows += [("not_proven", str(each), "") for each in certificate.of_zoning().differences]
        rows += [("low_roster", each, "") for each in certificate.findings]
    problems = list_problems(zoning.plan, placement=placement)
    problems = problems[~problems["kind"].isin(_TOLD_ELSEWHERE)]
    rows += [
        (row.kind, f"{row.target} ({row.detail})", str(row.target))
        for row in problems.itertuples(index=False)
    ]
    if duties is not None and len(zoning.plan.zones):
        rows += [_vacancy(row) for row in duties.vacancies.itertuples(index=False)]
        rows += [
            (row.kind, f"{row.official_id} ({row.detail})", str(row.official_id))
            for row in duties.conflicts.itertuples(index=False)
        ]
    found = [*_by_kind(rows), *grid_findings(zoning.grid)]
    if placement is not None:
        found += placement_findings(placement)
        found += _by_kind(_events(zoning, placement))
    return sorted(found, key=lambda finding: finding.rank)


def say_findings(findings: list[Finding]) -> None:
    """Print the findings, each kind with its count, some labels and the cure."""
    if not findings:
        say("\nfindings: none")
        return
    say("\nfindings, the worst first")
    say_table([(each.count, each.kind, each.what) for each in findings], head=("count", "kind", "what"))
    for each in findings:
        say(f"\n{each.kind}: {each.cure}")
        for label in each.where[:_SHOWN]:
            say(f"    {plain(label)}")
        if each.count > _SHOWN:
            say(f"    and {each.count - _SHOWN:,} more; --json lists them all")


def _by_kind(rows: Iterable[Row]) -> list[Finding]:
    by_kind: dict[str, list[tuple[str, str]]] = {}
    for kind, label, name in rows:
        by_kind.setdefault(kind, []).append((label, name))
    found = []
    for kind, labelled in by_kind.items():
        rank, what, cure = _KINDS.get(kind, _UNKNOWN)
        said = what or kind.replace("_", " ")
        where, ids = zip(*labelled, strict=True)
        found.append(Finding(kind, len(where), said, where, cure, rank, ids))
    return sorted(found, key=lambda finding: finding.rank)


def _records(records: DataFrame) -> list[Row]:
    return [
        (row.reason, f"record {row.row + 1}, household {row.household_id!r} ({row.detail})", row.household_id)
        for row in records.itertuples(index=False)
    ]


def _events(zoning: Zoning, placement: Placement) -> list[Row]:
    from gridmap.core.event_findings import event_findings
    from gridmap.core.presence import IMPOSSIBLE

    sites, officials = zoning.sites, zoning.officials
    told = event_findings(
        placement,
        zoning.plan,
        zoning.events,
        sites=sites if sites is not None and len(sites) else None,
        officials=officials if officials is not None and len(officials) else None,
    )
    proof = zoning.certificate
    strangers = set() if proof is None else {each.household_id for each in proof.of_events}
    return [
        (
            "impossible_move" if row.kind in IMPOSSIBLE or row.household_id in strangers else "event",
            f"{row.event_id} ({row.kind}: {row.detail})",
            row.event_id,
        )
        for row in told.itertuples(index=False)
    ]


def _cells(row: Any) -> Row:
    kind = "duplicate_cell_id" if row.kind == "duplicate_id" else row.kind
    names = ", ".join(map(str, row.cells))
    measured = row.area_m2 == row.area_m2
    said = [row.detail] if row.detail else [f"{row.area_m2:,.1f} m2"] if measured else []
    return kind, f"{names} ({said[0]})" if said else names, names


def _vacancy(row: Any) -> Row:
    kind = "hard_vacancy" if row.hard else "vacancy"
    return kind, f"{row.missing} x {row.role} for {row.target_kind} {row.target}", str(row.target)
