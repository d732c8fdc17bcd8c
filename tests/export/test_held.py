"""A hard vacancy holds back its own zone from officials and the field, and nothing else."""

import json
import zipfile
from dataclasses import replace

import pytest

from gridmap.core.apply import apply_edit
from gridmap.core.duty import assign_duties
from gridmap.core.edits import SetTier
from gridmap.core.release import check_release
from gridmap.errors import ExportBlockedError
from gridmap.export.atlas import export_atlas
from gridmap.export.kit import audience_formats, write_exports
from gridmap.export.proof import certify
from gridmap.model.duties import Duties
from tests.export.list_world import (
    NOON,
    PROTOCOL,
    TEAM,
    one_request,
    sheets_of,
    six_households,
    two_cells,
    zoning_of,
)

HELD = "赵铁柱"


@pytest.fixture
def zoning():
    """Zone C-1 in village V1, which has its secretary, and S-1 in village V2, which has none."""
    whole = zoning_of(six_households(), two_cells(), sealed="")
    plan = apply_edit(whole.plan, SetTier(cells=("b",), tier="sealed", name="北汇浜"))
    team = TEAM.drop("o2")
    duties = assign_duties(plan, whole.placement, team, protocol=PROTOCOL)
    certificate = certify(whole.placement, plan, as_of=NOON, duties=duties)
    told = {"duties": duties, "officials": team, "certificate": certificate, "events": one_request()}
    return replace(whole, plan=plan, **told)


def every_text(folder):
    """What stands in all files of a folder, with what is packed in workbooks."""
    found = []
    for path in (each for each in folder.rglob("*") if each.is_file()):
        found.append(path.read_bytes())
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as package:
                found += [package.read(name) for name in package.namelist()]
    return b"\n".join(found)


def test_lists_hold_the_other_zones_and_the_proof_says_which_are_held_back(zoning, tmp_path):
    write_exports(zoning, tmp_path, audience="field", formats=("contacts", "certificate"), plain=True)
    names = {path.name for path in (tmp_path / "contacts" / "zones").iterdir()}
    assert names == {"C-1 枫南新村.xlsx"}
    data = every_text(tmp_path)
    assert HELD.encode() not in data
    assert "王美丽".encode() in data
    certificate = json.loads((tmp_path / "certificate.json").read_text(encoding="utf-8"))
    assert certificate["balanced"]
    assert certificate["held_back"] == {"S-1": "area V2: 1 x secretary missing"}
    assert any("S-1 was held back" in finding for finding in certificate["findings"])
    assert certificate["by_tier"]["sealed"] == 1


def test_the_summary_names_the_zone_and_why(zoning, tmp_path):
    write_exports(zoning, tmp_path, audience="official", formats=("contacts",))
    rows = [row for sheet in sheets_of(tmp_path / "contacts" / "officials.xlsx").values() for row in sheet]
    assert any("S-1 北汇浜 封控区 (暂缓下发)" in row for row in rows)
    assert any("暂缓下发 S-1" in row and "area V2: 1 x secretary missing" in row for row in rows)


def test_maps_show_the_zone_without_who_serves_it(zoning, tmp_path):
    write_exports(zoning, tmp_path, audience="official", formats=("map", "layers"), lang="en")
    page = (tmp_path / "map.html").read_text(encoding="utf-8")
    assert "Zones held back: S-1" in page
    assert "吴志愿" not in page


def test_every_format_goes_out_to_both_audiences(zoning, tmp_path):
    for audience in ("official", "field"):
        formats = audience_formats(audience)
        written = write_exports(zoning, tmp_path / audience, audience=audience, formats=formats, plain=True)
        assert {each.format for each in written} == set(formats)
        assert HELD.encode() not in every_text(tmp_path / audience)


def test_an_atlas_has_no_page_of_a_zone_that_is_held_back(zoning, tmp_path):
    def pages(path):
        return path.read_bytes().count(b"/Type /Page\n") or path.read_bytes().count(b"/Type /Page ")

    held = pages(export_atlas(zoning, tmp_path / "held.pdf", audience="official"))
    public = pages(export_atlas(zoning, tmp_path / "public.pdf", audience="public"))
    assert held == public - 1


def test_the_public_never_waits(zoning, tmp_path):
    assert check_release(zoning, "public") is zoning
    write_exports(zoning, tmp_path, audience="public")
    certificate = json.loads((tmp_path / "certificate.json").read_text(encoding="utf-8"))
    assert "held_back" not in certificate


def test_an_approver_issues_all_with_the_vacancy_printed(zoning, tmp_path):
    approved = replace(zoning, document=replace(zoning.document, approved_by="许局"))
    assert not check_release(approved, "field").held
    write_exports(approved, tmp_path, audience="field", plain=True, formats=("map", "contacts"))
    page = (tmp_path / "map.html").read_text(encoding="utf-8")
    assert "必须到岗缺1人,经许局批准下发:村社书记 V2 缺1人" in page
    assert HELD.encode() in every_text(tmp_path)


def test_a_vacancy_that_concerns_every_zone_stops_all(zoning):
    team = TEAM.drop(["o1", "o2"])
    duties = assign_duties(zoning.plan, zoning.placement, team, protocol=PROTOCOL)
    with pytest.raises(ExportBlockedError, match="area V1: 1 x secretary missing"):
        check_release(replace(zoning, duties=duties), "official")


def test_a_vacancy_without_a_zone_stops_all(zoning):
    row = zoning.duties.vacancies.iloc[[0]].assign(target_kind="site", target="nowhere", hard=True)
    duties: Duties = replace(zoning.duties, vacancies=row)
    with pytest.raises(ExportBlockedError, match="site nowhere"):
        check_release(replace(zoning, duties=duties), "official")


def test_an_unbalanced_certificate_stops_every_zone(zoning):
    lost = replace(zoning, certificate=replace(zoning.certificate, balanced=False))
    for audience in ("public", "official", "field"):
        with pytest.raises(ExportBlockedError, match="not balanced"):
            check_release(lost, audience)


def test_released_twice_it_is_the_same(zoning):
    once = check_release(zoning, "field")
    assert check_release(once, "field") is once
    assert set(once.held) == {"S-1"}
    assert set(zoning.held) == set()


def test_a_list_that_holds_a_household_held_back_is_withdrawn(zoning, tmp_path, monkeypatch):
    rows = "gridmap.export.issue.household_rows"
    from gridmap.core import contacts

    monkeypatch.setattr(rows, lambda zoning, **kw: contacts.household_rows(replace(zoning, held={}), **kw))
    with pytest.raises(ExportBlockedError, match="household 'h4' invented"):
        write_exports(zoning, tmp_path, audience="field", formats=("contacts",), plain=True)
