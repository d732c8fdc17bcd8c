"""The panel of the workbench in a real browser, over a small town that answers its questions."""

import json

import pytest

from tests.browser.panel_host import SCREEN, TABLET, asked, seen

HOSTILE = "<img src=x onerror=window.hit=1>\u202e枫南"


def number(page, zone, column):
    """Return the text of a number of a zone; columns are cells, households, residents."""
    return page.locator(f"tr[data-key=zone-{zone}] td").nth(column).locator("span").inner_text()


class TestTabs:
    def test_arrows_go_along_the_tabs_and_only_what_is_looked_at_is_asked_for(self, opened):
        page = opened()
        page.locator("[role=tab]").first.focus()
        assert asked(page, "history") == []
        for _ in range(4):
            page.keyboard.press("ArrowRight")
        chosen = page.locator("[role=tab][aria-selected=true]")
        assert chosen.inner_text() == "历史"
        assert page.evaluate("document.activeElement.dataset.tab") == "history"
        page.get_by_text("已保存的版本").wait_for()
        assert len(asked(page, "history")) == 1
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowRight")
        assert len(asked(page, "history")) == 1

    def test_a_tab_that_shows_something_old_is_asked_for_again_when_it_is_looked_at(self, opened):
        page = opened()
        page.click("[data-tab=history]")
        page.get_by_text("已保存的版本").wait_for()
        page.evaluate("bench.emit('stale', {tabs: ['history', 'duties']})")
        page.wait_for_function("world.asked.filter(each => each.kind === 'history').length === 2")
        assert asked(page, "duties") == []

    def test_the_problems_are_counted_on_their_tab_before_it_is_opened(self, opened):
        page = opened()
        badge = page.locator("[data-tab=problems] .gmp-badge")
        badge.wait_for()
        assert badge.inner_text() == str(page.evaluate("world.problems().length"))

    def test_what_goes_wrong_is_said_in_the_tab_and_can_be_tried_again(self, opened):
        page = opened()
        page.evaluate("world.refuse.history = {why: '工作区文件无法读写', code: 'other'}")
        page.click("[data-tab=history]")
        page.get_by_role("alert").get_by_text("工作区文件无法读写").wait_for()
        page.get_by_role("button", name="重试").click()
        page.get_by_text("已保存的版本").wait_for()
        assert page.get_by_role("alert").count() == 0

    def test_the_language_changes_all_words_and_keeps_what_was_opened(self, opened):
        page = opened()
        page.locator("tr[data-key=zone-0]").click()
        page.evaluate("bench.setLang('en')")
        assert page.locator("[role=tab]").all_inner_texts() == [
            "Zones",
            "Problems",
            "Duties",
            "Days",
            "History",
            "Export",
        ]
        assert page.get_by_role("button", name="Rename").is_visible()


class TestZones:
    def test_numbers_follow_the_brush_and_come_back_when_the_stroke_is_taken_back(self, opened):
        page = opened()
        assert number(page, 0, 0) == "7"
        row = page.locator("tr[data-key=zone-0]").element_handle()
        page.evaluate("window.painting = bench.paint(0); painting.take([19, 20])")
        page.wait_for_function("document.querySelector('tr[data-key=zone-0] td span').textContent === '9'")
        assert page.locator("tr[data-key=zone-0] td").first.locator("small").inner_text() == "+3"
        assert row.evaluate("element => element.isConnected")
        page.evaluate("painting.cancel()")
        page.wait_for_function("document.querySelector('tr[data-key=zone-0] td span').textContent === '7'")

    def test_a_press_on_a_zone_flies_to_its_cells_and_opens_it(self, opened):
        page = opened()
        page.locator("tr[data-key=zone-2]").click()
        assert seen(page, "flyTo") == [[70]]
        assert page.locator(".gmp-detail").is_visible()
        page.locator("tr[data-key=zone-2]").press("Enter")
        assert page.locator(".gmp-detail").count() == 0

    def test_a_zone_is_renamed_where_it_stands(self, opened):
        page = opened()
        page.locator("tr[data-key=zone-0]").click()
        page.get_by_role("button", name="改名").click()
        page.keyboard.type("枫南三幢")
        page.keyboard.press("Enter")
        page.locator("tr[data-key=zone-0]").get_by_text("枫南三幢").wait_for()
        assert asked(page, "edit")[0]["edit"] == {"type": "NameZone", "zone": "S-1", "name": "枫南三幢"}

    def test_a_number_that_is_taken_is_refused_beside_the_table(self, opened):
        page = opened()
        page.locator("tr[data-key=zone-0]").click()
        page.get_by_role("button", name="改号").click()
        page.keyboard.type("S-2")
        page.keyboard.press("Enter")
        page.get_by_role("alert").get_by_text("编号 S-2 已被使用").wait_for()
        assert page.locator("tr[data-key=zone-0] strong").inner_text() == "S-1"

    def test_two_zones_are_merged_into_the_number_that_is_chosen(self, opened):
        page = opened()
        page.locator("tr[data-key=zone-0]").click()
        page.get_by_role("button", name="合并").click()
        page.locator("tr[data-key=zone-2]").click()
        page.get_by_label("保留编号").select_option("S-2")
        page.locator(".gmp-bar").get_by_role("button", name="合并").click()
        page.locator(".gmp-bar").wait_for(state="hidden")
        assert asked(page, "edit")[0]["edit"] == {
            "type": "MergeZones",
            "zones": ["S-1", "S-2"],
            "into": "S-2",
        }
        assert number(page, 2, 0) == "8"

    def test_the_part_that_is_drawn_round_becomes_a_zone_of_its_own(self, opened):
        page = opened()
        page.evaluate("window.inside = [27, 28, 3]")
        page.locator("tr[data-key=zone-0]").click()
        page.get_by_role("button", name="拆分").click()
        page.locator("tr[data-key=zone-4]").wait_for()
        assert number(page, 0, 0) == "5"
        assert number(page, 4, 0) == "2"

    def test_clearing_asks_for_a_reason_and_says_what_is_lost(self, opened):
        page = opened()
        page.locator("tr[data-key=zone-2]").click()
        page.get_by_role("button", name="清除").click()
        dialog = page.get_by_role("dialog", name="清除 S-2")
        assert "1 个网格单元、37 户" in dialog.inner_text()
        assert dialog.get_by_role("button", name="清除").is_disabled()
        page.keyboard.press("Escape")
        assert asked(page, "edit") == []
        page.get_by_role("button", name="清除").click()
        page.keyboard.type("卫生院已解封")
        dialog.get_by_role("button", name="清除").click()
        page.wait_for_function("world.plan.tier[70] === -1")
        assert asked(page, "edit")[0]["edit"] == {"type": "ClearTier", "reason": "卫生院已解封"}

    def test_clearing_a_zone_takes_its_carve_outs_back_too(self, opened):
        page = opened()
        page.locator("tr[data-key=zone-0]").click()
        page.get_by_role("button", name="清除").click()
        assert "7 个网格单元、1 处划出部分" in page.get_by_role("dialog").inner_text()
        page.keyboard.type("已解封")
        page.keyboard.press("Enter")
        page.get_by_text("枫南新村5幢").wait_for(state="detached")
        kinds = [edit["type"] for edit in asked(page, "fix")[0]["edits"]]
        assert kinds == ["ClearTier", "RemoveCarveOut"]
        assert number(page, 0, 0) == "0"

    def test_a_name_that_is_being_written_survives_a_change_from_elsewhere(self, opened):
        page = opened()
        page.locator("tr[data-key=zone-0]").click()
        page.get_by_role("button", name="改名").click()
        page.keyboard.type("枫南")
        page.evaluate("bench.ask('edit', {edit: {type: 'SetTier', tier: 'sealed'}}, [Uint32Array.of(90)])")
        page.wait_for_function("document.querySelector('tr[data-key=zone-0] td span').textContent === '8'")
        page.keyboard.type("三幢")
        page.keyboard.press("Enter")
        page.locator("tr[data-key=zone-0]").get_by_text("枫南三幢").wait_for()

    def test_a_carve_out_is_taken_back_after_a_question_and_a_locked_one_is_not(self, opened):
        page = opened()
        assert page.get_by_role("button", name="撤销划出部分").nth(1).is_disabled()
        page.get_by_role("button", name="撤销划出部分").first.click()
        page.get_by_role("dialog").get_by_role("button", name="撤销", exact=True).click()
        page.get_by_text("枫南新村5幢").wait_for(state="detached")
        assert asked(page, "edit")[0]["edit"] == {"type": "RemoveCarveOut", "carve_out": "K-1"}


class TestProblems:
    def test_next_goes_from_problem_to_problem_and_marks_its_cells(self, opened):
        page = opened()
        page.click("[data-tab=problems]")
        page.click("[data-key=problem-next]")
        page.click("[data-key=problem-next]")
        assert seen(page, "highlight")[-1] == [41]
        assert page.locator(".gmp-now .gmp-what").inner_text().endswith("330421002-41")

    def test_the_key_goes_to_the_next_problem_without_the_tab(self, opened):
        page = opened()
        page.evaluate("bench.dialogs.nextProblem()")
        page.wait_for_function("seen.some(([name]) => name === 'notice')")
        assert seen(page, "notice")[0].startswith("1 / 15 · 病例未能定位: 2022-019")

    def test_a_fix_says_what_it_does_and_does_it(self, opened):
        page = opened()
        page.click("[data-tab=problems]")
        page.get_by_role("button", name="按规则设为封控区").click()
        page.wait_for_function("world.plan.tier[41] === 0")
        edits = [{"type": "SetTier", "tier": "sealed", "cells": ["330421002-41"]}]
        assert asked(page, "fix")[0]["edits"] == edits

    def test_the_filter_leaves_what_is_looked_for_and_keeps_the_keyboard(self, opened):
        page = opened()
        page.click("[data-tab=problems]")
        page.locator("[data-key=problem-filter]").press_sequentially("玉兰路")
        page.get_by_text("待处理 7 项").wait_for()
        assert page.locator(".gmp-fold").count() == 1
        assert page.evaluate("document.activeElement.dataset.key") == "problem-filter"

    def test_the_certificate_shows_the_differences_when_it_does_not_balance(self, opened):
        page = opened()
        page.click("[data-tab=problems]")
        page.get_by_text("户数核对相符").wait_for()
        page.evaluate("world.unbalanced = true; bench.emit('stale', {tabs: ['certificate']})")
        page.get_by_text("户数核对不符").wait_for()
        assert "household 'H-00017' lost" in page.locator(".gmp-proof").inner_text()


class TestHistory:
    def test_a_press_on_a_stroke_goes_back_to_it_and_again_forward(self, opened):
        page = opened()
        page.click("[data-tab=history]")
        page.click("[data-key=stroke-2]")
        page.wait_for_function("document.querySelectorAll('.gmp-undone').length === 3")
        page.click("[data-key=stroke-4]")
        page.wait_for_function("document.querySelectorAll('.gmp-undone').length === 1")
        assert [row["steps"] for row in asked(page, "undo") + asked(page, "redo")] == [3, 2]

    def test_saving_asks_for_the_reason_first(self, opened):
        page = opened()
        page.click("[data-tab=history]")
        page.click("[data-key=save]")
        dialog = page.get_by_role("dialog", name="保存版本")
        assert dialog.get_by_role("button", name="保存").is_disabled()
        page.keyboard.type("扩大封控")
        dialog.get_by_label("操作人").fill("李主任")
        page.keyboard.press("Enter")
        page.get_by_text("已全部保存").wait_for()
        assert {key: asked(page, "save")[0][key] for key in ("reason", "author")} == {
            "reason": "扩大封控",
            "author": "李主任",
        }
        page.locator(".gmp-version").first.get_by_text("扩大封控").wait_for()

    def test_a_save_that_met_another_one_shows_both_sides_before_anything_is_written(self, opened):
        page = opened()
        row = {
            "kind": "cell",
            "target": "330421001-18",
            "before": "none",
            "theirs": "controlled (C-1), locked",
            "mine": "sealed (S-1)",
            "clash": True,
        }
        refusal = {
            "why": "他人已先保存",
            "code": "conflict",
            "difference": [row],
        }
        page.evaluate(f"world.refuse.save = {json.dumps(refusal)}")
        page.evaluate("void bench.dialogs.save()")
        page.keyboard.type("理由")
        page.get_by_role("dialog").get_by_role("button", name="保存").click()
        dialog = page.get_by_role("dialog", name="他人已先保存")
        dialog.wait_for()
        assert dialog.locator("tbody tr").inner_text().split("\t")[1:] == [
            "无",
            "管控区 (C-1) · 已锁定",
            "封控区 (S-1)",
        ]
        assert asked(page, "reload") == []
        dialog.get_by_role("button", name="采用对方并重做本方").click()
        page.get_by_role("dialog", name="已采用对方方案").get_by_text("已由对方锁定").wait_for()

    def test_two_versions_are_laid_over_each_other_with_a_legend_and_a_table(self, opened):
        page = opened()
        page.click("[data-tab=history]")
        page.click("[data-key=compare-1]")
        page.get_by_text("结束比较").or_(page.get_by_label("结束比较")).first.wait_for()
        legend = page.locator(".gmp-compare .gmp-legend li").all_inner_texts()
        assert [text.split("\n")[0] for text in legend] == ["更严", "放宽", "仅换区"]
        rows = page.locator(".gmp-compare tbody tr").all_inner_texts()
        assert [text.strip() for text in rows[0].split("\t")[:2]] == ["防范区", "封控区"]
        assert seen(page, "ghost")[-1] > 0
        page.get_by_label("结束比较").click()
        assert seen(page, "ghost")[-1] is None

    def test_the_python_stands_in_a_field_where_the_clipboard_is_closed(self, opened):
        page = opened()
        page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(Error('closed')) }")
        page.click("[data-tab=history]")
        page.click("[data-key=python]")
        code = page.locator("textarea.gmp-code")
        code.wait_for()
        assert code.input_value().startswith("plan = gm.new_plan(grid)")

    def test_restoring_asks_first_and_says_what_becomes_of_unsaved_edits(self, opened):
        page = opened()
        page.click("[data-tab=history]")
        page.get_by_role("button", name="恢复").nth(1).click()
        dialog = page.get_by_role("dialog", name="恢复版本 #1")
        assert "3 步未保存的操作" in dialog.inner_text()
        dialog.get_by_role("button", name="恢复").click()
        page.wait_for_function("world.asked.some(each => each.kind === 'restore')")
        assert asked(page, "restore")[0]["save"] == 1

    def test_a_branch_is_made_and_left_again(self, opened):
        page = opened()
        page.click("[data-tab=history]")
        page.get_by_role("button", name="新建分支").click()
        page.keyboard.type("夜间预案")
        page.keyboard.press("Enter")
        page.wait_for_function("world.branch === '夜间预案'")
        page.wait_for_function("document.querySelector('[data-key=branch]').value === '夜间预案'")
        page.locator("[data-key=branch]").select_option("")
        page.get_by_role("dialog").get_by_role("button", name="切换").click()
        page.wait_for_function("world.branch === ''")

    def test_unsaved_edits_of_last_time_are_offered(self, opened):
        page = opened()
        page.evaluate(
            "world.drafts = [{id: 'd7', edits: 4, time: '2022-03-04T23:50:00+08:00', author: '张工'}]"
        )
        page.click("[data-tab=history]")
        page.get_by_role("button", name="找回").click()
        page.wait_for_function("world.asked.some(each => each.kind === 'recover')")
        assert asked(page, "recover")[0]["draft"] == "d7"


class TestExport:
    def test_an_unsaved_plan_is_saved_from_here_and_then_leaves(self, opened):
        page = opened()
        page.click("[data-tab=export]")
        assert page.locator("[data-key=export]").is_disabled()
        page.click("[data-key=save-first]")
        page.keyboard.type("理由")
        page.keyboard.press("Enter")
        page.locator("[data-key=export]:enabled").click()
        page.wait_for_function("world.asked.some(each => each.kind === 'export')")
        sent = asked(page, "export")[0]
        assert sent["audience"] == "public"
        assert sent["formats"] == ["map", "picture", "atlas", "layers", "certificate"]
        assert sent["document"]["effective_at"] == "2022-03-05T18:00:00+08:00"
        assert "recipient" not in sent["document"]

    def test_a_password_is_sent_once_and_kept_nowhere(self, opened):
        page = opened()
        page.click("[data-tab=export]")
        page.click("[data-key=segment-field]")
        secret = "hunter2"  # noqa: S105
        page.locator("[data-key=password]").fill(secret)
        page.get_by_label("作为草稿导出").check()
        page.click("[data-key=export]")
        page.get_by_role("progressbar").wait_for()
        assert asked(page, "export")[0]["password"] == secret
        assert page.locator("[data-key=password]").input_value() == ""
        assert secret not in page.content()

    def test_lists_for_the_field_are_not_asked_for_without_a_password(self, opened):
        page = opened()
        page.click("[data-tab=export]")
        page.click("[data-key=segment-field]")
        page.get_by_label("作为草稿导出").check()
        page.click("[data-key=export]")
        page.get_by_text("住户名单须加密").wait_for()
        assert page.locator("[data-key=password]:focus").count() == 1
        page.get_by_label("不加密").check()
        page.click("[data-key=export]")
        page.get_by_role("progressbar").wait_for()
        assert [each["plain"] for each in asked(page, "export")] == [True]

    def test_progress_is_shown_with_a_way_to_stop_and_then_the_files(self, opened):
        page = opened()
        page.click("[data-tab=export]")
        page.get_by_label("作为草稿导出").check()
        page.click("[data-key=export]")
        page.evaluate(
            "bench.emit('progress', {job: 'j1', state: 'running', done: 2, total: 5, name: 'atlas'})"
        )
        assert "打印图册 · 2 / 5" in page.locator(".gmp-job").inner_text()
        page.click("[data-key=cancel-export]")
        assert asked(page, "cancel")[0]["job"] == "j1"
        files = [{"path": "map.html", "size": 421337, "format": "map"}]
        page.evaluate(
            "files => bench.emit('progress', {job: 'j1', state: 'done', files})",
            files,
        )
        assert "map.html" in page.locator(".gmp-files").inner_text()
        assert "421 kB" in page.locator(".gmp-files").inner_text()

    def test_an_export_that_was_under_way_before_the_page_is_shown_and_can_be_stopped(self, opened):
        page = opened()
        step = "{job: 4, state: 'running', done: 1, total: 3, name: 'atlas'}"
        page.evaluate(f"world.running = {step}")
        page.click("[data-tab=export]")
        page.get_by_text("打印图册 · 1 / 3").wait_for()
        page.click("[data-key=cancel-export]")
        assert asked(page, "cancel")[0]["job"] == "4"

    def test_a_vacancy_holds_back_its_zone_and_the_others_may_leave(self, opened):
        page = opened()
        page.evaluate("bench.ask('save', {reason: 'r', author: 'a'})")
        page.click("[data-tab=export]")
        page.click("[data-key=segment-official]")
        page.get_by_text("1 个区暂缓下发,其余 3 个区照常导出").wait_for()
        assert "缺包干领导 1 人" in page.locator("[data-key=held-S-2]").inner_text()
        page.click("[data-key=held-S-2]")
        assert seen(page, "flyTo")[-1] == [70]
        assert page.locator("[data-key=export]").is_enabled()
        page.click("[data-key=segment-public]")
        assert page.locator("[data-key=held-S-2]").count() == 0

    def test_an_approver_opens_what_vacancies_of_all_zones_block(self, opened):
        page = opened()
        page.evaluate("world.allHeld = true; bench.ask('save', {reason: 'r', author: 'a'})")
        page.click("[data-tab=export]")
        page.click("[data-key=segment-official]")
        page.get_by_text("各区都缺必须到岗的人").wait_for()
        assert page.locator("[data-key=export]").is_disabled()
        page.locator("[data-key=head-approved_by]").fill("王副县长")
        page.keyboard.press("Tab")
        page.get_by_text("经王副县长批准").wait_for()
        assert page.locator("[data-key=export]").is_enabled()


class TestNewCase:
    def test_a_case_is_found_in_the_roster_proposed_and_taken(self, opened):
        page = opened()
        page.click("[data-key=new-case]")
        page.keyboard.type("12幢")
        page.get_by_role("button", name="枫南新村12幢302室").click()
        page.locator("[data-key=case-date]").fill("2022-03-05")
        page.click("[data-key=propose]")
        page.get_by_text("34 个网格单元、2,109 户的等级将改变。").wait_for()
        sent = asked(page, "propose")[0]
        assert sent["case"]["household"] == "H-0100"
        assert sent["case"]["confirmed_on"] == "2022-03-05"
        assert sent["protocol"] == "three-zones-2021"
        assert seen(page, "ghost") == [34]
        page.click("[data-key=accept]")
        page.locator("tr.gmp-zone").get_by_text("枫南新村12幢").wait_for()
        assert [each["token"] for each in asked(page, "accept")] == ["p1"]
        assert seen(page, "ghost") == [34, None]

    def test_an_address_that_matches_nothing_is_set_on_the_map(self, opened):
        page = opened()
        page.click("[data-key=new-case]")
        page.keyboard.type("不存在的路")
        page.get_by_text("名册中没有匹配的住址").wait_for()
        page.click("[data-key=case-on-map]")
        page.click("[data-key=propose]")
        page.get_by_role("button", name="采用").wait_for()
        assert asked(page, "propose")[0]["case"]["at"] == [13_420_500, 3_600_500]

    def test_a_dropped_proposal_leaves_the_plan_and_the_map_as_they_were(self, opened):
        page = opened()
        page.click("[data-key=new-case]")
        page.click("[data-key=segment-all]")
        page.click("[data-key=propose]")
        page.click("[data-key=drop]")
        assert seen(page, "ghost") == [34, None]
        assert len(asked(page, "drop")) == 1
        page.click("[data-key=back]")
        assert page.locator("tr[data-key=zone-0]").is_visible()
        assert page.evaluate("world.past.length") == 5


class TestRoad:
    def test_an_empty_workbench_shows_the_road_and_the_first_stroke_ends_it(self, opened):
        page = opened("zones=0")
        road = page.locator(".gmp-road")
        assert road.locator("[aria-current=step] strong").inner_text() == "划区"
        page.click("[data-key=road-paint]")
        assert page.evaluate("[bench.ui.tool, bench.ui.tier]") == ["brush", 0]
        page.evaluate("bench.edit({type: 'SetTier', tier: 'sealed'}, [27, 28])")
        page.locator("tr[data-key=zone-0]").wait_for()
        assert road.is_hidden()
        assert page.locator("[data-step=check].gmp-step-now").is_visible()

    def test_it_can_be_sent_away(self, opened):
        page = opened("zones=0&cases=0")
        page.get_by_label("不再显示").click()
        assert page.locator(".gmp-road").is_hidden()
        assert page.get_by_text("还没有划区").is_visible()


class TestDialogs:
    def test_tab_stays_inside_and_escape_gives_the_keyboard_back(self, opened):
        page = opened()
        page.locator("[data-tab=zones]").focus()
        page.evaluate("void bench.dialogs.confirm({title: '确认', text: '继续?'})")
        for _ in range(5):
            page.keyboard.press("Tab")
            assert page.evaluate("Boolean(document.activeElement.closest('[role=dialog]'))")
        page.keyboard.press("Escape")
        assert page.locator("[role=dialog]").count() == 0
        assert page.evaluate("document.activeElement.dataset.tab") == "zones"

    def test_keys_of_the_workbench_do_not_hear_what_is_typed_into_a_dialog(self, opened):
        page = opened()
        page.evaluate(
            "() => { window.heard = [];"
            " document.querySelector('.gm-bench').addEventListener('keydown', ({key}) => heard.push(key)) }"
        )
        page.evaluate("void bench.dialogs.askReason({why: '规则要求更严'})")
        page.keyboard.type("n0z")
        page.keyboard.press("Control+Enter")
        assert page.locator("[role=dialog]").count() == 0
        assert page.evaluate("heard") == []

    def test_the_help_lists_every_tool_with_its_key(self, opened):
        page = opened()
        page.evaluate("void bench.dialogs.showHelp()")
        dialog = page.get_by_role("dialog", name="工具与按键")
        assert dialog.locator(".gmp-help-tools li").count() == 14
        assert "套索" in dialog.inner_text()
        assert "Ctrl + Z" in dialog.inner_text()


@pytest.mark.parametrize("size", [SCREEN, TABLET])
def test_hostile_names_stay_text_everywhere(opened, size):
    page = opened("hostile=1", size)
    assert page.locator(".gmp-zone-name", has_text=HOSTILE).count() == 1
    for tab in ("problems", "duties", "history", "export"):
        page.locator(f"[data-tab={tab}]").click()
        page.locator(f"[id$={tab}-pane]:not([aria-busy])").wait_for()
    page.click("[data-tab=problems]")
    assert page.locator("[id$=problems-pane] .gmp-what", has_text=HOSTILE).is_visible()
    page.click("[data-tab=duties]")
    for part in ("board", "teams", "loads"):
        page.locator(f"[data-key=segment-{part}]").first.click()
        page.locator("[id$=duties-pane]:not([aria-busy])").wait_for()
    page.locator("tr[data-official]", has_text=HOSTILE).click()
    assert page.locator(".gmp-hand h3", has_text=HOSTILE).is_visible()
    assert page.evaluate("window.hit") is None
    assert page.locator(".gmp-panel img").count() == 0


def test_a_finger_finds_everything_on_a_tablet(opened):
    page = opened("", TABLET)
    page.locator("tr[data-key=zone-0]").tap()
    heights = page.locator(".gmp-panel button:visible, .gmp-panel select:visible").evaluate_all(
        "all => all.map(each => [each.textContent || each.title, each.getBoundingClientRect().height])"
    )
    assert [each for each in heights if each[1] < 40] == []
    assert page.locator("th", has_text="面积").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
