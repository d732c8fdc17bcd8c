"""gridmap board: what is done and what is open, the oldest first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gridmap.cli.options import (
    Author,
    Json,
    Number,
    WorkspaceArgument,
    author_name,
    open_existing,
    parse_time,
    read_password,
    with_given,
)
from gridmap.cli.printing import say, say_files, say_json, say_table

if TYPE_CHECKING:
    from gridmap.export.board_parts import BoardView

_SHOWN = 15
_MOST_DEPTH = 1


def board(
    workspace: WorkspaceArgument,
    *,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write it too: .html, one page, or .pdf.")
    ] = None,
    at: Annotated[
        Any,
        typer.Option(parser=parse_time, metavar="TIME", help="About which moment; now, if not given."),
    ] = None,
    audience: Annotated[
        str,
        typer.Option(
            metavar="AUDIENCE", help="official: counts; field: also which households are open, by address."
        ),
    ] = "official",
    lang: Annotated[str, typer.Option(metavar="LANG", help="zh or en.")] = "zh",
    paper: Annotated[str, typer.Option(metavar="PAPER", help="A4 or A3, of a PDF.")] = "A4",
    landscape: Annotated[bool, typer.Option("--landscape", help="A PDF that lies across.")] = False,
    number: Number = "",
    recipient: Annotated[str, typer.Option(help="For whom this copy is.")] = "",
    draft: Annotated[bool, typer.Option("--draft", help="Write DRAFT across it.")] = False,
    password_file: Annotated[
        Path | None, typer.Option(help="File whose first line is the password of the PDF.")
    ] = None,
    plain: Annotated[
        bool, typer.Option("--plain", help="Write one for the field without a password; anybody can read it.")
    ] = False,
    author: Author = "",
    as_json: Json = False,
) -> None:
    """Tell how far the county is: placed, staffed, reached, tested, requests, posts, and what is open.

    The oldest open item comes first. With --out it writes a page that opens anywhere offline, or a PDF. The
    JSON counts, and names no household.

    Example: gridmap board county.gpkg --out board.html
    """
    if lang not in {"zh", "en"}:
        raise typer.BadParameter(f"{lang!r} is neither zh nor en", param_hint="--lang")
    if audience not in {"official", "field"}:
        raise typer.BadParameter(f"{audience!r} is neither official nor field", param_hint="--audience")
    if paper.upper() not in {"A4", "A3"}:
        raise typer.BadParameter(f"{paper!r} is neither A4 nor A3", param_hint="--paper")
    if plain and password_file is not None:
        raise typer.BadParameter("give --plain or --password-file, not both")
    from gridmap.export.board import board_of, check_board, export_board
    from gridmap.export.board_view import board_view
    from gridmap.export.handed_out import check_folder, log_rows
    from gridmap.export.kit import zoning_of

    secret = None if password_file is None else read_password(password_file)
    if out is not None:
        check_board(out, audience, paper=paper.upper(), password=secret, plain=plain)
    with open_existing(workspace) as opened:
        document = with_given(opened.document, as_of=at, number=number, recipient=recipient, draft=draft)
        zoning = zoning_of(opened, document=document)
        made = board_of(opened, zoning=zoning, at=at)
        written = []
        if out is not None:
            check_folder(opened.exports(), out.parent, audience)
            written.append(
                export_board(
                    zoning,
                    out,
                    audience=audience,
                    lang=lang,
                    board=made,
                    paper=paper.upper(),
                    landscape=landscape,
                    password=secret,
                    plain=plain,
                )
            )
            opened.log_export(log_rows(written, zoning, author=author_name(author)))
    if as_json:
        say_json({**made.to_json(), "files": [str(each.path) for each in written]})
        return
    _say(board_view(made, zoning, audience="official", lang=lang))
    say_files([each.path for each in written])


def _say(view: BoardView) -> None:
    """Print the whole, what is open, and the towns."""
    from gridmap.core.board_words import board_word

    say(view.title)
    for key, value in view.facts:
        say(f"  {key} {value}")
    say_table(
        [(each.label, each.said(view.lang), each.percent) for each in view.measures], head=("", "", "%")
    )
    say()
    say_table(
        [(each.age, each.label, each.where, each.why, each.count) for each in view.items[:_SHOWN]],
        head=[board_word(name, view.lang) for name in ("since", "kind", "where", "why", "count")],
    )
    towns = [line for line in view.areas if line.depth <= _MOST_DEPTH]
    if towns:
        say()
        heads = [each.label for each in towns[0].measures]
        say_table(
            [
                (
                    "  " * line.depth + line.name,
                    *(each.said(view.lang) for each in line.measures),
                    line.open_items,
                )
                for line in towns
            ],
            head=("", *heads, board_word("open_items", view.lang)),
        )
