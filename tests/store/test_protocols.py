import re
from pathlib import Path

import pytest

from gridmap.errors import ProtocolError
from gridmap.model.columns import TABLES
from gridmap.model.protocol import VERIFY
from gridmap.store.protocols import list_protocols, load_protocol, read_protocol_text

ROOT = Path(__file__).parents[2]


def test_the_shipped_protocols_are_listed_in_order():
    assert list_protocols() == [
        "eu-2020-687-hpai",
        "ninth-edition-2022-06",
        "shanghai-2022-04",
        "shanghai-2022-05",
        "three-zones-2021",
        "twenty-measures-2022-11",
    ]


@pytest.mark.parametrize("name", list_protocols())
def test_every_shipped_protocol_is_called_like_its_file_and_tells_its_source_and_to_verify(name):
    protocol = load_protocol(name)
    assert protocol.id == name
    assert protocol.source
    assert VERIFY in protocol.notice
    assert protocol.tiers[0].color == "#b2182b"
    assert {tier.color for tier in protocol.tiers} <= {"#b2182b", "#ef8a00", "#2166ac"}
    assert protocol.rules


def test_three_zones_names_the_tiers_and_duties_of_the_order():
    protocol = load_protocol("three-zones-2021")
    assert [(t.id, t.prefix, t.pattern) for t in protocol.tiers] == [
        ("sealed", "S", "cross"),
        ("controlled", "C", "diagonal"),
        ("prevention", "P", "dots"),
    ]
    assert protocol.tier("sealed").measures("zh") == ("区域封闭", "足不出户", "服务上门")
    hard = {(duty.role, duty.per, duty.level or duty.site_kind) for duty in protocol.duties if duty.hard}
    assert hard == {
        ("lead_official", "zone", ""),
        ("lead_official", "site", "isolation_point"),
        ("secretary", "area", "village"),
        ("grid_head", "area", "grid"),
        ("grid_member", "area", "grid"),
        ("microgrid_head", "area", "microgrid"),
    }
    assert [duty.households for duty in protocol.duties if duty.role == "linked_member"] == [15]
    leaders = [duty for duty in protocol.duties if duty.role == "contact_leader"]
    assert [(duty.level, duty.holders) for duty in leaders] == [
        ("grid", "county"),
        ("grid", "town"),
        ("grid", "village"),
    ]
    assert list(protocol.roles) == [
        "lead_official",
        "secretary",
        "contact_leader",
        "grid_head",
        "grid_member",
        "microgrid_head",
        "linked_member",
        "enterprise_link",
        "pioneer",
        "volunteer",
        "medical",
        "police",
    ]


def test_three_zones_names_what_the_order_names_and_calls_the_rest_practice():
    protocol = load_protocol("three-zones-2021")
    practice = {(duty.role, duty.per) for duty in protocol.duties if duty.basis == "practice"}
    assert practice == {
        ("grid_head", "area"),
        ("grid_member", "area"),
        ("microgrid_head", "area"),
        ("linked_member", "household"),
        ("volunteer", "site"),
        ("medical", "zone"),
        ("police", "zone"),
    }
    assert {team.basis for team in protocol.teams} == {"order"}
    assert {supply.basis for supply in protocol.supplies} == {"practice"}


def test_the_roles_of_three_zones_are_understood_in_a_table_of_officials_as_they_are_labelled():
    role = next(column for column in TABLES["officials"].columns if column.name == "role")
    for name, (label, _) in load_protocol("three-zones-2021").roles.items():
        assert role.values[label] == name


def test_three_zones_keeps_gates_around_the_clock_with_nine_people():
    protocol = load_protocol("three-zones-2021")
    gate = next(duty for duty in protocol.duties if duty.site_kind == "gate")
    assert (gate.role, gate.least, gate.needed, gate.shifts) == (
        "volunteer",
        3,
        9,
        ("day", "evening", "night"),
    )
    times = [(shift.begins, shift.ends) for shift in protocol.shifts]
    assert times == [("08:00", "16:00"), ("16:00", "24:00"), ("00:00", "08:00")]


def test_three_zones_has_a_branch_and_a_commando_team_in_every_sealed_zone():
    teams = load_protocol("three-zones-2021").teams
    assert [(team.id, team.tiers, team.label("zh")) for team in teams] == [
        ("branch", ("sealed",), "临时党支部"),
        ("commando", ("sealed",), "突击队"),
    ]


def test_the_chain_of_three_zones_leads_from_the_linked_member_to_the_leader():
    protocol = load_protocol("three-zones-2021")
    assert [step[0] for step in protocol.chain] == [
        "linked_member",
        "microgrid_head",
        "grid_head",
        "secretary",
        "lead_official",
    ]
    assert protocol.chain[-1] == ("lead_official", "contact_leader")
    assert protocol.change_m == 300


def test_the_eu_protocol_has_rings_of_3_and_10_km_by_establishment():
    rules = load_protocol("eu-2020-687-hpai").rules
    assert [(rule.tier, rule.radius_m, rule.by) for rule in rules] == [
        ("protection", 3000, "establishment"),
        ("surveillance", 10000, "establishment"),
    ]


def test_a_protocol_is_read_from_a_path_also_with_a_byte_order_mark(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(read_protocol_text("three-zones-2021"), encoding="utf-8-sig")
    assert load_protocol(path) == load_protocol("three-zones-2021")
    assert load_protocol(str(path)).id == "three-zones-2021"


def test_an_unknown_name_lists_the_shipped_ones():
    with pytest.raises(ProtocolError, match=r"no protocol 'three-zones'.*three-zones-2021"):
        load_protocol("three-zones")


def test_a_name_cannot_lead_out_of_the_shipped_folder():
    with pytest.raises(ProtocolError, match="no protocol"):
        load_protocol("../protocols/three-zones-2021")


def test_a_folder_is_no_protocol(tmp_path):
    with pytest.raises(ProtocolError, match="no protocol"):
        load_protocol(tmp_path)


def test_a_file_in_another_encoding_is_refused_with_the_cure(tmp_path):
    path = tmp_path / "gbk.toml"
    path.write_bytes('title_zh = "封控区"'.encode("gb18030"))
    with pytest.raises(ProtocolError, match=r"gbk\.toml is not UTF-8; save it as UTF-8"):
        load_protocol(path)


def test_the_faults_of_a_file_name_the_file(tmp_path):
    path = tmp_path / "short.toml"
    path.write_text('id = "short"', encoding="utf-8")
    with pytest.raises(ProtocolError, match=r"5 faults in short\.toml"):
        load_protocol(path)


def test_the_example_in_the_documentation_is_a_protocol(tmp_path):
    text = (ROOT / "docs" / "protocols.md").read_text(encoding="utf-8")
    example = "\n".join(re.findall(r"```toml\n(.*?)```", text, re.DOTALL))
    path = tmp_path / "example.toml"
    path.write_text(example, encoding="utf-8")
    protocol = load_protocol(path)
    assert protocol.tier_ids == ("leave", "ready")
    assert protocol.clock["leave"][0].days == 2
    assert [duty.needed for duty in protocol.duties] == [1, 1, 1, 4]
    assert (protocol.teams[0].id, protocol.supplies[0].amount, protocol.change_m) == ("crew", 2, 300)
