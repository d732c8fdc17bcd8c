import io
import re
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

import gridmap as gm
from gridmap.core.apply import apply_edit
from gridmap.core.delta import compared
from gridmap.core.duty import assign_duties
from gridmap.core.edits import AddCarveOut, SetTier, SplitZone
from gridmap.errors import ExportBlockedError, UnsupportedError
from gridmap.export.delta import export_delta
from gridmap.export.delta_map import delta_scene
from gridmap.export.proof import certify
from tests.export.list_world import (
    NAUGHTY,
    PAYLOADS,
    PROTOCOL,
    TEAM,
    sheets_of,
    six_households,
    table_of,
    texts_in,
    two_cells,
    zoning_of,
)

OPENS = "open sesame"


@pytest.fixture
def before():
    return zoning_of(six_households(), two_cells())


@pytest.fixture
def after(before):
    """Cell b comes under prevention, building 10 of cell a is sealed."""
    plan = apply_edit(before.plan, SetTier(cells=["b"], tier="prevention", name="北汇村"))
    plan = apply_edit(plan, AddCarveOut(tier="sealed", addresses=["枫南新村10幢"], name="枫南新村10幢"))
    duties = assign_duties(plan, before.placement, TEAM, protocol=PROTOCOL)
    certificate = certify(before.placement, plan, duties=duties)
    return replace(before, plan=plan, duties=duties, certificate=certificate)


def test_the_workbook_says_whom_to_tell_and_who_tells_them(before, after, tmp_path):
    book, picture = export_delta(before, after, tmp_path, audience="field", plain=True)
    assert (book.path.name, book.persons, book.format) == ("delta.xlsx", 2, "delta")
    assert book.path.stat().st_mode & 0o777 == 0o600
    sheets = sheets_of(book.path)
    assert list(sheets) == ["汇总", "区的变化", "须告知住户", "告知人", "责任增减", "责任人调整"]
    rows = table_of(sheets["须告知住户"])
    assert rows["住户编号"].to_list() == ["h1", "h4"]
    assert rows["联系电话"].to_list() == ["13800138001", "13800138004"]
    assert rows["告知人"].to_list() == ["周党员 13900139003"] * 2
    facts = {row[0]: row[2] for row in sheets["汇总"] if row[0] and row[2]}
    assert facts["原方案版本"] == before.plan.version
    assert facts["现方案版本"] == after.plan.version
    assert picture.path.read_bytes().startswith(b"\x89PNG")


def test_officials_get_it_masked(before, after, tmp_path):
    book, _ = export_delta(before, after, tmp_path, lang="en")
    found = texts_in(book.path)
    assert "13800138001" not in found
    assert "张小明" not in found
    assert "101室" not in found
    assert "138****8001" in found


def test_the_public_and_the_field_without_a_password_get_nothing(before, after, tmp_path):
    with pytest.raises(UnsupportedError, match="public may have no list of what changed"):
        export_delta(before, after, tmp_path, audience="public")
    with pytest.raises(UnsupportedError, match="need a password"):
        export_delta(before, after, tmp_path, audience="field")
    assert list(tmp_path.iterdir()) == []


def test_a_password_encrypts_the_workbook(before, after, tmp_path):
    book, _ = export_delta(before, after, tmp_path, audience="field", password=OPENS)
    assert book.path.read_bytes()[:4] == b"\xd0\xcf\x11\xe0"


def test_what_is_not_proven_is_not_told(before, after, tmp_path):
    with pytest.raises(ExportBlockedError, match="about version"):
        export_delta(before, replace(after, certificate=before.certificate), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_zone_that_is_held_back_tells_nobody_and_takes_no_duty_from_anybody(before, after, tmp_path):
    """The village of cell b has no secretary, so that its zone waits."""
    officials = TEAM.drop(index="o2")
    duties = assign_duties(after.plan, after.placement, officials, protocol=PROTOCOL)
    certificate = certify(after.placement, after.plan, duties=duties)
    waiting = replace(after, duties=duties, officials=officials, certificate=certificate)
    book, _ = export_delta(before, waiting, tmp_path, audience="field", plain=True)
    sheets = sheets_of(book.path)
    assert table_of(sheets["须告知住户"])["住户编号"].to_list() == ["h1"]
    assert any("P-1" in str(row[0]) for row in sheets["汇总"])
    losses = table_of(sheets["责任增减"]).set_index("人员编号")["减少"]
    assert losses.get("o3", "") == ""


def scene_of(before, after, lang="zh"):
    zones = gm.compare_zones(before.plan, after.plan, placement=after.placement)
    return delta_scene(compared(before, after), zones, before, after, audience="official", lang=lang)


def test_a_sheet_tells_what_became_of_every_zone_and_who_moved_where(before, after, tmp_path):
    """h1 in building 10 goes from C-1 to the new S-2; P-1 with h4 is new."""
    book, _ = export_delta(before, after, tmp_path)
    rows = table_of(sheets_of(book.path)["区的变化"])
    columns = ["变化", "现网格数", "原户数", "现户数", "来自"]
    assert rows[columns].to_numpy().tolist() == [
        ["缩小", 1, 2, 1, ""],
        ["新设", 1, 0, 1, "不在任何区（1个网格、1户、2人）"],
        ["新设", 0, 0, 1, "C-1（1户、2人）"],
    ]
    assert rows["去向"].to_list()[0] == "S-2（1户、2人）"


def test_parts_that_only_go_to_another_zone_are_dotted(before):
    plan = apply_edit(before.plan, SetTier(cells=["b"], tier="controlled", zone="C-1"))
    whole = replace(before, plan=plan)
    parted = replace(before, plan=apply_edit(plan, SplitZone(zone="C-1", cells=["b"])))
    scene = scene_of(whole, parted)
    dotted = scene.zones[scene.zones["pattern"] == "dots"]
    assert dotted["name"].to_list() == ["管控区内换区：C-1→C-2"]
    assert dict(scene.legend[0].rows) == {"住户": "1", "人口": "2"}


def test_changes_are_hatched_and_the_rest_is_pale(before, after):
    scene = scene_of(before, after)
    hatched = scene.zones[scene.zones["pattern"] != "none"]
    assert set(hatched["name"]) == {"管控区→封控区", "无等级→防范区"}
    assert set(hatched["pattern"]) == {"cross"}
    assert {entry.label: dict(entry.rows).get("住户") for entry in scene.legend} == {
        "1 管控区→封控区": "1",
        "2 无等级→防范区": "1",
        "封控区（未变）": None,
        "管控区（未变）": None,
    }
    back = scene_of(after, before, "en")
    assert set(back.zones.loc[back.zones["pattern"] != "none", "pattern"]) == {"diagonal"}


def test_parts_of_the_picture_do_not_overlap_and_cover_both_zonings(before, after):
    scene = scene_of(before, after)
    metric = scene.zones.to_crs(4549)
    assert metric.area.sum() == pytest.approx(metric.union_all().area, rel=1e-6)
    assert metric.area.sum() == pytest.approx(two_cells().area.sum(), rel=1e-3)


def test_the_picture_shows_the_colour_of_a_change_and_says_draft(before, after, tmp_path):
    draft = replace(after, document=replace(after.document, draft=True))
    _, picture = export_delta(before, draft, tmp_path)
    image = np.asarray(Image.open(io.BytesIO(picture.path.read_bytes())).convert("RGB")).astype(int)
    blue, red = (np.abs(image - color).max(axis=2) < 40 for color in ((0x21, 0x66, 0xAC), (0xB2, 0x18, 0x2B)))
    assert blue.sum() > 2000
    assert red[:60].sum() > 30_000


def test_the_same_zoning_gives_an_empty_list_and_a_picture(before, tmp_path):
    book, picture = export_delta(before, before, tmp_path)
    assert book.persons == 0
    assert picture.path.exists()
    assert any("无" in row for row in sheets_of(book.path)["须告知住户"])


def test_hostile_names_are_inert(before, after, tmp_path):
    texts = [*NAUGHTY, *PAYLOADS]
    roster = six_households()
    for place, text in enumerate(texts[:: max(1, len(texts) // 5)]):
        roster["head_name"] = roster["address"] = text or "x"
        roster["address"] = ["枫南新村10幢101室"] * len(roster)
        placement = gm.place_households(roster, before.grid)
        hostile = [
            replace(each, placement=placement, certificate=certify(placement, each.plan), duties=None)
            for each in (before, after)
        ]
        book, _ = export_delta(*hostile, tmp_path / str(place), audience="field", plain=True)
        found = texts_in(book.path)
        assert "<f>" not in found
        assert "r:id" not in "".join(re.findall("<hyperlink .*?>", found))  # none leads outside


def test_the_public_names_are_there():
    assert gm.export_delta is export_delta
    assert callable(gm.zonings_between)
