"""The desk between a workbench and its views in the browser: every message is answered once, in its order.

A view says ``{kind, client, seq, ...}`` and hears ``{kind: "done" | "refused", to, seq, ...}``. What changes
the plan is told to all views first, with a revision number: its cells, and then all that is said of the plan
as a whole and counted in it; the answer to the view that asked comes after.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from gridmap.core.finder import Finder
from gridmap.errors import GridmapError, PlanError
from gridmap.model.basemap import Basemap
from gridmap.widget.answers import Answer, Question, packed
from gridmap.widget.beside import Beside, changing_often
from gridmap.widget.figures import Figures
from gridmap.widget.ground import Ground
from gridmap.widget.jobs import Jobs
from gridmap.widget.planwords import carve_rows, plan_head
from gridmap.widget.proposals import Proposals
from gridmap.widget.refusals import internal_refusal, refusal
from gridmap.widget.staffing import Staffing
from gridmap.widget.truth import Truth, differing, truth_of

if TYPE_CHECKING:
    from gridmap.workbench import Workbench

Tell = Callable[[dict[str, Any], list[bytes]], None]
STALE = ("problems", "duties", "days", "history", "export", "certificate", "layers")
SLOW = frozenset(
    (
        "assign",
        "board",
        "certificate",
        "clock",
        "counts",
        "duties",
        "event_form",
        "event_homes",
        "followups",
        "happened",
        "holdings",
        "household_at",
        "issue",
        "loads",
        "new_case",
        "problems",
        "propose",
        "read_notice",
        "search",
        "teams",
        "territories",
    )
)
"""What may take seconds on a large roster and changes nothing is worked out beside the strokes."""


class Desk:
    """One workbench and all views of it.

    Parameters
    ----------
    bench
        The workbench; every change goes through it, and every change of it is told.
    lang
        The language that views begin in, ``zh`` or ``en``.
    basemap
        What lies under the cells, if anything.

    Attributes
    ----------
    revision
        Counts what was told of the plan; a view that misses one asks for everything again.
    """

    def __init__(self, bench: Workbench, *, lang: str = "zh", basemap: Basemap | None = None) -> None:
        self.bench = bench
        self.basemap = basemap
        self.lang = lang
        self.revision = 0
        self.jobs = Jobs(self)
        self.proposals = Proposals()
        self.staffing = Staffing(self)
        self._tell: Tell | None = None
        self._cause: dict[str, Any] | None = None
        self._told: Truth | None = None
        self._order: tuple[str, ...] = ()
        self._carved: tuple[Any, ...] = ()
        self._drawn_ground: Ground | None = None
        self._ground_lock = threading.Lock()
        self._is_prepared = False
        self._finder: tuple[tuple[Any, ...], Finder] | None = None
        self._beside = Beside()

    @property
    def ground(self) -> Ground:
        """The cells as the browser draws them, made once for a grid."""
        hierarchy = self.bench.plan.hierarchy
        with self._ground_lock:
            if self._drawn_ground is None or self._drawn_ground.hierarchy is not hierarchy:
                self._drawn_ground = Ground(hierarchy, self.bench.workspace.drawn_cells(hierarchy))
            return self._drawn_ground

    @property
    def finder(self) -> Finder:
        """What looks for names and addresses, made once for the tables that it looks through."""
        bench = self.bench
        tables = (bench.placement, bench.sites, bench.cases, bench.boundaries)
        if self._finder is None or any(
            one is not two for one, two in zip(self._finder[0], tables, strict=True)
        ):
            names = ("sites", "cases", "boundaries")
            frames = {name: self._in_grid(frame) for name, frame in zip(names, tables[1:], strict=True)}
            self._finder = (tables, Finder(self.ground.hierarchy, placement=bench.placement, **frames))
        return self._finder[1]

    @cached_property
    def figures(self) -> Figures:
        """The numbers of zones and tiers."""
        return Figures(self.bench)

    def prepare(self) -> None:
        """Begin to work out what a view asks for first, while the browser still makes the view."""
        with self._ground_lock:
            begun, self._is_prepared = self._is_prepared, True
        if not begun:
            self._beside.submit(self._begin)

    def _begin(self) -> None:
        from gridmap.widget.welcome import hello

        hello(self.bench, self.ground, lang=self.lang, basemap=self.basemap)
        _known(self.ground.message, self.ground.names, self.bench.plan.version)

    def limber(self) -> None:
        """Work out, beside other work, what the first stroke would have to wait for and all others find."""
        plan = self.bench.plan
        self._beside.submit(lambda: _known(plan.version, plan.hierarchy.tree, plan.hierarchy.name("")))

    def attach(self, tell: Tell) -> None:
        """Send messages by `tell` from now on, and follow the workbench."""
        self._tell = tell
        self.bench.watch(self._changed)

    def detach(self) -> None:
        """Send nothing any more."""
        self._tell = None
        self.bench.unwatch(self._changed)

    def hear(self, content: Any, buffers: Sequence[Any]) -> None:
        """Answer one message of a view.

        What is refused for a reason that a person can mend is told in a sentence. What fails for any other
        reason is told to the view too, so that no stroke stays unanswered, and raised.
        """
        question = _question(content, buffers, self.lang)
        if question is None:
            return
        if question.kind in SLOW:
            self._beside.submit(self._reply, question)
            return
        # JupyterLab may have views heard in a thread of their own. The kernel sends in another thread, which
        # has its turn before all is counted.
        with changing_often(), self.bench.lock:
            if self.bench.log_state:
                self.bench.log_again()
            self._cause = {"client": question.client, "seq": question.seq}
            try:
                self._reply(question)
            finally:
                self._cause = None

    def finish(self) -> None:
        """Wait for the answers that are worked out beside the strokes."""
        self._beside.finish()

    def _reply(self, question: Question) -> None:
        reply = {"to": question.client, "seq": question.seq}
        done = False
        try:
            answer = self._answer(question)
            self.tell({**answer.content, "kind": "done", **reply}, list(answer.buffers))
            done = True
        except GridmapError as error:
            self.tell({**refusal(error, question.lang), "kind": "refused", **reply})
            done = True
        finally:
            if not done:
                self.tell({**internal_refusal(question.lang), "kind": "refused", **reply})

    def tell(self, content: dict[str, Any], buffers: list[bytes] | None = None) -> None:
        """Send a message to the views; without a view nothing happens."""
        if self._tell is not None:
            self._tell(content, buffers or [])

    @property
    def cell_ids(self) -> Any:
        """The ids of the cells, by their numbers."""
        return self.ground.hierarchy.cell_ids

    def stale(self, *tabs: str) -> None:
        """Say which panes show something old; all of them, if none is named."""
        self.tell({"kind": "stale", "tabs": list(tabs or STALE)})

    def tell_plan(self, *, to: str) -> None:
        """Tell one view the whole plan, as it was told to the others last, but not what is counted in it."""
        if self._told is None:
            self._told, self._order = truth_of(self.bench.plan), self.bench.plan.tier_order
        content = {**self._head(counted=False), "full": True, "follow": False, "to": to}
        self.tell(content, _truth_buffers(self._told))

    def tell_figures(self) -> None:
        """Tell all views what is counted in the plan, where no cell has changed; under the lock."""
        self._carved = ()
        self._changed()

    def _in_grid(self, frame: Any) -> Any:
        has_place = "geometry" in frame and frame.crs is not None
        return frame.to_crs(self.ground.projection.crs) if has_place else frame

    def _answer(self, question: Question) -> Answer:
        from gridmap.widget.verbs import VERBS

        verb = VERBS.get(question.kind)
        if verb is None:
            raise PlanError(f"this workbench does not know {question.kind!r}; load the page again")
        return verb(self, question)

    def _changed(self) -> None:
        """Tell all views what is different since the last time: the cells, and then what is counted."""
        if self._tell is None or self._told is None:
            return
        if self._drawn_ground is not None and self._drawn_ground.hierarchy is not self.bench.plan.hierarchy:
            self._ask_again()
            return
        if self._order != self.bench.plan.tier_order:
            self._ask_again()
            return
        before, self._told = self._told, truth_of(self.bench.plan)
        cells = differing(before, self._told)
        self.revision += 1
        carve_list = self.bench.plan.carve_list
        follow = carve_list is not self._carved and carve_list != self._carved
        drawn = {"kind": "cells", "revision": self.revision, "cause": self._cause}
        self.tell(drawn, [packed(cells, "u4"), *_truth_buffers(self._told.at(cells))])
        content = {**self._head(), "full": False, "follow": follow}
        self.tell(content, self._carved_now() if follow else [])
        self.stale()

    def _ask_again(self) -> None:
        """Have all views ask for everything: the grid or the tiers are others now."""
        self._told = None
        self.revision += 1
        self.tell({"kind": "again", "revision": self.revision})

    def _head(self, *, counted: bool = True) -> dict[str, Any]:
        """Say all of the plan but the cells; unless `counted`, without its version and its households."""
        zones, tiers = self.figures.rows() if counted else self.figures.bare_rows()
        return {
            "kind": "plan",
            "revision": self.revision,
            **plan_head(self.bench, hashed=counted),
            "zones": zones,
            "tiers": tiers,
            "counted": counted,
            "carve": self._carve_rows() if counted else [],
        }

    def _carve_rows(self) -> list[dict[str, Any]]:
        return carve_rows(self.bench.plan, self.bench.placement, self.ground.projection)

    def _carved_now(self) -> list[bytes]:
        self._carved = self.bench.plan.carve_list
        return [packed(counts, "i4") for counts in self.figures.following()]


def _known(*_worked_out: Any) -> None:
    """Take what others will ask for and what is kept once it was worked out."""


def _truth_buffers(truth: Truth) -> list[bytes]:
    return [packed(truth.tier, "i1"), packed(truth.zone, "i4"), packed(truth.flags, "u1")]


def _question(content: Any, buffers: Sequence[Any], lang: str) -> Question | None:
    """Read a message; None for what no view of gridmap sends."""
    if not isinstance(content, Mapping) or not isinstance(content.get("kind"), str):
        return None
    said = content.get("lang")
    return Question(
        kind=content["kind"],
        client=str(content.get("client", "")),
        seq=int(content.get("seq", 0)),
        args=content,
        buffers=buffers,
        lang=said if said in ("zh", "en") else lang,
    )
