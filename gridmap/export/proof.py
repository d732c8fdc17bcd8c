"""The certificate over everything that was read and written: sources, placement, plan, duties and lists."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pandas import DataFrame, Series

from gridmap.core.certify import certify_plan
from gridmap.core.mismatch import Listed
from gridmap.core.staffed import count_staffed
from gridmap.core.tally import household_tiers
from gridmap.errors import Fault, TableError, UnknownCellError
from gridmap.export.lists import ROSTER, STAFF, read_list
from gridmap.model.certificate import Certificate
from gridmap.model.columns import TABLES
from gridmap.model.duties import Duties
from gridmap.model.fingerprint import frame_sha256
from gridmap.model.frames import cell_id_text, id_text, keyed
from gridmap.model.placement import Placement
from gridmap.model.plan import Plan
from gridmap.store.files import sha256_of
from gridmap.store.gather import gather
from gridmap.store.sources import source_files

_PARTIAL = ("officials", "villages")  # a household may lie in no village
_OTHERS = frozenset(TABLES) - {"households"}


def certify(
    placement: Placement,
    plan: Plan,
    *,
    as_of: datetime | None = None,
    inputs: Mapping[str, Any] | Iterable[Any] = (),
    mapping: Any = None,
    lists: Iterable[Any] = (),
    password: str | None = None,
    tiers: Series | None = None,
    duties: Duties | None = None,
    events: DataFrame | None = None,
) -> Certificate:
    """Prove that every household of the sources is placed once, or excepted, in its own cell and tier.

    It counts again, from the source rows, the polygons, the words of the plan and the lists that were handed
    out, and shares no code with what it proves. It proves records, not reality.

    Parameters
    ----------
    placement, plan
        What is proven.
    as_of
        The moment the proof is about, with its time zone; now, if not given.
    inputs
        The source tables: paths, frames, or a mapping of table names to them. A table of households is
        counted again and compared; of each the SHA-256 is kept.
    mapping
        The mapping of columns that the households were read with, if one was given.
    lists
        Exported lists, as `gridmap.export_contacts` returns their paths, or frames of `household_id`,
        `cell_id`, `tier`. The workbooks of zones, the roster, the tables and the frames each show, taken
        together, every household that has a tier once; those in ``officials/`` show some of them.
    password
        With which the lists are encrypted.
    tiers
        The tier of each household as used elsewhere; `gridmap.household_tiers` if not given.
    duties
        The duties, whose table is counted again: who is linked and has the whole chain of officials, and who
        must still be found.
    events
        What happened, as `workspace.events`: `persons_away` and `persons_present` are counted again from the
        transfers and returns before `as_of`, and must be the residents of the roster together.

    Returns
    -------
    certificate
        With `balanced` false, and every household named in `differences`, if anything disagrees.
    """
    named = dict(inputs) if isinstance(inputs, Mapping) else _by_name(_each(inputs))
    return certify_plan(
        placement,
        plan,
        tiers=_tiers(plan, placement) if tiers is None else tiers,
        as_of=as_of or datetime.now(UTC).astimezone(),
        sources=_rosters(named, placement, mapping),
        hashes={name: source_sha256(each) for name, each in named.items()},
        lists=_listed(_each(lists), plan, password),
        staffing=None if duties is None else count_staffed(plan, placement, duties),
        events=events,
    )


def _tiers(plan: Plan, placement: Placement) -> Series:
    """Return the tiers; a household in a cell that the plan lacks has none, which is a difference."""
    try:
        return household_tiers(plan, placement)
    except UnknownCellError:
        known = placement.cells.isin(plan.hierarchy.cell_ids)
        return household_tiers(plan, replace(placement, cells=placement.cells[known]))


def _each(given: Any) -> list[Any]:
    """Take one table or path for a list of one."""
    return [given] if isinstance(given, DataFrame | str | PathLike) else list(given)


def _by_name(sources: Iterable[Any]) -> dict[str, Any]:
    """Call each source by its table or file; two of one name are told apart by a number."""
    named: dict[str, Any] = {}
    for each in sources:
        name = _name(each)
        same = sum(known == name or known.startswith(f"{name} (") for known in named)
        named[f"{name} ({same + 1})" if same else name] = each
    return named


def _name(source: Any) -> str:
    if isinstance(source, DataFrame):
        return str(source.index.name or "table").removesuffix("_id") + "s"
    return Path(source).stem


def source_sha256(source: Any) -> str:
    """Compute the SHA-256 of a source table: of its files, or of the rows of a frame."""
    if not isinstance(source, DataFrame):
        files, _ = source_files(source)
        hashes = [sha256_of(path) for path in files]
        together = hashlib.sha256("".join(hashes).encode()).hexdigest()
        return hashes[0] if len(hashes) == 1 else together
    return frame_sha256(source)


def _rosters(named: Mapping[str, Any], placement: Placement, mapping: Any) -> dict[str, Series]:
    """Return the household ids, row by row, of each source that is a table of households."""
    found = {}
    for name, source in named.items():
        if name in _OTHERS:
            continue
        told = mapping if name == "households" or len(named) == 1 else None
        frame = isinstance(source, DataFrame)
        ids = _frame_ids(source, name, placement) if frame else _file_ids(source, told)
        if ids is not None:
            found[name] = _named(ids)
    return found


def _frame_ids(source: DataFrame, name: str, placement: Placement) -> Any:
    """Return the ids of a frame of households; one without a name is known by whom it shares with them."""
    index = keyed(source, "household_id").index
    if index.name == "household_id" or name == "households":
        return index
    ids = set(id_text(index).dropna())
    shares = bool(ids & set(placement.households.index)) and not ids & set(cell_id_text(placement.grid.index))
    return index if index.name is None and shares else None


def _file_ids(source: Any, mapping: Any) -> Any:
    """Return the ids of a file, list of files or folder; persons are grouped as when it was read."""
    return gather(source, "households", mapping=mapping).frame.get("household_id")


def _named(ids: Any) -> Series:
    texts = Series(id_text(ids).array, dtype="str").fillna("").str.strip()
    blank = np.flatnonzero(texts == "")
    texts[blank] = [f"row-{row}" for row in blank]
    return texts


def _listed(lists: list[Any], plan: Plan, password: str | None) -> list[Listed]:
    """Read lists back: frames, lists of zones, those of grids, and tables are each whole; others are not."""
    groups: dict[str, list[tuple[str, DataFrame]]] = {}
    found = []
    for place, each in enumerate(lists):
        if isinstance(each, DataFrame):
            groups.setdefault("frames", []).append((f"list {place}", _list_frame(each, place)))
        elif Path(each).parent.name in _PARTIAL:
            rows = read_list(each, password=password)
            found.append(Listed(name=Path(each).name, rows=rows, whole=False))
        elif Path(each).name != STAFF:
            rows = read_list(each, password=password)
            kind = _kind(Path(each))
            groups.setdefault(kind, []).append((Path(each).name, rows))
    for group in groups.values():
        name = group[0][0] if len(group) == 1 else f"{len(group)} lists ({group[0][0]} ...)"
        rows = pd.concat([rows for _, rows in group], ignore_index=True)
        found.insert(0, Listed(name=name, rows=rows, tiers=plan.tier_order))
    return found


def _kind(path: Path) -> str:
    """Tell lists that together are whole from those that are so by themselves."""
    alone = {"grids": "grids", ROSTER: ROSTER}
    return alone.get(path.parent.name) or alone.get(path.name) or path.suffix.casefold()


def _list_frame(frame: DataFrame, place: int) -> DataFrame:
    rows = frame if "household_id" in frame else frame.reset_index()
    if "household_id" not in rows:
        fault = Fault("missing_column", "", "no column household_id", "give household_id, cell_id and tier")
        raise TableError(f"list {place}", [fault])
    return rows.assign(household_id=id_text(rows["household_id"]))
