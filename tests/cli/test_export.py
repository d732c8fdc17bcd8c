import json
from collections import Counter

import docx
import pytest
import pyzipper

from gridmap.core.apply import apply_edit
from gridmap.core.edits import SetTier
from gridmap.export.kit import zoning_of
from gridmap.store import history
from gridmap.store.workspace import open_workspace

NOTICES = {"notice.txt", "notice.docx", "notice.json"}
PUBLIC = {"map.html", "map.png", "map.svg", "atlas.pdf", "zones.gpkg", "certificate.json", *NOTICES}


def test_the_public_gets_all_it_may_have_in_a_folder_of_its_own(gridmap, workspace, tmp_path):
    result = gridmap(
        "export", workspace, tmp_path / "out", "--author", "me", "--effective", "2022-03-06T06:00"
    )
    assert result.exit_code == 0, result.output
    assert {path.name for path in (tmp_path / "out").iterdir()} == PUBLIC
    with open_workspace(workspace) as opened:
        log = opened.exports()
    assert set(log["audience"]) == {"public"}
    assert set(log["author"]) == {"me"}
    assert log["sha256"].str.len().eq(64).all()
    assert log["persons"].sum() == 0


def test_formats_and_the_head_may_be_chosen(gridmap, workspace, tmp_path, document_of):
    head = ["--number", "〔2022〕9号", "--issuer", "Command <b>", "--lang", "en"]
    result = gridmap(
        "export", workspace, tmp_path / "public", "--formats", "map, certificate", *head, "--json"
    )
    assert result.exit_code == 0, result.output
    files = document_of(result)["files"]
    assert [row["format"] for row in files] == ["map", "certificate"]
    assert "〔2022〕9号" in (tmp_path / "public" / "map.html").read_text(encoding="utf-8")
    with open_workspace(workspace) as opened:
        assert opened.document.number == "2022-8"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--formats", "poster"], "poster"),
        (["--formats", "contacts"], "contact lists"),
        (["--audience", "press"], "press"),
        (["--lang", "fr"], "fr"),
        (["--paper", "letter"], "letter"),
        (["--atlas-by", "street"], "street"),
        (["--draft", "--approved-by", "Li"], "not both"),
        (["--plain", "--password-file", "password.txt"], "not both"),
        (["--effective", "2022-03-06", "--valid-until", "2022-03-05"], "--valid-until"),
    ],
)
def test_what_makes_no_sense_is_wrong_usage(gridmap, workspace, tmp_path, options, said):
    result = gridmap("export", workspace, tmp_path / "public", *options)
    assert result.exit_code == 2
    assert said in result.stderr
    assert not (tmp_path / "public").exists()


@pytest.fixture
def unstaffed(workspace):
    """No officials, so that there are only lists of zones; every duty is vacant."""
    with open_workspace(workspace) as opened:
        opened.set_tables(officials=opened.officials.iloc[:0])
    return workspace


def test_lists_for_the_field_are_encrypted_with_the_password_of_a_file(gridmap, unstaffed, tmp_path):
    secret = tmp_path / "password.txt"
    secret.write_text("open sesame\n", encoding="utf-8")
    given = ["--audience", "field", "--formats", "contacts", "--password-file", secret, "--draft"]
    result = gridmap("export", unstaffed, tmp_path / "out", *given)
    assert result.exit_code == 0, result.output
    lists = list((tmp_path / "out" / "contacts").rglob("*.xlsx"))
    folders = Counter(path.parent.name for path in lists)
    assert folders == {"zones": 6, "contacts": 2, "grids": 7, "villages": 2}
    assert all(path.read_bytes()[:4] == b"\xd0\xcf\x11\xe0" for path in lists)
    assert "open sesame" not in result.output


def test_a_password_is_asked_for_and_must_be_the_same_twice(gridmap, workspace, tmp_path, monkeypatch):
    monkeypatch.setattr("gridmap.cli.options.can_ask", lambda: True)
    given = ["export", workspace, tmp_path / "out", "--audience", "field", "--formats", "contacts"]
    result = gridmap(*given, input_text="one\nother\n\n")
    assert result.exit_code != 0
    assert not (tmp_path / "out").exists()


def test_an_empty_password_file_is_an_error(gridmap, workspace, tmp_path):
    (tmp_path / "empty").write_text("", encoding="utf-8")
    result = gridmap(
        "export", workspace, tmp_path, "--audience", "field", "--password-file", tmp_path / "empty"
    )
    assert result.exit_code == 1
    assert "its first line is the password" in result.stderr


@pytest.fixture
def understaffed(workspace):
    with open_workspace(workspace) as opened:
        officials = opened.officials
        opened.set_tables(officials=officials[officials["role"] != "secretary"])
    return workspace


def test_a_hard_vacancy_stops_the_field_but_never_a_public_notice(gridmap, understaffed, tmp_path):
    given = ["export", understaffed, tmp_path / "out", "--formats", "certificate,map"]
    stopped = gridmap(*given, "--audience", "field", "--plain")
    assert stopped.exit_code == 1
    assert "secretary missing" in stopped.stderr
    assert not (tmp_path / "out").exists()
    assert gridmap(*given).exit_code == 0


def test_a_draft_and_an_approved_issue_go_out_all_the_same(gridmap, understaffed, tmp_path):
    given = [
        "export",
        understaffed,
        tmp_path / "official",
        "--formats",
        "map",
        "--audience",
        "official",
        "--lang",
        "en",
    ]
    for option in (["--draft"], ["--approved-by", "Li Approver"]):
        assert gridmap(*given, *option).exit_code == 0
    assert "Li Approver" in (tmp_path / "official" / "map.html").read_text(encoding="utf-8")


def test_lists_of_an_earlier_issue_are_removed_unless_somebody_changed_them(gridmap, unstaffed, tmp_path):
    given = [
        "export",
        unstaffed,
        tmp_path / "official",
        "--audience",
        "official",
        "--formats",
        "contacts",
        "--draft",
    ]
    assert gridmap(*given).exit_code == 0
    zones = tmp_path / "official" / "contacts" / "zones"
    before = sorted(zones.iterdir())
    before[0].write_bytes(b"changed by hand")
    with open_workspace(unstaffed) as opened:
        opened.set_tables(cases=opened.cases.iloc[:1])
    assert gridmap("zone", unstaffed).exit_code == 0
    assert "a list of an earlier issue, was removed" in gridmap(*given).stderr
    assert len(list(zones.iterdir())) < len(before)


def test_a_list_of_an_earlier_issue_that_is_open_is_left_and_named(gridmap, unstaffed, tmp_path):
    given = [
        "export",
        unstaffed,
        tmp_path / "out",
        "--audience",
        "official",
        "--formats",
        "contacts",
        "--draft",
    ]
    assert gridmap(*given).exit_code == 0
    contacts = tmp_path / "out" / "contacts"
    (contacts / "~$officials.xlsx").touch()
    told = gridmap(*given).stderr
    assert "saved beside it as officials (2).xlsx" in told
    assert "officials.xlsx, a list of an earlier issue, is open in another program" in told
    assert (contacts / "officials.xlsx").is_file()


def test_the_public_certificate_gives_no_small_count_away(gridmap, workspace, tmp_path):
    assert gridmap("export", workspace, tmp_path / "public", "--formats", "certificate").exit_code == 0
    shown = json.loads((tmp_path / "public" / "certificate.json").read_text(encoding="utf-8"))
    assert shown["balanced"] is True
    assert "differences" not in shown
    counts = [*shown["by_tier"].values(), *shown["residents_by_tier"].values()]
    assert all(count in {None, "<5", 0} or count >= 5 for count in counts)


def test_the_public_is_told_rounded_counts_of_what_follows_an_earlier_issue(gridmap, workspace, tmp_path):
    def issued(name):
        done = gridmap("export", workspace, tmp_path / name, "--formats", "certificate")
        assert done.exit_code == 0, done.output
        return json.loads((tmp_path / name / "certificate.json").read_text(encoding="utf-8"))

    assert "rounded_to" not in issued("first")
    assert "rounded_to" not in issued("again")
    opened = open_workspace(workspace)
    cell = opened.plan.tiers.index[0]
    opened.save(apply_edit(opened.plan, SetTier(cells=[cell], tier="sealed")), reason="more", author="me")
    assert issued("second")["rounded_to"] == 5


def test_counts_are_rounded_after_another_roster_too(gridmap, workspace, tmp_path, monkeypatch):
    assert gridmap("export", workspace, tmp_path / "out", "--formats", "certificate").exit_code == 0
    opened = open_workspace(workspace)
    assert not zoning_of(opened).told_before
    monkeypatch.setattr(history, "now_text", lambda: "2100-01-01T00:00:00+00:00")
    opened.set_tables(households=opened.households.iloc[2:], author="me")
    assert zoning_of(opened).told_before


def test_what_was_handed_out_is_logged_even_when_a_later_file_fails(gridmap, workspace, tmp_path):
    (tmp_path / "public" / "map.png").mkdir(parents=True)
    result = gridmap("export", workspace, tmp_path / "public", "--formats", "map,picture")
    assert result.exit_code == 1
    assert result.stderr.startswith("error: ")
    with open_workspace(workspace) as opened:
        assert opened.exports()["file"].to_list() == [str(tmp_path / "public" / "map.html")]


def test_one_folder_never_mixes_what_two_audiences_were_given(gridmap, workspace, tmp_path):
    out = tmp_path / "out"
    assert gridmap("export", workspace, out, "--formats", "certificate").exit_code == 0
    mixed = gridmap("export", workspace, out, "--formats", "certificate", "--audience", "official")
    assert mixed.exit_code == 1
    assert "made for the audience 'public'" in mixed.stderr


def test_without_a_terminal_nobody_is_asked_for_a_password(gridmap, workspace, tmp_path):
    result = gridmap("export", workspace, tmp_path / "out", "--audience", "field")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1].startswith("error: lists of households need a password")


def test_a_zone_that_lacks_somebody_is_held_back_and_named(gridmap, workspace, tmp_path, document_of):
    with open_workspace(workspace) as opened:
        officials, plan = opened.officials, opened.plan
        village = plan.hierarchy.area_at(plan.cell_zones.index[plan.cell_zones == "P-1"][0], "village")
        of_village = (officials["role"] == "secretary") & (officials["territory"] == village)
        opened.set_tables(officials=officials[~of_village])
    given = ["export", workspace, tmp_path / "out", "--audience", "official", "--formats", "certificate"]
    result = gridmap(*given, "--json")
    assert result.exit_code == 3
    assert f"note: zone P-1 is held back: area {village}: 1 x secretary missing" in result.stderr
    held = document_of(result)["held_back"]
    assert "P-1" in held
    assert "P-2" not in held
    approved = gridmap(*given, "--approved-by", "Li")
    assert approved.exit_code == 0
    assert "held back" not in approved.stderr


def test_a_zip_is_written_with_the_same_password_and_logged(gridmap, workspace, tmp_path, document_of):
    (tmp_path / "password").write_text("secret\n", encoding="utf-8")
    given = [
        "export",
        workspace,
        tmp_path / "out",
        "--audience",
        "official",
        "--formats",
        "certificate",
        "--zip",
    ]
    refused = gridmap(*given, "--plain")
    assert refused.exit_code == 2
    done = gridmap(*given, "--json", "--password-file", tmp_path / "password")
    assert done.exit_code == 0, done.output
    assert [each["format"] for each in document_of(done)["files"]] == ["certificate", "package"]
    with pyzipper.AESZipFile(tmp_path / "out" / "official.zip") as outer:
        outer.setpassword(b"secret")
        assert outer.testzip() is None
    with open_workspace(workspace) as opened:
        assert opened.exports()["file"].tolist()[-1] == str(tmp_path / "out" / "official.zip")


def test_the_atlas_is_printed_on_the_paper_asked_for_with_a_page_for_each_grid(gridmap, workspace, tmp_path):
    plain = ["export", workspace, tmp_path / "zones", "--formats", "atlas"]
    asked = ["export", workspace, tmp_path / "grids", "--formats", "atlas", "--paper", "a3", "--landscape"]
    assert gridmap(*plain).exit_code == 0
    assert gridmap(*asked, "--atlas-by", "grid").exit_code == 0
    zones, grids = ((tmp_path / name / "atlas.pdf").read_bytes() for name in ("zones", "grids"))
    assert b"/MediaBox [ 0 0 1190.55 841.89 ]" in grids
    assert grids.count(b"/Type /Page /") > zones.count(b"/Type /Page /") > 1


def test_the_notice_may_have_a_template_of_ones_own(gridmap, workspace, tmp_path):
    own = tmp_path / "own.docx"
    document = docx.Document()
    for text in ("Letterhead", "{{text}}"):
        document.add_paragraph(text)
    document.save(own)
    given = ["--formats", "notice", "--notice-template", own]
    assert gridmap("export", workspace, tmp_path / "out", *given).exit_code == 0
    written = docx.Document(tmp_path / "out" / "notice.docx").paragraphs
    assert written[0].text == "Letterhead"
    own.write_bytes(b"no document")
    failed = gridmap("export", workspace, tmp_path / "other", *given)
    assert failed.exit_code == 1
    assert "is no DOCX" in failed.stderr
    assert not list((tmp_path / "other").glob("*"))
