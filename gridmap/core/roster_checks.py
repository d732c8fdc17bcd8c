"""Check a roster: phones that are none, one household under two ids, points in another datum, thin cells."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pandas import DataFrame, Series

from gridmap.model.crs import gcj02_to_wgs84
from gridmap.model.placement import RECORD_COLUMNS, Placement

_ORDINARY = r"1[0-9]{10}"
_NUMBER = re.compile(
    r"(\+?86|0086)?(1\d{10}|0(10|2\d)\d{7,8}|0[3-9]\d{2}\d{7,8}|[48]00\d{7})"
    r"|(\+86|0086)(10\d{8}|2\d{9}|[3-9]\d{9,10})"
    r"|[2-9]\d{6,7}|\+(?!86)\d{7,15}|00(?!86)\d{7,15}"
)
_EXTENSION = re.compile(r"(转|分机号?|内线|ext\.?|x|#).*$", re.IGNORECASE)
_BETWEEN_NUMBERS = re.compile(r"[、,;/|\n]|(?<=\d{7})\s+(?=[+0-9])")
_WRITTEN_WITHIN = re.compile(r"[\s()\-‐-―.·电话手机:]")
_LEAST_BUILDINGS = 5
_LOW_SHARE = 0.5


def is_phone(text: str) -> bool:
    """Tell whether a text holds telephone numbers and nothing else that is meant as one.

    A number is 11 digits that begin with 1, a landline with or without its area code, 400 or 800 and seven
    digits, or one of another country after + or 00. Full-width digits, +86, blanks, hyphens, brackets and an
    extension after 转, 分机 or ext are understood; several numbers may stand side by side.

    Examples
    --------
    >>> [is_phone(text) for text in ("１３８００１３８０００", "+86 573-84021234 转 8012", "无", "12345")]
    [True, True, False, False]
    """
    parts = _BETWEEN_NUMBERS.split(unicodedata.normalize("NFKC", text).strip())
    numbers = [_WRITTEN_WITHIN.sub("", _EXTENSION.sub("", part.strip())) for part in parts if part.strip()]
    return bool(numbers) and all(_NUMBER.fullmatch(number) for number in numbers)


def check_roster(placement: Placement) -> DataFrame:
    """List what is odd about the households of a roster, apart from where they are placed.

    Parameters
    ----------
    placement
        The roster with the grid and what was found about places.

    Returns
    -------
    findings
        `row` (position in the roster, from 0), `household_id`, `reason`, `detail`, by reason: `missing_phone`
        and `bad_phone`; `double_household`, a row with the address and the head of an earlier one under
        another id; `shifted_point`, a place outside of the declared cell that would lie in it were it GCJ-02.
        No detail names a person, a phone or an address.
    """
    roster = placement.households
    found = [*_phones(roster), *_doubles(roster), *_shifted(placement)]
    rows = np.array([row for row, _, _ in found], dtype="int64")
    columns = {
        "row": rows,
        "household_id": roster.index[rows].astype("str"),
        "reason": Series([reason for _, reason, _ in found], dtype="str"),
        "detail": Series([detail for _, _, detail in found], dtype="str"),
    }
    return DataFrame(columns, columns=list(RECORD_COLUMNS))


def thin_cells(placement: Placement) -> DataFrame:
    """List the cells that have fewer households than half of their known `buildings`.

    Only cells of at least five known buildings count; a grid without the column has none.

    Returns
    -------
    cells
        By ``cell_id``: `buildings` and `households`.
    """
    grid = placement.grid
    if "buildings" not in grid.columns:
        return DataFrame({"buildings": [], "households": []}, index=pd.Index([], name="cell_id", dtype="str"))
    known = pd.to_numeric(grid["buildings"], errors="coerce").fillna(0)
    known = known[~known.index.duplicated()]
    households = placement.cells.value_counts().reindex(known.index, fill_value=0)
    thin = (known >= _LEAST_BUILDINGS) & (households < _LOW_SHARE * known)
    return DataFrame({"buildings": known[thin].astype("int64"), "households": households[thin]})


def _phones(roster: DataFrame) -> Iterable[tuple[int, str, str]]:
    if "phone" not in roster.columns:
        return
    phones = roster["phone"].astype("str").fillna("")
    unusual = np.flatnonzero(~phones.str.fullmatch(_ORDINARY).to_numpy(dtype=bool))
    for row in unusual.tolist():
        text = phones.iloc[row].strip()
        if not text:
            if phones.str.len().to_numpy().any():
                yield row, "missing_phone", "no phone"
        elif not is_phone(text):
            digits = sum(letter.isdigit() for letter in text)
            yield row, "bad_phone", f"{digits} digits that make no phone number" if digits else "no digits"


def _doubles(roster: DataFrame) -> Iterable[tuple[int, str, str]]:
    if not {"address", "head_name"} <= set(roster.columns):
        return
    pair = DataFrame({name: _folded(roster[name]) for name in ("address", "head_name")})
    pair["id"], pair["row"] = roster.index.astype("str"), np.arange(len(roster))
    pair = pair[(pair["address"] != "") & (pair["head_name"] != "")]
    pair = pair[pair.duplicated(["address", "head_name"], keep=False)].drop_duplicates(
        ["address", "head_name", "id"]
    )
    first = pair.groupby(["address", "head_name"], sort=False)["id"].transform("first")
    for row, own, earlier in zip(pair["row"], pair["id"], first, strict=True):
        if own != earlier:
            yield row, "double_household", f"address and head are those of household {earlier!r}"


def _folded(column: Series) -> Any:
    text = column.astype("str").fillna("")
    return text.str.normalize("NFKC").str.replace(r"\s", "", regex=True).str.casefold().to_numpy()


def _shifted(placement: Placement) -> Iterable[tuple[int, str, str]]:
    """Find the points that leave their declared cell and would lie in it if they were GCJ-02."""
    records = pd.concat(
        [
            placement.conflicts[placement.conflicts["reason"] == "declared_elsewhere"],
            placement.exceptions[placement.exceptions["reason"] == "outside_grid"],
        ]
    )
    grid, roster = placement.grid, placement.households.iloc[records["row"].to_numpy()]
    if not len(roster) or not isinstance(roster, gpd.GeoDataFrame) or grid.crs is None:
        return
    outlines = grid.geometry[~grid.index.duplicated()].reindex(roster["cell_id"]).to_numpy()
    lonlat = shapely.get_coordinates(roster.geometry.to_crs(4326).to_numpy())
    if len(lonlat) != len(roster):
        return
    true = gpd.GeoSeries(shapely.points(gcj02_to_wgs84(lonlat)), crs=4326).to_crs(grid.crs).to_numpy()
    usable = shapely.is_valid(outlines)
    inside = np.zeros(len(roster), dtype=bool)
    inside[usable] = shapely.covers(outlines[usable], true[usable])
    for row in np.sort(records["row"].to_numpy()[inside]).tolist():
        yield row, "shifted_point", "lies in its declared cell if the coordinates are GCJ-02"
