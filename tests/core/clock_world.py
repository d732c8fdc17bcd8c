"""A county with zones whose clocks run, and events in few words, for the tests of the clock."""

import pandas as pd

import gridmap as gm
from gridmap.core.apply import apply_edit, new_plan
from gridmap.core.clock.words import missing_texts
from gridmap.core.clock.zone_clock import zone_clock
from gridmap.core.edits import SetRemainder, SetTier
from tests.core.worlds import two_towns

SHANGHAI = "Asia/Shanghai"
GRID = two_towns()


def moment(text, zone=SHANGHAI):
    """A moment such as ``03-05 18:00`` of 2022, in a time zone."""
    return pd.Timestamp(f"2022-{text}").tz_localize(zone)


def protocol(name="three-zones-2021"):
    return gm.load_protocol(name)


def zoned(rules, *edits, grid=None):
    """A plan over the two towns, with the tiers of a protocol."""
    plan = new_plan(two_towns() if grid is None else grid, protocol=rules)
    for edit in edits:
        plan = apply_edit(plan, edit)
    return plan


def drawn(rules, tier, rest, cells=("a1",)):
    """Some cells under one tier, all others under the rest."""
    return zoned(rules, SetRemainder(tier=rest), SetTier(cells=cells, tier=tier), grid=GRID)


def clock_at(rules, plan, *events, at, known=(), **options):
    """The clock of a plan over the two towns; `known` are cases as `cases` takes them, or a frame."""
    frame = known if isinstance(known, pd.DataFrame) else cases(*known)
    return zone_clock(
        plan, frame, happened(*events), protocol=rules, at=moment(at), **{"grid": GRID, **options}
    )


def event(kind, at, zone="S-1", event_id="", **said):
    """One event, told on time by the same person."""
    when = at if isinstance(at, pd.Timestamp) else moment(at)
    return {"event_id": event_id, "kind": kind, "at": when, "zone_id": zone, "author": "me", **said}


def all_negative(at, zone="S-1", people=300, number=9, **said):
    """A test round in which everybody was tested and negative."""
    return event("test_round", at, zone, due=people, tested=people, positive=0, round=number, **said)


def contacts_negative(at, zone="S-1", people=3, **said):
    return event("contacts_tested", at, zone, due=people, tested=people, positive=0, **said)


def happened(*events):
    return pd.DataFrame(list(events)).set_index("event_id") if events else None


def cases(*rows):
    """Cases from (id, cell, confirmed_on), the last as text of 2022 or None."""
    columns = {
        "cell_id": [row[1] for row in rows],
        "confirmed_on": pd.Series(
            [pd.NaT if row[2] is None else moment(row[2]) for row in rows],
            dtype=f"datetime64[us, {SHANGHAI}]",
        ).to_numpy(dtype=object),
    }
    return pd.DataFrame(columns, index=pd.Index([row[0] for row in rows], name="case_id", dtype="str"))


def state_of(clock, zone="S-1"):
    return clock.zones.loc[zone, "state"]


def earliest_of(clock, zone="S-1"):
    """The earliest moment of a zone, as ``MM-DD HH:MM``; empty if it is not known."""
    time = clock.zones.loc[zone, "earliest"]
    return "" if pd.isna(time) else f"{time:%m-%d %H:%M}"


def verdicts(clock, zone="S-1"):
    """What became of the conditions of a zone."""
    rows = clock.conditions[clock.conditions["zone_id"] == zone]
    return dict(zip(rows["condition"], rows["state"], strict=True))


def missing(clock, zone="S-1", lang="en"):
    """What is missing, in words, of the conditions of a zone that are not met."""
    rows = clock.conditions["zone_id"] == zone
    return [text for text in missing_texts(clock, lang)[rows] if text]
