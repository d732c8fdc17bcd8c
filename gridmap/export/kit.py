"""The kit of exports: all files of one issue for one audience, named in one place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from gridmap.core.privacy import check_audience, followup_columns, official_columns
from gridmap.core.release import check_release
from gridmap.errors import CancelledError, UnsupportedError
from gridmap.export.atlas import export_atlas
from gridmap.export.callsheets import export_callsheets
from gridmap.export.certificate import export_certificate
from gridmap.export.event_lists import export_event_lists
from gridmap.export.layers import export_layers
from gridmap.export.matrix import export_matrix
from gridmap.export.notice import write_notice
from gridmap.export.picture import export_picture
from gridmap.export.proven_lists import write_contacts
from gridmap.export.subject import Subject, as_zoning, zoning_of
from gridmap.export.vcards import export_vcards
from gridmap.export.webmap import export_map
from gridmap.export.written import LISTS, Written, written_file
from gridmap.model.zoning import Zoning
from gridmap.store.leftovers import sweep_leftovers

_FOLDERS = (
    "contacts",
    "contacts/zones",
    "contacts/villages",
    "contacts/grids",
    "contacts/officials",
    "vcards",
    "vcards/zones",
    "callsheets/zones",
    "callsheets/officials",
    "matrix/zones",
    "matrix/officials",
    "events",
    "events/owners",
)
FORMATS = (
    "map",
    "picture",
    "atlas",
    "notice",
    "contacts",
    "vcards",
    "callsheets",
    "matrix",
    "events",
    "layers",
    "certificate",
)
_NAMES = {
    "map": ("map.html",),
    "picture": ("map.png", "map.svg"),
    "atlas": ("atlas.pdf",),
    "layers": ("zones.gpkg",),
}
_SETS = {"vcards": export_vcards, "notice": write_notice}
_SECRET = {"callsheets": export_callsheets, "matrix": export_matrix, "events": export_event_lists}
_PLACES = {"vcards": "vcards", "notice": ""}
_DRAWN = {"map": export_map, "picture": export_picture, "atlas": export_atlas, "layers": export_layers}

__all__ = ["FORMATS", "Written", "audience_formats", "write_contacts", "write_exports", "zoning_of"]

Told = Callable[[Written], object]
"""Called with each file that was written, also when a later one fails."""

Progress = Callable[[int, int, str], object]
"""Called before each format with how many are done, how many there are, and its name; at the end with all."""


def audience_formats(audience: str) -> tuple[str, ...]:
    """Return the formats that an audience may have: the public gets nothing that names persons.

    Only who fills in how households were reached gets call sheets, and lists of what is open.
    """
    lists = bool(official_columns(check_audience(audience)))
    barred = {*(() if lists else LISTS), *(() if followup_columns(audience) else ("callsheets", "events"))}
    return tuple(each for each in FORMATS if each not in barred)


def write_exports(
    subject: Subject,
    folder: Path | str,
    *,
    audience: str,
    formats: Sequence[str] | None = None,
    lang: str = "zh",
    password: str | None = None,
    plain: bool = False,
    atlas: Mapping[str, Any] | None = None,
    notice: Mapping[str, Any] | None = None,
    told: Told | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> list[Written]:
    """Write the files of one issue for one audience into a folder.

    ``map.html``, ``map.png`` and ``map.svg``, ``atlas.pdf``, ``notice`` as ``.txt``, ``.docx`` and ``.json``,
    ``zones.gpkg``, ``certificate.json``, the lists in ``contacts/``, and the cards of officials in
    ``vcards/``. The lists are written first and read back: unless they hold every household of every tier
    once, they are removed and nothing else is written.

    Parameters
    ----------
    subject
        What to show: a zoning, or a workspace with its current plan.
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
    atlas
        Options of the atlas: `paper`, `landscape` and `per`, as for `export_atlas`.
    notice
        Options of the notice: `template`, as for `export_notice`.
    told
        Called with each file that was written, also when a later one fails.
    progress
        Called before each format with how many formats are done, how many there are, and the name of this
        one; and once all are done.
    cancelled
        Asked before each format, and before each file of the lists, whether to stop.

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
    CancelledError
        If `cancelled` said so; the files that were told of are whole, and those of lists that were not
        finished are removed.
    """
    zoning = as_zoning(subject)
    wanted = _wanted(audience, formats)
    zoning = check_release(zoning, audience)
    steps = _Steps(len(wanted), progress, cancelled)
    target = Path(folder)
    for place in (target, *(target / name for name in _FOLDERS)):
        sweep_leftovers(place)
    written: list[Written] = []

    def note(*files: Written) -> None:
        for file in files:
            written.append(file)
            if told is not None:
                told(file)

    if "contacts" in wanted:
        steps.begin("contacts")
        zoning, lists = write_contacts(
            zoning,
            target / "contacts",
            audience=audience,
            lang=lang,
            password=password,
            plain=plain,
            check=lambda: steps.check("contacts"),
        )
        note(*lists)
    for name in (each for each in _SETS if each in wanted):
        steps.begin(name)
        options = {"notice": dict(notice or {})}.get(name, {})
        note(*_SETS[name](zoning, target / _PLACES[name], audience=audience, lang=lang, **options))
    for name in (each for each in _SECRET if each in wanted):
        steps.begin(name)
        made = _SECRET[name](
            zoning,
            target / name,
            audience=audience,
            lang=lang,
            password=password,
            plain=plain,
            check=partial(steps.check, name),
        )
        note(*made)
    for name in (each for each in _DRAWN if each in wanted):
        steps.begin(name)
        options = {"atlas": dict(atlas or {})}.get(name, {})
        note(*_drawn(zoning, target, name, audience=audience, lang=lang, **options))
    if "certificate" in wanted:
        steps.begin("certificate")
        path = export_certificate(zoning, target / "certificate.json", audience=audience)
        note(written_file("certificate", path, audience, persons=0))
    steps.end()
    return written


class _Steps:
    """How far an export has come, and whether it is to go on.

    Parameters
    ----------
    total
        How many formats there are.
    progress, cancelled
        As for `write_exports`.
    """

    def __init__(self, total: int, progress: Progress | None, cancelled: Callable[[], bool] | None) -> None:
        self._done, self._total = 0, total
        self._progress, self._cancelled = progress, cancelled

    def check(self, name: str) -> None:
        """Go on, or stop.

        Raises
        ------
        CancelledError
            If somebody stopped the export.
        """
        if self._cancelled is not None and self._cancelled():
            raise CancelledError(f"the export was stopped at {name}; formats written before stay")

    def begin(self, name: str) -> None:
        """Tell that a format begins, unless it must not."""
        self.check(name)
        if self._progress is not None:
            self._progress(self._done, self._total, name)
        self._done += 1

    def end(self) -> None:
        """Tell that all is done."""
        if self._progress is not None:
            self._progress(self._total, self._total, "")


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


def _drawn(
    zoning: Zoning, target: Path, name: str, *, audience: str, lang: str, **options: Any
) -> Iterator[Written]:
    """Write the files of a format that draws zones; the atlas also names who serves their areas."""
    persons = _serving(zoning, audience, ("zone", "area") if name == "atlas" else ("zone",))
    for file in _NAMES[name]:
        path = _DRAWN[name](zoning, target / file, audience=audience, lang=lang, **options)
        yield written_file(name, path, audience, persons=persons)


def _serving(zoning: Zoning, audience: str, kinds: Sequence[str]) -> int:
    """Count the officials whom a map names: those with duties for these kinds of targets."""
    if zoning.duties is None or not official_columns(audience):
        return 0
    table = zoning.duties.table
    return int(table.loc[table["target_kind"].isin(kinds), "official_id"].nunique())
