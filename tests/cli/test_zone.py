import pandas as pd
import pytest

import gridmap as gm
from gridmap.store.workspace import open_workspace


@pytest.fixture
def one_case(county, tmp_path):
    path = tmp_path / "one_case.csv"
    pd.read_csv(county / "cases.csv", dtype=str).iloc[:1].to_csv(path, index=False)
    return path


def test_zones_are_saved_as_a_version_with_author_and_name(gridmap, workspace, one_case, document_of):
    args = [
        "zone",
        workspace,
        "--cases",
        one_case,
        "--crs-cases",
        "EPSG:4490",
        "--name",
        "one case",
        "--json",
    ]
    result = gridmap(*args, "--author", "me")
    assert result.exit_code == 0, result.output
    document = document_of(result)
    assert document["save"] == 2
    assert document["tiers"]["sealed"]["zones"] == 1
    assert {row["tier"] for row in document["zones"]} == {"sealed", "controlled", "prevention"}
    assert any(row["from"] == "sealed" and row["to"] == "none" for row in document["changes"])
    with open_workspace(workspace) as opened:
        saves = opened.versions()
        assert saves["reason"].to_list()[-1] == "one case"
        assert saves["author"].to_list() == ["me", "me"]
        assert opened.plan.version == document["version"]
        assert len(opened.cases) == 1


def test_zoning_again_from_the_same_cases_saves_nothing(gridmap, workspace):
    result = gridmap("zone", workspace)
    assert result.exit_code == 0
    assert "as before; nothing was saved" in result.stdout
    with open_workspace(workspace) as opened:
        assert len(opened.versions()) == 1


def test_the_tables_show_tiers_zones_and_changes(gridmap, workspace, one_case):
    text = gridmap("zone", workspace, "--cases", one_case, "--crs-cases", "EPSG:4490").stdout
    for title in ("tiers", "zones (0 cells", "changes against the plan before"):
        assert f"\n{title}" in text


def test_a_case_that_no_rule_can_place_is_a_finding(gridmap, workspace, tmp_path, document_of):
    cases = tmp_path / "lost.csv"
    cases.write_text("case_id,address,cell_id\nlost-1,,\n", encoding="utf-8")
    result = gridmap("zone", workspace, "--cases", cases, "--json")
    assert result.exit_code == 3
    assert document_of(result)["cases_not_placed"] == ["lost-1"]
    assert "note:" in result.stderr


def test_another_protocol_is_kept_in_the_workspace(gridmap, workspace):
    assert gridmap("zone", workspace, "--protocol", "ninth-edition-2022-06").exit_code == 0
    with open_workspace(workspace) as opened:
        assert opened.protocol.id == "ninth-edition-2022-06"


def test_an_unknown_protocol_changes_nothing(gridmap, workspace):
    before = workspace.read_bytes()
    assert gridmap("zone", workspace, "--protocol", "four-zones").exit_code == 1
    assert workspace.read_bytes() == before


def test_without_cases_there_is_nothing_to_zone_by(gridmap, county, tmp_path):
    path = tmp_path / "bare.gpkg"
    given = [
        "--grid",
        county / "grid.gpkg",
        "--households",
        county / "households.csv",
        "--crs-households",
        "EPSG:4490",
    ]
    assert gridmap("init", path, *given).exit_code == 0
    result = gridmap("zone", path)
    assert result.exit_code == 1
    assert "--cases FILE" in result.stderr


def second_case(workspace, tmp_path):
    """Write the stored cases and a new one who lives in the controlled zone C-1."""
    with open_workspace(workspace) as opened:
        placement = gm.place_households(opened.households, opened.grid)
        zones = gm.household_zones(opened.plan, placement)
        home = zones.index[(zones == "C-1").to_numpy()][0]
        cases = opened.cases.to_crs(4490)
        address = opened.households.loc[home, "address"]
    rows = [
        (case, row["address"], x, y)
        for (case, row), x, y in zip(cases.iterrows(), cases.geometry.x, cases.geometry.y, strict=True)
    ]
    path = tmp_path / "next.csv"
    table = pd.DataFrame(
        [*rows, ("new-1", address, None, None)], columns=["case_id", "address", "lon", "lat"]
    )
    table.to_csv(path, index=False)
    return path, address


def test_the_next_round_is_shown_before_anything_is_saved(gridmap, workspace, tmp_path, document_of):
    path, address = second_case(workspace, tmp_path)
    before = workspace.read_bytes()
    options = ("--cases", path, "--crs-cases", "EPSG:4490", "--base", "current")
    document = document_of(gridmap("zone", workspace, *options, "--dry-run", "--json"))
    assert workspace.read_bytes() == before
    assert document["save"] is None
    raised = document["raised"][0]
    assert (raised["zone_before"], raised["tier_after"], raised["cases"]) == ("C-1", "sealed", ["new-1"])
    sealed = [row for row in document["changes"] if (row["from"], row["to"]) == ("controlled", "sealed")]
    moved = [row for row in document["moves"] if row["zone_before"] == "C-1"]
    assert sum(row["households"] for row in moved) == sealed[0]["households"] > 0
    shown = gridmap("zone", workspace, *options)
    assert workspace.read_bytes() == before
    assert "zones that come under a stricter tier at once" in shown.stdout
    assert "nothing was saved" in shown.stderr
    assert address not in shown.stderr


def test_with_a_go_the_next_round_is_saved_as_it_was_shown(gridmap, workspace, tmp_path, document_of):
    path, _ = second_case(workspace, tmp_path)
    options = ("--cases", path, "--crs-cases", "EPSG:4490", "--base", "current")
    shown = document_of(gridmap("zone", workspace, *options, "--json"))
    done = document_of(gridmap("zone", workspace, *options, "--yes", "--author", "me", "--json"))
    assert (done["version"], done["save"]) == (shown["version"], 2)
    with open_workspace(workspace) as opened:
        assert opened.plan.version == shown["version"]
        assert len(opened.cases) == 3
        assert opened.versions()["author"].to_list()[-1] == "me"
    again = gridmap("zone", workspace)
    assert "as before; nothing was saved" in again.stdout
    assert (
        "as before; no version was saved" in gridmap("zone", workspace, "--base", "current", "--yes").stdout
    )


def test_an_earlier_version_can_be_zoned_again_and_what_the_current_plan_loses_is_shown(
    gridmap, workspace, document_of
):
    with open_workspace(workspace) as opened:
        first, cell = opened.plan, opened.plan.tiers.index[opened.plan.tiers.isna()][0]
        homes = gm.place_households(opened.households, opened.grid).cells
        opened.save(gm.apply_edit(first, gm.SetTier(cells=[cell], tier="sealed")), reason="", author="")
    result = gridmap("zone", workspace, "--base", "1", "--dry-run", "--json")
    document = document_of(result)
    assert document["base"] == document["version"] == first.version
    assert document["changes"] == []
    lost = document["changes_to_current"]
    assert [(row["from"], row["to"], row["cells"]) for row in lost] == [("sealed", "none", 1)]
    assert lost[0]["households"] == (homes == cell).sum()
    shown = gridmap("zone", workspace, "--base", "1", "--dry-run")
    assert "against the current plan" in shown.stdout
    assert "the current plan is save 2" in shown.stderr
    assert "changes_to_current" not in document_of(
        gridmap("zone", workspace, "--base", "current", "--dry-run", "--json")
    )


def test_a_file_without_cases_changes_nothing(gridmap, workspace, tmp_path):
    empty = tmp_path / "empty.csv"
    empty.write_text("case_id,address,lon,lat\n")
    before = workspace.read_bytes()
    for more in (("--base", "current"), ("--base", "current", "--yes"), ()):
        result = gridmap("zone", workspace, "--cases", empty, *more)
        assert (result.exit_code, workspace.read_bytes()) == (1, before)
        assert "the file of cases has no cases" in result.stderr


def test_rules_that_the_plan_cannot_follow_change_nothing(gridmap, workspace, one_case):
    """A building sealed by hand has no tier under rules of high, medium and low."""
    with open_workspace(workspace) as opened:
        edit = gm.AddCarveOut(tier="sealed", households=[opened.households.index[0]])
        opened.save(gm.apply_edit(opened.plan, edit), reason="", author="")
    before = workspace.read_bytes()
    options = ("--cases", one_case, "--crs-cases", "EPSG:4490", "--protocol", "twenty-measures-2022-11")
    result = gridmap("zone", workspace, *options)
    assert (result.exit_code, workspace.read_bytes()) == (1, before)
    assert "sealed" in result.stderr


def test_two_rows_of_one_case_both_make_zones_and_that_is_said(
    gridmap, workspace, one_case, tmp_path, document_of
):
    with open_workspace(workspace) as opened:
        stored = opened.cases.to_crs(4490)
    twice = tmp_path / "twice.csv"
    places = {"lon": stored.geometry.x, "lat": stored.geometry.y, "address": stored["address"]}
    pd.DataFrame({"case_id": "007", **places}).to_csv(twice, index=False)
    shown = gridmap("zone", workspace, "--cases", twice, "--crs-cases", "EPSG:4490", "--dry-run", "--json")
    assert "the same case_id '007'; give each its own; each counts, as places of one case" in shown.stderr
    assert document_of(shown)["changes"] == []


def test_stored_cases_that_a_new_file_lacks_are_named(gridmap, workspace, one_case):
    with open_workspace(workspace) as opened:
        (lost,) = opened.cases.index.difference(pd.read_csv(one_case, dtype=str)["case_id"])
    for more in ((), ("--base", "current")):
        result = gridmap(
            "zone", workspace, "--cases", one_case, "--crs-cases", "EPSG:4490", "--dry-run", *more
        )
        assert f"1 stored case not in the file, so their zones are taken back: '{lost}'" in result.stderr


def test_a_file_that_lacks_stored_cases_is_saved_only_where_they_are_to_end(gridmap, workspace, one_case):
    before = workspace.read_bytes()
    given = ("zone", workspace, "--cases", one_case, "--crs-cases", "EPSG:4490", "--base", "current")
    options = (*given, "--yes")
    refused = gridmap(*options)
    assert (refused.exit_code, workspace.read_bytes()) == (1, before)
    assert "nothing was saved; add --take-back if those cases are to end" in refused.stderr
    assert gridmap(*options, "--take-back").exit_code == 0
    with open_workspace(workspace) as opened:
        assert len(opened.cases) == 1


def test_new_cases_are_added_to_those_stored(gridmap, workspace, tmp_path, document_of):
    path, address = second_case(workspace, tmp_path)
    places = tmp_path / "places.csv"
    places.write_text("case_id,place_kind,place\nnew-1,home,\n".replace(",\n", f",{address}\n"), "utf-8")
    pd.read_csv(path, dtype=str).tail(1).to_csv(path, index=False)
    with open_workspace(workspace) as opened:
        stored = list(opened.cases.index)
    given = ("--add-cases", path, "--case-places", places, "--base", "current", "--yes", "--json")
    result = gridmap("zone", workspace, *given)
    assert result.exit_code == 0
    assert [row["cases"] for row in document_of(result)["raised"]] == [["new-1"]]
    with open_workspace(workspace) as opened:
        assert list(opened.cases.index) == [*stored, "new-1"]
        assert list(opened.case_places.index) == ["new-1"]
    again = gridmap("zone", workspace, *given)
    assert document_of(again)["changes"] == []
    with open_workspace(workspace) as opened:
        assert list(opened.cases.index) == [*stored, "new-1"]


def test_cases_are_given_in_one_way_only(gridmap, workspace, one_case):
    both = ("--cases", one_case, "--add-cases", one_case)
    assert gridmap("zone", workspace, *both).exit_code == 2
    assert gridmap("zone", workspace, "--take-back").exit_code == 2


def test_a_go_needs_a_base_and_no_dry_run(gridmap, workspace):
    for options in (("--yes",), ("--yes", "--base", "current", "--dry-run")):
        assert gridmap("zone", workspace, *options).exit_code == 2
