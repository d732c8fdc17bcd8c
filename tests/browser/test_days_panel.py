"""The days that follow in the panel: clocks, events and the board, over a town that answers."""

from tests.browser.panel_host import PHONE, asked, seen


def opened_days(opened, query="", **size):
    page = opened(query, **size)
    page.click("[data-tab=days]")
    page.locator("[data-key=clock-S-1]").wait_for()
    return page


class TestClocks:
    def test_nothing_is_asked_for_before_the_tab_is_looked_at(self, opened):
        page = opened()
        page.locator("[data-tab=problems] .gmp-badge").wait_for()
        assert asked(page, "clock") == asked(page, "board") == []

    def test_a_press_opens_the_conditions_each_with_a_sign_in_words_and_flies_there(self, opened):
        page = opened_days(opened)
        page.click("[data-key=clock-S-1]")
        assert seen(page, "flyTo")[-1] == [18, 27, 28, 30, 39, 40, 42]
        signs = page.locator(".gmp-conditions .gmp-unseen").all_inner_texts()
        assert signs == ["满足", "满足", "未知"]
        assert "还缺:6 人未检" in page.locator(".gmp-conditions").inner_text()
        assert page.locator("[data-key='accept-S-1/0']").count() == 0

    def test_an_event_is_recorded_with_author_and_time_and_a_person_accepts_what_follows(self, opened):
        page = opened_days(opened)
        page.click("[data-key=clock-S-1]")
        page.click("[data-key=record-S-1]")
        assert page.locator("[data-key=event-round]").input_value() == "4"
        page.fill("[data-key=event-due]", "310")
        page.fill("[data-key=event-tested]", "310")
        page.fill("[data-key=event-author]", "")
        assert page.locator("[data-key=event-save]").is_disabled()
        page.fill("[data-key=event-author]", "李医生")
        page.click("[data-key=event-save]")
        page.get_by_text("已登记。").wait_for()
        (record,) = asked(page, "record")
        said = {name: record["event"][name] for name in ("kind", "zone_id", "at", "author", "tested")}
        assert said == {
            "kind": "test_round",
            "zone_id": "S-1",
            "at": "2022-03-05T15:20+08:00",
            "author": "李医生",
            "tested": 310,
        }
        assert asked(page, "accept_clock") == []
        page.locator("[data-key='accept-S-1/0']").click()
        assert "三项条件均已满足" in page.locator("[data-key=accept-reason]").input_value()
        page.get_by_role("dialog").get_by_role("button", name="采用建议").click()
        page.get_by_text("已写入方案,可撤销。").wait_for()
        (accepted,) = asked(page, "accept_clock")
        assert (accepted["key"], accepted["record"]) == ("S-1/0", True)

    def test_a_household_is_found_by_its_address_by_keyboard_and_all_who_live_there_are_taken(self, opened):
        page = opened_days(opened, "hostile")
        page.click("[data-key=record]")
        page.select_option("[data-key=event-kind]", "transfer")
        page.keyboard.press("Escape")
        page.locator("[role=dialog]").wait_for(state="detached")
        page.click("[data-key=record]")
        page.select_option("[data-key=event-kind]", "transfer")
        page.fill("[data-key=event-home]", "枫南新村3")
        page.locator("[data-key=home-H-3]").wait_for()
        assert page.locator(".gmp-modal img").count() == 0
        assert page.locator("[data-key='home-枫南新村3幢']").count() == 0
        page.focus("[data-key=event-home]")
        page.keyboard.press("Enter")
        assert page.locator("[data-key=event-persons]").input_value() == "3"
        page.select_option("[data-key=event-site]", "g1")
        page.click("[data-key=event-save]")
        page.get_by_text("已登记。").wait_for()
        (record,) = asked(page, "record")
        said = {name: record["event"][name] for name in ("kind", "household_id", "site_id", "persons")}
        assert said == {"kind": "transfer", "household_id": "H-3", "site_id": "g1", "persons": 3}
        assert seen(page, "flyTo")[-1] == [27]

    def test_who_is_away_and_which_requests_are_open_is_chosen_from_a_list(self, opened):
        page = opened_days(opened, "lang=en", size=PHONE)
        page.click("[data-key=record]")
        page.select_option("[data-key=event-kind]", "return")
        assert page.locator("[data-key=event-persons]").input_value() == "2"
        page.select_option("[data-key=event-kind]", "request")
        owners = page.locator("datalist option")
        assert [owners.get_attribute("value"), owners.inner_text()] == ["P-7", "王小满 · P-7"]
        assert page.locator("[data-key=event-owner]").get_attribute("list")
        page.select_option("[data-key=event-kind]", "request_closed")
        assert "降压药" in page.locator("[data-key=event-request]").inner_text()
        page.click("[data-key=event-save]")
        page.get_by_text("Recorded.").wait_for()
        (record,) = asked(page, "record")
        assert (record["event"]["kind"], record["event"]["of"]) == ("request_closed", "E-0")

    def test_another_time_is_looked_at_and_left(self, opened):
        page = opened_days(opened)
        page.fill("[data-key=clock-at]", "2022-03-10T08:00")
        page.keyboard.press("Tab")
        page.locator("[data-key=clock-now]").click()
        page.locator("[data-key=clock-now]").wait_for(state="detached")
        assert [each["at"] for each in asked(page, "clock")] == ["", "2022-03-10T08:00+08:00", ""]

    def test_a_withdrawn_event_stays_and_is_marked(self, opened):
        page = opened_days(opened, "hostile")
        page.get_by_text("已登记的事件").click()
        assert page.locator(".gmp-event img").count() == 0
        page.click("[data-key=withdraw-E-3]")
        page.locator("[role=dialog] textarea").fill("重复登记")
        page.get_by_role("dialog").get_by_role("button", name="撤回").click()
        page.locator(".gmp-event-gone").wait_for()
        (record,) = asked(page, "record")
        assert (record["event"]["kind"], record["event"]["of"]) == ("withdrawn", "E-3")


class TestBoard:
    def test_a_press_on_a_measure_tells_it_by_area_and_a_press_on_an_area_flies_there(self, opened):
        page = opened_days(opened, "lang=en", size=PHONE)
        page.click("[data-key=segment-board]")
        page.locator("[data-key=measure-reached]").click()
        names = page.locator(".gmp-board-areas .gmp-line").all_inner_texts()
        assert [name.split("\n")[1] for name in names] == ["38 %", "70 %"]
        page.click("[data-key=into-330421001]")
        assert page.locator("[data-key=board-330421001001]").is_visible()
        assert page.locator("[data-key=measure-placed] b").inner_text() == "99.8 %"
        page.click("[data-key=board-up]")
        assert page.locator("[data-key=board-330421002]").is_visible()
        page.get_by_text("Hard vacancy · lead official").click()
        assert seen(page, "flyTo")[-1] == [70]


class TestNotice:
    TEXT = "将枫南新村3幢划为封控区;将玉兰社区、幸福里小区划为管控区。"

    def read(self, opened, query="", text=TEXT):
        page = opened(query)
        page.click("[data-key=road-notice]" if "zones=0" in query else "[data-key=new-case]")
        page.click("[data-key=segment-notice]")
        page.fill("[data-key=notice-text]", text)
        page.click("[data-key=notice-read]")
        return page

    def test_a_phrase_flies_to_what_it_matched_and_a_choice_settles_what_is_ambiguous(self, opened):
        page = self.read(opened)
        page.click("[data-key=phrase-p1]")
        assert seen(page, "flyTo")[-1] == [27, 28]
        page.click("[data-key=notice-next]")
        page.get_by_text("有两个同名社区").wait_for()
        page.click("[data-key='candidate-areas:1']")
        page.locator(".gmp-phrase-matched[data-key=phrase-p2]").wait_for()
        page.click("[data-key=phrase-p3]")
        page.click("[data-key=phrase-leave]")
        page.get_by_text("通告中的范围已全部对应。").wait_for()
        assert asked(page, "read_notice")[-1]["chosen"] == {"p2": "areas:1", "p3": "ignore"}
        assert asked(page, "accept") == []

    def test_it_lies_on_the_map_until_it_is_taken_or_dropped(self, opened):
        page = self.read(opened)
        page.locator("[data-key=accept]").wait_for()
        assert page.evaluate("laid().label") == "划区建议"
        page.click("[data-key=drop]")
        page.locator("[data-key=notice-text]").wait_for()
        assert page.evaluate("laid()") is None
        assert page.locator("[data-key=notice-text]").input_value() == self.TEXT
        page.click("[data-key=notice-read]")
        page.click("[data-key=accept]")
        page.locator("[data-key=new-case]").wait_for()
        assert len(asked(page, "accept")) == 1

    def test_a_text_that_names_no_place_says_so(self, opened):
        page = self.read(opened, "zones=0&lang=en", "<b>nothing</b>")
        page.get_by_text("No area was found in the text").wait_for()


class TestRaised:
    def test_a_zone_that_a_case_makes_stricter_as_a_whole_is_told_before_it_is_taken(self, opened):
        page = opened()
        page.click("[data-key=new-case]")
        page.click("[data-key=segment-all]")
        page.click("[data-key=propose]")
        page.get_by_text("区内发现病例 case-4,按规则整区从严").wait_for()
        page.click("[data-key=raised-C-1]")
        assert 14 in seen(page, "flyTo")[-1]


class TestComparison:
    def test_what_became_of_the_zones_is_listed_and_flown_to(self, opened):
        page = opened()
        page.click("[data-tab=history]")
        page.locator("[data-key=compare-before]").select_option("1")
        page.click("[data-key=compare]")
        page.locator(".gmp-zone-grown").first.wait_for()
        page.locator("tr:has(.gmp-zone-shrunk)").click()
        assert len(seen(page, "flyTo")[-1]) > 40
