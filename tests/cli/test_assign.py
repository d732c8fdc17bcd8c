import pandas as pd

from gridmap.store.workspace import open_workspace

LINKED = "linked_member"


def linked(rows):
    return {row["target"]: row["official_id"] for row in rows if row["role"] == LINKED}


def test_a_dry_run_counts_duties_by_role_and_stores_nothing(gridmap, workspace, document_of):
    before = workspace.read_bytes()
    result = gridmap("assign", workspace, "--dry-run", "--json")
    document = document_of(result)
    assert workspace.read_bytes() == before
    assert {"official_id", "role", "target_kind", "target", "origin"} == set(document["duties"][0])
    assert len(linked(document["duties"])) == 300
    assert document["stored"] is False
    assert result.exit_code == (3 if document["vacancies"] or document["conflicts"] else 0)


def test_hard_vacancies_are_listed_first(gridmap, workspace, document_of):
    with open_workspace(workspace) as opened:
        officials = opened.officials
        opened.set_tables(officials=officials[~officials["role"].isin(["secretary", "volunteer"])])
    hard = [row["hard"] for row in document_of(gridmap("assign", workspace, "--json"))["vacancies"]]
    assert hard[0] is True
    assert hard == sorted(hard, reverse=True)
    text = gridmap("assign", workspace).stdout
    assert "村社书记" in text
    assert "vacancies, the hard ones first" in text


def test_duties_are_put_in_force_and_the_next_run_changes_nobody(gridmap, workspace, document_of):
    first = document_of(gridmap("assign", workspace, "--json", "--author", "王"))
    with open_workspace(workspace) as opened:
        assert opened.duties_in_force.to_dict("records") == first["duties"]
        assert (opened.in_force.plan_version, opened.in_force.author) == (first["plan_version"], "王")
        assert len(opened.exports()) == 0
    second = document_of(gridmap("assign", workspace, "--json"))
    assert (second["changes"], second["stored"]) == ([], True)
    assert "changes: none were in force before" not in gridmap("assign", workspace).stdout


def pins_file(path, household, official):
    heads = ["责任人编号", "角色", "对象类别", "对象", "备注"]
    pd.DataFrame([[official, "党员联户", "住户", household, "面熟"]], columns=heads).to_excel(
        path, index=False
    )
    return path


def test_pins_of_a_file_are_kept_and_who_is_new_to_whom_is_listed(gridmap, workspace, tmp_path, document_of):
    before = linked(document_of(gridmap("assign", workspace, "--json"))["duties"])
    household, was = next(iter(before.items()))
    other = next(official for official in before.values() if official != was)
    pins = pins_file(tmp_path / "pins.xlsx", household, other)
    tried = document_of(gridmap("assign", workspace, "--pins", pins, "--dry-run", "--json"))
    with open_workspace(workspace) as opened:
        assert opened.pins.empty
    assert linked(tried["duties"])[household] == other
    text = gridmap("assign", workspace, "--pins", pins).stdout
    assert "from whom to whom" in text
    assert f"{was}  {other}" in " ".join(text.split(" "))
    with open_workspace(workspace) as opened:
        assert opened.pins.to_numpy().tolist() == [[other, LINKED, "household", household]]
    again = document_of(gridmap("assign", workspace, "--json"))
    assert linked(again["duties"])[household] == other


def test_pins_may_be_read_with_the_other_tables(gridmap, county, tmp_path):
    pins = pins_file(tmp_path / "pins.xlsx", "h1", "p1")
    given = ["--grid", county / "grid.gpkg", "--households", county / "households.csv"]
    path = tmp_path / "new.gpkg"
    made = gridmap("init", path, *given, "--crs-households", "EPSG:4490", "--pins", pins)
    assert made.exit_code == 0, made.output
    with open_workspace(path) as opened:
        assert opened.pins.to_numpy().tolist() == [["p1", LINKED, "household", "h1"]]


def test_pins_without_a_column_are_refused_before_anything_is_stored(gridmap, workspace, tmp_path):
    (tmp_path / "pins.csv").write_text("责任人编号,角色\np1,网格长\n", encoding="utf-8")
    before = workspace.read_bytes()
    result = gridmap("assign", workspace, "--pins", tmp_path / "pins.csv")
    assert result.exit_code == 1
    assert "no column target_kind (对象类别)" in result.stderr
    assert workspace.read_bytes() == before
