"""The workbench: the one object with state. It holds a workspace, its current plan and what was undone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from pandas import DataFrame, Series

from gridmap.core.apply import apply_edit
from gridmap.core.conflict import Refused
from gridmap.core.delineate import delineate
from gridmap.core.duty import assign_duties
from gridmap.core.edits import Edit, edits_as_python
from gridmap.core.outline import zone_outlines
from gridmap.core.place import place_households
from gridmap.core.problems import list_problems
from gridmap.core.steps import Step, plan_at, step_from
from gridmap.core.tally import count_tiers, count_zones, household_tiers
from gridmap.errors import ConflictError, ExportBlockedError, UnknownCellError
from gridmap.export.kit import Written, write_exports
from gridmap.export.proof import certify
from gridmap.model.certificate import Certificate
from gridmap.model.duties import Duties
from gridmap.model.placement import Placement
from gridmap.model.plan import Plan
from gridmap.model.protocol import Protocol
from gridmap.model.zoning import Document, Zoning
from gridmap.store.protocols import load_protocol
from gridmap.store.workspace import Workspace

USUAL_PROTOCOL = "three-zones-2021"
_TABLES = ("grid", "households", "officials", "cases", "sites")


class Workbench:
    """A workspace at work: its plan is edited here, undone and redone without limit, and saved.

    Every change is an edit, made by `gridmap.apply_edit`; nothing reaches the file before `save`. The tables
    are those that were in the file when the workbench was made or last reloaded.

    Parameters
    ----------
    workspace
        What `gridmap.open_workspace` gave, with a grid.
    author
        Who saves, unless `save` names somebody else.

    Attributes
    ----------
    conflict
        After a save that met another one, or a reload: what they changed against what was changed here, as
        `gridmap.core.conflict.plan_difference` lists it; else None.
    refused
        The edits that the last reload could not make again, each with the reason.

    Examples
    --------
    >>> bench = Workbench(workspace)  # doctest: +SKIP
    >>> bench.apply(SetTier(tier="sealed", areas=["330421001002"]))  # doctest: +SKIP
    >>> bench.save(reason="two new cases", author="GIS desk")  # doctest: +SKIP
    """

    def __init__(self, workspace: Workspace, *, author: str = "") -> None:
        self.workspace = workspace
        self.author = author
        self.selection: tuple[str, ...] = ()
        self.conflict: DataFrame | None = None
        self.refused: tuple[Refused, ...] = ()
        self._placement: Placement | None = None
        self._take_tables()
        self._plan = self._saved = workspace.plan
        # each step is told from the one after it towards the current plan, or from that
        self._past: list[Step] = []
        self._future: list[Step] = []
        self._watchers: list[Callable[[], None]] = []

    def __repr__(self) -> str:
        state = "saved" if self.is_saved else f"{len(self.unsaved)} unsaved edit(s)"
        return f"<Workbench {self.workspace.path.name}: plan {self._plan.version}, {state}>"

    @property
    def plan(self) -> Plan:
        """The current plan."""
        return self._plan

    @property
    def protocol(self) -> Protocol:
        """The protocol of the workspace; ``three-zones-2021`` where it has none."""
        return self._protocol

    @property
    def grid(self) -> Any:
        """The grid, by ``cell_id``."""
        return self._tables["grid"]

    @property
    def placement(self) -> Placement:
        """Where the households are; worked out when first asked for."""
        if self._placement is None:
            self._placement = place_households(self._tables["households"], self.grid)
        return self._placement

    @property
    def tiers(self) -> Series:
        """The tier, or ``none``, of every placed household, by ``household_id``."""
        return household_tiers(self._plan, self.placement)

    def select(self, areas: Iterable[str]) -> None:
        """Choose the areas and cells that the next edit is for.

        Raises
        ------
        UnknownCellError
            If the grid has no such area; the selection stays as it was.
        """
        chosen = tuple(areas)
        unknown = [area for area in chosen if area not in self._plan.hierarchy.areas.index]
        if unknown:
            raise UnknownCellError(f"the grid has no area {', '.join(map(repr, unknown))}", unknown)
        self.selection = chosen
        self._tell()

    def watch(self, callback: Callable[[], None]) -> None:
        """Call `callback` after every change of the plan, the selection or what is saved."""
        self._watchers.append(callback)

    def apply(self, edit: Edit) -> Plan:
        """Make one edit, and return the changed plan; what was undone can no longer be redone.

        Raises
        ------
        GridmapError
            If the plan does not allow it; the plan stays as it was.
        """
        return self._move_to(apply_edit(self._plan, edit))

    def delineate(self, cases: Any = None) -> Plan:
        """Zone by the protocol, from the cases of the workspace or those given; hand edits are kept."""
        return self._move_to(
            delineate(
                self._tables["cases"] if cases is None else cases,
                self.grid,
                protocol=self._protocol,
                base=self._plan,
                households=self._tables["households"],
                case_places=self.workspace.case_places,
            )
        )

    @property
    def can_undo(self) -> bool:
        """Whether there is an edit to take back."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """Whether there is an edit that was taken back."""
        return bool(self._future)

    def undo(self) -> Plan:
        """Take the last edit back; without one nothing happens."""
        if self._past:
            before = plan_at(self._past.pop(), self._plan)
            self._future.append(step_from(self._plan, before))
            self._plan = before
            self._tell()
        return self._plan

    def redo(self) -> Plan:
        """Make the edit again that was last taken back; without one nothing happens."""
        if self._future:
            after = plan_at(self._future.pop(), self._plan)
            self._past.append(step_from(self._plan, after))
            self._plan = after
            self._tell()
        return self._plan

    @property
    def is_saved(self) -> bool:
        """Whether the current plan is the one that is current in the workspace."""
        return self._plan is self._saved or self._plan.version == self._saved.version

    @property
    def unsaved(self) -> tuple[Edit, ...]:
        """The edits since the last save, oldest first; those since the last common one after an undo."""
        saved, now = self._saved.edits, self._plan.edits
        if self.is_saved:
            return ()
        common = next((i for i, (a, b) in enumerate(zip(saved, now, strict=False)) if a != b), None)
        return now[min(len(saved), len(now)) if common is None else common :]

    def save(self, *, reason: str, author: str = "") -> str:
        """Make the plan the current one of the workspace, with its outlines, and return its version.

        Raises
        ------
        ConflictError
            If somebody else has saved since; `conflict` lists what they changed against what was changed
            here, and `reload` takes their plan and makes the unsaved edits again.
        """
        outlines = zone_outlines(self._plan, self.grid, placement=self.placement)
        try:
            version = self.workspace.save(
                self._plan, reason=reason, author=author or self.author, outlines=outlines
            )
        except ConflictError as error:
            self.conflict = error.difference
            raise
        self._saved, self.conflict, self.refused = self._plan, None, ()
        self._tell()
        return version

    def restore(self, version: str | int, *, reason: str = "", author: str = "") -> Plan:
        """Make an earlier plan of the workspace the current one again; `undo` comes back from there."""
        restored = self.workspace.restore(version, reason=reason, author=author or self.author)
        self._saved = restored
        return self._move_to(restored)

    def reload(self) -> Plan:
        """Take the tables and the plan that are in the file now, and make the unsaved edits again on it.

        Edits that their plan does not allow are left out and stand in `refused`, each with the reason.
        `conflict` lists what both have changed. `undo` takes the own edits back, and nobody else's.
        """
        rebase = self.workspace.rebase(self._plan)
        self._take_tables()
        self._saved, self.refused = rebase.steps[0], rebase.refused
        self.conflict = rebase.difference if len(rebase.difference) else None
        self._past = [step_from(*pair) for pair in pairwise(rebase.steps)]
        self._future.clear()
        self._plan = rebase.plan
        self._tell()
        return self._plan

    def counts(self) -> DataFrame:
        """Count every zone: `tier`, `name`, `cells`, `households`, `residents`, by ``zone_id``."""
        return self._plan.zones[["tier", "name"]].join(count_zones(self._plan, self.placement))

    def tier_counts(self) -> DataFrame:
        """Count every tier and ``none``: `zones`, `cells`, `households`, `residents`, by ``tier``."""
        return count_tiers(self._plan, self.placement)

    def problems(self) -> DataFrame:
        """List what a person should look at: `kind`, `target`, `detail`."""
        return list_problems(self._plan, placement=self.placement)

    def assign(self) -> Duties:
        """Give zones, areas, sites and households their officials."""
        return assign_duties(
            self._plan,
            self.placement,
            self._tables["officials"],
            protocol=self._protocol,
            sites=self._tables["sites"],
        )

    def certificate(self, *, duties: Duties | None = None, as_of: datetime | None = None) -> Certificate:
        """Prove that no household is lost under the current plan."""
        inputs = {name: frame for name, frame in self._tables.items() if len(frame)}
        return certify(self.placement, self._plan, as_of=as_of, inputs=inputs, duties=duties)

    def sketch(self) -> Zoning:
        """Put together what is needed to draw the current plan, without the proof and the duties."""
        return Zoning(
            plan=self._plan,
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
        duties = self.assign()
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
            raise ExportBlockedError([f"the plan has {len(self.unsaved)} unsaved edit(s); save it first"])
        written = write_exports(
            zoning, folder, audience=audience, formats=formats, lang=lang, password=password, plain=plain
        )
        self.workspace.log_export([self._log_row(each, zoning) for each in written])
        return written

    def as_python(self) -> str:
        """Write the edits that made the plan as Python that makes it again."""
        return edits_as_python(self._plan.edits)

    def _take_tables(self) -> None:
        self._tables = {name: getattr(self.workspace, name) for name in _TABLES}
        self._protocol = self.workspace.protocol or load_protocol(USUAL_PROTOCOL)
        self._placement = None

    def _move_to(self, plan: Plan) -> Plan:
        self._past.append(step_from(self._plan, plan))
        self._future.clear()
        self._plan = plan
        self._tell()
        return plan

    def _tell(self) -> None:
        for callback in self._watchers:
            callback()

    def _log_row(self, written: Written, zoning: Zoning) -> dict[str, Any]:
        return {
            "file": written.path.name,
            "author": self.author,
            "audience": written.audience,
            "recipient": zoning.document.recipient,
            "persons": written.persons,
            "sha256": written.sha256,
            "version": zoning.plan.version,
        }
