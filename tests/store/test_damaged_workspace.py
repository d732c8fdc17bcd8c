"""A damaged workspace is refused by its name, and never with an error of a library."""

import sqlite3

import geopandas as gpd
import pytest
from shapely import box

import gridmap as gm
from gridmap.errors import WorkspaceError


@pytest.fixture
def path(tmp_path):
    """Save a plan over one cell."""
    grid = gpd.GeoDataFrame({"name": ["a"]}, index=["01"], geometry=[box(120, 30, 121, 31)], crs=4326)
    grid.index.name = "cell_id"
    with gm.open_workspace(tmp_path / "workspace.gpkg") as workspace:
        workspace.set_tables(grid=grid)
        plan = gm.apply_edit(gm.new_plan(grid), gm.SetTier(cells=["01"], tier="sealed"))
        workspace.save(plan, reason="first", author="A")
    return tmp_path / "workspace.gpkg"


@pytest.mark.parametrize(
    ("damage", "read", "said"),
    [
        ("UPDATE gridmap_layers SET columns = '[{\"name\": 1}]'", "grid", "its columns cannot be read"),
        ("UPDATE gridmap_layers SET columns = '[{'", "grid", "its columns cannot be read"),
        ("UPDATE gridmap_versions SET time = '2026-99-99'", "versions", "its log is damaged"),
        ("UPDATE gridmap_versions SET content = x'00'", "plan", "save 1 cannot be read"),
        ("UPDATE gridmap_versions SET author = CAST(x'ff' AS TEXT)", "versions", "cannot be used"),
        ("UPDATE grid SET geom = x'4750'", "grid", "a geometry that cannot be read"),
    ],
)
def test_damage_in_a_workspace_is_told_with_the_name_of_the_file(path, damage, read, said):
    with sqlite3.connect(path) as connection:
        for (trigger,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            connection.execute(f'DROP TRIGGER "{trigger}"')
        connection.execute(damage.replace("SET geom", f"SET {_shape(connection)}"))
    connection.close()
    with pytest.raises(WorkspaceError, match=rf"workspace\.gpkg.*{said}"):
        look(path, read)


def look(path, read):
    with gm.open_workspace(path) as workspace:
        found = getattr(workspace, read)
        return found() if callable(found) else found


def _shape(connection):
    return connection.execute(
        "SELECT column_name FROM gpkg_geometry_columns WHERE table_name = 'grid'"
    ).fetchone()[0]
