"""All that is known of the zones at one moment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from pandas import DataFrame

from gridmap.core.clock.case_zones import CaseZones
from gridmap.core.clock.counts import Counts
from gridmap.core.clock.facts import Facts
from gridmap.core.clock.local_days import LocalDays
from gridmap.core.clock.stages import Stages
from gridmap.core.clock.zone_ground import ZoneGround
from gridmap.model.shown import shows_counts


@shows_counts
@dataclass(frozen=True, eq=False)
class Known:
    """All that is known of the zones at one moment.

    Parameters
    ----------
    ground
        The zones, and where they lie.
    events
        The events that stand.
    facts
        What they say of every zone.
    stages
        At which stage each is.
    cases
        The cases, and in which zone each lies.
    counts
        From which day each zone counts.
    days, now
        How days are counted, and the moment as a wall time.
    """

    ground: ZoneGround
    events: DataFrame
    facts: Facts
    stages: Stages
    cases: CaseZones
    counts: Counts
    days: LocalDays
    now: np.datetime64
