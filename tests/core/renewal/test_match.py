"""A renewed roster is matched to the old one: who is who, and what only a person can say."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.core.renewal.match import match_households, match_officials
from gridmap.core.renewal.traits import phone_digits
from gridmap.sample import make_county
from gridmap.sample.renewed import renew_roster
from tests.core.renewal.rosters import OLD, officials, roster


def classes(renewal, of="new"):
    """Give the class of every row."""
    rows = renewal.new_rows if of == "new" else renewal.old_rows
    return rows["status"].to_list()


def whom(renewal):
    """Give each new id that was taken with the old id that it is."""
    return dict(zip(renewal.pairs["new_id"], renewal.pairs["old_id"], strict=True))


def renewed(*lines):
    return match_households(roster(*OLD), roster(*lines))


def test_the_same_roster_is_the_same_household_by_household():
    renewal = renewed(*OLD)
    assert classes(renewal) == classes(renewal, "old") == ["same"] * 4
    assert (renewal.pairs["old_id"] == renewal.pairs["new_id"]).all()
    assert renewal.pairs["strength"].eq(1.0).all()
    assert renewal.balanced
    assert not len(renewal.queue)


def test_a_household_that_has_another_phone_and_count_is_changed_and_says_what():
    renewal = renewed(OLD[0].replace("10400000001", "10400000099").replace(" 3", " 5"), *OLD[1:])
    assert classes(renewal) == ["changed", "same", "same", "same"]
    assert renewal.pairs["changed"].iloc[0] == "phone;residents"
    assert renewal.pairs["reason"].iloc[0] == "id;address;name"


def test_who_lives_elsewhere_now_has_moved_and_is_found_under_another_id():
    renewal = renewed(*OLD[:3], "n9 刘海波 10400000004 北苑7幢303室 1")
    assert whom(renewal)["n9"] == "h4"
    assert classes(renewal)[3] == "moved"
    assert renewal.pairs["reason"].iloc[3] == "phone;name"


def test_who_moves_within_the_building_has_moved():
    renewal = renewed(*OLD[:3], "h4 刘海波 10400000004 西苑新村2幢203室 1")
    assert classes(renewal)[3] == "moved"


def test_an_address_that_lacks_the_room_is_no_move():
    renewal = renewed(*OLD[:3], "h4 刘海波 10400000004 西苑新村2幢 1")
    assert classes(renewal)[3] == "changed"


def test_others_who_live_there_under_the_id_of_those_who_left_are_asked_about():
    renewal = renewed("h1 赵春秋 10400000077 东苑新村1幢101室 2", *OLD[1:])
    assert classes(renewal)[0] == classes(renewal, "old")[0] == "doubtful"
    assert renewal.doubtful[["reason", "why"]].to_numpy().tolist() == [["id;address", "weak"]]


def test_others_who_live_there_under_an_id_of_their_own_are_new_and_the_old_ones_gone():
    renewal = renewed("n1 赵春秋 10400000077 东苑新村1幢101室 2", *OLD[1:])
    assert classes(renewal)[0] == "new"
    assert classes(renewal, "old")[0] == "gone"
    assert renewal.queue[["kind", "old_id"]].to_numpy().tolist() == [["gone", "h1"]]


def test_an_id_with_somebody_else_behind_it_is_asked_about_and_never_taken():
    renewal = renewed("h1 赵春秋 10400000077 北苑9幢909室 2", *OLD[1:])
    assert classes(renewal)[0] == "doubtful"


def test_a_letter_in_name_address_or_phone_does_not_part_a_household():
    renewal = renewed(
        OLD[0].replace("王安宁", "王按宁"),
        OLD[1].replace("10400000002", "10400000020"),
        OLD[2].replace("西苑", "茜苑"),
        OLD[3],
    )
    assert classes(renewal) == ["changed", "changed", "changed", "same"]
    assert renewal.pairs["reason"].to_list()[:3] == [
        "id;phone;address;name_near",
        "id;phone_near;address;name",
        "id;phone;address_near;name",
    ]


def test_full_width_digits_blanks_and_a_country_code_are_no_change():
    renewal = renewed(
        OLD[0].replace("10400000001", "+8610400000001").replace("1幢101", "１幢１０１"), *OLD[1:]
    )
    assert classes(renewal)[0] in {"same", "changed"}
    assert renewal.pairs["reason"].iloc[0] == "id;phone;address;name"


def test_a_spelling_that_both_rosters_know_is_a_compound_of_its_own():
    """王安宁 of 西苑 has the numbers of 王安宁 of 东苑, and is another or has moved."""
    old = roster("a1 王安宁 - 东苑1幢101室 3", "a2 李明志 - 西苑1幢301室 2")
    new = roster("b1 王安宁 - 西苑1幢101室 3", "b2 李明志 - 西苑1幢301室 2", "b3 赵春秋 - 东苑1幢501室 2")
    assert whom(match_households(old, new)) == {"b2": "a2"}


def test_two_that_may_be_it_wait_for_a_person_and_neither_is_taken():
    old = roster("a1 王安宁 - 东苑1幢 3")
    new = roster("b1 王安宁 - 东苑1幢101室 3", "b2 王安宁 - 东苑1幢202室 3")
    renewal = match_households(old, new)
    assert classes(renewal) == ["doubtful", "doubtful"]
    assert classes(renewal, "old") == ["doubtful"]
    assert sorted(renewal.doubtful["why"].unique()) == ["rival"]


def test_a_row_that_repeats_another_in_all_but_its_id_is_doubled():
    renewal = renewed(*OLD, "d1 王安宁 10400000001 东苑新村1幢101室 3")
    assert classes(renewal) == ["same", "same", "same", "same", "doubled"]
    assert renewal.new_rows["partner"].iloc[4] == 0


def test_a_row_that_repeats_another_with_another_count_is_asked_about():
    renewal = renewed(*OLD, "d1 王安宁 10400000001 东苑新村1幢101室 5")
    assert classes(renewal)[4] == "doubtful"
    assert renewal.doubtful["why"].to_list() == ["taken"]
    assert whom(renewal)["h1"] == "h1"


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("flags", "人户分离"),
        ("是否人户分离", "是"),
        ("户籍地址", "南苑3幢301室"),
        ("flags", "risk_area_arrival;absent"),
    ],
)
def test_who_is_registered_there_and_lives_elsewhere_is_absent(column, value):
    old = roster(*OLD)
    new = old.assign(**{column: ["", value, "", ""]})
    renewal = match_households(old, new)
    assert classes(renewal) == ["same", "absent", "same", "same"]
    assert f"absent_by:{column}" in renewal.notes or f";{column}" in renewal.notes[-1]


def test_a_registered_address_that_is_the_dwelling_makes_nobody_absent():
    old = roster(*OLD)
    new = old.assign(户籍地址="惠民街道" + old["address"])
    assert classes(match_households(old, new, area_names=["惠民街道"])) == ["same"] * 4


def test_ids_given_anew_do_not_pair_and_it_is_said():
    """Sixty households, of whom each has the id of the next one."""
    county = make_county(cells=100, households=60, seed=3).households
    ids = np.roll(county.index.to_numpy(), 1)
    renewal = match_households(county, county.set_axis(pd.Index(ids, name="household_id")))
    assert renewal.notes[0] == "ids_renumbered"
    assert classes(renewal) == ["same"] * 60
    assert (renewal.pairs["old_row"] == renewal.pairs["new_row"]).all()


def test_an_empty_roster_leaves_everybody_gone_or_new():
    old, nobody = roster(*OLD), roster()
    assert classes(match_households(old, nobody), "old") == ["gone"] * 4
    assert classes(match_households(nobody, old)) == ["new"] * 4
    assert match_households(nobody, nobody).counts.to_numpy().sum() == 0


def test_the_rosters_are_left_as_they_are_and_ids_may_be_a_column():
    old, new = roster(*OLD), roster(*OLD[::-1]).reset_index()
    before = old.copy(), new.copy()
    assert (match_households(old, new).pairs["status"] == "same").all()
    pd.testing.assert_frame_equal(old, before[0])
    pd.testing.assert_frame_equal(new, before[1])


def test_blanks_of_the_new_roster_change_nothing():
    renewal = renewed("h1 王安宁 - 东苑新村1幢101室 3", *OLD[1:])
    assert classes(renewal)[0] == "same"


def test_a_phone_that_is_nearly_the_same_says_nothing_of_others_there():
    """Telephones of an office are numbered one after the other."""
    renewal = renewed("h1 赵春秋 10400000009 东苑新村1幢101室 2", *OLD[1:])
    assert classes(renewal)[0] == "doubtful"
    assert renewal.doubtful["reason"].to_list() == ["id;address"]


def test_an_official_keeps_the_id_in_another_post_and_the_successor_in_the_post_does_not_get_it():
    old = officials(
        "P1 王安宁 10300000001 grid_head 东村 330421", "P2 李明志 10300000002 police 派出所 330421"
    )
    new = officials(
        "P1 赵春秋 10399887766 grid_head 东村 330421",
        "P7 王安宁 10300000001 secretary 西村 330422",
        "P2 李明志 10300000002 police 派出所 330421",
    )
    renewal = match_officials(old, new)
    assert whom(renewal) == {"P7": "P1", "P2": "P2"}
    assert classes(renewal) == ["new", "moved", "same"]


def test_phones_are_compared_by_their_digits():
    texts = pd.Series(["０１３８ 0013 8000", "13800138000/13900139000", "0573-84021234 转 8012", "无", None])
    assert phone_digits(texts).to_list() == ["013800138000", "13800138000", "057384021234", "", ""]


def test_what_is_taken_without_asking_is_right_by_the_key_of_the_generator():
    """4,000 households of whom 5 % changed, with 1 % misspelled."""
    old = make_county(cells=100, households=4_000, seed=1).households
    later = renew_roster(old, seed=2)
    renewal = match_households(old, later.households)
    true = later.key["old_id"].to_numpy()[renewal.pairs["new_row"]]
    right = true == renewal.pairs["old_id"].to_numpy()
    assert right.mean() >= 0.999
    assert right.sum() >= 0.99 * (later.key["old_id"] != "").sum()
    assert set(renewal.ids("gone", of="old")) <= set(later.gone)


WORDS = st.sampled_from(["", "王安", "王安宁", "李明", "王按宁"])
PHONES = st.sampled_from(["", "10400000001", "10400000002", "10400000012"])
ADDRESSES = st.sampled_from(["", "东苑1幢101室", "东苑1幢", "西苑1幢101室", "茜苑1幢101室", "北汇浜12号"])
IDS = st.sampled_from(["", "h1", "h2", "h3", "h4", "h5"])
ROSTERS = st.lists(st.tuples(IDS, WORDS, PHONES, ADDRESSES, st.integers(0, 3)), max_size=8)


def frame(rows):
    columns = ["household_id", "head_name", "phone", "address", "residents"]
    texts = dict.fromkeys(columns[:4], "str")
    return (
        pd.DataFrame(rows, columns=columns).astype({**texts, "residents": "int64"}).set_index("household_id")
    )


@settings(max_examples=12)
@given(ROSTERS, ROSTERS)
def test_every_row_and_every_resident_is_in_one_class_whatever_the_rosters(old, new):
    renewal = match_households(frame(old), frame(new))
    assert renewal.balanced
    assert len(renewal.old_rows) == len(old)
    assert len(renewal.new_rows) == len(new)
    for side in ("old_row", "new_row"):
        assert renewal.pairs[side].is_unique
    doubtful = renewal.queue[renewal.queue["kind"] == "pair"]
    assert set(renewal.old_rows.index[renewal.old_rows["status"] == "doubtful"]) <= set(
        renewal.doubtful["old_row"]
    )
    assert not set(doubtful["old_row"]) & set(renewal.pairs["old_row"])
    assert renewal.queue["item"].is_unique


@settings(max_examples=10)
@given(
    st.lists(
        st.tuples(IDS, WORDS, PHONES, ADDRESSES, st.integers(0, 3)), max_size=6, unique_by=lambda row: row[1:]
    ),
    st.lists(
        st.tuples(IDS, WORDS, PHONES, ADDRESSES, st.integers(0, 3)), max_size=6, unique_by=lambda row: row[1:]
    ),
    st.randoms(use_true_random=False),
)
def test_the_order_of_the_rows_decides_nothing(old, new, random):
    def answer(old, new):
        pairs = match_households(frame(old), frame(new)).pairs
        return sorted((old[a], new[b]) for a, b in zip(pairs["old_row"], pairs["new_row"], strict=True))

    mixed = random.sample(old, len(old)), random.sample(new, len(new))
    assert answer(old, new) == answer(*mixed)
