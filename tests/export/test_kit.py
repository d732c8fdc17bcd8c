"""All files of one issue: who may have what, and that lists are proven before they stay."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import gridmap as gm
from gridmap.core.apply import apply_edit, new_plan
from gridmap.core.duty import assign_duties
from gridmap.core.edits import SetTier
from gridmap.core.place import place_households
from gridmap.errors import CancelledError, ExportBlockedError, OutputError, UnsupportedError, WorkspaceError
from gridmap.export import kit, proven_lists
from gridmap.export.certificate import export_certificate
from gridmap.export.kit import audience_formats, write_contacts, write_exports, zoning_of
from gridmap.export.lists import write_lists
from gridmap.export.proof import certify
from gridmap.export.written import LISTS
from gridmap.model.zoning import Document, Zoning
from gridmap.store.protocols import load_protocol, read_protocol_text
from gridmap.store.workspace import open_workspace


@pytest.fixture
def grid():
    """Three cells of 1 km side by side.

    +---+---+---+
    | a | b | c |
    +---+---+---+
    """
    shapes = [shapely.box(500_000 + 1000 * x, 3_400_000, 501_000 + 1000 * x, 3_401_000) for x in range(3)]
    index = pd.Index(list("abc"), name="cell_id")
    return gpd.GeoDataFrame({"name": ["甲", "乙", "丙"]}, geometry=shapes, crs="EPSG:4549", index=index)


@pytest.fixture
def make_zoning(grid):
    """Seal a, control b: ``make_zoning(7, 9, 20)`` has so many households of two in a, b and c."""

    def make(*homes):
        cells = [cell for cell, count in zip("abc", homes, strict=True) for _ in range(count)]
        points = [grid.geometry[cell].centroid for cell in cells]
        columns = {
            "address": [f"甲村{n}号" for n in range(len(cells))],
            "head_name": "某人",
            "phone": "10400000000",
        }
        index = pd.Index([f"h{n}" for n in range(len(cells))], name="household_id")
        roster = gpd.GeoDataFrame(columns | {"residents": 2}, geometry=points, crs=grid.crs, index=index)
        placement = place_households(roster, grid)
        plan = apply_edit(new_plan(grid), SetTier(tier="sealed", cells=["a"]))
        plan = apply_edit(plan, SetTier(tier="controlled", cells=["b"]))
        return Zoning(
            plan=plan,
            grid=grid,
            protocol=replace(load_protocol("three-zones-2021"), duties=()),
            placement=placement,
            certificate=certify(placement, plan),
            document=Document(number="8"),
        )

    return make


def public_form(zoning, folder):
    path = export_certificate(zoning, folder / "certificate.json", audience="public")
    return json.loads(path.read_text(encoding="utf-8"))


def test_only_the_public_may_have_no_lists():
    assert set(audience_formats("official")) - set(audience_formats("public")) == {
        "contacts",
        "vcards",
        "matrix",
    }
    assert set(audience_formats("field")) - set(audience_formats("official")) == {"callsheets", "events"}


def test_every_file_is_named_hashed_and_counted(make_zoning, tmp_path):
    told = []
    written = write_exports(make_zoning(7, 9, 20), tmp_path, audience="field", plain=True, told=told.append)
    assert told == written
    lists = {each.path.name: each.persons for each in written if each.format == "contacts"}
    assert sorted(lists.values()) == [0, 7, 7, 9, 9, 16, 16]
    named = {each.path.relative_to(tmp_path).as_posix() for each in written if each.format not in LISTS}
    notices = {"notice.txt", "notice.docx", "notice.json"}
    assert named == {
        "map.html",
        "map.png",
        "map.svg",
        "atlas.pdf",
        "zones.gpkg",
        "certificate.json",
        *notices,
    }
    assert all(each.path.is_file() and len(each.sha256) == 64 for each in written)


def test_some_formats_only(make_zoning, tmp_path):
    (written,) = write_exports(make_zoning(7, 9, 20), tmp_path, audience="public", formats=["certificate"])
    assert [path.name for path in tmp_path.iterdir()] == ["certificate.json"]
    assert (written.format, written.audience, written.persons) == ("certificate", "public", 0)


@pytest.mark.parametrize(
    ("audience", "formats", "match"),
    [
        ("public", ["contacts"], "may not have contacts"),
        ("public", ["poster"], "no format poster"),
        ("press", None, "no audience is called 'press'"),
    ],
)
def test_what_nobody_may_have_is_refused(make_zoning, tmp_path, audience, formats, match):
    with pytest.raises(UnsupportedError, match=match):
        write_exports(make_zoning(7, 9, 20), tmp_path, audience=audience, formats=formats)
    assert list(tmp_path.iterdir()) == []


def test_an_unbalanced_certificate_stops_everything(make_zoning, tmp_path):
    zoning = make_zoning(7, 9, 20)
    wrong = replace(zoning, certificate=replace(zoning.certificate, balanced=False))
    with pytest.raises(ExportBlockedError, match="not balanced"):
        write_exports(wrong, tmp_path, audience="official")
    assert list(tmp_path.iterdir()) == []


def test_lists_that_lose_a_household_are_removed_and_it_is_named(make_zoning, tmp_path, monkeypatch):
    zoning = make_zoning(7, 9, 20)

    def forgetful(whole, folder, **options):
        placement = whole.placement
        lost = replace(placement, cells=placement.cells.drop("h3"), methods=placement.methods.drop("h3"))
        return write_lists(replace(whole, placement=lost), folder, **options)

    monkeypatch.setattr(proven_lists, "write_lists", forgetful)
    with pytest.raises(ExportBlockedError, match="household 'h3' lost"):
        write_contacts(zoning, tmp_path, audience="official")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_what_was_written_is_told_even_when_a_later_file_fails(make_zoning, tmp_path, monkeypatch):
    def fail(*_, **__):
        raise OutputError("the disk is full")

    monkeypatch.setitem(kit._DRAWN, "atlas", fail)
    told = []
    with pytest.raises(OutputError, match="disk is full"):
        write_exports(make_zoning(7, 9, 20), tmp_path, audience="public", told=told.append)
    assert [each.format for each in told] == ["notice", "notice", "notice", "map", "picture", "picture"]


def test_encrypted_lists_are_proven_too(make_zoning, tmp_path):
    zoning, written = write_contacts(make_zoning(7, 9, 20), tmp_path, audience="field", password="sesame")  # noqa: S106 - made up
    assert zoning.certificate.balanced
    assert sorted(each.persons for each in written) == [0, 7, 7, 9, 9, 16]


def test_the_public_certificate_tells_counts_but_no_findings(make_zoning, tmp_path):
    zoning = make_zoning(7, 9, 20)
    shown = public_form(zoning, tmp_path)
    assert shown["by_tier"] == {"sealed": 7, "controlled": 9, "prevention": 0, "none": 20}
    assert (shown["households_in"], shown["residents_in"]) == (36, 72)
    assert shown["plan_version"] == zoning.plan.version
    assert not {"differences", "findings", "hard_vacancies"} & set(shown)


def test_one_small_count_takes_every_total_with_it(make_zoning, tmp_path):
    shown = public_form(make_zoning(3, 9, 20), tmp_path)
    assert shown["by_tier"] == {"sealed": "<5", "controlled": 9, "prevention": 0, "none": 20}
    assert shown["residents_by_tier"] == {"sealed": None, "controlled": 18, "prevention": 0, "none": 40}
    totals = ("households_in", "placed", "exceptions", "residents_in", "residents_excepted")
    assert {shown[name] for name in totals} == {None}


def test_a_small_zone_hides_its_tier(make_zoning, grid, tmp_path):
    zoning = make_zoning(3, 0, 20)
    plan = apply_edit(zoning.plan, SetTier(tier="sealed", cells=["c"]))
    shown = public_form(replace(zoning, plan=plan, certificate=certify(zoning.placement, plan)), tmp_path)
    assert shown["by_tier"]["sealed"] is None
    assert shown["residents_by_tier"]["sealed"] is None
    assert shown["placed"] is None


def test_the_official_certificate_is_whole(make_zoning, tmp_path):
    path = export_certificate(make_zoning(3, 9, 20), tmp_path / "certificate.json")
    assert json.loads(path.read_text(encoding="utf-8"))["by_tier"]["sealed"] == 3


def test_a_certificate_says_of_which_document_it_is_and_the_public_not_who_approved_it(make_zoning, tmp_path):
    begins, ends = (datetime(2022, 3, day, 8, tzinfo=UTC) for day in (5, 19))
    times = {"effective_at": begins, "valid_until": ends}
    document = Document(number="8", issuer="指挥部", approved_by="甲", recipient="乙", draft=True, **times)
    zoning = replace(make_zoning(7, 9, 20), document=document)
    told = {
        "number": "8",
        "issuer": "指挥部",
        "effective_at": "2022-03-05T08:00:00+00:00",
        "valid_until": "2022-03-19T08:00:00+00:00",
        "draft": True,
    }
    assert public_form(zoning, tmp_path)["document"] == told
    path = export_certificate(zoning, tmp_path / "whole.json")
    whole = json.loads(path.read_text(encoding="utf-8"))["document"]
    assert whole == {**told, "approved_by": "甲", "recipient": "乙"}


def test_without_a_certificate_there_is_none_to_write(make_zoning, tmp_path):
    with pytest.raises(ExportBlockedError, match="call certify first"):
        export_certificate(replace(make_zoning(7, 9, 20), certificate=None), tmp_path / "certificate.json")


def test_a_workspace_is_put_together_with_its_proof(make_zoning, tmp_path):
    made = make_zoning(7, 9, 20)
    with open_workspace(tmp_path / "county.gpkg") as workspace:
        workspace.set_tables(grid=made.grid, households=made.placement.households)
        with pytest.raises(WorkspaceError, match="has no protocol"):
            zoning_of(workspace)
        workspace.set_protocol(read_protocol_text("three-zones-2021"))
        workspace.save(made.plan, reason="test", author="me")
        zoning = zoning_of(workspace)
    assert zoning.certificate.balanced
    assert set(zoning.certificate.input_sha256) == {"grid", "households"}
    assert zoning.certificate.as_of == zoning.document.as_of
    expected = assign_duties(made.plan, made.placement, None, protocol=zoning.protocol)
    assert len(zoning.duties.vacancies) == len(expected.vacancies) > 0


def test_exports_are_made_from_a_workspace_too(tmp_path):
    county = gm.bundled_path("county")
    with gm.open_workspace(tmp_path / "county.gpkg") as workspace:
        workspace.set_tables(
            grid=gm.read_grid(county / "grid.gpkg"),
            households=gm.read_households(county / "households.csv", crs="EPSG:4490"),
        )
        with pytest.raises(WorkspaceError, match="no protocol"):
            gm.export_certificate(workspace, tmp_path / "certificate.json")
        workspace.set_protocol(read_protocol_text("three-zones-2021"))
        plan = gm.apply_edit(workspace.plan, gm.SetTier(areas=["990421001"], tier="sealed"))
        workspace.save(plan, reason="first", author="me")
        page = gm.export_map(workspace, tmp_path / "map.html", lang="en")
    assert plan.version in page.read_text(encoding="utf-8")
    with pytest.raises(UnsupportedError, match="not from a Plan"):
        gm.export_map(plan, tmp_path / "map.html")


def test_progress_is_told_before_each_format_and_at_the_end(make_zoning, tmp_path):
    told = []
    formats = ["layers", "certificate"]
    options = {"audience": "public", "formats": formats}
    write_exports(make_zoning(7, 9, 20), tmp_path, progress=lambda *step: told.append(step), **options)
    assert told == [(0, 2, "layers"), (1, 2, "certificate"), (2, 2, "")]


def test_an_export_that_is_stopped_leaves_whole_files_and_no_part_of_the_lists(make_zoning, tmp_path):
    """It is stopped when the second file of the lists is to be written."""
    asked, options = [], {"audience": "official", "lang": "en"}

    def stop():
        asked.append(sorted(path.name for path in (tmp_path / "contacts").rglob("*.xlsx")))
        return len(asked) > 3

    with pytest.raises(CancelledError, match="stopped at contacts"):
        write_exports(make_zoning(7, 9, 20), tmp_path, cancelled=stop, **options)
    assert any(asked), "a list was written before"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_what_was_finished_before_the_stop_stays(make_zoning, tmp_path):
    written, options = [], {"audience": "public", "formats": ["layers", "certificate"]}
    with pytest.raises(CancelledError, match="stopped at certificate"):
        write_exports(
            make_zoning(7, 9, 20), tmp_path, told=written.append, cancelled=lambda: bool(written), **options
        )
    assert [each.format for each in written] == ["layers"]
    assert [path.name for path in tmp_path.iterdir()] == ["zones.gpkg"]
