"""The alarm for shifted coordinates: GCJ-02 or BD-09 among WGS-84, in points or in outlines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from pandas import DataFrame, Series

from gridmap.core.belt_check import misplaced
from gridmap.core.datum_fit import AT_HOME_M, HYPOTHESES, DeclaredAreas, Evidence, Flags, Hypothesis
from gridmap.core.roster import points_of, roster_of
from gridmap.errors import Fault, TableError
from gridmap.model.crs import Array, wgs84_to_gcj02
from gridmap.model.frames import grid_frame

COLUMNS = {
    "kind": "str",
    "subset": "str",
    "datum": "str",
    "household_id": "str",
    "households": "int64",
    "fit_as_given": "float64",
    "fit_shifted": "float64",
    "detail": "str",
    "cure": "str",
}
SOURCES = ("source_file", "source", "source_row")
_FILES = ("source_file", "source_row")
_ROW_NUMBER = r"\s*\d+$"
_LEVEL = "town"
_LEAST = 5
_SURE = 2.5
_LEAST_MIXED = 4
_SURE_MIXED = 3.0
_EXPLAINED = 0.5
_EXPLAINED_MIXED = 0.3
_LEAST_MIXED_SHARE = 0.01
_SHOWN = 6


class _Ring(NamedTuple):
    subset: str
    hypothesis: Hypothesis
    rows: NDArray[np.intp]


def check_datum(households: DataFrame, grid: Any, *, by: Sequence[str] = SOURCES) -> DataFrame:
    """List the points and outlines that fit each other better after a shift of datum.

    What a household declares (its cell, else its village or town) is compared with where it lies: as given,
    if the points were GCJ-02 or BD-09, and if the outlines were. One that declares nothing should lie in any
    cell. All households are tested, then those of every source and every town, then single households: some
    shifted ones among many are found by what they have in common, and by the neighbours of their building.
    Shifts as long in other directions tell what is chance.

    Parameters
    ----------
    households
        The roster, as for `place_households`.
    grid
        The cells by ``cell_id``, with a CRS.
    by
        Columns of the roster that name its sources; those it does not have are passed over.

    Returns
    -------
    problems
        `kind`, `subset` (empty for all), `datum`, `household_id` (empty but for single households),
        `households` (how many were compared), `fit_as_given` and `fit_shifted` (shares from 0 to 1 that lie
        in what they declare), `detail` and `cure` in words. Kinds: ``shifted_households`` and
        ``shifted_grid`` (most of them), ``mixed_datum`` (one in a hundred or more; `fit_shifted` with these
        put right), and for single households ``suspected_gcj02``, ``suspected_bd09`` and
        ``suspected_wgs84`` (unshifted without need). Where most points miss the grid, ``wrong_belt`` or
        ``axes_swapped`` alone, if that explains it; the shares are then of points near the grid. Without any,
        an empty table.

    Raises
    ------
    CrsMismatchError
        If only one of the two has a CRS.
    TableError
        If neither has one.
    """
    grid = grid_frame(grid)
    if grid.crs is None:
        what = "the grid has no CRS, so its place on earth is not known"
        raise TableError("the grid", [Fault("no_crs", "", what, "call grid.set_crs(...) first")])
    roster = roster_of(households, grid)
    points, _ = points_of(roster)
    rows = np.flatnonzero(~shapely.is_missing(points))
    lonlat = _lonlat(points[rows], roster)
    off = misplaced(lonlat, grid.to_crs(4326).total_bounds, getattr(households, "crs", None))
    if off is not None:
        detail = f"{off.inside:.1%} of {len(rows):,} households lie near the grid: {off.what}"
        record = _record(off.kind, len(rows), (off.inside, off.inside_mended), detail, off.cure)
        return _table([record])
    if not len(rows) or np.array_equal(wgs84_to_gcj02(lonlat), lonlat):
        return _table([])
    areas = DeclaredAreas(grid, roster)
    evidence = Evidence(lonlat, areas, rows, roster["address"].iloc[rows])
    subsets = _subsets(roster, areas, rows, by)
    ids = np.asarray(roster.index[rows], dtype=object)
    everything = np.arange(len(rows))
    whole = _ring(evidence, "", everything)
    parts = [ring for name, part in subsets if (ring := _ring(evidence, name, part))]
    rings = _reported(whole, parts, subsets)
    records = [_shifted(evidence, ring, parts, subsets) for ring in rings]
    covered = everything if whole else np.concatenate([np.empty(0, int), *(ring.rows for ring in parts)])
    rest = np.setdiff1d(everything, covered)
    return _table([*records, *_singles(evidence, rest, ids)])


def _lonlat(points: NDArray[np.object_], roster: Any) -> Array:
    series = type(roster.geometry)(points, crs=roster.crs).to_crs(4326)
    return np.column_stack([series.x, series.y])


def _subsets(
    roster: DataFrame, areas: DeclaredAreas, rows: NDArray[np.intp], by: Sequence[str]
) -> list[tuple[str, NDArray[np.intp]]]:
    labels = {
        column: roster[column].astype("str").iloc[rows].str.replace(_ROW_NUMBER, "", regex=True)
        if column == "source_row"
        else roster[column].iloc[rows]
        for column in by
        if column in roster
    }
    labels[_LEVEL] = areas.at_level(_LEVEL).iloc[rows]
    subsets = []
    for column, names in labels.items():
        groups = Series(np.arange(len(rows))).groupby(names.to_numpy(dtype=object)).indices
        if len(groups) > 1:
            label = "file" if column in _FILES else column
            subsets += [(f"{label} {name}", np.asarray(part)) for name, part in groups.items()]
    return subsets


def _ring(evidence: Evidence, subset: str, rows: NDArray[np.intp]) -> _Ring | None:
    """Ring if the best shift brings clearly more rows into their areas than it takes out of them."""
    given = evidence.given[rows]
    nets = [int(evidence.shifted[each][rows].sum()) - int(given.sum()) for each in HYPOTHESES]
    best = HYPOTHESES[int(np.argmax(nets))]
    shifted = evidence.shifted[best][rows]
    gained, lost = int((shifted & ~given).sum()), int((given & ~shifted).sum())
    if gained - lost < _LEAST or gained - lost <= _SURE * np.sqrt(gained + lost):
        return None
    if (evidence.codes[rows] < 0).all() and gained < _EXPLAINED * (~given).sum():
        return None
    chance = max(int(each.sum()) - int(given.sum()) for each in evidence.controls(best, rows))
    return _Ring(subset, best, rows) if gained - lost > chance else None


def _reported(whole: _Ring | None, parts: list[_Ring], subsets: list[Any]) -> list[_Ring]:
    """Name the parts beside the whole only where they tell more than it does."""
    if whole is None:
        return parts
    alike = len(parts) == len(subsets) and all(ring.hypothesis == whole.hypothesis for ring in parts)
    return [whole] if alike else [whole, *parts]


def _shifted(evidence: Evidence, ring: _Ring, parts: list[_Ring], subsets: list[Any]) -> dict[str, Any]:
    hypothesis, rows = ring.hypothesis, ring.rows
    given = evidence.given[rows].mean()
    shifted = evidence.shifted[hypothesis][rows].mean()
    who = "the points" if hypothesis.points else "the outlines"
    detail = (
        f"{given:.1%} of {len(rows):,} households lie where they declare as given, {shifted:.1%} if {who} "
        f"are {hypothesis.datum}"
    )
    fine = [] if ring.subset else _fine(evidence, parts, subsets)
    if fine:
        some = ", ".join(fine[:_SHOWN]) + (" ..." if len(fine) > _SHOWN else "")
        detail += f"; not so {some}: read these from a file of their own"
    kind = "shifted_households" if hypothesis.points else "shifted_grid"
    record = _record(kind, len(rows), (given, shifted), detail, _cure(hypothesis))
    return record | {"subset": ring.subset, "datum": hypothesis.datum.value}


def _record(kind: str, households: int, fits: tuple[float, float], detail: str, cure: str) -> dict[str, Any]:
    return {
        "kind": kind,
        "subset": "",
        "datum": "",
        "household_id": "",
        "households": households,
        "fit_as_given": fits[0],
        "fit_shifted": fits[1],
        "detail": detail,
        "cure": cure,
    }


def _fine(evidence: Evidence, parts: list[_Ring], subsets: list[Any]) -> list[str]:
    """Name the subsets that a shift of all would take out of their areas."""
    rung = {ring.subset for ring in parts}
    open_parts = [(name, rows) for name, rows in subsets if name not in rung]
    return [
        name
        for name, rows in open_parts
        if all(evidence.shifted[each][rows].sum() < evidence.given[rows].sum() for each in HYPOTHESES)
    ]


def _cure(hypothesis: Hypothesis) -> str:
    if hypothesis.points:
        return f"read the households with --crs-households {hypothesis.datum}"
    return (
        f"read the grid with --crs-grid {hypothesis.datum}, "
        f"or the households without --crs-households {hypothesis.datum}"
    )


def _singles(evidence: Evidence, rest: NDArray[np.intp], ids: NDArray[np.object_]) -> list[dict[str, Any]]:
    """Name the households that lie wrong as given, and right after a shift that is not mere chance."""
    eligible = rest[~evidence.given[rest] & ~evidence.at_home[rest]]
    taken = np.zeros(len(ids), dtype=bool)
    records: list[dict[str, Any]] = []
    tested = [(each, *_candidates(evidence, each, rest, eligible)) for each in HYPOTHESES]
    for hypothesis, found, proven, common in sorted(tested, key=lambda each: -len(each[1])):
        named = found if common else found[proven]
        named = named[~taken[named]]
        if not len(named):
            continue
        taken[named] = True
        if common and len(named) >= _LEAST_MIXED_SHARE * len(rest):
            records.append(_mixed(evidence, hypothesis, rest, named))
        records += [_single(evidence, hypothesis, row, ids) for row in named]
    return records


def _candidates(
    evidence: Evidence, hypothesis: Hypothesis, rest: NDArray[np.intp], eligible: NDArray[np.intp]
) -> tuple[NDArray[np.intp], Flags, bool]:
    """Find rows that a shift puts right: which, which of them by their neighbours, and if beyond chance."""
    shifted = evidence.shifted[hypothesis]
    home_m = evidence.home_m(evidence.moved[hypothesis])
    # of rows that fit, only one direction can be believed: their neighbours may be the shifted ones
    open_rows = ~evidence.given | hypothesis.points
    proof = open_rows & evidence.astray & shifted & (home_m <= AT_HOME_M)
    known = np.isfinite(home_m)
    gained = eligible[shifted[eligible] & (proof[eligible] | ~known[eligible])]
    chance = max((int(each.sum()) for each in evidence.controls(hypothesis, eligible)), default=0)
    # neighbouring cells mixed up in one direction look like a shift, but a tenth of them at most are
    # brought home by it
    least = max(_LEAST_MIXED, _EXPLAINED_MIXED * len(eligible))
    common = len(gained) >= least and len(gained) > chance + _SURE_MIXED * np.sqrt(chance + 1)
    found = np.union1d(gained, rest[proof[rest]]).astype(np.intp)
    return found, proof[found], common


def _mixed(
    evidence: Evidence, hypothesis: Hypothesis, rest: NDArray[np.intp], named: NDArray[np.intp]
) -> dict[str, Any]:
    given = evidence.given[rest].mean()
    mended = np.union1d(np.flatnonzero(evidence.given[rest]), np.flatnonzero(np.isin(rest, named)))
    what = f"{hypothesis.datum} points among WGS-84" if hypothesis.points else "WGS-84 points unshifted"
    share = len(mended) / len(rest)
    detail = (
        f"{len(named):,} of {len(rest):,} households look like {what}: {given:.1%} lie where they declare "
        f"as given, {share:.1%} with these put right"
    )
    record = _record("mixed_datum", len(rest), (given, share), detail, _single_cure(hypothesis))
    return record | {"datum": hypothesis.datum.value}


def _single(
    evidence: Evidence, hypothesis: Hypothesis, row: np.intp, ids: NDArray[np.object_]
) -> dict[str, Any]:
    code = hypothesis.datum.value.replace("-", "").casefold()
    where = "away from its building" if evidence.given[row] else "outside of what it declares"
    back = "" if hypothesis.points else "shifted back to "
    kind = f"suspected_{code}" if hypothesis.points else "suspected_wgs84"
    fits = (float(evidence.given[row]), float(evidence.shifted[hypothesis][row]))
    detail = f"{where} as given, right if {back}{hypothesis.datum}"
    record = _record(kind, 1, fits, detail, _single_cure(hypothesis))
    return record | {"datum": hypothesis.datum.value, "household_id": str(ids[row])}


def _single_cure(hypothesis: Hypothesis) -> str:
    if hypothesis.points:
        return f"read these rows from a file of their own with --crs-households {hypothesis.datum}"
    return f"read these rows from a file of their own without --crs-households {hypothesis.datum}"


def _table(records: list[dict[str, Any]]) -> DataFrame:
    return DataFrame(records, columns=list(COLUMNS)).astype(COLUMNS)
