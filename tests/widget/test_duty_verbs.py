"""What a view is told of duties, and what it hands over, checked in the file and not only in the answer."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import gridmap as gm
from tests.widget.conftest import HOSTILE
from tests.widget.desk_world import View, desk_with_view

ADDRESSES = {"h1": "甲园1幢101室", "h2": "甲园1幢102室", "h3": "甲园2幢101室", "h4": "乙园1幢101室"}


def numbers(answer, place, dtype="<u4"):
    return np.frombuffer(answer["buffers"][place], dtype=dtype).tolist()


@pytest.fixture
def households():
    """Two households in one building of a, one in another building of a, one in b; none in c."""
    places = [shapely.Point(120 + x / 100, 30.005) for x in (0.3, 0.3, 0.7, 1.5)]
    columns = {"address": list(ADDRESSES.values()), "residents": [2, 2, 2, 2]}
    index = pd.Index(list(ADDRESSES), name="household_id")
    return gpd.GeoDataFrame(columns, index=index, geometry=places, crs=4326)


@pytest.fixture
def bench(workspace):
    """Two who are linked to households, with room for two and nine; all four go to the first."""
    officials = pd.DataFrame(
        {
            "name": ["甲", HOSTILE, "丙", "丁"],
            "role": ["linked_member", "linked_member", "secretary", "secretary"],
            "territory": ["v", "v", "v", ""],
            "home_cell": ["a", "b", "b", "c"],
            "phone": "1",
            "capacity": [2.0, 9.0, np.nan, np.nan],
        },
        index=pd.Index(["m1", "m2", "s1", "s2"], name="official_id"),
    )
    workspace.set_tables(officials=officials)
    bench = gm.Workbench(workspace, author="desk")
    bench.hand_over("m1", "linked_member", households=list(ADDRESSES))
    return bench


def links(bench):
    """Who every household is linked to, as the kernel has it."""
    table = bench.duties().table
    mine = table[table["role"] == "linked_member"]
    return dict(zip(mine["target"], mine["official_id"], strict=True))


def pins(bench):
    """The duties set by hand, as they are in the file."""
    rows = gm.open_workspace(bench.workspace.path).pins
    return sorted(zip(rows["target"], rows["official_id"], strict=True))


def loads(view, role="linked_member"):
    """What each official of a role carries: households, targets, set by hand, before, and the capacity."""
    answer = view.ask("loads", role=role)
    columns = [numbers(answer, place, "<i4") for place in range(4)]
    capacity = numbers(answer, 4, "<f4")
    return {
        official: tuple(row) for official, *row in zip(answer["officials"], *columns, capacity, strict=True)
    }


def test_the_board_tells_an_overload_with_its_place_and_who_could_take_it(view):
    answer = view.ask("duties", lang="zh")
    (row,) = [row for row in answer["board"] if row["group"] == "overload"]
    assert (row["official"], row["name"], row["role"]) == ("m1", "甲", "linked_member")
    assert row["detail"] == {"zh": "4户，上限2户", "en": "4 households for a capacity of 2"}
    assert (row["path"], row["cells"]) == (["North"], [0, 1])
    assert row["substitute"] == {"official": "m2", "name": "<img src=x onerror=alert(1)>"}
    assert row["can"]
    assert answer["pinned"] == 4


def test_vacancies_carry_their_areas_and_their_cells(bench, view):
    bench.workspace.set_tables(officials=bench.officials.drop("s2"))
    bench.reload()
    bench.apply(gm.SetTier(areas=["v", "w"], tier="sealed"))
    board = view.ask("duties")["board"]
    vacancies = {(row["role"], row["target"]): row for row in board if row["group"] == "vacancy"}
    village = vacancies["secretary", "w"]
    assert (village["target_kind"], village["hard"], village["missing"]) == ("area", True, 1)
    assert (village["path"], village["cells"]) == (["<img src=x onerror=alert(1)>"], [2])
    assert ("secretary", "v") not in vacancies


def test_households_without_anybody_are_told_together_by_their_area(workspace, view):
    bench = view.desk.bench
    nobody = bench.officials.iloc[2:]
    workspace.set_tables(officials=nobody)
    bench.reload()
    answer = view.ask("duties")
    (row,) = [
        row for row in answer["board"] if (row["target_kind"], row["role"]) == ("household", "linked_member")
    ]
    assert (row["missing"], row["target_name"], row["cells"]) == (4, "North", [0, 1])
    assert answer["unlinked"] == 4


def test_what_somebody_holds_is_told_building_by_building(view):
    answer = view.ask("holdings", official="m1", role="linked_member")
    told = [(each["name"], each["households"], each["pinned"]) for each in answer["groups"]]
    assert told == [("甲园1幢", 2, 2), ("甲园2幢", 1, 1), ("乙园1幢", 1, 1)]
    assert (numbers(answer, 0), numbers(answer, 1)) == ([0, 0, 1], [0, 1, 2, 3])
    x, y = answer["groups"][0]["at"]
    assert (x, y) == pytest.approx((13_358_672.7, 3_504_193.3), abs=1.0)


def test_a_building_that_is_handed_over_is_pinned_in_the_file_and_all_views_hear_of_it(bench, view):
    other = View(view.desk, "other")
    view.desk.attach(lambda *told: (view.hear(*told), other.hear(*told)))
    before = view.last("plan")["revision"]
    key = view.ask("holdings", official="m1", role="linked_member")["groups"][0]["key"]
    answer = view.ask("hand_over", official="m1", to="m2", role="linked_member", groups=[key])
    assert answer["done"]["households"] == 2
    assert links(bench) == {"h1": "m2", "h2": "m2", "h3": "m1", "h4": "m1"}
    assert pins(bench) == [("h1", "m2"), ("h2", "m2"), ("h3", "m1"), ("h4", "m1")]
    assert loads(view) == {"m1": (2, 2, 2, -1, 2.0), "m2": (2, 2, 2, -1, 9.0)}
    assert other.last("plan")["revision"] > before
    assert "duties" in other.last("stale")["tabs"]
    assert not [row for row in view.ask("duties")["board"] if row["group"] == "overload"]


def test_a_hand_over_is_taken_back_and_only_offered_while_it_can_be(bench, view):
    assert view.ask("duties")["last"] is None
    key = view.ask("holdings", official="m1", role="linked_member")["groups"][2]["key"]
    view.ask("hand_over", official="m1", to="m2", role="linked_member", groups=[key])
    told = view.ask("duties")
    last = told["last"]
    assert told["account"]["by_hand"]  # how near the best it is was not worked out anew
    assert (last["from"]["official"], last["to"]["official"], last["households"]) == ("m1", "m2", 1)
    assert view.ask("take_back")["left"] == []
    assert set(links(bench).values()) == {"m1"}
    assert {official for _, official in pins(bench)} == {"m1"}
    assert view.ask("duties")["last"] is None


def test_what_somebody_else_has_set_since_stays_and_is_told(bench, view):
    key = view.ask("holdings", official="m1", role="linked_member")["groups"][2]["key"]
    view.ask("hand_over", official="m1", to="m2", role="linked_member", groups=[key])
    other = gm.Workbench(gm.open_workspace(bench.workspace.path), author="elsewhere")
    other.hand_over("m1", "linked_member", households=["h4"])
    bench.workspace.reload()
    (said,) = view.ask("take_back")["left"]
    assert "somebody else" in said


def test_the_substitute_of_an_overload_takes_the_fewest_households_that_are_enough(bench, view):
    answer = view.ask("relieve", official="m1", to="m2", role="linked_member", conflict="overload")
    assert answer["done"]["households"] == 2
    assert links(bench) == {"h1": "m2", "h2": "m2", "h3": "m1", "h4": "m1"}


def test_who_lives_outside_hands_the_sealed_building_to_who_lives_there(bench, view):
    bench.apply(gm.SetTier(cells=["b"], tier="sealed"))
    (row,) = [row for row in view.ask("duties")["board"] if row["kind"] == "outside_serves_inside"]
    assert (row["official"], row["substitute"]["official"], row["can"]) == ("m1", "m2", True)
    view.ask("relieve", official="m1", to="m2", role="linked_member", conflict=row["kind"])
    assert links(bench) == {"h1": "m1", "h2": "m1", "h3": "m1", "h4": "m2"}
    kinds = {each["kind"] for each in view.ask("duties")["board"] if each["role"] == "linked_member"}
    assert "outside_serves_inside" not in kinds


def test_who_answers_for_two_zones_hands_the_one_farther_from_home_to_the_substitute(bench, view):
    # They live in b, between the two, and nearer to a.
    leaders = pd.DataFrame(
        {
            "name": ["戊", "己"],
            "role": "lead_official",
            "phone": "1",
            "lon": [120.012, 120.013],
            "lat": 30.005,
        },
        index=pd.Index(["l1", "l2"], name="official_id"),
    )
    bench.workspace.set_tables(officials=leaders)
    bench.reload()
    bench.apply(gm.SetTier(cells=["a", "c"], tier="sealed"))
    bench.hand_over("l1", "lead_official", targets=["S-1", "S-2"])
    (row,) = [row for row in view.ask("duties")["board"] if row["kind"] == "double_booking"]
    assert (row["official"], row["substitute"]["official"]) == ("l1", "l2")
    view.ask("relieve", official="l1", to="l2", role="lead_official", conflict="double_booking")
    table = bench.duties().table
    assert dict(zip(table["target"], table["official_id"], strict=True)) == {"S-1": "l1", "S-2": "l2"}


def test_what_is_not_held_any_more_is_refused(bench, view):
    key = view.ask("holdings", official="m1", role="linked_member")["groups"][0]["key"]
    bench.hand_over("m2", "linked_member", households=list(ADDRESSES))
    answer = view.ask("hand_over", official="m1", to="m2", role="linked_member", groups=[key])
    assert answer["kind"] == "refused"
    assert "choose it again" in answer["why"]


def test_somebody_who_is_not_on_the_list_is_refused(bench, view):
    key = view.ask("holdings", official="m1", role="linked_member")["groups"][0]["key"]
    answer = view.ask("hand_over", official="m1", to="m9", role="linked_member", groups=[key])
    assert answer["kind"] == "refused"
    assert set(links(bench).values()) == {"m1"}


def test_an_area_is_handed_over_whole(bench, view):
    bench.apply(gm.SetTier(areas=["v"], tier="sealed"))
    (group,) = view.ask("holdings", official="s1", role="secretary")["groups"]
    assert (group["kind"], group["name"], group["households"], group["pinned"]) == ("area", "North", 4, 0)
    assert view.ask("loads", role="secretary")["unit"] == "targets"
    answer = view.ask("hand_over", official="s1", to="s2", role="secretary", groups=[group["key"]])
    assert answer["done"]["targets"] == 1
    rows = gm.open_workspace(bench.workspace.path).pins
    assert rows[rows["role"] == "secretary"].to_numpy().tolist() == [["s2", "secretary", "area", "v"]]
    table = bench.duties().table
    assert ("s2", "v") in set(zip(table["official_id"], table["target"], strict=True))


def test_the_map_tells_whose_cells_are_who_shares_them_and_where_one_is_missing(bench, view):
    bench.hand_over("m2", "linked_member", households=["h3"])
    answer = view.ask("territories", role="linked_member")
    assert (answer["officials"], answer["names"]) == (["m1", "m2"], ["甲", "<img src=x onerror=alert(1)>"])
    assert numbers(answer, 0, "<i4")[:2] == [0, 0]
    assert numbers(answer, 1, "<i4") == [0, 0, 2, 0, 1, 1]  # cell a: two of m1 and one of m2
    bench.workspace.set_tables(officials=bench.officials.drop(["s1", "s2"]))
    bench.reload()
    bench.apply(gm.SetTier(areas=["w"], tier="sealed"))
    assert numbers(view.ask("territories", role="secretary"), 2) == [2]


def test_the_account_compares_with_the_duties_in_force(bench, view):
    assert not view.ask("duties")["account"]["compared"]
    account = view.ask("assign")["account"]
    assert (account["is_in_force"], account["by"]) == (True, "desk")
    bench.hand_over("m2", "linked_member", households=["h1", "h4"])
    account = view.ask("duties")["account"]
    assert (account["is_in_force"], account["compared"], account["changed"]) == (False, True, 2)
    (move,) = [row for row in account["moves"] if row["unit"] == "household"]
    assert (move["before"]["official"], move["after"]["official"], move["count"]) == ("m1", "m2", 2)
    assert move["cells"] == [0, 1]
    assert loads(view) == {"m1": (2, 2, 2, 4, 2.0), "m2": (2, 2, 2, 0, 9.0)}


def test_the_proof_tells_how_many_chains_are_whole_and_where_the_others_break(bench, view):
    bench.apply(gm.SetTier(cells=["a"], tier="sealed"))
    proof = view.ask("duties")["proof"]
    assert proof["steps"][0] == "linked_member"
    assert (proof["households"], proof["staffed"]) == (4, 1)  # only h4 lives in b, where no head is needed
    assert "no_linked_member" not in proof["reasons"]
    assert proof["reasons"]["no_lead_official"] == 3


def test_duties_of_a_large_county_are_worked_out_when_they_are_asked_for(workspace, bench, monkeypatch):
    monkeypatch.setattr("gridmap.widget.staffing.is_soon_staffed", lambda _: False)
    _, view = desk_with_view(gm.Workbench(workspace, author="desk"))
    answer = view.ask("duties")
    assert (answer["unasked"], answer["cells"], answer["households"]) == (True, 3, 4)
    for kind in ("loads", "teams"):
        assert view.ask(kind, role="linked_member")["unasked"]
    refused = view.ask("holdings", official="m1", role="linked_member")
    assert (refused["kind"], "worked out again" in refused["why"]) == ("refused", True)
    assert "board" in view.ask("duties", asked=True)
    assert "board" in view.ask("duties")


def test_teams_posts_and_supplies_of_a_sealed_zone_are_told_with_what_they_lack(bench, view):
    bench.apply(gm.SetTier(cells=["a"], tier="sealed"))
    answer = view.ask("teams")
    teams = {each["team"]: each for each in answer["teams"]}
    assert {each["zone"] for each in teams.values()} == {"S-1"}
    branch = teams["S-1/branch"]
    assert (branch["zh"], branch["cells"]) == ("临时党支部", [0])
    assert branch["leader_missing"] + branch["members_missing"] > 0
    lead = next(row for row in answer["headcount"] if row["role"] == "lead_official")
    assert (lead["target"], lead["needed"], lead["filled"], lead["path"]) == ("S-1", 1, 0, ["North"])
    assert {row["zone"] for row in answer["supplies"]} == {"S-1"}
    assert answer["homes"] == [
        {"official": "m1", "name": "甲", "role": "linked_member", "zone": "S-1", "tier": "sealed"}
    ]


def test_whom_the_field_has_reached_is_counted_area_by_area(bench, view):
    assert view.ask("followups")["asked"] == 0
    assert view.ask("duties")["reached"] is None
    when = pd.Timestamp("2022-03-05T10:00+08:00")
    read = pd.DataFrame(
        {
            "household_id": ["h1", "h3"],
            "channel": "phone",
            "result": ["reached", "absent"],
            "needs": "",
            "reached_on": when,
            "source": "list.xlsx",
            "official_id": "m1",
        }
    )
    bench.add_followups(read)
    assert "duties" in view.last("stale")["tabs"]
    answer = view.ask("followups")
    assert (answer["households"], answer["reached"], answer["asked"]) == (4, 1, 2)
    (row,) = answer["rows"]
    assert (row["name"], row["households"], row["reached"], row["not_reached"]) == ("North", 4, 1, 3)
    assert (numbers(answer, 0, "<i4"), numbers(answer, 1, "<i4")) == ([3, 1, 0], [1, 0, 0])
    assert view.ask("duties")["reached"] == {"households": 4, "reached": 1}
