"""The printed atlas: an overview, a page for each zone, and on request one for each grid, as PDF."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gridmap.core.leaves import build_album
from gridmap.core.release import check_release
from gridmap.core.scene import build_scene
from gridmap.export.atlas_form import Form, check_paper
from gridmap.export.atlas_index import draw_index, index_parts
from gridmap.export.atlas_leaf import draw_leaf
from gridmap.export.atlas_overview import draw_overview
from gridmap.export.atlas_page import Page
from gridmap.export.closeup import Atlas
from gridmap.export.drawing import lay_out
from gridmap.export.plain import plain_text
from gridmap.export.sheet import Sheet, bound, print_settings
from gridmap.export.subject import Subject, as_zoning
from gridmap.model.leaf import Album
from gridmap.model.scene import Scene
from gridmap.model.zoning import Document
from gridmap.store.files import write_bytes

_WIDE = 1.25


def export_atlas(
    subject: Subject,
    path: Path | str,
    *,
    audience: str = "public",
    lang: str = "zh",
    paper: str = "A4",
    landscape: bool | None = None,
    per: str = "zone",
) -> Path:
    """Write the printed atlas as PDF, with its fonts in it.

    The first page shows all zones, where they are many a list of all pages follows; each zone has a page of
    its own, the strictest first, with its figures, its measures, and for officials and the field who answers
    for it. Every page has the number of
    the document, the version, and a square code with them and the figures of the certificate.

    Parameters
    ----------
    subject
        What to show: a zoning, or a workspace with its current plan.
    path
        The file to write or replace.
    audience
        For whom: ``public``, ``official`` or ``field``.
    lang
        ``zh`` or ``en``.
    paper
        ``A4`` or ``A3``.
    landscape
        Whether the pages lie across; as the zones do, if not given.
    per
        ``zone``, or ``grid`` for a page for each grid with a cell in a zone as well.

    Returns
    -------
    path
        The file written.

    Raises
    ------
    UnsupportedError
        If there is no such paper, or no pages by `per`.
    ExportBlockedError
        If the certificate or a hard vacancy forbids it.
    MissingFontError
        If no font shows Chinese.
    OutputError
        If the file cannot be written.
    """
    check_paper(paper)
    zoning = as_zoning(subject)
    zoning = check_release(zoning, audience)
    scene = build_scene(zoning, audience=audience, lang=lang)
    album = build_album(zoning, scene, per=per)
    data = draw_atlas(scene, album, document=zoning.document, paper=paper, landscape=landscape)
    return write_bytes(Path(path), data, private=audience != "public")


def draw_atlas(
    scene: Scene,
    album: Album | None = None,
    *,
    document: Document | None = None,
    paper: str = "A4",
    landscape: bool | None = None,
) -> bytes:
    """Draw a scene as an atlas; the same scene gives the same bytes.

    Parameters
    ----------
    scene
        What to draw.
    album
        The leaves after the overview; none, if not given.
    document
        Gives the PDF its creation date, the as-of time; without one it has none.
    paper, landscape
        As for `export_atlas`.
    """
    metadata: dict[str, Any] = {"Title": plain_text(scene.title)}
    if document is not None and document.as_of is not None:
        metadata["CreationDate"] = document.as_of
    with print_settings():
        return bound(_sheets(scene, album or Album(), paper=paper, landscape=landscape), metadata)


def _sheets(scene: Scene, album: Album, *, paper: str, landscape: bool | None) -> Iterator[Sheet]:
    atlas = Atlas(lay_out(scene, lines=album.lines))
    across = atlas.ground.aspect > _WIDE if landscape is None else landscape
    form = Form(paper, across)
    parts = index_parts(len(album.leaves), form)
    first, count = 2 + len(parts), 1 + len(parts) + len(album.leaves)
    pages = {leaf.zone: place for place, leaf in enumerate(album.leaves, start=first) if leaf.zone}
    overview = Page(form.sheet(), form, scene, 1, count)
    draw_overview(overview, album, atlas, pages=pages)
    yield overview.sheet
    for number, part in enumerate(parts, start=2):
        page = Page(form.sheet(), form, scene, number, count)
        draw_index(page, album.leaves[part], first=first + part.start)
        yield page.sheet
    heights = None
    for number, leaf in enumerate(album.leaves, start=first):
        page = Page(form.sheet(), form, scene, number, count)
        heights = heights or page.heights()
        draw_leaf(page, leaf, album, atlas, heights=heights)
        yield page.sheet
