"""What hard vacancies keep from officials and the field: some zones, or all of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from gridmap.core.held import concerns_all, vacancies_by_zone
from gridmap.core.tally import occupied_zones
from gridmap.export.plain import plain_text
from gridmap.model.zoning import LANGUAGES, Zoning
from gridmap.widget.staffed import is_soon_staffed

if TYPE_CHECKING:
    from gridmap.widget.desk import Desk

_MOST_ROLES = 3


class HeldBack(NamedTuple):
    """Zones that are held back until somebody is found for them.

    Parameters
    ----------
    zones
        One row each: `zone`, `name`, `tier` and `why` in Chinese and English.
    of
        How many zones hold anybody.
    is_all
        Whether nothing is left to be handed out.
    """

    zones: list[dict[str, Any]]
    of: int
    is_all: bool

    def plain(self) -> dict[str, Any]:
        """Return it as the views are told."""
        return self._asdict()


def held_back(desk: Desk, zoning: Zoning) -> HeldBack:
    """Tell which zones an export would hold back, unless somebody approves; none if duties are not known."""
    bench = desk.bench
    duties = bench.duties() if is_soon_staffed(bench) else bench.known_duties
    found = vacancies_by_zone(replace(zoning, duties=duties))
    of = len(occupied_zones(zoning.plan, zoning.placement))
    rows = [_row(zone, vacancies, zoning) for zone, vacancies in found.items()]
    return HeldBack(rows, of, bool(found) and concerns_all(zoning, found))


def _row(zone: str, vacancies: list[Any], zoning: Zoning) -> dict[str, Any]:
    known = zone in zoning.plan.zones.index
    about = zoning.plan.zones.loc[zone] if known else None
    return {
        "zone": plain_text(zone) if known else "",
        "name": "" if about is None else plain_text(about["name"]),
        "tier": "" if about is None else str(about["tier"]),
        "why": {lang: plain_text(_why(vacancies, zoning, lang)) for lang in LANGUAGES},
    }


def _why(vacancies: list[Any], zoning: Zoning, lang: str) -> str:
    missing: dict[str, int] = {}
    for row in vacancies:
        missing[row.role] = missing.get(row.role, 0) + int(row.missing)
    said = [_missing(zoning.protocol.role_label(role, lang), count, lang) for role, count in missing.items()]
    more = ["…"] if len(said) > _MOST_ROLES else []
    return ("、" if lang == "zh" else ", ").join([*said[:_MOST_ROLES], *more])


def _missing(role: str, count: int, lang: str) -> str:
    return f"缺{role} {count} 人" if lang == "zh" else f"{count} x {role} missing"
