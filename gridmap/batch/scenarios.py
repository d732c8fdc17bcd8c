"""Scenarios: which zonings a batch makes."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from pandas import DataFrame

from gridmap.batch.rulebook import Rulebook
from gridmap.errors import Fault, TableError
from gridmap.store.sheets import read_sheet

COLUMNS = (
    "scenario_id",
    "cases",
    "protocol",
    "at",
    "baseline",
    "grid",
    "households",
    "officials",
    "sites",
    "note",
)
SETTING = "set."
_REQUIRED = ("scenario_id", "cases", "protocol")
_PATHS = ("cases", "grid", "households", "officials", "sites")
_MARKS = ("true", "yes", "1", "x", "是", "√")
_NO_MARKS = ("", "false", "no", "0", "否")

Row = tuple[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Scenario:
    """One zoning to make.

    Parameters
    ----------
    scenario_id
        What it is called.
    cases
        The file of its cases.
    protocol
        The name of a shipped protocol, or a TOML file.
    at
        Only cases confirmed until then count; None for all.
    settings
        Parameters of the protocol that have other values, such as ``{"rules.1.radius_m": 5000}``.
    baseline
        Whether the others are compared with it; without any, it is the first.
    grid, households, officials, sites
        Files, where no workspace has them; the last two may be missing.
    """

    scenario_id: str
    cases: str
    protocol: str
    at: datetime | None = None
    settings: Mapping[str, Any] = field(default_factory=dict, hash=False)
    baseline: bool = False
    grid: str = ""
    households: str = ""
    officials: str = ""
    sites: str = ""


def read_scenarios(source: Path | str | DataFrame) -> list[Scenario]:
    """Read scenarios from a CSV or XLSX table, or from a TOML file with one ``[[scenarios]]`` for each.

    Parameters
    ----------
    source
        With `scenario_id`, `cases`, `protocol`, and optional `at`, `baseline`, `grid`, `households`,
        `officials`, `sites`, `note`, and any ``set.PARAMETER`` of the protocol (see
        `gridmap.batch.settings.with_settings`; an empty value sets nothing). Paths in a file are relative
        to it. Or a frame of the same columns.

    Raises
    ------
    TableError
        With every fault.
    """
    if isinstance(source, DataFrame):
        return _checked("scenarios", list(_frame_rows(source)), Path())
    path = Path(source)
    rows = _toml_rows(path) if path.suffix.casefold() == ".toml" else list(_frame_rows(read_sheet(path)))
    return _checked(path.name, rows, path.parent)


def check_scenarios(
    scenarios: Sequence[Scenario],
    places: Sequence[str],
    rulebook: Rulebook,
    *,
    title: str = "scenarios",
    faults: Sequence[Fault] = (),
) -> None:
    """Refuse scenarios of which two are the baseline, or that set what their protocol does not have.

    Raises
    ------
    TableError
        With these faults, and those found before.
    """
    found = list(faults)
    marked = [place for place, scenario in zip(places, scenarios, strict=True) if scenario.baseline]
    if len(marked) > 1:
        found.append(Fault("duplicate", " and ".join(marked), "each is the baseline", "mark one of them"))
    for place, scenario in zip(places, scenarios, strict=True):
        found.extend(rulebook.faults(scenario.protocol, scenario.settings, place))
    if found:
        raise TableError(title, found)


def repeated(ids: Sequence[str]) -> list[Fault]:
    """Find the ids that come more than once."""
    twice = [each for each, count in sorted(Counter(ids).items()) if each and count > 1]
    return [
        Fault("duplicate_id", "", f"scenario {each!r} comes twice", "give each its own id") for each in twice
    ]


def _checked(title: str, rows: list[Row], folder: Path) -> list[Scenario]:
    faults = list(_unknown_columns(rows)) + [fault for row in rows for fault in _faults(*row)]
    faults += repeated([row.get("scenario_id", "") for _, row in rows])
    if not rows:
        faults.append(Fault("empty", "", "no scenario", "write one line for each"))
    # what is needed is missing in some rows: the others are looked at all the same
    whole = [(place, row) for place, row in rows if all(row.get(name) for name in _REQUIRED)]
    scenarios = [_scenario(row, folder) for _, row in whole]
    check_scenarios(scenarios, [place for place, _ in whole], Rulebook(), title=title, faults=faults)
    return scenarios


def _toml_rows(path: Path) -> list[Row]:
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8")).get("scenarios", [])
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TableError(path.name, [Fault("unreadable", "", f"cannot be read: {error}")]) from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise TableError(
            path.name, [Fault("unreadable", "", "scenarios are no tables", "write [[scenarios]]")]
        )
    return [(f"scenarios[{place}]", dict(_flat(row))) for place, row in enumerate(rows, 1)]


def _flat(row: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Write the keys of tables in tables as one, such as ``set.rules.1.radius_m``."""
    for key, value in row.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{key}.")
        elif value != "":
            kept = isinstance(value, list) and f"{before}{key}".startswith(SETTING)
            yield f"{before}{key}", value if kept else str(value).strip()


def _frame_rows(frame: DataFrame) -> Iterator[Row]:
    plain = frame.astype(object).where(frame.notna(), "")
    for place, row in plain.to_dict("index").items():
        yield f"row {place}", dict(_flat({str(key).strip(): value for key, value in row.items()}))


def _unknown_columns(rows: list[Row]) -> Iterator[Fault]:
    names = dict.fromkeys(name for _, row in rows for name in row)
    for name in names:
        if name not in COLUMNS and not name.startswith(SETTING):
            cure = (
                f"the columns are {', '.join(COLUMNS)} and {SETTING}PARAMETER, such as set.rules.1.radius_m"
            )
            yield Fault("unknown_column", name, "unknown column", cure)


def _faults(place: str, row: Mapping[str, Any]) -> Iterator[Fault]:
    for name in _REQUIRED:
        if not row.get(name):
            yield Fault("missing_value", place, f"no {name}", f"add the column or the value {name}")
    at, mark = row.get("at", ""), row.get("baseline", "")
    if at and _time(at) is None:
        yield Fault("wrong_value", place, f"at: {at!r} is no time", "write it like 2022-03-05T18:00+08:00")
    if mark.casefold() not in (*_MARKS, *_NO_MARKS):
        yield Fault("wrong_value", place, f"baseline: {mark!r} is neither yes nor no", "write yes in one row")


def _time(text: str) -> datetime | None:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    return time if time.tzinfo is not None else time.astimezone()


def _scenario(row: Mapping[str, Any], folder: Path) -> Scenario:
    files = {name: str(folder / row[name]) if row.get(name) else "" for name in _PATHS}
    protocol = row["protocol"]
    return Scenario(
        scenario_id=row["scenario_id"],
        protocol=str(folder / protocol) if protocol.endswith(".toml") else protocol,
        at=_time(row["at"]) if row.get("at") else None,
        settings={
            name.removeprefix(SETTING): value for name, value in row.items() if name.startswith(SETTING)
        },
        baseline=row.get("baseline", "").casefold() in _MARKS,
        **files,
    )
