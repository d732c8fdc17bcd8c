"""Clearing: the households that could not be placed, why, and who must find out where they are."""

from __future__ import annotations

from typing import Any

import numpy as np
from pandas import DataFrame, Series

from gridmap.core.called import staff
from gridmap.core.contacts import placed
from gridmap.core.privacy import household_columns, masks_households
from gridmap.core.walk import areas_at
from gridmap.model.address import split_addresses
from gridmap.model.placement import Placement
from gridmap.model.plan import Plan
from gridmap.model.zoning import Zoning

_REASONS = {
    "no_location": (
        "无坐标、无网格,同楼也无已落格住户",
        "no coordinates, no cell, and nobody of its building is placed",
    ),
    "outside_grid": ("坐标在网格之外", "the coordinates lie outside the grid"),
    "unknown_cell": ("所填网格不存在", "the declared cell does not exist"),
    "bad_coordinates": ("坐标有误", "the coordinates are wrong"),
    "duplicate_id": ("编号重复,以先列者为准", "the id is used twice; the earlier row counts"),
}
_NOBODY = ("未指定责任人", "no owner is named")
_COUNTY = ("县级责任人", "county owner")


def reason_words(reason: str, lang: str) -> str:
    """Say why a household could not be placed; a reason without a word stays as it is."""
    return _REASONS.get(reason, (reason, reason))[lang == "en"]


def exceptions_and_villages(
    zoning: Zoning, *, lang: str, audience: str = "official"
) -> tuple[DataFrame, Series]:
    """List the exceptions with their reason in words and who must clear them, and the village of each.

    The secretary of the village clears them: the village of the declared cell, of an earlier row with the
    same id, or the one the address names. Where that is not known, the owner named in the document.

    Parameters
    ----------
    zoning
        What is listed; it needs a placement.
    lang
        ``zh`` or ``en``.
    audience
        Only ``field`` sees address, name and phone.

    Returns
    -------
    rows
        Texts: `row` (1 for the first household of the roster), `household_id`, `reason`, `cell_id` as
        declared, `village`, `clear_by`; for ``field`` also `address`, `head_name`, `phone`.
    villages
        The area id of the village of each row; empty text where it is not known, so that it may be any.
    """
    placement = placed(zoning)
    exceptions = placement.exceptions
    found = placement.households.iloc[exceptions["row"].to_numpy(dtype=np.intp)]
    villages = exception_villages(zoning.plan, placement)
    rows = DataFrame(
        {
            "row": (exceptions["row"] + 1).astype("str").to_numpy(),
            "household_id": exceptions["household_id"].to_numpy(),
            "reason": [reason_words(reason, lang) for reason in exceptions["reason"]],
            "cell_id": found["cell_id"].astype("str").fillna("").to_numpy(),
            "village": [zoning.plan.hierarchy.name(each) if each else "" for each in villages],
            "clear_by": villages.map(_clearers(zoning, lang)).to_numpy(),
        },
        dtype="str",
    )
    if not masks_households(audience):
        allowed = household_columns(audience)
        for name in ("address", "head_name", "phone"):
            if name in allowed:
                rows[name] = found[name].astype("str").fillna("").to_numpy()
    return rows, villages


def exception_villages(plan: Plan, placement: Placement) -> Series:
    """Return the village of every exception, in the order of `placement.exceptions`; empty if not known."""
    found = placement.households.iloc[placement.exceptions["row"].to_numpy(dtype=np.intp)]
    of_cell = areas_at(plan, "village")
    areas = plan.hierarchy.areas
    names = areas.loc[areas["level"] == "village", "name"]
    declared = found["cell_id"].astype("str").fillna("").reset_index(drop=True)
    known = [
        declared.map(of_cell),
        declared.map({village: village for village in names.index}),
        declared.map({each: _by_code(each, names.index) for each in declared.unique()}),
        Series(found.index).map(placement.cells[~placement.cells.index.duplicated()]).map(of_cell),
        found["address"]
        .astype("str")
        .fillna("")
        .reset_index(drop=True)
        .map(lambda text: _by_name(text, names)),
        _by_compound(placement, found, of_cell),
    ]
    villages = Series("", index=declared.index, dtype="str")
    for answer in known:
        villages = villages.where(villages != "", answer.astype("str").fillna(""))
    return villages


def _by_code(cell: str, villages: Any) -> str:
    """Return the village whose code begins the code of a cell that does not exist."""
    return next(
        (each for each in villages if cell.isdigit() and each.isdigit() and cell.startswith(each)), ""
    )


def _by_name(address: str, names: Series) -> str:
    """Return the one village that an address names."""
    named = {village for village, name in names.items() if name and name in address}
    return named.pop() if len(named) == 1 else ""


def _by_compound(placement: Placement, found: DataFrame, of_cell: Series) -> Series:
    """Return the one village in which the rest of the roster has the compound of an address."""
    compounds = placement.address_parts["compound"].to_numpy()
    homes = DataFrame({"compound": compounds, "village": placement.cells.map(of_cell).to_numpy()})
    homes = homes[homes["compound"] != ""].drop_duplicates().drop_duplicates("compound", keep=False)
    parts = split_addresses(found["address"], found["building"], area_names=placement.area_names)
    return parts["compound"].reset_index(drop=True).map(homes.set_index("compound")["village"])


def _clearers(zoning: Zoning, lang: str) -> dict[str, str]:
    """Return who clears the exceptions of each village, and under empty text those of none."""
    owner = zoning.document.owner
    pick = lang == "en"
    rest = f"{_COUNTY[pick]} {owner}" if owner else f"{_COUNTY[pick]} ({_NOBODY[pick]})"
    people = staff(zoning)
    secretaries = people[people["role"] == "secretary"].sort_index()
    holders = {
        territory: official for official, territory in reversed(list(secretaries["territory"].items()))
    }
    if zoning.duties is not None:
        table = zoning.duties.table
        table = table[(table["role"] == "secretary") & (table["target_kind"] == "area")]
        holders |= dict(zip(table["target"], table["official_id"], strict=True))
    areas = zoning.plan.hierarchy.areas
    villages = areas.index[areas["level"] == "village"]
    label = zoning.protocol.role_label("secretary", lang)
    said = dict.fromkeys(["", *villages], rest)
    for village in villages:
        if village in holders and holders[village] in people.index:
            person = people.loc[holders[village]]
            said[village] = f"{label} {person['name']} {person['phone']}".strip()
    return said
