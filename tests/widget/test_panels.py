"""The panel does what its buttons say, shows what the plan is, and keeps text from tables as text."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import gridmap as gm
from gridmap.store.protocols import read_protocol_text
from gridmap.widget.areas import MOST_LISTED, AreaIndex
from gridmap.widget.map import GridMap
from gridmap.widget.panels import Panel
from gridmap.widget.tables import proof_line, said_line
from gridmap.widget.words import word

HOSTILE = "<img src=x onerror=alert(1)>\u202e"


@pytest.fixture
def grid():
    """Two villages in one row; the name of the second one is hostile.

    +---+---+---+
    | a | b | c |     North: a b     <img ...>: c
    +---+---+---+
    """
    shapes = [shapely.box(120 + x, 30, 121 + x, 31) for x in range(3)]
    columns = {"village_id": ["v", "v", "w"], "village_name": ["North", "North", HOSTILE]}
    return gpd.GeoDataFrame(columns, index=pd.Index(list("abc"), name="cell_id"), geometry=shapes, crs=4326)


@pytest.fixture
def bench(tmp_path, grid):
    workspace = gm.open_workspace(tmp_path / "small.gpkg")
    homes = [shapely.Point(120.5 + x, 30.5) for x in range(3)]
    index = pd.Index(["h1", "h2", "h3"], name="household_id")
    households = gpd.GeoDataFrame({"residents": [1, 2, 3]}, index=index, geometry=homes, crs=4326)
    workspace.set_tables(grid=grid, households=households)
    workspace.set_protocol(read_protocol_text("three-zones-2021"))
    return gm.Workbench(workspace, author="desk")


@pytest.fixture
def panel(bench):
    return bench.panel


def children(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from children(child)


def press(panel, label):
    (button,) = [each for each in children(panel.widget) if getattr(each, "description", "") == label]
    assert not button.disabled
    button.click()


def shown(panel):
    """All the HTML that the panel shows."""
    return "\n".join(str(each.value) for each in children(panel.widget) if type(each).__name__ == "HTML")


def choose(panel, *labels):
    (areas,) = [each for each in children(panel.widget) if type(each).__name__ == "SelectMultiple"]
    areas.value = [area for label, area in areas.options if label in labels]


def turn_to(panel, lang):
    (language,) = [each for each in children(panel.widget) if getattr(each, "value", "") in ("zh", "en")]
    language.value = lang


def test_jupyterlab_is_given_a_widget(bench):
    assert "application/vnd.jupyter.widget-view+json" in bench._repr_mimebundle_()


def test_a_tier_button_sets_the_tier_of_the_chosen_area(bench, panel):
    choose(panel, "North")
    press(panel, "封控区")
    assert bench.plan.tiers.dropna().to_dict() == {"a": "sealed", "b": "sealed"}
    assert 'data-zone="S-1"' in shown(panel)
    assert "<td>S-1</td><td>封控区</td><td>North</td>" in shown(panel)


def test_undo_redo_clear_lock_and_unlock_are_buttons(bench, panel):
    choose(panel, "North")
    press(panel, "管控区")
    press(panel, "撤销")
    assert bench.plan.tiers.isna().all()
    press(panel, "重做")
    press(panel, "锁定")
    press(panel, "清除等级")
    assert bench.plan.tiers["a"] == "controlled"
    assert "未完成" in shown(panel)
    assert "locked" in shown(panel)
    press(panel, "解锁")
    press(panel, "清除等级")
    assert bench.plan.tiers.isna().all()


def test_what_python_does_is_seen_in_the_panel(bench, panel):
    bench.apply(gm.SetTier(cells=["c"], tier="controlled"))
    assert 'data-zone="C-1"' in shown(panel)
    assert "未保存的操作 1 个" in shown(panel)


def test_without_a_chosen_area_nothing_is_changed_and_the_panel_says_so(bench, panel):
    press(panel, "封控区")
    assert bench.unsaved == ()
    assert word("no_areas", "zh") in shown(panel)


def test_saving_needs_a_reason(bench, panel):
    choose(panel, "North")
    press(panel, "封控区")
    press(panel, "保存")
    assert not bench.is_saved
    (reason,) = [
        each for each in children(panel.widget) if getattr(each, "placeholder", "") == word("reason", "zh")
    ]
    reason.value = "two cases"
    press(panel, "保存")
    assert bench.is_saved
    assert bench.workspace.versions().iloc[-1]["reason"] == "two cases"


def test_the_proof_is_about_this_version_only(bench, panel):
    assert word("not_proven", "zh") in shown(panel)
    press(panel, "核对户数")
    assert "共 3 户 = 落格 3 户 + 待核 0 户" in shown(panel)
    bench.apply(gm.SetTier(cells=["c"], tier="controlled"))
    assert word("not_proven", "zh") in shown(panel)


def test_the_panel_turns_to_english_and_keeps_the_selection(bench, panel):
    choose(panel, "North")
    turn_to(panel, "en")
    assert bench.selection == ("v",)
    assert "Selected: 1 area(s), 2 cells, 2 households" in shown(panel)
    press(panel, "Sealed")
    assert bench.plan.tiers["a"] == "sealed"


def test_names_from_tables_stay_text(bench, panel):
    bench.apply(gm.SetTier(areas=["w"], tier="sealed", name=HOSTILE))
    assert "<img" not in shown(panel)
    assert "&lt;img src=x onerror=alert(1)&gt;" in shown(panel)
    assert "\u202e" not in shown(panel)


def test_the_map_asks_the_network_for_nothing(bench, panel):
    bench.apply(gm.SetTier(areas=["v"], tier="sealed"))
    assert "http" not in shown(panel).replace("http://www.w3.org/2000/svg", "")
    assert "<script" not in shown(panel)


def test_areas_are_found_by_name_and_code_and_told_when_there_are_more():
    cells = [f"{number:06d}" for number in range(MOST_LISTED + 5)]
    shapes = [shapely.box(number, 0, number + 1, 1) for number in range(len(cells))]
    frame = gpd.GeoDataFrame(
        {"level": "microgrid"}, index=pd.Index(cells, name="cell_id"), geometry=shapes, crs=3857
    )
    index = AreaIndex(gm.new_plan(frame).hierarchy)
    options, left_out = index.find("microgrid")
    assert (len(options), left_out) == (MOST_LISTED, 5)
    assert index.find("microgrid", "000123") == ([("000123", "000123")], 0)
    assert index.find("microgrid", "nowhere") == ([], 0)


def test_a_view_of_one_cell_holds_it_and_its_surroundings(grid):
    drawn = GridMap(gm.new_plan(grid).hierarchy)
    left, top, wide, high = drawn.bounds_of(["b"])
    assert (left + wide / 2, top + high / 2) == (pytest.approx(500, abs=1), pytest.approx(350, abs=1))
    assert drawn.bounds_of([]) == drawn.whole


def test_a_certificate_that_is_not_balanced_is_said_so(bench):
    certificate = bench.certificate()
    object.__setattr__(certificate, "balanced", False)
    assert "NOT balanced" in proof_line(certificate, "en")


def test_a_message_keeps_its_lines_and_is_text():
    assert said_line("one\n<b>two", bad=True) == (
        '<div class="gm-said gm-bad" role="status">one\n&lt;b&gt;two</div>'
    )
    assert said_line("", bad=False) == ""


def test_an_unknown_word_is_shown_as_it_is():
    assert word("dike", "en") == "dike"


def test_a_panel_can_begin_in_english(bench):
    assert word("not_proven", "en") in shown(Panel(bench, lang="en"))
