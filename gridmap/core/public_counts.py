"""Counts as the public is told them: none under five, and none that others give away.

What is told twice is subtracted: a map from a certificate, one version from the next. So all public outputs
count under the plan as the public sees it, and once counts of another version were told, those that follow
are rounded to five: the difference of two of them then says no more than about how many.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from gridmap.core.privacy import SMALL
from gridmap.core.tally import count_tiers, count_zones
from gridmap.model.certificate import Certificate
from gridmap.model.plan import Plan
from gridmap.model.zoning import Zoning

STEP = 5


def public_plan(plan: Plan) -> Plan:
    """Return a plan without the households that are carved out one by one, as the public sees it."""
    return replace(plan, carve_list=tuple(carve for carve in plan.carve_list if not carve.households))


def is_small(count: int) -> bool:
    """Tell whether a count is too small to be told."""
    return 0 < count < SMALL


def rounded(count: int) -> int:
    """Round a count to the nearest multiple of five.

    Examples
    --------
    >>> [rounded(count) for count in (0, 5, 7, 8, 12, 13)]
    [0, 5, 5, 10, 10, 15]
    """
    return STEP * ((count + STEP // 2) // STEP)


def public_tiers(zoning: Zoning, certificate: Certificate) -> dict[str, dict[str, int | None]]:
    """Return `households` and `residents` by tier or ``none``, as the plan that the public sees gives them.

    A household that is carved out alone counts where its cell or building does: the certificate would else
    differ from the map by just these households. Where that cannot be counted, all counts are missing.
    """
    told: dict[str, Mapping[str, int]] = {
        "households": certificate.by_tier,
        "residents": certificate.residents_by_tier,
    }
    seen = public_plan(zoning.plan)
    if len(seen.carve_list) == len(zoning.plan.carve_list):
        return {name: dict(counts) for name, counts in told.items()}
    if zoning.placement is None:
        return {name: dict.fromkeys(counts) for name, counts in told.items()}
    tiers = count_tiers(seen, zoning.placement)
    return {name: {tier: int(tiers[name].get(tier, 0)) for tier in counts} for name, counts in told.items()}


def tiers_with_small_zones(zoning: Zoning) -> dict[str, set[str]]:
    """Return the tiers with a zone of few `households` or `residents`, because the map tells the others."""
    if zoning.placement is None:
        return {"households": set(), "residents": set()}
    plan = public_plan(zoning.plan)
    zones = count_zones(plan, zoning.placement).join(plan.zones["tier"])
    few = {name: (zones[name] > 0) & (zones[name] < SMALL) for name in ("households", "residents")}
    return {name: set(zones.loc[small, "tier"]) for name, small in few.items()}


def proof_may_be_told(zoning: Zoning, certificate: Certificate, households: Iterable[int]) -> bool:
    """Tell whether the public may read how many households there are, placed and excepted.

    Not if one part of these is small, or if they were told of another version.

    Parameters
    ----------
    zoning, certificate
        What is told.
    households
        Of every zone, as the public sees it.
    """
    tiers = public_tiers(zoning, certificate)["households"].values()
    counts = [certificate.exceptions, *certificate.by_reason.values(), *tiers, *households]
    return not zoning.told_before and not any(count is None or is_small(count) for count in counts)
