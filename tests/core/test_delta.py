from dataclasses import replace

import pandas as pd
import pytest

from gridmap.core.apply import apply_edit
from gridmap.core.delta import compared, official_rows, summary_rows, teller_rows, told_rows
from gridmap.core.duty import assign_duties
from gridmap.core.edits import AddCarveOut, SetTier
from gridmap.errors import PlanError, UnsupportedError
from tests.export.list_world import PROTOCOL, TEAM, six_households, two_cells, zoning_of

COLUMNS = ["official_id", "role", "target_kind", "target"]


def duties_of(zoning, *rows):
    """Duties of which only the table matters."""
    table = pd.DataFrame([(*row, "pinned") for row in rows], columns=[*COLUMNS, "origin"], dtype="str")
    return replace(zoning.duties, table=table)


@pytest.fixture
def before():
    """Cell a is controlled with h1, h3; h2 in building 3 is sealed; h4 in b is in no zone."""
    zoning = zoning_of(six_households(), two_cells())
    linked = [("o3", "linked_member", "household", home) for home in ("h1", "h2", "h3", "h4")]
    return replace(zoning, duties=duties_of(zoning, *linked, ("o1", "secretary", "area", "V1")))


@pytest.fixture
def after(before):
    """h4 enters prevention, h1 in building 10 is sealed, h2 is released; h4 has another person."""
    plan = apply_edit(before.plan, SetTier(cells=["b"], tier="prevention", name="北汇村"))
    plan = apply_edit(plan, AddCarveOut(tier="sealed", addresses=["枫南新村10幢"]))
    plan = apply_edit(plan, AddCarveOut(tier="none", addresses=["枫南新村3幢"], reason="over"))
    plan = replace(plan, carve_list=tuple(carve for carve in plan.carve_list if carve.carve_out_id != "K-1"))
    linked = [("o3", "linked_member", "household", home) for home in ("h1", "h2", "h3")]
    others = [("o4", "linked_member", "household", "h4"), ("o2", "secretary", "area", "V1")]
    return replace(before, plan=plan, duties=duties_of(before, *linked, *others))


def test_who_enters_leaves_and_changes_is_told_in_walking_order(before, after):
    rows = told_rows(compared(before, after), before, after, audience="field", lang="zh")
    assert rows.index.to_list() == ["h2", "h1", "h4"]
    assert rows["change"].to_list() == ["趋松", "趋严", "趋严"]
    assert rows.loc["h2", "zone_after"] == "无等级"
    assert rows.loc["h4", "zone_before"] == "无等级"
    assert rows.loc["h1", "zone_after"].endswith("封控区")
    assert rows["address"].to_list() == ["枫南新村3幢101室", "枫南新村10幢101室", "北汇浜1号"]


def test_who_tells_is_the_person_now_and_who_it_was_stands_beside(before, after):
    rows = told_rows(compared(before, after), before, after, audience="field", lang="zh")
    assert rows["told_by"].to_list() == ["周党员 13900139003"] * 2 + ["吴志愿 13900139004"]
    assert rows["told_before"].to_list() == ["", "", "周党员 13900139003"]


def test_a_household_that_nobody_is_linked_to_says_so_and_comes_first(before, after):
    alone = replace(after, duties=duties_of(after, ("o3", "linked_member", "household", "h1")))
    rows = told_rows(compared(before, alone), before, alone, audience="field", lang="en")
    assert rows.loc["h4", "told_by"] == "(nobody: name somebody)"
    tellers = teller_rows(rows, alone, audience="field", lang="en")
    assert tellers["name"].to_list() == ["(nobody: name somebody)", "周党员"]
    assert tellers["count"].to_list() == [2, 1]


def test_officials_see_no_address_and_masked_people(before, after):
    rows = told_rows(compared(before, after), before, after, audience="official", lang="zh")
    assert "address" not in rows
    assert rows.loc["h1", ["head_name", "phone"]].to_list() == ["张*", "138****8001"]
    assert rows.loc["h1", "building"] == "枫南新村 10"


def test_households_are_counted_by_what_they_change_from_and_to(before, after):
    rows = summary_rows(compared(before, after), after, lang="zh")
    assert rows.to_numpy().tolist() == [
        ["趋严", "管控区", "封控区", 1, 2],
        ["趋严", "无等级", "防范区", 1, 2],
        ["趋松", "封控区", "无等级", 1, 2],
    ]


def test_who_gains_and_who_loses_duties_is_listed_by_rank(before, after):
    rows = official_rows(before, after, audience="official", lang="zh").set_index("official_id")
    assert rows.loc["o1", ["role", "gains", "losses"]].to_list() == ["村社书记", "", "枫南社区"]
    assert rows.loc["o2", "gains"] == "枫南社区"
    assert rows.loc["o3", ["gains", "losses"]].to_list() == ["", "1户"]
    assert rows.loc["o4", ["name", "phone", "gains"]].to_list() == ["吴志愿", "13900139004", "1户"]
    assert rows.index.to_list() == ["o1", "o2", "o3", "o4"]


def test_nothing_changes_between_a_zoning_and_itself(before):
    changes = compared(before, before)
    assert len(changes) == 0
    assert len(told_rows(changes, before, before, audience="field", lang="zh")) == 0
    assert len(summary_rows(changes, before, lang="zh")) == 0
    assert len(official_rows(before, before, audience="field", lang="zh")) == 0


def test_without_duties_everybody_lacks_a_person_to_tell_them(before, after):
    before, after = replace(before, duties=None), replace(after, duties=None, officials=None)
    rows = told_rows(compared(before, after), before, after, audience="field", lang="zh")
    assert set(rows["told_by"]) == {"（无人，须指定）"}


def test_plans_over_other_grids_and_without_households_are_refused(before):
    other = zoning_of(six_households(), two_cells().rename(index={"b": "c"}))
    with pytest.raises(PlanError, match="over different grids"):
        compared(before, other)
    with pytest.raises(UnsupportedError, match="need households"):
        compared(before, replace(before, placement=None))


def test_duties_that_were_assigned_are_compared_too(before, after):
    duties = assign_duties(after.plan, after.placement, TEAM, protocol=PROTOCOL)
    rows = official_rows(before, replace(after, duties=duties), audience="field", lang="en")
    assert set(rows["official_id"]) <= set(TEAM.index)
