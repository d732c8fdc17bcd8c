"""Lists for the field go out, are filled in by hand, and come back: nobody is lost on the way."""

import shutil
import stat
import subprocess
from pathlib import Path

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

import gridmap as gm
from gridmap.export.followup_lists import read_followups
from gridmap.export.workbook import Sheet, workbook_bytes
from gridmap.export.workbook import opened as decrypted
from gridmap.store.backup import list_backups
from gridmap.store.workspace import open_workspace
from tests.cli.conftest import run_app

HEADS = {
    "channel": "联系渠道",
    "result": "联系结果",
    "needs": "本次需求",
    "when": "联系日期",
    "id": "住户编号",
}
PHRASE = "open sesame"


@pytest.fixture(scope="module")
def issued(zoned_once, tmp_path_factory):
    """A workspace with duties in force, and beside it the lists for the field, made once."""
    folder = tmp_path_factory.mktemp("issued")
    path = shutil.copy(zoned_once, folder / "county.gpkg")
    assert run_app("assign", path).exit_code in {0, 3}
    given = ["--audience", "field", "--formats", "contacts", "--plain", "--approved-by", "me"]
    result = run_app("export", path, folder / "out", *given)
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture
def workspace(issued, tmp_path):
    """A copy of it, to be changed."""
    return Path(shutil.copy(issued / "county.gpkg", tmp_path / "county.gpkg"))


@pytest.fixture
def lists(issued):
    """The lists for the field."""
    return issued / "out" / "contacts"


def fill(path, target, entries):
    """Write a list again as a spreadsheet would, with entries by household."""
    book = CalamineWorkbook.from_path(str(path))
    target.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(target, {"strings_to_numbers": False}) as out:
        for name in book.sheet_names:
            page, at = out.add_worksheet(name), {}
            for number, row in enumerate(book.get_sheet_by_name(name).to_python(skip_empty_area=False)):
                if HEADS["result"] in row:
                    at = {key: row.index(head) for key, head in HEADS.items()}
                elif at and row[at["id"]] in entries:
                    for key, value in entries[row[at["id"]]].items():
                        row[at[key]] = value
                page.write_row(number, 0, row)
    return target


def ids_of(path):
    """The households of a list, in its order."""
    book = CalamineWorkbook.from_path(str(path))
    rows = [row for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python()]
    place = next(row.index(HEADS["id"]) for row in rows if HEADS["result"] in row)
    head = next(at for at, row in enumerate(rows) if HEADS["result"] in row)
    found = []
    for row in rows[head + 1 :]:
        if len(row) <= place or not row[place]:
            break
        found.append(row[place])
    return found


def reached(when="2022-03-06 10:00", **more):
    return {"channel": "上门", "result": "已联系", "when": when} | more


def locked(path):
    """Write a list with a password."""
    sheet = Sheet("住户", "名单", list(HEADS.values()), [["", "", "", "", "h1"]])
    path.write_bytes(workbook_bytes([sheet], banner="", foot="", password=PHRASE))
    return path


def zone_lists(lists):
    return sorted((lists / "zones").glob("*.xlsx"))


def test_a_list_goes_out_is_filled_in_and_comes_back_into_the_workspace(
    gridmap, workspace, lists, tmp_path, document_of
):
    path = zone_lists(lists)[0]
    first, second, *_ = ids_of(path)
    entries = {first: reached(needs="奶粉"), second: reached(result="无人", channel="电话")}
    back = fill(path, tmp_path / "back" / path.name, entries)
    result = gridmap("followup", workspace, back, "--json", "--author", "王")
    document = document_of(result)
    assert (result.exit_code, document["findings"], document["conflicts"]) == (0, [], [])
    assert document["changed"] == 2
    with open_workspace(workspace) as opened:
        known = opened.followups.set_index("household_id")
        assert opened.replacements().iloc[-1]["author"] == "王"
    assert known.loc[first, ["channel", "result", "needs"]].tolist() == ["visit", "reached", "奶粉"]
    assert known.loc[second, ["channel", "result", "source"]].tolist() == ["phone", "absent", path.name]
    assert known.loc[first, "reached_on"].isoformat() == "2022-03-06T10:00:00+08:00"


def test_households_are_those_reached_and_those_not_in_every_area_and_in_sum(
    gridmap, workspace, lists, tmp_path, document_of
):
    path = zone_lists(lists)[0]
    entries = {household: reached() for household in ids_of(path)}
    back = fill(path, tmp_path / "back" / path.name, entries)
    document = document_of(gridmap("followup", workspace, back, "--json"))
    assert document["reached"] == len(entries)
    for row in [document, *document["areas"], *document["officials"]]:
        assert row["households"] == row["reached"] + row["not_reached"]
    assert sum(row["households"] for row in document["areas"] if row["area"]) == document["households"]
    assert document["households"] + document["not_counted"] + document["without_place"] == 300
    text = gridmap("followup", workspace, back).stdout
    assert f"= {len(entries)} reached + {document['not_reached']} not yet reached" in text


def test_running_it_twice_changes_nothing(gridmap, workspace, lists, tmp_path, document_of):
    path = zone_lists(lists)[0]
    back = fill(path, tmp_path / "back" / path.name, {ids_of(path)[0]: reached()})
    first = document_of(gridmap("followup", workspace, back, "--json"))
    before, copies = workspace.read_bytes(), list_backups(workspace)
    second = document_of(gridmap("followup", workspace, back, "--json"))
    assert (first["changed"], second["changed"]) == (1, 0)
    assert second["areas"] == first["areas"]
    assert (workspace.read_bytes(), list_backups(workspace)) == (before, copies)


def test_lists_that_nobody_filled_in_change_nothing(gridmap, workspace, lists, document_of):
    before = workspace.read_bytes()
    result = gridmap("followup", workspace, lists, "--json")
    assert (result.exit_code, document_of(result)["changed"]) == (0, 0)
    assert workspace.read_bytes() == before


def test_the_lists_of_two_officials_for_one_household_are_merged_and_the_conflict_is_listed(
    gridmap, workspace, lists, tmp_path, document_of
):
    zone = zone_lists(lists)[0]
    household = ids_of(zone)[0]
    linked = next(path for path in (lists / "officials").glob("*.xlsx") if household in ids_of(path))
    same = "2022-03-06 10:00"
    backs = [
        fill(zone, tmp_path / "back" / "zone.xlsx", {household: reached(same)}),
        fill(linked, tmp_path / "back" / "linked.xlsx", {household: reached(same, result="无人")}),
    ]
    result = gridmap("followup", workspace, *backs, "--json")
    document = document_of(result)
    assert result.exit_code == 3
    assert [(row["household_id"], row["kind"]) for row in document["conflicts"]] == [(household, "same_time")]
    with open_workspace(workspace) as opened:
        assert opened.followups["result"].tolist() == ["absent"]
    later = fill(zone, tmp_path / "back" / "zone.xlsx", {household: reached("2022-03-06 11:00")})
    result = gridmap("followup", workspace, later, backs[1], "--json")
    assert (result.exit_code, document_of(result)["conflicts"]) == (0, [])


def test_a_household_that_is_in_another_list_by_now_is_taken_in_and_listed(
    gridmap, workspace, lists, tmp_path, document_of
):
    zone = zone_lists(lists)[0]
    household = ids_of(zone)[0]
    back = fill(zone, tmp_path / "back" / zone.name, {household: reached()})
    with open_workspace(workspace) as opened:
        placement = gm.place_households(opened.households, opened.grid)
        before = gm.household_tiers(opened.plan, placement)[household]
        other = next(each for each in opened.plan.tier_order if each != before)
        plan = gm.apply_edit(opened.plan, gm.AddCarveOut(tier=other, households=[household], reason="r"))
        opened.save(plan, reason="r", author="me")
    document = document_of(gridmap("followup", workspace, back, "--json"))
    listed = [row for row in document["conflicts"] if row["kind"] == "other_list"]
    assert document["changed"] == 1
    assert f"under tier {other} now, listed under tier {before}" in listed[0]["detail"]


def test_a_damaged_and_a_foreign_file_are_findings_and_the_others_are_read(
    gridmap, workspace, lists, tmp_path, document_of
):
    zone = zone_lists(lists)[0]
    back = fill(zone, tmp_path / "back" / zone.name, {ids_of(zone)[0]: reached()})
    (tmp_path / "back" / "broken.xlsx").write_bytes(back.read_bytes()[:700])
    (tmp_path / "back" / "other.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    result = gridmap("followup", workspace, tmp_path / "back", "--json")
    document = document_of(result)
    assert (result.exit_code, document["changed"]) == (3, 1)
    assert {row["where"] for row in document["findings"]} == {"broken.xlsx", "other.csv"}
    text = gridmap("followup", workspace, tmp_path / "back").stdout
    assert "not read: 2" in text
    assert "other.csv" in text


def test_encrypted_lists_are_read_with_the_password_of_a_file_and_not_without(
    gridmap, workspace, tmp_path, document_of
):
    secret = tmp_path / "password.txt"
    secret.write_text(f"{PHRASE}\n", encoding="utf-8")
    path = locked(tmp_path / "locked.xlsx")
    without = gridmap("followup", workspace, path, "--json")
    assert without.exit_code == 3
    assert "it is encrypted; give the password" in document_of(without)["findings"][0]["what"]
    result = gridmap("followup", workspace, path, "--password-file", secret, "--json")
    assert (result.exit_code, document_of(result)["files"][0]["file"]) == (0, path.name)
    assert PHRASE not in result.output


def test_a_password_is_asked_for_once_where_somebody_can_be_asked(
    gridmap, workspace, lists, tmp_path, monkeypatch
):
    monkeypatch.setattr("gridmap.cli.followup.can_ask", lambda: True)
    result = run_app("followup", workspace, locked(tmp_path / "locked.xlsx"), input_text=f"{PHRASE}\n")
    assert result.exit_code == 0, result.output
    assert run_app("followup", workspace, lists).exit_code == 0, "nothing is asked for plain lists"


def test_the_list_of_those_not_yet_reached_is_for_its_owner_logged_and_can_be_filled_in_again(
    gridmap, workspace, lists, tmp_path, document_of
):
    zone = zone_lists(lists)[0]
    first, second, *_ = ids_of(zone)
    back = fill(zone, tmp_path / "back" / zone.name, {first: reached(), second: reached(result="无人")})
    out = tmp_path / "left.xlsx"
    given = ["--out", out, "--plain", "--approved-by", "me"]
    document = document_of(gridmap("followup", workspace, back, *given, "--json"))
    left = ids_of(out)
    assert len(left) == len(set(left)) == document["not_reached"]
    assert first not in left
    assert second in left
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    with open_workspace(workspace) as opened:
        log = opened.exports().iloc[-1]
    assert (log["file"], log["audience"], log["persons"]) == (str(out), "field", len(left))
    again = fill(out, tmp_path / "back2" / "left.xlsx", {each: reached("2022-03-07 09:00") for each in left})
    done = document_of(gridmap("followup", workspace, again, "--json"))
    assert (done["not_reached"], done["changed"]) == (0, len(left))


def test_that_list_is_encrypted_with_the_password_and_refused_without(gridmap, workspace, tmp_path):
    secret = tmp_path / "password.txt"
    secret.write_text(f"{PHRASE}\n", encoding="utf-8")
    out = tmp_path / "left.xlsx"
    refused = gridmap("followup", workspace, "--out", out, "--approved-by", "me")
    assert refused.exit_code == 1
    assert "need a password" in refused.stderr
    assert not out.exists()
    result = gridmap("followup", workspace, "--out", out, "--approved-by", "me", "--password-file", secret)
    assert result.exit_code == 0, result.output
    assert decrypted(out.read_bytes(), PHRASE).getvalue()[:2] == b"PK"


def test_what_is_wrong_about_that_list_is_said_before_anything_is_taken_in(
    gridmap, workspace, lists, tmp_path
):
    path = zone_lists(lists)[0]
    back = fill(path, tmp_path / path.name, {ids_of(path)[0]: reached()})
    for given, what in (
        (["--out", tmp_path / "u.xlsx"], "give --password-file FILE, or --plain"),
        (["--out", tmp_path / "u.csv", "--plain"], "give a name such as unreached.xlsx"),
        (["--level", "hamlet"], "choose of "),
    ):
        result = gridmap("followup", workspace, back, *given)
        assert result.exit_code in {1, 2}
        assert what in result.stderr
    with open_workspace(workspace) as opened:
        assert len(opened.followups) == 0


def test_tiers_may_be_chosen_and_unknown_ones_are_wrong_usage(gridmap, workspace, document_of):
    every = document_of(gridmap("followup", workspace, "--json"))
    sealed = document_of(gridmap("followup", workspace, "--tiers", "sealed", "--json"))
    assert 0 < sealed["households"] < every["households"]
    result = gridmap("followup", workspace, "--tiers", "green")
    assert result.exit_code == 2
    assert "choose of sealed" in result.stderr


def test_no_name_or_address_is_printed(gridmap, workspace, lists, tmp_path):
    zone = zone_lists(lists)[0]
    back = fill(zone, tmp_path / "back" / zone.name, {each: reached("明天") for each in ids_of(zone)})
    result = gridmap("followup", workspace, back)
    assert result.exit_code == 3
    assert "bad_date" in result.stdout
    with open_workspace(workspace) as opened:
        roster = opened.households
    for name in ("head_name", "phone", "address"):
        assert not [
            text for text in roster[name].dropna().unique() if str(text) and str(text) in result.output
        ]


def test_lists_that_libreoffice_saved_again_come_back(gridmap, workspace, lists, tmp_path, document_of):
    soffice = shutil.which("soffice")
    assert soffice, "soffice is missing; run make test, which installs it"
    zone = zone_lists(lists)[0]
    entries = {each: reached() for each in ids_of(zone)}
    back = fill(zone, tmp_path / "filled" / "list.xlsx", entries)
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [soffice, profile, "--headless", "--convert-to", "ods", "--outdir", tmp_path / "saved", back]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    document = document_of(gridmap("followup", workspace, tmp_path / "saved" / "list.ods", "--json"))
    assert (document["changed"], document["conflicts"]) == (len(entries), [])
    assert len(read_followups(tmp_path / "saved").entries) == len(entries)
