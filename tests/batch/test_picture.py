"""The picture of a batch: what stands on it, and how it is drawn."""

import io

import matplotlib.image as mpimg
import numpy as np
import pytest
from shapely import box

from gridmap.batch import picture, run_batch
from gridmap.errors import UnsupportedError
from gridmap.export.multiples import Backdrop, Panel, draw_multiples
from gridmap.model.protocol import Tier
from gridmap.sample import write_sample

pytestmark = pytest.mark.filterwarnings("ignore::gridmap.errors.GridmapWarning")
SEALED = Tier("sealed", "封控区", "sealed", "S", "#b2182b", "cross")
GREY_TWIN = Tier("watched", "管控区", "watched", "C", "#b2182b", "diagonal")
EXTENT = box(500_000, 3_400_000, 501_000, 3_401_000)
ZONE = box(500_200, 3_400_200, 500_800, 3_400_800)


@pytest.fixture(scope="module")
def scenarios(tmp_path_factory):
    folder = tmp_path_factory.mktemp("county")
    write_sample(folder, cells=100, households=300, seed=1)
    path = folder / "scenarios.csv"
    path.write_text(
        "scenario_id,cases,protocol,at,baseline,grid,households\n"
        "早期,cases.csv,three-zones-2021,2022-03-05T23:59+08:00,,grid.gpkg,households.csv\n"
        "全部,cases.csv,three-zones-2021,,是,grid.gpkg,households.csv\n"
        "又一个,cases.csv,three-zones-2021,2022-03-05T23:59+08:00,,grid.gpkg,households.csv\n",
        encoding="utf-8",
    )
    return path


@pytest.fixture
def drawn(monkeypatch):
    """The pages that were asked for."""
    pages = []

    def noting(panels, backdrop, **options):
        pages.append((panels, backdrop, options))
        return b"png", b"svg"

    monkeypatch.setattr(picture, "draw_multiples", noting)
    return pages


def test_the_baseline_comes_first_and_figures_stand_beside_their_differences(scenarios, tmp_path, drawn):
    result = run_batch(scenarios, tmp_path)
    ((panels, _, options),) = drawn
    assert [panel.title for panel in panels] == ["全部（基准）", "早期", "又一个"]
    assert [panel.marked for panel in panels] == [True, False, False]
    sealed = result.comparison.set_index(["scenario_id", "tier"]).loc[("早期", "sealed")]
    figures = dict(panels[1].figures)
    assert figures["sealed"] == f"封控区 {sealed['households']}户（{sealed['households_change']:+}）"
    assert figures[""].startswith("需人员 ")
    assert "缺" not in figures[""]  # without officials nobody knows
    assert "全部" in options["notes"][0]
    assert any("verify against the order in force" in note for note in options["notes"])


def test_english_is_written_and_other_languages_are_refused(scenarios, tmp_path, drawn):
    run_batch(scenarios, tmp_path, lang="en")
    ((panels, _, options),) = drawn
    assert options["title"] == "Zonings compared"
    assert panels[0].title == "全部 (baseline)"
    with pytest.raises(UnsupportedError, match="no language 'fr'; give one of zh, en"):
        run_batch(scenarios, tmp_path / "none", lang="fr")
    assert not (tmp_path / "none").exists()


def test_what_is_left_out_is_said_and_no_picture_is_no_picture(scenarios, tmp_path, drawn):
    run_batch(scenarios, tmp_path, drawn=2, lang="en")
    ((panels, _, options),) = drawn
    assert len(panels) == 2
    assert options["notes"][0].startswith("2 of 3 scenarios, the baseline first")
    result = run_batch(scenarios, tmp_path, drawn=0)
    assert len(drawn) == 1
    assert not any("png" in path.name for path in result.paths)
    assert not (tmp_path / "comparison.png").exists()  # that of the run before is gone


def test_pages_have_numbers_and_one_extent(scenarios, tmp_path, drawn, monkeypatch):
    monkeypatch.setattr(picture, "MOST_PANELS", 2)
    result = run_batch(scenarios, tmp_path)
    assert [path.name for path in result.paths if path.suffix in {".png", ".svg"}] == [
        "comparison.png",
        "comparison.svg",
        "comparison-2.png",
        "comparison-2.svg",
    ]
    assert [options["title"] for _, _, options in drawn] == [
        "划区方案比较（第1页，共2页）",
        "划区方案比较（第2页，共2页）",
    ]
    assert drawn[0][1] is drawn[1][1]


def draw(*panels):
    png, svg = draw_multiples(
        panels, Backdrop(EXTENT, ZONE.bounds, None), title="比较", notes=("说明",), lang="zh"
    )
    assert b"<svg" in svg
    return mpimg.imread(io.BytesIO(png))[..., :3]


def test_the_same_zoning_stands_at_the_same_place_in_every_panel():
    panel = Panel("甲", (SEALED,), [("sealed", ZONE)], [])
    pixels = draw(panel, panel)
    red = pixels[150:, :, 0] - pixels[150:, :, 2] > 0.2  # below the legend
    left, right = red[:, 48:708], red[:, 740:1400]  # two maps of 330 points, 16 apart, two pixels a point
    assert left.sum() > 100_000
    for axis in (0, 1):
        ends = [np.flatnonzero(side.any(axis=axis))[[0, -1]] for side in (left, right)]
        assert abs(ends[0] - ends[1]).max() <= 1


def test_tiers_of_one_colour_are_told_apart_in_grey():
    one = draw(Panel("甲", (SEALED,), [("sealed", ZONE)], []))
    other = draw(Panel("甲", (GREY_TWIN,), [("watched", ZONE)], []))
    middle = slice(one.shape[0] // 2 - 100, one.shape[0] // 2 + 100), slice(400, 600)
    grey, twin = (each[middle].mean(axis=2) for each in (one, other))
    assert (abs(grey - twin) > 0.1).mean() > 0.1


def test_a_batch_without_a_zone_shows_the_whole_grid():
    png, _ = draw_multiples(
        [Panel("空", (SEALED,), [], [("", "需人员 0")])],
        Backdrop(EXTENT, (np.nan,) * 4, None),
        title="t",
        notes=(),
        lang="en",
    )
    assert png.startswith(b"\x89PNG")
