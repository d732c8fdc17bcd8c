"""What a workbench answers about its current plan: counts, problems, duties, the proof, exports."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor, Future
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pandas import DataFrame, Series

from gridmap.core.drawing.new_case import with_case
from gridmap.core.duty import assign_duties
from gridmap.core.edits import Edit
from gridmap.core.place import place_households
from gridmap.core.problems import list_problems
from gridmap.core.tally import count_tiers, count_zones, household_tiers
from gridmap.errors import ExportBlockedError
from gridmap.export.handed_out import check_folder, log_rows
from gridmap.export.kit import Written, write_exports
from gridmap.export.proof import certify
from gridmap.model.certificate import Certificate
from gridmap.model.duties import Duties
from gridmap.model.placement import Placement
from gridmap.model.plan import Plan
from gridmap.model.protocol import Protocol
from gridmap.model.zoning import Document, Zoning
from gridmap.store.branches import MAIN
from gridmap.store.protocols import load_protocol, read_protocol_text
from gridmap.store.workspace import Workspace
from gridmap.workbench.alone import alone
from gridmap.workbench.course import Course
from gridmap.workbench.lines import Line
from gridmap.workbench.watching import Watched

USUAL_PROTOCOL = "three-zones-2021"
_TABLES = ("grid", "households", "officials", "cases", "sites", "boundaries")


class _Tables(dict[str, Any]):
    """Tables of a workspace, each read when it is first asked for, and then kept as it was."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(grid=workspace.grid)
        self._workspace = workspace

    def __missing__(self, name: str) -> Any:
        self[name] = getattr(self._workspace, name)
        return self[name]


class Answers(Watched):
    """A workspace with its tables and a plan, and all that is told of them.

    Parameters
    ----------
    workspace
        What `gridmap.open_workspace` gave, with a grid.
    author
        Who exports.
    """

    def __init__(self, workspace: Workspace, *, author: str) -> None:
        super().__init__()
        self.workspace = workspace
        self.author = author
        self._placement: Placement | None = None
        self._placing: Future[Placement] | None = None
        self._duties: tuple[Plan, Duties] | None = None
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
            self._placement = self._placed() if placing is None else placing.result()
        return self._placement

    def place_beside(self, pool: Executor) -> None:
        """Begin to find where the households are, beside other work, unless that is known or under way."""
        with self.lock:
            if self._placement is None and self._placing is None:
                self._placing = pool.submit(self._placed)

    def _placed(self) -> Placement:
        return place_households(self._tables["households"], self.grid)

    @property
    def is_placed(self) -> bool:
        """Whether the households were placed already."""
        return self._placement is not None

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

    def counts(self) -> DataFrame:
        """Count every zone: `tier`, `name`, `cells`, `households`, `residents`, by ``zone_id``."""
        return self._line.plan.zones[["tier", "name"]].join(count_zones(self._line.plan, self.placement))

    def tier_counts(self) -> DataFrame:
        """Count every tier and ``none``: `zones`, `cells`, `households`, `residents`, by ``tier``."""
        return count_tiers(self._line.plan, self.placement)

    def problems(self) -> DataFrame:
        """List what a person should look at: `kind`, `target`, `detail`."""
        return list_problems(self._line.plan, placement=self.placement)

    def assign(self) -> Duties:
        """Give zones, areas, sites and households their officials."""
        return self._assigned(self.plan)

    def _assigned(self, plan: Plan) -> Duties:
        return assign_duties(
            plan,
            self.placement,
            self._tables["officials"],
            protocol=self._protocol,
            sites=self._tables["sites"],
        )

    def duties(self) -> Duties:
        """Return what `assign` gives for the current plan, worked out once for it."""
        plan, known = self.plan, self._duties
        if known is None or known[0] is not plan:
            known = self._duties = (plan, self._assigned(plan))
        return known[1]

    @property
    def known_duties(self) -> Duties | None:
        """The duties under the current plan, if they were asked for already."""
        return self._duties[1] if self._duties is not None and self._duties[0] is self._line.plan else None

    def certificate(self, *, duties: Duties | None = None, as_of: datetime | None = None) -> Certificate:
        """Prove that no household is lost under the current plan."""
        tables = {name: self._tables[name] for name in _TABLES}
        inputs = {name: frame for name, frame in tables.items() if len(frame)}
        return certify(self.placement, self._line.plan, as_of=as_of, inputs=inputs, duties=duties)

    def sketch(self) -> Zoning:
        """Put together what is needed to draw the current plan, without the proof and the duties."""
        return Zoning(
            plan=self._line.plan,
            grid=self.grid,
            protocol=self._protocol,
            placement=self.placement,
            sites=self._tables["sites"],
            document=self.workspace.document,
        )

    def zoning(self, *, document: Document | None = None) -> Zoning:
        """Put together all that exports show: placement, duties, certificate and document."""
        head = document or self.workspace.document
        as_of = head.as_of or datetime.now(UTC).astimezone()
        duties = self.duties()
        return replace(
            self.sketch(),
            certificate=self.certificate(duties=duties, as_of=as_of),
            duties=duties,
            officials=self._tables["officials"],
            cases=self._tables["cases"],
            document=replace(head, as_of=as_of),
        )

    def export(
        self,
        folder: Path | str,
        *,
        audience: str,
        formats: Sequence[str] | None = None,
        lang: str = "zh",
        document: Document | None = None,
        password: str | None = None,
        plain: bool = False,
    ) -> list[Written]:
        """Write maps and lists for an audience, and log them in the workspace.

        Parameters
        ----------
        folder, audience, formats, lang, password, plain
            As for `gridmap.write_exports`.
        document
            Number, issuer and times; those kept in the workspace, if not given.

        Raises
        ------
        ExportBlockedError
            If the plan is not saved, so that nobody could find it again; a draft may leave all the same.
            Or for what `gridmap.write_exports` finds.
        """
        zoning = self.zoning(document=document)
        if not self.is_saved and not zoning.document.draft:
            raise ExportBlockedError([f"the plan has {self.apart} unsaved edit(s); save it first"])
        check_folder(self.workspace.exports(), Path(folder), audience)
        written: list[Written] = []
        try:
            return write_exports(
                zoning,
                folder,
                audience=audience,
                formats=formats,
                lang=lang,
                password=password,
                plain=plain,
                told=written.append,
            )
        finally:
            self.workspace.log_export(log_rows(written, zoning, author=self.author))

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
