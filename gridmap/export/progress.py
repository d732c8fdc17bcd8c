"""How far the field has come: households reached and not yet reached, grid by grid."""

from __future__ import annotations

from pandas import DataFrame

from gridmap.core.called import area_paths
from gridmap.core.followup import followup_counts
from gridmap.core.privacy import followup_columns
from gridmap.model.zoning import Zoning

_COLUMNS = ("area", "count", "reached", "not_reached", "share")


def progress_rows(zoning: Zoning, *, audience: str) -> DataFrame:
    """Count for every grid who was reached, and who not yet; no rows before anything came back.

    Counted are the households that the lists hold: those under a tier.

    Parameters
    ----------
    zoning
        What is listed, with its follow-ups.
    audience
        Only who may see how households were reached gets rows.
    """
    known = zoning.followups
    if zoning.placement is None or known is None or not len(known) or not followup_columns(audience):
        return DataFrame(columns=list(_COLUMNS), dtype="str")
    counts = followup_counts(zoning.plan, zoning.placement, known, tiers=zoning.plan.tier_order)
    paths = area_paths(zoning, counts.index)
    shares = counts["share"].fillna(0)
    rows = counts.rename(columns={"households": "count"}).assign(
        area=[paths[area] for area in counts.index], share=[f"{share:.0%}" for share in shares]
    )
    return rows[list(_COLUMNS)].reset_index(drop=True)
