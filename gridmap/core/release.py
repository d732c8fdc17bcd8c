"""Whether an export may leave: it must be proven, drawable and staffed, or say openly that it is not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import shapely

from gridmap.core.held import concerns_all, vacancies_by_zone, vacancy_reasons, without_zones
from gridmap.core.outline import zone_outlines
from gridmap.core.privacy import check_audience
from gridmap.core.staffed import unlike_told
from gridmap.core.tally import occupied_zones
from gridmap.errors import ExportBlockedError
from gridmap.model.crs import to_metric
from gridmap.model.zoning import Zoning

_LEAST_AREA_M2 = 1.0
_NAMED = 5
_WITHDRAW = (
    "Withdraw the wrong one by gridmap record: a row withdrawn (撤回) that names it, at its own time; "
    "or correct the residents by gridmap renew"
)


def check_release(zoning: Zoning, audience: str) -> Zoning:
    """Return what of a zoning may go out to an audience, or stop it.

    A draft always goes out, and says so. What is not proven, or has no outline, stops every audience; events
    that tell of persons away who cannot be stop all but the public, to whom no event is told. For officials
    and the field the zones that a hard vacancy concerns are held back (`Zoning.held`), unless somebody
    approves them by name; if that leaves none, nothing goes out. Vacancies are counted again from the table
    of duties. The public never waits for staffing.

    Returns
    -------
    zoning
        The same, or one that holds zones back. Released again it stays as it is.

    Raises
    ------
    ExportBlockedError
        With every reason.
    """
    check_audience(audience)
    if audience == "public":
        zoning = _without_events(zoning)
    if zoning.document.draft:
        return zoning
    reasons = [*_unproven(zoning, audience), *_undrawable(zoning)]
    vacancies: dict[str, list[Any]] = {}
    if audience != "public" and not zoning.held:
        reasons.extend(_unlike_told(zoning))
        vacancies = {} if zoning.document.approved_by else vacancies_by_zone(zoning)
        if vacancies and (reasons or concerns_all(zoning, vacancies)):
            rows = dict.fromkeys(row for each in vacancies.values() for row in each)
            reasons.extend(vacancy_reasons(list(rows)))
    if reasons:
        raise ExportBlockedError(reasons)
    return without_zones(zoning, vacancies) if vacancies else zoning


def _unproven(zoning: Zoning, audience: str) -> list[str]:
    certificate = zoning.certificate
    if certificate is None:
        needless = audience == "public" and zoning.placement is None
        return [] if needless else ["nothing proves that no household is lost; call certify first"]
    reasons = []
    if certificate.plan_version != zoning.plan.version:
        reasons.append(
            f"the certificate is about version {certificate.plan_version}, not {zoning.plan.version}"
        )
    proof, events = certificate.of_zoning(), certificate.of_events
    if not proof.balanced:
        names = ", ".join(f"{each.household_id} {each.kind}" for each in proof.differences[:_NAMED])
        reasons.append(f"the certificate is not balanced ({len(proof.differences)} differences: {names})")
    if events:
        told = "; ".join(f"household {each.household_id}: {each.detail}" for each in events[:_NAMED])
        more = f"; and {len(events) - _NAMED} more" if len(events) > _NAMED else ""
        reasons.append(f"transfers and returns that cannot be: {told}{more}. {_WITHDRAW}")
    return reasons


def _without_events(zoning: Zoning) -> Zoning:
    certificate = zoning.certificate
    if certificate is None or not (certificate.presence or certificate.of_events):
        return zoning
    return replace(zoning, certificate=certificate.of_zoning())


def _undrawable(zoning: Zoning) -> list[str]:
    zones = zone_outlines(zoning.plan, zoning.grid, placement=zoning.placement)
    zones = zones.loc[occupied_zones(zoning.plan, zoning.placement)]
    return [
        f"zone {zone_id} has no outline; give its buildings coordinates or draw its shape"
        for zone_id in zones.index[~_drawable(zones)]
    ]


def _drawable(zones: Any) -> Any:
    metric = to_metric(zones) if zones.crs is not None and len(zones) else zones
    shapes = np.asarray(metric.geometry.array)
    return ~shapely.is_missing(shapes) & (shapely.area(shapes) >= _LEAST_AREA_M2)


def _unlike_told(zoning: Zoning) -> list[str]:
    """Return what is wrong with duties that were changed, or are about another plan."""
    if zoning.duties is None or zoning.placement is None:
        return []
    lost = unlike_told(zoning.plan, zoning.placement, zoning.duties)
    shown = ", ".join(lost[:5])
    return [f"{len(lost)} households are not served as the duties say ({shown})"] if lost else []
