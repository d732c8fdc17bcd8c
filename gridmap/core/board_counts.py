"""The counts of a board: what is done and what is due in every area and under every zone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas import DataFrame, Series

from gridmap.core.board_areas import Places, board_areas, zone_places
from gridmap.core.board_tally import BoardTally
from gridmap.core.ground import points_of
from gridmap.core.requests import CLOSED, OPEN
from gridmap.core.tally import count_zones, occupied_zones
from gridmap.model.plan import NONE

MEASURES = ("placed", "staffed", "reached", "tested", "requests", "posts")
COUNTS = ("households", "vacancies", "hard_vacancies", "open_items")


class BoardCounts:
    """What is counted of every area and zone.

    Parameters
    ----------
    tally
        What is done.
    sites
        By ``site_id``, with a point each; or None.
    """

    def __init__(self, tally: BoardTally, *, sites: Any = None) -> None:
        self.tally, self.sites = tally, sites
        self.plan, self.placement = tally.plan, tally.placement
        self.areas = board_areas(self.plan)
        self.homes = self.areas.of_households(self.placement)
        self.of_zone = zone_places(self.areas, self.plan, self.placement)

    def by_area(self, items: DataFrame, unplaced_in: Sequence[str]) -> DataFrame:
        """Count what is in every area.

        Parameters
        ----------
        items
            What is open.
        unplaced_in
            The area of every household that has no place; empty if it is not known.
        """
        tally, summed = self.tally, self.areas.summed
        homes, unplaced = summed(self.homes), summed(self.areas.of_areas(unplaced_in))
        counts: dict[str, Any] = {
            "households": homes,
            "placed": (homes, homes + unplaced),
            "staffed": None if tally.staffed is None else (summed(self.homes[tally.staffed]), homes),
            "reached": None
            if tally.reached is None
            else (
                summed(self.homes[tally.reached & tally.tiered]),
                summed(self.homes[tally.tiered]),
            ),
            "tested": self._tested(summed),
            "requests": self._requests(summed),
            "open_items": summed(self.areas.frame.index.get_indexer(items["area_id"])),
        }
        if tally.vacancies is not None and tally.posts is not None:
            rows = tally.vacancies
            places, missing = self.places(rows), rows["missing"].to_numpy(dtype=np.int64)
            hard, home = rows["hard"].to_numpy(dtype=bool), (rows["target_kind"] == "household").to_numpy()
            held = summed(self.places(tally.posts))
            counts |= {
                "vacancies": summed(places, missing),
                "hard_vacancies": summed(places[hard], missing[hard]),
                "posts": (held, held + summed(places[~home], missing[~home])),
            }
        frame = self.areas.frame.join(_measured(counts, self.areas.frame.index))
        spare = self.areas.nowhere
        used = (frame.iloc[spare][[f"{each}_due" for each in MEASURES] + list(COUNTS)].fillna(0) != 0).any()
        return frame if used else frame.iloc[:spare]

    def request_places(self, rows: DataFrame) -> Places:
        """Return where requests are: at the household, else in the area, else in the zone that they name."""
        spare = self.areas.nowhere
        at = self.placement.cells.index.get_indexer(rows["household_id"])
        areas = self.areas.of_areas(rows["area_id"])
        zones = np.array([self.of_zone.get(zone, spare) for zone in rows["zone_id"]], dtype=np.intp)
        return np.where(at >= 0, np.append(self.homes, spare)[at], np.where(areas != spare, areas, zones))

    def _tested(self, summed: Any) -> Any:
        """Add up the present rounds of zones; a figure that is not known makes its areas unknown."""
        rounds = self.tally.rounds
        if rounds is None:
            return None
        places = np.array(
            [self.of_zone.get(zone, self.areas.nowhere) for zone in rounds.index], dtype=np.intp
        )
        known = rounds["missing"].notna().to_numpy(dtype=bool)
        unknown = summed(places[~known]) > 0
        return tuple(
            Series(summed(places[known], rounds[name][known].to_numpy(dtype=np.int64)), dtype="Int64")
            .mask(unknown)
            .array
            for name in ("tested", "due")
        )

    def _requests(self, summed: Any) -> Any:
        rows = self.tally.requests
        if rows is None:
            return None
        places = self.request_places(rows)
        return summed(places[(rows["state"] == CLOSED).to_numpy()]), summed(places)

    def by_zone(self, items: DataFrame) -> DataFrame:
        """Count what is under each zone: its households, and what is asked for the zone itself."""
        tally, names = self.tally, self.plan.zones
        every = names.index[names.index.isin(occupied_zones(self.plan, self.placement))]
        homes = count_zones(self.plan, self.placement)["households"].loc[every].to_numpy()

        def counted(values: Any, weights: Any = None) -> NDArray[np.int64]:
            found = Series(1 if weights is None else weights, index=pd.Index(values)).groupby(level=0).sum()
            return np.asarray(found.reindex(every, fill_value=0), dtype=np.int64)

        counts: dict[str, Any] = {
            "households": homes,
            "placed": (homes, homes),
            "staffed": None if tally.staffed is None else (counted(tally.zones[tally.staffed]), homes),
            "reached": None if tally.reached is None else (counted(tally.zones[tally.reached]), homes),
            "open_items": counted(items["zone_id"]),
        }
        if tally.rounds is not None:
            told = tally.rounds.reindex(every)
            known = told["missing"].notna()
            counts["tested"] = tuple(told[name].where(known).array for name in ("tested", "due"))
        if tally.requests is not None:
            done = tally.requests["zone_id"][tally.requests["state"] == CLOSED]
            counts["requests"] = (counted(done), counted(tally.requests["zone_id"]))
        if tally.vacancies is not None and tally.posts is not None:
            rows = tally.vacancies[tally.vacancies["target_kind"] == "zone"]
            missing = counted(rows["target"], rows["missing"].to_numpy())
            hard = counted(rows["target"], rows["missing"].where(rows["hard"], 0).to_numpy())
            posts = tally.posts[tally.posts["target_kind"] == "zone"]
            held = counted(posts["target"])
            counts |= {"vacancies": missing, "hard_vacancies": hard, "posts": (held, held + missing)}
        return names.loc[every, ["tier", "name"]].join(_measured(counts, every))

    def figures(self, areas: DataFrame, items: DataFrame) -> dict[str, Any]:
        """Return the figures of the certificate as the board has counted them, and what is open."""
        tally, totals = self.tally, _sums(areas)
        tiers = Series(tally.tiers).value_counts()
        known = {name: None if pd.isna(totals[name]) else int(totals[name]) for name in totals.index}
        staffed, homes = known["staffed_done"], known["placed_done"] or 0
        return {
            "households_in": known["placed_due"] or 0,
            "placed": homes,
            "exceptions": (known["placed_due"] or 0) - homes,
            "by_tier": {tier: int(tiers.get(tier, 0)) for tier in (*self.plan.tier_order, NONE)},
            "households_staffed": staffed,
            "households_unstaffed": None if staffed is None else homes - staffed,
            "hard_vacancies": known["hard_vacancies"],
            "vacancies": known["vacancies"],
            "requests_open": None if tally.requests is None else int((tally.requests["state"] == OPEN).sum()),
            "open_items": len(items),
        }

    def totals(self, areas: DataFrame) -> DataFrame:
        """Add up the measures of the areas without a parent."""
        sums = _sums(areas)
        index = pd.Index(MEASURES, name="measure", dtype="str")
        done, due = (
            Series([sums[f"{name}_{part}"] for name in MEASURES], index=index, dtype="Int64")
            for part in ("done", "due")
        )
        return DataFrame({"done": done, "due": due, "share": _share(done, due)})

    def places(self, rows: DataFrame) -> Places:
        """Return where the targets of duties are: the place of the smallest shown area around each."""
        kinds, targets = rows["target_kind"].tolist(), rows["target"].tolist()
        cell_of = dict(zip(self.placement.cells.index, self.homes.tolist(), strict=True))
        found = {
            "zone": self.of_zone,
            "household": cell_of,
            "site": self._sites(),
            "area": dict(zip(targets, self.areas.of_areas(targets).tolist(), strict=True)),
        }
        spare = self.areas.nowhere
        places = [found[kind].get(target, spare) for kind, target in zip(kinds, targets, strict=True)]
        return np.array(places, dtype=np.intp)

    def _sites(self) -> dict[str, int]:
        """Return the place of every site that stands in a cell."""
        if self.sites is None or not len(self.sites):
            return {}
        points = points_of(self.sites)
        crs = self.plan.hierarchy.geometry.crs
        points = points.to_crs(crs) if points.crs is not None and crs is not None else points
        rows, cells = self.plan.hierarchy.tree.query(np.asarray(points.array), predicate="intersects")
        ids = points.index.astype("str")
        return {
            ids[row]: int(self.areas.leaves[cell]) for row, cell in zip(rows[::-1], cells[::-1], strict=True)
        }


def _measured(counts: Mapping[str, Any], index: Any) -> DataFrame:
    """Put counts into columns; what is not known is missing."""
    columns: dict[str, Any] = {}
    blank = Series(pd.NA, index=index, dtype="Int64")

    def column(values: Any) -> Series:
        return blank if values is None else Series(values, index=index, dtype="Int64")

    columns["households"] = column(counts["households"])
    for name in MEASURES:
        done, due = counts.get(name) or (None, None)
        columns[f"{name}_done"], columns[f"{name}_due"] = column(done), column(due)
        columns[f"{name}_share"] = _share(columns[f"{name}_done"], columns[f"{name}_due"])
    columns |= {name: column(counts.get(name)) for name in COUNTS[1:]}
    return DataFrame(columns, index=index)


def _share(done: Series, due: Series) -> Series:
    """Divide; nothing asked for has no share."""
    return (done / due.where(due > 0)).astype("Float64")


def _sums(areas: DataFrame) -> Series:
    return areas[areas["parent"] == ""].sum(numeric_only=True, skipna=False)
