"""The kit of exports: all files of one issue for one audience, named in one place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
from pandas import DataFrame

from gridmap.core.certify import tiers_by_words
from gridmap.core.duty import assign_duties
from gridmap.core.place import place_households
from gridmap.core.privacy import check_audience, official_columns
from gridmap.core.recount import Listed, list_differences
from gridmap.core.release import check_release
from gridmap.errors import ExportBlockedError, UnsupportedError, WorkspaceError
from gridmap.export.atlas import export_atlas
from gridmap.export.certificate import export_certificate
from gridmap.export.layers import export_layers
from gridmap.export.lists import export_contacts, read_list
from gridmap.export.picture import export_picture
from gridmap.export.proof import certify
from gridmap.export.webmap import export_map
from gridmap.model.zoning import Document, Zoning
from gridmap.store.files import sha256_of
from gridmap.store.workspace import Workspace

FORMATS = ("map", "picture", "atlas", "contacts", "layers", "certificate")
_NAMES = {"map": "map.html", "picture": "map.png", "atlas": "atlas.pdf", "layers": "zones.gpkg"}
_DRAWN = {"map": export_map, "picture": export_picture, "atlas": export_atlas, "layers": export_layers}
_TABLES = ("grid", "households", "officials", "cases", "sites")
_MOST_NAMED = 5

Progress = Callable[[str], None]
"""Called with each format before it is written."""


@dataclass(frozen=True)
class Written:
    """One file of an export.

    Parameters
    ----------
    path
        Where it is.
    format
        One of `FORMATS`.
    audience
        For whom it is.
    sha256
        Of its bytes.
    persons
        How many persons it names.
    """

    path: Path
    format: str
    audience: str
    sha256: str
    persons: int


def audience_formats(audience: str) -> tuple[str, ...]:
    """Return the formats that an audience may have: the public gets no contact lists."""
    lists = bool(official_columns(check_audience(audience)))
    return tuple(each for each in FORMATS if lists or each != "contacts")


def zoning_of(
    workspace: Workspace, *, document: Document | None = None, inputs: Mapping[str, Any] | None = None
) -> Zoning:
    """Put together what a workspace holds now: placement, plan, duties, and the certificate over them.

    Parameters
    ----------
    workspace
        With a grid and a protocol.
    document
        Number, issuer and times; those kept in the workspace, if not given.
    inputs
        The source tables or files that are counted again; the tables kept in the workspace, if not given.

    Returns
    -------
    zoning
        What every export is made from.

    Raises
    ------
    WorkspaceError
        If the workspace has no grid or no protocol.
    """
    protocol = workspace.protocol
    if protocol is None:
        raise WorkspaceError(f"{workspace.path} has no protocol; set one with gridmap zone --protocol NAME")
    tables = {name: getattr(workspace, name) for name in _TABLES}
    document = document or workspace.document
    as_of = document.as_of or datetime.now(UTC).astimezone()
    plan = workspace.plan
    placement = place_households(tables["households"], tables["grid"])
    duties = assign_duties(plan, placement, tables["officials"], protocol=protocol, sites=tables["sites"])
    sources = {name: frame for name, frame in tables.items() if len(frame)} if inputs is None else inputs
    return Zoning(
        plan=plan,
        grid=tables["grid"],
        protocol=protocol,
        placement=placement,
        certificate=certify(placement, plan, as_of=as_of, inputs=sources, duties=duties),
        duties=duties,
        officials=tables["officials"],
        sites=tables["sites"],
        cases=tables["cases"],
        document=replace(document, as_of=as_of),
    )


def write_exports(
    zoning: Zoning,
    folder: Path | str,
    *,
    audience: str,
    formats: Sequence[str] | None = None,
    lang: str = "zh",
    password: str | None = None,
    plain: bool = False,
    progress: Progress | None = None,
) -> list[Written]:
    """Write the files of one issue for one audience into a folder.

    ``map.html``, ``map.png``, ``atlas.pdf``, ``zones.gpkg``, ``certificate.json``, and the lists in
    ``contacts/``. The lists are written first and read back: unless they hold every household of every tier
    once, they are removed and nothing else is written.

    Parameters
    ----------
    zoning
        What to show.
    folder
        Made if it is missing; files of these names are replaced.
    audience
        For whom: ``public``, ``official`` or ``field``.
    formats
        Some of `FORMATS`; all that the audience may have, if not given.
    lang
        ``zh`` or ``en``.
    password
        With which the lists are encrypted.
    plain
        Whether lists for the field may be written without a password.
    progress
        Told each format before it is written.

    Returns
    -------
    written
        Every file.

    Raises
    ------
    UnsupportedError
        If there is no such format, or the audience may not have it.
    ExportBlockedError
        If the certificate, a list or a hard vacancy forbids it.
    OutputError
        If a file cannot be written.
    """
    wanted = _wanted(audience, formats)
    check_release(zoning, audience)
    tell = progress or _silent
    target = Path(folder)
    written: list[Written] = []
    if "contacts" in wanted:
        tell("contacts")
        zoning, written = write_contacts(
            zoning, target / "contacts", audience=audience, lang=lang, password=password, plain=plain
        )
    for name, export in _DRAWN.items():
        if name in wanted:
            tell(name)
            path = export(zoning, target / _NAMES[name], audience=audience, lang=lang)
            written.append(_written(name, path, audience, persons=_serving(zoning, audience)))
    if "certificate" in wanted:
        tell("certificate")
        path = export_certificate(zoning, target / "certificate.json", audience=audience)
        written.append(_written("certificate", path, audience, persons=0))
    return written


def write_contacts(
    zoning: Zoning,
    folder: Path | str,
    *,
    audience: str,
    lang: str = "zh",
    password: str | None = None,
    plain: bool = False,
) -> tuple[Zoning, list[Written]]:
    """Write the contact lists, read them back, and prove that they hold every household once.

    Parameters
    ----------
    zoning, folder, audience, lang, password, plain
        As for `write_exports`.

    Returns
    -------
    zoning
        With a certificate that is also about the lists.
    written
        Every list.

    Raises
    ------
    ExportBlockedError
        If a list is wrong; the lists are removed.
    """
    paths = export_contacts(zoning, folder, audience=audience, lang=lang, password=password, plain=plain)
    rows = {path: read_list(path, password=password) for path in paths if path.stem != "officials"}
    of_zones = [found for path, found in rows.items() if path.parent.name == "zones"]
    of_all = [found for path, found in rows.items() if path.suffix == ".csv"]
    proven = _with_lists(zoning, {"lists of zones": of_zones, "list of all households": of_all})
    if not proven.document.draft:
        _withdraw_wrong(proven, paths)
    staff = 0 if zoning.officials is None else len(zoning.officials)
    persons = {path: len(rows[path]) if path in rows else staff for path in paths}
    return proven, [_written("contacts", path, audience, persons=persons[path]) for path in paths]


def _wanted(audience: str, formats: Sequence[str] | None) -> tuple[str, ...]:
    allowed = audience_formats(audience)
    if formats is None:
        return allowed
    unknown = sorted(set(formats) - set(FORMATS))
    if unknown:
        raise UnsupportedError(f"no format {', '.join(unknown)}; choose of {', '.join(FORMATS)}")
    barred = sorted(set(formats) - set(allowed))
    if barred:
        raise UnsupportedError(
            f"the {audience} may not have {', '.join(barred)}; it may have {', '.join(allowed)}"
        )
    return tuple(each for each in FORMATS if each in formats)


def _silent(_format: str) -> None:
    """Tell nobody."""


def _with_lists(zoning: Zoning, lists: Mapping[str, Sequence[DataFrame]]) -> Zoning:
    """Add to the certificate where lists, read back, differ from the words of the plan.

    Lists of one name together show every household that has a tier once.
    """
    certificate, placement, plan = zoning.certificate, zoning.placement, zoning.plan
    if certificate is None or placement is None:
        return zoning
    words = tiers_by_words(plan, placement)
    found = list(certificate.differences)
    for name, frames in lists.items():
        if frames:
            rows = pd.concat(frames, ignore_index=True)
            found += list_differences(Listed(name, rows, plan.tier_order), placement, words)
    differences = tuple(dict.fromkeys(found))
    balanced = certificate.balanced and not differences
    return replace(zoning, certificate=replace(certificate, differences=differences, balanced=balanced))


def _withdraw_wrong(zoning: Zoning, paths: Sequence[Path]) -> None:
    """Remove the lists, and say why, if they do not hold every household once."""
    if zoning.certificate is None or zoning.certificate.balanced:
        return
    for path in paths:
        path.unlink()
    named = [str(difference) for difference in zoning.certificate.differences[:_MOST_NAMED]]
    raise ExportBlockedError(["the lists are not what was proven and were removed", *named])


def _written(name: str, path: Path, audience: str, *, persons: int) -> Written:
    return Written(path=path, format=name, audience=audience, sha256=sha256_of(path), persons=persons)


def _serving(zoning: Zoning, audience: str) -> int:
    """Count the officials whom a map names."""
    if zoning.duties is None or not official_columns(audience):
        return 0
    table = zoning.duties.table
    return int(table.loc[table["target_kind"] == "zone", "official_id"].nunique())
