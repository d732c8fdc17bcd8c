"""What each audience may see: names and phones leave by this allow-list and by no other way."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from gridmap.errors import UnsupportedError
from gridmap.model.zoning import AUDIENCES

SMALL = 5
_LONGEST_COMPOUND = 20

_HOUSEHOLD_COLUMNS = {
    "public": (),
    "official": (
        "household_id",
        "area",
        "cell_id",
        "building",
        "head_name",
        "phone",
        "residents",
        "kind",
        "tier",
        "zone_id",
    ),
    "field": (
        "household_id",
        "area",
        "cell_id",
        "address",
        "building",
        "head_name",
        "phone",
        "residents",
        "kind",
        "tier",
        "zone_id",
        "linked_member",
    ),
}
_FOLLOWUP_COLUMNS = {
    "public": (),
    "official": (),
    "field": ("channel", "result", "needs_now", "reached_on"),
}
_EVENT_COLUMNS = {
    "public": (),
    "official": (),
    "field": (
        *("persons_away", "went_to", "since", "returned_persons", "returned_at"),
        *("untested", "round", "due", "tested_at", "tested", "result"),
        *("hours", "overdue", "owner_name", "asked_for", "of", "completed_at"),
    ),
}
_OFFICIAL_COLUMNS = {
    "public": (),
    "official": ("official_id", "name", "role", "phone", "unit", "duties"),
    "field": ("official_id", "name", "role", "phone", "unit", "duties"),
}


def check_audience(audience: str) -> str:
    """Return the audience if there is one of this name.

    Raises
    ------
    UnsupportedError
        If there is none.
    """
    if audience not in AUDIENCES:
        raise UnsupportedError(f"no audience is called {audience!r}; choose one of {', '.join(AUDIENCES)}")
    return audience


def check_entitled(audience: str, columns: Callable[[str], Collection[str]], what: str) -> None:
    """Refuse what consists of columns of which the audience may see none.

    Raises
    ------
    UnsupportedError
        If there is no such audience, or `columns` gives it none; it says which may have it.
    """
    if not columns(check_audience(audience)):
        entitled = " or ".join(each for each in AUDIENCES if columns(each))
        raise UnsupportedError(f"the {audience} may have no {what}; choose {entitled}")


def check_protected(audience: str, what: str, *, password: object, plain: bool) -> None:
    """Refuse names and phones that are neither masked nor encrypted, unless they are asked for as plain.

    Raises
    ------
    UnsupportedError
        If the audience sees them as they are, and there is neither a password nor `plain`.
    """
    if not (masks_households(audience) or password or plain):
        raise UnsupportedError(f"{what} for the field need a password; give one, or say plain=True")


def household_columns(audience: str) -> tuple[str, ...]:
    """Return the columns of a household that the audience may see; those of `official` are masked."""
    return _HOUSEHOLD_COLUMNS[check_audience(audience)]


def official_columns(audience: str) -> tuple[str, ...]:
    """Return the columns of an official that the audience may see."""
    return _OFFICIAL_COLUMNS[check_audience(audience)]


def followup_columns(audience: str) -> tuple[str, ...]:
    """Return the columns in which the audience writes how a household was reached, and reads how it was.

    What is known of needs stands in them only for the roles that `shows_needs` names.
    """
    return _FOLLOWUP_COLUMNS[check_audience(audience)]


def event_columns(audience: str) -> tuple[str, ...]:
    """Return the columns of what happened to households that the audience may see.

    What is asked for, `asked_for`, stands only on the list of who owns the request.
    """
    return _EVENT_COLUMNS[check_audience(audience)]


def shows_needs(audience: str, role: str, needs_roles: Iterable[str]) -> bool:
    """Tell whether needs and flags may be shown: only in the field, and to the roles named for it."""
    return check_audience(audience) == "field" and role in set(needs_roles)


def masks_households(audience: str) -> bool:
    """Tell whether names and phones of households are masked for the audience."""
    return check_audience(audience) != "field"


def mask_name(name: str) -> str:
    """Keep the first character of a name.

    Examples
    --------
    >>> mask_name("张小明")
    '张*'
    """
    return f"{name[0]}*" if name else ""


def mask_phone(phone: str) -> str:
    """Keep the first three and the last four characters of a phone of eleven or more.

    Examples
    --------
    >>> mask_phone("13800138000")
    '138****8000'
    """
    if not phone:
        return ""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 11 else "****"


def is_plain_compound(compound: str) -> bool:
    """Tell whether the compound of an address is a name that may be told, and no whole address.

    Examples
    --------
    >>> is_plain_compound("枫南新村"), is_plain_compound("张三家旁2号院")
    (True, False)
    """
    return len(compound) <= _LONGEST_COMPOUND and not any(char.isdigit() for char in compound)
