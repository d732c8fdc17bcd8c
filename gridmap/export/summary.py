"""The first sheet of the list of officials: every zone in figures, and what the certificate has counted."""

from __future__ import annotations

from typing import Any

from pandas import DataFrame

from gridmap.core.called import zone_titles
from gridmap.core.clearing import reason_words
from gridmap.core.contacts import placed, serving_zone
from gridmap.core.privacy import followup_columns
from gridmap.core.reached import was_reached
from gridmap.core.tally import count_zones, occupied_zones
from gridmap.core.wording import word
from gridmap.export.listwords import phrase
from gridmap.model.zoning import Zoning

_HASH_LETTERS = 16
_NONE = "none"


def summary_rows(zoning: Zoning, rows: DataFrame, *, audience: str, lang: str) -> DataFrame:
    """Count households, residents and officials of every zone, of none, and those to be cleared; then all.

    Parameters
    ----------
    zoning
        What is listed.
    rows
        Its households, as `gridmap.core.contacts.household_rows` gives them.
    audience
        Who may see how households were reached sees how many were.
    lang
        ``zh`` or ``en``.
    """
    titles = zone_titles(zoning, lang)
    lines = [
        _held_line(titles[zone], zone, zoning, lang)
        if zone in zoning.held
        else _line(titles[zone], rows[rows["zone_id"] == zone], len(serving_zone(zoning, rows, zone)), lang)
        for zone in occupied_zones(zoning.plan, zoning.placement)
    ]
    certificate = zoning.certificate
    rest = (
        []
        if certificate is None
        else [
            ("no_zone", certificate.by_tier.get(_NONE, 0), certificate.residents_by_tier.get(_NONE, 0)),
            ("sheet_exceptions", certificate.exceptions, certificate.residents_excepted),
        ]
    )
    lines += [
        {"zone": phrase(name, lang), "households": homes, "residents": residents, "reached": ""}
        for name, homes, residents in rest
    ]
    total = {name: sum(line[name] for line in lines) for name in ("households", "residents")}
    staff = 0 if zoning.duties is None else int(zoning.duties.table["official_id"].nunique())
    reached = sum(line["reached"] or 0 for line in lines)
    lines.append({"zone": phrase("all", lang), **total, "officials": staff, "reached": reached})
    columns = ["zone", "households", "residents", "officials"]
    shown = [*columns, *(["reached"] if followup_columns(audience) else [])]
    return DataFrame([{name: line.get(name, "") for name in shown} for line in lines], dtype=object)


def proof_facts(zoning: Zoning, lang: str) -> list[tuple[str, str]]:
    """Return what the certificate has counted beyond households in and out: label and value."""
    certificate = zoning.certificate
    if certificate is None:
        return []
    count, excepted = certificate.residents_in, certificate.residents_excepted
    said = [
        (phrase("proof_residents", lang), phrase("proof_of_residents", lang, count=count, excepted=excepted)),
    ]
    said += [(f"{word('held', lang)} {zone}", why) for zone, why in zoning.held.items()]
    if certificate.by_reason:
        reasons = {reason_words(each, lang): count for each, count in certificate.by_reason.items() if count}
        said.append((phrase("proof_reasons", lang), _counted(reasons, lang)))
    hashes = [
        (phrase("proof_input", lang, table=table), digest[:_HASH_LETTERS])
        for table, digest in certificate.input_sha256.items()
    ]
    return [*said, *hashes]


def _line(title: str, rows: DataFrame, officials: int, lang: str) -> dict[str, Any]:
    reached = int(was_reached(rows["result"], lang=lang).sum()) if "result" in rows else 0
    return {
        "zone": title,
        "households": len(rows),
        "residents": int(rows["residents"].sum()),
        "officials": officials,
        "reached": reached,
    }


def _held_line(title: str, zone: str, zoning: Zoning, lang: str) -> dict[str, Any]:
    """Count a zone that is held back: its households stand in no list of this issue."""
    counts = count_zones(zoning.plan, placed(zoning)).loc[zone]
    homes, residents = int(counts["households"]), int(counts["residents"])
    said = f"{title} ({word('held', lang)})"
    return {"zone": said, "households": homes, "residents": residents, "officials": "", "reached": 0}


def _counted(counts: Any, lang: str) -> str:
    comma = "、" if lang == "zh" else ", "
    return comma.join(f"{name} {count}" for name, count in counts.items())
