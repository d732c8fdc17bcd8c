import copy

import pytest

from gridmap.errors import ProtocolError
from gridmap.model.clock_stage import DayCount, Stage
from gridmap.model.protocol import DutyRule, Rule
from gridmap.model.protocol_parts import Shift, Supply, TeamRule
from gridmap.model.protocol_schema import protocol_faults, protocol_from_text

SMALL = """
id = "small"
title_zh = "小"
title_en = "Small"
source = "made up"
notice = "verify against the order in force"
needs_roles = ["medical"]

[[tiers]]
id = "sealed"
label_zh = "封控区"
label_en = "sealed"
prefix = "S"
color = "#b2182b"
pattern = "cross"
measures_zh = ["足不出户"]

[[tiers]]
id = "open"
label_zh = "开放区"
label_en = "open"
prefix = "O"
color = "#2166ac"
pattern = "dots"

[[rules]]
rule = "within"
tier = "sealed"
radius_m = 500
by = "centroid"
places = ["home"]

[[rules]]
rule = "remainder"
tier = "open"
level = "town"

[[duties]]
role = "medical"
per = "household"
households = 15
tiers = ["sealed"]
hard = true
basis = "order"

[roles]
police = ["民警", "police"]
medical = ["医务", "medical"]

[[clock.sealed]]
days = 14
then = "open"
after = ["open"]
"""


def base_data():
    """The small protocol, as its file holds it."""
    import tomllib

    return tomllib.loads(SMALL)


def faults_of(**changes):
    """The faults, as place and text, of the small protocol with some top keys changed."""
    data = base_data()
    data.update(copy.deepcopy(changes))
    return {fault.where: str(fault) for fault in protocol_faults(data)}


def tier(**changes):
    row = {"id": "t", "label_zh": "甲", "label_en": "a", "prefix": "T", "color": "#000000", "pattern": "none"}
    return {**row, **changes}


def test_a_protocol_is_read_as_it_is_written():
    protocol = protocol_from_text(SMALL)
    assert protocol.id == "small"
    assert protocol.tier_ids == ("sealed", "open")
    assert protocol.tier("sealed").measures("zh") == ("足不出户",)
    assert protocol.tier("sealed").measures("en") == ()
    assert protocol.rules == (
        Rule("within", "sealed", radius_m=500, by="centroid", places=("home",)),
        Rule("remainder", "open", level="town"),
    )
    assert protocol.duties == (
        DutyRule("medical", "household", tiers=("sealed",), households=15, hard=True, basis="order"),
    )
    assert list(protocol.roles) == ["police", "medical"]
    assert protocol.role_label("medical", "zh") == "医务"
    assert protocol.clock == {"sealed": (Stage(days=14, then="open", after=("open",)),)}
    assert protocol.days == DayCount(timezone="Asia/Shanghai", first=0)


def test_a_protocol_without_rules_and_duties_is_enough_for_zoning_by_hand():
    text = SMALL[: SMALL.index("[[rules]]")].replace('needs_roles = ["medical"]', "")
    protocol = protocol_from_text(text)
    assert (protocol.rules, protocol.duties, dict(protocol.roles)) == ((), (), {})


def test_all_faults_of_a_file_are_told_at_once_with_their_places():
    text = SMALL.replace('tier = "open"', 'tier = "opne"').replace("500", "-5").replace('"S"', '"O"')
    text = text.replace("households = 15", "").replace('basis = "order"', 'basis = "habit"')
    with pytest.raises(ProtocolError, match=r"5 faults in small\.toml") as caught:
        protocol_from_text(text, title="small.toml")
    lines = str(caught.value).splitlines()[1:]
    assert sorted(line.split(":")[0].strip() for line in lines) == [
        "duties[1].basis",
        "duties[1].households",
        "rules[1].radius_m",
        "rules[2].tier",
        "tiers[2].prefix",
    ]


def test_one_fault_is_told_in_the_singular():
    with pytest.raises(ProtocolError, match=r"^1 fault in the protocol\n  colour: unknown key"):
        protocol_from_text('colour = "red"\n' + SMALL)


def test_text_that_is_not_toml_is_refused_with_the_line():
    with pytest.raises(ProtocolError, match=r"bad.toml is not TOML: .*line 1"):
        protocol_from_text("id = small", title="bad.toml")


def test_an_unknown_key_says_which_one_was_perhaps_meant():
    assert faults_of(titel_zh="x") == {"titel_zh": "titel_zh: unknown key; did you mean 'title_zh'?"}


@pytest.mark.parametrize("key", ["id", "title_zh", "title_en", "source", "notice", "tiers"])
def test_what_every_protocol_needs_is_asked_for(key):
    import tomllib

    data = tomllib.loads(SMALL)
    del data[key]
    assert f"{key}: is missing" in "\n".join(str(fault) for fault in protocol_faults(data))


@pytest.mark.parametrize(
    ("changes", "place", "said"),
    [
        ({"id": "Two Words"}, "id", "is not an id"),
        ({"notice": "  "}, "notice", "is not a text"),
        ({"needs_roles": ["cook"]}, "needs_roles", "unknown role 'cook'"),
        ({"tiers": []}, "tiers", "no tier is defined"),
        ({"tiers": "sealed"}, "tiers", "is not a list of tables"),
        ({"rules": {"rule": "within"}}, "rules", "is not a list of tables"),
        ({"roles": {"cook": ["厨师"]}}, "roles.cook", "a Chinese and an English label"),
        ({"roles": {"Cook": ["厨师", "cook"]}}, "roles.Cook", "is not an id"),
        ({"clock": {"closed": []}}, "clock.closed", "unknown tier 'closed'"),
        ({"clock": {"sealed": 14}}, "clock.sealed", "write [[clock.sealed]]"),
        ({"clock": {"sealed": [{"days": -1}]}}, "clock.sealed[1].days", "whole number, 0 or more"),
        ({"clock": {"sealed": [{"then": "lower"}]}}, "clock.sealed[1].then", "unknown tier 'lower'"),
        ({"clock": {"sealed": [{"hours": 1}]}}, "clock.sealed[1].hours", "unknown key"),
        ({"clock": {"sealed": [{"then": "open"}]}}, "clock.sealed[1]", "it would lift at once"),
        ({"clock": {"sealed": [{"after": ["sealed"]}]}}, "clock.sealed[1].after", "would wait for itself"),
        ({"clock": {"sealed": [{"days": 2}, {"days": 1}]}}, "clock.sealed[1].then", "is never reached"),
        ({"clock": {"sealed": [{"days": 2, "level": "town"}]}}, "clock.sealed[1].level", "without after"),
        ({"clock": {"sealed": [{"days": 2, "test_day": 3}]}}, "clock.sealed[1].test_day", "after the 2 days"),
        (
            {"clock": {"sealed": [{"days": 2, "on_case_part": "building"}]}},
            "clock.sealed[1].on_case_days",
            "is missing",
        ),
        (
            {"clock": {"sealed": [{"days": 2, "on_case_part": "street"}]}},
            "clock.sealed[1].on_case_part",
            "street",
        ),
        ({"days": {"timezone": "Asia/Nowhere"}}, "days.timezone", "unknown time zone 'Asia/Nowhere'"),
        ({"days": {"first": 2}}, "days.first", "neither 0 nor 1"),
    ],
)
def test_a_wrong_top_value_is_found(changes, place, said):
    assert said in faults_of(**changes)[place]


@pytest.mark.parametrize(
    ("second", "place", "said"),
    [
        ({"prefix": "S"}, "tiers[2].prefix", "'S' is also the prefix of tiers[1]"),
        ({"id": "sealed"}, "tiers[2].id", "'sealed' is also the id of tiers[1]"),
        ({"color": "#b2182b"}, "tiers[2].color", "told apart"),
        ({"id": "none"}, "tiers[2].id", "'none' means no tier"),
        ({"color": "red"}, "tiers[2].color", "a colour such as"),
        ({"pattern": "stars"}, "tiers[2].pattern", "it is one of cross, diagonal, dots, none"),
        ({"prefix": "S-"}, "tiers[2].prefix", "1 to 4 letters"),
        ({"measures_zh": "x"}, "tiers[2].measures_zh", "a list of texts"),
    ],
)
def test_a_wrong_tier_is_found(second, place, said):
    first = tier(id="sealed", prefix="S", color="#b2182b", label_zh="封控区", label_en="sealed")
    assert said in faults_of(tiers=[first, tier(**second)])[place]


@pytest.mark.parametrize(
    ("rule", "place", "said"),
    [
        ({"rule": "around", "tier": "open"}, "rules[1].rule", "unknown value 'around'"),
        ({"rule": "containing_cell"}, "rules[1].tier", "is missing"),
        ({"rule": "containing_area", "tier": "open"}, "rules[1].level", "rule 'containing_area' needs it"),
        ({"rule": "remainder", "tier": "open"}, "rules[1].level", "is missing"),
        ({"rule": "within", "tier": "open"}, "rules[1].radius_m", "is missing"),
        ({"rule": "within", "tier": "open", "radius_m": 0}, "rules[1].radius_m", "greater than 0"),
        ({"rule": "within", "tier": "open", "radius_m": True}, "rules[1].radius_m", "greater than 0"),
        ({"rule": "within", "tier": "open", "radius_m": float("inf")}, "rules[1].radius_m", "greater than 0"),
        ({"rule": "within", "tier": "open", "radius_m": 1, "by": "luck"}, "rules[1].by", "touches"),
        ({"rule": "containing_cell", "tier": "open", "radius_m": 1}, "rules[1].radius_m", "says nothing"),
        ({"rule": "containing_cell", "tier": "open", "places": ["hmoe"]}, "rules[1].places", "'hmoe'"),
        ({"rule": "containing_cell", "tier": "open", "places": []}, "rules[1].places", "no kind of place"),
    ],
)
def test_a_wrong_rule_is_found(rule, place, said):
    assert said in faults_of(rules=[rule])[place]


def test_a_rule_given_twice_is_found():
    rule = {"rule": "containing_cell", "tier": "open"}
    assert faults_of(rules=[rule, rule]) == {"rules[2]": "rules[2]: the same as rules[1]; leave one out"}


@pytest.mark.parametrize(
    ("changes", "key", "said"),
    [
        ({"role": "cook"}, "role", "unknown role 'cook'; defined are police, medical"),
        ({"tiers": ["shut"]}, "tiers", "unknown tier 'shut'"),
        ({"per": "city"}, "per", "it is one of zone, area, site, household"),
        ({"per": "area"}, "level", "per 'area' needs it"),
        ({"per": "site"}, "site_kind", "is missing"),
        ({"per": "household"}, "households", "is missing"),
        ({"per": "household", "households": 0}, "households", "give 1 or more"),
        ({"level": "town"}, "level", "says nothing for per 'zone'"),
        ({"least": 3, "most": 2}, "most", "2 is less than least = 3"),
        ({"least": -1}, "least", "0 or more"),
        ({"least": 1.5}, "least", "whole number"),
        ({"hard": "yes"}, "hard", "true or false"),
        ({"basis": "habit"}, "basis", "it is one of order, practice"),
    ],
)
def test_a_wrong_duty_is_found(changes, key, said):
    duty = {"role": "medical", "per": "zone", "basis": "order", **changes}
    assert said in faults_of(duties=[duty])[f"duties[1].{key}"]


SERVICE = """
chain = [["medical"], ["police", "medical"]]

[[shifts]]
id = "day"
label_zh = "白班"
label_en = "day shift"
begins = "08:00"
ends = "20:00"

[[shifts]]
id = "night"
label_zh = "夜班"
label_en = "night shift"
begins = "20:00"
ends = "08:00"

[[teams]]
id = "branch"
label_zh = "临时党支部"
label_en = "temporary branch"
tiers = ["sealed"]
leaders = ["police", "medical"]
members = ["medical"]
least = 3
basis = "order"

[[supplies]]
id = "meals"
label_zh = "工作餐"
label_en = "meals"
unit_zh = "份"
unit_en = "meals"
amount = 3
per = "person_on_duty"
per_day = true
basis = "practice"

[assignment]
change_m = 150
"""


def service_toml():
    """The small protocol with shifts, teams, supplies, a chain, and a guard on two shifts."""
    top, tables = SERVICE.split("\n\n", 1)
    guard = """
[[duties]]
role = "police"
per = "zone"
least = 2
shifts = ["day", "night"]
holders = "town"
basis = "practice"
"""
    return f"{top}\n{SMALL}\n{guard}\n{tables}"


def test_shifts_teams_supplies_the_chain_and_the_weight_of_a_change_are_read():
    protocol = protocol_from_text(service_toml())
    assert protocol.shifts == (
        Shift("day", "白班", "day shift", "08:00", "20:00"),
        Shift("night", "夜班", "night shift", "20:00", "08:00"),
    )
    assert protocol.teams == (
        TeamRule(
            "branch",
            "临时党支部",
            "temporary branch",
            leaders=("police", "medical"),
            members=("medical",),
            tiers=("sealed",),
            least=3,
            basis="order",
        ),
    )
    assert protocol.supplies == (
        Supply("meals", "工作餐", "meals", "份", "meals", 3, "person_on_duty", per_day=True),
    )
    assert protocol.chain == (("medical",), ("police", "medical"))
    assert protocol.change_m == 150
    assert protocol.duties[1].holders == "town"
    assert protocol.shift_label("night", "en") == "night shift"
    assert protocol.shift_label("dawn", "zh") == "dawn"
    assert protocol.teams[0].label("zh") == "临时党支部"
    assert (protocol.supplies[0].label("en"), protocol.supplies[0].unit("zh")) == ("meals", "份")


def test_a_duty_in_shifts_counts_its_persons_in_each_shift():
    guard = protocol_from_text(service_toml()).duties[1]
    assert (guard.least, guard.needed, guard.allowed) == (2, 4, 0)
    assert DutyRule("x", "zone", least=2, most=3, shifts=("a", "b", "c")).allowed == 9
    assert DutyRule("x", "zone", least=2, most=3).needed == 2


def test_a_protocol_that_says_nothing_of_service_is_as_it_was():
    protocol = protocol_from_text(SMALL)
    assert (protocol.shifts, protocol.teams, protocol.supplies, protocol.chain) == ((), (), (), ())
    assert protocol.change_m == 300


def test_faults_of_service_are_told_all_at_once():
    text = service_toml().replace('"day", "night"]', '"day", "noon"]').replace("08:00", "8 o'clock")
    text = text.replace('members = ["medical"]', 'members = ["cook"]').replace(
        "change_m = 150", "change_m = -1"
    )
    text = text.replace('per = "person_on_duty"', 'per = "person"').replace(
        '["police", "medical"]]', '["cook"]]'
    )
    with pytest.raises(ProtocolError, match=r"^7 faults") as caught:
        protocol_from_text(text)
    lines = str(caught.value).splitlines()[1:]
    assert sorted(line.split(":")[0].strip() for line in lines) == [
        "assignment.change_m",
        "chain[2]",
        "duties[2].shifts",
        "shifts[1].begins",
        "shifts[2].ends",
        "supplies[1].per",
        "teams[1].members",
    ]


def shift(**changes):
    row = {"id": "day", "label_zh": "白班", "label_en": "day", "begins": "08:00", "ends": "20:00"}
    return {**row, **changes}


def team(**changes):
    row = {"id": "t", "label_zh": "队", "label_en": "team", "leaders": ["police"], "members": ["medical"]}
    return {**row, "basis": "order", **changes}


def supply(**changes):
    row = {"id": "m", "label_zh": "餐", "label_en": "meals", "unit_zh": "份", "unit_en": "meals"}
    return {**row, "amount": 3, "per": "zone", "basis": "practice", **changes}


@pytest.mark.parametrize(
    ("changes", "place", "said"),
    [
        ({"shifts": [shift(begins="24:30")]}, "shifts[1].begins", "a time of the day in quotes"),
        ({"shifts": [shift(begins=8)]}, "shifts[1].begins", "such as 08:00"),
        (
            {"shifts": [shift(), shift(label_zh="夜", label_en="n")]},
            "shifts[2].id",
            "also the id of shifts[1]",
        ),
        ({"shifts": [{"id": "day"}]}, "shifts[1].ends", "is missing"),
        ({"teams": [team(leaders=["cook"])]}, "teams[1].leaders", "unknown role 'cook'"),
        ({"teams": [team(members=[])]}, "teams[1].members", "name those who may belong to it"),
        ({"teams": [team(members=["police", "police"])]}, "teams[1].members", "'police' stands there twice"),
        ({"teams": [team(tiers=["shut"])]}, "teams[1].tiers", "unknown tier 'shut'"),
        ({"teams": [team(least=-1)]}, "teams[1].least", "0 or more"),
        ({"teams": [team(basis="habit")]}, "teams[1].basis", "order, practice"),
        ({"teams": [team(), team(id="u", label_zh="组")]}, "teams[2].label_en", "teams must be told apart"),
        ({"teams": [team(hard=True)]}, "teams[1].hard", "unknown key"),
        ({"supplies": [supply(amount=0)]}, "supplies[1].amount", "greater than 0"),
        ({"supplies": [supply(per="cat")]}, "supplies[1].per", "person_on_duty, household, resident, zone"),
        ({"supplies": [supply(tiers=["shut"])]}, "supplies[1].tiers", "unknown tier"),
        ({"supplies": [supply(), supply(label_zh="水", label_en="w")]}, "supplies[2].id", "supplies[1]"),
        ({"chain": ["medical"]}, "chain", "a list of lists of roles"),
        ({"chain": [[]]}, "chain", "a list of lists of roles"),
        ({"chain": [["medical"], ["cook"]]}, "chain[2]", "unknown role 'cook'; defined are police, medical"),
        ({"chain": [["police"]]}, "chain[1]", "no duty asks for police, so nobody could stand there"),
        ({"chain": [["medical"], ["medical"]]}, "chain", "the first role 'medical' stands there twice"),
        ({"chain": [["medical", "medical"]]}, "chain[1]", "role 'medical' stands there twice"),
        ({"assignment": {"change": 1}}, "assignment.change", "did you mean 'change_m'?"),
        ({"assignment": {"change_m": -1}}, "assignment.change_m", "0 or more"),
        ({"assignment": 3}, "assignment", "is not a table"),
    ],
)
def test_a_wrong_word_about_service_is_found(changes, place, said):
    assert said in faults_of(**changes)[place]


@pytest.mark.parametrize(
    ("changes", "key", "said"),
    [
        ({"shifts": ["day"]}, "shifts", "unknown shift 'day'; none is defined"),
        ({"per": "household", "households": 9, "shifts": ["day"]}, "shifts", "unknown shift"),
        ({"kinds": ["shop"]}, "kinds", "says nothing for per 'zone'"),
        ({"per": "household", "households": 9, "holders": "town"}, "holders", "for per 'household'"),
        ({"shifts": ["day", "day"]}, "shifts", "unknown shift 'day'"),
        ({"holders": ""}, "holders", "a text that is not empty"),
        ({"kinds": "shop"}, "kinds", "a list of texts"),
    ],
)
def test_a_wrong_shift_kind_or_holder_of_a_duty_is_found(changes, key, said):
    duty = {"role": "medical", "per": "zone", "basis": "order", **changes}
    faults = protocol_faults({**base_data(), "duties": [duty]})
    assert any(said in str(fault) for fault in faults if fault.where == f"duties[1].{key}")


def test_a_shift_named_twice_by_a_duty_is_found():
    duty = {"role": "medical", "per": "zone", "basis": "order", "shifts": ["day", "day"]}
    assert faults_of(shifts=[shift()], duties=[duty]) == {
        "duties[1].shifts": "duties[1].shifts: shift 'day' stands there twice; name it once"
    }


def test_a_duty_per_household_has_no_shifts():
    duty = {"role": "medical", "per": "household", "households": 9, "basis": "order", "shifts": ["day"]}
    assert (
        "says nothing for per 'household'" in faults_of(shifts=[shift()], duties=[duty])["duties[1].shifts"]
    )


@pytest.mark.parametrize("value", ["day", 3, [3], {"id": "day"}, [{"id": ["day"], "begins": []}]])
def test_service_of_any_shape_is_a_fault_and_no_failure(value):
    for key in ("shifts", "teams", "supplies", "chain", "assignment"):
        assert faults_of(**{key: value})
