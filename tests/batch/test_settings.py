"""Parameters of a protocol that a column of a spreadsheet sets."""

import tomllib

import pytest

from gridmap.batch.settings import with_settings
from gridmap.store.protocols import read_protocol_text

THREE = tomllib.loads(read_protocol_text("three-zones-2021"))
FLU = tomllib.loads(read_protocol_text("eu-2020-687-hpai"))


@pytest.mark.parametrize(
    ("protocol", "name", "text", "found", "value"),
    [
        (FLU, "rules.1.radius_m", "5000", ("rules", 0, "radius_m"), 5000),
        (FLU, "rules.surveillance.radius_m", "1.25e4", ("rules", 1, "radius_m"), 12500),
        (FLU, "rules.within+protection.by", " centroid ", ("rules", 0, "by"), "centroid"),
        (THREE, "rules.remainder.level", "county", ("rules", 3, "level"), "county"),
        (THREE, "rules.work.places", "work、activity", ("rules", 2, "places"), ["work", "activity"]),
        (THREE, "duties.linked_member.households", "10", ("duties", 9, "households"), 10),
        (THREE, "duties.volunteer+gate.least", "12", ("duties", 13, "least"), 12),
        (THREE, "duties.volunteer+gate.shifts", "day, night", ("duties", 13, "shifts"), ["day", "night"]),
        (THREE, "duties.contact_leader+town.least", "2", ("duties", 4, "least"), 2),
        (THREE, "duties.medical.tiers", "sealed", ("duties", 14, "tiers"), ["sealed"]),
        (THREE, "duties.medical.hard", "是", ("duties", 14, "hard"), True),
        (THREE, "duties.medical.hard", False, ("duties", 14, "hard"), False),
    ],
)
def test_a_row_is_named_by_its_number_or_by_words_that_only_it_has(protocol, name, text, found, value):
    table, row, key = found
    changed, faults = with_settings(protocol, {name: text})
    assert faults == []
    assert changed[table][row][key] == value
    changed[table][row] = protocol[table][row]
    assert changed == protocol


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("rules.9.level", "town", "no rules of three-zones-2021 are called '9'; there are rules.1 (building"),
        ("rules.1.radius_m", "500", "'radius_m' cannot be set there; it may set tier, places"),
        ("rules.remainder.levle", "town", "'levle' cannot be set there; did you mean 'level'?"),
        (
            "duties.volunteer.least",
            "3",
            "2 duties of three-zones-2021 are called 'volunteer'; there are duties.13",
        ),
        ("duties.medical.least", "2.5", "2.5 is not a whole number, 0 or more"),
        ("duties.medical.least", "many", "'many' is not a whole number, 0 or more"),
        ("duties.medical.hard", "perhaps", "'perhaps' is not true or false"),
        ("radius", "500", "it names no rule and no duty; write rules.1.radius_m"),
        ("clock.sealed.days", "7", "it names no rule and no duty"),
        ("rules.remainder.tier", "redy", "unknown tier 'redy'; defined are sealed, controlled, prevention"),
    ],
)
def test_what_cannot_be_set_is_told_with_the_row_and_what_may_be(name, text, said):
    _, faults = with_settings(THREE, {name: text}, place="row 3")
    assert len(faults) == 1
    assert str(faults[0]).startswith("row 3, ")
    assert said in str(faults[0])


def test_one_parameter_under_two_names_is_a_fault():
    names = {"rules.4.level": "town", "rules.remainder.level": "county"}
    _, faults = with_settings(THREE, names)
    assert [fault.kind for fault in faults] == ["duplicate"]


def test_nothing_set_changes_nothing():
    assert with_settings(THREE, {}) == (THREE, [])
