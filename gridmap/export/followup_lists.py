"""Lists that were filled in by hand are read back, by what stands under which heading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from pandas import DataFrame

from gridmap.core.followup_words import CHANNELS, RESULTS, Words
from gridmap.errors import Fault, TableError
from gridmap.export.followup_dates import read_dates
from gridmap.export.issue import ACTIVE
from gridmap.export.listwords import column_of, heading
from gridmap.export.plain import plain_text
from gridmap.export.workbook import opened
from gridmap.model.column_words import CHANNEL_WORDS, RESULT_WORDS
from gridmap.model.shown import shows_counts
from gridmap.model.tables import fold_header
from gridmap.store.limits import DEFAULT_LIMITS, Limits, check_size
from gridmap.store.sheets import SHEET_SUFFIXES, read_pages
from gridmap.store.workbook import WORKBOOK_SUFFIXES, Page

FILLED = ("channel", "result", "needs_now", "reached_on")
LISTED = ("household_id", *FILLED, "cell_id", "tier")
_KNOWN = (*LISTED, "address")
ENTRY_COLUMNS = (
    *("household_id", "channel", "result", "needs", "reached_on", "source", "official_id"),
    *("where", "cell_id", "tier", "date_fault"),
)
_ALIASES = {
    "household_id": "户号 户编号 户编码 住户编码 家庭编号 家庭编码 household_id",
    "channel": "渠道 联系途径 联系方法 走访方式",
    "result": "结果 联系情况 走访结果 走访情况",
    "needs_now": "needs_now 现有需求 反映需求 需求情况 诉求 neednow needsnow",
    "reached_on": "联系时间 日期 时间 走访日期 走访时间 填报日期 填报时间 reached_on datetime day",
}
_IDS = ("household_id", "cell_id", "tier", "official_id")
_ENCRYPTED = b"\xd0\xcf\x11\xe0"
_LEAST_HEADINGS = 4  # of the columns of a list that was trimmed to a minimum
_CURE = "give a list that gridmap export wrote and people filled in, as XLSX, ODS, XLS or CSV"


@shows_counts
class ReadLists(NamedTuple):
    """What stands in filled lists.

    Parameters
    ----------
    entries
        `ENTRY_COLUMNS`: what `gridmap.core.followup.merge_followups` takes, with `where` it stands, the
        `cell_id` and `tier` that the list has for the household, and what is wrong with its date.
    findings
        The files that could not be read, and rows that say something of no household.
    files
        By file: how many `rows` with a household it has, and how many of them are `filled` in.
    """

    entries: DataFrame
    findings: tuple[Fault, ...]
    files: DataFrame


def read_followups(
    files: Path | str | Sequence[Path | str],
    *,
    password: str | None = None,
    timezone: str | tzinfo = "Asia/Shanghai",
    now: datetime | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> ReadLists:
    """Read lists for the field that came back filled in.

    Columns are found by their headings, in Chinese or English, on every sheet, also where rows were inserted,
    sorted or hidden, columns moved, or several lists put below each other. A row in which nothing was filled
    in says nothing. A file that is damaged, or is no such list, is one finding, and all others are read.
    Nothing is ever calculated: of a formula the value that was saved with it counts.

    Parameters
    ----------
    files
        Workbooks and CSV files, or folders of them.
    password
        Of those that are encrypted.
    timezone
        Where the dates were written.
    now
        The present time with its zone; of the clock, if not given. A later date is no date.
    limits
        How much one file may hold.

    Returns
    -------
    read
        `entries`, `findings`, `files`.
    """
    rows: list[tuple[str, ...]] = []
    findings: list[Fault] = []
    counts = []
    given = [files] if isinstance(files, (Path, str)) else list(files)
    findings += [
        Fault("no_list", str(each), "the folder holds no lists", _CURE)
        for each in given
        if Path(each).is_dir() and not any(_paths(each))
    ]
    for name, path in _named(list(_paths(given))):
        found = _Found()
        try:
            for page in read_pages(path, data=clear_data(path, password, limits), limits=limits):
                found.take(name, page)
            found.settle()
        except TableError as error:
            findings += [fault._replace(where=f"{name} {fault.where}".strip()) for fault in error.faults]
            continue
        if not found.tables:
            findings += found.why_not(name)
            continue
        owner = found.owners[0] if len(set(found.owners)) == 1 else ""
        rows += [(*row, owner) for row in found.rows]
        findings += found.findings
        counts.append((name, found.seen, len(found.rows)))
    return ReadLists(
        _entries(rows, timezone, now or datetime.now(UTC)),
        tuple(findings),
        DataFrame(counts, columns=["file", "rows", "filled"]).set_index("file"),
    )


def needs_password(files: Path | str | Sequence[Path | str]) -> bool:
    """Tell whether one of the lists is encrypted."""
    return any(path.suffix.casefold() == ".xlsx" and _is_encrypted(path) for path in _paths(files))


class _Found:
    """What is found in one file.

    Attributes
    ----------
    tables, seen
        How many tables of households it has, and how many rows with a household.
    rows, findings
        The rows that were filled in, and those that say of no household what they say.
    owners
        The officials whom it names.
    """

    def __init__(self) -> None:
        self.rows: list[tuple[str, ...]] = []
        self.findings: list[Fault] = []
        self.owners: list[str] = []
        self.tables = self.seen = 0
        self._homes: dict[str, set[str]] = {}
        self._has_no_ids = False

    def take(self, source: str, page: Page) -> None:
        """Take the rows of one sheet; a heading begins another table."""
        columns: dict[str, int] = {}
        for at, row in enumerate(page.rows, start=1):
            heads = None if _is_household(row, columns) else _columns(row)
            if heads is not None:
                columns = heads
                self.tables += "household_id" in heads
                self._has_no_ids |= any(name in heads for name in FILLED) and "household_id" not in heads
            elif "official_id" in columns:
                self.owners += filter(None, [_at(row, columns, "official_id")])
            elif "household_id" in columns:
                where = f"[{page.name}] row {at}" if page.name else f"row {at}"
                lost = {name for name, place in columns.items() if (at - 1, place) in page.lost}
                self._take_row(source, where, {name: _at(row, columns, name) for name in _KNOWN}, lost)

    def why_not(self, source: str) -> list[Fault]:
        """Say why it is no list; that of all officials, which is handed out beside the others, is none."""
        if self._has_no_ids:
            what = f"its column {heading('household_id', 'zh')} ({heading('household_id', 'en')}) is gone"
            return [Fault("no_ids", source, what, "put the column back; it is the last but two of each list")]
        return [] if self.owners else [Fault("no_list", source, "it has no columns to be filled in", _CURE)]

    def settle(self) -> None:
        """Take no row whose id stands beside two addresses: one of them lost its own, nobody knows which."""
        kept = []
        for row in self.rows:
            household, source, where = row[0], row[-2], row[-1]
            if len(self._homes.get(household, ())) > 1:
                what = (
                    f"the id {household} stands beside two addresses in this file; the row was not taken in"
                )
                cure = "give each row the id that it had in the list that was handed out, and read it again"
                self.findings.append(Fault("two_addresses", f"{source} {where}", what, cure))
            else:
                kept.append(row)
        self.rows = kept

    def _take_row(self, source: str, where: str, values: dict[str, str], lost: set[str]) -> None:
        """Take a row with a household; an id that is a number that lost digits could be another's."""
        household = values["household_id"]
        self.seen += household != ""
        if household and values["address"]:
            self._homes.setdefault(household, set()).add(fold_header(values["address"]))
        if not any(values[name] for name in FILLED):
            return
        if "household_id" in lost:
            what = (
                "the id of the household became a number that lost its last digits; the row was not taken in"
            )
            cure = "write the id as text, as it was in the list that was handed out, and read the list again"
            self.findings.append(Fault("digits_lost", f"{source} {where}", what, cure))
        elif household:
            said = ("" if name in lost and name == "cell_id" else values[name] for name in LISTED)
            self.rows.append((*said, source, where))
        else:
            what = "something was filled in, but not of which household"
            cure = "write the id of the household into its row, and read the list again"
            self.findings.append(Fault("no_household", f"{source} {where}", what, cure))


def _paths(files: Path | str | Sequence[Path | str]) -> Iterator[Path]:
    """Give the files, those of folders by name, without the lock files of open programs."""
    for each in [files] if isinstance(files, (Path, str)) else files:
        path = Path(each)
        if path.is_dir():
            inside = (found for found in sorted(path.rglob("*")) if found.is_file())
            known = (found for found in inside if found.suffix.casefold() in SHEET_SUFFIXES[:-1])
            yield from (found for found in known if not found.name.startswith((".", "~$")))
        else:
            yield path


def _named(paths: Sequence[Path]) -> list[tuple[str, Path]]:
    """Call each file by its name, and by its folder too where two have one name."""
    counts = Counter(path.name for path in paths)
    return [(path.name if counts[path.name] == 1 else "/".join(path.parts[-2:]), path) for path in paths]


def clear_data(path: Path, password: str | None, limits: Limits) -> bytes | None:
    """Give what an encrypted workbook holds; None for one that is not.

    Raises
    ------
    TableError
        If it cannot be opened.
    """
    if path.suffix.casefold() not in WORKBOOK_SUFFIXES:
        return None
    check_size(path, limits, text=False)
    if not _is_encrypted(path):
        return None
    try:
        data = path.read_bytes()
        clear = opened(data, password).getvalue()
    except (OSError, ValueError) as error:
        fault = Fault("unreadable", "", f"it cannot be opened: {error}", "check the file and the password")
        raise TableError(path.name, [fault]) from error
    return None if clear == data else clear


def _is_encrypted(path: Path) -> bool:
    """Tell whether a file begins like those with a password, as an XLS does too."""
    try:
        with path.open("rb") as stream:
            return stream.read(len(_ENCRYPTED)) == _ENCRYPTED
    except OSError:
        return False


def _headings() -> dict[str, str]:
    """Return which column each heading means, folded: the own ones before those that people use."""
    known: dict[str, str] = {}
    for name in (*_KNOWN, "official_id"):
        for word in (heading(name, "zh"), heading(name, "en"), *_ALIASES.get(name, "").split()):
            known.setdefault(fold_header(word), name)
    return known


_HEADINGS = _headings()


def _columns(row: Sequence[str]) -> dict[str, int] | None:
    """Return where each column stands if a row is a heading; None if it is none."""
    found: dict[str, int] = {}
    for place, text in enumerate(row):
        name = _HEADINGS.get(fold_header(text)) if text else None
        if name is not None:
            found.setdefault(name, place)
    filled = [name for name in FILLED if name in found]
    if "household_id" in found or len(filled) > 1:
        return {name: place for name, place in found.items() if name != "official_id" and filled}
    return {"official_id": found["official_id"]} if "official_id" in found else None


def _is_household(row: Sequence[str], columns: dict[str, int]) -> bool:
    """Tell whether a row under a heading is a household, though somebody there is called like a heading."""
    household = _at(row, columns, "household_id") if "household_id" in columns else ""
    if not household or column_of(household) or fold_header(household) in _HEADINGS:
        return False
    return sum(fold_header(text) in _HEADINGS for text in row if text) < _LEAST_HEADINGS


def _at(row: Sequence[str], columns: dict[str, int], name: str) -> str:
    """Give a value as one plain line; an id just as it stands, to be found again."""
    place = columns.get(name, len(row))
    text = row[place] if place < len(row) else ""
    text = text[1:] if text[:1] == "'" and text[1:].startswith(ACTIVE) else text
    return text.strip() if name in _IDS else plain_text(text)


def _entries(rows: list[tuple[str, ...]], timezone: str | tzinfo, now: datetime) -> DataFrame:
    names = ["household_id", "channel", "result", "needs", "reached_on", "cell_id", "tier"]
    frame = DataFrame(rows, columns=[*names, "source", "where", "official_id"], dtype="str")
    frame["channel"] = _codes(frame["channel"], CHANNELS, CHANNEL_WORDS)
    frame["result"] = _codes(frame["result"], RESULTS, RESULT_WORDS)
    moments, faults = read_dates(frame["reached_on"], timezone=timezone, now=now)
    return frame.assign(reached_on=moments, date_fault=faults)[list(ENTRY_COLUMNS)]


def _codes(texts: pd.Series, words: Words, more: Mapping[str, str]) -> pd.Series:
    """Return the codes that words stand for, without what stands in brackets; other text stays."""
    codes = {_folded(word): code for code, both in words.items() for word in (code, *both)}
    codes |= {_folded(word): code for word, code in more.items()}
    return texts.map({text: codes.get(_folded(text), text) for text in texts.unique()}).astype("str")


def _folded(word: str) -> str:
    """Fold a word; a mark such as ``√``, of which nothing would be left, stays."""
    return fold_header(word) or word.strip()
