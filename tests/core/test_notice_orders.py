"""Phrases as orders of the field write them, made up: each is matched, ambiguous or unmatched, never lost."""

from datetime import datetime, timedelta, timezone

import pytest

from gridmap.core.edits import AddCarveOut
from gridmap.core.notice_in.heads import moments_in
from gridmap.core.notice_in.reading import read_notice
from gridmap.core.place import place_households
from gridmap.core.tally import household_tiers
from gridmap.store.protocols import load_protocol
from tests.core.test_notice import towns
from tests.core.test_notice_in import homes, lines, states

CHINA = timezone(timedelta(hours=8))
PROTOCOL = load_protocol("three-zones-2021")
GRID = towns()


def roster():
    """枫南新村1-12幢 in c1, 水塔边1-10号 and 中心路88弄1-4号 in a1; a2 and b1 as written here."""
    rows = {f"f{number}": (f"枫南新村{number}幢101室", 410) for number in range(1, 13)}
    rows |= {f"w{number}": (f"水塔边{number}号", 30) for number in range(1, 11)}
    rows |= {f"l{number}": (f"中心路88弄{number}号101室", 50) for number in range(1, 5)}
    rows |= {f"y{number}": (f"一号公馆{number}幢101室", 120) for number in (1, 2)}
    rows |= {f"t{number}": (f"第三新村{number}幢101室", 220) for number in range(21, 26)}
    return homes(rows)


PLACEMENT = place_households(roster(), GRID)


def read(text, plan=GRID, **options):
    return read_notice(text, plan, protocol=PROTOCOL, placement=PLACEMENT, boundaries=lines(), **options)


def zoned(reading, tier):
    found = household_tiers(reading.plan, PLACEMENT)
    return {str(key) for key, each in found.items() if each == tier}


def some(letter, *numbers):
    return {f"{letter}{number}" for number in numbers}


@pytest.mark.parametrize(
    ("place", "meant"),
    [
        ("枫南新村一号楼、十二幢、第三栋", some("f", 1, 3, 12)),
        ("枫南新村十至十二号楼", some("f", 10, 11, 12)),
        ("枫南新村1幢（含）至3幢（含）", some("f", 1, 2, 3)),
        ("枫南新村1、3、5幢及7~9幢、11至12栋", some("f", 1, 3, 5, 7, 8, 9, 11, 12)),
        ("第三新村二十一号楼至二十三号楼、一号公馆2幢", {"t21", "t22", "t23", "y2"}),
        ("枫南新村1-5幢单号楼", some("f", 1, 3, 5)),
        ("水塔边2-6号（双号）", some("w", 2, 4, 6)),
        ("枫南新村1幢至12幢中的偶数幢", some("f", 2, 4, 6, 8, 10, 12)),
        ("水塔边1号-4号（不含3号）", some("w", 1, 2, 4)),
        ("枫南新村2-5幢（3幢除外）", some("f", 2, 4, 5)),
        ("枫南新村除1-10幢外其他楼幢", some("f", 11, 12)),
        ("中心路88弄3号、4号", some("l", 3, 4)),
        ("水塔边8、9-10号民房", some("w", 8, 9, 10)),
    ],
)
def test_buildings_are_read_as_orders_write_them(place, meant):
    reading = read(f"封控区：{place}。")
    assert set(states(reading).values()) == {"matched"}
    assert zoned(reading, "sealed") == meant


@pytest.mark.parametrize(
    "text",
    [
        "封控区：金色港湾三期。",
        "将金色港湾三期、阿里郎划为封控区。",
        "一、封控区\n金色港湾三期\n阿里郎",
        "封控区：金色隔离酒店。",
        "封控区：金色港湾、3幢。",
    ],
)
def test_a_place_of_no_known_kind_is_not_taken_for_prose(text):
    reading = read(text)
    assert set(states(reading).values()) == {"unmatched"}
    assert "3幢" not in text or "3幢" in states(reading)
    assert all(name in "、".join(states(reading)) for name in ("金色", "阿里郎") if name in text)


@pytest.mark.parametrize(
    ("text", "sealed", "controlled"),
    [
        ("经研究决定，对枫南新村3幢实行封控，对魏中社区实行管控。", {"f3"}, some("t", *range(21, 26))),
        ("划定枫南新村3幢为封控区，划定第三新村为管控区。", {"f3"}, some("t", *range(21, 26))),
        ("现将以下区域划定为封控区：\n1.枫南新村3幢\n2.水塔边5号", {"f3", "w5"}, set()),
        ("现划定以下区域为封控区：枫南新村3幢、水塔边5号。", {"f3", "w5"}, set()),
        ("封控区（2个）：1.枫南新村3幢；2.水塔边5号。管控区（1个）：一号公馆。", {"f3", "w5"}, {"y1", "y2"}),
        ("封控区：枫南新村3幢全体住户。解除时间：另行通知。", {"f3"}, set()),
    ],
)
def test_whole_sentences(text, sealed, controlled):
    reading = read(text)
    assert len(reading.open_phrases) == 0
    assert zoned(reading, "sealed") == sealed
    assert zoned(reading, "controlled") == controlled


def test_what_is_done_in_a_zone_stays_prose():
    text = "一、封控区\n枫南新村3幢。实行“区域封闭、足不出户、服务上门”。\n有冲突的，按照从高原则落实。"
    assert states(read(text)) == {"枫南新村3幢": "matched"}


def test_all_odd_numbers_of_a_compound_are_asked_for():
    reading = read("封控区：水塔边单号。")
    row = reading.open_phrases.iloc[0]
    assert (row["text"], row["state"]) == ("水塔边单号", "ambiguous")
    decided = read("封控区：水塔边单号。", decisions={row.name: row["candidates"][0]})
    assert zoned(decided, "sealed") == some("w", 1, 3, 5, 7, 9)


def test_beyond_four_lines_lies_the_area_that_they_close():
    reading = read("管控区：中心河以东、魏塘路以南、东大港以西、枫南路以北区域。")
    assert set(states(reading).values()) == {"matched"}
    assert reading.plan.tiers.dropna().to_dict() == {"b1": "controlled", "b2": "controlled"}


@pytest.mark.parametrize("sides", ["中心河以东、魏塘路以南", "东至东大港、南至枫南路", "中心河以东区域"])
def test_fewer_than_four_sides_are_left_to_the_map(sides):
    reading = read(f"管控区：{sides}。")
    assert states(reading) == {sides: "unmatched"}
    assert reading.edits == ()


@pytest.mark.parametrize(
    "place", ["枫南社区（东至东大港、西至中心河、南至枫南路、北至魏塘路合围区域）", "枫南新村（北区）"]
)
def test_a_name_that_brackets_may_narrow_is_a_question(place):
    reading = read(f"封控区：{place}。")
    assert states(reading)[place.split("（", maxsplit=1)[0]] == "ambiguous"
    assert not zoned(reading, "sealed") & some("f", *range(1, 13))


def test_what_is_excepted_comes_under_the_rest():
    text = "管控区：枫南新村（3幢除外）、魏塘街道（水塔边除外）。防范区：县域其他区域。"
    reading = read(text)
    assert len(reading.open_phrases) == 0
    assert zoned(reading, "prevention") == {"f3", *some("w", *range(1, 11))}


@pytest.mark.parametrize(
    ("said", "hour"),
    [
        ("3月5日十八时", 18),
        ("三月五日十八时", 18),
        ("3月5日零时", 0),
        ("3月5日24时", 24),
        ("3月5日晚上12点", 24),
        ("3月5日下午6点", 18),
        ("3月5日晚8时", 20),
        ("3月5日中午1点", 13),
        ("3月5日18：00", 18),
    ],
)
def test_the_hour_in_words(said, hour):
    reading = read(f"自{said}起，枫南新村为封控区。\n二〇二二年三月五日")
    assert reading.effective == datetime(2022, 3, 5, tzinfo=CHINA) + timedelta(hours=hour)


def test_an_hour_that_may_be_of_two_days_is_not_told():
    reading = read("自3月5日深夜1点起，枫南新村为封控区。\n2022年3月5日")
    assert reading.effective is None
    assert states(reading)["自3月5日深夜1点起"] == "unmatched"


def test_from_its_issue_is_the_day_of_its_date():
    reading = read("自即日起，枫南新村为封控区。\n2022年3月5日")
    assert reading.effective == datetime(2022, 3, 5, tzinfo=CHINA)
    assert any("no hour is told" in problem for problem in reading.problems)
    assert read("自即日起，枫南新村为封控区。").effective is None


def test_until_is_an_expiry():
    uses = [each.use for each in moments_in("自2022年3月5日18时起至3月19日24时止")]
    assert uses == ["effective", "valid_until"]


def test_a_building_that_the_plan_has_sealed_is_not_controlled_unseen():
    """3幢 would stay sealed: the plan has 1-5幢 sealed, which is as exact and stricter."""
    plan = read("封控区：枫南新村1-5幢。").plan
    reading = read("管控区：枫南新村3幢。", plan)
    assert states(reading) == {"枫南新村3幢": "ambiguous"}
    assert reading.edits == ()
    row = reading.open_phrases.iloc[0]
    decided = read("管控区：枫南新村3幢。", plan, decisions={row.name: row["candidates"][0]})
    assert isinstance(decided.edits[0], AddCarveOut)
