"""The first message to a view: what is worked on, by which rules, and what there is."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridmap.export.kit import audience_formats
from gridmap.export.plain import plain_text
from gridmap.model.areas import Hierarchy
from gridmap.model.basemap import Basemap
from gridmap.model.protocol import Protocol
from gridmap.model.provisional import is_provisional
from gridmap.model.zoning import AUDIENCES
from gridmap.store.protocols import list_protocols, load_protocol
from gridmap.widget.words import word

if TYPE_CHECKING:
    from gridmap.widget.ground import Ground
    from gridmap.workbench import Workbench


def hello(bench: Workbench, ground: Ground, *, lang: str, basemap: Basemap | None) -> dict[str, Any]:
    """Say what a view needs to know before it draws anything."""
    return {
        "kind": "hello",
        "lang": lang,
        "cells": len(ground.hierarchy.cell_ids),
        "tiers": tier_rows(bench.protocol, bench.plan.tier_order),
        "levels": level_rows(ground.hierarchy),
        "workspace": bench.workspace.path.name,
        "protocol": protocol_row(bench.protocol),
        "protocols": [dict(row) for row in _shipped()],
        "bounds": ground.bounds,
        "basemap": None if basemap is None else basemap.as_plain(),
        "roles": role_rows(bench.protocol),
        "formats": {audience: list(audience_formats(audience)) for audience in AUDIENCES},
        "author": plain_text(bench.author),
        "now": datetime.now(UTC).astimezone().isoformat(timespec="seconds"),
        "provisional": is_provisional(bench.grid),
    }


def table_rows(bench: Workbench) -> dict[str, int]:
    """Say how many rows the tables have that a view asks about."""
    return {name: count for name, count in bench.workspace.row_counts().items() if name in _COUNTED}


@cache
def _shipped() -> tuple[dict[str, str], ...]:
    """Return the protocols that are shipped; they are read once."""
    return tuple(protocol_row(load_protocol(name)) for name in list_protocols())


_COUNTED = ("households", "officials", "cases", "sites", "boundaries")


def tier_rows(protocol: Protocol, order: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return the tiers of a plan, the strictest first; one that the protocol lacks is grey and has its id."""
    known = {tier.id: tier for tier in protocol.tiers}
    return [_tier_row(known[tier]) if tier in known else _unknown_tier(tier) for tier in order]


def _tier_row(tier: Any) -> dict[str, Any]:
    return {
        "id": tier.id,
        "zh": plain_text(tier.label("zh")),
        "en": plain_text(tier.label("en")).capitalize(),
        "color": tier.color,
        "pattern": tier.pattern,
        "prefix": tier.prefix,
        "measures": {lang: [plain_text(each) for each in tier.measures(lang)] for lang in ("zh", "en")},
    }


def _unknown_tier(tier: str) -> dict[str, Any]:
    name = plain_text(tier)
    measures: dict[str, list[str]] = {"zh": [], "en": []}
    return {
        "id": tier,
        "zh": name,
        "en": name,
        "color": "#6b7280",
        "pattern": "none",
        "prefix": "",
        "measures": measures,
    }


def level_rows(hierarchy: Hierarchy) -> list[dict[str, str]]:
    """Return the levels of a grid, the coarsest first."""
    levels, names = pd.factorize(hierarchy.areas["level"])
    height: dict[str, int] = {}
    for step, row in enumerate(hierarchy.lineage):
        found = np.flatnonzero(np.bincount(levels[row[row >= 0]], minlength=len(names)))
        height.update(dict.fromkeys(names[found].tolist(), step))
    ordered = sorted(height, key=lambda level: -height[level])
    return [{"id": level, "zh": word(level, "zh"), "en": word(level, "en")} for level in ordered]


def protocol_row(protocol: Protocol) -> dict[str, str]:
    """Return the id and the names of a protocol."""
    return {
        "id": protocol.id,
        "zh": plain_text(protocol.title("zh")),
        "en": plain_text(protocol.title("en")),
        "notice": plain_text(protocol.notice),
    }


def role_rows(protocol: Protocol) -> list[dict[str, str]]:
    """Return the roles of a protocol in their order."""
    return [
        {"id": role, "zh": plain_text(zh), "en": plain_text(en)} for role, (zh, en) in protocol.roles.items()
    ]
