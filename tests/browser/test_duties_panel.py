"""The duties in the panel of the workbench, in a real browser, over a small town that answers."""

import pytest

from tests.browser.panel_host import PHONE, TABLET, asked, seen


@pytest.fixture
def duties(opened):
    """Open the page with a part of the duties in front."""

    def show(part: str = "roles", query: str = "", **options):
        page = opened(query, **options)
        page.click("[data-tab=duties]")
        page.click(f"[data-key=segment-{part}]")
        return page

    return show


def rows(page):
    """The rows of the table in front."""
    return page.get_by_role("tabpanel").locator("tbody tr")


def press_cell(page, cell):
    """Press a cell of the map with the tool that it was lent."""
    page.evaluate("cell => { const spot = spotOf(cell); tool.down?.(spot); tool.up?.(spot) }", cell)


def drag_cell(page, cell, to):
    """Drag from one cell of the map to another."""
    page.evaluate(
        """([from, to]) => {
          const [a, b] = [spotOf(from), spotOf(to)];
          tool.down(a); tool.drag({ ...b, px: { x: (a.px.x + b.px.x) / 2, y: (a.px.y + b.px.y) / 2 } });
          tool.drag(b); tool.up(b);
        }""",
        [cell, to],
    )


class TestBoard:
    def test_vacancies_overloads_and_conflicts_stand_together_the_hard_ones_first(self, duties):
        page = duties("board")
        assert page.locator("[data-key=segment-]").inner_text() == "全部 9"
        assert "必须到岗,缺 1 人" in rows(page).first.inner_text()
        page.click("[data-key=segment-overload]")
        assert rows(page).count() == 3

    def test_it_sorts_by_area_and_by_role(self, duties):
        page = duties("board")
        page.get_by_role("columnheader", name="辖区").get_by_role("button").click()
        areas = [text.split("\n") for text in rows(page).locator("td:nth-child(2)").all_inner_texts()]
        assert areas[0] == ["罗星街道"]
        assert areas[-1] == ["第一网格", "魏塘街道 › 魏中村"]
        page.get_by_role("columnheader", name="职责").get_by_role("button").click()
        roles = rows(page).locator("td:nth-child(3)").all_inner_texts()
        assert roles == sorted(roles, key=["包干领导", "村社书记", "党员联户", "网格长"].index)

    def test_it_is_filtered_by_role_and_by_area_down_to_the_grid(self, duties):
        page = duties("board")
        page.locator("[data-key=board-area-0]").select_option("罗星街道")
        page.locator("[data-key=board-area-1]").select_option("枫南社区")
        assert page.locator("[data-key=board-area-2] option").all_inner_texts() == [
            "全部下级",
            "第三网格",
            "第十网格",
        ]
        assert rows(page).count() == 3
        page.locator("[data-key=board-role]").select_option("grid_head")
        assert rows(page).count() == 2
        assert page.locator("[data-key=segment-vacancy]").inner_text() == "缺岗 1"

    def test_a_row_flies_to_its_place(self, duties):
        page = duties("board")
        page.get_by_role("row", name="第三网格").click()
        assert seen(page, "flyTo") == [[14, 15]]
        page.get_by_role("row", name="S-2").press("Enter")
        assert seen(page, "flyTo")[-1] == [70]

    def test_a_substitute_takes_over_at_one_press_and_it_can_be_taken_back(self, duties):
        page = duties("board")
        page.click("[data-key=segment-overload]")
        page.get_by_role("button", name="移交给朱伟").first.click()
        page.get_by_text("已移交给 朱伟").first.wait_for()
        wish = asked(page, "relieve")[0]
        assert (wish["role"], wish["conflict"], wish["to"]) == ("linked_member", "overload", "O-4")
        moved = page.evaluate("world.duty.held('O-4').filter(each => each.pinned).length")
        assert moved > 0
        page.get_by_role("button", name="撤回").first.click()
        page.locator(".gmp-last").wait_for(state="detached")
        assert page.evaluate("world.duty.held('O-4').filter(each => each.pinned).length") == 0

    def test_a_conflict_that_nobody_can_settle_offers_nothing(self, duties):
        page = duties("board")
        assert page.get_by_role("row", name="钱卫东 辖区已有人负责").get_by_role("button").count() == 0

    def test_without_anything_to_settle_it_says_so(self, duties):
        page = duties("board", "zones=0")
        page.evaluate(
            """() => {
              const answer = { ...world.duty.duties([]), board: [], board_total: 0 };
              world.duty.duties = () => answer;
            }"""
        )
        page.evaluate("bench.emit('stale', { tabs: ['duties'] })")
        page.get_by_text("没有待办事项").wait_for()


class TestLoads:
    def test_those_who_carry_most_come_first_and_the_chart_tells_the_middle(self, duties):
        page = duties("loads")
        page.locator("tr[data-official]").first.wait_for()
        loads = page.evaluate("world.duty.people.map(each => world.duty.load(each))")
        assert rows(page).locator("td:nth-child(2)").all_inner_texts() == [
            f"{load:,}" for load in sorted(loads, reverse=True)
        ]
        middle = sorted(loads)
        said = f"{round((middle[2] + middle[3]) / 2):,}"
        facts = page.locator(".gmp-chart dl").inner_text()
        assert f"{said} → {said}" in facts
        assert "有变动的人\n0" in facts

    def test_the_territories_lie_over_the_map_with_borders_names_and_what_is_vacant(self, duties):
        page = duties("loads")
        page.click("[data-key=segment-territories]")
        page.get_by_text("另有 4 格无人负责").wait_for()
        ghost = page.evaluate("laid()")
        assert ghost["names"][0] == ["陈小梅"]
        assert len(set(ghost["palette"][:6])) == 6
        assert ghost["codes"][0] != ghost["codes"][2]
        assert ghost["patterns"][ghost["codes"][26]] == "diagonal"
        page.click("[data-key=segment-none]")
        assert seen(page, "ghost")[-1] is None

    def test_loads_are_told_by_colour_and_lines_and_by_the_legend(self, duties):
        page = duties("loads")
        page.locator("tr[data-official]").first.wait_for()
        page.locator(".gmp-segments").nth(1).locator("[data-key=segment-loads]").click()
        page.locator(".gmp-load-legend").wait_for()
        legend = page.locator(".gmp-load-legend li").all_inner_texts()
        assert [each.split("\n")[0] for each in legend][:4] == [
            "不超过 50 %",
            "50–80 %",
            "80–100 %",
            "超出上限",
        ]
        ghost = page.evaluate("laid()")
        over = page.evaluate("world.duty.people.map(each => world.duty.load(each) > 1000)")
        for person, is_over in enumerate(over):
            assert (ghost["patterns"][ghost["codes"][2 * person + 12]] == "cross") == is_over

    def test_in_english_the_same(self, duties):
        page = duties("loads", "lang=en")
        page.locator("tr[data-official]").first.wait_for()
        page.click("[data-key=segment-territories]")
        page.get_by_text("4 cells have nobody").wait_for()
        assert page.get_by_text("How the loads spread").is_visible()


class TestHandOver:
    def test_by_the_keyboard_a_building_goes_to_whom_is_chosen_and_back(self, duties):
        page = duties("loads")
        row = page.locator("tr[data-official='O-1']")
        row.focus()
        row.press("Enter")
        page.locator(".gmp-hand").wait_for()
        page.locator("[data-key='group-24/1幢']").press("Space")
        page.locator("[data-key=hand-to]").select_option("O-4")
        before = page.evaluate("['O-1', 'O-4'].map(each => world.duty.load(each))")
        size = page.evaluate("world.duty.buildings.find(each => each.key === '24/1幢').households")
        sides = page.locator(".gmp-now-then").all_inner_texts()
        assert sides == [
            f"{before[0]:,} → {before[0] - size:,} / 1,000",
            f"{before[1]:,} → {before[1] + size:,} / 1,000",
        ]
        page.locator("[data-key=hand-confirm]").press("Enter")
        page.get_by_text(f"陈小梅 的 {size} 户已移交给 朱伟。").first.wait_for()
        assert asked(page, "hand_over") == [
            {
                "kind": "hand_over",
                "lang": "zh",
                "official": "O-1",
                "to": "O-4",
                "role": "linked_member",
                "groups": ["24/1幢"],
            }
        ]
        page.wait_for_function("world.asked.filter(each => each.kind === 'loads').length > 1")
        page.get_by_text(f"原为 {before[1]:,}").wait_for()
        assert page.locator("tr[data-official='O-4'] .gmp-pinned").count() == 1
        page.get_by_role("button", name="撤回").click()
        page.locator(".gmp-last").wait_for(state="detached")
        page.locator("tr[data-official='O-4'] .gmp-pinned").wait_for(state="detached")
        assert page.evaluate("['O-1', 'O-4'].map(each => world.duty.load(each))") == before

    def test_on_the_map_a_click_chooses_whose_then_what_and_a_drag_gives_it(self, duties):
        page = duties("loads")
        page.click("[data-key=segment-territories]")
        page.wait_for_function("window.tool")
        press_cell(page, 24)
        page.get_by_text("移交 陈小梅 的任务").wait_for()
        assert set(seen(page, "highlight")[-1]) == {
            row * 12 + column for row in range(8) for column in (0, 1)
        }
        press_cell(page, 24)
        assert page.get_by_role("checkbox", checked=True).count() == 2
        assert seen(page, "highlight")[-1] == [24]
        drag_cell(page, 24, 30)
        assert page.locator("[data-key=hand-to]").input_value() == "O-4"
        assert "gmp-to" in page.locator("tr[data-official='O-4']").get_attribute("class")

    def test_a_lasso_takes_the_buildings_inside_it(self, duties):
        page = duties("loads")
        page.click("[data-key=segment-territories]")
        page.wait_for_function("window.tool")
        press_cell(page, 24)
        page.get_by_role("button", name="套索").click()
        page.evaluate(
            """() => {
              const corners = [[0, 400], [300, 400], [300, 800], [0, 800]];
              const ring = corners.map(([x, y]) => ({ xy: [x, y], px: { x, y }, cell: 95 }));
              tool.down(ring[0]); for (const spot of ring.slice(1)) tool.drag(spot); tool.up(ring[3]);
            }"""
        )
        # Rows 2 and 3 lie between 400 and 800; buildings stand at a quarter and three quarters of a cell.
        assert page.evaluate(
            "[...document.querySelectorAll('.gmp-groups input:checked')].map(each => each.dataset.key)"
        ) == [
            "group-24/1幢",
            "group-24/2幢",
            "group-25/1幢",
            "group-36/1幢",
            "group-36/2幢",
            "group-37/1幢",
        ]

    def test_what_is_chosen_is_dragged_onto_a_line_of_the_table(self, duties):
        page = duties("loads")
        page.locator("tr[data-official='O-1']").click()
        page.locator("[data-key=group-all]").click()
        chip = page.locator(".gmp-chip")
        chip.hover()
        page.mouse.down()
        row = page.locator("tr[data-official='O-3']")
        box = row.bounding_box()
        page.mouse.move(box["x"] + 30, box["y"] + 8, steps=5)
        page.mouse.up()
        assert page.locator("[data-key=hand-to]").input_value() == "O-3"

    def test_an_overload_is_warned_of_before_it_is_made(self, duties):
        page = duties("loads")
        page.locator("tr[data-official='O-1']").click()
        page.locator("[data-key=group-all]").click()
        page.locator("[data-key=hand-to]").select_option("O-2")
        assert page.locator(".gmp-side-row.gmp-over .gmp-warned").is_visible()
        assert asked(page, "hand_over") == []

    def test_escape_on_the_map_leaves_step_by_step(self, duties):
        page = duties("loads")
        page.click("[data-key=segment-territories]")
        page.wait_for_function("window.tool")
        press_cell(page, 24)
        page.locator(".gmp-hand").wait_for()
        press_cell(page, 24)
        page.evaluate("tool.cancel()")
        assert page.get_by_role("checkbox", checked=True).count() == 0
        page.evaluate("tool.cancel()")
        assert page.locator(".gmp-hand").count() == 0
        page.evaluate("tool.cancel()")
        assert page.evaluate("window.tool") is None
        assert seen(page, "highlight")[-1] == []

    def test_a_finger_that_rests_on_what_is_chosen_leaves_it_chosen(self, duties):
        page = duties("loads")
        page.click("[data-key=segment-territories]")
        page.wait_for_function("window.tool")
        press_cell(page, 24)
        page.locator(".gmp-hand").wait_for()
        press_cell(page, 24)
        for cell in (24, 30):
            page.evaluate("cell => { tool.down(spotOf(cell)); tool.cancel() }", cell)
        assert page.get_by_role("checkbox", checked=True).count() == 2
        assert not page.evaluate("tool.holds()")

    def test_leaving_the_tab_gives_the_map_back(self, duties):
        page = duties("loads")
        page.click("[data-key=segment-territories]")
        page.wait_for_function("window.tool")
        page.click("[data-tab=zones]")
        assert page.evaluate("window.tool") is None

    def test_a_refusal_stands_beside_and_changes_nothing(self, duties):
        page = duties("loads")
        page.locator("tr[data-official='O-1']").click()
        page.locator("[data-key=group-all]").click()
        page.locator("[data-key=hand-to]").select_option("O-3")
        page.evaluate("world.refuse.hand_over = { why: '他人已改动', code: 'other' }")
        page.click("[data-key=hand-confirm]")
        page.get_by_role("alert").get_by_text("他人已改动").wait_for()
        assert page.evaluate("world.duty.held('O-1').length") == 32


class TestAccount:
    def test_assigning_puts_the_duties_in_force_and_says_so(self, duties):
        page = duties()
        page.get_by_text("与 2022-03-04 18:00 张工所派的现行包保不同,尚未派岗").wait_for()
        page.click("[data-key=assign]")
        page.get_by_text("15:20 由张工派岗,现行有效").wait_for()
        assert page.locator("[data-key=assign]").is_disabled()

    def test_a_short_account_says_what_the_duties_come_to(self, duties):
        page = duties()
        card = page.locator(".gmp-account")
        said = card.inner_text()
        assert "5,000 户中已联 4,988 户" in said
        assert "户均 100 米 · 与最优相差不超过 0.21 % · 1 幢楼分给多人" in said
        assert "7 户更换了责任人" in said
        assert "罗星街道 › 枫南社区\n13" in said
        card.get_by_text("谁交给谁").click()
        card.get_by_role("button", name="陈小梅 → 沈国强").click()
        assert seen(page, "flyTo") == [[3]]

    def test_the_proof_tells_where_chains_break(self, duties):
        page = duties()
        proof = page.locator(".gmp-proof").inner_text()
        assert "12 户责任链有缺" in proof
        assert "党员联户 → 网格长 → 村社书记 → 包干领导" in proof
        assert "缺党员联户\n12" in proof

    def test_a_role_leads_to_its_rows_of_the_board(self, duties):
        page = duties()
        page.get_by_role("row", name="网格长").click()
        assert page.locator("[data-key=board-role]").input_value() == "grid_head"
        assert rows(page).count() == 3

    def test_duties_of_a_large_county_are_not_worked_out_unasked(self, opened):
        page = opened()
        page.evaluate("world.duty.isLarge = true")
        page.click("[data-tab=duties]")
        page.get_by_text("100,000 个网格单元、300,000 户").wait_for()
        page.click("[data-key=work-out]")
        rows(page).first.wait_for()
        assert [bool(each.get("asked")) for each in asked(page, "duties")] == [False, True]
        page.evaluate("world.duty.isLarge = true; bench.emit('stale', { tabs: ['duties'] })")
        page.get_by_text("以下是变动前的包保").wait_for()
        assert rows(page).count() == 6


class TestTeams:
    def test_teams_posts_supplies_and_homes_are_listed_with_what_is_missing(self, duties):
        page = duties("teams")
        page.get_by_text("S-2 罗星街道卫生院 临时党支部").wait_for()
        text = page.get_by_role("tabpanel").inner_text()
        assert "负责人: 陈小梅" in text
        assert "成员 2 人: 沈国强、吴丽华" in text
        assert page.locator("li", has_text="罗星街道卫生院").get_by_text("缺岗 3").is_visible()
        gate = page.get_by_role("row", name="枫南卡口").inner_text()
        assert "7/9" in gate
        assert "夜班 1/3" in gate
        assert page.locator(".gmp-shift.gmp-short").all_inner_texts() == ["夜班 1/3"]
        assert "42 份/天" in text
        assert page.get_by_role("row", name="沈国强 党员联户 S-1").is_visible()
        page.get_by_role("row", name="枫南卡口").click()
        assert seen(page, "flyTo") == [[18]]


class TestReached:
    def test_without_anything_from_the_field_it_says_how_to_get_it(self, duties):
        page = duties("reached")
        page.get_by_text("还没有随访记录").wait_for()
        assert page.get_by_text("gridmap followup WORKSPACE FILES…").is_visible()

    def test_the_table_counts_grid_by_grid_and_next_flies_to_who_is_left(self, opened):
        page = opened()
        page.evaluate("world.duty.reach(24, 48)")
        page.click("[data-tab=duties]")
        done, all_ = page.evaluate("[world.duty.reached()[0].reached, world.duty.reached()[0].households]")
        assert page.locator("[data-key=segment-reached]").inner_text() == f"随访 {round(100 * done / all_)} %"
        page.click("[data-key=segment-reached]")
        page.get_by_text(f"{all_:,} 户中已联系 {done:,} 户").wait_for()
        left = [
            int(each.replace(",", "")) for each in rows(page).locator("td:nth-child(3)").all_inner_texts()
        ]
        assert left == sorted(left, reverse=True)
        assert left[-1] == 0
        page.click("[data-key=reached-next]")
        first = seen(page, "flyTo")[-1]
        page.click("[data-key=reached-next]")
        assert seen(page, "flyTo")[-1] != first
        assert page.locator(".gmp-current").count() == 1

    def test_the_map_tells_cells_where_nobody_was_reached(self, opened):
        page = opened()
        page.evaluate("world.duty.reach(24, 48)")
        page.click("[data-tab=duties]")
        page.click("[data-key=segment-reached]")
        page.click("[data-key=reached-map]")
        ghost = page.evaluate("laid()")
        assert (ghost["codes"][0], ghost["codes"][60]) == (3, 0)
        assert page.locator(".gmp-load-legend li").first.inner_text() == "无一户联系到\n48 格"


@pytest.mark.parametrize("size", [TABLET, PHONE])
def test_a_finger_finds_all_of_the_duties(opened, size):
    page = opened("", size)
    page.locator("[data-tab=duties]").tap()
    for part in ("board", "loads", "teams", "reached"):
        page.locator(f"[data-key=segment-{part}]").first.tap()
        page.locator(".gmp-pane:not([hidden], [aria-busy=true])").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), part
