"""Every export of a provisional grid says so, in both languages, until the true grid replaces it."""

import json
import subprocess
from dataclasses import replace

import geopandas as gpd
import pytest

import gridmap as gm
from gridmap.core.scene import build_scene
from gridmap.export.issue import Issue
from gridmap.model.provisional import is_provisional

SAID = {"zh": "临时网格，待正式网格替换", "en": "provisional grid, until the true grid replaces it"}


@pytest.fixture
def provisional(zoning):
    """The three cells of the zoning, as if made up."""
    grid = zoning.grid.assign(provisional=True)
    placement = gm.place_households(zoning.placement.households, grid)
    certificate = gm.certify(placement, zoning.plan)
    return replace(zoning, grid=grid, placement=placement, certificate=certificate)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_maps_pictures_pages_lists_and_layers_say_it(provisional, tmp_path, lang):
    assert SAID[lang] in dict(build_scene(provisional, audience="public", lang=lang).facts).values()
    page = gm.export_map(provisional, tmp_path / "map.html", lang=lang)
    assert SAID[lang] in page.read_text("utf-8")
    atlas = gm.export_atlas(provisional, tmp_path / "atlas.pdf", lang=lang)
    text = subprocess.run(
        ["pdftotext", "-raw", atlas, "-"], check=True, capture_output=True, text=True
    ).stdout
    assert "".join(SAID[lang].split()) in "".join(text.split())
    issue = Issue(provisional, audience="official", lang=lang)
    assert issue.facts[0][1] == SAID[lang]
    assert SAID[lang] in issue.foot
    layers = gm.export_layers(provisional, tmp_path / "zones.gpkg", lang=lang)
    for layer in ("zones", "cells"):
        assert set(gpd.read_file(layers, layer=layer)["grid"]) == {SAID[lang]}


def test_the_certificate_finds_it_and_the_public_form_says_it(provisional, tmp_path):
    assert provisional.certificate.findings[0].startswith("provisional grid")
    assert provisional.certificate.balanced
    path = gm.export_certificate(provisional, tmp_path / "c.json", audience="public")
    assert json.loads(path.read_text("utf-8"))["provisional_grid"] is True


def test_a_true_grid_says_nothing(zoning, tmp_path):
    assert zoning.certificate.findings == ()
    assert SAID["zh"] not in str(build_scene(zoning, audience="public", lang="zh").facts)
    assert SAID["zh"] not in str(Issue(zoning, audience="official", lang="zh").facts)
    assert "grid" not in gpd.read_file(gm.export_layers(zoning, tmp_path / "z.gpkg"), layer="cells")
    path = gm.export_certificate(zoning, tmp_path / "c.json", audience="public")
    assert "provisional_grid" not in json.loads(path.read_text("utf-8"))


@pytest.mark.parametrize("mark", [True, 1, 1.0, "true", "True", "是"])
def test_the_mark_is_understood_however_a_file_keeps_it(zoning, mark):
    assert is_provisional(zoning.grid.assign(provisional=mark))


@pytest.mark.parametrize("mark", [False, 0, None, "false", "", "否"])
def test_cells_that_are_marked_as_no_longer_provisional_are_not(zoning, mark):
    assert not is_provisional(zoning.grid.assign(provisional=mark))
