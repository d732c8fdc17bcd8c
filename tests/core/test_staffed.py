"""The chain of officials of every household, counted from the table of duties."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point

import gridmap as gm
from gridmap.core.apply import apply_edit
from gridmap.core.duty import assign_duties
from gridmap.core.edits import AddCarveOut
from gridmap.core.place import place_households
from gridmap.core.release import check_release
from gridmap.core.staffed import (
    chain_of,
    count_staffed,
    hard_vacancies,
    household_chains,
    unlike_told,
)
from gridmap.errors import ExportBlockedError
from gridmap.model.duties import HEADCOUNT_COLUMNS, TABLE_COLUMNS
from gridmap.model.protocol import DutyRule
from tests.core.duty_worlds import (
    HEAD,
    LEAD,
    LEAD_SITE,
    MEMBER,
    POLICE,
    SECRETARY,
    four_cells,
    homes,
    officials,
    pins,
    protocol,
    zoned,
)

CONTACT = DutyRule("contact_leader", "area", level="village")
CHAIN = (("linked_member",), ("microgrid_head",), ("secretary",), ("lead_official", "contact_leader"))
EVERYTHING = protocol(LEAD, SECRETARY, CONTACT, HEAD, MEMBER, chain=CHAIN)


@pytest.fixture
def grid():
    return four_cells()


@pytest.fixture
def placement(grid):
    return place_households(homes(("h1", 50), ("h2", 150), ("h3", 250), ("h4", 350)), grid)


def table(*rows):
    return pd.DataFrame([(*row, "territory") for row in rows], columns=list(TABLE_COLUMNS), dtype="str")


FULL = (
    ("o1", "lead_official", "zone", "S-1"),
    ("o2", "secretary", "area", "V1"),
    ("o3", "secretary", "area", "V2"),
    ("o4", "contact_leader", "area", "V1"),
    ("o5", "contact_leader", "area", "V2"),
    *((f"m{cell}", "microgrid_head", "area", cell) for cell in "abcd"),
    *((f"l{place}", "linked_member", "household", f"h{place}") for place in (1, 2, 3, 4)),
)


def plan_of(grid):
    """Cell a is sealed, b and c controlled; of d nothing is said."""
    return zoned(grid, sealed="a", controlled="bc")


def test_every_step_is_held_by_who_serves_the_household_its_cell_its_village_and_its_zone(grid, placement):
    plan = zoned(grid, sealed="a", controlled="bcd")
    chains = household_chains(plan, placement, table(*FULL), protocol=EVERYTHING)
    assert chains.to_dict("split") == {
        "index": ["h1", "h2", "h3", "h4"],
        "columns": ["linked_member", "microgrid_head", "secretary", "lead_official", "reason"],
        "data": [
            ["l1", "ma", "o2", "o1", ""],
            ["l2", "mb", "o2", "o4", ""],
            ["l3", "mc", "o3", "o5", ""],
            ["l4", "md", "o3", "o5", ""],
        ],
    }
    assert chains.index.name == "household_id"


def test_a_step_is_asked_for_only_where_a_rule_asks_for_it(grid, placement):
    """Nothing is said of d: it needs no micro-grid head. Its village needs a secretary, for c is zoned."""
    rows = [row for row in FULL if row[3] not in {"d", "h4"}]
    chains = household_chains(plan_of(grid), placement, table(*rows), protocol=EVERYTHING)
    assert chains.loc["h4"].tolist() == ["", "", "o3", "o5", "no_linked_member"]


@pytest.mark.parametrize(
    ("lost", "reasons"),
    [
        (("l2", "linked_member"), ["", "no_linked_member", "", ""]),
        (("ma", "microgrid_head"), ["no_microgrid_head", "", "", ""]),
        (("o3", "secretary"), ["", "", "no_secretary", "no_secretary"]),
        (("o1", "lead_official"), ["", "", "", ""]),
        (("o4", "contact_leader"), ["", "no_lead_official", "", ""]),
    ],
    ids=["a link", "a head", "a secretary", "a leader beside another", "the only leader"],
)
def test_who_is_lost_from_the_table_is_missed_at_the_households_concerned(grid, placement, lost, reasons):
    """Where the lead official is lost, the contact leader of the village still holds the last step of h1."""
    rows = [row for row in FULL if row[:2] != lost]
    chains = household_chains(plan_of(grid), placement, table(*rows), protocol=EVERYTHING)
    assert chains["reason"].tolist() == reasons


def test_several_missing_steps_are_all_named_from_the_door_up(grid, placement):
    chains = household_chains(plan_of(grid), placement, table(), protocol=EVERYTHING)
    assert chains["reason"].iat[0] == "no_linked_member no_microgrid_head no_secretary no_lead_official"
    assert (chains.drop(columns="reason") == "").all(axis=None)


def test_a_household_of_which_no_rule_asks_anything_is_not_called_staffed(grid, placement):
    sealed_only = protocol(replace(MEMBER, tiers=("sealed",)), replace(HEAD, tiers=("sealed",)))
    rows = table(("l1", "linked_member", "household", "h1"), ("ma", "microgrid_head", "area", "a"))
    chains = household_chains(plan_of(grid), placement, rows, protocol=sealed_only)
    assert chains["reason"].tolist() == ["", "not_asked", "not_asked", "not_asked"]
    nothing = household_chains(plan_of(grid), placement, rows, protocol=protocol())
    assert nothing.columns.tolist() == ["reason"]
    assert set(nothing["reason"]) == {"not_asked"}


def test_a_household_under_a_carve_out_counts_where_it_belongs(grid, placement):
    """The house of h2 in cell b is sealed by itself, as zone S-2."""
    plan = apply_edit(plan_of(grid), AddCarveOut(tier="sealed", addresses=("枫桥路2号",)))
    rows = table(("o1", "lead_official", "zone", "S-1"), ("o9", "lead_official", "zone", "S-2"))
    chains = household_chains(plan, placement, rows, protocol=protocol(LEAD, chain=(("lead_official",),)))
    assert chains["lead_official"].tolist() == ["o1", "o9", "", ""]
    assert chains["reason"].tolist() == ["", "", "not_asked", "not_asked"]


def test_where_the_grid_lacks_a_level_the_head_of_the_cell_holds_the_step(grid, placement):
    rule = DutyRule("grid_head", "area", level="grid", hard=True)
    rows = table(("o1", "grid_head", "area", "a"), ("o2", "grid_head", "area", "V1"))
    chains = household_chains(plan_of(grid), placement, rows, protocol=protocol(rule))
    assert chains["grid_head"].tolist() == ["o1", "", "", ""]
    assert chains["reason"].tolist() == ["", "no_grid_head", "no_grid_head", "not_asked"]


def test_only_the_kinds_of_household_that_a_rule_names_are_asked_for(grid):
    roster = homes(("h1", 50), ("h2", 150)).assign(kind=["home", "enterprise"])
    placement = place_households(roster, grid)
    rule = replace(MEMBER, role="enterprise_link", kinds=("enterprise",))
    rows = table(("l1", "linked_member", "household", "h1"))
    both = protocol(MEMBER, rule, chain=(("enterprise_link", "linked_member"),))
    chains = household_chains(zoned(grid), placement, rows, protocol=both)
    assert chains["enterprise_link"].tolist() == ["l1", ""]
    only = household_chains(zoned(grid), placement, rows, protocol=protocol(rule))
    assert only["reason"].tolist() == ["not_asked", "no_enterprise_link"]


def test_without_a_chain_in_the_protocol_who_is_linked_and_hard_heads_of_areas_count():
    grid_head = DutyRule("grid_head", "area", level="grid", hard=True)
    rules = protocol(LEAD, SECRETARY, CONTACT, grid_head, HEAD, MEMBER)
    assert chain_of(rules) == (("linked_member",), ("microgrid_head",), ("grid_head",), ("secretary",))
    assert chain_of(EVERYTHING) == CHAIN


def duties_of(grid, placement, **options):
    team = officials(
        ("s1", "secretary", "V1", 150),
        ("s2", "secretary", "V2", 250),
        *((f"m{cell}", "microgrid_head", cell, 100 * place + 50) for place, cell in enumerate("abcd")),
        *((f"l{place}", "linked_member", "", 100 * place - 50, 1) for place in (1, 2, 3, 4)),
        ("z1", "lead_official", "", 150),
        ("c1", "contact_leader", "T", 150),
    )
    return assign_duties(plan_of(grid), placement, team, protocol=EVERYTHING, **options)


def test_the_duties_carry_the_chain_and_the_certificate_counts_it(grid, placement):
    duties = duties_of(grid, placement)
    assert duties.coverage["reason"].tolist() == [""] * 4
    proof = gm.certify(placement, plan_of(grid), duties=duties)
    assert proof.staffing == {"households_staffed": 4, "households_unstaffed": 0, "hard_vacancies": 0}


@pytest.mark.parametrize(
    ("lost", "counts", "missed"),
    [
        ({"official_id": "l3"}, (3, 1, 0), ["h3"]),
        ({"official_id": "ma"}, (3, 1, 1), ["h1"]),
        ({"role": "secretary"}, (0, 4, 2), ["h1", "h2", "h3", "h4"]),
        ({"official_id": "z1"}, (4, 0, 1), ["h1"]),
    ],
    ids=["a link", "a head", "all secretaries", "the leader of a zone"],
)
def test_what_is_lost_from_the_duties_is_counted_and_stops_the_lists(grid, placement, lost, counts, missed):
    plan, duties = plan_of(grid), duties_of(grid, placement)
    name, value = next(iter(lost.items()))
    broken = replace(duties, table=duties.table[duties.table[name] != value])
    staffed, unstaffed, hard = counts
    expected = {"households_staffed": staffed, "households_unstaffed": unstaffed, "hard_vacancies": hard}
    assert gm.certify(placement, plan, duties=broken).staffing == expected
    assert unlike_told(plan, placement, broken) == missed
    zoning = gm.Zoning(
        plan=plan,
        grid=grid,
        protocol=EVERYTHING,
        placement=placement,
        certificate=gm.certify(placement, plan),
        duties=broken,
    )
    with pytest.raises(ExportBlockedError, match=f"{len(missed)} households are not served as") as stopped:
        check_release(zoning, "official")
    assert sum("missing" in reason for reason in stopped.value.reasons) == hard
    check_release(replace(zoning, duties=duties), "official")
    check_release(zoning, "public")


def test_a_household_that_was_given_to_somebody_else_behind_the_back_of_the_duties_is_seen(grid, placement):
    duties = duties_of(grid, placement)
    table = duties.table.replace({"official_id": {"l3": "l1"}})
    assert unlike_told(plan_of(grid), placement, replace(duties, table=table)) == ["h3"]
    assert unlike_told(plan_of(grid), placement, duties) == []


def test_duties_about_another_plan_are_seen(grid, placement):
    duties, other = duties_of(grid, placement), zoned(grid, sealed="a", controlled="bcd", prevention="")
    assert duties.coverage.at["h4", "microgrid_head"] == ""
    assert unlike_told(other, placement, duties) == ["h4"]


def test_a_vacancy_that_is_told_is_not_counted_twice(grid, placement):
    duties = duties_of(grid, placement)
    assert hard_vacancies(plan_of(grid), placement, duties).empty
    nobody = assign_duties(plan_of(grid), placement, None, protocol=EVERYTHING)
    told = nobody.vacancies[nobody.vacancies["hard"]]
    assert told["missing"].sum() == 1 + 2 + 3
    pd.testing.assert_frame_equal(
        hard_vacancies(plan_of(grid), placement, nobody), told.reset_index(drop=True)
    )


def test_a_zone_that_lost_one_of_two_persons_misses_one(grid, placement):
    rules = protocol(replace(POLICE, hard=True))
    team = officials(*((f"o{place}", "police", "", 150) for place in (1, 2, 3)))
    duties = assign_duties(plan_of(grid), placement, team, protocol=rules)
    broken = replace(duties, table=duties.table.iloc[:1])
    assert hard_vacancies(plan_of(grid), placement, broken).to_dict("records") == [
        {"role": "police", "target_kind": "zone", "target": "S-1", "missing": 1, "hard": True}
    ]


def test_a_site_that_lost_its_leader_is_missed_by_its_headcount(grid, placement):
    sites = gpd.GeoDataFrame(
        {"kind": ["isolation"]},
        geometry=[Point(500350, 3400050)],
        index=pd.Index(["q1"], name="site_id"),
        crs=4549,
    )
    team = officials(("z1", "lead_official", "", 350))
    duties = assign_duties(zoned(grid), placement, team, protocol=protocol(LEAD_SITE), sites=sites)
    assert duties.table["target"].tolist() == ["q1"]
    heads = pd.DataFrame([("site", "q1", "lead_official", "", 1, 1)], columns=list(HEADCOUNT_COLUMNS))
    duties = replace(duties, headcount=heads)
    assert hard_vacancies(zoned(grid), placement, duties).empty
    broken = replace(duties, table=duties.table.iloc[:0])
    assert hard_vacancies(zoned(grid), placement, broken)["target"].tolist() == ["q1"]


def test_duties_made_by_hand_are_counted_by_their_links(grid, placement):
    duties = duties_of(grid, placement)
    plain = gm.Duties(
        table=table(*FULL), vacancies=duties.vacancies, conflicts=duties.conflicts, loads=duties.loads
    )
    assert count_staffed(plan_of(grid), placement, plain)["households_staffed"] == 4
    assert unlike_told(plan_of(grid), placement, plain) == []


def test_an_empty_roster_has_no_chains(grid):
    placement = place_households(homes(("h1", 50)).iloc[:0], grid)
    duties = assign_duties(plan_of(grid), placement, None, protocol=EVERYTHING)
    assert duties.coverage.empty
    assert duties.coverage.columns.tolist() == [
        "linked_member", "microgrid_head", "secretary", "lead_official", "reason",
    ]  # fmt: skip
    assert count_staffed(plan_of(grid), placement, duties)["households_unstaffed"] == 0


@settings(derandomize=True, deadline=None, max_examples=20)
@given(seed=st.integers(0, 10_000))
def test_every_household_is_staffed_or_has_a_reason_and_the_sums_are_whole(seed):
    """Random officials, tiers and pins; the chain is compared with a plain look-up row by row."""
    rng = np.random.default_rng(seed)
    grid = four_cells()
    size = int(rng.integers(0, 15))
    placement = place_households(
        homes(*((f"h{place:02}", float(rng.uniform(1, 399))) for place in range(size))), grid
    )
    plan = zoned(grid, **{tier: rng.choice(list("abcd"), 1).tolist() for tier in ("prevention", "sealed")})
    roles = ["linked_member", "microgrid_head", "secretary", "lead_official", "contact_leader"]
    areas = ["", "a", "b", "c", "d", "V1", "V2", "T", "nowhere"]
    team = officials(
        *(
            (f"o{place:02}", str(rng.choice(roles)), str(rng.choice(areas)), float(rng.uniform(0, 400)))
            for place in range(int(rng.integers(0, 15)))
        )
    )
    by_hand = pins(
        *(
            (who, "linked_member", "household", home)
            for who, home in zip(team.index[:3], placement.cells.index[:3], strict=False)
        )
    )
    duties = assign_duties(plan, placement, team, protocol=EVERYTHING, pins=by_hand)
    counts = gm.certify(placement, plan, duties=duties).staffing
    assert counts["households_staffed"] + counts["households_unstaffed"] == len(placement.cells)
    assert counts["households_staffed"] == (duties.coverage["reason"] == "").sum()
    assert counts["hard_vacancies"] == duties.vacancies.loc[duties.vacancies["hard"], "missing"].sum()
    held = {(row.role, row.target): row.official_id for row in duties.table[::-1].itertuples()}
    open_posts = set(zip(duties.vacancies["role"], duties.vacancies["target"], strict=True))
    for home, row in duties.coverage.iterrows():
        cell = placement.cells[home]
        village = "V1" if cell in "ab" else "V2"
        assert row["linked_member"] == held.get(("linked_member", home), "")
        assert ("no_linked_member" in row["reason"]) == (("linked_member", home) in open_posts)
        assert ("no_microgrid_head" in row["reason"]) == (("microgrid_head", cell) in open_posts)
        assert ("no_secretary" in row["reason"]) == (("secretary", village) in open_posts)
        if row["microgrid_head"]:
            assert row["microgrid_head"] == held["microgrid_head", cell]
