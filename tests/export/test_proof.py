"""The proof takes the lists as they were written, and misses whom they miss."""

import pandas as pd
import pytest

import gridmap as gm
from gridmap.errors import TableError
from tests.core.worlds import households, two_towns

PROTOCOL = gm.load_protocol("three-zones-2021")


@pytest.fixture
def zoning():
    """Two zones with a household in each, one household without a tier, and a member for the first."""
    grid = two_towns()
    placement = gm.place_households(
        households([("h1", 50, "甲路1号", 2), ("h2", 250, "乙路2号", 3), ("h3", 450, "丙路3号", 1)]), grid
    )
    edits = [gm.SetTier(cells=["a1"], tier="sealed"), gm.SetTier(areas=["B"], tier="controlled")]
    plan = gm.replay(gm.new_plan(grid, protocol=PROTOCOL), edits)
    staff = {"name": ["李甲"], "role": ["linked_member"], "territory": ["a1"], "phone": ["13800000001"]}
    officials = pd.DataFrame(staff, index=pd.Index(["o1"], name="official_id"))
    duties = gm.assign_duties(plan, placement, officials, protocol=PROTOCOL)
    return gm.Zoning(
        plan=plan,
        grid=grid,
        protocol=PROTOCOL,
        placement=placement,
        certificate=gm.certify(placement, plan, duties=duties),
        duties=duties,
        officials=officials,
        document=gm.Document(draft=True),
    )


@pytest.mark.parametrize("password", [None, "枫桥1963"])
def test_all_lists_of_an_issue_are_proven_together(zoning, tmp_path, password):
    paths = gm.export_contacts(zoning, tmp_path, audience="field", password=password, plain=True)
    assert {path.parent.name for path in paths} == {
        tmp_path.name,
        "zones",
        "villages",
        "grids",
        "officials",
    }
    proof = gm.certify(zoning.placement, zoning.plan, lists=paths, password=password)
    assert proof.balanced, proof.differences


def test_a_list_that_is_left_out_is_missed(zoning, tmp_path):
    paths = gm.export_contacts(zoning, tmp_path)
    kept = [path for path in paths if not path.name.startswith("S-1")]
    proof = gm.certify(zoning.placement, zoning.plan, lists=kept)
    assert not proof.balanced
    assert [(each.household_id, each.kind) for each in proof.differences] == [("h1", "lost")]


@pytest.mark.parametrize(
    ("sabotage", "found"),
    [
        (lambda lines: lines[:1] + lines[2:], ("h1", "lost")),
        (lambda lines: [*lines, lines[1]], ("h1", "doubled")),
        (lambda lines: [line.replace("a1", "a2") for line in lines], ("h1", "moved")),
        (lambda lines: [line.replace("sealed", "controlled") for line in lines], ("h1", "tier")),
    ],
    ids=["dropped", "doubled", "moved", "another tier"],
)
def test_a_written_table_that_was_changed_is_found_out(zoning, tmp_path, sabotage, found):
    paths = gm.export_contacts(zoning, tmp_path, audience="field", plain=True)
    table = tmp_path / "contacts.csv"
    head, *lines = table.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    order = [head, *sorted(lines, key=lambda line: "h1" not in line)]
    table.write_text("".join(sabotage(order)), encoding="utf-8-sig")
    proof = gm.certify(zoning.placement, zoning.plan, lists=paths)
    assert not proof.balanced
    assert [(each.household_id, each.kind) for each in proof.differences] == [found]


def test_one_frame_is_a_list_whether_its_ids_are_a_column_or_the_index(zoning):
    tiers = gm.household_tiers(zoning.plan, zoning.placement)
    shown = pd.DataFrame({"cell_id": zoning.placement.cells, "tier": tiers})[tiers != "none"]
    for frame in (shown, shown.reset_index(), [shown]):
        assert gm.certify(zoning.placement, zoning.plan, lists=frame).balanced
    assert not gm.certify(zoning.placement, zoning.plan, lists=shown[1:]).balanced
    with pytest.raises(TableError, match="no column household_id"):
        gm.certify(zoning.placement, zoning.plan, lists=shown.reset_index(drop=True))


def test_two_sources_of_one_name_are_both_counted(zoning, tmp_path):
    for folder, ids in (("first", ["h1", "h2", "h3"]), ("second", ["h1", "h2", "h3", "h4"])):
        (tmp_path / folder).mkdir()
        pd.DataFrame({"household_id": ids}).to_csv(tmp_path / folder / "homes.csv", index=False)
    sources = [tmp_path / "second" / "homes.csv", tmp_path / "first" / "homes.csv"]
    proof = gm.certify(zoning.placement, zoning.plan, inputs=sources)
    assert list(proof.input_sha256) == ["homes", "homes (2)"]
    assert [each.household_id for each in proof.differences] == ["h4"]


def test_a_source_that_is_named_as_another_table_is_not_counted_as_households(zoning, tmp_path):
    cells = tmp_path / "cells.csv"
    cells.write_text("编号,名称\na,甲\n", encoding="utf-8")
    assert gm.certify(zoning.placement, zoning.plan, inputs={"grid": cells}).balanced
