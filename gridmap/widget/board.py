"""What is missing, too much or in conflict among the duties, each with its place."""

from __future__ import annotations

from functools import cached_property
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from pandas import DataFrame

from gridmap.core.problem_words import conflict_detail
from gridmap.export.plain import plain_text
from gridmap.model.zoning import LANGUAGES
from gridmap.widget.persons import Persons
from gridmap.widget.relief import RELIEVABLE
from gridmap.widget.spots import Cells, Spots

if TYPE_CHECKING:
    from gridmap.model.duties import Duties
    from gridmap.widget.desk import Desk

VACANCY, OVERLOAD, CONFLICT = "vacancy", "overload", "conflict"
_HOMES_BY = ("grid", "microgrid", "village", "town")


class Board:
    """All that a person must settle.

    Parameters
    ----------
    desk
        Whose plan it is.
    duties
        The duties under it.
    """

    def __init__(self, desk: Desk, duties: Duties) -> None:
        self.duties, self.spots = duties, Spots(desk)
        self.persons = Persons(desk.bench.officials)
        self.hierarchy = desk.bench.plan.hierarchy

    def rows(self, most: int) -> list[dict[str, Any]]:
        """Return at most so many rows, hard vacancies first, then overloads, conflicts and soft vacancies."""
        gaps = self.gaps
        hard = gaps["hard"].to_numpy(dtype=bool)
        conflicts = self.duties.conflicts
        over = (conflicts["kind"] == OVERLOAD).to_numpy()
        rows = chain(
            map(self._gap, gaps[hard].itertuples()),
            map(self._conflict, conflicts[over].itertuples()),
            map(self._conflict, conflicts[~over].itertuples()),
            map(self._gap, gaps[~hard].itertuples()),
        )
        return list(islice(rows, most))

    @property
    def total(self) -> int:
        """How many rows there are in all."""
        return len(self.gaps) + len(self.duties.conflicts)

    @cached_property
    def gaps(self) -> DataFrame:
        """The vacancies; those of single households are taken together area by area.

        Columns: `role`, `target_kind`, `target`, `missing`, `hard`, `households`: whose vacancies a row takes
        together, as positions among those placed, or None.
        """
        open_ = self.duties.vacancies
        is_home = (open_["target_kind"] == "household").to_numpy()
        rest = open_[~is_home].assign(households=None)
        homes = open_[is_home]
        if not len(homes):
            return rest
        row = self.spots.bench.placement.cells.index.get_indexer(homes["target"])
        area = self._area_over(np.where(row >= 0, self.spots.home[row], 0))
        grouped = homes.assign(area=area, households=row).groupby(["role", "hard", "area"], sort=False)
        together = grouped.agg(missing=("missing", "sum"), households=("households", list)).reset_index()
        together = together.rename(columns={"area": "target"}).assign(target_kind="household")
        return pd.concat([rest, together[rest.columns]], ignore_index=True)

    def _area_over(self, cells: Cells) -> Any:
        """Return the area by which the households of cells are told: their grid, else what is near to it."""
        levels = set(self.hierarchy.areas["level"])
        level = next((each for each in _HOMES_BY if each in levels), None)
        own = self.hierarchy.lineage[0][cells]
        found = own if level is None else self.hierarchy.places_at(level)[cells]
        return self.hierarchy.areas.index.to_numpy()[np.where(found < 0, own, found)]

    def _gap(self, gap: Any) -> dict[str, Any]:
        is_home = gap.target_kind == "household"
        cells = np.unique(self.spots.home[gap.households]) if is_home else self._cells(gap)
        name = self.hierarchy.name(gap.target) if is_home else self.spots.name(gap.target_kind, gap.target)
        return {
            "group": VACANCY,
            "kind": VACANCY,
            "role": gap.role,
            "official": "",
            "name": "",
            "target_kind": gap.target_kind,
            "target": plain_text(gap.target),
            "target_name": plain_text(name),
            "missing": int(gap.missing),
            "hard": bool(gap.hard),
            "detail": {"zh": "", "en": ""},
            "substitute": None,
            "can": False,
            **self._place(cells),
        }

    def _cells(self, gap: Any) -> Cells:
        return self.spots.cells_of(gap.target_kind, gap.target)

    def _conflict(self, row: Any) -> dict[str, Any]:
        return {
            "group": OVERLOAD if row.kind == OVERLOAD else CONFLICT,
            "kind": row.kind,
            "role": row.role,
            "official": plain_text(row.official_id),
            "name": self.persons.name(row.official_id),
            "target_kind": "",
            "target": "",
            "target_name": "",
            "missing": 0,
            "hard": False,
            "detail": {lang: plain_text(conflict_detail(row.detail, lang)) for lang in LANGUAGES},
            "substitute": self.persons.told(row.substitute),
            "can": bool(row.substitute) and row.kind in RELIEVABLE,
            **self._place(self._served(row.official_id, row.role)),
        }

    def _served(self, official: str, role: str) -> Cells:
        """Return the cells that an official serves."""
        rows = self._by_official.get((official, role))
        if rows is None:
            return self.spots.cells_of("area", "")
        kinds, targets = self._kinds[rows], self._targets[rows]
        homes = self.spots.home[self.spots.rows_of(targets[kinds == "household"])]
        others = [
            self.spots.cells_of(kind, target)
            for kind, target in zip(kinds.tolist(), targets.tolist(), strict=True)
            if kind != "household"
        ]
        return np.unique(np.concatenate([homes, *others])).astype(np.intp)

    @cached_property
    def _kinds(self) -> Any:
        return self.duties.table["target_kind"].to_numpy()

    @cached_property
    def _targets(self) -> Any:
        return self.duties.table["target"].to_numpy()

    @cached_property
    def _by_official(self) -> dict[Any, Any]:
        return dict(self.duties.table.groupby(["official_id", "role"], sort=False).indices)

    def _place(self, cells: Cells) -> dict[str, Any]:
        return {"path": self.spots.path(cells), **self.spots.told(cells)}
