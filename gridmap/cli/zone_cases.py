"""The cases that a zoning is given: all of them, or new ones beside those stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gridmap.cli.printing import counted, tell
from gridmap.errors import WorkspaceError

if TYPE_CHECKING:
    from gridmap.store.workspace import Workspace


@dataclass(frozen=True)
class GivenCases:
    """The files of cases and of their further places, and whether they stand beside those stored."""

    cases: Path | None
    case_places: Path | None
    crs: str | None
    beside: bool

    def read(self, opened: Workspace) -> dict[str, Any]:
        """Read the files, and return the tables that take the place of those stored."""
        from gridmap.cli.init import read_tables
        from gridmap.core.drawing.new_case import with_case

        files = {"cases": self.cases, "case_places": self.case_places}
        tables = read_tables(
            {table: path for table, path in files.items() if path is not None}, {"cases": self.crs}
        )
        if self.beside and len(tables["cases"]):
            tables["cases"] = with_case(opened.cases, tables["cases"])
        if self.beside and "case_places" in tables:
            tables["case_places"] = _with_places(opened.case_places, tables["case_places"])
        return tables


def _with_places(stored: Any, places: Any) -> Any:
    """Return the stored places of other cases, and then those that were given."""
    import pandas as pd

    kept = stored[~stored.index.isin(places.index)]
    return pd.concat([kept, places]) if len(kept) else places


def tell_left_out(opened: Workspace, tables: dict[str, Any]) -> bool:
    """Tell whether the new table lacks stored cases, and say which: what was drawn for them is taken back."""
    from gridmap.core.changes import some

    if not len(tables.get("cases", ())):
        return False
    lost = opened.cases.index.difference(tables["cases"].index, sort=False).astype(str).tolist()
    if lost:
        tell(
            f"note: {counted(len(lost), 'stored case')} not in the file, so their zones are taken back: "
            f"{some(lost)}; give new cases by --add-cases, or all of them by --cases"
        )
    return bool(lost)


def check_cases(workspace: Workspace, tables: Mapping[str, Any]) -> None:
    """Refuse to zone without cases, before an empty table replaces those stored.

    Raises
    ------
    WorkspaceError
        If there are none.
    """
    if not len(tables.get("cases", workspace.cases)):
        where = "the file of cases" if "cases" in tables else str(workspace.path)
        raise WorkspaceError(f"{where} has no cases; give them with --cases FILE")
