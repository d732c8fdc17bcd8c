"""gridmap export: maps and lists for one audience."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gridmap.cli.options import (
    AsOf,
    Author,
    Effective,
    Issuer,
    Json,
    Number,
    ValidUntil,
    WorkspaceArgument,
    author_name,
    open_existing,
    read_password,
    with_given,
)
from gridmap.cli.printing import progress, say, say_files, say_json, tell

if TYPE_CHECKING:
    from gridmap.export.kit import Written
    from gridmap.model.zoning import Document, Zoning
    from gridmap.store.workspace import Workspace

_AUDIENCES = ("public", "official", "field")
_FORMATS = (
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
_LISTS = ("contacts", "vcards", "callsheets", "matrix", "events")
_SECRET = ("contacts", "callsheets", "matrix", "events")


def _audience(text: str) -> str:
    if text not in _AUDIENCES:
        raise typer.BadParameter(f"{text!r} is none of {', '.join(_AUDIENCES)}")
    return text


def _formats(text: str) -> tuple[str, ...]:
    wanted = tuple(each.strip() for each in text.split(",") if each.strip())
    unknown = [each for each in wanted if each not in _FORMATS]
    if unknown or not wanted:
        raise typer.BadParameter(f"{', '.join(unknown) or 'nothing'}: choose of {','.join(_FORMATS)}")
    return wanted


def _lang(text: str) -> str:
    if text not in {"zh", "en"}:
        raise typer.BadParameter(f"{text!r} is neither zh nor en")
    return text


def _paper(text: str) -> str:
    if text.upper() not in {"A4", "A3"}:
        raise typer.BadParameter(f"{text!r} is neither A4 nor A3")
    return text.upper()


def _per(text: str) -> str:
    if text not in {"zone", "grid"}:
        raise typer.BadParameter(f"{text!r} is neither zone nor grid")
    return text


def export(
    workspace: WorkspaceArgument,
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Folder of this audience alone.")],
    *,
    audience: Annotated[
        str,
        typer.Option(
            parser=_audience, metavar="AUDIENCE", help="public, official or field: decides what is shown."
        ),
    ] = "public",
    formats: Annotated[
        Any,
        typer.Option(
            parser=_formats,
            metavar="FORMATS",
            help=f"Some of {','.join(_FORMATS)}; without it, all that the audience may have.",
        ),
    ] = None,
    lang: Annotated[str, typer.Option(parser=_lang, metavar="LANG", help="zh or en.")] = "zh",
    number: Number = "",
    issuer: Issuer = "",
    title: Annotated[str, typer.Option(help="Heading of every export.")] = "",
    as_of: AsOf = None,
    effective: Effective = None,
    valid_until: ValidUntil = None,
    recipient: Annotated[str, typer.Option(help="For whom this copy is.")] = "",
    draft: Annotated[bool, typer.Option("--draft", help="Write DRAFT across every page.")] = False,
    approved_by: Annotated[
        str, typer.Option(metavar="NAME", help="Who issues it in spite of hard vacancies; printed.")
    ] = "",
    password_file: Annotated[
        Path | None,
        typer.Option(help="File whose first line is the password of the lists; else you are asked."),
    ] = None,
    plain: Annotated[
        bool, typer.Option("--plain", help="Write the lists without a password; anybody can read them.")
    ] = False,
    paper: Annotated[
        str, typer.Option(parser=_paper, metavar="PAPER", help="A4 or A3, of the atlas.")
    ] = "A4",
    landscape: Annotated[
        bool | None,
        typer.Option("--landscape/--portrait", help="Which way the atlas lies; else as the zones do."),
    ] = None,
    atlas_by: Annotated[
        str,
        typer.Option(parser=_per, metavar="BY", help="zone, or grid for a page for each grid in a zone too."),
    ] = "zone",
    notice_template: Annotated[
        Path | None,
        typer.Option(metavar="F.docx", help="Template of the notice; else that of gridmap."),
    ] = None,
    as_zip: Annotated[
        bool,
        typer.Option("--zip", help="Pack all files into one encrypted ZIP too, with the same password."),
    ] = False,
    author: Author = "",
    as_json: Json = False,
) -> None:
    """Write maps and lists for an audience, and log what was handed out.

    The public gets map.html, map.png, map.svg, atlas.pdf, a notice, zones.gpkg and certificate.json, without
    names and small counts; officials get contact lists too, and the field the lists of households, with a
    password.
    A zone that lacks somebody it must have is held back from them, and named with exit code 3.

    Example: gridmap export county.gpkg out --audience field --number 2022-8 --effective 2022-03-05T18:00
    """
    from gridmap.core.release import check_release
    from gridmap.export.handed_out import check_folder, log_rows, stale_files
    from gridmap.export.kit import zoning_of
    from gridmap.export.package import export_package
    from gridmap.store.files import remove_file

    _check_usage(audience, formats, draft and approved_by, plain=plain, as_zip=as_zip, file=password_file)
    with open_existing(workspace) as opened:
        document = with_given(
            opened.document,
            number=number,
            issuer=issuer,
            title=title,
            as_of=as_of,
            effective_at=effective,
            valid_until=valid_until,
            recipient=recipient,
            draft=draft,
            approved_by=approved_by,
        )
        _check_times(document)
        zoning = check_release(zoning_of(opened, document=document), audience)
        secret = _password(audience, formats, password_file, plain=plain)
        if as_zip and secret is None:
            secret = read_password(password_file)
        before = opened.exports()
        check_folder(before, out, audience)
        written = write_and_log(
            opened,
            zoning,
            out,
            audience=audience,
            author=author_name(author),
            formats=formats,
            lang=lang,
            password=secret,
            plain=plain,
            atlas={"paper": paper, "landscape": landscape, "per": atlas_by},
            notice={"template": notice_template},
        )
        if as_zip:
            package = export_package(written, out, audience=audience, password=secret)
            opened.log_export(log_rows([package], zoning, author=author_name(author)))
            written.append(package)
    for file in stale_files(before, written):
        left = remove_file(file)
        what = f"{left}; it is out of date, so remove it" if left else "was removed"
        tell(f"note: {file.name}, a list of an earlier issue, {what}")
    if as_json:
        files = [{"format": each.format, **_row(each)} for each in written]
        said = {"plan_version": zoning.plan.version, "audience": audience, "files": files}
        say_json(said | {"held_back": dict(zoning.held)})
    else:
        say(f"plan version {zoning.plan.version}, for {audience}")
        say_files([each.path for each in written])
    for zone, why in zoning.held.items():
        tell(f"note: zone {zone} is held back: {why}; fill it, or issue it with --approved-by NAME")
    if zoning.held:
        raise typer.Exit(3)


def _check_times(document: Document) -> None:
    """Refuse an issue that ends before it begins."""
    begins, ends = document.effective_at, document.valid_until
    if begins is not None and ends is not None and ends <= begins:
        what = f"{ends:%Y-%m-%d %H:%M} is not after it begins, {begins:%Y-%m-%d %H:%M}"
        raise typer.BadParameter(what, param_hint="--valid-until")


def _check_usage(
    audience: str, formats: Any, both: object, *, plain: bool, as_zip: bool, file: Path | None
) -> None:
    """Refuse options that do not go together."""
    if both:
        raise typer.BadParameter("give --draft or --approved-by, not both")
    if audience == "public" and set(formats or ()) & set(_LISTS):
        raise typer.BadParameter("the public may not have contact lists and cards", param_hint="--formats")
    if plain and file is not None:
        raise typer.BadParameter("give --plain or --password-file, not both")
    if as_zip and (plain or audience == "public"):
        raise typer.BadParameter(
            "an encrypted ZIP is for officials or the field, with a password", param_hint="--zip"
        )


def write_and_log(
    workspace: Workspace, zoning: Zoning, folder: Path, *, audience: str, author: str, **options: Any
) -> list[Written]:
    """Write the exports with a progress bar, and log every file, also when a later one fails."""
    from gridmap.export.handed_out import log_rows
    from gridmap.export.kit import write_exports

    written: list[Written] = []
    with progress(None, "writing") as bar:

        def told(file: Written) -> None:
            written.append(file)
            bar.update()

        try:
            return write_exports(zoning, folder, audience=audience, told=told, **options)
        finally:
            workspace.log_export(log_rows(written, zoning, author=author))


def _password(audience: str, formats: Any, file: Path | None, *, plain: bool) -> str | None:
    """Get the password where lists of households are written; other lists may go without."""
    from gridmap.export.kit import audience_formats

    lists = not set(_SECRET).isdisjoint(formats or audience_formats(audience))
    if plain or not lists or (audience != "field" and file is None):
        return None
    return read_password(file)


def _row(written: Written) -> dict[str, Any]:
    return {"file": str(written.path), "persons": written.persons, "sha256": written.sha256}
