"""Rows of a list about what is open between people: vacancies, conflicts, homes, changes, gaps in a chain."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd
from pandas import DataFrame, Series

from gridmap.core.called import area_paths, called, target_names, with_people, zone_titles
from gridmap.core.duty_changes import compare_duties
from gridmap.core.privacy import household_columns, masks_households, official_columns
from gridmap.core.problem_words import conflict_detail
from gridmap.core.staff_homes import staff_homes
from gridmap.core.staffed import NOT_ASKED
from gridmap.core.walk import walking_order
from gridmap.export.listwords import phrase
from gridmap.export.post_lists import Table, post_rows, shown_posts, team_rows
from gridmap.model.duties import Duties
from gridmap.model.protocol import Protocol
from gridmap.model.zoning import Zoning

_VACANCY_COLUMNS = ("role", "target_kind", "target", "target_name", "missing", "hard")
_CONFLICT_COLUMNS = ("official_id", "name", "phone", "role", "conflict", "detail", "substitute")
_HOME_COLUMNS = ("zone", "official_id", "name", "role", "phone", "unit")
_CHANGE_COLUMNS = ("role", "target_kind", "target_name", "before", "after")
_GAP_COLUMNS = ("area", "reason", "address", "head_name", "phone", "household_id")
_OF_OFFICIALS = ("name", "phone", "unit")


def duty_tables(zoning: Zoning, *, audience: str, lang: str) -> Iterator[Table]:
    """Yield what there is to say about duties: vacancies and conflicts always, the rest if any."""
    if zoning.duties is None:
        return
    yield "vacancies", phrase("vacancies", lang), vacancy_rows(zoning, lang=lang)
    yield "conflicts", phrase("conflicts", lang), conflict_rows(zoning, audience=audience, lang=lang)
    posts = post_rows(zoning, audience=audience, lang=lang)
    rest = {
        "teams": team_rows(zoning, audience=audience, lang=lang).drop(columns="zone_id"),
        "posts": shown_posts(posts[posts["target_kind"] == "site"]),
        "homes": home_rows(zoning, audience=audience, lang=lang),
        "changes": change_rows(zoning, audience=audience, lang=lang),
    }
    for name, rows in rest.items():
        if len(rows):
            yield name, phrase(name, lang), rows
    if len(zoning.duties.coverage):
        count = len(lacking(zoning.duties))
        title = phrase("gaps" if count else "no_gaps", lang, count=count)
        yield "gaps", title, gap_rows(zoning, audience=audience, lang=lang)


def vacancy_rows(zoning: Zoning, *, lang: str) -> DataFrame:
    """List what nobody serves, in words; households are counted by cell, since the gaps name each of them."""
    if zoning.duties is None:
        return DataFrame(columns=list(_VACANCY_COLUMNS), dtype="str")
    found = zoning.duties.vacancies
    homes = found["target_kind"] == "household"
    single = found[~homes]
    single = single.assign(target_name=_said(single["target"], target_names(zoning, lang)))
    rows = pd.concat([single, _by_cell(found[homes], zoning, lang)], ignore_index=True)
    rows["role"] = _roles(rows["role"], zoning.protocol, lang)
    rows["target_kind"] = _phrases(rows["target_kind"], lang)
    rows["hard"] = [phrase("yes" if hard else "no", lang) for hard in rows["hard"]]
    return rows[list(_VACANCY_COLUMNS)]


def conflict_rows(zoning: Zoning, *, audience: str, lang: str) -> DataFrame:
    """List what a person must settle, with who is proposed to serve instead: name and phone."""
    shown = _allowed(_CONFLICT_COLUMNS, audience)
    if zoning.duties is None:
        return DataFrame(columns=shown, dtype="str")
    found = zoning.duties.conflicts
    rows = with_people(found, zoning)
    rows["role"] = _roles(found["role"], zoning.protocol, lang)
    rows["conflict"] = _phrases(found["kind"], lang)
    rows["detail"] = [conflict_detail(detail, lang) for detail in found["detail"]]
    rows["substitute"] = _said(found["substitute"], called(zoning, audience=audience))
    return rows[shown].reset_index(drop=True)


def home_rows(zoning: Zoning, *, audience: str, lang: str) -> DataFrame:
    """List the officials whose own household lies in a zone, the strictest tier first."""
    shown = _allowed(_HOME_COLUMNS, audience)
    if zoning.officials is None or zoning.placement is None:
        return DataFrame(columns=shown, dtype="str")
    found = staff_homes(zoning.officials, zoning.plan, zoning.placement)
    rows = with_people(found, zoning)
    rows["role"] = _roles(found["role"], zoning.protocol, lang)
    rows["zone"] = _said(found["zone_id"], zone_titles(zoning, lang))
    return rows[shown]


def change_rows(zoning: Zoning, *, audience: str, lang: str) -> DataFrame:
    """List who is new to whom against the duties in force; households are counted by who had and has them."""
    columns = list(_CHANGE_COLUMNS)
    if zoning.duties is None or zoning.in_force is None:
        return DataFrame(columns=columns, dtype="str")
    found = compare_duties(zoning.in_force, zoning.duties, placement=zoning.placement)
    homes = found["target_kind"] == "household"
    together = found[homes].groupby(["role", "before", "after"], sort=False).size().reset_index(name="count")
    together["target_name"] = [phrase("households_of", lang, count=count) for count in together["count"]]
    single = found[~homes]
    single = single.assign(target_name=_said(single["target"], target_names(zoning, lang)))
    rows = pd.concat(
        [single, together.assign(target_kind="household")],
        ignore_index=True,
    )
    ranks = {role: place for place, role in enumerate(zoning.protocol.roles)}
    rows["rank"] = rows["role"].map(ranks).fillna(len(ranks))
    rows = rows.sort_values(["rank", "role", "target_kind"], kind="stable")
    people = called(zoning, audience=audience) | {"": phrase("nobody", lang)}
    for name in ("before", "after"):
        rows[name] = _said(rows[name], people)
    rows["role"] = _roles(rows["role"], zoning.protocol, lang)
    rows["target_kind"] = _phrases(rows["target_kind"], lang)
    return rows[columns].reset_index(drop=True)


def gap_rows(zoning: Zoning, *, audience: str, lang: str) -> DataFrame:
    """List the households that lack somebody in their chain, and whom.

    For the field each household stands with its address, in walking order; for officials they are counted
    by cell.
    """
    masked = masks_households(audience)
    columns = ["area", "reason", "count"] if masked else _GAP_COLUMNS
    placement = zoning.placement
    if zoning.duties is None or placement is None:
        return DataFrame(columns=list(columns), dtype="str")
    reasons = lacking(zoning.duties)
    if reasons.empty:
        return DataFrame(columns=list(columns), dtype="str")
    walk = walking_order(zoning.plan, placement)
    cells = walk["cell_id"][walk.index.isin(reasons.index)]
    rows = DataFrame({"area": cells.map(area_paths(zoning, cells.unique()))})
    rows["reason"] = reasons.reindex(rows.index).map(_reasons(reasons.unique(), zoning.protocol, lang))
    if masked:
        return rows.groupby(["area", "reason"], sort=False).size().reset_index(name="count")
    rows["household_id"] = rows.index.to_series()
    roster = placement.roster.reindex(rows.index)
    for name in ("address", "head_name", "phone"):
        known = name in roster and name in household_columns(audience)
        rows[name] = roster[name].astype("str").fillna("") if known else ""
    return rows[list(columns)].reset_index(drop=True)


def lacking(duties: Duties) -> Series:
    """Return why, by household, somebody is missing where a rule asks for somebody."""
    reasons = duties.coverage["reason"]
    return reasons[(reasons != "") & (reasons != NOT_ASKED)]


def _by_cell(vacancies: DataFrame, zoning: Zoning, lang: str) -> DataFrame:
    """Count vacancies of households by role and cell."""
    if zoning.placement is None or vacancies.empty:
        return vacancies.assign(target_name="")
    cells = zoning.placement.cells
    found = vacancies.assign(target=vacancies["target"].map(cells[~cells.index.duplicated()]))
    keys = ["role", "target_kind", "target", "hard"]
    rows = found.groupby(keys, sort=False, dropna=False)["missing"].sum().reset_index()
    paths = area_paths(zoning, rows["target"].unique())
    count = [phrase("households_of", lang, count=missing) for missing in rows["missing"]]
    return rows.assign(target_name=rows["target"].map(paths) + " " + Series(count, dtype="str"))


def _reasons(codes: Any, protocol: Protocol, lang: str) -> dict[str, str]:
    """Say whom each combination of reasons lacks."""
    comma = "、" if lang == "zh" else ", "
    lacking = {
        code: comma.join(protocol.role_label(each.removeprefix("no_"), lang) for each in code.split(" "))
        for code in codes
    }
    return {code: phrase("lacks", lang, who=who) for code, who in lacking.items()}


def _allowed(columns: tuple[str, ...], audience: str) -> list[str]:
    shown = official_columns(audience)
    return [name for name in columns if name not in _OF_OFFICIALS or name in shown]


def _roles(roles: Series, protocol: Protocol, lang: str) -> list[str]:
    return [protocol.role_label(role, lang) for role in roles]


def _phrases(keys: Series, lang: str) -> list[str]:
    return [phrase(key, lang) for key in keys]


def _said(keys: Series, words: dict[str, str]) -> list[str]:
    return [words.get(key, key) for key in keys]
