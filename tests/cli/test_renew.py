"""gridmap renew: new files in the place of the rosters, and nobody dropped without a word."""

import stat

import pandas as pd
import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

import gridmap as gm
from gridmap.store.workspace import open_workspace

LATER = "2022-03-06"


@pytest.fixture
def known(workspace):
    """The households of the workspace."""
    with open_workspace(workspace) as opened:
        return opened.households


@pytest.fixture
def new_file(known, tmp_path):
    """The next day: the 1st is gone, the 2nd has moved under another id, others live at the 3rd, one came."""
    rows = pd.DataFrame(known.drop(columns="geometry")).reset_index()
    rows[["lon", "lat"]] = known.get_coordinates().to_numpy()
    rows.loc[1, ["household_id", "address", "building"]] = [
        "R1",
        rows.loc[20, "address"],
        rows.loc[20, "building"],
    ]
    rows.loc[1, ["cell_id", "lon", "lat"]] = rows.loc[20, ["cell_id", "lon", "lat"]].to_list()
    rows.loc[2, ["head_name", "phone"]] = ["欧阳春", "10499999999"]
    more = rows.iloc[[5]].assign(
        household_id="N1", head_name="欧阳秋", phone="10499999998", address="桐溪里99幢101室"
    )
    path = tmp_path / "new.csv"
    pd.concat([rows.iloc[1:], more]).drop(columns="coordinate_fault").to_csv(path, index=False)
    return path


def options(path, *more):
    return ["--households", path, "--crs-households", "EPSG:4490", "--author", "王", *more]


def decide(path, target, answers):
    """Fill in a list as a spreadsheet would: an answer by the id of the old roster."""
    book = CalamineWorkbook.from_path(str(path))
    with xlsxwriter.Workbook(target, {"strings_to_numbers": False}) as out:
        for name in book.sheet_names:
            page, at = out.add_worksheet(name), {}
            for number, row in enumerate(book.get_sheet_by_name(name).to_python(skip_empty_area=False)):
                if "核对编号" in row:
                    at = {head: row.index(head) for head in ("原册 住户编号", "决定", "决定时间")}
                elif at and row[at["原册 住户编号"]] in answers:
                    row[at["决定"]], row[at["决定时间"]] = answers[row[at["原册 住户编号"]]], LATER
                page.write_row(number, 0, row)
    return target


def test_what_is_certain_is_taken_over_and_the_rest_waits(gridmap, workspace, known, new_file, document_of):
    result = gridmap("renew", workspace, *options(new_file, "--json"))
    assert result.exit_code == 3, result.output
    document = document_of(result)
    told, moved = document["households"], {row["id"]: row for row in document["tier_changes"]}
    assert sum(row["households"] for row in document["tier_counts"]) == len(moved)
    assert moved["N1"]["tier_before"] == "unplaced"
    counts = {
        status: (row["old"], row["new"]) for status, row in told["counts"].items() if row["old"] or row["new"]
    }
    assert counts == {
        "same": (297, 297),
        "moved": (1, 1),
        "new": (0, 1),
        "gone": (1, 0),
        "doubtful": (1, 1),
        "total": (300, 300),
    }
    assert [(row["kind"], row["old_id"]) for row in told["waiting"]] == [
        ("pair", known.index[2]),
        ("gone", known.index[0]),
    ]
    with open_workspace(workspace) as opened:
        after, log = opened.households, opened.replacements().iloc[-1]
        was, now = (
            gm.household_tiers(opened.plan, gm.place_households(roster, opened.grid))
            for roster in (known, after)
        )
    assert (log["author"], log["table"], log["rows_before"], log["rows"]) == ("王", "households", 300, 301)
    assert set(after.index) == {*known.index, "N1"}
    assert {who: row["tier_after"] for who, row in moved.items()} == {
        who: tier for who, tier in now.items() if was.get(who, "unplaced") != tier
    }
    assert after.loc[known.index[1], "address"] == known["address"].iloc[20]
    assert after.loc[known.index[2], "head_name"] == known["head_name"].iloc[2]
    assert after.crs == known.crs


def test_a_dry_run_says_the_same_and_saves_nothing(gridmap, workspace, known, new_file):
    result = gridmap("renew", workspace, *options(new_file, "--dry-run"))
    assert result.exit_code == 3
    assert "waiting for a person: 2" in result.stdout
    assert "nothing was saved" in result.stdout
    again = f"gridmap renew {workspace} --households {new_file} --crs-households EPSG:4490"
    assert f"next: {again} --queue renewal.xlsx" in result.stdout
    assert "if it is only a part" not in result.stderr
    with open_workspace(workspace) as opened:
        pd.testing.assert_frame_equal(opened.households, known)


def test_a_file_that_is_only_a_part_drops_nobody_and_it_is_said(gridmap, workspace, known, new_file):
    part = new_file.with_name("part.csv")
    pd.read_csv(new_file, dtype=str).iloc[:5].to_csv(part, index=False)
    result = gridmap("renew", workspace, *options(part))
    assert "295 of 300 are not in the new file; if it is only a part" in result.stderr
    with open_workspace(workspace) as opened:
        assert set(known.index) <= set(opened.households.index)


def test_the_list_is_filled_in_and_comes_back_and_then_nothing_waits(gridmap, workspace, known, new_file):
    tmp_path = new_file.parent
    queue = tmp_path / "renewal.xlsx"
    first = gridmap("renew", workspace, *options(new_file, "--queue", queue, "--plain", "--dry-run"))
    assert first.exit_code == 3, first.output
    assert stat.S_IMODE(queue.stat().st_mode) == 0o600
    with open_workspace(workspace) as opened:
        logged = opened.exports().iloc[-1]
    assert (logged["audience"], logged["author"]) == ("field", "王")
    answers = {known.index[0]: "移除", known.index[2]: "不同"}
    filled = decide(queue, tmp_path / "filled.xlsx", answers)
    second = gridmap("renew", workspace, *options(new_file, "--decisions", filled))
    assert "waiting for a person: 1" in second.stdout
    with open_workspace(workspace) as opened:
        after = opened.households
    assert known.index[0] not in after.index
    assert after["head_name"].to_dict()[f"{known.index[2]}-2"] == "欧阳春"
    third = gridmap("renew", workspace, *options(new_file, "--queue", queue, "--plain"))
    assert third.exit_code == 3
    filled = decide(queue, tmp_path / "filled.xlsx", {known.index[2]: "移除"})
    last = gridmap("renew", workspace, *options(new_file, "--decisions", filled))
    assert last.exit_code == 0, last.output
    assert "nothing waits for a person" in last.stdout
    with open_workspace(workspace) as opened:
        log = opened.renewals()
    assert log[["old_id", "decision", "author"]].to_numpy().tolist() == [
        [known.index[2], "different", "王"],
        [known.index[0], "drop", "王"],
        [known.index[2], "drop", "王"],
    ]
    assert set(log["decided_at"]) == {pd.Timestamp(LATER, tz="Asia/Shanghai")}
    with open_workspace(workspace) as opened:
        assert len(opened.households) == 300


def test_the_list_needs_a_password_or_a_word_and_opens_with_it(gridmap, workspace, new_file, tmp_path):
    queue, secret = tmp_path / "renewal.xlsx", tmp_path / "password.txt"
    refused = gridmap("renew", workspace, *options(new_file, "--queue", queue))
    assert refused.exit_code == 1
    assert "password" in refused.stderr
    secret.write_text("open sesame\n", encoding="utf-8")
    given = ["--queue", queue, "--password-file", secret, "--dry-run"]
    assert gridmap("renew", workspace, *options(new_file, *given)).exit_code == 3
    given = ["--decisions", queue, "--password-file", secret, "--dry-run"]
    result = gridmap("renew", workspace, *options(new_file, *given))
    assert result.exit_code == 3, result.output


def test_no_name_phone_or_address_is_printed(gridmap, workspace, known, new_file):
    result = gridmap("renew", workspace, *options(new_file, "--dry-run", "--json"))
    said = result.stdout + result.stderr
    row = known.iloc[2]
    assert known.index[2] in said
    assert not any(
        text in said for text in (row["head_name"], row["phone"], row["address"], "欧阳春", "欧阳秋")
    )


def test_officials_are_renewed_beside_households_and_keep_their_ids(
    gridmap, workspace, tmp_path, document_of
):
    with open_workspace(workspace) as opened:
        known = opened.officials
    rows = pd.DataFrame(known.drop(columns=["geometry", "coordinate_fault"])).reset_index()
    rows["official_id"] = [f"X{row}" for row in range(len(rows))]
    path = tmp_path / "officials.csv"
    rows.to_csv(path, index=False)
    result = gridmap("renew", workspace, "--officials", path, "--json")
    assert result.exit_code == 0, result.output
    told = document_of(result)
    assert told["officials"]["counts"]["same"] == {"old": len(known), "new": len(known)}
    with open_workspace(workspace) as opened:
        assert opened.officials.index.to_list() == known.index.to_list()


def test_a_new_file_must_be_given(gridmap, workspace):
    result = gridmap("renew", workspace)
    assert result.exit_code == 2
    assert "give a new file" in result.stderr
