"""Rows of contact lists: households in walking order, and the officials who answer for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from pandas import DataFrame, Series

from gridmap.core.called import (
    area_paths,
    called,
    looked_up,
    staff,
    target_names,
    text_of,
    zone_titles,
)
from gridmap.core.privacy import (
    followup_columns,
    household_columns,
    is_plain_compound,
    mask_name,
    mask_phone,
    masks_households,
    official_columns,
    shows_needs,
)
from gridmap.core.reached import FOLLOWED, last_followups
from gridmap.core.tally import household_tiers, household_zones
from gridmap.core.walk import walking_order
from gridmap.errors import UnsupportedError
from gridmap.model.placement import Placement
from gridmap.model.zoning import Zoning

LINKED = "linked_member"
NEEDS = ("needs", "flags")
FOUND = "needs_now"
_ORDER = (
    "area", "building", "head_name", "phone", "residents", "kind", "zone",
    "household_id", "cell_id", "tier",
)  # fmt: skip
_FIELD_ORDER = (
    "area", "address", "head_name", "phone", "residents", *NEEDS, "linked_member", "zone", *FOLLOWED,
    "building", "kind", "household_id", "cell_id", "tier",
)  # fmt: skip
_KINDS = {
    "home": ("住宅", "home"),
    "dormitory": ("宿舍", "dormitory"),
    "enterprise": ("企业", "enterprise"),
    "shop": ("商铺", "shop"),
    "establishment": ("养殖场", "establishment"),
}
_NEEDS = {
    "dialysis": ("透析", "dialysis"),
    "pregnancy": ("孕产妇", "pregnancy"),
    "infant": ("婴幼儿", "infant"),
    "lives_alone": ("独居", "lives alone"),
    "home_isolation": ("居家隔离", "home isolation"),
    "risk_area_arrival": ("风险区来返", "arrival from a risk area"),
}
_SHOWN = 8


def need_words(need: str, lang: str) -> str:
    """Put a need such as ``dialysis`` into words; one without a word stays as it is."""
    return _NEEDS[need][lang == "en"] if need in _NEEDS else need


def household_rows(zoning: Zoning, *, audience: str, lang: str) -> DataFrame:
    """List every placed household that has a tier, in walking order; not those of zones held back.

    Parameters
    ----------
    zoning
        What is listed; it needs a placement.
    audience
        ``official`` or ``field``: decides the columns, and whether names and phones are masked.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    rows
        Texts by ``household_id``; `residents` are integers, missing where unknown. `zone_id` and `needs`,
        `flags` come along for choosing rows; `listed_columns` says which columns a list shows. For the field
        also how each household was last reached; `needs_now` is only for who may see needs.
    """
    placement = placed(zoning)
    walk = walking_order(zoning.plan, placement)
    roster = placement.roster.reindex(walk.index)
    rows = DataFrame({name: text_of(roster, name) for name in ("address", "head_name", "phone", *NEEDS)})
    rows["zone_id"] = household_zones(zoning.plan, placement)
    rows["tier"] = household_tiers(zoning.plan, placement)
    rows["cell_id"], rows["household_id"] = walk["cell_id"], walk.index.to_series()
    rows["residents"] = pd.to_numeric(roster.get("residents", Series(np.nan, index=roster.index))).astype(
        "Int64"
    )
    for name in NEEDS:
        rows[name] = _each_in_words(rows[name], _NEEDS, lang)
    rows["kind"] = _in_words(text_of(roster, "kind"), _KINDS, lang)
    rows["building"] = _buildings(walk, text_of(roster, "building"), masked=masks_households(audience))
    rows["area"] = walk["cell_id"].map(area_paths(zoning, walk["cell_id"].unique()))
    rows["zone"] = looked_up(rows["zone_id"], zone_titles(zoning, lang))
    rows["linked_member"] = looked_up(rows.index.to_series(), _linked(zoning, audience=audience))
    if masks_households(audience):
        rows["head_name"], rows["phone"] = rows["head_name"].map(mask_name), rows["phone"].map(mask_phone)
    if followup_columns(audience):
        when = zoning.document.as_of
        last = last_followups(zoning.followups, lang=lang, zone=None if when is None else when.tzinfo)
        rows[list(followup_columns(audience))] = last.reindex(rows.index).fillna("")
    return rows[(rows["zone_id"] != "") & ~rows["zone_id"].isin(list(zoning.held))]


def listed_columns(audience: str, *, role: str = "", needs_roles: Iterable[str] = ()) -> list[str]:
    """Return the columns of `household_rows` that a list shows: what the audience may see, needs by role."""
    allowed = {*household_columns(audience), *followup_columns(audience), "household_id", "tier"}
    if "zone_id" in allowed:
        allowed.add("zone")
    if shows_needs(audience, role, needs_roles):
        allowed.update(NEEDS)
    return [name for name in (_FIELD_ORDER if followup_columns(audience) else _ORDER) if name in allowed]


def households_of(zoning: Zoning, rows: DataFrame) -> dict[str, Any]:
    """Return, for every official who answers for households, their places in `rows`, in order.

    Who is linked to households, or serves their cell, an area around it, or their zone, answers for them.
    """
    parents = zoning.plan.hierarchy.areas["parent_id"]
    at = np.arange(len(rows))
    pairs = [DataFrame({"target_kind": "household", "target": rows.index, "at": at})]
    pairs.append(DataFrame({"target_kind": "zone", "target": rows["zone_id"].to_numpy(), "at": at}))
    here = rows["cell_id"].reset_index(drop=True)
    served = set(_table(zoning).loc[_table(zoning)["target_kind"] == "area", "target"])
    while here.notna().any():
        inside = here[here.isin(served)]
        pairs.append(DataFrame({"target_kind": "area", "target": inside.to_numpy(), "at": inside.index}))
        here = here.map(parents).astype("str")
    duties = _table(zoning)[["official_id", "target_kind", "target"]]
    found = duties.merge(pd.concat(pairs), on=["target_kind", "target"])[["official_id", "at"]]
    found = found.drop_duplicates().sort_values(["official_id", "at"])
    return {official: places.to_numpy() for official, places in found.groupby("official_id")["at"]}


def needs_seen(zoning: Zoning, rows: DataFrame) -> dict[str, Any]:
    """Return, for every official, the places in `rows` of the households of which they may see the needs.

    Those are the ones for whom they answer in a role that the protocol names in `needs_roles`; who answers in
    another role for others sees nothing of these.
    """
    duties = zoning.duties
    if duties is None:
        return {}
    table = duties.table[duties.table["role"].isin(zoning.protocol.needs_roles)]
    return households_of(replace(zoning, duties=replace(duties, table=table)), rows)


def duty_rows(
    zoning: Zoning, *, audience: str, lang: str, officials: Collection[str] | None = None
) -> DataFrame:
    """List the officials on duty, one row per official and role, in the rank order of the roles.

    Parameters
    ----------
    zoning
        What is listed.
    audience
        Decides the columns.
    lang
        ``zh`` or ``en``.
    officials
        Only these; all when left out.

    Returns
    -------
    rows
        Texts in the columns of `gridmap.core.privacy.official_columns`; `duties` says what is served.
    """
    table = _table(zoning)
    if officials is not None:
        table = table[table["official_id"].isin(set(officials))]
    ranks = {role: rank for rank, role in enumerate(zoning.protocol.roles)}
    names = target_names(zoning, lang)
    said = _duties_said(table, names, lang)
    rows = DataFrame(
        [(official, role, text) for (official, role), text in said.items()],
        columns=["official_id", "role", "duties"],
        dtype="str",
    )
    people = staff(zoning)
    for name in ("name", "phone", "unit"):
        rows[name] = looked_up(rows["official_id"], people[name])
    rows["rank"] = rows["role"].map(ranks).fillna(len(ranks))
    rows = rows.sort_values(["rank", "role", "official_id"])
    rows["role"] = rows["role"].map(lambda role: zoning.protocol.role_label(role, lang))
    return rows[list(official_columns(audience))].reset_index(drop=True)


def serving_zone(zoning: Zoning, rows: DataFrame, zone_id: str) -> list[str]:
    """Return the officials who serve a zone, an area it reaches into, or a household of it."""
    inside = rows[rows["zone_id"] == zone_id]
    cells = {*inside["cell_id"], *zoning.plan.cell_zones.index[zoning.plan.cell_zones == zone_id]}
    parents = zoning.plan.hierarchy.areas["parent_id"].dropna().to_dict()
    areas, here = set(cells), cells
    while here := {parents[area] for area in here if area in parents} - areas:
        areas |= here
    table = _table(zoning)
    kind, target = table["target_kind"], table["target"]
    found = ((kind == "zone") & (target == zone_id)) | ((kind == "area") & target.isin(areas))
    found |= (kind == "household") & target.isin(inside.index)
    return list(table.loc[found, "official_id"].unique())


def placed(zoning: Zoning) -> Placement:
    """Return the placement of a zoning.

    Raises
    ------
    UnsupportedError
        If it has none: without households there is nobody to list.
    """
    if zoning.placement is None:
        raise UnsupportedError("contact lists need households; add a roster and place it first")
    return zoning.placement


def _table(zoning: Zoning) -> DataFrame:
    if zoning.duties is None:
        return DataFrame(columns=["official_id", "role", "target_kind", "target"], dtype="str")
    return zoning.duties.table


def _linked(zoning: Zoning, *, audience: str) -> dict[str, str]:
    """Return who is linked to each household; all of them where several were set by hand."""
    links = _table(zoning)
    links = links[(links["target_kind"] == "household") & (links["role"] == LINKED)]
    who = links["official_id"].map(called(zoning, audience=audience)).fillna(links["official_id"])
    several = links["target"].duplicated(keep=False)
    more = {household: "; ".join(each) for household, each in who[several].groupby(links["target"][several])}
    return {**dict(zip(links["target"], who, strict=True)), **more}


def _duties_said(table: DataFrame, names: dict[str, str], lang: str) -> dict[tuple[str, str], str]:
    """Say what every official serves in every role."""
    served: dict[tuple[str, str], list[str]] = {}
    linked: Counter[tuple[str, str]] = Counter()
    columns = (table[name] for name in ("official_id", "role", "target_kind", "target"))
    for official, role, kind, target in zip(*columns, strict=True):
        places = served.setdefault((official, role), [])
        if kind == "household":
            linked[official, role] += 1
        else:
            places.append(names.get(target) or target)
    return {who: _said(places, linked[who], lang) for who, places in served.items()}


def _said(served: list[str], linked: int, lang: str) -> str:
    more = f"等{len(served)}处" if lang == "zh" else f" and {len(served) - _SHOWN} more"
    said = [("、" if lang == "zh" else ", ").join(served[:_SHOWN]) + (more if len(served) > _SHOWN else "")]
    if linked:
        said.append(f"联户{linked}户" if lang == "zh" else f"{linked} households linked")
    return (";" if lang == "zh" else "; ").join(text for text in said if text)


def _buildings(walk: DataFrame, named: Series, *, masked: bool) -> Series:
    """Write compound and building; for a list that is masked, no compound that may be a whole address."""
    compound = walk["compound"]
    if masked:
        compound = compound.where(compound.map(is_plain_compound).astype(bool), "")
    building = named.where((named != "") & ~np.full(len(named), masked), walk["building"])
    return (compound + " " + building).str.strip()


def _in_words(values: Series, words: dict[str, tuple[str, str]], lang: str) -> Series:
    return values.map(lambda value: words[value][lang == "en"] if value in words else value)


def _each_in_words(values: Series, words: dict[str, tuple[str, str]], lang: str) -> Series:
    """Put lists such as ``dialysis;lives_alone`` into words; one with anything else stays as it is."""
    comma = "、" if lang == "zh" else ", "

    def said(value: str) -> str:
        keys = value.split(";")
        known = all(key in words for key in keys)
        return comma.join(words[key][lang == "en"] for key in keys) if known else value

    return values.map({value: said(value) for value in values.unique()})
