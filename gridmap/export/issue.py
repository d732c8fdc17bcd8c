"""An issue of contact lists: what each workbook holds, sheet by sheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from pandas import DataFrame, Series

from gridmap.core.called import called, staff, target_names, zone_titles
from gridmap.core.clearing import exceptions_and_villages
from gridmap.core.colleagues import relations
from gridmap.core.contacts import (
    FOUND,
    LINKED,
    NEEDS,
    duty_rows,
    household_rows,
    households_of,
    listed_columns,
    needs_seen,
    serving_zone,
)
from gridmap.core.held import issued_zones
from gridmap.core.matrix import buildings_of, roles_in_areas
from gridmap.core.privacy import followup_columns, masks_households
from gridmap.core.reached import was_reached
from gridmap.core.watermark import watermark
from gridmap.core.wording import moment, word
from gridmap.export.area_lists import area_places, village_of
from gridmap.export.duty_lists import duty_tables
from gridmap.export.filenames import file_name
from gridmap.export.list_table import list_table, printed, written
from gridmap.export.listwords import heading, phrase
from gridmap.export.plain import plain_text
from gridmap.export.post_lists import Table, zone_tables
from gridmap.export.progress import progress_rows
from gridmap.export.roster import Roll
from gridmap.export.square_sheet import SquareSheet
from gridmap.export.summary import proof_facts, summary_rows
from gridmap.export.workbook import Sheet
from gridmap.model.provisional import is_provisional
from gridmap.model.zoning import Zoning

ACTIVE = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_FACTS = ("number", "issuer", "as_of", "effective_at", "valid_until", "recipient", "approved_by")
_TIMES = ("as_of", "effective_at", "valid_until")
_PROOF = ("households_in", "placed", "exceptions")


class Issue:
    """The lists of one issue, with what they share computed once.

    Parameters
    ----------
    zoning
        What is listed; it needs a placement.
    audience
        ``official`` or ``field``.
    lang
        ``zh`` or ``en``.
    """

    def __init__(self, zoning: Zoning, audience: str, lang: str) -> None:
        self.zoning, self.audience, self.lang = zoning, audience, lang
        self.rows = household_rows(zoning, audience=audience, lang=lang)
        self.people = duty_rows(zoning, audience=audience, lang=lang)
        self.banner = word("draft", lang) if zoning.document.draft else ""
        self.mark = watermark(zoning.document, audience, lang)
        self.foot = "  ".join(f"{label} {value}" for label, value in self.facts[:3])
        self._cleared: dict[frozenset[str], Sheet] = {}

    def workbooks(self) -> Iterator[tuple[str, str, Sequence[Sheet | SquareSheet]]]:
        """Yield every workbook: zones, villages, grids, officials, each of them.

        With its path, the village or official whose it is (empty for others), and its sheets. Who is only
        linked to households gets a workbook where names and phones are shown: in the field. A village in
        which nobody is listed has one where somebody is to be cleared there.
        """
        names = self.zoning.plan.zones["name"]
        taken: set[str] = set()
        for zone in issued_zones(self.zoning):
            yield f"zones/{file_name(f'{zone} {names[zone]}', taken)}.xlsx", "", self._of_zone(zone)
        for level in ("village", "grid"):
            taken = set()
            whole = area_places(self.zoning, self.rows, level=level)
            if level == "village":
                nobody = np.empty(0, dtype=np.intp)
                whole |= {each: nobody for each in self._to_clear_in if each and each not in whole}
            for area, places in whole.items():
                title = self._areas.get(area) or area
                whose = area if level == "village" else ""
                path = f"{level}s/{file_name(f'{area} {title}', taken)}.xlsx"
                yield path, whose, self._of_area(area, title, places)
        yield "officials.xlsx", "", self._of_all()
        known, taken = staff(self.zoning)["name"], set()
        for official, served in self._served.items():
            if official not in self._listed:
                continue
            name = file_name(f"{official} {known.get(official, '')}", taken)
            sheets = self._of_official(official, served, known.get(official, ""))
            yield f"officials/{name}.xlsx", official, sheets

    def of_households(self, title: str, households: Any) -> list[Sheet]:
        """Make the sheets of a list of some households, with those who are linked to them."""
        places = np.flatnonzero(self.rows.index.isin(households))
        duties = self.zoning.duties
        linked = (
            [] if duties is None else duties.table[duties.table["target"].isin(households)]["official_id"]
        )
        sheets = self._sheets(title, self._people(list(dict.fromkeys(linked))), places, self._columns(""))
        return [*sheets, self._to_clear]

    @cached_property
    def facts(self) -> list[tuple[str, str]]:
        """What stands at the head of every list: label and value."""
        document = self.zoning.document
        facts = {name: getattr(document, name) for name in _FACTS}
        facts |= {name: moment(facts[name], self.lang) for name in _TIMES}
        said = [(word(name, self.lang), value) for name, value in facts.items() if value]
        if is_provisional(self.zoning.grid):  # first, so that it stands at the foot of every page too
            said.insert(0, (word("grid", self.lang), word("provisional_grid", self.lang)))
        said.append((word("version", self.lang), self.zoning.plan.version))
        certificate = self.zoning.certificate
        if certificate is not None:
            counts = {name: getattr(certificate, name) for name in _PROOF}
            verdict = word("balanced" if certificate.balanced else "unbalanced", self.lang)
            said.append((word("certificate", self.lang), f"{word('proof', self.lang, **counts)} {verdict}"))
            if certificate.staffing:
                staffed = phrase("staffed", self.lang, **certificate.staffing)
                said.append((phrase("staffing", self.lang), staffed))
        return said

    def table(self) -> str:
        """Return all households as CSV; a text that a spreadsheet would run gets a quote before it."""
        columns = self._columns("")
        values = self._values(columns)
        out = io.StringIO(newline="")
        writer = csv.writer(out)
        writer.writerow([heading(name, self.lang) for name in columns])
        rows = zip(*(values[name] for name in columns), strict=True)
        writer.writerows([quoted(value) for value in row] for row in rows)
        return out.getvalue()

    def households_in(self, sheets: Sequence[Sheet | SquareSheet]) -> int:
        """Count the households that the sheets of a workbook list."""
        name = phrase("sheet_households", self.lang)
        return sum(len(sheet.rows) for sheet in sheets if isinstance(sheet, Sheet) and sheet.name == name)

    def rolls(self) -> list[Roll]:
        """Return the roster of all households, with what is proven before it and who is missing after it."""
        columns, count = self._columns(""), len(self.rows)
        values = self._values(columns)
        said = [*self._counts(np.arange(count)), *self.facts, *proof_facts(self.zoning, self.lang)]
        labels = (heading("item", self.lang), heading("content", self.lang))
        title = phrase("all_households", self.lang, count=count)
        missing = self._to_clear
        listed = {heading("number", self.lang): np.arange(1, count + 1)}
        listed |= {heading(name, self.lang): values[name].tolist() for name in columns}
        lost = {name: [row[place] for row in missing.rows] for place, name in enumerate(missing.headings)}
        return [
            Roll(
                phrase("sheet_summary", self.lang),
                title,
                dict(zip(labels, zip(*said, strict=True), strict=True)),
            ),
            Roll(phrase("sheet_households", self.lang), title, listed, printed=printed(["number", *columns])),
            Roll(missing.name, missing.title, lost),
        ]

    @cached_property
    def _listed(self) -> set[str]:
        """The officials who get a workbook of their own."""
        duties = self.zoning.duties
        if duties is None:
            return set()
        table = duties.table
        return set(
            table["official_id"]
            if self.audience == "field"
            else table[table["target_kind"] != "household"]["official_id"]
        )

    @cached_property
    def _shown(self) -> dict[str, Any]:
        """Every column of the households as it is written, made once for all lists."""
        columns = {name: written(self.rows[name], name) for name in self.rows}
        return {name: np.array([*values, None], dtype=object)[:-1] for name, values in columns.items()}

    @cached_property
    def _people_at(self) -> dict[str, Any]:
        return dict(self.people.groupby("official_id").indices)

    @cached_property
    def _seen(self) -> dict[str, Any]:
        """The places of the households of which each official may see the needs."""
        return {} if masks_households(self.audience) else needs_seen(self.zoning, self.rows)

    @cached_property
    def _exceptions(self) -> tuple[DataFrame, Series]:
        """Those who must be cleared, and the village of each; empty text where it is not known."""
        return exceptions_and_villages(self.zoning, lang=self.lang, audience=self.audience)

    @cached_property
    def _to_clear(self) -> Sheet:
        return self._clearing(self._exceptions[0])

    @cached_property
    def _to_clear_in(self) -> dict[str, Sheet]:
        """What each village has to clear, where anybody is known to be of it."""
        return {village: self._clear_in({village}) for village in self._exceptions[1].unique()}

    def _clear_in(self, villages: Collection[str]) -> Sheet:
        """List those to be cleared who are of some villages, or may be of any."""
        rows, where = self._exceptions
        return self._clearing(rows[where.isin([*villages, ""]).to_numpy()].reset_index(drop=True))

    @cached_property
    def _villages(self) -> Any:
        """The village of each household, by its place among the rows."""
        return self.rows["cell_id"].map(self.zoning.plan.hierarchy.at_level("village")).fillna("").to_numpy()

    def _clear_around(self, places: Any) -> Sheet:
        """List whom those must help to clear who have the households at `places`: no other village's."""
        villages = frozenset(self._villages[places])
        if villages not in self._cleared:
            self._cleared[villages] = self._clear_in(villages)
        return self._cleared[villages]

    def _clearing(self, rows: DataFrame) -> Sheet:
        title = phrase("to_clear" if len(rows) else "all_placed", self.lang, count=len(rows))
        return self._sheet("exceptions", title, rows)

    def _columns(self, role: str) -> list[str]:
        return listed_columns(self.audience, role=role, needs_roles=self.zoning.protocol.needs_roles)

    def _of_zone(self, zone: str) -> list[Sheet | SquareSheet]:
        places = np.flatnonzero(self.rows["zone_id"] == zone)
        people = self._people(serving_zone(self.zoning, self.rows, zone))
        columns = [name for name in self._columns("") if name != "zone"]
        sheets = self._sheets(self._titles[zone], people, places, columns)
        tables = (self._sheet(*table) for table in self._posts[zone])
        squares = self._squares(self._titles[zone], places)
        return [*sheets, *squares, *tables, self._clear_around(places)]

    def _squares(self, title: str, places: Any, *, needs: Any = False) -> list[SquareSheet]:
        """Make the building matrix of some households, for the field."""
        if masks_households(self.audience) or not len(places):
            return []
        rows = self.rows.iloc[np.asarray(places)]
        buildings = buildings_of(self.zoning, rows, lang=self.lang, needs=needs)
        return [SquareSheet(phrase("sheet_matrix", self.lang), title, buildings, self.lang)]

    def _of_area(self, area: str, title: str, places: Any) -> list[Sheet]:
        """Make the list of a village or a grid, which ends with what its village has to clear."""
        sheets = self._sheets(title, self._people(self._serving(places)), places, self._columns(""))
        village = village_of(self.zoning, area)
        return [*sheets, self._to_clear_in.get(village) or self._clear_in({village})]

    @cached_property
    def _areas(self) -> dict[str, str]:
        return target_names(self.zoning, self.lang)

    @cached_property
    def _served(self) -> dict[str, Any]:
        return households_of(self.zoning, self.rows)

    @cached_property
    def _servants(self) -> list[list[str]]:
        """Who answers for each household, by its place among the rows."""
        found: list[list[str]] = [[] for _ in range(len(self.rows))]
        for official, places in self._served.items():
            for place in places:
                found[place].append(official)
        return found

    def _serving(self, places: Any) -> list[str]:
        return list(dict.fromkeys(each for place in places for each in self._servants[place]))

    @cached_property
    def _relations(self) -> dict[str, DataFrame]:
        return dict(iter(relations(self.zoning).groupby("official_id")))

    def _colleagues(self, official: str) -> list[Sheet]:
        """List whom an official turns to, with phones."""
        if official not in self._relations:
            return []
        found = self._relations[official]
        people = self.people.drop_duplicates("official_id").set_index("official_id")
        rows = people.reindex(found["other_id"]).fillna("").reset_index(drop=True)
        rows["role"] = [self.zoning.protocol.role_label(role, self.lang) for role in found["role"]]
        rows.insert(0, "relation", [phrase(each, self.lang) for each in found["relation"]])
        return [self._sheet("colleagues", phrase("colleagues", self.lang), rows)]

    def _of_official(self, official: str, served: Any, name: str) -> list[Sheet | SquareSheet]:
        seen = np.isin(served, self._seen.get(official, ()))
        roles = self.zoning.protocol.needs_roles
        columns = self._columns(roles[0] if seen.any() else "")
        if set(self._shown[LINKED][served]) == {plain_text(self._called.get(official, ""))}:
            columns = [name for name in columns if name != LINKED]
        title = phrase("list_of", self.lang, name=name or official)
        mine, households = self._sheets(title, self._people([official]), served, columns, seen=seen)
        squares: list[SquareSheet] = []
        if official in self._in_areas:
            squares = self._squares(title, served, needs=seen)
        to_clear = self._clear_around(served)
        return [mine, *self._colleagues(official), households, *squares, to_clear]

    @cached_property
    def _in_areas(self) -> set[str]:
        return set(roles_in_areas(self.zoning))

    def _of_all(self) -> list[Sheet]:
        title = self.zoning.document.title or self.zoning.protocol.title(self.lang)
        summary = summary_rows(self.zoning, self.rows, audience=self.audience, lang=self.lang)
        facts = [*self.facts, *proof_facts(self.zoning, self.lang)]
        sheets = [
            self._sheet("summary", title, summary, facts=facts),
            self._sheet("officials", title, self.people),
        ]
        tables = duty_tables(self.zoning, audience=self.audience, lang=self.lang)
        sheets.extend(self._sheet(*table) for table in tables)
        progress = progress_rows(self.zoning, audience=self.audience)
        if len(progress):
            sheets.append(self._sheet("progress", phrase("progress", self.lang), progress))
        return [*sheets, self._to_clear]

    @cached_property
    def _titles(self) -> dict[str, str]:
        return zone_titles(self.zoning, self.lang)

    @cached_property
    def _posts(self) -> dict[str, list[Table]]:
        return zone_tables(self.zoning, audience=self.audience, lang=self.lang)

    @cached_property
    def _called(self) -> dict[str, str]:
        return called(self.zoning, audience=self.audience)

    @cached_property
    def _people_written(self) -> list[tuple[Any, ...]]:
        return list(zip(*(written(self.people[name], name) for name in self.people), strict=True))

    def _people(self, officials: Sequence[str]) -> list[tuple[Any, ...]]:
        """Return the rows of some officials, in the order of all."""
        found = [self._people_at[official] for official in officials if official in self._people_at]
        places = np.sort(np.concatenate(found)).tolist() if found else []
        return [self._people_written[place] for place in places]

    def _sheets(
        self,
        title: str,
        people: Sequence[tuple[Any, ...]],
        places: Any,
        columns: Sequence[str],
        *,
        seen: Any = True,
    ) -> list[Sheet]:
        """Make the first sheets of a list: officials, and the households at `places` of all.

        Needs stand only where they are `seen`, for all or one answer for each household.
        """
        values = {name: each[places] for name, each in self._values(columns).items() if name in columns}
        hidden = {name: np.where(seen, values[name], "") for name in (*NEEDS, FOUND) if name in values}
        values |= hidden if NEEDS[0] in values else {}
        columns = [name for name in columns if name != "flags" or values[name].any()]
        households = zip(*(values[name] for name in columns), strict=True)
        facts = [*self._counts(places), *self.facts]
        return [
            list_table("officials", title, list(self.people), people, lang=self.lang, facts=facts),
            list_table("households", title, columns, list(households), lang=self.lang),
        ]

    def _counts(self, places: Any) -> list[tuple[str, str]]:
        """Say how many households and residents a list has, and for the field how many were reached."""
        residents = sum(each for each in self._shown["residents"][places] if isinstance(each, int))
        counts = [("households", str(len(places))), ("residents", str(residents))]
        said = [(word(name, self.lang), count) for name, count in counts]
        if followup_columns(self.audience):
            reached = int(self._reached[places].sum())
            said.append(
                (
                    phrase("reached", self.lang),
                    phrase("reached_of", self.lang, reached=reached, count=len(places)),
                )
            )
        return said

    @cached_property
    def _reached(self) -> Any:
        return was_reached(self.rows["result"], lang=self.lang).to_numpy()

    def _values(self, columns: Sequence[str]) -> dict[str, Any]:
        """Return the values of columns; needs that were found are left out where those of the roster are."""
        if FOUND not in columns or "needs" in columns:
            return self._shown
        return self._shown | {FOUND: np.full(len(self.rows), "", dtype=object)}

    def _sheet(
        self, name: str, title: str, rows: DataFrame, *, facts: Sequence[tuple[str, str]] = ()
    ) -> Sheet:
        values = zip(*(written(rows[column], column) for column in rows), strict=True)
        return list_table(name, title, list(rows.columns), list(values), lang=self.lang, facts=facts)


def quoted(value: Any) -> Any:
    """Put a quote before a text that a spreadsheet would run."""
    return f"'{value}" if isinstance(value, str) and value.startswith(ACTIVE) else value
