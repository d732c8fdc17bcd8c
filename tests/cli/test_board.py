"""gridmap board: the figures of a workspace, its versions, and the file that is logged."""

import pandas as pd
import pytest

import gridmap as gm
from gridmap.store.workspace import open_workspace


@pytest.fixture
def busy(gridmap, workspace, county, tmp_path):
    """Two saves, the duties in force, a test round and a request."""
    cases = tmp_path / "one_case.csv"
    pd.read_csv(county / "cases.csv", dtype=str).iloc[:1].to_csv(cases, index=False)
    assert gridmap("zone", workspace, "--cases", cases, "--crs-cases", "EPSG:4490").exit_code == 0
    assert gridmap("assign", workspace).exit_code in {0, 3}
    with open_workspace(workspace) as opened:
        at = opened.document.as_of
        events = pd.DataFrame(
            {
                "kind": ["test_round", "request"],
                "at": [at - pd.Timedelta(hours=2), at - pd.Timedelta(hours=30)],
                "zone_id": ["S-1", "S-1"],
                "round": [1, None],
                "due": [9, None],
                "tested": [7, None],
                "note": ["", "胰岛素"],
            }
        )
        opened.record(events, author="me")
    return workspace


def test_its_figures_are_those_of_the_certificate_and_its_trend_is_that_of_the_saves(
    gridmap, busy, document_of
):
    document = document_of(gridmap("board", busy, "--json"))
    with open_workspace(busy) as opened:
        proof = gm.zoning_of(opened).certificate.to_json()
        saves = opened.versions()
    for name in ("households_in", "placed", "exceptions", "by_tier", "households_staffed", "hard_vacancies"):
        assert document["figures"][name] == proof[name]
    totals = {row["measure"]: (row["done"], row["due"]) for row in document["totals"]}
    assert totals["tested"] == (7, 9)
    assert totals["requests"] == (0, 1)
    assert totals["reached"] == (None, None)
    assert [row["save"] for row in document["trend"]] == [*saves["save"], None]
    assert [row["version"] for row in document["trend"]] == [*saves["version"], saves["version"].iloc[-1]]
    oldest = document["open_items"][0]
    assert (oldest["kind"], oldest["detail"]) == ("request", "overdue")
    since = [row["since"] for row in document["open_items"] if row["kind"] == "unstaffed"]
    assert all(since)


def test_the_table_says_what_is_open_and_the_file_is_logged(gridmap, busy, tmp_path):
    out = tmp_path / "out" / "board.html"
    result = gridmap("board", busy, "--out", out, "--recipient", "枫南", "--lang", "en")
    assert result.exit_code == 0, result.output
    assert "7 / 9" in result.stdout
    assert "Open request" in result.stdout
    assert "枫南" in out.read_text("utf-8")
    assert "胰岛素" not in out.read_text("utf-8")
    with open_workspace(busy) as opened:
        row = opened.exports().iloc[-1]
    assert (row["file"], row["audience"], row["recipient"], row["persons"]) == (
        str(out),
        "official",
        "枫南",
        0,
    )


def test_a_board_for_the_field_needs_a_password(gridmap, busy, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("枫桥-1963\n", encoding="utf-8")
    out = tmp_path / "out" / "board.pdf"
    assert gridmap("board", busy, "--out", out, "--audience", "field").exit_code == 1
    assert gridmap("board", busy, "--audience", "public").exit_code == 2
    assert gridmap("board", busy, "--lang", "fr").exit_code == 2
    assert gridmap("board", busy, "--paper", "A9").exit_code == 2
    assert gridmap("board", busy, "--plain", "--password-file", secret).exit_code == 2
    assert not out.exists()
    assert (
        gridmap("board", busy, "--out", out, "--audience", "field", "--password-file", secret).exit_code == 0
    )
    assert out.read_bytes().startswith(b"%PDF")


def test_what_happened_later_does_not_count_yet(gridmap, busy, document_of):
    earlier = document_of(gridmap("board", busy, "--at", "2022-03-04T14:00+08:00", "--json"))
    totals = {row["measure"]: row["due"] for row in earlier["totals"]}
    assert (totals["tested"], totals["requests"]) == (None, 1)
    assert earlier["at"] == "2022-03-04T14:00:00+08:00"


def test_what_was_recorded_after_the_rosters_were_read_counts(gridmap, busy, document_of):
    with open_workspace(busy) as opened:
        later = opened.document.as_of + pd.Timedelta(days=3)
        row = {"kind": ["request"], "at": [later], "zone_id": ["S-1"], "note": ["药"]}
        opened.record(pd.DataFrame(row), author="me")
    totals = {row["measure"]: row["due"] for row in document_of(gridmap("board", busy, "--json"))["totals"]}
    assert totals["requests"] == 2
