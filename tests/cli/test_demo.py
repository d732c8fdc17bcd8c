"""The demo on the bundled data, and again in the same folder on a smaller county."""

import json

import pytest
from typer.testing import CliRunner

from gridmap.cli.app import app
from gridmap.store import bundled
from gridmap.store.workspace import open_workspace

FILES = ("workspace.gpkg", "certificate.json", "map.html", "map.png", "map.svg", "atlas.pdf", "zones.gpkg")


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The result of the demo and its folder."""
    folder = tmp_path_factory.mktemp("demo") / "demo"
    return CliRunner().invoke(app, ["demo", "--out", str(folder)]), folder


def test_the_demo_ends_well_and_says_what_it_did(demo):
    result, folder = demo
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    for said in ("households: 1,500 in = 1,500 placed + 0 exceptions (balanced)", "\ntiers", "\nduties"):
        assert said in result.stdout
    for name in FILES:
        assert str(folder / name) in result.stdout


def test_its_certificate_is_whole_and_balanced_and_no_hard_duty_is_vacant(demo):
    certificate = json.loads((demo[1] / "certificate.json").read_text(encoding="utf-8"))
    assert certificate["balanced"] is True
    assert (
        certificate["households_in"] == certificate["placed"] == sum(certificate["by_tier"].values()) == 1500
    )
    assert certificate["by_tier"]["sealed"] > 0
    assert certificate["hard_vacancies"] == 0
    assert set(certificate["input_sha256"]) == {"grid", "households", "officials", "cases", "sites"}


def test_its_workspace_has_a_plan_a_document_and_a_log_of_every_file(demo):
    with open_workspace(demo[1] / "workspace.gpkg") as workspace:
        document, log = workspace.document, workspace.exports()
        assert len(workspace.versions()) == 1
    assert document.number
    assert document.issuer
    assert document.effective_at < document.valid_until
    on_disk = {str(path) for path in demo[1].rglob("*") if path.is_file()} - {str(demo[1] / "workspace.gpkg")}
    assert set(log["file"]) == on_disk
    assert log.set_index("file")["persons"].at[str(demo[1] / "map.html")] == 0


def test_lists_with_names_can_be_read_by_their_owner_only(demo):
    for path in (demo[1] / "contacts").rglob("*.xlsx"):
        assert path.stat().st_mode & 0o777 == 0o600


def test_another_run_replaces_its_own_files_and_no_others(demo, county, monkeypatch, document_of):
    folder = demo[1]
    mine = folder / "contacts" / "field" / "zones" / "mine.xlsx"
    mine.write_bytes(b"mine")
    monkeypatch.setattr(bundled, "bundled_path", lambda name: county / name.removeprefix("county/"))
    result = CliRunner().invoke(app, ["demo", "--out", str(folder), "--json"])
    assert result.exit_code == 0, result.output
    assert "the earlier demo" in result.stderr
    document = document_of(result)
    assert document["certificate"]["households_in"] == 300
    on_disk = {str(path) for path in folder.rglob("*") if path.is_file()}
    assert on_disk == {*document["files"], str(mine)}


def test_a_workspace_that_it_did_not_make_is_left_alone(gridmap, workspace):
    own = workspace.rename(workspace.with_name("workspace.gpkg"))
    before = own.read_bytes()
    result = gridmap("demo", "--out", own.parent)
    assert result.exit_code == 1
    assert "--out DIR" in result.stderr
    assert own.read_bytes() == before
