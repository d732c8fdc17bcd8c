"""Shifted coordinates out and in, and the alarm that rings when they are mixed up."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely.geometry import box

from gridmap.core.datum import from_datum, to_datum
from gridmap.core.datum_check import COLUMNS, check_datum
from gridmap.errors import CrsMismatchError, TableError
from gridmap.model.crs import wgs84_to_bd09, wgs84_to_gcj02
from gridmap.sample.county import make_county

PLACE = (120.9, 30.8)
# there GCJ-02 lies 420 m east and 240 m south: about one cell of 0.004 degrees to the east
STEP = 0.004


def grid_of(columns=4, rows=3):
    """Cells c00 to c23 of 0.004 degrees (380 m by 440 m): a town, row by row from the south west."""
    lon, lat = PLACE
    cells = {
        f"c{row}{column}": box(
            lon + column * STEP, lat + row * STEP, lon + (column + 1) * STEP, lat + (row + 1) * STEP
        )
        for row in range(rows)
        for column in range(columns)
    }
    return gpd.GeoDataFrame(
        {"parent_id": "T", "town_name": "甲镇"},
        index=pd.Index(list(cells), name="cell_id"),
        geometry=list(cells.values()),
        crs=4326,
    )


def homes(grid, each=10, **columns):
    """So many households around the middle of every cell, which they declare."""
    cells = np.repeat(grid.index.to_numpy(dtype=object), each)
    middle = np.repeat(shapely.get_coordinates(shapely.centroid(grid.geometry.to_numpy())), each, axis=0)
    lonlat = middle + np.tile(np.linspace(-STEP / 5, STEP / 5, each), len(grid))[:, None]
    index = pd.Index([f"h{n}" for n in range(len(cells))], name="household_id")
    return pd.DataFrame({"cell_id": cells, "lon": lonlat[:, 0], "lat": lonlat[:, 1], **columns}, index=index)


def moved(households, which, shift=wgs84_to_gcj02):
    shifted = households.copy()
    rows = np.asarray(which)
    shifted.loc[rows, ["lon", "lat"]] = shift(households.loc[rows, ["lon", "lat"]].to_numpy())
    return shifted


def rows_of(problems, *kinds):
    return problems[problems["kind"].isin(kinds)]


# out and in


@pytest.mark.parametrize("datum", ["GCJ-02", "BD-09"])
def test_there_and_back_is_less_than_a_millimetre(datum):
    frame = gpd.GeoDataFrame(
        {"n": [1, 2]}, geometry=[shapely.Point(586000, 3408000), None], crs=4549, index=["a", "b"]
    )
    shifted = to_datum(frame, datum)
    assert (shifted.crs, shifted.attrs["datum"]) == (None, datum)
    back = from_datum(shifted, datum)
    assert "datum" not in back.attrs
    assert back.to_crs(4549).geometry["a"].distance(frame.geometry["a"]) < 0.001
    assert back.index.to_list() == ["a", "b"]
    assert back["n"].to_list() == [1, 2]
    assert back.geometry["b"] is None
    assert frame.crs.to_epsg() == 4549


def test_outlines_and_series_are_shifted_too():
    outline = gpd.GeoSeries([box(*PLACE, 120.91, 30.81)], crs=4490, name="outline")
    shifted = to_datum(outline, "gcj02")
    corners = shapely.get_coordinates(outline.to_numpy())
    assert shapely.get_coordinates(shifted.to_numpy()) == pytest.approx(wgs84_to_gcj02(corners), abs=1e-12)
    assert shifted.name == "outline"


def test_a_plain_crs_is_a_plain_conversion():
    assert to_datum(gpd.GeoSeries([shapely.Point(PLACE)], crs=4326), "EPSG:4549").crs.to_epsg() == 4549


def test_what_cannot_be_shifted_is_refused():
    place = gpd.GeoSeries([shapely.Point(PLACE)])
    with pytest.raises(TableError, match="the table has no CRS"):
        to_datum(place, "GCJ-02")
    with pytest.raises(TableError, match="EPSG:4326 is not shifted"):
        from_datum(place, "EPSG:4326")
    with pytest.raises(TableError, match="which cannot be BD-09"):
        from_datum(place.set_crs(4326).to_crs(4549), "BD-09")


# the alarm


def test_what_fits_rings_no_alarm_and_an_empty_roster_neither():
    grid = grid_of()
    problems = check_datum(homes(grid), grid)
    assert len(problems) == 0
    assert (
        problems.dtypes.astype(str).to_dict()
        == check_datum(homes(grid).iloc[:0], grid).dtypes.astype(str).to_dict()
    )
    assert list(problems.columns) == list(COLUMNS)


def test_a_shifted_file_is_named_with_both_fits_and_the_cure():
    grid = grid_of()
    households = homes(grid)
    given = moved(households, households.index)
    before = given.copy()
    [problem] = check_datum(given, grid).to_dict("records")
    assert (problem["kind"], problem["subset"], problem["datum"]) == ("shifted_households", "", "GCJ-02")
    assert (problem["households"], problem["fit_as_given"], problem["fit_shifted"]) == (120, 0.0, 1.0)
    assert problem["detail"] == (
        "0.0% of 120 households lie where they declare as given, 100.0% if the points are GCJ-02"
    )
    assert problem["cure"] == "read the households with --crs-households GCJ-02"
    pd.testing.assert_frame_equal(given, before)


def test_shifted_outlines_are_told_from_shifted_points():
    grid = grid_of()
    shifted = grid.set_geometry(shapely.transform(grid.geometry.to_numpy(), wgs84_to_bd09), crs=4326)
    [problem] = check_datum(homes(grid), shifted).to_dict("records")
    assert (problem["kind"], problem["datum"]) == ("shifted_grid", "BD-09")
    assert problem["cure"].startswith("read the grid with --crs-grid BD-09")


def test_a_grid_in_metres_and_households_in_degrees_are_compared():
    grid = grid_of()
    households = homes(grid)
    given = moved(households, households.index)
    assert check_datum(given, grid.to_crs(4549))["fit_shifted"].to_list() == [1.0]


def test_of_several_files_the_shifted_one_is_named():
    grid = grid_of()
    households = homes(grid, source_file=np.tile(["a.xlsx"] * 8 + ["b.xlsx"] * 2, 12))
    which = households.index[households["source_file"] == "b.xlsx"]
    [problem] = check_datum(moved(households, which), grid).to_dict("records")
    assert (problem["kind"], problem["subset"]) == ("shifted_households", "file b.xlsx")
    assert (problem["households"], problem["fit_as_given"], problem["fit_shifted"]) == (24, 0.0, 1.0)


def test_files_that_were_joined_are_told_apart_by_their_rows():
    grid = grid_of()
    files = np.tile(["town1.xlsx"] * 8 + ["town8.xlsx [一村]"] * 2, 12)
    households = homes(grid, source_row=[f"{file} {n}" for n, file in enumerate(files)])
    problems = check_datum(moved(households, households.index[files != "town1.xlsx"]), grid)
    assert problems["subset"].to_list() == ["file town8.xlsx [一村]"]


def test_a_file_that_would_be_spoiled_by_the_cure_of_the_rest_is_named():
    grid = grid_of()
    households = homes(grid, source=np.tile(["a"] * 8 + ["b"] * 2, 12))
    which = households.index[households["source"] == "a"]
    whole, part = check_datum(moved(households, which), grid).to_dict("records")
    assert whole["detail"].endswith("; not so source b: read these from a file of their own")
    assert part["subset"] == "source a"


def test_single_shifted_households_are_named_and_wrongly_declared_ones_are_not():
    grid = grid_of()
    households = homes(grid)
    households.loc["h3", "cell_id"] = "c23"
    which = ["h10", "h20", "h50", "h60", "h70"]
    problems = check_datum(moved(households, which), grid)
    assert rows_of(problems, "suspected_gcj02")["household_id"].to_list() == which
    [mixed] = rows_of(problems, "mixed_datum").to_dict("records")
    assert mixed["detail"] == (
        "5 of 120 households look like GCJ-02 points among WGS-84: "
        "95.0% lie where they declare as given, 99.2% with these put right"
    )
    assert len(problems) == 6


def test_one_shifted_household_is_known_by_the_neighbours_of_its_building():
    grid = grid_of()
    middle = homes(grid, each=1)
    households = middle.loc[middle.index.repeat(4)].assign(
        address=[f"枫南新村{n // 4 + 1}幢{n % 4 + 1}室" for n in range(48)]
    )
    households.index = pd.Index([f"h{n}" for n in range(48)], name="household_id")
    households.loc["h40", "cell_id"] = "c00"
    [single] = check_datum(moved(households, ["h20"]), grid).to_dict("records")
    assert (single["kind"], single["household_id"]) == ("suspected_gcj02", "h20")
    assert single["detail"] == "outside of what it declares as given, right if GCJ-02"
    undeclared = households.assign(cell_id="", town_name="甲镇")
    [single] = check_datum(moved(undeclared, ["h20"]), grid).to_dict("records")
    assert single["detail"] == "away from its building as given, right if GCJ-02"


def test_households_unshifted_without_need_are_named():
    grid = grid_of()
    households = homes(grid)
    which = ["h55", "h65", "h75", "h85", "h95", "h105"]
    problems = check_datum(moved(households, which, lambda lonlat: 2 * lonlat - wgs84_to_gcj02(lonlat)), grid)
    assert rows_of(problems, "suspected_wgs84")["household_id"].to_list() == which


def test_without_any_declared_area_the_grid_itself_is_compared():
    grid = grid_of()
    households = homes(grid).drop(columns="cell_id")
    assert len(check_datum(households, grid)) == 0
    [problem] = check_datum(moved(households, households.index), grid).to_dict("records")
    assert (problem["kind"], problem["fit_shifted"]) == ("shifted_households", 1.0)
    assert problem["fit_as_given"] < 0.9


def test_a_wrong_belt_is_told_from_where_the_grid_lies():
    grid = grid_of()
    points = gpd.GeoDataFrame(homes(grid), geometry=gpd.points_from_xy(*homes(grid)[["lon", "lat"]].T.values))
    wrong = points.set_crs(4490).to_crs(4549).set_crs(4548, allow_override=True).drop(columns=["lon", "lat"])
    [problem] = check_datum(wrong, grid).to_dict("records")
    assert (problem["kind"], problem["fit_as_given"], problem["fit_shifted"]) == ("wrong_belt", 0.0, 1.0)
    assert problem["detail"] == (
        "0.0% of 120 households lie near the grid: "
        "the points lie 3 degrees of longitude off the grid, their belt is further east"
    )
    assert problem["cure"] == "read the households with --crs-households EPSG:4549, not EPSG:4548"
    cure = check_datum(wrong.to_crs(4326), grid)["cure"].item()
    assert cure.endswith("the --crs-households whose central meridian is 3 degrees further east")


def test_swapped_axes_are_told_from_where_the_grid_lies_when_both_could_be_latitudes():
    grid = gpd.GeoDataFrame(
        index=pd.Index(["a"], name="cell_id"), geometry=[box(75.9, 39.4, 76, 39.5)], crs=4326
    )
    households = pd.DataFrame({"lon": [39.45] * 3, "lat": 75.95, "cell_id": "a"})
    assert check_datum(households, grid)["kind"].to_list() == ["axes_swapped"]


def test_outside_china_nothing_is_shifted():
    grid = gpd.GeoDataFrame(index=pd.Index(["a"], name="cell_id"), geometry=[box(2, 48, 3, 49)], crs=4326)
    households = pd.DataFrame({"lon": [3.0] * 20, "lat": 48.5, "cell_id": "a"})
    assert len(check_datum(households, grid)) == 0


def test_a_missing_crs_is_refused():
    grid = grid_of()
    with pytest.raises(TableError, match="the grid has no CRS"):
        check_datum(homes(grid), grid.set_crs(None, allow_override=True))
    points = gpd.GeoDataFrame(geometry=[shapely.Point(PLACE)])
    with pytest.raises(CrsMismatchError, match="households has no CRS"):
        check_datum(points, grid)


# the fictional county


@pytest.fixture(scope="module", params=[1, 2, 3])
def county(request):
    return make_county(cells=100, households=1500, seed=request.param)


def faulty(county, share, shift, declared="cell", wrong_share=0.02):
    """Households of which a share is shifted and 2 % declare the next or any other cell."""
    rng = np.random.default_rng(len(county.households) + int(share * 100))
    households = county.households.copy()
    codes = county.grid.index.to_numpy(dtype=object)
    place = county.grid.index.get_indexer(households["cell_id"])
    wrong = np.flatnonzero(rng.random(len(households)) < wrong_share)
    place[wrong] = np.where(
        wrong % 2 == 0, (place[wrong] + 1) % len(codes), rng.integers(0, len(codes), len(wrong))
    )
    digits = {"cell": None, "village": 12, "town": 9}[declared]
    households["cell_id"] = pd.Series(codes[place], index=households.index).str.slice(stop=digits)
    which = households.index[rng.random(len(households)) < share]
    return moved(households, which, shift), which


@pytest.mark.parametrize("declared", ["cell", "village", "town"])
@pytest.mark.parametrize("with_address", [True, False])
def test_clean_data_with_wrongly_declared_cells_rings_no_alarm(county, declared, with_address):
    households, _ = faulty(county, 0.0, wgs84_to_gcj02, declared)
    if not with_address:
        households = households.assign(address="", building="")
    assert len(check_datum(households, county.grid)) == 0


@pytest.mark.parametrize("shift", [wgs84_to_gcj02, wgs84_to_bd09])
@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 1.0])
def test_shifted_points_ring_whatever_their_share(county, share, shift):
    households, which = faulty(county, share, shift)
    problems = check_datum(households, county.grid)
    datum = "GCJ-02" if shift is wgs84_to_gcj02 else "BD-09"
    assert problems["datum"].unique().tolist() == [datum]
    assert problems.iloc[0]["kind"] == ("mixed_datum" if share < 0.5 else "shifted_households")
    assert problems.iloc[0]["fit_shifted"] > problems.iloc[0]["fit_as_given"]
    singles = set(problems["household_id"]) - {""}
    assert singles <= set(which)
    assert share > 0.5 or len(singles) > 0.9 * len(which)


@pytest.mark.parametrize("share", [0.05, 1.0])
def test_households_that_declare_a_town_ring_although_few_leave_it(county, share):
    households, which = faulty(county, share, wgs84_to_gcj02, "town")
    problems = check_datum(households, county.grid)
    assert len(problems) > 0
    assert set(problems["household_id"]) - {""} <= set(which)


def test_one_in_twenty_that_changes_its_area_rings(county):
    """All points are shifted, and of those that do not leave their cell only so many others are kept."""
    households, _ = faulty(county, 1.0, wgs84_to_gcj02, "town", wrong_share=0.0)
    outlines = county.grid.dissolve(county.grid.index.str.slice(stop=9)).geometry
    own = outlines.loc[households["cell_id"]].to_numpy()
    stays = shapely.intersects_xy(own, households["lon"].to_numpy(), households["lat"].to_numpy())
    leaving = np.flatnonzero(~stays)[: int(stays.sum() / 19)]
    kept = households.iloc[np.sort([*np.flatnonzero(stays), *leaving])]
    [problem, *_] = check_datum(kept, county.grid).to_dict("records")
    assert (problem["kind"], problem["subset"]) == ("shifted_households", "")
    assert problem["fit_as_given"] == pytest.approx(0.95, abs=0.01)
    assert problem["fit_shifted"] == 1.0
