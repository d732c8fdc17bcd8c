"""What changed between two zonings: whom to tell, by whom, and who gains or loses duties."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
from pandas import DataFrame, Series

from gridmap.core.called import called, looked_up, staff, target_names, zone_titles
from gridmap.core.compare import compare_plans
from gridmap.core.contacts import LINKED, household_rows, placed
from gridmap.core.delta_words import delta_word
from gridmap.core.duty_changes import compare_duties, duty_rows
from gridmap.core.held import held_households
from gridmap.core.privacy import household_columns, official_columns
from gridmap.core.walk import walking_order
from gridmap.errors import PlanError
from gridmap.model.plan import NONE
from gridmap.model.zoning import Zoning

_SHOWN = 8
_ZONES = ("zone_before", "zone_after")
_PLACE_COLUMNS = ("area", "address", "building", "head_name", "phone", "residents")


def compared(before: Zoning, after: Zoning) -> DataFrame:
    """Return the households that change, as `gridmap.compare_plans` lists them.

    Those of zones that `after` holds back are left out.

    Raises
    ------
    PlanError
        If the two are over different grids.
    UnsupportedError
        If there are no households.
    """
    if before.plan.hierarchy.cells_sha256 != after.plan.hierarchy.cells_sha256:
        raise PlanError("the two plans are over different grids; compare plans of one workspace")
    changes = compare_plans(before.plan, after.plan, placed(after))
    return changes[~changes.index.isin(held_households(after.plan, after.placement, after.held))]


def comparable(before: Zoning, after: Zoning) -> Zoning:
    """Return the zoning before without the duties for zones and households that `after` holds back.

    So nobody seems to lose a duty that is only held back.
    """
    if before.duties is None or not after.held:
        return before
    table = before.duties.table
    homes = held_households(after.plan, after.placement, after.held)
    kind, target = table["target_kind"], table["target"]
    gone = ((kind == "zone") & target.isin(list(after.held))) | ((kind == "household") & target.isin(homes))
    return replace(before, duties=replace(before.duties, table=table[~gone]))


def summary_rows(changes: DataFrame, after: Zoning, *, lang: str) -> DataFrame:
    """Count households and residents by what they change from and to, the strictest tier first.

    Returns
    -------
    rows
        `change`, `tier_before`, `tier_after` in words; `count`, `residents`.
    """
    keys = ["change", "tier_before", "tier_after"]
    counts = changes.groupby(keys, sort=False)["residents"].agg(["size", "sum"]).reset_index()
    order = {tier: place for place, tier in enumerate((*after.plan.tier_order, NONE))}
    counts["rank"] = counts["tier_after"].map(order).fillna(len(order))
    counts = counts.sort_values(["rank", "change"], kind="stable")
    rows = _in_words(counts[keys], after, lang)
    return rows.assign(count=counts["size"], residents=counts["sum"]).reset_index(drop=True)


def told_rows(changes: DataFrame, before: Zoning, after: Zoning, *, audience: str, lang: str) -> DataFrame:
    """List the households that must be told, in walking order, and who tells them.

    It is who is linked to them under the plan after; who was before stands beside where it was somebody else.

    Parameters
    ----------
    changes
        From `compared`.
    before, after
        The two zonings.
    audience
        ``official``: names and phones of households are masked; ``field``: they are shown.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    rows
        Texts by ``household_id`` (residents are integers), in the columns that the audience may see; `teller`
        is the official, or empty.
    """
    now = household_rows(after, audience=audience, lang=lang)
    was = household_rows(before, audience=audience, lang=lang)
    known = pd.concat([now, was[~was.index.isin(now.index)]])
    walk = walking_order(after.plan, placed(after)).index
    found = changes.loc[walk[walk.isin(changes.index)]]
    rows = _in_words(found[["change"]], after, lang)
    for name, zoning in zip(_ZONES, (before, after), strict=True):
        titles = looked_up(found[name], zone_titles(zoning, lang))
        rows[name] = titles.where(titles != "", delta_word("none", lang))
    shown = [name for name in _PLACE_COLUMNS if name in household_columns(audience)]
    shown = [name for name in shown if not (name == "building" and "address" in shown)]
    rows[[*shown, "kind"]] = known.reindex(found.index)[[*shown, "kind"]]
    people = called(after, audience=audience)
    linked, replaced = _linked(after), _replaced(before, after)
    rows["teller"] = looked_up(rows.index.to_series(), linked)
    nobody = delta_word("nobody", lang)
    rows["told_by"] = [people.get(each, each) or nobody for each in rows["teller"]]
    rows["told_before"] = looked_up(looked_up(rows.index.to_series(), replaced), people)
    rows["household_id"] = rows.index.to_series()
    others = ["told_before"] if (rows["told_before"] != "").any() else []
    return rows[["change", *_ZONES, *shown, "told_by", *others, "kind", "household_id", "teller"]]


def teller_rows(told: DataFrame, after: Zoning, *, audience: str, lang: str) -> DataFrame:
    """Count how many households each person must tell, most first; nobody comes first of all."""
    counts = told.groupby("teller", sort=True).size().rename("count").reset_index()
    counts = counts.rename(columns={"teller": "official_id"})
    counts["nobody"] = counts["official_id"] != ""
    counts = counts.sort_values(["nobody", "count"], ascending=[True, False], kind="stable")
    people = staff(after)
    for name in ("name", "phone", "unit"):
        counts[name] = looked_up(counts["official_id"], people[name])
    counts["name"] = counts["name"].where(counts["nobody"], delta_word("nobody", lang))
    shown = [name for name in official_columns(audience) if name in counts]
    return counts[[*shown, "count"]].reset_index(drop=True)


def official_rows(before: Zoning, after: Zoning, *, audience: str, lang: str) -> DataFrame:
    """List the officials who gain or lose duties, by rank of the role: what, or how many households.

    Returns
    -------
    rows
        Texts: the columns of officials that the audience may see, `gains`, `losses`.
    """
    changes = compare_duties(before.duties, after.duties, placement=after.placement)
    names = target_names(before, lang) | target_names(after, lang)
    keys = ["role", "target_kind", "target"]
    gains = changes[changes["after"] != ""].rename(columns={"after": "official_id"})[["official_id", *keys]]
    losses = changes[changes["before"] != ""].rename(columns={"before": "official_id"})[
        ["official_id", *keys]
    ]
    said = {name: _said(rows, names, lang) for name, rows in (("gains", gains), ("losses", losses))}
    who = list(dict.fromkeys([*said["gains"], *said["losses"]]))
    rows = DataFrame(who, columns=["official_id", "role"], dtype="str")
    ranks = {role: rank for rank, role in enumerate(after.protocol.roles)}
    rows["rank"] = rows["role"].map(ranks).fillna(len(ranks))
    people = staff(after)
    for name in ("name", "phone", "unit"):
        rows[name] = looked_up(rows["official_id"], people[name])
    for name, texts in said.items():
        rows[name] = [texts.get(key, "") for key in who]
    rows = rows.sort_values(["rank", "role", "official_id"], kind="stable")
    rows["role"] = [after.protocol.role_label(role, lang) for role in rows["role"]]
    shown = [name for name in official_columns(audience) if name != "duties"]
    return rows[[*shown, "gains", "losses"]].reset_index(drop=True)


def _in_words(rows: DataFrame, after: Zoning, lang: str) -> DataFrame:
    tiers = {tier.id: tier.label(lang) for tier in after.protocol.tiers} | {NONE: delta_word("none", lang)}
    words = {key: delta_word(key, lang) for key in ("stricter", "weaker", "zone")}
    said = {name: looked_up(rows[name], _Kept(words if name == "change" else tiers)) for name in rows}
    return DataFrame(said, index=rows.index)


class _Kept(dict[str, str]):
    """Words for keys; a key without one stays as it is."""

    def __missing__(self, key: str) -> str:
        return key


def _linked(zoning: Zoning) -> Mapping[str, str]:
    rows = duty_rows(zoning.duties)
    mine = rows[(rows["role"] == LINKED) & (rows["target_kind"] == "household")]
    return dict(zip(mine["target"], mine["official_id"], strict=True))


def _replaced(before: Zoning, after: Zoning) -> Mapping[str, str]:
    """Return who was linked before, by household, where it is somebody else now."""
    changes: Any = compare_duties(before.duties, after.duties, placement=after.placement)
    mine = changes[(changes["role"] == LINKED) & (changes["target_kind"] == "household")]
    return dict(zip(mine["target"], mine["before"], strict=True))


def _said(rows: DataFrame, names: Mapping[str, str], lang: str) -> dict[tuple[str, str], str]:
    """Say for every official and role what the duties are for: by name, or how many households."""
    said: dict[tuple[str, str], str] = {}
    for (official, role), mine in rows.groupby(["official_id", "role"], sort=False):
        homes = mine["target_kind"] == "household"
        places: Series = mine.loc[~homes, "target"].drop_duplicates()
        text = delta_word("and", lang).join(names.get(place) or place for place in places[:_SHOWN])
        if len(places) > _SHOWN:
            text += delta_word("more", lang, count=len(places))
        count = delta_word("households_of", lang, count=int(homes.sum())) if homes.any() else ""
        said[official, role] = delta_word("semicolon", lang).join(each for each in (text, count) if each)
    return said
