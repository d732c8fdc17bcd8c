"""Tables with one row per person, grouped to one row per household; no person is lost or counted twice."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from typing import Any

import pandas as pd
from pandas import DataFrame, Series

from gridmap.model.columns import fold_header
from gridmap.model.shown import shows_counts

_HEADS = frozenset(
    {"户主", "本人", "户主本人", "本人或户主", "本人户主", "户主本人或户主", "head", "self", "01", "1"}
)
_PERSONAL_HEADERS = "性别 年龄 周岁 出生 出生日期 出生年月 民族 gender sex age birth birthdate"
_PERSONAL = frozenset(_PERSONAL_HEADERS.split())
_RUNNING = frozenset(["编号", "编码", "id", "序号", "no"])
_JOINED = ("needs", "flags")
_PAIRS = (("lon", "lat"), ("x", "y"))
_REPEATED_SHARE = 0.2
_LETTERS_OF_ID = 10


@shows_counts
@dataclass(frozen=True, eq=False)
class Grouped:
    """Households made of persons.

    Parameters
    ----------
    households
        One row for each, labelled as the row of its head; `residents` counts its persons.
    home
        For each row of a person, the label of the household.
    findings
        Persons without a household number, households without a head or with several, and the like, each
        as kind, labels, what and cure.
    by
        How they were grouped: ``household_id``, ``address`` or both.
    """

    households: DataFrame
    home: Series
    findings: tuple[tuple[str, list[Any], str, str], ...]
    by: str


def is_running_number(ids: Series, header: object) -> bool:
    """Tell whether a column like ``序号`` counts the rows, not the households: no number comes twice."""
    return fold_header(header) in _RUNNING and not ids.dropna().str.strip().duplicated().any()


def holds_persons(frame: DataFrame) -> bool:
    """Tell whether the rows of a table of households are persons.

    They are if a column of relations to the head names others than heads; or if there is a column such as sex
    or age, and the household numbers repeat or there is none but an address.

    Parameters
    ----------
    frame
        The table under its fixed names.
    """
    if not {"household_id", "address"} & set(frame.columns):
        return False
    if "relation" in frame.columns:
        said = frame["relation"].dropna()
        return bool(len(said)) and not _is_head(said).all()
    if not any(fold_header(name) in _PERSONAL for name in frame.columns):
        return False
    if "household_id" not in frame.columns:
        return "address" in frame.columns
    ids = frame["household_id"].dropna()
    return bool(ids.duplicated(keep=False).sum() >= max(2, _REPEATED_SHARE * len(ids)))


def group_persons(frame: DataFrame) -> Grouped:
    """Group persons to households by their number, and by address where they have none.

    A person without a number whose address belongs to one numbered household joins it. One without number and
    address is a household of one without an id.

    Parameters
    ----------
    frame
        One row per person, as text under the fixed names of the table of households.

    Returns
    -------
    grouped
        What the head says counts for the household; what it leaves empty is taken from the others, `needs`
        and `flags` are joined. A household without a number has an id made of its address, the same in any
        order of rows.
    """
    keys, joined = _keys(frame)
    heads = (
        _is_head(frame["relation"]) if "relation" in frame.columns else Series(data=False, index=frame.index)
    )
    order = pd.DataFrame({"key": keys, "after": ~heads}).assign(place=range(len(frame)))
    first = order.sort_values(["after", "place"]).drop_duplicates("key").set_index("key")["place"]
    home = Series(frame.index[first.loc[keys].to_numpy()], index=frame.index)
    households = _one_row_each(frame.assign(household_id=keys), keys, heads)
    labels = frame.index[first.loc[households.index].to_numpy()]
    persons = keys.value_counts().loc[households.index]
    findings = _findings(frame, keys, heads, joined)
    if "residents" in households.columns:
        findings += _other_counts(households["residents"], persons, labels)
    ids = households["household_id"].mask(households["household_id"].str.startswith("\0"))
    made = households.assign(household_id=ids, residents=persons.astype("str")).set_index(labels)
    made = made.drop(columns="relation", errors="ignore")
    by_id, by_address = "household_id" in frame.columns, bool(joined["by_address"].any())
    by = " and ".join([*["household_id"] * by_id, *["address"] * by_address])
    return Grouped(made, home, tuple(findings), by or "nothing")


def address_id(address: str) -> str:
    """Make the id of a household that is known by its address only; spaces and widths do not matter."""
    plain = "".join(unicodedata.normalize("NFKC", address).casefold().split())
    return f"H{hashlib.sha256(plain.encode()).hexdigest()[:_LETTERS_OF_ID]}"


def _is_head(relation: Series) -> Series:
    return relation.isin([said for said in relation.dropna().unique() if fold_header(said) in _HEADS])


def _keys(frame: DataFrame) -> tuple[Series, DataFrame]:
    """Name the household of each person, and tell which were found by address or not at all."""
    nothing = Series(float("nan"), index=frame.index, dtype="str")
    numbers = frame.get("household_id", nothing).str.replace("\0", "", regex=False).str.strip()
    places = frame.get("address", nothing).map(address_id, na_action="ignore").astype("str")
    known = DataFrame({"place": places, "number": numbers}).dropna().drop_duplicates()
    known = known.drop_duplicates("place", keep=False).set_index("place")["number"]
    by_address = numbers.isna() & places.notna()
    joins = by_address & places.isin(known.index)
    keys = numbers.fillna(places.map(known).astype("str")).fillna(places)
    lost = keys.isna()
    # A sign that no id holds, so that each of them stays a household of its own.
    keys = keys.mask(lost, Series([f"\0{at}" for at in range(len(frame))], index=frame.index, dtype="str"))
    return keys, DataFrame({"by_address": by_address, "joins": joins, "lost": lost})


def _one_row_each(frame: DataFrame, keys: Series, heads: Series) -> DataFrame:
    """Take the head's values first; the households stand in the order of their first persons."""
    ranked = frame.assign(_after=~heads).sort_values("_after", kind="stable").drop(columns="_after")
    groups = ranked.groupby(keys.loc[ranked.index].to_numpy(), sort=False)
    made = groups.first()
    for pair in _PAIRS:
        names = list(pair)
        if set(names) <= set(frame.columns):
            whole = ranked[ranked[names].notna().all(axis=1)]
            both = whole.groupby(keys.loc[whole.index].to_numpy(), sort=False)[names].first()
            made.loc[both.index, names] = both
    for name in _JOINED:
        if name in frame.columns:
            made[name] = _joined(ranked[name], keys).reindex(made.index)
    return made.loc[keys.drop_duplicates()]


def _joined(values: Series, keys: Series) -> Series:
    """Write all that is said of the persons of a household into one text, each word once."""
    said = DataFrame({"value": values.dropna()}).assign(key=keys).drop_duplicates()
    return said.groupby("key", sort=False)["value"].agg("、".join).astype("str")


def _findings(frame: DataFrame, keys: Series, heads: Series, joined: DataFrame) -> list[Any]:
    found = []
    for name, kind, what, cure in (
        (
            "joins",
            "joined_by_address",
            "persons without a household number joined the household of their address",
            "",
        ),
        (
            "lost",
            "person_without_household",
            "a person without household number and address",
            "find the household",
        ),
    ):
        rows = joined.index[joined[name]].to_list()
        if rows:
            found.append((kind, rows, what, cure))
    if "relation" not in frame.columns:
        return found
    count = heads.groupby(keys).sum()
    first = Series(frame.index, index=keys).groupby(level=0, sort=False).first()
    for kind, which, what in (
        (
            "no_head",
            count.index[count == 0],
            "no person of the household is its head; the first one was taken",
        ),
        ("several_heads", count.index[count > 1], "several heads in one household; the first one was taken"),
    ):
        rows = first[first.index.isin(which)].to_list()
        if rows:
            found.append((kind, rows, what, "correct the relation to the head"))
    return found


def _other_counts(said: Series, persons: Series, labels: Any) -> list[Any]:
    numbers = pd.to_numeric(said, errors="coerce")
    rows = labels[(numbers.notna() & (numbers != persons)).to_numpy()].to_list()
    what = "the stated number of residents is not that of the persons listed; the persons count"
    return [("residents_disagree", rows, what, "see who is missing")] if rows else []
