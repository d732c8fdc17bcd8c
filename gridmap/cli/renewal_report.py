"""What came of a renewed roster, as it is printed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from gridmap.cli.printing import counted, say, say_files, say_json, say_table, tell
from gridmap.cli.tier_changes import say_tier_counts
from gridmap.model.shown import shows_counts

if TYPE_CHECKING:
    from pandas import DataFrame

    from gridmap.core.renewal.renew import Renewed
    from gridmap.errors import Fault
    from gridmap.export.renewal_decisions import ReadDecisions
    from gridmap.export.written import Written

_SHOWN = 20
_TIERS = ("id", "tier_before", "tier_after", "zone_before", "zone_after")
_NOT_ASKED = "not_asked"
_KINDS = {
    "pair": "pairs in doubt",
    "taken": "rows that may be listed twice",
    "gone": "rows that are not in the new file",
    "doubled": "rows that stand in the old roster twice",
}
_BECAME = {
    "same": "same, under another id in the file",
    "kept": "kept by decision",
    "dropped": "dropped by decision",
    "decided": "put together by decision",
    "doubled": "doubled, not taken twice",
}
_NOTES = {
    "ids_renumbered": "the ids of the new file were given anew; they were not used",
    "absent_by": "who is absent though registered is told by",
}


@shows_counts
class Done(NamedTuple):
    """What came of it.

    Parameters
    ----------
    renewed
        The rosters.
    read
        The decisions that were read; None for none.
    tiers
        The households that go from one tier to another; None where only officials are renewed.
    named_still
        How many duties, pins and carve-outs name somebody who was dropped.
    impossible
        Transfers and returns that cannot be any more by the renewed roster.
    written
        The list of what waits, if it was written.
    saved
        Whether the workspace has the new rosters.
    """

    renewed: list[Renewed]
    read: ReadDecisions | None
    tiers: DataFrame | None
    named_still: int
    impossible: list[str]
    written: Written | None
    saved: bool


def _faults(done: Done) -> list[Fault]:
    """List what could not be followed; a key that is asked of the other roster is no fault of this one."""
    each_of = [list(each.faults) for each in done.renewed]
    everywhere = set.intersection(*(set(faults) for faults in each_of))
    found = [fault for faults in each_of for fault in faults if fault.kind != _NOT_ASKED]
    return [
        *(done.read.findings if done.read else ()),
        *found,
        *sorted(fault for fault in everywhere if fault.kind == _NOT_ASKED),
    ]


def waits(done: Done) -> bool:
    """Tell whether a person has something to decide or to put right."""
    open_items = any(len(each.waiting) for each in done.renewed)
    return open_items or any(fault.kind != _NOT_ASKED for fault in _faults(done))


def say_done_json(workspace: str, done: Done) -> None:
    """Print all of it as one JSON document; people are named by their ids only."""
    from gridmap.core.carry_changes import tier_counts

    rosters = {
        each.table: {
            "notes": list(each.renewal.notes),
            "counts": each.renewal.counts.to_dict("index"),
            "rows": len(each.frame),
            "changes": each.changes.reset_index().to_dict("records"),
            "waiting": each.waiting.drop(columns=["old_row", "new_row"]).to_dict("records"),
            "decided": _decided(each),
        }
        for each in done.renewed
    }
    say_json(
        {
            "workspace": workspace,
            "saved": done.saved,
            **rosters,
            "findings": [fault._asdict() for fault in _faults(done)],
            "tier_counts": [] if done.tiers is None else tier_counts(done.tiers).to_dict("records"),
            "tier_changes": []
            if done.tiers is None
            else done.tiers[list(_TIERS)].fillna("").to_dict("records"),
            "named_still": done.named_still,
            "impossible_events": done.impossible,
            "list": None if done.written is None else str(done.written.path),
        }
    )


def _decided(renewed: Renewed) -> list[dict[str, Any]]:
    texts = {"decided_at": [time.isoformat() for time in renewed.followed["decided_at"]]}
    rows: list[dict[str, Any]] = renewed.followed.assign(**texts).to_dict("records")
    return rows


def say_done(workspace: str, done: Done) -> None:
    """Print it as tables; people are named by their ids only."""
    for each in done.renewed:
        _say_roster(each)
    if done.tiers is not None:
        _say_tiers(done.tiers)
    faults = _faults(done)
    if faults:
        say(f"\ndecisions that were not followed: {len(faults):,}")
        say_table([fault[1:] for fault in faults[:_SHOWN]], head=("where", "what", "cure"))
    if done.named_still:
        named = counted(done.named_still, "duty, pin or carve-out", "duties, pins and carve-outs")
        tell(f"note: {named} still name somebody who was dropped; assign anew, or take them back")
    if done.impossible:
        moves = counted(len(done.impossible), "transfer or return", "transfers and returns")
        why = f"{moves} cannot be by the new roster, because more are away than live there"
        cure = "record that they came home, or withdraw them: gridmap record"
        tell(f"note: {why}: {', '.join(done.impossible[:_SHOWN])}; {cure}")
    if done.written is not None:
        say()
        say_files([done.written.path])
    say(f"\n{workspace}: {'saved' if done.saved else 'nothing was saved'}")


def _say_tiers(changes: DataFrame) -> None:
    """Say how many come under another tier, and who of them was and is there, and must be told."""
    from gridmap.core.carry_changes import UNPLACED, tier_counts

    say_tier_counts(tier_counts(changes))
    moved = changes[(changes[["tier_before", "tier_after"]] != UNPLACED).all(axis=1)]
    if len(moved):
        say(f"\nto be told that their tier is another: {len(moved):,}")
        say_table(moved[list(_TIERS)].head(_SHOWN).to_numpy().tolist(), head=("household", *_TIERS[1:]))
        if len(moved) > _SHOWN:
            say(f"  and {len(moved) - _SHOWN:,} more; --json lists them all")


def _say_roster(renewed: Renewed) -> None:
    counts = renewed.renewal.counts
    before, now = counts.loc["total", ["old", "new"]]
    say(f"{renewed.table}: {before:,} before, {now:,} in the new file")
    for note in renewed.renewal.notes:
        name, _, more = note.partition(":")
        tell(f"note: {_NOTES[name]}{' ' + more if more else ''}")
    rows = [(status, int(row.old), int(row.new)) for status, row in counts.iterrows() if row.old or row.new]
    say_table(rows, head=("class", "before", "in the file"))
    gone = int(counts.loc["gone", "old"])
    if gone * 2 > before:
        part = "if it is only a part, leave them undecided: they stay"
        tell(f"note: {gone:,} of {before:,} are not in the new file; {part}")
    change = renewed.changes["change"].value_counts(sort=False)
    say(f"\n{renewed.table} after that: {len(renewed.frame):,}")
    became = [(_BECAME.get(kind, kind), int(count)) for kind, count in change.items()]
    say_table(became, head=("what became of them", "rows"))
    if not len(renewed.waiting):
        say("\nnothing waits for a person")
        return
    say(f"\nwaiting for a person: {len(renewed.waiting):,}")
    kinds = renewed.waiting["kind"].value_counts()
    say_table([(_KINDS[kind], int(count)) for kind, count in kinds.items()], head=("what", "rows"))
    names = ["item", "kind", "old_id", "new_id", "why", "reason"]
    say_table(renewed.waiting[names].head(_SHOWN).to_numpy().tolist(), head=("key", *names[1:]))
    if len(renewed.waiting) > _SHOWN:
        say(f"  and {len(renewed.waiting) - _SHOWN:,} more; --queue lists them all")
