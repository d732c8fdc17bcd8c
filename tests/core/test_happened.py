"""What is told of events beside a zone on a map."""

from dataclasses import replace

import pandas as pd
import pytest

from gridmap.core.happened import happened_rows
from gridmap.core.scene import build_scene
from gridmap.model.events import events_frame
from tests.export.list_world import NOON, six_households, two_cells, zoning_of

HOUR = pd.Timedelta(hours=1)


def happened():
    """Two of h2 are away; 2 of 4 in C-1 are tested; h3 and C-1 ask for something, h1 was served."""
    rows = [
        {
            "event_id": "t",
            "kind": "transfer",
            "persons": 2,
            "site_id": "I-1",
            "household_id": "h2",
            "hours": -30,
        },
        {
            "event_id": "r",
            "kind": "test_round",
            "zone_id": "C-1",
            "round": 3,
            "due": 4,
            "tested": 2,
            "hours": -5,
        },
        {"event_id": "q1", "kind": "request", "household_id": "h3", "note": "透析接送", "hours": -26},
        {"event_id": "q2", "kind": "request", "zone_id": "C-1", "note": "消毒", "hours": -1},
        {"event_id": "q3", "kind": "request", "household_id": "h1", "note": "药", "hours": -9},
        {"event_id": "c3", "kind": "request_closed", "of": "q3", "hours": -8},
        {"event_id": "q4", "kind": "request", "zone_id": "C-1", "note": "后来", "hours": 3},
    ]
    at = [pd.Timestamp(NOON) + row.pop("hours") * HOUR for row in rows]
    return events_frame(pd.DataFrame(rows).assign(at=at).set_index("event_id"))


@pytest.fixture
def zoning():
    return replace(zoning_of(six_households(), two_cells()), events=happened())


def test_a_zone_tells_who_is_away_how_far_the_round_is_and_what_is_open(zoning):
    told = happened_rows(zoning, "official", "zh")
    assert told["C-1"][0] == ("检测轮次", "第3轮 2/4")
    assert ("在外人数", "2") in [row for rows in told.values() for row in rows]
    assert sum(int(value) for rows in told.values() for name, value in rows if name == "未办结诉求") >= 1
    assert happened_rows(zoning, "field", "en")["C-1"][0] == ("Test round", "no. 3: 2 of 4")


def test_counts_that_nobody_entered_are_not_known(zoning):
    events = zoning.events.drop("r")
    unknown = zoning.events.loc[["r"]].assign(tested=pd.NA)
    told = happened_rows(replace(zoning, events=pd.concat([events, unknown])), "official", "zh")
    assert told["C-1"][0] == ("检测轮次", "第3轮 ?/4")


def test_the_public_sees_nothing_of_it_and_a_zone_that_is_held_back_neither(zoning):
    assert happened_rows(zoning, "public", "zh") == {}
    assert "C-1" not in happened_rows(replace(zoning, held={"C-1": "缺人"}), "official", "zh")
    assert happened_rows(replace(zoning, events=None), "official", "zh") == {}


def test_it_stands_beside_the_zone_on_the_map(zoning):
    shown = build_scene(zoning, audience="official", lang="zh").zones
    assert ("检测轮次", "第3轮 2/4") in shown.loc["C-1", "rows"]
    hidden = build_scene(zoning, audience="public", lang="zh").zones
    assert "检测轮次" not in str(hidden["rows"].to_list())
