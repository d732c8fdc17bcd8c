import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS
from shapely import Point, Polygon, box

from gridmap.core.reach import CellReach

GEOD = pyproj.Geod(ellps="WGS84")
GAUSS_KRUGER = CRS.from_epsg(4549)
LONLAT = CRS.from_epsg(4326)
ORIGIN_XY = np.array([[500_000.0, 3_400_000.0]])


def reach_of(*cells, crs=GAUSS_KRUGER):
    return CellReach(np.array(cells, dtype=object), crs)


def square(x, y, side=100):
    """A square by its lower left corner, in metres from the origin on the central meridian of EPSG:4549."""
    return box(500_000 + x, 3_400_000 + y, 500_000 + x + side, 3_400_000 + y + side)


def found(reach, radius_m, by, lonlat=None):
    lonlat = reach.lonlat(ORIGIN_XY) if lonlat is None else lonlat
    return reach.within(lonlat, radius_m, by=by)[0].tolist()


def on_a_circle(lon, lat, radius_m):
    """48 points whose geodesic distance is the radius, in one large cell, and the answer for a radius."""
    azimuth = np.arange(0.0, 360.0, 7.5)
    lons, lats, _ = GEOD.fwd(np.full(48, lon), np.full(48, lat), azimuth, np.full(48, radius_m))
    reach = reach_of(box(lon - 30, lat - 9, lon + 30, lat + 9), crs=LONLAT)
    others = {"others_lonlat": np.column_stack([lons, lats]), "others_cell": np.zeros(48, dtype=np.intp)}
    return lambda asked_m: len(reach.others_within(np.array([[lon, lat]]), asked_m, **others)[1][0])


@pytest.mark.parametrize("lat", [0.0, 30.8, 60.0, 80.0, -45.0])
def test_distances_are_those_of_the_geodesic_to_a_millimetre_at_10_km(lat):
    within = on_a_circle(179.95, lat, 10_000.0)
    assert (within(9_999.999), within(10_000.001)) == (0, 48)


def test_distances_are_those_of_the_geodesic_to_5_centimetres_at_150_km():
    within = on_a_circle(10.0, 60.0, 150_000.0)
    assert (within(149_999.95), within(150_000.05)) == (0, 48)


def test_no_points_have_nothing_near():
    reach = reach_of(square(0, 0))
    nothing = {"others_lonlat": np.empty((0, 2)), "others_cell": np.empty(0, dtype=np.intp)}
    assert reach.others_within(np.empty((0, 2)), 10, **nothing)[1] == []
    assert [list(each) for each in reach.others_within(np.zeros((1, 2)), 10, **nothing)[1]] == [[]]


def test_a_cell_touches_when_its_nearest_corner_is_within():
    """The nearest corner lies at (300, 400), so 500 m away."""
    reach = reach_of(square(300, 400))
    assert found(reach, 500.01, "touches") == [0]
    assert found(reach, 499.99, "touches") == []


def test_a_cell_touches_when_the_middle_of_an_edge_is_within():
    """The edge runs from (500, -1000) to (500, 1000); its ends are 1118 m away, its middle 500 m."""
    reach = reach_of(box(500_500, 3_399_000, 502_500, 3_401_000))
    assert found(reach, 500.01, "touches") == [0]
    assert found(reach, 499.99, "touches") == []


def test_the_cell_around_the_point_touches_at_any_radius():
    assert found(reach_of(square(-5000, -5000, 10_000)), 1, "touches") == [0]


def test_a_point_in_a_hole_is_not_in_the_cell():
    hole = square(-500, -500, 1000)
    ring = Polygon(square(-1000, -1000, 2000).exterior.coords, [hole.exterior.coords])
    assert found(reach_of(ring), 499.9, "touches") == []
    assert found(reach_of(ring), 500.1, "touches") == [0]


def test_the_centroid_decides_for_centroid():
    """The centroid lies at (300, 400)."""
    reach = reach_of(square(250, 350))
    assert found(reach, 500.01, "centroid") == [0]
    assert found(reach, 499.99, "centroid") == []


def test_more_than_half_of_the_area_decides_for_majority():
    """The cell spans 0 to 100 east and 1 to -1 north, and is cut by the circle at 50 east.

    The arc bends back by 0.0033 m on average over the height, so that the half is reached just beyond 50 m.
    """
    reach = reach_of(box(500_000, 3_399_999, 500_100, 3_400_001))
    assert found(reach, 50.01, "majority") == [0]
    assert found(reach, 49.99, "majority") == []


def test_the_area_in_the_circle_counts_holes_and_parts():
    """Two squares, one holed: 10,000 m2 near with a hole of 3,600, and 6,400 m2 far: exactly half is near."""
    near = Polygon(square(0, 0).exterior.coords, [square(20, 20, 60).exterior.coords])
    less = shapely.MultiPolygon([near, square(5000, 0, 80.1)])
    more = shapely.MultiPolygon([near, square(5000, 0, 79.9)])
    assert found(reach_of(less, more), 1000, "majority") == [1]
    assert found(reach_of(less, more), 1000, "touches") == [0, 1]


def test_cells_wholly_within_count_by_every_rule():
    reach = reach_of(square(10, 10), square(90_000, 0))
    assert [found(reach, 1000, by) for by in ("touches", "centroid", "majority")] == [[0], [0], [0]]


def test_missing_and_empty_cells_are_within_no_distance():
    reach = reach_of(None, Polygon(), square(0, 0))
    assert [found(reach, 1000, by) for by in ("touches", "centroid", "majority")] == [[2], [2], [2]]


def test_no_points_give_no_answers():
    assert reach_of(square(0, 0)).within(np.empty((0, 2)), 10, by="touches") == []


def test_a_clockwise_and_a_mirrored_cell_are_the_same():
    cells = [square(0, 0), square(0, 0).reverse()]
    assert found(reach_of(*cells), 90, "majority") == [0, 1]


def test_other_points_are_within_by_their_own_distance_whatever_cell_they_lie_in():
    """Cells from 0 and from 100 east; others 10, 99, 101 and 150 m east of the point, in mixed order."""
    reach = reach_of(square(0, -50), square(100, -50), None)
    others = reach.lonlat(np.array([[500_000.0 + x, 3_400_000] for x in (150, 10, 101, 99)]))
    lonlat = reach.lonlat(ORIGIN_XY)
    cell = np.array([1, 0, 1, 0])
    answers = {}
    for radius_m in (5, 100, 102, 5000):
        holder, near = reach.others_within(lonlat, radius_m, others_lonlat=others, others_cell=cell)
        answers[radius_m] = [holder.tolist(), near[0].tolist()]
    none = [-1, -1, -1]
    assert answers == {5: [none, []], 100: [none, [1, 3]], 102: [none, [1, 2, 3]], 5000: [[0, 0, -1], []]}


@pytest.mark.parametrize("by", ["touches", "centroid", "majority"])
def test_cells_across_the_180th_meridian_are_near(by):
    cells = [box(179.99, 10, 179.995, 10.005), box(-179.995, 10, -179.99, 10.005)]
    assert found(reach_of(*cells, crs=LONLAT), 2000, by, np.array([[180.0, 10.0]])) == [0, 1]


def test_degrees_and_feet_give_the_same_cells_as_metres():
    """Squares of 400 m at 60 degrees north: 172 have their centroid within 7.5025 sides, 208 a corner."""
    metres = CRS.from_proj4("+proj=tmerc +lat_0=60 +lon_0=10 +x_0=0 +y_0=0 +ellps=WGS84")
    squares = [box(x, y, x + 400, y + 400) for x in range(-4000, 4000, 400) for y in range(-4000, 4000, 400)]
    frame = gpd.GeoSeries(squares, crs=metres)
    feet = CRS.from_proj4("+proj=tmerc +lat_0=60 +lon_0=10 +ellps=WGS84 +units=ft")
    answers = [
        [found(reach_of(*frame.to_crs(crs), crs=crs), 3001, by, np.array([[10.0, 60.0]])) for crs in systems]
        for by in ("touches", "centroid", "majority")
        for systems in [(metres, LONLAT, feet)]
    ]
    assert all(one == other == third for one, other, third in answers)
    centroids = sum(
        (i + 0.5) ** 2 + (j + 0.5) ** 2 <= 7.5025**2 for i in range(-10, 10) for j in range(-10, 10)
    )
    corners = 4 * sum(i**2 + j**2 <= 7.5025**2 for i in range(10) for j in range(10))
    assert [len(each[0]) for each in answers[:2]] == [corners, centroids] == [208, 172]


def brute_force(cell, radius_m, by):
    """The answer in the plane, with a circle of 8,000 sides."""
    circle = Point(0, 0).buffer(radius_m, quad_segs=2_000)
    if by == "touches":
        return cell.distance(Point(0, 0)) <= radius_m
    return cell.intersection(circle).area > cell.area / 2


@settings(max_examples=40)
@given(
    x=st.integers(-2000, 2000),
    y=st.integers(-2000, 2000),
    width=st.integers(50, 1500),
    height=st.integers(50, 1500),
    radius_m=st.integers(10, 2000),
    by=st.sampled_from(["touches", "majority"]),
)
def test_any_cell_gives_the_answer_of_plane_geometry(x, y, width, height, radius_m, by):  # noqa: PLR0917
    plane = CRS.from_proj4("+proj=aeqd +lat_0=31 +lon_0=121 +ellps=WGS84")
    cell = Polygon([(x, y), (x + width, y + 7), (x + width // 2, y + height), (x + 3, y + height // 2)])
    lonlat = np.array([[121.0, 31.0]])
    expected = {brute_force(cell, radius_m + step, by) for step in (-0.01, 0, 0.01)}
    answer = found(reach_of(cell, crs=plane), radius_m, by, lonlat) == [0]
    assert answer in expected


def wiggly(rng, middle_xy, size, sides):
    """A polygon around a place whose border runs in and out."""
    angle = np.sort(rng.uniform(0, 2 * np.pi, sides))
    reach = size * rng.uniform(0.3, 1, sides)
    return shapely.make_valid(
        Polygon(np.column_stack([reach * np.cos(angle), reach * np.sin(angle)]) + middle_xy)
    )


def random_cells(rng, crs, origin_xy, unit):
    """Cells of 5 to 2,500 m that overlap and leave gaps; some with holes or two parts, one missing."""
    cells = [None]
    for size in rng.choice([5, 50, 200, 600, 2500], 30):
        cell = wiggly(rng, rng.uniform(-4000, 4000, 2), size, int(rng.integers(3, 40)))
        if rng.random() < 0.3:
            cell = cell.difference(cell.centroid.buffer(size / 6))
        if rng.random() < 0.3:
            cell = cell.union(shapely.affinity.translate(cell, 3 * size, size))
        cells.append(cell)
    return CellReach(shapely.transform(np.array(cells), lambda xy: xy * unit + origin_xy), crs)


WORLDS = {
    "plane": (CRS.from_proj4("+proj=tmerc +lat_0=30 +lon_0=121 +ellps=WGS84"), (0, 0), 1),
    "degrees": (LONLAT, (10.0, -70.0), 1 / 111_320),
    "pole": (CRS.from_epsg(3413), (0, 0), 1),
    "180th meridian": (CRS.from_proj4("+proj=tmerc +lat_0=15 +lon_0=180 +ellps=WGS84"), (0, 0), 1),
}


def measured(reach, lonlat, radius_m, by):
    """The answer for one point and each cell, laid flat around the point by PROJ and measured by GEOS."""
    flat = CRS.from_proj4(f"+proj=aeqd +lat_0={lonlat[1]} +lon_0={lonlat[0]} +ellps=WGS84")
    to_flat = pyproj.Transformer.from_crs(reach.crs, flat, always_xy=True)
    cells = shapely.transform(reach.cells, lambda xy: np.column_stack(to_flat.transform(*xy.T)))
    circle = Point(0, 0).buffer(radius_m, quad_segs=500)
    if by == "touches":
        return shapely.distance(cells, Point(0, 0)) - radius_m
    if by == "centroid":
        return np.hypot(*_middle_of(reach, to_flat).T) - radius_m
    return shapely.area(cells) / 2 - shapely.area(shapely.intersection(cells, circle))


def _middle_of(reach, to_flat):
    middle = shapely.centroid(reach.cells)
    return np.array(
        [to_flat.transform(*(point.coords[0] if point else (np.nan, np.nan))) for point in middle]
    )


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("by", ["touches", "centroid", "majority"])
@settings(derandomize=True, deadline=None, max_examples=5)
@given(seed=st.integers(0, 2**20), radius_m=st.sampled_from([3, 80, 700, 3000]))
def test_many_cells_and_points_at_once_answer_as_each_alone(world, by, seed, radius_m):
    rng = np.random.default_rng(seed)
    reach = random_cells(rng, *WORLDS[world])
    crs, origin_xy, unit = WORLDS[world]
    lonlat = reach.lonlat(rng.uniform(-6000, 6000, (15, 2)) * unit + origin_xy)
    lonlat = np.concatenate([lonlat, lonlat[:2], [[np.nan, 0.0]]])
    answers = reach.within(lonlat, radius_m, by=by)
    single = CellReach(reach.cells, crs)
    alone = [single.within(point[None], radius_m, by=by)[0] for point in lonlat]
    assert [each.tolist() for each in answers] == [each.tolist() for each in alone]
    for point, answer in zip(lonlat[:5], answers[:5], strict=True):
        beyond = measured(reach, point, radius_m, by)
        slack = 0.02 if by != "majority" else 0.001 * radius_m**2
        told = np.isin(np.arange(len(beyond)), answer)
        assert not (told & ~(beyond <= slack)).any()
        assert not (~told & (beyond < -slack)).any()


@settings(derandomize=True, deadline=None, max_examples=20)
@given(seed=st.integers(0, 2**20), radius_m=st.sampled_from([1, 300, 2000, 9_000, 300_000, 30_000_000]))
def test_other_points_within_are_those_of_a_plain_loop(seed, radius_m):
    rng = np.random.default_rng(seed)
    crs, origin_xy, unit = WORLDS["180th meridian"]
    reach = random_cells(rng, crs, origin_xy, unit)
    cell = rng.integers(1, len(reach.cells), 40)
    inside = shapely.get_coordinates(shapely.point_on_surface(reach.cells[cell]))
    others, lonlat = reach.lonlat(inside), reach.lonlat(rng.uniform(-6000, 6000, (12, 2)))
    holder, near = reach.others_within(lonlat, radius_m, others_lonlat=others, others_cell=cell)
    for place, (lon, lat) in enumerate(lonlat):
        within = GEOD.inv(np.full(40, lon), np.full(40, lat), *others.T)[2] <= radius_m
        assert within[holder[cell] == place].all()
        assert set(near[place]) <= set(np.flatnonzero(within))
        assert set(cell[within]) - set(cell[near[place]]) <= set(np.flatnonzero(holder >= 0))
        assert not np.isin(np.flatnonzero(within & (holder[cell] == -1)), near[place], invert=True).any()
