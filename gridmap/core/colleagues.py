"""Whom an official turns to: those above them, those whom they lead, and those beside them."""

from __future__ import annotations

from typing import Any

import pandas as pd
from pandas import DataFrame

from gridmap.core.staffed import chain_of
from gridmap.model.zoning import Zoning

RELATIONS = (SUPERIOR, LED, COLLEAGUE) = ("superior", "led", "colleague")
_LEADING = ("lead_official", "contact_leader", "secretary", "grid_head", "microgrid_head")
_COLUMNS = ["official_id", "other_id", "role", "relation"]
_ZONE = "zone "  # no area is called so: an id has no blank at its front and end


def relations(zoning: Zoning) -> DataFrame:
    """Tell for every official on duty who stands above them, whom they lead, and who serves beside them.

    Above is who leads the same area or zone, or an area around it, in a role that ranks higher. Led are those
    who lead an area inside, and who serves the very same one. Beside is who serves the same area or zone
    otherwise. Who is linked to households serves their cells.

    Parameters
    ----------
    zoning
        Whose duties.

    Returns
    -------
    relations
        `official_id`, `other_id`, `role` of the other, `relation` (`superior`, `led` or `colleague`); the
        nearest superior first, then those who are led, then colleagues. Nobody stands there twice.
    """
    posts = _posts(zoning)
    if posts.empty:
        return DataFrame(columns=_COLUMNS, dtype="str")
    known = posts.rename(columns={"official_id": "other_id", "role": "other_role", "rank": "other_rank"})
    pairs = posts.merge(_upward(posts, zoning), on="place").merge(known, left_on="up", right_on="place")
    pairs = pairs[pairs["official_id"] != pairs["other_id"]]
    leading = {*_LEADING, *(role for step in chain_of(zoning.protocol)[1:] for role in step)}
    above = pairs["other_role"].isin(leading) & (pairs["other_rank"] < pairs["rank"])
    led = pairs[above & (pairs["role"].isin(leading) | (pairs["steps"] == 0))]
    swapped = {
        "official_id": "other_id", "other_id": "official_id",
        "role": "other_role", "other_role": "role", "rank": "other_rank", "other_rank": "rank",
    }  # fmt: skip
    found = pd.concat(
        [
            pairs[above].assign(relation=SUPERIOR),
            pairs[~above & (pairs["steps"] == 0)].assign(relation=COLLEAGUE),
            led.rename(columns=swapped).assign(relation=LED),
        ]
    )
    found["order"] = found["relation"].map({relation: place for place, relation in enumerate(RELATIONS)})
    found = found.sort_values(["official_id", "order", "steps", "other_rank", "other_id"], kind="stable")
    found = found.drop_duplicates(["official_id", "other_id"])
    return found.drop(columns="role").rename(columns={"other_role": "role"})[_COLUMNS].reset_index(drop=True)


def _posts(zoning: Zoning) -> DataFrame:
    """Return where each official serves, in which role and rank; for households in their cells."""
    if zoning.duties is None:
        return DataFrame(columns=["official_id", "role", "place", "rank"])
    table = zoning.duties.table
    place = table["target"].where(table["target_kind"] != "zone", _ZONE + table["target"])
    if zoning.placement is not None:
        cells = zoning.placement.cells
        homes = table["target_kind"] == "household"
        place = place.where(~homes, table["target"].map(cells[~cells.index.duplicated()]))
    ranks = {role: rank for rank, role in enumerate(zoning.protocol.roles)}
    posts = table[["official_id", "role"]].assign(
        place=place.astype("str"), rank=table["role"].map(ranks).fillna(len(ranks)).astype("int64")
    )
    return posts[(table["target_kind"] != "site") & place.notna()].drop_duplicates()


def _upward(posts: DataFrame, zoning: Zoning) -> Any:
    """Return for every place itself and the areas around it, with how many steps up they are."""
    parents = zoning.plan.hierarchy.areas["parent_id"]
    here = DataFrame({"place": posts["place"].unique()})
    here = here.assign(up=here["place"], steps=0)
    found = [here]
    while len(here):
        here = here.assign(up=here["up"].map(parents), steps=here["steps"] + 1)
        here = here[here["up"].notna() & (here["up"] != "")]
        found.append(here)
    return pd.concat(found, ignore_index=True)
