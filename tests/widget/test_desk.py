"""The desk answers every message once, tells all views of every change, and never believes a view."""

import json
import sqlite3
import threading
import zlib
from contextlib import closing

import numpy as np
import pandas as pd
import pytest

import gridmap as gm
from gridmap.core.problems import list_problems
from gridmap.store.protocols import read_protocol_text
from gridmap.widget.answers import Question
from gridmap.widget.proposals import Proposed
from gridmap.widget.verbs.cases import accept
from tests.widget.conftest import HOSTILE
from tests.widget.desk_world import View, desk_with_view

SEALED, CONTROLLED, NONE = 0, 1, -1

ONE_HARD_DUTY = """
id = "one-duty"
title_zh = "一项包保"
title_en = "One duty"
source = "made up"
source_zh = "虚构"
notice = "verify against the order in force"

[[tiers]]
id = "sealed"
label_zh = "封控区"
label_en = "sealed"
prefix = "S"
color = "#b2182b"
pattern = "cross"
measures_zh = ["足不出户"]

[[rules]]
rule = "within"
tier = "sealed"
radius_m = 500
by = "centroid"
places = ["home"]

[[duties]]
role = "secretary"
per = "area"
level = "village"
hard = true
basis = "order"

[roles]
secretary = ["书记", "secretary"]
"""


def numbers(buffer, dtype):
    return np.frombuffer(buffer, dtype=dtype).tolist()


def texts(buffer):
    return zlib.decompress(buffer).decode().split("\n")


def test_a_view_that_is_ready_is_told_the_rules_the_cells_and_the_plan_in_this_order(view):
    told = ["hello", "plan", "grid", "names", "done", "counts", "cells", "plan", "stale", "done"]
    assert [each["kind"] for each in view.heard] == told
    assert {each["to"] for each in view.heard[:5]} == {"view"}


def test_the_picture_need_not_wait_for_the_households(bench, view):
    first, second = (each for each in view.heard if each["kind"] == "plan")
    assert (first["counted"], first["full"], first["follow"]) == (False, True, False)
    assert (first["version"], second["version"]) == ("", bench.plan.version)
    assert (second["revision"], second["full"]) == (first["revision"] + 1, False)
    assert [row["households"] for row in first["tiers"]] == [None] * 4
    assert (
        [row["cells"] for row in first["tiers"]] == [row["cells"] for row in second["tiers"]] == [0, 0, 0, 3]
    )
    assert (second["counted"], second["follow"]) == (True, False), "without carve-outs all follow their cells"


def test_a_view_that_opens_later_is_told_the_same_and_what_the_carve_outs_take(bench, view):
    told = [each["kind"] for each in view.heard]
    bench.apply(gm.AddCarveOut(households=["h2"], tier="sealed"))
    view.heard.clear()
    view.open()
    assert [each["kind"] for each in view.heard] == told
    first, second = (each for each in view.heard if each["kind"] == "plan")
    assert (first["follow"], second["follow"], second["full"]) == (False, True, False)
    assert [numbers(each, "<i4") for each in second["buffers"]] == [[1, 1, 0], [1, 3, 0], [0, 0, 0]]


def test_the_first_message_names_tiers_levels_and_what_there_is(view):
    hello = view.last("hello")
    assert [tier["id"] for tier in hello["tiers"]] == ["sealed", "controlled", "prevention"]
    assert [level["id"] for level in hello["levels"]] == ["village", "cell"]
    tables = {"households": 4, "officials": 0, "cases": 0, "sites": 0, "boundaries": 0}
    assert view.last("names")["tables"] == tables
    assert hello["formats"]["public"] == ["map", "picture", "atlas", "notice", "layers", "certificate"]
    assert (hello["basemap"], hello["workspace"]) == (None, "small.gpkg")


def test_cells_come_with_ids_counts_areas_and_the_village_above(view):
    grid = view.last("grid")
    _, _, above, area_m2, rank = grid["buffers"]
    ids, names = view.last("names")["buffers"]
    households, residents, needs = view.last("counts")["buffers"]
    assert (texts(ids), texts(names)) == (["a", "b", "c"], ["", "", ""])
    assert numbers(above, "<i4") == [0, 0, 1]
    assert (numbers(households, "<i4"), numbers(residents, "<i4")) == ([1, 2, 0], [1, 5, 0])
    assert numbers(needs, "<i4") == [0, 1, 0], "a household with two needs is one household"
    # a hundredth of a degree at 30.005 degrees north is 1108.6 m high and 964.9 m wide
    assert numbers(area_m2, "<f4") == pytest.approx([1.0697e6] * 3, rel=1e-3)
    assert rank == b"", "the cells are in the order of their ids"


def test_hostile_names_lose_what_could_turn_a_page_and_stay_text(view):
    (north, hostile) = view.last("grid")["areas"]
    assert north == {"id": "v", "name": "North", "level": "village", "parent": -1}
    assert hostile["name"] == HOSTILE.removesuffix("\u202e")


def test_a_stroke_is_an_edit_of_the_workbench_and_is_told_before_it_is_answered(bench, view):
    answer = view.ask("edit", edit={"type": "SetTier", "tier": "sealed"}, cells=[1, 0])
    assert bench.unsaved == (gm.SetTier(tier="sealed", cells=["a", "b"]),)
    assert (answer["kind"], answer["revision"]) == ("done", view.desk.revision)
    told, plan = view.last("cells"), view.last("plan")
    assert (told["cause"], plan["full"]) == ({"client": "view", "seq": 3}, False)
    assert told["revision"] == plan["revision"] == view.desk.revision
    cells, tier, zone, flags = told["buffers"]
    assert (numbers(cells, "<u4"), numbers(tier, "i1")) == ([0, 1], [SEALED, SEALED])
    assert (numbers(zone, "<i4"), numbers(flags, "u1")) == ([0, 0], [2, 2])
    assert [each["kind"] for each in view.heard][-4:] == ["cells", "plan", "stale", "done"]


def test_figures_of_zones_and_tiers_come_with_those_of_the_saved_plan(bench, view):
    view.ask("edit", edit={"type": "SetTier", "tier": "sealed"}, cells=[1])
    bench.save(reason="one case")
    view.ask("edit", edit={"type": "SetTier", "tier": "sealed"}, cells=[0])
    (zone,) = view.last("plan")["zones"]
    assert (zone["id"], zone["cells"], zone["households"], zone["residents"], zone["needs"]) == (
        "S-1",
        2,
        3,
        6,
        1,
    )
    assert {**zone["was"], "area_m2": 0} == {
        "cells": 1,
        "households": 2,
        "residents": 5,
        "needs": 1,
        "area_m2": 0,
    }
    assert zone["was"]["area_m2"] == pytest.approx(zone["area_m2"] / 2, rel=1e-3)
    sealed, *_, none = view.last("plan")["tiers"]
    assert (sealed["households"], sealed["was"]["households"]) == (3, 2)
    assert (none["code"], none["cells"], none["households"]) == (NONE, 1, 0)


def test_an_edit_of_python_is_told_to_all_views_at_once(bench, desk, view):
    other = View(view.desk, "other")
    view.desk._tell = lambda content, buffers: (view.hear(content, buffers), other.hear(content, buffers))
    bench.apply(gm.SetTier(cells=["c"], tier="controlled"))
    for each in (view, other):
        told, plan = each.last("cells"), each.last("plan")
        assert numbers(told["buffers"][0], "<u4") == [2]
        assert (told["cause"], plan["unsaved"], plan["can_undo"]) == (None, 1, True)


def test_a_refused_stroke_changes_nothing_and_says_why_in_the_language_of_the_view(bench, view):
    bench.apply(gm.Lock(cells=["a"]))
    revision = view.desk.revision
    answer = view.ask("edit", edit={"type": "SetTier", "tier": "sealed"}, cells=[0, 1], lang="zh")
    assert (answer["kind"], answer["code"]) == ("refused", "locked")
    assert answer["why"] == "网格单元或划出部分已锁定,请先解锁:a。"
    assert (bench.plan.tiers.isna().all(), view.desk.revision) == (True, revision)
    answer = view.ask("edit", edit={"type": "SetTier", "tier": "sealed"}, cells=[0, 1])
    assert answer["why"] == "cells are locked: 'a'; unlock them first"


def test_a_weaker_tier_than_a_rule_asks_is_refused_for_want_of_a_reason(bench, view):
    proposal = gm.Proposal(tier="sealed", anchor="x", cells=["a"])
    tiers = {"tiers": bench.plan.tier_order, "prefixes": ["S", "C", "P"]}
    bench.apply(gm.Delineate(protocol="p", proposals=[proposal], **tiers))
    edit = {"type": "SetTier", "tier": "controlled"}
    refused = {lang: view.ask("edit", edit=edit, cells=[0], lang=lang) for lang in ("zh", "en")}
    assert {answer["code"] for answer in refused.values()} == {"reason_needed"}
    assert refused["zh"]["why"] == "规则要求更严的等级,降级须写明理由。"
    assert refused["en"]["why"] == "The rules ask for a stricter tier here; say why it shall be weaker."
    assert view.ask("edit", edit={**edit, "reason": "all tested"}, cells=[0])["kind"] == "done"
    flags = view.last("cells")["buffers"][3]
    assert numbers(flags, "u1") == [2 + 4]


@pytest.mark.parametrize(
    ("edit", "code", "why"),
    [
        ({"type": "Burn"}, "other", "no edit is called 'Burn'"),
        ({"type": "SetTier"}, "other", "no SetTier"),
        ({"type": "SetTier", "tier": "black"}, "other", "no tier is called 'black'"),
        ({"type": "SetTier", "tier": "sealed", "areas": "v"}, "other", "areas is no list"),
        ({"type": "SetTier", "tier": "sealed", "areas": ["x"]}, "unknown", "'x'"),
        ({"type": "AddCarveOut", "tier": "sealed", "rings": [[0, 0, 1, 1]]}, "other", "three corners"),
        (None, "other", "no edit was given"),
    ],
)
def test_what_is_no_edit_is_refused_in_a_sentence(view, edit, code, why):
    answer = view.ask("edit", edit=edit)
    assert (answer["kind"], answer["code"]) == ("refused", code)
    assert why in answer["why"]


def test_cells_that_the_grid_lacks_and_torn_buffers_are_refused(view):
    edit = {"type": "SetTier", "tier": "sealed"}
    assert view.ask("edit", edit=edit, cells=[3])["code"] == "unknown"
    view.desk.hear(
        {"kind": "edit", "client": "view", "seq": 99, "edit": edit, "lang": "en"}, [memoryview(b"abc")]
    )
    assert "no multiple of four" in view.heard[-1]["why"]


def test_an_unknown_message_is_refused_and_what_is_no_message_is_left_alone(view):
    assert "does not know 'dance'" in view.ask("dance")["why"]
    before = len(view.heard)
    for junk in (None, [], "ready", {}, {"kind": 3}):
        view.desk.hear(junk, [])
    assert len(view.heard) == before


def test_what_fails_inside_is_answered_too_and_raised(view, monkeypatch):
    def fail(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(view.desk.bench, "undo", fail)
    with pytest.raises(ZeroDivisionError):
        view.ask("undo")
    assert (view.heard[-1]["kind"], view.heard[-1]["seq"]) == ("refused", view.seq)


def test_what_fails_beside_the_strokes_is_answered_and_told_in_the_output(view, monkeypatch):
    told, errors = threading.Event(), []

    def fail(*_, **__):
        raise ZeroDivisionError("planted")

    monkeypatch.setattr("traceback.print_exception", lambda error: (errors.append(error), told.set()))
    monkeypatch.setattr("gridmap.widget.verbs.problems.list_problems", fail)
    with pytest.raises(ZeroDivisionError, match="planted"):
        view.ask("problems")
    assert view.heard[-1]["kind"] == "refused"
    assert told.wait(60)
    assert [str(error) for error in errors] == ["planted"]


def test_a_drawn_part_of_a_cell_is_carved_out_in_the_crs_of_the_grid(bench, view):
    ring = [13358394, 3503700, 13358894, 3503700, 13358894, 3504200, 13358394, 3504200]
    view.ask("edit", edit={"type": "AddCarveOut", "tier": "sealed", "rings": [ring]})
    (row,) = view.last("plan")["carve"]
    assert (row["id"], row["tier"], row["kind"]) == ("K-1", SEALED, "shape")
    assert len(row["rings"][0]) == 10
    assert row["rings"][0][:2] == pytest.approx(ring[:2], abs=0.02)
    assert view.last("plan")["follow"]


def test_households_under_a_carve_out_do_not_follow_the_cell(view):
    view.ask("edit", edit={"type": "AddCarveOut", "tier": "sealed", "households": ["h2"]})
    plan = view.last("plan")
    households, residents, needs = plan["buffers"]
    assert numbers(households, "<i4") == [1, 1, 0]
    assert numbers(residents, "<i4") == [1, 3, 0]
    assert numbers(needs, "<i4") == [0, 0, 0]
    assert plan["carve"][0]["households"] == 1


def test_undo_and_redo_go_by_as_many_steps_as_asked(bench, view):
    for cell in (0, 1, 2):
        view.ask("edit", edit={"type": "SetTier", "tier": "sealed"}, cells=[cell])
    view.ask("undo", steps=2)
    assert bench.plan.tiers.dropna().to_dict() == {"a": "sealed"}
    view.ask("redo", steps=1)
    assert bench.plan.tiers.dropna().to_dict() == {"a": "sealed", "b": "sealed"}


def test_what_is_taken_back_beyond_a_save_is_not_saved(bench, view):
    bench.apply(gm.SetTier(cells=["a"], tier="sealed"))
    bench.save(reason="first")
    view.ask("undo")
    plan = view.last("plan")
    assert (plan["saved"], plan["unsaved"]) == (False, 1)
    assert repr(bench).endswith("1 unsaved edit(s)>")
    assert view.ask("issue")["blocked"][0]["why"]["en"] == "1 unsaved edit(s): save first"
    view.ask("redo")
    plan = view.last("plan")
    assert (plan["saved"], plan["unsaved"]) == (True, 0)


def test_a_view_is_told_when_the_log_can_be_written_again(bench, view, workspace):
    with closing(sqlite3.connect(workspace.path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        view.ask("edit", edit={"type": "SetTier", "tier": "sealed"}, cells=[0])
        assert "not in the log yet" in view.last("plan")["log"]
        other.execute("ROLLBACK")
    view.ask("language")
    assert view.last("plan")["log"] == "ok"


def test_a_save_needs_a_reason_and_is_told(bench, view):
    view.ask("edit", edit={"type": "SetTier", "tier": "sealed"}, cells=[0])
    assert view.ask("save", reason=" ")["kind"] == "refused"
    answer = view.ask("save", reason="two cases", author="night desk")
    assert answer["version"] == bench.plan.version
    assert bench.workspace.versions().iloc[-1][["author", "reason"]].to_list() == ["night desk", "two cases"]
    assert (view.last("plan")["saved"], view.last("plan")["unsaved"]) == (True, 0)


def test_a_save_that_met_another_shows_both_sides_and_a_reload_goes_on_from_there(bench, view, workspace):
    other = gm.Workbench(gm.open_workspace(workspace.path), author="other")
    other.apply(gm.SetTier(cells=["a"], tier="sealed"))
    view.ask("edit", edit={"type": "SetTier", "tier": "controlled"}, cells=[0, 2])
    other.save(reason="first")
    answer = view.ask("save", reason="second")
    assert answer["code"] == "conflict"
    assert view.ask("save", reason="second", lang="zh")["summary"] == (
        "对方改动:1 个网格单元,1 个区或划出部分;本方改动:2 个网格单元,2 个区或划出部分"
    )
    rows = {row["target"]: (row["theirs"], row["mine"], row["clash"]) for row in answer["difference"]}
    assert rows["a"] == ("sealed (S-1)", "controlled (C-1)", True)
    assert gm.open_workspace(workspace.path).plan.tiers.dropna().to_dict() == {"a": "sealed"}
    assert view.ask("reload")["refused"] == []
    assert view.ask("save", reason="second")["kind"] == "done"
    assert gm.open_workspace(workspace.path).plan.tiers.dropna().to_dict() == {
        "a": "controlled",
        "c": "controlled",
    }


def test_the_certificate_is_about_the_plan_that_is_shown(bench, view):
    view.ask("edit", edit={"type": "SetTier", "tier": "sealed"}, cells=[0])
    answer = view.ask("certificate")
    assert (answer["balanced"], answer["households_in"], answer["placed"], answer["exceptions"]) == (
        True,
        4,
        3,
        1,
    )
    assert answer["by_reason"] == {"no_location": 1}
    assert answer["version"] == bench.plan.version


def test_problems_tell_their_cells_a_place_and_a_cure(bench, view):
    bench.apply(gm.SetTier(cells=["b"], tier="sealed"))
    found = view.ask("problems", lang="zh")
    exception = next(row for row in found["problems"] if row["kind"] == "exception")
    assert (exception["target"], exception["cells"], exception["at"], exception["fix"]) == (
        "h4",
        [],
        None,
        None,
    )
    open_cell = next(row for row in found["problems"] if row["kind"] == "no_tier")
    assert (open_cell["target"], open_cell["cells"], open_cell["detail"]["zh"]) == ("a", [0], "1户没有等级")
    assert found["counts"]["no_tier"] == 2


def test_what_a_notice_asks_for_is_one_step_when_a_person_takes_it(bench, desk, view):
    edits = [gm.SetTier(tier="sealed", cells=["a"]), gm.NameZone(zone="S-1", name="东片")]
    proposed = Proposed(edits, bench.protocol, version=bench.plan.version, reason="依通告 1号")
    token = desk.proposals.keep(proposed)
    view_of = Question("accept", "", 0, {"token": token}, (), "")
    assert accept(desk, view_of).content["edits"] == 1
    assert bench.plan.zones["name"].to_dict() == {"S-1": "东片"}
    (entry,) = [row for row in view.ask("history")["log"] if row["kind"] == "edit"]
    assert entry["text"]["zh"] == "一步 2 项操作:依通告 1号"
    bench.undo()
    assert bench.plan.zones.empty


def test_a_lock_of_a_cell_keeps_what_is_carved_out_of_it_and_an_unlock_frees_it(bench, view):
    bench.apply(gm.SetTier(cells=["a", "b"], tier="prevention"))
    bench.apply(gm.AddCarveOut(households=["h2"], tier="sealed"))
    view.ask("edit", edit={"type": "Lock", "cells": ["b"]})
    assert (bench.plan.locked.to_list(), bench.plan.carve_outs["locked"].to_list()) == (
        [False, True, False],
        [True],
    )
    assert gm.household_tiers(bench.plan, bench.placement)["h2"] == "sealed"
    made = bench.plan.edits[-1]
    assert made == gm.lock_of(bench.undo(), cells=["b"], placement=bench.placement)
    bench.redo()
    view.ask("edit", edit={"type": "Unlock", "areas": ["v"]})
    assert (bench.plan.locked.any(), bench.plan.carve_outs["locked"].to_list()) == (False, [False])


def test_a_cure_of_several_edits_is_one_step_and_none_of_them_if_one_is_refused(bench, view):
    edits = [{"type": "SetTier", "tier": "sealed", "cells": ["a"]}, {"type": "Lock", "cells": ["a"]}]
    assert view.ask("fix", edits=edits)["edits"] == 2
    assert (bench.plan.tiers["a"], bench.plan.locked["a"]) == ("sealed", True)
    (entry,) = [row for row in view.ask("history")["log"] if row["kind"] == "edit"]
    sealed = bench.protocol.tier("sealed")
    assert entry["text"]["zh"] == f"一步 2 项操作:设为{sealed.label('zh')}:1 个网格单元;锁定:1 个网格单元"
    assert entry["text"]["en"].startswith("2 edits in one step: set to ")
    view.ask("undo")
    assert bench.plan.tiers.isna().all()
    assert not bench.plan.locked.any()
    bench.apply(gm.Lock(cells=["b"]))
    edits[1] = {"type": "SetTier", "tier": "sealed", "cells": ["b"]}
    assert view.ask("fix", edits=edits)["kind"] == "refused"
    assert bench.plan.tiers.isna().all()


def test_history_names_moves_and_saves_in_both_languages(view):
    view.ask("edit", edit={"type": "SetTier", "tier": "sealed"}, cells=[0])
    view.ask("save", reason="one")
    view.ask("undo")
    found = view.ask("history")
    assert [(move["kind"], move["undone"]) for move in found["log"]] == [
        ("edit", True),
        ("save", False),
        ("undo", False),
    ]
    assert found["log"][0]["text"] == {"zh": "设为封控区:1 个网格单元", "en": "set to sealed: 1 cells"}
    assert [row["reason"] for row in found["versions"]] == ["one"]
    assert found["branches"] == [{"name": "", "save": 1, "start": 0, "current": True}]


def test_a_comparison_counts_cells_and_households_that_move(view):
    view.ask("edit", edit={"type": "SetTier", "tier": "sealed"}, cells=[1])
    view.ask("save", reason="one")
    view.ask("edit", edit={"type": "SetTier", "tier": "controlled"}, cells=[1, 2])
    found = view.ask("compare", before=1, after="current")
    rows = {
        (row["tier_before"], row["tier_after"]): (row["cells"], row["households"]) for row in found["rows"]
    }
    assert rows == {("sealed", "controlled"): (1, 2), ("none", "controlled"): (1, 0)}
    before, after, rezoned = found["buffers"]
    assert numbers(rezoned, "u1") == [0, 0, 0]
    assert (numbers(before, "i1"), numbers(after, "i1")) == (
        [NONE, SEALED, NONE],
        [NONE, CONTROLLED, CONTROLLED],
    )


def test_a_cell_that_only_goes_to_another_zone_is_told_apart(view):
    view.ask("edit", edit={"type": "SetTier", "tier": "sealed"}, cells=[0, 1])
    view.ask("save", reason="one")
    view.ask("edit", edit={"type": "SplitZone", "zone": "S-1"}, cells=[1])
    found = view.ask("compare", before=1, after="current")
    (row,) = found["rows"]
    assert (row["tier_before"], row["tier_after"], row["cells"], row["households"]) == (
        "sealed",
        "sealed",
        1,
        2,
    )
    assert numbers(found["buffers"][2], "u1") == [0, 1, 0]
    told = [(row["zone_before"], row["zone_after"], row["changes"], row["cells"]) for row in found["zones"]]
    assert told == [("S-1", "S-1", ["split", "shrunk"], [0, 1]), ("", "S-2", ["new"], [1])]
    assert [(row["households_before"], row["households_after"]) for row in found["zones"]] == [(3, 1), (0, 2)]


def test_branches_are_begun_and_left_from_the_panel(bench, view):
    view.ask("edit", edit={"type": "SetTier", "tier": "sealed"}, cells=[0])
    assert view.ask("branch", name="stricter")["branch"] == "stricter"
    assert view.last("plan")["branch"] == "stricter"
    view.ask("switch", name="")
    assert (bench.branch_name, view.last("plan")["branch"]) == ("", "")


def test_the_python_makes_the_same_plan(bench, view, grid):
    view.ask("edit", edit={"type": "SetTier", "tier": "sealed"}, cells=[0])
    names = {"gm": gm, "grid": grid}
    exec(view.ask("python")["code"], names)  # noqa: S102 - the text was made one line above
    assert names["plan"].version == bench.plan.version


def test_households_are_points_on_the_lattice_of_the_cells(view):
    view.ask("points")
    points, grid = view.last("points"), view.last("grid")
    x, _, cell = points["buffers"]
    assert (points["total"], points["parts"]) == (3, 1)
    assert sorted(numbers(cell, "<u4")) == [0, 1, 1]
    east = np.array(sorted(numbers(x, "<i4"))) * grid["step"] + grid["origin"][0]
    assert east == pytest.approx([13358895.0, 13359896.8, 13360119.4], abs=1)


def test_a_ring_takes_cells_by_true_metres(view):
    at = [13358895.0, 3503857.0]  # in the middle of a; the border of b is 482 m away
    near, far = (view.ask("ring", at=at, radius_m=radius, by="touch") for radius in (470, 495))
    assert numbers(near["buffers"][0], "<u4") == [0]
    assert numbers(far["buffers"][0], "<u4") == [0, 1]
    assert view.ask("ring", at=at, radius_m="wide")["kind"] == "refused"
    assert view.ask("ring", at=[0], radius_m=10)["kind"] == "refused"


def test_lines_that_close_give_their_cells_and_open_ones_their_gaps(view):
    west, south, east, north = 13358200, 3502900, 13359600, 3504700  # around a, and a part of b
    around = [west, south, east, south, east, north, west, north, west, south]
    closed = view.ask("enclose", lines=[around], by="middle")
    assert (closed["closed"], numbers(closed["buffers"][0], "<u4")) == (True, [0])
    opened = view.ask("enclose", lines=[around[:8]], by="middle")
    assert (opened["closed"], numbers(opened["buffers"][0], "<u4")) == (False, [])
    (gap,) = opened["gaps"]
    assert gap["length_m"] == pytest.approx(1800 * np.cos(np.radians(30)), rel=0.01)


def test_borders_of_villages_can_be_picked_like_roads(view):
    listed = {row["id"]: row for row in view.ask("boundaries")["boundaries"]}
    assert set(listed) == {"area:v", "area:w"}
    found = view.ask("enclose", boundaries=["area:v"], by="middle")
    assert numbers(found["buffers"][0], "<u4") == [0, 1]
    assert view.ask("enclose", boundaries=["road-9"])["code"] == "unknown"


def test_what_may_be_exported_says_what_is_in_the_way(bench, view):
    bench.apply(gm.SetTier(cells=["a"], tier="sealed"))
    found = view.ask("issue")
    assert {row["audience"] for row in found["blocked"]} == {"public", "official", "field"}
    assert any("unsaved" in row["why"]["en"] for row in found["blocked"])
    assert view.ask("export", audience="public", formats=["layers"])["code"] == "blocked"


def test_each_audience_is_exported_to_a_folder_of_its_own_where_nothing_is_said(bench, view, workspace):
    folders = view.ask("issue")["folders"]
    assert folders["field"] == str(workspace.path.with_name("small-exports") / "field")
    wish = {"formats": ["certificate"], "folder": "", "draft": True}
    for audience in ("public", "official"):
        assert view.ask("export", audience=audience, **wish)["folder"] == folders[audience]
        view.desk.jobs.wait()


def test_an_export_that_cannot_be_logged_ends_and_says_so(bench, view, tmp_path, monkeypatch):
    def full(_rows):
        raise gm.WorkspaceError("the disk is full")

    bench.apply(gm.SetTier(cells=["a"], tier="sealed"))
    bench.save(reason="first")
    monkeypatch.setattr(bench.workspace, "log_export", full)
    answer = view.ask("export", audience="public", formats=["layers"], folder=str(tmp_path / "out"))
    assert answer["kind"] == "done"
    view.desk.jobs.wait()
    end = view.last("progress")
    assert (end["state"], "the disk is full" in end["why"], len(end["files"]) > 0) == ("failed", True, True)


def test_a_view_that_opens_amid_an_export_is_told_how_far_it_is(bench, view, tmp_path, monkeypatch):
    begun, going_on = threading.Event(), threading.Event()

    def slow(_zoning, _folder, *, progress, **_options):
        progress(1, 3, "atlas")
        begun.set()
        going_on.wait()
        progress(2, 3, "map")

    monkeypatch.setattr("gridmap.widget.jobs.write_exports", slow)
    bench.save(reason="first")
    assert view.ask("issue")["running"] is None
    wish = {"audience": "public", "formats": ["layers"], "folder": str(tmp_path / "out")}
    job = view.ask("export", **wish)["job"]
    begun.wait()
    running = view.ask("issue")["running"]
    assert running == {"job": job, "state": "running", "done": 1, "total": 3, "name": "atlas"}
    assert "another export is running" in view.ask("export", **wish)["why"]
    going_on.set()
    view.desk.jobs.wait()
    assert view.ask("issue")["running"] is None


def test_an_export_runs_beside_the_map_and_is_logged(bench, view, tmp_path):
    bench.apply(gm.SetTier(cells=["a"], tier="sealed"))
    bench.save(reason="one")
    wish = {"audience": "public", "formats": ["layers", "certificate"], "folder": str(tmp_path / "out")}
    assert view.ask("export", document={"number": "7"}, **wish)["kind"] == "done"
    view.desk.jobs.wait()
    end = view.last("progress")
    assert (end["state"], [file["path"] for file in end["files"]]) == (
        "done",
        ["zones.gpkg", "certificate.json"],
    )
    assert json.loads((tmp_path / "out" / "certificate.json").read_text("utf-8"))["balanced"]
    assert bench.workspace.exports()["file"].to_list() == [
        str(tmp_path / "out" / file["path"]) for file in end["files"]
    ]
    other = view.ask("export", **{**wish, "audience": "official", "draft": True})
    assert "made for the audience 'public'" in other["why"]


def test_the_password_of_lists_is_in_no_answer_and_no_log(bench, view, tmp_path):
    bench.apply(gm.SetTier(cells=["a"], tier="sealed"))
    bench.save(reason="one")
    wish = {"audience": "official", "formats": ["contacts"], "folder": str(tmp_path / "out"), "draft": True}
    secret = {"password": "correct-horse"}
    view.ask("export", **wish, **secret)
    view.desk.jobs.wait()
    assert view.last("progress")["state"] == "done"
    assert "correct-horse" not in repr(view.heard) + bench.workspace.exports().to_csv()


def test_a_base_map_is_told_only_where_one_was_asked_for(bench):
    from gridmap.model.basemap import Basemap

    _, view = desk_with_view(bench, basemap=Basemap("http://127.0.0.1:9/{z}/{x}/{y}.png", attribution="own"))
    assert view.last("hello")["basemap"]["url"] == "http://127.0.0.1:9/{z}/{x}/{y}.png"


def test_a_machine_may_have_a_base_map_of_its_own(workspace, monkeypatch):
    monkeypatch.setenv("GRIDMAP_BASEMAP", "http://127.0.0.1:9/{z}/{x}/{y}.png")
    assert gm.Workbench(workspace)._basemap.url == "http://127.0.0.1:9/{z}/{x}/{y}.png"
    assert gm.Workbench(workspace, basemap="")._basemap is None
    monkeypatch.delenv("GRIDMAP_BASEMAP")
    assert gm.Workbench(workspace)._basemap is None


def test_a_view_that_is_closed_is_told_nothing_more(bench, view):
    view.desk.detach()
    before = len(view.heard)
    bench.apply(gm.SetTier(cells=["a"], tier="sealed"))
    assert len(view.heard) == before


def test_a_new_grid_makes_all_views_ask_again(bench, view, grid):
    bench.workspace.set_tables(grid=grid.iloc[:2])
    bench.reload()
    assert view.heard[-1]["kind"] == "again"
    view.ask("ready")
    assert view.last("grid")["n"] == 2


def test_jupyterlab_is_given_a_widget_that_keeps_no_data(bench):
    assert "application/vnd.jupyter.widget-view+json" in bench._repr_mimebundle_()[0]
    kept = {name: value for name, value in bench.panel.get_state().items() if not name.startswith("_")}
    assert kept.pop("is_new") is True
    assert set(kept) <= {"layout", "tabbable", "tooltip"}


def test_areas_and_cells_are_found_by_name_and_code_with_their_bounds(view):
    (north,) = view.ask("search", text="nor", limit=5)["found"]
    assert (north["kind"], north["label"], north["cells"]) == ("area", "North", [0, 1])
    assert north["bounds"] == pytest.approx([13358338.9, 3503549.8, 13360565.3, 3504835.4], abs=1)
    assert view.ask("search", text="c")["found"][0]["id"] == "c"
    assert view.ask("search", text="nowhere")["found"] == []


def test_what_may_not_leave_yet_is_said_in_both_languages_with_a_code(bench, view):
    bench.apply(gm.SetTier(cells=["a"], tier="sealed"))
    blocked = view.ask("issue")["blocked"]
    assert [row["code"] for row in blocked if row["audience"] == "public"] == ["save"]
    official = [row for row in blocked if row["audience"] == "official"]
    assert official[0]["why"] == {"zh": "有 1 步操作未保存,请先保存", "en": "1 unsaved edit(s): save first"}
    assert {row["code"] for row in official} == {"save", "vacancy"}
    assert all(set(row["why"]) == {"zh", "en"} for row in blocked)


@pytest.fixture
def town(tmp_path):
    """The fictional county with its cases taken away, and a view of its workbench."""
    path = tmp_path / "county.gpkg"
    workspace = gm.open_workspace(path)
    households = gm.read_households(gm.bundled_path("county/households.csv"), crs="EPSG:4490")
    workspace.set_tables(grid=gm.read_grid(gm.bundled_path("county/grid.gpkg")), households=households)
    workspace.set_protocol(read_protocol_text("three-zones-2021"))
    return desk_with_view(gm.Workbench(workspace, author="desk"))[1]


def test_a_new_case_is_found_in_the_roster_proposed_accepted_and_kept(town):
    bench = town.desk.bench
    found = town.ask("new_case", text="桂塘公寓19幢")["found"]
    assert found
    assert all("桂塘公寓19幢" in row["address"] for row in found)
    case = {"household": found[0]["id"], "confirmed_on": "2022-03-05", "label": "第一例"}
    told = town.ask("propose", case=case, cases="workspace", protocol="three-zones-2021", add=True)
    assert {zone["tier"] for zone in told["zones"]} == {"sealed", "controlled", "prevention"}
    assert told["changes"]["by_tier"]["sealed"] == next(
        z["households"] for z in told["zones"] if z["tier"] == "sealed"
    )
    assert (bench.plan.tiers.notna().sum(), len(bench.cases)) == (0, 0)
    assert (np.frombuffer(told["buffers"][0], "i1") >= 0).sum() == told["changes"]["cells"]
    assert {(row["tier"], row["households"]) for row in told["carve"]} == {
        (place, zone["households"]) for place, zone in enumerate(told["zones"][:2])
    }
    done = town.ask("accept", token=told["token"])
    assert (done["kind"], done["case"]) == ("done", "case-1")
    assert bench.workspace.cases.index.to_list() == ["case-1"]
    assert bench.tier_counts().loc["sealed", "households"] == told["changes"]["by_tier"]["sealed"]
    assert town.ask("accept", token=told["token"])["kind"] == "refused"
    assert [case["id"] for case in town.ask("layers")["cases"]] == ["case-1"]


def test_an_address_that_nobody_has_is_set_on_the_map(town):
    assert town.ask("new_case", text="无此小区")["found"] == []
    west, south, east, north = town.last("hello")["bounds"]
    case = {
        "at": [(west + east) / 2, (south + north) / 2],
        "address": "无此小区",
        "confirmed_on": "2022-03-05",
    }
    told = town.ask("propose", case=case, cases=[], protocol="twenty-measures-2022-11", add=False)
    assert told["kind"] == "done"
    assert town.ask("drop", token=told["token"])["kind"] == "done"
    assert town.ask("accept", token=told["token"])["kind"] == "refused"
    assert town.ask("propose", case={"confirmed_on": "soon"}, cases=[], protocol="")["kind"] == "refused"


def test_another_protocol_brings_its_own_tiers_to_all_views(town):
    found = town.ask("new_case", text="桂塘公寓19幢")["found"]
    case = {"household": found[0]["id"], "confirmed_on": "2022-12-01"}
    told = town.ask("propose", case=case, cases=[], protocol="twenty-measures-2022-11", add=True)
    town.ask("accept", token=told["token"])
    assert "again" in {each["kind"] for each in town.heard}
    town.ask("ready")
    assert [tier["id"] for tier in town.last("hello")["tiers"]] == list(town.desk.bench.plan.tier_order)
    assert town.last("hello")["protocol"]["id"] == "twenty-measures-2022-11"
    assert town.desk.bench.workspace.protocol.id == "twenty-measures-2022-11"


def test_a_household_that_is_pointed_at_can_be_carved_out_with_its_building_or_compound(town):
    (building,) = [
        row for row in town.ask("search", text="桂塘公寓19幢")["found"] if row["kind"] == "address"
    ]
    at = building["at"] or [
        (building["bounds"][0] + building["bounds"][2]) / 2,
        (building["bounds"][1] + building["bounds"][3]) / 2,
    ]
    found = town.ask("household_at", at=at, radius_m=400)
    assert found["household"]["households"] == 1
    assert found["building"]["households"] > 1
    edit = {**found["building"]["edit"], "tier": "sealed"}
    assert town.ask("edit", edit=edit)["kind"] == "done"
    assert town.desk.bench.tier_counts().loc["sealed", "households"] == found["building"]["households"]
    far = town.ask("household_at", at=[0, 0], radius_m=5)
    assert (far["household"], far["building"], far["compound"]) == (None, None, None)


def test_cells_are_told_whose_territory_they_are(view):
    officials = pd.DataFrame(
        {"name": ["甲", "乙"], "role": "secretary", "territory": ["v", "w"], "phone": "", "unit": ""},
        index=pd.Index(["o1", "o2"], name="official_id"),
    )
    view.desk.bench.workspace.set_tables(officials=officials)
    view.desk.bench.reload()
    view.desk.bench.apply(gm.SetTier(areas=["v", "w"], tier="sealed"))
    found = view.ask("territories", role="secretary")
    assert numbers(found["buffers"][0], "<i4") == [0, 0, 1]
    assert (found["officials"], found["names"]) == (["o1", "o2"], ["甲", "乙"])
    roles = {row["id"]: row for row in view.ask("duties", lang="zh")["roles"]}
    assert (roles["secretary"]["officials"], roles["secretary"]["vacancies"]) == (2, 0)
    assert roles["secretary"]["zh"] == "村社书记"


def test_vacancies_that_concern_every_zone_block_officials_and_the_field_and_never_the_public(town):
    town.ask("edit", edit={"type": "SetTier", "tier": "sealed"}, cells=range(150))
    told = town.ask("issue")
    vacant = [row["audience"] for row in told["blocked"] if row["code"] == "vacancy"]
    assert vacant == ["official", "field"]
    (zone,) = told["held"]["zones"]
    assert (zone["zone"], zone["tier"], told["held"]["of"], told["held"]["is_all"]) == (
        "S-1",
        "sealed",
        1,
        True,
    )
    assert zone["why"]["en"].startswith("1 x lead official missing, ")
    assert zone["why"]["zh"].startswith("缺包干领导 1 人、")


def test_a_vacancy_holds_back_its_zone_and_lets_the_others_go(bench, view):
    columns = {"name": "甲", "role": "secretary", "territory": "v", "phone": "1", "unit": ""}
    officials = pd.DataFrame([columns], index=pd.Index(["o1"], name="official_id"))
    bench.workspace.set_tables(officials=officials)
    bench.workspace.set_protocol(ONE_HARD_DUTY)
    bench.reload()
    bench.apply(gm.SetTier(cells=["a"], tier="sealed", name="A"))
    bench.apply(gm.SetTier(cells=["c"], tier="sealed", name="C"))
    view.ask("save", reason="two zones", author="desk")
    told = view.ask("issue")
    assert told["blocked"] == []
    (held,) = told["held"]["zones"]
    assert (held["zone"], held["name"]) == ("S-2", "C")
    assert held["why"] == {"zh": "缺书记 1 人", "en": "1 x secretary missing"}
    assert (told["held"]["of"], told["held"]["is_all"]) == (2, False)


def test_a_stroke_is_answered_while_something_slow_is_worked_out(bench, view, monkeypatch):
    begun, go_on, find = threading.Event(), threading.Event(), list_problems

    def slowly(*given, **options):
        begun.set()
        assert go_on.wait(60)
        return find(*given, **options)

    monkeypatch.setattr("gridmap.widget.verbs.problems.list_problems", slowly)
    view.desk.hear({"kind": "problems", "client": "view", "seq": 90, "lang": "en"}, [])
    assert begun.wait(60)
    edit = {"kind": "edit", "client": "view", "seq": 91, "edit": {"type": "SetTier", "tier": "sealed"}}
    view.desk.hear(edit, [memoryview(np.array([0], "<u4").tobytes())])
    answered = [each["seq"] for each in view.heard if each["kind"] == "done"]
    assert (91 in answered, 90 in answered) == (True, False)
    go_on.set()
    view.desk.finish()
    assert view.heard[-1]["seq"] == 90
    assert bench.plan.tiers["a"] == "sealed"


def test_a_zone_that_is_found_is_told_with_its_tier_in_the_language_of_the_view(bench, view):
    bench.apply(gm.SetTier(cells=["a"], tier="sealed"))
    for lang, tier in (("zh", "封控区"), ("en", "sealed")):
        (zone,) = [row for row in view.ask("search", text="S-1", lang=lang)["found"] if row["kind"] == "zone"]
        assert zone["detail"] == tier


def test_what_waits_for_the_log_is_logged_when_a_view_asks(bench, view):
    with sqlite3.connect(bench.workspace.path, isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        view.ask("edit", edit={"type": "SetTier", "tier": "sealed"}, cells=[0])
        assert view.last("plan")["log"] != "ok"
        other.execute("ROLLBACK")
    other.close()
    assert view.ask("log")["log"] == "ok"
    assert view.last("plan")["log"] == "ok"
    assert gm.Workbench(gm.open_workspace(bench.workspace.path)).plan == bench.plan
