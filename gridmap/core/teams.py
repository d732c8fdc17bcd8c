"""Teams and branches of zones: who leads them, who belongs to them, and who is missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from pandas import DataFrame

from gridmap.core.serving import SERVING_COLUMNS, serving_areas, serving_directly, zone_cells
from gridmap.core.tally import occupied_zones
from gridmap.model.duties import TEAM_COLUMNS, TEAM_GAP_COLUMNS
from gridmap.model.placement import Placement
from gridmap.model.plan import Plan
from gridmap.model.protocol import Protocol
from gridmap.model.protocol_parts import TeamRule

_KINDS = ("zone", "site", "household", "area")


def teams_of(
    plan: Plan,
    placement: Placement,
    table: DataFrame,
    *,
    protocol: Protocol,
    sites: DataFrame | None = None,
) -> tuple[DataFrame, DataFrame]:
    """Make the teams of every zone from those who serve the zone, and say who is missing.

    Who serves a zone is who has a duty for it, for a site or a household in it, or for an area that it
    reaches into. The leader is who holds the first of the leading roles that is held there: rather by a duty
    for the zone than for a site, a household, or an area, the smallest first; of several the first by id.
    Members are all who hold one of the other roles there. Nobody stands in a team twice.

    Parameters
    ----------
    plan, placement
        What was zoned, and who lives there.
    table
        The duties.
    protocol
        Its `teams` say which zones have which teams.
    sites
        By ``site_id``: `kind`, `geometry`; without them nobody serves a zone by a site.

    Returns
    -------
    teams
        `team_id` (such as ``S-1/branch``), `kind`, `zone_id`, `official_id`, `part` (``leader``,
        ``member``), by zone, the leader first, then the members by role and id.
    gaps
        What teams miss: `team_id`, `kind`, `zone_id`, `part`, `missing`.
    """
    rows: list[tuple[str, ...]] = []
    gaps: list[tuple[str, str, str, str, int]] = []
    zones = _zones(plan, placement, protocol.teams)
    roles = {role for rule in protocol.teams for role in (*rule.leaders, *rule.members)}
    mine = table[table["role"].isin(roles)]
    crews = _crews(plan, placement, mine, zones=tuple(zones), sites=sites) if zones else {}
    for zone, tier in zones.items():
        for rule in protocol.teams:
            if rule.tiers and tier not in rule.tiers:
                continue
            leader, members = _team(rule, crews.get(zone, []))
            team = (f"{zone}/{rule.id}", rule.id, zone)
            rows.extend((*team, who, part) for who, part in _parts(leader, members))
            gaps.extend((*team, part, count) for part, count in _lacking(rule, leader, members))
    missing = DataFrame(gaps, columns=list(TEAM_GAP_COLUMNS))
    kinds = {name: "int64" if name == "missing" else "str" for name in TEAM_GAP_COLUMNS}
    return DataFrame(rows, columns=list(TEAM_COLUMNS)).astype("str"), missing.astype(kinds)


def _zones(plan: Plan, placement: Placement, rules: Sequence[TeamRule]) -> dict[str, str]:
    """Return the tier of every zone that has a team and holds somebody or something."""
    occupied = plan.zones.loc[occupied_zones(plan, placement)]
    if not rules or not all(rule.tiers for rule in rules):
        return dict(occupied["tier"]) if rules else {}
    tiers = {tier for rule in rules for tier in rule.tiers}
    return dict(occupied.loc[occupied["tier"].isin(tiers), "tier"])


def _crews(
    plan: Plan, placement: Placement, table: DataFrame, *, zones: Sequence[str], sites: DataFrame | None
) -> dict[str, list[tuple[str, str]]]:
    """Return who serves each zone, as role and official, those with the closest duty first."""
    names = np.array([zone.zone_id for zone in plan.registry], dtype=object)
    wanted = np.flatnonzero(np.isin(names, zones))
    cells = zone_cells(plan, placement)
    found = [
        serving_directly(plan, placement, table, sites=sites).assign(size=0),
        _sized(serving_areas(cells[cells["zone"].isin(wanted)], plan, table), plan),
    ]
    rows = pd.concat(found, ignore_index=True)
    rows = rows[rows["zone"].isin(wanted)]
    rows = rows.assign(kind=rows["target_kind"].map(_KINDS.index))
    rows = rows.sort_values(["zone", "kind", "size", "official_id"])
    rows = rows.drop_duplicates(["zone", "role", "official_id"])
    groups = rows.groupby("zone")[["role", "official_id"]]
    return {names[zone]: list(crew.itertuples(index=False, name=None)) for zone, crew in groups}


def _sized(rows: DataFrame, plan: Plan) -> DataFrame:
    """Add the number of cells of the areas that are served."""
    lineage = plan.hierarchy.lineage
    cells = np.bincount(lineage[lineage >= 0], minlength=len(plan.hierarchy.areas))
    places = plan.hierarchy.areas.index.get_indexer(rows["target"])
    return rows[list(SERVING_COLUMNS)].assign(size=cells[places])


def _team(rule: TeamRule, crew: Sequence[tuple[str, str]]) -> tuple[str, list[str]]:
    """Choose a leader, or nobody, and the members."""
    led = [who for role in rule.leaders for held, who in crew if held == role]
    leader = led[0] if led else ""
    members = [who for role in rule.members for who in sorted(who for held, who in crew if held == role)]
    return leader, [who for who in dict.fromkeys(members) if who != leader]


def _parts(leader: str, members: Sequence[str]) -> Iterator[tuple[str, str]]:
    if leader:
        yield leader, "leader"
    yield from ((who, "member") for who in members)


def _lacking(rule: TeamRule, leader: str, members: Sequence[str]) -> Iterator[tuple[str, int]]:
    if not leader:
        yield "leader", 1
    if len(members) < rule.least:
        yield "member", rule.least - len(members)
