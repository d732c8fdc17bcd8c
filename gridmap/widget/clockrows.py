"""Clocks and events as the views are told them."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pandas as pd
from pandas import DataFrame

from gridmap.core.clock.words import (
    condition_word,
    effect_word,
    missing_texts,
    phase_word,
    state_word,
    then_word,
)
from gridmap.core.rounds import round_status
from gridmap.export.plain import plain_text
from gridmap.model.clock import STATES, Clock, ClockProposal
from gridmap.model.clock_stage import Stage
from gridmap.model.events import COUNTS, EVENT_KINDS, REQUEST_CLOSED, WITHDRAWN, standing
from gridmap.model.zoning import LANGUAGES
from gridmap.widget.happenings import Naming

if TYPE_CHECKING:
    from gridmap.widget.desk import Desk

_MOST_EVENTS = 200
_MOST_ZONES = 1_000
_KINDS = {"lift": ("解除", "lift"), "downgrade": ("调整", "downgrade"), "upgrade": ("升级", "make stricter")}
Text = dict[str, str]


def clock_row(desk: Desk, clock: Clock) -> dict[str, Any]:
    """Return the clocks of all zones, and the newest events."""
    bench = desk.bench
    events = bench.events
    return {
        "at": clock.at.isoformat(),
        "now": datetime.now(UTC).astimezone(clock.at.tzinfo).isoformat(timespec="seconds"),
        "zones": _Zones(clock, round_status(bench.placement, bench.plan, events, at=clock.at)).rows(),
        "zones_total": len(clock.zones),
        "states": {state: _both(state_word, state) for state in STATES},
        "kinds": [{"id": kind, "zh": zh, "en": en} for kind, (zh, en) in EVENT_KINDS.items()],
        "events": event_rows(desk, events),
        "events_total": int((events["kind"] != WITHDRAWN).sum()),
        "notes": [plain_text(text) for text in clock.notes],
    }


def event_rows(desk: Desk, events: DataFrame) -> list[dict[str, Any]]:
    """Return the events, the newest first, those that were withdrawn marked; withdrawals are not told."""
    held = set(standing(events).index)
    told = events[events["kind"] != WITHDRAWN].iloc[::-1].head(_MOST_EVENTS)
    told = told.sort_values("at", ascending=False, kind="stable")
    named, by_id = Naming(desk), events[~events.index.duplicated()]
    return [
        {
            "id": str(row.Index),
            "kind": row.kind,
            "at": _time(row.at),
            "place": named.place(by_id.loc[row.of] if _is_closing(row, by_id) else row),
            **{name: _count(getattr(row, name)) for name in COUNTS},
            "result": row.result,
            "note": plain_text(row.note),
            "author": plain_text(row.author),
            "withdrawn": row.Index not in held,
        }
        for row in told.itertuples()
    ]


def _is_closing(row: Any, events: DataFrame) -> bool:
    """Tell whether an event closes another one, whose place it then has."""
    return bool(row.kind == REQUEST_CLOSED and row.of in events.index)


class _Zones:
    """The rows of zones; what belongs to a zone is looked up once for all."""

    def __init__(self, clock: Clock, rounds: DataFrame) -> None:
        self._clock, self._rounds = clock, rounds
        texts = {lang: missing_texts(clock, lang) for lang in LANGUAGES}
        said = DataFrame(texts)
        self._conditions: dict[str, list[Any]] = defaultdict(list)
        for row, missing in zip(clock.conditions.itertuples(), said.to_dict("records"), strict=True):
            self._conditions[row.zone_id].append((row, missing))
        self._restarts = _by_zone(clock.restarts)
        self._parts = _by_zone(clock.parts)
        self._proposals: dict[str, list[ClockProposal]] = defaultdict(list)
        for proposal in clock.proposals:
            self._proposals[proposal.zone_id].append(proposal)

    def rows(self) -> list[dict[str, Any]]:
        """Return the most urgent zones, each with its conditions."""
        zones = self._clock.zones
        if len(zones) > _MOST_ZONES:
            rank = zones["state"].map({state: place for place, state in enumerate(STATES)})
            zones = zones.iloc[rank.argsort(kind="stable")[:_MOST_ZONES]]
        return [self._row(row) for row in zones.itertuples()]

    def _row(self, row: Any) -> dict[str, Any]:
        zone = str(row.Index)
        stage = self._stage(row.clock_tier, int(row.stage))
        last = self._rounds.loc[zone] if zone in self._rounds.index else None
        number = None if last is None else _count(last["round"])
        return {
            "zone": plain_text(zone),
            "name": plain_text(row.name),
            "tier": row.tier,
            "day": _count(row.day),
            "of": None if stage is None else stage.whole_days,
            "started": _time(row.started),
            "stage": self._rule(stage, row.phase),
            "round": None
            if last is None or number is None
            else {"round": number, "due": _count(last["due"]), "tested": _count(last["tested"])},
            "round_due": _time(row.round_due),
            "next_round": (number or 0) + 1,
            "earliest": _time(row.earliest),
            "then": row.then,
            "state": row.state,
            "conditions": [self._condition(*each) for each in self._conditions[zone]],
            "restarts": [_restart(each) for each in self._restarts[zone]],
            "parts": [
                {"building": plain_text(each.building), "until": _time(each.until)}
                for each in self._parts[zone]
            ],
            "proposals": [self._proposal(each) for each in self._proposals[zone]],
        }

    def _stage(self, tier: str, number: int) -> Stage | None:
        stages = self._clock.protocol.clock.get(tier, ())
        return stages[number - 1] if 0 < number <= len(stages) else None

    def _rule(self, stage: Stage | None, phase: str) -> Text:
        said = {lang: "" if stage is None else stage.text(lang) for lang in LANGUAGES}
        return {
            lang: plain_text(" · ".join(filter(None, (phase_word(phase, lang), said[lang]))))
            for lang in LANGUAGES
        }

    def _condition(self, row: Any, missing: Text) -> dict[str, Any]:
        return {
            "text": _both(condition_word, row.condition),
            "state": row.state,
            "missing": {lang: plain_text(text) for lang, text in missing.items()},
        }

    def _proposal(self, proposal: ClockProposal) -> dict[str, Any]:
        protocol = self._clock.protocol
        text = {
            lang: f"{proposal.zone_id} {what}{colon}{then_word(proposal.tier, protocol, lang)}"
            for lang, what, colon in zip(LANGUAGES, _KINDS[proposal.kind], (":", ": "), strict=True)
        }
        return {
            "key": proposal.zone_id,
            "text": {lang: plain_text(said) for lang, said in text.items()},
            "reason": dict.fromkeys(
                LANGUAGES, plain_text(proposal.reason)
            ),  # in the language of the question
        }


def _restart(row: Any) -> dict[str, Any]:
    what = " ".join(filter(None, (row.case_id, row.building)))
    return {
        "at": _time(row.on),
        "text": {lang: plain_text(f"{effect_word(row.effect, lang)} {what}".strip()) for lang in LANGUAGES},
    }


def _by_zone(frame: DataFrame) -> dict[str, list[Any]]:
    rows: dict[str, list[Any]] = defaultdict(list)
    for row in frame.itertuples():
        rows[row.zone_id].append(row)
    return rows


def _both(word: Any, key: str) -> Text:
    return {lang: plain_text(word(key, lang)) for lang in LANGUAGES}


def _count(value: Any) -> int | None:
    return None if pd.isna(value) else int(value)


def _time(value: Any) -> str:
    return "" if pd.isna(value) else str(value.isoformat())
