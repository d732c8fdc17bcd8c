"""Rows of a list about posts: teams with their members, shifts, and what a zone must be given."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from pandas import DataFrame

from gridmap.core.called import called, target_names, with_people, zone_titles
from gridmap.core.logistics import supplies_of
from gridmap.core.privacy import official_columns
from gridmap.core.staffing import Posts
from gridmap.core.wording import word
from gridmap.export.listwords import phrase
from gridmap.model.duties import Duties
from gridmap.model.site_kinds import site_kind
from gridmap.model.zoning import Zoning

Table = tuple[str, str, DataFrame]
"""A sheet to be: its key, its title and its rows."""

_TEAM_COLUMNS = ("zone_id", "zone", "team", "part", "name", "phone", "unit")
_POST_COLUMNS = (
    "target_kind", "target", "post_kind", "post", "role", "shift", "needed", "filled", "missing", "on_duty",
)  # fmt: skip
_SUPPLY_COLUMNS = ("zone_id", "supply", "amount", "unit_of", "rate", "counted", "basis")
_OF_OFFICIALS = ("name", "phone", "unit")
_PARTS = ("leader", "member")


def zone_tables(zoning: Zoning, *, audience: str, lang: str) -> dict[str, list[Table]]:
    """Return what there is to say about the posts of every zone: its teams, its shifts and its supplies."""
    teams = team_rows(zoning, audience=audience, lang=lang)
    posts = post_rows(zoning, audience=audience, lang=lang)
    supplies = supply_rows(zoning, lang=lang)
    sites = _sites_in(zoning)
    tables: dict[str, list[Table]] = {}
    for zone, title in zone_titles(zoning, lang).items():
        here = (posts["target_kind"] == "zone") & (posts["target"] == zone)
        here |= (posts["target_kind"] == "site") & posts["target"].isin(sites.get(zone, ()))
        found = {
            "teams": teams[teams["zone_id"] == zone].drop(columns=["zone_id", "zone"]),
            "posts": shown_posts(posts[here]),
            "supplies": supplies[supplies["zone_id"] == zone].drop(columns="zone_id"),
        }
        tables[zone] = [
            (name, f"{title} {phrase(name, lang)}", rows) for name, rows in found.items() if len(rows)
        ]
    return tables


def team_rows(zoning: Zoning, *, audience: str, lang: str) -> DataFrame:
    """List the teams of every zone with their members, and whom they still lack.

    Parameters
    ----------
    zoning
        What is listed.
    audience
        Decides which columns of an official are shown.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    rows
        Zones in their order, the leader first; a gap stands after the members, with the number of persons.
        `zone_id` comes along for choosing rows.
    """
    seen = official_columns(audience)
    shown = [name for name in _TEAM_COLUMNS if name not in _OF_OFFICIALS or name in seen]
    duties = zoning.duties
    if duties is None:
        return DataFrame(columns=shown, dtype="str")
    lacking = [phrase("lacking", lang, count=count) for count in duties.team_gaps["missing"]]
    gaps = duties.team_gaps.drop(columns="missing").assign(official_id="", name=lacking, phone="", unit="")
    members = with_people(duties.teams, zoning)
    rows = pd.concat([members.assign(gap=0), gaps.assign(gap=1)[[*members, "gap"]]], ignore_index=True)
    titles = zone_titles(zoning, lang)
    labels = {team.id: team.label(lang) for team in zoning.protocol.teams}
    order = DataFrame(
        {
            "zone": rows["zone_id"].map({zone: rank for rank, zone in enumerate(titles)}),
            "team": rows["kind"].map({kind: rank for rank, kind in enumerate(labels)}),
            "team_id": rows["team_id"],
            "part": rows["part"].map({part: rank for rank, part in enumerate(_PARTS)}),
            "gap": rows["gap"],
            "official_id": rows["official_id"],
        }
    )
    rows["zone"] = [titles.get(zone, zone) for zone in rows["zone_id"]]
    rows["team"] = [labels.get(kind, kind) for kind in rows["kind"]]
    rows["part"] = [phrase(part, lang) for part in rows["part"]]
    return rows.loc[order.sort_values(list(order.columns)).index, shown].reset_index(drop=True)


def post_rows(zoning: Zoning, *, audience: str, lang: str) -> DataFrame:
    """List posts with how many persons they need, how many there are, and who is on which shift.

    Parameters
    ----------
    zoning
        What is listed.
    audience
        Decides whether officials are called by name and phone.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    rows
        One row per zone or site, role and shift, in the order of the duties. `target_kind` and `target` come
        along for choosing rows.
    """
    duties = zoning.duties
    if duties is None:
        return DataFrame(columns=list(_POST_COLUMNS), dtype="str")
    found = duties.headcount
    names, kinds = target_names(zoning, lang), _site_kinds(zoning)
    who, people = _on_duty(duties), called(zoning, audience=audience)
    shifts = {each.id: f"{each.label(lang)} {each.begins}-{each.ends}" for each in zoning.protocol.shifts}
    keys = list(zip(found["target_kind"], found["target"], found["role"], found["shift"], strict=True))
    comma = "、" if lang == "zh" else ", "
    rows = DataFrame(
        {
            "target_kind": found["target_kind"],
            "target": found["target"],
            "post_kind": [
                word(kinds[target], lang) if kind == "site" and kinds.get(target) else phrase(kind, lang)
                for kind, target, _, _ in keys
            ],
            "post": [names.get(target) or target for _, target, _, _ in keys],
            "role": [zoning.protocol.role_label(role, lang) for _, _, role, _ in keys],
            "shift": [shifts.get(shift, shift) for _, _, _, shift in keys],
            "needed": found["needed"],
            "filled": found["filled"],
            "missing": (found["needed"] - found["filled"]).clip(lower=0),
            "on_duty": [comma.join(people.get(each, each) for each in who.get(key, ())) for key in keys],
        }
    )
    return rows.reset_index(drop=True)


def shown_posts(posts: DataFrame) -> DataFrame:
    """Leave out what is there for choosing rows, and the shifts where there are none."""
    unseen = ["target_kind", "target", *(["shift"] if (posts["shift"] == "").all() else [])]
    return posts.drop(columns=unseen)


def supply_rows(zoning: Zoning, *, lang: str) -> DataFrame:
    """List what every zone must be supplied with: how much, by which rate, and whether an order names it.

    `zone_id` comes along for choosing rows.
    """
    if zoning.duties is None or zoning.placement is None:
        return DataFrame(columns=list(_SUPPLY_COLUMNS), dtype="str")
    found = supplies_of(zoning.plan, zoning.placement, zoning.duties, zoning.protocol, sites=zoning.sites)
    known = {supply.id: supply for supply in zoning.protocol.supplies}
    rows = []
    for each in found.itertuples(index=False):
        supply = known[each.supply]
        unit, often = supply.unit(lang), "daily" if supply.per_day else "once"
        counts = {
            "person_on_duty": each.people_on_duty,
            "household": each.households,
            "resident": each.residents,
            "zone": 1,
        }
        rate = {"amount": f"{supply.amount:g}", "unit": unit, "per": phrase(f"each_{supply.per}", lang)}
        row = {
            "zone_id": each.zone_id,
            "supply": supply.label(lang),
            "amount": each.amount,
            "unit_of": phrase(f"unit_{often}", lang, unit=unit),
            "rate": phrase(f"rate_{often}", lang, **rate),
            "counted": phrase(f"all_{supply.per}", lang, count=counts[supply.per]),
            "basis": phrase(supply.basis, lang),
        }
        rows.append(row)
    return DataFrame(rows, columns=list(_SUPPLY_COLUMNS))


def _sites_in(zoning: Zoning) -> dict[str, list[str]]:
    """Return the sites in the cells of every zone."""
    places = Posts(zoning.plan.hierarchy, zoning.sites)
    zones = zoning.plan.cell_zones.reindex(zoning.plan.hierarchy.cell_ids).fillna("").tolist()
    sites: dict[str, list[str]] = {}
    for site, cell in zip(places.sites, places.cells.tolist(), strict=True):
        if cell >= 0:
            sites.setdefault(zones[cell], []).append(site)
    return sites


def _on_duty(duties: Duties) -> dict[tuple[str, str, str, str], Sequence[str]]:
    """Return who is at each post, by its kind, target, role and shift."""
    found: dict[tuple[str, str, str, str], list[str]] = {}
    for rows, shifts in ((duties.shifts, duties.shifts["shift"]), (duties.table, None)):
        shift = np.full(len(rows), "") if shifts is None else shifts
        columns = (rows[name] for name in ("target_kind", "target", "role", "official_id"))
        for kind, target, role, official, turn in zip(*columns, shift, strict=True):
            if kind in ("zone", "site"):
                found.setdefault((kind, target, role, turn), []).append(official)
    return dict(found)


def _site_kinds(zoning: Zoning) -> dict[str, str]:
    sites = zoning.sites
    return {} if sites is None or "kind" not in sites else dict(sites["kind"].map(site_kind))
