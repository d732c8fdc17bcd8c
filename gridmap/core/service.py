"""What follows from the duties: shifts, headcounts and teams."""

from __future__ import annotations

from typing import NamedTuple

from pandas import DataFrame

from gridmap.core.shifts import headcount_of, spread_over_shifts
from gridmap.core.teams import teams_of
from gridmap.model.placement import Placement
from gridmap.model.plan import Plan
from gridmap.model.protocol import Protocol
from gridmap.model.shown import shows_counts


@shows_counts
class Service(NamedTuple):
    """What follows from the table of duties, in the words of `gridmap.model.duties.Duties`.

    Parameters
    ----------
    shifts, headcount, teams, team_gaps
        The tables of these names.
    """

    shifts: DataFrame
    headcount: DataFrame
    teams: DataFrame
    team_gaps: DataFrame


def service_of(
    plan: Plan,
    placement: Placement,
    table: DataFrame,
    *,
    posts: DataFrame,
    protocol: Protocol,
    sites: DataFrame | None = None,
    before: DataFrame | None = None,
) -> Service:
    """Spread the officials over the shifts, count who is at every post, and make the teams.

    Parameters
    ----------
    plan, placement
        What was zoned, and who lives there.
    table
        The duties.
    posts
        What is needed where, as `gridmap.core.shifts.posts_of_rules` gives it; an earlier headcount will do.
    protocol
        Its teams.
    sites
        By ``site_id``: `kind`, `geometry`.
    before
        Who was on which shift before.
    """
    shifts = spread_over_shifts(table, posts, before=before)
    headcount = headcount_of(posts, table, shifts)
    return Service(shifts, headcount, *teams_of(plan, placement, table, protocol=protocol, sites=sites))
