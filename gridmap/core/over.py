"""What is over: households whose zones were all lifted, and every text by which they could be told."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from pandas import DataFrame

from gridmap.core.tally import household_tiers
from gridmap.errors import UnknownCellError
from gridmap.model.placement import Placement
from gridmap.model.plan import NONE, plan_from_content

KEPT_COLUMNS = (
    "cell_id",
    "building",
    "residents",
    "kind",
    "geometry",
    "lon",
    "lat",
    "x",
    "y",
    "species",
    "animals",
)
_LEAST_NAME, _LEAST_PHONE, _LEAST_ADDRESS = 2, 7, 4
_ID_KEYS = frozenset({"households", "cases", "unplaced"})
_WORDS = re.compile(r"[、,，;；/\s]+")


@dataclass(frozen=True)
class Gone:
    """What must not be told any more.

    Parameters
    ----------
    ids
        Of households and cases.
    texts
        Names, phones and addresses.
    """

    ids: frozenset[str] = frozenset()
    texts: frozenset[str] = field(default=frozenset(), repr=False)

    @cached_property
    def _lengths(self) -> tuple[int, ...]:
        return tuple(sorted({len(text) for text in self.texts}))

    def stands_in(self, text: str) -> bool:
        """Tell whether a text holds one of the names, phones or addresses."""
        return any(
            text[start : start + length] in self.texts
            for length in self._lengths
            for start in range(len(text) - length + 1)
        )

    def told_by(self, data: Any, *, key: str = "") -> bool:
        """Tell whether plain data, such as an edit, name a household or a case, or hold one of the texts."""
        if isinstance(data, str):
            return (key in _ID_KEYS and data in self.ids) or self.stands_in(data)
        if isinstance(data, Mapping):
            return any(
                self.stands_in(str(name)) or self.told_by(each, key=name) for name, each in data.items()
            )
        if isinstance(data, list | tuple):
            return any(self.told_by(each, key=key) for each in data)
        return False


class Under(NamedTuple):
    """What a plan puts under a tier: households, cells, and the numbers of the zones in use."""

    households: frozenset[str] = frozenset()
    cells: frozenset[str] = frozenset()
    zones: frozenset[str] = frozenset()


def under_tiers(content: Mapping[str, Any], grid: DataFrame, placement: Placement) -> Under:
    """Return what a plan puts under a tier, with the households that its carve-outs name.

    Of a plan over other cells than the grid has now, what carries a tier on any layer.

    Parameters
    ----------
    content
        `Plan.content`; empty for a plan that says nothing.
    grid
        The cells as they are now.
    placement
        The households in their cells.
    """
    if not content:
        return Under()
    try:
        plan = plan_from_content(content, grid)
    except UnknownCellError:
        layers = content["layers"].values()
        said = {cell: zone for layer in layers for cell, (tier, zone) in layer.items() if tier >= 0}
        zones = {zone for layer in layers for tier, zone in layer.values() if tier >= 0 and zone}
        zones |= {carve["zone_id"] for carve in content["carve_outs"] if carve["zone_id"]}
        cells, homes = set(said), set[str]()
    else:
        cells, zones = set(plan.tiers.dropna().index), set(plan.zones.index)
        tiers = household_tiers(plan, placement)
        homes = set(tiers.index[(tiers != NONE).to_numpy()])
    homes |= {each for carve in content["carve_outs"] for each in carve["households"]}
    homes |= set(placement.cells.index[placement.cells.isin(cells).to_numpy()])
    return Under(frozenset(homes), frozenset(cells), frozenset(zones))


def tellings(frame: DataFrame, *, ids: Iterable[str] = ()) -> Gone:
    """Collect the names, phones and addresses in rows of households or cases."""
    texts: set[str] = set()
    for column, least in (("head_name", _LEAST_NAME), ("address", _LEAST_ADDRESS)):
        if column in frame:
            values = frame[column].dropna().astype(str).str.strip()
            texts |= {text for text in values if len(text) >= least}
    if "phone" in frame:
        values = frame["phone"].dropna().astype(str)
        parts = {part for text in values for part in (text.strip(), *_WORDS.split(text))}
        texts |= {part for part in parts if len(part) >= _LEAST_PHONE}
    return Gone(frozenset(map(str, ids)), frozenset(texts))


def without_persons(households: Any, over: Iterable[str], placement: Placement) -> Any:
    """Return the roster with the households that are over emptied of all but where and how many they are.

    A household that was placed by its address alone keeps the cell it was placed in, so that nobody is lost
    in the next zoning.
    """
    rows = households.index.isin(list(over))
    result = households.copy()
    if not rows.any():
        return result
    if "cell_id" in result:
        placed = placement.cells.reindex(result.index[rows]).to_numpy()
        declared = result.loc[rows, "cell_id"]
        result.loc[rows, "cell_id"] = declared.where(declared.notna() & (declared != ""), placed)
    for column in result.columns:
        if column not in KEPT_COLUMNS:
            result[column] = result[column].where(~rows)
    return result


def emptied(households: DataFrame) -> Any:
    """Tell which rows hold nothing that `without_persons` would take."""
    values = households[[column for column in households.columns if column not in KEPT_COLUMNS]]
    return np.asarray((values.isna() | (values.astype(object) == "")).all(axis=1), dtype=bool)


def cases_over(
    cases: Any, before: pd.Timestamp, kept_cells: set[str], cells_of: Mapping[str, str]
) -> set[str]:
    """Return the cases that are over: every date lies before, and the cell is in no zone any more.

    Parameters
    ----------
    cases
        By ``case_id``.
    before
        The date, with a time zone.
    kept_cells
        The cells that carry a tier in a plan that is kept.
    cells_of
        The cell of each case as far as it is known.
    """
    over = set()
    dates = [name for name in cases.columns if name.endswith("_on")]
    for case, row in cases.iterrows():
        times = [_time(row[name]) for name in dates if pd.notna(row[name])]
        cell = cells_of.get(str(case), "")
        if any(time >= before for time in times) or cell in kept_cells or not (times or cell):
            continue
        over.add(str(case))
    return over


def _time(value: Any) -> pd.Timestamp:
    time = pd.Timestamp(value)
    return time.tz_localize("UTC") if time.tzinfo is None else time
