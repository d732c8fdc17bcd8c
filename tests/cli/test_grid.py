"""gridmap grid: provisional cells, and the true grid in their place."""

import shutil
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from typer.testing import CliRunner

import gridmap as gm
from gridmap.cli.app import app

CRS = "EPSG:4549"
EAST, NORTH = 500_000, 3_400_000


def run(*args):
    return CliRunner().invoke(app, [str(arg) for arg in args])


def box(west, east):
    return shapely.box(EAST + west, NORTH, EAST + east, NORTH + 100)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Two villages of 200 m, a roster of four homes in two compounds, and the true grid of three cells.

    +----+----+----+----+
    |  甲村   |  乙村   |
    +----+----+----+----+
    | t1 |   t2    | t3 |
    """
    folder = tmp_path_factory.mktemp("files")
    villages = gpd.GeoDataFrame(
        {"code": ["330421001001", "330421001002"], "name": ["甲村", "乙村"]},
        geometry=[box(0, 200), box(200, 400)],
        crs=CRS,
    )
    villages.to_file(folder / "villages.gpkg")
    rows = [("h1", "东苑1幢", 50), ("h2", "西苑1幢", 150), ("h3", "西苑2幢", 170), ("h4", "北苑1幢", 350)]
    roster = pd.DataFrame(
        {
            "户编号": [row[0] for row in rows],
            "地址": [row[1] for row in rows],
            "residents": 2,
            "x": [EAST + row[2] for row in rows],
            "y": NORTH + 50,
        }
    )
    roster.to_csv(folder / "households.csv", index=False)
    true = gpd.GeoDataFrame(
        {"cell_id": ["t1", "t2", "t3"]}, geometry=[box(0, 160), box(160, 300), box(300, 400)], crs=CRS
    )
    true.to_file(folder / "true.gpkg")
    return folder


@pytest.fixture(scope="module")
def zoned(files):
    """The files with a workspace over a grid made of the roster, the cell of 西苑 sealed and locked."""
    roster, path = files / "households.csv", files / "county.gpkg"
    villages = ["--villages", files / "villages.gpkg"]
    made = run("grid", "make", files / "grid.gpkg", *villages, "--buildings", roster, "--crs-buildings", CRS)
    assert made.exit_code == 0, made.output
    assert made.stdout.startswith("3 provisional cells in 2 villages")
    done = run("init", path, "--grid", files / "grid.gpkg", "--households", roster, "--crs-households", CRS)
    assert done.exit_code == 0, done.output
    with gm.open_workspace(path) as workspace:
        (west,) = workspace.grid.index[workspace.grid["name"] == "西苑"]
        edits = [gm.SetTier(tier="sealed", cells=[west], name="西苑"), gm.Lock(cells=[west])]
        workspace.save(gm.replay(workspace.plan, edits), reason="first", author="me")
    return files


@pytest.fixture
def folder(zoned, tmp_path):
    """A copy of all that, to be changed."""
    return Path(shutil.copytree(zoned, tmp_path / "county"))


@pytest.fixture
def provisional(folder):
    return folder / "county.gpkg"


def test_the_mark_stays_in_the_workspace(provisional):
    with gm.open_workspace(provisional) as workspace:
        assert workspace.grid["provisional"].astype(bool).all()
        placement = gm.place_households(workspace.households, workspace.grid)
    assert placement.certificate.findings[0].startswith("provisional grid")


def test_a_dry_run_tells_who_changes_tier_and_saves_nothing(gridmap, provisional, folder):
    before = provisional.read_bytes()
    result = gridmap("grid", "replace", provisional, "--grid", folder / "true.gpkg", "--dry-run")
    assert result.exit_code == 3, result.output
    assert "not saved" in result.stdout
    assert provisional.read_bytes() == before


def test_the_true_grid_takes_the_place_and_the_plan_moves_over(gridmap, provisional, folder, document_of):
    """h1 and h2 tie in t1, which so is sealed, and h1 with it; h3 keeps its tier in t2."""
    result = gridmap(
        "grid", "replace", provisional, "--grid", folder / "true.gpkg",
        "--reason", "official grid", "--author", "me", "--json",
    )  # fmt: skip
    assert result.exit_code == 3, result.output
    told = document_of(result)
    people = [row for row in told["changes"] if row["kind"] == "household"]
    assert [(row["id"], row["tier_before"], row["tier_after"]) for row in people] == [
        ("h1", "none", "sealed")
    ]
    with gm.open_workspace(provisional) as workspace:
        assert workspace.plan.version == told["version"]
        assert workspace.plan.tiers.fillna("").to_list() == ["sealed", "sealed", ""]
        assert workspace.plan.cell_zones["t1"] == "S-1"
        assert workspace.plan.locked[["t1", "t2"]].all()
        assert workspace.versions()["reason"].to_list() == ["first", "official grid"]
        assert "provisional" not in workspace.grid
        assert gm.replay(gm.new_plan(workspace.grid), workspace.edits) == workspace.plan
        copies = list(folder.rglob("*before-replacing-grid*"))
    assert copies


def test_the_same_cells_under_their_true_names_change_nobody(gridmap, provisional, folder):
    grid = gm.read_grid(folder / "grid.gpkg").drop(columns=["provisional"])
    renamed = grid.set_axis([f"T{place}" for place in range(len(grid))]).rename_axis("cell_id")
    renamed.reset_index().to_file(folder / "renamed.gpkg")
    with gm.open_workspace(provisional) as workspace:
        first = str(workspace.grid.index[0])
        workspace.set_tables(officials=pd.DataFrame({"territory": [first]}, index=["o1"]))
    result = gridmap("grid", "replace", provisional, "--grid", folder / "renamed.gpkg", "--author", "王")
    assert result.exit_code == 0, result.output
    assert "no households under another tier" in result.stdout
    assert f"{len(grid)} cells and areas under another id; tables that name them: officials" in result.stdout
    with gm.open_workspace(provisional) as workspace:
        assert workspace.officials["territory"].to_list() == ["T0"]
        assert workspace.replacements()[["author", "table"]].to_numpy().tolist()[-2:] == [
            ["王", "grid"],
            ["王", "officials"],
        ]


def test_a_plan_over_other_cells_is_not_put_over_the_grid(provisional, folder):
    with gm.open_workspace(provisional) as workspace:
        version = workspace.plan.version
        with pytest.raises(gm.WorkspaceError, match="nothing was changed"):
            workspace.replace_grid(gm.read_grid(folder / "true.gpkg"), workspace.plan, reason="r", author="a")
        assert gm.open_workspace(provisional).plan.version == version


def test_hexagons_over_villages_and_what_is_odd(gridmap, folder, document_of):
    made = gridmap(
        "grid", "make", folder / "hexagons.geojson", "--villages", folder / "villages.gpkg",
        "--hexagon-m", "60", "--json",
    )  # fmt: skip
    assert made.exit_code == 0, made.output
    told = document_of(made)
    assert told["villages"] == 2
    assert told["cells"] == len(gm.read_grid(folder / "hexagons.geojson")) > 10
    lines = gpd.GeoDataFrame(geometry=[shapely.Point(0, 0)], crs=CRS)
    lines.to_file(folder / "roads.gpkg")
    bad = gridmap("grid", "make", folder / "x.gpkg", "--roads", folder / "roads.gpkg")
    assert bad.exit_code == 1
    assert "give roads as lines" in bad.stderr
    assert not (folder / "x.gpkg").exists()


def test_buildings_outside_the_villages_are_findings(gridmap, folder):
    far = gpd.GeoDataFrame({"address": ["远村1号"]}, geometry=[shapely.Point(EAST + 9000, NORTH)], crs=CRS)
    far.to_file(folder / "far.gpkg")
    made = gridmap(
        "grid",
        "make",
        folder / "g.gpkg",
        "--villages",
        folder / "villages.gpkg",
        "--buildings",
        folder / "far.gpkg",
    )
    assert made.exit_code == 3
    assert "1 buildings lie outside the villages" in made.stderr
    assert "远村" not in made.output
