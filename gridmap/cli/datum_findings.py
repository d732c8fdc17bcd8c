"""The alarm for shifted coordinates, as findings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gridmap.cli.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Collection

    from gridmap.model.placement import Placement

_KINDS = {
    "shifted_households": (1, "files or towns whose points fit better when they are shifted"),
    "shifted_grid": (1, "files or towns whose outlines fit better when they are shifted"),
    "wrong_belt": (1, "points that are in another belt than their CRS says"),
    "axes_swapped": (1, "points with latitude before longitude"),
    "mixed_datum": (2, "shifted points among others"),
    "suspected_gcj02": (4, "households that lie right if their coordinates are GCJ-02"),
    "suspected_bd09": (4, "households that lie right if their coordinates are BD-09"),
    "suspected_wgs84": (4, "households whose coordinates were unshifted without need"),
}


def datum_findings(placement: Placement, *, told: Collection[str] = ()) -> list[Finding]:
    """List the files, towns and households that fit their areas better after a shift of datum.

    Parameters
    ----------
    placement
        The roster and the grid.
    told
        Households that are named as shifted by another check; as single ones they are not named again.
    """
    from gridmap.core.datum_check import check_datum

    if placement.grid.crs is None:
        return []
    problems = check_datum(placement.households, placement.grid)
    problems = problems[~problems["household_id"].isin([each for each in told if each])]
    return [_finding(str(kind), rows) for kind, rows in problems.groupby("kind", sort=False)]


def _finding(kind: str, rows: Any) -> Finding:
    rank, what = _KINDS[kind]
    labels, ids = [], []
    for row in rows.itertuples(index=False):
        name = f"household {row.household_id!r}" if row.household_id else row.subset or "all households"
        labels.append(f"{name} ({row.detail})")
        ids.append(row.household_id)
    cure = "; or ".join(dict.fromkeys(rows["cure"]))
    return Finding(kind, len(rows), what, tuple(labels), cure, rank, tuple(ids))
