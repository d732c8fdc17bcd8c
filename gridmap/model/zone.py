"""Zones and carve-outs: what cells, and parts of cells, belong to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Zone:
    """A named, numbered zone.

    Parameters
    ----------
    zone_id
        Its number, such as ``S-1``; never given twice in the life of a plan.
    tier
        Its tier.
    name
        What people call it.
    anchor
        What a rule made it for, such as an address, several joined by ``|``; a later delineation finds the
        zone again by it.
    former
        The numbers that it had before, by which events and papers of earlier days name it.
    """

    zone_id: str
    tier: str
    name: str
    anchor: str = ""
    former: tuple[str, ...] = ()


@dataclass(frozen=True)
class CarveOut:
    """A part of a cell, a building or compound, or single households, under a tier of their own.

    Exactly one of `addresses`, `households` and `shape` says what it covers.

    Parameters
    ----------
    carve_out_id
        Its key, such as ``K-1``.
    tier, zone_id
        What it carries; a tier of ``none`` lies in no zone.
    name
        What people call it.
    addresses
        Compounds and buildings as written in addresses, such as ``枫南新村3幢`` or ``枫南新村1-14幢``.
    households
        Ids of households.
    shape
        A polygon as WKT in the CRS of the grid.
    scope
        The area in which addresses are looked for; empty for the whole grid.
    origin
        ``hand`` or ``rule``.
    locked
        Whether edits may not change it.
    reason
        Why it is weaker than what a rule asks.
    """

    carve_out_id: str
    tier: str
    zone_id: str
    name: str = ""
    addresses: tuple[str, ...] = ()
    households: tuple[str, ...] = ()
    shape: str = ""
    scope: str = ""
    origin: str = "hand"
    locked: bool = False
    reason: str = ""

    @property
    def kind(self) -> str:
        """What it covers: ``addresses``, ``households`` or ``shape``."""
        return "addresses" if self.addresses else "households" if self.households else "shape"


def plain_zone(zone: Zone) -> list[Any]:
    """Return a zone as plain data; one that kept its number has no list of former ones."""
    row: list[Any] = [zone.zone_id, zone.tier, zone.name, zone.anchor]
    return [*row, list(zone.former)] if zone.former else row


def zone_from_plain(row: Sequence[Any]) -> Zone:
    """Read back a zone from `plain_zone`."""
    return Zone(*row[:4], *(tuple(former) for former in row[4:]))


def plain_carve_out(carve: CarveOut) -> dict[str, Any]:
    """Return a carve-out as plain data."""
    plain = {name: getattr(carve, name) for name in CarveOut.__dataclass_fields__}
    return {key: list(value) if isinstance(value, tuple) else value for key, value in plain.items()}


def carve_out_from_plain(row: Mapping[str, Any]) -> CarveOut:
    """Read back a carve-out from `plain_carve_out`."""
    options: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in row.items()}
    return CarveOut(**options)
