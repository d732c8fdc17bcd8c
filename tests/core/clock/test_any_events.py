"""Whatever happens: nothing lifts with an unmet or unknown condition, and no later case makes it earlier."""

from datetime import timedelta

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.core.apply import replay
from gridmap.core.clock.zone_clock import zone_clock
from gridmap.core.edits import SetRemainder, SetTier
from tests.core.clock_world import cases, event, happened, moment, protocol, zoned
from tests.core.worlds import two_towns

GRID = two_towns()
CELLS = ("a1", "a2", "b1", "b2")
CLOSED = moment("03-01 18:00")
ZONES = tuple(f"S-{number}" for number in range(1, 5))


def separate(rules, tier="sealed", rest="prevention"):
    """Four cells that touch, each a zone of its own."""
    edits = [SetTier(cells=[cell], tier=tier, name=cell) for cell in CELLS]
    return zoned(rules, SetRemainder(tier=rest), *edits, grid=GRID)


THREE, APRIL = protocol(), protocol("shanghai-2022-04")
PLANS = {rules.id: (rules, separate(rules)) for rules in (THREE, APRIL)}

DAYS = (1, 1, 2, 3, 10, 15, 16, 20)

hours = st.integers(0, 24 * 30)
counts = st.sampled_from([0, 0, 100, 100, 90, None])
positives = st.sampled_from([0, 0, 0, 1, None])


@st.composite
def one_event(draw):
    kind = draw(st.sampled_from(["closure", "exposure", "contacts_tested", "test_round", "lifted"]))
    said = {"event_id": "", "round": draw(st.integers(1, 4))}
    if kind in ("contacts_tested", "test_round"):
        said |= {"due": draw(counts), "tested": draw(counts), "positive": draw(positives)}
    return event(kind, CLOSED + timedelta(hours=draw(hours)), draw(st.sampled_from(ZONES)), **said)


@st.composite
def likely(draw):
    """What lets a zone lift, of which something is missing or else at times."""
    zone, rows = draw(st.sampled_from(ZONES)), []
    full = {"due": 100, "tested": 100, "positive": 0}
    for kind, least, most, said in (
        ("closure", 0, 24, {}),
        ("exposure", 0, 12, {}),
        ("contacts_tested", 330, 360, full),
        ("test_round", 330, 380, full | {"round": 9}),
    ):
        if draw(st.integers(0, 9)):
            at = CLOSED + timedelta(hours=draw(st.integers(least, most)))
            rows.append(event(kind, at, zone, **said))
    return rows


@st.composite
def worlds(draw):
    lists = draw(st.lists(likely(), min_size=2, max_size=4))
    told = [row for rows in lists for row in rows] + draw(st.lists(one_event(), max_size=2))
    told = [{**row, "event_id": f"e{number}"} for number, row in enumerate(told)]
    for row in draw(st.lists(st.sampled_from(told), max_size=1)) if told else ():
        later = row["at"] + timedelta(hours=draw(st.integers(0, 200)))
        told.append(event("withdrawn", later, "", event_id=f"e{len(told)}", of=row["event_id"]))
    known = draw(
        st.lists(
            st.tuples(st.sampled_from([*CELLS, "c1", ""]), st.one_of(st.none(), st.integers(1, 31))),
            max_size=2,
        )
    )
    rows = [
        (f"case-{number}", cell, None if day is None else f"03-{day:02}")
        for number, (cell, day) in enumerate(known)
    ]
    at = CLOSED + timedelta(hours=draw(st.integers(340, 410)))
    return happened(*told), rows, at


def standing_rows(events, at):
    """The events that hold, worked out one by one."""
    rows = (
        [] if events is None else [row for row in events.reset_index().to_dict("records") if row["at"] <= at]
    )
    gone = {row["of"] for row in rows if row["kind"] == "withdrawn"}
    return [row for row in rows if row["kind"] != "withdrawn" and row["event_id"] not in gone]


def is_full(row):
    numbers = [row.get(name) for name in ("due", "tested", "positive")]
    return not pd.isna(numbers).any() and row["tested"] >= row["due"] and row["positive"] == 0


def day(time):
    return time.tz_convert("Asia/Shanghai").normalize()


def last_figures(rows, kind):
    """The tests of a kind, of each round the figures told last."""
    told = [row for row in rows if row["kind"] == kind]
    return list({row["event_id"] if pd.isna(row["round"]) else row["round"]: row for row in told}.values())


def contacts_are_over(rows, at):
    exposed = [row["at"] for row in rows if row["kind"] == "exposure"]
    tests = last_figures(rows, "contacts_tested")
    if not exposed:
        last = max(tests, key=lambda row: row["at"], default={"due": 1})
        return last["due"] == 0 and not last["positive"] > 0
    tested = any(is_full(row) and row["at"] >= day(exposed[-1]) + timedelta(days=14) for row in tests)
    return tested and at >= day(exposed[-1]) + timedelta(days=15)


def no_new_case(rows, cell, known, at):
    closed = [row["at"] for row in rows if row["kind"] == "closure"]
    if not closed or any(date is None for _, where, date in known if where in (cell, "")):
        return False
    days = [(where, moment(date)) for _, where, date in known if date is not None and moment(date) <= at]
    if any(date >= day(closed[-1]) for where, date in days if where == ""):
        return False
    begins = max([day(closed[-1]), *(date for where, date in days if where == cell)])
    return at >= begins + timedelta(days=15)


def may_lift(zone, cell, rows, known, at):
    """The three conditions of three-zones-2021, read from the events of one zone in the plainest way."""
    mine = sorted((row for row in rows if row["zone_id"] == zone), key=lambda row: row["at"])
    rounds = last_figures(mine, "test_round")
    tested = any(is_full(row) and row["at"] >= at - timedelta(days=2) for row in rounds)
    return tested and contacts_are_over(mine, at) and no_new_case(mine, cell, known, at)


@settings(max_examples=15, deadline=None)
@given(worlds())
def test_only_what_holds_in_the_plainest_reading_is_proposed(world):
    events, known, at = world
    rules, plan = PLANS[THREE.id]
    clock = zone_clock(plan, cases(*known), events, protocol=rules, at=at, grid=GRID)
    rows = standing_rows(events, at)
    cell_of = dict(zip(ZONES, CELLS, strict=True))
    told = {row["zone_id"] for row in rows if row["kind"] == "lifted" or (row.get("positive") or 0) > 0}
    ready = {zone for zone in ZONES if may_lift(zone, cell_of[zone], rows, known, at)}
    assert ready - told <= {proposal.zone_id for proposal in clock.proposals}
    for proposal in clock.proposals:
        mine = clock.conditions[clock.conditions["zone_id"] == proposal.zone_id]
        assert set(mine["state"]) == {"met"}
        assert clock.zones.loc[proposal.zone_id, "earliest"] <= at
        assert may_lift(proposal.zone_id, cell_of[proposal.zone_id], rows, known, at)
        after = replay(plan, proposal.edits)
        assert after.tiers[cell_of[proposal.zone_id]] == "prevention"
        assert after.tiers.drop(cell_of[proposal.zone_id]).equals(plan.tiers.drop(cell_of[proposal.zone_id]))


@settings(max_examples=15, deadline=None)
@given(worlds(), st.sampled_from(CELLS), st.integers(0, 3), st.sampled_from(sorted(PLANS)))
def test_a_later_case_never_makes_anything_earlier(world, cell, later, name):
    events, known, at = world
    rules, plan = PLANS[name]
    known = [row for row in known if row[2] is not None]
    last = max([moment(date) for *_, date in known], default=CLOSED.normalize()) + timedelta(days=later)
    more = [*known, ("case-9", cell, f"{last:%m-%d}")]
    before, after = (
        zone_clock(plan, cases(*rows), events, protocol=rules, at=at, grid=GRID) for rows in (known, more)
    )
    first, second = before.zones["earliest"], after.zones["earliest"]
    assert not (second < first).any()
    assert not (first.isna() & second.notna()).any()
    assert {each.zone_id for each in after.proposals} <= {each.zone_id for each in before.proposals}
    touched = first.index[first.ne(second) & (first.notna() | second.notna())]
    zone = plan.cell_zones[cell]
    assert set(touched) <= {zone, "P-1"}
