"""What is new of events that were read: each is told once, and nothing that was recorded is changed."""

from __future__ import annotations

from typing import Any, NamedTuple

import pandas as pd
from pandas import DataFrame

from gridmap.model.events import EVENT_COLUMNS, EVENT_ID, REQUEST, SAID_BY, event_ids, events_frame
from gridmap.model.shown import shows_counts

_TOLD = [name for name in EVENT_COLUMNS if name not in (*SAID_BY, "owner")]


@shows_counts
class News(NamedTuple):
    """What is new.

    Parameters
    ----------
    added
        The events that were not known, in the order given. A known request that has another owner now is
        a further request whose `of` names it.
    repeated
        How many were known, just as they were given, or came twice.
    clashing
        The places of those whose id is known for an event that says something else.
    """

    added: DataFrame
    repeated: int
    clashing: tuple[int, ...]


def news_of(known: DataFrame, given: DataFrame) -> News:
    """Tell what is new of some events.

    Parameters
    ----------
    known, given
        As of `events_frame`; an id may come several times in `given`, the first counts.
    """
    before = known[known.index.isin(given.index)]
    seen = {event_id: said for event_id, *said in _told(before)}
    owners = {*zip(known.index, known["owner"], strict=True), *zip(known["of"], known["owner"], strict=True)}
    fresh: list[int] = []
    handed: list[int] = []
    clashing: list[int] = []
    asked = zip(_told(given), given["kind"], given["owner"], strict=True)
    for place, ((event_id, *said), kind, owner) in enumerate(asked):
        if event_id not in seen:
            fresh.append(place)
        elif seen[event_id] != said:
            clashing.append(place)
            continue
        elif kind == REQUEST and owner and (event_id, owner) not in owners:
            handed.append(place)
        seen[event_id] = said
        owners.add((event_id, owner))
    added = pd.concat([given.iloc[fresh], _handed_over(given.iloc[handed])]) if handed else given.iloc[fresh]
    return News(added, len(given) - len(added) - len(clashing), tuple(clashing))


def _told(events: DataFrame) -> Any:
    columns = [events[name].astype("object").where(events[name].notna(), None) for name in _TOLD]
    return zip(events.index, *columns, strict=True)


def _handed_over(requests: DataFrame) -> DataFrame:
    """Make the events that tell the new owner of requests."""
    told = requests.assign(of=requests.index.to_list(), note="")
    return events_frame(told.set_axis(pd.Index(event_ids(told), name=EVENT_ID, dtype="str")))
