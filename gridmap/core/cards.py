"""Cards of officials: one for each person on duty, with all that a phone keeps of them."""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from gridmap.core.contacts import duty_rows
from gridmap.model.zoning import Zoning

_SPACE = uuid.UUID("5c0f6c2e-3f0a-5d0b-9a35-2b6e2f1f7a11")  # any constant: the same person, the same card
_DOUBLE_SURNAMES = frozenset(
    re.findall(
        "..",
        "欧阳太史端木上官司马东方独孤南宫万俟闻人夏侯诸葛尉迟公羊赫连澹台皇甫宗政濮阳公冶太叔申屠"
        "公孙慕容仲孙钟离长孙宇文司徒鲜于司空闾丘子车亓官司寇巫马公西颛孙壤驷公良漆雕乐正宰父谷梁"
        "拓跋夹谷轩辕令狐段干百里呼延东郭南门羊舌微生梁丘左丘东门西门第五",
    )
)
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003134f·]+")


@dataclass(frozen=True)
class Card:
    """What a phone keeps of one official.

    Parameters
    ----------
    official_id
        Whose card.
    uid
        The same for the same official in every issue.
    family, given, name
        Surname and given name, and both as they are written together.
    phone, unit
        As known; may be empty.
    roles, duties
        What they are, and what they serve in each of these roles.
    zones
        The titles of the zones that they serve.
    """

    official_id: str
    uid: str
    family: str
    given: str
    name: str
    phone: str
    unit: str
    roles: tuple[str, ...]
    duties: tuple[str, ...]
    zones: tuple[str, ...]


def cards_of(
    zoning: Zoning,
    *,
    audience: str,
    lang: str,
    zones: Mapping[str, Sequence[str]],
    officials: Collection[str] | None = None,
) -> list[Card]:
    """Return a card for each official on duty whom the audience may see, in the rank order of the roles.

    Parameters
    ----------
    zoning
        Whose officials.
    audience
        Decides what is shown; there is no card for who may not see names.
    lang
        ``zh`` or ``en``.
    zones
        The titles of the zones that each official serves.
    officials
        Only these; all when left out.
    """
    rows = duty_rows(zoning, audience=audience, lang=lang, officials=officials)
    if "name" not in rows or "phone" not in rows:
        return []
    place = _place(zoning)
    cards = []
    for official, own in rows.groupby("official_id", sort=False):
        name = own["name"].iloc[0].strip() or str(official)
        family, given = split_name(name)
        cards.append(
            Card(
                official_id=str(official),
                uid=f"urn:uuid:{uuid.uuid5(_SPACE, f'{place}/{official}')}",
                family=family,
                given=given,
                name=name,
                phone=own["phone"].iloc[0],
                unit=own["unit"].iloc[0],
                roles=tuple(own["role"]),
                duties=tuple(own["duties"]),
                zones=tuple(zones.get(str(official), ())),
            )
        )
    return cards


def split_name(name: str) -> tuple[str, str]:
    """Return surname and given name: of a Chinese name the surname stands first.

    Examples
    --------
    >>> split_name("欧阳小明"), split_name("张明"), split_name("Mary Ann Smith")
    (('欧阳', '小明'), ('张', '明'), ('Smith', 'Mary Ann'))
    """
    if _HAN.fullmatch(name):
        length = 2 if len(name) > 2 and name[:2] in _DOUBLE_SURNAMES else 1
        return name[:length], name[length:]
    given, _, family = name.rpartition(" ")
    return family, given


def _place(zoning: Zoning) -> str:
    """Return the area around all others, which tells officials of one id in two counties apart."""
    areas = zoning.plan.hierarchy.areas
    topmost = areas.index[areas["parent_id"].fillna("") == ""]
    return str(topmost[0]) if len(topmost) == 1 else ""
