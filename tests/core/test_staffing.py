"""How many persons a plan needs, in a world drawn by hand and against the targets of the duties."""

from collections import Counter

import geopandas as gpd
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point

from gridmap.core.apply import apply_edit, new_plan
from gridmap.core.duty import assign_duties
from gridmap.core.edits import AddCarveOut, SetTier
from gridmap.core.ground import survey
from gridmap.core.place import place_households
from gridmap.core.staffing import Posts, count_staff
from gridmap.core.targets import targets_of
from gridmap.model.protocol import DutyRule, Protocol, Tier
from tests.core.worlds import CRS, EAST, NORTH, households, two_towns

TIERS = tuple(
    Tier(name, name, name, name[0].upper(), "#b2182b", "none")
    for name in ("sealed", "controlled", "prevention")
)
RULES = (
    DutyRule("lead", "zone", tiers=("sealed",), hard=True),
    DutyRule("secretary", "area", level="village"),
    DutyRule("head", "area", level="microgrid", tiers=("sealed", "controlled"), least=2),
    DutyRule("member", "household", households=2),
    DutyRule("nurse", "household", households=3, tiers=("sealed",)),
    DutyRule("guard", "site", site_kind="gate", least=3),
    DutyRule("guard", "site", site_kind="test", tiers=("sealed",)),
)
PROTOCOL = Protocol("p", "p", "p", "", "", TIERS, duties=RULES)
ROSTER = households([(f"h{i}", east, "", 2) for i, east in enumerate((10, 20, 110, 210, 310, 410, 420, 430))])


def some_sites():
    """A gate in a1, a gate beyond the grid, a test site on the border of a1 and a2."""
    points = [Point(EAST + 50, NORTH + 10), Point(EAST - 50, NORTH), Point(EAST + 100, NORTH + 10)]
    index = pd.Index(["g1", "g2", "t1"], name="site_id")
    return gpd.GeoDataFrame({"kind": ["gate", "gate", "test"]}, geometry=points, index=index, crs=CRS)


def posts_of(plan):
    return Posts(plan.hierarchy, some_sites())


def counted(plan, placement, **options):
    staff = count_staff(plan, placement, protocol=PROTOCOL, posts=posts_of(plan), **options)
    return {(row.role, row.tier): row.required for row in staff.itertuples()}


def test_a_zone_a_village_two_heads_and_households_by_tier_are_counted():
    grid = two_towns()
    placement = place_households(ROSTER, grid)
    plan = apply_edit(new_plan(grid), SetTier(tier="sealed", cells=["a1"]))
    plan = apply_edit(plan, SetTier(tier="controlled", cells=["b1", "b2"]))
    assert counted(plan, placement) == {
        ("lead", "sealed"): 1,
        ("secretary", "sealed"): 1,  # village A holds a1
        ("secretary", "controlled"): 1,  # village B
        ("head", "sealed"): 2,  # the grid has no microgrids: cells a1, b1 and b2, two each
        ("head", "controlled"): 4,
        ("member", "sealed"): 1,  # h0, h1
        ("member", "controlled"): 1,  # h3, h4
        ("member", "none"): 2,  # h2 and h5 to h7: four
        ("nurse", "sealed"): 1,
        ("guard", "sealed"): 4,  # three at the gate; the test site on the border lies in a1
        ("guard", "none"): 3,  # the gate beyond the grid
    }


def test_a_post_in_shifts_needs_its_people_in_every_shift():
    grid = two_towns()
    rule = DutyRule("guard", "site", site_kind="gate", least=3, shifts=("day", "night"))
    plan, placement = new_plan(grid), place_households(ROSTER, grid)
    protocol = Protocol("p", "p", "p", "", "", TIERS, duties=(rule,))
    staff = count_staff(plan, placement, protocol=protocol, posts=posts_of(plan))
    assert staff["required"].to_list() == [12]  # two gates, two shifts


def test_only_households_of_the_kinds_are_counted():
    grid = two_towns()
    homes = ROSTER.assign(kind=["shop", "home", "shop", "enterprise", "home", "shop", "home", None])
    rule = DutyRule("link", "household", households=2, kinds=("shop", "enterprise"))
    placement = place_households(homes, grid)
    plan = apply_edit(new_plan(grid), SetTier(tier="sealed", cells=["a1"]))
    protocol = Protocol("p", "p", "p", "", "", TIERS, duties=(rule,))
    staff = count_staff(plan, placement, protocol=protocol, posts=posts_of(plan))
    # the shop h0 in a1; outside it h2, h3 and h5
    assert staff[["tier", "required"]].to_numpy().tolist() == [["sealed", 1], ["none", 2]]


def test_a_shop_under_a_tier_of_its_own_counts_under_that():
    grid = two_towns()
    homes = ROSTER.assign(kind=["shop", "home", "shop", "enterprise", "home", "shop", "home", None])
    rule = DutyRule("link", "household", households=2, kinds=("shop", "enterprise"))
    placement, plan = place_households(homes, grid), new_plan(grid)
    plan = apply_edit(plan, AddCarveOut(tier="sealed", households=["h1", "h2", "h3"], reason="drawn"))
    protocol = Protocol("p", "p", "p", "", "", TIERS, duties=(rule,))
    staff = count_staff(plan, placement, protocol=protocol, posts=posts_of(plan))
    # the shop h2 and the enterprise h3, not the home h1; outside it h0 and h5
    assert staff[["tier", "required"]].to_numpy().tolist() == [["sealed", 1], ["none", 1]]


def test_a_roster_without_kinds_has_no_enterprises():
    grid = two_towns()
    rule = DutyRule("link", "household", households=2, kinds=("enterprise",))
    plan, placement = new_plan(grid), place_households(ROSTER.drop(columns="kind", errors="ignore"), grid)
    protocol = Protocol("p", "p", "p", "", "", TIERS, duties=(rule,))
    assert count_staff(plan, placement, protocol=protocol, posts=posts_of(plan)).empty


def test_without_officials_all_that_is_required_is_vacant():
    grid = two_towns()
    placement = place_households(ROSTER, grid)
    plan = apply_edit(new_plan(grid), SetTier(tier="sealed", areas=["A"]))
    duties = assign_duties(plan, placement, None, protocol=PROTOCOL, sites=some_sites())
    staff = count_staff(plan, placement, protocol=PROTOCOL, posts=posts_of(plan), duties=duties)
    assert staff["required"].to_list() == staff["vacancies"].to_list()
    assert len(staff) == 8


def test_an_official_fills_one_place():
    grid = two_towns()
    placement = place_households(ROSTER, grid)
    plan = apply_edit(new_plan(grid), SetTier(tier="sealed", cells=["a1"]))
    plan = apply_edit(plan, SetTier(tier="sealed", cells=["c2"]))
    officials = pd.DataFrame({"role": ["secretary"]}, index=pd.Index(["x"], name="official_id"))
    duties = assign_duties(plan, placement, officials, protocol=PROTOCOL, sites=some_sites())
    staff = count_staff(plan, placement, protocol=PROTOCOL, posts=posts_of(plan), duties=duties)
    staff = staff.set_index(["role", "tier"])
    assert staff.loc[("secretary", "sealed")].to_list() == [2, 1]


def test_who_is_missing_is_unknown_without_an_answer_about_duties():
    grid = two_towns()
    plan = apply_edit(new_plan(grid), SetTier(tier="sealed", cells=["a1"]))
    staff = count_staff(plan, place_households(ROSTER, grid), protocol=PROTOCOL, posts=Posts(plan.hierarchy))
    assert staff["vacancies"].isna().all()
    assert str(staff["vacancies"].dtype) == "Int64"


def test_nobody_is_needed_by_a_protocol_without_duties():
    grid = two_towns()
    bare, plan = Protocol("p", "p", "p", "", "", TIERS), new_plan(grid)
    staff = count_staff(plan, place_households(ROSTER, grid), protocol=bare, posts=Posts(plan.hierarchy))
    assert staff.columns.to_list() == ["role", "tier", "required", "vacancies"]
    assert len(staff) == 0


PLACED = place_households(ROSTER, two_towns())
CELLS = ["a1", "a2", "b1", "b2", "c1", "c2"]
EDITS = st.one_of(
    st.builds(
        lambda tier, cells: SetTier(tier=tier, cells=cells, reason="drawn"),
        st.sampled_from(["sealed", "controlled", "prevention"]),
        st.lists(st.sampled_from(CELLS), min_size=1, max_size=3, unique=True),
    ),
    st.builds(
        lambda tier, names: AddCarveOut(tier=tier, households=names, reason="drawn"),
        st.sampled_from(["sealed", "controlled", "none"]),
        st.lists(st.sampled_from([f"h{i}" for i in range(8)]), min_size=1, max_size=3, unique=True),
    ),
    st.builds(
        lambda tier, west: AddCarveOut(
            tier=tier, shape=Point(EAST + west, NORTH + 50).buffer(60).wkt, reason="drawn"
        ),
        st.sampled_from(["sealed", "controlled"]),
        st.integers(0, 600),
    ),
)


@given(
    level=st.sampled_from(["village", "town", "grid", "microgrid"]),
    edits=st.lists(EDITS, max_size=4),
    tiers=st.sampled_from([(), ("sealed",), ("controlled", "prevention")]),
)
@settings(derandomize=True, deadline=None, max_examples=25)
def test_as_many_are_required_as_the_duties_have_targets(level, edits, tiers):
    placement, plan = PLACED, new_plan(PLACED.grid)
    for edit in edits:
        plan = apply_edit(plan, edit)
    rules = [
        DutyRule("a", "area", level=level, tiers=tiers),
        DutyRule("z", "zone", tiers=tiers),
        DutyRule("s", "site", site_kind="gate", tiers=tiers),
        DutyRule("t", "site", site_kind="test", tiers=tiers),
    ]
    ground = survey(plan, placement)
    expected = Counter({rule.role: len(targets_of(rule, ground, some_sites())[0]) for rule in rules})
    protocol = Protocol("p", "p", "p", "", "", TIERS, duties=tuple(rules))
    duties = assign_duties(plan, placement, None, protocol=protocol, sites=some_sites())
    staff = count_staff(plan, placement, protocol=protocol, posts=posts_of(plan), duties=duties)
    assert Counter(staff.groupby("role")["required"].sum().to_dict()) == +expected
    assert staff["required"].to_list() == staff["vacancies"].to_list()
