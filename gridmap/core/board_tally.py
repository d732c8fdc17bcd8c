"""What is done and what is open under one plan at one moment, household by household and post by post."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas import DataFrame

from gridmap.core.followup_merge import REACHED, entry_rows
from gridmap.core.renumbered import standing_in
from gridmap.core.requests import request_status
from gridmap.core.rounds import round_missing, round_status
from gridmap.core.staffed import chain_of, hard_vacancies, household_chains
from gridmap.core.tally import household_tiers, household_zones
from gridmap.model.duties import VACANCY_COLUMNS, Duties
from gridmap.model.frames import is_among
from gridmap.model.placement import Placement
from gridmap.model.plan import NONE, Plan
from gridmap.model.shown import shows_counts

Flags = NDArray[np.bool_]


@shows_counts
@dataclass(frozen=True, eq=False)
class BoardTally:
    """What was done under a plan; what nobody has told is None, and counts as unknown.

    Parameters
    ----------
    plan, placement
        What was zoned, and who lives there.
    duties
        Who serves, if that is known.
    followups
        What came back from the field; None or no rows if nothing did.
    events
        What happened; None or no rows if nobody has told.
    at
        Until when what came back and what happened counts.
    """

    plan: Plan
    placement: Placement
    duties: Duties | None
    followups: DataFrame | None
    events: DataFrame | None
    at: datetime

    @cached_property
    def tiers(self) -> NDArray[np.object_]:
        """The tier of every placed household."""
        return np.asarray(household_tiers(self.plan, self.placement), dtype=object)

    @cached_property
    def zones(self) -> NDArray[np.object_]:
        """The zone of every placed household; empty text for none."""
        return np.asarray(household_zones(self.plan, self.placement), dtype=object)

    @cached_property
    def tiered(self) -> Flags:
        """Which placed households are under a tier: those that the lists hold."""
        return np.asarray(self.tiers != NONE, dtype=bool)

    @cached_property
    def lacking(self) -> NDArray[np.object_] | None:
        """What the chain of officials of every household lacks; empty text where it is whole."""
        if self.duties is None:
            return None
        if self.duties.protocol is None:
            rows = self.duties.table[self.duties.table["target_kind"] == "household"]
            linked = is_among(self.placement.cells.index, pd.Index(rows["target"].astype("str")))
            return np.where(linked, "", "no_linked_member").astype(object)
        return np.asarray(self._chains["reason"], dtype=object)

    @cached_property
    def staffed(self) -> Flags | None:
        """Which placed households have their whole chain of officials."""
        return None if self.lacking is None else np.asarray(self.lacking == "", dtype=bool)

    @cached_property
    def callers(self) -> NDArray[np.object_]:
        """The first official of the chain of every household, from the door up; empty text for nobody."""
        who = np.full(len(self.placement.cells), "", dtype=object)
        if self.duties is None or self.duties.protocol is None:
            return who
        for step in reversed(chain_of(self.duties.protocol)):
            here = np.asarray(self._chains[step[0]], dtype=object)
            who = np.where(here != "", here, who)
        return who

    @cached_property
    def reached(self) -> Flags | None:
        """Which placed households were reached by then, if anything came back."""
        entries = entry_rows(self.followups)
        if not len(entries):
            return None
        when = pd.to_datetime(entries["reached_on"], utc=True)
        told = entries[(entries["result"] == REACHED) & ~(when > pd.Timestamp(self.at))]
        return np.asarray(is_among(self.placement.cells.index, pd.Index(told["household_id"].astype("str"))))

    @cached_property
    def rounds(self) -> DataFrame | None:
        """The present test round of every zone that has one; None if nobody has told of any."""
        if self.events is None or not len(self.events):
            return None
        status = round_status(self.placement, self.plan, self.events, at=self.at)
        status = status[status["round"].notna()]
        return status if len(status) else None

    @cached_property
    def untested(self) -> DataFrame | None:
        """Who is still missing in the present rounds: households where they are named, else zones.

        `zone_id`, `household_id`, `at`, `round`, and `missing`: persons, not known where a figure is.
        """
        if self.rounds is None:
            return None
        homes = round_missing(self.placement, self.plan, self.events, at=self.at)
        told = self.rounds.reset_index()
        rest = told[~told["zone_id"].isin(homes["zone_id"]) & (told["missing"] != 0).fillna(value=True)]
        named = homes.reset_index().join(self.rounds["at"], on="zone_id")
        columns = ["zone_id", "household_id", "at", "round", "missing"]
        parts = [named[columns], rest.assign(household_id="")[columns]]
        kinds = {"round": "Int64", "missing": "Int64"}
        return pd.concat([part.astype(kinds) for part in parts], ignore_index=True)

    @cached_property
    def requests(self) -> DataFrame | None:
        """The requests for service, as `request_status` lists them; None if no event is known."""
        if self.events is None or not len(self.events):
            return None
        return request_status(standing_in(self.plan, self.events, self.at), at=self.at)

    @cached_property
    def vacancies(self) -> DataFrame | None:
        """The persons that are missing, hard ones counted again from the table of duties."""
        if self.duties is None:
            return None
        hard = hard_vacancies(self.plan, self.placement, self.duties)
        soft = self.duties.vacancies[~self.duties.vacancies["hard"].astype(bool)]
        return pd.concat([hard, soft], ignore_index=True)[list(VACANCY_COLUMNS)]

    @cached_property
    def open_vacancies(self) -> DataFrame | None:
        """The vacancies that are open items of their own: all but those of households without their chain."""
        if self.vacancies is None or self.staffed is None:
            return None
        told = self.placement.cells.index[~self.staffed]
        of_home = (self.vacancies["target_kind"] == "household").to_numpy()
        return self.vacancies[~(of_home & is_among(self.vacancies["target"], told))]

    @cached_property
    def posts(self) -> DataFrame | None:
        """The duties for zones, areas and sites that are held: `role`, `target_kind`, `target`."""
        if self.duties is None:
            return None
        table = self.duties.table
        rows = table[table["target_kind"] != "household"]
        return rows[["official_id", "role", "target_kind", "target"]].drop_duplicates()

    @cached_property
    def _chains(self) -> Any:
        if self.duties is None or self.duties.protocol is None:
            return DataFrame()
        return household_chains(self.plan, self.placement, self.duties.table, protocol=self.duties.protocol)
