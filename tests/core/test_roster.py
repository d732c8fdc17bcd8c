"""Where the rows of a roster are: points as they stand, of other shapes a point of them, and what is bad."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridmap.core.roster import points_of, roster_of, spots_of


def roster(shapes, crs="EPSG:4326", **columns):
    ids = pd.Index([str(row) for row in range(len(shapes))], name="household_id")
    given = gpd.GeoDataFrame(columns, geometry=list(shapes), index=ids, crs=crs)
    return roster_of(given, gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 1, 1)], crs=crs))


def test_points_are_read_as_they_stand():
    xy = np.random.default_rng(1).uniform(-90, 90, (300_000, 2))
    spots = spots_of(roster(shapely.points(xy)))
    np.testing.assert_array_equal(spots.xy, xy)
    assert not spots.without.any()
    assert spots.faults.isna().all()


def test_what_is_no_point_lies_where_a_point_of_it_does_and_what_is_bad_lies_nowhere():
    shapes = [
        shapely.Point(1, 2),
        shapely.box(0, 0, 2, 2),
        shapely.MultiPoint([(3, 4)]),
        None,
        shapely.Point(),
        shapely.Point(200, 2),
        shapely.Point(np.inf, 2),
        shapely.Point(5, 6),
    ]
    rows = roster(shapes, coordinate_fault=[None] * 7 + ["lon 'abc' is no number"])
    spots = spots_of(rows)
    nowhere = [np.nan, np.nan]
    expected = [[1, 2], [1, 1], [3, 4], *[nowhere] * 5]
    np.testing.assert_array_equal(spots.xy, expected)
    assert spots.without.tolist() == [False] * 3 + [True] * 2 + [False] * 3
    assert spots.faults.notna().tolist() == [False] * 5 + [True] * 3
    points, faults = points_of(rows)
    assert [None if point is None else point.coords[0] for point in points] == [
        (1, 2),
        (1, 1),
        (3, 4),
        *[None] * 5,
    ]
    assert faults.equals(spots.faults)


def test_degrees_of_text_are_projected_to_the_grid_as_points_of_them_would_be():
    text = pd.DataFrame({"lon": ["120.9", "", "x"], "lat": ["30.8", "", "30"]}, index=["a", "b", "c"])
    grid = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 1, 1)], crs="EPSG:4549")
    rows = roster_of(text, grid)
    projected = gpd.GeoSeries([shapely.Point(120.9, 30.8)], crs=4326).to_crs(grid.crs)
    assert rows.crs == grid.crs
    assert rows.geometry.iloc[0] == projected.iloc[0]
    assert rows["coordinate_fault"].notna().tolist() == [False, False, True]
