"""What stands on a board, in words: worked out once for the page, the PDF and whoever else draws it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from pandas import DataFrame

from gridmap.core.board import MEASURES, Board, grouped_items
from gridmap.core.board_open import OPEN_KINDS
from gridmap.core.board_words import board_word, detail_words
from gridmap.core.called import called, target_names, zone_titles
from gridmap.core.held import held_notes, vacancies_by_zone
from gridmap.core.privacy import household_columns, masks_households
from gridmap.core.wording import moment, word
from gridmap.export.board_parts import AreaLine, BoardView, ItemLine, Measure, TierBar, TrendLine
from gridmap.model.plan import NONE
from gridmap.model.zoning import Zoning

MOST_AREAS = 2000
_ROLLED = ("village", "town", "county")
_PUBLIC_FACTS = ("effective_at", "valid_until", "as_of", "number", "issuer", "recipient", "approved_by")
_TIMES = ("as_of", "effective_at", "valid_until")
_NO_TIER = "#9aa5b1"
_LISTED = ("unplaced", "unstaffed", "unreached", "untested", "request")


def board_view(board: Board, zoning: Zoning, *, audience: str, lang: str, mark: str = "") -> BoardView:
    """Put a board into words.

    Parameters
    ----------
    board
        What is done and open.
    zoning
        What it is about: names, document and certificate.
    audience
        ``official`` or ``field``: only the field sees which households are open.
    lang
        ``zh`` or ``en``.
    mark
        The watermark of the copy.
    """
    return _Words(board, zoning, audience, lang).view(mark)


class _Words:
    """A board, and how things are called.

    Parameters
    ----------
    board, zoning, audience, lang
        As for `board_view`.
    """

    def __init__(self, board: Board, zoning: Zoning, audience: str, lang: str) -> None:
        self.board, self.zoning, self.audience, self.lang = board, zoning, audience, lang
        self.names = target_names(zoning, lang)
        self.zones, self.people = zone_titles(zoning, lang), called(zoning, audience=audience)
        self.known = [name for name in MEASURES if not pd.isna(board.totals.at[name, "due"])]
        self.colors = {tier.id: tier.color for tier in zoning.protocol.tiers}
        self.tier_labels = {tier.id: tier.label(lang) for tier in zoning.protocol.tiers}
        self.held = {} if self._open_to_all() else vacancies_by_zone(zoning)

    def say(self, key: str, **values: object) -> str:
        return board_word(key, self.lang, **values)

    def view(self, mark: str) -> BoardView:
        document = self.zoning.document
        expired = document.valid_until is not None and document.valid_until < self.board.at
        banner = word("draft", self.lang) if document.draft else ""
        return BoardView(
            title=document.title or self.zoning.protocol.title(self.lang),
            lang=self.lang,
            banner=banner or (word("expired", self.lang) if expired else ""),
            mark=mark,
            facts=tuple(self._facts()),
            measures=tuple(self._measures(self.board.totals.loc, MEASURES)),
            kinds=self._kinds(),
            items=tuple(self._items()),
            tiers=self._tiers(self.board.figures["by_tier"]),
            areas=tuple(self._areas()),
            zones=tuple(self._zones()),
            trend_head=tuple(self.say(name) for name in self._trend_names()),
            trend=tuple(self._trend()),
            households=self._households(),
            notes=tuple(self._notes()),
        )

    def _facts(self) -> Any:
        document, certificate = self.zoning.document, self.zoning.certificate
        for name in _PUBLIC_FACTS:
            value = self.board.at if name == "as_of" else getattr(document, name)
            if value:
                yield word(name, self.lang), moment(value, self.lang) if name in _TIMES else value
        yield word("version", self.lang), self.board.plan_version
        if certificate is not None:
            counts = {
                name: f"{getattr(certificate, name):,}" for name in ("households_in", "placed", "exceptions")
            }
            balance = word("balanced" if certificate.balanced else "unbalanced", self.lang)
            yield word("certificate", self.lang), f"{word('proof', self.lang, **counts)} ({balance})"

    def _measures(self, rows: Any, names: Sequence[str]) -> Any:
        for name in names:
            row = rows[name]
            yield Measure(
                name, self.say(name), _whole(row["done"]), _whole(row["due"]), self.say(f"unit_{name}")
            )

    def _of_row(self, row: Any) -> tuple[Measure, ...]:
        return tuple(
            Measure(name, self.say(name), _whole(row[f"{name}_done"]), _whole(row[f"{name}_due"]))
            for name in self.known
        )

    def _kinds(self) -> tuple[tuple[str, int], ...]:
        counts = self.board.open_items["kind"].value_counts()
        return tuple((self.say(kind), int(counts[kind])) for kind in OPEN_KINDS if kind in counts)

    def _tiers(self, counts: Any) -> tuple[TierBar, ...]:
        total = sum(counts.values())
        return tuple(
            TierBar(
                self.tier_labels.get(tier, self.say("none") if tier == NONE else tier),
                self.colors.get(tier, _NO_TIER),
                count,
                count / total if total else 0.0,
            )
            for tier, count in counts.items()
            if count
        )

    def _areas(self) -> Any:
        """Yield areas in their order, and what lies in an area but in none of those in it."""
        areas = self.board.areas
        shown = areas[areas["level"].isin(_ROLLED) | (areas.index == "")] if self._only_villages() else areas
        own = _own_counts(shown)
        depth: dict[str, int] = {}
        for area, row in zip(shown.index, shown.to_dict("records"), strict=True):
            depth[area] = depth[row["parent"]] + 1 if row["parent"] else 0
            name = self.names.get(area, area) if area else self.say("nowhere")
            yield AreaLine(depth[area], name, self._of_row(row), int(row["open_items"]))
            if area in own:
                rest = own[area]
                counts = self._of_row(rest)
                yield AreaLine(depth[area] + 1, self.say("own"), counts, int(rest["open_items"]))

    def _zones(self) -> Any:
        order = {tier: place for place, tier in enumerate(self.zoning.plan.tier_order)}
        zones = self.board.zones.sort_values("tier", key=lambda tiers: tiers.map(order), kind="stable")
        for zone, row in zip(zones.index, zones.to_dict("records"), strict=True):
            color = self.colors.get(row["tier"], _NO_TIER)
            yield AreaLine(0, self.zones.get(zone, zone), self._of_row(row), int(row["open_items"]), color)

    def _items(self) -> Any:
        """Yield the groups of open items, those of one village together."""
        items = self.board.open_items
        rolled = {area: self._rolled(area) for area in items["area_id"].unique()}
        plain = items.assign(area_id=items["area_id"].map(rolled), person=items["owner"], owner="")
        people = plain.groupby(["kind", "area_id", "zone_id", "detail"])["person"].agg(
            lambda owners: [each for each in dict.fromkeys(owners) if each]
        )
        for row in grouped_items(plain).itertuples(index=False):
            whose = people.get((row.kind, row.area_id, row.zone_id, row.detail), [])
            yield self._item(row, whose)

    def _item(self, row: Any, whose: Sequence[str]) -> ItemLine:
        why = detail_words(row.kind, row.detail, self.zoning.protocol, self.lang)
        since, age = self._age(row.since)
        return ItemLine(
            kind=row.kind,
            label=self.say(row.kind),
            since=since,
            age=age,
            where=self._where(row),
            whose=self._people(whose),
            why=why,
            count=self._size(row),
        )

    def _size(self, row: Any) -> str:
        """Say how many items there are, or persons where persons are missing."""
        if row.kind == "untested":
            return (
                self.say("unknown") if pd.isna(row.count) else self.say("of_persons", count=f"{row.count:,}")
            )
        return self.say("persons", count=row.count) if row.kind.startswith("vacancy") else f"{row.items:,}"

    def _where(self, row: Any) -> str:
        area = self.names.get(row.area_id, row.area_id) if row.area_id else ""
        zone = self.zones.get(row.zone_id, row.zone_id) if row.zone_id else ""
        target = self.names.get(row.target, "") if row.target_kind == "site" else ""
        return " · ".join(dict.fromkeys(each for each in (area, zone, target) if each)) or self.say("nowhere")

    def _people(self, officials: Sequence[str]) -> str:
        if not officials:
            return self.say("nobody")
        first = self.people.get(officials[0], officials[0])
        more = len(officials) - 1
        if not more:
            return first
        return self.say("others", name=first, count=len(officials) if self.lang == "zh" else more)

    def _age(self, since: Any) -> tuple[str, str]:
        if pd.isna(since):
            return "", self.say("age_unknown")
        here = since.tz_convert(self.board.at.tzinfo)
        hours = int((pd.Timestamp(self.board.at) - since) / pd.Timedelta(hours=1))
        age = self.say("days", days=hours // 24) if hours >= 48 else self.say("hours", hours=max(hours, 0))
        return f"{here:%m-%d %H:%M}", age

    def _rolled(self, area: str) -> str:
        """Return the village of a grid; an area above stays."""
        levels, parents = self.board.areas["level"], self.board.areas["parent"]
        place = area
        while place and levels.get(place, "") not in _ROLLED and parents.get(place, ""):
            place = str(parents[place])
        return place

    def _trend_names(self) -> list[str]:
        trend = self.board.trend
        names = ["placed", "staffed", "reached", "tested", "vacancies", "open_items"]
        return [name for name in names if trend[name].notna().any()]

    def _trend(self) -> Any:
        for row in reversed(self.board.trend.to_dict("records")):
            tiers = {
                name.removeprefix("households_"): 0 if pd.isna(count) else int(count)
                for name, count in row.items()
                if str(name).startswith("households_")
            }
            now = pd.isna(row["save"])
            when = row["time"].tz_convert(self.board.at.tzinfo)
            cells = tuple("—" if pd.isna(row[name]) else f"{row[name]:,}" for name in self._trend_names())
            yield TrendLine(
                name=self.say("now") if now else f"{row['save']}",
                saved=f"{when:%m-%d %H:%M}",
                tiers=self._tiers(tiers),
                cells=cells,
            )

    def _households(self) -> tuple[tuple[str, str, str, str], ...]:
        """List which households are open, for who may know addresses; none of zones held back."""
        if masks_households(self.audience) or "address" not in household_columns(self.audience):
            return ()
        items = self.board.open_items
        items = items[items["kind"].isin(_LISTED) & (items["household_id"] != "")]
        items = items[~items["zone_id"].isin(list(self.held))]
        addresses = self._addresses()
        items = items.assign(rank=items["kind"].map({kind: rank for rank, kind in enumerate(OPEN_KINDS)}))
        rows = items.sort_values(["rank", "area_id", "household_id"], kind="stable")
        return tuple(
            (self.say(kind), self.names.get(area, area) or self.say("nowhere"), home, addresses.get(home, ""))
            for kind, area, home in zip(rows["kind"], rows["area_id"], rows["household_id"], strict=True)
        )

    def _addresses(self) -> dict[str, str]:
        placement = self.zoning.placement
        if placement is None or "address" not in placement.households:
            return {}
        texts = placement.households["address"].astype("str").fillna("")
        texts = texts[~texts.index.duplicated()]
        return dict(zip(texts.index.astype("str"), texts, strict=True))

    def _notes(self) -> Any:
        unknown = [self.say(name) for name in MEASURES if name not in self.known]
        if unknown:
            yield self.say("not_told", names=("、" if self.lang == "zh" else ", ").join(unknown))
        if self._only_villages():
            yield self.say("only_villages", most=MOST_AREAS)
        if len(self.board.trend) > 1:
            yield self.say("recounted", count=len(self.board.trend) - 1)
        yield from held_notes(self.zoning, self.audience, self.lang)
        if self.held and not masks_households(self.audience):
            yield self.say("held_list", zones="、".join(self.zones.get(zone, zone) for zone in self.held))

    def _only_villages(self) -> bool:
        return len(self.board.areas) > MOST_AREAS and bool((self.board.areas["level"] == "village").any())

    def _open_to_all(self) -> bool:
        document = self.zoning.document
        return document.draft or bool(document.approved_by)


def _whole(value: Any) -> int | None:
    return None if pd.isna(value) else int(value)


def _own_counts(areas: DataFrame) -> dict[str, Any]:
    """Return what each area has besides the areas in it, for those that have any."""
    columns = [name for name in areas if name.endswith(("_done", "_due")) or name == "open_items"]
    inside = areas.groupby("parent")[columns].sum()
    above = areas.index[areas.index.isin(inside.index) & (areas.index != "")]
    rest = areas.loc[above, columns] - inside.loc[above]
    rest = rest[(rest.fillna(0) != 0).any(axis=1)]
    return dict(zip(rest.index, rest.to_dict("records"), strict=True))
