"""Who is on which shift, and how many are at every post."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from gridmap.core.shifts import headcount_of, posts_of_rules, spread_over_shifts
from gridmap.core.targets import Target
from gridmap.model.duties import HEADCOUNT_COLUMNS, SHIFT_COLUMNS
from gridmap.model.protocol import DutyRule

SHIFTS = ("day", "evening", "night")
GATE = DutyRule("guard", "site", site_kind="gate", least=3, shifts=SHIFTS)


def site(name):
    return Target("site", name, 0.0, 0.0)


def gates(*names, rule=GATE):
    return posts_of_rules([(rule, [site(name) for name in names])])


def duties(*rows):
    """Rows of official, role, kind, target."""
    return pd.DataFrame(rows, columns=["official_id", "role", "target_kind", "target"], dtype="str")


def guards(*names, at="g1", role="guard"):
    return duties(*((name, role, "site", at) for name in names))


def on(shifts):
    """The people on every shift of every post."""
    groups = shifts.groupby(["target", "role", "shift"])["official_id"]
    return {key: set(people) for key, people in groups}


def test_a_gate_in_three_shifts_needs_its_people_in_each():
    assert gates("g1").to_numpy().tolist() == [["site", "g1", "guard", shift, 3] for shift in SHIFTS]


def test_zones_and_sites_are_posts_but_areas_only_where_they_are_served_in_shifts():
    zone, area = Target("zone", "S-1", 0.0, 0.0), Target("area", "V1", 0.0, 0.0)
    needed = [
        (DutyRule("lead", "zone"), [zone]),
        (DutyRule("head", "area", level="village"), [area]),
        (DutyRule("watch", "area", level="village", shifts=("day",)), [area]),
    ]
    posts = posts_of_rules(needed)
    assert posts[["target", "role", "shift"]].to_numpy().tolist() == [
        ["S-1", "lead", ""],
        ["V1", "watch", "day"],
    ]


def test_two_rules_of_one_role_for_one_zone_do_not_add_up_unless_they_name_other_holders():
    zone = Target("zone", "S-1", 0.0, 0.0)
    rules = [DutyRule("guard", "zone", least=1), DutyRule("guard", "zone", least=4)]
    assert posts_of_rules([(rule, [zone]) for rule in rules])["needed"].tolist() == [4]
    rules = [DutyRule("leader", "zone", holders="town"), DutyRule("leader", "zone", holders="county")]
    assert posts_of_rules([(rule, [zone]) for rule in rules])["needed"].tolist() == [2]


def test_nine_people_are_three_on_each_shift():
    shifts = spread_over_shifts(guards(*"abcdefghi"), gates("g1"))
    assert shifts["shift"].tolist() == ["day"] * 3 + ["evening"] * 3 + ["night"] * 3
    assert sorted(shifts["official_id"]) == list("abcdefghi")
    assert list(shifts.columns) == list(SHIFT_COLUMNS)


def test_who_is_one_too_many_or_too_few_does_not_make_shifts_uneven():
    for people, sizes in (("abcdefghij", [3, 3, 4]), ("abcde", [1, 2, 2]), ("a", [1]), ("ab", [1, 1])):
        shifts = spread_over_shifts(guards(*people), gates("g1"))
        assert sorted(shifts["shift"].value_counts()) == sizes


def test_headcount_tells_needed_and_filled_of_every_shift():
    posts, table = gates("g1", "g2"), guards(*"abcde")
    counts = headcount_of(posts, table, spread_over_shifts(table, posts))
    assert list(counts.columns) == list(HEADCOUNT_COLUMNS)
    assert counts["needed"].tolist() == [3] * 6
    assert counts.groupby("target")["filled"].sum().to_dict() == {"g1": 5, "g2": 0}
    assert sorted(counts.loc[counts["target"] == "g1", "filled"]) == [1, 2, 2]


def test_headcount_of_a_post_without_shifts_counts_its_people_once():
    posts = gates("g1", rule=DutyRule("guard", "site", site_kind="gate", least=2))
    table = duties(("a", "guard", "site", "g1"), ("a", "guard", "site", "g1"), ("b", "medic", "site", "g1"))
    counts = headcount_of(posts, table, spread_over_shifts(table, posts))
    assert counts.to_dict("records") == [
        {"target_kind": "site", "target": "g1", "role": "guard", "shift": "", "needed": 2, "filled": 1}
    ]


def test_one_who_serves_a_post_in_two_roles_is_on_one_shift():
    medic = DutyRule("medic", "site", site_kind="gate", shifts=SHIFTS)
    posts = posts_of_rules([(GATE, [site("g1")]), (medic, [site("g1")])])
    table = pd.concat([guards(*"abcdef"), guards(*"abc", role="medic")])
    shifts = spread_over_shifts(table, posts).drop_duplicates(["official_id", "target", "shift"])
    assert not shifts.duplicated("official_id").any()


def test_who_was_on_a_shift_before_stays_on_it():
    posts = gates("g1")
    first = spread_over_shifts(guards(*"abcdefghi"), posts)
    left = first["official_id"].iat[4]
    people = [name for name in "abcdefghi" if name != left]
    after = on(spread_over_shifts(guards(*people, "z"), posts, before=first))
    place = ("g1", "guard", first["shift"].iat[4])
    for key, crew in on(first).items():
        assert after[key] == (crew - {left} | {"z"} if key == place else crew)


def test_who_was_on_a_shift_moves_only_where_the_shifts_would_be_uneven():
    """Six on the day shift before: two stay, of the others two go to each of the other shifts."""
    before = guards(*"abcdef").assign(shift="day")
    after = on(spread_over_shifts(guards(*"abcdef"), gates("g1"), before=before))
    assert {len(crew) for crew in after.values()} == {2}


def test_a_shift_that_is_no_more_is_forgotten():
    before = guards(*"abc").assign(shift="dawn")
    assert set(spread_over_shifts(guards(*"abc"), gates("g1"), before=before)["shift"]) == set(SHIFTS)


def test_without_posts_in_shifts_nobody_is_on_a_shift():
    empty = spread_over_shifts(guards("a"), gates("g1", rule=DutyRule("guard", "site", site_kind="gate")))
    assert_frame_equal(empty, spread_over_shifts(duties(), posts_of_rules([])))
    assert list(empty.columns) == list(SHIFT_COLUMNS)
    assert list(headcount_of(posts_of_rules([]), duties(), empty).columns) == list(HEADCOUNT_COLUMNS)


@given(
    people=st.lists(st.sampled_from([f"p{i}" for i in range(30)]), unique=True, max_size=20),
    earlier=st.dictionaries(
        st.sampled_from([f"p{i}" for i in range(30)]), st.sampled_from(["day", "night", "x"])
    ),
    order=st.randoms(use_true_random=False),
)
@settings(derandomize=True, deadline=None, max_examples=60)
def test_shifts_are_even_everybody_has_one_and_the_order_does_not_matter(people, earlier, order):
    rows = [(name, "guard", "site", "g1", shift) for name, shift in earlier.items()]
    before = pd.DataFrame(rows, columns=list(SHIFT_COLUMNS), dtype="str")
    shifts = spread_over_shifts(guards(*people), gates("g1"), before=before)
    assert sorted(shifts["official_id"]) == sorted(people)
    sizes = [int((shifts["shift"] == shift).sum()) for shift in SHIFTS]
    assert max(sizes) - min(sizes) <= 1
    mixed = order.sample(people, len(people))
    again = spread_over_shifts(guards(*mixed), gates("g1"), before=before)
    assert on(again) == on(shifts)


@pytest.mark.parametrize("seed", range(5))
def test_without_memory_few_change_shift_when_one_is_replaced(seed):
    """The shift follows from the ids: of the eight who stay at most two move to keep the shifts even."""
    crew = [f"p{seed}{i}" for i in range(9)]
    first = spread_over_shifts(guards(*crew), gates("g1")).set_index("official_id")["shift"]
    after = spread_over_shifts(guards(*crew[1:], "new"), gates("g1")).set_index("official_id")["shift"]
    assert (first[crew[1:]] != after[crew[1:]]).sum() <= 2
