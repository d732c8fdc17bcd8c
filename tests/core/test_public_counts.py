"""What the public is told, taken together, gives no count under five away."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import gridmap as gm
from gridmap.core.public_counts import rounded
from gridmap.core.scene import build_scene
from gridmap.export.certificate import public_certificate

PROTOCOL = gm.load_protocol("three-zones-2021")


def grid():
    """Three cells of 1 km side by side.

    +---+---+---+
    | a | b | c |
    +---+---+---+
    """
    shapes = [shapely.box(500_000 + 1000 * x, 3_400_000, 501_000 + 1000 * x, 3_401_000) for x in range(3)]
    index = pd.Index(list("abc"), name="cell_id")
    return gpd.GeoDataFrame({"name": ["甲", "乙", "丙"]}, geometry=shapes, crs="EPSG:4549", index=index)


def zoning(homes, *edits, residents=2, nowhere=0, unknown=0):
    """So many households in each of a, b, c; ids h0, h1 and so on in this order."""
    cells = grid()
    placed = [cell for cell, count in zip("abc", homes, strict=True) for _ in range(count)]
    points = [cells.geometry[cell].centroid for cell in placed] + [None] * (nowhere + unknown)
    declared = [None] * (len(placed) + nowhere) + ["x9"] * unknown
    index = pd.Index([f"h{n}" for n in range(len(points))], name="household_id")
    columns = {"address": [f"甲村{n}号" for n in range(len(points))], "residents": residents}
    roster = gpd.GeoDataFrame(
        columns | {"cell_id": declared},
        geometry=gpd.GeoSeries(points, index=index),
        crs=cells.crs,
        index=index,
    )
    placement = gm.place_households(roster, cells)
    plan = gm.replay(gm.new_plan(cells, protocol=PROTOCOL), edits)
    proof = gm.certify(placement, plan)
    return gm.Zoning(plan=plan, grid=cells, protocol=PROTOCOL, placement=placement, certificate=proof)


def on_the_map(world):
    """What each zone and each tier shows, and the line of the proof."""
    scene = build_scene(world, audience="public", lang="en")
    zones = {zone: dict(rows) for zone, rows in scene.zones["rows"].items()}
    tiers = {entry.tier: dict(entry.rows) for entry in scene.legend}
    return zones, tiers, dict(scene.facts)["Household proof"]


SEALED, CONTROLLED = gm.SetTier(cells=["a"], tier="sealed"), gm.SetTier(cells=["b"], tier="controlled")


def test_map_and_certificate_do_not_differ_by_households_carved_out_alone():
    alone = gm.AddCarveOut(tier="sealed", households=["h8", "h9", "h10"], name="", reason="home isolation")
    world = zoning((7, 9, 20), SEALED, CONTROLLED, alone)
    assert world.certificate.by_tier == {"sealed": 10, "controlled": 6, "prevention": 0, "none": 20}
    shown = public_certificate(world, world.certificate)
    assert shown["by_tier"] == {"sealed": 7, "controlled": 9, "prevention": 0, "none": 20}
    assert shown["residents_by_tier"] == {"sealed": 14, "controlled": 18, "prevention": 0, "none": 40}
    zones, tiers, proof = on_the_map(world)
    assert {zone: rows["Households"] for zone, rows in zones.items()} == {"S-1": "7", "C-1": "9"}
    assert {tier: rows["Households"] for tier, rows in tiers.items()} == {"sealed": "7", "controlled": "9"}
    assert shown["households_in"] == 36
    assert proof == "balanced: 36 households = 36 placed + 0 exceptions"


def test_without_a_roster_households_carved_out_alone_hide_all_counts():
    alone = gm.AddCarveOut(tier="sealed", households=["h8"], name="", reason="home isolation")
    world = zoning((7, 9, 20), SEALED, alone)
    bare = gm.Zoning(plan=world.plan, grid=world.grid, protocol=PROTOCOL, certificate=world.certificate)
    shown = public_certificate(bare, world.certificate)
    assert set(shown["by_tier"].values()) == set(shown["residents_by_tier"].values()) == {None}
    assert shown["placed"] is None


def test_a_small_reason_cannot_be_told_by_the_total_of_exceptions():
    world = zoning((7, 9, 20), SEALED, CONTROLLED, nowhere=6, unknown=1)
    assert world.certificate.by_reason == {"no_location": 6, "unknown_cell": 1}
    shown = public_certificate(world, world.certificate)
    assert (shown["by_reason"], shown["exceptions"]) == ({"no_location": 6, "unknown_cell": "<5"}, None)
    assert on_the_map(world)[2] == "balanced"


def test_few_residents_of_many_households_are_not_told_either():
    world = zoning((7, 9, 20), SEALED, CONTROLLED, residents=[1] * 3 + [0] * 4 + [2] * 29)
    zones, tiers, _ = on_the_map(world)
    assert zones["S-1"] == {"Households": "7", "Residents": "<5"}
    assert tiers["sealed"]["Residents"] == "<5"
    assert public_certificate(world, world.certificate)["residents_by_tier"]["sealed"] is None


def test_cases_are_not_told_by_their_hash():
    world = zoning((7, 9, 20), SEALED)
    inputs = {"grid": world.grid, "cases": pd.DataFrame({"cell_id": ["a"]}, index=["k1"])}
    certificate = gm.certify(world.placement, world.plan, inputs=inputs)
    assert set(certificate.to_json()["input_sha256"]) == {"grid", "cases"}
    assert set(public_certificate(world, certificate)["input_sha256"]) == {"grid"}


@pytest.mark.parametrize(
    ("count", "told"), [(0, 0), (5, 5), (7, 5), (8, 10), (12, 10), (13, 15), (1502, 1500)]
)
def test_counts_are_rounded_to_five(count, told):
    assert rounded(count) == told


def test_a_version_after_another_tells_counts_in_fives():
    before, after = (zoning((8, 8 + more, 20), SEALED, CONTROLLED) for more in (0, 2))
    zones, tiers, proof = on_the_map(after)
    assert (zones["C-1"]["Households"], proof[-12:]) == ("10", "0 exceptions")
    after = gm.Zoning(**{**vars(after), "told_before": True})
    zones, tiers, proof = on_the_map(after)
    assert {zone: rows["Households"] for zone, rows in zones.items()} == {
        "S-1": "about 10",
        "C-1": "about 10",
    }
    assert tiers["controlled"]["Residents"] == "about 20"
    assert proof == "balanced"
    shown = public_certificate(after, after.certificate)
    assert shown["by_tier"] == {"sealed": 10, "controlled": 10, "prevention": 0, "none": 20}
    assert (shown["households_in"], shown["residents_in"], shown["rounded_to"]) == (40, 75, 5)
    assert "rounded_to" not in public_certificate(before, before.certificate)
    assert "rounded to 5" in str(build_scene(after, audience="public", lang="en").notes)
