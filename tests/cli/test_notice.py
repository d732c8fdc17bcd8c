import json

import pytest

from gridmap.core.public_counts import public_plan
from gridmap.core.tally import household_zones
from gridmap.export.kit import zoning_of
from gridmap.export.notice import notice as told_by
from gridmap.store.workspace import open_workspace


@pytest.fixture
def first_town(workspace):
    """The name of a town of the county."""
    with open_workspace(workspace) as opened:
        areas = opened.plan.hierarchy.areas
        return areas.loc[areas["level"] == "town", "name"].iloc[0]


def saves(workspace):
    with open_workspace(workspace) as opened:
        return opened.read_save


def test_a_notice_is_shown_and_saved_only_when_told(gridmap, workspace, first_town, tmp_path):
    file = tmp_path / "notice.txt"
    file.write_text(f"〔2022〕9号\n一、封控区\n{first_town}。\n", encoding="utf-8")
    before = saves(workspace)
    shown = gridmap("notice", workspace, file)
    assert shown.exit_code == 0, shown.output
    assert "nothing was saved" in shown.stdout
    assert "=  p" in shown.stdout
    assert saves(workspace) == before
    done = gridmap("notice", workspace, file, "--apply", "--reason", "notice 9", "--author", "me")
    assert done.exit_code == 0, done.output
    assert saves(workspace) == before + 1
    with open_workspace(workspace) as opened:
        last = opened.versions().iloc[-1]
        assert (last["reason"], last["author"]) == ("notice 9", "me")
        assert "sealed" in set(opened.plan.tiers.dropna())


def test_open_phrases_end_with_3_and_are_not_saved_unless_said(gridmap, workspace, first_town, tmp_path):
    text = f"封控区：{first_town}、某某小区3幢。"
    before = saves(workspace)
    stopped = gridmap("notice", workspace, "-", "--apply", "--reason", "x", input_text=text)
    assert stopped.exit_code == 3
    assert "nothing was saved: decide" in stopped.stderr
    assert saves(workspace) == before
    document = json.loads(gridmap("notice", workspace, "-", "--json", input_text=text).stdout)
    phrase = next(row for row in document["phrases"] if row["state"] == "unmatched")
    assert phrase["text"] == "某某小区3幢"
    assert document["saved"] is False
    assert {"tier_before", "tier_after", "cells", "households", "residents"} <= set(document["changes"][0])
    decisions = tmp_path / "decisions.json"
    decisions.write_text(json.dumps({phrase["phrase_id"]: "ignore"}), encoding="utf-8")
    decided = gridmap(
        "notice", workspace, "-", "--apply", "--reason", "x", "--decisions", decisions, input_text=text
    )
    assert decided.exit_code == 0, decided.output
    assert saves(workspace) == before + 1


def test_a_part_is_saved_when_that_is_said(gridmap, workspace, first_town):
    text = f"封控区：{first_town}、某某小区3幢。"
    before = saves(workspace)
    part = gridmap("notice", workspace, "-", "--apply", "--partial", "--reason", "x", input_text=text)
    assert part.exit_code == 3
    assert saves(workspace) == before + 1


@pytest.mark.parametrize("lang", ["zh", "en", "json"])
def test_the_notice_of_the_fictional_county_is_its_plan(gridmap, workspace, lang, tmp_path):
    """Read over the plan it tells, it changes nothing; read over an empty one, it is that plan."""
    from gridmap import read_notice

    with open_workspace(workspace) as opened:
        zoning = zoning_of(opened)
    told = told_by(zoning, lang="en" if lang == "en" else "zh")
    text = json.dumps(told.data, ensure_ascii=False) if lang == "json" else told.text
    file = tmp_path / ("notice.json" if lang == "json" else "notice.txt")
    file.write_text(text, encoding="utf-8")
    again = gridmap("notice", workspace, file)
    assert again.exit_code == 0, again.output
    assert "nobody's tier is another" in again.stdout
    reading = read_notice(text, zoning.grid, protocol=zoning.protocol, placement=zoning.placement)
    assert len(reading.open_phrases) == 0
    true = public_plan(zoning.plan)
    assert reading.plan.cell_zones.equals(true.cell_zones)
    assert household_zones(reading.plan, zoning.placement).equals(household_zones(true, zoning.placement))
    assert (
        reading.plan.zones.drop(columns="anchor")
        .sort_index()
        .equals(true.zones.drop(columns="anchor").sort_index())
    )


def test_a_wrong_file_of_decisions_is_wrong_usage(gridmap, workspace, tmp_path):
    file = tmp_path / "decisions.json"
    file.write_text('["p1"]', encoding="utf-8")
    assert gridmap("notice", workspace, "-", "--decisions", file, input_text="x").exit_code == 2
