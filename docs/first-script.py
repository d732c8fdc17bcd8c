# ruff: noqa: T201 - a script talks to whoever runs it
"""The whole job in one script, on the bundled county; everybody in it is made up."""

import tempfile
from pathlib import Path

import gridmap as gm

county, out = gm.bundled_path("county"), Path(tempfile.mkdtemp(prefix="gridmap-"))
grid = gm.read_grid(county / "grid.gpkg")
households = gm.read_households(county / "households.csv", crs="EPSG:4490")
officials = gm.read_officials(county / "officials.csv", crs="EPSG:4490")
cases = gm.read_cases(county / "cases.csv", crs="EPSG:4490")
protocol = gm.load_protocol("three-zones-2021")

placement = gm.place_households(households, grid)
before = gm.delineate(cases, grid, protocol=protocol, base=gm.new_plan(grid), households=households)
plan = gm.apply_edit(before, gm.SetTier(areas=["990421003"], tier="prevention", name="苔桥镇"))
tiers = gm.household_tiers(plan, placement)
zones = gm.zone_outlines(plan, grid, placement=placement)
duties = gm.assign_duties(plan, placement, officials, protocol=protocol)
certificate = gm.certify(placement, plan, inputs=[county / "households.csv"], duties=duties)
changes = gm.compare_plans(before, plan, placement)
print(zones.drop(columns="geometry"), tiers.value_counts(), f"{len(changes)} changes", sep="\n\n")
print("balanced:", certificate.balanced, "of", certificate.households_in, "households; files in", out)

zoning = gm.Zoning(
    plan=plan,
    grid=grid,
    protocol=protocol,
    placement=placement,
    certificate=certificate,
    duties=duties,
    officials=officials,
    document=gm.Document(draft=True),  # the isolation points are left out here, so some posts are vacant
)
gm.export_map(zoning, out / "map.html", audience="public")
gm.export_atlas(zoning, out / "atlas.pdf")
gm.export_contacts(zoning, out / "lists", audience="official")
gm.export_layers(zoning, out / "zones.gpkg")

workspace = gm.open_workspace(out / "county.gpkg")
workspace.set_tables(grid=grid, households=households, officials=officials, cases=cases)
workspace.save(plan, reason="first zoning", author="GIS")
bench = gm.Workbench(workspace)  # in JupyterLab, its last line shows the panel
print(bench)
