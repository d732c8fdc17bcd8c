"""gridmap record: events come in once, with their author, and it tells how things stand."""

import stat
import subprocess

import pandas as pd
import pytest
import xlsxwriter

import gridmap as gm
from gridmap.export.workbook import Sheet, workbook_bytes

ROUNDS = "区编号,轮次,采样时间,应检人数,已检人数\n{zone},1,2022-03-06 08:00,10,9\n{zone},2,,10,9\n"
MOVES = "住户编号,人数,隔离点,转运时间\n{home},1,I-1,2022-03-06 09:00\n"


@pytest.fixture
def sheets(workspace, tmp_path):
    """A sheet of test rounds, of which one row has no time, and one of transfers."""
    opened = gm.open_workspace(workspace)
    zone, home = opened.plan.zones.index[0], opened.households.index[0]
    (tmp_path / "rounds.csv").write_text(ROUNDS.format(zone=zone), encoding="utf-8")
    (tmp_path / "moves.csv").write_text(MOVES.format(home=home), encoding="utf-8")
    return tmp_path / "rounds.csv", tmp_path / "moves.csv"


def test_sheets_are_recorded_once_and_rows_without_a_time_kept_aside(gridmap, workspace, sheets):
    first = gridmap("record", workspace, *sheets, "--author", "王五")
    assert first.exit_code == 3
    assert "2 events recorded; known before: 0" in first.stdout
    assert "kept aside: 1" in first.stdout
    assert "rounds.csv row 3" in first.stdout
    again = gridmap("record", workspace, *sheets, "--author", "李四")
    assert "0 events recorded; known before: 2" in again.stdout
    events = gm.open_workspace(workspace).events
    assert events["author"].to_list() == ["王五", "王五"]


def test_one_json_document_tells_how_things_stand(gridmap, workspace, sheets, document_of):
    told = document_of(gridmap("record", workspace, sheets[1], "--json"))
    assert (told["added"], told["known"], told["events"]) == (1, 0, 1)
    assert told["kept_aside"] == []
    assert told["persons_away"] == 1
    assert [each["kind"] for each in told["findings"]] == ["unknown_site"]
    assert sum(zone["persons"] for zone in told["zones"]) == told["persons_present"] + 1
    assert told["rounds"][0]["due"] is None
    earlier = document_of(gridmap("record", workspace, "--at", "2022-03-06T08:00+08:00", "--json"))
    assert (earlier["persons_away"], earlier["added"]) == (0, 0)


def test_what_cannot_be_is_not_recorded_and_told_with_exit_code_3(gridmap, workspace, tmp_path):
    path = tmp_path / "back.csv"
    path.write_text("住户编号,人数,返回时间\nnobody,1,2022-03-06 09:00\n", encoding="utf-8")
    result = gridmap("record", workspace, path)
    assert result.exit_code == 3
    assert "kept aside: 1" in result.stdout
    assert "household nobody: no household of the roster has this id" in result.stdout
    assert "row 2, E-" in result.stdout
    assert gm.open_workspace(workspace).events.empty


def test_a_file_that_holds_no_events_records_nothing(gridmap, workspace, tmp_path):
    path = tmp_path / "names.csv"
    path.write_text("姓名,电话\n张三,13800000000\n", encoding="utf-8")
    result = gridmap("record", workspace, path)
    assert result.exit_code == 1
    assert "no sheet of events" in result.stderr
    assert gm.open_workspace(workspace).events.empty


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_empty_sheets_name_every_zone_and_read_back_as_nothing(
    gridmap, workspace, tmp_path, document_of, lang
):
    path = workspace.with_name("events.xlsx")
    result = gridmap("record", workspace, "--template", path, "--lang", lang, "--json")
    assert result.exit_code == 0, result.output
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    zones = gm.open_workspace(workspace).plan.zones.index
    sheet = pd.read_excel(path, header=1, dtype=str, engine="calamine")
    assert sheet.iloc[: len(zones), 0].to_list() == list(zones)
    told = document_of(gridmap("record", workspace, path, "--json"))
    assert (told["added"], told["kept_aside"]) == (0, [])
    assert sum(each["not_filled_in"] for each in told["read"]) == len(zones)


TYPED = {
    "检测轮次": {"轮次": "1", "采样时间": "2022-03-06 08:00", "已检人数": "3", "结果": "阴性"},
    "转运": {
        "住户编号": "{home}",
        "人数": "1",
        "转运时间": "2022-03-06 08:00",
        "返回时间": "2022-03-20 08:00",
    },
    "进出": {"点位编号": "G-1", "时间": "2022-03-06 08:00", "类别": "进入", "人数": "2"},
    "服务诉求": {"提出时间": "2022-03-06 08:00", "住户编号": "{home}", "办结时间": "2022-03-06 12:00"},
    "其他记录": {"类别": "封闭", "时间": "2022-03-05 18:00", "区编号": "{zone}"},
}
KINDS = ["arrival", "closure", "request", "request_closed", "return", "test_round", "transfer"]


def typed(path, workspace):
    """Write what the sheets hold, with one row of each filled in by hand."""
    opened = gm.open_workspace(workspace)
    known = {"zone": opened.plan.zones.index[0], "home": opened.households.index[0]}
    pages = pd.read_excel(path, header=None, dtype=str, sheet_name=None, engine="calamine")
    plain = path.with_name("typed.xlsx")
    with xlsxwriter.Workbook(plain) as book:
        for name, page in pages.items():
            sheet = book.add_worksheet(name)
            for row, values in enumerate(page.fillna("").to_numpy()):
                sheet.write_row(row, 0, list(values))
            heads = list(page.iloc[1].fillna(""))
            for head, value in TYPED[name].items():
                sheet.write(2, heads.index(head), value.format(**known))
    return plain


def test_every_sheet_that_was_filled_in_with_an_office_program_is_read(
    gridmap, workspace, tmp_path, document_of
):
    path = tmp_path / "events.xlsx"
    gridmap("record", workspace, "--template", path)
    plain = typed(path, workspace)
    command = ["soffice", "--headless", "--convert-to", "ods", "--outdir", str(tmp_path), str(plain)]
    subprocess.run(command, check=True, capture_output=True)
    told = document_of(gridmap("record", workspace, tmp_path / "typed.ods", "--json"))
    assert "unknown_site" in {each["kind"] for each in told["findings"]}
    assert (told["added"], told["kept_aside"]) == (7, [])
    assert sorted(gm.open_workspace(workspace).events["kind"]) == KINDS


def test_a_sheet_with_the_password_of_the_lists_is_read_with_it(gridmap, workspace, tmp_path):
    zone = gm.open_workspace(workspace).plan.zones.index[0]
    sheet = Sheet("1", "封闭", ["类别", "时间", "区编号"], [["封闭", "2022-03-05 18:00", zone]])
    secret = tmp_path / "password.txt"
    secret.write_text("枫桥-1963\n", encoding="utf-8")
    path = tmp_path / "sealed.xlsx"
    path.write_bytes(workbook_bytes([sheet], banner="", foot="", password=secret.read_text("utf-8").strip()))
    refused = gridmap("record", workspace, path)
    assert refused.exit_code == 1
    assert "it is encrypted; give the password" in refused.stderr
    assert gridmap("record", workspace, path, "--password-file", secret).exit_code == 0
    assert gm.open_workspace(workspace).events["kind"].to_list() == ["closure"]
