"""What a person has decided about a renewed roster, and what still waits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas import DataFrame

from gridmap.core.renewal.differences import changed_columns
from gridmap.core.renewal.renewal import Renewal
from gridmap.core.renewal.waiting import ANSWERS, DOUBLED, GONE, PAIR, TAKEN, listed
from gridmap.errors import Fault
from gridmap.model.shown import shows_counts

DECISION_COLUMNS = ("item", "decision", "author", "decided_at", "note")
FOLLOWED_COLUMNS = ("item", "kind", "old_id", "new_id", "decision", "author", "decided_at")

Mask = npt.NDArray[np.bool_]
_CURE = "write one of {answers}, who decided it and when"


@shows_counts
@dataclass(frozen=True, eq=False)
class Decided:
    """A renewal with what was decided.

    Parameters
    ----------
    pairs
        All rows that are one household or official: `old_row`, `new_row`, `status`, `moved`, `changed`; those
        that a person put together are ``decided``.
    added
        The new rows that are households of their own.
    doubled
        The new rows that repeat another one, and are not taken.
    dropped
        The old rows that a person has dropped.
    waiting
        What still waits for a person, in the columns of `Renewal.queue`.
    faults
        Decisions that cannot be followed, and why.
    followed
        The decisions that were followed, in `FOLLOWED_COLUMNS`: `author` decided it, at `decided_at`.
    """

    pairs: DataFrame
    added: list[int]
    doubled: list[int]
    dropped: list[int]
    waiting: DataFrame
    faults: tuple[Fault, ...]
    followed: DataFrame


def decide(renewal: Renewal, decisions: DataFrame | None) -> Decided:
    """Follow decisions as far as they are clear; what is not decided waits.

    Parameters
    ----------
    renewal
        What was matched.
    decisions
        `DECISION_COLUMNS`, one row for each answer; of several to one item the latest counts. None for none.
    """
    signed, faults = _signed(renewal, decisions)
    answers: dict[str, str] = signed["decision"].to_dict()
    matched, denied = _matched(renewal, answers, faults)
    return _outcome(renewal, signed.drop(index=denied), answers, matched, faults)


def _signed(renewal: Renewal, decisions: DataFrame | None) -> tuple[DataFrame, list[Fault]]:
    """Return the clear answers by item with `decision`, `author`, `when`, and what is wrong with others."""
    if decisions is None or not len(decisions):
        return DataFrame(columns=["decision", "author", "when"], index=pd.Index([], dtype="str")), []
    rows = decisions.reindex(columns=list(DECISION_COLUMNS))
    when = pd.to_datetime(rows["decided_at"], utc=True, errors="coerce")
    texts = {name: rows[name].astype("str").fillna("").str.strip() for name in ("item", "decision", "author")}
    rows = DataFrame(texts).assign(when=when.to_numpy())
    allowed = _allowed(renewal)
    faults = [*_unusable(rows, allowed)]
    usable = rows[(rows["author"] != "") & rows["when"].notna() & (rows["decision"] != "")]
    known = zip(usable["item"], usable["decision"], strict=True)
    fitting = [decision in allowed.get(item, ()) for item, decision in known]
    usable = usable[np.array(fitting, dtype=bool)]
    latest = usable[usable["when"] == usable.groupby("item")["when"].transform("max")]
    said = latest.groupby("item", sort=False)["decision"].agg(lambda answers: ";".join(sorted(set(answers))))
    for item, answer in said.items():
        if ";" in answer:
            what = f"two decisions of one time: {answer}"
            faults.append(Fault("two_decisions", f"item {item}", what, "say which one holds"))
    clear = latest[~latest["item"].isin(said.index[said.str.contains(";")])].drop_duplicates("item")
    return clear.set_index("item"), faults


def _allowed(renewal: Renewal) -> dict[str, tuple[str, ...]]:
    """Return what may be answered to each item, rows that come to be gone by an answer included."""
    queue = renewal.queue
    items = {item: ANSWERS[kind] for item, kind in zip(queue["item"], queue["kind"], strict=True)}
    later = renewal.old_rows.index[renewal.old_rows["status"] == "doubtful"].tolist()
    return items | dict.fromkeys(_alone(renewal, GONE, later)["item"], ANSWERS[GONE])


def _unusable(rows: DataFrame, allowed: Mapping[str, tuple[str, ...]]) -> Iterable[Fault]:
    for item, decision, author, when in rows[["item", "decision", "author", "when"]].itertuples(index=False):
        if not decision:
            continue
        answers = allowed.get(item)
        if answers is None:
            yield Fault("not_asked", f"item {item}", "nothing of this key waits (any more)", "")
        elif decision not in answers:
            cure = _CURE.format(answers=", ".join(answers))
            yield Fault(
                "unknown_decision", f"item {item}", "the decision is none that can be made here", cure
            )
        elif not author or pd.isna(when):
            lacking = "its author" if not author else "its time"
            yield Fault(
                "unsigned", f"item {item}", f"the decision lacks {lacking}", "write who decided and when"
            )


def _matched(
    renewal: Renewal, answers: Mapping[str, str], faults: list[Fault]
) -> tuple[DataFrame, list[str]]:
    """Return the pairs that a person put together, and the keys of those that cannot be, two for one row."""
    queue = renewal.queue
    said = _said(queue, answers)
    same = queue[(queue["kind"] == PAIR) & (said == "same")]
    twice = same["old_row"].duplicated(keep=False) | same["new_row"].duplicated(keep=False)
    for item in same.loc[twice, "item"]:
        what = "a household cannot be two others at once"
        faults.append(
            Fault("contradiction", f"item {item}", what, "let one pair be the same, the others different")
        )
    return same[~twice], same.loc[twice, "item"].to_list()


def _said(items: DataFrame, answers: Mapping[str, str]) -> npt.NDArray[np.object_]:
    """Return the answer to each item, empty without one."""
    return np.array([answers.get(item, "") for item in items["item"]], dtype=object)


def _outcome(
    renewal: Renewal,
    signed: DataFrame,
    answers: Mapping[str, str],
    matched: DataFrame,
    faults: list[Fault],
) -> Decided:
    """Work out what follows from clear answers."""
    pairs = renewal.queue[renewal.queue["kind"].isin([PAIR, TAKEN])]
    said = _said(pairs, answers)
    old, new = (_Side.of(renewal, side, pairs, said, matched) for side in ("old", "new"))
    live = ~np.isin(said, ("different", "doubled")) & ~old.matched_in_pair & ~new.matched_in_pair
    twice = np.flatnonzero(renewal.old_rows["status"] == DOUBLED).tolist()
    gone = np.flatnonzero(renewal.old_rows["status"] == GONE).tolist() + old.free(live)
    alone = pd.concat([_alone(renewal, GONE, gone), _alone(renewal, DOUBLED, twice)], ignore_index=True)
    word = _said(alone, answers)
    return Decided(
        pairs=_pairs(renewal, matched),
        added=sorted([*_at(renewal.new_rows, "new"), *_absent_alone(renewal), *new.free(live)]),
        doubled=sorted([*_at(renewal.new_rows, DOUBLED), *new.called_double]),
        dropped=sorted([*alone.loc[word == "drop", "old_row"].tolist(), *old.called_double]),
        waiting=pd.concat([pairs[live], alone[word == ""]], ignore_index=True),
        faults=tuple(faults),
        followed=_followed(pd.concat([pairs, alone], ignore_index=True), signed),
    )


def _followed(asked: DataFrame, signed: DataFrame) -> DataFrame:
    """Return what was decided of the items that were asked, by whom and when."""
    rows = asked[["item", "kind", "old_id", "new_id"]].merge(signed, left_on="item", right_index=True)
    return rows.rename(columns={"when": "decided_at"})[list(FOLLOWED_COLUMNS)].reset_index(drop=True)


def _pairs(renewal: Renewal, matched: DataFrame) -> DataFrame:
    rows = ["old_row", "new_row"]
    by_hand = matched[rows].merge(renewal.doubtful[[*rows, "moved"]], on=rows).assign(status="decided")
    by_hand["changed"] = changed_columns(
        renewal.old, renewal.new, by_hand["old_row"].to_numpy(), by_hand["new_row"].to_numpy()
    )
    names = [*rows, "status", "moved", "changed"]
    both = pd.concat([renewal.pairs[names], by_hand[names]], ignore_index=True)
    return both.astype({"moved": "bool"})


@dataclass(frozen=True, eq=False)
class _Side:
    """The doubtful rows of one roster.

    Parameters
    ----------
    rows
        The row of each pair.
    doubtful
        Which rows of the roster are in doubt.
    matched
        Which rows a person put together with one of the other roster.
    called_double
        The rows of which a person said that they repeat another.
    """

    rows: npt.NDArray[np.int64]
    doubtful: Mask
    matched: Mask
    called_double: list[int]

    @classmethod
    def of(cls, renewal: Renewal, side: str, pairs: DataFrame, said: Any, matched: DataFrame) -> _Side:
        """Gather one side of the pairs."""
        status = (renewal.old_rows if side == "old" else renewal.new_rows)["status"]
        rows = pairs[f"{side}_row"].to_numpy(dtype=np.int64)
        doubtful = (status == "doubtful").to_numpy()
        settled = np.zeros(len(status), dtype=bool)
        settled[matched[f"{side}_row"]] = True
        double = np.unique(rows[said == "doubled"])
        return cls(rows, doubtful, settled, double[doubtful[double] & ~settled[double]].tolist())

    @property
    def matched_in_pair(self) -> Mask:
        """Of which pairs the row was put together with another by a person."""
        return np.asarray(self.matched[self.rows])

    def free(self, live: Mask) -> list[int]:
        """Return the rows in doubt of which no pair is left that could be."""
        left = self.doubtful & ~self.matched
        left[self.called_double] = False
        left[self.rows[live]] = False
        return list(np.flatnonzero(left).tolist())


def _at(rows: DataFrame, status: str) -> list[int]:
    return list(np.flatnonzero(rows["status"] == status).tolist())


def _absent_alone(renewal: Renewal) -> list[int]:
    """Return the new rows of absent households that no old row is."""
    rows = renewal.new_rows
    return list(np.flatnonzero((rows["status"] == "absent") & (rows["partner"] < 0)).tolist())


def _alone(renewal: Renewal, kind: str, rows: list[int]) -> DataFrame:
    return listed(renewal, [(kind, row, -1, kind, "", 0.0) for row in rows])
