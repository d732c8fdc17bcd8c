"""The public names, and the fixed shapes of what they give."""

import inspect

import gridmap as gm
from gridmap.store.bundled import bundled_path


def test_every_public_name_exists_and_says_what_it_does():
    assert list(gm.__all__) == sorted(gm.__all__)
    undocumented = [name for name in gm.__all__ if not inspect.getdoc(getattr(gm, name))]
    assert undocumented == []


def test_options_of_public_functions_after_their_subject_are_keyword_only():
    for name in gm.__all__:
        function = getattr(gm, name)
        if not inspect.isfunction(function):
            continue
        for option in list(inspect.signature(function).parameters.values())[1:]:
            assert (
                option.default is inspect.Parameter.empty or option.kind is inspect.Parameter.KEYWORD_ONLY
            ), f"{name}({option.name})"


def test_the_whole_job_gives_answers_of_the_fixed_shapes():
    county = bundled_path("county")
    grid = gm.read_grid(county / "grid.gpkg")
    households = gm.read_households(county / "households.csv", crs="EPSG:4490")
    officials = gm.read_officials(county / "officials.csv", crs="EPSG:4490")
    cases = gm.read_cases(county / "cases.csv", crs="EPSG:4490")
    sites = gm.read_sites(county / "sites.csv", crs="EPSG:4490")
    protocol = gm.load_protocol("three-zones-2021")
    placement = gm.place_households(households, grid)
    plan = gm.delineate(cases, grid, protocol=protocol, households=households)
    duties = gm.assign_duties(plan, placement, officials, protocol=protocol, sites=sites)
    certificate = gm.certify(
        placement, plan, duties=duties, inputs={"households": county / "households.csv", "grid": grid}
    )
    assert placement.cells.index.name == "household_id"
    assert list(placement.exceptions.columns) == ["row", "household_id", "reason", "detail"]
    assert list(placement.conflicts.columns) == ["row", "household_id", "reason", "detail"]
    assert plan.tiers.index.name == "cell_id"
    assert plan.zones.index.name == "zone_id"
    assert {"tier", "name"} <= set(plan.zones.columns)
    zones = gm.zone_outlines(plan, grid, placement=placement)
    assert list(zones.columns) == ["tier", "name", "cells", "households", "residents", "geometry"]
    assert list(duties.table.columns) == ["official_id", "role", "target_kind", "target", "origin"]
    assert set(duties.table["origin"]) <= {"territory", "pinned", "assigned"}
    assert list(duties.vacancies.columns) == ["role", "target_kind", "target", "missing", "hard"]
    assert not duties.vacancies["hard"].astype(bool).any()
    assert list(duties.conflicts.columns) == ["official_id", "role", "kind", "detail", "substitute"]
    assert list(duties.loads.columns) == ["role", "targets", "households", "capacity", "share"]
    assert duties.coverage.index.equals(placement.cells.index)
    assert set(duties.coverage["reason"]) == {""}
    changes = gm.compare_duties(None, duties)
    assert list(changes.columns) == ["role", "target_kind", "target", "before", "after"]
    assert len(changes) == len(duties.table)
    handed = gm.hand_over(
        duties,
        placement,
        plan,
        official_id=duties.loads.index[0],
        role="linked_member",
        households=[placement.cells.index[0]],
    )
    assert list(handed.pins.columns) == ["official_id", "role", "target_kind", "target"]
    assert len(gm.compare_duties(duties, handed.duties)) == 1
    assert list(gm.staff_homes(officials, plan, placement).columns) == [
        "official_id",
        "role",
        "zone_id",
        "tier",
    ]
    plain = certificate.to_json()
    assert plain["households_in"] == 1500 == plain["placed"] + plain["exceptions"]
    assert sum(plain["by_tier"].values()) == plain["placed"]
    assert plain["balanced"]
    assert set(plain["input_sha256"]) == {"households", "grid"}
    assert plain["households_staffed"] + plain["households_unstaffed"] == plain["placed"]
    assert zones["households"].sum() == plain["placed"] - plain["by_tier"]["none"]
