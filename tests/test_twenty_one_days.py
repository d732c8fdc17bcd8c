"""Twenty-one days of a made-up outbreak in a fictional county: zoned, tested, lifted and handed out."""

from datetime import date, datetime, timedelta

import geopandas as gpd
import pandas as pd
import pytest

import gridmap as gm
from gridmap.export.kit import write_exports, zoning_of
from gridmap.sample.county import make_county
from gridmap.sample.outbreak import make_events, make_outbreak
from gridmap.store.protocols import read_protocol_text

FIRST = date(2022, 2, 26)
DAYS = 21
AUTHOR = "虚构"
AUDIENCES = {"public": ["map", "notice"], "official": ["map"], "field": ["contacts"]}
HANDED_OUT = (0, 9, 20)  # days on which officials and the field get theirs too


@pytest.fixture(scope="module")
def county():
    return make_county(cells=100, households=400, seed=5)


def placed(table):
    points = gpd.points_from_xy(table["lon"], table["lat"])
    return gpd.GeoDataFrame(table, geometry=points, crs="EPSG:4490")


@pytest.fixture
def workspace(county, tmp_path):
    workspace = gm.open_workspace(tmp_path / "county.gpkg")
    tables = {
        "grid": county.grid,
        "households": placed(county.households),
        "officials": placed(county.officials),
    }
    workspace.set_tables(**tables, sites=placed(county.sites))
    return workspace


class Days:
    """A workspace that lives from day to day; it is opened anew every morning."""

    def __init__(self, path, protocol, cases):
        self.path, self.protocol, self.cases = path, protocol, cases
        self.placement = None
        self.accepted = []

    def live(self, day):
        """Zone what came up, close and test, accept what the clock proposes, and give the workspace back."""
        workspace = gm.open_workspace(self.path)
        grid = workspace.grid
        self.placement = gm.place_households(workspace.households, grid)
        confirmed = pd.to_datetime(self.cases["confirmed_on"]).dt.date
        known, new = self.cases[confirmed <= day], self.cases[confirmed == day]
        plan = workspace.plan if len(workspace.versions()) else gm.new_plan(grid, protocol=self.protocol)
        if len(new):
            plan = gm.delineate(known, grid, protocol=self.protocol, base=plan, households=self.placement)
        zones = gm.count_zones(plan, self.placement)
        closed = zones[zones.index.map(plan.zones["tier"]) != self.protocol.tier_ids[-1]]
        recorded = workspace.record(make_events(closed, workspace.events, day=day, seed=3), author=AUTHOR)
        assert not len(recorded.exceptions)
        at = datetime.fromisoformat(f"{day}T23:30:00+08:00")
        clock = gm.zone_clock(
            plan, known, workspace.events, protocol=self.protocol, at=at, grid=grid, placement=self.placement
        )
        for proposal in clock.proposals:
            assert clock.conditions.query("zone_id == @proposal.zone_id")["state"].eq("met").all()
            plan = gm.replay(plan, proposal.edits)
            self.accepted.append((day, proposal.zone_id, proposal.tier))
        workspace.save(plan, reason=f"{day}", author=AUTHOR)
        return workspace, clock


def listed(folder):
    """The ids of the households on a list of the field."""
    return pd.read_csv(folder / "contacts" / "contacts.csv", dtype=str)["住户编号"].to_list()


@pytest.mark.filterwarnings("ignore:a case in zone")
def test_every_day_is_handed_out_balanced_and_every_zone_is_lifted_in_the_end(workspace, county, tmp_path):
    protocol = gm.load_protocol("twenty-measures-2022-11")
    workspace.set_protocol(read_protocol_text(protocol.id))
    cases = make_outbreak(county.households, first=FIRST, cases=9, seed=1)
    days = Days(workspace.path, protocol, placed(cases))
    for number in range(DAYS):
        day = FIRST + timedelta(days=number)
        held, clock = days.live(day)
        as_of = datetime.fromisoformat(f"{day}T23:30:00+08:00")
        zoning = zoning_of(held, document=gm.Document(number=f"{number + 1}", as_of=as_of))
        assert zoning.certificate.balanced
        assert zoning.certificate.placed == sum(zoning.certificate.by_tier.values()) == 400
        for audience in AUDIENCES if number in HANDED_OUT else ("public",):
            out = tmp_path / f"{day}" / audience
            write_exports(zoning, out, audience=audience, formats=AUDIENCES[audience], plain=True)
        if number in HANDED_OUT:
            assert sorted(listed(out)) == sorted(days.placement.cells.index)
    assert {zone for _, zone, _ in days.accepted} >= {"H-1", "H-2"}
    assert not (clock.zones["tier"] == "high").any()


@pytest.mark.filterwarnings("ignore:a case in zone")
@pytest.mark.parametrize(
    ("protocol_id", "first"),
    [
        ("three-zones-2021", (date(2022, 3, 13), "S-1", "")),
        ("shanghai-2022-05", (date(2022, 3, 7), "S-1", "controlled")),
    ],
)
def test_the_first_zone_is_lifted_on_its_day_and_none_before(workspace, county, protocol_id, first):
    cases = make_outbreak(county.households, first=FIRST, cases=5, seed=2)
    days = Days(workspace.path, gm.load_protocol(protocol_id), placed(cases))
    day = FIRST
    while not days.accepted and day < FIRST + timedelta(days=DAYS):
        held, _ = days.live(day)
        assert gm.certify(days.placement, held.plan).balanced
        day += timedelta(days=1)
    assert days.accepted[0] == first
