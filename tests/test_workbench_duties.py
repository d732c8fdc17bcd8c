"""Duties in the workbench: kept in force, handed over by hand and taken back, also beside somebody else."""

import threading

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import gridmap as gm
from gridmap.model.duties import PIN_COLUMNS
from gridmap.store.protocols import read_protocol_text
from gridmap.workbench import Workbench
from tests.warned import warned

EAST, NORTH = 500_000, 3_400_000
LINKED = "linked_member"


def point(x):
    return shapely.Point(EAST + x, NORTH + 50)


@pytest.fixture
def workspace(tmp_path):
    """Four cells of 100 m in two villages; h1 h2 in a, h3 in b, h4 in d; linked members at both ends.

    +----+----+----+----+
    | a  | b  | c  | d  |   p1 lives in a, p2 in d; p3 is a secretary
    +----+----+----+----+
     village v   village w
    """
    boxes = [shapely.box(EAST + 100 * x, NORTH, EAST + 100 * x + 100, NORTH + 100) for x in range(4)]
    columns = {"village_id": ["v", "v", "w", "w"], "village_name": ["甲村", "甲村", "乙村", "乙村"]}
    grid = gpd.GeoDataFrame(columns, index=pd.Index(list("abcd"), name="cell_id"), geometry=boxes, crs=4549)
    homes = gpd.GeoDataFrame(
        {"address": ["甲村1号", "甲村2号", "甲村9号", "乙村1号"], "residents": [2, 3, 1, 4]},
        index=pd.Index(["h1", "h2", "h3", "h4"], name="household_id"),
        geometry=[point(10), point(40), point(150), point(350)],
        crs=4549,
    )
    officials = gpd.GeoDataFrame(
        {
            "name": ["某甲", "某乙", "某丙"],
            "role": [LINKED, LINKED, "secretary"],
            "phone": ["13800000001", "13800000002", "13800000003"],
            "territory": ["", "", "v"],
            "home_cell": ["a", "d", "a"],
        },
        index=pd.Index(["p1", "p2", "p3"], name="official_id"),
        geometry=[point(20), point(360), point(30)],
        crs=4549,
    )
    workspace = gm.open_workspace(tmp_path / "small.gpkg")
    workspace.set_tables(grid=grid, households=homes, officials=officials)
    workspace.set_protocol(read_protocol_text("three-zones-2021"))
    return workspace


@pytest.fixture
def bench(workspace):
    bench = Workbench(workspace, author="desk")
    bench.apply(gm.SetTier(areas=["v", "w"], tier="prevention"))
    bench.save(reason="first")
    return bench


def linked(duties):
    table = duties.table if hasattr(duties, "table") else duties
    rows = table[(table["role"] == LINKED) & (table["target_kind"] == "household")]
    return dict(zip(rows["target"], rows["official_id"], strict=True))


def lines(frame):
    return [" ".join(row) for row in frame[list(PIN_COLUMNS)].to_numpy().tolist()]


NEAR = {"h1": "p1", "h2": "p1", "h3": "p1", "h4": "p2"}


def test_a_hand_over_changes_duties_and_loads_at_once_and_is_in_the_file(bench, workspace):
    told = []
    bench.watch(lambda: told.append(bench.known_duties))
    assert linked(bench.duties()) == NEAR
    duties = bench.hand_over("p2", LINKED, households=["h3"])
    assert linked(duties) == NEAR | {"h3": "p2"}
    assert duties.loads.loc["p2", "households"] == 2
    assert told == [duties]
    assert bench.duties() is duties
    assert lines(gm.open_workspace(workspace.path).pins) == [f"p2 {LINKED} household h3"]
    assert workspace.pin_history()["author"].tolist() == ["desk"]


def test_what_was_handed_over_holds_under_a_later_plan_and_for_who_opens_the_file(bench, workspace):
    bench.hand_over("p2", LINKED, households=["h3"])
    bench.apply(gm.SetTier(cells=["a"], tier="controlled"))
    assert linked(bench.duties())["h3"] == "p2"
    other = Workbench(gm.open_workspace(workspace.path))
    assert linked(other.duties())["h3"] == "p2"
    assert linked(gm.zoning_of(workspace).duties)["h3"] == "p2"


def test_hand_overs_are_taken_back_one_by_one_without_limit(bench):
    first = bench.duties()
    for number in range(12):
        bench.hand_over("p2" if number % 2 == 0 else "p1", LINKED, households=["h1", "h3"])
    assert bench.can_take_back
    assert lines(bench.pins) == [f"p1 {LINKED} household h1", f"p1 {LINKED} household h3"]
    assert linked(bench.take_back())["h1"] == "p2"
    for _ in range(11):
        bench.take_back()
    assert (bench.can_take_back, len(bench.pins)) == (False, 0)
    assert bench.duties() is first
    assert bench.take_back() is first


def test_taking_back_brings_the_pin_before_again_and_leaves_one_that_was_there(bench, workspace):
    workspace.change_pins(put=pd.DataFrame([["p2", LINKED, "household", "h1"]], columns=list(PIN_COLUMNS)))
    bench.hand_over("p2", LINKED, households=["h1", "h2"])
    bench.hand_over("p1", LINKED, households=["h1"])
    assert lines(bench.pins) == [f"p2 {LINKED} household h2", f"p1 {LINKED} household h1"]
    bench.take_back()
    assert sorted(lines(bench.pins)) == [f"p2 {LINKED} household h1", f"p2 {LINKED} household h2"]
    bench.take_back()
    assert lines(bench.pins) == [f"p2 {LINKED} household h1"]


def test_an_unknown_official_or_household_changes_nothing(bench):
    for options in ({"households": ["h9"]}, {"targets": ["x"]}):
        with pytest.raises(gm.DutyError, match=r"'h9' is not|'x' is no"):
            bench.hand_over("p2", LINKED, **options)
    with pytest.raises(gm.DutyError, match="official 'p9' is not"):
        bench.hand_over("p9", LINKED, households=["h1"])
    assert (bench.can_take_back, len(bench.pins), linked(bench.duties())) == (False, 0, NEAR)


def test_a_target_of_a_single_person_goes_to_the_new_one(bench):
    duties = bench.hand_over("p3", "secretary", targets=["w"])
    rows = duties.table[(duties.table["role"] == "secretary") & (duties.table["target"] == "w")]
    assert rows[["official_id", "origin"]].to_numpy().tolist() == [["p3", "pinned"]]
    assert lines(bench.pins) == ["p3 secretary area w"]
    bench.take_back()
    assert bench.pins.empty


def test_strokes_go_on_while_duties_are_worked_out(bench, monkeypatch):
    assigned, done = bench._assigned, []

    def slow(*args):
        stroke = threading.Thread(
            target=lambda: done.append(bench.apply(gm.SetTier(cells=["a"], tier="sealed")))
        )
        stroke.start()
        stroke.join(timeout=10)
        return assigned(*args)

    monkeypatch.setattr(bench, "_assigned", slow)
    bench.hand_over("p2", LINKED, households=["h3"])
    assert len(done) == 1
    monkeypatch.undo()
    assert linked(bench.duties())["h3"] == "p2", "worked out anew for the plan after the stroke"
    bench.take_back()
    assert bench.pins.empty


# two processes


def test_pins_of_somebody_else_are_seen_at_the_next_question(bench, workspace):
    assert linked(bench.duties()) == NEAR
    Workbench(gm.open_workspace(workspace.path)).hand_over("p1", LINKED, households=["h4"])
    assert linked(bench.duties()) == NEAR | {"h4": "p1"}


def test_taking_back_leaves_what_somebody_else_has_set_since(bench, workspace):
    bench.hand_over("p2", LINKED, households=["h1", "h3"])
    Workbench(gm.open_workspace(workspace.path)).hand_over("p1", LINKED, households=["h3"])
    with warned(gm.GridmapWarning, match=r"1 duty\(s\) were set by somebody else since"):
        duties = bench.take_back()
    assert lines(bench.pins) == [f"p1 {LINKED} household h3"]
    assert linked(duties) == NEAR
    assert not bench.can_take_back


def test_a_pin_that_somebody_else_sets_at_the_same_moment_is_no_more_overwritten(
    bench, workspace, monkeypatch
):
    other = Workbench(gm.open_workspace(workspace.path), author="李")
    change = workspace.change_pins

    def overtaken(**options):
        other.hand_over("p1", LINKED, households=["h4"])
        return change(**options)

    bench.duties()
    monkeypatch.setattr(workspace, "change_pins", overtaken)
    with pytest.raises(gm.ConflictError, match="linked_member of household h4 by 李"):
        bench.hand_over("p2", LINKED, households=["h4"])
    assert lines(workspace.pins) == [f"p1 {LINKED} household h4"]
    assert not bench.can_take_back


# in force


def test_duties_that_are_put_in_force_are_kept_with_their_plan_and_author(bench, workspace):
    assert workspace.in_force is None
    duties = bench.assign()
    other = gm.open_workspace(workspace.path)
    assert other.duties_in_force.equals(duties.table)
    assert (other.in_force.plan_version, other.in_force.author) == (bench.plan.version, "desk")
    assert bench.duty_changes().empty
    assert bench.assign(author="李") is duties
    assert gm.open_workspace(workspace.path).in_force.author == "desk", "nothing was new"


def test_who_is_in_force_stays_and_the_changes_say_who_is_new_to_whom(bench, workspace):
    bench.hand_over("p2", LINKED, households=["h1"])
    bench.assign()
    bench.take_back()
    assert bench.duty_changes().to_numpy().tolist() == [[LINKED, "household", "h1", "p2", "p1"]]
    bench.hand_over("p1", LINKED, households=["h4"])
    rows = bench.duty_changes().to_numpy().tolist()
    assert [LINKED, "household", "h4", "p2", "p1"] in rows


def test_lists_say_who_is_new_since_the_duties_before(bench, workspace):
    first = bench.assign().table
    assert bench.zoning().in_force is None
    bench.hand_over("p1", LINKED, households=["h4"])
    assert bench.zoning().in_force.equals(first), "not in force yet, so against what is"
    bench.assign()
    assert bench.zoning().in_force.equals(first), "in force now, so against what was"
    assert gm.zoning_of(workspace).in_force is not None


def test_who_was_overtaken_in_putting_duties_in_force_is_told_and_a_reload_goes_on(bench, workspace):
    bench.duties()
    other = Workbench(gm.open_workspace(workspace.path), author="李")
    other.hand_over("p1", LINKED, households=["h4"])
    other.assign()
    with pytest.raises(gm.ConflictError, match=r"table duties_in_force .* last by 李"):
        workspace.keep_duties(bench.known_duties.table, plan_version="x", author="desk")
    bench.reload()
    assert linked(bench.assign())["h4"] == "p1"


# follow-ups


def entries(*rows):
    columns = ["household_id", "channel", "result", "needs", "reached_on", "source", "official_id"]
    frame = pd.DataFrame(rows, columns=columns)
    frame["reached_on"] = pd.to_datetime(frame["reached_on"]).dt.tz_localize("Asia/Shanghai")
    return frame


def test_what_comes_back_from_the_field_is_kept_and_told_to_views_and_exports(bench, workspace):
    told = []
    bench.watch(lambda: told.append(len(bench.followups)))
    read = entries(
        ["h1", "visit", "reached", "奶粉", "2022-03-05", "p1.xlsx", "p1"],
        ["h9", "visit", "reached", "", "2022-03-05", "p1.xlsx", "p1"],
    )
    conflicts = bench.add_followups(read)
    assert conflicts[["household_id", "kind"]].to_numpy().tolist() == [["h9", "unknown_household"]]
    assert bench.followups["result"].tolist() == ["reached"]
    assert told == [1]
    bench.add_followups(read)
    assert told == [1], "nothing was new"
    assert bench.zoning().followups["household_id"].tolist() == ["h1"]
    assert gm.zoning_of(workspace).followups["household_id"].tolist() == ["h1"]
    assert len(workspace.replacements().query("table == 'followups'")) == 1
