"""Read a notice: every phrase marked, and the plan that the clear ones would make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pandas as pd
from pandas import DataFrame

from gridmap.core.apply import new_plan
from gridmap.core.edit_texts import edit_to_json
from gridmap.core.edits import Edit
from gridmap.core.notice_in.fold import Folded, fold_notice
from gridmap.core.notice_in.leaving import Leaving
from gridmap.core.notice_in.names import Names
from gridmap.core.notice_in.phrase import IGNORE, OPEN, UNKNOWN, Candidate, Phrase
from gridmap.core.notice_in.proposing import Proposed, propose
from gridmap.core.notice_in.scan import Scan, scan_notice
from gridmap.core.notice_in.twin import is_twin, scan_twin
from gridmap.errors import PlanError
from gridmap.model.placement import Placement
from gridmap.model.plan import Plan
from gridmap.model.protocol import Protocol
from gridmap.model.shown import shows_counts

SCHEMA = "gridmap-notice-reading-1"
_COLUMNS = ("start", "end", "text", "kind", "role", "tier", "state", "matched", "candidates", "note")


@shows_counts
@dataclass(frozen=True, eq=False)
class NoticeReading:
    """What a notice says, and what it would make of a plan.

    Parameters
    ----------
    phrases
        By ``phrase_id``, in the order of the text: `start` and `end` in the text, `text`, `kind`, `role`
        (``in`` a zone, ``out`` of it, ``except`` for tiers that are excepted, or empty), `tier`, `state`
        (``matched``, ``ambiguous``, ``unmatched`` or ``ignored``), `matched` and `candidates` (tuples of keys
        such as ``areas:330421002`` or ``address:330421002:枫南新村3幢``), `note`. No two overlap.
    labels
        How each key is shown.
    title, number, issuer
        As the notice gives them; empty if it does not.
    effective, valid_until
        The times, with a time zone; None if they are not told.
    stricter_applies
        Whether the notice says that on conflict the stricter applies 从高原则.
    edits
        What leads from the plan that was given to `plan`; only phrases that are matched have a part in it.
    before, plan
        The plan that was given, and the proposed one; nothing is applied anywhere else.
    problems
        What has to be said, by ``phrase_id`` where it is about one.
    """

    phrases: DataFrame
    labels: Mapping[str, str]
    title: str
    number: str
    issuer: str
    effective: datetime | None
    valid_until: datetime | None
    stricter_applies: bool
    edits: tuple[Edit, ...]
    before: Plan
    plan: Plan
    problems: tuple[str, ...]

    @property
    def open_phrases(self) -> DataFrame:
        """The phrases that are ambiguous or unmatched."""
        return self.phrases[self.phrases["state"].isin(OPEN)]

    @property
    def data(self) -> dict[str, Any]:
        """The same as plain data, for `json.dumps`; candidates have `key` and `label`."""
        rows = []
        for phrase_id, row in zip(self.phrases.index, self.phrases.to_dict("records"), strict=True):
            named = {
                kind: [{"key": key, "label": self.labels[key]} for key in row[kind]]
                for kind in ("matched", "candidates")
            }
            rows.append({"phrase_id": str(phrase_id), **row, **named})
        return {
            "schema": SCHEMA,
            "title": self.title,
            "number": self.number,
            "issuer": self.issuer,
            "effective": self.effective.isoformat() if self.effective else "",
            "valid_until": self.valid_until.isoformat() if self.valid_until else "",
            "stricter_applies": self.stricter_applies,
            "phrases": rows,
            "edits": [edit_to_json(edit) for edit in self.edits],
            "plan_version": self.plan.version,
            "problems": list(self.problems),
        }


def read_notice(
    text: str,
    plan_or_grid: Plan | DataFrame,
    *,
    protocol: Protocol,
    placement: Placement | None = None,
    boundaries: Any = None,
    decisions: Mapping[str, str] | None = None,
    reason: str = "",
) -> NoticeReading:
    """Read the text of a notice 通告, mark every phrase of it, and propose a plan.

    It reads Chinese notices as they are commonly written, those that gridmap writes in Chinese or English,
    and the JSON beside these. A phrase of which not every word is known is never taken: it is unmatched, with
    what is written nearly like it. A name that several places have is ambiguous. Neither has a part in the
    plan until it is decided.

    Parameters
    ----------
    text
        The text, or the JSON that gridmap writes.
    plan_or_grid
        The plan that the notice changes, or a grid for one that begins empty.
    protocol
        Whose tiers the notice tells.
    placement
        The households; without them no compound is known, and every address has to be decided.
    boundaries
        Roads and rivers by `name`, for enclosures 合围.
    decisions
        By ``phrase_id``: the key of one of its candidates, or ``ignore``.
    reason
        Given to cells that are made weaker than a rule asks; without one such edits are refused.

    Returns
    -------
    reading
        The phrases, the edits and the proposed plan.

    Raises
    ------
    PlanError
        If a decision is about no phrase, or is none of its candidates, or if the plan has other tiers.
    UnsupportedError
        If it is the JSON of a notice, and cut or changed.
    """
    plan = plan_or_grid if isinstance(plan_or_grid, Plan) else new_plan(plan_or_grid, protocol=protocol)
    lacking = sorted(set(protocol.tier_ids) - set(plan.tier_order))
    if lacking:
        raise PlanError(f"the plan has no tiers {', '.join(lacking)}; read the notice by its own protocol")
    names = Names(plan.hierarchy, placement, boundaries)
    folded = fold_notice(text)
    if is_twin(text):
        scan = scan_twin(text, plan.hierarchy, names, protocol)
        spans = [(phrase.start, phrase.end) for phrase in scan.phrases]
    else:
        scan = scan_notice(folded, plan.hierarchy, names, protocol)
        spans = [folded.span(phrase.start, phrase.end) for phrase in scan.phrases]
    found = _left(scan, folded, plan, placement)
    phrases, decided = _decided(found, decisions or {})
    done = propose(plan, phrases, scan.blocks, placement=placement, decided=decided, reason=reason)
    phrases = _with_outcome(phrases, done)
    return _reading(text, phrases, spans, scan, done)


def _left(scan: Scan, folded: Folded, plan: Plan, placement: Placement | None) -> tuple[Phrase, ...]:
    """Return the phrases, of which those that lift something mean zones of the plan."""
    if not any(each.role == "left" for each in scan.phrases):
        return scan.phrases
    leaving = Leaving(plan, placement, lambda phrase: folded.text[phrase.start : phrase.end])
    return leaving.found(scan.phrases, scan.blocks)


def _id(place: int) -> str:
    return f"p{place + 1}"


def _decided(
    phrases: tuple[Phrase, ...], decisions: Mapping[str, str]
) -> tuple[tuple[Phrase, ...], frozenset[int]]:
    """Return the phrases with what was decided, and the places of those."""
    places = {_id(place): place for place in range(len(phrases))}
    made, decided = list(phrases), set()
    for phrase_id, key in decisions.items():
        if phrase_id not in places:
            raise PlanError(f"the notice has no phrase {phrase_id!r}; its phrases are p1 to p{len(phrases)}")
        phrase = phrases[places[phrase_id]]
        chosen = [each for each in (*phrase.candidates, *phrase.matched) if each.key == key]
        if key != IGNORE and not chosen:
            raise PlanError(
                f"{key!r} is no candidate of phrase {phrase_id}; choose one of them or {IGNORE!r}"
            )
        if key == IGNORE:
            made[places[phrase_id]] = replace(phrase, state="ignored", role="", matched=(), note="decided")
        else:
            made[places[phrase_id]] = replace(
                phrase, state="matched", matched=(chosen[0],), candidates=(), note="decided"
            )
        decided.add(places[phrase_id])
    return tuple(made), frozenset(decided)


def _with_outcome(phrases: tuple[Phrase, ...], done: Proposed) -> tuple[Phrase, ...]:
    """Mark the phrases that could not be applied, or that are doubtful after all."""
    made = list(phrases)
    for place, note in done.doubtful.items():
        made[place] = replace(
            made[place], state="ambiguous", candidates=made[place].matched, matched=(), note=note
        )
    for place, why in done.refused.items():
        if place >= 0:
            made[place] = replace(
                made[place], state="unmatched", candidates=made[place].matched, matched=(), note=why
            )
    return tuple(made)


def _reading(
    text: str, phrases: tuple[Phrase, ...], spans: list[tuple[int, int]], scan: Scan, done: Proposed
) -> NoticeReading:
    heads = {each.kind: each.matched[0].label for each in phrases if each.matched}
    rows = [
        (
            *span,
            text[slice(*span)],
            each.kind,
            each.role,
            "" if each.tier == UNKNOWN else each.tier,
            each.state,
            tuple(one.key for one in each.matched),
            tuple(one.key for one in each.candidates),
            each.note,
        )
        for each, span in zip(phrases, spans, strict=True)
    ]
    index = pd.Index([_id(place) for place in range(len(rows))], dtype="str", name="phrase_id")
    title = scan.heads.title
    return NoticeReading(
        phrases=DataFrame(rows, columns=list(_COLUMNS), index=index),
        labels=_labels(phrases),
        title=next((row[2] for row in rows if row[3] == "title"), "") if title[1] else "",
        number=heads.get("number", ""),
        issuer=heads.get("issuer", ""),
        effective=scan.heads.time("effective"),
        valid_until=scan.heads.time("valid_until"),
        stricter_applies=scan.stricter_applies,
        edits=tuple(done.edits),
        before=done.before,
        plan=done.plan,
        problems=tuple(_problems(phrases, done)),
    )


def _labels(phrases: tuple[Phrase, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for phrase in phrases:
        candidates: tuple[Candidate, ...] = (*phrase.matched, *phrase.candidates)
        found |= {each.key: each.label for each in candidates}
    return found


def _problems(phrases: tuple[Phrase, ...], done: Proposed) -> list[str]:
    said = [
        f"{_id(place)} is {phrase.state}: {phrase.note}"
        for place, phrase in enumerate(phrases)
        if phrase.state in OPEN
    ]
    said += [
        f"{_id(place)}: {each.note}"
        for place, each in enumerate(phrases)
        if each.state == "matched" and each.note and each.note != "decided"
    ]
    if -1 in done.refused:
        said.append(done.refused[-1])
    return said
