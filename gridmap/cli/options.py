"""Options that several commands share, and what is made of them."""

from __future__ import annotations

import getpass
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gridmap.errors import GridmapError, WorkspaceError

if TYPE_CHECKING:
    from gridmap.model.zoning import Document
    from gridmap.store.workspace import Workspace


def read_time(text: str) -> datetime:
    """Read a time such as ``2022-03-05T18:00`` or ``2022-03-05 18:00+08:00``; without a zone if it has none.

    Raises
    ------
    typer.BadParameter
        If it is no time.
    """
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no time; write it like 2022-03-05T18:00+08:00") from error


def parse_time(text: str) -> datetime:
    """Read a time as `read_time` does; local if it names no zone."""
    time = read_time(text)
    return time if time.tzinfo is not None else time.astimezone()


WorkspaceArgument = Annotated[
    str, typer.Argument(metavar="WORKSPACE", help="The workspace, such as county.gpkg.")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of tables.")]
Author = Annotated[str, typer.Option(help="Who does this; without it, the name you are logged in with.")]
Number = Annotated[str, typer.Option(help="Document number, printed on every export.")]
Issuer = Annotated[str, typer.Option(help="Issuing body, printed on every export.")]
AsOf = Annotated[
    datetime | None,
    typer.Option(parser=parse_time, metavar="TIME", help="When the data were current; now, if not given."),
]
Effective = Annotated[
    datetime | None,
    typer.Option(
        parser=parse_time, metavar="TIME", help="When the zones begin; the as-of time, if not given."
    ),
]
ValidUntil = Annotated[
    datetime | None, typer.Option(parser=parse_time, metavar="TIME", help="When the exports expire.")
]


def author_name(given: str) -> str:
    """Return who works here."""
    if given:
        return given
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def open_existing(path: str) -> Workspace:
    """Open a workspace that is there; none is made.

    Raises
    ------
    WorkspaceError
        If there is none, with how to make one.
    """
    from gridmap.store.workspace import open_workspace

    if "://" not in path and not Path(path).exists():
        raise WorkspaceError(
            f"there is no workspace {path}; make one: gridmap init {path} --grid FILE --households FILE"
        )
    return open_workspace(path)


def can_ask() -> bool:
    """Tell whether somebody sits at a terminal who can be asked."""
    return sys.stdin.isatty()


def read_password(file: Path | None) -> str:
    """Read the password from the first line of a file, or ask for it twice.

    Raises
    ------
    GridmapError
        If the file cannot be read or its first line is empty, or nobody can be asked.
    """
    if file is None and not can_ask():
        raise GridmapError("lists of households need a password; give --password-file FILE, or --plain")
    if file is None:
        return str(typer.prompt("Password of the lists", hide_input=True, confirmation_prompt=True, err=True))
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise GridmapError(f"the password file {file} cannot be read; check its path") from error
    if not lines or not lines[0]:
        raise GridmapError(f"the password file {file} is empty; its first line is the password")
    return lines[0]


def ask_password() -> str:
    """Ask once for the password of files that are there already."""
    return str(typer.prompt("Password of the lists", hide_input=True, err=True))


def with_given(document: Document, **given: object) -> Document:
    """Return the document with what was given in the place of what it had."""
    return replace(document, **{name: value for name, value in given.items() if value})  # type: ignore[arg-type]
