"""File names from names that people gave: safe on every system, and no two alike."""

from __future__ import annotations

from gridmap.export.plain import plain_text

_FORBIDDEN = str.maketrans(dict.fromkeys('\\/:*?"<>|', "_"))
_PORTS = {f"{port}{number}" for port in ("com", "lpt") for number in range(10)}
_RESERVED = frozenset({"con", "prn", "aux", "nul"} | _PORTS)
_MOST_BYTES = 150


def file_name(text: str, taken: set[str]) -> str:
    """Make a file name without suffix that is valid everywhere and not taken, and take it.

    Parameters
    ----------
    text
        What it should say; may hold anything.
    taken
        The names in use, case-folded; the new one is added.

    Examples
    --------
    >>> file_name("S-1 ../枫南新村3幢", set())
    'S-1 .._枫南新村3幢'
    """
    plain = plain_text(text).translate(_FORBIDDEN)
    plain = plain.encode()[:_MOST_BYTES].decode(errors="ignore").strip(" .") or "_"
    if plain.split(".")[0].strip().casefold() in _RESERVED:
        plain = f"_{plain}"
    chosen, number = plain, 1
    while chosen.casefold() in taken:
        number += 1
        chosen = f"{plain} ({number})"
    taken.add(chosen.casefold())
    return chosen
