import pandas as pd

from gridmap.store.workspace import open_workspace


def test_findings_come_by_kind_with_counts_labels_and_the_cure(gridmap, workspace, document_of):
    with open_workspace(workspace) as opened:
        roster = opened.households
        ids = [*roster.index[:-1], roster.index[0]]
        opened.set_tables(households=roster.set_axis(pd.Index(ids, name="household_id")))
    result = gridmap("check", workspace, "--json")
    assert result.exit_code == 3
    document = document_of(result)
    twice = next(each for each in document["findings"] if each["kind"] == "duplicate_id")
    assert twice["count"] == 1
    assert twice["where"][0].startswith(f"record 300, household '{roster.index[0]}'")
    assert twice["cure"]
    assert document["certificate"]["exceptions"] == 1
    text = gridmap("check", workspace).stdout
    assert "300 in = 299 placed + 1 exception (balanced)" in text
    assert "duplicate_id: give each its own id" in text


def test_the_worst_comes_first(gridmap, workspace, document_of):
    with open_workspace(workspace) as opened:
        officials = opened.officials
        opened.set_tables(officials=officials[officials["role"] != "secretary"])
    kinds = [finding["kind"] for finding in document_of(gridmap("check", workspace, "--json"))["findings"]]
    assert kinds[0] == "hard_vacancy"


def test_cells_that_the_order_leaves_over_are_a_note_and_no_finding(gridmap, workspace, document_of):
    kinds = [finding["kind"] for finding in document_of(gridmap("check", workspace, "--json"))["findings"]]
    assert "no_tier" not in kinds
    assert "note: 40 cells with 118 households are under no tier" in gridmap("check", workspace).stderr


def test_nothing_wrong_is_exit_code_0(gridmap, county, tmp_path):
    path = tmp_path / "fresh.gpkg"
    given = [
        "--grid",
        county / "grid.gpkg",
        "--households",
        county / "households.csv",
        "--crs-households",
        "EPSG:4490",
    ]
    assert gridmap("init", path, *given).exit_code == 0
    result = gridmap("check", path)
    assert (result.exit_code, "findings: none" in result.stdout) == (0, True)


def test_assign_counts_duties_by_role_and_stores_nothing(gridmap, workspace, document_of):
    before = workspace.read_bytes()
    result = gridmap("assign", workspace, "--json")
    document = document_of(result)
    assert workspace.read_bytes() == before
    assert {"official_id", "role", "target_kind", "target", "origin"} == set(document["duties"][0])
    linked = {row["target"] for row in document["duties"] if row["role"] == "linked_member"}
    assert len(linked) == 300
    assert result.exit_code == (3 if document["vacancies"] or document["conflicts"] else 0)


def test_assign_lists_hard_vacancies_first(gridmap, workspace, document_of):
    with open_workspace(workspace) as opened:
        officials = opened.officials
        opened.set_tables(officials=officials[~officials["role"].isin(["secretary", "volunteer"])])
    hard = [row["hard"] for row in document_of(gridmap("assign", workspace, "--json"))["vacancies"]]
    assert hard[0] is True
    assert hard == sorted(hard, reverse=True)
    text = gridmap("assign", workspace).stdout
    assert "村社书记" in text
    assert "vacancies, the hard ones first" in text
