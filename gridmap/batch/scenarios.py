"""Scenarios: which zonings a batch makes."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from gridmap.errors import Fault, TableError
from gridmap.store.sheets import read_sheet

_REQUIRED = ("scenario_id", "cases", "protocol")
_PATHS = ("cases", "grid", "households")


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
    grid, households
        Files, where no workspace has them.
    """

    scenario_id: str
    cases: str
    protocol: str
    at: datetime | None = None
    grid: str = ""
    households: str = ""


def read_scenarios(path: Path | str) -> list[Scenario]:
    """Read scenarios from a CSV or XLSX table, or from a TOML file with one ``[[scenarios]]`` for each.

    Parameters
    ----------
    path
        With `scenario_id`, `cases`, `protocol`, and optional `at`, `grid`, `households`. Paths in it are
        relative to it.

    Raises
    ------
    TableError
        With every fault.
    """
    path = Path(path)
    rows = _toml_rows(path) if path.suffix.casefold() == ".toml" else _sheet_rows(path)
    faults = [fault for place, row in rows for fault in _faults(place, row)]
    ids = [row.get("scenario_id", "") for _, row in rows]
    twice = sorted({each for each in ids if each and ids.count(each) > 1})
    faults += [
        Fault("duplicate_id", "", f"scenario {each!r} comes twice", "give each its own id") for each in twice
    ]
    if not rows:
        faults.append(Fault("empty", "", "no scenario", "write one line for each"))
    if faults:
        raise TableError(path.name, faults)
    return [_scenario(row, path.parent) for _, row in rows]


def _toml_rows(path: Path) -> list[tuple[str, dict[str, str]]]:
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8")).get("scenarios", [])
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TableError(path.name, [Fault("unreadable", "", f"cannot be read: {error}")]) from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise TableError(
            path.name, [Fault("unreadable", "", "scenarios are no tables", "write [[scenarios]]")]
        )
    return [
        (f"scenarios[{place}]", {key: str(value) for key, value in row.items()})
        for place, row in enumerate(rows, 1)
    ]


def _sheet_rows(path: Path) -> list[tuple[str, dict[str, str]]]:
    sheet = read_sheet(path)
    return [
        (
            f"row {place}",
            {str(key).strip(): text.strip() for key, text in row.items() if isinstance(text, str)},
        )
        for place, row in sheet.to_dict("index").items()
    ]


def _faults(place: str, row: dict[str, str]) -> list[Fault]:
    found = [
        Fault("missing_value", place, f"no {name}", f"add the column or the value {name}")
        for name in _REQUIRED
        if not row.get(name)
    ]
    at = row.get("at", "")
    if at and _time(at) is None:
        found.append(
            Fault("wrong_value", place, f"at: {at!r} is no time", "write it like 2022-03-05T18:00+08:00")
        )
    return found


def _time(text: str) -> datetime | None:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    return time if time.tzinfo is not None else time.astimezone()


def _scenario(row: dict[str, str], folder: Path) -> Scenario:
    files = {name: str(folder / row[name]) if row.get(name) else "" for name in _PATHS}
    protocol = row["protocol"]
    if protocol.endswith(".toml"):
        protocol = str(folder / protocol)
    at = _time(row["at"]) if row.get("at") else None
    return Scenario(scenario_id=row["scenario_id"], protocol=protocol, at=at, **files)
