"""The workbench on a page of its own, painted with a real mouse and keyboard before a made-up kernel."""

import pytest
from playwright.sync_api import expect

from tests.browser.bench_host import open_host, write_host

SIDE = 10


@pytest.fixture
def host(browser_page, tmp_path):
    """One view of ten by eight cells, 0 in the south west, then eastward; a village in each quarter."""
    opened = browser_page()
    yield open_host(opened, tmp_path)
    assert opened.console_errors == []
    assert opened.outside_requests == []


def wait_number(host, tier, number):
    """Wait until a tier shows a number of cells; numbers follow the cells at a blink."""
    shown = host.root.locator(f".gm-swatch[data-tier='{tier}'] .gm-swatch-number")
    expect(shown).to_have_text(number)


def test_a_new_widget_asks_before_its_view_is_there_and_any_other_when_it_is(browser_page, tmp_path):
    asked = "kernel.asked.map(({ kind }) => kind).filter((kind) => kind === 'ready').length"
    for is_new in (True, False):
        page = browser_page()
        page.open(write_host(tmp_path, views=0, before=f"kernel.isNew = {str(is_new).lower()};"))
        page.page.wait_for_function("() => Boolean(window.show)")
        assert page.page.evaluate(asked) == int(is_new)
        for views in (1, 2):
            page.page.evaluate("void show()")
            page.page.locator(".gm-bench[data-gridmap=drawn][data-revision]").nth(views - 1).wait_for()
            assert page.page.evaluate(asked) == views
        assert page.console_errors == []


def test_a_click_paints_the_cell_under_it_in_the_kernel(host):
    host.press("c", "1")
    host.click(34)
    assert host.plan() == {34: "sealed"}
    wait_number(host, "sealed", "7")


def test_the_brush_shows_its_stroke_and_numbers_before_the_mouse_is_up_and_sends_one_message(host):
    host.press("2")
    host.drag(host.at(30), host.at(33), release=False)
    assert host.shown() == {30: 1, 31: 1, 32: 1, 33: 1}
    host.root.locator(".gm-swatch[data-tier='controlled']").get_by_text("18", exact=True).first.wait_for()
    assert host.edits() == []
    host.page.mouse.up()
    assert host.plan() == dict.fromkeys(range(30, 34), "controlled")
    assert host.edits() == [{"type": "SetTier", "tier": "controlled", "cells": [30, 31, 32, 33]}]


def test_escape_takes_back_a_stroke_that_is_being_drawn(host):
    host.press("1")
    host.drag(host.at(30), host.at(33), release=False)
    host.page.keyboard.press("Escape")
    assert host.shown() == {}
    host.page.mouse.up()
    assert host.edits() == []
    wait_number(host, "sealed", "0")


def test_the_eraser_takes_the_tier_away(host):
    host.press("m", "1")
    host.drag(host.at(0), host.at(12))
    assert sorted(host.plan()) == [0, 1, 2, 10, 11, 12]
    host.press("e")
    host.drag(host.at(0), host.at(1))
    assert sorted(host.plan()) == [2, 10, 11, 12]
    assert host.edits()[-1] == {"type": "ClearTier", "cells": [0, 1]}


def test_a_box_drawn_with_shift_takes_in_what_it_touches_and_does_not_zoom(host):
    host.press("m", "3")
    zoom = host.root.evaluate("root => root.bench.view.map.getZoom()")
    host.page.keyboard.down("Shift")
    host.drag(host.at(11, dx=0.2), host.at(22, dx=-0.2))
    host.page.keyboard.up("Shift")
    assert sorted(host.plan()) == [11, 12, 21, 22]
    assert host.root.evaluate("root => root.bench.view.map.getZoom()") == zoom


def test_a_box_may_take_in_only_cells_whose_middle_is_inside(host):
    host.press("m", "3")
    host.root.get_by_role("radio", name="中心在内").click()
    host.drag(host.at(11, dx=0.2, dy=0.2), host.at(33, dx=-0.2, dy=-0.2))
    assert sorted(host.plan()) == [22]


def test_a_lasso_takes_in_the_cells_that_it_is_drawn_round(host):
    host.press("l", "1")
    host.drag(host.at(11), host.at(13), host.at(33), host.at(31), host.at(11, dy=0.3))
    assert sorted(host.plan()) == [11, 12, 13, 21, 22, 23, 31, 32, 33]


def test_a_polygon_is_closed_by_a_double_click_and_a_corner_is_taken_back(host):
    host.press("p", "1")
    for cell in (11, 13, 79):
        host.click(cell)
    host.page.keyboard.press("Backspace")
    host.click(33)
    host.page.mouse.dblclick(*host.at(31))
    assert sorted(host.plan()) == [11, 12, 13, 21, 22, 23, 31, 32, 33]


def test_a_polygon_is_closed_by_enter(host):
    host.press("p", "2")
    host.page.mouse.click(*host.at(0, dx=0.3, dy=-0.3))
    for cell in (2, 22):
        host.click(cell)
    host.page.keyboard.press("Enter")
    assert sorted(host.plan()) == [0, 1, 2, 11, 12, 22]


def test_a_whole_village_is_painted_by_one_click(host):
    host.press("a", "3")
    host.click(0)
    west_south = [column + 10 * row for row in range(4) for column in range(5)]
    assert sorted(host.plan()) == west_south


def test_the_fill_stops_at_other_tiers_or_at_the_border_of_the_village(host):
    host.press("m", "1")
    host.drag(host.at(20), host.at(29))
    host.press("g", "2")
    host.click(3)
    assert sorted(cell for cell, tier in host.plan().items() if tier == "controlled") == list(range(20))
    host.root.get_by_role("radio", name="村社区界").click()
    host.press("3")
    host.click(40)
    assert sorted(cell for cell, tier in host.plan().items() if tier == "prevention") == [
        column + 10 * row for row in range(4, 8) for column in range(5)
    ]


def test_only_unassigned_cells_of_the_village_where_the_stroke_began_are_painted(host):
    host.press("c", "1")
    host.click(32)
    host.press("b", "2")
    host.root.get_by_role("button", name="未划入的").click()
    host.root.get_by_label("不出本").select_option("village")
    host.drag(host.at(31), host.at(37))
    assert host.plan() == {31: "controlled", 32: "sealed", 33: "controlled", 34: "controlled"}


def test_a_weaker_tier_may_be_painted_over_and_a_stricter_one_not(host):
    host.press("c", "1")
    host.click(31)
    host.press("3")
    host.click(32)
    host.press("b", "2")
    host.root.get_by_role("button", name="较低等级的").click()
    host.drag(host.at(30), host.at(33))
    assert host.plan() == {30: "controlled", 31: "sealed", 32: "controlled", 33: "controlled"}


def test_undo_and_redo_by_keyboard(host):
    host.press("c", "1")
    host.click(5)
    host.plan()
    host.click(15)
    host.plan()
    host.press("Control+z")
    host.page.wait_for_function("kernel.revision === 3")
    assert host.plan() == {5: "sealed"} == dict.fromkeys(host.shown(), "sealed")
    host.press("Control+Shift+z")
    host.page.wait_for_function("kernel.revision === 4")
    assert host.plan() == {5: "sealed", 15: "sealed"}
    host.root.get_by_role("button", name="撤销").click()
    host.page.wait_for_function("kernel.revision === 5")
    host.press("Control+y")
    host.page.wait_for_function("kernel.revision === 6")
    assert sorted(host.shown()) == [5, 15]


def test_what_is_refused_is_rolled_back_and_the_reason_stands_beside_the_map(host):
    host.page.evaluate("kernel.refuse.edit = { code: 'other', why: '此方案只读' }")
    host.press("1")
    host.drag(host.at(30), host.at(33))
    host.root.get_by_role("alert").get_by_text("此方案只读").wait_for()
    host.settled()
    assert host.shown() == {}
    wait_number(host, "sealed", "0")


def test_locked_cells_are_left_out_of_a_stroke_and_a_stroke_of_nothing_else_is_refused(host):
    host.press("k")
    host.drag(host.at(31), host.at(32))
    host.page.wait_for_function("kernel.plan.locked[32] === 1")
    host.press("b", "1")
    host.drag(host.at(30), host.at(33))
    assert sorted(host.plan()) == [30, 33]
    host.root.get_by_text("2 个已锁定的单元保持不变").wait_for()
    host.press("c")
    host.click(31)
    host.root.get_by_text("网格单元已锁定").wait_for()
    assert sorted(host.plan()) == [30, 33]
    host.press("u")
    host.drag(host.at(31), host.at(32))
    host.page.wait_for_function("kernel.plan.locked[32] === 0")


def test_a_stroke_that_needs_a_reason_waits_for_it(host):
    host.page.evaluate("kernel.needsReason.add(31)")
    host.press("3")
    host.drag(host.at(30), host.at(32))
    dialog = host.page.get_by_role("dialog")
    dialog.get_by_text("低于规则,需要理由").wait_for()
    assert sorted(host.shown()) == [30, 31, 32]
    dialog.get_by_role("textbox").fill("应急通道")
    dialog.get_by_role("textbox").press("Control+Enter")
    host.page.wait_for_function("kernel.revision === 1")
    edit = host.edits()[-1]
    assert (edit["tier"], edit["reason"], edit["cells"]) == ("prevention", "应急通道", [30, 31, 32])


def test_without_a_reason_the_stroke_is_taken_back(host):
    host.page.evaluate("kernel.needsReason.add(31)")
    host.press("3")
    host.drag(host.at(30), host.at(32))
    host.page.get_by_role("dialog").wait_for()
    host.page.keyboard.press("Escape")
    host.settled()
    assert host.shown() == {}


def test_two_views_stay_in_step(browser_page, tmp_path):
    host = open_host(browser_page((1400, 1500)), tmp_path, views=2)
    second = host.other(1)
    second.page.wait_for_function("document.querySelectorAll('.gm-bench[data-gridmap=drawn]').length === 2")
    host.press("c", "1")
    host.click(34)
    told = "[...document.querySelectorAll('.gm-bench')].every((root) => root.dataset.revision === '1')"
    second.page.wait_for_function(told)
    assert second.shown() == {34: 0}
    second.press("c", "0")
    second.page.mouse.click(*second.at(34))
    assert second.plan() == {}
    assert host.shown() == {}


def test_an_edit_from_code_shows_at_once(host):
    host.page.evaluate("kernel.change((plan) => plan.tier.fill(2, 0, 10))")
    assert host.shown() == dict.fromkeys(range(10), 2)
    wait_number(host, "prevention", "34")


def test_a_revision_that_was_missed_is_asked_for_again(host):
    host.page.evaluate("kernel.revision = 7; kernel.change((plan) => plan.tier.fill(1, 0, 2))")
    host.page.wait_for_function("document.querySelector('.gm-bench').dataset.revision === '8'")
    assert host.shown() == {0: 1, 1: 1}


def test_strokes_stay_visible_while_the_kernel_is_silent_and_settle_when_it_answers(browser_page, tmp_path):
    opened = browser_page()
    opened.page.clock.install()
    host = open_host(opened, tmp_path)
    host.page.evaluate("kernel.silent = true")
    host.press("1")
    host.drag(host.at(30), host.at(33))
    host.press("2")
    host.drag(host.at(50), host.at(53))
    host.page.clock.run_for(7000)
    host.root.get_by_text("内核没有响应").wait_for()
    host.root.get_by_text("2 笔等待内核确认").wait_for()
    assert host.shown() == {**dict.fromkeys(range(30, 34), 0), **dict.fromkeys(range(50, 54), 1)}
    host.page.evaluate("kernel.wake()")
    assert len(host.plan()) == 8
    host.root.get_by_text("内核没有响应").wait_for(state="hidden")


def test_a_ring_about_a_case_asks_the_kernel_for_its_cells(host):
    host.press("o", "1")
    host.root.get_by_role("spinbutton").fill("250")
    host.root.get_by_role("spinbutton").press("Enter")
    host.page.mouse.click(*host.at(57, dx=0.05))
    host.page.wait_for_function("() => kernel.revision > 0")  # only then a stroke is sent
    assert sorted(host.plan()) == [44, 45, 54, 55]
    ring = next(each for each in host.page.evaluate("kernel.asked") if each["kind"] == "ring")
    assert (ring["case"], ring["radius_m"], ring["by"]) == ("k1", 250, "touch")


def test_the_radius_of_a_ring_is_dragged_in_true_metres(host):
    host.press("o", "1")
    host.drag(host.at(22), host.at(24))
    host.plan()
    ring = next(each for each in host.page.evaluate("kernel.asked") if each["kind"] == "ring")
    assert ring["radius_m"] == pytest.approx(400 * 0.8612, abs=6)  # the cosine of 30.55 degrees north
    assert ring["at"] == pytest.approx([13_420_500, 3_600_500], abs=2)


def test_an_enclosure_tells_its_gaps_and_takes_what_lies_inside_when_it_is_closed(host):
    host.press("w", "2")
    host.root.locator(".gm-sketch-fixed[d^=M]").wait_for(state="attached")  # the boundaries have come
    host.page.mouse.click(*host.at(42, dy=0.5))
    host.root.get_by_text("1 条 · 1 处缺口,最大 512 米").wait_for()
    host.page.mouse.click(*host.at(22, dy=-0.5))
    host.root.get_by_text("已合围").first.wait_for()
    host.click(32)
    # what lies inside is asked first
    host.page.wait_for_function("kernel.asked.some(({ kind }) => kind === 'edit')")
    assert sorted(host.plan()) == [21, 22, 31, 32]


def test_a_part_of_a_cell_is_drawn_and_carved_out(host):
    host.press("x", "1")
    for dx, dy in ((-0.3, -0.3), (0.3, -0.3), (0.3, 0.3)):
        host.page.mouse.click(*host.at(33, dx, dy))
    host.page.keyboard.press("Enter")
    host.page.wait_for_function("kernel.plan.carve.length === 1")
    edit = host.edits()[0]
    assert (edit["type"], edit["tier"], len(edit["rings"][0])) == ("AddCarveOut", "sealed", 8)
    assert edit["rings"][0][:2] == pytest.approx([13_420_640, 3_600_640], abs=2)


def test_a_household_a_building_or_a_compound_is_picked_and_carved_out(host):
    host.press("x", "1")
    host.root.get_by_role("radio", name="选住户").click()
    host.click(5)
    host.root.get_by_role("button", name="整栋").click()
    host.page.wait_for_function("kernel.plan.carve.length === 1")
    assert host.edits() == [
        {"type": "AddCarveOut", "addresses": ["枫南新村3幢"], "tier": "sealed", "cells": []}
    ]


def test_search_flies_to_what_was_chosen_and_text_of_tables_stays_text(host):
    host.press("/")
    host.page.keyboard.type("47")
    host.root.get_by_role("option", name="47号").wait_for()
    the_map = "document.querySelector('.gm-bench').bench.view.map"
    host.page.evaluate(f"{the_map}.once('moveend', () => (window.arrived = true))")
    host.page.keyboard.press("Enter")
    host.page.wait_for_function(f"window.arrived && {the_map}.getZoom() > 15")
    x, y = host.at(47)
    box = host.root.locator(".gm-ground").bounding_box()
    assert abs(x - box["x"] - box["width"] / 2) < 40
    assert abs(y - box["y"] - box["height"] / 2) < 40
    host.page.mouse.move(x, y)
    host.root.get_by_role("tooltip").get_by_text("<img").wait_for()
    assert host.page.evaluate("window.hit") is None


def test_space_moves_the_map_while_a_tool_is_in_hand(host):
    host.press("b", "1")
    x, y = host.at(34)
    host.page.keyboard.down(" ")
    host.drag((x, y), (x + 120, y + 60))
    host.page.keyboard.up(" ")
    assert host.at(34) == pytest.approx((x + 120, y + 60), abs=2)
    host.page.mouse.move(x, y)
    host.page.mouse.down(button="middle")
    host.page.mouse.move(x - 50, y, steps=3)
    host.page.mouse.up(button="middle")
    assert host.at(34) == pytest.approx((x + 70, y + 60), abs=2)
    assert host.edits() == []


def test_cells_are_painted_by_the_keyboard_alone(host):
    host.press("2")
    host.page.keyboard.press("Alt+ArrowRight")
    first = host.root.evaluate("root => root.bench.view.focusCell.cell")
    host.page.keyboard.press("Alt+ArrowRight")
    host.page.keyboard.press("Alt+ArrowUp")
    host.page.keyboard.press("Enter")
    assert host.plan() == {first + 1 + SIDE: "controlled"}
    assert f"{first + 11}号" in host.root.locator(".gm-spoken").text_content()


def test_the_keyboard_locks_a_cell_and_fills_its_village_with_the_tool_in_hand(host):
    host.press("k")
    host.page.keyboard.press("Alt+ArrowRight")
    cell = host.root.evaluate("root => root.bench.view.focusCell.cell")
    host.page.keyboard.press("Enter")
    host.page.wait_for_function(f"kernel.plan.locked[{cell}] === 1")
    assert host.plan() == {}
    host.press("u", "Enter")
    host.page.wait_for_function(f"kernel.plan.locked[{cell}] === 0")
    host.press("a", "3", "Enter")
    assert len(host.plan()) == 20


def test_the_brush_grows_and_shrinks_by_keys(host):
    host.press("b", "]", "]", "]", "[")
    assert host.root.get_by_role("slider").input_value() == "58"


def test_the_language_is_switched_and_what_is_unsaved_keeps_its_number(host):
    host.press("c", "1")
    host.click(3)
    host.plan()
    host.root.get_by_role("button", name="English").click()
    host.root.get_by_role("radio", name="Brush").wait_for()
    wait_number(host, "sealed", "4")
    host.root.get_by_text("1 unsaved").wait_for()
    host.root.get_by_text("Balanced · 297 placed · 3 exceptions").wait_for()


def test_the_dark_theme_of_the_page_is_followed(browser_page, tmp_path):
    host = open_host(browser_page(), tmp_path, dark=True)
    pixel = """root => {
      const canvas = root.querySelector('.gm-cells');
      const [x, y] = [canvas.width / 2 + 5, canvas.height / 2 + 5];
      return [...canvas.getContext('2d').getImageData(x, y, 1, 1).data];
    }"""
    assert max(host.root.evaluate(pixel)[:3]) < 90
    host.page.evaluate("document.body.dataset.jpThemeLight = 'true'")
    host.page.wait_for_selector(".gm-bench:not(.gm-dark)")


@pytest.fixture
def tablet(browser_page, tmp_path):
    return open_host(browser_page((820, 1180)), tmp_path)


@pytest.fixture
def touch(tablet):
    """A function that puts fingers on the page, moves them, or takes them away."""
    session = tablet.page.context.new_cdp_session(tablet.page)

    def fingers(kind, *places):
        points = [{"x": x, "y": y, "id": finger} for finger, (x, y) in enumerate(places)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    return fingers


def test_a_finger_paints(tablet, touch):
    tablet.root.get_by_role("radio", name="画笔").tap()
    touch("touchStart", tablet.at(22))
    for cell in (23, 24, 25):
        touch("touchMove", tablet.at(cell))
    touch("touchEnd")
    assert sorted(tablet.plan()) == [22, 23, 24, 25]


def test_a_second_finger_takes_the_stroke_back_and_zooms_the_map(tablet, touch):
    tablet.root.get_by_role("radio", name="画笔").tap()
    touch("touchStart", tablet.at(42))
    (x, y), (right, _) = tablet.at(42), tablet.at(46)
    touch("touchStart", (x, y), (right, y))
    for step in range(5):
        touch("touchMove", (x - 8 * step, y), (right + 8 * step, y))
    touch("touchEnd")
    assert tablet.plan() == {}
    wider = "side => document.querySelector('.gm-bench').bench.view.scale * 1000 > 1.1 * side"
    tablet.page.wait_for_function(wider, arg=(right - x) / 4)


def test_a_resting_finger_asks_what_is_there_and_paints_nothing(tablet, touch):
    tablet.root.get_by_role("radio", name="画笔").tap()
    touch("touchStart", tablet.at(22))
    tablet.root.get_by_role("tooltip").get_by_text("22号").wait_for()
    touch("touchEnd")
    assert tablet.plan() == {}


def test_controls_are_large_enough_for_fingers_and_the_panel_is_folded_on_a_narrow_screen(tablet):
    assert tablet.root.locator(".gm-side").is_hidden()
    buttons = tablet.root.locator("button:visible").all()
    small = [button for button in buttons if min(button.bounding_box()["height"], 40) < 40]
    assert [button.text_content() for button in small] == []
    tablet.root.get_by_role("button", name="展开侧栏").tap()
    tablet.root.locator(".gm-side").wait_for()


def test_on_a_phone_every_tier_keeps_its_name_and_its_number(browser_page, tmp_path):
    host = open_host(browser_page((390, 844)), tmp_path)
    cut = """() => [...document.querySelectorAll(".gm-swatch-name > span:first-child, .gm-swatch-number")]
      .filter((each) => each.scrollWidth > each.clientWidth + 1 || each.getBoundingClientRect().right
        > each.closest(".gm-swatch").getBoundingClientRect().right)
      .map((each) => each.textContent)"""
    assert host.page.evaluate(cut) == []
    host.press("m", "1")
    host.drag(host.at(0), host.at(33))
    assert host.page.evaluate(cut) == []


def test_a_base_map_is_asked_for_only_where_one_is_set_and_its_credit_is_plain_text(browser_page, tmp_path):
    before = """
      const template = "http://127.0.0.1:1/{z}/{x}/{y}.png";
      const basemap = { url: template, attribution: "<img src=x onerror=window.hit=1>", max_zoom: 18 };
      window.kernel.tell = function (content, buffers) {
        const told = content.kind === "hello" ? { ...content, basemap } : content;
        Kernel.prototype.tell.call(this, told, buffers);
      };
    """
    opened = browser_page()
    host = open_host(opened, tmp_path, before=before)
    host.root.get_by_text("<img src=x").first.wait_for()
    assert any(url.startswith("http://127.0.0.1:1/") for url in opened.requests)
    assert host.page.evaluate("window.hit") is None
    host.root.get_by_role("button", name="图层").click()
    host.root.get_by_role("checkbox", name="底图").uncheck()
    host.root.locator(".leaflet-tile").first.wait_for(state="detached")


def test_the_panel_folds_and_gives_its_room_to_the_map(host):
    wide = host.root.locator(".gm-ground").bounding_box()["width"]
    host.root.get_by_role("button", name="收起侧栏").click()
    wider = "width => document.querySelector('.gm-ground').clientWidth > width + 200"
    host.page.wait_for_function(wider, arg=wide)
    host.press("c", "1")
    host.click(79)
    assert host.plan() == {79: "sealed"}


def test_help_lists_every_key(host):
    host.press("?")
    dialog = host.page.get_by_role("dialog")
    for words in ("合围", "画笔变大", "下一个问题", "整片"):
        dialog.get_by_text(words).first.wait_for()


def test_a_case_tells_its_label_above_its_own_mark(host):
    written = host.root.evaluate(
        """(root) => {
          const texts = [];
          const pen = CanvasRenderingContext2D.prototype;
          const write = pen.fillText;
          pen.fillText = function (text, ...at) { texts.push(text); write.call(this, text, ...at); };
          root.bench.view.overlays.sheet.draw();
          pen.fillText = write;
          return texts;
        }"""
    )
    assert "病例 1" in written
