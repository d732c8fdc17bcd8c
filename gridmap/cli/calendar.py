"""The calendar of zones, as gridmap clock writes it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pandas import DataFrame

    from gridmap.model.clock import Clock
    from gridmap.model.placement import Placement
    from gridmap.store.workspace import Workspace


def write_calendars(
    opened: Workspace,
    clock: Clock,
    files: Sequence[Path],
    *,
    placement: Placement,
    events: DataFrame,
    audience: str,
    lang: str,
    author: str,
) -> list[Path]:
    """Write the calendar of a clock in the form that the name of each file says, and log the files.

    It is called by the area of all cells.
    """
    import numpy as np

    from gridmap.core.regions import common_area
    from gridmap.core.rounds import round_table
    from gridmap.export.calendar import export_calendar
    from gridmap.store.files import sha256_of

    plan = opened.plan
    rounds = round_table(placement, plan, events, at=clock.at.to_pydatetime())
    title = common_area(plan.hierarchy, np.arange(len(plan.hierarchy.cell_ids)))
    written = [
        export_calendar(clock, path, lang=lang, audience=audience, rounds=rounds, title=title)
        for path in files
    ]
    said = {"author": author, "audience": audience, "recipient": "", "persons": 0, "version": plan.version}
    rows = [{"file": str(path.absolute()), "sha256": sha256_of(path), **said} for path in written]
    opened.log_export(rows)
    return written
