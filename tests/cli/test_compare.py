import pandas as pd
import pytest

from gridmap.store.workspace import open_workspace


@pytest.fixture
def two_saves(gridmap, workspace, county, tmp_path):
    cases = tmp_path / "one_case.csv"
    pd.read_csv(county / "cases.csv", dtype=str).iloc[:1].to_csv(cases, index=False)
    assert gridmap("zone", workspace, "--cases", cases, "--crs-cases", "EPSG:4490").exit_code == 0
    return workspace


def test_who_enters_and_leaves_which_tier_is_counted(gridmap, two_saves, document_of):
    before = two_saves.read_bytes()
    there, back = (document_of(gridmap("compare", two_saves, *pair, "--json")) for pair in ("12", "21"))
    assert two_saves.read_bytes() == before
    left = {(row["from"], row["to"]): row["households"] for row in there["changes"]}
    entered = {(row["to"], row["from"]): row["households"] for row in back["changes"]}
    assert left == entered
    assert sum(left.values()) == len(there["households"])
    assert ("sealed", "none") in left


def test_the_table_names_both_saves(gridmap, two_saves):
    result = gridmap("compare", two_saves, "1", "2")
    assert result.exit_code == 0
    assert "2 cases by three-zones-2021" in result.stdout
    assert "1 cases by" not in result.stdout


def test_the_same_plan_has_no_changes(gridmap, two_saves):
    assert "nobody's tier or zone is another" in gridmap("compare", two_saves, "2", "2").stdout


def test_what_became_of_the_zones_is_told(gridmap, two_saves, document_of):
    document = document_of(gridmap("compare", two_saves, "1", "2", "--json"))
    gone = {row["zone_before"] for row in document["zones"] if row["changes"] == ["gone"]}
    assert "S-2" in gone
    left = sum(row["households"] for row in document["moves"] if row["zone_before"] in gone)
    assert left == sum(row["households_before"] for row in document["zones"] if row["zone_after"] == "")
    assert left > 0
    text = gridmap("compare", two_saves, "1", "2").stdout
    assert "\nzones that change from A to B" in text
    assert "\nwhat moved" in text
    assert "every zone is as it was" in gridmap("compare", two_saves, "2", "2").stdout


def test_a_zone_that_is_held_back_is_a_finding(gridmap, two_saves, tmp_path, document_of):
    """No sealed zone has a leader, so that they wait; the others go out."""
    with open_workspace(two_saves) as opened:
        table = opened.officials
        leads = table.index[table["role"] == "lead_official"]
        sites = opened.sites
        opened.set_tables(
            officials=table.drop(index=leads), sites=sites[sites["kind"] != "isolation"], author="me"
        )
    result = gridmap("compare", two_saves, "1", "2", "--out", tmp_path / "changes", "--json")
    assert result.exit_code == 3, result.output
    document = document_of(result)
    assert document["held"]
    assert document["files"]
    assert "is held back" in result.stderr


def test_a_county_without_officials_is_told_as_a_draft_or_in_somebodys_name(gridmap, two_saves, tmp_path):
    with open_workspace(two_saves) as opened:
        opened.set_tables(officials=opened.officials.iloc[:0], author="me")
    blocked = gridmap("compare", two_saves, "1", "2", "--out", tmp_path / "no")
    assert blocked.exit_code == 1
    assert "more" in blocked.stderr.splitlines()[-1]
    assert len(blocked.stderr.splitlines()) == 22
    for option, word in ((("--draft",), "草稿"), (("--approved-by", "王局长"), "王局长")):
        out = tmp_path / option[0][2:]
        result = gridmap("compare", two_saves, "1", "2", "--out", out, *option)
        assert result.exit_code == 0
        assert sorted(path.name for path in out.iterdir()) == ["delta.png", "delta.xlsx"]
        sheet = pd.read_excel(out / "delta.xlsx", header=None, engine="openpyxl").fillna("")
        text = "\n".join(map(str, sheet.to_numpy().ravel()))
        assert word in text
    assert gridmap("compare", two_saves, "1", "2", "--draft", "--approved-by", "王").exit_code == 2


def test_an_unknown_version_is_an_error_that_names_the_last_ones(gridmap, two_saves):
    result = gridmap("compare", two_saves, "1", "99")
    assert result.exit_code == 1
    assert "the last saves are" in result.stderr


def test_the_changes_are_written_and_logged(gridmap, two_saves, tmp_path, document_of):
    out = tmp_path / "changes"
    result = gridmap("compare", two_saves, "1", "2", "--out", out, "--audience", "field", "--plain", "--json")
    assert result.exit_code == 0, result.output
    document = document_of(result)
    assert {path.name for path in out.iterdir()} == {"delta.xlsx", "delta.png"}
    assert len(document["files"]) == 2
    assert {"role", "target_kind", "target", "before", "after"} == set(document["duties"][0])
    with open_workspace(two_saves) as opened:
        log = opened.exports()
    persons = dict(zip(log["file"], log["persons"], strict=True))
    assert persons[str(out / "delta.xlsx")] == len(document["households"])
    assert set(log["audience"]) == {"field"}


def test_a_list_for_the_field_needs_a_password_and_the_public_gets_none(gridmap, two_saves, tmp_path):
    out = tmp_path / "changes"
    assert gridmap("compare", two_saves, "1", "2", "--out", out, "--audience", "field").exit_code == 1
    assert gridmap("compare", two_saves, "1", "2", "--out", out, "--audience", "public").exit_code == 2
    both = ("--plain", "--password-file", tmp_path / "password")
    assert gridmap("compare", two_saves, "1", "2", "--out", out, *both).exit_code == 2
    assert not out.exists()
