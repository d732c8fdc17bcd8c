"""Where the faults that check lists are, for their map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geopandas import GeoDataFrame

    from gridmap.cli.findings import Finding
    from gridmap.model.zoning import Zoning

_OF_CELLS = {"duplicate_cell_id": "duplicate_id"}


def fault_places(zoning: Zoning, findings: Iterable[Finding]) -> GeoDataFrame:
    """Return the place of every finding that has one, the worst kinds first.

    Faults of the grid lie where `check_grid` says, households where their coordinates are; of officials and
    duties nothing is drawn.

    Returns
    -------
    places
        `kind`, `label`, `cure` and `geometry`, in the CRS of the grid.
    """
    import geopandas as gpd

    from gridmap.core.coverage import check_grid

    faults = check_grid(zoning.grid)
    rows: list[tuple[str, str, str, Any]] = []
    for finding in findings:
        kind = _OF_CELLS.get(finding.kind, finding.kind)
        shapes = faults.geometry[faults["kind"] == kind].to_list()
        if len(shapes) != finding.count:
            shapes = _homes(zoning, finding)
        rows += [
            (finding.kind, label, finding.cure, shape)
            for label, shape in zip(finding.where, shapes, strict=False)
        ]
    kinds, labels, cures, geometry = zip(*rows, strict=True) if rows else ((), (), (), ())
    columns = {"kind": kinds, "label": labels, "cure": cures}
    return gpd.GeoDataFrame(columns, geometry=list(geometry), crs=zoning.grid.crs)


def _homes(zoning: Zoning, finding: Finding) -> list[Any]:
    """Return the points of the households of a finding; of rows with one id, that of the last."""
    if zoning.placement is None:
        return []
    homes = zoning.placement.households.geometry
    homes = homes[~homes.index.duplicated(keep="last")]
    return list(homes.reindex(list(finding.ids)).to_numpy()) if set(finding.ids) <= set(homes.index) else []
