"""What is over leaves a workspace with every byte, and the rest stays."""

import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

import gridmap as gm
from gridmap.errors import PlanError, WorkspaceError
from gridmap.model.duties import PIN_COLUMNS
from gridmap.store import history
from gridmap.store.backup import back_up, backup_folder, list_backups
from gridmap.store.purge import purge_workspace, read_purges
from tests.core.worlds import households, two_towns

PROTOCOL = gm.load_protocol("three-zones-2021")
TOMORROW = datetime.now(UTC) + timedelta(days=1)
OVER = {
    "h1": ("欧阳消逝", "13811110001", "枫南新村3幢101室"),
    "h2": ("司徒不见", "13811110002", "枫南新村3幢102室"),
}
STAYS = {"h3": ("上官仍在", "13822220003", "乙路7号"), "h4": ("诸葛从未", "13833330004", "丙路9号")}
PLANTED = [text for row in OVER.values() for text in row] + ["透析病人甲", "独居老人乙"]
KEPT = [text for row in STAYS.values() for text in row]


def world():
    """Two households in a1, one in b1, one in c1."""
    people = OVER | STAYS
    places = [50, 60, 250, 450]
    table = households([(key, x, people[key][2], 2) for key, x in zip(people, places, strict=True)])
    return table.assign(
        head_name=[row[0] for row in people.values()],
        phone=[row[1] for row in people.values()],
        needs=["透析病人甲", "", "", ""],
        flags=["独居老人乙", "", "", ""],
        building=["枫南新村3幢", "枫南新村3幢", "", ""],
        wechat=[f"wx-{row[1]}" for row in people.values()],
    )


def officials():
    columns = {"name": ["李甲"], "role": ["linked_member"], "territory": ["a1"], "phone": ["13900000001"]}
    return pd.DataFrame(columns, index=pd.Index(["o1"], name="official_id"))


@pytest.fixture
def workspace(tmp_path):
    """a1 was sealed for a household, and lifted; b1 is controlled; c1 never was in a zone."""
    workspace = gm.open_workspace(tmp_path / "county.gpkg", timeout_s=0)
    workspace.set_tables(grid=two_towns(), households=world(), officials=officials())
    bench = gm.Workbench(workspace)
    bench.apply(gm.SetTier(cells=["a1"], tier="sealed", name="欧阳消逝家"))
    bench.apply(gm.AddCarveOut(tier="controlled", households=["h2"], reason="13811110002"))
    bench.save(reason="司徒不见确诊", author="me")
    plan = workspace.plan
    plan = gm.apply_edit(plan, gm.SetTier(cells=["b1"], tier="controlled"))
    workspace.save(plan, reason="further", author="me")
    placement = gm.place_households(workspace.households, workspace.grid)
    duties = gm.assign_duties(plan, placement, officials(), protocol=PROTOCOL)
    workspace.keep_duties(duties.table, plan_version=plan.version, author="me")
    pins = pd.DataFrame([["o1", "linked_member", "household", "h1"]], columns=duties.table.columns[:4])
    workspace.change_pins(put=pins, author="me")
    for edit in (gm.RemoveCarveOut(carve_out="K-1"), gm.ClearTier(cells=["a1"])):
        plan = gm.apply_edit(plan, edit)
    workspace.save(plan, reason="lifted", author="me")
    workspace.log_export(
        [{"file": "/x/欧阳消逝.xlsx", "author": "me", "audience": "field", "sha256": "ab", "persons": 1}]
    )
    workspace.record(happened(), author="司徒不见")
    back_up(workspace.path, why="before-replacing-households", timeout_s=0)
    return workspace


def happened():
    """h1 was away and came home; h2 is still away; h3 and a gate stay; words tell of h1 and of strangers."""
    at = pd.Timestamp("2022-03-06T08:00+08:00")
    moved = {"at": at, "persons": 1, "site_id": "I-1"}
    rows = [
        {"kind": "transfer", "household_id": "h1", "note": "欧阳消逝", "event_id": "t1", **moved},
        {"kind": "return", "household_id": "h1", **moved},
        {"kind": "transfer", "household_id": "h2", "note": "陪护独居老人乙", "event_id": "t2", **moved},
        {"kind": "request", "at": at, "household_id": "h1", "event_id": "q1", "note": "透析病人甲"},
        {"kind": "request_closed", "at": at, "of": "q1"},
        {"kind": "request", "at": at, "household_id": "h3", "event_id": "q3", "note": "上官仍在要药"},
        {"kind": "arrival", "event_id": "g", **moved, "note": "访客某甲"},
        {"kind": "request", "at": at, "building": "枫南新村3幢101室", "event_id": "q4", "zone_id": "C-1"},
    ]
    return pd.DataFrame(rows)


def all_bytes(path):
    """Every byte of the workspace and of all that lies beside it, and what is compressed in it."""
    files = [file for file in path.parent.rglob("*") if file.is_file()]
    data = b"".join(file.read_bytes() for file in files)
    with closing(sqlite3.connect(path)) as connection:
        for save, *_ in connection.execute("SELECT save FROM gridmap_versions").fetchall():
            data += repr(history.content_unless_purged(connection, save)).encode()
    return data


def leave(monkeypatch):
    """Let workbenches be of a process that is gone."""
    monkeypatch.setattr("gridmap.store.purged_logs.whereabouts", lambda _: "gone")


def test_no_byte_tells_of_what_is_over_and_the_rest_is_there(workspace, monkeypatch):
    leave(monkeypatch)
    before = all_bytes(workspace.path)
    assert all(text.encode() in before for text in [*PLANTED, *KEPT])
    counts = purge_workspace(workspace.path, before=TOMORROW, author="clerk")
    after = all_bytes(workspace.path)
    assert [text for text in PLANTED if text.encode() in after] == []
    assert all(text.encode() in after for text in KEPT)
    assert list_backups(workspace.path) == []
    assert [file.name for file in workspace.path.parent.iterdir() if file.is_file()] == ["county.gpkg"]
    assert counts["households"] == 2
    assert counts["copies"] >= 1
    assert counts["pins"] == 1
    assert "访客某甲".encode() not in after


def test_events_of_households_go_unless_somebody_of_it_is_still_away(workspace, monkeypatch):
    leave(monkeypatch)
    counts = purge_workspace(workspace.path, before=TOMORROW, author="clerk")
    events = gm.open_workspace(workspace.path).events
    assert events.index.to_list() == ["t2", "q3", "g", "q4"]
    assert events["note"].to_list() == ["", "上官仍在要药", "", ""]
    assert events["building"].to_list() == ["", "", "", ""]
    assert set(events["author"]) == {"(purged)"}
    assert counts["events"] == 4
    held = gm.presence(gm.place_households(world(), two_towns()), events)
    assert held.persons_away == 1


def test_the_workspace_opens_with_the_same_zones_and_counts(workspace, monkeypatch):
    leave(monkeypatch)
    tiers = workspace.plan.tiers
    purge_workspace(workspace.path, before=TOMORROW, author="clerk")
    opened = gm.open_workspace(workspace.path)
    pd.testing.assert_series_equal(opened.plan.tiers, tiers)
    roster = opened.households
    assert roster["residents"].tolist() == [2, 2, 2, 2]
    assert roster["phone"].isna().tolist() == [True, True, False, False]
    placed = gm.place_households(roster, opened.grid)
    assert placed.cells.to_dict() == {"h1": "a1", "h2": "a1", "h3": "b1", "h4": "c1"}
    plan = gm.apply_edit(opened.plan, gm.SetTier(cells=["c1"], tier="sealed"))
    opened.save(plan, reason="again", author="me")
    assert opened.plan == plan


def test_versions_open_or_say_that_they_were_purged(workspace, monkeypatch):
    leave(monkeypatch)
    known = workspace.versions()
    purge_workspace(workspace.path, before=TOMORROW, author="clerk")
    opened = gm.open_workspace(workspace.path)
    versions = opened.versions()
    assert versions["version"].tolist()[:3] == known["version"].tolist()
    assert versions["reason"].tolist()[0] == "(purged)"
    with pytest.raises(WorkspaceError, match="save 1 held was purged on"):
        opened.plan_at(1)
    with pytest.raises(PlanError, match="an edit SetTier was purged"):
        gm.replay(gm.new_plan(opened.grid), opened.edits)
    assert "gm.edit_from_json" in gm.edits_as_python(opened.edits)


def test_what_was_removed_is_counted_in_a_log(workspace, monkeypatch):
    leave(monkeypatch)
    purge_workspace(workspace.path, before=TOMORROW, author="clerk")
    log = read_purges(workspace.path).set_index("what")
    assert log.loc["households", "removed"] == 2
    assert set(log["author"]) == {"clerk"}
    assert log["sha256_before"].str.fullmatch("[0-9a-f]{64}").all()
    again = purge_workspace(workspace.path, before=TOMORROW, author="clerk")
    assert set(again.values()) == {0}
    with closing(sqlite3.connect(workspace.path)) as connection:
        for table in ("gridmap_versions", "gridmap_edits", "gridmap_purges"):
            with pytest.raises(sqlite3.IntegrityError, match="never changed"):
                connection.execute(f"DELETE FROM {table}")  # noqa: S608 (names from above)


def test_a_zone_that_was_lifted_after_the_date_stays(workspace, monkeypatch):
    leave(monkeypatch)
    counts = purge_workspace(workspace.path, before=datetime.now(UTC) - timedelta(days=1), author="clerk")
    assert counts.pop("copies") >= 1
    assert counts.pop("event_words") == 1, "what a gate noted of a visitor before that day"
    assert set(counts.values()) == {0}
    assert all(text.encode() in all_bytes(workspace.path) for text in [*PLANTED, *KEPT])


def test_a_dry_run_counts_the_same_and_changes_nothing(workspace, monkeypatch):
    leave(monkeypatch)
    before = workspace.path.read_bytes()
    dry = purge_workspace(workspace.path, before=TOMORROW, author="clerk", dry_run=True)
    assert workspace.path.read_bytes() == before
    assert list_backups(workspace.path)
    assert dry == purge_workspace(workspace.path, before=TOMORROW, author="clerk")


def test_a_case_of_a_lifted_zone_goes_and_one_of_a_standing_zone_stays(workspace, monkeypatch):
    leave(monkeypatch)
    cases = pd.DataFrame(
        {"cell_id": ["a1", "b1"], "address": ["枫南新村3幢101室", "乙路7号"], "confirmed_on": "2022-03-01"},
        index=pd.Index(["k1", "k2"], name="case_id"),
    )
    workspace.set_tables(cases=cases)
    purge_workspace(workspace.path, before=TOMORROW, author="clerk")
    assert gm.open_workspace(workspace.path).cases.index.tolist() == ["k2"]


def test_what_a_rule_asked_for_and_was_lifted_by_hand_is_over_too(tmp_path):
    workspace = gm.open_workspace(tmp_path / "county.gpkg", timeout_s=0)
    workspace.set_tables(grid=two_towns(), households=world(), officials=officials())
    cases = pd.DataFrame(
        {
            "cell_id": ["a1"],
            "address": ["枫南新村3幢101室"],
            "confirmed_on": pd.Timestamp("2022-03-01", tz="UTC"),
        },
        index=pd.Index(["k1"], name="case_id"),
    )
    workspace.set_tables(cases=cases)
    plan = gm.delineate(
        cases, workspace.grid, protocol=PROTOCOL, base=workspace.plan, households=workspace.households
    )
    workspace.save(plan, reason="zoned", author="me")
    pins = [["o1", "linked_member", "zone", zone] for zone in plan.zones.index]
    workspace.change_pins(put=pd.DataFrame(pins, columns=list(PIN_COLUMNS)), author="me")
    edits = [gm.RemoveCarveOut(carve_out=each) for each in plan.carve_outs.index]
    edits.append(gm.ClearTier(cells=list(plan.tiers.index), reason="lifted"))
    workspace.save(gm.replay(plan, edits), reason="lifted", author="me")
    counts = purge_workspace(workspace.path, before=TOMORROW, author="clerk")
    assert (counts["cases"], counts["pins"], counts["pin_log"]) == (1, len(pins), len(pins))
    assert counts["edits"] >= 1
    opened = gm.open_workspace(workspace.path)
    assert not len(opened.cases)
    assert not opened.plan.tiers.notna().any()
    assert "101室".encode() not in all_bytes(workspace.path)


def test_a_zone_of_a_branch_alone_takes_nobody_from_the_roster(workspace, monkeypatch):
    leave(monkeypatch)
    workspace.start_branch("what if", start=0, author="me")
    plan = gm.apply_edit(workspace.plan_of(0), gm.SetTier(cells=["c1"], tier="sealed"))
    workspace.save(plan, reason="draft", author="me", branch="what if", since=0)
    assert purge_workspace(workspace.path, before=TOMORROW, author="clerk")["households"] == 2
    assert gm.open_workspace(workspace.path).households.loc["h4", "head_name"] == "诸葛从未"


def test_an_open_workbench_that_holds_what_is_over_stops_it(workspace):
    before = workspace.path.read_bytes()
    with pytest.raises(WorkspaceError, match="still open on this machine"):
        purge_workspace(workspace.path, before=TOMORROW, author="clerk")
    assert workspace.path.read_bytes() == before


def test_a_workspace_that_others_read_is_not_purged(workspace, monkeypatch):
    leave(monkeypatch)
    with closing(sqlite3.connect(workspace.path, isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM gridmap_edits").fetchone()
        with pytest.raises(WorkspaceError, match="in use by another program"):
            purge_workspace(workspace.path, before=TOMORROW, author="clerk", timeout_s=0)
    assert list_backups(workspace.path)


def test_a_file_in_wal_mode_is_one_file_without_it_afterwards(workspace, monkeypatch):
    leave(monkeypatch)
    with closing(sqlite3.connect(workspace.path)) as other:
        other.execute("PRAGMA journal_mode=WAL")
        other.execute("UPDATE households SET residents = 3 WHERE household_id = 'h1'")
        other.commit()
    purge_workspace(workspace.path, before=TOMORROW, author="clerk")
    assert [text for text in PLANTED if text.encode() in all_bytes(workspace.path)] == []
    assert gm.open_workspace(workspace.path).households["residents"].tolist() == [3, 2, 2, 2]


CHILD = """
import sys
from datetime import UTC, datetime, timedelta
from gridmap.store import purge, purged_logs
purged_logs.whereabouts = lambda _: "gone"
print("ready", flush=True)
sys.stdin.readline()
purge.purge_workspace(sys.argv[1], before=datetime.now(UTC) + timedelta(days=1), author="clerk")
print("done", flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is of POSIX")
@pytest.mark.parametrize("delay_s", [0.03, 0.1, 0.17, 0.25])
def test_a_kill_leaves_the_old_file_or_the_new_one(workspace, delay_s):
    old = workspace.households
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, str(workspace.path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout.readline() == b"ready\n"
        child.stdin.write(b"\n")
        child.stdin.flush()
        end = time.monotonic() + delay_s
        while child.poll() is None and time.monotonic() < end:
            pass
        child.send_signal(signal.SIGKILL)
    opened = gm.open_workspace(workspace.path)
    phones = opened.households["phone"].isna().tolist()
    assert phones in ([False] * 4, [True, True, False, False])
    assert opened.households.index.equals(old.index)
    assert backup_folder(workspace.path).exists()
    assert len(opened.versions()) in {3, 4}
