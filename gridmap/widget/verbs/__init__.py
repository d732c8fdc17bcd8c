"""All that a view can ask of the desk, by the name of the message."""

from __future__ import annotations

from collections.abc import Mapping

from gridmap.widget.answers import Verb
from gridmap.widget.verbs import cases, duties, edits, exports, history, opening, problems, seeking, shapes

VERBS: Mapping[str, Verb] = {
    "ready": opening.ready,
    "points": opening.points,
    "layers": opening.layers,
    "language": opening.language,
    "edit": edits.edit,
    "fix": edits.fix,
    "undo": edits.undo,
    "log": edits.log,
    "redo": edits.redo,
    "save": history.save,
    "reload": history.reload,
    "recover": history.recover,
    "discard": history.discard,
    "history": history.history,
    "python": history.python,
    "compare": history.compare,
    "restore": history.restore,
    "branch": history.branch,
    "switch": history.switch,
    "certificate": problems.certificate,
    "problems": problems.problems,
    "duties": duties.duties,
    "assign": duties.assign,
    "territories": duties.territories,
    "search": seeking.search,
    "household_at": seeking.household_at,
    "new_case": cases.new_case,
    "propose": cases.propose,
    "accept": cases.accept,
    "drop": cases.drop,
    "ring": shapes.ring,
    "enclose": shapes.enclose,
    "boundaries": shapes.boundaries,
    "issue": exports.issue,
    "export": exports.export,
    "cancel": exports.cancel,
}
