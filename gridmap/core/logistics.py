"""What every zone must be supplied with, by the people on duty, the households and the residents in it."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal

import numpy as np
import pandas as pd
from pandas import DataFrame

from gridmap.core.claims import claims_on
from gridmap.core.serving import serving_areas, serving_directly, zone_cells
from gridmap.core.tally import occupied_zones
from gridmap.model.duties import Duties
from gridmap.model.placement import Placement
from gridmap.model.plan import Plan
from gridmap.model.protocol import Protocol
from gridmap.model.protocol_parts import Supply

PEOPLE_COLUMNS = ("tier", "people_on_duty", "households", "residents")
SUPPLY_COLUMNS = ("zone_id", "supply", "amount", "per_day", *PEOPLE_COLUMNS)


def supplies_of(
    plan: Plan,
    placement: Placement,
    duties: Duties,
    protocol: Protocol,
    *,
    sites: DataFrame | None = None,
) -> DataFrame:
    """Reckon what every zone must be supplied with.

    Parameters
    ----------
    plan, placement
        What was zoned, and who lives there.
    duties
        Who serves.
    protocol
        Its `supplies` say how much of what.
    sites
        By ``site_id``: `kind`, `geometry`; without them who serves at a site counts in no zone for it.

    Returns
    -------
    supplies
        One row for every zone and supply of its tier, in the order of the zones and of the protocol:
        `zone_id`, `supply`, `amount` (a whole number, rounded up), `per_day` (needed every day, else once),
        `tier`, `people_on_duty`, `households`, `residents`.
    """
    people = people_in_zones(plan, placement, duties, sites=sites)
    rows = [
        (zone.Index, supply.id, _amount(supply, zone), supply.per_day, *zone[1:])
        for zone in people.itertuples()
        for supply in protocol.supplies
        if not supply.tiers or zone.tier in supply.tiers
    ]
    kinds = dict.fromkeys(("zone_id", "supply", "tier"), "str") | {"per_day": "bool"}
    frame = DataFrame(rows, columns=list(SUPPLY_COLUMNS))
    return frame.astype({name: kinds.get(name, "int64") for name in SUPPLY_COLUMNS})


def people_in_zones(
    plan: Plan, placement: Placement, duties: Duties, *, sites: DataFrame | None = None
) -> DataFrame:
    """Count who is on duty in every zone, and who lives there.

    On duty in a zone is who has a duty for it, for a household in it, or for a site in one of its cells; and
    who has duties for areas only, in the one zone that holds most households of those areas (of several
    alike the strictest). Residents of households that do not say how many they are count as none.

    Returns
    -------
    people
        By ``zone_id``, every zone that holds somebody or something: `tier`, `people_on_duty`, `households`,
        `residents`.
    """
    claims, zones = claims_on(plan, placement), plan.zones.loc[occupied_zones(plan, placement)]
    places = np.array([plan.zone_place(zone) for zone in zones.index], dtype=np.intp)
    size = len(plan.registry)
    on_duty = np.bincount(_on_duty(plan, placement, duties.table, sites), minlength=size)
    columns = {
        "tier": zones["tier"].to_numpy(),
        "people_on_duty": on_duty[places],
        "households": claims.households("zone", size)[places],
        "residents": claims.residents("zone", size)[places],
    }
    frame = DataFrame(columns, index=pd.Index(zones.index, name="zone_id"))
    return frame.astype({name: "str" if name == "tier" else "int64" for name in PEOPLE_COLUMNS})


def _on_duty(
    plan: Plan, placement: Placement, table: DataFrame, sites: DataFrame | None
) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """Return the zone, as its place in the registry, of everybody on duty; once for each zone."""
    direct = serving_directly(plan, placement, table, sites=sites)[["zone", "official_id"]].drop_duplicates()
    heads = table[(table["target_kind"] == "area") & ~table["official_id"].isin(direct["official_id"])]
    around = serving_areas(zone_cells(plan, placement), plan, heads)
    around = around.groupby(["official_id", "zone"], as_index=False)["households"].sum()
    strictness = np.array([plan.tier_order.index(zone.tier) for zone in plan.registry], dtype=np.int64)
    tiers = strictness[around["zone"].to_numpy(dtype=np.intp)]
    around = around.assign(fewer=-around["households"], tier=tiers)
    main = around.sort_values(["official_id", "fewer", "tier", "zone"]).drop_duplicates("official_id")
    return np.concatenate([direct["zone"].to_numpy(), main["zone"].to_numpy()]).astype(np.int64)


def _amount(supply: Supply, zone: object) -> int:
    """Multiply exactly and round up: 0.1 for each of 30 is 3, and not 4."""
    counts = {"person_on_duty": "people_on_duty", "household": "households", "resident": "residents"}
    many = getattr(zone, counts[supply.per]) if supply.per in counts else 1
    return int((Decimal(str(supply.amount)) * int(many)).to_integral_value(ROUND_CEILING))
