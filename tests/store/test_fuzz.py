"""Random tables and broken files: the outcome is a table with all its rows, or an error naming the file."""

import csv
import json
import subprocess
import sys
import warnings
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import gridmap as gm
from gridmap.errors import GridmapError, GridmapWarning
from gridmap.store.sheets import read_sheet

CASES = 180
SOME = settings(
    derandomize=True,
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
TRICKY = (
    "=1+1",
    "'=x",
    "NA",
    "<b>",
    "0012",
    "1e5",
    "\ufeff",
    "\u202e",
    "nan",
    '"',
    ",",
    "a\nb",
    "120.9",
    "POINT (1 2)",
)
HEADERS = (
    "household_id",
    "户号",
    "address",
    "lon",
    "lat",
    "x",
    "y",
    "cell_id",
    "residents",
    "geometry",
    "身份证号",
    "",
)
text = st.one_of(st.sampled_from(TRICKY), st.text(max_size=12), st.just(""), st.integers().map(str))
header = st.one_of(st.sampled_from(HEADERS), st.text(max_size=8))


@st.composite
def tables(draw):
    """A header and rows of text of the same width."""
    names = draw(st.lists(header, min_size=1, max_size=6))
    row = st.lists(text, min_size=len(names), max_size=len(names))
    return [names, *draw(st.lists(row, max_size=6))]


def read_or_refused(path, read, **options):
    """Give the frame, or None where the file was refused by its name."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", GridmapWarning)
            return read(path, **options)
    except GridmapError as error:
        if path.name not in str(error):
            raise
        return None


def write_csv(path, rows, encoding):
    with path.open("w", newline="", encoding=encoding, errors="replace") as stream:
        csv.writer(stream).writerows(rows)


@SOME
@given(rows=tables(), encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]))
def test_any_table_is_read_or_refused_by_every_door(tmp_path, rows, encoding):
    path = tmp_path / "fuzzed.csv"
    write_csv(path, rows, encoding)
    for read in (gm.read_households, gm.read_officials, gm.read_cases, gm.read_sites):
        frame = read_or_refused(path, read, crs="EPSG:4326")
        assert frame is None or (len(frame) <= len(rows) and frame.index.dtype == "str")


@SOME
@given(
    rows=st.lists(st.lists(text, min_size=2, max_size=2), min_size=1, max_size=8),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
)
def test_no_row_of_a_csv_is_lost(tmp_path, rows, encoding):
    path = tmp_path / "fuzzed.csv"
    write_csv(path, [["household_id", "address"], *rows], encoding)
    kept = [row for row in rows if any(value.strip() for value in row)]
    frame = read_or_refused(path, read_sheet)
    assert frame is None or len(frame) == len(kept)


@SOME
@given(
    values=st.lists(
        st.one_of(st.none(), st.booleans(), st.integers(-(2**63), 2**63 - 1), st.floats(), text, st.dates()),
        min_size=1,
        max_size=6,
    ),
    suffix=st.sampled_from([".xlsx", ".parquet"]),
)
def test_any_type_of_cell_is_read(tmp_path, values, suffix):
    path = tmp_path / f"fuzzed{suffix}"
    frame = pd.DataFrame({"household_id": [f"h{at}" for at in range(len(values))], "note": values})
    if suffix == ".parquet":
        frame.assign(note=frame["note"].astype("str")).to_parquet(path)
    else:
        options = {"nan_inf_to_errors": True, "strings_to_formulas": False, "strings_to_urls": False}
        with pd.ExcelWriter(path, engine="xlsxwriter", engine_kwargs={"options": options}) as writer:
            frame.to_excel(writer, index=False)
    read = read_or_refused(path, read_sheet)
    assert read["household_id"].to_list() == frame["household_id"].to_list()


@pytest.mark.parametrize("seed", [1])
def test_broken_files_are_read_or_refused_by_name(tmp_path, seed):
    script = Path(__file__).with_name("mutations.py")
    command = [sys.executable, str(script), str(tmp_path), str(seed), str(CASES)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr[-4000:]
    counts = json.loads(done.stdout)["counts"]
    assert set(counts) == {"read", "refused"}
    assert sum(counts.values()) == CASES
