"""The JSON beside a notice that gridmap writes: the same zones, told by ids."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from gridmap.core.notice_in.candidates import MOST_BUILDINGS, address_candidate, areas_candidate
from gridmap.core.notice_in.heads import Heads, Moment
from gridmap.core.notice_in.names import Names
from gridmap.core.notice_in.phrase import UNKNOWN, Block, Candidate, Phrase
from gridmap.core.notice_in.scan import Scan
from gridmap.core.notice_in.tiers import TierNames
from gridmap.errors import UnsupportedError
from gridmap.model.areas import Hierarchy
from gridmap.model.notice import SCHEMA
from gridmap.model.protocol import Protocol


def is_twin(text: str) -> bool:
    """Tell whether a text is the JSON of a notice."""
    return text.lstrip().startswith("{") and SCHEMA in text


def scan_twin(text: str, hierarchy: Hierarchy, names: Names, protocol: Protocol) -> Scan:
    """Mark what the JSON of a notice names, as `scan_notice` does its text.

    Raises
    ------
    UnsupportedError
        If it is cut, or not as gridmap writes it.
    """
    try:
        data = json.loads(text)
        return _Twin(text, hierarchy, names, TierNames(protocol)).scan(data)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise UnsupportedError(
            f"the JSON of this notice is cut or changed ({type(error).__name__}); give it as it was written"
        ) from error


class _Twin:
    """One way through the JSON, in the order in which gridmap writes it."""

    def __init__(self, text: str, hierarchy: Hierarchy, names: Names, tiers: TierNames) -> None:
        self._text, self._hierarchy, self._names, self._tiers = text, hierarchy, names, tiers
        self._place = 0
        self._blocks: list[Block] = []

    def scan(self, data: Mapping[str, Any]) -> Scan:
        heads = [
            self._phrase(kind, str(data.get(kind, "")), "ignored" if kind == "title" else "matched")
            for kind in ("title", "number", "issuer")
            if data.get(kind)
        ]
        phrases = [*heads, *(phrase for tier in data["tiers"] for phrase in self._tier(tier))]
        spans = {phrase.kind: (phrase.start, phrase.end) for phrase in heads}
        moments = tuple(
            Moment(0, 0, use, datetime.fromisoformat(data[key]), day_only=False)
            for use, key in (
                ("effective", "effective_at"),
                ("valid_until", "valid_until"),
                ("as_of", "as_of"),
            )
            if data.get(key)
        )
        nowhere = (0, 0)
        found = Heads(
            spans.get("title", nowhere), spans.get("number", nowhere), spans.get("issuer", nowhere), moments
        )
        return Scan(tuple(phrases), tuple(self._blocks), found, stricter_applies=False)

    def _phrase(self, kind: str, value: str, state: str, **options: Any) -> Phrase:
        """Make a phrase of a value, which stands behind all that were found so far."""
        for ascii_only in (False, True):
            written = json.dumps(value, ensure_ascii=ascii_only)
            start = self._text.find(written, self._place)
            if start >= 0:
                self._place = start + len(written)
                break
        else:
            start, written = self._place, ""
        if "matched" not in options and state == "matched":
            options["matched"] = (Candidate(f"{kind}:{value}", value, "value"),)
        return Phrase(start + bool(written), start + max(len(written) - 1, 0), kind, state, **options)

    def _tier(self, tier: Mapping[str, Any]) -> Iterator[Phrase]:
        known = str(tier["tier"]) in self._tiers.protocol.tier_ids
        yield self._phrase("tier", str(tier["tier"]), "matched" if known else "unmatched")
        for zone in tier["zones"]:
            yield from self._zone(str(tier["tier"]) if known else UNKNOWN, zone)

    def _zone(self, tier: str, zone: Mapping[str, Any]) -> Iterator[Phrase]:
        self._blocks.append(Block(tier, str(zone["zone_id"]), str(zone["name"])))
        options: dict[str, Any] = {"block": len(self._blocks) - 1, "tier": tier}
        yield self._phrase("zone", str(zone["zone_id"]), "matched", **options)
        for area in zone["areas"]:
            yield self._area(str(area["area_id"]), options)
        for address in zone["addresses"]:
            yield self._address(address, options, "in")
        for label in zone["except_tiers"]:
            yield self._except(str(label), options)
        for address in zone["except_addresses"]:
            yield self._address(address, options, "out")
        for part in zone["on_map"]:
            yield self._on_map(part, options)

    def _area(self, area: str, options: Mapping[str, Any]) -> Phrase:
        if area not in self._hierarchy.areas.index:
            return self._phrase(
                "area", area, "unmatched", role="in", note="the grid has no such area", **options
            )
        meant = areas_candidate("areas", (area,), self._names)
        return self._phrase("area", area, "matched", role="in", matched=(meant,), **options)

    def _address(self, told: Mapping[str, Any], options: Mapping[str, Any], role: str) -> Phrase:
        ranges = [(int(low), int(high)) for low, high in told["ranges"]]
        small = all(0 <= high - low <= MOST_BUILDINGS for low, high in ranges)
        numbers = frozenset(str(number) for low, high in ranges if small for number in range(low, high + 1))
        scope = str(told["scope"])
        meant = address_candidate(
            str(told["compound"]), numbers, frozenset(), scope, self._names, like=str(told["text"])
        )
        known = small and meant is not None and not told["others"]
        known = known and (not scope or scope in self._hierarchy.areas.index)
        if not known or meant is None:
            note = "no such place in this grid"
            return self._phrase("address", str(told["text"]), "unmatched", role=role, note=note, **options)
        return self._phrase("address", str(told["text"]), "matched", role=role, matched=(meant,), **options)

    def _except(self, label: str, options: Mapping[str, Any]) -> Phrase:
        mention = self._tiers.labels.get(label.casefold(), "")
        if mention:
            self._blocks[options["block"]].except_tiers.add(mention)
        return self._phrase("tier", label, "matched" if mention else "unmatched", role="except", **options)

    def _on_map(self, part: Mapping[str, Any], options: Mapping[str, Any]) -> Phrase:
        kind, key, shape = str(part["kind"]), str(part["id"]), str(part.get("shape", ""))
        if kind == "split_building":
            return self._phrase("on_map", key, "ignored", note="for information", **options)
        if kind == "cell" and key in self._hierarchy.positions:
            meant = Candidate(f"cells:{key}", self._names.path(key), "cells", cells=(key,))
            return self._phrase("area", key, "matched", role="in", matched=(meant,), **options)
        role = "out" if kind in ("drawn_exception", "part_elsewhere") else "in"
        if shape:
            meant = Candidate(f"drawn:{key}", str(part["text"]) or key, "shape", shape=shape)
            return self._phrase("drawn", key, "matched", role=role, matched=(meant,), **options)
        role = role if role == "out" else ""
        note = "only the map tells this; draw it"
        return self._phrase("on_map", key, "unmatched", role=role, note=note, **options)
