"""The certificate over everything that was read and written: sources, placement, plan, duties and lists."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from os import PathLike, fspath
from pathlib import Path
from typing import Any

import pandas as pd
from pandas import DataFrame, Series

from gridmap.core.certify import certify_plan
from gridmap.core.recount import Listed
from gridmap.core.tally import household_tiers
from gridmap.export.lists import read_list
from gridmap.model.certificate import Certificate
from gridmap.model.duties import Duties
from gridmap.model.placement import Placement
from gridmap.model.plan import Plan
from gridmap.model.tables import rename_columns
from gridmap.store.files import sha256_of
from gridmap.store.layers import read_layer
from gridmap.store.sheets import read_sheet

_SHEETS = (".csv", ".txt", ".xlsx", ".xls", ".parquet")


def certify(
    placement: Placement,
    plan: Plan,
    *,
    as_of: datetime | None = None,
    inputs: Mapping[str, Any] | Iterable[Any] = (),
    lists: Iterable[Any] = (),
    tiers: Series | None = None,
    duties: Duties | None = None,
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
    lists
        Exported lists, as paths of XLSX or CSV or as frames of `household_id`, `cell_id`, `tier`, which
        together show every household that has a tier once.
    tiers
        The tier of each household as used elsewhere; `gridmap.household_tiers` if not given.
    duties
        The duties, to count who is staffed.

    Returns
    -------
    certificate
        With `balanced` false, and every household named in `differences`, if anything disagrees.
    """
    named = dict(inputs) if isinstance(inputs, Mapping) else {_name(each): each for each in inputs}
    return certify_plan(
        placement,
        plan,
        tiers=household_tiers(plan, placement) if tiers is None else tiers,
        as_of=as_of or datetime.now(UTC).astimezone(),
        sources={name: ids for name, each in named.items() if (ids := _household_ids(each)) is not None},
        hashes={name: _sha256(each) for name, each in named.items()},
        lists=_listed(list(lists), plan),
        staffing=None if duties is None else _staffing(placement, duties),
    )


def _name(source: Any) -> str:
    if isinstance(source, DataFrame):
        return str(source.index.name or "table").removesuffix("_id") + "s"
    return Path(source).stem


def _sha256(source: Any) -> str:
    if not isinstance(source, DataFrame):
        return sha256_of(Path(source))
    text = (
        DataFrame(source).assign(geometry=source.geometry.to_wkb(hex=True))
        if "geometry" in source
        else source
    )
    rows = pd.util.hash_pandas_object(DataFrame(text).astype("str"), index=True)
    return hashlib.sha256(rows.to_numpy().tobytes()).hexdigest()


def _household_ids(source: Any) -> list[str] | None:
    """Return the ids of a table of households, row by row; None for another table."""
    if isinstance(source, DataFrame):
        return _named(source.index) if source.index.name == "household_id" else None
    path = Path(fspath(source) if isinstance(source, PathLike) else source)
    frame = read_sheet(path) if path.suffix.lower() in _SHEETS else read_layer(path)
    renamed, _ = rename_columns(frame, "households")
    if "household_id" not in renamed:
        return None
    return _named(renamed["household_id"])


def _named(ids: Any) -> list[str]:
    texts = ["" if pd.isna(each) else str(each).strip() for each in ids]
    return [text or f"row-{row}" for row, text in enumerate(texts)]


def _listed(lists: list[Any], plan: Plan) -> list[Listed]:
    if not lists:
        return []
    frames = [each if isinstance(each, DataFrame) else read_list(Path(each)) for each in lists]
    names = [
        f"list {place}" if isinstance(each, DataFrame) else Path(each).name
        for place, each in enumerate(lists)
    ]
    name = names[0] if len(names) == 1 else f"{len(names)} lists ({names[0]} ...)"
    return [Listed(name=name, rows=pd.concat(frames, ignore_index=True), tiers=plan.tier_order)]


def _staffing(placement: Placement, duties: Duties) -> dict[str, int]:
    linked = duties.table[duties.table["target_kind"] == "household"]["target"]
    staffed = len(set(linked) & set(placement.cells.index))
    hard = duties.vacancies[duties.vacancies["hard"].astype(bool)]
    return {
        "households_staffed": staffed,
        "households_unstaffed": len(placement.cells) - staffed,
        "hard_vacancies": int(hard["missing"].sum()),
    }
