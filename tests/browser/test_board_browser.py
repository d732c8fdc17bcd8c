"""The board in a real browser: on a phone without scripts, and on paper with every town open."""

from dataclasses import replace

import pytest

from gridmap.export.board import export_board
from tests.core.test_followup import entries
from tests.export.list_world import roster, two_cells, zoning_of


@pytest.fixture
def page_file(tmp_path):
    """A board of two towns, the cell of each in a village."""
    grid = two_cells().assign(
        town_id=["T1", "T2"], town_name=["东镇", "西镇"], county_id="K", county_name="县"
    )
    homes = roster(
        *((f"h{n}", f"枫南新村{n}幢101室", "张小明", "13800138001", 10 + n) for n in range(12)),
        ("h98", "北汇浜1号", "赵铁柱", "13800138004", 150),
        ("h99", "不知何处", "孙悟空", "13800138006", None),
    )
    zoning = replace(zoning_of(homes, grid), followups=entries(("h1", "reached", "05")))
    return export_board(zoning, tmp_path / "board.html").path


def test_on_a_phone_without_scripts_it_fits_and_a_town_opens_by_a_touch(chromium, page_file):
    context = chromium.new_context(
        java_script_enabled=False, viewport={"width": 390, "height": 844}, has_touch=True
    )
    page, asked = context.new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(page_file.as_uri())
    for selector in ("h1", ".tile", ".stack", ".items tr", ".areas .line", ".trend tr"):
        for box in page.locator(selector).all():
            found = box.bounding_box()
            assert found is None or found["x"] + found["width"] <= 390
    grid = page.locator(".areas details .line", has_text="枫南社区")
    assert not grid.is_visible()
    page.locator("summary", has_text="东镇").tap()
    assert grid.is_visible()
    assert asked == [page_file.as_uri()]
    context.close()


def test_on_paper_every_town_is_open(browser_page, page_file):
    browser = browser_page()
    page = browser.open(page_file)
    assert not page.locator(".areas details .line", has_text="枫南社区").is_visible()
    page.emulate_media(media="print")
    assert page.locator(".areas details .line", has_text="枫南社区").is_visible()
    assert browser.console_errors == []
