import copy

import pytest

from gridmap.errors import ProtocolError
from gridmap.model.protocol import DutyRule, Rule
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


def faults_of(**changes):
    """The faults, as place and text, of the small protocol with some top keys changed."""
    import tomllib

    data = tomllib.loads(SMALL)
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
    assert protocol.clock["sealed"][0] == {"days": 14, "then": "open", "after": ["open"]}


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
