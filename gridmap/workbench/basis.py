"""What a workbench is about: the tables of its workspace, the current plan, and where the households are."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any, NamedTuple

from pandas import DataFrame, Series

from gridmap.core.drawing.new_case import with_case
from gridmap.core.edits import Edit
from gridmap.core.place import place_households
from gridmap.core.tally import household_tiers
from gridmap.model.duties import Duties
from gridmap.model.placement import Placement
from gridmap.model.plan import Plan
from gridmap.model.protocol import Protocol
from gridmap.model.shown import shows_counts
from gridmap.store.branches import MAIN
from gridmap.store.protocols import load_protocol, read_protocol_text
from gridmap.store.workspace import Workspace
from gridmap.workbench.alone import alone
from gridmap.workbench.course import Course
from gridmap.workbench.lines import Line
from gridmap.workbench.watching import Watched

USUAL_PROTOCOL = "three-zones-2021"


@shows_counts
class KnownDuties(NamedTuple):
    """Duties, and what they were worked out for."""

    plan: Plan
    pins: DataFrame
    duties: Duties


class _Tables(dict[str, Any]):
    """Tables of a workspace, each read when it is first asked for, and then kept as it was."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(grid=workspace.grid)
        self._workspace = workspace

    def __missing__(self, name: str) -> Any:
        self[name] = getattr(self._workspace, name)
        return self[name]


class Basis(Watched):
    """A workspace with its tables and a plan.

    Parameters
    ----------
    workspace
        What `gridmap.open_workspace` gave, with a grid.
    author
        Who works here.
    """

    def __init__(self, workspace: Workspace, *, author: str) -> None:
        super().__init__()
        self.workspace = workspace
        self.author = author
        self._placement: Placement | None = None
        self._placing: Future[Placement] | None = None
        self._duties: KnownDuties | None = None
        self._begin()

    @property
    def plan(self) -> Plan:
        """The current plan."""
        return self._line.plan

    @property
    def protocol(self) -> Protocol:
        """The protocol of the workspace; ``three-zones-2021`` where it has none."""
        return self._protocol

    @property
    def grid(self) -> Any:
        """The grid, by ``cell_id``."""
        return self._tables["grid"]

    @property
    def households(self) -> Any:
        """The roster, by ``household_id``."""
        return self._tables["households"]

    @property
    def officials(self) -> Any:
        """The officials, by ``official_id``."""
        return self._tables["officials"]

    @property
    def cases(self) -> Any:
        """The cases, by ``case_id``."""
        return self._tables["cases"]

    @property
    def sites(self) -> Any:
        """The points to be staffed, by ``site_id``."""
        return self._tables["sites"]

    @property
    def boundaries(self) -> Any:
        """The named lines, such as roads and rivers, by ``boundary_id``."""
        return self._tables["boundaries"]

    @alone
    def add_case(self, case: Any) -> None:
        """Add a case to those of the workspace; `gridmap.core.drawing.new_case` makes one.

        Raises
        ------
        ConflictError
            If another program has changed the cases since they were read here.
        """
        self.workspace.set_tables(cases=with_case(self.cases, case), author=self.author)
        self._tables.pop("cases")

    @alone
    def use_protocol(self, name: str) -> None:
        """Use a shipped protocol from now on, and keep it in the workspace.

        Raises
        ------
        ProtocolError
            If there is none of this name.
        """
        self.workspace.set_protocol(read_protocol_text(name))
        self._protocol = load_protocol(name)
        self._duties = None

    @property
    def saved_plan(self) -> Plan:
        """The plan that was current in the workspace when it was last read or saved here."""
        return self._line.saved

    @property
    @alone
    def placement(self) -> Placement:
        """Where the households are; worked out when first asked for."""
        if self._placement is None:
            placing = self._placing
            self._placement = _placed(self._tables) if placing is None else placing.result()
        return self._placement

    def place(self) -> None:
        """Find where the households are, unless that is known; the plan can be edited meanwhile."""
        with self.lock:
            if self._placement is not None:
                return
            placing, tables = self._placing, self._tables
            if placing is None:
                found: Future[Placement] = Future()
                self._placing = found
        if placing is not None:
            placing.result()
            return
        try:
            found.set_result(_placed(tables))
        except BaseException as error:  # whoever waits for it hears of it, too
            found.set_exception(error)
            raise

    @property
    def tiers(self) -> Series:
        """The tier, or ``none``, of every placed household, by ``household_id``."""
        return household_tiers(self._line.plan, self.placement)

    @property
    def is_saved(self) -> bool:
        """Whether the current plan is the one that is current in the workspace, on its branch."""
        return self._line.is_saved

    @property
    def unsaved(self) -> tuple[Edit, ...]:
        """The edits since the last save, oldest first; those since the last common one after an undo."""
        return self._line.unsaved

    @property
    def apart(self) -> int:
        """How many edits the plan is apart from the saved one, made or taken back; 0 where it is saved."""
        return 0 if self.is_saved else max(self._line.apart, 1)

    def _begin(self) -> None:
        """Take the tables and the plan of the main line that the workspace has read."""
        self._take_tables()
        save, plan = self.workspace.read_save, self.workspace.plan
        self._line = Line(MAIN, save, plan, plan, Course(save))

    def _take_tables(self) -> None:
        self._tables = _Tables(self.workspace)
        self._protocol = self.workspace.protocol or load_protocol(USUAL_PROTOCOL)
        self._placement = None
        self._placing = None
        self._duties = None


def _placed(tables: _Tables) -> Placement:
    return place_households(tables["households"], tables["grid"])
