"""A notice from a zoning: which area is under which tier, in words, with measures and when it lifts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from gridmap.core.notice_addresses import AddressNames
from gridmap.core.notice_areas import AreaNames, area_texts
from gridmap.core.notice_borders import SIDES, named_borders
from gridmap.core.notice_words import day, hour, joined, notice_word, ordinal
from gridmap.core.outline import zone_outlines
from gridmap.core.public_counts import public_plan
from gridmap.core.tally import occupied_zones
from gridmap.core.wording import word
from gridmap.errors import CrsMismatchError
from gridmap.model.notice import Buildings, Line, Notice, NoticeTier, NoticeZone, OnMap
from gridmap.model.plan import Plan
from gridmap.model.protocol import VERIFY
from gridmap.model.provisional import is_provisional
from gridmap.model.zoning import Zoning

_FINER = re.compile(
    r"(\d+\s*(?:幢|栋|号楼|座|#楼|号))\s*[\dA-Za-z一二三四五六七八九十]+\s*(?:单元|室|层|楼).*"
)
_IS_NOTICE = re.compile(r"通告|公告|通知|notice|announcement", re.IGNORECASE)
_MOST_INCLUDED = 20


def compose_notice(zoning: Zoning, *, lang: str) -> Notice:
    """Put the zones of a plan into the words of a notice to the public.

    Areas that lie in a zone whole are told by their names, carve-outs by compound and building. Households
    that are zoned one by one, counts, cases and persons are left out, and nothing is finer than a building.
    What words cannot tell exactly is left to the map, and listed.

    Parameters
    ----------
    zoning
        What is told.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    notice
        Its texts are as they stand in the tables: `gridmap.export.notice` makes them plain.
    """
    tiers = _tiers(zoning, lang)
    document, certificate = zoning.document, zoning.certificate
    as_of = document.as_of or (certificate.as_of if certificate else None)
    times = {
        "as_of": as_of,
        "effective_at": document.effective_at or as_of,
        "valid_until": document.valid_until,
    }
    labels = joined([tier.label for tier in tiers], lang)
    heads = {
        "draft": word("draft", lang) if document.draft else "",
        "title": _title(zoning, labels, lang),
        "number": document.number,
        "issuer": document.issuer,
        "date": day(as_of, lang),
        "effective": hour(times["effective_at"], lang),
        "as_of": hour(as_of, lang),
        "valid_until": hour(document.valid_until, lang),
        "version": zoning.plan.version,
    }
    protocol = zoning.protocol
    order = {
        "id": protocol.id,
        "title": protocol.title(lang),
        "source": protocol.source_text(lang),
        "verify": word("provisional", lang) if VERIFY in protocol.notice else protocol.notice,
    }
    return Notice(
        lang=lang,
        heads=heads,
        lines=tuple(_lines(zoning, tiers, heads, order, lang)),
        tiers=tiers,
        times={name: when.isoformat() if when else "" for name, when in times.items()},
        protocol=order,
    )


def _title(zoning: Zoning, labels: str, lang: str) -> str:
    """Return the heading: that of the document, made one of a notice where it is none yet."""
    own = zoning.document.title
    if own and _IS_NOTICE.search(own):
        return own
    return notice_word("title", lang, tiers=own or _zoned(labels, lang) or zoning.protocol.title(lang))


def _zoned(labels: str, lang: str) -> str:
    return f"划定{labels}" if labels and lang == "zh" else labels


def _tiers(zoning: Zoning, lang: str) -> tuple[NoticeTier, ...]:
    plan = public_plan(zoning.plan)
    zones = occupied_zones(plan, zoning.placement).tolist()
    teller = _ZoneTeller(zoning, plan, lang)
    tiers = []
    for tier_id in plan.tier_order:
        mine = [zone for zone in zones if plan.registry[plan.zone_place(zone)].tier == tier_id]
        if mine:
            tier = zoning.protocol.tier(tier_id)
            told = tuple(teller.told(zone) for zone in mine)
            tiers.append(
                NoticeTier(
                    tier_id, tier.label(lang), tier.measures(lang), _lifting(zoning, tier_id, lang), told
                )
            )
    return tuple(tiers)


def _lifting(zoning: Zoning, tier: str, lang: str) -> tuple[str, ...]:
    """Return the texts by which a tier lifts, one for each stage of its clock."""
    stages = zoning.protocol.clock.get(tier, ())
    return tuple(stage.text(lang) for stage in stages if stage.text(lang))


class _ZoneTeller:
    """Tells the zones of one plan, with what they share worked out once."""

    def __init__(self, zoning: Zoning, plan: Plan, lang: str) -> None:
        self._plan = plan
        self._areas = AreaNames(plan)
        self._addresses = AddressNames(plan, zoning.placement, self._areas, lang)
        self._labels = {tier.id: tier.label(lang) for tier in zoning.protocol.tiers}
        self._borders = _borders(zoning, plan)

    def told(self, zone_id: str) -> NoticeZone:
        """Tell one zone."""
        plan, code = self._plan, self._plan.zone_place(zone_id)
        areas, carved = self._areas.told(code), self._addresses.told(zone_id)
        stricter, within = self._addresses.within(code)
        cells = [OnMap("cell", str(plan.hierarchy.cell_ids[place])) for place in areas.unnamed.tolist()]
        last = plan.tier_order[-1] if len(plan.tier_order) > 1 else ""
        includes, split = ((), ()) if plan.registry[code].tier == last else self._addresses.known(code)
        on_map = (*cells, *carved.on_map, *within.on_map, *split)
        told = areas.areas or carved.named or on_map
        except_tiers = sorted({*areas.stricter, *stricter}) if areas.areas or cells else []
        return NoticeZone(
            zone_id=zone_id,
            name=_whole_buildings(plan.registry[code].name),
            areas=tuple(
                replace(area, every=self._addresses.has(plan.hierarchy.name(area.area_id)))
                for area in areas.areas
            ),
            addresses=carved.named,
            except_tiers=tuple(self._labels[plan.tier_order[place]] for place in except_tiers),
            except_addresses=(*carved.out, *within.out),
            includes=includes,
            borders=self._borders.get(zone_id, ()),
            on_map=on_map if told else (OnMap("zone", zone_id),),
        )


def _borders(zoning: Zoning, plan: Plan) -> dict[str, tuple[tuple[str, str], ...]]:
    """Name the borders of zones that have true outlines: those of addresses are drawn round homes."""
    if zoning.boundaries is None or not len(zoning.boundaries):
        return {}
    round_homes = {carve.zone_id for carve in plan.carve_list if carve.addresses}
    zones = zone_outlines(plan, zoning.grid, placement=zoning.placement)
    try:
        return named_borders(zones[~zones.index.isin(round_homes)], zoning.boundaries)
    except CrsMismatchError:  # a grid without a CRS lies nowhere beside the lines
        return {}


def _whole_buildings(name: str) -> str:
    """Cut from the name of a zone what is finer than a building.

    Examples
    --------
    >>> _whole_buildings("枫南新村3幢2单元501室")
    '枫南新村3幢'
    """
    return _FINER.sub(r"\1", name)


def _lines(
    zoning: Zoning, tiers: Sequence[NoticeTier], heads: Mapping[str, str], order: Mapping[str, str], lang: str
) -> Iterator[Line]:
    labels = joined([tier.label for tier in tiers], lang)
    said = {**order, "effective": heads["effective"] or notice_word("now", lang), "tiers": labels}
    if tiers:
        yield Line("lead", notice_word("lead" if order["source"] else "lead_unknown", lang, **said))
    else:
        yield Line("lead", notice_word("nothing", lang))
    for number, tier in enumerate(tiers, start=1):
        label = tier.label[:1].upper() + tier.label[1:]
        yield Line("tier", notice_word("tier", lang, number=ordinal(number, lang), label=label))
        yield from _of_tier(tier, lang)
    yield Line("tier", notice_word("rules", lang, number=ordinal(len(tiers) + 1, lang)))
    yield Line("text", notice_word("map", lang))
    if heads["valid_until"]:
        yield Line("text", notice_word("valid", lang, until=heads["valid_until"]))
    if is_provisional(zoning.grid):
        yield Line("note", notice_word("provisional_grid", lang))
    if heads["as_of"]:
        yield Line("note", notice_word("origin", lang, as_of=heads["as_of"], version=heads["version"]))


def _of_tier(tier: NoticeTier, lang: str) -> Iterator[Line]:
    for number, zone in enumerate(tier.zones, start=1):
        called = f"{zone.zone_id} {zone.name}".strip()
        yield Line("zone", notice_word("zone", lang, number=ordinal(number, lang), zone=called))
        yield from (Line("text", text) for text in _of_zone(zone, lang))
    if tier.measures:
        yield Line("text", notice_word("measures", lang, measures=joined(tier.measures, lang, "semicolon")))
    if tier.lifting:
        text = notice_word("lifting", lang, lifting=joined(tier.lifting, lang, "semicolon"))
        yield Line("text", text.replace("解除条件：解除条件", "解除条件"))


def _of_zone(zone: NoticeZone, lang: str) -> Iterator[str]:
    places = [*area_texts(zone.areas, lang), *(each.text for each in zone.addresses)]
    if places:
        said = joined(places, lang)
        if zone.except_tiers:
            said += notice_word("rest", lang, tiers=joined(zone.except_tiers, lang))
        if zone.except_addresses:
            said += notice_word("except", lang, places=_texts(zone.except_addresses, lang))
        yield notice_word("area", lang, places=said)
    if zone.includes:
        shown = _texts(zone.includes[:_MOST_INCLUDED], lang, "semicolon")
        if len(zone.includes) > _MOST_INCLUDED:
            shown += notice_word("more", lang, count=len(zone.includes))
        yield notice_word("includes", lang, places=shown)
    if zone.borders:
        key = "all_borders" if len(zone.borders) == len(SIDES) else "borders"
        sides = [notice_word(side, lang, name=name) for side, name in zone.borders]
        yield notice_word(key, lang, borders=joined(sides, lang, "comma"))
    if zone.on_map:
        yield notice_word("on_map", lang, parts=joined(_on_map(zone.on_map, lang), lang, "semicolon"))


def _on_map(parts: Sequence[OnMap], lang: str) -> list[str]:
    cells = sum(part.kind == "cell" for part in parts)
    said = [notice_word("cell", lang, count=cells)] if cells else []
    for part in parts:
        if part.kind == "zone":
            said.append(notice_word("whole_zone", lang))
        elif part.kind != "cell":
            said.append(notice_word(part.kind, lang, text=_whole_buildings(part.text)).strip())
    return said


def _texts(found: Sequence[Buildings], lang: str, by: str = "and") -> str:
    return joined([each.text for each in found], lang, by)
