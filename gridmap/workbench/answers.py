"""What a workbench answers about its current plan: counts, problems, duties, the proof, exports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from pandas import DataFrame

from gridmap.core.problems import list_problems
from gridmap.core.tally import count_tiers, count_zones
from gridmap.errors import ExportBlockedError
from gridmap.export.handed_out import check_folder, log_rows
from gridmap.export.kit import Written, write_exports
from gridmap.export.proof import certify
from gridmap.export.subject import told_before
from gridmap.model.certificate import Certificate
from gridmap.model.duties import Duties
from gridmap.model.zoning import Document, Zoning
from gridmap.workbench.responsible import Responsible

_TABLES = ("grid", "households", "officials", "cases", "sites", "boundaries")


class Answers(Responsible):
    """A workspace with its tables and a plan, and all that is told of them.

    Parameters
    ----------
    workspace
        What `gridmap.open_workspace` gave, with a grid.
    author
        Who works here.
    """

    @property
    def events(self) -> DataFrame:
        """All events of the workspace, withdrawn ones too, by ``event_id``."""
        return self.workspace.events

    def counts(self) -> DataFrame:
        """Count every zone: `tier`, `name`, `cells`, `households`, `residents`, by ``zone_id``."""
        return self._line.plan.zones[["tier", "name"]].join(count_zones(self._line.plan, self.placement))

    def tier_counts(self) -> DataFrame:
        """Count every tier and ``none``: `zones`, `cells`, `households`, `residents`, by ``tier``."""
        return count_tiers(self._line.plan, self.placement)

    def problems(self) -> DataFrame:
        """List what a person should look at: `kind`, `target`, `detail`."""
        return list_problems(self._line.plan, placement=self.placement)

    def certificate(self, *, duties: Duties | None = None, as_of: datetime | None = None) -> Certificate:
        """Prove that no household is lost under the current plan."""
        tables = {name: self._tables[name] for name in _TABLES}
        inputs = {name: frame for name, frame in tables.items() if len(frame)}
        events = self.events
        return certify(
            self.placement,
            self._line.plan,
            as_of=as_of,
            inputs=inputs,
            duties=duties,
            events=events if len(events) else None,
        )

    def sketch(self) -> Zoning:
        """Put together what is needed to draw the current plan, without the proof and the duties."""
        return Zoning(
            plan=self._line.plan,
            grid=self.grid,
            protocol=self._protocol,
            placement=self.placement,
            sites=self._tables["sites"],
            document=self.workspace.document,
            boundaries=self._tables["boundaries"],
        )

    def zoning(self, *, document: Document | None = None) -> Zoning:
        """Put together all that exports show: placement, duties, follow-ups, certificate and document."""
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
            followups=self.followups,
            events=self.events,
            in_force=self.duties_before,
            told_before=told_before(self.workspace, self._line.plan.version),
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
