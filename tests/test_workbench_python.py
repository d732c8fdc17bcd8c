"""Copy as Python: whatever was done, the text makes the identical plan."""

import geopandas as gpd
import pandas as pd
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import gridmap as gm
from gridmap.workbench import Workbench
from gridmap.workbench.python_text import as_carry_over
from tests.core.test_steps import EDITS

HALF = "POLYGON ((0 0, 0.30000000000000004 0, 0.5 1, 0 1, 0 0))"
DRAWN = st.one_of(
    EDITS,
    st.builds(
        gm.AddCarveOut, tier=st.just("sealed"), shape=st.sampled_from([HALF, shapely.box(1, 0, 1.1, 1)])
    ),
    st.builds(
        gm.AddCarveOut, tier=st.just("none"), households=st.just(["h'1", 'h"2', "\n"]), name=st.just("户\\")
    ),
    st.builds(gm.NameZone, zone=st.just("S-1"), name=st.just("'; drop\u2028")),
)
MOVES = st.lists(
    st.one_of(DRAWN, st.sampled_from(["undo", "redo", "save", "branch", "main", "reload", "restore"]))
)


def grid_of(size):
    """Return squares in a row, a1 a2 b1 b2 c1 c2 ..., each one wide."""
    names = [f"{letter}{number}" for letter in "abcd" for number in (1, 2)][:size]
    shapes = [shapely.box(x, 0, x + 1, 1) for x in range(size)]
    fields = {"village_id": [name[0] for name in names]}
    return gpd.GeoDataFrame(fields, index=pd.Index(names, name="cell_id"), geometry=shapes, crs=4549)


def made(bench):
    names = {"gm": gm, "grid": bench.grid}
    exec(bench.as_python(), names)  # noqa: S102 - the text that is tested
    return names["plan"]


def move(bench, wanted, number):
    if wanted in ("undo", "redo", "reload"):
        getattr(bench, wanted)()
    elif wanted == "save":
        bench.save(reason="r")
    elif wanted == "restore":
        bench.restore(1)
    elif wanted == "branch":
        bench.branch(f"b{number}")
    elif wanted == "main":
        bench.switch("")
    else:
        bench.apply(wanted)


@given(MOVES)
@settings(derandomize=True, deadline=None, max_examples=25)
def test_the_text_makes_the_identical_plan_whatever_was_done(tmp_path_factory, moves):
    workspace = gm.open_workspace(tmp_path_factory.mktemp("w") / "w.gpkg")
    workspace.set_tables(grid=grid_of(6))
    bench = Workbench(workspace)
    for number, wanted in enumerate(moves):
        try:
            move(bench, wanted, number)
        except gm.GridmapError:
            continue
    assert made(bench).version == bench.plan.version
    again = Workbench(gm.open_workspace(workspace.path))
    assert (again.plan.version, again.plan.edits) == (bench.plan.version, bench.plan.edits)
    assert again.can_redo == bench.can_redo
    while bench.can_redo:
        assert again.redo().version == bench.redo().version
    while bench.can_undo and again.can_undo:
        assert made(bench).version == bench.plan.version
        bench.undo()
        again.undo()


@given(st.lists(EDITS, max_size=8))
@settings(derandomize=True, deadline=None, max_examples=40)
def test_one_edit_carries_a_whole_plan(edits):
    plan = gm.new_plan(grid_of(6))
    for edit in edits:
        try:
            plan = gm.apply_edit(plan, edit)
        except gm.GridmapError:
            continue
    again = gm.apply_edit(gm.new_plan(grid_of(6)), as_carry_over(plan))
    assert again.content == plan.content


def test_a_plan_whose_edits_meant_another_grid_is_written_as_it_is(tmp_path):
    workspace = gm.open_workspace(tmp_path / "w.gpkg")
    workspace.set_tables(grid=grid_of(3))
    bench = Workbench(workspace)
    bench.apply(gm.SetTier(areas=["b"], tier="sealed"))
    bench.save(reason="b1 only")
    workspace.set_tables(grid=grid_of(4))
    bench.reload()
    assert bench.plan.tiers.dropna().to_dict() == {"b1": "sealed"}
    assert "CarryOver" in bench.as_python()
    assert made(bench).version == bench.plan.version


def test_after_a_recovery_on_top_of_theirs_the_text_makes_the_plan_too(tmp_path):
    workspace = gm.open_workspace(tmp_path / "w.gpkg")
    workspace.set_tables(grid=grid_of(4))
    Workbench(workspace).apply(gm.SetTier(cells=["a1"], tier="sealed"))
    theirs = gm.open_workspace(workspace.path)
    theirs.save(gm.apply_edit(theirs.plan, gm.SetTier(cells=["b1"], tier="sealed")), reason="r", author="李")
    bench = Workbench(gm.open_workspace(workspace.path))
    assert bench.recovered == 1
    assert made(bench).version == bench.plan.version
