"""The fictional county: its map, its people, its files; and the data bundled with gridmap."""

import json
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.core.drawing.chosen import cells_inside
from gridmap.core.drawing.enclosure import enclose
from gridmap.errors import TableError
from gridmap.model.areas import hierarchy_for
from gridmap.model.crs import wgs84_to_gcj02
from gridmap.sample import make_county, write_sample
from gridmap.sample.faults import FAULT_KINDS, GRID_FAULTS, HOUSEHOLD_FAULTS, UNKNOWN_CELL
from gridmap.sample.hierarchy import join_strays
from gridmap.sample.lattice import link_cells
from gridmap.sample.names import settlement_names, town_names, village_names
from gridmap.sample.shape import VERTICES_PER_CELL, narrowest

GEODATA = Path(__file__).parent.parent / "geodata"


@pytest.fixture(scope="module")
def county():
    """A county of 300 microgrids and 6,000 households."""
    return make_county(cells=300, households=6_000, seed=11)


@pytest.fixture(scope="module")
def faulty(tmp_path_factory):
    """A folder with 300 microgrids and 6,000 households, faults planted."""
    folder = tmp_path_factory.mktemp("faulty")
    write_sample(folder, cells=300, households=6_000, seed=11, faults=True)
    return folder


def read_csv(path):
    return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")


def contents(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


# The lattice


def test_two_hexagons_share_one_edge_and_two_corners():
    r"""Two hexagons side by side: 10 corners, 11 edges, one of them shared.

      / \ / \
     | 0 | 1 |
      \ / \ /
    """
    lattice = link_cells(np.array([[0, 0], [2, 0]]))
    assert (len(lattice.nodes_xy), len(lattice.edges)) == (10, 11)
    shared = lattice.beside[:, 0] >= 0
    assert lattice.beside[shared].tolist() == [[0, 1]]
    assert np.allclose(lattice.nodes_xy[lattice.edges[shared][0], 0], np.sqrt(3) / 2)


def test_every_angle_of_a_regular_honeycomb_is_120_degrees():
    lattice = link_cells(np.array([[0, 0], [2, 0], [1, 3]]))
    assert np.allclose(np.degrees(narrowest(lattice.nodes_xy, lattice)), 120.0)


def test_a_corner_turned_inside_out_has_a_negative_or_pinched_angle():
    """The corner where three hexagons meet is pulled out of the patch, so its lines change their order."""
    lattice = link_cells(np.array([[0, 0], [2, 0], [1, 3]]))
    inner = np.flatnonzero(np.bincount(lattice.corners.ravel()) == 3)
    assert len(inner) == 1
    turned = lattice.nodes_xy.copy()
    turned[inner[0]] += [0.0, -3.0]
    assert narrowest(turned, lattice)[inner[0]] < 0


def test_a_cell_cut_off_from_its_area_joins_the_area_it_touches():
    """Five hexagons in a row, areas 0 0 1 1 0: the last is cut off from 0 and joins 1."""
    lattice = link_cells(np.array([[0, 0], [2, 0], [4, 0], [6, 0], [8, 0]]))
    label = np.array([0, 0, 1, 1, 0])
    assert join_strays(label, lattice).tolist() == [0, 0, 1, 1, 1]
    assert label.tolist() == [0, 0, 1, 1, 0]


def test_a_cut_off_cell_does_not_leave_its_parent():
    lattice = link_cells(np.array([[0, 0], [2, 0], [4, 0], [6, 0], [8, 0]]))
    parent = np.array([0, 0, 0, 0, 1])
    assert join_strays(np.array([0, 0, 1, 1, 0]), lattice, within=parent).tolist() == [0, 0, 1, 1, 0]


# The map


@settings(derandomize=True, deadline=None, max_examples=12)
@given(cells=st.integers(100, 900), seed=st.integers(0, 10_000))
def test_the_cells_are_valid_and_cover_the_county_without_gap_or_overlap(cells, seed):
    polygons = make_county(cells=cells, households=0, seed=seed).grid.geometry.array
    assert len(polygons) == cells
    assert shapely.is_valid(polygons).all()
    assert shapely.coverage_is_valid(polygons)
    whole = shapely.union_all(polygons)
    assert whole.geom_type == "Polygon"
    assert not whole.interiors
    assert shapely.area(polygons).sum() == pytest.approx(whole.area, rel=1e-12)


def test_neighbours_share_every_vertex_of_their_border(county):
    """Every segment stands once, or twice in opposite directions with the same bits."""
    rings = [shapely.get_coordinates(polygon) for polygon in county.grid.geometry]
    segments = [(*a, *b) for ring in rings for a, b in pairwise(ring)]
    assert {len(ring) - 1 for ring in rings} == {VERTICES_PER_CELL}
    assert len(set(segments)) == len(segments)
    here = set(segments)
    alone = [s for s in segments if (*s[2:], *s[:2]) not in here]
    outline = shapely.union_all(county.grid.geometry.array)
    assert len(alone) == len(outline.exterior.coords) - 1


@pytest.mark.parametrize("digits", [9, 12, 15], ids=["towns", "villages", "grids"])
@pytest.mark.parametrize("seed", range(3))
def test_every_town_village_and_grid_is_one_piece(seed, digits):
    grid = make_county(cells=800, households=0, seed=seed).grid
    for _, cells in grid.groupby(grid.index.str[:digits]):
        assert shapely.coverage_union_all(cells.geometry.array).geom_type == "Polygon"


def test_codes_have_18_digits_and_parents_follow_by_prefix(county):
    codes = county.grid.index
    assert codes.name == "cell_id"
    assert codes.is_unique
    assert codes.is_monotonic_increasing
    assert codes.str.fullmatch(r"990421\d{12}").all()
    assert (county.grid["parent_id"] == codes.str[:15]).all()
    assert set(county.grid["parent_id"]) == set(county.areas.index[county.areas["level"] == "grid"])
    children = county.areas[county.areas["level"] != "county"]
    assert (children["parent_id"] == children.index.str[:-3]).all()
    assert children["parent_id"].isin(county.areas.index).all()


def test_the_areas_have_every_level_and_names_unique_within_their_parent(county):
    assert county.areas["level"].unique().tolist() == ["county", "town", "village", "grid"]
    assert not county.areas.duplicated(["parent_id", "name"]).any()
    assert not county.grid.duplicated(["parent_id", "name"]).any()


def test_a_cell_carries_the_names_of_the_areas_it_lies_in(county):
    codes, names = county.grid.index, county.areas["name"]
    for column, digits in {"county_name": 6, "town_name": 9, "village_name": 12, "grid_name": 15}.items():
        assert county.grid[column].tolist() == names[codes.str[:digits]].tolist()


def test_the_county_is_as_large_as_a_real_one(county):
    """6,000 microgrids on 500 km2 make 25 km2 for 300; towns draw the land together a little."""
    area_km2 = county.grid.to_crs("EPSG:4549").area.sum() / 1e6
    assert county.grid.crs == "EPSG:4490"
    assert 20 < area_km2 < 30
    west, south, east, north = county.grid.total_bounds
    assert west < 120.9 < east
    assert south < 30.85 < north


def test_names_are_all_different_and_end_in_no_digit():
    in_town = [number % 3 == 0 for number in range(20_000)]
    for names in (town_names(100, urban=30), village_names(in_town), settlement_names(in_town)):
        assert len(set(names)) == len(names)
        assert not any(name[-1].isdigit() for name in names)


# Households


def test_every_household_lies_inside_the_cell_it_declares(county):
    homes = county.households
    cells = county.grid.geometry.loc[homes["cell_id"]].array
    assert shapely.contains_properly(cells, shapely.points(homes["lon"], homes["lat"])).all()


@pytest.mark.parametrize(("cells", "households"), [(100, 100), (100, 150_000), (2_000, 3_000)])
def test_sparse_and_crowded_counties_keep_households_inside_their_cells(cells, households):
    made = make_county(cells=cells, households=households, seed=5)
    within = made.grid.geometry.loc[made.households["cell_id"]].array
    points = shapely.points(made.households["lon"], made.households["lat"])
    assert len(made.households) == households
    assert shapely.contains_properly(within, points).all()


def test_ids_phones_and_addresses_of_households_are_all_different(county):
    homes = county.households
    assert homes.index.is_unique
    assert homes["phone"].is_unique
    assert homes["address"].is_unique
    assert (homes.index.str[:12] == homes["cell_id"].str[:12]).all()
    assert homes.index.str.fullmatch(r"\d{18}").all()


def test_phones_have_11_digits_and_no_mobile_prefix(county):
    for phones in (county.households["phone"], county.officials["phone"]):
        assert phones.str.fullmatch(r"10\d{9}").all()


def test_addresses_name_building_unit_and_room_in_town_and_a_house_number_outside(county):
    address, building = county.households["address"], county.households["building"]
    in_town = building.str.endswith("幢")
    assert address[in_town].str.fullmatch(r"\w+?\d+幢\d单元\d{3,4}室").all()
    assert address[~in_town].str.fullmatch(r"\w+?\d+号").all()
    assert 0.3 < in_town.mean() < 0.8
    assert all(part in whole for part, whole in zip(building, address, strict=True))


def test_households_of_one_building_live_within_metres(county):
    homes = county.households[county.households["building"].str.endswith("幢")]
    points = gpd.GeoSeries(gpd.points_from_xy(homes["lon"], homes["lat"]), crs="EPSG:4490").to_crs(
        "EPSG:4549"
    )
    compound = homes["address"].str.extract(r"^(\D+\d+幢)")[0].to_numpy()
    by_building = pd.DataFrame({"x": points.x, "y": points.y}).groupby(compound)
    assert by_building.ngroups > 50
    assert (by_building.max() - by_building.min()).to_numpy().max() <= 10.05


def test_households_have_every_kind_and_about_four_in_a_hundred_have_needs(county):
    homes = county.households
    assert set(homes["kind"]) == {"home", "dormitory", "enterprise", "shop"}
    assert homes["residents"].between(1, 8).all()
    assert 0.03 < (homes["needs"] != "").mean() < 0.05
    assert (homes.loc[homes["needs"].str.contains("lives_alone"), "residents"] == 1).all()
    assert (homes.loc[homes["needs"].str.contains("infant"), "residents"] > 1).all()


def test_the_residents_of_a_cell_are_those_of_its_households(county):
    counted = county.households.groupby("cell_id")["residents"].sum()
    assert county.grid["residents"].to_dict() == counted.reindex(county.grid.index, fill_value=0).to_dict()


# Officials, cases, sites


def test_officials_staff_every_village_grid_and_microgrid(county):
    officials = county.officials
    held = {role: rows["territory"] for role, rows in officials.groupby("role")}
    of_level = {level: set(rows.index) for level, rows in county.areas.groupby("level")}
    for role, wanted in (
        ("secretary", of_level["village"]),
        ("grid_head", of_level["grid"]),
        ("microgrid_head", set(county.grid.index)),
    ):
        assert held[role].is_unique
        assert set(held[role]) == wanted
    assert set(held["grid_member"]) == of_level["grid"]
    assert held["grid_member"].value_counts().max() <= 2
    assert set(held["medical"]) == set(held["police"]) == of_level["town"]
    assert set(held["volunteer"]) == set(held["pioneer"]) == of_level["village"]
    assert set(held["enterprise_link"]) == of_level["grid"]
    assert set(held["lead_official"]) == {"990421"}
    assert of_level["town"] | of_level["village"] | of_level["county"] == set(held["contact_leader"])


def test_linked_members_can_carry_every_household_of_their_microgrid(county):
    linked = county.officials[county.officials["role"] == "linked_member"]
    capacity = linked.groupby("territory")["capacity"].sum()
    households = county.households.groupby("cell_id").size()
    assert (capacity.reindex(households.index) >= households).all()
    assert (linked["territory"] == linked["home_cell"]).all()


def test_officials_live_in_their_territory_inside_their_home_cell(county):
    officials = county.officials
    homes = county.grid.geometry.loc[officials["home_cell"]].array
    assert shapely.contains_properly(homes, shapely.points(officials["lon"], officials["lat"])).all()
    pairs = zip(officials["home_cell"], officials["territory"], strict=True)
    assert all(home.startswith(territory) for home, territory in pairs)


def test_a_case_lives_at_the_address_of_a_household_of_the_roster(county):
    homes = county.households.set_index("address")
    for case in county.cases.itertuples():
        assert "幢" in case.address
        assert homes.loc[case.address, "cell_id"] == case.cell_id
        assert shapely.contains_xy(county.grid.geometry[case.cell_id], case.lon, case.lat)
    assert county.cases["cell_id"].str[:9].is_unique
    assert (county.cases["onset_on"] <= county.cases["confirmed_on"]).all()


def test_sites_of_every_kind_lie_in_the_county_and_gates_on_the_border_of_two_towns(county):
    sites = county.sites
    assert set(sites["kind"]) == {"isolation", "gate", "test", "delivery"}
    assert sites["name"].is_unique
    towns = county.grid.dissolve(county.grid.index.str[:9].to_numpy(), method="coverage")
    for gate in sites[sites["kind"] == "gate"].itertuples():
        assert shapely.intersects_xy(towns.geometry.array, gate.lon, gate.lat).sum() == 2
    inside = sites[sites["kind"] != "gate"]
    whole = shapely.union_all(county.grid.geometry.array)
    assert shapely.contains_xy(whole, inside["lon"], inside["lat"]).all()


# Sizes and seeds


def test_the_smallest_county_without_households_has_empty_tables_of_the_same_columns(county):
    empty = make_county(cells=100, households=0, seed=0)
    assert len(empty.grid) == 100
    assert len(empty.households) == 0
    assert empty.households.columns.tolist() == county.households.columns.tolist()
    assert empty.households.dtypes.to_dict() == county.households.dtypes.to_dict()
    assert "linked_member" not in set(empty.officials["role"])
    assert (empty.cases["address"] == "").all()
    assert empty.grid["residents"].sum() == 0


def test_a_roster_of_several_blocks_is_whole_and_without_doubles():
    made = make_county(cells=100, households=450_000, seed=2)
    assert len(made.households) == 450_000
    assert made.households.index.is_unique
    assert made.households.index.is_monotonic_increasing
    assert made.grid["residents"].sum() == made.households["residents"].sum()


def test_another_seed_makes_another_county(county):
    other = make_county(cells=300, households=6_000, seed=12)
    assert not other.grid.geometry.geom_equals(county.grid.geometry, align=False).any()
    assert (
        other.households["head_name"].to_numpy() != county.households["head_name"].to_numpy()
    ).mean() > 0.9


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"cells": 99, "households": 1, "seed": 0}, "cells: 99 was asked for; choose 100 to 1,000,000"),
        ({"cells": 100, "households": -1, "seed": 0}, "households: -1 was asked for"),
        ({"cells": 100, "households": 20_000_001, "seed": 0}, "choose 0 to 20,000,000"),
        ({"cells": 100, "households": 1, "seed": -1}, "seed: -1 was asked for"),
    ],
)
def test_a_size_out_of_range_is_refused_with_the_range(asked, message):
    with pytest.raises(TableError, match=message):
        make_county(**asked)


def test_all_sizes_out_of_range_are_reported_at_once_and_nothing_is_written(tmp_path):
    with pytest.raises(ValueError, match="3 faults"):
        write_sample(tmp_path / "out", cells=1, households=-1, seed=-1)
    assert not (tmp_path / "out").exists()


# Boundaries


def test_boundaries_are_named_lines_along_the_borders_of_villages(county):
    lines = county.boundaries
    assert lines.index.name == "boundary_id"
    assert lines.index.is_unique
    assert lines["name"].is_unique
    assert set(lines["kind"]) == {"road", "river", "border"}
    assert lines.crs == county.grid.crs
    segments = {pair for ring in county.grid.geometry for pair in pairwise(ring.exterior.coords)}
    for line in lines.geometry:
        for part in getattr(line, "geoms", [line]):
            assert all(pair in segments or pair[::-1] in segments for pair in pairwise(part.coords))


def test_the_boundaries_round_a_village_enclose_exactly_its_cells(county):
    hierarchy = hierarchy_for(county.grid)
    for village in county.areas.index[county.areas["level"] == "village"]:
        cells = hierarchy.places_of(village)
        inside = county.grid.geometry.iloc[cells[:1]].representative_point()
        found = enclose(county.boundaries.geometry, inside=inside)
        assert found.joins.empty
        for by in ("touch", "middle"):
            assert cells_inside(hierarchy, found.areas, by=by).tolist() == cells.tolist()


# Files


def test_the_same_seed_writes_the_same_bytes_and_another_seed_does_not(tmp_path):
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        write_sample(tmp_path / name, cells=120, households=900, seed=seed, faults=True)
    first, again, other = (contents(tmp_path / name) for name in "abc")
    assert first == again
    assert list(other) == list(first)
    assert all(other[name] != first[name] for name in first)


def test_the_files_hold_the_tables_of_the_county(tmp_path, county):
    paths = write_sample(tmp_path, cells=300, households=6_000, seed=11)
    assert sorted(paths) == sorted(tmp_path.iterdir())
    grid = gpd.read_file(tmp_path / "grid.gpkg", layer="grid").set_index("cell_id")
    assert grid.crs == "EPSG:4490"
    assert grid.geometry.geom_equals_identical(county.grid.geometry).all()
    assert grid["residents"].tolist() == county.grid["residents"].tolist()
    assert (tmp_path / "households.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    for name in ("households", "officials", "cases", "sites"):
        table = getattr(county, name)
        written = read_csv(tmp_path / f"{name}.csv").set_index(table.index.name)
        assert written.columns.tolist() == table.columns.tolist()
        assert written.index.tolist() == table.index.tolist()
        assert np.array_equal(written["lon"].astype(float), table["lon"])
    read = read_csv(tmp_path / "households.csv").set_index("household_id")
    assert read["address"].tolist() == county.households["address"].tolist()


def test_the_readme_says_that_all_is_made_up_and_how_large_it_is(tmp_path):
    write_sample(tmp_path, cells=100, households=10, seed=8)
    text = (tmp_path / "README.md").read_text(encoding="utf-8")
    for words in ("made up", "虚构", "100 microgrids", "48 vertices", "10 households; seed 8", "EPSG:4490"):
        assert words in text


def test_a_large_roster_is_written_as_parquet_and_progress_counts_to_the_end(tmp_path):
    told = []
    write_sample(
        tmp_path,
        cells=100,
        households=410_000,
        seed=1,
        progress=lambda done, total: told.append((done, total)),
    )
    assert not (tmp_path / "households.csv").exists()
    assert pq.read_metadata(tmp_path / "households.parquet").num_rows == 410_000
    assert len(told) > 1
    assert told == sorted(told)
    assert told[-1] == (410_000, 410_000)


# Planted faults


def test_the_answer_key_names_every_kind_and_no_household_twice(faulty):
    key = json.loads((faulty / "faults.json").read_text(encoding="utf-8"))
    assert list(key) == list(FAULT_KINDS)
    assert {len(key[kind]) for kind in HOUSEHOLD_FAULTS} == {6}
    assert {len(key[kind]) for kind in GRID_FAULTS} == {6}
    named = [household for ids in key.values() for household in ids]
    assert len(set(named)) == len(named)


def test_every_household_of_the_answer_key_has_its_fault(faulty, county):
    key = json.loads((faulty / "faults.json").read_text(encoding="utf-8"))
    rows = read_csv(faulty / "households.csv").set_index("household_id")
    blank = {
        "no_location": ["lon", "lat", "cell_id", "address", "building"],
        "unknown_cell": ["lon", "lat", "address", "building"],
        "missing_coordinates": ["lon", "lat"],
        "address_only": ["lon", "lat", "cell_id"],
        "bad_coordinates": ["cell_id", "address", "building"],
        "empty_phone": ["phone"],
    }
    for kind, columns in blank.items():
        assert (rows.loc[key[kind], columns] == "").all(axis=None)
    clean = county.households
    assert (rows.loc[key["unknown_cell"], "cell_id"] == UNKNOWN_CELL).all()
    assert UNKNOWN_CELL not in county.grid.index
    assert (rows.loc[key["bad_coordinates"], ["lon", "lat"]] == "999").all(axis=None)
    assert (
        rows.loc[key["missing_coordinates"], "cell_id"] == clean.loc[key["missing_coordinates"], "cell_id"]
    ).all()
    assert not rows.loc[key["bad_phone"], "phone"].str.fullmatch("1[0-9]{10}").any()
    assert (rows.loc[key["naughty_name"], "head_name"] != clean.loc[key["naughty_name"], "head_name"]).all()
    assert (rows.loc[key["wrong_cell"], "cell_id"] != clean.loc[key["wrong_cell"], "cell_id"]).all()
    assert rows.loc[key["wrong_cell"], "cell_id"].isin(county.grid.index).all()
    east = rows.loc[key["outside_grid"], "lon"].astype(float)
    assert (east > county.grid.total_bounds[2]).all()
    assert rows.index.value_counts()[key["duplicate_id"]].tolist() == [2] * 6
    assert rows.index.duplicated().sum() == 6


def test_households_on_a_border_touch_two_cells_and_declare_the_first(faulty, county):
    key = json.loads((faulty / "faults.json").read_text(encoding="utf-8"))
    rows = read_csv(faulty / "households.csv").set_index("household_id").loc[key["on_border"]]
    for row in rows.itertuples():
        point = shapely.Point(float(row.lon), float(row.lat))
        touching = county.grid.index[shapely.touches(county.grid.geometry.array, point)]
        assert len(touching) == 2
        assert row.cell_id == touching.min()


def test_a_shifted_point_lies_in_another_cell_and_where_gcj02_would_write_it(faulty, county):
    key = json.loads((faulty / "faults.json").read_text(encoding="utf-8"))["shifted_point"]
    rows = read_csv(faulty / "households.csv").set_index("household_id").loc[key]
    written = rows[["lon", "lat"]].astype(float).to_numpy()
    assert np.allclose(
        written, wgs84_to_gcj02(county.households.loc[key, ["lon", "lat"]].to_numpy()), atol=1e-7
    )
    own = county.grid.geometry.loc[rows["cell_id"]].to_numpy()
    assert not shapely.intersects_xy(own, *written.T).any()
    assert shapely.intersects_xy(county.grid.union_all(), *written.T).all()


def test_the_row_after_a_double_household_has_its_address_and_head(faulty):
    key = json.loads((faulty / "faults.json").read_text(encoding="utf-8"))["double_household"]
    rows = read_csv(faulty / "households.csv")
    first = rows.index[rows["household_id"].isin(key)]
    for column in ("address", "head_name"):
        assert rows.loc[first + 1, column].tolist() == rows.loc[first, column].tolist()
    assert (
        rows.loc[first + 1, "household_id"].to_numpy() != rows.loc[first, "household_id"].to_numpy()
    ).all()


def test_only_the_cells_of_the_answer_key_are_drawn_otherwise_and_nobody_lives_in_their_faults(
    faulty, county
):
    key = json.loads((faulty / "faults.json").read_text(encoding="utf-8"))
    grid = gpd.read_file(faulty / "grid.gpkg").set_index("cell_id")
    changed = grid.index[~grid.geometry.geom_equals_identical(county.grid.geometry).to_numpy()]
    assert sorted(changed) == sorted(each[:18] for kind in GRID_FAULTS for each in key[kind])
    homes = shapely.points(county.households["lon"], county.households["lat"])
    own = grid.make_valid().reindex(county.households["cell_id"]).to_numpy()
    assert shapely.contains_properly(own, homes).all()


def test_an_address_without_place_has_a_located_neighbour_in_the_same_building(faulty):
    key = json.loads((faulty / "faults.json").read_text(encoding="utf-8"))
    rows = read_csv(faulty / "households.csv")
    building = rows["address"].str.extract(r"^(\D+\d+幢)")[0]
    located = set(building[rows["cell_id"] != ""])
    assert set(building[rows["household_id"].isin(key["address_only"])]) <= located


def test_rows_without_a_fault_are_left_as_they_are(faulty, county):
    key = json.loads((faulty / "faults.json").read_text(encoding="utf-8"))
    rows = read_csv(faulty / "households.csv")
    named = rows["household_id"].isin([household for ids in key.values() for household in ids])
    named |= rows["household_id"].isin(key["double_household"]).shift(1, fill_value=False)
    same = rows[~named].set_index("household_id")
    clean = county.households.loc[same.index]
    for column in ("address", "head_name", "phone", "cell_id", "building", "needs", "flags", "kind"):
        assert same[column].tolist() == clean[column].tolist()


def test_faults_in_a_county_without_households_are_an_empty_answer_key(tmp_path):
    write_sample(tmp_path, cells=100, households=0, seed=1, faults=True)
    assert json.loads((tmp_path / "faults.json").read_text()) == {kind: [] for kind in FAULT_KINDS}


# Bundled data


def test_the_bundled_county_is_what_the_generator_makes(tmp_path):
    write_sample(tmp_path, cells=150, households=1_500, seed=2022)
    bundled = GEODATA / "county"
    made = make_county(cells=150, households=1_500, seed=2022)
    grid = gpd.read_file(bundled / "grid.gpkg")
    assert grid["cell_id"].tolist() == made.grid.index.tolist()
    assert shapely.equals_exact(grid.geometry.array, made.grid.geometry.array, tolerance=1e-7).all()
    for name in ("README.md", "cases.csv", "households.csv", "officials.csv", "sites.csv"):
        assert (bundled / name).read_text(encoding="utf-8-sig") == (tmp_path / name).read_text(
            encoding="utf-8-sig"
        )


def test_providence_has_every_block_in_a_ward_and_every_household_in_its_block():
    folder = GEODATA / "providence"
    grid = gpd.read_file(folder / "grid.gpkg").set_index("cell_id")
    wards = gpd.read_file(folder / "wards.gpkg")
    homes = read_csv(folder / "households.csv")
    assert (len(grid), len(wards), len(homes)) == (3014, 15, 7551)
    assert grid.crs == wards.crs == "EPSG:4269"
    assert set(grid["parent_id"]) == set(wards["area_id"])
    points = shapely.points(homes["lon"].astype(float), homes["lat"].astype(float))
    assert shapely.contains_properly(grid.geometry.loc[homes["cell_id"]].array, points).all()
    assert set(homes["cell_id"]) == set(grid.index[grid["residents"] > 0])
    assert homes["household_id"].is_unique


def test_the_bundled_data_are_small():
    assert sum(path.stat().st_size for path in GEODATA.rglob("*") if path.is_file()) < 4_000_000
