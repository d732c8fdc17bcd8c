"""How far the field has come: households reached and not yet reached, grid by grid."""

from __future__ import annotations

from pandas import DataFrame

from gridmap.core.contacts import area_paths
from gridmap.core.followup import followup_counts
from gridmap.core.privacy import followup_columns
from gridmap.export.listwords import phrase
from gridmap.model.zoning import Zoning

_COLUMNS = ("area", "count", "reached", "not_reached", "share")


def progress_rows(zoning: Zoning, *, audience: str, lang: str) -> DataFrame:
    """Count for every grid who was reached, and who not yet; no rows before anything came back.

    Households that have no place stand in a row of their own, so that the rows add up to the roster.

    Parameters
    ----------
    zoning
        What is listed, with its follow-ups.
    audience
        Only who may see how households were reached gets rows.
    lang
        ``zh`` or ``en``.
    """
    known = zoning.followups
    if zoning.placement is None or known is None or not len(known) or not followup_columns(audience):
        return DataFrame(columns=list(_COLUMNS), dtype="str")
    counts = followup_counts(zoning.plan, zoning.placement, known)
    paths = area_paths(zoning, [area for area in counts.index if area]) | {"": phrase("nowhere", lang)}
    shares = counts["share"].fillna(0)
    rows = counts.rename(columns={"households": "count"}).assign(
        area=[paths[area] for area in counts.index], share=[f"{share:.0%}" for share in shares]
    )
    return rows[list(_COLUMNS)].reset_index(drop=True)
