"""Contact lists: a workbook for each zone and each official, and a table of all households for the field."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from pandas import DataFrame
from python_calamine import CalamineError, CalamineWorkbook

from gridmap.core.contacts import placed
from gridmap.core.privacy import check_entitled, check_protected, official_columns
from gridmap.core.release import check_release
from gridmap.errors import CancelledError, Fault, TableError
from gridmap.export.issue import ACTIVE, Issue
from gridmap.export.listwords import column_of
from gridmap.export.office_lock import Lock
from gridmap.export.roster import roster_bytes
from gridmap.export.subject import Subject, as_zoning
from gridmap.export.workbook import opened, workbook_bytes
from gridmap.model.zoning import Zoning
from gridmap.store.files import write_bytes, write_text

LISTED = ("household_id", "cell_id", "tier")
ROSTER, STAFF = "households.xlsx", "officials.xlsx"


class ListFile(NamedTuple):
    """A list that was written.

    Parameters
    ----------
    path
        Where it is.
    name
        In the folder of the lists; where a file of this name is open in another program, it is beside it.
    households
        How many it holds.
    whose
        The village or the official whose list it is; empty for all others.
    """

    path: Path
    name: str
    households: int
    whose: str = ""


def export_contacts(
    subject: Subject,
    folder: Path | str,
    *,
    audience: str = "official",
    lang: str = "zh",
    password: str | None = None,
    plain: bool = False,
    check: Callable[[], object] | None = None,
) -> list[Path]:
    """Write the contact lists of an issue.

    ``zones/`` holds a workbook for every zone: who is responsible, and its households in walking order.
    ``villages/`` and ``grids/`` hold one for each of these. ``officials/`` holds one for every official who
    answers for households, with those above and beside them. ``officials.xlsx`` begins with the figures of
    all zones and of the certificate, and lists all officials with their duties, vacancies and conflicts.
    The last sheet of each is 待核名单: the households that could not be placed, and who must clear them; in
    the list of a village or grid those of the village, in those of zones and officials those of the villages
    that they reach, and everywhere those of no known village. ``households.xlsx`` holds all households in one
    table, and for the field, without a password, ``contacts.csv`` does so too.

    Parameters
    ----------
    subject
        What is listed: a zoning with a placement, or a workspace with its current plan.
    folder
        Made if it is missing; files of these names are replaced.
    audience
        ``official``: names and phones of households are masked; ``field``: they are shown.
    lang
        ``zh`` or ``en``.
    password
        Encrypts every workbook.
    plain
        Whether lists for the field may be written without a password.
    check
        Called before each file; if it raises `CancelledError`, the lists that were written are removed.

    Returns
    -------
    paths
        The files written, readable by their owner only; the lists of zones first.

    Raises
    ------
    UnsupportedError
        If the audience may have no lists, or there is no placement.
    ExportBlockedError
        If the certificate or a hard vacancy forbids it.
    """
    return [
        each.path
        for each in write_lists(
            as_zoning(subject),
            Path(folder),
            audience=audience,
            lang=lang,
            lock=Lock(password) if password else None,
            plain=plain,
            check=check,
        )
    ]


def write_lists(
    zoning: Zoning,
    folder: Path,
    *,
    audience: str,
    lang: str,
    lock: Lock | None,
    plain: bool,
    check: Callable[[], object] | None,
) -> list[ListFile]:
    """Write the contact lists, as `export_contacts` does, and return what is in them."""
    check_entitled(audience, official_columns, "contact lists")
    check_protected(audience, "lists", password=lock, plain=plain)
    placed(zoning)
    issue = Issue(check_release(zoning, audience), audience, lang)
    written = _write(issue, folder, lock, check)
    if audience == "field" and lock is None:
        path = write_text(folder / "contacts.csv", issue.table(), private=True, encoding="utf-8-sig")
        written.append(ListFile(path, path.name, len(issue.rows)))
    return written


def _write(
    issue: Issue, folder: Path, lock: Lock | None, check: Callable[[], object] | None
) -> list[ListFile]:
    """Write the workbooks of an issue, each to the disk while the next one is made."""
    written: list[tuple[Future[Path], str, int, str]] = []
    look: dict[str, Any] = {"banner": issue.banner, "foot": issue.foot, "mark": issue.mark, "password": lock}
    with ThreadPoolExecutor(max_workers=1) as writer:
        try:
            for name, households, whose, data in _workbooks(issue, look):
                if check is not None:
                    check()
                if written:
                    written[-1][0].result()
                file = writer.submit(write_bytes, folder / name, data, private=True)
                written.append((file, name, households, whose))
        except CancelledError:
            for file, *_ in written:  # some lists of an issue without the others would pass for all of them
                file.result().unlink()
            raise
    return [ListFile(file.result(), name, households, whose) for file, name, households, whose in written]


def _workbooks(issue: Issue, look: Mapping[str, Any]) -> Iterator[tuple[str, int, str, bytes]]:
    for name, whose, sheets in issue.workbooks():
        yield name, issue.households_in(sheets), whose, workbook_bytes(sheets, **look)
    yield ROSTER, len(issue.rows), "", roster_bytes(issue.rolls(), **look)


def read_list(path: Path | str, *, password: str | Lock | None = None) -> DataFrame:
    """Read back the households of an exported list, with nothing that wrote it.

    Parameters
    ----------
    path
        A workbook or CSV that `export_contacts` wrote.
    password
        Of an encrypted workbook; a `Lock` where many files have one.

    Returns
    -------
    rows
        Texts `household_id`, `cell_id`, `tier`, one row for each row of the list; a column that the list
        does not show is not there.

    Raises
    ------
    TableError
        If the file is no such list, or the password is wrong.
    """
    path = Path(path)
    found = [_households(table) for table in _tables(path, password)]
    found = [rows for rows in found if len(rows.columns)]
    if not found:
        fault = Fault(
            "no_list", "", "it has no table of households", "give a list that export_contacts wrote"
        )
        raise TableError(path.name, [fault])
    return pd.concat(found, ignore_index=True)  # a roster may go on on further sheets


def _tables(path: Path, password: str | Lock | None) -> list[list[list[Any]]]:
    """Read every sheet of a list as rows."""
    try:
        if path.suffix.casefold() == ".csv":
            text = io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")
            return [[[_without_quote(cell) for cell in row] for row in csv.reader(text)]]
        book = CalamineWorkbook.from_filelike(opened(path.read_bytes(), password))
        return [book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names]
    except (OSError, ValueError, CalamineError) as error:
        fault = Fault("unreadable", "", f"it cannot be opened: {error}", "check the file and the password")
        raise TableError(path.name, [fault]) from error


def _households(table: Sequence[Sequence[Any]]) -> DataFrame:
    """Find the table of households in a sheet; no columns if there is none."""
    for place, row in enumerate(table):
        columns = [column_of(str(value)) for value in row]
        if "household_id" in columns and "tier" in columns:
            shown = [name for name in LISTED if name in columns]
            at = [columns.index(name) for name in shown]
            rows = [[str(values[column]) for column in at] for values in table[place + 1 :]]
            return DataFrame([values for values in rows if values[0]], columns=shown, dtype="str")
    return DataFrame()


def _without_quote(text: str) -> str:
    return text[1:] if text[:1] == "'" and text[1:].startswith(ACTIVE) else text
