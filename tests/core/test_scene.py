"""What is drawn is cleared for its audience, and what is not proven does not leave."""

import dataclasses
from datetime import UTC, datetime

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import gridmap as gm
from gridmap.core.certify import certify_plan
from gridmap.core.release import check_release
from gridmap.core.scene import build_scene
from gridmap.errors import CrsMismatchError, ExportBlockedError, UnsupportedError
from gridmap.model.duties import CONFLICT_COLUMNS, LOAD_COLUMNS, TABLE_COLUMNS, VACANCY_COLUMNS, Duties
from gridmap.model.protocol import Protocol, Tier
from tests.core.worlds import CRS, EAST, NORTH, households, two_towns

NOW = datetime(2026, 3, 5, 6, tzinfo=UTC)
PROTOCOL = Protocol(
    id="p",
    title_zh="三区",
    title_en="Three zones",
    source="made up",
    notice="verify against the order in force",
    tiers=(
        Tier("sealed", "封控区", "Sealed", "S", "#b2182b", "cross", ("足不出户",), ("stay at home",)),
        Tier("controlled", "管控区", "Controlled", "C", "#ef8a00", "diagonal"),
        Tier("prevention", "防范区", "Prevention", "P", "#2166ac", "dots"),
    ),
    roles={"lead_official": ("包干领导", "lead official")},
)


def duties(vacancies=()):
    table = pd.DataFrame([("o1", "lead_official", "zone", "S-1", "territory")], columns=list(TABLE_COLUMNS))
    return Duties(
        table,
        pd.DataFrame(vacancies, columns=list(VACANCY_COLUMNS)),
        pd.DataFrame(columns=list(CONFLICT_COLUMNS)),
        pd.DataFrame(columns=list(LOAD_COLUMNS)),
    )


@pytest.fixture
def zoning():
    """Two households in the sealed building, six elsewhere in its town; one is carved out alone."""
    rows = [(str(place), 10 + place, f"枫桥新村3幢10{place}室", 2) for place in range(2)]
    rows += [(str(place), 110 + place, f"北汇浜{place}号", 3) for place in range(2, 8)]
    grid = two_towns()
    placement = gm.place_households(households(rows), grid)
    edits = [
        gm.SetRemainder(tier="prevention", areas=["T1"]),
        gm.AddCarveOut(tier="sealed", addresses=["枫桥新村3幢"], name="枫桥新村3幢"),
        gm.AddCarveOut(tier="controlled", households=["7"], name="某户"),
    ]
    plan = gm.replay(gm.new_plan(grid), edits)
    officials = pd.DataFrame({"name": ["王示例"], "phone": ["10300000001"]}, index=["o1"])
    points = [shapely.Point(EAST + 5, NORTH + 5), shapely.Point(EAST + 9, NORTH + 9)]
    sites = gpd.GeoDataFrame(
        {"kind": ["gate", "isolation"], "name": ["东卡口", "一号点"]}, geometry=points, crs=CRS
    )
    return gm.Zoning(
        plan=plan,
        grid=grid,
        protocol=PROTOCOL,
        placement=placement,
        certificate=certify_plan(placement, plan, tiers=gm.household_tiers(plan, placement), as_of=NOW),
        duties=duties(),
        officials=officials,
        sites=sites,
        document=gm.Document(number="示例1号", issuer="示例县", as_of=NOW),
    )


def text_of(scene):
    parts = [scene.title, *scene.facts, *scene.notes, *scene.legend]
    return " ".join(str(part) for part in [*parts, scene.zones.to_csv(), scene.sites.to_csv()])


def test_the_public_sees_no_person_no_small_count_and_no_single_household(zoning):
    scene = build_scene(zoning, audience="public", lang="zh")
    assert list(scene.zones.index) == ["P-1", "S-1"]
    assert dict(scene.zones.loc["S-1", "rows"]) == {"住户": "<5", "人口": "–"}
    assert dict(scene.zones.loc["P-1", "rows"]) == {"住户": "6", "人口": "18"}
    for hidden in ("王示例", "10300000001", "某户", "一号点", "共8户"):
        assert hidden not in text_of(scene)
    assert dict(scene.facts)["户数核对"] == "相符"
    assert scene.sites["kind"].to_list() == ["卡口"]


def test_officials_see_counts_and_who_serves(zoning):
    scene = build_scene(zoning, audience="official", lang="zh")
    assert list(scene.zones.index) == ["P-1", "C-1", "S-1"]
    rows = dict(scene.zones.loc["S-1", "rows"])
    assert rows == {"住户": "2", "人口": "4", "包干领导": "王示例 10300000001"}
    assert dict(scene.facts)["户数核对"] == "相符:共8户 = 落格8户 + 待核0户"
    assert scene.legend[0].measures == ("足不出户",)


def test_a_scene_is_in_one_language_and_says_when_and_what(zoning):
    scene = build_scene(zoning, audience="public", lang="en")
    facts = dict(scene.facts)
    assert facts["As of"] == "2026-03-05 06:00 UTC+00:00"
    assert facts["Plan version"] == zoning.plan.version
    assert [entry.label for entry in scene.legend] == ["Sealed", "Prevention"]
    assert "verify against the order in force" in scene.notes[0]
    assert scene.zones.crs == "EPSG:4326"
    with pytest.raises(UnsupportedError, match="'fr'"):
        build_scene(zoning, audience="public", lang="fr")
    with pytest.raises(UnsupportedError, match="'press'"):
        build_scene(zoning, audience="press", lang="en")


def test_a_grid_without_a_crs_cannot_be_mapped(zoning):
    bare = dataclasses.replace(zoning, grid=zoning.grid.set_crs(None, allow_override=True))
    with pytest.raises(CrsMismatchError, match="no CRS"):
        build_scene(bare, audience="public", lang="en")


def test_what_is_proven_and_staffed_goes_out(zoning):
    for audience in ("public", "official", "field"):
        check_release(zoning, audience)


def test_an_unbalanced_or_foreign_certificate_stops_every_audience(zoning):
    unbalanced = dataclasses.replace(zoning.certificate, balanced=False)
    foreign = dataclasses.replace(zoning.certificate, plan_version="other")
    for certificate, words in (
        (unbalanced, "not balanced"),
        (foreign, "about version other"),
        (None, "proves"),
    ):
        stopped = dataclasses.replace(zoning, certificate=certificate)
        for audience in ("public", "field"):
            with pytest.raises(ExportBlockedError, match=words):
                check_release(stopped, audience)
        check_release(dataclasses.replace(stopped, document=gm.Document(draft=True)), "field")


def test_a_hard_vacancy_holds_its_zone_back_from_all_but_the_public_unless_somebody_approves(zoning):
    vacant = dataclasses.replace(zoning, duties=duties([("lead_official", "zone", "S-1", 1, True)]))
    assert not check_release(vacant, "public").held
    everywhere = duties([("lead_official", "zone", zone, 1, True) for zone in ("S-1", "C-1", "P-1")])
    for audience in ("official", "field"):
        assert check_release(vacant, audience).held == {"S-1": "zone S-1: 1 x lead_official missing"}
        with pytest.raises(ExportBlockedError, match="zone S-1: 1 x lead_official missing"):
            check_release(dataclasses.replace(vacant, duties=everywhere), audience)
    approved = dataclasses.replace(vacant, document=gm.Document(approved_by="李示例"))
    check_release(approved, "field")
    assert dict(build_scene(approved, audience="official", lang="zh").facts)["缺岗批准人"] == "李示例"


def test_a_zone_without_an_outline_stops_the_export(zoning):
    nowhere = zoning.placement.households.assign(geometry=None, cell_id="a1")
    placement = gm.place_households(nowhere, zoning.grid)
    certificate = certify_plan(
        placement, zoning.plan, tiers=gm.household_tiers(zoning.plan, placement), as_of=NOW
    )
    stopped = dataclasses.replace(zoning, placement=placement, certificate=certificate)
    with pytest.raises(ExportBlockedError, match="zone S-1 has no outline"):
        check_release(stopped, "public")


def test_a_draft_says_so(zoning):
    draft = dataclasses.replace(zoning, document=gm.Document(draft=True))
    assert "DRAFT" in build_scene(draft, audience="public", lang="zh").banner


def test_a_zone_that_holds_nobody_any_more_stops_nothing_and_is_a_problem(zoning):
    plan = gm.apply_edit(zoning.plan, gm.AddCarveOut(tier="controlled", households=["0", "1"], name="两户"))
    tiers = gm.household_tiers(plan, zoning.placement)
    certificate = certify_plan(zoning.placement, plan, tiers=tiers, as_of=NOW)
    emptied = dataclasses.replace(zoning, plan=plan, certificate=certificate)
    check_release(emptied, "public")
    assert "S-1" not in build_scene(emptied, audience="official", lang="zh").zones.index
    problems = gm.list_problems(plan, placement=zoning.placement)
    assert problems[["kind", "target"]].to_numpy().tolist()[0] == ["empty_zone", "S-1"]


def test_an_empty_plan_in_degrees_goes_out_without_a_warning(zoning):
    grid = zoning.grid.to_crs("EPSG:4490")
    plan = gm.new_plan(grid)
    placement = gm.place_households(zoning.placement.households, grid)
    certificate = certify_plan(placement, plan, tiers=gm.household_tiers(plan, placement), as_of=NOW)
    empty = dataclasses.replace(zoning, plan=plan, grid=grid, placement=placement, certificate=certificate)
    check_release(empty, "public")
    assert build_scene(empty, audience="public", lang="zh").legend == ()
