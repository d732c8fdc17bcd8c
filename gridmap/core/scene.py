"""From a zoning to what is drawn: cleared for its audience, in one language."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
from pandas import DataFrame

from gridmap.core.happened import happened_rows
from gridmap.core.held import held_notes
from gridmap.core.outline import zone_outlines
from gridmap.core.privacy import SMALL, check_audience, official_columns
from gridmap.core.public_counts import STEP, proof_may_be_told, public_plan, rounded
from gridmap.core.tally import occupied_zones
from gridmap.core.watermark import watermark
from gridmap.core.wording import moment, word
from gridmap.errors import CrsMismatchError
from gridmap.model.plan import Plan
from gridmap.model.protocol import VERIFY
from gridmap.model.provisional import is_provisional
from gridmap.model.scene import LegendEntry, Rows, Scene
from gridmap.model.site_kinds import PUBLIC_SITES, site_kind
from gridmap.model.zoning import Zoning

_LONLAT = "EPSG:4326"
_COUNTED = ("households", "residents")


def build_scene(zoning: Zoning, *, audience: str, lang: str) -> Scene:
    """Decide what a map of this zoning shows to an audience.

    Parameters
    ----------
    zoning
        What is shown.
    audience
        ``public``, ``official`` or ``field``. The public sees areas and counts only: fewer than five
        households are not told apart, totals do not give them away, and households carved out one by one
        are not shown.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    scene
        In EPSG:4326.

    Raises
    ------
    CrsMismatchError
        If the grid has no CRS, so that it cannot be laid on a map.
    """
    check_audience(audience)
    if zoning.grid.crs is None:
        raise CrsMismatchError("the grid has no CRS, so it cannot be mapped; call grid.set_crs(...) first")
    plan = public_plan(zoning.plan) if audience == "public" else zoning.plan
    zones = zone_outlines(plan, zoning.grid, placement=zoning.placement)
    zones = zones.loc[occupied_zones(plan, zoning.placement)]
    document = zoning.document
    return Scene(
        lang=lang,
        audience=audience,
        title=document.title or zoning.protocol.title(lang),
        facts=_facts(zoning, zones, audience, lang),
        zones=_zones(zoning, zones, audience, lang),
        cells=_cells(plan),
        sites=_sites(zoning, audience, lang),
        legend=_legend(zoning, zones, audience, lang),
        notes=_notes(zoning, plan, audience, lang),
        banner=word("draft", lang) if document.draft else "",
        expires_at=document.valid_until,
        expired_text=word("expired", lang),
        effective_at=document.effective_at,
        early_text=word("early", lang, moment=moment(document.effective_at, lang)),
        watermark=watermark(document, audience, lang),
        hierarchy=plan.hierarchy,
    )


def _zones(zoning: Zoning, zones: Any, audience: str, lang: str) -> Any:
    order = {tier: place for place, tier in enumerate(zoning.plan.tier_order)}
    drawn = zones[zones.geometry.notna()].to_crs(_LONLAT)
    drawn = drawn.iloc[drawn["tier"].map(order).argsort(kind="stable")[::-1].to_numpy()]
    tiers = [_tier(zoning, tier) for tier in drawn["tier"]]
    happened = happened_rows(zoning, audience, lang)
    rows = [
        (
            *_count_rows(zoning, drawn.loc[[zone]], audience, lang),
            *happened.get(zone, ()),
            *_people(zoning, zone, audience, lang),
        )
        for zone in drawn.index
    ]
    return drawn[["tier", "name", "geometry"]].assign(
        label=[f"{zone} {name}".strip() for zone, name in zip(drawn.index, drawn["name"], strict=True)],
        color=[tier.color for tier in tiers],
        pattern=[tier.pattern for tier in tiers],
        rows=rows,
    )


def _tier(zoning: Zoning, tier: str) -> Any:
    return zoning.protocol.tier(tier)


def _count_rows(zoning: Zoning, zones: DataFrame, audience: str, lang: str) -> Rows:
    """Write the counts of zones taken together; empty where nothing was counted."""
    rows = []
    few = (zones["households"] < SMALL).fillna(value=False).to_numpy(dtype=bool)
    for name in _COUNTED:
        counts = zones[name]
        if counts.isna().any():
            continue
        hidden = few | (counts < SMALL).to_numpy(dtype=bool)
        hidden = hidden if audience == "public" else few & False
        alone = f"<{SMALL}" if len(counts) == 1 and (name == "households" or not few.any()) else "–"
        total = int(counts[~hidden].sum())
        told_before = audience == "public" and zoning.told_before
        text = _total(total, partial=hidden, told_before=told_before, lang=lang)
        rows.append((word(name, lang), alone if hidden.all() else text))
    return tuple(rows)


def _total(total: int, *, partial: Any, told_before: bool, lang: str) -> str:
    """Write a total of the counts that are not hidden, so that it gives none of the hidden ones away."""
    if partial.any():
        least = total // STEP * STEP if told_before else total
        return word("at_least", lang, count=f"{least:,}")
    return word("about", lang, count=f"{rounded(total):,}") if told_before else f"{total:,}"


def _people(zoning: Zoning, zone_id: str, audience: str, lang: str) -> Rows:
    """Write who serves a zone, for audiences that may see officials."""
    if not official_columns(audience):
        return ()
    if zone_id in zoning.held:
        return ((word("held", lang), zoning.held[zone_id]),)
    if zoning.duties is None or zoning.officials is None:
        return ()
    table = zoning.duties.table
    mine = table[(table["target_kind"] == "zone") & (table["target"] == zone_id)]
    officials = zoning.officials[~zoning.officials.index.duplicated()].reindex(mine["official_id"])
    shown = officials.reindex(columns=["name", "phone"]).fillna("").astype("str")
    people = (shown["name"] + " " + shown["phone"]).str.strip()
    return tuple(
        (zoning.protocol.role_label(role, lang), person)
        for role, person in zip(mine["role"], people, strict=True)
    )


def _cells(plan: Plan) -> Any:
    outlines = plan.hierarchy.geometry
    drawn = outlines[outlines.notna()].to_crs(_LONLAT)
    names = [plan.hierarchy.name(cell) for cell in drawn.index]
    return gpd.GeoDataFrame({"name": names}, geometry=drawn.array, index=drawn.index, crs=_LONLAT)


def _sites(zoning: Zoning, audience: str, lang: str) -> Any:
    empty = gpd.GeoDataFrame({"kind": [], "name": []}, geometry=[], crs=_LONLAT)
    if zoning.sites is None or not len(zoning.sites):
        return empty
    sites = zoning.sites[zoning.sites.geometry.notna()].to_crs(_LONLAT)
    if audience == "public":
        sites = sites[sites["kind"].map(site_kind).isin(PUBLIC_SITES)]
    kinds = [word(site_kind(kind), lang) for kind in sites["kind"]]
    return sites[["name", "geometry"]].assign(kind=kinds)


def _legend(zoning: Zoning, zones: Any, audience: str, lang: str) -> tuple[LegendEntry, ...]:
    entries = []
    for tier_id in zoning.plan.tier_order:
        mine = zones[zones["tier"] == tier_id]
        if not len(mine):
            continue
        tier = _tier(zoning, tier_id)
        rows = ((word("zones", lang), f"{len(mine):,}"), *_count_rows(zoning, mine, audience, lang))
        entries.append(
            LegendEntry(tier_id, tier.label(lang), tier.color, tier.pattern, rows, tier.measures(lang))
        )
    return tuple(entries)


def _facts(zoning: Zoning, zones: Any, audience: str, lang: str) -> Rows:
    document, certificate = zoning.document, zoning.certificate
    as_of = document.as_of or (certificate.as_of if certificate else None)
    facts = [
        ("as_of", moment(as_of, lang)),
        ("effective_at", moment(document.effective_at or as_of, lang)),
        ("valid_until", moment(document.valid_until, lang)),
        ("grid", word("provisional_grid", lang) if is_provisional(zoning.grid) else ""),
        ("number", document.number),
        ("issuer", document.issuer),
        ("review_number", document.review_number),
        ("recipient", "" if audience == "public" else document.recipient),
        ("approved_by", "" if audience == "public" else document.approved_by),
        ("version", zoning.plan.version),
        ("certificate", _proof(zoning, zones, audience, lang)),
    ]
    return tuple((word(key, lang), value) for key, value in facts if value)


def _proof(zoning: Zoning, zones: Any, audience: str, lang: str) -> str:
    certificate = zoning.certificate
    if certificate is None:
        return ""
    state = word("balanced" if certificate.balanced else "unbalanced", lang)
    homes = zones["households"].dropna()
    if audience == "public" and not proof_may_be_told(zoning, certificate, homes):
        return state
    numbers = {key: f"{getattr(certificate, key):,}" for key in ("households_in", "placed", "exceptions")}
    colon = ":" if lang == "zh" else ": "
    return f"{state}{colon}{word('proof', lang, **numbers)}"


def _notes(zoning: Zoning, plan: Plan, audience: str, lang: str) -> tuple[str, ...]:
    protocol = zoning.protocol
    verify = word("provisional", lang) if VERIFY in protocol.notice else protocol.notice
    notes = [f"{word('rules', lang)}: {protocol.title(lang)} ({verify})"]
    notes.extend(held_notes(zoning, audience, lang))
    if protocol.source:
        notes.append(f"{word('source', lang)}: {protocol.source_text(lang)}")
    if any(carve.kind == "addresses" for carve in plan.carve_list):
        notes.append(word("approximate", lang))
    if zoning.placement is None:
        notes.append(word("no_households", lang))
    elif audience == "public":
        notes.append(word("small_rounded" if zoning.told_before else "small", lang))
    return tuple(notes)
