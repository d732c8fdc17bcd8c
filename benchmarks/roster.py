"""Marks of lists: a plain roster in one workbook, and the follow-up files of many recipients."""

from __future__ import annotations

import io
import json
from statistics import median
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.harness import Contestant, Figure, held_bytes, peak_bytes, race, run_child
from benchmarks.points import reset_peak
from benchmarks.worlds import Scale, county, describe
from gridmap.export.fills import fills_for
from gridmap.export.listwords import heading
from gridmap.export.roster import Roll, roster_bytes
from gridmap.export.workbook import Sheet, workbook_bytes

PEER = "pandas.to_excel(openpyxl)"
_OWN = "gridmap"
_TIMES, _TIMES_FILES, _MOST_BYTES = 10, 2, 300_000_000
_ROWS_EACH = 100
_PARTS, _RUNS = 10, 3
_SOME = 50  # of the files of the peer that stand for all
_COLUMNS = ("number", "area", "address", "head_name", "phone", "residents", "kind", "zone")
_IDS = ("household_id", "cell_id", "tier")
_FILLED = ("channel", "result", "needs_now", "reached_on")


def mark_roster(scale: Scale) -> list[Figure]:
    """Write all households into one workbook, and into a file for each recipient; measure the memory."""
    frame = roster_frame(scale)
    world = {**describe(county(scale.cells, 0)[0], rows=len(frame)), "columns": len(frame.columns)}
    return [_plain(frame, world), _files(frame, world), _memory(scale, world)]


def roster_frame(scale: Scale) -> pd.DataFrame:
    """Return the roster of a county with the columns of a list: texts, and two columns of integers."""
    _, roster = county(scale.cells, scale.points)
    count = len(roster)
    texts = {
        name: roster[name].astype("str").fillna("").reset_index(drop=True)
        for name in ("address", "head_name", "phone")
    }
    cells = roster["cell_id"].astype("str").reset_index(drop=True)
    values = {
        "number": np.arange(1, count + 1),
        "area": "示例街道 " + cells.str.slice(0, 9),
        **texts,
        "residents": pd.to_numeric(roster["residents"]).fillna(0).astype("int64").to_numpy(),
        "kind": pd.Series("住宅", index=range(count), dtype="str"),
        "zone": pd.Series("S-1 封控区", index=range(count), dtype="str"),
        "household_id": roster.index.astype("str").to_series().reset_index(drop=True),
        "cell_id": cells,
        "tier": pd.Series("sealed", index=range(count), dtype="str"),
    }
    return pd.DataFrame({heading(name, "zh"): values[name] for name in (*_COLUMNS, *_IDS)})


def _plain(frame: pd.DataFrame, world: dict[str, Any]) -> Figure:
    part = frame.head(max(len(frame) // _PARTS, 1))
    run = race(
        [
            Contestant(_OWN, lambda _: (own_roster(frame), frame), exact=True),
            Contestant(PEER, lambda _: (_by_pandas(part), part), times=len(frame) / len(part)),
        ],
        peer=PEER,
        runs=_RUNS,
        differences=lambda made: _unequal(*made),
    )
    return Figure(
        "roster",
        f"plain roster of {len(frame):,} rows in one workbook",
        PEER,
        median(run.gains(_OWN)),
        at_least=_TIMES,
        world=world,
        rows=run.rows(),
        note="gridmap writes every cell with a border, as text where it is text, under a frozen heading with"
        f" filters; pandas writes bare cells, and {len(part):,} rows that stand for all; what was made"
        " is read back by calamine and compared",
    )


def _files(frame: pd.DataFrame, world: dict[str, Any]) -> Figure:
    files = max(len(frame) // _ROWS_EACH, 1)
    some = min(_SOME, files)
    parts = [frame.iloc[place * _ROWS_EACH : (place + 1) * _ROWS_EACH] for place in range(files)]
    filled = [
        part.assign(**dict.fromkeys((heading(name, "zh") for name in _FILLED), "")) for part in parts[:some]
    ]
    run = race(
        [
            Contestant(_OWN, lambda _: [follow_up(part) for part in parts], exact=True),
            Contestant(PEER, lambda _: [_by_pandas(part) for part in filled], times=files / some),
        ],
        peer=PEER,
        runs=1,
        differences=lambda made: sum(_unequal(made[place], parts[place], "住户") for place in range(some)),
    )
    return Figure(
        "roster",
        f"{len(frame):,} rows over the follow-up files of {files:,} recipients",
        PEER,
        median(run.gains(_OWN)),
        at_least=_TIMES_FILES,
        world=world,
        rows=run.rows(),
        note="gridmap writes three sheets each, with choices for the columns that are filled in;"
        f" {some} files of the peer, of the bare rows alone, stand for all",
    )


def _memory(scale: Scale, world: dict[str, Any]) -> Figure:
    call = f"from benchmarks.roster import measure_memory; measure_memory({scale.cells}, {scale.points})"
    told = json.loads(run_child(call))
    return Figure(
        "roster",
        f"memory of writing the plain roster of {scale.points:,} rows, above the rows themselves",
        f"{_MOST_BYTES // 1_000_000} MB",
        told["most_bytes"] / _MOST_BYTES,
        at_most=1.0,
        world=world,
        rows={_OWN: {**told, "differences": 0}},
        note="the most that a fresh process holds while writing, the finished file included, less what it"
        " held before",
    )


def measure_memory(cells: int, points: int) -> None:
    """Write a roster in this process and print what it took, as JSON."""
    frame = roster_frame(Scale(cells, cells, points, points, 1, 1, 1, 1, 1))
    own_roster(frame.head(10))
    reset_peak()
    before = held_bytes()
    data = own_roster(frame)
    told = {"most_bytes": peak_bytes() - before, "file_bytes": len(data)}
    print(json.dumps(told | {"rows_bytes": int(frame.memory_usage(deep=True).sum())}))


def own_roster(frame: pd.DataFrame) -> bytes:
    """Write a frame as the roster of an export."""
    rolls = [Roll("住户", "全部住户", {name: frame[name] for name in frame})]
    return roster_bytes(rolls, banner="", foot="示例〔2022〕1号", mark="供 示例县")


def follow_up(part: pd.DataFrame) -> bytes:
    """Write some rows as the list of an official, with columns to be filled in."""
    columns = [*_COLUMNS, *_FILLED, *_IDS]
    known = [part.iloc[:, place].tolist() for place in range(len(part.columns))]
    middle = len(_COLUMNS)
    rows = list(zip(*known[:middle], *([""] * len(part) for _ in _FILLED), *known[middle:], strict=True))
    heads = [heading(name, "zh") for name in columns]
    fills = fills_for(columns, "zh")
    facts = [("住户", str(len(part))), ("文号", "示例〔2022〕1号"), ("版本", "1")]
    sheets = [
        Sheet("责任人", "某人 负责的住户", heads[:3], [(1, "某人", "联户党员")], facts=facts),
        Sheet("住户", "某人 负责的住户", heads, rows, printed=len(heads) - len(_IDS), fills=fills),
        Sheet("待核名单", "待核名单:无", heads[:3], [], empty="无"),
    ]
    return workbook_bytes(sheets, banner="", foot="示例〔2022〕1号", mark="供 示例县")


def _by_pandas(frame: pd.DataFrame) -> bytes:
    out = io.BytesIO()
    frame.to_excel(out, index=False, engine="openpyxl")
    return out.getvalue()


def _unequal(data: bytes, frame: pd.DataFrame, sheet: str = "") -> int:
    """Count the rows that are not in a workbook, by the columns of a frame."""
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    table = book.get_sheet_by_name(sheet if sheet in book.sheet_names else book.sheet_names[0]).to_python()
    top = next(place for place, row in enumerate(table) if row[0] == frame.columns[0])
    at = [table[top].index(name) for name in frame.columns]
    found = {tuple(str(row[place]).removesuffix(".0") for place in at) for row in table[top + 1 :]}
    wanted = {tuple(map(str, row)) for row in frame.itertuples(index=False, name=None)}
    return len(found ^ wanted)
